/* test_rules_suite_life.c - the cases of the suite of OTP about starting, stopping and asking, retold for
 * this runtime.  docs/supervision.md lists them all. */
#include "tests/support/fixture.h"

static struct fixture *one(const struct rt_child *child)
{
	return start_tree(&ONE_FOR_ONE("app", .intensity = 2, .children = child, .n_children = 1));
}

static struct fixture *pool(const struct rt_child *template, unsigned n)
{
	struct fixture *f = start_tree(&SUPERVISOR("app", .strategy = RT_SIMPLE_ONE_FOR_ONE, .intensity = 2,
						   .children = template, .n_children = 1));

	for (unsigned i = 1; i <= n; i++) {
		char words[64];

		snprintf(words, sizeof words, "start_child app %u", i);
		assert_text(ask(f, words), "{ok,pid}");
	}
	look_away(f);
	return f;
}

/* --- start
 * ---------------------------------------------------------------------------------------------------- */

TEST(suite_sup_start_normal)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app"));

	assert_text(start_result(f), "{ok,pid}");
	stop_supervisor(f, "app", "{shutdown,told}");
	assert_events(f, "start app; exit app {shutdown,told}");
	fixture_free(f);
}

TEST(suite_sup_start_ignore_init)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", STARTS(IGNORE(1), OK(1))));

	assert_text(start_result(f), "ignore");
	assert_int_equal(count_events(f, RT_EV_EXIT, NULL), 0);
	fixture_free(f);
}

TEST(suite_sup_start_ignore_child)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", STARTS(IGNORE(1))), WORKER("b"))));

	assert_text(ask(f, "which_children app"), "b running; a undefined");
	assert_text(ask(f, "count_children app"), "2 specs, 1 active, 0 supervisors, 2 workers");
	fixture_free(f);
}

TEST(suite_sup_start_ignore_temporary_child)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(TEMPORARY_WORKER("a", STARTS(IGNORE(1))), WORKER("b"))));

	assert_text(ask(f, "which_children app"), "b running");
	assert_text(ask(f, "count_children app"), "1 specs, 1 active, 0 supervisors, 1 workers");
	fixture_free(f);
}

TEST(suite_sup_start_ignore_temporary_child_start_child)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	assert_text(ask_start(f, "app", &TEMPORARY_WORKER("a", STARTS(IGNORE(1)))), "{ok,undefined}");
	assert_text(ask_start(f, "app", &WORKER("b")), "{ok,pid}");
	assert_text(ask(f, "which_children app"), "b running");
	fixture_free(f);
}

TEST(suite_sup_start_ignore_temporary_child_start_child_simple)
{
	struct fixture *f = pool(&TEMPORARY_WORKER(NULL, STARTS(IGNORE(1))), 0);

	assert_text(ask(f, "start_child app 1"), "{ok,undefined}");
	assert_text(ask(f, "count_children app"), "1 specs, 0 active, 0 supervisors, 0 workers");
	fixture_free(f);
}

TEST(suite_sup_start_ignore_permanent_child_start_child_simple)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(IGNORE(1))), 0);

	assert_text(ask(f, "start_child app 1"), "{ok,undefined}");
	assert_text(ask(f, "which_children app"), "");
	shutdown_tree(f);
	assert_events(f, "start_ignored app/1; exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_start_fail)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE("app", STARTS(FAIL(1, "crashed"))));

	assert_text(start_result(f), "{error,crashed}");
	assert_int_equal(count_events(f, RT_EV_EXIT, NULL), 0);
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

/* A callback that returns rubbish is, without callbacks, a tree that is none. */
TEST(suite_sup_start_error_return)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &WORKER("app")), RT_EINVAL);
	assert_events(f, "");
	fixture_free(f);
}

TEST(suite_sup_start_child_returns_error)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	assert_text(ask_start(f, "app", &WORKER("a", STARTS(FAIL(1, "rubbish")))), "{error,{rubbish,child}}");
	assert_text(ask(f, "which_children app"), "");
	fixture_free(f);
}

