/* test_rules_processes.c - chapter 1 of docs/supervision.md: processes, links, monitors, exit signals. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

/* --- what waits in a mailbox, in words
 * ------------------------------------------------------------------------ */

/* A suspended actor keeps its mail, so that we can look at it: "exit boom; down killed". */
static const char *mail(struct fixture *f, const char *path)
{
	static const char *const kinds[] = {[RT_MAIL_USER] = "message", [RT_MAIL_PARENT_EXIT] = "parent",
					    [RT_MAIL_EXIT] = "exit", [RT_MAIL_DOWN] = "down"};
	const struct rt_actor *actor = rt_actor_find(f->rt, pid(f, path));
	size_t length = 0;

	f->text[0] = '\0';
	for (uint32_t ref = actor->mailbox.head; ref != 0;) {
		const struct rt_mail *m = rt_mail_at(&f->rt->messages, ref);
		char number[RT_ATOM_BUF];

		length += (size_t)snprintf(f->text + length, sizeof f->text - length, "%s%s%s%s",
					   length > 0 ? "; " : "", kinds[m->kind], m->atom != 0 ? " " : "",
					   rt_atom_text(f->rt, m->atom, number));
		ref = m->next;
	}
	return f->text;
}

static void hold(struct fixture *f, const char *path)
{
	assert_int_equal(rt_suspend(f->rt, pid(f, path)), RT_OK);
}

static void release(struct fixture *f, const char *path)
{
	assert_int_equal(rt_resume(f->rt, pid(f, path)), RT_OK);
}

static void link_actors(struct fixture *f, const char *a, const char *b)
{
	assert_int_equal(rt_link(f->rt, pid(f, a), pid(f, b)), RT_OK);
}

/* A plain worker, one that traps exits, and one more, none of which is restarted. */
static struct fixture *three(void)
{
	return start_tree(&ONE_FOR_ONE("app", CHILDREN(TEMPORARY_WORKER("plain"),
						       TEMPORARY_WORKER("traps", .trap_exit = true),
						       TEMPORARY_WORKER("other"))));
}

/* --- 1 processes and signals
 * ----------------------------------------------------------------------------------- */

TEST(rule_1_1_only_benign_reasons_and_killed_mean_something)
{
	static const struct {
		const char *reason;
		bool benign;
	} rows[] = {
		{"normal", true},	  {"shutdown", true},	    {"{shutdown,done}", true},
		{"{shutdown,[a,b]}", true}, {"{shutdown,{a,b}}", true}, {"{shutdown,\"a,b\"}", true},
		{"{shutdown,'},x'}", true}, {"killed", false},	    {"kill", false},
		{"boom", false},	  {"{shutdown,a,b}", false}, {"{normal,a}", false},
		{"{shutdown}", false},	  {"Shutdown", false},	    {"shutdowns", false},
		{"42", false},		  {"", false},		    {"[shutdown,a]", false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(rt_reason_text_benign(rows[i].reason), rows[i].benign);
	/* A transient child tells the two apart. */
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].reason[0] == '\0')
			continue;
		struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(TRANSIENT_WORKER("a"))));

		crash(f, "app/a", rows[i].reason);
		assert_children(f, "app", rows[i].benign ? "a undefined" : "a running");
		fixture_free(f);
	}
}

TEST(rule_1_2_normal_signal_does_nothing_to_a_plain_process)
{
	struct fixture *f = three();

	signal_from_stranger(f, "app/plain", "normal");
	signal_from(f, pid(f, "app/other"), pid(f, "app/plain"), "normal");
	signal_from(f, pid(f, "app"), pid(f, "app/plain"), "normal");
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_1_2_normal_signal_is_a_message_to_one_that_traps)
{
	struct fixture *f = three();

	hold(f, "app/traps");
	signal_from_stranger(f, "app/traps", "normal");
	assert_text(mail(f, "app/traps"), "exit normal");
	release(f, "app/traps");
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_1_2_other_signal_ends_a_plain_process_with_its_reason)
{
	static const char *const reasons[] = {"boom", "shutdown", "{shutdown,x}", "killed"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(TRANSIENT_WORKER("plain"))));
		char expected[100];

		snprintf(expected, sizeof expected, "exit app/plain %s", reasons[i]);
		signal_from_stranger(f, "app/plain", reasons[i]);
		assert_memory_equal(events(f), expected, strlen(expected));
		fixture_free(f);
	}
}

