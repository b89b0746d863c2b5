/* test_watch_views.c - what the views show, and where Enter leads from them. */
#include "watch_fixture.h"

static void events_lead_to_their_moment(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]2");
	assert_picture(&live, "events");
	/* From the latest event, the start, up to the exit. */
	press(&live, "kkk\n");
	assert_int_equal(live.watch->view, SH_VIEW_TREE);
	assert_string_equal(live.watch->path, "core/cache");
	assert_int_equal(starts(&live, "core/cache"), 1);
	live_free(&live);
}

static void an_event_tells_what_led_to_it_and_what_it_led_to(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_true(viz_screen_resize(&live.screen, 100, 24));
	press(&live, "]2");
	assert_shows(&live, "cause     2.000s  #11");
	press(&live, "h");
	assert_shows(&live, "event     2.000s  #11    restart");
	assert_shows(&live, "cause     2.000s  #10    child_terminated");
	assert_shows(&live, "led to    2.000s  #12    start");
	press(&live, "hhh");
	assert_shows(&live, "event     2.000s  #8     fault_fired");
	assert_shows(&live, "none: it came by itself");
	press(&live, "h");
	assert_shows(&live, "nothing that happened led to this");
	/* The end is where one stays, as long as one is there. */
	press(&live, "q2");
	assert_int_equal(live.watch->cursor, 11);
	press(&live, ".");
	assert_int_equal(sh_watch_lines(live.watch) - 1, live.watch->cursor);
	press(&live, "k");
	uint64_t cursor = live.watch->cursor;
	press(&live, "...");
	assert_int_equal(live.watch->cursor, cursor);
	live_free(&live);
}

static void why_is_about_the_actor_or_the_event(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]jj4");
	assert_picture(&live, "why");
	press(&live, "2kkkw");
	assert_shows(&live, "ended: badarg");
	assert_hides(&live, "started again");
	live_free(&live);
}

static void details_have_the_effective_spec(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_true(viz_screen_resize(&live.screen, 100, 30));
	press(&live, "]jj\n");
	assert_shows(&live, "core/cache: worker, start 2");
	assert_shows(&live, "alive since 2.000s");
	assert_shows(&live, "shutdown => 5s");
	assert_shows(&live, "by\n        default: restart");
	assert_shows(&live, "#12    start            core/cache  worker, start 2");
	press(&live, "qk3");
	assert_shows(&live, "core/storage: worker, start 1");
	press(&live, "qk3");
	assert_shows(&live, "one_for_one");
	live_free(&live);
}

static void details_know_links(void **state)
{
	(void)state;
	struct live live = live_new();
	struct rt *rt = scn_world_rt(live.f->session.world);
	rt_id cache = rt_path_actor(rt, rt_path_find(rt, "core/cache"));
	rt_id storage = rt_path_actor(rt, rt_path_find(rt, "core/storage"));
	assert_int_equal(rt_link(rt, cache, storage), RT_OK);
	assert_int_equal(rt_monitor(rt, storage, cache), RT_OK);
	assert_true(viz_screen_resize(&live.screen, 100, 40));
	press(&live, "jj\n");
	assert_shows(&live, "linked to    core, its supervisor");
	assert_shows(&live, "linked to    core/storage");
	assert_shows(&live, "monitored by core/storage");
	press(&live, "qk\n");
	assert_shows(&live, "linked to    core/cache");
	assert_shows(&live, "monitors     core/cache");
	press(&live, "qk\n");
	assert_shows(&live, "none but with its children");
	assert_shows(&live, "5 of 5 are up");
	live_free(&live);
}

