/* The tree as a picture. */
#include "tests/support/fixture.h"
#include "tests/support/picture.h"
#include "viz/svg.h"

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_model_event(ctx, event);
}

static struct viz_model *model_of(struct fixture *f)
{
	struct viz_model *model;

	assert_int_equal(viz_model_new(f->rt, &model), RT_OK);
	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	return model;
}

static struct drawing draw(struct fixture *f, const struct viz_model *model)
{
	struct drawing drawing = { .text = NULL };
	struct viz_svg svg = { .write = drawing_take, .ctx = &drawing, .within = true, .id = "tree" };

	assert_int_equal(viz_svg_tree(&svg, f->rt, model, "a tree"), RT_OK);
	assert_false(svg.failed);
	assert_well_formed(&drawing);
	return drawing;
}

static struct fixture *tree(void)
{
	return start_tree(&REST_FOR_ONE(
		"app", .intensity = 5, .period_s = 60,
		CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 0, CHILDREN(TRANSIENT_WORKER("b"))),
			 WORKER("d", .restart = RT_TEMPORARY))));
}

TEST(unit_each_actor_is_a_row_with_its_state_in_a_word)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "class=\"row\""), 5);
	assert_int_equal(drawing_count(&drawing, ">up</text>"), 5);
	assert_int_equal(drawing_count(&drawing, "rest_for_one, 0 of 5 in 60s"), 1);
	assert_int_equal(drawing_count(&drawing, "transient, server"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>app/s/b: up</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "class=\"heat\""), 0);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_what_hangs_fell_was_restarted_says_so)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);

	crash(f, "app/s/b", "boom");
	settle(f);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	crash(f, "app/s/b", "boom");
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "<title>app/a: hanging</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>app/s/b: dead</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "<title>app/d: down</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "class=\"heat\""), 2);
	assert_int_equal(drawing_count(&drawing, "rest_for_one, 1 of 5 in 60s"), 1);
	drawing_free(&drawing);
	settle(f);
	viz_model_free(model);
	fixture_free(f);
}

/* Of a tree that is down everybody is still there. */
TEST(unit_a_root_that_gave_up_keeps_its_tree)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ALL("app", .intensity = 0, CHILDREN(WORKER("a"), WORKER("b"))));
	struct viz_model *model = model_of(f);

	crash(f, "app/a", "boom");
	settle(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "<title>app: gave up</title>"), 1);
	assert_int_equal(drawing_count(&drawing, "one_for_all"), 1);
	assert_int_equal(drawing_count(&drawing, ": down</title>"), 2);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

/* Also those whose places the runtime has given back. */
TEST(unit_whoever_came_and_went_in_a_tree_that_is_down_is_told_by_name)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL("app", .intensity = 0, CHILDREN(WORKER("a"))));
	struct viz_model *model = model_of(f);

	assert_text(ask_start(f, "app", &TEMPORARY_WORKER("guest")), "{ok,pid}");
	crash(f, "app/guest", "boom");
	settle(f);
	crash(f, "app/a", "boom");
	settle(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "<title>app/guest: down</title>"), 1);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_without_a_tree_it_says_so)
{
	struct fixture *f = fixture_new(&(struct rt_config){ 0 });
	struct viz_model *model = model_of(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "no actor was started"), 1);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_ids_are_harmless)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"<script>", CHILDREN(WORKER("\"'&\xe2\x80\xae\x1b"), WORKER("</svg>"))));
	struct viz_model *model = model_of(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "<script>"), 0);
	assert_int_equal(drawing_count(&drawing, "\xe2\x80\xae"), 0);
	assert_int_equal(drawing_count(&drawing, "\x1b"), 0);
	assert_int_equal(drawing_count(&drawing, "</svg>"), 1);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

static struct fixture *wide_tree(unsigned supervisors, unsigned workers)
{
	struct rt_child *above = calloc(supervisors, sizeof(*above)),
			*below = calloc(workers, sizeof(*below));
	char(*id)[12] = calloc(supervisors + workers, sizeof(*id));

	for (unsigned i = 0; i < workers; i++) {
		snprintf(id[i], sizeof(id[i]), "w%u", i);
		below[i] = WORKER(id[i]);
	}
	for (unsigned i = 0; i < supervisors; i++) {
		snprintf(id[workers + i], sizeof(id[0]), "s%u", i);
		above[i] = ONE_FOR_ONE(id[workers + i], .intensity = 1000000, .children = below,
				       .n_children = workers);
	}
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000000, .children = above,
						    .n_children = supervisors));

	free(above);
	free(below);
	free(id);
	return f;
}

TEST(unit_of_many_children_the_first_and_the_troubled_are_drawn)
{
	struct fixture *f = wide_tree(1, 100);
	struct viz_model *model = model_of(f);

	crash(f, "app/s0/w77", "boom");
	settle(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "class=\"row\""), 2 + VIZ_SVG_CHILDREN + 1);
	assert_int_equal(drawing_count(&drawing, ">w77</text>"), 1);
	assert_int_equal(drawing_count(&drawing, ">+59</text>"), 1);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_of_a_big_tree_upper_levels_and_the_troubled_are_drawn)
{
	struct fixture *f = wide_tree(100, 100);
	struct viz_model *model = model_of(f);

	crash(f, "app/s99/w99", "boom");
	settle(f);
	struct drawing drawing = draw(f, model);

	assert_int_equal(drawing_count(&drawing, "class=\"row\""), VIZ_SVG_ROWS);
	assert_int_equal(drawing_count(&drawing, "<title>app/s99/w99: up</title>"), 1);
	assert_int_equal(drawing_count(&drawing, ">s39</text>"), 1);
	/* 59 supervisors beyond the 40th, each with its hundred; s99 is there for the sake of w99. */
	assert_int_equal(drawing_count(&drawing, ">+5959</text>"), 1);
	assert_true(drawing.length < 200000);
	drawing_free(&drawing);
	viz_model_free(model);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_each_actor_is_a_row_with_its_state_in_a_word),
    cmocka_unit_test(unit_what_hangs_fell_was_restarted_says_so),
    cmocka_unit_test(unit_a_root_that_gave_up_keeps_its_tree),
    cmocka_unit_test(unit_whoever_came_and_went_in_a_tree_that_is_down_is_told_by_name),
    cmocka_unit_test(unit_without_a_tree_it_says_so), cmocka_unit_test(unit_ids_are_harmless),
    cmocka_unit_test(unit_of_many_children_the_first_and_the_troubled_are_drawn),
    cmocka_unit_test(unit_of_a_big_tree_upper_levels_and_the_troubled_are_drawn))
