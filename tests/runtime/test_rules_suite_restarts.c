/* test_rules_suite_restarts.c - the cases of the suite of OTP about restarts and strategies, retold for this
 * runtime.  docs/supervision.md lists them all. */
#include "tests/support/fixture.h"

static struct fixture *two(enum rt_strategy strategy, const struct rt_start_item *starts, uint32_t n)
{
	return start_tree(&SUPERVISOR("app", .strategy = (uint8_t)strategy, .intensity = 2, .period_s = 3600,
				      CHILDREN(WORKER("a"), WORKER("b", .starts = starts, .n_starts = n))));
}

static struct fixture *pool(const struct rt_child *template, unsigned n)
{
	struct fixture *f = start_tree(&SUPERVISOR("app", .strategy = RT_SIMPLE_ONE_FOR_ONE, .intensity = 2,
						   .period_s = 3600, .children = template, .n_children = 1));

	for (unsigned i = 1; i <= n; i++) {
		char words[64];

		snprintf(words, sizeof words, "start_child app %u", i);
		assert_text(ask(f, words), "{ok,pid}");
	}
	look_away(f);
	return f;
}

/* Crash it three times with room for two restarts: the third ends the supervisor. */
static void third_time(struct fixture *f, const char *path)
{
	for (int i = 0; i < 2; i++) {
		crash(f, path, "boom");
		assert_alive(f, path);
	}
	crash(f, path, "boom");
	assert_gone(f, "app");
	assert_int_equal(count_events(f, RT_EV_GIVE_UP, "app"), 1);
	fixture_free(f);
}

TEST(suite_multiple_restarts)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 1, .period_s = 1, CHILDREN(WORKER("a"))));

	for (unsigned i = 1; i <= 10; i++) {
		crash(f, "app/a", "boom");
		assert_starts(f, "app/a", i + 1);
		wait_ms(f, 2100);
	}
	assert_alive(f, "app");
	fixture_free(f);
}

TEST(suite_one_for_one)
{
	struct fixture *f = two(RT_ONE_FOR_ONE, NULL, 0);
	rt_id b = pid(f, "app/b");

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	assert_true(pid(f, "app/b") == b);
	fixture_free(f);
	third_time(two(RT_ONE_FOR_ONE, NULL, 0), "app/b");
}

static const struct rt_start_item fails_later[] = {OK(1), FAIL(1, "no")};

TEST(suite_one_for_one_escalation)
{
	struct fixture *f = two(RT_ONE_FOR_ONE, fails_later, 2);

	crash(f, "app/b", "boom");
	assert_events(
		f,
		"exit app/b boom; child_terminated app/b boom; start_failed app/b no; start_error app/b no; "
		"start_failed app/b no; start_error app/b no; give_up app of app/b; exit app/a shutdown; "
		"exit app shutdown");
	fixture_free(f);
}

TEST(suite_one_for_all)
{
	struct fixture *f = two(RT_ONE_FOR_ALL, NULL, 0);
	rt_id b = pid(f, "app/b");

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; exit app/b shutdown; start app/a; "
			 "start app/b");
	assert_true(pid(f, "app/b") != b);
	fixture_free(f);
	third_time(two(RT_ONE_FOR_ALL, NULL, 0), "app/a");
}

TEST(suite_one_for_all_escalation)
{
	struct fixture *f = two(RT_ONE_FOR_ALL, fails_later, 2);

	crash(f, "app/a", "boom");
	assert_events(
		f, "exit app/a boom; child_terminated app/a boom; exit app/b shutdown; start app/a; "
		   "start_failed app/b no; start_error app/b no; exit app/a shutdown; start app/a; "
		   "start_failed app/b no; start_error app/b no; give_up app of app/b; exit app/a shutdown; "
		   "exit app shutdown");
	fixture_free(f);
}

TEST(suite_one_for_all_other_child_fails_restart)
{
	static const struct rt_start_item once[] = {OK(1), FAIL(1, "no"), OK(1)};
	struct fixture *f = two(RT_ONE_FOR_ALL, once, 3);

	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; exit app/b shutdown; start app/a; "
		"start_failed app/b no; start_error app/b no; exit app/a shutdown; start app/a; start app/b");
	fixture_free(f);
}

