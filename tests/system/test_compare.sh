# Two scenarios side by side: what the page about letting it crash says is so.
. "$(dirname "$0")/lib.sh"

pair="scenarios/library/let-it-crash.yaml scenarios/library/defensive.yaml"

ends 0 "the pair is compared" "$treefall" run --compare $pair
cp "$work/out" "$work/table"
sed -n '/^\$ build\/treefall run --compare/,/^```/p' docs/let-it-crash.md | sed '1d;$d' >"$work/printed"
same "$work/printed" "$work/table" "the page has what the program prints"

# The load and the faults are the same: the files differ in what the desk does, and in what is expected.
for file in $pair; do
	sed '/^#/d; /^expect:/,$d; /^name:/d; /^about:/d; /id: desk/,/worker:/d' "$file" >"$work/$(basename "$file")"
done
same "$work/let-it-crash.yaml" "$work/defensive.yaml" "the same load and the same faults"

# cell ROW COLUMN: from the table; the words of a row's name are one.
cell() { sed 's/\([a-z]\) \([a-z0-9]\)/\1_\2/g' "$work/table" | awk -v row="$1" -v column="$2" '$1 == row { print $(column + 1) }'; }
number() { cell "$1" "$2" | grep -qE '^[0-9]+$'; }
for row in offered served degraded failed lost swallowed wrong repeated in_flight restarts; do
	is "$row is a number in both columns" eval "number $row 1 && number $row 2"
done
is "the same was offered" test "$(cell offered 1)" = "$(cell offered 2)"
is "let it crash: no wrong answer" test "$(cell wrong 1)" = 0
is "let it crash: nothing was swallowed" test "$(cell swallowed 1)" = 0
is "let it crash: a few were lost" test "$(cell lost 1)" -gt 0 -a "$(cell lost 1)" -lt 20
is "let it crash: it was restarted" test "$(cell restarts 1)" -gt 0
is "let it crash: it was down meanwhile" test "$(cell process_downtime 1)" != 0
is "carry on: it was never down" test "$(cell process_downtime 2)" = 0
is "carry on: it was never restarted" test "$(cell restarts 2)" = 0
is "carry on: most answers were wrong" test "$(cell wrong 2)" -gt "$(cell served 2)"
is "carry on: some were swallowed" test "$(cell swallowed 2)" -gt 0

# For programs: a line for each, then the comparison; integers all.
ends 0 "the pair is compared in JSON" "$treefall" run --compare --format json $pair
is "JSON has a line for each and one more" test "$(wc -l <"$work/out")" = 3
tail -n 1 "$work/out" >"$work/line"
says out '^\{"comparison":\[\{"file":"scenarios/library/let-it-crash.yaml","name":"let-it-crash","verdict":"PASS"' "the comparison names its files"
is "no number in it has a fraction" bash -c "! grep -qE '[0-9]\.[0-9]' '$work/line'"
says out '"wrong":0,.*"wrong":[1-9]' "wrong answers, none and some"

# The exit code is that of the runs, and quiet is quiet.
tree "$work/failing.yaml" <<'END'
expect:
  - core/cache: restarted
END
ends 1 "a failure among the compared is the exit code" "$treefall" run --compare $pair "$work/failing.yaml"
says out '^verdict .*PASS .*PASS .*FAIL$' "and stands in the table"
says out '^availability .* -$' "who was not asked has no availability"
ends 0 "quietly" "$treefall" run -q --compare $pair
is "nothing is printed" test ! -s "$work/out"
ends 66 "a file that is not there" "$treefall" run --compare "$work/none.yaml" $pair
