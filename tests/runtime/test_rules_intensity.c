/* test_rules_intensity.c - chapters 10, 11 and 12 of docs/supervision.md: the window of restarts, restarts
 * that fail, giving up. */
#include "tests/support/fixture.h"

/* Crash app/a at each of these times, and see after how many of them app gave up (0: it did not). */
static unsigned gives_up_at(uint32_t intensity, uint32_t period_s, const int64_t *ms, unsigned n)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = intensity, .period_s = period_s, CHILDREN(WORKER("a"))));
	unsigned at = 0;

	for (unsigned i = 0; i < n && at == 0; i++) {
		wait_ms(f, ms[i] - rt_now(f->rt) / RT_MS);
		crash(f, "app/a", "boom");
		settle(f);
		if (!is_alive(f, "app"))
			at = i + 1;
	}
	assert_int_equal(count_events(f, RT_EV_GIVE_UP, "app"), at > 0);
	fixture_free(f);
	return at;
}

#define AT(...) (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

/* --- 10 restart intensity
 * ------------------------------------------------------------------------------------- */

TEST(rule_10_1_times_are_whole_seconds_rounded_down)
{
	assert_int_equal(gives_up_at(1, 1, AT(0, 1999)), 2);
	assert_int_equal(gives_up_at(1, 1, AT(999, 2000)), 0);
	assert_int_equal(gives_up_at(1, 1, AT(1, 2000)), 0);
	assert_int_equal(gives_up_at(1, 2, AT(999, 2999)), 2);
	assert_int_equal(gives_up_at(1, 2, AT(999, 3000)), 0);
}

TEST(rule_10_2_n_restarts_are_allowed_the_next_is_refused)
{
	assert_int_equal(gives_up_at(0, 5, AT(0)), 1);
	assert_int_equal(gives_up_at(1, 5, AT(0, 0)), 2);
	assert_int_equal(gives_up_at(2, 5, AT(0, 0, 0)), 3);
	assert_int_equal(gives_up_at(5, 5, AT(0, 0, 0, 0, 0, 0)), 6);
	assert_int_equal(gives_up_at(5, 5, AT(0, 0, 0, 0, 0)), 0);
}

TEST(rule_10_2_an_entry_exactly_a_period_old_still_counts)
{
	assert_int_equal(gives_up_at(1, 5, AT(0, 5000)), 2);
	assert_int_equal(gives_up_at(1, 5, AT(0, 5999)), 2);
	assert_int_equal(gives_up_at(1, 5, AT(0, 6000)), 0);
	assert_int_equal(gives_up_at(2, 5, AT(0, 0, 6000, 6000, 11000)), 5);
	assert_int_equal(gives_up_at(2, 5, AT(0, 0, 6000, 6000, 12000, 12000)), 0);
}

TEST(rule_10_2_old_entries_drop_out_one_second_at_a_time)
{
	assert_int_equal(gives_up_at(3, 3, AT(0, 1000, 2000, 4000, 5000, 6000, 8000, 9000, 10000)), 0);
	assert_int_equal(gives_up_at(3, 3, AT(0, 1000, 2000, 3000)), 4);
	assert_int_equal(gives_up_at(3, 3, AT(0, 1000, 2000, 4000, 4000)), 5);
}

TEST(rule_10_3_the_true_window_is_between_period_and_period_plus_one)
{
	assert_int_equal(gives_up_at(1, 1, AT(100, 1900)), 2);
	assert_int_equal(gives_up_at(1, 1, AT(900, 2000)), 0);
}

TEST(rule_10_4_intensity_0_does_not_even_try)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ALL("app", .intensity = 0, CHILDREN(WORKER("a"), WORKER("b"))));

	crash(f, "app/a", "boom");
	assert_events(
		f, "exit app/a boom; child_terminated app/a boom; give_up app of app/a; exit app/b shutdown; "
		   "exit app shutdown");
	assert_starts(f, "app/a", 1);
	fixture_free(f);
}

