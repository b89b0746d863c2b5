/* Lanes from events: who ran when, how it ended, what was done; in bounded memory. */
#include "tests/support/fixture.h"
#include "viz/lanes.h"

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_lanes_event(ctx, event);
}

static struct viz_lanes *lanes_of(struct fixture *f, uint32_t items)
{
	struct viz_lanes *lanes;

	assert_int_equal(viz_lanes_new(f->rt, items, &lanes), RT_OK);
	assert_int_equal(rt_observe(f->rt, observe, lanes), RT_OK);
	return lanes;
}

static uint32_t lane_at(const struct viz_lanes *lanes, const char *path)
{
	char buf[300];

	for (uint32_t n = 0; n < viz_lanes_count(lanes); n++) {
		assert_in_range(viz_lanes_path(lanes, n, buf, sizeof(buf)), 1, sizeof(buf) - 1);
		if (strcmp(buf, path) == 0)
			return n;
	}
	fail_msg("no lane %s", path);
	return 0;
}

static struct viz_lane lane_of(const struct viz_lanes *lanes, const char *path)
{
	struct viz_lane lane;

	viz_lanes_lane(lanes, lane_at(lanes, path), &lane);
	return lane;
}

/* Items of a lane in words; times in milliseconds. */
struct words {
	char text[4000];
	size_t used;
};

static bool add_item(void *ctx, const struct viz_item *item)
{
	static const char *const names[] = {
		[VIZ_RAN] = "ran",         [VIZ_HUNG] = "hung",           [VIZ_FAULT] = "fault",
		[VIZ_REFUSED] = "refused", [VIZ_RESTARTED] = "restarted", [VIZ_GAVE_UP] = "gave up",
	};
	struct words *words = ctx;

	words->used +=
		(size_t)snprintf(words->text + words->used, sizeof(words->text) - words->used, "%s%s %d",
				 words->used ? "; " : "", names[item->kind], (int)(item->from / RT_MS));
	if (item->to != item->from || item->goes_on)
		words->used += (size_t)snprintf(words->text + words->used, sizeof(words->text) - words->used,
						item->goes_on ? "-" : "-%d", (int)(item->to / RT_MS));
	if (item->a != 0 && item->kind != VIZ_RAN)
		words->used += (size_t)snprintf(words->text + words->used, sizeof(words->text) - words->used,
						" %u/%u", item->a, item->b);
	words->used +=
		(size_t)snprintf(words->text + words->used, sizeof(words->text) - words->used, "%s%s%s",
				 item->text[0] ? " " : "", item->text, item->fell ? "!" : "");
	if (item->count > 1)
		words->used += (size_t)snprintf(words->text + words->used, sizeof(words->text) - words->used,
						" x%u", item->count);
	return true;
}

static const char *items_of(const struct viz_lanes *lanes, const char *path)
{
	static struct words words;

	words = (struct words){ .used = 0 };
	viz_lanes_items(lanes, lane_at(lanes, path), add_item, &words);
	return words.text;
}

static struct fixture *tree(void)
{
	return start_tree(&REST_FOR_ONE(
		"app", .intensity = 2, .period_s = 60,
		CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 1, CHILDREN(WORKER("b"), WORKER("c"))),
			 WORKER("d", .restart = RT_TEMPORARY))));
}

TEST(unit_who_runs_already_has_a_lane)
{
	struct fixture *f = tree();
	struct viz_lanes *lanes = lanes_of(f, 0);

	wait_ms(f, 1000);
	assert_int_equal(viz_lanes_count(lanes), 6);
	assert_text(items_of(lanes, "app/s/b"), "ran 0-");
	assert_int_equal(lane_of(lanes, "app/s/b").run, RT_SECOND);
	assert_true(lane_of(lanes, "app/s").supervisor);
	assert_int_equal(lane_of(lanes, "app/s/b").depth, 2);
	assert_int_equal(lane_of(lanes, "app/s/b").parent, lane_at(lanes, "app/s"));
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_a_restart_is_a_second_bar_and_its_supervisor_decided_it)
{
	struct fixture *f = tree();
	struct viz_lanes *lanes = lanes_of(f, 0);

	wait_ms(f, 1000);
	viz_lanes_fault(lanes, rt_path_find(f->rt, "app/a"), rt_now(f->rt), "crash reason=boom");
	crash(f, "app/a", "boom");
	wait_ms(f, 500);
	assert_text(items_of(lanes, "app/a"), "fault 1000 crash reason=boom; ran 0-1000 boom!; ran 1000-");
	assert_text(items_of(lanes, "app/s/c"), "ran 0-1000 shutdown; ran 1000-");
	assert_text(items_of(lanes, "app"), "restarted 1000 1/2; ran 0-");
	assert_int_equal(lane_of(lanes, "app/a").falls, 1);
	assert_int_equal(lane_of(lanes, "app/a").faults, 1);
	assert_int_equal(lane_of(lanes, "app/s/c").falls, 0);
	assert_int_equal(lane_of(lanes, "app/s/c").starts, 2);
	assert_int_equal(lane_of(lanes, "app/s/c").latest, RT_SECOND);
	/* It is not started again, and stays down. */
	assert_text(items_of(lanes, "app/d"), "ran 0-1000 shutdown");
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_giving_up_goes_up_the_branch)
{
	struct fixture *f = tree();
	struct viz_lanes *lanes = lanes_of(f, 0);

	for (unsigned i = 0; i < 2; i++) {
		wait_ms(f, 100);
		crash(f, "app/s/b", "boom");
		settle(f);
	}
	assert_text(items_of(lanes, "app/s"),
		    "restarted 100 1/1; gave up 200 2/1; ran 0-200 shutdown; ran 200-");
	assert_int_equal(lane_of(lanes, "app/s").give_ups, 1);
	assert_text(items_of(lanes, "app"), "restarted 200 1/2; ran 0-");
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_who_hangs_hangs_until_it_goes_on_or_ends)
{
	struct fixture *f = tree();
	struct viz_lanes *lanes = lanes_of(f, 0);

	wait_ms(f, 100);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	assert_text(items_of(lanes, "app/a"), "ran 0-; hung 100-");
	wait_ms(f, 100);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/a")), RT_OK);
	wait_ms(f, 100);
	assert_text(items_of(lanes, "app/a"), "hung 100-200; ran 0-");
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	kill_actor(f, "app/a");
	settle(f);
	assert_text(items_of(lanes, "app/a"), "hung 100-200; hung 300; ran 0-300 killed!; ran 300-");
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_after_the_close_nothing_is_taken)
{
	struct fixture *f = tree();
	struct viz_lanes *lanes = lanes_of(f, 0);

	wait_ms(f, 1000);
	viz_lanes_close(lanes);
	shutdown_tree(f);
	wait_ms(f, 1000);
	assert_text(items_of(lanes, "app/a"), "ran 0-");
	assert_int_equal(viz_lanes_end(lanes), RT_SECOND);
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_a_start_that_fails_is_a_mark)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 5,
		CHILDREN(WORKER("a", STARTS(OK(1), FAIL(2, "no_port"), OK(1))))));
	struct viz_lanes *lanes = lanes_of(f, 0);

	wait_ms(f, 10);
	crash(f, "app/a", "boom");
	settle(f);
	assert_text(items_of(lanes, "app/a"),
		    "ran 0-10 boom!; refused 10 no_port; refused 10 no_port; ran 10-");
	assert_int_equal(lane_of(lanes, "app/a").refusals, 2);
	viz_lanes_free(lanes);
	fixture_free(f);
}