TEST(rule_1_2_other_signal_is_a_message_to_one_that_traps)
{
	struct fixture *f = three();

	hold(f, "app/traps");
	signal_from_stranger(f, "app/traps", "boom");
	signal_from(f, pid(f, "app/other"), pid(f, "app/traps"), "shutdown");
	assert_text(mail(f, "app/traps"), "exit boom; exit shutdown");
	release(f, "app/traps");
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_1_2_kill_cannot_be_trapped)
{
	struct fixture *f = three();

	signal_from_stranger(f, "app/traps", "kill");
	signal_from_stranger(f, "app/plain", "kill");
	assert_events(f, "exit app/traps killed; exit app/plain killed; "
			 "child_terminated app/traps killed; child_terminated app/plain killed");
	fixture_free(f);
}

TEST(rule_1_3_after_a_kill_everybody_sees_killed)
{
	struct fixture *f = three();

	link_actors(f, "app/plain", "app/traps");
	hold(f, "app/traps");
	assert_int_equal(rt_monitor(f->rt, pid(f, "app/traps"), pid(f, "app/plain")), RT_OK);
	kill_actor(f, "app/plain");
	assert_events(f, "exit app/plain killed; child_terminated app/plain killed");
	assert_text(mail(f, "app/traps"), "down killed; exit killed");
	fixture_free(f);
}

TEST(rule_1_3_killed_is_abnormal)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(TRANSIENT_WORKER("a"))));

	kill_actor(f, "app/a");
	assert_events(f, "exit app/a killed; child_terminated app/a killed; start app/a");
	fixture_free(f);
}

TEST(rule_1_4_a_link_works_both_ways)
{
	static const char *const names[2] = {"app/plain", "app/other"};

	for (int first = 0; first < 2; first++) {
		for (int dies = 0; dies < 2; dies++) {
			struct fixture *f = three();

			link_actors(f, names[first], names[!first]);
			crash(f, names[dies], "boom");
			assert_gone(f, names[0]);
			assert_gone(f, names[1]);
			assert_alive(f, "app/traps");
			fixture_free(f);
		}
	}
}

TEST(rule_1_4_linking_twice_is_one_link)
{
	struct fixture *f = three();

	link_actors(f, "app/plain", "app/traps");
	link_actors(f, "app/traps", "app/plain");
	hold(f, "app/traps");
	crash(f, "app/plain", "boom");
	assert_text(mail(f, "app/traps"), "exit boom");
	fixture_free(f);
}

TEST(rule_1_4_a_normal_end_over_a_link_harms_nobody)
{
	struct fixture *f = three();

	link_actors(f, "app/plain", "app/other");
	crash(f, "app/other", "normal");
	assert_events(f, "exit app/other normal");
	fixture_free(f);
}

TEST(rule_1_4_unlinked_processes_do_not_care)
{
	struct fixture *f = three();

	link_actors(f, "app/plain", "app/other");
	rt_unlink(f->rt, pid(f, "app/other"), pid(f, "app/plain"));
	crash(f, "app/other", "boom");
	assert_events(f, "exit app/other boom; child_terminated app/other boom");
	fixture_free(f);
}

TEST(rule_1_4_killed_over_a_link_can_be_trapped)
{
	struct fixture *f = three();

	link_actors(f, "app/traps", "app/plain");
	link_actors(f, "app/other", "app/plain");
	kill_actor(f, "app/plain");
	assert_events(f, "exit app/plain killed; exit app/other killed; "
			 "child_terminated app/plain killed; child_terminated app/other killed");
	assert_alive(f, "app/traps");
	fixture_free(f);
}

TEST(rule_1_4_kill_as_an_own_reason_can_be_trapped)
{
	struct fixture *f = three();

	link_actors(f, "app/traps", "app/plain");
	link_actors(f, "app/other", "app/plain");
	crash(f, "app/plain", "kill");
	assert_events(f, "exit app/plain kill; exit app/other kill; "
			 "child_terminated app/plain kill; child_terminated app/other kill");
	assert_alive(f, "app/traps");
	fixture_free(f);
}

TEST(rule_1_4_linking_to_the_dead_sends_noproc)
{
	struct fixture *f = three();
	rt_id dead = pid(f, "app/other");

	crash(f, "app/other", "normal");
	settle(f);
	hold(f, "app/traps");
	assert_int_equal(rt_link(f->rt, pid(f, "app/traps"), dead), RT_OK);
	assert_text(mail(f, "app/traps"), "exit noproc");
	assert_int_equal(rt_link(f->rt, pid(f, "app/plain"), dead), RT_OK);
	assert_events(f, "exit app/other normal; exit app/plain noproc; child_terminated app/plain noproc");
	fixture_free(f);
}