TEST(suite_simple_one_for_one)
{
	struct fixture *f = pool(&WORKER(NULL), 2);
	rt_id two_ = pid(f, "app/2");

	crash(f, "app/1", "boom");
	assert_events(f, "exit app/1 boom; child_terminated app/1 boom; start app/1");
	assert_true(pid(f, "app/2") == two_);
	crash(f, "app/2", "boom");
	assert_alive(f, "app/2");
	crash(f, "app/1", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_simple_one_for_one_shutdown)
{
	struct fixture *f = pool(&SLOW(NULL, 2000, .shutdown_ms = 2500), 20);

	shutdown_tree(f);
	wait_ms(f, 2000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN_ERROR, NULL), 0);
	fixture_free(f);
	f = pool(&SLOW(NULL, 3000, .shutdown_ms = 2500), 20);
	shutdown_tree(f);
	wait_ms(f, 2500);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_int_equal(count_events(f, RT_EV_SHUTDOWN_TIMEOUT, NULL), 20);
	fixture_free(f);
}

TEST(suite_simple_one_for_one_escalation)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(OK(1), FAIL(1, "no"))), 2);

	crash(f, "app/1", "boom");
	assert_events(
		f,
		"exit app/1 boom; child_terminated app/1 boom; start_failed app/1 no; start_error app/1 no; "
		"start_failed app/1 no; start_error app/1 no; give_up app of app/1; exit app/2 shutdown; "
		"exit app shutdown");
	fixture_free(f);
}

/* What a dynamic child was started with is its key; restarts keep it. */
TEST(suite_simple_one_for_one_extra)
{
	struct fixture *f = start_tree(&POOL("app", WORKER(NULL), .intensity = 9));

	assert_text(ask(f, "start_child app some/key"), "{ok,pid}");
	crash(f, "app/some%2Fkey", "boom");
	assert_starts(f, "app/some%2Fkey", 2);
	assert_children(f, "app", "some/key running");
	fixture_free(f);
}

TEST(suite_simple_one_for_one_corruption)
{
	struct fixture *f = pool(&TEMPORARY_WORKER(NULL), 1);

	crash(f, "app/1", "boom");
	assert_text(ask(f, "start_child app 2"), "{ok,pid}");
	assert_text(ask_handle(f, "get_childspec app", pid(f, "app/2")), "temporary worker 5000");
	assert_children(f, "app", "2 running");
	fixture_free(f);
}

TEST(suite_simple_one_for_one_restart_ignore)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(OK(1), IGNORE(1))), 1);

	crash(f, "app/1", "boom");
	assert_children(f, "app", "");
	assert_counts(f, "app", "1 specs, 0 active, 0 supervisors, 0 workers");
	fixture_free(f);
}

TEST(suite_rest_for_one)
{
	struct fixture *f = start_tree(&REST_FOR_ONE(
		"app", .intensity = 2, .period_s = 3600, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))));

	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom; child_terminated app/b boom; exit app/c shutdown; start app/b; "
			 "start app/c");
	assert_starts(f, "app/a", 1);
	crash(f, "app/b", "boom");
	settle(f);
	crash(f, "app/b", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_rest_for_one_escalation)
{
	struct fixture *f = two(RT_REST_FOR_ONE, fails_later, 2);

	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; exit app/b shutdown; start app/a; "
		"start_failed app/b no; start_error app/b no; start_failed app/b no; start_error app/b no; "
		"give_up app of app/b; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(suite_rest_for_one_other_child_fails_restart)
{
	static const struct rt_start_item once[] = {OK(1), FAIL(1, "no"), OK(1)};
	struct fixture *f = two(RT_REST_FOR_ONE, once, 3);

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; exit app/b shutdown; start app/a; "
			 "start_failed app/b no; start_error app/b no; start app/b");
	fixture_free(f);
}

/* --- restart types by reasons: one row of nine
 * ----------------------------------------------------------------- */

static void ends(enum rt_restart restart, const char *reason, const char *records)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .restart = (uint8_t)restart))));

	crash(f, "app/a", reason);
	assert_children(f, "app", records);
	fixture_free(f);
}

