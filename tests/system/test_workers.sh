# Workers of one's own: what the program shows plugins, what `make new-worker` writes, and docs/workers.md, whose
# whole way is gone here, its mending of a mistake included.  All in a copy, which takes over what was built.
. "$(dirname "$0")/lib.sh"
ulimit -c 0
limit=120

# --- what a plugin sees ------------------------------------------------------------------------------------------

nm -D --defined-only "$treefall" | awk '$2 == "T" { print $3 }' | sort >"$work/exported"
.ci/exports | sort >"$work/promised"
is "worker.h has functions for plugins" test "$(wc -l <"$work/promised")" -gt 20
is "the program shows plugins all of worker.h, and nothing else of itself" diff "$work/promised" "$work/exported"

make -s install DESTDIR="$work/root" prefix=/usr >"$work/out" 2>&1
mkdir "$work/installed"
sed 's|[^ ]*/skeleton.so|./skeleton.so|' scenarios/workers/skeleton/skeleton.yaml >"$work/installed/skeleton.yaml"
is "a plugin is built with what was installed" ${CC:-gcc} -std=c11 -I"$work/root/usr/include/treefall" -Wall \
	-Wextra -Werror -O2 -fPIC -shared -o "$work/installed/skeleton.so" scenarios/workers/skeleton/skeleton.c
ends 0 "and runs there" "$work/root/usr/bin/treefall" run "$work/installed/skeleton.yaml"
says out 'not promised to be the same everywhere: it has workers from a plugin' "its runs are not promised"

# --- runs with plugins --------------------------------------------------------------------------------------------

for file in scenarios/workers/*/; do
	name=$(basename "$file")
	[ ! -e "$file$name.yaml" ] || ends 0 "scenarios/workers/$name passes" "$treefall" run --check-determinism \
		--journal "$work/$name.jsonl" "$file$name.yaml"
done
is "the calculators crash for real" grep -q '"reason":"{signal,fpe}"' "$work/calc.jsonl"
run sh -c 'printf "..\n,\n" | "$0" watch --plain --paused --probes off scenarios/workers/calc/calc.yaml' "$treefall"
says out 'one cannot go back in this run: it has workers from a plugin' "nobody goes back in a run with plugins"
ends 64 "nor winds through one" "$treefall" watch --plain "$work/calc.jsonl"
says err 'one cannot go back in the run of .*: it has workers from a plugin' "which is said"
here=$PWD
cd / && ends 0 "a journal finds its plugin from anywhere, and its crashes are contained" "$treefall" replay \
	"$work/calc.jsonl"
cd "$here" || exit 1

mkdir "$work/quitter"
sed 's|struct skeleton_state \*state = memory;|exit(0);|' scenarios/workers/skeleton/skeleton.c |
	sed '1i #include <stdlib.h>' >"$work/quitter/skeleton.c"
sed 's|[^ ]*/skeleton.so|./skeleton.so|' scenarios/workers/skeleton/skeleton.yaml >"$work/quitter/skeleton.yaml"
sed -i '/answer(self, state/d; /state->answered = 0;/d' "$work/quitter/skeleton.c"
is "a worker that calls exit() is built" ${CC:-gcc} -std=c11 -I. -O2 -w -fPIC -shared \
	-o "$work/quitter/skeleton.so" "$work/quitter/skeleton.c"
ends 70 "and does not pass for a verdict" "$treefall" run "$work/quitter/skeleton.yaml"
says err 'a worker called exit\(\)' "which is told"
run "$treefall" run --journal "$work/quit.jsonl" "$work/quitter/skeleton.yaml"
run "$treefall" run --journal "$work/quit.tfj" "$work/quitter/skeleton.yaml"
ends 65 "its journal is torn" "$treefall" journal "$work/quit.tfj"
same "$work/quit.jsonl" "$work/out" "but up to there it is whole, packed or not"
is "and there is something in it" [ "$(wc -l <"$work/quit.jsonl")" -gt 1 ]

# --- a copy ------------------------------------------------------------------------------------------------------

copy=$work/copy
mkdir -p "$copy/build/scenarios" "$copy/build/tests"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$copy"
cp -a build/*.a build/flags build/config.* build/treefall build/runtime build/workers "$copy/build"
cp -a build/scenarios/workers "$copy/build/scenarios"
cp -a build/tests/support "$copy/build/tests"
cd "$copy" || exit 1
# Nobody's own: `mine` is a likely name.
for worker in scenarios/workers/*; do
	case $worker in
	*/skeleton | */calc) ;;
	*) rm -rf "$worker" ;;
	esac
done

# --- docs/workers.md: what was typed and what was printed ---------------------------------------------------------

awk -v to="$work/block" '/^```/ { if (open) { open = 0; next } open = 1; name = sprintf("%s.%03d", to, ++n)
	print substr($0, 4) >name; next } open { print >name }' docs/workers.md

