# Two witnesses: what the kernel sees of a run, from inside and from another process, is what the journal says.
. "$(dirname "$0")/lib.sh"

cat >"$work/fall.yaml" <<'END'
version: 1
name: fall
tree:
  id: core
  intensity: 1000
  period: 1
  children:
    - {id: storage, worker: server}
    - {id: cache, worker: server}
method:
  - {every: 1s, times: 23, action: crash, target: core/cache, reason: boom}
expect:
  - {probe: restarts, of: core/cache, equals: 23}
END
cat >"$work/burn.yaml" <<'END'
version: 1
name: burn
tree:
  id: core
  intensity: 1000
  period: 1
  children:
    - {id: storage, worker: server}
    - id: pool
      children:
        - {id: burner, worker: server, restart: permanent}
      intensity: 1000
      period: 1
method:
  - {every: 1s, times: 5, action: busy_loop, target: core/pool/burner}
END

# --- whatever the kernel allows --------------------------------------------------------------------------------

ends 0 "probes list" "$treefall" probes list
says out '^actor_exit ' "it has the points"
ends 64 "64: probes of another kind" "$treefall" probes of
ends 64 "64: trace of nothing" "$treefall" trace
ends 64 "64: trace of two things" "$treefall" trace -p 1 -- true
ends 64 "64: no such view" "$treefall" trace --views all -p 1
ends 64 "64: a hotspot that is none" "$treefall" trace --hot 3 -p 1
ends 66 "66: trace of a program that is not there" "$treefall" trace -- "$work/nothing"

# Nobody has any rights.
nobody=$(command -v setpriv) && [ "$(id -u)" = 0 ] &&
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all"
if [ -n "$nobody" ] && [ "$(id -u)" = 0 ] && $nobody test -x "$treefall"; then
	ends 69 "69: --probes=require without rights" $nobody "$treefall" run --probes=require "$work/../../scenarios/library/one-for-one.yaml"
	is "it is said in one line" test "$(wc -l <"$work/err")" = 1
	ends 69 "69: trace without rights" $nobody "$treefall" trace -- "$treefall" -V
	ends 69 "69: probes check without rights" $nobody "$treefall" probes check
	says err 'CAP_BPF and CAP_PERFMON|it was made without' "it is said what it takes"
	ends 0 "--probes=auto without rights" $nobody "$treefall" run --probes=auto scenarios/library/one-for-one.yaml
	says err 'no witness in the kernel' "it is said who does not look on"
	printf 'probes on\nload scenarios/library/one-for-one.yaml\nrun\nhotspots\nlatency\nprobes\n' >"$work/script"
	$nobody "$treefall" shell <"$work/script" >"$work/out" 2>"$work/err"
	says out 'probes on: inproc; no bpf: ' "the prompt says who looks on and why"
	says out 'processor time: needs bpf' "what only the kernel knows needs it"
	says out '^restart +3$' "restarts are counted from within"
else
	skip "witnesses without rights: only root can give them up"
fi

if ! "$treefall" probes check >"$work/out" 2>"$work/err"; then
	skip "the kernel as a witness: $(head -n 1 "$work/err")"
	exit 0
fi

# --- 23 caused, 23 seen ----------------------------------------------------------------------------------------

number() { # JSON-FILE ID KEY: of a row
	python3 - "$@" <<-'END'
	import json, sys
	found = 0
	for line in open(sys.argv[1]):
	    row = json.loads(line)
	    if "event" not in row and row.get("id") == sys.argv[2]:
	        found = row[sys.argv[3]]
	print(found)
	END
}
if ! command -v python3 >/dev/null; then
	number() { # by hand
		grep -v '"event"' "$1" | grep "\"id\":\"$2\"" | sed -n "s/.*\"$3\":\([0-9]*\).*/\1/p" | grep . || echo 0
	}
fi

