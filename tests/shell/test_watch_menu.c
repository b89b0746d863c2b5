/* test_watch_menu.c - faults that fit, as lines that could be done as they are. */
#include "watch_fixture.h"

static bool offers(const struct live *live, const char *name)
{
	for (size_t i = 0; i < live->watch->n_faults; i++)
		if (strcmp(live->watch->fault[i]->name, name) == 0)
			return true;
	return false;
}

static void only_what_fits_is_offered(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, "x");
	assert_true(offers(&live, "set"));
	assert_true(offers(&live, "start_child"));
	assert_false(offers(&live, "terminate_child")); /* nobody is above the root */
	assert_false(offers(&live, "crash"));
	press(&live, "qjx");
	assert_true(offers(&live, "crash"));
	assert_true(offers(&live, "terminate_child"));
	assert_false(offers(&live, "set"));
	live_free(&live);
}

/* Each line of the menu, of a worker and of a supervisor, is understood as it stands, but where a path is
 * left to be filled in. */
static void every_line_can_be_done_as_it_is_offered(void **state)
{
	(void)state;
	static const char *const moves[] = { "jjx", "jjjx" };
	unsigned done = 0;
	for (unsigned m = 0; m < 2; m++) {
		for (uint64_t line = 0;; line++) {
			struct live live = live_new();
			press(&live, moves[m]);
			bool there = line < live.watch->n_faults;
			live.watch->cursor = line;
			press(&live, there ? "\n" : "");
			const char *typed = live.watch->typed.text;
			if (there && !strstr(typed, "= ")) {
				char text[sizeof(live.watch->typed.text)];
				strcpy(text, typed);
				press(&live, "\n");
				const struct scn_timeline *timeline = live.f->session.timeline;
				if (scn_timeline_branch_info(timeline, 0).deeds != 1)
					fail_msg("'%s' was refused: %s", text, live.watch->message);
				done++;
			}
			live_free(&live);
			if (!there)
				break;
		}
	}
	assert_true(done > 30);
}

static void a_run_that_is_over_takes_no_faults(void **state)
{
	(void)state;
	struct live live = live_new();
	press(&live, ":run\nx");
	assert_shows(&live, "this run is over");
	live_free(&live);
}

/* A copy of the run, for a preview or a comparison, is no part of it for whoever looks on. */
static void who_looks_on_does_not_see_what_is_tried_out(void **state)
{
	(void)state;
	struct live live = live_new();
	struct fixture *f = live.f;
	assert_int_equal(type(f, "probes on"), SH_OK);
	bool kernel = strstr(f->text[0], "probes on: bpf") != NULL;
	press(&live, "jjx\n");
	assert_shows(&live, "would be started again: core/cache");
	press_code(&live, VIZ_ESCAPE);
	press(&live, "q:inject crash core/cache reason=boom\n..b");
	press(&live, "q");
	assert_int_equal(type(f, "probes reconcile"), kernel ? SH_OK : SH_UNAVAILABLE);
	assert_non_null(strstr(f->text[0], kernel ? "kernel and journal agree" : "nothing to compare with"));
	live_free(&live);
}

LIVE_TESTS(cmocka_unit_test(who_looks_on_does_not_see_what_is_tried_out),
	   cmocka_unit_test(only_what_fits_is_offered),
	   cmocka_unit_test(every_line_can_be_done_as_it_is_offered),
	   cmocka_unit_test(a_run_that_is_over_takes_no_faults))
