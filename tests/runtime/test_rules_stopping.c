/* test_rules_stopping.c - chapters 5, 6, 7 of docs/supervision.md: the loop, stopping one child, stopping
 * all. */
#include "tests/support/fixture.h"

/* --- 5 the loop
 * ---------------------------------------------------------------------------------------------- */

TEST(rule_5_1_messages_are_handled_in_the_order_of_arrival)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));
	unsigned first = request(f, "count_children app");

	crash(f, "app/c", "1");
	unsigned second = request(f, "terminate_child app a");

	crash(f, "app/b", "2");
	unsigned third = request(f, "which_children app");

	stop_supervisor(f, "app", "enough");
	unsigned late = request(f, "which_children app");

	assert_events(
		f, "exit app/c 1; exit app/b 2; child_terminated app/c 1; start app/c; exit app/a shutdown; "
		   "child_terminated app/b 2; start app/b; exit app/c shutdown; exit app/b shutdown; "
		   "exit app enough");
	assert_text(reply(f, first), "3 specs, 1 active, 0 supervisors, 3 workers");
	assert_text(reply(f, second), "ok");
	assert_text(reply(f, third), "c running; b running; a undefined");
	assert_text(reply(f, late), "{exit,enough}");
	fixture_free(f);
}

TEST(rule_5_1_a_slow_stop_keeps_everything_waiting)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("w"), ONE_FOR_ONE("s", CHILDREN(SLOW("a", 1000), WORKER("b"))))));
	unsigned slow = request(f, "terminate_child app/s a");

	settle(f);
	unsigned after = request(f, "count_children app/s");

	shutdown_tree(f);
	wait_ms(f, 999);
	assert_text(reply(f, slow), "");
	assert_text(reply(f, after), "");
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(
		f, "exit app/s/a shutdown; exit app/s/b shutdown; exit app/s shutdown; exit app/w shutdown; "
		   "exit app shutdown");
	assert_text(reply(f, slow), "ok");
	assert_text(reply(f, after), "2 specs, 1 active, 0 supervisors, 2 workers");
	fixture_free(f);
}

TEST(rule_5_2_other_exits_stay_queued_while_a_child_is_stopped)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 1000), WORKER("b"))));
	unsigned stopped = request(f, "terminate_child app a");

	settle(f);
	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom");
	assert_children(f, "app", "a running; b running");
	wait_ms(f, 1000);
	assert_events(f, "exit app/a shutdown; child_terminated app/b boom; start app/b");
	assert_text(reply(f, stopped), "ok");
	fixture_free(f);
}

TEST(rule_5_3_the_exit_of_a_process_that_no_record_names_is_ignored)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));

	/* The old process of a is taken by the stop; its record has a new one before the exit could be seen.
	 */
	crash(f, "app/a", "boom");
	unsigned stopped = request(f, "terminate_child app a");
	unsigned started = request(f, "restart_child app a");

	assert_text(ask(f, "terminate_child app a"), "ok");
	(void)stopped, (void)started;
	fixture_free(f);
	f = start_tree(&ONE_FOR_ALL("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));
	crash(f, "app/a", "boom");
	crash(f, "app/c", "boom");
	crash(f, "app/b", "boom");
	assert_events(f, "exit app/a boom; exit app/c boom; exit app/b boom; child_terminated app/a boom; "
			 "shutdown_error app/c boom; shutdown_error app/b boom; start app/a; start app/b; "
			 "start app/c");
	assert_int_equal(count_events(f, RT_EV_RESTART, NULL), 1);
	fixture_free(f);
}

TEST(rule_5_4_unknown_messages_are_dropped)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));

	assert_int_equal(rt_send(f->rt, pid(f, "app"), &(struct rt_msg){ .from = pid(f, "app/a"), .tag = 5 }),
			 RT_OK);
	assert_int_equal(rt_monitor(f->rt, pid(f, "app"), pid(f, "app/a")), RT_OK);
	crash(f, "app/a", "boom");
	/* The notice of the monitor is no second exit. */
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	fixture_free(f);
}

TEST(rule_5_5_an_orderly_stop_stops_all_and_ends_with_its_reason)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));
		char expected[100];

		snprintf(expected, sizeof expected, "exit app/b shutdown; exit app/a shutdown; exit app %s",
			 reasons[i]);
		stop_supervisor(f, "app", reasons[i]);
		assert_events(f, expected);
		fixture_free(f);
	}
}

/* --- 6 stopping one child
 * ---------------------------------------------------------------------------------------- */