TEST(suite_sup_start_restart_child_returns_error)
{
	struct fixture *f = one(&WORKER("a", STARTS(OK(1), FAIL(1, "no"))));

	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "restart_child app a"), "{error,no}");
	assert_text(ask(f, "which_children app"), "a undefined");
	fixture_free(f);
}

TEST(suite_sup_start_child_returns_error_simple)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(FAIL(1, "no"))), 0);

	assert_text(ask(f, "start_child app 1"), "{error,no}");
	assert_text(ask(f, "which_children app"), "");
	fixture_free(f);
}

TEST(suite_sup_start_map)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), ONE_FOR_ONE("b"))));

	assert_text(ask(f, "get_childspec app a"), "permanent worker 5000");
	assert_text(ask(f, "get_childspec app b"), "permanent supervisor infinity");
	fixture_free(f);
}

TEST(suite_sup_start_map_simple)
{
	struct fixture *f = pool(&WORKER(NULL), 1);

	assert_text(ask_handle(f, "get_childspec app", pid(f, "app/1")), "permanent worker 5000");
	assert_text(ask_handle(f, "get_childspec app", pid(f, "app")), "{error,not_found}");
	fixture_free(f);
}

TEST(suite_sup_start_map_faulty_specs)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER(NULL)))), RT_EINVAL);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("a", .worker = "?")))),
			 RT_EINVAL);
	assert_events(f, "");
	fixture_free(f);
}

TEST(suite_faulty_application_shutdown)
{
	struct fixture *f = try_tree(&ONE_FOR_ONE(
		"app",
		CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b", STARTS(FAIL(1, "deep"))))))));

	assert_text(start_result(f), "{error,{shutdown,{failed_to_start_child,s,"
				     "{shutdown,{failed_to_start_child,b,deep}}}}}");
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

/* --- stop
 * ----------------------------------------------------------------------------------------------------- */

TEST(suite_sup_stop_infinity)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a", .shutdown_ms = RT_SHUTDOWN_INFINITY),
				WORKER("b", .shutdown_ms = RT_SHUTDOWN_INFINITY, .type = RT_SUPERVISOR))));

	shutdown_tree(f);
	assert_events(f, "exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_timeout)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true, .shutdown_ms = 1000),
					     STUBBORN("busy", .shutdown_ms = 1000))));

	shutdown_tree(f);
	wait_ms(f, 1000);
	assert_events(f, "exit app/busy killed; shutdown_error app/busy killed; exit app/a shutdown; exit "
			 "app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_timeout_dynamic)
{
	struct fixture *f = pool(&STUBBORN(NULL, .shutdown_ms = 1000), 3);

	kill_actor(f, "app/2");
	settle(f);
	look_away(f);
	shutdown_tree(f);
	wait_ms(f, 1000);
	assert_events(
		f, "exit app/1 killed; exit app/2 killed; exit app/3 killed; shutdown_error app killed x3; "
		   "exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_brutal_kill)
{
	struct fixture *f = one(&WORKER("a", .trap_exit = true, .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL));

	shutdown_tree(f);
	assert_events(f, "exit app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_brutal_kill_dynamic)
{
	struct fixture *f = pool(&WORKER(NULL, .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL), 10);

	shutdown_tree(f);
	settle(f);
	assert_int_equal(count_events(f, RT_EV_EXIT, NULL), 11);
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN_ERROR, NULL), 0);
	fixture_free(f);
}

TEST(suite_sup_stop_race)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("p0"), WORKER("p1"), WORKER("p2"), WORKER("p3"), WORKER("p4"),
				TRANSIENT_WORKER("t0"), TRANSIENT_WORKER("t1"), TRANSIENT_WORKER("t2"),
				TRANSIENT_WORKER("t3"), TRANSIENT_WORKER("t4"), TEMPORARY_WORKER("u0"),
				TEMPORARY_WORKER("u1"), TEMPORARY_WORKER("u2"), TEMPORARY_WORKER("u3"),
				TEMPORARY_WORKER("u4"), SLOW("slow", 1000))));

	shutdown_tree(f);
	settle(f);
	for (unsigned i = 0; i < 5; i++) {
		for (const char *kind = "ptu"; *kind != '\0'; kind++) {
			char path[] = {'a', 'p', 'p', '/', *kind, (char)('0' + i), '\0'};

			crash(f, path, reasons[i]);
		}
	}
	look_away(f);
	wait_ms(f, 1000);
	/* All are found dead, in reverse order; each is judged by its own reason. */
	assert_events(f,
		      "exit app/slow shutdown; shutdown_error app/u4 boom; shutdown_error app/u3 killed; "
		      "shutdown_error app/t4 boom; shutdown_error app/t3 killed; shutdown_error app/p4 boom; "
		      "shutdown_error app/p3 killed; shutdown_error app/p2 {shutdown,x}; "
		      "shutdown_error app/p0 normal; exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_non_shutdown_exit_dynamic)
{
	struct fixture *f = pool(&ANSWERS(NULL, "other"), 3);

	shutdown_tree(f);
	assert_events(f, "exit app/1 other; exit app/2 other; exit app/3 other; shutdown_error app other x3; "
			 "exit app shutdown");
	fixture_free(f);
}

TEST(suite_sup_stop_manual)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a"), WORKER("b", .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL))));

	stop_supervisor(f, "app", "normal");
	assert_events(f, "exit app/b killed; exit app/a shutdown; exit app normal");
	fixture_free(f);
}

