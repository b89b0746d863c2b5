/* test_rules_requests.c - chapters 15, 16 and 19 of docs/supervision.md: requests in every state, reports,
 * and what Elixir has of its own. */
#include "tests/support/fixture.h"

/* One child in each state that a record can have: up, idle, failing (restarting, while what is queued at once
 * is handled), dead (its exit still queued behind what is asked now). */
static struct fixture *states(void)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .intensity = 99,
		CHILDREN(WORKER("up"), TRANSIENT_WORKER("idle"),
			 WORKER("failing", STARTS(OK(1), FAIL(1, "no"), OK(1))), WORKER("dead"))));

	crash(f, "app/idle", "normal");
	look_away(f);
	crash(f, "app/failing", "boom");
	return f;
}

/* --- 15 requests
 * ---------------------------------------------------------------------------------------------- */

TEST(rule_15_1_nobody_there)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", .restart = RT_TRANSIENT))));

	stop_supervisor(f, "app/s", "normal");
	settle(f);
	assert_text(ask(f, "which_children app/s"), "{exit,noproc}");
	assert_text(ask(f, "count_children app/s"), "{exit,noproc}");
	assert_text(ask(f, "terminate_child app/s a"), "{exit,noproc}");
	assert_text(ask(f, "restart_child app/s a"), "{exit,noproc}");
	assert_text(ask(f, "delete_child app/s a"), "{exit,noproc}");
	assert_text(ask(f, "get_childspec app/s a"), "{exit,noproc}");
	assert_text(ask_start(f, "app/s", &WORKER("a")), "{exit,noproc}");
	fixture_free(f);
}

TEST(rule_15_1_it_ends_before_it_answers)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 1000))));
	unsigned busy = request(f, "terminate_child app a");

	settle(f);
	unsigned waiting = request(f, "which_children app");
	unsigned starting = request_start(f, "app", &WORKER("b"));

	kill_actor(f, "app");
	assert_text(reply(f, busy), "{exit,killed}");
	assert_text(reply(f, waiting), "{exit,killed}");
	assert_text(reply(f, starting), "{exit,killed}");
	fixture_free(f);
}

TEST(rule_15_1_there_is_no_time_limit)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(STUBBORN("a", .shutdown_ms = 3600000))));
	unsigned token = request(f, "terminate_child app a");

	wait_ms(f, 3599999);
	assert_text(reply(f, token), "");
	wait_ms(f, 1);
	assert_text(reply(f, token), "ok");
	fixture_free(f);
}

TEST(rule_15_1_a_worker_is_no_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));
	struct rt_request r = {.op = RT_OP_COUNT_CHILDREN, .supervisor = rt_path_find(f->rt, "app/a")};

	assert_int_equal(rt_request(f->rt, &r), RT_EINVAL);
	r.op = RT_OP_START;
	r.supervisor = rt_path_find(f->rt, "app");
	assert_int_equal(rt_request(f->rt, &r), RT_EINVAL);
	fixture_free(f);
}

TEST(rule_15_2_start_child_appends)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("b"))));

	assert_text(ask_start(f, "app", &WORKER("a")), "{ok,pid}");
	assert_text(ask_start(f, "app", &WORKER("c", STARTS(IGNORE(1)))), "{ok,undefined}");
	assert_text(ask_start(f, "app", &TEMPORARY_WORKER("t", STARTS(IGNORE(1)))), "{ok,undefined}");
	assert_children(f, "app", "b running; a running; c undefined");
	assert_events(f, "start app/a; start_ignored app/c; start_ignored app/t");
	fixture_free(f);
}

TEST(rule_15_2_start_child_with_a_known_id)
{
	struct fixture *f = states();
	unsigned up = request_start(f, "app", &WORKER("up", STARTS(FAIL(1, "never called"))));
	unsigned idle = request_start(f, "app", &WORKER("idle"));
	unsigned failing = request_start(f, "app", &WORKER("failing"));
	unsigned dead = request_start(f, "app", &WORKER("dead"));

	crash(f, "app/dead", "boom");
	assert_text(reply(f, up), "{error,{already_started,pid}}");
	assert_text(reply(f, idle), "{error,already_present}");
	assert_text(reply(f, failing), "{error,already_present}");
	assert_text(reply(f, dead), "{error,{already_started,pid}}");
	/* The new specification is thrown away. */
	assert_text(ask(f, "get_childspec app idle"), "transient worker 5000");
	fixture_free(f);
}

