/* test_table.c - tables in the room that a terminal has. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/table.h"

static struct sh_table two_services(void)
{
	struct sh_table table = { .columns = 4, .spare = true };

	sh_table_add(&table, SH_DIM, "service");
	sh_table_add(&table, SH_DIM, "offered");
	sh_table_add(&table, SH_DIM, "wrong");
	sh_table_add(&table, SH_DIM, "p99");
	sh_table_add(&table, SH_PLAIN, "core/api");
	sh_table_number(&table, SH_PLAIN, 12000);
	sh_table_number(&table, SH_BAD, 0);
	sh_table_add(&table, SH_PLAIN, "1.5ms");
	sh_table_add(&table, SH_PLAIN, "db");
	sh_table_number(&table, SH_PLAIN, 7);
	sh_table_number(&table, SH_BAD, 0);
	sh_table_add(&table, SH_PLAIN, "-");
	return table;
}

static char *printed(struct sh_table table, size_t width, enum sh_color color)
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct sh_output out;

	assert_non_null(file);
	sh_output_init(&out, file, color);
	sh_table_print(&table, &out, width);
	sh_table_fini(&table);
	fclose(file);
	return text;
}

static void assert_printed(struct sh_table table, size_t width, const char *expected)
{
	char *text = printed(table, width, SH_COLOR_NEVER);

	assert_string_equal(text, expected);
	free(text);
}

static void names_stand_left_and_numbers_right(void **state)
{
	(void)state;
	static const char whole[] = "service   offered  wrong    p99\n"
				    "core/api    12000      0  1.5ms\n"
				    "db              7      0      -\n";

	assert_printed(two_services(), 0, whole);
	assert_printed(two_services(), 31, whole);
}

static void with_less_room_columns_of_nothing_go_first(void **state)
{
	(void)state;
	struct sh_table kept = two_services();

	assert_printed(two_services(), 30,
		       "service   offered    p99\n"
		       "core/api    12000  1.5ms\n"
		       "db              7      -\n");
	kept.spare = false;
	assert_printed(kept, 30,
		       "core/api\n"
		       "    offered 12000  wrong 0\n"
		       "    p99 1.5ms\n"
		       "db\n"
		       "    offered 7  wrong 0  p99 -\n");
}

static void with_hardly_any_room_a_row_is_a_paragraph(void **state)
{
	(void)state;
	assert_printed(two_services(), 10,
		       "core/api\n"
		       "    offered 12000\n"
		       "    p99 1.5ms\n"
		       "db\n"
		       "    offered 7\n"
		       "    p99 -\n");
}

static void what_is_bad_is_marked_but_not_a_zero(void **state)
{
	(void)state;
	struct sh_table table = { .columns = 2 };

	sh_table_add(&table, SH_DIM, "a");
	sh_table_add(&table, SH_DIM, "b");
	sh_table_number(&table, SH_BAD, 0);
	sh_table_number(&table, SH_BAD, 3);
	char *text = printed(table, 0, SH_COLOR_ALWAYS);
	assert_non_null(strstr(text, "\033[0m0\033[0m"));
	assert_non_null(strstr(text, "\033[31m3\033[0m"));
	free(text);
}

static void columns_are_counted_as_the_terminal_does(void **state)
{
	(void)state;
	struct sh_table table = { .columns = 2 };

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	sh_table_add(&table, SH_DIM, "%s", "");
	sh_table_add(&table, SH_DIM, "n");
	sh_table_add(&table, SH_PLAIN, "größe");
	sh_table_number(&table, SH_PLAIN, 1);
	assert_printed(table, 8, "       n\ngröße  1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_left_and_numbers_right),
		cmocka_unit_test(with_less_room_columns_of_nothing_go_first),
		cmocka_unit_test(with_hardly_any_room_a_row_is_a_paragraph),
		cmocka_unit_test(what_is_bad_is_marked_but_not_a_zero),
		cmocka_unit_test(columns_are_counted_as_the_terminal_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
