/* One character at a time, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inject/value.h"

static void characters_are_taken_whole(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		uint32_t code;
	} rows[] = {
		{ "a", 1, 'a' },
		{ "\x7f", 1, 0x7f },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xc3\xa9 and more", 2, 0xe9 },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 0xd7ff },
		{ "\xef\xbf\xbd", 3, 0xfffd },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
	};
	uint32_t code;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(inj_utf8_next(rows[i].text, strlen(rows[i].text), &code), rows[i].size);
		assert_int_equal(code, rows[i].code);
	}
}

static void what_is_none_is_one_byte(void **state)
{
	/* A lone follower, overlong forms, a surrogate, beyond Unicode, cut short, a wrong follower. */
	static const char *const texts[] = {
		"\x80",         "\xc0\x80", "\xc1\xbf",         "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xf5",     "\xf4\x90\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xc3",         "\xe2\x82", "\xf0\x9f\x98",     "\xc3(",
		"\xff"
	};
	uint32_t code;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(inj_utf8_next(texts[i], strlen(texts[i]), &code), 1);
		assert_int_equal(code, INJ_UTF8_BAD);
	}
}

static void controls_and_non_characters_cannot_be_printed(void **state)
{
	static const uint32_t good[] = { '\t', '\n', '\r', ' ', '~', 0xa0, 0xe9, 0xfffd, 0x1f333, 0x10fffd };
	static const uint32_t bad[] = { 0, 0x1b, 0x7f, 0x85, 0x9f, 0xd800, 0xfeff, 0xfffe, 0xffff, 0x1fffe };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(inj_utf8_printable(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(inj_utf8_printable(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_taken_whole),
		cmocka_unit_test(what_is_none_is_one_byte),
		cmocka_unit_test(controls_and_non_characters_cannot_be_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
