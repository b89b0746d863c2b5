# The shell without a terminal: commands from a pipe, and what it leaves behind.
. "$(dirname "$0")/lib.sh"

flagship=scenarios/library/prismatic.yaml
tree "$work/small.yaml" <<'END'
END

# shell NAME CODE [OPTIONS] -- LINES: the shell reads these lines from a pipe and ends with CODE.
shell() {
	local name=$1 code=$2 options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	printf '%s\n' "$@" | timeout -k 5 30 "$treefall" shell "${options[@]}" >"$work/out" 2>"$work/err"
	status=${PIPESTATUS[1]}
	if [ "$status" = "$code" ]; then
		ok "$name"
	else
		echo "$name: ended with $status, not $code"
		not_ok "$name"
	fi
}

shell "a tree heals" 0 -- "load $work/small.yaml" "inject crash core/cache reason=badarg" "run 1s" \
	"expect restarts core/cache equals=1" "expect core/storage untouched" "why core/cache" "tree" "quit"
says out 'badarg' "a tree heals: why says what it was"
says out 'one_for_one' "a tree heals: the tree has the strategy"
says out '1/3' "a tree heals: the tree has the intensity used"

shell "every command of an investigation" 0 "$flagship" -- "validate $flagship" "tree" "step" "step 3" \
	"until start" "run 1s" "events" "events 3" "seed" "help" "help inject" "help faults" "help crash" \
	"count_children prismatic" "which_children prismatic" "why" "heal" "quit"
shell "an end of the input is a quit" 0 -- "load $work/small.yaml" "run 1s"
shell "an empty input" 0 -- ""
shell "comments and blank lines" 0 -- "" "# nothing" "   " "load $work/small.yaml" "quit"

shell "without --strict it goes on after an error" 0 -- "grow" "load $work/small.yaml" "tree" "quit"
says out 'storage' "without --strict the next command is done"
says err 'grow' "the error names the word"
shell "--strict stops at an unknown command" 64 --strict -- "grow" "load $work/small.yaml" "tree"
is "--strict does nothing after it" bash -c "! grep -q storage '$work/out'"
shell "--strict stops at an unknown path" 64 --strict -- "load $work/small.yaml" "inject crash core/cahce badarg"
says err 'cache' "an unknown path: what was meant is told"
shell "--strict stops at a missing file" 66 --strict -- "load $work/no.yaml"
shell "--strict stops at an expectation that fails" 1 --strict -- "load $work/small.yaml" \
	"expect restarts core/cache equals=1"

# save writes a scenario that does it again.
shell "save" 0 --strict -- "load $work/small.yaml" "run 2s" "inject crash core/cache reason=badarg" "run 500ms" \
	"inject kill core/storage" "run 1s" "expect restarts core/cache equals=1" \
	"expect restarts core/storage equals=1" "save $work/mine.yaml" "quit"
ends 0 "what was saved runs to PASS" "$treefall" run "$work/mine.yaml"
cp "$work/mine.yaml" "$work/kept.yaml"
shell "save does not replace a file unasked" 0 -- "load $work/small.yaml" "save $work/mine.yaml" "quit"
same "$work/mine.yaml" "$work/kept.yaml" "save does not replace a file unasked: it is as it was"
shell "save to a full disk" 74 --strict -- "load $work/small.yaml" "save /dev/full force"

# A journal of what was done at the prompt replays.
shell "journal at the prompt" 0 --strict -- "journal $work/prompt.jsonl" "load $work/small.yaml" "run 1s" \
	"inject crash core/cache reason=badarg" "run 1s" "set core strategy=one_for_all" \
	"inject kill core/storage" "run 1s" "run" "quit"
ends 0 "what was done at the prompt replays" "$treefall" replay "$work/prompt.jsonl"
is "inputs are in the journal" grep -q '"event":"input"' "$work/prompt.jsonl"

# The reader of a pipe goes away.
run bash -c "'$treefall' run scenarios/library/*.yaml | head -n 1; exit \${PIPESTATUS[0]}"
is "a reader that goes away is no crash" test "$status" -lt 128