TEST(rule_10_5_a_group_restart_counts_one)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 1, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"), WORKER("d"))));

	crash(f, "app/a", "boom");
	assert_starts(f, "app/d", 2);
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);
}

TEST(rule_10_5_requests_and_benign_ends_do_not_count)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 0, CHILDREN(WORKER("a"), TRANSIENT_WORKER("b"), TEMPORARY_WORKER("c"))));

	for (int i = 0; i < 10; i++) {
		assert_text(ask(f, "terminate_child app a"), "ok");
		assert_text(ask(f, "restart_child app a"), "{ok,pid}");
		crash(f, "app/b", "normal");
		assert_text(ask(f, "restart_child app b"), "{ok,pid}");
		crash(f, "app/c", "boom");
		assert_text(ask_start(f, "app", &TEMPORARY_WORKER("c")), "{ok,pid}");
	}
	assert_int_equal(restarts_in_window(f, "app"), 0);
	assert_alive(f, "app");
	fixture_free(f);
}

TEST(rule_10_5_swallowed_exits_do_not_count)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"),
								    WORKER("d"), WORKER("e"), WORKER("f"))));

	for (char name = 'f'; name >= 'a'; name--) {
		char path[] = {'a', 'p', 'p', '/', name, '\0'};

		crash(f, path, "boom");
	}
	settle(f);
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);
}

TEST(rule_10_5_retries_count)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 3, CHILDREN(WORKER("a", STARTS(OK(1), FAIL(2, "no"), OK(1))))));

	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(restarts_in_window(f, "app"), 3);
	fixture_free(f);
}

TEST(rule_10_6_the_list_is_shared_by_all_children)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));

	crash(f, "app/a", "boom");
	crash(f, "app/b", "boom");
	assert_alive(f, "app");
	crash(f, "app/c", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(rule_10_6_a_restarted_supervisor_begins_with_an_empty_list)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(ONE_FOR_ONE("s", .intensity = 2, CHILDREN(WORKER("a"))))));

	for (unsigned generation = 1; generation <= 3; generation++) {
		crash(f, "app/s/a", "boom");
		assert_starts(f, "app/s", generation);
		crash(f, "app/s/a", "boom");
		assert_starts(f, "app/s", generation);
		assert_int_equal(restarts_in_window(f, "app/s"), 2);
		crash(f, "app/s/a", "boom");
		assert_starts(f, "app/s", generation + 1);
		assert_int_equal(restarts_in_window(f, "app/s"), 0);
	}
	fixture_free(f);
}

/* --- 11 restarts that fail
 * --------------------------------------------------------------------------------------------- */

TEST(rule_11_1_the_child_whose_start_failed_is_reported)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 2,
		CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("c"))));

	crash(f, "app/c", "boom");
	assert_events(
		f,
		"exit app/c boom; child_terminated app/c boom; exit app/b shutdown; exit app/a shutdown; "
		"start app/a; start_failed app/b no; start_error app/b no; exit app/a shutdown; start app/a; "
		"start app/b; start app/c");
	fixture_free(f);
}

TEST(rule_11_1_a_group_start_stops_where_it_failed)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 2,
		CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("c"))));

	crash(f, "app/c", "boom");
	unsigned which = request(f, "which_children app");

	/* c is down, but not restarting. */
	assert_text(reply(f, which), "c undefined; b restarting; a running");
	fixture_free(f);
}

TEST(rule_11_2_a_restarting_record_has_no_process)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 2,
			     CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("b"))));

	crash(f, "app/a", "boom");
	unsigned which = request(f, "which_children app"), count = request(f, "count_children app");

	assert_text(reply(f, which), "b running; a restarting");
	assert_text(reply(f, count), "2 specs, 1 active, 0 supervisors, 2 workers");
	assert_children(f, "app", "a running; b running");
	fixture_free(f);
}

