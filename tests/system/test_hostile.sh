# Hostile files end in a clear message, soon and in little memory; never in a crash, never in a hang.
. "$(dirname "$0")/lib.sh"

# The program says one of these exit codes in time, and its resident memory (as the kernel counts it) stays small.
refused() { # CODES NAME FILE [SECONDS [MiB]]
	local codes=$1 name=$2 file=$3 seconds=${4:-10} mib=${5:-256} used
	timeout -k 2 "$seconds" bash -c '
		"$0" run "$1" >"$2/out" 2>"$2/err" </dev/null & child=$!
		peak=0
		while now=$(awk "/VmHWM/ { print \$2 }" /proc/$child/status 2>/dev/null) && [ -n "$now" ]; do
			peak=$now
			sleep 0.01
		done
		wait $child; status=$?
		echo $peak >"$2/peak"
		exit $status' "$treefall" "$file" "$work"
	status=$?
	used=$(($(cat "$work/peak" 2>/dev/null || echo 0) / 1024))
	if ! [[ " $codes " == *" $status "* ]]; then
		echo "$name: ended with $status, not $codes"
		not_ok "$name"
	elif [ "$used" -gt "$mib" ]; then
		echo "$name: took $used MiB"
		not_ok "$name"
	elif [ "$status" != 0 ] && ! [ -s "$work/err" ]; then
		not_ok "$name: nothing was said"
	elif [ "$(wc -c <"$work/err")" -gt 100000 ]; then
		not_ok "$name: too much was said"
	else
		ok "$name"
	fi
}

: >"$work/empty.yaml"
refused 65 "an empty file" "$work/empty.yaml"
printf '\n\n# nothing\n' >"$work/comment.yaml"
refused 65 "nothing but a comment" "$work/comment.yaml"
refused 66 "a folder" "$work"
refused "65 66" "/dev/null" /dev/null
refused "65 66" "/dev/zero" /dev/zero
mkfifo "$work/fifo"
refused "65 66" "a FIFO that nobody writes to" "$work/fifo"
ln -s "$work/loop.yaml" "$work/loop.yaml"
refused 66 "a link to itself" "$work/loop.yaml"

truncate -s 1G "$work/sparse.yaml"
refused "65 66" "1 GiB of nothing" "$work/sparse.yaml"
rm "$work/sparse.yaml"
yes '# a comment goes on and on' | head -c 60M >"$work/comments.yaml"
refused 65 "60 MB of comments" "$work/comments.yaml" 20
rm "$work/comments.yaml"
yes 'a: b' | head -c 8M >"$work/keys.yaml"
refused 65 "two million duplicate keys" "$work/keys.yaml" 20
seq 500000 | sed 's/.*/k&: 1/' >"$work/keys.yaml"
refused 65 "half a million unknown keys" "$work/keys.yaml" 20
{ printf 'name: '; head -c 16M /dev/zero | tr '\0' a; echo; } >"$work/line.yaml"
refused 65 "a line of 16 MB" "$work/line.yaml" 20

head -c 100000 /dev/zero | tr '\0' '[' >"$work/deep.yaml"
refused 65 "100,000 open brackets" "$work/deep.yaml"
head -c 200000 /dev/zero | sed 's/\x0/{a: /g' >"$work/deep.yaml"
refused 65 "200,000 open braces" "$work/deep.yaml"
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%*sa:\n", i, "" }' >"$work/deep.yaml"
refused 65 "3,000 levels by indentation" "$work/deep.yaml"
{
	printf 'version: 1\ntree: '
	for i in $(seq 1000); do printf '{id: s%d, children: [' "$i"; done
	printf '{id: w}'
	for i in $(seq 1000); do printf ']}'; done
	echo
} >"$work/deep.yaml"
refused 65 "1,000 supervisors in one another" "$work/deep.yaml"
{
	printf 'version: 1\nexpect: []\ntree: '
	for i in $(seq 200); do printf '{id: s%d, children: [' "$i"; done
	printf '{id: w}'
	for i in $(seq 200); do printf ']}'; done
	echo
} >"$work/deep.yaml"
refused 0 "200 supervisors in one another run" "$work/deep.yaml"

tree "$work/bytes.yaml" <<<"about: $(printf 'caf\xe9')"
refused 65 "Latin-1" "$work/bytes.yaml"
tree "$work/bytes.yaml" <<<"about: $(printf '\xed\xa0\x80')"
refused 65 "a surrogate in UTF-8" "$work/bytes.yaml"
tree "$work/bytes.yaml" <<<"about: $(printf '\xc0\xaf')"
refused 65 "an overlong sequence" "$work/bytes.yaml"
printf 'version: 1\nname: a\0b\n' >"$work/bytes.yaml"
refused 65 "a null byte" "$work/bytes.yaml"
printf '\xff\xfev\0e\0r\0' >"$work/bytes.yaml"
refused 65 "UTF-16" "$work/bytes.yaml"
head -c 300000 "$treefall" >"$work/bytes.yaml"
refused 65 "a program" "$work/bytes.yaml"

printf 'version: 1\ntree:\n  id: a\n  children:\n    - {id: b}\n    - {id: b}\n' >"$work/twice.yaml"
refused 65 "the same id twice" "$work/twice.yaml"
says err 'twice\.yaml:6:' "the same id twice: the place of the second"
printf 'a: &a [*a]\n' >"$work/alias.yaml"
refused 65 "an alias to itself" "$work/alias.yaml"
{
	echo 'a0: &a0 [x, x]'
	for i in $(seq 40); do echo "a$i: &a$i [*a$((i - 1)), *a$((i - 1))]"; done
} >"$work/alias.yaml"
refused 65 "a billion laughs" "$work/alias.yaml"
printf 'version: 1\n---\nversion: 1\n' >"$work/two.yaml"
refused 65 "two documents" "$work/two.yaml"
printf 'version: 99999999999999999999999\ntree: {id: a}\n' >"$work/big.yaml"
refused 65 "a number that is too big" "$work/big.yaml"
printf 'version: 1\nseed: -1\ntree: {id: a}\n' >"$work/big.yaml"
refused 65 "a seed below zero" "$work/big.yaml"
printf 'version: 1\nduration: 99999999999999h\ntree: {id: a}\n' >"$work/big.yaml"
refused 65 "a duration that is too long" "$work/big.yaml"

{
	printf 'version: 1\nname: million\ntree:\n  id: core\n  children:\n'
	seq 1000000 | sed 's/.*/    - {id: w&}/'
} >"$work/million.yaml"
refused "0 65" "a million children" "$work/million.yaml" 60 4096
rm "$work/million.yaml"
printf 'version: 1\ntree:\n  id: core\n  strategy: simple_one_for_one\n  template: {worker: server}\n  start: 1000000\n' \
	>"$work/pool.yaml"
refused 0 "a pool of a million" "$work/pool.yaml" 60 2048
printf 'version: 1\ntree:\n  id: core\n  strategy: simple_one_for_one\n  template: {worker: server}\n  start: 4000000000000\n' \
	>"$work/pool.yaml"
refused 65 "a pool of four million million" "$work/pool.yaml"
