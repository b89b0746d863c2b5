/* Reports of deaths that nobody ordered. */
#include "scenarios/crash.h"

#include "tests/support/stage.h"

#define TREE "tree: {id: app, intensity: 1, children: [{id: a, memory: 1MiB}, {id: t, restart: temporary}]}\n"

static const char *decision(const struct stage *stage, size_t n)
{
	static char text[300];

	return scn_crash_decision(stage->world, scn_world_crash(stage->world, n), text, sizeof(text));
}

static void the_latest_comes_first(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	assert_int_equal(scn_world_crashes(stage->world), 0);
	assert_null(scn_world_crash(stage->world, 1));
	stage_input(stage, "crash app/a reason=boom");
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "segv app/t");
	stage_until(stage, 3 * RT_SECOND);

	assert_int_equal(scn_world_crashes(stage->world), 2);
	const struct scn_crash *first = scn_world_crash(stage->world, 2);
	const struct scn_crash *last = scn_world_crash(stage->world, 1);

	assert_string_equal(first->path, "app/a");
	assert_string_equal(first->reason, "boom");
	assert_string_equal(decision(stage, 2), "restarted by app under one_for_one, 1 of 1");
	assert_string_equal(last->path, "app/t");
	assert_string_equal(last->reason, "{signal,segv}");
	assert_int_equal(last->uptime, 2 * RT_SECOND);
	assert_string_equal(decision(stage, 1), "not restarted");
	assert_null(scn_world_crash(stage->world, 3));
	stage_finish(stage);
	stage_free(stage);
}

static void an_orderly_end_is_no_crash(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "exit app/a reason=normal");
	stage_input(stage, "terminate_child app child=t");
	stage_until(stage, RT_SECOND);
	assert_int_equal(scn_world_crashes(stage->world), 0);
	stage_finish(stage);
	stage_free(stage);
}

static void it_says_what_was_held_and_left(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "send app/a count=3");
	stage_until(stage, RT_SECOND);
	stage_input(stage, "leak app/a size=64KiB");
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "send app/a count=2");
	stage_input(stage, "crash app/a reason=boom");
	const struct scn_crash *crash = scn_world_crash(stage->world, 1);

	assert_int_equal(crash->handled, 3);
	assert_int_equal(crash->mailbox, 2);
	assert_in_range(crash->memory, 64 * 1024, 80 * 1024);
	assert_string_equal(decision(stage, 1), "none, so far");
	stage_finish(stage);
	stage_free(stage);
}

static void giving_up_is_a_decision(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "crash app/a");
	stage_until(stage, RT_SECOND);
	stage_input(stage, "crash app/a");
	stage_until(stage, 2 * RT_SECOND);
	assert_string_equal(decision(stage, 1), "app gave up: 2 restarts, 1 allowed");
	stage_finish(stage);
	stage_free(stage);
}

static void the_oldest_give_way(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 1000, children: [{id: a}]}\n"
					"method: [{every: 10s, times: 300, action: crash, target: app/a}]\n");

	assert_int_equal(scn_world_crashes(stage->world), SCN_CRASHES_MAX);
	assert_int_equal(scn_world_crash(stage->world, 1)->incarnation, 300);
	assert_int_equal(scn_world_crash(stage->world, SCN_CRASHES_MAX)->incarnation,
			 300 - SCN_CRASHES_MAX + 1);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_comes_first),
		cmocka_unit_test(an_orderly_end_is_no_crash),
		cmocka_unit_test(it_says_what_was_held_and_left),
		cmocka_unit_test(giving_up_is_a_decision),
		cmocka_unit_test(the_oldest_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
