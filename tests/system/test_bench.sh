# treefall-bench measures every figure that it promises and says so in the form that it promises.  What the figures
# are is nobody's business here.
. "$(dirname "$0")/lib.sh"
bench=$(dirname "$treefall")/treefall-bench
limit=120

promised='restart_soft restart_segv storm_one_for_all storm_rest_for_one kill_all start_supervised rss_per_worker
	cast pingpong ring random_actors escalate_spine full_tree_teardown full_tree_rebuild scenario_runs
	probe_detached frame floor_signal floor_message floor_miss floor_fork
	restart_soft_p50 restart_soft_p99 restart_segv_p50 restart_segv_p99 floor_signal_p50 floor_signal_p99
	scenario_runs_2 prismatic_speed journal_jsonl'
both='restart_soft restart_segv storm_one_for_all storm_rest_for_one kill_all start_supervised rss_per_worker cast
	pingpong ring random_actors escalate_spine full_tree_teardown full_tree_rebuild'

ends 0 "every figure can be measured" "$bench" --quick --json
cp "$work/out" "$work/figures"
number='-?[0-9][0-9.]*(e[+-][0-9]+)?'
line="^\{\"bench\":\"[a-z0-9_]+\",\"n\":[1-9][0-9]*,\"events\":\"(on|off)\",\"value\":$number,\"min\":$number,\"max\":$number,\"unit\":\"[^\"]+\"\}\$"
is "each line is one figure" test "$(grep -cvE "$line" "$work/figures")" = 0
missing=
for name in $promised; do grep -q "\"bench\":\"$name\"" "$work/figures" || missing="$missing $name"; done
for name in $both; do
	for way in on off; do
		grep -q "\"bench\":\"$name\",\"n\":[0-9]*,\"events\":\"$way\"" "$work/figures" || missing="$missing $name/$way"
	done
done
echo "missing:$missing" >"$work/out"
is "all that are promised are there" test -z "$missing"
if grep -q '"bench":"probe_attached"' "$work/figures"; then
	ok "a probe point that is looked at is one of them"
else
	skip "probe_attached: nobody can look here"
fi

ends 0 "one figure at one size" "$bench" --quick --json --only-on storm_one_for_all:1000
is "and no other, without events neither" test "$(cut -d, -f1-3 "$work/out")" = \
	'{"bench":"storm_one_for_all","n":1000,"events":"on"'
ends 64 "a figure that there is not" "$bench" --quick nothing
ends 64 "a size that there is not" "$bench" --quick cast:7
ends 0 "the table for people" "$bench" --quick restart_segv_p50 floor_signal_p50
says out 'restart_segv_p50 .* times the cost of floor_signal_p50; at most 1.3 is (not )?reached' \
	"it says what is held against what"

# Not installed for this: it is much for a test.
if .ci/deps has erlang-base && .ci/deps has golang-go && .ci/deps has golang-github-thejerf-suture-dev; then
	run make --no-print-directory BUILD="$(dirname "$treefall")" peers
	ends 0 "peers do the same work" env QUICK=1 BUILD="$(dirname "$treefall")" tests/bench/peers/compare
	says out '^\| one of 1 child restarted \| .* \| OTP \|' "OTP is compared with"
	says out '^\| 100,000 killed at once \| .* \| suture \|' "suture is, too"
	is "every row of the table but those without a small size" test "$(grep -c '^|.* | ' "$work/out")" -ge 20
else
	skip "peers: erlang-base, golang-go or suture is not here; \`make bench-peers\` installs them"
fi