TEST(rule_15_2_a_failed_start_child_keeps_and_reports_nothing)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 0, CHILDREN(WORKER("a"))));

	assert_text(ask_start(f, "app", &WORKER("b", STARTS(FAIL(1, "no")))), "{error,{no,child}}");
	assert_events(f, "start_failed app/b no");
	assert_children(f, "app", "a running");
	assert_int_equal(restarts_in_window(f, "app"), 0);
	fixture_free(f);
}

TEST(rule_15_2_already_started_elsewhere_is_passed_on_bare)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));

	assert_text(ask_start(f, "app", &WORKER("b", STARTS(FAIL(1, "{already_started,p}")))),
		    "{error,{already_started,p}}");
	assert_text(ask_start(f, "app", &WORKER("b", STARTS(FAIL(1, "{already_started,{p,q}}")))),
		    "{error,{already_started,{p,q}}}");
	/* Only a pair of this name is. */
	assert_text(ask_start(f, "app", &WORKER("b", STARTS(FAIL(1, "{already_started,p,q}")))),
		    "{error,{{already_started,p,q},child}}");
	assert_text(ask_start(f, "app", &WORKER("b", STARTS(FAIL(1, "already_started")))),
		    "{error,{already_started,child}}");
	assert_children(f, "app", "");
	fixture_free(f);
}

TEST(rule_15_2_an_invalid_specification_comes_before_a_known_id)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));

	assert_text(ask_start(f, "app", &WORKER("a", .invalid = &(struct rt_invalid){.type = "x"})),
		    "{error,{invalid_child_type,x}}");
	fixture_free(f);
}

TEST(rule_15_2_a_tree_is_only_so_deep)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app"));
	char path[2 * RT_DEPTH_MAX + 16] = "app";
	unsigned depth = 0;
	bool refused = false;

	while (!refused && depth < RT_DEPTH_MAX + 10) {
		struct rt_child s = ONE_FOR_ONE("s");
		struct rt_request r = { .op = RT_OP_START_CHILD,
					.supervisor = rt_path_find(f->rt, path),
					.name = "s",
					.child = &s,
					.token = f->n_replies };
		enum rt_status status = rt_request(f->rt, &r);

		refused = status == RT_EINVAL;
		if (!refused) {
			f->replies = realloc(f->replies, ++f->n_replies * sizeof *f->replies);
			f->replies[r.token] = NULL;
			assert_text(reply(f, (unsigned)r.token), "{ok,pid}");
			strcat(path, "/s");
			depth++;
		}
	}
	assert_true(refused);
	assert_in_range(depth, RT_DEPTH_MAX - 2, RT_DEPTH_MAX);
	assert_int_equal(rt_path_text(f->rt, rt_path_find(f->rt, path), f->text, sizeof f->text),
			 strlen(path));
	fixture_free(f);
}

TEST(rule_15_3_terminate_child_in_every_state)
{
	struct fixture *f = states();
	unsigned up = request(f, "terminate_child app up"), idle = request(f, "terminate_child app idle");
	unsigned failing = request(f, "terminate_child app failing"),
		 dead = request(f, "terminate_child app dead");
	unsigned nobody = request(f, "terminate_child app nobody");

	crash(f, "app/dead", "boom");
	assert_text(reply(f, up), "ok");
	assert_text(reply(f, idle), "ok");
	assert_text(reply(f, failing), "ok");
	assert_text(reply(f, dead), "ok");
	assert_text(reply(f, nobody), "{error,not_found}");
	assert_children(f, "app", "up undefined; idle undefined; failing undefined; dead undefined");
	assert_events(f, "exit app/failing boom; exit app/dead boom; child_terminated app/failing boom; "
			 "start_failed app/failing no; start_error app/failing no; exit app/up shutdown; "
			 "shutdown_error app/dead boom");
	/* Only the crash before all this was counted. */
	assert_int_equal(restarts_in_window(f, "app"), 1);
	fixture_free(f);
}

TEST(rule_15_3_terminate_child_removes_a_temporary_one)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(TEMPORARY_WORKER("a"), WORKER("b"))));

	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_children(f, "app", "b running");
	assert_text(ask(f, "terminate_child app a"), "{error,not_found}");
	fixture_free(f);
}

