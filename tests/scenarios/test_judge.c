/* Probes, tolerances, patterns, and which verdict wins. */
#include "tests/support/stage.h"

#include <time.h>

/* A tree with something of everything; `rest` are the further parts of the file. */
#define TREE                                                                                                 \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  strategy: rest_for_one\n"                                                                         \
	"  intensity: 5\n"                                                                                   \
	"  children:\n"                                                                                      \
	"    - {id: store}\n"                                                                                \
	"    - {id: cache}\n"                                                                                \
	"    - {id: side, children: [{id: x}, {id: y, restart: temporary}]}\n"                               \
	"    - {id: pool, strategy: simple_one_for_one, template: {restart: temporary}, start: 3}\n"

static void assert_expectation_fails(const char *method, const char *expectation, const char *text)
{
	char scenario[2048];

	snprintf(scenario, sizeof(scenario), TREE "%sexpect:\n  - %s\n", method, expectation);
	struct stage *stage = stage_run(scenario);
	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, text);
	stage_free(stage);
}

static void assert_expectation_holds(const char *method, const char *expectation)
{
	char scenario[2048];

	snprintf(scenario, sizeof(scenario), TREE "%sexpect:\n  - %s\n", method, expectation);
	struct stage *stage = stage_run(scenario);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

#define CRASH "duration: 10s\nmethod: [{at: 2s, action: crash, target: app/cache, reason: x}]\n"

static void each_probe_says_what_it_found(void **state)
{
	(void)state;
	static const struct {
		const char *holds, *fails, *text;
	} probes[] = {
		{ "{probe: alive, of: app/cache}", "{probe: alive, of: app/cache, is: false}",
		  "alive of app/cache: expected false, was true" },
		{ "{probe: restarts, of: app/cache, equals: 1}",
		  "{probe: restarts, of: app/cache, equals: 2}", "restarts of app/cache: expected 2, was 1" },
		{ "{probe: restarts, of: app/side, equals: 1}",
		  "{probe: restarts, of: app/side/x, at_most: 0}",
		  "restarts of app/side/x: expected at most 0, was 1" },
		{ "{probe: exits, of: app/side/y, equals: 1}", "{probe: exits, of: app/store, at_least: 1}",
		  "exits of app/store: expected at least 1, was 0" },
		/* The pool comes back without its children: store, cache, side, x, y, pool. */
		{ "{probe: count, of: app, equals: 6}", "{probe: count, of: app/pool, between: [1, 3]}",
		  "count of app/pool: expected between 1 and 3, was 0" },
		{ "{probe: escalated, of: app, is: false}", "{probe: escalated, of: app/side}",
		  "escalated of app/side: expected true, was false" },
		{ "{probe: uptime, of: app/store, at_least: 100%}",
		  "{probe: uptime, of: app/pool/1, at_least: 20.1%}",
		  "uptime of app/pool/1: expected at least 20.1%, was 20%" },
		{ "{probe: recovery_time, of: app/cache, at_most: 0s}",
		  "{probe: recovery_time, of: app/cache, at_least: 1ms}",
		  "recovery_time of app/cache: expected at least 1ms, was 0" },
		{ "{probe: order, equals: [-app/cache, -app/side/x, +app/cache, +app/side/x]}",
		  "{probe: order, equals: [-app/cache, +app/cache, -app/side]}",
		  "order: expected -app/cache, +app/cache, -app/side, but there was no -app/side after "
		  "+app/cache" },
		{ "app/side: restarted", "app/store: restarted",
		  "app/store: expected restarted, was: 0 exits and 0 starts since the tree was up" },
		{ "app/store: untouched", "app/cache: untouched",
		  "app/cache: expected untouched, was: 1 exit and 1 start since the tree was up" },
		{ "app/store: survived", "app/side/x: survived",
		  "app/side/x: expected survived, was: another incarnation: 1 start since the tree was up" },
		{ "app/pool/2: stopped", "app/cache: stopped", "app/cache: expected stopped, was: running" },
	};

	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		assert_expectation_holds(CRASH, probes[i].holds);
		assert_expectation_fails(CRASH, probes[i].fails, probes[i].text);
	}
}

