# Workers in processes of their own, in the whole program: it says what it cannot promise, its journal replays
# without the processes, and however it ends, none of them is left.
. "$(dirname "$0")/lib.sh"

# A copy by which our processes are told from others'.
program=$work/program
cp "$treefall" "$program"
left() { # processes of this program that are alive
	local exe state count=0
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe" 2>/dev/null)" = "$program" ] || continue
		state=$(sed 's/.*) //; s/ .*//' "${exe%exe}stat" 2>/dev/null)
		[ "$state" = Z ] || [ -z "$state" ] || count=$((count + 1))
	done
	echo $count
}
# waits NUMBER: until so many of them are there; gives up after a while.
waits() {
	local i
	for i in $(seq 1 200); do
		[ "$(left)" = "$1" ] && return
		sleep 0.05
	done
	return 1
}
nobody_left() { waits 0; }

library=scenarios/library/isolated.yaml
ends 0 "the scenario of the library passes" "$program" run --journal "$work/a.jsonl" $library
says out 'not promised to be the same everywhere: it has workers in a process' "it says what it cannot promise"
is "no process is left" nobody_left
for reason in '{signal,segv}' memory_quota runaway stack_overflow '{signal,abrt}'; do
	is "$reason is an exit reason" grep -qF "\"reason\":\"$reason\",\"uptime\"" "$work/a.jsonl"
done
ends 0 "replay agrees" "$program" replay "$work/a.jsonl"
sed 's/"did":"die stack_overflow"/"did":"die {signal,kill}"/' "$work/a.jsonl" >"$work/touched.jsonl"
run "$program" replay "$work/touched.jsonl"
is "a touched answer is found out" test $status != 0
ends 0 "two runs are compared all the same" "$program" run --check-determinism $library
ends 0 "signals of children need not be wanted" bash -c "trap '' CHLD; exec $program run $library"

run "$program" run --format json $library
is "JSON says it, too" grep -q '"not_promised":"it has workers in a process of their own"' "$work/out"

# --- the program ends in the middle ------------------------------------------------------------------------------

cat >"$work/long.yaml" <<'END'
version: 1
name: long
duration: 2400h
limits: {time: 2400h, events: 1000000000}
tree:
  id: app
  children:
    - {id: a, worker: {behaviour: server}, isolation: process}
    - {id: b, worker: {behaviour: server}, isolation: process, disk: 64KiB}
    - {id: load, worker: {behaviour: source, to: app/a, rate: 1000}, isolation: process}
    - {id: more, worker: {behaviour: source, to: app/b, rate: 1000}}
END
# In a group of its own, to be sent what a terminal sends: the signal goes to all of the group.  What runs in
# the background of a script ignores SIGINT otherwise.
for signal in INT TERM KILL; do
	env --default-signal=INT setsid "$program" run -q "$work/long.yaml" >"$work/out" 2>"$work/err" </dev/null &
	is "$signal: it is at work" waits 4
	group=$!
	kill -"$signal" -- -"$group"
	wait "$group" 2>/dev/null
	status=$?
	case $signal in
	INT) want=130 ;;
	TERM) want=143 ;;
	KILL) want=137 ;;
	esac
	is "$signal ends it with $want" test $status = $want
	is "$signal: no process is left" nobody_left
done

# --- at the prompt ------------------------------------------------------------------------------------------------

trap '' PIPE
mkfifo "$work/in"
"$program" shell "$work/long.yaml" <"$work/in" >"$work/out" 2>"$work/err" &
pid=$!
exec 9>"$work/in"
echo "run 10ms" >&9
is "at the prompt its processes wait" waits 4
echo "inject segv app/a" >&9
echo "run 10ms" >&9
echo "crashes" >&9
echo "load scenarios/library/one-for-one.yaml" >&9
is "another scenario has none" waits 1
exec 9>&-
wait $pid
is "a crash there is told" grep -q 'app/a (start 1)  {signal,segv}; restarted by app' "$work/out"
is "what they do without end is not" test "$(grep -c ' isolated ' "$work/out")" -lt 10
is "nobody is left behind a prompt" nobody_left

# --- somebody else's code -----------------------------------------------------------------------------------------

if [ -e build/workers/calc.so ]; then
	sed "s|[^ ]*/calc.so|$PWD/build/workers/calc.so|; /id: [abc],/s/}}/}, isolation: process}/" \
		scenarios/workers/calc/calc.yaml >"$work/calc.yaml"
	ends 0 "workers of a plugin have processes, too" "$program" run --journal "$work/calc.jsonl" "$work/calc.yaml"
	is "and really crash there" grep -qF '"did":"die {signal,fpe}"' "$work/calc.jsonl"
	ends 0 "and are replayed" "$program" replay "$work/calc.jsonl"
else
	skip "workers of a plugin: they are not built"
fi
