/* Texts in pictures: harmless, and as wide as they are said to be. */
#include "tests/support/fixture.h"
#include "viz/svg.h"

struct text {
	char text[4000];
	size_t length, room;
};

static bool take(void *ctx, const char *text, size_t length)
{
	struct text *to = ctx;

	if (to->room != 0 && to->length + length > to->room)
		return false;
	assert_true(to->length + length < sizeof(to->text));
	memcpy(to->text + to->length, text, length + 1);
	to->length += length;
	return true;
}

static const char *drawn(const char *text, unsigned columns)
{
	static struct text to;
	struct viz_svg svg = { .write = take, .ctx = &to };

	to = (struct text){ .length = 0 };
	viz_svg_text(&svg, text, columns);
	assert_false(svg.failed);
	return to.text;
}

TEST(unit_markup_is_text)
{
	assert_text(drawn("<script>alert(\"1\" & '2')</script>", 0),
		    "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
}

TEST(unit_what_drives_or_turns_becomes_visible)
{
	assert_text(drawn("a\x1b[31mb\x7f", 0), "a\\x1b[31mb\\x7f");
	assert_text(drawn("a\xe2\x80\xae"
			  "b",
			  0),
		    "a\\u202eb");
	assert_text(drawn("\xff\xc3", 0), "\\xff\\xc3");
	assert_text(drawn("\xef\xbf\xbf", 0), "\\uffff"); /* no character of XML */
	assert_text(drawn("שלום", 0), "שלום");
}

TEST(unit_too_long_ends_in_an_ellipsis)
{
	assert_text(drawn("storage", 7), "storage");
	assert_text(drawn("storages", 7), "storag…");
	assert_text(drawn("<<<<", 3), "&lt;&lt;…");
	assert_text(drawn("木木木", 4), "木…"); /* two columns each */
	assert_int_equal(viz_svg_columns("木a"), 3);
	assert_int_equal(viz_svg_columns("\x1b"), 4);
}

TEST(unit_times_are_exact)
{
	char buf[32];

	assert_text(viz_svg_time(0, buf), "0s");
	assert_text(viz_svg_time(1500 * RT_MS, buf), "1.5s");
	assert_text(viz_svg_time(1, buf), "0.000000001s");
	assert_text(viz_svg_time(3600 * RT_SECOND, buf), "3600s");
}

TEST(unit_alone_a_picture_brings_its_colours_within_a_page_it_does_not)
{
	struct text to = { .length = 0 };
	struct viz_svg svg = { .write = take, .ctx = &to, .within = true, .id = "x" };

	viz_svg_begin(&svg, 10, 20, "a <tree>", "two & more");
	assert_null(strstr(to.text, "<style>"));
	assert_non_null(strstr(to.text, "aria-labelledby=\"x-t x-d\""));
	assert_non_null(strstr(to.text, "<title id=\"x-t\">a &lt;tree&gt;</title>"));
	assert_non_null(strstr(to.text, "<desc id=\"x-d\">two &amp; more</desc>"));
	to.length = 0;
	svg.within = false;
	viz_svg_begin(&svg, 10, 20, "a", "b");
	assert_non_null(strstr(to.text, "<style>"));
	assert_non_null(strstr(to.text, "prefers-color-scheme:dark"));
}

TEST(unit_what_cannot_be_written_is_noticed)
{
	struct text to = { .room = 10 };
	struct viz_svg svg = { .write = take, .ctx = &to, .id = "x" };

	viz_svg_begin(&svg, 10, 20, "a", "b");
	assert_true(svg.failed);
}

RUN(cmocka_unit_test(unit_markup_is_text), cmocka_unit_test(unit_what_drives_or_turns_becomes_visible),
    cmocka_unit_test(unit_too_long_ends_in_an_ellipsis), cmocka_unit_test(unit_times_are_exact),
    cmocka_unit_test(unit_alone_a_picture_brings_its_colours_within_a_page_it_does_not),
    cmocka_unit_test(unit_what_cannot_be_written_is_noticed))
