/* test_rules_starting.c - chapters 2, 3, 4 of docs/supervision.md: specifications, flags, the first start. */
#include "tests/support/fixture.h"

/* --- 2 child specifications
 * ----------------------------------------------------------------------------------- */

TEST(rule_2_1_id_is_mandatory)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);
	char long_id[RT_ID_MAX + 2];

	memset(long_id, 'x', sizeof long_id - 1);
	long_id[sizeof long_id - 1] = '\0';
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE(NULL)), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("")), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE(long_id)), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER(NULL)))), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("")))), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER(long_id)))), RT_EINVAL);
	long_id[RT_ID_MAX] = '\0';
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER(long_id)))), RT_OK);
	settle(f);
	assert_int_equal(rt_alive(f->rt), 2);
	fixture_free(f);
}

TEST(rule_2_1_what_is_started_must_be_known)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("a", .worker = "nobody")))),
			 RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &WORKER("app")), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("a", .worker = "server")))),
			 RT_OK);
	fixture_free(f);
}

TEST(rule_2_2_what_is_not_said_is_permanent_worker_not_significant)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	assert_text(ask_start(f, "app", &(struct rt_child){.id = "a"}), "{ok,pid}");
	assert_text(ask(f, "get_childspec app a"), "permanent worker 0");
	assert_text(ask_start(f, "app", &WORKER("b")), "{ok,pid}");
	assert_text(ask(f, "get_childspec app b"), "permanent worker 5000");
	assert_text(ask_start(f, "app", &ONE_FOR_ONE("c")), "{ok,pid}");
	assert_text(ask(f, "get_childspec app c"), "permanent supervisor infinity");
	fixture_free(f);
}

/* What the record of a child is after it ended, by restart type. */
static const char *after(enum rt_restart restart, const char *reason)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .restart = restart))));
	static char text[64];

	crash(f, "app/a", reason);
	snprintf(text, sizeof text, "%s", children(f, "app"));
	assert_int_equal(count_events(f, RT_EV_START, "app/a"), strcmp(text, "a running") == 0 ? 2 : 1);
	fixture_free(f);
	return text;
}

TEST(rule_2_3_permanent_is_always_restarted)
{
	assert_text(after(RT_PERMANENT, "normal"), "a running");
	assert_text(after(RT_PERMANENT, "shutdown"), "a running");
	assert_text(after(RT_PERMANENT, "{shutdown,x}"), "a running");
	assert_text(after(RT_PERMANENT, "killed"), "a running");
	assert_text(after(RT_PERMANENT, "boom"), "a running");
}

TEST(rule_2_3_transient_is_restarted_after_a_crash_only)
{
	assert_text(after(RT_TRANSIENT, "normal"), "a undefined");
	assert_text(after(RT_TRANSIENT, "shutdown"), "a undefined");
	assert_text(after(RT_TRANSIENT, "{shutdown,x}"), "a undefined");
	assert_text(after(RT_TRANSIENT, "killed"), "a running");
	assert_text(after(RT_TRANSIENT, "boom"), "a running");
}

TEST(rule_2_3_temporary_is_never_restarted_and_leaves_no_record)
{
	assert_text(after(RT_TEMPORARY, "normal"), "");
	assert_text(after(RT_TEMPORARY, "shutdown"), "");
	assert_text(after(RT_TEMPORARY, "{shutdown,x}"), "");
	assert_text(after(RT_TEMPORARY, "killed"), "");
	assert_text(after(RT_TEMPORARY, "boom"), "");
}

TEST(rule_2_4_every_shutdown_goes_with_every_type)
{
	static const int64_t shutdowns[] = {0, 1, 5000, RT_SHUTDOWN_INFINITY, RT_SHUTDOWN_BRUTAL_KILL};
	static const char *const words[] = {"0", "1", "5000", "infinity", "brutal_kill"};
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	for (size_t i = 0; i < sizeof shutdowns / sizeof shutdowns[0]; i++) {
		char expected[64];

		assert_text(ask_start(f, "app", &WORKER("w", .shutdown_ms = shutdowns[i])), "{ok,pid}");
		assert_text(ask_start(f, "app", &ONE_FOR_ONE("s", .shutdown_ms = shutdowns[i])), "{ok,pid}");
		snprintf(expected, sizeof expected, "permanent worker %s", words[i]);
		assert_text(ask(f, "get_childspec app w"), expected);
		snprintf(expected, sizeof expected, "permanent supervisor %s", words[i]);
		assert_text(ask(f, "get_childspec app s"), expected);
		assert_text(ask(f, "terminate_child app w"), "ok");
		assert_text(ask(f, "terminate_child app s"), "ok");
		assert_text(ask(f, "delete_child app w"), "ok");
		assert_text(ask(f, "delete_child app s"), "ok");
	}
	fixture_free(f);
}