TEST(rule_15_4_restart_child_in_every_state)
{
	struct fixture *f = states();
	unsigned up = request(f, "restart_child app up"), idle = request(f, "restart_child app idle");
	unsigned failing = request(f, "restart_child app failing"),
		 dead = request(f, "restart_child app dead");
	unsigned nobody = request(f, "restart_child app nobody");

	crash(f, "app/dead", "boom");
	assert_text(reply(f, up), "{error,running}");
	assert_text(reply(f, idle), "{ok,pid}");
	assert_text(reply(f, failing), "{error,restarting}");
	assert_text(reply(f, dead), "{error,running}");
	assert_text(reply(f, nobody), "{error,not_found}");
	assert_children(f, "app", "up running; idle running; failing running; dead running");
	/* failing twice, dead once; not idle. */
	assert_int_equal(restarts_in_window(f, "app"), 3);
	fixture_free(f);
}

TEST(rule_15_4_a_failed_restart_child_is_not_retried)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"), IGNORE(1), OK(1))))));

	assert_text(ask(f, "terminate_child app a"), "ok");
	look_away(f);
	assert_text(ask(f, "restart_child app a"), "{error,no}");
	assert_events(f, "start_failed app/a no");
	assert_children(f, "app", "a undefined");
	assert_text(ask(f, "restart_child app a"), "{ok,undefined}");
	assert_children(f, "app", "a undefined");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	assert_int_equal(restarts_in_window(f, "app"), 0);
	fixture_free(f);
}

TEST(rule_15_5_delete_child_in_every_state)
{
	struct fixture *f = states();
	unsigned up = request(f, "delete_child app up"), idle = request(f, "delete_child app idle");
	unsigned failing = request(f, "delete_child app failing"), dead = request(f, "delete_child app dead");
	unsigned nobody = request(f, "delete_child app nobody");

	crash(f, "app/dead", "boom");
	assert_text(reply(f, up), "{error,running}");
	assert_text(reply(f, idle), "ok");
	assert_text(reply(f, failing), "{error,restarting}");
	assert_text(reply(f, dead), "{error,running}");
	assert_text(reply(f, nobody), "{error,not_found}");
	assert_children(f, "app", "up running; failing running; dead running");
	fixture_free(f);
}

TEST(rule_15_6_the_record_decides_who_is_running)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));
	unsigned which = request(f, "which_children app"), restart = request(f, "restart_child app a");

	crash(f, "app/a", "boom");
	assert_text(reply(f, which), "a running");
	assert_text(reply(f, restart), "{error,running}");
	fixture_free(f);
}

TEST(rule_15_6_terminate_child_swallows_a_queued_exit)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 0, CHILDREN(WORKER("a"))));
	unsigned token = request(f, "terminate_child app a");

	crash(f, "app/a", "boom");
	assert_text(reply(f, token), "ok");
	assert_events(f, "exit app/a boom; shutdown_error app/a boom");
	assert_children(f, "app", "a undefined");
	fixture_free(f);
}

TEST(rule_15_7_which_children_names_the_latest_record_first)
{
	struct fixture *f = states();
	unsigned token = request(f, "which_children app");

	assert_text(reply(f, token), "dead running; failing restarting; idle undefined; up running");
	assert_text(ask_start(f, "app", &ONE_FOR_ONE("s")), "{ok,pid}");
	assert_text(ask(f, "which_children app"),
		    "s running; dead running; failing running; idle undefined; up running");
	fixture_free(f);
}

TEST(rule_15_8_count_children_counts_who_is_alive_right_now)
{
	struct fixture *f = states();

	assert_text(ask_start(f, "app", &ONE_FOR_ONE("s")), "{ok,pid}");
	unsigned token = request(f, "count_children app");

	crash(f, "app/dead", "boom");
	/* failing is up again; idle and dead are not active. */
	assert_text(reply(f, token), "5 specs, 3 active, 1 supervisors, 4 workers");
	assert_counts(f, "app", "5 specs, 4 active, 1 supervisors, 4 workers");
	fixture_free(f);
}

TEST(rule_15_8_types_are_as_claimed)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a", .type = RT_SUPERVISOR), ONE_FOR_ONE("b", .type = RT_WORKER))));

	assert_counts(f, "app", "2 specs, 2 active, 1 supervisors, 1 workers");
	assert_text(ask(f, "get_childspec app a"), "permanent supervisor 5000");
	fixture_free(f);
}

