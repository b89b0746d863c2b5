/* test_rules_auto_shutdown.c - chapter 13 of docs/supervision.md: significant children. */
#include "tests/support/fixture.h"

#define SIGNIFICANT(name, type) WORKER(name, .restart = (type), .significant = true)

static struct fixture *pair(enum rt_auto_shutdown mode, enum rt_restart restart)
{
	return start_tree(&ONE_FOR_ONE(
		"app", .auto_shutdown = (uint8_t)mode, .intensity = 9,
		CHILDREN(WORKER("w"), SIGNIFICANT("a", (uint8_t)restart), SIGNIFICANT("b", (uint8_t)restart),
			 WORKER("plain", .restart = (uint8_t)restart))));
}

TEST(rule_13_1_a_child_stopped_by_request_does_not_trigger)
{
	for (int restart = RT_TRANSIENT; restart <= RT_TEMPORARY; restart++) {
		struct fixture *f = pair(RT_ANY_SIGNIFICANT, (enum rt_restart)restart);

		assert_text(ask(f, "terminate_child app a"), "ok");
		assert_text(ask(f, "terminate_child app b"), "ok");
		assert_alive(f, "app");
		assert_events(f, "exit app/a shutdown; exit app/b shutdown");
		fixture_free(f);
	}
}

TEST(rule_13_1_a_child_stopped_by_a_group_restart_does_not_trigger)
{
	static const enum rt_auto_shutdown modes[] = {RT_ANY_SIGNIFICANT, RT_ALL_SIGNIFICANT};

	for (size_t i = 0; i < 2; i++) {
		struct fixture *f =
			start_tree(&ONE_FOR_ALL("app", .auto_shutdown = (uint8_t)modes[i],
						CHILDREN(WORKER("w"), SIGNIFICANT("a", RT_TEMPORARY),
							 SIGNIFICANT("b", RT_TRANSIENT))));

		crash(f, "app/w", "boom");
		assert_children(f, "app", "w running; b running");
		assert_int_equal(count_events(f, RT_EV_AUTO_SHUTDOWN, NULL), 0);
		fixture_free(f);
	}
}

TEST(rule_13_1_one_found_dead_in_a_group_restart_does_not_trigger)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL("app", .auto_shutdown = RT_ANY_SIGNIFICANT,
						    CHILDREN(WORKER("w"), SIGNIFICANT("a", RT_TRANSIENT))));

	crash(f, "app/w", "boom");
	crash(f, "app/a", "normal");
	assert_children(f, "app", "w running; a running");
	fixture_free(f);
}

TEST(rule_13_1_a_start_that_fails_or_is_ignored_does_not_trigger)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .auto_shutdown = RT_ANY_SIGNIFICANT, .intensity = 9,
					CHILDREN(WORKER("a", .restart = RT_TRANSIENT, .significant = true,
							STARTS(IGNORE(1), FAIL(1, "no"))),
						 WORKER("b", .restart = RT_TRANSIENT, .significant = true,
							STARTS(OK(1), IGNORE(1))))));

	assert_text(ask(f, "restart_child app a"), "{error,no}");
	crash(f, "app/b", "boom");
	assert_text(ask_start(f, "app",
			      &WORKER("c", .restart = RT_TEMPORARY, .significant = true, STARTS(IGNORE(1)))),
		    "{ok,undefined}");
	assert_children(f, "app", "a undefined; b undefined");
	assert_int_equal(count_events(f, RT_EV_AUTO_SHUTDOWN, NULL), 0);
	fixture_free(f);
}

TEST(rule_13_2_insignificant_children_never_trigger)
{
	for (int mode = 0; mode < RT_AUTO_SHUTDOWN_COUNT; mode++) {
		struct fixture *f =
			start_tree(&ONE_FOR_ONE("app", .auto_shutdown = (uint8_t)mode,
						CHILDREN(TRANSIENT_WORKER("a"), TEMPORARY_WORKER("b"))));

		crash(f, "app/a", "normal");
		crash(f, "app/b", "boom");
		assert_children(f, "app", "a undefined");
		fixture_free(f);
	}
}

TEST(rule_13_2_never_means_never)
{
	struct fixture *f = pair(RT_ANY_SIGNIFICANT, RT_TRANSIENT);
	struct rt_flags flags = {.set = RT_SET_AUTO_SHUTDOWN, .auto_shutdown = RT_NEVER};

	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_OK);
	crash(f, "app/a", "normal");
	crash(f, "app/b", "normal");
	assert_children(f, "app", "w running; a undefined; b undefined; plain running");
	fixture_free(f);
}

TEST(rule_13_3_any_significant_ends_with_the_first)
{
	struct fixture *f = pair(RT_ANY_SIGNIFICANT, RT_TRANSIENT);

	crash(f, "app/plain", "normal");
	assert_alive(f, "app");
	crash(f, "app/a", "normal");
	assert_events(f,
		      "exit app/plain normal; exit app/a normal; exit app/b shutdown; exit app/w shutdown; "
		      "exit app shutdown");
	fixture_free(f);
}

