/* Causal chains in words. */
#include "tests/support/stage.h"

static char *why(const struct stage *stage, uint64_t seq)
{
	struct collected words;

	assert_int_not_equal(seq, 0);
	assert_int_equal(scn_why(scn_world_history(stage->world), seq, collect_into(&words)), RT_OK);
	return words.text;
}

static void assert_why(const struct stage *stage, const char *path, const char *expected)
{
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), path));

	assert_string_equal(words, expected);
	free(words);
}

static void a_group_restart_is_told_from_its_first_cause(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree:\n"
			  "  id: core\n"
			  "  strategy: rest_for_one\n"
			  "  intensity: 3\n"
			  "  children:\n"
			  "    - {id: storage}\n"
			  "    - {id: cache}\n"
			  "    - {id: telemetry, children: [{id: collector, restart: transient}]}\n"
			  "method: [{at: 2s, action: crash, target: core/cache, reason: badarg}]\n");

	assert_why(stage, "core/telemetry/collector",
		   "    2.000s  #8    crash of core/cache was injected (badarg)\n"
		   "    2.000s  #9    core/cache ended: badarg\n"
		   "    2.000s  #10   core saw it: permanent, so it is restarted\n"
		   "    2.000s  #11   core restarts core/cache under rest_for_one (1 of 3 restarts in 5 s)\n"
		   "    2.000s  #13   core/telemetry/collector was stopped for that\n"
		   "    2.000s  #14   core/telemetry was stopped for that\n"
		   "    2.000s  #16   core/telemetry was started again, for the 2nd time\n"
		   "    2.000s  #17   core/telemetry/collector was started again, for the 2nd time\n");
	stage_free(stage);
}

static void giving_up_is_told_with_the_restarts_before_it(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, intensity: 2, period: 10s, children: [{id: a}, {id: b}]}\n"
			  "method:\n"
			  "  - {at: 1s, action: crash, target: app/a, reason: x}\n"
			  "  - {at: 3s, action: crash, target: app/b, reason: y}\n"
			  "  - {at: 4s, action: kill, target: app/a}\n");

	assert_why(
		stage, "app",
		"    1.000s  #9    app restarts app/a under one_for_one (1 of 2 restarts in 10 s)\n"
		"    3.000s  #14   app restarts app/b under one_for_one (2 of 2 restarts in 10 s)\n"
		"    4.000s  #16   kill of app/a was injected\n"
		"    4.000s  #17   app/a was killed\n"
		"    4.000s  #18   app saw it: permanent, so it is restarted\n"
		"    4.000s  #19   app gives up instead of restarting app/a: it would be 3 restarts in 10 s, "
		"one more than intensity 2 allows\n"
		"    4.000s  #20   app/b was stopped\n"
		"    4.000s  #21   app ended: shutdown\n");
	stage_free(stage);
}

static void what_was_typed_is_the_first_cause(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a, restart: temporary}]}\n");

	stage_input(stage, "exit app/a reason=tired");
	stage_until(stage, 0);
	assert_why(stage, "app/a",
		   "    0.000s  #5    somebody typed: exit app/a reason=tired\n"
		   "    0.000s  #6    exit of app/a was injected (tired)\n"
		   "    0.000s  #7    app/a ended: tired\n");
	stage_free(stage);
}

static void a_long_chain_of_retries_is_cut_in_the_middle(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree:\n"
					"  id: app\n"
					"  intensity: 10000\n"
					"  children: [{id: a, starts: 'ok, fail:nope'}]\n"
					"method: [{at: 1s, action: crash, target: app/a, reason: x}]\n"
					"expect: [{probe: escalated, of: app}]\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "app"));

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_contains(words, "crash of app/a was injected (x)");
	assert_contains(words, "app tries to restart app/a once more");
	assert_contains(words, "events in between are left out");
	assert_contains(words, "it would be 10,001 restarts in 5 s, one more than intensity 10,000 allows");
	assert_true(count_of(words, "\n") < 50);
	free(words);
	stage_free(stage);
}

