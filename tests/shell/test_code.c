/* test_code.c - which exit code stands for what, and which counts. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shell/code.h"

static void the_worst_code_counts(void **state)
{
	static const enum sh_code order[] = { 130, 143, 70, 74, 69, 66, 65, 1, 2, 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t j = i; j < sizeof(order) / sizeof(order[0]); j++) {
			assert_int_equal(sh_code_worse(order[i], order[j]), order[i]);
			assert_int_equal(sh_code_worse(order[j], order[i]), order[i]);
		}
	}
}

static void a_verdict_has_its_code(void **state)
{
	(void)state;
	assert_int_equal(sh_code_of_verdict(SCN_PASS, 0), 0);
	assert_int_equal(sh_code_of_verdict(SCN_FAIL, 0), 1);
	assert_int_equal(sh_code_of_verdict(SCN_INCONCLUSIVE, 0), 2);
	assert_int_equal(sh_code_of_verdict(SCN_INTERRUPTED, SIGINT), 130);
	assert_int_equal(sh_code_of_verdict(SCN_INTERRUPTED, SIGTERM), 143);
	assert_int_equal(sh_code_of_verdict(SCN_ERROR, 0), 70);
}

static void a_file_that_is_not_loaded_has_its_code(void **state)
{
	(void)state;
	assert_int_equal(sh_code_of_load(RT_EINVAL), 65);
	assert_int_equal(sh_code_of_load(RT_EIO), 66);
	assert_int_equal(sh_code_of_load(RT_ENOMEM), 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_code_counts),
		cmocka_unit_test(a_verdict_has_its_code),
		cmocka_unit_test(a_file_that_is_not_loaded_has_its_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
