# Read by each script here: runs whole programs and says what came of it, in the lines that tests/run counts
# (`ok NAME`, `not ok NAME` after what was seen, `skip NAME`).
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
treefall=${TREEFALL:-$PWD/build/treefall}
work=$PWD/build/system-test.$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
export XDG_STATE_HOME=$work XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work HOME=$work
unset NO_COLOR

ok() { echo "ok $1"; }
not_ok() { # NAME: what the last program said goes before it
	head -c 2000 "$work/out" "$work/err" 2>/dev/null
	echo
	echo "not ok $1"
}
skip() { echo "skip $1"; }

# run COMMAND...: output to $work/out and $work/err, exit status to $status; 124 if it did not end in time.
run() {
	timeout -k 5 "${limit:-30}" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# ends CODE NAME COMMAND...: the program ends with this code.
ends() {
	local code=$1 name=$2
	shift 2
	run "$@"
	if [ "$status" = "$code" ]; then
		ok "$name"
	else
		echo "$name: ended with $status, not $code: $*"
		not_ok "$name"
	fi
}

# says out|err PATTERN NAME: the last program said so.
says() {
	if grep -qE -- "$2" "$work/$1"; then
		ok "$3"
	else
		echo "$3: no '$2' in std$1"
		not_ok "$3"
	fi
}

same() { # FILE FILE NAME
	if cmp "$1" "$2"; then ok "$3"; else not_ok "$3"; fi
}

is() { # NAME COMMAND...: succeeds
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# tree FILE: what stands on stdin follows a small tree, core with the workers storage and cache, into FILE.
tree() {
	{
		cat <<-'END'
		version: 1
		name: small
		tree:
		  id: core
		  strategy: one_for_one
		  intensity: 3
		  period: 5s
		  children:
		    - {id: storage, worker: server}
		    - {id: cache, worker: server}
		END
		cat
	} >"$1"
}
