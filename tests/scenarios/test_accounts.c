/* What is counted for probes, as it happens and made up for later. */
#include "scenarios/world.h"

#include "runtime/hooks.h"
#include "scenarios/arena.h"
#include "tests/support/stage.h"

static void assert_holds(struct stage *stage, const char *probe)
{
	char actual[128];

	if (!stage_holds(stage, probe, actual, sizeof(actual)))
		fail_msg("%s: was %s", probe, actual);
}

/* --- time --------------------------------------------------------------------------------------------- */

static void uptime_is_the_share_of_time_with_a_process(void **state)
{
	(void)state;
	/* From 2 s on it is stopped, from 5 s on it runs again. */
	struct stage *stage = stage_run("duration: 12s\n"
					"tree: {id: app, children: [{id: a}]}\n"
					"method:\n"
					"  - {at: 2s, action: terminate_child, target: app, child: a}\n"
					"  - {at: 5s, action: restart_child, target: app, child: a}\n"
					"expect:\n"
					"  - {probe: uptime, of: app/a, equals: 75%}\n"
					"  - {probe: recovery_time, of: app/a, equals: 3s}\n"
					"  - {probe: uptime, of: app, equals: 100%}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void uptime_of_a_long_run_is_exact(void **state)
{
	(void)state;
	/* A year, a day of it down: parts per billion of 3e16 ns do not fit 64 bits. */
	struct stage *stage =
		stage_run("duration: 8760h\n"
			  "limits: {time: 9000h}\n"
			  "tree: {id: app, children: [{id: a}]}\n"
			  "method:\n"
			  "  - {at: 100h, action: terminate_child, target: app, child: a}\n"
			  "  - {at: 124h, action: restart_child, target: app, child: a}\n"
			  "expect: [{probe: uptime, of: app/a, between: [99.7260273%, 99.7260274%]}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void recovery_lasts_until_the_last_start_of_the_set(void **state)
{
	(void)state;
	/* `slow` needs 2 s to stop; only then both are started again. */
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree:\n"
			  "  id: app\n"
			  "  strategy: one_for_all\n"
			  "  children: [{id: a}, {id: slow, trap_exit: true, on_shutdown: 'delay:2s'}]\n"
			  "method: [{at: 1s, action: crash, target: app/a}]\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/a, equals: 2s}\n"
			  "  - {probe: recovery_time, of: app/slow, equals: 0s}\n"
			  "  - {probe: recovery_time, of: app, equals: 0s}\n"
			  "  - {probe: uptime, of: app/a, equals: 90%}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static rt_time takes_a_second(void *ctx, rt_place place)
{
	(void)ctx, (void)place;
	return RT_SECOND;
}

static void recovery_lasts_until_a_slow_start_is_over(void **state)
{
	(void)state;
	static const struct rt_hooks slow_starts = { .start_time = takes_a_second };
	struct stage *stage =
		stage_new("duration: 20s\n"
			  "tree: {id: app, strategy: rest_for_one, children: [{id: a}, {id: b}]}\n"
			  "method:\n"
			  "  - {at: 1s, action: crash, target: app/a}\n"
			  "  - {at: 10s, action: terminate_child, target: app, child: b}\n"
			  "  - {at: 14s, action: restart_child, target: app, child: b}\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/a, equals: 2s}\n" /* one after the other */
			  "  - {probe: recovery_time, of: app/b, equals: 5s}\n"
			  "  - {probe: uptime, of: app/a, equals: 95%}\n",
			  NULL);
	const struct scn_account *account;

	rt_hooks_set(scn_world_rt(stage->world), &slow_starts);
	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	rt_time up = rt_now(scn_world_rt(stage->world));
	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	/* a had nobody who had started for 1 s, b for 1 s, then for 4 s and 1 s more. */
	account = scn_accounts_find(stage->world->accounts, "app/a");
	assert_int_equal(scn_account_down_time(account, up, up + 20 * RT_SECOND), RT_SECOND);
	account = scn_accounts_find(stage->world->accounts, "app/b");
	assert_int_equal(scn_account_down_time(account, up, up + 20 * RT_SECOND), 7 * RT_SECOND);
	stage_free(stage);
}

static void recovery_goes_on_through_the_supervisor_above(void **state)
{
	(void)state;
	/* `sub` gives up at once; `slow` holds up its stop, and so the new start by `app`. */
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree:\n"
			  "  id: app\n"
			  "  children:\n"
			  "    - id: sub\n"
			  "      intensity: 0\n"
			  "      children: [{id: a}, {id: slow, trap_exit: true, on_shutdown: 'delay:3s'}]\n"
			  "method: [{at: 1s, action: crash, target: app/sub/a}]\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/sub/a, equals: 3s}\n"
			  "  - {probe: recovery_time, of: app/sub, equals: 0s}\n"
			  "  - {probe: escalated, of: app/sub}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void the_longest_recovery_counts(void **state)
{
	(void)state;
	struct stage *stage = stage_run("duration: 20s\n"
					"tree: {id: app, intensity: 9, children: [{id: a}]}\n"
					"method:\n"
					"  - {at: 1s, action: terminate_child, target: app, child: a}\n"
					"  - {at: 4s, action: restart_child, target: app, child: a}\n"
					"  - {at: 6s, action: crash, target: app/a}\n"
					"expect: [{probe: recovery_time, of: app/a, equals: 3s}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_worker_is_up_when_its_start_is_over(void **state)
{
	(void)state;
	/* a is down from 1 s to 3 s, and so is b, which is started after it; the supervisor runs all the
	 * time. */
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree:\n"
			  "  id: app\n"
			  "  strategy: one_for_all\n"
			  "  children: [{id: a}, {id: b}]\n"
			  "method:\n"
			  "  - {action: slow_init, target: app/a, by: 2s}\n"
			  "  - {at: 1s, action: crash, target: app/b}\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/a, equals: 2s}\n"
			  "  - {probe: recovery_time, of: app/b, equals: 2s}\n"
			  "  - {probe: uptime, of: app/a, equals: 90%}\n"
			  "  - {probe: uptime, of: app/b, equals: 90%}\n"
			  "  - {probe: uptime, of: app, equals: 100%}\n"
			  "  - {probe: order, is: [-app/b, -app/a, +app/a, +app/b]}\n"
			  "  - {probe: restarts, of: app/*, equals: 1}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_start_that_is_cut_short_is_no_recovery(void **state)
{
	(void)state;
	/* Crashed at 1 s, killed in its start at 2 s, up at 5 s; the supervisor is in the same recovery. */
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree: {id: app, children: [{id: sub, intensity: 3, children: [{id: a}]}]}\n"
			  "method:\n"
			  "  - {action: slow_init, target: app/sub/a, by: 3s, times: 2}\n"
			  "  - {at: 1s, action: crash, target: app/sub/a}\n"
			  "  - {at: 2s, action: kill, target: app/sub/a}\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/sub/a, equals: 4s}\n"
			  "  - {probe: uptime, of: app/sub/a, equals: 80%}\n"
			  "  - {probe: exits, of: app/sub/a, equals: 2}\n"
			  "  - {probe: restarts, of: app/sub/a, equals: 2}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void who_is_still_starting_has_not_recovered(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	char actual[128];

	stage_input(stage, "slow_init app/a by=5s");
	stage_input(stage, "crash app/a");
	stage_until(stage, 4 * RT_SECOND);
	assert_false(stage_holds(stage, "recovery_time app/a at_most=1h", actual, sizeof(actual)));
	assert_holds(stage, "uptime app/a equals=0%");
	assert_holds(stage, "alive app/a");
	stage_until(stage, 10 * RT_SECOND);
	assert_holds(stage, "recovery_time app/a equals=5s");
	assert_holds(stage, "uptime app/a equals=50%");
	stage_free(stage);
}

static void a_slow_start_by_request_is_a_recovery_too(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree: {id: app, children: [{id: a}]}\n"
			  "method:\n"
			  "  - {action: slow_init, target: app/a, by: 2s}\n"
			  "  - {at: 1s, action: terminate_child, target: app, child: a}\n"
			  "  - {at: 4s, action: restart_child, target: app, child: a}\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/a, equals: 5s}\n"
			  "  - {probe: uptime, of: app/a, equals: 75%}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_slow_start_of_a_worker_next_to_its_orphan(void **state)
{
	(void)state;
	/* The orphan traps exits and is still starting when its successor is up: it comes up and ends at 6 s,
	 * which nobody has to recover from. */
	struct stage *stage =
		stage_run("duration: 20s\n"
			  "tree: {id: app, children: [{id: sub, children: [{id: a, trap_exit: true}]}]}\n"
			  "method:\n"
			  "  - {action: slow_init, target: app/sub/a, by: 5s}\n"
			  "  - {at: 1s, action: crash, target: app/sub/a}\n"
			  "  - {at: 2s, action: kill, target: app/sub}\n"
			  "expect:\n"
			  "  - {probe: recovery_time, of: app/sub/a, equals: 1s}\n"
			  "  - {probe: uptime, of: app/sub/a, equals: 95%}\n"
			  "  - {probe: exits, of: app/sub/a, equals: 2}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

/* --- from when on ------------------------------------------------------------------------------------- */

static void what_happened_before_the_tree_was_up_is_no_touch(void **state)
{
	(void)state;
	/* Two starts of the pool's child before the tree is up: a key twice is one child more each time. */
	struct stage *stage =
		stage_run("duration: 10s\n"
			  "tree: {id: app, strategy: simple_one_for_one, template: {}, start: 2}\n"
			  "expect:\n"
			  "  - app/1: untouched\n"
			  "  - app/2: survived\n"
			  "  - app: untouched\n"
			  "  - {probe: restarts, of: app/1, equals: 0}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_dynamic_child_that_comes_back_counts_on(void **state)
{
	(void)state;
	/* To the runtime the second `1` is a child that never was before. */
	struct stage *stage = stage_run(
		"tree: {id: app, strategy: simple_one_for_one, template: {restart: temporary}, start: 1}\n"
		"method:\n"
		"  - {at: 1s, action: crash, target: app/1}\n"
		"  - {at: 2s, action: start_child, target: app, child: '1'}\n"
		"expect:\n"
		"  - {probe: restarts, of: app/1, equals: 1}\n"
		"  - {probe: exits, of: app/1, equals: 1}\n"
		"  - {probe: recovery_time, of: app/1, equals: 1s}\n"
		"  - app/1: restarted\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void another_child_at_the_same_place_is_not_mistaken_for_the_first(void **state)
{
	(void)state;
	/* Whoever comes after a child that is gone for good may be given its place by the runtime. */
	struct stage *stage = stage_run("tree: {id: app, strategy: simple_one_for_one, template: {restart: "
					"temporary}, start: [old]}\n"
					"method:\n"
					"  - {at: 1s, action: crash, target: app/old}\n"
					"  - {at: 2s, action: start_child, target: app, child: new}\n"
					"  - {at: 3s, action: start_child, target: app, child: newer}\n"
					"expect:\n"
					"  - {probe: restarts, of: app/old, equals: 0}\n"
					"  - app/old: stopped\n"
					"  - app/new: restarted\n"
					"  - {probe: restarts, of: app/*, equals: 0}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_in_journal(stage, "\"id\":\"app/newer\",\"incarnation\":1");
	stage_free(stage);
}

static void orphans_do_not_count_against_their_successors(void **state)
{
	(void)state;
	/* The killed supervisor's slow worker ends after its successor has started. */
	struct stage *stage = stage_run("duration: 10s\n"
					"tree:\n"
					"  id: app\n"
					"  children:\n"
					"    - id: sub\n"
					"      children: [{id: a}]\n"
					"method: [{at: 1s, action: kill, target: app/sub}]\n"
					"expect:\n"
					"  - {probe: recovery_time, of: app/sub/a, equals: 0s}\n"
					"  - {probe: exits, of: app/sub/a, equals: 1}\n"
					"  - {probe: restarts, of: app/sub/a, equals: 1}\n"
					"  - {probe: uptime, of: app/sub/a, equals: 100%}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

/* --- late --------------------------------------------------------------------------------------------- */

#define LATE_TREE                                                                                            \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  intensity: 9\n"                                                                                   \
	"  strategy: rest_for_one\n"                                                                         \
	"  children: [{id: a}, {id: b}, {id: c, restart: temporary}, {id: d}]\n"
#define LATE_METHOD                                                                                          \
	"method:\n"                                                                                          \
	"  - {at: 1s, action: crash, target: app/b}\n"                                                       \
	"  - {at: 4s, action: terminate_child, target: app, child: d}\n"                                     \
	"  - {at: 6s, action: restart_child, target: app, child: d}\n"

static const char *const late_probes[] = {
	"restarts app/b equals=1",
	"exits app/d equals=2",
	"app/a: untouched",
	"app/a: survived",
	"app/b: restarted",
	"app/c: stopped",
	"recovery_time app/d equals=2s",
	"uptime app/d equals=80%",
	"uptime app/c equals=10%",
	"escalated app is=false",
	"order -app/b +app/b -app/d +app/d",
	"restarts app/* at_most=2",
	"count app equals=3",
};

static void what_is_asked_late_is_made_up_for_from_the_history(void **state)
{
	(void)state;
	struct stage *stage = stage_up(LATE_TREE LATE_METHOD);

	stage_until(stage, 10 * RT_SECOND);
	for (size_t i = 0; i < sizeof(late_probes) / sizeof(late_probes[0]); i++)
		assert_holds(stage, late_probes[i]);
	/* And it goes on from there. */
	stage_input(stage, "crash app/d reason=x");
	stage_until(stage, 11 * RT_SECOND);
	assert_holds(stage, "restarts app/d equals=3");
	assert_holds(stage, "order -app/b +app/b -app/d +app/d");
	stage_free(stage);
}

static void asked_late_or_early_is_the_same(void **state)
{
	(void)state;
	struct stage *stage = stage_up(LATE_TREE LATE_METHOD);

	for (size_t i = 0; i < sizeof(late_probes) / sizeof(late_probes[0]); i++)
		stage_expect(stage, late_probes[i]);
	stage_until(stage, 10 * RT_SECOND);
	stage_finish(stage);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void what_the_history_has_forgotten_is_taken_from_the_tree(void **state)
{
	(void)state;
	struct scn_options options = { .history_max = 4 };
	struct stage *stage = stage_new(LATE_TREE LATE_METHOD, &options);

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	stage_until(stage, 10 * RT_SECOND);
	assert_holds(stage, "restarts app/b equals=1");
	assert_holds(stage, "app/a: survived");
	assert_holds(stage, "alive app/d");
	stage_free(stage);
}

/* One that still starts is alive, and so is who follows one that was killed. */
static void who_lives_is_the_same_asked_late_or_early(void **state)
{
	(void)state;
	static const char *const probes[] = { "alive app/*", "alive app/s*/*" };

	for (unsigned early = 0; early < 2; early++) {
		struct stage *stage = stage_up("tree:\n"
					       "  id: app\n"
					       "  intensity: 9\n"
					       "  children:\n"
					       "    - {id: a}\n"
					       "    - {id: b, restart: temporary}\n"
					       "    - {id: sup, children: [{id: w}]}\n");
		char actual[128];

		for (size_t i = 0; early && i < 2; i++)
			assert_holds(stage, probes[i]);
		stage_input(stage, "slow_init app/a by=5s");
		stage_input(stage, "crash app/a");
		stage_until(stage, RT_SECOND);
		assert_holds(stage, probes[0]);
		stage_until(stage, 6 * RT_SECOND);
		stage_input(stage, "kill app/sup");
		stage_until(stage, 7 * RT_SECOND);
		assert_holds(stage, probes[1]);
		stage_input(stage, "kill app/b");
		stage_until(stage, 8 * RT_SECOND);
		assert_false(stage_holds(stage, probes[0], actual, sizeof(actual)));
		assert_holds(stage, probes[1]);
		stage_free(stage);
	}
}

/* Of more paths than there is room for at once, some of which are not there any more. */
static void asked_again_after_there_was_no_memory_is_the_same(void **state)
{
	(void)state;
	static const char *const probes[] = {
		"alive app/*",          "exits app/* at_most=0",   "app/b: stopped",
		"exits app/b equals=1", "uptime app/b equals=50%", "order -app/b -app/k",
	};
	static const bool holds[] = { false, false, true, true, true, true };
	bool refused = true;

	for (uint64_t nth = 1; refused; nth++) {
		struct stage *stage =
			stage_up("tree:\n"
				 "  id: app\n"
				 "  children: [{id: a}, {id: b, restart: temporary}, {id: c},\n"
				 "             {id: d}, {id: e}, {id: f}, {id: g}, {id: h}, {id: i},\n"
				 "             {id: j}, {id: k, restart: temporary}]\n");
		char actual[128];

		stage_until(stage, 2 * RT_SECOND);
		stage_input(stage, "crash app/b");
		stage_until(stage, 3 * RT_SECOND);
		stage_input(stage, "crash app/k");
		stage_until(stage, 4 * RT_SECOND);
		refused = false;
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
			struct scn_probe probe = stage_probe(stage, probes[i]);
			char expected[128];

			scn_arena_fail_nth(nth);
			(void)scn_world_probe(stage->world, &probe, expected, actual, sizeof(actual));
			refused |= scn_arena_fail_fired();
			scn_arena_fail_nth(0);
			if (stage_holds(stage, probes[i], actual, sizeof(actual)) != holds[i])
				fail_msg("%s, the %uth allocation: was %s", probes[i], (unsigned)nth, actual);
		}
		stage_free(stage);
		assert_true(nth < 100);
	}
}

static void a_slow_start_asked_late_or_early_is_the_same(void **state)
{
	(void)state;
	static const char *const probes[] = { "recovery_time app/a equals=3s", "uptime app/a equals=70%",
					      "exits app/a equals=2", "restarts app/a equals=2" };
	struct stage *stage = stage_up("tree: {id: app, intensity: 3, children: [{id: a}]}\n"
				       "method:\n"
				       "  - {action: slow_init, target: app/a, by: 2s, times: 2}\n"
				       "  - {at: 1s, action: crash, target: app/a}\n"
				       "  - {at: 2s, action: kill, target: app/a}\n");

	stage_until(stage, 10 * RT_SECOND);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		assert_holds(stage, probes[i]);
	stage_free(stage);
	/* With nothing left in the history but that it still starts. */
	struct scn_options options = { .history_max = 1 };

	stage = stage_new("tree: {id: app, children: [{id: a}]}\n", &options);
	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	stage_input(stage, "slow_init app/a by=5s");
	stage_input(stage, "crash app/a");
	stage_until(stage, 2 * RT_SECOND);
	assert_holds(stage, "uptime app/a equals=0%");
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uptime_is_the_share_of_time_with_a_process),
		cmocka_unit_test(uptime_of_a_long_run_is_exact),
		cmocka_unit_test(recovery_lasts_until_the_last_start_of_the_set),
		cmocka_unit_test(recovery_lasts_until_a_slow_start_is_over),
		cmocka_unit_test(recovery_goes_on_through_the_supervisor_above),
		cmocka_unit_test(the_longest_recovery_counts),
		cmocka_unit_test(a_worker_is_up_when_its_start_is_over),
		cmocka_unit_test(a_start_that_is_cut_short_is_no_recovery),
		cmocka_unit_test(who_is_still_starting_has_not_recovered),
		cmocka_unit_test(a_slow_start_by_request_is_a_recovery_too),
		cmocka_unit_test(a_slow_start_of_a_worker_next_to_its_orphan),
		cmocka_unit_test(what_happened_before_the_tree_was_up_is_no_touch),
		cmocka_unit_test(a_dynamic_child_that_comes_back_counts_on),
		cmocka_unit_test(another_child_at_the_same_place_is_not_mistaken_for_the_first),
		cmocka_unit_test(orphans_do_not_count_against_their_successors),
		cmocka_unit_test(what_is_asked_late_is_made_up_for_from_the_history),
		cmocka_unit_test(asked_late_or_early_is_the_same),
		cmocka_unit_test(what_the_history_has_forgotten_is_taken_from_the_tree),
		cmocka_unit_test(a_slow_start_asked_late_or_early_is_the_same),
		cmocka_unit_test(asked_again_after_there_was_no_memory_is_the_same),
		cmocka_unit_test(who_lives_is_the_same_asked_late_or_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
