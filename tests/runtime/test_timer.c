/* test_timer.c - the heap of deadlines: order, ties, taking out. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

TEST(unit_without_timers_there_is_no_deadline)
{
	struct fixture *f = bare();

	assert_true(rt_deadline(f->rt) == RT_FOREVER);
	assert_int_equal(rt_timer_due(f->rt, RT_FOREVER, UINT64_MAX), 0);
	fixture_free(f);
}

TEST(unit_timers_fall_due_by_time_and_then_in_the_order_set)
{
	static const rt_time deadlines[] = {50, 10, 30, 10, 50, 20, 10};
	static const uint32_t expected[] = {2, 4, 7, 6, 3, 1, 5}; /* of the timers 1 to 7 */
	struct fixture *f = bare();

	for (uint32_t i = 1; i <= 7; i++) {
		assert_int_equal(rt_timer_new(f->rt, RT_TIMER_ACTOR, i), i);
		rt_timer_set(f->rt, i, deadlines[i - 1], 0);
	}
	assert_true(rt_deadline(f->rt) == 10);
	assert_int_equal(rt_timer_due(f->rt, 9, UINT64_MAX), 0);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(rt_timer_due(f->rt, 50, UINT64_MAX), expected[i]);
	assert_true(rt_deadline(f->rt) == RT_FOREVER);
	fixture_free(f);
}

TEST(unit_what_was_set_too_late_is_left_for_the_next_time)
{
	struct fixture *f = bare();
	uint32_t a = rt_timer_new(f->rt, RT_TIMER_ACTOR, 1), b = rt_timer_new(f->rt, RT_TIMER_ACTOR, 2);

	rt_timer_set(f->rt, a, 10, 0);
	uint64_t latest = f->rt->timers.order;

	rt_timer_set(f->rt, b, 10, 0);
	assert_int_equal(rt_timer_due(f->rt, 10, latest), a);
	assert_int_equal(rt_timer_due(f->rt, 10, latest), 0);
	assert_int_equal(rt_timer_due(f->rt, 10, latest + 1), b);
	fixture_free(f);
}

TEST(unit_setting_again_puts_it_behind_those_of_the_same_time)
{
	struct fixture *f = bare();
	uint32_t a = rt_timer_new(f->rt, RT_TIMER_ACTOR, 1), b = rt_timer_new(f->rt, RT_TIMER_ACTOR, 2);

	rt_timer_set(f->rt, a, 10, 0);
	rt_timer_set(f->rt, b, 10, 0);
	rt_timer_clear(f->rt, a);
	rt_timer_clear(f->rt, a); /* nothing happens */
	rt_timer_set(f->rt, a, 10, 0);
	assert_int_equal(rt_timer_due(f->rt, 10, UINT64_MAX), b);
	assert_int_equal(rt_timer_due(f->rt, 10, UINT64_MAX), a);
	fixture_free(f);
}

TEST(unit_random_settings_and_cancellations_keep_the_order)
{
	enum { TIMERS = 500 };
	struct fixture *f = bare();
	struct rt_rng rng;
	rt_time deadline[TIMERS + 1] = {0};
	uint64_t order[TIMERS + 1] = {0}, next = 0; /* 0: not set */
	rt_time now = 0;

	rt_rng_init(&rng, 7, "timers");
	for (uint32_t i = 1; i <= TIMERS; i++)
		assert_int_equal(rt_timer_new(f->rt, RT_TIMER_ACTOR, i), i);
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t i = 1 + (uint32_t)rt_rng_below(&rng, TIMERS);

		if (rt_rng_below(&rng, 3) != 0) {
			rt_timer_clear(f->rt, i);
			order[i] = 0;
			if (rt_rng_below(&rng, 3) != 0) {
				deadline[i] = now + (rt_time)rt_rng_below(&rng, 100);
				order[i] = ++next;
				rt_timer_set(f->rt, i, deadline[i], 0);
			}
			continue;
		}
		/* The earliest, found by looking at all. */
		uint32_t least = 0;

		for (uint32_t k = 1; k <= TIMERS; k++)
			if (order[k] != 0 && (least == 0 || deadline[k] < deadline[least] ||
					      (deadline[k] == deadline[least] && order[k] < order[least])))
				least = k;
		assert_true(rt_deadline(f->rt) == (least == 0 ? RT_FOREVER : deadline[least]));
		if (least == 0)
			continue;
		now = deadline[least];
		assert_int_equal(rt_timer_due(f->rt, now, UINT64_MAX), least);
		order[least] = 0;
	}
	for (uint32_t i = 1; i <= TIMERS; i++)
		rt_timer_free(f->rt, i);
	assert_int_equal(f->rt->timers.count, 0);
	assert_int_equal(f->rt->timers.entries.live, 0);
	fixture_free(f);
}

TEST(unit_a_time_that_cannot_be_said_is_for_ever)
{
	struct fixture *f = bare();

	assert_true(rt_timer_in(f->rt, 5) == 5 * RT_MS);
	assert_true(rt_timer_in(f->rt, INT64_MAX) == RT_FOREVER);
	assert_true(rt_timer_in(f->rt, INT64_MAX / RT_MS) <= RT_FOREVER);
	wait_ms(f, 1000);
	assert_true(rt_timer_in(f->rt, INT64_MAX / RT_MS) == RT_FOREVER);
	fixture_free(f);
}

TEST(unit_time_stands_still_until_it_is_advanced)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 250), SLOW("b", 250))));

	shutdown_tree(f);
	settle(f);
	assert_true(rt_now(f->rt) == 0);
	assert_true(rt_deadline(f->rt) == 250 * RT_MS);
	rt_advance(f->rt, 249 * RT_MS);
	assert_int_equal(count_events(f, RT_EV_EXIT, NULL), 0);
	rt_advance(f->rt, 250 * RT_MS);
	assert_events(f, "exit app/b shutdown");
	/* To the end, however long: the clock stays at the last timer. */
	assert_int_equal(rt_run(f->rt, RT_FOREVER, 1000), RT_OK);
	assert_true(rt_now(f->rt) == 500 * RT_MS);
	fixture_free(f);
}

TEST(unit_a_run_stops_after_so_many_steps)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = UINT32_MAX,
						    CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"))))));

	crash(f, "app/a", "boom");
	uint64_t before = rt_steps(f->rt);

	assert_int_equal(rt_run(f->rt, 0, 1000), RT_EAGAIN);
	assert_int_equal(rt_steps(f->rt) - before, 1000);
	kill_actor(f, "app");
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_without_timers_there_is_no_deadline),
    cmocka_unit_test(unit_timers_fall_due_by_time_and_then_in_the_order_set),
    cmocka_unit_test(unit_what_was_set_too_late_is_left_for_the_next_time),
    cmocka_unit_test(unit_setting_again_puts_it_behind_those_of_the_same_time),
    cmocka_unit_test(unit_random_settings_and_cancellations_keep_the_order),
    cmocka_unit_test(unit_a_time_that_cannot_be_said_is_for_ever),
    cmocka_unit_test(unit_time_stands_still_until_it_is_advanced),
    cmocka_unit_test(unit_a_run_stops_after_so_many_steps))