TEST(rule_2_4_the_longest_time_is_no_time_at_all)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(STUBBORN("a", .shutdown_ms = INT64_MAX))));

	wait_ms(f, 1500);
	shutdown_tree(f);
	wait_ms(f, 1000000000);
	assert_alive(f, "app/a");
	kill_actor(f, "app/a");
	assert_events(f, "exit app/a killed; shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(rule_2_5_significant_needs_auto_shutdown_and_an_end)
{
	static const char *const never =
		"{error,{bad_combination,[{auto_shutdown,never},{significant,true}]}}";
	static const char *const permanent =
		"{error,{bad_combination,[{restart,permanent},{significant,true}]}}";

	for (int mode = 0; mode < RT_AUTO_SHUTDOWN_COUNT; mode++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE("app", .auto_shutdown = (uint8_t)mode));

		for (int restart = 0; restart < RT_RESTART_COUNT; restart++) {
			char id[2] = {(char)('a' + restart), '\0'};
			const char *answer = ask_start(
				f, "app", &WORKER(id, .restart = (uint8_t)restart, .significant = true));

			assert_text(answer, mode == RT_NEVER	      ? never
					    : restart == RT_PERMANENT ? permanent
								      : "{ok,pid}");
		}
		fixture_free(f);
	}
}

TEST(rule_2_6_while_a_child_starts_its_supervisor_does_nothing_else)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))), WORKER("w"))));

	kill_actor(f, "app/s");
	while (!is_alive(f, "app/s"))
		assert_int_equal(rt_step(f->rt), RT_OK);
	/* s is starting; what comes now waits until its last child is up. */
	unsigned which = request(f, "which_children app");

	crash(f, "app/w", "boom");
	assert_events(f, "exit app/s killed; exit app/s/c killed; exit app/s/b killed; exit app/s/a killed; "
			 "child_terminated app/s killed; start app/s; exit app/w boom; start app/s/a; "
			 "start app/s/b; start app/s/c; child_terminated app/w boom; give_up app of app/w; "
			 "exit app/s/c shutdown; exit app/s/b shutdown; exit app/s/a shutdown; "
			 "exit app/s shutdown; exit app shutdown");
	assert_text(reply(f, which), "w running; s running");
	fixture_free(f);
}

TEST(rule_2_6_a_start_gives_a_process_or_ignores_or_fails)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b", STARTS(IGNORE(1))),
								  WORKER("c", STARTS(FAIL(1, "nope"))))));

	assert_events(f, "start app; start app/a; start_ignored app/b; start_failed app/c nope; "
			 "start_error app/c nope; exit app/a shutdown; "
			 "exit app {shutdown,{failed_to_start_child,c,nope}}");
	fixture_free(f);
}

TEST(rule_2_6_start_plans_go_item_by_item_and_the_last_repeats)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a", STARTS(OK(2), IGNORE(1), OK(1), FAIL(1, "no"))))));

	crash(f, "app/a", "x");
	assert_events(f, "exit app/a x; child_terminated app/a x; start app/a");
	crash(f, "app/a", "x");
	assert_events(f, "exit app/a x; child_terminated app/a x; start_ignored app/a");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "restart_child app a"), "{error,no}");
	assert_text(ask(f, "restart_child app a"), "{error,no}");
	fixture_free(f);
}

/* Every fault of a specification, in the order in which they are looked for.  Whoever has several is told of
 * the first. */
static const struct {
	struct rt_invalid invalid;
	const char *fault;
} child_faults[] = {
	{{.restart = "prmanent"}, "{invalid_restart_type,prmanent}"},
	{{.significant = "yes"}, "{invalid_significant,yes}"},
	{{.type = "wrker"}, "{invalid_child_type,wrker}"},
	{{.shutdown = "brutal"}, "{invalid_shutdown,brutal}"},
};

