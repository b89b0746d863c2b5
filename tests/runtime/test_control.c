/* test_control.c - what the owner of a runtime may do, and what he is told when he may not. */
#include "tests/support/fixture.h"

static struct fixture *small(void)
{
	return start_tree(&ONE_FOR_ONE("app", .intensity = 9,
				       CHILDREN(WORKER("a"), ONE_FOR_ONE("s", CHILDREN(WORKER("b"))))));
}

TEST(unit_stale_handles_are_recognised)
{
	struct fixture *f = small();
	rt_id a = pid(f, "app/a");
	struct rt_actor_info info;

	for (int i = 0; i < 3; i++) {
		crash(f, "app/a", "boom");
		settle(f);
	}
	/* The slot has had several owners since. */
	assert_int_equal(rt_exit(f->rt, a, RT_A_NORMAL), RT_ENOENT);
	assert_int_equal(rt_kill(f->rt, a), RT_ENOENT);
	assert_int_equal(rt_signal(f->rt, RT_NOBODY, a, RT_A_KILL), RT_ENOENT);
	assert_int_equal(rt_send(f->rt, a, &(struct rt_msg){.tag = 1}), RT_ENOENT);
	assert_int_equal(rt_suspend(f->rt, a), RT_ENOENT);
	assert_int_equal(rt_resume(f->rt, a), RT_ENOENT);
	assert_int_equal(rt_stop(f->rt, a, RT_A_NORMAL), RT_ENOENT);
	assert_int_equal(rt_link(f->rt, a, pid(f, "app/a")), RT_ENOENT);
	assert_int_equal(rt_monitor(f->rt, a, pid(f, "app/a")), RT_ENOENT);
	assert_int_equal(rt_actor(f->rt, a, &info), RT_ENOENT);
	assert_int_equal(rt_actor_place(f->rt, a), 0);
	rt_unlink(f->rt, a, pid(f, "app"));
	assert_int_equal(rt_exit(f->rt, RT_NOBODY, RT_A_NORMAL), RT_ENOENT);
	assert_int_equal(rt_kill(f->rt, UINT64_MAX), RT_ENOENT);
	assert_children(f, "app", "a running; s running");
	fixture_free(f);
}

TEST(unit_handles_are_never_given_out_twice)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000, CHILDREN(WORKER("a"))));
	rt_id seen[500];

	for (unsigned i = 0; i < 500; i++) {
		seen[i] = pid(f, "app/a");
		for (unsigned k = 0; k < i; k++)
			assert_true(seen[k] != seen[i]);
		kill_actor(f, "app/a");
		settle(f);
	}
	fixture_free(f);
}

TEST(unit_what_is_only_for_workers_or_only_for_supervisors)
{
	struct fixture *f = small();
	struct rt_flags flags = {.set = RT_SET_INTENSITY};
	struct rt_counts counts;

	assert_int_equal(rt_exit(f->rt, pid(f, "app/s"), RT_A_NORMAL), RT_EINVAL);
	assert_int_equal(rt_stop(f->rt, pid(f, "app/a"), RT_A_NORMAL), RT_EINVAL);
	assert_int_equal(rt_set_flags(f->rt, pid(f, "app/a"), &flags), RT_EINVAL);
	assert_int_equal(rt_count(f->rt, pid(f, "app/a"), &counts), RT_EINVAL);
	assert_int_equal(rt_count(f->rt, RT_NOBODY, &counts), RT_ENOENT);
	fixture_free(f);
}

TEST(unit_one_tree_at_a_time)
{
	struct fixture *f = small();

	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("other")), RT_ESTATE);
	shutdown_tree(f);
	settle(f);
	assert_int_equal(rt_shutdown(f->rt), RT_ENOENT);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("other")), RT_OK);
	assert_alive(f, "other");
	fixture_free(f);
}