static void who_is_gone_did_not_recover(void **state)
{
	(void)state;
	static const char crash[] = "duration: 10s\nmethod: [{at: 4s, action: crash, target: app/pool/1}]\n";

	assert_expectation_fails(crash, "{probe: recovery_time, of: app/pool/1, at_most: 1h}",
				 "recovery_time of app/pool/1: expected at most 1h, was did not recover");
	assert_expectation_fails(crash, "app/pool/1: survived", "was: stopped");
	assert_expectation_holds(crash, "{probe: uptime, of: app/pool/1, equals: 40%}");
}

static void who_never_ran_is_neither_alive_nor_restarted(void **state)
{
	(void)state;
	static const char none[] = "";

	assert_expectation_fails(none, "app/pool/77: survived", "not running when the tree was up");
	assert_expectation_holds(none, "{probe: alive, of: app/pool/77, is: false}");
	assert_expectation_holds(none, "{probe: restarts, of: app/pool/77, equals: 0}");
	assert_expectation_holds(none, "{probe: uptime, of: app/pool/77, equals: 0%}");
	assert_expectation_holds(none, "app/pool/77: stopped");
}

/* --- patterns ----------------------------------------------------------------------------------------- */

static void a_pattern_has_to_hold_for_each_match(void **state)
{
	(void)state;
	static const char one_of_the_pool[] = "method: [{at: 1s, action: crash, target: app/pool/2}]\n";

	assert_expectation_holds("", "{probe: alive, of: app/**}");
	/* Somebody who was there and is gone is a match still. */
	assert_expectation_fails(one_of_the_pool, "{probe: alive, of: app/pool/*}",
				 "alive of app/pool/2: expected true, was false");
	assert_expectation_fails(one_of_the_pool, "app/pool/*: untouched", "app/pool/2: expected untouched");
	assert_expectation_holds(one_of_the_pool, "{probe: exits, of: app/pool/*, at_most: 1}");
	assert_expectation_fails(one_of_the_pool, "{probe: count, of: app/*, at_least: 1}",
				 "count of app/store: expected at least 1, was 0");
	assert_expectation_holds(one_of_the_pool, "{probe: count, of: app/side, equals: 2}");
	/* Matches may lie within each other. */
	assert_expectation_fails("", "{probe: count, of: '**', at_most: 8}",
				 "count of app: expected at most 8, was 9");
	assert_expectation_fails("", "{probe: count, of: 'app/**', at_most: 2}",
				 "count of app/pool: expected at most 2, was 3");
}

static void a_child_that_was_never_started_is_a_match(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}, {id: b, starts: ignore}]}\n"
					"expect: [{probe: alive, of: app/*}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, "alive of app/b: expected true, was false");
	stage_free(stage);
}

static void a_pattern_that_matches_nothing_by_then_fails(void **state)
{
	(void)state;
	/* The loader lets it through, because children may come to the pool. */
	struct stage *stage = stage_run("tree: {id: app, strategy: simple_one_for_one, template: {}}\n"
					"expect: [{probe: alive, of: app/*}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, "nothing that matches app/*");
	stage_free(stage);
}

/* --- verdicts ----------------------------------------------------------------------------------------- */

static void the_first_expectation_that_fails_is_told_and_the_others_counted(void **state)
{
	(void)state;
	struct stage *stage = stage_run(TREE "expect:\n"
					     "  - {probe: alive, of: app/cache}\n"
					     "  - {probe: restarts, of: app/cache, equals: 1}\n"
					     "  - app/store: restarted\n"
					     "  - app/cache: stopped\n");
	struct scn_result result = scn_world_result(stage->world);

	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION,
		       "restarts of app/cache: expected 1, was 0 (and 2 more not met)");
	assert_string_equal(result.expected, "1");
	assert_string_equal(result.actual, "0");
	stage_free(stage);
}

static void a_false_hypothesis_keeps_the_method_from_being_run(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}, {id: b, starts: ignore}]}\n"
					"hypothesis: [{probe: alive, of: app/b}]\n"
					"method: [{action: crash, target: app/a}]\n"
					"rollbacks: [{action: restart_child, target: app, child: b}]\n"
					"expect: [{probe: restarts, of: app/a, equals: 7}]\n");

	assert_verdict(stage, SCN_INCONCLUSIVE, SCN_HYPOTHESIS, "alive of app/b: expected true, was false");
	assert_int_equal(scn_world_result(stage->world).fired, 0);
	assert_int_equal(count_of(stage_events(stage), "restart_child"), 0);
	stage_free(stage);
}