TEST(rule_6_1_without_a_process_there_is_nothing_to_stop)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 9,
		CHILDREN(WORKER("a", STARTS(IGNORE(1))), WORKER("b", STARTS(OK(1), FAIL(1, "no"), OK(1))))));

	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_events(f, "");
	/* One that is restarting has none either. */
	crash(f, "app/b", "x");
	unsigned token = request(f, "terminate_child app b");

	assert_events(f,
		      "exit app/b x; child_terminated app/b x; start_failed app/b no; start_error app/b no");
	assert_text(reply(f, token), "ok");
	assert_children(f, "app", "a undefined; b undefined");
	fixture_free(f);
}

TEST(rule_6_2_brutal_kill_gives_no_warning)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(SLOW("a", 100, .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL),
				ANSWERS("b", "late", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL),
				WORKER("c", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL))));

	shutdown_tree(f);
	assert_events(f, "exit app/c killed; exit app/b killed; exit app/a killed; exit app shutdown");
	assert_int_equal(rt_now(f->rt), 0);
	fixture_free(f);
}

TEST(rule_6_2_a_time_is_waited_for_then_comes_the_kill)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(STUBBORN("a", .shutdown_ms = 300), SLOW("b", 200, .shutdown_ms = 300))));

	shutdown_tree(f);
	wait_ms(f, 199);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "exit app/b shutdown");
	wait_ms(f, 299);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "exit app/a killed; shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_2_infinity_waits_as_long_as_it_takes)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(STUBBORN("a", .shutdown_ms = RT_SHUTDOWN_INFINITY),
				SLOW("b", 4000000000u, .shutdown_ms = RT_SHUTDOWN_INFINITY))));

	shutdown_tree(f);
	wait_ms(f, 4000000000);
	assert_events(f, "exit app/b shutdown");
	assert_int_equal(rt_deadline(f->rt), RT_FOREVER);
	wait_ms(f, 4000000000);
	assert_events(f, "");
	kill_actor(f, "app/a");
	assert_events(f, "exit app/a killed; shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_2_the_wait_ends_with_the_child_not_with_the_time)
{
	/* Nothing is left of the time-out when the child ends before it, however late the supervisor looks.
	 */
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(STUBBORN("a", .shutdown_ms = 300), WORKER("b"))));
	unsigned token = request(f, "terminate_child app a");

	wait_ms(f, 100);
	kill_actor(f, "app/a");
	assert_int_equal(rt_suspend(f->rt, pid(f, "app")), RT_OK);
	wait_ms(f, 300);
	assert_int_equal(rt_resume(f->rt, pid(f, "app")), RT_OK);
	assert_text(reply(f, token), "ok");
	assert_events(f, "exit app/a killed; shutdown_error app/a killed");
	fixture_free(f);
}

TEST(rule_6_3_no_time_at_all_still_sends_shutdown_first)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("plain", .shutdown_ms = 0),
					     WORKER("traps", .trap_exit = true, .shutdown_ms = 0))));

	shutdown_tree(f);
	assert_events(f, "exit app/traps killed; shutdown_error app/traps killed; exit app/plain shutdown; "
			 "exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_4_a_child_that_cut_its_link_does_not_hang_its_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(SLOW("a", 100, .shutdown_ms = RT_SHUTDOWN_INFINITY),
				WORKER("b", .shutdown_ms = RT_SHUTDOWN_INFINITY))));

	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	rt_unlink(f->rt, pid(f, "app/b"), pid(f, "app"));
	shutdown_tree(f);
	wait_ms(f, 100);
	assert_events(f, "exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_5_the_exit_of_a_stopped_child_is_not_seen_again)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .auto_shutdown = RT_ANY_SIGNIFICANT,
		CHILDREN(ANSWERS("a", "boom"), TRANSIENT_WORKER("b", .significant = true))));

	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "terminate_child app b"), "ok");
	assert_events(f, "exit app/a boom; shutdown_error app/a boom; exit app/b shutdown");
	assert_children(f, "app", "a undefined; b undefined");
	assert_int_equal(count_events(f, RT_EV_RESTART, NULL), 0);
	fixture_free(f);
}

TEST(rule_6_6_of_the_dead_the_queued_reason_counts)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));

	crash(f, "app/a", "boom");
	unsigned token = request(f, "terminate_child app a");

	/* The exit came first, so there was a restart; now the other way round. */
	assert_text(reply(f, token), "ok");
	assert_starts(f, "app/a", 2);
	look_away(f);
	token = request(f, "terminate_child app b");
	crash(f, "app/b", "boom");
	assert_text(reply(f, token), "ok");
	assert_events(f, "exit app/b boom; shutdown_error app/b boom");
	assert_starts(f, "app/b", 1);
	fixture_free(f);
}

