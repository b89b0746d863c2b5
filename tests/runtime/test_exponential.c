/* test_exponential.c - gaps by chance: the right distribution, in whole numbers only. */
#include "runtime/exponential.h"
#include "tests/support/fixture.h"

static void assert_near(uint64_t actual, uint64_t expected, uint64_t off)
{
	if (actual + off < expected || actual > expected + off)
		fail_msg("%llu is not within %llu of %llu", (unsigned long long)actual,
			 (unsigned long long)off, (unsigned long long)expected);
}

/* A draw d stands for u = (d + 1) / 2^32; the right numbers are -ln(u) * 2^28, rounded. */
TEST(logarithms_that_are_known)
{
	assert_int_equal(rt_exponential(UINT32_MAX), 0);
	assert_near(rt_exponential(0x7fffffff), 186065279, 4);  /* ln 2 */
	assert_near(rt_exponential(0x3fffffff), 372130559, 4);  /* ln 4 */
	assert_near(rt_exponential(0xbfffffff), 77224068, 4);   /* ln 4/3 */
	assert_near(rt_exponential(1580030168), 268435456, 4);  /* ln e: the draw is 2^32 / e - 1 */
	assert_near(rt_exponential(0), 5954088944, 4);          /* ln 2^32 */
}

TEST(a_smaller_draw_is_never_a_shorter_wait)
{
	uint64_t last = rt_exponential(0);

	for (uint64_t draw = 65536; draw <= UINT32_MAX; draw += 65537) {
		uint64_t next = rt_exponential((uint32_t)draw);

		assert_true(next <= last);
		last = next;
	}
}

/* The mean of an exponential distribution is also its deviation, so the mean of n draws deviates by the n-th
 * part of its square root from it: 0.3% for 100,000.  Two thirds of all seeds are within that, and all but
 * one in ten thousand within four times. */
TEST(mean_and_variance_over_100000_gaps)
{
	enum { N = 100000, RATE = 1000 };
	uint64_t mean = (uint64_t)RT_SECOND / RATE, sum = 0, squares = 0, longer = 0;
	struct rt_rng rng;

	rt_rng_init(&rng, 1, "gaps");
	for (unsigned i = 0; i < N; i++) {
		uint64_t gap =
			(uint64_t)rt_exponential_gap((uint32_t)rt_rng_below(&rng, UINT64_C(1) << 32), RATE);

		sum += gap;
		squares += gap * gap / mean;
		longer += gap > mean;
	}
	assert_near(sum / N, mean, mean * 13 / 1000);
	/* E(x^2) = 2 / rate^2; its deviation is sqrt(20), 1.4% of 100,000 */
	assert_near(squares / N, 2 * mean, 2 * mean * 28 / 1000);
	/* A share of 1/e = 36.79% is longer than the mean. */
	assert_near(longer, 36788, 610);
}

TEST(gaps_keep_their_mean_at_the_highest_rate)
{
	enum { N = 100000 };
	uint64_t sum = 0;
	struct rt_rng rng;

	rt_rng_init(&rng, 2, "gaps");
	for (unsigned i = 0; i < N; i++)
		sum += (uint64_t)rt_exponential_gap((uint32_t)rt_rng_below(&rng, UINT64_C(1) << 32), 1000000);
	assert_near(sum / N, 1000, 13);
	/* The longest wait there is, once in a second: 22.18 s. */
	assert_near((uint64_t)rt_exponential_gap(0, 1), UINT64_C(22180709778), 20);
}

RUN(cmocka_unit_test(logarithms_that_are_known), cmocka_unit_test(a_smaller_draw_is_never_a_shorter_wait),
    cmocka_unit_test(mean_and_variance_over_100000_gaps),
    cmocka_unit_test(gaps_keep_their_mean_at_the_highest_rate))
