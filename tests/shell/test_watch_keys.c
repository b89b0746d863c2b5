/* test_watch_keys.c - moving about, folding, searching, the mouse. */
#include "watch_fixture.h"

static void the_selection_moves_and_stays_on_its_actor(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "jj");
	assert_string_equal(live.watch->path, "core/cache");
	press(&live, "]");
	assert_string_equal(live.watch->path, "core/cache");
	press(&live, "k");
	assert_string_equal(live.watch->path, "core/storage");
	press_code(&live, VIZ_END);
	assert_string_equal(live.watch->path, "core/telemetry/collector");
	press_code(&live, VIZ_DOWN);
	assert_string_equal(live.watch->path, "core/telemetry/collector");
	press_code(&live, VIZ_LEFT);
	assert_string_equal(live.watch->path, "core/telemetry");
	press_code(&live, VIZ_LEFT);
	assert_shows(&live, "telemetry (+1)");
	press_code(&live, VIZ_RIGHT);
	assert_hides(&live, "telemetry (+1)");
	press_code(&live, VIZ_HOME);
	assert_string_equal(live.watch->path, "core");
	live_free(&live);
}

static void a_search_goes_on_and_a_filter_keeps_what_is_above(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "/core/\n");
	assert_string_equal(live.watch->path, "core/storage");
	press(&live, "n");
	assert_string_equal(live.watch->path, "core/cache");
	press(&live, "NN");
	assert_string_equal(live.watch->path, "core/telemetry/collector");
	press(&live, "/zzz\n");
	assert_shows(&live, "no other path in sight has 'zzz'");
	press(&live, "\\collec\n");
	assert_hides(&live, "storage");
	assert_shows(&live, "telemetry");
	press(&live, "],");
	assert_hides(&live, "storage");
	press(&live, "\\");
	for (int i = 0; i < 6; i++)
		press_code(&live, VIZ_BACKSPACE);
	press(&live, "\n");
	assert_shows(&live, "storage");
	live_free(&live);
}

static void the_mouse_selects_and_its_wheel_scrolls(void **state)
{
	(void)state;
	struct live live = live_new();
	sh_watch_key(live.watch, VIZ_CLICK, 5, 4);
	assert_string_equal(live.watch->path, "core/cache");
	/* Not a row. */
	sh_watch_key(live.watch, VIZ_CLICK, 5, 0);
	sh_watch_key(live.watch, VIZ_CLICK, 5, 13);
	assert_string_equal(live.watch->path, "core/cache");
	assert_true(viz_screen_resize(&live.screen, 80, 6));
	(void)look(&live);
	uint32_t top = live.watch->frame.top;
	press_code(&live, VIZ_WHEEL_DOWN);
	assert_true(live.watch->frame.top > top);
	press_code(&live, VIZ_WHEEL_UP);
	press_code(&live, VIZ_WHEEL_UP);
	assert_int_equal(live.watch->frame.top, 0);
	press(&live, "j");
	assert_string_equal(live.watch->path, "core/telemetry");
	live_free(&live);
}

static void quit_goes_back_first(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "2q");
	assert_false(live.watch->over);
	assert_int_equal(live.watch->view, SH_VIEW_TREE);
	/* What is left of a key that the terminal does not know begins with Esc. */
	press_code(&live, VIZ_ESCAPE);
	assert_false(live.watch->over);
	press(&live, "2");
	press_code(&live, VIZ_ESCAPE);
	assert_int_equal(live.watch->view, SH_VIEW_TREE);
	press(&live, "q");
	assert_true(live.watch->over);
	live_free(&live);
	live = live_new();
	press_code(&live, VIZ_GONE);
	assert_true(live.watch->over);
	live_free(&live);
}

/* Whatever somebody hits: no harm, at any size. */
static void keys_at_random_do_no_harm(void **state)
{
	(void)state;
	static const char keys[] = "jkhlgG[].,txuw123456789n/\\FsbB+-: \n\t?qabc=\xc3\xa4";
	uint32_t random = 12345;
	for (unsigned round = 0; round < 30; round++) {
		struct live live = live_new();
		for (unsigned i = 0; i < 150 && !live.watch->over; i++) {
			random = random * 1664525 + 1013904223;
			unsigned pick = random >> 16;
			int key = pick % 5 == 0 ? VIZ_UP + (int)(pick / 5 % (VIZ_WHEEL_DOWN - VIZ_UP + 1))
						: (unsigned char)keys[pick / 5 % (sizeof(keys) - 1)];
			if (key == VIZ_ENTER && live.watch->typing == SH_TYPING_COMMAND)
				key = VIZ_ESCAPE;
			sh_watch_key(live.watch, key == '\n' ? VIZ_ENTER : key, pick % 90, pick % 20);
			if (pick % 16 == 0)
				assert_true(viz_screen_resize(&live.screen, 1 + pick % 120, 1 + pick % 40));
			sh_watch_tick(live.watch, (int64_t)i * 50 * RT_MS, RT_SECOND);
			(void)look(&live);
		}
		live_free(&live);
	}
}

LIVE_TESTS(cmocka_unit_test(the_selection_moves_and_stays_on_its_actor),
	   cmocka_unit_test(a_search_goes_on_and_a_filter_keeps_what_is_above),
	   cmocka_unit_test(the_mouse_selects_and_its_wheel_scrolls),
	   cmocka_unit_test(quit_goes_back_first),
	   cmocka_unit_test(keys_at_random_do_no_harm))
