/* test_watch_lanes.c - the run as lanes. */
#include "watch_fixture.h"

static void a_death_and_a_fault_are_seen_where_they_happened(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "]:run 2s\n");
	press(&live, "t");
	assert_picture(&live, "lanes");
	live_free(&live);
}

static void it_begins_with_the_selected_actor_and_needs_little_room(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "jjt");
	assert_hides(&live, "storage");
	assert_shows(&live, "cache");
	for (unsigned width = 1; width < 100; width += 3) {
		assert_true(viz_screen_resize(&live.screen, width, 20));
		(void)look(&live);
	}
	live_free(&live);
}

LIVE_TESTS(cmocka_unit_test(a_death_and_a_fault_are_seen_where_they_happened),
	   cmocka_unit_test(it_begins_with_the_selected_actor_and_needs_little_room))