TEST(rule_2_7_each_fault_has_its_word)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	for (size_t i = 0; i < sizeof child_faults / sizeof child_faults[0]; i++) {
		char expected[100];

		snprintf(expected, sizeof expected, "{error,%s}", child_faults[i].fault);
		assert_text(ask_start(f, "app", &WORKER("a", .invalid = &child_faults[i].invalid)), expected);
		assert_children(f, "app", "");
	}
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_2_7_the_first_fault_wins)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));
	struct fixture *any = start_tree(&ONE_FOR_ONE("app", .auto_shutdown = RT_ANY_SIGNIFICANT));
	struct rt_invalid all = {.restart = "r", .significant = "s", .type = "t", .shutdown = "u"};
	struct rt_child a = WORKER("a", .significant = true, .invalid = &all);

	assert_text(ask_start(f, "app", &a), "{error,{invalid_restart_type,r}}");
	all.restart = NULL;
	assert_text(ask_start(f, "app", &a),
		    "{error,{bad_combination,[{auto_shutdown,never},{significant,true}]}}");
	assert_text(ask_start(any, "app", &a),
		    "{error,{bad_combination,[{restart,permanent},{significant,true}]}}");
	a.restart = RT_TRANSIENT;
	assert_text(ask_start(any, "app", &a), "{error,{invalid_significant,s}}");
	all.significant = NULL;
	assert_text(ask_start(any, "app", &a), "{error,{invalid_child_type,t}}");
	all.type = NULL;
	assert_text(ask_start(any, "app", &a), "{error,{invalid_shutdown,u}}");
	all.shutdown = NULL;
	assert_text(ask_start(any, "app", &a), "{ok,pid}");
	fixture_free(any);
	fixture_free(f);
}

TEST(rule_2_7_a_fault_in_the_list_refuses_the_whole_start)
{
	for (size_t i = 0; i < sizeof child_faults / sizeof child_faults[0]; i++) {
		struct fixture *f = try_tree(&ONE_FOR_ONE(
			"app", CHILDREN(WORKER("a"), WORKER("b", .invalid = &child_faults[i].invalid))));
		char expected[100];

		snprintf(expected, sizeof expected, "start app; exit app {start_spec,%s}",
			 child_faults[i].fault);
		assert_events(f, expected);
		fixture_free(f);
	}
}

TEST(rule_2_8_a_list_is_checked_from_the_front)
{
	struct rt_invalid early = {.restart = "early"}, late = {.shutdown = "late"};
	struct fixture *f = try_tree(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("a"), WORKER("b", .invalid = &late))));

	assert_events(f, "start app; exit app {start_spec,{duplicate_child_name,a}}");
	fixture_free(f);
	f = try_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b", .invalid = &early), WORKER("a"))));
	assert_events(f, "start app; exit app {start_spec,{invalid_restart_type,early}}");
	fixture_free(f);
	/* The second one's own fault is found before that it is a second one. */
	f = try_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("a", .invalid = &early))));
	assert_events(f, "start app; exit app {start_spec,{invalid_restart_type,early}}");
	fixture_free(f);
}

/* --- 3 flags
 * ------------------------------------------------------------------------------------------------- */

TEST(rule_3_1_defaults)
{
	struct fixture *f = start_tree(&SUPERVISOR("app"));
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, pid(f, "app"), &info), RT_OK);
	assert_int_equal(info.strategy, RT_ONE_FOR_ONE);
	assert_int_equal(info.intensity, 1);
	assert_int_equal(info.period_s, 5);
	assert_int_equal(info.auto_shutdown, RT_NEVER);
	fixture_free(f);
}

TEST(rule_3_2_each_fault_has_its_word_and_the_first_wins)
{
	struct rt_invalid all = {.strategy = "s", .intensity = "-1", .period = "0", .auto_shutdown = "a"};
	struct rt_invalid child = {.restart = "r"};
	const char *expected[] = {
		"{invalid_strategy,s}",
		"{invalid_intensity,-1}",
		"{invalid_period,0}",
		"{invalid_auto_shutdown,a}",
	};
	const char **fields[] = {&all.strategy, &all.intensity, &all.period, &all.auto_shutdown};

	for (size_t i = 0; i < 4; i++) {
		struct fixture *f = try_tree(&ONE_FOR_ONE(
			"app", .invalid = &all, CHILDREN(WORKER("a"), WORKER("b", .invalid = &child))));
		char text[100];

		snprintf(text, sizeof text, "start app; exit app {supervisor_data,%s}", expected[i]);
		assert_events(f, text);
		fixture_free(f);
		*fields[i] = NULL;
	}
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", .invalid = &all, CHILDREN(WORKER("a"))));

	assert_events(f, "start app; start app/a");
	fixture_free(f);
}

/* --- 4 starting a supervisor
 * ----------------------------------------------------------------------------------- */

TEST(rule_4_1_children_start_in_list_order_one_at_a_time)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(WORKER("b"), ONE_FOR_ONE("s", CHILDREN(WORKER("y"), WORKER("x"))), WORKER("a"))));

	assert_events(f, "start app; start app/b; start app/s; start app/s/y; start app/s/x; start app/a");
	fixture_free(f);
}

