/* test_picture.c - what is written when a picture is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/picture.h"

/* The bytes of one picture, on a screen whose size nobody knows: 24 lines of 80 columns. */
static char *drawn(const char *text)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&buffer, &size);
	struct sh_output out = { .to = file };
	struct sh_picture picture = { .out = &out };

	assert_non_null(file);
	sh_picture_draw(&picture, text);
	fclose(file);
	return buffer;
}

static void a_line_is_written_over_the_old_one(void **state)
{
	char *text = drawn("one\ntwo\n");

	(void)state;
	assert_string_equal(text, "\033[Hone\033[K\r\ntwo\033[K\033[J");
	free(text);
}

static void what_has_no_room_is_left_out(void **state)
{
	char lines[200], *text;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(lines + 2 * i, i < 99 ? "x\n" : "x", i < 99 ? 2 : 2);
	text = drawn(lines);
	size_t shown = 0;

	for (const char *at = text; (at = strstr(at, "x\033[K")); at++)
		shown++;
	assert_int_equal(shown, 24);
	free(text);
}

static void long_lines_are_cut_at_columns_not_at_bytes(void **state)
{
	char line[400] = "", *text;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		strcat(line, "x");
	text = drawn(line);
	assert_int_equal(strspn(text + 3, "x"), 80);
	free(text);
}

static void nothing_in_a_line_can_drive_the_terminal(void **state)
{
	char *text = drawn("a\033[2Jb");

	(void)state;
	assert_string_equal(text, "\033[Ha\\x1b[2Jb\033[K\033[J");
	free(text);
}

static void what_was_there_before_comes_back(void **state)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&buffer, &size);
	struct sh_output out = { .to = file };
	struct sh_picture picture = { 0 };

	(void)state;
	assert_non_null(file);
	sh_picture_close(&picture);
	sh_picture_open(&picture, &out);
	sh_picture_close(&picture);
	sh_picture_close(&picture);
	fclose(file);
	assert_string_equal(buffer, "\033[?1049h\033[?25l\033[?25h\033[?1049l");
	free(buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_written_over_the_old_one),
		cmocka_unit_test(what_has_no_room_is_left_out),
		cmocka_unit_test(long_lines_are_cut_at_columns_not_at_bytes),
		cmocka_unit_test(nothing_in_a_line_can_drive_the_terminal),
		cmocka_unit_test(what_was_there_before_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