static void a_chain_of_starts_and_ends_is_followed_once(void **state)
{
	(void)state;
	/* Each start calls for the next crash: all that happens is one chain. */
	struct stage *stage = stage_run(
		"tree: {id: app, intensity: 1000000, children: [{id: a}]}\n"
		"method:\n"
		"  - {at: 1s, action: crash, target: app/a}\n"
		"  - {on: {event: start, of: app/a}, times: 30000, action: crash, target: app/a}\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "app/a"));

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_contains(words, "was started again, for the 30,002nd time");
	assert_true(count_of(words, "\n") < 50);
	free(words);
	stage_free(stage);
}

static void a_forgotten_beginning_is_admitted(void **state)
{
	(void)state;
	struct scn_options options = { .history_max = 3 };
	struct stage *stage = stage_new("tree: {id: app, children: [{id: a}]}\n"
					"method: [{at: 1s, action: crash, target: app/a, reason: x}]\n",
					&options);

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	stage_until(stage, 2 * RT_SECOND);
	char *words = why(stage, scn_history_last(scn_world_history(stage->world)));
	assert_contains(words, "no longer remembered");
	assert_contains(words, "app/a was started again");
	free(words);
	stage_free(stage);
}

static void a_slow_start_is_told_with_its_time(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}, {id: b}]}\n");
	const struct scn_history *history = scn_world_history(stage->world);
	char *words;

	stage_input(stage, "slow_init app/a by=1500ms");
	stage_input(stage, "crash app/a reason=x");
	stage_until(stage, 2 * RT_SECOND);
	words = why(stage, scn_history_last(history));
	assert_string_equal(
		words,
		"    0.000s  #7    somebody typed: crash app/a reason=x\n"
		"    0.000s  #8    crash of app/a was injected (x)\n"
		"    0.000s  #9    app/a ended: x\n"
		"    0.000s  #10   app saw it: permanent, so it is restarted\n"
		"    0.000s  #11   app restarts app/a under one_for_one (1 of 1 restart in 5 s)\n"
		"    0.000s  #12   slow_init of app/a was injected (by=1500ms)\n"
		"    0.000s  #13   app/a was started again, for the 2nd time, and that takes time\n"
		"    1.500s  #14   app/a is ready: its start took 1500ms, and its supervisor goes on\n");
	free(words);
	stage_free(stage);
}

static void an_end_within_a_start_is_told_as_that(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}, {id: b}]}\n");

	stage_input(stage, "slow_init app/a");
	stage_input(stage, "crash app/a reason=x");
	stage_until(stage, 0);
	stage_input(stage, "kill app/a");
	assert_why(stage, "app/a",
		   "    0.000s  #14   somebody typed: kill app/a\n"
		   "    0.000s  #15   kill of app/a was injected\n"
		   "    0.000s  #16   app/a was killed, before its start was over\n");
	stage_free(stage);
}

static void every_event_of_the_kinds_there_are_can_be_told(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree:\n"
			  "  id: app\n"
			  "  intensity: 20\n"
			  "  auto_shutdown: any_significant\n"
			  "  children:\n"
			  "    - {id: a}\n"
			  "    - {id: deaf, trap_exit: true, on_shutdown: ignore, shutdown: 1s}\n"
			  "    - {id: odd, trap_exit: true, on_shutdown: 'exit:odd'}\n"
			  "    - {id: none, starts: ignore}\n"
			  "    - {id: pool, strategy: simple_one_for_one, start: 2,\n"
			  "       template: {trap_exit: true, on_shutdown: 'exit:odd'}}\n"
			  "    - {id: vital, restart: transient, significant: true}\n"
			  "method:\n"
			  "  - {at: 1s, action: hang, target: app/a, duration: 1s}\n"
			  "  - {at: 3s, action: init_fail, target: app/a, reason: no_port}\n"
			  "  - {at: 4s, action: slow_init, target: app/a, by: 500ms}\n"
			  "  - {at: 4s, action: crash, target: app/a}\n"
			  "  - {at: 5s, action: set, target: app, strategy: one_for_all}\n"
			  "  - {at: 6s, action: terminate_child, target: app, child: deaf}\n"
			  "  - {at: 9s, action: terminate_child, target: app, child: pool}\n"
			  "  - {at: 10s, action: exit, target: app/vital, reason: normal}\n");
	const struct scn_history *history = scn_world_history(stage->world);

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	for (uint64_t seq = 1; seq <= scn_history_last(history); seq++) {
		char *words = why(stage, seq);
		if (strstr(words, "something happened") || strstr(words, "  \n") || strstr(words, "(null)"))
			fail_msg("#%u is not told:\n%s", (unsigned)seq, words);
		free(words);
	}
	stage_free(stage);
}

