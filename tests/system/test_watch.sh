# The live tree on a terminal, driven by tmux: a crash from the menu, the restart, a step back, another way; its
# pictures are compared with those in tests/data/watch-screens.  UPDATE=1 writes them anew, to be looked at.
. "$(dirname "$0")/lib.sh"

if ! .ci/deps has tmux; then
	skip "the live tree on a terminal: tmux is not here"
	exit 0
fi
if $treefall --version | grep -q '^lacks:.*ncurses'; then
	ends 69 "without ncurses watch says so" $treefall watch scenarios/library/prismatic.yaml
	says err 'ncurses' "and what is missing"
	skip "the live tree on a terminal: the build has no ncurses"
	exit 0
fi

export TMUX_TMPDIR=$work TERM=screen
unset TMUX
terminals=0
tm() { tmux -f /dev/null -L "watch$terminals" "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT

open() { # COMMAND [WIDTH HEIGHT]: in a fresh terminal, whose modes before and after are kept
	tm kill-server 2>/dev/null
	terminals=$((terminals + 1))
	tm new-session -d -x "${2:-100}" -y "${3:-30}" \
		"stty -a | sed 1d >$work/before; $1; echo ended with \$?; stty -a | sed 1d >$work/after; cat"
}
keys() { tm send-keys "$@"; }
screen() { tm capture-pane -p | sed 's/[[:space:]]*$//'; }

# shows PATTERN NAME: the screen shows it within ten seconds.
shows() {
	local n
	for n in $(seq 100); do
		screen >"$work/out" 2>"$work/err"
		if grep -qE -- "$1" "$work/out"; then
			ok "$2"
			return
		fi
		sleep 0.1
	done
	echo "$2: no '$1' on the screen"
	not_ok "$2"
}

# looks FILE NAME: the screen becomes the one in the file.
looks() {
	local n file=tests/data/watch-screens/$1.txt
	if [ -n "${UPDATE:-}" ]; then
		mkdir -p tests/data/watch-screens
		sleep 1
		screen >"$file"
	fi
	for n in $(seq 100); do
		screen >"$work/out" 2>"$work/err"
		if cmp -s "$work/out" "$file"; then
			ok "$2"
			return
		fi
		sleep 0.1
	done
	diff "$file" "$work/out"
	not_ok "$2"
}
restored() { # NAME: the terminal is as it was
	sleep 0.2
	same "$work/before" "$work/after" "$1"
}

watch="$treefall watch --paused scenarios/library/prismatic.yaml"

# The flagship: crash the cache, see who goes with it, step back, do it another way, compare, ask why.
open "$watch"
looks open "the tree is there"
keys / core/cache Enter
shows 'PAUSED' "a search"
keys x
shows 'abnormal reason' "x lists the faults"
keys Enter
looks preview "Enter shows what the fault would do"
keys Enter
looks fallen "and does it"
keys . . .
looks restarted "three steps on the cache and what was started after it are back"
keys , , , ,
looks stepped-back "one can go back to before the crash"
keys g
shows '#23 .* PAST|PAST' "to the start"
keys : 'set prismatic/core strategy=one_for_all' Enter
shows 'branch 2 of 2' "doing something else there begins a branch"
keys : 'inject crash prismatic/core/cache reason=badarg' Enter
shows 'is down' "the same crash once more"
keys . . . . .
looks one-for-all "one_for_all takes the storage with it"
keys b
looks branches "the branches are listed"
keys q w
looks why "and it says why"
tm resize-window -x 40 -y 10
keys q
looks small "40 columns and 10 lines"
tm resize-window -x 300 -y 100
looks large "300 columns and 100 lines"
keys q
shows 'ended with 0' "q ends it"
restored "q gives the terminal back as it was"

open "$watch"
shows 'PAUSED' "it opens"
keys C-c
shows 'ended with 130' "Ctrl-C ends it"
restored "Ctrl-C gives the terminal back as it was"

for signal in TERM HUP; do
	open "sh -c 'echo \$\$ >$work/pid; exec $watch'"
	shows 'PAUSED' "it opens"
	kill -$signal "$(cat "$work/pid")"
	shows 'ended with 143' "SIG$signal ends it"
	restored "SIG$signal gives the terminal back as it was"
done
for signal in SEGV ABRT QUIT; do
	open "sh -c 'echo \$\$ >$work/pid; ulimit -c 0; exec $watch'"
	shows 'PAUSED' "it opens"
	kill -$signal "$(cat "$work/pid")"
	shows 'ended with 1[0-9][0-9]' "SIG$signal kills it"
	restored "SIG$signal gives the terminal back as it was"
done

# Time passes by itself, and a mouse is not needed for it.
open "$treefall watch --speed 100x scenarios/library/prismatic.yaml"
shows 'the scenario.s duration is over' "a run comes to its end by itself"
keys '['
shows '40\.000s +PAST' "[ goes to the last restart"
keys q

# A journal is wound through.
run $treefall run --journal "$work/run.jsonl" scenarios/library/prismatic.yaml
open "$treefall watch $work/run.jsonl"
shows '#[0-9]+ .*60\.000s' "a journal opens at its end"
keys g
shows '#23 .* PAST|PAST' "and can be wound back"
keys q

# From the prompt, and back there.
open "$treefall shell scenarios/library/prismatic.yaml"
shows '> ?$' "a prompt"
keys 'inject crash prismatic/core/cache reason=mine' Enter
shows 'is down' "something is done there"
keys 'watch' Enter
shows 'fell' "the live tree has it"
keys . . . q
shows '> ?$' "q leads back to the prompt"
keys 'tree prismatic/core' Enter
shows 'restarts 1' "which goes on where it was left"
keys 'quit' Enter
shows 'ended with 0' "and ends"

open "TERM=dumb $watch"
shows 'treefall tree' "a dumb terminal is refused, with a hint"
shows 'ended with 64' "as wrong usage"
open "NO_COLOR=1 $watch"
looks open "without colours it looks the same"
tm capture-pane -p -e >"$work/out"
if grep -q $'\033\[[0-9;]*3[0-7]m' "$work/out"; then not_ok "NO_COLOR: no colours"; else ok "NO_COLOR: no colours"; fi
keys q
open "LC_ALL=C $watch"
looks ascii "without UTF-8 it is drawn in ASCII"
keys q

ends 64 "without a terminal it is wrong usage" $treefall watch scenarios/library/prismatic.yaml
says err 'no terminal' "which is said"