TEST(suite_sup_stop_manual_timeout)
{
	/* Nobody waits for the stop; it comes to its end all the same. */
	struct fixture *f = one(&SLOW("a", 4000));

	stop_supervisor(f, "app", "normal");
	wait_ms(f, 3999);
	assert_alive(f, "app");
	wait_ms(f, 1);
	assert_events(f, "exit app/a shutdown; exit app normal");
	fixture_free(f);
}

TEST(suite_order_of_children)
{
	struct fixture *f = try_tree(&ONE_FOR_ALL(
		"app", CHILDREN(WORKER("c"), WORKER("a"), WORKER("e"), WORKER("b"), WORKER("d"))));

	assert_events(f, "start app; start app/c; start app/a; start app/e; start app/b; start app/d");
	crash(f, "app/e", "boom");
	assert_events(
		f, "exit app/e boom; child_terminated app/e boom; exit app/d shutdown; exit app/b shutdown; "
		   "exit app/a shutdown; exit app/c shutdown; start app/c; start app/a; start app/e; "
		   "start app/b; start app/d");
	shutdown_tree(f);
	assert_events(f,
		      "exit app/d shutdown; exit app/b shutdown; exit app/e shutdown; exit app/a shutdown; "
		      "exit app/c shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(suite_child_unlink)
{
	struct fixture *f = one(&WORKER("a"));

	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	kill_actor(f, "app/a");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_events(f, "exit app/a killed; shutdown_error app/a child_process_unlinked");
	fixture_free(f);
}

/* --- requests
 * ------------------------------------------------------------------------------------------------- */

TEST(suite_child_adm)
{
	struct fixture *f = one(&WORKER("a"));
	rt_id a = pid(f, "app/a");

	assert_text(ask(f, "which_children app"), "a running");
	assert_text(ask(f, "count_children app"), "1 specs, 1 active, 0 supervisors, 1 workers");
	assert_text(ask(f, "restart_child app a"), "{error,running}");
	assert_text(ask(f, "delete_child app a"), "{error,running}");
	assert_text(ask_handle(f, "terminate_child app", a), "{error,not_found}");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask(f, "which_children app"), "a undefined");
	assert_text(ask(f, "count_children app"), "1 specs, 0 active, 0 supervisors, 1 workers");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	assert_int_not_equal(pid(f, "app/a"), a);
	assert_text(ask_start(f, "app", &WORKER("a")), "{error,{already_started,pid}}");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_text(ask_start(f, "app", &WORKER("a")), "{error,already_present}");
	assert_text(ask(f, "delete_child app a"), "ok");
	assert_text(ask(f, "delete_child app a"), "{error,not_found}");
	assert_text(ask(f, "terminate_child app a"), "{error,not_found}");
	assert_text(ask(f, "restart_child app a"), "{error,not_found}");
	assert_text(ask(f, "count_children app"), "0 specs, 0 active, 0 supervisors, 0 workers");
	assert_text(ask_start(f, "app", &WORKER("a")), "{ok,pid}");
	kill_actor(f, "app");
	settle(f);
	assert_text(ask(f, "which_children app"), "{exit,noproc}");
	fixture_free(f);
}

TEST(suite_child_adm_simple)
{
	struct fixture *f = pool(&WORKER(NULL), 2);
	rt_id one_ = pid(f, "app/1");

	assert_text(ask(f, "which_children app"), "2 running; 1 running");
	assert_text(ask_handle(f, "restart_child app", one_), "{error,simple_one_for_one}");
	assert_text(ask_handle(f, "delete_child app", one_), "{error,simple_one_for_one}");
	assert_text(ask(f, "terminate_child app 1"), "{error,simple_one_for_one}");
	assert_text(ask_handle(f, "terminate_child app", one_), "ok");
	assert_text(ask_handle(f, "terminate_child app", one_), "ok");
	assert_text(ask_handle(f, "terminate_child app", pid(f, "app")), "{error,not_found}");
	assert_text(ask(f, "count_children app"), "1 specs, 1 active, 0 supervisors, 1 workers");
	fixture_free(f);
}

/* Every combination of the three, at the start and by request. */
static void combination(int mode, int restart, bool significant, const char *fault)
{
	struct rt_child a = WORKER("a", .restart = (uint8_t)restart, .significant = significant);
	struct fixture *f =
		try_tree(&SUPERVISOR("app", .auto_shutdown = (uint8_t)mode, .children = &a, .n_children = 1));
	char expected[200];

	snprintf(expected, sizeof expected,
		 fault == NULL ? "start app; start app/a" : "start app; exit app {start_spec,%s}", fault);
	assert_events(f, expected);
	fixture_free(f);
	f = start_tree(&SUPERVISOR("app", .auto_shutdown = (uint8_t)mode));
	snprintf(expected, sizeof expected, fault == NULL ? "{ok,pid}" : "{error,%s}", fault);
	assert_text(ask_start(f, "app", &a), expected);
	fixture_free(f);
}

TEST(suite_child_specs_map)
{
	for (int mode = 0; mode < RT_AUTO_SHUTDOWN_COUNT; mode++) {
		for (int restart = 0; restart < RT_RESTART_COUNT; restart++) {
			combination(mode, restart, false, NULL);
			combination(mode, restart, true,
				    mode == RT_NEVER
					    ? "{bad_combination,[{auto_shutdown,never},{significant,true}]}"
				    : restart == RT_PERMANENT
					    ? "{bad_combination,[{restart,permanent},{significant,true}]}"
					    : NULL);
		}
	}
}

TEST(suite_child_specs)
{
	static const struct {
		struct rt_invalid invalid;
		const char *fault;
	} rows[] = {
		{{.restart = "forever"}, "{invalid_restart_type,forever}"},
		{{.shutdown = "-1"}, "{invalid_shutdown,-1}"},
		{{.shutdown = "soon"}, "{invalid_shutdown,soon}"},
		{{.type = "thing"}, "{invalid_child_type,thing}"},
		{{.significant = "maybe"}, "{invalid_significant,maybe}"},
	};
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rt_child a = WORKER("a", .invalid = &rows[i].invalid);
		char expected[100];

		snprintf(expected, sizeof expected, "{error,%s}", rows[i].fault);
		assert_text(ask_start(f, "app", &a), expected);
		struct fixture *g = try_tree(&ONE_FOR_ONE("app", .children = &a, .n_children = 1));

		snprintf(expected, sizeof expected, "start app; exit app {start_spec,%s}", rows[i].fault);
		assert_events(g, expected);
		fixture_free(g);
	}
	assert_events(f, "");
	fixture_free(f);
}

