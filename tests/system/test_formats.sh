# Journals of every format say the same: written, printed as another, replayed, torn, damaged, on a full disk, by a
# program that is killed.
. "$(dirname "$0")/lib.sh"

flagship=scenarios/library/prismatic.yaml
library=$(echo scenarios/library/*.yaml)
databases=yes
run "$treefall" run -q --journal "$work/probe.db" $flagship
if [ "$status" = 69 ] && grep -q 'built without SQLite' "$work/err"; then
	databases=
	ok "a build without SQLite says so in one line"
	is "one line" [ "$(wc -l <"$work/err")" = 1 ]
	skip "journals in databases: built without SQLite"
fi

# --- the whole library, in every format and back ----------------------------------------------------------------

# shellcheck disable=SC2086
run "$treefall" run -q --journal "$work/all.jsonl" $library
for format in binary ${databases:+sqlite}; do
	case $format in binary) ending=tfj ;; sqlite) ending=db ;; esac
	"$treefall" journal "$work/all.jsonl" -o "$work/all.$ending"
	"$treefall" journal "$work/all.$ending" >"$work/back.jsonl"
	same "$work/all.jsonl" "$work/back.jsonl" "$format: the library's lines come back"
	ends 0 "$format: the library replays" "$treefall" replay "$work/all.$ending"
	says out 'agrees, [0-9]+ runs' "$format: the replay says so"
done
for file in $library; do
	name=$(basename "$file" .yaml)
	promised=$("$treefall" run --format json "$file" 2>"$work/err" | grep -c '"not_promised":null')
	[ "$promised" = 1 ] || continue
	"$treefall" run -q --journal "$work/$name.jsonl" "$file" >"$work/out" 2>"$work/err"
	"$treefall" run -q --journal "$work/$name.tfj" "$file" >"$work/out" 2>"$work/err"
	"$treefall" journal --to binary "$work/$name.jsonl" >"$work/made.tfj"
	same "$work/$name.tfj" "$work/made.tfj" "$name: written packed, or packed later: the same bytes"
	cat "$work/$name.tfj" >>"$work/joined.tfj"
	cat "$work/$name.jsonl" >>"$work/joined.jsonl"
done
"$treefall" journal "$work/joined.tfj" >"$work/back.jsonl"
same "$work/joined.jsonl" "$work/back.jsonl" "packed runs put behind each other are a journal"
packed=$(wc -c <"$work/chaos-random.tfj")
is "packed, a run of chaos takes a quarter at most" [ $((packed * 4)) -lt "$(wc -c <"$work/chaos-random.jsonl")" ]

# --- who reads, reads any ----------------------------------------------------------------------------------------

"$treefall" run -q --journal "$work/a.jsonl" $flagship
"$treefall" journal "$work/a.jsonl" -o "$work/a.tfj"
for ending in tfj ${databases:+db}; do
	"$treefall" run -q --journal "$work/b.$ending" $flagship
	"$treefall" why "$work/a.jsonl" >"$work/one"
	"$treefall" why "$work/b.$ending" >"$work/two"
	same "$work/one" "$work/two" "$ending: why says the same"
	ends 0 "$ending: report" "$treefall" report "$work/b.$ending" -o "$work/b.html"
	is "$ending: the report has the run" grep -q prismatic "$work/b.html"
	ends 64 "$ending: a seed is refused, as of any journal" "$treefall" why --seed 3 "$work/b.$ending"
	printf 'load %s\ncrash prismatic/core/cache\njournal\n' $flagship |
		"$treefall" shell --journal "$work/shell.$ending" >"$work/out" 2>"$work/err"
	ends 0 "$ending: a session replays" "$treefall" replay "$work/shell.$ending"
done
"$treefall" run -q --journal - --journal-format binary $flagship 2>"$work/err" | "$treefall" journal /dev/stdin >"$work/c.jsonl"
same "$work/a.jsonl" "$work/c.jsonl" "through a pipe, packed"
"$treefall" run -q --journal "$work/odd.name" --journal-format binary $flagship
same "$work/a.tfj" "$work/odd.name" "--journal-format says it, whatever the name"
ends 64 "a format that is none" "$treefall" run --journal "$work/x" --journal-format xml $flagship
ends 64 "a database is no stream" "$treefall" run --journal - --journal-format sqlite $flagship
ends 64 "a journal is not written over itself" "$treefall" journal "$work/a.tfj" -o "$work/a.tfj"
cp $flagship "$work/precious.tfj"
ends 64 "what is no journal is not replaced" "$treefall" journal "$work/a.jsonl" -o "$work/precious.tfj"
same $flagship "$work/precious.tfj" "and stays what it was"
ends 65 "what is no journal is not printed" "$treefall" journal $flagship
ends 66 "a folder is none" "$treefall" journal "$work"
ends 66 "one that is missing is told" "$treefall" journal "$work/missing.tfj"

# --- torn and damaged ---------------------------------------------------------------------------------------------

"$treefall" run -q --message-events --journal "$work/long.tfj" scenarios/library/pool-under-load.yaml
size=$(wc -c <"$work/long.tfj")
head -c $((size - 1)) "$work/long.tfj" >"$work/torn.tfj"
ends 65 "torn at its last byte" "$treefall" journal "$work/torn.tfj"
says err 'byte [0-9]+: block [0-9]+ breaks off: the file is torn' "torn: the place is told"
"$treefall" journal "$work/long.tfj" 2>/dev/null | head -c "$(wc -c <"$work/out")" >"$work/begin"
same "$work/begin" "$work/out" "torn: all before that is printed"
ends 65 "torn: replay" "$treefall" replay "$work/torn.tfj"
says err 'the file is torn' "torn: replay tells it"
{ head -c $((size / 2)) "$work/long.tfj"; printf '!'; tail -c +$((size / 2 + 2)) "$work/long.tfj"; } >"$work/changed.tfj"
ends 65 "a changed byte" "$treefall" replay "$work/changed.tfj"
says err 'byte [0-9]+: block [0-9]+ was changed' "a changed byte: the block is told"
printf '\211TFJ\r\n\032\002' >"$work/later.tfj"
ends 65 "a later version" "$treefall" replay "$work/later.tfj"
says err 'another version of the format' "a later version: it is told"
head -n -1 "$work/a.jsonl" >"$work/torn.jsonl"
ends 65 "torn lines are packed, and told" "$treefall" journal "$work/torn.jsonl" -o "$work/torn2.tfj"
says err 'line 1 begins a run that breaks off' "torn lines: the run is told"
"$treefall" journal "$work/torn2.tfj" >"$work/back.jsonl" 2>"$work/err"
same "$work/torn.jsonl" "$work/back.jsonl" "torn lines come back"

# --- full disks ---------------------------------------------------------------------------------------------------

ends 74 "a full disk, packed" "$treefall" run -q --journal /dev/full --journal-format binary $flagship
says err 'cannot write /dev/full: No space left' "a full disk, packed: it is told"
ends 74 "a full disk, printing" bash -c "'$treefall' journal '$work/a.jsonl' >/dev/full"
mkdir -p "$work/small"
if [ "$databases" ] && mount -t tmpfs -o size=256k none "$work/small" 2>"$work/err"; then
	trap 'umount "$work/small"; rm -rf "$work"' EXIT
	ends 74 "a full disk under a database" "$treefall" run -q --message-events --journal "$work/small/x.db" \
		scenarios/library/pool-under-load.yaml
	says err 'cannot write .*x.db: database or disk is full' "a full disk under a database: it is told"
	ends 74 "a full disk under the shell" bash -c "printf 'load scenarios/library/pool-under-load.yaml\nrun\n' |
		'$treefall' shell --message-events --journal '$work/small/y.db'"
elif [ "$databases" ]; then
	skip "a full disk under a database: nothing can be mounted here"
fi
[ "$databases" ] || exit 0

# --- databases ----------------------------------------------------------------------------------------------------

rm -f "$work"/*.db
ends 0 "a run into a database" "$treefall" run -q --journal "$work/a.db" $flagship
ends 0 "another behind it" "$treefall" run -q --seed 3 --journal "$work/a.db" $flagship
"$treefall" run -q --seed 3 --journal "$work/s3.jsonl" $flagship
"$treefall" journal "$work/a.db" >"$work/back.jsonl"
cat "$work/a.jsonl" "$work/s3.jsonl" >"$work/both.jsonl"
same "$work/both.jsonl" "$work/back.jsonl" "the second run stands behind the first"
is "a database that is closed is one file" [ "$(echo "$work"/a.db*)" = "$work/a.db" ]
ends 64 "lines do not replace a database" "$treefall" run --journal "$work/a.db" --journal-format jsonl $flagship
ends 64 "a database does not replace lines" "$treefall" run --journal "$work/a.jsonl" --journal-format sqlite $flagship

# A run that would take very long is killed when a few batches are there.
cat >"$work/long.yaml" <<'END'
version: 1
name: long
duration: 100000s
limits: {events: 1000M, time: 100h}
tree:
  id: core
  intensity: 1000000
  period: 1s
  children: [{id: a}, {id: b}]
method:
  - {every: 1ms, action: crash, target: core/a, reason: oops}
END
"$treefall" run -q --journal "$work/killed.db" "$work/long.yaml" >"$work/out" 2>"$work/err" &
program=$!
for _ in $(seq 600); do
	[ "$(stat -c %s "$work/killed.db-wal" 2>/dev/null || echo 0)" -lt 4000000 ] || break
	sleep 0.1
done
kill -9 $program
wait $program 2>/dev/null
ends 65 "killed: the run is torn" "$treefall" journal "$work/killed.db" -o "$work/killed.tfj"
says err 'line 1 begins a run that breaks off' "killed: it is told"
"$treefall" journal "$work/killed.tfj" 2>/dev/null >"$work/killed.jsonl"
is "killed: whole batches are there" [ $((($(wc -l <"$work/killed.jsonl") - 1) % 50000)) = 0 ]
is "killed: some are" [ "$(wc -l <"$work/killed.jsonl")" -gt 50000 ]
ends 65 "killed: replay agrees up to there" "$treefall" replay "$work/killed.db"
says err 'breaks off after line [0-9]+; all before that agrees' "killed: replay tells where it ends"
ends 0 "killed: the database can be added to" "$treefall" run -q --journal "$work/killed.db" $flagship
if command -v sqlite3 >/dev/null; then
	is "killed: the run has no verdict, the next one has" [ "$(sqlite3 "$work/killed.db" \
		"SELECT group_concat(coalesce(verdict, 'none')) FROM runs")" = none,PASS ]
fi
sqlite3 "$work/theirs.db" 'CREATE TABLE mine (x)' 2>/dev/null || : >"$work/theirs.db"
if [ -s "$work/theirs.db" ]; then
	ends 74 "the database of something else is left alone" "$treefall" run --journal "$work/theirs.db" $flagship
	says err 'the database of something else' "and told"
fi
