/* Characters of texts from anywhere. */
#include "tests/support/fixture.h"
#include "viz/utf8.h"

static uint32_t code_of(const char *text, size_t length)
{
	uint32_t code = 0;

	assert_int_equal(viz_utf8_next(text, &code), length);
	return code;
}

TEST(unit_characters_of_all_lengths)
{
	assert_int_equal(code_of("a", 1), 'a');
	assert_int_equal(code_of("é!", 2), 0xe9);
	assert_int_equal(code_of("木", 3), 0x6728);
	assert_int_equal(code_of("🌲", 4), 0x1f332);
}

TEST(unit_what_is_not_well_formed_has_no_length)
{
	code_of("\x80", 0);
	code_of("\xc3", 0);
	code_of("\xc0\xaf", 0);         /* longer than it has to be */
	code_of("\xed\xa0\x80", 0);     /* half of a pair */
	code_of("\xf4\x90\x80\x80", 0); /* beyond the last one */
}

TEST(unit_what_drives_or_turns_is_not_shown)
{
	static const uint32_t hidden[] = {
		7, 0x1b, 0x7f, 0x85, 0x200f, 0x2028, 0x202e, 0x2066, 0x61c, 0xffff
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		assert_false(viz_utf8_shown(hidden[i]));
	assert_true(viz_utf8_shown('<'));
	assert_true(viz_utf8_shown(0x5d0)); /* a letter that is written from the right is a letter */
}

RUN(cmocka_unit_test(unit_characters_of_all_lengths),
    cmocka_unit_test(unit_what_is_not_well_formed_has_no_length),
    cmocka_unit_test(unit_what_drives_or_turns_is_not_shown))
