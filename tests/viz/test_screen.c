/* Characters, columns and clipping. */
#include <locale.h>

#include "tests/support/fixture.h"
#include "viz/screen.h"

static const char *draw(unsigned width, bool ascii, const char *text)
{
	static char *picture;
	struct viz_screen screen = { 0 };

	free(picture);
	assert_true(viz_screen_resize(&screen, width, 1));
	screen.ascii = ascii;
	viz_put(&screen, 0, 0, width, VIZ_PLAIN, text);
	picture = viz_screen_text(&screen, false);
	assert_non_null(picture);
	viz_screen_fini(&screen);
	return picture;
}

TEST(unit_what_does_not_fit_ends_with_an_ellipsis)
{
	assert_text(draw(10, false, "core/cache"), "core/cache\n");
	assert_text(draw(9, false, "core/cache"), "core/cac…\n");
	assert_text(draw(9, true, "core/cache"), "core/cac~\n");
	assert_text(draw(1, false, "core"), "…\n");
}

TEST(unit_wide_characters_take_two_columns_and_are_never_cut_in_half)
{
	assert_int_equal(viz_width("日本"), 4);
	assert_text(draw(4, false, "日本"), "日本\n");
	assert_text(draw(3, false, "日本"), "日…\n");
	assert_text(draw(2, false, "日本"), "…\n");
}

TEST(unit_what_combines_goes_with_the_character_before)
{
	assert_int_equal(viz_width("e\xcc\x81t"), 2);
	assert_text(draw(2, false, "e\xcc\x81t"), "e\xcc\x81t\n");
}

TEST(unit_nothing_that_drives_a_terminal_is_drawn)
{
	assert_text(draw(20, false, "a\x1b[31mb\x07\x7f"), "a?[31mb??\n");
	assert_text(draw(20, false, "a\xff\xc0\xaf" "b"), "a???b\n");
	assert_text(draw(20, false, "a\xe2\x80\xae" "b"), "a?b\n");
	assert_text(draw(20, true, "a\xe2\x9c\x93" "b"), "a?b\n");
}

TEST(unit_drawing_outside_does_nothing)
{
	struct viz_screen screen = { 0 };

	assert_true(viz_screen_resize(&screen, 5, 2));
	assert_int_equal(viz_put(&screen, 5, 0, 5, VIZ_PLAIN, "x"), 5);
	assert_int_equal(viz_put(&screen, 0, 2, 5, VIZ_PLAIN, "x"), 0);
	assert_int_equal(viz_put(&screen, 3, 1, 50, VIZ_GOOD, "xyz"), 5);
	viz_mark(&screen, 1, VIZ_SELECTED);
	viz_mark(&screen, 9, VIZ_SELECTED);
	char *text = viz_screen_text(&screen, true);

	assert_text(text, "\n   x…\n\n#####\n");
	free(text);
	viz_screen_fini(&screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_what_does_not_fit_ends_with_an_ellipsis),
		cmocka_unit_test(unit_wide_characters_take_two_columns_and_are_never_cut_in_half),
		cmocka_unit_test(unit_what_combines_goes_with_the_character_before),
		cmocka_unit_test(unit_nothing_that_drives_a_terminal_is_drawn),
		cmocka_unit_test(unit_drawing_outside_does_nothing),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