TEST(suite_permanent_normal)
{
	ends(RT_PERMANENT, "normal", "a running");
}

TEST(suite_transient_normal)
{
	ends(RT_TRANSIENT, "normal", "a undefined");
}

TEST(suite_temporary_normal)
{
	ends(RT_TEMPORARY, "normal", "");
}

TEST(suite_permanent_shutdown)
{
	ends(RT_PERMANENT, "shutdown", "a running");
	ends(RT_PERMANENT, "{shutdown,reason}", "a running");
}

TEST(suite_transient_shutdown)
{
	ends(RT_TRANSIENT, "shutdown", "a undefined");
	ends(RT_TRANSIENT, "{shutdown,reason}", "a undefined");
}

TEST(suite_temporary_shutdown)
{
	ends(RT_TEMPORARY, "shutdown", "");
	ends(RT_TEMPORARY, "{shutdown,reason}", "");
}

TEST(suite_permanent_abnormal)
{
	ends(RT_PERMANENT, "abnormal", "a running");
}

TEST(suite_transient_abnormal)
{
	ends(RT_TRANSIENT, "abnormal", "a running");
}

TEST(suite_temporary_abnormal)
{
	ends(RT_TEMPORARY, "abnormal", "");
}

TEST(suite_temporary_bystander)
{
	static const enum rt_strategy groups[] = {RT_ONE_FOR_ALL, RT_REST_FOR_ONE};

	for (size_t i = 0; i < 2; i++) {
		struct fixture *f = start_tree(&SUPERVISOR("app", .strategy = (uint8_t)groups[i],
							   CHILDREN(WORKER("a"), TEMPORARY_WORKER("b"))));

		crash(f, "app/a", "boom");
		assert_children(f, "app", "a running");
		assert_starts(f, "app/b", 1);
		fixture_free(f);
	}
}

TEST(suite_tree)
{
	struct fixture *f = start_tree(&ONE_FOR_ALL(
		"app", .intensity = 4, .period_s = 3600,
		CHILDREN(WORKER("w"),
			 ONE_FOR_ONE("s", .intensity = 1, .period_s = 3600,
				     CHILDREN(WORKER("a"), WORKER("b"))),
			 ONE_FOR_ONE("t", .restart = RT_TRANSIENT, .intensity = 0, CHILDREN(WORKER("c"))))));

	assert_counts(f, "app", "3 specs, 3 active, 2 supervisors, 1 workers");
	assert_text(ask_start(f, "app/s", &WORKER("late")), "{ok,pid}");
	crash(f, "app/s/a", "boom");
	assert_starts(f, "app/s/a", 2);
	assert_starts(f, "app/s/b", 1);
	/* A transient branch gives up and stays idle. */
	crash(f, "app/t/c", "boom");
	assert_children(f, "app", "w running; s running; t undefined");
	/* The other one escalates: everything is replaced, the idle branch comes back, the late child is
	 * lost. */
	crash(f, "app/s/a", "boom");
	assert_children(f, "app", "w running; s running; t running");
	assert_children(f, "app/s", "a running; b running");
	assert_starts(f, "app/w", 2);
	assert_starts(f, "app/t/c", 2);
	fixture_free(f);
}

TEST(suite_count_restarting_children)
{
	struct fixture *f = pool(&WORKER(NULL, STARTS(OK(1), FAIL(1, "no"), OK(1))), 3);

	crash(f, "app/1", "boom");
	assert_text(ask(f, "count_children app"), "1 specs, 2 active, 0 supervisors, 3 workers");
	assert_counts(f, "app", "1 specs, 3 active, 0 supervisors, 3 workers");
	fixture_free(f);
}

