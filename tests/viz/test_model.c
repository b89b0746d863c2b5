/* The tree as rows: found by height, folded, filtered; and kept up by events alone. */
#include "tests/support/fixture.h"
#include "viz/model.h"

static struct viz_model *model_of(struct fixture *f)
{
	struct viz_model *model;

	assert_int_equal(viz_model_new(f->rt, &model), RT_OK);
	return model;
}

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_model_event(ctx, event);
}

/* The names of all rows, indented. */
static const char *picture(const struct viz_model *model)
{
	static char text[4000];
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t row = 0; row < viz_model_rows(model); row++) {
		rt_place place = viz_model_row(model, row);
		struct viz_node node;

		assert_true(viz_model_node(model, place, &node));
		assert_int_equal(viz_model_find(model, place), row);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%u%s%s ", node.depth, node.name,
					 viz_model_folded(model, place) ? "+" : "");
	}
	return text;
}

static rt_place place_of(const struct fixture *f, const char *path)
{
	return rt_path_find(f->rt, path);
}

static struct fixture *tree(void)
{
	return start_tree(&ONE_FOR_ONE(
		"app", .intensity = 100,
		CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 100, CHILDREN(WORKER("b"), WORKER("c"))),
			 WORKER("d", .restart = RT_TEMPORARY))));
}

static struct viz_node node_at(const struct viz_model *model, rt_place place)
{
	struct viz_node node;

	assert_true(viz_model_node(model, place, &node));
	return node;
}

