/* What was done, as text and back. */
#include "scenarios/arena.h"
#include "scenarios/deed.h"
#include "tests/support/stage.h"

static void fill(struct inj_action *action)
{
	assert_int_equal(inj_action_set(action, "action", "crash", NULL), RT_OK);
	assert_int_equal(inj_action_set(action, "target", "app/a", NULL), RT_OK);
	assert_int_equal(inj_action_set(action, "reason", "{a,b}", NULL), RT_OK);
}

static void unit_a_deed_is_told_as_typed_and_a_copy_does_the_same(void **state __attribute__((unused)))
{
	struct scn_scenario *scenario = stage_scenario("tree: {id: app, children: [{id: a}]}\n");
	struct inj_action action = { .fault = NULL };
	struct scn_deed deed, copy;
	struct scn_world *world;
	struct scn_event event;
	unsigned targets = 0;

	fill(&action);
	assert_int_equal(scn_deed_of_action(&deed, &action), RT_OK);
	assert_string_equal(deed.told, "crash app/a reason={a,b}");
	assert_int_equal(scn_deed_copy(&copy, &deed), RT_OK);
	scn_deed_fini(&deed);
	assert_int_equal(scn_world_new(scenario, NULL, &world), RT_OK);
	assert_int_equal(scn_world_boot(world), RT_OK);
	assert_int_equal(scn_deed_do(world, &copy, &targets), RT_OK);
	assert_int_equal(targets, 1);
	const struct scn_history *history = scn_world_history(world);
	assert_true(scn_history_get(history, scn_history_last(history), &event));
	assert_string_equal(event.reason, "{a,b}");
	scn_deed_fini(&copy);
	scn_world_free(world);
	scn_free(scenario);
}

static void unit_no_memory_is_told(void **state __attribute__((unused)))
{
	struct inj_action action = { .fault = NULL };

	fill(&action);
	for (uint64_t nth = 1;; nth++) {
		struct scn_deed deed, copy;

		scn_arena_fail_nth(nth);
		enum rt_status status = scn_deed_of_action(&deed, &action);
		if (status == RT_OK) {
			status = scn_deed_copy(&copy, &deed);
			scn_deed_fini(&deed);
			if (status == RT_OK)
				scn_deed_fini(&copy);
		}
		bool fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_true(status == RT_OK || (fired && status == RT_ENOMEM));
		if (!fired)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_a_deed_is_told_as_typed_and_a_copy_does_the_same),
		cmocka_unit_test(unit_no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