/* Whose record stays, by restart type and way of ending; and adding it again afterwards. */
TEST(suite_do_not_save_child_specs_for_temporary_children)
{
	static const enum rt_strategy strategies[] = {RT_ONE_FOR_ONE, RT_ONE_FOR_ALL, RT_REST_FOR_ONE};

	for (size_t s = 0; s < 3; s++) {
		for (int restart = 0; restart < RT_RESTART_COUNT; restart++) {
			struct rt_child b = WORKER("b", .restart = (uint8_t)restart);
			struct fixture *f = start_tree(&SUPERVISOR("app", .strategy = (uint8_t)strategies[s],
								   CHILDREN(WORKER("a"), b)));
			bool kept = restart != RT_TEMPORARY;

			assert_text(ask(f, "terminate_child app b"), "ok");
			assert_children(f, "app", kept ? "a running; b undefined" : "a running");
			assert_text(ask_start(f, "app", &b), kept ? "{error,already_present}" : "{ok,pid}");
			assert_text(ask(f, "restart_child app b"), kept ? "{ok,pid}" : "{error,running}");
			crash(f, "app/b", "normal");
			assert_children(f, "app", restart == RT_PERMANENT   ? "a running; b running"
						  : restart == RT_TRANSIENT ? "a running; b undefined"
									    : "a running");
			fixture_free(f);
		}
	}
}

TEST(suite_do_not_save_start_parameters_for_temporary_children)
{
	struct fixture *f = pool(&TEMPORARY_WORKER(NULL), 0);
	size_t before = rt_memory(f->rt);

	for (int i = 0; i < 1000; i++) {
		assert_text(ask(f, "start_child app 1"), "{ok,pid}");
		crash(f, "app/1", "boom");
		settle(f);
	}
	/* The word `boom` stays known. */
	assert_in_range(rt_memory(f->rt), before, before + 64);
	fixture_free(f);
}

TEST(suite_simple_global_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(ONE_FOR_ONE("s", .intensity = 9, CHILDREN(WORKER("name"))))));

	kill_actor(f, "app/s/name");
	assert_alive(f, "app/s/name");
	kill_actor(f, "app/s");
	assert_alive(f, "app/s/name");
	/* The path belongs to the new one alone. */
	assert_starts(f, "app/s/name", 3);
	assert_int_equal(rt_alive(f->rt), 3);
	fixture_free(f);
}

/* --- hanging restart loops: a start that fails as often as it is tried
 * ----------------------------------------------- */

static struct fixture *hanging(enum rt_strategy strategy)
{
	struct fixture *f = start_tree(&SUPERVISOR(
		"app", .strategy = (uint8_t)strategy, .intensity = 100000, .period_s = 3600,
		CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1000, "no"), OK(1))), WORKER("c"))));

	crash(f, "app/b", "boom");
	/* Some rounds of the loop. */
	for (int i = 0; i < 50; i++)
		assert_int_equal(rt_step(f->rt), RT_OK);
	return f;
}

static void answered_in_the_loop(struct fixture *f, const char *which, const char *count)
{
	unsigned start = request_start(f, "app", &WORKER("b")), restart = request(f, "restart_child app b");
	unsigned delete = request(f, "delete_child app b"), children_ = request(f, "which_children app");
	unsigned counts_ = request(f, "count_children app"), terminate = request(f, "terminate_child app b");

	assert_text(reply(f, start), "{error,already_present}");
	assert_text(reply(f, restart), "{error,restarting}");
	assert_text(reply(f, delete), "{error,restarting}");
	assert_text(reply(f, children_), which);
	assert_text(reply(f, counts_), count);
	assert_text(reply(f, terminate), "ok");
	shutdown_tree(f);
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_hanging_restart_loop)
{
	answered_in_the_loop(hanging(RT_ONE_FOR_ONE), "c running; b restarting; a running",
			     "3 specs, 2 active, 0 supervisors, 3 workers");
}

TEST(suite_hanging_restart_loop_rest_for_one)
{
	answered_in_the_loop(hanging(RT_REST_FOR_ONE), "c undefined; b restarting; a running",
			     "3 specs, 1 active, 0 supervisors, 3 workers");
}

