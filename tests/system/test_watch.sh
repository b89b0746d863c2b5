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

# Bytes of memory, at the end of a row and in details, are not what is told here.
no_bytes() { sed -E 's/ +[0-9]{3,}$/ BYTES/; s/(memory +)[0-9]+B/\1BYTES/; s/ +$//'; }

# looks FILE NAME: the screen becomes the one in the file.
looks() {
	local n file=tests/data/watch-screens/$1.txt
	if [ -n "${UPDATE:-}" ]; then
		mkdir -p tests/data/watch-screens
		sleep 1
		screen | no_bytes >"$file"
	fi
	for n in $(seq 100); do
		screen 2>"$work/err" | no_bytes >"$work/out"
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

# replay FILE: a recorded session, typed again; each screen becomes the recorded one.
replay() {
	local line kind rest step="" n=0 new=$work/session
	: >"$new"
	: >"$work/expected"
	while IFS= read -r line || [ -n "$step$line" ]; do
		kind=${line:0:1} rest=${line:2}
		if [ "$kind" = '|' ]; then
			printf '%s\n' "$rest" >>"$work/expected"
			continue
		fi
		[ -z "$step" ] || showed "$step"
		step=""
		printf '%s\n' "$line" >>"$new"
		case $kind in
		'$') open "$(echo "$rest" | sed "s|^treefall|$treefall|")" 80 24 && step=$rest ;;
		'>') eval "keys $rest" && step=$rest ;;
		*) continue ;;
		esac
		n=$((n + 1))
	done <"$1"
	[ -z "${UPDATE:-}" ] || cp "$new" "$1"
	is "$n steps were replayed" test "$n" -ge 15
}

# showed STEP: the screen becomes what was expected behind it.
showed() {
	local n name="after: $1"
	[ -z "${UPDATE:-}" ] || sleep 1
	for n in $(seq 100); do
		screen >"$work/out" 2>"$work/err"
		if [ -n "${UPDATE:-}" ] || cmp -s "$work/out" "$work/expected"; then
			ok "$name"
			break
		fi
		[ "$n" -lt 100 ] || { diff "$work/expected" "$work/out"; not_ok "$name"; }
		sleep 0.1
	done
	sed 's/^/| /; s/ *$//' "$work/out" >>"$new"
	: >"$work/expected"
}

watch="$treefall watch --paused --probes off scenarios/library/prismatic.yaml"

# The flagship: crash the cache, see who goes with it, step back, do it another way, compare, ask why.
replay docs/watch-session.txt
tm resize-window -x 40 -y 10
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

# Stopped and continued, the terminal is the shell's meanwhile.
open "bash --norc --noprofile -i"
keys "PS1='shell> '; $watch" Enter
shows 'PAUSED' "it opens"
keys C-z
shows 'Stopped' "Ctrl-Z stops it"
keys 'stty -a | sed 1d >'"$work/stopped; fg" Enter
shows 'PAUSED' "fg shows it again"
keys j
keys q
shows 'shell>$' "and q ends it"
if grep -q -- ' icanon' "$work/stopped" && grep -q -- ' echo ' "$work/stopped"; then
	ok "meanwhile the terminal was as it should be"
else
	not_ok "meanwhile the terminal was as it should be"
fi

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

# In lines: on a dumb terminal by itself, else where somebody wants it, also in a pipe.
open "TERM=dumb $watch"
shows 'keys are typed as a line' "a dumb terminal is told in lines"
keys '@4' Enter x Enter '' Enter '' Enter '...' Enter
shows 'prismatic/core/cache: restarted just now, 1 restart so far' "and everything can be done there"
keys q Enter
shows 'ended with 0' "q ends it"
plain() {
	run sh -c 'printf "%b" "$1" | $2 watch --plain --paused --probes off scenarios/library/prismatic.yaml' - \
		"$1" "$treefall"
}
plain '/core/cache\nx\n\n\n...\n1\ng\n:set prismatic/core strategy=one_for_all\n:inject crash prismatic/core/cache\n.....\nb\n@1\nq\nw\nq\n2\nh\n3\nq\nu\nq\n'
is "the same in lines, from a pipe" test "$status" = 0
no_bytes <"$work/out" >"$work/plain"
[ -z "${UPDATE:-}" ] || cp "$work/plain" tests/data/watch-screens/plain.txt
same tests/data/watch-screens/plain.txt "$work/plain" "says what it said"
plain ''
is "without any line it ends" test "$status" = 0
run sh -c 'printf "Space\n" | $0 watch --plain --speed max --probes off scenarios/library/prismatic.yaml' "$treefall"
is "a key has a name" test "$status" = 0

open "NO_COLOR=1 $watch"
looks open "without colours it looks the same"
tm capture-pane -p -e >"$work/out"
if grep -q $'\033\[[0-9;]*3[0-7]m' "$work/out"; then not_ok "NO_COLOR: no colours"; else ok "NO_COLOR: no colours"; fi
keys q
for term in xterm screen-256color vt100 linux; do
	open "env TERM=$term $watch"
	shows '● core' "TERM=$term"
	keys q
	shows 'ended with 0' "ends with TERM=$term"
done
# A click, as a terminal reports it that knows of columns beyond 223, and the wheel.
open "env TERM=xterm $watch"
shows 'PAUSED' "it opens"
keys -l $'\033[<0;8;6M'
keys Enter
shows 'prismatic/core/cache: worker' "a click selects a row"
keys q
open "LC_ALL=C $watch"
looks ascii "without UTF-8 it is drawn in ASCII"
keys q

ends 64 "without a terminal it is wrong usage" $treefall watch scenarios/library/prismatic.yaml
says err 'no terminal' "which is said"