TEST(unit_a_suspended_worker_keeps_its_messages)
{
	struct fixture *f = small();
	struct rt_actor_info info;
	rt_id a = pid(f, "app/a");

	assert_int_equal(rt_suspend(f->rt, a), RT_OK);
	assert_int_equal(rt_suspend(f->rt, a), RT_ESTATE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rt_send(f->rt, a, &(struct rt_msg){.tag = 1}), RT_OK);
	settle(f);
	assert_int_equal(rt_actor(f->rt, a, &info), RT_OK);
	assert_true(info.suspended);
	assert_int_equal(info.mailbox, 3);
	assert_int_equal(info.handled, 0);
	assert_int_equal(rt_resume(f->rt, a), RT_OK);
	assert_int_equal(rt_resume(f->rt, a), RT_ESTATE);
	settle(f);
	assert_int_equal(rt_actor(f->rt, a, &info), RT_OK);
	assert_int_equal(info.mailbox, 0);
	assert_int_equal(info.handled, 3);
	fixture_free(f);
}

TEST(unit_a_suspended_worker_that_does_not_trap_can_still_be_ended)
{
	struct fixture *f = small();

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	signal_from_stranger(f, "app/a", "boom");
	assert_starts(f, "app/a", 2);
	fixture_free(f);
}

TEST(unit_a_suspended_worker_that_traps_hangs_until_it_is_killed)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true))));

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	shutdown_tree(f);
	wait_ms(f, 4999);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "exit app/a killed; shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

TEST(unit_a_server_answers)
{
	struct fixture *f = small();
	struct rt_actor_info info;
	struct rt_msg msg = {.from = pid(f, "app/s/b"), .tag = 5, .word = {1, 2, 3}};

	assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &msg), RT_OK);
	settle(f);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/s/b"), &info), RT_OK);
	assert_int_equal(info.handled, 1); /* the answer, which is not answered in turn */
	fixture_free(f);
}

TEST(unit_a_fresh_incarnation_has_handled_nothing)
{
	struct fixture *f = small();
	struct rt_actor_info info;

	assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){.tag = 1}), RT_OK);
	settle(f);
	wait_ms(f, 250);
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/a"), &info), RT_OK);
	assert_int_equal(info.handled, 0);
	assert_int_equal(info.incarnation, 2);
	assert_true(info.started_at == 250 * RT_MS);
	assert_string_equal(info.worker, "server");
	fixture_free(f);
}

/* --- hooks
 * ------------------------------------------------------------------------------------------------------- */

struct seam {
	unsigned asked, restarts;
	enum rt_verdict verdict;
	rt_atom reason;
};

static enum rt_verdict start_hook(void *ctx, rt_place place, enum rt_type type, rt_atom *reason)
{
	struct seam *seam = ctx;

	(void)place, (void)type;
	seam->asked++;
	*reason = seam->reason;
	return seam->verdict;
}

static enum rt_verdict restart_hook(void *ctx, rt_place child, rt_atom reason)
{
	struct seam *seam = ctx;

	(void)child;
	seam->restarts++;
	seam->reason = reason;
	return RT_GO;
}

static enum rt_verdict signal_hook(void *ctx, rt_id to, rt_atom reason)
{
	(void)ctx, (void)to, (void)reason;
	return RT_REFUSE;
}

TEST(unit_hook_of_starts)
{
	struct fixture *f = small();
	struct seam seam = {.verdict = RT_SKIP, .reason = atom(f, "injected")};

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &seam, .start = start_hook});
	crash(f, "app/a", "boom");
	assert_children(f, "app", "a undefined; s running");
	seam.verdict = RT_REFUSE;
	assert_text(ask(f, "restart_child app a"), "{error,injected}");
	seam.verdict = RT_GO;
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	assert_int_equal(seam.asked, 3);
	rt_hooks_set(f->rt, NULL);
	crash(f, "app/a", "boom");
	assert_starts(f, "app/a", 3);
	assert_int_equal(seam.asked, 3);
	fixture_free(f);
}