static void a_hypothesis_that_does_not_hold_any_more_deviated(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run(TREE "hypothesis: [{probe: alive, of: app/pool/*}]\n"
			       "method: [{at: 1s, action: crash, target: app/pool/1}]\n"
			       "rollbacks: [{action: start_child, target: app/pool, child: '1'}]\n"
			       "expect: [{probe: restarts, of: app/cache, equals: 7}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_DEVIATED, "the hypothesis no longer holds: alive of app/pool/1");
	stage_free(stage);
}

static void a_required_fault_that_never_fired_is_told_with_its_line_and_why(void **state)
{
	(void)state;
	static const struct {
		const char *action, *text;
	} cases[] = {
		{ "{at: 1s, action: crash, target: app/pool/99}",
		  "crash of app/pool/99 (line 15) never fired: nothing in the tree matches app/pool/99" },
		{ "{on: {event: give_up, of: app}, action: crash, target: app/cache}",
		  "no give_up of app came when it could fire" },
		{ "{after: {restarts: 4}, action: crash, target: app/cache}",
		  "app/cache had not 4 restarts" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char scenario[2048];
		snprintf(scenario, sizeof(scenario),
			 TREE "duration: 10s\nexpect: [app/cache: restarted]\nmethod:\n  - %s\n",
			 cases[i].action);
		struct stage *stage = stage_run(scenario);
		/* It is told before the expectation that failed for want of it. */
		assert_verdict(stage, SCN_INCONCLUSIVE, SCN_NOT_FIRED, cases[i].text);
		stage_free(stage);
	}
}

static void a_target_that_was_dead_is_a_reason(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a, restart: temporary}, {id: b}]}\n"
					"method:\n"
					"  - {at: 1s, action: crash, target: app/a}\n"
					"  - {at: 2s, action: crash, target: app/a}\n");

	assert_verdict(stage, SCN_INCONCLUSIVE, SCN_NOT_FIRED,
		       "never fired: no live target at 2s: no process ran at app/a");
	stage_free(stage);
}

static void one_restart_is_one(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 0, children: [{id: a}]}\n"
					"method: [{at: 1s, action: kill, target: app/a}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_ESCALATED_ROOT, "gave up: 1 restart in its period, ");
	stage_free(stage);
}

static void an_action_whose_time_did_not_come_is_told_so(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE "method: [{at: 1m, action: crash, target: app/cache}]\n");

	stage_until(stage, 10 * RT_SECOND);
	stage_finish(stage);
	assert_verdict(stage, SCN_INCONCLUSIVE, SCN_NOT_FIRED,
		       "the run ended 10s after the tree was up, before 1m");
	stage_free(stage);
}

