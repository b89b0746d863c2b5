/* test_plugin.c - finding workers that are not built in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/plugin.h"

static const struct rt_behaviour counter = { .name = "counter", .help = "counts" };
static const struct rt_behaviour *const behaviours[] = { &counter, NULL };
static const struct rt_plugin mine = { .version = RT_PLUGIN_VERSION, .behaviours = behaviours };

static void a_plugin_that_is_nowhere_is_an_error_in_words(void **state)
{
	struct rt_error error = { 0 };

	(void)state;
	assert_null(scn_plugin_open("a/test.yaml", "./mine.so", &error));
	assert_int_equal(error.code, RT_EINVAL);
	assert_true(strlen(error.text) > 0);
}

static void one_that_is_part_of_the_program_is_found_as_long_as_it_is_offered(void **state)
{
	struct rt_error error = { 0 };

	(void)state;
	scn_plugin_offer("./mine.so", &mine);
	assert_ptr_equal(scn_plugin_open("a/test.yaml", "./mine.so", &error), &mine);
	assert_null(scn_plugin_open("a/test.yaml", "./other.so", &error));
	scn_plugin_offer(NULL, NULL);
	assert_null(scn_plugin_open("a/test.yaml", "./mine.so", &error));
}

static void a_behaviour_is_found_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(scn_plugin_find(&mine, "counter"), &counter);
	assert_null(scn_plugin_find(&mine, "count"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plugin_that_is_nowhere_is_an_error_in_words),
		cmocka_unit_test(one_that_is_part_of_the_program_is_found_as_long_as_it_is_offered),
		cmocka_unit_test(a_behaviour_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
