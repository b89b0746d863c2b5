/* test_latency.c - durations by size: whatever share is asked for, the answer is the right one, rounded up by
 * less than a sixteenth. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

static rt_time at(const struct rt_latency *latency, uint32_t ppb)
{
	return rt_latency_at(&latency, 1, ppb);
}

TEST(unit_of_nothing_there_is_no_share)
{
	struct rt_latency none = {0};

	assert_true(at(&none, 500000000) == -1);
	assert_true(rt_latency_at(NULL, 0, 1) == -1);
}

TEST(unit_small_ones_are_exact)
{
	struct fixture *f = bare();
	struct rt_latency latency = {0};

	for (rt_time value = 0; value < 32; value++)
		rt_latency_add(f->rt, &latency, value);
	for (uint32_t i = 1; i <= 32; i++)
		assert_int_equal(at(&latency, i * 31250000), i - 1);
	assert_int_equal(at(&latency, 0), 0);
	fixture_free(f);
}

TEST(unit_one_value_is_itself_wherever_it_lies)
{
	struct fixture *f = bare();

	for (unsigned bit = 0; bit < 63; bit++) {
		for (int off = -1; off <= 1; off++) {
			struct rt_latency latency = {0};
			rt_time value = (rt_time)((UINT64_C(1) << bit) + (uint64_t)off);

			rt_latency_add(f->rt, &latency, value);
			assert_true(at(&latency, 1) == value);
			assert_true(at(&latency, 1000000000) == value);
		}
	}
	struct rt_latency latency = {0};

	rt_latency_add(f->rt, &latency, INT64_MAX);
	assert_true(at(&latency, 500000000) == INT64_MAX);
	fixture_free(f);
}

static int by_size(const void *a, const void *b)
{
	const rt_time *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

TEST(unit_random_ones_are_rounded_up_by_less_than_a_sixteenth)
{
	enum { COUNT = 10000 };
	static rt_time value[COUNT];
	struct fixture *f = bare();
	struct rt_latency two[2] = {{0}, {0}};
	const struct rt_latency *both[2] = {&two[0], &two[1]};
	struct rt_rng rng;

	rt_rng_init(&rng, 7, "latencies");
	for (unsigned i = 0; i < COUNT; i++) {
		value[i] = (rt_time)(rt_rng_next(&rng) >> (2 + rt_rng_below(&rng, 61)));
		rt_latency_add(f->rt, &two[i % 2], value[i]);
	}
	qsort(value, COUNT, sizeof value[0], by_size);
	for (uint32_t ppb = 1000000; ppb <= 1000000000; ppb += 999000) {
		/* The smallest value that so many do not exceed. */
		size_t rank = ((uint64_t)COUNT * ppb + 999999999) / 1000000000;
		rt_time exact = value[rank - 1], found = rt_latency_at(both, 2, ppb);

		assert_true(found >= exact);
		assert_true(found - exact <= exact / 16);
	}
	assert_true(rt_latency_at(both, 2, 1000000000) == value[COUNT - 1]);
	fixture_free(f);
}

TEST(unit_without_memory_it_counts_nowhere)
{
	struct fixture *f = bare();
	struct rt_latency latency = {0};

	rt_fail_nth(f->rt, 1);
	rt_latency_add(f->rt, &latency, 1000);
	assert_true(rt_starved(f->rt));
	assert_true(at(&latency, 1) == -1);
	assert_int_equal(rt_latency_bytes(&latency), 0);
	rt_latency_add(f->rt, &latency, 1000);
	rt_latency_add(f->rt, &latency, 1001);
	assert_int_equal(rt_latency_bytes(&latency), 128);
	assert_int_equal(at(&latency, 1), 1001); /* they share a part; no more than the largest one */
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_of_nothing_there_is_no_share),
    cmocka_unit_test(unit_small_ones_are_exact),
    cmocka_unit_test(unit_one_value_is_itself_wherever_it_lies),
    cmocka_unit_test(unit_random_ones_are_rounded_up_by_less_than_a_sixteenth),
    cmocka_unit_test(unit_without_memory_it_counts_nowhere))
