/* test_rules_suite_significant.c - the cases of the suite of OTP about significant children, retold for this
 * runtime.  docs/supervision.md lists them all. */
#include "tests/support/fixture.h"

static const char *const benign[] = {"normal", "shutdown", "{shutdown,x}"};
static const enum rt_auto_shutdown modes[] = {RT_ANY_SIGNIFICANT, RT_ALL_SIGNIFICANT};

static struct fixture *three(enum rt_auto_shutdown mode, enum rt_restart restart, bool significant)
{
	return start_tree(&ONE_FOR_ONE(
		"app", .auto_shutdown = (uint8_t)mode, .intensity = 9,
		CHILDREN(WORKER("w"), WORKER("a", .restart = (uint8_t)restart, .significant = significant),
			 WORKER("b", .restart = (uint8_t)restart, .significant = significant))));
}

static void change_mode(struct fixture *f, enum rt_auto_shutdown mode)
{
	struct rt_flags flags = {.set = RT_SET_AUTO_SHUTDOWN, .auto_shutdown = mode};

	assert_int_equal(rt_set_flags(f->rt, pid(f, "app"), &flags), RT_OK);
}

static void never_triggers(enum rt_restart restart)
{
	for (int mode = 0; mode < RT_AUTO_SHUTDOWN_COUNT; mode++) {
		for (size_t i = 0; i < 3; i++) {
			struct fixture *f = three((enum rt_auto_shutdown)mode, restart, false);

			crash(f, "app/a", benign[i]);
			assert_text(ask(f, "terminate_child app b"), "ok");
			assert_alive(f, "app");
			fixture_free(f);
		}
		struct fixture *f = three((enum rt_auto_shutdown)mode, restart, false);

		crash(f, "app/a", "boom");
		kill_actor(f, "app/b");
		assert_alive(f, "app");
		fixture_free(f);
	}
}

TEST(suite_nonsignificant_temporary)
{
	never_triggers(RT_TEMPORARY);
}

TEST(suite_nonsignificant_transient)
{
	never_triggers(RT_TRANSIENT);
}

TEST(suite_significant_temporary)
{
	static const char *const reasons[] = {"normal", "killed", "boom"};

	for (size_t i = 0; i < 3; i++) {
		struct fixture *f = three(RT_ANY_SIGNIFICANT, RT_TEMPORARY, true);

		assert_text(ask(f, "terminate_child app b"), "ok");
		assert_alive(f, "app");
		crash(f, "app/a", reasons[i]);
		assert_gone(f, "app");
		fixture_free(f);
		f = three(RT_ALL_SIGNIFICANT, RT_TEMPORARY, true);
		crash(f, "app/a", reasons[i]);
		assert_alive(f, "app");
		crash(f, "app/b", reasons[i]);
		assert_gone(f, "app");
		fixture_free(f);
	}
}

TEST(suite_significant_transient)
{
	for (size_t m = 0; m < 2; m++) {
		struct fixture *f = three(modes[m], RT_TRANSIENT, true);

		crash(f, "app/a", "boom");
		kill_actor(f, "app/b");
		assert_children(f, "app", "w running; a running; b running");
		crash(f, "app/a", "normal");
		if (modes[m] == RT_ALL_SIGNIFICANT) {
			assert_children(f, "app", "w running; a undefined; b running");
			crash(f, "app/b", "normal");
		}
		assert_gone(f, "app");
		fixture_free(f);
	}
}

TEST(suite_significant_simple)
{
	struct fixture *f = try_tree(&POOL("app", TEMPORARY_WORKER(NULL, .significant = true),
					   .auto_shutdown = RT_ANY_SIGNIFICANT));

	assert_events(
		f, "start app; exit app {supervisor_data,{bad_combination,[{auto_shutdown,any_significant},"
		   "{strategy,simple_one_for_one}]}}");
	fixture_free(f);
}

