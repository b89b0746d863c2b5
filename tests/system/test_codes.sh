# The exit codes of `treefall run` and of the command line, each provoked once.
. "$(dirname "$0")/lib.sh"

tree "$work/pass.yaml" <<'END'
method:
  - {at: 1s, action: crash, target: core/cache, reason: badarg}
expect:
  - {probe: restarts, of: core/cache, equals: 1}
  - core/storage: untouched
END
tree "$work/fail.yaml" <<'END'
method:
  - {at: 1s, action: crash, target: core/cache, reason: badarg}
expect:
  - {probe: restarts, of: core/cache, equals: 2}
  - core/cache: untouched
  - {probe: exits, of: core/cache, equals: 0}
END
tree "$work/escalated.yaml" <<'END'
method:
  - {every: 100ms, times: 4, action: crash, target: core/cache, reason: badarg}
END
tree "$work/inconclusive.yaml" <<'END'
method:
  - {after: {restarts: 5}, action: crash, target: core/cache, reason: badarg}
END
tree "$work/deviated.yaml" <<'END'
hypothesis:
  - {probe: alive, of: core/cache}
method:
  - {at: 1s, action: terminate_child, target: core, child: cache}
END
tree "$work/false.yaml" <<'END'
hypothesis:
  - {probe: alive, of: core/cache, is: false}
END
tree "$work/liveness.yaml" <<'END'
method:
  - {every: 1s, action: exit, target: core/cache, reason: normal}
duration: 2h
END
tree "$work/invalid.yaml" <<'END'
metod: []
END
# Something happens a thousand times a second, for days.
cat >"$work/long.yaml" <<'END'
version: 1
name: long
tree:
  id: core
  intensity: 1000000
  period: 1
  children:
    - {id: storage, worker: server}
    - {id: cache, worker: server}
duration: 1000h
limits: {time: 10000h, events: 1000000000000}
method:
  - {every: 1ms, action: exit, target: core/cache, reason: normal}
END

ends 0 "0: all pass" "$treefall" run "$work/pass.yaml"
says out PASS "0: the verdict is told"
ends 1 "1: an expectation fails" "$treefall" run "$work/fail.yaml"
says err 'FAIL' "1: the failure block is on stderr"
says err 'expected' "1: it has what was expected"
says err '^  also       core/cache: expected untouched' "1: it has the second that failed"
says err '^             exits of core/cache: expected 0, was 1' "1: it has the third"
says err 'seed' "1: it has the seed"
says err "treefall run .*fail\.yaml" "1: it has the line that reproduces it"
ends 1 "1: as JSON" "$treefall" run --format json "$work/fail.yaml"
says out '"unmet":\[".*was 1",".*",".*was 1"\]' "1: JSON has all that failed"
ends 1 "1: the root gave up" "$treefall" run "$work/escalated.yaml"
says err 'escalated' "1: the kind is told"
ends 1 "1: the hypothesis no longer holds" "$treefall" run "$work/deviated.yaml"
says err 'deviated' "1: the kind is told when it deviated"
ends 1 "1: a limit is hit" "$treefall" run "$work/liveness.yaml"
says err 'liveness' "1: the kind is told when a limit is hit"
ends 2 "2: a required fault never fired" "$treefall" run "$work/inconclusive.yaml"
says err 'INCONCLUSIVE' "2: the verdict is told"
ends 2 "2: the hypothesis is false before the method" "$treefall" run "$work/false.yaml"
ends 64 "64: no terminal and no command" "$treefall"
ends 64 "64: an unknown command" "$treefall" grow
ends 64 "64: an unknown option" "$treefall" run --no-such-option "$work/pass.yaml"
ends 64 "64: run without a file" "$treefall" run
ends 64 "64: a seed that is none" "$treefall" run --seed=seven "$work/pass.yaml"
ends 65 "65: an invalid scenario" "$treefall" run "$work/invalid.yaml"
says err "invalid.yaml:[0-9]+:1: .*did you mean method" "65: the place and what was meant are told"
ends 66 "66: a missing file" "$treefall" run "$work/missing.yaml"
ends 66 "66: a folder" "$treefall" run "$work"
case $treefall in
*asan*) ;; # it needs all the address space that there is
*)	printf 'version: 1\ntree: {id: a, strategy: simple_one_for_one, template: {worker: server}, start: 1000000}\n' \
		>"$work/large.yaml"
	ends 70 "70: no memory for the tree" bash -c "ulimit -v 200000; '$treefall' run '$work/large.yaml'"
	says err 'out of memory' "70: it is told that memory ran out" ;;
esac
ends 74 "74: a full disk for the journal" "$treefall" run --journal /dev/full "$work/pass.yaml"
ends 74 "74: a journal that may not become larger" \
	bash -c "ulimit -f 1; '$treefall' run --journal '$work/j.jsonl' scenarios/library/rabbitmq.yaml"
ends 74 "74: a folder that is not there" "$treefall" run --journal "$work/no/j.jsonl" "$work/pass.yaml"
ends 74 "74: a full disk for the output" bash -c "'$treefall' run '$work/pass.yaml' >/dev/full"
ends 74 "74: a full disk for JSON" bash -c "'$treefall' run --format json '$work/pass.yaml' >/dev/full"

# Over many files: all are validated first, then the worst one counts.
ends 1 "many: a FAIL counts more than an INCONCLUSIVE" \
	"$treefall" run "$work/inconclusive.yaml" "$work/fail.yaml" "$work/pass.yaml"
ends 65 "many: an invalid one counts more than a FAIL" "$treefall" run "$work/fail.yaml" "$work/invalid.yaml"
ends 66 "many: a missing one counts more than an invalid one" \
	"$treefall" run "$work/invalid.yaml" "$work/missing.yaml" "$work/pass.yaml"

# Signals: the world is healed and stopped, the journal has its end.
for signal in INT:130 TERM:143; do
	code=${signal#*:} name=${signal%:*}
	# A shell's background jobs ignore SIGINT; env gives it back.
	env --default-signal=INT "$treefall" run --journal "$work/long.jsonl" "$work/long.yaml" \
		>"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	for _ in $(seq 100); do
		[ -s "$work/long.jsonl" ] && break
		sleep 0.1
	done
	kill -"$name" $pid
	for _ in $(seq 300); do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL $pid 2>/dev/null
	wait $pid
	status=$?
	if [ $status = "$code" ]; then ok "$code: SIG$name during a run"; else
		echo "ended with $status"
		not_ok "$code: SIG$name during a run"
	fi
	is "$code: the journal has its end" bash -c "tail -n 1 '$work/long.jsonl' | grep -q INTERRUPTED"
	rm -f "$work/long.jsonl"
	echo run >"$work/script"
	timeout --preserve-status -k 9 -s "$name" 1 env --default-signal=INT "$treefall" shell "$work/long.yaml" \
		<"$work/script" >"$work/out" 2>"$work/err"
	status=$?
	is "$code: SIG$name while the shell reads a script" [ $status = "$code" ]
done

ends 0 "--version" "$treefall" --version
says out '^treefall [0-9]+\.[0-9]+\.[0-9]+' "--version says which"
ends 0 "--help" "$treefall" --help
ends 0 "help" "$treefall" help