TEST(unit_hook_of_restarts)
{
	struct fixture *f = small();
	struct seam seam = {0};

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &seam, .restart = restart_hook});
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(seam.restarts, 1);
	assert_int_equal(seam.reason, atom(f, "boom"));
	/* Not where the intensity does not allow it. */
	crash(f, "app/s/b", "boom");
	settle(f);
	crash(f, "app/s/b", "boom");
	settle(f);
	assert_int_equal(seam.restarts, 3);
	fixture_free(f);
}

TEST(unit_hook_of_signals_makes_a_worker_deaf)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .shutdown_ms = 100), WORKER("b"))));

	rt_hooks_set(f->rt, &(struct rt_hooks){.signal = signal_hook});
	shutdown_tree(f);
	wait_ms(f, 5100);
	assert_events(f, "exit app/b killed; shutdown_error app/b killed; exit app/a killed; "
			 "shutdown_error app/a killed; exit app shutdown");
	fixture_free(f);
}

/* --- observers
 * ------------------------------------------------------------------------------------------------------ */

static void count_event(void *ctx, const struct rt_event *event, const void *ext)
{
	unsigned *n = ctx;

	(void)event, (void)ext;
	++*n;
}

TEST(unit_observers_come_and_go)
{
	struct fixture *f = small();
	unsigned n[RT_OBSERVERS_MAX] = {0};

	/* The fixture is one. */
	for (unsigned i = 0; i < RT_OBSERVERS_MAX - 1; i++)
		assert_int_equal(rt_observe(f->rt, count_event, &n[i]), RT_OK);
	assert_int_equal(rt_observe(f->rt, count_event, &n[RT_OBSERVERS_MAX - 1]), RT_EFULL);
	rt_unobserve(f->rt, count_event, &n[2]);
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(n[0], 4); /* exit, report, restart, start */
	assert_int_equal(n[2], 0);
	assert_int_equal(n[RT_OBSERVERS_MAX - 2], 4);
	fixture_free(f);
}

TEST(unit_events_of_the_layers_above)
{
	struct fixture *f = small();
	rt_id a = pid(f, "app/a");
	struct rt_event event = {.kind = RT_EV_USER + 3, .actor = a};
	uint64_t seq = rt_emit(f->rt, &event, NULL);

	assert_true(seq == rt_seq(f->rt));
	assert_int_equal(event.incarnation, 1);
	assert_int_equal(event.place, rt_path_find(f->rt, "app/a"));
	rt_because(f->rt, seq);
	crash(f, "app/a", "boom");
	assert_int_equal(count_events(f, RT_EV_USER + 3, "app/a"), 1);
	fixture_free(f);
}

/* --- the same run
 * ---------------------------------------------------------------------------------------------------- */

TEST(unit_the_state_hash_tells_states_apart)
{
	struct fixture *f = small(), *g = small();

	assert_true(rt_state_hash(f->rt) == rt_state_hash(g->rt));
	crash(f, "app/a", "boom");
	settle(f);
	assert_true(rt_state_hash(f->rt) != rt_state_hash(g->rt));
	crash(g, "app/a", "boom");
	settle(g);
	assert_true(rt_state_hash(f->rt) == rt_state_hash(g->rt));
	wait_ms(f, 1);
	assert_true(rt_state_hash(f->rt) != rt_state_hash(g->rt));
	fixture_free(f);
	fixture_free(g);
}

TEST(unit_the_state_hash_sees_what_decides_the_next_start)
{
	const struct rt_child tree = ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(TRANSIENT_WORKER("a", STARTS(OK(1), IGNORE(3), OK(1)))));
	struct fixture *f = start_tree(&tree), *g = start_tree(&tree);

	/* Both are down, but the next start of one will work. */
	for (int i = 0; i < 2; i++) {
		crash(i == 0 ? f : g, "app/a", "normal");
		settle(i == 0 ? f : g);
		for (int k = 0; k < 1 + i; k++)
			assert_text(ask(i == 0 ? f : g, "restart_child app a"), "{ok,undefined}");
	}
	assert_true(rt_state_hash(f->rt) != rt_state_hash(g->rt));
	fixture_free(f);
	fixture_free(g);
}