TEST(suite_hanging_restart_loop_simple)
{
	struct fixture *f = start_tree(&POOL("app", WORKER(NULL, STARTS(OK(1), FAIL(1000, "no"), OK(1))),
					     .intensity = 100000, .period_s = 3600));

	assert_text(ask(f, "start_child app 1"), "{ok,pid}");
	rt_id old = pid(f, "app/1");

	crash(f, "app/1", "boom");
	for (int i = 0; i < 50; i++)
		assert_int_equal(rt_step(f->rt), RT_OK);
	unsigned restart = request_handle(f, "restart_child app", old),
		 delete = request_handle(f, "delete_child app", old);
	unsigned which = request(f, "which_children app"), count = request(f, "count_children app");
	unsigned terminate = request_handle(f, "terminate_child app", old);

	assert_text(reply(f, restart), "{error,simple_one_for_one}");
	assert_text(reply(f, delete), "{error,simple_one_for_one}");
	assert_text(reply(f, which), "1 restarting");
	assert_text(reply(f, count), "1 specs, 0 active, 0 supervisors, 1 workers");
	assert_text(reply(f, terminate), "ok");
	assert_children(f, "app", "");
	fixture_free(f);
}

/* --- flags at run time: what of code_change there is without code
 * -------------------------------------------------------- */

TEST(suite_code_change)
{
	struct fixture *f = two(RT_ONE_FOR_ONE, NULL, 0);
	struct rt_flags flags = {.set = RT_SET_STRATEGY | RT_SET_INTENSITY | RT_SET_PERIOD,
				 .strategy = RT_ONE_FOR_ALL, .intensity = 1, .period_s = 2};

	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_OK);
	crash(f, "app/a", "boom");
	assert_starts(f, "app/b", 2);
	wait_ms(f, 3000);
	crash(f, "app/a", "boom");
	assert_starts(f, "app/b", 3);
	crash(f, "app/a", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_code_change_simple)
{
	struct fixture *f = pool(&WORKER(NULL), 1);
	struct rt_flags flags = {.set = RT_SET_STRATEGY, .strategy = RT_ONE_FOR_ONE};

	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_EINVAL);
	flags = (struct rt_flags){.set = RT_SET_PERIOD, .period_s = 0};
	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_EINVAL);
	flags = (struct rt_flags){.set = RT_SET_INTENSITY, .intensity = 0};
	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_OK);
	crash(f, "app/1", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

RUN(cmocka_unit_test(suite_multiple_restarts),
    cmocka_unit_test(suite_one_for_one),
    cmocka_unit_test(suite_one_for_one_escalation),
    cmocka_unit_test(suite_one_for_all),
    cmocka_unit_test(suite_one_for_all_escalation),
    cmocka_unit_test(suite_one_for_all_other_child_fails_restart),
    cmocka_unit_test(suite_simple_one_for_one),
    cmocka_unit_test(suite_simple_one_for_one_shutdown),
    cmocka_unit_test(suite_simple_one_for_one_escalation),
    cmocka_unit_test(suite_simple_one_for_one_extra),
    cmocka_unit_test(suite_simple_one_for_one_corruption),
    cmocka_unit_test(suite_simple_one_for_one_restart_ignore),
    cmocka_unit_test(suite_rest_for_one),
    cmocka_unit_test(suite_rest_for_one_escalation),
    cmocka_unit_test(suite_rest_for_one_other_child_fails_restart),
    cmocka_unit_test(suite_permanent_normal),
    cmocka_unit_test(suite_transient_normal),
    cmocka_unit_test(suite_temporary_normal),
    cmocka_unit_test(suite_permanent_shutdown),
    cmocka_unit_test(suite_transient_shutdown),
    cmocka_unit_test(suite_temporary_shutdown),
    cmocka_unit_test(suite_permanent_abnormal),
    cmocka_unit_test(suite_transient_abnormal),
    cmocka_unit_test(suite_temporary_abnormal),
    cmocka_unit_test(suite_temporary_bystander),
    cmocka_unit_test(suite_tree),
    cmocka_unit_test(suite_count_restarting_children),
    cmocka_unit_test(suite_do_not_save_child_specs_for_temporary_children),
    cmocka_unit_test(suite_do_not_save_start_parameters_for_temporary_children),
    cmocka_unit_test(suite_simple_global_supervisor),
    cmocka_unit_test(suite_hanging_restart_loop),
    cmocka_unit_test(suite_hanging_restart_loop_rest_for_one),
    cmocka_unit_test(suite_hanging_restart_loop_simple),
    cmocka_unit_test(suite_code_change),
    cmocka_unit_test(suite_code_change_simple))