static void what_nobody_remembers_cannot_be_told(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	struct collected words;

	assert_int_equal(scn_why(scn_world_history(stage->world), 999, collect_into(&words)), RT_ENOENT);
	assert_string_equal(words.text, "");
	free(words.text);
	stage_free(stage);
}

static bool refuse(void *ctx, const char *text, size_t length)
{
	(void)ctx, (void)text, (void)length;
	return false;
}

static void a_sink_that_takes_nothing_is_told(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");

	assert_int_equal(scn_why(scn_world_history(stage->world), 1, (struct scn_sink){ .write = refuse }),
			 RT_EIO);
	stage_free(stage);
}

static void what_comes_after_the_method_is_told_as_it_was(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: top, intensity: 5, children: [{id: a}, {id: b}]}\n"
					"method: [{at: 1s, action: kill, target: top/a}]\n"
					"rollbacks: [{action: kill, target: top/b}]\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "top/b"));

	assert_contains(words, "the method was over, and the rollbacks were done\n");
	assert_contains(words, "top/b was started again, for the 2nd time\n");
	assert_null(strstr(words, "the tree was stopped"));
	free(words);
	words = why(stage, scn_history_last(scn_world_history(stage->world)));
	assert_contains(words, "the method was over, and the tree was stopped\n");
	free(words);
	stage_free(stage);
}

static void a_supervisor_that_shuts_down_ends_by_itself(void **state)
{
	(void)state;
	struct stage *stage = stage_run(
		"tree: {id: top, children: [{id: s, restart: temporary, auto_shutdown: any_significant,\n"
		"  children: [{id: a, restart: transient, significant: true}, {id: b}]}]}\n"
		"method: [{at: 1s, action: exit, target: top/s/a, reason: normal}]\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "top/s"));

	assert_contains(words, "top/s ended by itself: shutdown\n");
	assert_null(strstr(words, "top/s was stopped"));
	free(words);
	words = why(stage, scn_history_about(scn_world_history(stage->world), "top/s/b"));
	assert_contains(words, "top/s/b was stopped\n");
	free(words);
	stage_free(stage);
}

static void a_window_that_its_stamps_do_not_show_is_told_to_be_of_whole_seconds(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 2, period: 1s, children: [{id: a}]}\n"
					"method:\n"
					"  - {at: 100ms, action: kill, target: app/a}\n"
					"  - {at: 1s, action: kill, target: app/a}\n"
					"  - {at: 1900ms, action: kill, target: app/a}\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "app"));

	assert_contains(words, "it would be 3 restarts in 1 s as whole seconds count, one more than");
	free(words);
	stage_free(stage);
}

/* The verdict's own explanation. */
static void assert_blamed(const struct stage *stage, const char *expected)
{
	char *words = why(stage, scn_world_result(stage->world).blame);

	assert_string_equal(words, expected);
	free(words);
}

static void a_spoilt_state_is_told_before_the_end_that_it_leads_to(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("duration: 5s\n"
			  "tree: {id: app, children: [{id: a},\n"
			  "  {id: load, worker: {behaviour: source, to: app/a, rate: 1}}]}\n"
			  "method: [{at: 1500ms, action: corrupt_state, target: app/a}]\n");

	assert_why(stage, "app/a",
		   "    0.000s  #1    app was started\n"
		   "    0.000s  #3    app/load was started\n"
		   "    1.500s  #6    corrupt_state of app/a was injected\n"
		   "    2.000s  #7    app/a ended: bad_state\n"
		   "    2.000s  #9    app saw it: permanent, so it is restarted\n"
		   "    2.000s  #10   app restarts app/a under one_for_one (1 of 1 restart in 5 s)\n"
		   "    2.000s  #11   app/a was started again, for the 2nd time\n");
	stage_free(stage);
	/* What its process did is no cause of its own. */
	stage = stage_run("duration: 5s\n"
			  "tree: {id: app, children: [{id: a, isolation: process},\n"
			  "  {id: load, worker: {behaviour: source, to: app/a, rate: 1}}]}\n"
			  "method: [{at: 1500ms, action: corrupt_state, target: app/a}]\n");
	char *words = why(stage, scn_history_about(scn_world_history(stage->world), "app/a"));
	assert_contains(words, "corrupt_state of app/a was injected\n");
	assert_contains(words, "app/a ended: bad_state\n");
	free(words);
	stage_free(stage);
}

