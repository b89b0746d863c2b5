/* test_symbols.c - what stands at an address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "probes/probes.h"

static void a_function_has_its_name(void **state)
{
	char text[300];

	(void)state;
	prb_symbol_text((const char *)(uintptr_t)qsort + 1, text, sizeof(text));
	assert_non_null(strstr(text, "qsort"));
	assert_non_null(strstr(text, "+0x1"));
}

static void ours_has_its_line(void **state)
{
	char text[300];

	(void)state;
	if (!TREEFALL_HAVE_LIBDW)
		skip();
	prb_symbol_text((const char *)(uintptr_t)prb_symbol_text, text, sizeof(text));
	assert_non_null(strstr(text, "prb_symbol_text"));
	assert_non_null(strstr(text, "(symbols.c:"));
}

static void what_is_nowhere_stays_a_number(void **state)
{
	char text[300], small[4];

	(void)state;
	assert_string_equal(prb_symbol_text((const void *)(uintptr_t)0x10, text, sizeof(text)), "0x10");
	assert_string_equal(prb_symbol_text((const void *)(uintptr_t)0x1000, small, sizeof(small)), "0x1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function_has_its_name),
		cmocka_unit_test(ours_has_its_line),
		cmocka_unit_test(what_is_nowhere_stays_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