TEST(unit_how_much_of_a_tree_is_well)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);
	rt_place app = place_of(f, "app"), s = place_of(f, "app/s");

	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	assert_int_equal(node_at(model, app).all, 6);
	assert_int_equal(node_at(model, app).well, 6);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/s/b")), RT_OK);
	crash(f, "app/a", "boom");
	assert_int_equal(node_at(model, app).well, 4);
	assert_int_equal(node_at(model, s).well, 2);
	/* Seen for the first time it is the same. */
	struct viz_model *late = model_of(f);
	assert_int_equal(node_at(late, app).well, 4);
	viz_model_free(late);
	settle(f);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/s/b")), RT_OK);
	assert_int_equal(node_at(model, app).well, 6);
	/* One that is gone for good is no longer counted. */
	crash(f, "app/d", "boom");
	settle(f);
	viz_model_settle(model, RT_SECOND);
	assert_int_equal(node_at(model, app).all, 5);
	assert_int_equal(node_at(model, app).well, 5);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_the_way_up_of_an_escalation)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 100,
		CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 0, CHILDREN(WORKER("b"))), WORKER("d"))));
	struct viz_model *model = model_of(f);

	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	wait_ms(f, 1000);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/s"), 0), VIZ_NO_WAY);
	crash(f, "app/s/b", "boom");
	settle(f);
	viz_model_settle(model, RT_SECOND);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/a"), 1000 * RT_MS), VIZ_WAY_PASSES);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/s"), 1000 * RT_MS), VIZ_WAY_BEGINS);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/d"), 1000 * RT_MS), VIZ_NO_WAY);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/s/b"), 1000 * RT_MS), VIZ_NO_WAY);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app"), 0), VIZ_NO_WAY);
	assert_int_equal(viz_model_way_up(model, place_of(f, "app/s"), 1001 * RT_MS), VIZ_NO_WAY);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_rows_are_the_tree_in_start_order)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);

	assert_text(picture(model), "0app 1a 1s 2b 2c 1d ");
	assert_int_equal(viz_model_row(model, 6), 0);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_what_is_folded_is_one_row_and_stays_folded_in_another_moment)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);

	viz_model_fold(model, place_of(f, "app/s"), true);
	assert_text(picture(model), "0app 1a 1s+ 1d ");
	/* What is within is where the fold is. */
	assert_int_equal(viz_model_find(model, place_of(f, "app/s/c")), 2);
	assert_int_equal(viz_model_reset(model, f->rt), RT_OK);
	assert_text(picture(model), "0app 1a 1s+ 1d ");
	viz_model_fold(model, place_of(f, "app"), true);
	assert_text(picture(model), "0app+ ");
	viz_model_unfold_to(model, place_of(f, "app/s/c"));
	assert_text(picture(model), "0app 1a 1s 2b 2c 1d ");
	assert_true(viz_model_foldable(model, place_of(f, "app/s")));
	assert_false(viz_model_foldable(model, place_of(f, "app/a")));
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_a_filter_keeps_what_is_above_its_matches)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);

	assert_int_equal(viz_model_filter(model, "s/c"), RT_OK);
	assert_text(picture(model), "0app 1s 2c ");
	assert_false(viz_model_matches(model, place_of(f, "app/s")));
	assert_true(viz_model_matches(model, place_of(f, "app/s/c")));
	assert_int_equal(viz_model_filter(model, "nothing like it"), RT_OK);
	assert_text(picture(model), "0app ");
	assert_int_equal(viz_model_filter(model, ""), RT_OK);
	assert_text(picture(model), "0app 1a 1s 2b 2c 1d ");
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_events_keep_the_rows_up_to_date)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);
	struct viz_node node;

	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	crash(f, "app/s/b", "boom");
	crash(f, "app/d", "boom");
	settle(f);
	viz_model_settle(model, RT_SECOND);
	/* The temporary child is not restarted and goes; the other one is where it was. */
	assert_text(picture(model), "0app 1a 1s 2b 2c ");
	assert_true(viz_model_node(model, place_of(f, "app/s/b"), &node));
	assert_int_equal(node.restarts, 1);
	assert_int_equal(node.spark[VIZ_SPARK - 1], 1);
	assert_text(ask_start(f, "app", &WORKER("e")), "{ok,pid}");
	viz_model_settle(model, RT_SECOND);
	assert_text(picture(model), "0app 1a 1s 2b 2c 1e ");
	assert_text(ask(f, "terminate_child app e"), "ok");
	viz_model_settle(model, RT_SECOND);
	/* Its record is there still. */
	assert_text(picture(model), "0app 1a 1s 2b 2c 1e ");
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_restarts_move_along_in_time)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);
	struct viz_node node;

	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	for (unsigned i = 0; i < 3; i++) {
		crash(f, "app/a", "boom");
		settle(f);
	}
	wait_ms(f, 2000);
	crash(f, "app/a", "boom");
	settle(f);
	assert_true(viz_model_node(model, place_of(f, "app/a"), &node));
	assert_int_equal(node.spark[VIZ_SPARK - 1], 1);
	assert_int_equal(node.spark[VIZ_SPARK - 3], 3);
	wait_ms(f, 100000);
	assert_true(viz_model_node(model, place_of(f, "app/a"), &node));
	for (unsigned i = 0; i < VIZ_SPARK; i++)
		assert_int_equal(node.spark[i], 0);
	assert_int_equal(node.restarts, 4);
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_a_pool_that_comes_and_goes_leaves_no_holes)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(POOL("pool", WORKER("w", .restart = RT_TEMPORARY)))));
	struct viz_model *model = model_of(f);
	char name[40];

	assert_int_equal(rt_observe(f->rt, observe, model), RT_OK);
	for (unsigned i = 1; i <= 500; i++) {
		snprintf(name, sizeof(name), "start_child app/pool %u", i);
		request(f, name);
		settle(f);
		if (i > 3) {
			snprintf(name, sizeof(name), "app/pool/%u", i - 3);
			crash(f, name, "boom");
			settle(f);
		}
		viz_model_settle(model, RT_SECOND);
	}
	assert_text(picture(model), "0app 1pool 2498 2499 2500 ");
	viz_model_free(model);
	fixture_free(f);
}

TEST(unit_searching_goes_round)
{
	struct fixture *f = tree();
	struct viz_model *model = model_of(f);

	assert_int_equal(viz_model_search(model, 0, "app/s", false), 2);
	assert_int_equal(viz_model_search(model, 2, "app/s", false), 3);
	assert_int_equal(viz_model_search(model, 4, "app/s", false), 2);
	assert_int_equal(viz_model_search(model, 2, "app/s", true), 4);
	assert_int_equal(viz_model_search(model, 2, "zzz", false), 2);
	viz_model_free(model);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_how_much_of_a_tree_is_well), cmocka_unit_test(unit_the_way_up_of_an_escalation),
    cmocka_unit_test(unit_rows_are_the_tree_in_start_order),
    cmocka_unit_test(unit_what_is_folded_is_one_row_and_stays_folded_in_another_moment),
    cmocka_unit_test(unit_a_filter_keeps_what_is_above_its_matches),
    cmocka_unit_test(unit_events_keep_the_rows_up_to_date),
    cmocka_unit_test(unit_restarts_move_along_in_time),
    cmocka_unit_test(unit_a_pool_that_comes_and_goes_leaves_no_holes),
    cmocka_unit_test(unit_searching_goes_round))
