/* test_rules_strategies.c - chapters 8 and 9 of docs/supervision.md: a child exits by itself; who is
 * restarted. */
#include "tests/support/fixture.h"

static const enum rt_strategy strategies[] = {RT_ONE_FOR_ONE, RT_ONE_FOR_ALL, RT_REST_FOR_ONE};

/* Three children whose middle one is what we look at. */
static struct fixture *middle(enum rt_strategy strategy, enum rt_restart restart)
{
	return start_tree(&SUPERVISOR(
		"app", .strategy = (uint8_t)strategy,
		CHILDREN(WORKER("a"), WORKER("b", .restart = (uint8_t)restart), WORKER("c"))));
}

/* --- 8 a child exits by itself
 * --------------------------------------------------------------------------------- */

TEST(rule_8_1_permanent_is_reported_and_restarted_whatever_the_reason)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = middle(RT_ONE_FOR_ONE, RT_PERMANENT);
		char expected[200];

		crash(f, "app/b", reasons[i]);
		snprintf(expected, sizeof expected, "exit app/b %s; child_terminated app/b %s; start app/b",
			 reasons[i], reasons[i]);
		assert_events(f, expected);
		fixture_free(f);
	}
}

TEST(rule_8_2_a_benign_end_is_not_reported_and_leaves_siblings_alone)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}"};

	for (size_t s = 0; s < 3; s++) {
		for (int restart = RT_TRANSIENT; restart <= RT_TEMPORARY; restart++) {
			for (size_t i = 0; i < 3; i++) {
				struct fixture *f = middle(strategies[s], (enum rt_restart)restart);
				char expected[200];

				crash(f, "app/b", reasons[i]);
				snprintf(expected, sizeof expected, "exit app/b %s", reasons[i]);
				assert_events(f, expected);
				assert_children(f, "app", restart == RT_TRANSIENT
								  ? "a running; b undefined; c running"
								  : "a running; c running");
				assert_int_equal(restarts_in_window(f, "app"), 0);
				fixture_free(f);
			}
		}
	}
}

TEST(rule_8_3_a_transient_crash_is_reported_and_restarted)
{
	static const char *const reasons[] = {"boom", "killed", "kill", "{shutdown,a,b}", "17"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = middle(RT_ONE_FOR_ONE, RT_TRANSIENT);
		char expected[200];

		crash(f, "app/b", reasons[i]);
		snprintf(expected, sizeof expected, "exit app/b %s; child_terminated app/b %s; start app/b",
			 reasons[i], reasons[i]);
		assert_events(f, expected);
		fixture_free(f);
	}
}

TEST(rule_8_4_temporary_crash_leaves_siblings_alone)
{
	for (size_t s = 0; s < 3; s++) {
		struct fixture *f = middle(strategies[s], RT_TEMPORARY);

		crash(f, "app/b", "boom");
		assert_events(f, "exit app/b boom; child_terminated app/b boom");
		assert_children(f, "app", "a running; c running");
		assert_int_equal(restarts_in_window(f, "app"), 0);
		fixture_free(f);
	}
}

TEST(rule_8_4_temporary_crashes_are_never_counted)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL("app", .intensity = 0, CHILDREN(WORKER("a"))));

	for (int i = 0; i < 50; i++) {
		assert_text(ask_start(f, "app", &TEMPORARY_WORKER("t")), "{ok,pid}");
		crash(f, "app/t", "boom");
	}
	assert_children(f, "app", "a running");
	assert_starts(f, "app/a", 1);
	fixture_free(f);
}

/* --- 9 restart strategies
 * ----------------------------------------------------------------------------------------- */

TEST(rule_9_1_one_for_one_starts_only_the_child)
{
	struct fixture *f = middle(RT_ONE_FOR_ONE, RT_PERMANENT);
	rt_id a = pid(f, "app/a"), b = pid(f, "app/b"), c = pid(f, "app/c");

	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom; child_terminated app/b boom; start app/b");
	assert_true(pid(f, "app/a") == a && pid(f, "app/c") == c);
	assert_int_not_equal(pid(f, "app/b"), b);
	fixture_free(f);
}

TEST(rule_9_1_ignore_is_a_completed_restart)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", STARTS(OK(1), IGNORE(1), OK(1))))));

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start_ignored app/a");
	wait_ms(f, 60000);
	assert_children(f, "app", "a undefined");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_9_2_one_for_all_replaces_everybody)
{
	static const char *const names[] = {"a", "b", "c"};

	for (size_t i = 0; i < 3; i++) {
		struct fixture *f = middle(RT_ONE_FOR_ALL, RT_PERMANENT);
		char path[16], expected[400];
		size_t length;

		snprintf(path, sizeof path, "app/%s", names[i]);
		length = (size_t)snprintf(expected, sizeof expected,
					  "exit %s boom; child_terminated %s boom; ", path, path);
		for (size_t k = 3; k-- > 0;)
			if (k != i)
				length += (size_t)snprintf(expected + length, sizeof expected - length,
							   "exit app/%s shutdown; ", names[k]);
		snprintf(expected + length, sizeof expected - length,
			 "start app/a; start app/b; start app/c");
		crash(f, path, "boom");
		assert_events(f, expected);
		fixture_free(f);
	}
}