TEST(rule_11_3_what_is_queued_comes_before_the_retry)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("b"))));

	crash(f, "app/a", "boom");
	crash(f, "app/b", "boom");
	unsigned token = request(f, "restart_child app a");

	assert_events(f,
		      "exit app/a boom; exit app/b boom; child_terminated app/a boom; start_failed app/a no; "
		      "start_error app/a no; child_terminated app/b boom; start app/b; start app/a");
	assert_text(reply(f, token), "{error,restarting}");
	fixture_free(f);
}

TEST(rule_11_3_an_order_to_stop_comes_before_the_retry)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"))), WORKER("b"))));

	crash(f, "app/a", "boom");
	shutdown_tree(f);
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; start_failed app/a no; start_error app/a no; "
		"exit app/b shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_11_4_one_for_one_retries_the_child)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 3,
			     CHILDREN(WORKER("a", STARTS(OK(1), FAIL(2, "no"), OK(1))), WORKER("b"))));

	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; start_failed app/a no; start_error app/a no; "
		"start_failed app/a no; start_error app/a no; start app/a");
	assert_int_equal(restarts_in_window(f, "app"), 3);
	assert_starts(f, "app/b", 1);
	fixture_free(f);
}

TEST(rule_11_4_rest_for_one_retries_from_the_failed_child_on)
{
	struct fixture *f = start_tree(
		&REST_FOR_ONE("app", .intensity = 3,
			      CHILDREN(WORKER("a"), WORKER("b"),
				       WORKER("c", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("d"))));

	crash(f, "app/b", "boom");
	assert_events(
		f, "exit app/b boom; child_terminated app/b boom; exit app/d shutdown; exit app/c shutdown; "
		   "start app/b; start_failed app/c no; start_error app/c no; start app/c; start app/d");
	assert_int_equal(restarts_in_window(f, "app"), 2);
	assert_starts(f, "app/b", 2);
	fixture_free(f);
}

TEST(rule_11_4_one_for_all_retries_everybody)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ALL("app", .intensity = 3,
			     CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))))));

	crash(f, "app/b", "boom");
	assert_events(
		f,
		"exit app/b boom; child_terminated app/b boom; exit app/a shutdown; start app/a; "
		"start_failed app/b no; start_error app/b no; exit app/a shutdown; start app/a; start app/b");
	fixture_free(f);
}

TEST(rule_11_4_a_retry_that_comes_too_late_is_dropped)
{
	/* Meanwhile a group restart brought the child up. */
	struct fixture *f = start_tree(
		&ONE_FOR_ALL("app", .intensity = 9,
			     CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))))));

	crash(f, "app/b", "boom");
	unsigned which = request(f, "which_children app");

	while (f->replies[which] == NULL)
		assert_int_equal(rt_step(f->rt), RT_OK);
	assert_text(f->replies[which], "b restarting; a running");
	/* The retry is next in the queue, a's crash behind it; a second group restart follows, no third. */
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(count_events(f, RT_EV_RESTART, NULL), 2);
	assert_children(f, "app", "a running; b running");
	fixture_free(f);
}

TEST(rule_11_5_a_start_that_always_fails_uses_up_the_intensity)
{
	for (uint32_t intensity = 0; intensity < 6; intensity++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE(
			"app", .intensity = intensity, CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"))))));

		crash(f, "app/a", "boom");
		settle(f);
		assert_int_equal(count_events(f, RT_EV_START_FAILED, "app/a"), intensity);
		assert_int_equal(count_events(f, RT_EV_START_ERROR, "app/a"), intensity);
		assert_int_equal(count_events(f, RT_EV_GIVE_UP, "app"), 1);
		assert_int_equal(rt_now(f->rt), 0);
		fixture_free(f);
	}
}

TEST(rule_11_6_retries_are_not_merged)
{
	/* a's crash and b's make two group restarts that fail at c: two retries, and the first brings c up.
	 */
	struct fixture *f = start_tree(&REST_FOR_ONE(
		"app", .intensity = 9,
		CHILDREN(WORKER("a"), WORKER("b"), WORKER("c", STARTS(OK(1), FAIL(3, "no"), OK(1))))));

	crash(f, "app/b", "boom");
	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/b boom; exit app/a boom; child_terminated app/b boom; exit app/c shutdown; "
		"start app/b; start_failed app/c no; start_error app/c no; child_terminated app/a boom; "
		"exit app/b shutdown; start app/a; start app/b; start_failed app/c no; start_error app/c no; "
		/* two retries wait; the first fails too, and queues a third */
		"start_failed app/c no; start_error app/c no; start app/c");
	/* The third found c running. */
	assert_int_equal(count_events(f, RT_EV_RESTART, NULL), 4);
	assert_starts(f, "app/c", 2);
	fixture_free(f);
}

