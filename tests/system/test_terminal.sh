# The shell on a terminal, driven by tmux: prompt, completion, Ctrl-C, history, Ctrl-D.
. "$(dirname "$0")/lib.sh"

if ! .ci/deps has tmux; then
	skip "the prompt on a terminal: tmux is not here"
	exit 0
fi

export TMUX_TMPDIR=$work TERM=screen
unset TMUX
terminals=0
tm() { tmux -f /dev/null -L "terminal$terminals" "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT

open() { # COMMAND: in a fresh terminal of 100 x 30
	tm kill-server 2>/dev/null
	terminals=$((terminals + 1))
	tm new-session -d -x 100 -y 30 "$1; echo ended with \$?; cat"
}
keys() { tm send-keys "$@"; }
screen() { tm capture-pane -p -S - | sed 's/[[:space:]]*$//' | sed '/^$/d'; }

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

open "$treefall shell scenarios/library/prismatic.yaml"
shows '> ?$' "a prompt comes"
keys 'tre' Tab Enter
shows 'one_for_one|rest_for_one|one_for_all' "Tab completes a command"
keys 'inject cra' Tab
shows 'inject crash $|inject crash$' "Tab completes a fault"
keys C-u
keys 'inject crash prismatic/co' Tab
shows 'inject crash prismatic/core' "Tab completes a path"
keys C-c
keys 'count_children prismatic' Enter
shows 'supervisors' "Ctrl-C drops the line and the shell goes on"
keys 'play 100x' Enter
keys 'events 3' Enter
keys 'pause' Enter
keys 'seed' Enter
shows 'seed' "the prompt stays usable while time passes"
keys C-d
shows 'ended with 0' "Ctrl-D ends it"

open "$treefall shell"
shows '> ?$' "a prompt comes without a scenario"
keys C-r 'count_ch'
shows 'count_children prismatic' "the history outlives the program"
keys C-c
keys 'quit' Enter
shows 'ended with 0' "quit ends it"

open "$treefall"
shows '> ?$' "treefall alone is the shell"
keys 'quit' Enter
shows 'ended with 0' "treefall alone ends with quit"

open "make --no-print-directory run"
shows '> ?$' "make run on a terminal ends in the shell"
shows 'PASS' "make run shows the verdict before"
keys 'tree' Enter
shows 'prismatic' "the tree is loaded there"
keys C-d
shows 'ended with 0' "make run ends well"