TEST(suite_sup_flags)
{
	static const struct {
		struct rt_invalid invalid;
		const char *fault;
	} rows[] = {
		{{.strategy = "none_for_one"}, "{invalid_strategy,none_for_one}"},
		{{.intensity = "-1"}, "{invalid_intensity,-1}"},
		{{.period = "0"}, "{invalid_period,0}"},
		{{.period = "infinity"}, "{invalid_period,infinity}"},
		{{.auto_shutdown = "now"}, "{invalid_auto_shutdown,now}"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *f =
			try_tree(&ONE_FOR_ONE("app", .invalid = &rows[i].invalid, CHILDREN(WORKER("a"))));
		char expected[100];

		snprintf(expected, sizeof expected, "start app; exit app {supervisor_data,%s}",
			 rows[i].fault);
		assert_events(f, expected);
		fixture_free(f);
	}
}

TEST(suite_already_started_outside_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	assert_text(ask_start(f, "app", &WORKER("a", STARTS(FAIL(1, "{already_started,other}")))),
		    "{error,{already_started,other}}");
	assert_text(ask(f, "which_children app"), "");
	fixture_free(f);
}

TEST(suite_which_children)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a"), ONE_FOR_ONE("b"),
				      WORKER("c", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("d"))));

	assert_text(ask(f, "which_children app"), "d running; c running; b running; a running");
	assert_text(ask(f, "terminate_child app a"), "ok");
	crash(f, "app/c", "boom");
	assert_text(ask(f, "which_children app"), "d running; c restarting; b running; a undefined");
	fixture_free(f);
}

