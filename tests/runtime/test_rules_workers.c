/* test_rules_workers.c - chapter 17 of docs/supervision.md: what a worker sees of being supervised. */
#include "tests/support/fixture.h"

TEST(rule_17_1_a_plain_worker_ends_at_once_with_shutdown)
{
	/* What it would do if it trapped plays no part. */
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), STUBBORN("b", .trap_exit = false),
							SLOW("c", 500, .trap_exit = false))));

	shutdown_tree(f);
	assert_events(f, "exit app/c shutdown; exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	assert_int_equal(rt_now(f->rt), 0);
	fixture_free(f);
}

TEST(rule_17_2_a_trapping_worker_runs_its_own_end)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true),
							ANSWERS("b", "{shutdown,done}"), SLOW("c", 500))));

	shutdown_tree(f);
	settle(f);
	assert_int_equal(count_events(f, RT_EV_EXIT, NULL), 0);
	wait_ms(f, 500);
	assert_events(
		f, "exit app/c shutdown; exit app/b {shutdown,done}; shutdown_error app/b {shutdown,done}; "
		   "exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_17_2_any_other_signal_of_the_parent_ends_it_with_that_reason)
{
	static const char *const reasons[] = {"normal", "{shutdown,x}", "killed", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE(
			"app", CHILDREN(STUBBORN("a", .restart = RT_TEMPORARY),
					ANSWERS("b", "x", .restart = RT_TEMPORARY),
					SLOW("c", 500, .restart = RT_TEMPORARY))));

		signal_from(f, pid(f, "app"), pid(f, "app/a"), reasons[i]);
		signal_from(f, pid(f, "app"), pid(f, "app/b"), reasons[i]);
		signal_from(f, pid(f, "app"), pid(f, "app/c"), reasons[i]);
		char *text = strdup(events(f));

		for (const char *name = "abc"; *name != '\0'; name++) {
			char expected[60];

			snprintf(expected, sizeof expected, "exit app/%c %s", *name, reasons[i]);
			assert_non_null(strstr(text, expected));
		}
		assert_int_equal(rt_now(f->rt), 0);
		free(text);
		fixture_free(f);
	}
}

TEST(rule_17_2_while_it_ends_it_takes_its_time_and_nothing_else)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 500, .restart = RT_TRANSIENT))));
	rt_id app = pid(f, "app"), a = pid(f, "app/a");
	struct rt_actor_info info;

	signal_from(f, app, a, "shutdown");
	wait_ms(f, 300);
	/* Told again, asked something: it ends when it would have. */
	signal_from(f, app, a, "shutdown");
	assert_int_equal(rt_send(f->rt, a, &(struct rt_msg){.tag = 1}), RT_OK);
	wait_ms(f, 199);
	assert_int_equal(rt_actor(f->rt, a, &info), RT_OK);
	assert_int_equal(info.life, RT_STOPPING);
	assert_int_equal(info.handled, 0);
	wait_ms(f, 1);
	assert_events(f, "exit app/a shutdown");
	fixture_free(f);
}

TEST(rule_17_2_another_signal_of_the_parent_cuts_the_end_short)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 500, .restart = RT_TEMPORARY))));

	signal_from(f, pid(f, "app"), pid(f, "app/a"), "shutdown");
	wait_ms(f, 300);
	signal_from(f, pid(f, "app"), pid(f, "app/a"), "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom");
	assert_true(rt_deadline(f->rt) == RT_FOREVER);
	fixture_free(f);
}

TEST(rule_17_2_signals_of_others_are_messages_to_it)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("traps", .trap_exit = true), WORKER("other"))));

	signal_from(f, pid(f, "app/other"), pid(f, "app/traps"), "shutdown");
	signal_from_stranger(f, "app/traps", "boom");
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_17_3_nothing_of_it_runs_after_a_kill)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 500, .restart = RT_TEMPORARY))));

	kill_actor(f, "app/a");
	assert_events(f, "exit app/a killed; child_terminated app/a killed");
	assert_int_equal(rt_deadline(f->rt), RT_FOREVER);
	fixture_free(f);
}

TEST(rule_17_3_an_end_that_takes_too_long_is_cut_short)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(SLOW("a", 500, .shutdown_ms = 200), SLOW("b", 100, .shutdown_ms = 200))));

	shutdown_tree(f);
	wait_ms(f, 300);
	assert_events(
		f, "exit app/b shutdown; exit app/a killed; shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(rule_17_5_a_child_that_cut_its_link_dies_unseen)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));

	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom");
	assert_children(f, "app", "a running; b running");
	assert_counts(f, "app", "2 specs, 1 active, 0 supervisors, 2 workers");
	assert_text(ask(f, "restart_child app a"), "{error,running}");
	assert_text(ask(f, "delete_child app a"), "{error,running}");
	fixture_free(f);
}

/* Releases before 27 said noproc here; we follow the newest. */
TEST(rule_17_5_stopping_it_reports_child_process_unlinked)
{
	static const int64_t shutdowns[] = {5000, 0, RT_SHUTDOWN_INFINITY, RT_SHUTDOWN_BRUTAL_KILL};

	for (size_t i = 0; i < sizeof shutdowns / sizeof shutdowns[0]; i++) {
		struct fixture *f = start_tree(
			&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .shutdown_ms = shutdowns[i]))));

		rt_unlink(f->rt, pid(f, "app"), pid(f, "app/a"));
		crash(f, "app/a", "shutdown");
		assert_text(ask(f, "terminate_child app a"), "ok");
		assert_events(f, "exit app/a shutdown; shutdown_error app/a child_process_unlinked");
		assert_children(f, "app", "a undefined");
		fixture_free(f);
	}
}

TEST(rule_17_5_one_that_still_lives_is_stopped_as_usual)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b", .trap_exit = true))));

	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	rt_unlink(f->rt, pid(f, "app/b"), pid(f, "app"));
	shutdown_tree(f);
	assert_events(f, "exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_17_5_one_that_cut_its_link_outlives_a_killed_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));
	rt_id a = pid(f, "app/a");

	rt_unlink(f->rt, a, pid(f, "app"));
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/b killed");
	assert_int_equal(rt_alive(f->rt), 1);
	assert_int_equal(rt_kill(f->rt, a), RT_OK);
	assert_events(f, "exit app/a killed");
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_17_1_a_plain_worker_ends_at_once_with_shutdown),
    cmocka_unit_test(rule_17_2_a_trapping_worker_runs_its_own_end),
    cmocka_unit_test(rule_17_2_any_other_signal_of_the_parent_ends_it_with_that_reason),
    cmocka_unit_test(rule_17_2_while_it_ends_it_takes_its_time_and_nothing_else),
    cmocka_unit_test(rule_17_2_another_signal_of_the_parent_cuts_the_end_short),
    cmocka_unit_test(rule_17_2_signals_of_others_are_messages_to_it),
    cmocka_unit_test(rule_17_3_nothing_of_it_runs_after_a_kill),
    cmocka_unit_test(rule_17_3_an_end_that_takes_too_long_is_cut_short),
    cmocka_unit_test(rule_17_5_a_child_that_cut_its_link_dies_unseen),
    cmocka_unit_test(rule_17_5_stopping_it_reports_child_process_unlinked),
    cmocka_unit_test(rule_17_5_one_that_still_lives_is_stopped_as_usual),
    cmocka_unit_test(rule_17_5_one_that_cut_its_link_outlives_a_killed_supervisor))