ends 0 "the kernel and the journal agree" "$treefall" run -v --probes=require "$work/fall.yaml"
says out 'kernel and journal agree: .* 23 restarts' "from inside: 23 restarts caused, 23 seen by both"
printf 'probes on\nload %s/fall.yaml\nrun\nprobes stats\nprobes reconcile\n' "$work" >"$work/script"
"$treefall" shell <"$work/script" >"$work/out" 2>"$work/err"
says out '^restart +23$' "at the prompt: 23 seen"
says out 'kernel and journal agree' "at the prompt: they agree"
ends 0 "one witness for the whole library" "$treefall" run -q --probes=require scenarios/library/*.yaml

for how in off auto require; do
	"$treefall" run -q --probes=$how --journal "$work/$how.jsonl" "$work/fall.yaml" scenarios/library/prismatic.yaml \
		2>"$work/err"
done
same "$work/off.jsonl" "$work/auto.jsonl" "the journal is the same with probes off and auto"
same "$work/off.jsonl" "$work/require.jsonl" "the journal is the same with probes off and required"
if [ -n "$nobody" ] && [ "$(id -u)" = 0 ]; then
	for how in off auto; do
		[ $how = off ] && who= || who=$nobody
		$who "$treefall" run -q --probes=$how --journal - scenarios/library/{prismatic,chaos-random}.yaml \
			>"$work/within-$how.jsonl" 2>"$work/err"
	done
	says err 'no witness in the kernel' "the kernel does not look on"
	is "a journal is written" [ -s "$work/within-off.jsonl" ]
	same "$work/within-off.jsonl" "$work/within-auto.jsonl" "the journal is the same with probes off and within"
fi

# A worker that ties the kernel's hands: what happens from then on one of the witnesses does not see.
cat >"$work/blind.c" <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/worker.h"

static void blind(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	char path[32], name[32];
	int nothing = open("/dev/null", O_RDONLY);

	(void)self, (void)state, (void)msg;
	for (int fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		ssize_t length = readlink(path, name, sizeof(name) - 1);

		name[length > 0 ? length : 0] = '\0';
		if (strstr(name, "bpf_link") || strstr(name, "bpf-link") || strstr(name, "perf_event"))
			dup2(nothing, fd);
	}
}

static const struct rt_behaviour blinder = { .name = "blinder", .help = "blinds", .handle = blind };
static const struct rt_behaviour *const behaviours[] = { &blinder, NULL };
const struct rt_plugin treefall_plugin = { RT_PLUGIN_VERSION, behaviours };
END
cat >"$work/blind.yaml" <<'END'
version: 1
name: blind
tree:
  id: core
  children:
    - {id: one, worker: {plugin: ./blind.so, behaviour: blinder}}
    - {id: two, worker: server}
method:
  - {at: 1s, action: send, target: core/one}
  - {at: 2s, action: crash, target: core/two, reason: boom}
END
if ${CC:-gcc} -std=c11 -D_GNU_SOURCE -fPIC -shared -I. -o "$work/blind.so" "$work/blind.c" 2>"$work/err"; then
	ends 0 "who is blinded does not know it without a second witness" "$treefall" run "$work/blind.yaml"
	ends 70 "70: the kernel has seen less than the journal says" "$treefall" run --probes=require "$work/blind.yaml"
	says err '^ERROR +.*blind' "it is an error"
	says err 'restart of core/two: kernel 0, journal 1' "it is said what differs, and by how much"
else
	skip "witnesses that differ: a plugin cannot be built here"
fi

run "$treefall" trace --format json -- "$treefall" run "$work/fall.yaml"
is "a program of our own: its exit code is ours" [ "$status" = 0 ]
is "what it prints is not among the JSON" grep -q PASS "$work/err"
if command -v python3 >/dev/null; then
	is "every line is JSON" python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' "$work/out"
fi
is "of its own: 23 seen" [ "$(grep -c '"event":"restart"' "$work/out")" = 23 ]
is "of its own: 23 counted" [ "$(number "$work/out" core/cache restarts)" = 23 ]

# A shell that reads its commands from a pipe, looked at from outside.
mkfifo "$work/pipe"
ready() { # PID: it has started and waits
	for _ in $(seq 100); do
		[ "$(readlink /proc/"$1"/exe)" = "$(readlink -f "$2")" ] && break
		sleep 0.05
	done
}
watched() { # PROGRAM: its shell, as process $watched, reads what is written to descriptor 7
	"$1" shell "$work/fall.yaml" <"$work/pipe" >"$work/watched" 2>&1 &
	watched=$!
	exec 7>"$work/pipe"
	ready $watched "$1"
}
traced() { # FILE OPTION ...: look on, as process $tracer, until it looks
	local file=$1
	shift
	"$treefall" trace --format json "$@" >"$file" 2>"$file.err" 7>&- &
	tracer=$!
}
looks() { # PID N: so many look at this process by now
	for _ in $(seq 100); do
		[ "$(ls -l /proc/"$1"/fd 2>/dev/null | grep -c 'bpf_link\|bpf-link')" -ge "$2" ] && return
		sleep 0.05
	done
}

watched "$treefall"
traced "$work/one.jsonl" -p $watched
one=$tracer
traced "$work/two.jsonl" -p $watched
looks $one 2
looks $tracer 2
echo run >&7
exec 7>&-
wait $watched
wait $one
is "a second process: it ends with the one that it looks at" [ $? = 0 ]
wait $tracer
is "a second process: 23 seen" [ "$(grep -c '"event":"restart"' "$work/one.jsonl")" = 23 ]
is "a second process: 23 counted" [ "$(number "$work/one.jsonl" core/cache restarts)" = 23 ]
is "two at once: 23 seen by the other, too" [ "$(number "$work/two.jsonl" core/cache restarts)" = 23 ]
is "nothing was lost" grep -q '"dropped":0,"limited":0,"uncounted":0' "$work/one.jsonl"

# A reader who does not come in time, and a limit: what was sent has arrived, or was told to be lost.
sed 's/times: 23/times: 20000/; s/every: 1s/every: 1ms/; /^expect/,$d; s/intensity: 1000/intensity: 1000000/' \
	"$work/fall.yaml" >"$work/storm.yaml"
accounted() { # NAME FILE LOSS
	local arrived sent lost
	arrived=$(grep -c '"event"' "$2")
	sent=$(tail -n 1 "$2" | sed 's/.*"seen":{\([^}]*\)}.*/\1/; s/[^0-9]/ /g' | awk '{ print $1 + $2 + $3 + $4 + $5 }')
	lost=$(tail -n 1 "$2" | sed 's/.*"dropped":\([0-9]*\),"limited":\([0-9]*\),.*/\1 \2/' | awk '{ print $1 + $2 }')
	echo "$sent sent, $arrived arrived, $lost lost" >"$work/out"
	is "$1: all were sent" [ "$sent" = 80006 ]
	is "$1: some were $3" [ "$(tail -n 1 "$2" | sed "s/.*\"$3\":\([0-9]*\).*/\1/")" -gt 0 ]
	is "$1: what was lost is what was sent and did not arrive" [ "$lost" = $((sent - arrived)) ]
}
"$treefall" trace --views lifecycle --format json -- "$treefall" run -q "$work/storm.yaml" 2>"$work/err" |
	{ sleep 2; cat; } >"$work/slow.jsonl"