TEST(rule_9_2_rest_for_one_replaces_it_and_those_behind_it)
{
	struct fixture *f = middle(RT_REST_FOR_ONE, RT_PERMANENT);

	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom; child_terminated app/b boom; exit app/c shutdown; start app/b; "
			 "start app/c");
	fixture_free(f);
	f = middle(RT_REST_FOR_ONE, RT_PERMANENT);
	crash(f, "app/c", "boom");
	assert_events(f, "exit app/c boom; child_terminated app/c boom; start app/c");
	fixture_free(f);
	f = middle(RT_REST_FOR_ONE, RT_PERMANENT);
	crash(f, "app/a", "boom");
	assert_events(
		f, "exit app/a boom; child_terminated app/a boom; exit app/c shutdown; exit app/b shutdown; "
		   "start app/a; start app/b; start app/c");
	fixture_free(f);
}

TEST(rule_9_2_behind_means_record_order_not_time_of_start)
{
	struct fixture *f = start_tree(
		&REST_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));

	/* a's process is now the youngest, but its record is still the first. */
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	look_away(f);
	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom; child_terminated app/b boom; exit app/c shutdown; start app/b; "
			 "start app/c");
	assert_starts(f, "app/a", 2);
	fixture_free(f);
}

TEST(rule_9_2_members_are_stopped_each_in_its_own_way)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", CHILDREN(STUBBORN("a", .shutdown_ms = 100), WORKER("b"),
				WORKER("c", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL), ANSWERS("d", "late"))));

	crash(f, "app/b", "boom");
	wait_ms(f, 100);
	assert_events(
		f,
		"exit app/b boom; child_terminated app/b boom; exit app/d late; shutdown_error app/d late; "
		"exit app/c killed; exit app/a killed; shutdown_error app/a killed; start app/a; start "
		"app/b; "
		"start app/c; start app/d");
	fixture_free(f);
}

TEST(rule_9_2_the_set_holds_whole_subtrees)
{
	struct fixture *f = start_tree(&REST_FOR_ONE(
		"app", CHILDREN(WORKER("a"), ONE_FOR_ONE("s", CHILDREN(WORKER("x"), WORKER("y"))))));

	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; exit app/s/y shutdown; exit app/s/x shutdown; "
		"exit app/s shutdown; start app/a; start app/s; start app/s/x; start app/s/y");
	fixture_free(f);
}

TEST(rule_9_3_temporary_members_are_stopped_and_removed)
{
	static const enum rt_strategy groups[] = {RT_ONE_FOR_ALL, RT_REST_FOR_ONE};

	for (size_t s = 0; s < 2; s++) {
		struct fixture *f = start_tree(&SUPERVISOR(
			"app", .strategy = (uint8_t)groups[s],
			CHILDREN(WORKER("a"), TEMPORARY_WORKER("t"), WORKER("b"))));

		crash(f, "app/a", "boom");
		assert_events(f, "exit app/a boom; child_terminated app/a boom; exit app/b shutdown; "
				 "exit app/t shutdown; start app/a; start app/b");
		assert_children(f, "app", "a running; b running");
		fixture_free(f);
	}
}

TEST(rule_9_3_temporary_members_before_it_are_no_members)
{
	struct fixture *f = start_tree(
		&REST_FOR_ONE("app", CHILDREN(TEMPORARY_WORKER("t"), WORKER("a"), WORKER("b"))));

	crash(f, "app/a", "boom");
	assert_children(f, "app", "t running; a running; b running");
	assert_starts(f, "app/t", 1);
	fixture_free(f);
}

TEST(rule_9_4_every_record_of_the_set_is_started_idle_ones_too)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", CHILDREN(WORKER("a"), TRANSIENT_WORKER("ended"), WORKER("stopped"),
				WORKER("ignored", STARTS(IGNORE(1), OK(1))))));

	crash(f, "app/ended", "normal");
	assert_text(ask(f, "terminate_child app stopped"), "ok");
	assert_children(f, "app", "a running; ended undefined; stopped undefined; ignored undefined");
	look_away(f);
	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a; start app/ended; "
			 "start app/stopped; start app/ignored");
	fixture_free(f);
}

TEST(rule_9_4_idle_ones_before_it_stay_idle_under_rest_for_one)
{
	struct fixture *f = start_tree(
		&REST_FOR_ONE("app", CHILDREN(TRANSIENT_WORKER("a"), WORKER("b"), TRANSIENT_WORKER("c"))));

	crash(f, "app/a", "normal");
	crash(f, "app/c", "normal");
	crash(f, "app/b", "boom");
	assert_children(f, "app", "a undefined; b running; c running");
	fixture_free(f);
}

