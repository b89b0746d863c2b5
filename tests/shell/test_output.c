/* test_output.c - nothing that is printed can drive a terminal; JSON strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/output.h"

/* What comes out when `text` is printed. */
static char *printed(const char *text, size_t length, bool color)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&buffer, &size);
	struct sh_output out = { .to = file, .color = color };
	sh_style(&out, SH_BAD);
	sh_write(&out, text, length);
	sh_style(&out, SH_PLAIN);
	assert_true(sh_output_flush(&out));
	fclose(file);
	return buffer;
}

static void assert_printed(const char *text, const char *expected)
{
	char *got = printed(text, strlen(text), false);
	assert_string_equal(got, expected);
	free(got);
}

static void plain_text_stays(void **state)
{
	(void)state;
	assert_printed("core/cache ended: {badmatch,\"x\"}\n", "core/cache ended: {badmatch,\"x\"}\n");
	assert_printed("a\tb", "a\tb");
	assert_printed("caf\xc3\xa9 \xe2\x94\x9c\xe2\x94\x80 \xf0\x9f\x8c\xb2",
		       "caf\xc3\xa9 \xe2\x94\x9c\xe2\x94\x80 \xf0\x9f\x8c\xb2");
}

static void control_characters_become_visible(void **state)
{
	(void)state;
	assert_printed("\033[2J\033]0;title\a", "\\x1b[2J\\x1b]0;title\\x07");
	assert_printed("a\rb\bc\x7f", "a\\x0db\\x08c\\x7f");
	assert_printed("\xc2\x9b"
		       "31m",
		       "\\x9b31m"); /* the eight-bit form of ESC [ */
	assert_printed("\xe2\x80\xae"
		       "txt",
		       "\\u202etxt"); /* right to left from here */
}

static void bad_utf8_becomes_visible(void **state)
{
	(void)state;
	assert_printed("\xff\xfe", "\\xff\\xfe");
	assert_printed("caf\xc3", "caf\\xc3");
	assert_printed("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
	assert_printed("\xc0\xaf", "\\xc0\\xaf");          /* overlong */
	assert_printed("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void every_byte_comes_out_harmless(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			char text[2] = { (char)a, (char)b };
			char *got = printed(text, 2, false);
			for (const char *c = got; *c; c++)
				assert_true((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t');
			assert_null(strstr(got, "\xc2\x9b"));
			free(got);
		}
	}
}

static void colour_is_ours_alone(void **state)
{
	(void)state;
	char *got = printed("\033[1mx", 5, true);
	assert_string_equal(got, "\033[31m\\x1b[1mx\033[0m");
	free(got);
}

static void json_is_escaped(void **state)
{
	(void)state;
	struct sh_text text = { 0 };
	sh_text_json(&text, "a\"b\\c\n\t\033\xff caf\xc3\xa9");
	assert_string_equal(text.text, "\"a\\\"b\\\\c\\n\\t\\u001b\xef\xbf\xbd caf\xc3\xa9\"");
	sh_text_fini(&text);
}

static void widths_are_columns(void **state)
{
	(void)state;
	assert_int_equal(sh_width("cache"), 5);
	assert_int_equal(sh_width(""), 0);
}

static void a_full_device_is_noticed(void **state)
{
	(void)state;
	FILE *full = fopen("/dev/full", "w");
	if (!full)
		skip();
	struct sh_output out = { .to = full };
	sh_put(&out, "text");
	assert_false(sh_output_flush(&out));
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(control_characters_become_visible),
		cmocka_unit_test(bad_utf8_becomes_visible),
		cmocka_unit_test(every_byte_comes_out_harmless),
		cmocka_unit_test(colour_is_ours_alone),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(widths_are_columns),
		cmocka_unit_test(a_full_device_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
