/* test_diag.c - how a diagnostic looks: whatever is in the source line, the caret stands where it should. */
#include "tests/support/loading.h"

#include <stdio.h>

#include "scenarios/diag.h"

static void assert_shown(const char *source, unsigned line, unsigned column, const char *expected)
{
	struct scn_diags diags = { .file = NULL };
	struct kept shown = { .text = NULL };
	size_t length = strlen(source);

	assert_true(scn_diags_name(&diags, "a.yaml"));
	diags.source = malloc(length);
	assert_non_null(diags.source);
	memcpy(diags.source, source, length);
	diags.source_length = length;
	assert_true(scn_diag_add(&diags, line, column, "why"));
	scn_diags_print(&diags, keep_in(&shown));
	assert_string_equal(shown.text, expected);
	kept_free(&shown);
	scn_diags_fini(&diags);
}

static void the_caret_stands_below_the_column(void **state)
{
	(void)state;
	assert_shown("one: 1\ntwo: 2\n", 2, 6,
		     "a.yaml:2:6: why\n"
		     "    two: 2\n"
		     "         ^\n");
}

static void each_character_takes_one_column(void **state)
{
	(void)state;
	assert_shown("é日:\t\x07\xff x\n", 1, 8,
		     "a.yaml:1:8: why\n"
		     "    é日: ?? x\n"
		     "           ^\n");
}

static void marks_that_turn_the_direction_are_not_shown(void **state)
{
	(void)state;
	assert_shown("a\u202Eb\u200Bc\n", 1, 5,
		     "a.yaml:1:5: why\n"
		     "    a?b?c\n"
		     "        ^\n");
}

static void all_kinds_of_line_ends_count(void **state)
{
	(void)state;
	assert_shown("a\r\nb\rc\nd", 4, 1,
		     "a.yaml:4:1: why\n"
		     "    d\n"
		     "    ^\n");
}

static void a_place_behind_the_end_has_an_empty_line(void **state)
{
	(void)state;
	assert_shown("a\n", 2, 1,
		     "a.yaml:2:1: why\n"
		     "    \n"
		     "    ^\n");
	assert_shown("a\n", 7, 1, "a.yaml:7:1: why\n");
}

static void a_message_about_the_file_has_no_line(void **state)
{
	(void)state;
	assert_shown("a\n", 0, 0, "a.yaml: why\n");
}

static void a_long_line_is_cut_around_the_caret(void **state)
{
	char source[301];

	(void)state;
	for (int i = 0; i < 300; i++)
		source[i] = (char)('0' + i / 10 % 10);
	source[300] = '\0';
	assert_shown(source, 1, 201,
		     "a.yaml:1:201: why\n"
		     "    ...3333444444444455555555556666666666777777777788888888889999999999"
		     "00000000001111111111222222222233...\n"
		     "                                                                       ^\n");
	assert_shown(
		source, 1, 1,
		"a.yaml:1:1: why\n"
		"    "
		"00000000001111111111222222222233333333334444444444555555555566666666667777777777888888888899"
		"9999...\n"
		"    ^\n");
}

static void they_come_in_order_of_place_and_the_rest_is_counted(void **state)
{
	struct scn_diags diags = { .file = NULL };
	struct kept shown = { .text = NULL };

	(void)state;
	for (unsigned i = 0; i < SCN_DIAGS_MAX + 3; i++)
		assert_true(scn_diag_add(&diags, 100 - i % 10, 1, "number %u", i));
	scn_diags_sort(&diags);
	assert_int_equal(diags.count, SCN_DIAGS_MAX);
	assert_int_equal(diags.suppressed, 3);
	for (size_t i = 1; i < diags.count; i++)
		assert_true(diags.item[i - 1].line <= diags.item[i].line);
	assert_string_equal(diags.item[0].text, "number 9");
	assert_string_equal(diags.item[1].text, "number 19");
	scn_diags_print(&diags, keep_in(&shown));
	assert_non_null(strstr(shown.text, "\n... and 3 more\n"));
	kept_free(&shown);
	scn_diags_fini(&diags);
}

static bool refuse(void *ctx, const char *text, size_t length)
{
	unsigned *calls = ctx;

	(void)text;
	(void)length;
	++*calls;
	return false;
}

static void a_sink_that_takes_nothing_is_asked_no_further(void **state)
{
	struct scn_diags diags = { .file = NULL };
	unsigned calls = 0;

	(void)state;
	assert_true(scn_diag_add(&diags, 1, 1, "why"));
	assert_true(scn_diag_add(&diags, 2, 1, "why"));
	scn_diags_print(&diags, (struct scn_sink){ .write = refuse, .ctx = &calls });
	assert_int_equal(calls, 1);
	scn_diags_fini(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_caret_stands_below_the_column),
		cmocka_unit_test(each_character_takes_one_column),
		cmocka_unit_test(marks_that_turn_the_direction_are_not_shown),
		cmocka_unit_test(all_kinds_of_line_ends_count),
		cmocka_unit_test(a_place_behind_the_end_has_an_empty_line),
		cmocka_unit_test(a_message_about_the_file_has_no_line),
		cmocka_unit_test(a_long_line_is_cut_around_the_caret),
		cmocka_unit_test(they_come_in_order_of_place_and_the_rest_is_counted),
		cmocka_unit_test(a_sink_that_takes_nothing_is_asked_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