TEST(suite_which_children_simple_one_for_one)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(OK(1), FAIL(1, "no"), OK(1))), 2);

	crash(f, "app/1", "boom");
	assert_text(ask(f, "which_children app"), "2 running; 1 restarting");
	assert_text(ask(f, "get_childspec app 1"), "{error,not_found}");
	fixture_free(f);
}

RUN(cmocka_unit_test(suite_sup_start_normal),
    cmocka_unit_test(suite_sup_start_ignore_init),
    cmocka_unit_test(suite_sup_start_ignore_child),
    cmocka_unit_test(suite_sup_start_ignore_temporary_child),
    cmocka_unit_test(suite_sup_start_ignore_temporary_child_start_child),
    cmocka_unit_test(suite_sup_start_ignore_temporary_child_start_child_simple),
    cmocka_unit_test(suite_sup_start_ignore_permanent_child_start_child_simple),
    cmocka_unit_test(suite_sup_start_fail),
    cmocka_unit_test(suite_sup_start_error_return),
    cmocka_unit_test(suite_sup_start_child_returns_error),
    cmocka_unit_test(suite_sup_start_restart_child_returns_error),
    cmocka_unit_test(suite_sup_start_child_returns_error_simple),
    cmocka_unit_test(suite_sup_start_map),
    cmocka_unit_test(suite_sup_start_map_simple),
    cmocka_unit_test(suite_sup_start_map_faulty_specs),
    cmocka_unit_test(suite_faulty_application_shutdown),
    cmocka_unit_test(suite_sup_stop_infinity),
    cmocka_unit_test(suite_sup_stop_timeout),
    cmocka_unit_test(suite_sup_stop_timeout_dynamic),
    cmocka_unit_test(suite_sup_stop_brutal_kill),
    cmocka_unit_test(suite_sup_stop_brutal_kill_dynamic),
    cmocka_unit_test(suite_sup_stop_race),
    cmocka_unit_test(suite_sup_stop_non_shutdown_exit_dynamic),
    cmocka_unit_test(suite_sup_stop_manual),
    cmocka_unit_test(suite_sup_stop_manual_timeout),
    cmocka_unit_test(suite_order_of_children),
    cmocka_unit_test(suite_child_unlink),
    cmocka_unit_test(suite_child_adm),
    cmocka_unit_test(suite_child_adm_simple),
    cmocka_unit_test(suite_child_specs_map),
    cmocka_unit_test(suite_child_specs),
    cmocka_unit_test(suite_sup_flags),
    cmocka_unit_test(suite_already_started_outside_supervisor),
    cmocka_unit_test(suite_which_children),
    cmocka_unit_test(suite_which_children_simple_one_for_one))