/* Rule 6.7 in full: a row for each restart type and kind of shutdown, the reasons that are fine. */
static const struct {
	enum rt_restart restart;
	int64_t shutdown_ms;
	bool normal, shutdown, killed;
} tolerance[] = {
	{RT_PERMANENT, RT_SHUTDOWN_BRUTAL_KILL, false, false, true},
	{RT_PERMANENT, 5000, false, true, false},
	{RT_PERMANENT, 0, false, true, false},
	{RT_PERMANENT, RT_SHUTDOWN_INFINITY, false, true, false},
	{RT_TRANSIENT, RT_SHUTDOWN_BRUTAL_KILL, true, true, true},
	{RT_TRANSIENT, 5000, true, true, false},
	{RT_TRANSIENT, RT_SHUTDOWN_INFINITY, true, true, false},
	{RT_TEMPORARY, RT_SHUTDOWN_BRUTAL_KILL, true, true, true},
	{RT_TEMPORARY, 5000, true, true, false},
	{RT_TEMPORARY, RT_SHUTDOWN_INFINITY, true, true, false},
};

static void check_reported(const struct rt_child *child, const char *reason, bool fine)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .children = child, .n_children = 1));
	unsigned token = request(f, "terminate_child app a");
	char expected[100];

	/* Dead when the supervisor gets to it. */
	crash(f, "app/a", reason);
	snprintf(expected, sizeof expected, "exit app/a %s%s%s", reason,
		 fine ? "" : "; shutdown_error app/a ", fine ? "" : reason);
	assert_events(f, expected);
	assert_text(reply(f, token), "ok");
	fixture_free(f);
}

TEST(rule_6_7_unexpected_reasons_are_reported)
{
	for (size_t i = 0; i < sizeof tolerance / sizeof tolerance[0]; i++) {
		struct rt_child a = WORKER("a", .restart = (uint8_t)tolerance[i].restart,
					   .shutdown_ms = tolerance[i].shutdown_ms);

		check_reported(&a, "normal", tolerance[i].normal);
		check_reported(&a, "shutdown", tolerance[i].shutdown);
		/* A pair counts like normal. */
		check_reported(&a, "{shutdown,x}", tolerance[i].normal);
		check_reported(&a, "killed", tolerance[i].killed);
		check_reported(&a, "boom", false);
	}
}

TEST(rule_6_7_what_a_living_child_answers_is_judged_alike)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};

	for (int restart = 0; restart < RT_RESTART_COUNT; restart++) {
		for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
			struct fixture *f = start_tree(&ONE_FOR_ONE(
				"app", CHILDREN(ANSWERS("a", reasons[i], .restart = (uint8_t)restart))));
			bool fine = restart == RT_PERMANENT ? i == 1 : i <= 2;

			assert_text(ask(f, "terminate_child app a"), "ok");
			assert_int_equal(count_events(f, RT_EV_SHUTDOWN_ERROR, "app/a"), !fine);
			fixture_free(f);
		}
	}
}

TEST(rule_6_7_the_stop_goes_on_after_a_report)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), ANSWERS("b", "boom"), ANSWERS("c", "normal"))));

	shutdown_tree(f);
	assert_events(f, "exit app/c normal; shutdown_error app/c normal; exit app/b boom; "
			 "shutdown_error app/b boom; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_8_a_child_supervisor_is_stopped_like_any_child)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("w"), ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b"))))));

	shutdown_tree(f);
	assert_events(
		f, "exit app/s/b shutdown; exit app/s/a shutdown; exit app/s shutdown; exit app/w shutdown; "
		   "exit app shutdown");
	fixture_free(f);
}

TEST(rule_6_8_killed_half_way_it_leaves_orphans)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(ONE_FOR_ONE(
			"s", .shutdown_ms = 1000,
			CHILDREN(WORKER("x"),
				 ONE_FOR_ONE("t", CHILDREN(WORKER("y"),
							   SLOW("w", 5000, .shutdown_ms = 10000))))))));

	shutdown_tree(f);
	wait_ms(f, 1000);
	assert_events(
		f, "exit app/s killed; exit app/s/x killed; shutdown_error app/s killed; exit app shutdown");
	/* t was stopping in good order; it goes on with that, and ends with what it was told first. */
	wait_ms(f, 4000);
	assert_events(f, "exit app/s/t/w shutdown; exit app/s/t/y shutdown; exit app/s/t shutdown");
	fixture_free(f);
}

TEST(rule_6_8_brutal_kill_of_a_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(ONE_FOR_ONE(
			"s", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL,
			CHILDREN(WORKER("a"), ONE_FOR_ONE("t", CHILDREN(WORKER("b"), WORKER("c"))))))));

	shutdown_tree(f);
	assert_events_at(f, "app/s/t",
			 "exit app/s/t/c shutdown; exit app/s/t/b shutdown; exit app/s/t killed");
	assert_events_at(f, "app/s/a", "exit app/s/a killed");
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN_ERROR, NULL), 0);
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

/* --- 7 stopping all
 * ------------------------------------------------------------------------------------------------ */