# Names of functions depend on the compiler, and on the library that knows them; the first line does not.
known=$(.ci/deps has libdw-dev && echo yes)
plain() {
	sed -E '/^            [^ ]/d; s/^(  stack +)[^ ]+ /\1/' | if [ "$known" ]; then cat; else grep -v '^  stack '; fi
}
typed() { sed -n 's/^[a-z]* [0-9.]*s> //p'; }

compare() { # WHAT: $work/expected and $work/printed
	plain <"$work/expected" >"$work/left"
	plain <"$work/printed" >"$work/right"
	is "docs/workers.md: $1" diff "$work/left" "$work/right"
}

step() { # COMMAND: what it printed should be $work/expected
	{
		timeout -k 5 100 bash -c "$1" >"$work/printed" 2>&1 </dev/null
		status=$?
	} 2>/dev/null
	sed -i '/^timeout: /d' "$work/printed"
	[ $status != 136 ] || echo "Floating point exception" >>"$work/printed"
	compare "$1"
}

if [ "$(uname -m)" != x86_64 ]; then
	skip "docs/workers.md: a division that overflows is a crash on x86 only"
	rm "$work"/block.*
fi
steps=0
for block in "$work"/block.*; do
	[ -e "$block" ] || continue
	first=$(sed -n 2p "$block")
	case $(head -n 1 "$block")$first in
	diff*)
		sed 1d "$block" | GIT_CEILING_DIRECTORIES=$work git apply >"$work/out" 2>&1
		is "docs/workers.md: the mistake is mended" test $? = 0
		;;
	'$ build/treefall shell '*)
		steps=$((steps + 1))
		sed '1,2d' "$block" | typed >"$work/typed"
		sed '1,2d; /^[a-z]* [0-9.]*s> /d' "$block" >"$work/expected"
		timeout -k 5 100 ${first#$ } <"$work/typed" >"$work/printed" 2>&1
		compare "${first#$ }"
		;;
	'$ '*)
		command=
		while IFS= read -r line; do
			case $line in
			'$ '*)
				[ ! "$command" ] || step "$command"
				command=${line#$ }
				steps=$((steps + 1))
				: >"$work/expected"
				;;
			*) printf '%s\n' "$line" >>"$work/expected" ;;
			esac
		done < <(sed 1d "$block")
		step "$command"
		;;
	esac
done
[ $steps = 0 ] || is "docs/workers.md has its steps" test $steps -ge 12

# --- make new-worker ----------------------------------------------------------------------------------------------

fresh() { # NAME NAME=...: make new-worker refuses, with status 2 of make
	local name=$1
	shift
	ends 2 "$name" make new-worker "$@"
}
ends 0 "make new-worker" make new-worker NAME=probe_xyz
is "its three files are there" test "$(ls scenarios/workers/probe_xyz | tr '\n' ' ')" = \
	"probe_xyz.c probe_xyz.yaml test_probe_xyz.c "
is "nothing in them is called after the skeleton" bash -c "! grep -rn skeleton scenarios/workers/probe_xyz"
ends 0 "its plugin is built" make workers
ends 0 "its test is built" make build/workers/test_probe_xyz
ends 0 "its test passes" build/workers/test_probe_xyz
ends 0 "make tests has it, too" bash -c "make -n tests | grep -q test_probe_xyz"
ends 0 "its scenario passes" build/treefall run --check-determinism scenarios/workers/probe_xyz/probe_xyz.yaml
says out '^PASS +probe_xyz ' "its scenario says PASS"
ends 0 "it keeps to the rules about includes" .ci/check-layers

echo mine >>scenarios/workers/probe_xyz/probe_xyz.c
fresh "a worker that is there is not written over" NAME=probe_xyz
says err 'scenarios/workers/probe_xyz is there already; nothing was written' "and that is told"
is "it is as it was" bash -c "tail -n 1 scenarios/workers/probe_xyz/probe_xyz.c | grep -qx mine"
rm -r scenarios/workers/probe_xyz
fresh "a name is needed"
says err 'NAME is missing' "a name is needed: told"
for name in 9lives 'two words' ../up a/b "it's" 'a;b' test_it main null; do
	fresh "no name: $name" NAME="$name"
	says err "make new-worker: '.*' (is no name|would not be found)" "no name: $name: told"
done
is "nothing was written for those" test "$(ls -A scenarios/workers | tr '\n' ' ')" = "calc mine skeleton "

ends 0 "make new-worker IN another folder" make new-worker NAME=int IN="$work/elsewhere"
ends 0 "its Makefile runs its scenario" make -C "$work/elsewhere/int" run
ends 0 "its Makefile runs its test" make -C "$work/elsewhere/int" test
ends 0 "its Makefile cleans up" make -C "$work/elsewhere/int" clean
is "only what was written is left" test "$(ls "$work/elsewhere/int" | tr '\n' ' ')" = \
	"Makefile int.c int.yaml test_int.c "
touch "$work/file"
fresh "a file is no folder" NAME=mine IN="$work/file"