static void what_is_not_required_need_not_fire(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run(TREE "method:\n"
			       "  - {at: 1s, action: crash, target: app/pool/99, required: false}\n"
			       "  - {at: 1s, action: crash, target: app/pool/99, probability: 0.5}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

#define FALL                                                                                                 \
	"tree: {id: app, intensity: 1, children: [{id: a}]}\n"                                               \
	"method:\n"                                                                                          \
	"  - {at: 1s, action: crash, target: app/a}\n"                                                       \
	"  - {at: 2s, action: crash, target: app/a}\n"                                                       \
	"  - {at: 3s, action: crash, target: app/a}\n"

static void a_root_that_gives_up_is_a_failure_before_all_others(void **state)
{
	(void)state;
	struct stage *stage = stage_run(FALL "expect: [{probe: restarts, of: app/a, equals: 7}]\n");
	struct scn_event event;

	assert_verdict(stage, SCN_FAIL, SCN_ESCALATED_ROOT, "the root app gave up: 2 restarts");
	assert_true(scn_history_get(scn_world_history(stage->world), scn_world_result(stage->world).blame,
				    &event));
	assert_int_equal(event.kind, RT_EV_GIVE_UP);
	stage_free(stage);
}

static void a_root_may_give_up_when_that_is_expected(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 0, children: [{id: a}]}\n"
					"method: [{at: 1s, action: crash, target: app/a}]\n"
					"expect: [{probe: escalated, of: app, is: true}, app: stopped]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
	stage = stage_run("tree: {id: app, intensity: 0, children: [{id: a}]}\n"
			  "method: [{at: 1s, action: crash, target: app/a}]\n"
			  "expect: [{probe: escalated, of: app, is: false}]\n");
	assert_verdict(stage, SCN_FAIL, SCN_ESCALATED_ROOT, "");
	stage_free(stage);
}

static void a_limit_counts_more_than_a_fault_that_never_fired(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 5, children: [{id: a}]}\n"
					"limits: {time: 1m}\n"
					"method:\n"
					"  - {every: 10s, action: crash, target: app/a}\n"
					"  - {at: 2m, action: crash, target: app/a}\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "limits.time");
	stage_free(stage);
}

/* --- asked at the prompt ------------------------------------------------------------------------------ */

static void probes_are_understood_in_each_of_their_forms(void **state)
{
	(void)state;
	static const char *const good[] = {
		"alive app/cache",
		"alive app/cache is=true",
		"{probe: alive, of: app/cache}",
		"{probe: restarts, of: app/cache, equals: 0}",
		"{probe: restarts, of: \"app/cache\", between: [0, 3]}",
		"probe=restarts of=app/cache at_most=1k",
		"restarts app/** at_most=0",
		"restarts app/cache between=0,3",
		"restarts app/cache is=0",
		"uptime app/store at_least=99.9%",
		"recovery_time app/cache at_most=250ms",
		"count app/pool equals=3",
		"app/cache: untouched",
		"app/cache survived",
		"{app/cache: survived}",
	};
	struct stage *stage = stage_up(TREE);

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char actual[128];
		if (!stage_holds(stage, good[i], actual, sizeof(actual)))
			fail_msg("%s: was %s", good[i], actual);
	}
	assert_false(stage_holds(stage, "{probe: order, equals: [-app/cache, +app/cache]}", NULL, 0));
	assert_false(stage_holds(stage, "order -app/cache +app/cache", NULL, 0));
	stage_free(stage);
}

static void a_duration_that_was_measured_reads_well(void **state)
{
	(void)state;
	static const struct {
		const char *by, *actual;
	} cases[] = {
		{ "600ms", "600ms" },
		{ "749999999ns", "749.999999ms" },
		{ "999900us", "999.9ms" },
		{ "1001ns", "1001ns" },
		{ "1015807ns", "1.015807ms" },
		{ "4043348382ns", "4.043348382s" },
		{ "4s", "4s" },
		{ "4500ms", "4500ms" },
	};
	char scenario[1024], actual[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(scenario, sizeof(scenario),
			 "tree: {id: app, children: [{id: a, worker: {behaviour: external, service_time: "
			 "0s}},\n"
			 "  {id: load, worker: {behaviour: source, to: app/a, rate: 1, count: 1,\n"
			 "   timeout: 0s}}]}\n"
			 "method: [{at: 0s, action: slow, target: app/a, by: %s}]\n",
			 cases[i].by);
		struct stage *stage = stage_run(scenario);
		assert_false(stage_holds(stage, "latency app/a at_most=1ns", actual, sizeof(actual)));
		assert_string_equal(actual, cases[i].actual);
		stage_free(stage);
	}
}