TEST(rule_7_1_one_after_the_other_in_reverse_order)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 100), SLOW("b", 100), WORKER("c"), SLOW("d", 100))));

	shutdown_tree(f);
	settle(f);
	/* Only the last one knows yet. */
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN, NULL), 1);
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN, "app/d"), 1);
	wait_ms(f, 100);
	assert_events(f, "exit app/d shutdown; exit app/c shutdown");
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN, "app/b"), 1);
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN, "app/a"), 0);
	wait_ms(f, 200);
	assert_events(f, "exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_7_2_records_of_temporary_children_go_others_stay_idle)
{
	/* Seen from within a group restart whose first start fails. */
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 9,
		CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"), OK(1))), TEMPORARY_WORKER("b"),
			 TRANSIENT_WORKER("c"), WORKER("d", STARTS(OK(1), FAIL(1, "no"), OK(1))))));

	crash(f, "app/d", "x");
	unsigned which = request(f, "which_children app");

	assert_text(reply(f, which), "d undefined; c undefined; a restarting");
	fixture_free(f);
}

TEST(rule_7_3_record_order_is_the_list_then_the_order_of_adding)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("b"), WORKER("a"))));

	assert_text(ask_start(f, "app", &WORKER("d")), "{ok,pid}");
	assert_text(ask_start(f, "app", &WORKER("c")), "{ok,pid}");
	assert_children(f, "app", "b running; a running; d running; c running");
	/* No restart changes it, nor a stop and a start. */
	crash(f, "app/a", "x");
	assert_text(ask(f, "terminate_child app b"), "ok");
	assert_text(ask(f, "restart_child app b"), "{ok,pid}");
	assert_children(f, "app", "b running; a running; d running; c running");
	look_away(f);
	shutdown_tree(f);
	assert_events(f,
		      "exit app/c shutdown; exit app/d shutdown; exit app/a shutdown; exit app/b shutdown; "
		      "exit app shutdown");
	fixture_free(f);
}

TEST(rule_7_3_who_was_removed_and_comes_back_is_last)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(TEMPORARY_WORKER("a"), WORKER("b"), WORKER("c"))));

	crash(f, "app/a", "x");
	assert_text(ask_start(f, "app", &TEMPORARY_WORKER("a")), "{ok,pid}");
	assert_text(ask(f, "terminate_child app b"), "ok");
	assert_text(ask(f, "delete_child app b"), "ok");
	assert_text(ask_start(f, "app", &WORKER("b")), "{ok,pid}");
	assert_children(f, "app", "c running; a running; b running");
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_5_1_messages_are_handled_in_the_order_of_arrival),
    cmocka_unit_test(rule_5_1_a_slow_stop_keeps_everything_waiting),
    cmocka_unit_test(rule_5_2_other_exits_stay_queued_while_a_child_is_stopped),
    cmocka_unit_test(rule_5_3_the_exit_of_a_process_that_no_record_names_is_ignored),
    cmocka_unit_test(rule_5_4_unknown_messages_are_dropped),
    cmocka_unit_test(rule_5_5_an_orderly_stop_stops_all_and_ends_with_its_reason),
    cmocka_unit_test(rule_6_1_without_a_process_there_is_nothing_to_stop),
    cmocka_unit_test(rule_6_2_brutal_kill_gives_no_warning),
    cmocka_unit_test(rule_6_2_a_time_is_waited_for_then_comes_the_kill),
    cmocka_unit_test(rule_6_2_infinity_waits_as_long_as_it_takes),
    cmocka_unit_test(rule_6_2_the_wait_ends_with_the_child_not_with_the_time),
    cmocka_unit_test(rule_6_3_no_time_at_all_still_sends_shutdown_first),
    cmocka_unit_test(rule_6_4_a_child_that_cut_its_link_does_not_hang_its_supervisor),
    cmocka_unit_test(rule_6_5_the_exit_of_a_stopped_child_is_not_seen_again),
    cmocka_unit_test(rule_6_6_of_the_dead_the_queued_reason_counts),
    cmocka_unit_test(rule_6_7_unexpected_reasons_are_reported),
    cmocka_unit_test(rule_6_7_what_a_living_child_answers_is_judged_alike),
    cmocka_unit_test(rule_6_7_the_stop_goes_on_after_a_report),
    cmocka_unit_test(rule_6_8_a_child_supervisor_is_stopped_like_any_child),
    cmocka_unit_test(rule_6_8_killed_half_way_it_leaves_orphans),
    cmocka_unit_test(rule_6_8_brutal_kill_of_a_supervisor),
    cmocka_unit_test(rule_7_1_one_after_the_other_in_reverse_order),
    cmocka_unit_test(rule_7_2_records_of_temporary_children_go_others_stay_idle),
    cmocka_unit_test(rule_7_3_record_order_is_the_list_then_the_order_of_adding),
    cmocka_unit_test(rule_7_3_who_was_removed_and_comes_back_is_last))
