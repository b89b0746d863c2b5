/* Recoveries by their origins, and what is used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/arena.h"
#include "scenarios/recovery.h"

static void a_recovery_lasts_as_long_as_it_is_held(void **state)
{
	(void)state;
	struct scn_recoveries recoveries = { .bucket = NULL };

	assert_null(scn_recovery_find(&recoveries, 7));
	struct scn_recovery *first = scn_recovery_hold(&recoveries, 7);

	assert_non_null(first);
	assert_int_equal(first->last_start, -1);
	assert_ptr_equal(scn_recovery_hold(&recoveries, 7), first);
	first->last_start = 5;
	scn_recovery_leave(&recoveries, first);
	assert_ptr_equal(scn_recovery_find(&recoveries, 7), first);
	scn_recovery_leave(&recoveries, first);
	assert_null(scn_recovery_find(&recoveries, 7));
	/* The next one gets its memory, and nothing of what it was. */
	struct scn_recovery *next = scn_recovery_hold(&recoveries, 8);

	assert_ptr_equal(next, first);
	assert_int_equal(next->origin, 8);
	assert_int_equal(next->last_start, -1);
	scn_recoveries_fini(&recoveries);
}

static void many_are_told_apart(void **state)
{
	(void)state;
	struct scn_recoveries recoveries = { .bucket = NULL };

	for (uint64_t origin = 1; origin <= 1000; origin++)
		assert_non_null(scn_recovery_hold(&recoveries, origin));
	for (uint64_t origin = 1; origin <= 1000; origin += 2)
		scn_recovery_leave(&recoveries, scn_recovery_find(&recoveries, origin));
	for (uint64_t origin = 1; origin <= 1000; origin++) {
		const struct scn_recovery *recovery = scn_recovery_find(&recoveries, origin);

		assert_int_equal(recovery != NULL, origin % 2 == 0);
		assert_true(!recovery || recovery->origin == origin);
	}
	scn_recoveries_fini(&recoveries);
}

static void without_memory_there_is_none(void **state)
{
	(void)state;
	struct scn_recoveries recoveries = { .bucket = NULL };
	unsigned refused = 0;

	for (uint64_t origin = 1; origin <= 100; origin++) {
		scn_arena_fail_nth(1);
		if (!scn_recovery_hold(&recoveries, origin)) {
			refused++;
			assert_null(scn_recovery_find(&recoveries, origin));
			scn_arena_fail_nth(0);
			assert_non_null(scn_recovery_hold(&recoveries, origin));
		}
	}
	scn_arena_fail_nth(0);
	assert_int_equal(refused, 100);
	scn_recoveries_fini(&recoveries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recovery_lasts_as_long_as_it_is_held),
		cmocka_unit_test(many_are_told_apart),
		cmocka_unit_test(without_memory_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