static void a_probe_that_is_wrong_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *text;
	} cases[] = {
		{ "", "a probe is like" },
		{ "alvie app/cache", "did you mean alive?" },
		{ "alive", "alive of which path?" },
		{ "alive app/cahce", "nothing in the tree is app/cahce" },
		{ "alive app/nope/*", "nothing in the tree is app/nope/*" },
		{ "alive app/cache is=maybe", "true or false" },
		{ "alive app/cache at_least=1", "alive goes with `is`, not with `at_least`" },
		{ "restarts app/cache", "restarts needs one of" },
		{ "restarts app/cache equals=many", "whole number" },
		{ "restarts app/cache equals=1 at_most=3", "one tolerance" },
		{ "restarts app/cache between=3,1", "smaller value first" },
		{ "restarts app/cache between=3", "two values" },
		{ "restarts app/cache app/store equals=1", "another" },
		{ "restarts app/cache equal=1", "unknown key 'equal'" },
		{ "uptime app/store at_least=fast", "99.9%" },
		{ "recovery_time app/store at_most=5", "duration" },
		{ "order app/cache", "+ and a path" },
		{ "order -app/nobody", "nothing in the tree is app/nobody" },
		{ "order", "order needs one of" },
		{ "app/cache: revived", "unknown probe 'revived'" },
		{ "{probe: alive, of app/cache}", "a probe is like" },
	};
	struct stage *stage = stage_up(TREE);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rt_error error = { .text = "" };
		struct scn_probe probe;
		enum rt_status status = scn_probe_parse(stage->world, &cases[i].typed, 1, &probe, &error);
		if (status != RT_EINVAL || !strstr(error.text, cases[i].text))
			fail_msg("%s: %s (%s)", cases[i].typed, error.text, rt_status_text(status));
	}
	stage_free(stage);
}

static void a_call_that_was_refused_never_fired(void **state)
{
	(void)state;
	static const struct {
		const char *method, *text;
	} refused[] = {
		{ "- {at: 1s, action: restart_child, target: app/side, child: zz}",
		  "restart_child of app/side (line 13) was refused: {error,not_found}" },
		{ "- {at: 1s, action: delete_child, target: app/side, child: x}",
		  "delete_child of app/side (line 13) was refused: {error,running}" },
		{ "- {every: 1s, times: 3, action: terminate_child, target: app/side, child: zz}",
		  "was refused: {error,not_found}" },
	};
	static const char *const fired[] = {
		"- {at: 1s, action: restart_child, target: app/side, child: zz, required: false}",
		/* It took effect on one of them. */
		"- {at: 1s, action: terminate_child, target: '**', child: x}",
		("- {every: 1s, times: 2, action: delete_child, target: app/side, child: x, skip: 1}\n"
		 "  - {at: 1500ms, action: terminate_child, target: app/side, child: x}"),
	};
	char scenario[2048];

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(scenario, sizeof(scenario), TREE "method:\n  %s\n", refused[i].method);
		struct stage *stage = stage_run(scenario);
		assert_verdict(stage, SCN_INCONCLUSIVE, SCN_NOT_FIRED, refused[i].text);
		assert_int_not_equal(scn_world_result(stage->world).blame, 0);
		stage_free(stage);
	}
	for (size_t i = 0; i < sizeof(fired) / sizeof(fired[0]); i++) {
		snprintf(scenario, sizeof(scenario), TREE "method:\n  %s\n", fired[i]);
		struct stage *stage = stage_run(scenario);
		assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
		stage_free(stage);
	}
}

/* A signal comes with the first event of this kind. */
struct signal {
	volatile int stop;
	unsigned kind;
};

static void raise_at(void *ctx, const struct rt_event *event, const void *ext)
{
	struct signal *signal = ctx;

	(void)ext;
	if (event->kind == signal->kind)
		signal->stop = 15;
}

