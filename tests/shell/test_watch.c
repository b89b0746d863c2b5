/* test_watch.c - the live tree's time: it passes, goes back, and on another way. */
#include "watch_fixture.h"

#include "shell/rewind.h"

static void it_opens_with_the_tree(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_picture(&live, "open");
	live_free(&live);
}

static void time_passes_with_the_real_one_at_the_speed_that_is_shown(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, " ");
	assert_shows(&live, "RUNNING  1x");
	sh_watch_tick(live.watch, 1000 * RT_MS, RT_SECOND);
	sh_watch_tick(live.watch, 1500 * RT_MS, RT_SECOND);
	assert_int_equal(now(&live), 500 * RT_MS);
	press(&live, "+");
	assert_shows(&live, "speed 2x");
	sh_watch_tick(live.watch, 2000 * RT_MS, RT_SECOND);
	sh_watch_tick(live.watch, 2900 * RT_MS, RT_SECOND);
	assert_int_equal(now(&live), 2300 * RT_MS);
	assert_int_equal(starts(&live, "core/cache"), 2);
	press(&live, " ");
	sh_watch_tick(live.watch, 9000 * RT_MS, RT_SECOND);
	assert_int_equal(now(&live), 2300 * RT_MS);
	assert_true(sh_watch_set_speed(live.watch, 0));
	press(&live, " ");
	sh_watch_tick(live.watch, 9100 * RT_MS, RT_SECOND);
	assert_shows(&live, "all is quiet");
	assert_shows(&live, "PAUSED  max");
	live_free(&live);
}

static void a_crash_is_seen_step_by_step_and_taken_back(void **state)
{
	(void)state;
	struct live live = live_new();
	uint64_t up = seq(&live);
	press(&live, "]");
	assert_int_equal(now(&live), 2 * RT_SECOND);
	assert_int_equal(starts(&live, "core/cache"), 2);
	assert_picture(&live, "restart");
	press(&live, ",");
	assert_int_equal(starts(&live, "core/cache"), 1);
	assert_picture(&live, "stepped-back");
	press(&live, ".");
	assert_int_equal(starts(&live, "core/cache"), 2);
	press(&live, "g");
	assert_int_equal(seq(&live), up);
	assert_shows(&live, "PAST");
	press(&live, "G");
	assert_int_equal(starts(&live, "core/cache"), 2);
	assert_hides(&live, "PAST");
	press(&live, "]");
	assert_shows(&live, "no restart comes any more");
	press(&live, "[");
	assert_int_equal(now(&live), 2 * RT_SECOND);
	press(&live, "[");
	assert_shows(&live, "no restart before");
	live_free(&live);
}

static void what_is_done_earlier_begins_a_branch(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]g");
	press(&live, ":inject crash core/storage reason=boom\n");
	assert_shows(&live, "core/storage is down");
	assert_shows(&live, "branch 2 of 2");
	press(&live, "]");
	assert_int_equal(starts(&live, "core/storage"), 2);
	press(&live, "b");
	assert_picture(&live, "branches");
	press_code(&live, VIZ_UP);
	press(&live, "\n");
	assert_shows(&live, "branch 1 of 2");
	assert_int_equal(starts(&live, "core/storage"), 1);
	assert_int_equal(starts(&live, "core/cache"), 2);
	live_free(&live);
}

static void the_last_injection_can_be_undone(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "u");
	assert_shows(&live, "nothing was done");
	press(&live, ":inject kill core/storage\n");
	press(&live, "...");
	assert_int_equal(starts(&live, "core/storage"), 2);
	press(&live, "u");
	assert_shows(&live, "undone: kill core/storage");
	assert_int_equal(starts(&live, "core/storage"), 1);
	live_free(&live);
}

static void the_model_knows_the_past_after_going_back(void **state)
{
	(void)state;
	struct live live = live_new();
	struct viz_node node;
	press(&live, "]:run 5s\n");
	press(&live, ":inject kill core/storage\n...");
	press(&live, ",");
	rt_place cache = rt_path_find(scn_world_rt(live.f->session.world), "core/cache");
	assert_true(viz_model_node(live.watch->model, cache, &node));
	assert_int_equal(node.spark[VIZ_SPARK - 1 - 5], 1);
	live_free(&live);
}

static void the_root_s_fall_stops_the_clock(void **state)
{
	(void)state;
	struct live live = live_new();
	for (unsigned i = 0; i < 4; i++)
		press(&live, ":inject crash core/storage\n]");
	assert_shows(&live, "the root went down");
	press(&live, "w");
	assert_shows(&live, "gives up instead");
	press(&live, "q,");
	assert_int_equal(rt_root(scn_world_rt(live.f->session.world)) == RT_NOBODY, 0);
	live_free(&live);
}

static void one_cannot_go_back_where_nobody_promises_that_it_would_be_the_same(void **state)
{
	(void)state;
	static const char isolated[] = "version: 1\ntree:\n  id: app\n  children:\n"
				       "    - {id: a, worker: server, isolation: process}\n    - {id: b}\n";
	struct fixture *f = fixture_new();
	assert_int_equal(sh_session_load_text(&f->session, "isolated.yaml", isolated, strlen(isolated)),
			 SH_OK);
	struct live live = { .f = f, .watch = sh_watch_open(&f->session, false) };
	assert_non_null(live.watch);
	sh_watch_pause(live.watch, true);
	assert_true(viz_screen_resize(&live.screen, 120, 14));
	assert_shows(&live, "Space run  . step  ] restart  x inject");
	press(&live, ":inject crash app/b reason=boom\n..");
	uint64_t here = seq(&live);
	static const char *const keys[] = { ",", "g", "[", "u" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		press(&live, keys[i]);
		assert_shows(&live,
			     "one cannot go back in this run: it has workers in a process of their own");
		assert_int_equal(seq(&live), here);
	}
	press(&live, "2kkk\n");
	assert_shows(&live, "one cannot go back in this run");
	assert_int_equal(seq(&live), here);
	press(&live, "qjjx\n");
	assert_shows(&live,
		     "what would follow cannot be tried out: it has workers in a process of their own");
	live_free(&live);
}

static void the_session_goes_on_where_it_was_left(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]");
	press(&live, "q");
	assert_true(live.watch->over);
	assert_says(live.f, "why core/cache", "badarg");
	assert_says(live.f, "run 1s", "");
	live_free(&live);
}

LIVE_TESTS(cmocka_unit_test(it_opens_with_the_tree),
	   cmocka_unit_test(time_passes_with_the_real_one_at_the_speed_that_is_shown),
	   cmocka_unit_test(a_crash_is_seen_step_by_step_and_taken_back),
	   cmocka_unit_test(what_is_done_earlier_begins_a_branch),
	   cmocka_unit_test(the_last_injection_can_be_undone),
	   cmocka_unit_test(the_model_knows_the_past_after_going_back),
	   cmocka_unit_test(the_root_s_fall_stops_the_clock),
	   cmocka_unit_test(one_cannot_go_back_where_nobody_promises_that_it_would_be_the_same),
	   cmocka_unit_test(the_session_goes_on_where_it_was_left))
