# A run is its journal: the same bytes twice, replay agrees, and a touched journal is found out.
. "$(dirname "$0")/lib.sh"

library=$(echo scenarios/library/*.yaml)
# shellcheck disable=SC2086
ends 0 "the whole library passes" "$treefall" run $library
for file in $library; do
	name=$(basename "$file")
	promised=$("$treefall" run --format json "$file" 2>"$work/err" | grep -c '"not_promised":null')
	"$treefall" run -q --journal "$work/a.jsonl" "$file" >"$work/out" 2>"$work/err"
	"$treefall" run -q --journal "$work/b.jsonl" "$file" >"$work/out" 2>"$work/err"
	[ "$promised" = 0 ] || same "$work/a.jsonl" "$work/b.jsonl" "$name: two runs give the same bytes"
	ends 0 "$name: replay agrees" "$treefall" replay "$work/a.jsonl"
done

# shellcheck disable=SC2086
run "$treefall" run -q --journal "$work/all.jsonl" $library
ends 0 "many runs in one file: replay agrees" "$treefall" replay "$work/all.jsonl"

flagship=scenarios/library/prismatic.yaml
run "$treefall" run -q --journal "$work/a.jsonl" $flagship
run "$treefall" run -q --journal "$work/b.jsonl" --seed 99 $flagship
if cmp -s "$work/a.jsonl" "$work/b.jsonl"; then
	not_ok "another seed, another journal"
else
	ok "another seed, another journal"
fi
ends 0 "replay of another seed agrees" "$treefall" replay "$work/b.jsonl"
ends 0 "the self-check agrees" "$treefall" run --check-determinism $flagship
is "seq counts without gaps, a cause comes before its effect" awk '
	match($0, /"seq":[0-9]+/) {
		seq = substr($0, RSTART + 6, RLENGTH - 6) + 0
		match($0, /"cause":[0-9]+/)
		cause = substr($0, RSTART + 8, RLENGTH - 8) + 0
		if (seq != ++n || cause >= seq) exit 1
	}
	END { exit n == 0 }' "$work/a.jsonl"

# Locale, time zone, and place do not matter.
run env LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu "$treefall" run -q --journal "$work/c.jsonl" $flagship
same "$work/a.jsonl" "$work/c.jsonl" "locale and time zone do not reach the journal"

sed '3s/"t":[0-9]*/"t":1/' "$work/a.jsonl" >"$work/touched.jsonl"
cmp -s "$work/a.jsonl" "$work/touched.jsonl" && sed '3s/1/2/' "$work/a.jsonl" >"$work/touched.jsonl"
run "$treefall" replay "$work/touched.jsonl"
if [ $status = 0 ]; then not_ok "a touched journal does not agree"; else ok "a touched journal does not agree"; fi
head -n -1 "$work/a.jsonl" >"$work/torn.jsonl"
ends 65 "a torn journal is refused" "$treefall" replay "$work/torn.jsonl"
head -c 1000 "$work/a.jsonl" >"$work/torn.jsonl"
ends 65 "a journal torn in a line is refused" "$treefall" replay "$work/torn.jsonl"
cat "$work/a.jsonl" >>"$work/torn.jsonl"
ends 65 "a journal torn in a line, another behind it" "$treefall" replay "$work/torn.jsonl"
says err 'torn.*breaks off in line' "a journal torn in a line: the line is told"
{ head -n 3 "$work/a.jsonl"; cat "$work/a.jsonl"; } >"$work/torn.jsonl"
ends 65 "a journal torn between lines, another behind it" "$treefall" replay "$work/torn.jsonl"
says err 'torn.*breaks off before line 4' "a journal torn between lines: the line is told"
{ head -n 3 "$work/a.jsonl"; sed -n 4p "$work/a.jsonl" | head -c 20; cat "$work/a.jsonl"; } >"$work/torn.jsonl"
ends 65 "a journal torn in a line behind its header, another behind it" "$treefall" replay "$work/torn.jsonl"
says err 'torn.*breaks off in line 4' "a journal torn in a line behind its header: the line is told"
ends 65 "what is no journal is refused" "$treefall" replay $flagship
ends 66 "a folder is no journal that could be read" "$treefall" replay "$work"
says err 'Is a directory' "a folder: it is told"
ends 66 "a missing journal is told" "$treefall" replay "$work/missing.jsonl"
: >"$work/empty.jsonl"
ends 65 "an empty journal is refused" "$treefall" replay "$work/empty.jsonl"