TEST(rule_15_9_get_childspec)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", .auto_shutdown = RT_ALL_SIGNIFICANT,
		CHILDREN(WORKER("a"),
			 TRANSIENT_WORKER("b", .significant = true, .shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL),
			 ONE_FOR_ONE("c", .restart = RT_TEMPORARY))));

	assert_text(ask(f, "get_childspec app a"), "permanent worker 5000");
	assert_text(ask(f, "get_childspec app b"), "transient worker brutal_kill significant");
	assert_text(ask(f, "get_childspec app c"), "temporary supervisor infinity");
	assert_text(ask(f, "get_childspec app d"), "{error,not_found}");
	fixture_free(f);
}

TEST(rule_15_10_a_handle_is_no_id)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));
	rt_id a = pid(f, "app/a");

	assert_text(ask_handle(f, "terminate_child app", a), "{error,not_found}");
	assert_text(ask_handle(f, "restart_child app", a), "{error,not_found}");
	assert_text(ask_handle(f, "delete_child app", a), "{error,not_found}");
	assert_text(ask_handle(f, "get_childspec app", a), "{error,not_found}");
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_15_11_an_orderly_stop)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", .restart = RT_TRANSIENT,
								    CHILDREN(WORKER("a"), WORKER("b"))))));

	stop_supervisor(f, "app/s", "normal");
	assert_events(f, "exit app/s/b shutdown; exit app/s/a shutdown; exit app/s normal");
	assert_children(f, "app", "s undefined");
	fixture_free(f);
}

/* --- 16 reports
 * --------------------------------------------------------------------------------------------------- */

struct reported {
	const struct fixture *f;
	struct rt_event last[RT_EV_USER];
	char other[64];
};

static void note_report(void *ctx, const struct rt_event *event, const void *ext)
{
	struct reported *r = ctx;

	(void)ext;
	if (event->kind < RT_EV_USER)
		r->last[event->kind] = *event;
	if (event->kind == RT_EV_GIVE_UP)
		rt_path_text(r->f->rt, event->other, r->other, sizeof r->other);
}

TEST(rule_16_1_each_report_with_its_reason)
{
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 2,
			     CHILDREN(WORKER("a", STARTS(OK(1), FAIL(1, "no"))), ANSWERS("b", "late"))));

	crash(f, "app/a", "boom");
	assert_events(
		f,
		"exit app/a boom; child_terminated app/a boom; start_failed app/a no; start_error app/a no; "
		"start_failed app/a no; start_error app/a no; give_up app of app/a; exit app/b late; "
		"shutdown_error app/b late; exit app shutdown");
	fixture_free(f);
}

TEST(rule_16_2_what_a_report_says)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 1, CHILDREN(WORKER("a"), ANSWERS("b", "late"))));
	struct reported r = {.f = f};
	rt_id a = pid(f, "app/a"), b = pid(f, "app/b"), app = pid(f, "app");

	assert_int_equal(rt_observe(f->rt, note_report, &r), RT_OK);
	crash(f, "app/a", "boom");
	settle(f);
	assert_true(r.last[RT_EV_CHILD_TERMINATED].actor == a);
	assert_int_equal(r.last[RT_EV_CHILD_TERMINATED].incarnation, 1);
	assert_int_equal(r.last[RT_EV_CHILD_TERMINATED].other, rt_path_find(f->rt, "app"));
	assert_int_equal(r.last[RT_EV_RESTART].a, 1);
	assert_int_equal(r.last[RT_EV_RESTART].b, 1);
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(r.last[RT_EV_CHILD_TERMINATED].incarnation, 2);
	assert_true(r.last[RT_EV_GIVE_UP].actor == app);
	assert_int_equal(r.last[RT_EV_GIVE_UP].reason, RT_A_MAX_INTENSITY);
	assert_int_equal(r.last[RT_EV_GIVE_UP].a, 2);
	assert_int_equal(r.last[RT_EV_GIVE_UP].b, 1);
	assert_text(r.other, "app/a");
	assert_true(r.last[RT_EV_SHUTDOWN_ERROR].actor == b);
	assert_int_equal(r.last[RT_EV_SHUTDOWN_ERROR].a, 0);
	fixture_free(f);
}