static void branches_are_compared_at_the_same_time(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_true(viz_screen_resize(&live.screen, 120, 24));
	press(&live, "b");
	assert_shows(&live, "nothing was done on it");
	assert_hides(&live, "they differ in");
	press(&live, "q:inject crash core/storage reason=boom\n.g:set core strategy=one_for_all\n"
		     ":inject crash core/storage reason=boom\n.b");
	assert_shows(&live, "* 2  from 1, behind #7");
	assert_shows(&live, "done on it  set core strategy=one_for_all");
	assert_shows(&live, "            crash core/storage reason=boom");
	assert_shows(&live,
		     "core                         one_for_one, 0 restarts    one_for_all, 0 restarts");
	assert_shows(&live, "core/cache                   0 restarts                 1 restart");
	assert_hides(&live, "core/storage     ");
	/* The other one is compared with the one where one is: the same. */
	press(&live, "k");
	assert_shows(&live, "done on it  crash core/storage reason=boom");
	assert_shows(&live, "core/cache                   0 restarts                 1 restart");
	live_free(&live);
}

static void the_title_has_filter_and_whom_it_follows(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "jj\\cache\n");
	assert_shows(&live, "only 'cache'");
	press(&live, "F");
	assert_shows(&live, "follows core/cache");
	press(&live, "F");
	assert_hides(&live, "follows");
	live_free(&live);
}

static void every_view_has_a_digit_and_says_something(void **state)
{
	(void)state;
	struct live live = live_new();
	static const char *const parts[] = { "actor",        "up",         "core: supervisor", "core",
					     "nothing was asked", "nobody has died", "nobody looks on",
					     "from the start", "pause or run" };
	for (unsigned i = 0; i < SH_VIEW_KEYS; i++) {
		press(&live, (char[]){ (char)('1' + i), 0 });
		assert_int_equal(live.watch->view, i);
		assert_shows(&live, parts[i]);
	}
	press(&live, "]6");
	assert_shows(&live, "core/cache (start 1)");
	press(&live, "\n");
	assert_shows(&live, "decision");
	press(&live, "q");
	assert_int_equal(live.watch->view, SH_VIEW_CRASHES);
	/* As `probes on` where the kernel lets nobody look. */
	live.f->session.witnesses.on = true;
	assert_int_equal(
		sh_witnesses_watch(&live.f->session.witnesses, scn_world_rt(live.f->session.world)), RT_OK);
	press(&live, "7");
	assert_hides(&live, "nobody looks on");
	live_free(&live);
}

static void actors_are_listed_by_what_they_have_most_of(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]s");
	assert_shows(&live, "1 restarts  core/cache");
	press(&live, "\n");
	assert_string_equal(live.watch->path, "core/cache");
	press(&live, "sss");
	assert_shows(&live, "bytes  core");
	press(&live, "s");
	assert_int_equal(live.watch->view, SH_VIEW_TREE);
	live_free(&live);
}

/* docs/watch.md lists them by hand, because there is little to generate. */
static void every_key_and_view_is_in_the_manual(void **state)
{
	(void)state;
	static char page[30000];
	FILE *file = fopen("docs/watch.md", "r");
	char row[300];
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (unsigned i = 0; i < VIZ_KEYS; i++) {
		snprintf(row, sizeof(row), "| `%s` | %s |\n", viz_keys[i].text, viz_keys[i].help);
		if (!strstr(page, row))
			fail_msg("docs/watch.md lacks %s", row);
	}
#define X(name, title, help)                                                                                 \
	snprintf(row, sizeof(row), "| `%d` | %s |\n", (int)name + 1, help); \
	if (name < SH_VIEW_KEYS && !strstr(page, row))                                                       \
		fail_msg("docs/watch.md lacks %s", row);
	SH_VIEW_LIST(X)
#undef X
}

LIVE_TESTS(cmocka_unit_test(events_lead_to_their_moment),
	   cmocka_unit_test(an_event_tells_what_led_to_it_and_what_it_led_to),
	   cmocka_unit_test(details_know_links),
	   cmocka_unit_test(branches_are_compared_at_the_same_time),
	   cmocka_unit_test(the_title_has_filter_and_whom_it_follows),
	   cmocka_unit_test(why_is_about_the_actor_or_the_event),
	   cmocka_unit_test(details_have_the_effective_spec),
	   cmocka_unit_test(every_view_has_a_digit_and_says_something),
	   cmocka_unit_test(every_key_and_view_is_in_the_manual),
	   cmocka_unit_test(actors_are_listed_by_what_they_have_most_of))
