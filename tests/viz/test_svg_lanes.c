/* The timeline as a picture. */
#include "tests/support/fixture.h"
#include "tests/support/picture.h"
#include "viz/svg.h"

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_lanes_event(ctx, event);
}

static struct viz_lanes *lanes_of(struct fixture *f)
{
	struct viz_lanes *lanes;

	assert_int_equal(viz_lanes_new(f->rt, 0, &lanes), RT_OK);
	assert_int_equal(rt_observe(f->rt, observe, lanes), RT_OK);
	return lanes;
}

static struct drawing draw(const struct viz_lanes *lanes)
{
	struct drawing drawing = { .text = NULL };
	struct viz_svg svg = { .write = drawing_take, .ctx = &drawing, .within = true, .id = "time" };

	assert_int_equal(viz_svg_lanes(&svg, lanes, "a timeline"), RT_OK);
	assert_false(svg.failed);
	assert_well_formed(&drawing);
	return drawing;
}

TEST(unit_lives_are_bars_and_what_befell_them_marks)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 1,
		CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 0, CHILDREN(WORKER("b"))))));
	struct viz_lanes *lanes = lanes_of(f);

	wait_ms(f, 1000);
	viz_lanes_fault(lanes, rt_path_find(f->rt, "app/s/b"), rt_now(f->rt), "crash reason=<boom>");
	crash(f, "app/s/b", "<boom>");
	wait_ms(f, 1000);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	wait_ms(f, 1000);
	struct drawing drawing = draw(lanes);

	assert_int_equal(drawing_count(&drawing, "class=\"row\""), 4);
	assert_int_equal(drawing_count(&drawing, "<title>start 1, 0s to 1s, ended: &lt;boom&gt;</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>start 2, 1s to the end</title>"), 2);
	assert_int_equal(drawing_count(&drawing, "<title>1s: fault, crash reason=&lt;boom&gt;</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>1s: gave up on b, 1 of 0 in its period</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>1s: restarts s, 1 of 1 in its period</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>2s to the end: took no messages</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "stroke-dasharray=\"4 2\""), 1); /* up the branch */
	assert_int_equal(drawing_count(&drawing, "<boom>"), 0);
	drawing_free(&drawing);
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_at_one_instant_everything_is_drawn_all_the_same)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"))));
	struct viz_lanes *lanes = lanes_of(f);

	crash(f, "app/a", "boom");
	settle(f);
	struct drawing drawing = draw(lanes);

	assert_int_equal(drawing_count(&drawing, "class=\"row\""), 2);
	assert_int_equal(drawing_count(&drawing, "start 2, 0s to the end"), 1);
	drawing_free(&drawing);
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_a_long_quiet_rest_is_cut)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"))));
	struct viz_lanes *lanes = lanes_of(f);

	wait_ms(f, 8000);
	crash(f, "app/a", "boom");
	settle(f);
	wait_ms(f, 3600 * 1000);
	struct drawing drawing = draw(lanes);

	assert_int_equal(drawing_count(&drawing, "stays so until 3608s"), 1);
	assert_int_equal(drawing_count(&drawing, ">9s</text>"), 1);
	assert_int_equal(drawing_count(&drawing, ">10s</text>"), 0);
	drawing_free(&drawing);
	viz_lanes_free(lanes);
	fixture_free(f);
}

/* However much happens, the picture stays a picture. */
TEST(unit_what_is_too_close_is_one_bar_that_says_how_many)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000000, CHILDREN(WORKER("a"))));
	struct viz_lanes *lanes = lanes_of(f);

	for (unsigned i = 0; i < 20000; i++) {
		wait_ms(f, 1);
		crash(f, "app/a", "boom");
		settle(f);
	}
	struct drawing drawing = draw(lanes);

	assert_true(drawing.length < 100000);
	assert_true(drawing_count(&drawing, "class=\"many\"") > 100);
	assert_int_equal(drawing_count(&drawing, "<title>starts 1 to "), 1);
	drawing_free(&drawing);
	viz_lanes_free(lanes);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_lives_are_bars_and_what_befell_them_marks),
    cmocka_unit_test(unit_at_one_instant_everything_is_drawn_all_the_same),
    cmocka_unit_test(unit_a_long_quiet_rest_is_cut),
    cmocka_unit_test(unit_what_is_too_close_is_one_bar_that_says_how_many))
