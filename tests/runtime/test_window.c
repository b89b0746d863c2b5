/* test_window.c - the ring of restarts by second, against a list that is gone through. */
#include "tests/support/fixture.h"

#include "runtime/core.h"
#include "runtime/window.h"

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

static uint64_t add(struct fixture *f, struct rt_window *window, rt_time now, uint32_t period_s)
{
	uint64_t total;

	assert_int_equal(rt_window_add(f->rt, window, now, period_s, &total), RT_OK);
	return total;
}

TEST(unit_edges)
{
	struct fixture *f = bare();
	struct rt_window window = {0};

	assert_int_equal(add(f, &window, 0, 5), 1);
	assert_int_equal(add(f, &window, RT_SECOND - 1, 5), 2);
	assert_int_equal(rt_window_count(&window, 5 * RT_SECOND + RT_SECOND - 1, 5), 2);
	assert_int_equal(rt_window_count(&window, 6 * RT_SECOND, 5), 0);
	assert_int_equal(add(f, &window, 5 * RT_SECOND, 5), 3);
	assert_int_equal(add(f, &window, 6 * RT_SECOND, 5), 2);
	rt_window_fini(f->rt, &window);
	assert_int_equal(f->rt->region.heap_live, 0);
	fixture_free(f);
}

TEST(unit_counting_does_not_change_it)
{
	struct fixture *f = bare();
	struct rt_window window = {0};

	add(f, &window, 0, 5);
	assert_int_equal(rt_window_count(&window, 100 * RT_SECOND, 5), 0);
	assert_int_equal(rt_window_count(&window, RT_SECOND, 5), 1);
	rt_window_fini(f->rt, &window);
	fixture_free(f);
}

TEST(unit_another_period_counts_from_the_same_second_on)
{
	struct fixture *f = bare();
	struct rt_window window = {0};

	assert_int_equal(add(f, &window, 0, 5), 1);
	assert_int_equal(add(f, &window, 3 * RT_SECOND, 5), 2);
	assert_int_equal(add(f, &window, 5 * RT_SECOND, 5), 3);
	assert_int_equal(add(f, &window, 5 * RT_SECOND, 5), 4);
	assert_int_equal(add(f, &window, 5 * RT_SECOND + 1, 1), 3);
	assert_int_equal(add(f, &window, 6 * RT_SECOND - 1, 5), 4);
	assert_int_equal(add(f, &window, 6 * RT_SECOND, 5), 5);
	rt_window_fini(f->rt, &window);
	fixture_free(f);
}

TEST(unit_the_last_second_of_all_time_has_no_end)
{
	struct fixture *f = bare();
	struct rt_window window = {0};

	assert_int_equal(add(f, &window, RT_FOREVER - 2, 5), 1);
	assert_int_equal(add(f, &window, RT_FOREVER - 1, 5), 2);
	rt_window_fini(f->rt, &window);
	fixture_free(f);
}

TEST(unit_random_restarts_are_counted_right)
{
	struct fixture *f = bare();
	struct rt_rng rng;

	rt_rng_init(&rng, 7, "window");
	for (unsigned round = 0; round < 100; round++) {
		struct rt_window window = {0};
		uint32_t period_s = 1 + (uint32_t)rt_rng_below(&rng, 20);
		int64_t second[300];
		unsigned n = 0;
		rt_time now = 0;

		for (unsigned i = 0; i < 300; i++) {
			unsigned inside = 0;

			if (rt_rng_below(&rng, 3) == 0)
				now += (rt_time)rt_rng_below(&rng, 3000) * RT_MS;
			second[n++] = now / RT_SECOND;
			for (unsigned k = 0; k < n; k++)
				inside += second[k] >= now / RT_SECOND - period_s;
			assert_int_equal(add(f, &window, now, period_s), inside);
			assert_int_equal(rt_window_count(&window, now, period_s), inside);
		}
		/* Never more entries than seconds in the period, however many restarts. */
		assert_in_range(window.length, 1, period_s + 1);
		rt_window_fini(f->rt, &window);
	}
	assert_int_equal(f->rt->region.heap_live, 0);
	fixture_free(f);
}

TEST(unit_without_memory_it_stays_as_it_was)
{
	struct fixture *f = bare();
	struct rt_window window = {0};
	uint64_t total = 99;

	rt_fail_nth(f->rt, 1);
	assert_int_equal(rt_window_add(f->rt, &window, 0, 5, &total), RT_ENOMEM);
	assert_int_equal(rt_window_count(&window, 0, 5), 0);
	assert_int_equal(add(f, &window, 0, 5), 1);
	assert_int_equal(add(f, &window, RT_SECOND, 5), 2);
	rt_fail_nth(f->rt, 1);
	assert_int_equal(rt_window_add(f->rt, &window, 2 * RT_SECOND, 5, &total), RT_ENOMEM);
	assert_int_equal(rt_window_count(&window, 2 * RT_SECOND, 5), 2);
	rt_window_fini(f->rt, &window);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_edges),
    cmocka_unit_test(unit_counting_does_not_change_it),
    cmocka_unit_test(unit_another_period_counts_from_the_same_second_on),
    cmocka_unit_test(unit_the_last_second_of_all_time_has_no_end),
    cmocka_unit_test(unit_random_restarts_are_counted_right),
    cmocka_unit_test(unit_without_memory_it_stays_as_it_was))