TEST(rule_4_1_nothing_starts_before_all_is_checked)
{
	struct rt_invalid invalid = {.type = "x"};
	struct fixture *f = try_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a", STARTS(FAIL(1, "no"))), WORKER("b", .invalid = &invalid))));

	assert_events(f, "start app; exit app {start_spec,{invalid_child_type,x}}");
	fixture_free(f);
}

TEST(rule_4_1_its_start_returns_after_the_last_child)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b")))), RT_OK);
	while (f->started == NULL) {
		assert_int_equal(rt_step(f->rt), RT_OK);
		assert_int_equal(f->started != NULL, is_alive(f, "app/b"));
	}
	assert_text(start_result(f), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_4_2_who_ignores_keeps_a_record_unless_temporary)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a", STARTS(IGNORE(1))), TRANSIENT_WORKER("b", STARTS(IGNORE(1))),
				TEMPORARY_WORKER("c", STARTS(IGNORE(1))), WORKER("d"))));

	assert_events(
		f, "start app; start_ignored app/a; start_ignored app/b; start_ignored app/c; start app/d");
	assert_children(f, "app", "a undefined; b undefined; d running");
	assert_counts(f, "app", "3 specs, 1 active, 0 supervisors, 3 workers");
	assert_text(start_result(f), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_4_3_a_failure_stops_those_already_started_in_reverse_order)
{
	struct fixture *f =
		try_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), ANSWERS("b", "late"),
						      STUBBORN("c", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL),
						      WORKER("d", STARTS(FAIL(1, "nope"))), WORKER("e"))));

	assert_events(
		f, "start app; start app/a; start app/b; start app/c; start_failed app/d nope; "
		   "start_error app/d nope; exit app/c killed; exit app/b late; shutdown_error app/b late; "
		   "exit app/a shutdown; exit app {shutdown,{failed_to_start_child,d,nope}}");
	assert_text(start_result(f), "{error,{shutdown,{failed_to_start_child,d,nope}}}");
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

TEST(rule_4_3_reasons_nest_level_by_level)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(WORKER("a"),
			 ONE_FOR_ONE("s", CHILDREN(ONE_FOR_ONE(
						  "t", CHILDREN(WORKER("w", STARTS(FAIL(1, "x"))))))))));

	assert_events(
		f, "start app; start app/a; start app/s; start app/s/t; start_failed app/s/t/w x; "
		   "start_error app/s/t/w x; exit app/s/t {shutdown,{failed_to_start_child,w,x}}; "
		   "start_error app/s/t {shutdown,{failed_to_start_child,w,x}}; "
		   "exit app/s {shutdown,{failed_to_start_child,t,{shutdown,{failed_to_start_child,w,x}}}}; "
		   "start_error app/s "
		   "{shutdown,{failed_to_start_child,t,{shutdown,{failed_to_start_child,w,x}}}}; "
		   "exit app/a shutdown; "
		   "exit app {shutdown,{failed_to_start_child,s,{shutdown,{failed_to_start_child,t,"
		   "{shutdown,{failed_to_start_child,w,x}}}}}}");
	fixture_free(f);
}

TEST(rule_4_4_to_the_parent_it_is_a_start_that_failed)
{
	/* On restart it is retried, by request it is answered. */
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 2,
		CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("w", STARTS(OK(1), FAIL(1, "x"), OK(1))))))));

	kill_actor(f, "app/s");
	assert_events(f,
		      "exit app/s killed; exit app/s/w killed; child_terminated app/s killed; start app/s; "
		      "start_failed app/s/w x; start_error app/s/w x; "
		      "exit app/s {shutdown,{failed_to_start_child,w,x}}; "
		      "start_error app/s {shutdown,{failed_to_start_child,w,x}}; start app/s; start app/s/w");
	assert_text(ask_start(f, "app", &ONE_FOR_ONE("t", CHILDREN(WORKER("w", STARTS(FAIL(1, "y")))))),
		    "{error,{{shutdown,{failed_to_start_child,w,y}},child}}");
	assert_events(f, "start app/t; start_failed app/t/w y; start_error app/t/w y; "
			 "exit app/t {shutdown,{failed_to_start_child,w,y}}");
	fixture_free(f);
}

TEST(rule_4_5_the_failed_process_is_not_mourned)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));

	assert_text(ask_start(f, "app", &ONE_FOR_ONE("s", CHILDREN(WORKER("w", STARTS(FAIL(1, "y")))))),
		    "{error,{{shutdown,{failed_to_start_child,w,y}},child}}");
	/* Its exit reaches nobody: neither report nor restart. */
	assert_int_equal(count_events(f, RT_EV_CHILD_TERMINATED, NULL), 0);
	assert_int_equal(count_events(f, RT_EV_RESTART, NULL), 0);
	assert_children(f, "app", "a running");
	fixture_free(f);
}