TEST(rule_9_4_one_for_one_leaves_idle_ones_idle)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(TRANSIENT_WORKER("a"), WORKER("b"))));

	crash(f, "app/a", "normal");
	crash(f, "app/b", "boom");
	assert_children(f, "app", "a undefined; b running");
	fixture_free(f);
}

TEST(rule_9_5_ignore_in_a_group_start_goes_on)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), IGNORE(1))), WORKER("c"))));

	crash(f, "app/c", "boom");
	assert_events(
		f, "exit app/c boom; child_terminated app/c boom; exit app/b shutdown; exit app/a shutdown; "
		   "start app/a; start_ignored app/b; start app/c");
	assert_children(f, "app", "a running; b undefined; c running");
	fixture_free(f);
}

TEST(rule_9_6_two_crashes_seen_together_are_one_restart_under_one_for_all)
{
	struct fixture *f = middle(RT_ONE_FOR_ALL, RT_PERMANENT);

	crash(f, "app/a", "one");
	crash(f, "app/c", "two");
	assert_events(f,
		      "exit app/a one; exit app/c two; child_terminated app/a one; shutdown_error app/c two; "
		      "exit app/b shutdown; start app/a; start app/b; start app/c");
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);
}

TEST(rule_9_6_under_one_for_one_they_are_two)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));

	crash(f, "app/a", "one");
	crash(f, "app/c", "two");
	assert_events(f, "exit app/a one; exit app/c two; child_terminated app/a one; start app/a; "
			 "child_terminated app/c two; start app/c");
	assert_int_equal(restarts_in_window(f, "app"), 2);
	fixture_free(f);
}

TEST(rule_9_6_under_rest_for_one_it_depends_on_the_order)
{
	struct fixture *f = start_tree(
		&REST_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));

	crash(f, "app/a", "one");
	crash(f, "app/c", "two");
	assert_events(f,
		      "exit app/a one; exit app/c two; child_terminated app/a one; shutdown_error app/c two; "
		      "exit app/b shutdown; start app/a; start app/b; start app/c");
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);

	f = start_tree(&REST_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));
	crash(f, "app/c", "two");
	crash(f, "app/a", "one");
	assert_events(f, "exit app/c two; exit app/a one; child_terminated app/c two; start app/c; "
			 "child_terminated app/a one; exit app/c shutdown; exit app/b shutdown; start app/a; "
			 "start app/b; start app/c");
	assert_int_equal(restarts_in_window(f, "app"), 2);
	assert_starts(f, "app/c", 3);
	fixture_free(f);
}

TEST(rule_9_6_a_benign_end_found_dead_is_judged_by_6_7)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ALL("app", CHILDREN(WORKER("a"), TRANSIENT_WORKER("b"), WORKER("c"))));

	crash(f, "app/a", "boom");
	crash(f, "app/b", "normal");
	crash(f, "app/c", "normal");
	assert_events(f,
		      "exit app/a boom; exit app/b normal; exit app/c normal; child_terminated app/a boom; "
		      "shutdown_error app/c normal; start app/a; start app/b; start app/c");
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_8_1_permanent_is_reported_and_restarted_whatever_the_reason),
    cmocka_unit_test(rule_8_2_a_benign_end_is_not_reported_and_leaves_siblings_alone),
    cmocka_unit_test(rule_8_3_a_transient_crash_is_reported_and_restarted),
    cmocka_unit_test(rule_8_4_temporary_crash_leaves_siblings_alone),
    cmocka_unit_test(rule_8_4_temporary_crashes_are_never_counted),
    cmocka_unit_test(rule_9_1_one_for_one_starts_only_the_child),
    cmocka_unit_test(rule_9_1_ignore_is_a_completed_restart),
    cmocka_unit_test(rule_9_2_one_for_all_replaces_everybody),
    cmocka_unit_test(rule_9_2_rest_for_one_replaces_it_and_those_behind_it),
    cmocka_unit_test(rule_9_2_behind_means_record_order_not_time_of_start),
    cmocka_unit_test(rule_9_2_members_are_stopped_each_in_its_own_way),
    cmocka_unit_test(rule_9_2_the_set_holds_whole_subtrees),
    cmocka_unit_test(rule_9_3_temporary_members_are_stopped_and_removed),
    cmocka_unit_test(rule_9_3_temporary_members_before_it_are_no_members),
    cmocka_unit_test(rule_9_4_every_record_of_the_set_is_started_idle_ones_too),
    cmocka_unit_test(rule_9_4_idle_ones_before_it_stay_idle_under_rest_for_one),
    cmocka_unit_test(rule_9_4_one_for_one_leaves_idle_ones_idle),
    cmocka_unit_test(rule_9_5_ignore_in_a_group_start_goes_on),
    cmocka_unit_test(rule_9_6_two_crashes_seen_together_are_one_restart_under_one_for_all),
    cmocka_unit_test(rule_9_6_under_one_for_one_they_are_two),
    cmocka_unit_test(rule_9_6_under_rest_for_one_it_depends_on_the_order),
    cmocka_unit_test(rule_9_6_a_benign_end_found_dead_is_judged_by_6_7))