TEST(suite_significant_bystander)
{
	static const enum rt_strategy groups[] = {RT_ONE_FOR_ALL, RT_REST_FOR_ONE};

	for (size_t s = 0; s < 2; s++) {
		for (size_t m = 0; m < 2; m++) {
			struct fixture *f = start_tree(&SUPERVISOR(
				"app", .strategy = (uint8_t)groups[s], .auto_shutdown = (uint8_t)modes[m],
				CHILDREN(WORKER("w"), TEMPORARY_WORKER("a", .significant = true),
					 TRANSIENT_WORKER("b", .significant = true))));

			crash(f, "app/w", "boom");
			assert_children(f, "app", "w running; b running");
			fixture_free(f);
		}
	}
}

TEST(suite_significant_escalation)
{
	for (int significant = 0; significant < 2; significant++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE(
			"app", .auto_shutdown = RT_ANY_SIGNIFICANT,
			CHILDREN(WORKER("w"),
				 ONE_FOR_ONE("s", .restart = RT_TRANSIENT, .significant = significant,
					     .auto_shutdown = RT_ANY_SIGNIFICANT,
					     CHILDREN(TRANSIENT_WORKER("a", .significant = true))))));

		crash(f, "app/s/a", "normal");
		if (significant)
			assert_gone(f, "app");
		else
			assert_children(f, "app", "w running; s undefined");
		fixture_free(f);
	}
}

static void becomes_effective(enum rt_auto_shutdown mode)
{
	struct fixture *f = three(RT_NEVER, RT_TRANSIENT, false);
	struct rt_child c = TRANSIENT_WORKER("c", .significant = true);

	assert_text(ask_start(f, "app", &c),
		    "{error,{bad_combination,[{auto_shutdown,never},{significant,true}]}}");
	change_mode(f, mode);
	assert_text(ask_start(f, "app", &c), "{ok,pid}");
	crash(f, "app/a", "normal");
	assert_alive(f, "app");
	crash(f, "app/c", "normal");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_significant_upgrade_never_any)
{
	becomes_effective(RT_ANY_SIGNIFICANT);
}

TEST(suite_significant_upgrade_never_all)
{
	becomes_effective(RT_ALL_SIGNIFICANT);
}

static void stops_being_effective(enum rt_auto_shutdown mode)
{
	struct fixture *f = three(mode, RT_TRANSIENT, true);

	change_mode(f, RT_NEVER);
	crash(f, "app/a", "normal");
	crash(f, "app/b", "normal");
	assert_children(f, "app", "w running; a undefined; b undefined");
	/* Those that are there may still be started again. */
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	fixture_free(f);
}

TEST(suite_significant_upgrade_any_never)
{
	stops_being_effective(RT_ANY_SIGNIFICANT);
}

TEST(suite_significant_upgrade_all_never)
{
	stops_being_effective(RT_ALL_SIGNIFICANT);
}

TEST(suite_significant_upgrade_any_all)
{
	struct fixture *f = three(RT_ANY_SIGNIFICANT, RT_TRANSIENT, true);

	change_mode(f, RT_ALL_SIGNIFICANT);
	crash(f, "app/a", "normal");
	assert_alive(f, "app");
	crash(f, "app/b", "normal");
	assert_gone(f, "app");
	fixture_free(f);
}

TEST(suite_significant_upgrade_all_any)
{
	struct fixture *f = three(RT_ALL_SIGNIFICANT, RT_TRANSIENT, true);

	change_mode(f, RT_ANY_SIGNIFICANT);
	crash(f, "app/a", "normal");
	assert_gone(f, "app");
	fixture_free(f);
}

RUN(cmocka_unit_test(suite_nonsignificant_temporary),
    cmocka_unit_test(suite_nonsignificant_transient),
    cmocka_unit_test(suite_significant_temporary),
    cmocka_unit_test(suite_significant_transient),
    cmocka_unit_test(suite_significant_simple),
    cmocka_unit_test(suite_significant_bystander),
    cmocka_unit_test(suite_significant_escalation),
    cmocka_unit_test(suite_significant_upgrade_never_any),
    cmocka_unit_test(suite_significant_upgrade_never_all),
    cmocka_unit_test(suite_significant_upgrade_any_never),
    cmocka_unit_test(suite_significant_upgrade_all_never),
    cmocka_unit_test(suite_significant_upgrade_any_all),
    cmocka_unit_test(suite_significant_upgrade_all_any))