TEST(unit_quiet_is_when_nobody_has_anything_to_do)
{
	struct fixture *f = small();

	assert_true(rt_quiet(f->rt));
	crash(f, "app/a", "boom");
	assert_false(rt_quiet(f->rt)); /* its supervisor has mail */
	assert_int_equal(rt_step(f->rt), RT_OK);
	assert_true(rt_quiet(f->rt));
	/* Who takes no messages has nothing to do. */
	assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){.tag = 1}), RT_OK);
	assert_false(rt_quiet(f->rt));
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	assert_true(rt_quiet(f->rt));
	assert_int_equal(rt_step(f->rt), RT_EAGAIN);
	fixture_free(f);
}

struct ties {
	char text[200];
	const struct rt *rt;
};

static bool put_tie(void *ctx, enum rt_tie tie, rt_id other)
{
	static const char *const words[] = { "link", "watches", "watched" };
	struct ties *ties = ctx;
	char path[100];
	size_t used = strlen(ties->text);

	rt_path_text(ties->rt, rt_actor_place(ties->rt, other), path, sizeof(path));
	snprintf(ties->text + used, sizeof(ties->text) - used, "%s %s, ", words[tie], path);
	return true;
}

static const char *ties_of(const struct fixture *f, const char *path)
{
	static struct ties ties;

	ties = (struct ties){ .rt = f->rt };
	assert_int_equal(rt_ties(f->rt, pid(f, path), put_tie, &ties), RT_OK);
	return ties.text;
}

TEST(unit_ties_are_links_and_monitors_of_either_side)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));
	rt_id a = pid(f, "app/a"), b = pid(f, "app/b");

	assert_text(ties_of(f, "app/a"), "");
	assert_int_equal(rt_link(f->rt, a, b), RT_OK);
	assert_int_equal(rt_monitor(f->rt, b, a), RT_OK);
	assert_text(ties_of(f, "app/a"), "watched app/b, link app/b, ");
	assert_text(ties_of(f, "app/b"), "watches app/a, link app/a, ");
	rt_unlink(f->rt, a, b);
	assert_text(ties_of(f, "app/a"), "watched app/b, ");
	crash(f, "app/b", "boom");
	assert_text(ties_of(f, "app/a"), "");
	assert_int_equal(rt_ties(f->rt, b, put_tie, NULL), RT_ENOENT);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_ties_are_links_and_monitors_of_either_side),
    cmocka_unit_test(unit_stale_handles_are_recognised),
    cmocka_unit_test(unit_handles_are_never_given_out_twice),
    cmocka_unit_test(unit_what_is_only_for_workers_or_only_for_supervisors),
    cmocka_unit_test(unit_one_tree_at_a_time), cmocka_unit_test(unit_a_suspended_worker_keeps_its_messages),
    cmocka_unit_test(unit_a_suspended_worker_that_does_not_trap_can_still_be_ended),
    cmocka_unit_test(unit_a_suspended_worker_that_traps_hangs_until_it_is_killed),
    cmocka_unit_test(unit_a_server_answers), cmocka_unit_test(unit_a_fresh_incarnation_has_handled_nothing),
    cmocka_unit_test(unit_hook_of_starts), cmocka_unit_test(unit_hook_of_restarts),
    cmocka_unit_test(unit_hook_of_signals_makes_a_worker_deaf), cmocka_unit_test(unit_observers_come_and_go),
    cmocka_unit_test(unit_events_of_the_layers_above),
    cmocka_unit_test(unit_the_state_hash_tells_states_apart),
    cmocka_unit_test(unit_the_state_hash_sees_what_decides_the_next_start),
    cmocka_unit_test(unit_quiet_is_when_nobody_has_anything_to_do))