TEST(rule_11_7_terminate_child_cancels_the_retry)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"), OK(1))))));

	crash(f, "app/a", "boom");
	unsigned token = request(f, "terminate_child app a");

	assert_text(reply(f, token), "ok");
	assert_children(f, "app", "a undefined");
	assert_int_equal(restarts_in_window(f, "app"), 1);
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_11_7_those_behind_it_stay_down_until_the_next_group_restart)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 9,
		CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("c"))));

	crash(f, "app/c", "boom");
	assert_text(ask(f, "terminate_child app b"), "ok");
	assert_children(f, "app", "a running; b undefined; c undefined");
	crash(f, "app/a", "boom");
	assert_children(f, "app", "a running; b running; c running");
	fixture_free(f);
}

/* --- 12 giving up
 * ------------------------------------------------------------------------------------------------------- */

TEST(rule_12_1_it_reports_stops_the_others_and_ends_with_shutdown)
{
	struct fixture *f = start_tree(&REST_FOR_ONE(
		"app", .intensity = 0, CHILDREN(WORKER("a"), WORKER("b"), ANSWERS("c", "late"))));

	crash(f, "app/b", "boom");
	assert_events(f,
		      "exit app/b boom; child_terminated app/b boom; give_up app of app/b; exit app/c late; "
		      "shutdown_error app/c late; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

static struct fixture *branch(enum rt_restart restart, bool significant)
{
	return start_tree(
		&ONE_FOR_ONE("app", .auto_shutdown = significant ? RT_ANY_SIGNIFICANT : RT_NEVER,
			     CHILDREN(WORKER("w"), ONE_FOR_ONE("s", .restart = (uint8_t)restart,
							       .significant = significant, .intensity = 0,
							       CHILDREN(WORKER("a"))))));
}

TEST(rule_12_2_a_permanent_supervisor_that_gave_up_is_restarted_and_counted)
{
	struct fixture *f = branch(RT_PERMANENT, false);

	assert_text(ask_start(f, "app/s", &WORKER("guest")), "{ok,pid}");
	look_away(f);
	crash(f, "app/s/a", "boom");
	assert_events(f, "exit app/s/a boom; child_terminated app/s/a boom; give_up app/s of app/s/a; "
			 "exit app/s/guest shutdown; exit app/s shutdown; child_terminated app/s shutdown; "
			 "start app/s; start app/s/a");
	assert_children(f, "app/s", "a running");
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);
}

TEST(rule_12_2_a_transient_one_stays_down_silently)
{
	struct fixture *f = branch(RT_TRANSIENT, false);

	crash(f, "app/s/a", "boom");
	assert_events(f, "exit app/s/a boom; child_terminated app/s/a boom; give_up app/s of app/s/a; "
			 "exit app/s shutdown");
	assert_children(f, "app", "w running; s undefined");
	fixture_free(f);
}

TEST(rule_12_2_a_temporary_one_is_forgotten_silently)
{
	struct fixture *f = branch(RT_TEMPORARY, false);

	crash(f, "app/s/a", "boom");
	assert_events(f, "exit app/s/a boom; child_terminated app/s/a boom; give_up app/s of app/s/a; "
			 "exit app/s shutdown");
	assert_children(f, "app", "w running");
	fixture_free(f);
}

TEST(rule_12_2_a_significant_one_takes_the_parent_with_it)
{
	for (int restart = RT_TRANSIENT; restart <= RT_TEMPORARY; restart++) {
		struct fixture *f = branch((enum rt_restart)restart, true);

		crash(f, "app/s/a", "boom");
		assert_events(f,
			      "exit app/s/a boom; child_terminated app/s/a boom; give_up app/s of app/s/a; "
			      "exit app/s shutdown; exit app/w shutdown; exit app shutdown");
		fixture_free(f);
	}
}

TEST(rule_12_3_escalation_reaches_the_root_level_by_level)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 1,
		CHILDREN(ONE_FOR_ONE("s", .intensity = 1,
				     CHILDREN(ONE_FOR_ONE("t", .intensity = 1, CHILDREN(WORKER("a"))))))));

	/* Each level allows one restart: 2 * 2 * 2 crashes end the tree. */
	for (unsigned i = 1; i <= 8; i++) {
		assert_alive(f, "app/s/t/a");
		crash(f, "app/s/t/a", "boom");
		settle(f);
		assert_int_equal(count_events(f, RT_EV_GIVE_UP, NULL), i / 2 + i / 4 + i / 8);
	}
	assert_int_equal(rt_root(f->rt), RT_NOBODY);
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_10_1_times_are_whole_seconds_rounded_down),
    cmocka_unit_test(rule_10_2_n_restarts_are_allowed_the_next_is_refused),
    cmocka_unit_test(rule_10_2_an_entry_exactly_a_period_old_still_counts),
    cmocka_unit_test(rule_10_2_old_entries_drop_out_one_second_at_a_time),
    cmocka_unit_test(rule_10_3_the_true_window_is_between_period_and_period_plus_one),
    cmocka_unit_test(rule_10_4_intensity_0_does_not_even_try),
    cmocka_unit_test(rule_10_5_a_group_restart_counts_one),
    cmocka_unit_test(rule_10_5_requests_and_benign_ends_do_not_count),
    cmocka_unit_test(rule_10_5_swallowed_exits_do_not_count),
    cmocka_unit_test(rule_10_5_retries_count),
    cmocka_unit_test(rule_10_6_the_list_is_shared_by_all_children),
    cmocka_unit_test(rule_10_6_a_restarted_supervisor_begins_with_an_empty_list),
    cmocka_unit_test(rule_11_1_the_child_whose_start_failed_is_reported),
    cmocka_unit_test(rule_11_1_a_group_start_stops_where_it_failed),
    cmocka_unit_test(rule_11_2_a_restarting_record_has_no_process),
    cmocka_unit_test(rule_11_3_what_is_queued_comes_before_the_retry),
    cmocka_unit_test(rule_11_3_an_order_to_stop_comes_before_the_retry),
    cmocka_unit_test(rule_11_4_one_for_one_retries_the_child),
    cmocka_unit_test(rule_11_4_rest_for_one_retries_from_the_failed_child_on),
    cmocka_unit_test(rule_11_4_one_for_all_retries_everybody),
    cmocka_unit_test(rule_11_4_a_retry_that_comes_too_late_is_dropped),
    cmocka_unit_test(rule_11_5_a_start_that_always_fails_uses_up_the_intensity),
    cmocka_unit_test(rule_11_6_retries_are_not_merged),
    cmocka_unit_test(rule_11_7_terminate_child_cancels_the_retry),
    cmocka_unit_test(rule_11_7_those_behind_it_stay_down_until_the_next_group_restart),
    cmocka_unit_test(rule_12_1_it_reports_stops_the_others_and_ends_with_shutdown),
    cmocka_unit_test(rule_12_2_a_permanent_supervisor_that_gave_up_is_restarted_and_counted),
    cmocka_unit_test(rule_12_2_a_transient_one_stays_down_silently),
    cmocka_unit_test(rule_12_2_a_temporary_one_is_forgotten_silently),
    cmocka_unit_test(rule_12_2_a_significant_one_takes_the_parent_with_it),
    cmocka_unit_test(rule_12_3_escalation_reaches_the_root_level_by_level))