TEST(rule_1_5_a_monitor_gives_one_notice_and_ties_nobody)
{
	struct fixture *f = three();

	assert_int_equal(rt_monitor(f->rt, pid(f, "app/plain"), pid(f, "app/other")), RT_OK);
	hold(f, "app/plain");
	crash(f, "app/other", "boom");
	settle(f);
	assert_alive(f, "app/plain");
	assert_text(mail(f, "app/plain"), "down boom");
	fixture_free(f);
}

TEST(rule_1_5_a_monitor_is_one_way)
{
	struct fixture *f = three();

	assert_int_equal(rt_monitor(f->rt, pid(f, "app/plain"), pid(f, "app/other")), RT_OK);
	hold(f, "app/other");
	crash(f, "app/plain", "boom");
	assert_text(mail(f, "app/other"), "");
	release(f, "app/other");
	assert_alive(f, "app/other");
	fixture_free(f);
}

TEST(rule_1_5_monitoring_the_dead_gives_noproc_at_once)
{
	struct fixture *f = three();
	rt_id dead = pid(f, "app/other");

	crash(f, "app/other", "boom");
	hold(f, "app/plain");
	assert_int_equal(rt_monitor(f->rt, pid(f, "app/plain"), dead), RT_OK);
	assert_text(mail(f, "app/plain"), "down noproc");
	release(f, "app/plain");
	assert_alive(f, "app/plain");
	fixture_free(f);
}

struct heard {
	unsigned n;
	uint32_t tag[8];
};

static void hear(void *ctx, rt_id to, const struct rt_msg *msg)
{
	struct heard *heard = ctx;

	(void)to;
	assert_true(heard->n < 8);
	heard->tag[heard->n++] = msg->tag;
}

TEST(rule_1_6_messages_arrive_in_the_order_sent)
{
	struct fixture *f = three();
	struct heard heard = {0};

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &heard, .message = hear});
	for (uint32_t tag = 1; tag <= 5; tag++)
		assert_int_equal(rt_send(f->rt, pid(f, "app/traps"), &(struct rt_msg){.tag = tag}), RT_OK);
	settle(f);
	assert_int_equal(heard.n, 5);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(heard.tag[i], i + 1);
	fixture_free(f);
}

TEST(rule_1_6_signals_and_messages_keep_their_order)
{
	struct fixture *f = three();
	struct heard heard = {0};
	rt_id app = pid(f, "app"), traps = pid(f, "app/traps");

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &heard, .message = hear});
	assert_int_equal(rt_send(f->rt, traps, &(struct rt_msg){.from = app, .tag = 1}), RT_OK);
	signal_from(f, app, traps, "enough");
	assert_int_equal(rt_send(f->rt, traps, &(struct rt_msg){.from = app, .tag = 2}), RT_OK);
	assert_events(f, "exit app/traps enough; child_terminated app/traps enough");
	assert_int_equal(heard.n, 1);
	assert_int_equal(heard.tag[0], 1);
	fixture_free(f);
}

TEST(rule_1_7_a_supervisor_traps_exits_even_while_it_starts)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b")))), RT_OK);
	assert_int_equal(rt_step(f->rt), RT_OK);
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, pid(f, "app"), &info), RT_OK);
	assert_true(info.trap_exit);
	assert_int_equal(info.life, RT_STARTING);
	signal_from_stranger(f, "app", "boom");
	assert_events(f, "start app; start app/a; start app/b");
	fixture_free(f);
}

TEST(rule_1_7_a_child_is_linked_to_its_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/a killed");
	fixture_free(f);
}

TEST(rule_1_7_a_link_that_was_cut_can_be_tied_again)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))));

	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	assert_int_equal(rt_link(f->rt, pid(f, "app/a"), pid(f, "app")), RT_OK);
	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	fixture_free(f);
}

TEST(rule_1_7_linking_a_child_to_its_supervisor_again_changes_nothing)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true))));

	assert_int_equal(rt_link(f->rt, pid(f, "app"), pid(f, "app/a")), RT_OK);
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/a killed");
	fixture_free(f);
}

/* --- 1.8 orphans
 * ------------------------------------------------------------------------------------------------- */

