/* test_watch_line.c - lines that are typed in the live tree: commands, completion, previews. */
#include "watch_fixture.h"

static void a_command_is_the_shell_s(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, ":tree\n");
	assert_int_equal(live.watch->view, SH_VIEW_SAID);
	assert_shows(&live, "collector");
	press(&live, "q:zzz\n");
	assert_shows(&live, "unknown command 'zzz'");
	press(&live, ":run 2500ms\n");
	assert_int_equal(now(&live), 2500 * RT_MS);
	assert_int_equal(starts(&live, "core/cache"), 2);
	press(&live, ":watch\n");
	assert_shows(&live, "you are watching already");
	press(&live, ":run\n");
	assert_shows(&live, "PASS");
	press(&live, ",");
	assert_int_equal(scn_world_phase(live.f->session.world), SCN_RUNNING);
	press(&live, ":quit\n");
	assert_true(live.watch->over);
	live_free(&live);
}

static void a_line_is_edited_and_remembered(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, ":sed");
	press_code(&live, VIZ_LEFT);
	press(&live, "e");
	assert_shows(&live, ":see▏d");
	press_code(&live, 0x1f & 'U');
	press_code(&live, VIZ_END);
	press_code(&live, VIZ_BACKSPACE);
	press(&live, "se");
	press_code(&live, 0xe4);
	press_code(&live, 0xe4);
	assert_shows(&live, ":seää▏");
	press_code(&live, 0x1f & 'W');
	press(&live, "seed\n");
	assert_shows(&live, "7");
	press(&live, ":");
	press_code(&live, VIZ_UP);
	assert_shows(&live, ":seed▏");
	press_code(&live, VIZ_DOWN);
	assert_shows(&live, ":▏");
	press_code(&live, VIZ_BACKSPACE);
	assert_int_equal(live.watch->typing, SH_TYPING_NOTHING);
	live_free(&live);
}

static void tab_completes_and_lists(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_true(viz_screen_resize(&live.screen, 100, 40));
	press(&live, ":inject crash core/ca\t");
	assert_shows(&live, ":inject crash core/cache ▏");
	press(&live, "\t");
	assert_shows(&live, "reason=");
	press_code(&live, VIZ_ESCAPE);
	assert_hides(&live, "reason=");
	live_free(&live);
}

static void a_preview_is_of_a_branch_that_nobody_keeps(void **state)
{
	(void)state;
	struct live live = live_new();
	uint64_t hash = rt_state_hash(scn_world_rt(live.f->session.world));
	assert_true(viz_screen_resize(&live.screen, 100, 24));
	press(&live, "jx");
	assert_shows(&live, "crash             the worker ends now, by itself, with an abnormal reason");
	press(&live, "\n");
	assert_picture(&live, "preview");
	assert_int_equal(rt_state_hash(scn_world_rt(live.f->session.world)), hash);
	assert_int_equal(scn_timeline_branches(live.f->session.timeline), 1);
	press_code(&live, 0x1f & 'W');
	press(&live, "reason=normal");
	assert_shows(&live, "abnormal");
	press_code(&live, 0x1f & 'W');
	press(&live, "reason=mine\n");
	assert_int_equal(live.watch->view, SH_VIEW_TREE);
	press(&live, "]w");
	assert_shows(&live, "mine");
	live_free(&live);
}

static void a_supervisor_s_fall_is_foreseen(void **state)
{
	(void)state;
	struct live live = live_new();
	assert_true(viz_screen_resize(&live.screen, 100, 24));
	press(&live, "x");
	for (unsigned i = 0; i < live.watch->n_faults; i++) {
		if (strcmp(live.watch->fault[i]->name, "kill") == 0)
			live.watch->cursor = i;
	}
	press(&live, "\n");
	assert_shows(&live, "the root would go down");
	press_code(&live, VIZ_ESCAPE);
	assert_int_equal(live.watch->view, SH_VIEW_FAULTS);
	live_free(&live);
}

static void another_scenario_can_be_loaded(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, ":load scenarios/library/prismatic.yaml\n");
	assert_false(live.watch->over);
	assert_shows(&live, "prismatic");
	press(&live, "],:load nowhere.yaml\n");
	assert_false(live.watch->over);
	press(&live, ":inject kill prismatic/core\n..u");
	assert_shows(&live, "undone");
	live_free(&live);
}

LIVE_TESTS(cmocka_unit_test(a_command_is_the_shell_s),
	   cmocka_unit_test(a_line_is_edited_and_remembered),
	   cmocka_unit_test(tab_completes_and_lists),
	   cmocka_unit_test(a_preview_is_of_a_branch_that_nobody_keeps),
	   cmocka_unit_test(a_supervisor_s_fall_is_foreseen),
	   cmocka_unit_test(another_scenario_can_be_loaded))