/* The whole run stays, coarser. */
TEST(unit_too_many_items_are_joined_not_lost)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000000, CHILDREN(WORKER("a"))));
	struct viz_lanes *lanes = lanes_of(f, 64);

	assert_int_equal(viz_lanes_grain(lanes), 0);
	for (unsigned i = 0; i < 1000; i++) {
		wait_ms(f, 10);
		crash(f, "app/a", "boom");
		settle(f);
	}
	struct words words = { .used = 0 };

	viz_lanes_items(lanes, lane_at(lanes, "app/a"), add_item, &words);
	assert_int_equal(viz_lanes_lost(lanes), 0);
	assert_true(viz_lanes_grain(lanes) > 0);
	assert_memory_equal(words.text, "ran 0-", 6);
	assert_string_equal(words.text + words.used - 10, "ran 10000-");
	assert_int_equal(lane_of(lanes, "app/a").starts, 1001);
	assert_int_equal(lane_of(lanes, "app/a").falls, 1000);
	viz_lanes_free(lanes);
	fixture_free(f);
}

/* All of it at one instant, on more lanes than there are items. */
TEST(unit_what_has_no_place_is_counted)
{
	struct rt_child children[100];
	char ids[100][8];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(ids[i], sizeof(ids[i]), "w%u", i);
		children[i] = WORKER(ids[i]);
	}
	struct fixture *f = start_tree(
		&ONE_FOR_ALL("app", .intensity = 1000, .children = children, .n_children = 100));
	struct viz_lanes *lanes = lanes_of(f, 64);

	crash(f, "app/w7", "boom");
	settle(f);
	assert_int_equal(viz_lanes_lost(lanes), 101 - 64);
	assert_int_equal(lane_of(lanes, "app/w99").starts, 2);
	viz_lanes_free(lanes);
	fixture_free(f);
}

TEST(unit_a_place_that_is_given_away_is_another_lane)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(ONE_FOR_ONE("pool", .intensity = 9))));
	struct viz_lanes *lanes = lanes_of(f, 0);

	assert_text(ask_start(f, "app/pool", &TEMPORARY_WORKER("x")), "{ok,pid}");
	wait_ms(f, 10);
	uint32_t before = viz_lanes_count(lanes);

	assert_int_equal(before, 3);
	crash(f, "app/pool/x", "boom");
	settle(f);
	wait_ms(f, 10);
	assert_text(ask_start(f, "app/pool", &TEMPORARY_WORKER("y")), "{ok,pid}");
	wait_ms(f, 5);
	assert_int_equal(viz_lanes_count(lanes), 4);
	assert_text(items_of(lanes, "app/pool/x"), "ran 0-10 boom!");
	assert_text(items_of(lanes, "app/pool/y"), "ran 20-");
	viz_lanes_free(lanes);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_who_runs_already_has_a_lane),
    cmocka_unit_test(unit_a_restart_is_a_second_bar_and_its_supervisor_decided_it),
    cmocka_unit_test(unit_giving_up_goes_up_the_branch),
    cmocka_unit_test(unit_who_hangs_hangs_until_it_goes_on_or_ends),
    cmocka_unit_test(unit_after_the_close_nothing_is_taken),
    cmocka_unit_test(unit_a_start_that_fails_is_a_mark),
    cmocka_unit_test(unit_too_many_items_are_joined_not_lost),
    cmocka_unit_test(unit_what_has_no_place_is_counted),
    cmocka_unit_test(unit_a_place_that_is_given_away_is_another_lane))