TEST(rule_1_8_children_of_a_killed_supervisor_end_with_killed)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("plain"), WORKER("traps", .trap_exit = true),
							   STUBBORN("stubborn"), SLOW("slow", 1000))))));

	kill_actor(f, "app/s");
	settle(f);
	/* Those that trap see a signal from their parent and obey it, whatever they do on `shutdown`. */
	assert_int_equal(count_events(f, RT_EV_EXIT, "app/s/plain"), 1);
	assert_int_equal(count_events(f, RT_EV_EXIT, "app/s/traps"), 1);
	assert_int_equal(count_events(f, RT_EV_EXIT, "app/s/stubborn"), 1);
	assert_int_equal(count_events(f, RT_EV_EXIT, "app/s/slow"), 1);
	assert_starts(f, "app/s/stubborn", 2);
	assert_int_equal(rt_alive(f->rt), 6);
	fixture_free(f);
}

TEST(rule_1_8_their_reason_is_killed)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true), WORKER("b"))));

	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/b killed; exit app/a killed");
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

TEST(rule_1_8_child_supervisors_stop_their_own_in_order_first)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))))));

	kill_actor(f, "app");
	assert_events(f,
		      "exit app killed; exit app/s/c shutdown; exit app/s/b shutdown; exit app/s/a shutdown; "
		      "exit app/s killed");
	fixture_free(f);
}

TEST(rule_1_8_old_and_new_generation_overlap)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(ONE_FOR_ONE("t", CHILDREN(SLOW("w", 1000))))))));
	rt_id old = pid(f, "app/s/t/w"), t = pid(f, "app/s/t");

	kill_actor(f, "app/s");
	assert_events(f, "exit app/s killed; child_terminated app/s killed; start app/s; start app/s/t; "
			 "start app/s/t/w");
	assert_int_not_equal(pid(f, "app/s/t/w"), old);
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, t, &info), RT_OK);
	assert_true(info.orphan);
	assert_int_equal(info.life, RT_STOPPING);
	assert_int_equal(rt_actor(f->rt, old, &info), RT_OK);
	assert_int_equal(rt_alive(f->rt), 6);
	fixture_check(f);
	wait_ms(f, 1000);
	assert_events(f, "exit app/s/t/w shutdown; exit app/s/t killed");
	assert_int_equal(rt_alive(f->rt), 4);
	fixture_free(f);
}

TEST(rule_1_8_an_orphans_death_is_no_business_of_the_new_supervisor)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(ONE_FOR_ONE("t", CHILDREN(SLOW("w", 1000))))))));
	rt_id old = pid(f, "app/s/t/w");

	kill_actor(f, "app/s");
	look_away(f);
	assert_int_equal(rt_kill(f->rt, old), RT_OK);
	assert_events(f, "exit app/s/t/w killed; shutdown_error app/s/t/w killed; exit app/s/t killed");
	assert_starts(f, "app/s/t/w", 2);
	assert_int_equal(restarts_in_window(f, "app/s/t"), 0);
	fixture_free(f);
}

TEST(rule_1_8_a_death_over_a_link_and_one_from_above_meet)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("c"), SLOW("slow", 1000))), WORKER("w"))));

	/* s is told to stop, and told again, without memory, when app is killed: then it ends at once. */
	request(f, "terminate_child app s");
	settle(f);
	link_actors(f, "app/w", "app/s/c");
	rt_fail_nth(f->rt, 1);
	kill_actor(f, "app");
	assert_true(rt_fail_fired(f->rt));
	assert_events(f, "exit app killed; exit app/w killed; exit app/s killed; exit app/s/c killed; "
			 "exit app/s/slow killed");
	assert_int_equal(f->rt->actors.live, 0);
	assert_int_equal(f->rt->records.live, 0);
	fixture_free(f);
}

/* --- 1.9 whom a supervisor obeys
 * -------------------------------------------------------------------------------- */

static struct fixture *nested(void)
{
	return start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(ONE_FOR_ONE("s", .restart = RT_TEMPORARY, CHILDREN(WORKER("a"), WORKER("b"))),
				WORKER("w"))));
}

TEST(rule_1_9_a_supervisor_ignores_strangers)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = nested();

		signal_from_stranger(f, "app/s", reasons[i]);
		signal_from(f, pid(f, "app/w"), pid(f, "app/s"), reasons[i]);
		signal_from(f, pid(f, "app/s/a"), pid(f, "app/s"), reasons[i]);
		signal_from_stranger(f, "app", reasons[i]);
		assert_events(f, "");
		fixture_free(f);
	}
}