TEST(rule_16_3_a_pool_reports_a_number_instead_of_a_handle)
{
	struct fixture *f = start_tree(&POOL("app", STUBBORN(NULL, .shutdown_ms = 10)));
	struct reported r = {.f = f};
	rt_id app = pid(f, "app");

	assert_text(ask(f, "start_child app 1"), "{ok,pid}");
	assert_text(ask(f, "start_child app 2"), "{ok,pid}");
	assert_int_equal(rt_observe(f->rt, note_report, &r), RT_OK);
	shutdown_tree(f);
	wait_ms(f, 10);
	assert_true(r.last[RT_EV_SHUTDOWN_ERROR].actor == app);
	assert_int_equal(r.last[RT_EV_SHUTDOWN_ERROR].a, 2);
	fixture_free(f);
}

TEST(rule_16_5_what_is_not_reported)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .auto_shutdown = RT_ANY_SIGNIFICANT,
					CHILDREN(TRANSIENT_WORKER("a"), TEMPORARY_WORKER("b"),
						 WORKER("c", STARTS(OK(1), IGNORE(1), FAIL(1, "no"))),
						 TRANSIENT_WORKER("d", .significant = true))));

	crash(f, "app/a", "normal");
	crash(f, "app/b", "shutdown");
	assert_text(ask(f, "terminate_child app c"), "ok");
	assert_text(ask(f, "restart_child app c"), "{ok,undefined}");
	assert_text(ask(f, "restart_child app c"), "{error,no}");
	crash(f, "app/d", "normal");
	assert_gone(f, "app");
	for (unsigned kind = RT_EV_CHILD_TERMINATED; kind <= RT_EV_GIVE_UP; kind++)
		assert_int_equal(count_events(f, kind, NULL), 0);
	fixture_free(f);
}

/* --- 19 Elixir: its supervisor is this one with other defaults
 * ------------------------------------------------------- */

TEST(rule_19_1_three_restarts_in_five_seconds)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 3, .period_s = 5, CHILDREN(WORKER("a"))));

	for (int i = 0; i < 3; i++) {
		crash(f, "app/a", "boom");
		wait_ms(f, 1000);
	}
	assert_alive(f, "app/a");
	crash(f, "app/a", "boom");
	assert_gone(f, "app");
	fixture_free(f);
}

RUN(cmocka_unit_test(rule_15_1_nobody_there),
    cmocka_unit_test(rule_15_1_it_ends_before_it_answers),
    cmocka_unit_test(rule_15_1_there_is_no_time_limit),
    cmocka_unit_test(rule_15_1_a_worker_is_no_supervisor),
    cmocka_unit_test(rule_15_2_start_child_appends),
    cmocka_unit_test(rule_15_2_start_child_with_a_known_id),
    cmocka_unit_test(rule_15_2_a_failed_start_child_keeps_and_reports_nothing),
    cmocka_unit_test(rule_15_2_already_started_elsewhere_is_passed_on_bare),
    cmocka_unit_test(rule_15_2_an_invalid_specification_comes_before_a_known_id),
    cmocka_unit_test(rule_15_2_a_tree_is_only_so_deep),
    cmocka_unit_test(rule_15_3_terminate_child_in_every_state),
    cmocka_unit_test(rule_15_3_terminate_child_removes_a_temporary_one),
    cmocka_unit_test(rule_15_4_restart_child_in_every_state),
    cmocka_unit_test(rule_15_4_a_failed_restart_child_is_not_retried),
    cmocka_unit_test(rule_15_5_delete_child_in_every_state),
    cmocka_unit_test(rule_15_6_the_record_decides_who_is_running),
    cmocka_unit_test(rule_15_6_terminate_child_swallows_a_queued_exit),
    cmocka_unit_test(rule_15_7_which_children_names_the_latest_record_first),
    cmocka_unit_test(rule_15_8_count_children_counts_who_is_alive_right_now),
    cmocka_unit_test(rule_15_8_types_are_as_claimed),
    cmocka_unit_test(rule_15_9_get_childspec),
    cmocka_unit_test(rule_15_10_a_handle_is_no_id),
    cmocka_unit_test(rule_15_11_an_orderly_stop),
    cmocka_unit_test(rule_16_1_each_report_with_its_reason),
    cmocka_unit_test(rule_16_2_what_a_report_says),
    cmocka_unit_test(rule_16_3_a_pool_reports_a_number_instead_of_a_handle),
    cmocka_unit_test(rule_16_5_what_is_not_reported),
    cmocka_unit_test(rule_19_1_three_restarts_in_five_seconds))