static void work_that_went_wrong_is_told_with_the_fault_of_the_worker(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("duration: 5s\n"
			  "tree: {id: app, children: [{id: a, worker: defensive},\n"
			  "  {id: load, worker: {behaviour: source, to: app/a, rate: 1}}]}\n"
			  "method: [{at: 1500ms, action: corrupt_state, target: app/a}]\n"
			  "expect: [{probe: wrong, of: app, equals: 0}]\n");

	assert_blamed(stage, "    0.000s  #1    app was started\n"
			     "    0.000s  #3    app/load was started\n"
			     "    1.500s  #6    corrupt_state of app/a was injected\n"
			     "    2.000s  #7    a request of app/load to app/a was answered wrongly\n");
	stage_free(stage);
}

static void a_worker_that_hangs_is_told_until_it_is_healed(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("duration: 9s\n"
			  "tree: {id: app, children: [{id: a, worker: external},\n"
			  "  {id: load, worker: {behaviour: source, to: app/a, rate: 1}}]}\n"
			  "method:\n"
			  "  - {at: 1500ms, action: hang, target: app/a, duration: 2s}\n"
			  "  - {at: 6500ms, action: drop, target: app/a}\n"
			  "expect: [{probe: availability, of: app/a, at_least: 100%}]\n");
	const struct scn_history *history = scn_world_history(stage->world);
	struct scn_event event;

	assert_blamed(stage, "    0.000s  #1    app was started\n"
			     "    0.000s  #3    app/load was started\n"
			     "    1.500s  #6    hang of app/a was injected\n"
			     "    3.000s  #8    a request of app/load to app/a was lost: no answer came\n");
	for (uint64_t seq = scn_history_last(history); seq > 0; seq--) {
		assert_true(scn_history_get(history, seq, &event));
		if (event.kind == RT_EV_REQUEST && event.t == 8 * RT_SECOND)
			break;
	}
	char *words = why(stage, event.seq);
	assert_contains(words, "drop of app/a was injected\n");
	assert_null(strstr(words, "hang"));
	free(words);
	stage_free(stage);
}

static void work_of_which_there_was_none_is_told_by_what_became_of_the_worker(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("duration: 5s\n"
			  "tree: {id: app, children: [{id: a, restart: temporary},\n"
			  "  {id: load, worker: {behaviour: source, to: app/a, rate: 1, count: 1}}]}\n"
			  "method: [{at: 2s, action: crash, target: app/a}]\n"
			  "expect: [{probe: served, of: app/a, equals: 9}]\n");

	assert_blamed(stage, "    2.000s  #6    crash of app/a was injected (crash)\n"
			     "    2.000s  #7    app/a ended: crash\n");
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spoilt_state_is_told_before_the_end_that_it_leads_to),
		cmocka_unit_test(work_that_went_wrong_is_told_with_the_fault_of_the_worker),
		cmocka_unit_test(a_worker_that_hangs_is_told_until_it_is_healed),
		cmocka_unit_test(work_of_which_there_was_none_is_told_by_what_became_of_the_worker),
		cmocka_unit_test(a_window_that_its_stamps_do_not_show_is_told_to_be_of_whole_seconds),
		cmocka_unit_test(a_supervisor_that_shuts_down_ends_by_itself),
		cmocka_unit_test(what_comes_after_the_method_is_told_as_it_was),
		cmocka_unit_test(a_group_restart_is_told_from_its_first_cause),
		cmocka_unit_test(giving_up_is_told_with_the_restarts_before_it),
		cmocka_unit_test(what_was_typed_is_the_first_cause),
		cmocka_unit_test(a_long_chain_of_retries_is_cut_in_the_middle),
		cmocka_unit_test(a_chain_of_starts_and_ends_is_followed_once),
		cmocka_unit_test(a_forgotten_beginning_is_admitted),
		cmocka_unit_test(a_slow_start_is_told_with_its_time),
		cmocka_unit_test(an_end_within_a_start_is_told_as_that),
		cmocka_unit_test(every_event_of_the_kinds_there_are_can_be_told),
		cmocka_unit_test(what_nobody_remembers_cannot_be_told),
		cmocka_unit_test(a_sink_that_takes_nothing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