accounted "a slow reader" "$work/slow.jsonl" dropped
"$treefall" trace --views lifecycle --limit 1000 --format json -- "$treefall" run -q "$work/storm.yaml" \
	>"$work/limited.jsonl" 2>"$work/err"
accounted "a limit" "$work/limited.jsonl" limited
says err 'more than 1000 events a second' "that it was reached is said"

# --- other ways to end -----------------------------------------------------------------------------------------

ends 66 "66: trace of a process that is not there" "$treefall" trace -p 999999999
ends 66 "66: trace of another program" "$treefall" trace -p $$
says err 'no probe points of treefall' "it is said what it lacks"
ends 66 "66: trace -- of another program" "$treefall" trace -- env "$treefall" -V
says err '/env has no probe points' "it is said which"
ends 64 "a program of our own: its exit code is ours when it fails" "$treefall" trace -q -- "$treefall" grow
ends 74 "74: a folded file that cannot be written" "$treefall" trace -q --folded "$work/no/file" -- "$treefall" -V

# Programs that a process has loaded, and how many of them the kernel still has.
held() { cat /proc/"$1"/fdinfo/* 2>/dev/null | sed -n 's/^prog_id:[[:space:]]*//p' | sort -u; }
left() {
	local id n=0
	for id in $held; do bpftool prog show id "$id" >/dev/null 2>&1 && n=$((n + 1)); done
	echo $n
}
watched "$treefall"
begin=$(date +%s%N)
run "$treefall" trace -q --duration 500ms -p $watched
took=$((($(date +%s%N) - begin) / 1000000))
is "--duration ends it, with 0" [ "$status" = 0 ]
is "--duration takes as long as it says" [ $took -ge 500 ]
env --default-signal=INT "$treefall" trace -q -p $watched 2>"$work/err" 7>&- &
tracer=$!
looks $tracer 2
held=$(held $tracer)
kill -INT $tracer
wait $tracer
is "Ctrl-C ends it, with 0" [ $? = 0 ]
"$treefall" trace -q -p $watched 7>&- &
tracer=$!
looks $tracer 2
held="$held $(held $tracer)"
if command -v bpftool >/dev/null; then
	is "programs were there to be left" [ "$(left)" -ge 2 ]
fi
kill -KILL $tracer
wait $tracer 2>/dev/null
if command -v bpftool >/dev/null; then
	# What a killed process held the kernel gives back a moment later.
	for _ in $(seq 50); do [ "$(left)" = 0 ] && break; sleep 0.1; done
	is "nothing is left in the kernel, however it ended" [ "$(left)" = 0 ]
else
	skip "what is left in the kernel: bpftool is not here"
fi
is "who is looked at is still there" kill -0 $watched
traced "$work/one.jsonl" -p $watched
looks $tracer 2
kill -KILL $watched
wait $watched 2>/dev/null
wait $tracer
is "who is looked at is killed: looking ends, with 0" [ $? = 0 ]
is "and tells what it saw" grep -q '"backend":"bpf"' "$work/one.jsonl"
exec 7>&-

# --- other programs --------------------------------------------------------------------------------------------

cp "$treefall" "$work/stripped"
if command -v strip >/dev/null; then
	strip -s "$work/stripped"
	run "$treefall" trace --format json -- "$work/stripped" run -q "$work/burn.yaml"
	is "a stripped program: restarts" [ "$(number "$work/out" core/pool/burner restarts)" = 5 ]
	is "a stripped program: where time goes" [ "$(number "$work/out" core/pool/burner samples)" -gt 5 ]
fi
cp "$treefall" "$work/replaced"
watched "$work/replaced"
rm "$work/replaced"
cp /bin/true "$work/replaced"
traced "$work/one.jsonl" -p $watched
looks $tracer 2
echo run >&7
exec 7>&-
wait $watched
wait $tracer
is "a program that was replaced on disk: 23 seen" [ "$(number "$work/one.jsonl" core/cache restarts)" = 23 ]

libraries=$(dirname "$treefall")
twins() { # OUT FLAG ...: build it
	${CC:-gcc} -std=c11 -D_GNU_SOURCE -O1 -I. "${@:2}" -o "$1" tests/system/twins.c "$libraries/libruntime.a" \
		-lxxhash -lpthread >"$work/out" 2>"$work/err"
}
for how in pie no-pie static static-pie; do
	flag=-$how
	if ! twins "$work/$how" $flag; then
		skip "a program that is $how: it cannot be built here"
		continue
	fi
	run "$treefall" trace --format json -- "$work/$how" 40
	is "a program that is $how: both threads" \
		[ "$(number "$work/out" left/worker restarts) $(number "$work/out" right/worker restarts)" = "40 40" ]
	strip -s "$work/$how" 2>/dev/null || continue
	"$work/$how" 40 wait <"$work/pipe" &
	watched=$!
	exec 7>"$work/pipe"
	ready $watched "$work/$how"
	traced "$work/one.jsonl" --views latency -p $watched
	looks $tracer 2
	echo >&7
	sleep 0.3
	exec 7>&-
	wait $watched
	wait $tracer
	is "a program that is $how, stripped: who was there before has a name" \
		[ "$(number "$work/one.jsonl" left handled)" -ge 40 ]
done
if [ -x "$work/pie" ]; then
	echo | timeout 20 "$treefall" trace --format json -- "$work/pie" 5 exec >"$work/out" 2>"$work/err"
	is "a program that runs another in its place" [ "$(number "$work/out" left/worker restarts)" = 5 ]
fi
for how in pie static; do
	[ -x "$work/$how" ] || continue
	echo | timeout 20 "$treefall" trace --format json -- "$work/$how" 5 again >"$work/out" 2>"$work/err"
	is "a program that is $how and runs itself again: restarts of both" \
		[ "$(number "$work/out" left/worker restarts)" = 10 ]
	is "a program that is $how and runs itself again: work of both" [ "$(number "$work/out" left handled)" = 14 ]
done

# --- where time goes -------------------------------------------------------------------------------------------

run "$treefall" trace --hertz 997 --format json --folded "$work/folded" -- "$treefall" run -q "$work/burn.yaml"
is "the burner is the hottest" [ "$(grep -v '"event"' "$work/out" | head -n 1 |
	sed 's/.*"id":"\([^"]*\)".*/\1/')" = core/pool/burner ]
hottest=$(sed 's/.*;\([^;]*\) \([0-9]*\)$/\2 \1/; s/^core.* //' "$work/folded" | awk '{ n[$2] += $1 }
	END { for (f in n) print n[f], f }' | sort -rn | head -n 1)
is "the guilty function is at the top of the folded stacks" [ "${hottest#* }" = busy_loop ]
is "with most of the samples" [ "${hottest% *}" -gt 100 ]
is "the stacks begin with the actor" grep -q '^core/pool/burner;' "$work/folded"

# --- rights ----------------------------------------------------------------------------------------------------

if [ -n "$nobody" ] && [ "$(id -u)" = 0 ] && command -v setcap >/dev/null && cp "$treefall" "$work/capable" &&
	setcap cap_bpf,cap_perfmon=ep "$work/capable" 2>/dev/null; then
	user="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all"
	chmod 755 "$work"
	ends 0 "setcap: an ordinary user has every view" $user "$work/capable" probes check
	ends 0 "setcap: an ordinary user's run" $user "$work/capable" run --probes=require scenarios/library/one-for-one.yaml
	run $user "$work/capable" trace --format json --hertz 997 -- "$treefall" run -q "$work/burn.yaml"
	is "setcap: an ordinary user's trace" [ "$(number "$work/out" core/pool/burner restarts)" = 5 ]
	is "setcap: an ordinary user's hotspots" [ "$(number "$work/out" core/pool/burner samples)" -gt 50 ]
else
	skip "an ordinary user with capabilities: setcap cannot be done here"
fi

if [ "$(id -u)" = 0 ] && unshare -pf --mount-proc true 2>/dev/null; then
	limit=60 run unshare -pf --mount-proc "$treefall" trace --hertz 997 --format json -- "$treefall" run -q \
		"$work/burn.yaml"
	is "a namespace of processes: where time goes" [ "$(number "$work/out" core/pool/burner samples)" -gt 50 ]
	limit=60 run unshare -pf --mount-proc "$treefall" run --probes=require "$work/fall.yaml"
	is "a namespace of processes: they agree" [ "$status" = 0 ]
else
	skip "a namespace of processes: it cannot be made here"
fi
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	hidden='mount -t tmpfs none /sys/kernel/btf || exit 99; "$@"'
	run unshare -m sh -c "$hidden" sh "$treefall" run --probes=require "$work/fall.yaml"
	is "a kernel without type information: counts are there" [ "$status" = 0 ]
	run unshare -m sh -c "$hidden" sh "$treefall" trace --views hotspots -- "$treefall" -V
	is "69: a kernel without type information: hotspots are not" [ "$status" = 69 ]
	says err 'no type information of this kernel' "it is said what it lacks"
	run unshare -m sh -c "$hidden" sh "$treefall" trace -- "$treefall" run "$work/fall.yaml"
	is "what was not asked for by name is left out" [ "$status" = 0 ]
fi

# --- on a terminal ---------------------------------------------------------------------------------------------

if .ci/deps has tmux; then
	export TMUX_TMPDIR=$work TERM=screen
	unset TMUX
	tm() { tmux -f /dev/null -L trace "$@"; }
	trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT
	watched "$treefall"
	tm new-session -d -x 60 -y 12 "$treefall trace -p $watched; echo ended with \$?; cat" 7>&-
	shows() { # PATTERN NAME
		for _ in $(seq 100); do
			tm capture-pane -p >"$work/out" 2>"$work/err"
			grep -qE -- "$1" "$work/out" && break
			sleep 0.1
		done
		if grep -qE -- "$1" "$work/out"; then ok "$2"; else not_ok "$2"; fi
	}
	shows "^process $watched" "a live view"
	echo run >&7
	shows ' 23 .*23 ' "it follows what happens"
	is "it fits the terminal" [ "$(wc -l <"$work/out")" -le 12 ]
	tm send-keys C-c
	shows 'ended with 0' "Ctrl-C leaves it, and the last table stays"
	exec 7>&-
	wait $watched
else
	skip "the live view: tmux is not here"
fi