#define JUDGED                                                                                               \
	TREE "hypothesis:\n  - {probe: alive, of: 'app/*'}\n"                                                \
	     "method: [{at: 2s, action: crash, target: app/cache, reason: x}]\n"                             \
	     "rollbacks: [{action: kill, target: app/store}]\n"                                              \
	     "expect:\n  - {probe: alive, of: 'app/*'}\n  - {probe: exits, of: app/store, equals: 77}\n"

static void a_signal_is_heard_while_probes_are_judged(void **state)
{
	(void)state;
	static const unsigned kinds[] = { SCN_EV_UP, SCN_EV_OVER };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct signal signal = { .kind = kinds[i] };
		struct scn_replay replay = { .agrees = false };
		struct stage *stage = stage_new(JUDGED, NULL);

		assert_int_equal(rt_observe(scn_world_rt(stage->world), raise_at, &signal), RT_OK);
		assert_int_equal(scn_world_run(stage->world, &signal.stop), RT_OK);
		assert_verdict(stage, SCN_INTERRUPTED, SCN_KIND_NONE, "interrupted by signal 15");
		/* What was begun is undone all the same, and the journal is enough to do it again. */
		assert_in_journal(stage, "\"id\":\"app/store\",\"incarnation\":1,\"reason\":\"killed\"");
		assert_int_equal(scn_replay(stage_file(stage), &replay), RT_OK);
		assert_true(replay.agrees);
		assert_int_equal(replay.verdict, SCN_INTERRUPTED);
		scn_replay_fini(&replay);
		stage_free(stage);
	}
}

/* One walk for each pattern: twenty thousand probes over four thousand workers took a minute before. */
static void many_probes_of_one_pattern_are_judged_at_once(void **state)
{
	(void)state;
	char *text = malloc(2000000), *end = text;

	assert_non_null(text);
	end += sprintf(end, "tree: {id: app, strategy: simple_one_for_one, template: {}, start: 4000}\n"
			    "expect:\n");
	for (unsigned i = 0; i < 20000; i++)
		end += sprintf(end, "  - {probe: %s, of: 'app/*'%s}\n", i % 2 ? "alive" : "count",
			       i % 2 ? "" : ", equals: 0");
	clock_t begin = clock();
	struct stage *stage = stage_run(text);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 20);
	stage_free(stage);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_probe_says_what_it_found),
		cmocka_unit_test(who_is_gone_did_not_recover),
		cmocka_unit_test(who_never_ran_is_neither_alive_nor_restarted),
		cmocka_unit_test(a_pattern_has_to_hold_for_each_match),
		cmocka_unit_test(a_child_that_was_never_started_is_a_match),
		cmocka_unit_test(a_pattern_that_matches_nothing_by_then_fails),
		cmocka_unit_test(the_first_expectation_that_fails_is_told_and_the_others_counted),
		cmocka_unit_test(a_false_hypothesis_keeps_the_method_from_being_run),
		cmocka_unit_test(a_hypothesis_that_does_not_hold_any_more_deviated),
		cmocka_unit_test(a_required_fault_that_never_fired_is_told_with_its_line_and_why),
		cmocka_unit_test(a_target_that_was_dead_is_a_reason),
		cmocka_unit_test(an_action_whose_time_did_not_come_is_told_so),
		cmocka_unit_test(what_is_not_required_need_not_fire),
		cmocka_unit_test(a_call_that_was_refused_never_fired),
		cmocka_unit_test(a_signal_is_heard_while_probes_are_judged),
		cmocka_unit_test(many_probes_of_one_pattern_are_judged_at_once),
		cmocka_unit_test(one_restart_is_one),
		cmocka_unit_test(a_root_that_gives_up_is_a_failure_before_all_others),
		cmocka_unit_test(a_root_may_give_up_when_that_is_expected),
		cmocka_unit_test(a_limit_counts_more_than_a_fault_that_never_fired),
		cmocka_unit_test(probes_are_understood_in_each_of_their_forms),
		cmocka_unit_test(a_probe_that_is_wrong_is_refused_with_a_reason),
		cmocka_unit_test(a_duration_that_was_measured_reads_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