TEST(rule_4_6_a_root_that_ignores)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", STARTS(IGNORE(1)), CHILDREN(WORKER("a"))));

	assert_events(f, "start_ignored app");
	assert_text(start_result(f), "ignore");
	assert_int_equal(rt_root(f->rt), RT_NOBODY);
	fixture_free(f);
}

TEST(rule_4_6_a_root_that_fails)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", STARTS(FAIL(1, "boom")), CHILDREN(WORKER("a"))));

	assert_events(f, "start_failed app boom");
	assert_text(start_result(f), "{error,boom}");
	fixture_free(f);
}

TEST(rule_4_6_faults_end_it_before_any_child_and_without_a_report)
{
	struct rt_invalid flags = {.period = "0"};
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", .invalid = &flags, CHILDREN(WORKER("a"))));

	assert_events(f, "start app; exit app {supervisor_data,{invalid_period,0}}");
	assert_text(start_result(f), "{error,{supervisor_data,{invalid_period,0}}}");
	fixture_free(f);
	f = try_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("a"))));
	assert_events(f, "start app; exit app {start_spec,{duplicate_child_name,a}}");
	assert_text(start_result(f), "{error,{start_spec,{duplicate_child_name,a}}}");
	fixture_free(f);
}

TEST(rule_4_6_a_pool_has_exactly_one_template)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &SUPERVISOR("app", .strategy = RT_SIMPLE_ONE_FOR_ONE)), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &SUPERVISOR("app", .strategy = RT_SIMPLE_ONE_FOR_ONE,
						      CHILDREN(WORKER("a"), WORKER("b")))),
			 RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &POOL("app", WORKER(NULL))), RT_OK);
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_2_1_id_is_mandatory),
    cmocka_unit_test(rule_2_1_what_is_started_must_be_known),
    cmocka_unit_test(rule_2_2_what_is_not_said_is_permanent_worker_not_significant),
    cmocka_unit_test(rule_2_3_permanent_is_always_restarted),
    cmocka_unit_test(rule_2_3_transient_is_restarted_after_a_crash_only),
    cmocka_unit_test(rule_2_3_temporary_is_never_restarted_and_leaves_no_record),
    cmocka_unit_test(rule_2_4_every_shutdown_goes_with_every_type),
    cmocka_unit_test(rule_2_4_the_longest_time_is_no_time_at_all),
    cmocka_unit_test(rule_2_5_significant_needs_auto_shutdown_and_an_end),
    cmocka_unit_test(rule_2_6_while_a_child_starts_its_supervisor_does_nothing_else),
    cmocka_unit_test(rule_2_6_a_start_gives_a_process_or_ignores_or_fails),
    cmocka_unit_test(rule_2_6_start_plans_go_item_by_item_and_the_last_repeats),
    cmocka_unit_test(rule_2_7_each_fault_has_its_word),
    cmocka_unit_test(rule_2_7_the_first_fault_wins),
    cmocka_unit_test(rule_2_7_a_fault_in_the_list_refuses_the_whole_start),
    cmocka_unit_test(rule_2_8_a_list_is_checked_from_the_front),
    cmocka_unit_test(rule_3_1_defaults),
    cmocka_unit_test(rule_3_2_each_fault_has_its_word_and_the_first_wins),
    cmocka_unit_test(rule_4_1_children_start_in_list_order_one_at_a_time),
    cmocka_unit_test(rule_4_1_nothing_starts_before_all_is_checked),
    cmocka_unit_test(rule_4_1_its_start_returns_after_the_last_child),
    cmocka_unit_test(rule_4_2_who_ignores_keeps_a_record_unless_temporary),
    cmocka_unit_test(rule_4_3_a_failure_stops_those_already_started_in_reverse_order),
    cmocka_unit_test(rule_4_3_reasons_nest_level_by_level),
    cmocka_unit_test(rule_4_4_to_the_parent_it_is_a_start_that_failed),
    cmocka_unit_test(rule_4_5_the_failed_process_is_not_mourned),
    cmocka_unit_test(rule_4_6_a_root_that_ignores),
    cmocka_unit_test(rule_4_6_a_root_that_fails),
    cmocka_unit_test(rule_4_6_faults_end_it_before_any_child_and_without_a_report),
    cmocka_unit_test(rule_4_6_a_pool_has_exactly_one_template))