TEST(rule_13_4_all_significant_ends_with_the_last)
{
	for (int restart = RT_TRANSIENT; restart <= RT_TEMPORARY; restart++) {
		struct fixture *f = pair(RT_ALL_SIGNIFICANT, (enum rt_restart)restart);

		crash(f, "app/b", "normal");
		assert_alive(f, "app");
		look_away(f);
		crash(f, "app/a", "{shutdown,x}");
		assert_events(f, "exit app/a {shutdown,x}; exit app/plain shutdown; exit app/w shutdown; "
				 "exit app shutdown");
		fixture_free(f);
	}
}

TEST(rule_13_4_idle_significant_records_do_not_hold_it_up)
{
	struct fixture *f = pair(RT_ALL_SIGNIFICANT, RT_TRANSIENT);

	assert_text(ask(f, "terminate_child app b"), "ok");
	assert_children(f, "app", "w running; a running; b undefined; plain running");
	crash(f, "app/a", "normal");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(rule_13_4_a_restarting_one_holds_it_up)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .auto_shutdown = RT_ALL_SIGNIFICANT, .intensity = 9,
					CHILDREN(WORKER("a", .restart = RT_TRANSIENT, .significant = true,
							STARTS(OK(1), FAIL(1, "no"), OK(1))),
						 SIGNIFICANT("b", RT_TRANSIENT))));

	crash(f, "app/a", "boom");
	crash(f, "app/b", "normal");
	assert_children(f, "app", "a running; b undefined");
	crash(f, "app/a", "normal");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(rule_13_5_it_stops_all_and_ends_with_shutdown_without_a_report)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .auto_shutdown = RT_ANY_SIGNIFICANT,
		CHILDREN(WORKER("w"), SIGNIFICANT("a", RT_TRANSIENT), ANSWERS("x", "late"))));

	crash(f, "app/a", "normal");
	assert_events(f,
		      "exit app/a normal; exit app/x late; shutdown_error app/x late; exit app/w shutdown; "
		      "exit app shutdown");
	assert_int_equal(count_events(f, RT_EV_GIVE_UP, NULL), 0);
	fixture_free(f);
}

TEST(rule_13_6_a_significant_transient_crash_is_restarted_and_does_not_trigger)
{
	struct fixture *f = pair(RT_ANY_SIGNIFICANT, RT_TRANSIENT);

	crash(f, "app/a", "boom");
	kill_actor(f, "app/b");
	assert_children(f, "app", "w running; a running; b running; plain running");
	fixture_free(f);
}

TEST(rule_13_6_a_significant_temporary_triggers_with_any_reason)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = pair(RT_ANY_SIGNIFICANT, RT_TEMPORARY);
		bool benign = rt_reason_text_benign(reasons[i]);

		crash(f, "app/a", reasons[i]);
		assert_gone(f, "app");
		assert_int_equal(count_events(f, RT_EV_CHILD_TERMINATED, "app/a"), !benign);
		fixture_free(f);
	}
}

TEST(rule_13_7_under_permanent_the_supervisor_is_started_again_and_counted)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 2,
					CHILDREN(ONE_FOR_ONE("s", .auto_shutdown = RT_ANY_SIGNIFICANT,
							     CHILDREN(SIGNIFICANT("a", RT_TRANSIENT))))));

	for (unsigned i = 1; i <= 2; i++) {
		crash(f, "app/s/a", "normal");
		assert_starts(f, "app/s/a", i + 1);
		assert_int_equal(restarts_in_window(f, "app"), i);
	}
	look_away(f);
	crash(f, "app/s/a", "normal");
	assert_events(f, "exit app/s/a normal; exit app/s shutdown; child_terminated app/s shutdown; "
			 "give_up app of app/s; exit app shutdown");
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_13_1_a_child_stopped_by_request_does_not_trigger),
    cmocka_unit_test(rule_13_1_a_child_stopped_by_a_group_restart_does_not_trigger),
    cmocka_unit_test(rule_13_1_one_found_dead_in_a_group_restart_does_not_trigger),
    cmocka_unit_test(rule_13_1_a_start_that_fails_or_is_ignored_does_not_trigger),
    cmocka_unit_test(rule_13_2_insignificant_children_never_trigger),
    cmocka_unit_test(rule_13_2_never_means_never),
    cmocka_unit_test(rule_13_3_any_significant_ends_with_the_first),
    cmocka_unit_test(rule_13_4_all_significant_ends_with_the_last),
    cmocka_unit_test(rule_13_4_idle_significant_records_do_not_hold_it_up),
    cmocka_unit_test(rule_13_4_a_restarting_one_holds_it_up),
    cmocka_unit_test(rule_13_5_it_stops_all_and_ends_with_shutdown_without_a_report),
    cmocka_unit_test(rule_13_6_a_significant_transient_crash_is_restarted_and_does_not_trigger),
    cmocka_unit_test(rule_13_6_a_significant_temporary_triggers_with_any_reason),
    cmocka_unit_test(rule_13_7_under_permanent_the_supervisor_is_started_again_and_counted))