TEST(rule_1_9_a_strangers_kill_works)
{
	struct fixture *f = nested();

	signal_from_stranger(f, "app/s", "kill");
	assert_events(f, "exit app/s killed; exit app/s/b killed; exit app/s/a killed; "
			 "child_terminated app/s killed");
	fixture_free(f);
}

TEST(rule_1_9_a_linked_stranger_is_a_stranger)
{
	struct fixture *f = nested();

	link_actors(f, "app/w", "app/s");
	crash(f, "app/w", "boom");
	assert_events(f, "exit app/w boom; child_terminated app/w boom; start app/w");
	fixture_free(f);
}

TEST(rule_1_9_a_supervisor_obeys_its_parent_whatever_the_reason)
{
	static const char *const reasons[] = {"normal", "shutdown", "{shutdown,x}", "killed", "boom"};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		struct fixture *f = nested();
		char expected[200];
		bool benign = rt_reason_text_benign(reasons[i]);

		snprintf(expected, sizeof expected,
			 "exit app/s/b shutdown; exit app/s/a shutdown; exit app/s %s%s%s", reasons[i],
			 benign ? "" : "; child_terminated app/s ", benign ? "" : reasons[i]);
		signal_from(f, pid(f, "app"), pid(f, "app/s"), reasons[i]);
		assert_events(f, expected);
		fixture_free(f);
	}
}

RUN(cmocka_unit_test(rule_1_1_only_benign_reasons_and_killed_mean_something),
    cmocka_unit_test(rule_1_2_normal_signal_does_nothing_to_a_plain_process),
    cmocka_unit_test(rule_1_2_normal_signal_is_a_message_to_one_that_traps),
    cmocka_unit_test(rule_1_2_other_signal_ends_a_plain_process_with_its_reason),
    cmocka_unit_test(rule_1_2_other_signal_is_a_message_to_one_that_traps),
    cmocka_unit_test(rule_1_2_kill_cannot_be_trapped),
    cmocka_unit_test(rule_1_3_after_a_kill_everybody_sees_killed),
    cmocka_unit_test(rule_1_3_killed_is_abnormal),
    cmocka_unit_test(rule_1_4_a_link_works_both_ways),
    cmocka_unit_test(rule_1_4_linking_twice_is_one_link),
    cmocka_unit_test(rule_1_4_a_normal_end_over_a_link_harms_nobody),
    cmocka_unit_test(rule_1_4_unlinked_processes_do_not_care),
    cmocka_unit_test(rule_1_4_killed_over_a_link_can_be_trapped),
    cmocka_unit_test(rule_1_4_kill_as_an_own_reason_can_be_trapped),
    cmocka_unit_test(rule_1_4_linking_to_the_dead_sends_noproc),
    cmocka_unit_test(rule_1_5_a_monitor_gives_one_notice_and_ties_nobody),
    cmocka_unit_test(rule_1_5_a_monitor_is_one_way),
    cmocka_unit_test(rule_1_5_monitoring_the_dead_gives_noproc_at_once),
    cmocka_unit_test(rule_1_6_messages_arrive_in_the_order_sent),
    cmocka_unit_test(rule_1_6_signals_and_messages_keep_their_order),
    cmocka_unit_test(rule_1_7_a_supervisor_traps_exits_even_while_it_starts),
    cmocka_unit_test(rule_1_7_a_child_is_linked_to_its_supervisor),
    cmocka_unit_test(rule_1_7_a_link_that_was_cut_can_be_tied_again),
    cmocka_unit_test(rule_1_7_linking_a_child_to_its_supervisor_again_changes_nothing),
    cmocka_unit_test(rule_1_8_children_of_a_killed_supervisor_end_with_killed),
    cmocka_unit_test(rule_1_8_their_reason_is_killed),
    cmocka_unit_test(rule_1_8_child_supervisors_stop_their_own_in_order_first),
    cmocka_unit_test(rule_1_8_old_and_new_generation_overlap),
    cmocka_unit_test(rule_1_8_an_orphans_death_is_no_business_of_the_new_supervisor),
    cmocka_unit_test(rule_1_8_a_death_over_a_link_and_one_from_above_meet),
    cmocka_unit_test(rule_1_9_a_supervisor_ignores_strangers),
    cmocka_unit_test(rule_1_9_a_strangers_kill_works),
    cmocka_unit_test(rule_1_9_a_linked_stranger_is_a_stranger),
    cmocka_unit_test(rule_1_9_a_supervisor_obeys_its_parent_whatever_the_reason))
