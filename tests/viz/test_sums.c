/* Sums from the start of a growing row of numbers, held against adding them up. */
#include "tests/support/fixture.h"
#include "viz/sums.h"

TEST(unit_sums_and_finding_agree_with_adding_up)
{
	struct viz_sums sums = { 0 };
	uint32_t number[300] = { 0 }, seed = 7;

	for (uint32_t n = 0; n < 300; n++) {
		assert_true(viz_sums_append(&sums));
		for (unsigned i = 0; i < 5; i++) {
			seed = seed * 1664525 + 1013904223;
			uint32_t at = (seed >> 8) % (n + 1), to = (seed >> 20) % 7;

			viz_sums_add(&sums, at, to - number[at]);
			number[at] = to;
		}
		uint32_t sum = 0;

		for (uint32_t i = 0; i <= n; i++) {
			assert_int_equal(viz_sums_before(&sums, i), sum);
			for (uint32_t unit = 0; unit < number[i]; unit++) {
				uint32_t left = sum + unit;

				assert_int_equal(viz_sums_find(&sums, &left), i);
				assert_int_equal(left, unit);
			}
			sum += number[i];
		}
	}
	viz_sums_clear(&sums, 100);
	assert_int_equal(viz_sums_before(&sums, 100), 0);
	viz_sums_fini(&sums);
}

RUN(cmocka_unit_test(unit_sums_and_finding_agree_with_adding_up))
