/* Whom a fault strikes: patterns, aims and modes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/planbed.h"

static int set_up(void **state)
{
	*state = bed_new(7);
	return 0;
}

static int tear_down(void **state)
{
	bed_free(*state);
	return 0;
}

static void a_pattern_strikes_all_workers_that_match(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "crash app/*"), 5); /* and neither group nor pool */
	assert_int_equal(bed_count(bed, "fault_fired", "app/*"), 5);
	assert_int_equal(bed_count(bed, "fault_fired", "app/group"), 0);
	bed_run(bed, 0);
	assert_int_equal(bed_restarts(bed, "app/a"), 1);
	assert_int_equal(bed_restarts(bed, "app/calm"), 1);
}

static void order_is_that_of_the_tree(void **state)
{
	struct bed *bed = *state;
	static const char *const order[] = { "app/a",
					     "app/b",
					     "app/c",
					     "app/d",
					     "app/calm",
					     "app/group/first",
					     "app/group/second",
					     "app/group/third" };
	uint64_t seq = 0;

	bed_input(bed, "send app/**");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct bed_event *fired = bed_event(bed, "fault_fired", order[i], 1);

		assert_true(fired->event.seq > seq);
		seq = fired->event.seq;
	}
}

static void the_aim_of_a_row_is_respected(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "crash app/group"), 0);
	assert_int_equal(bed_input(bed, "stop app/a"), 0);
	assert_int_equal(bed_input(bed, "stop app/** mode=one"), 1);
	assert_int_equal(bed_input(bed, "kill app/group"), 1);
	assert_int_equal(bed_input(bed, "kill app/calm"), 1);
	assert_int_equal(bed_input(bed, "terminate_child app/a child=x"), 0);
	assert_int_equal(bed_count(bed, "fault_fired", "app/a"), 0);
}

static void the_dead_are_no_targets(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "terminate_child app child=a");
	bed_run(bed, 0);
	assert_false(bed_alive(bed, "app/a"));
	assert_int_equal(bed_input(bed, "crash app/a"), 0);
	assert_int_equal(bed_input(bed, "crash app/*"), 4);
	assert_int_equal(bed_input(bed, "crash nowhere/at/all"), 0);
}

static void who_died_by_the_same_fault_is_not_struck_again(void **state)
{
	struct bed *bed = *state;

	/* All of them: the root first, and what that takes with it at once is no target any more. */
	bed_input(bed, "kill app/**");
	bed_run(bed, 0);
	assert_int_equal(rt_root(bed->rt), RT_NOBODY);
	for (size_t i = 0; i < bed->count; i++) {
		if (bed->event[i].event.kind == INJ_EV_FIRED)
			assert_int_equal(bed_count(bed, "exit", bed->event[i].path), 1);
	}
}

static unsigned struck(const char *mode)
{
	struct bed *bed = bed_new(11);
	char line[100];
	unsigned targets;

	for (unsigned i = 0; i < 10; i++)
		bed_input(bed, "start_child app/pool");
	bed_run(bed, 0);
	snprintf(line, sizeof(line), "kill app/pool/* %s", mode);
	targets = bed_input(bed, line);
	assert_int_equal(bed_count(bed, "exit", "app/pool/*"), targets);
	bed_free(bed);
	return targets;
}

static void modes_say_how_many(void **state)
{
	(void)state;
	assert_int_equal(struck("mode=all"), 10);
	assert_int_equal(struck("mode=one"), 1);
	assert_int_equal(struck("mode=fixed value=3"), 3);
	assert_int_equal(struck("mode=fixed value=99"), 10);
	assert_int_equal(struck("mode=fixed-percent value=25"), 2);
	assert_int_equal(struck("mode=fixed-percent value=100"), 10);
	/* Down, but not to nobody. */
	assert_int_equal(struck("mode=fixed-percent value=1"), 1);
	assert_in_range(struck("mode=random-max-percent value=40"), 1, 4);
}

static void a_mode_picks_anybody_sooner_or_later_and_evenly(void **state)
{
	struct bed *bed = *state;
	static const char *const workers[] = { "app/a", "app/b", "app/c", "app/d", "app/calm" };

	bed_add(bed, "crash app/* mode=fixed value=2 every=1s times=500");
	bed_begin(bed);
	bed_run(bed, 600 * RT_SECOND);
	for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++)
		assert_in_range(bed_restarts(bed, workers[i]), 150, 250);
}

static void random_max_percent_takes_each_number(void **state)
{
	struct bed *bed = *state;
	unsigned seen[5] = { 0 };

	bed_add(bed, "send app/* mode=random-max-percent value=80 every=1s times=400");
	bed_begin(bed);
	for (rt_time t = 1; t <= 400; t++) {
		size_t before = bed_count(bed, "message", "app/*");

		bed_run(bed, t * RT_SECOND);
		assert_in_range(bed_count(bed, "message", "app/*") - before, 1, 4);
		seen[bed_count(bed, "message", "app/*") - before]++;
	}
	for (size_t i = 1; i <= 4; i++)
		assert_in_range(seen[i], 60, 140);
}

static void a_long_path_matches_too(void **state)
{
	struct rt_child child[8] = { 0 };
	char id[RT_ID_MAX + 1];
	const struct rt_config config = { .seed = 1 };
	struct inj_action action;
	struct inj_plan *plan;
	struct rt *rt;
	char buf[64];
	unsigned targets;

	(void)state;
	for (size_t i = 0; i < RT_ID_MAX; i++)
		id[i] = '/'; /* three characters of a path each */
	id[RT_ID_MAX] = '\0';
	for (size_t i = 0; i < 8; i++) {
		child[i] =
			(struct rt_child){ .id = i == 7 ? "leaf" : id, .period_s = 1, .shutdown_ms = 1000 };
		if (i < 7) {
			child[i].supervisor = true;
			child[i].n_children = 1;
			child[i].children = &child[i + 1];
		}
	}
	assert_int_equal(rt_new(&config, &rt), RT_OK);
	assert_int_equal(inj_plan_new(rt, &plan), RT_OK);
	assert_int_equal(rt_start(rt, &child[0]), RT_OK);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	bed_parse("hang **/leaf", &action, buf, sizeof(buf));
	assert_int_equal(inj_plan_input(plan, &action, 0, &targets), RT_OK);
	assert_int_equal(targets, 1);
	assert_int_equal(inj_plan_heal(plan, "**/%2F*/leaf", 0), 1);
	rt_free(rt);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_pattern_strikes_all_workers_that_match),
		test(order_is_that_of_the_tree),
		test(the_aim_of_a_row_is_respected),
		test(the_dead_are_no_targets),
		test(who_died_by_the_same_fault_is_not_struck_again),
		cmocka_unit_test(modes_say_how_many),
		test(a_mode_picks_anybody_sooner_or_later_and_evenly),
		test(random_max_percent_takes_each_number),
		cmocka_unit_test(a_long_path_matches_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
