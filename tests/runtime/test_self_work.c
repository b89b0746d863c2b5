/* test_self_work.c - what a handler may do about time, others and requests, and that nothing of it ever
 * happened if the handler crashes. */
#include "tests/support/play.h"

#include <signal.h>

#include "runtime/core.h"
#include "runtime/guard.h"

#define CLIENT 0
#define SERVER 1

static struct fixture *two(void)
{
	struct fixture *f;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000,
				    CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER))));
	play_watch(f);
	return f;
}

static void send_to(struct fixture *f, const char *path)
{
	struct rt_msg msg = {.tag = 9};

	assert_int_equal(rt_send(f->rt, pid(f, path), &msg), RT_OK);
}

static unsigned waiting(struct fixture *f, const char *path)
{
	struct rt_actor_info info;

	settle(f);
	assert_int_equal(rt_actor(f->rt, pid(f, path), &info), RT_OK);
	return info.mailbox;
}

/* --- work
 * -------------------------------------------------------------------------------------------------------- */

TEST(unit_work_takes_its_time_and_then_the_answer_goes_out)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].work = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	play_ask(f, "app/c", &ask);
	settle(f);
	send_to(f, "app/s");
	wait_ms(f, 9);
	assert_int_equal(play[SERVER].requests, 1);
	assert_int_equal(play[CLIENT].answers, 0);
	/* Nothing else is taken meanwhile. */
	assert_int_equal(play[SERVER].plain, 0);
	assert_int_equal(waiting(f, "app/s"), 2);
	wait_ms(f, 1);
	assert_int_equal(play[CLIENT].answers, 1);
	assert_int_equal(play[SERVER].requests, 2);
	wait_ms(f, 10);
	assert_int_equal(play[SERVER].plain, 1);
	assert_account(f, "app/s", "2 offered, 2 served");
	play_end(f);
}

static void work_twice(struct rt_self *self, struct play_part *part)
{
	struct rt_msg msg = {.tag = 9};

	(void)part;
	assert_int_equal(rt_self_send(self, rt_self_id(self), &msg), RT_OK);
	rt_self_work(self, 3 * RT_MS);
	rt_self_work(self, 0);
	rt_self_work(self, 4 * RT_MS);
}

static void work_for_ever(struct rt_self *self, struct play_part *part)
{
	(void)part;
	rt_self_work(self, RT_FOREVER);
	rt_self_work(self, RT_FOREVER);
}

TEST(unit_several_add_up)
{
	struct fixture *f = two();

	play_do(f, "app/c", work_twice);
	wait_ms(f, 6);
	assert_int_equal(play[CLIENT].plain, 0);
	wait_ms(f, 1);
	assert_int_equal(play[CLIENT].plain, 1);
	play_do(f, "app/c", work_for_ever);
	send_to(f, "app/c");
	wait_ms(f, 1000000);
	assert_int_equal(play[CLIENT].plain, 1);
	crash(f, "app/c", "boom");
	send_to(f, "app/s");
	settle(f);
	assert_int_equal(play[SERVER].plain, 1);
	play_end(f);
}

TEST(unit_who_dies_at_work_never_sent_anything)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	struct rt_service none;

	/* An answer, */
	play[SERVER].work = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 5);
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_true(play_latest(f, RT_EV_REQUEST).cause == play_latest(f, RT_EV_EXIT).seq);
	/* something swallowed, */
	play[SERVER].how = PLAY_SWALLOW;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 5);
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "2 offered, 2 lost");
	/* a request of its own, a message. */
	play[SERVER].how = PLAY_ASK;
	play[SERVER].ask = play_to(f, "app/c");
	play_ask(f, "app/c", &ask);
	play_do(f, "app/s", work_twice);
	wait_ms(f, 5);
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "3 offered, 3 lost");
	assert_false(rt_service(f->rt, rt_path_find(f->rt, "app/c"), &none));
	wait_ms(f, 100);
	assert_int_equal(play[SERVER].plain, 0);
	assert_int_equal(f->rt->ledger.live, 0);
	play_end(f);
}

TEST(unit_an_order_to_stop_waits_for_those_who_trap)
{
	struct fixture *f;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", CHILDREN(PLAYER("plain", 0), PLAYER("traps", 1, .trap_exit = true),
						    PLAYER("slow", 2, .trap_exit = true, .shutdown_ms = 5))));
	play_do(f, "app/plain", work_twice);
	play_do(f, "app/traps", work_twice);
	play_do(f, "app/slow", work_twice);
	settle(f);
	shutdown_tree(f);
	settle(f);
	/* The last one first, and its time is over before its work is done. */
	assert_events(f, "");
	wait_ms(f, 5);
	assert_events(f, "exit app/slow killed; shutdown_error app/slow killed");
	wait_ms(f, 1);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "exit app/traps shutdown; exit app/plain shutdown; exit app shutdown");
	play_end(f);
}

TEST(unit_suspended_at_work)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].work = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	play_ask(f, "app/c", &ask);
	wait_ms(f, 5);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
	wait_ms(f, 100);
	assert_account(f, "app/s", "2 offered, 1 served, 1 in flight");
	assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
	wait_ms(f, 10);
	assert_account(f, "app/s", "2 offered, 2 served");
	play_end(f);
}

static rt_time five_more(void *ctx, rt_id worker, const struct rt_msg *msg)
{
	rt_id *busy = ctx;

	assert_non_null(msg);
	return worker == *busy ? 5 * RT_MS : 0;
}

TEST(unit_a_burden_comes_on_top)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	rt_id server = pid(f, "app/s");
	struct rt_hooks hooks = {.ctx = &server, .burden = five_more};

	rt_hooks_set(f->rt, &hooks);
	play_ask(f, "app/c", &ask);
	wait_ms(f, 4);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	wait_ms(f, 1);
	assert_account(f, "app/s", "1 offered, 1 served");
	play[SERVER].work = 5 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 9);
	assert_account(f, "app/s", "2 offered, 1 served, 1 in flight");
	wait_ms(f, 1);
	assert_account(f, "app/s", "2 offered, 2 served");
	play_end(f);
}

TEST(sweep_work)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		play[SERVER].work = RT_MS;
		assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
		play_ask(f, "app/c", &ask);
		settle(f);
		assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
		rt_fail_nth(f->rt, nth);
		settle(f);
		fired = rt_fail_fired(f->rt);
		/* Without memory to take it, it is lost; without memory for the timer, it takes no time. */
		if (fired)
			assert_int_equal(play[CLIENT].answers, 1);
		wait_ms(f, 1);
		rt_fail_nth(f->rt, 0);
		assert_int_equal(play[CLIENT].answers, 1);
		play_end(f);
		assert_in_range(nth, 1, 10);
	}
}

/* --- the intake
 * -------------------------------------------------------------------------------------------------- */

static void open_intake(struct rt_self *self, struct play_part *part)
{
	(void)part;
	rt_self_intake(self, true);
}

static unsigned heard;

static void listen(void *ctx, rt_id to, const struct rt_msg *msg)
{
	rt_id *server = ctx;

	heard += to == *server && msg->tag == RT_TAG_REQUEST;
}

TEST(unit_requests_wait_while_the_intake_is_closed)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	rt_id server = pid(f, "app/s");
	struct rt_hooks hooks = {.ctx = &server, .message = listen};

	heard = 0;
	rt_hooks_set(f->rt, &hooks);
	play[SERVER].closes = true;
	for (unsigned i = 0; i < 4; i++)
		play_ask(f, "app/c", &ask);
	settle(f);
	send_to(f, "app/s");
	play_ask(f, "app/c", &ask);
	assert_int_equal(waiting(f, "app/s"), 4);
	assert_int_equal(play[SERVER].requests, 1);
	assert_int_equal(heard, 1);
	assert_int_equal(play[SERVER].plain, 1);
	/* One more each time that it opens, in their order, before what came later. */
	for (unsigned i = 2; i <= 5; i++) {
		play_do(f, "app/s", open_intake);
		settle(f);
		assert_int_equal(play[SERVER].requests, i);
	}
	assert_account(f, "app/s", "5 offered, 5 served");
	assert_int_equal(waiting(f, "app/s"), 0);
	play_end(f);
}

static uint64_t order[8];
static unsigned n_order;

static void note_order(void *ctx, rt_id to, const struct rt_msg *msg)
{
	rt_id *server = ctx;

	if (to == *server && n_order < 8)
		order[n_order++] = msg->tag == RT_TAG_REQUEST ? msg->word[1] : msg->tag;
}

TEST(unit_and_come_first_then_in_their_order)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	rt_id server = pid(f, "app/s");
	struct rt_hooks hooks = {.ctx = &server, .message = note_order};

	play[SERVER].closes = true;
	play_ask(f, "app/c", &ask);
	settle(f);
	for (ask.question = 101; ask.question <= 103; ask.question++)
		play_ask(f, "app/c", &ask);
	settle(f);
	play[SERVER].closes = false;
	n_order = 0;
	rt_hooks_set(f->rt, &hooks);
	play_do(f, "app/s", open_intake);
	send_to(f, "app/s");
	settle(f);
	assert_int_equal(n_order, 5);
	assert_int_equal(order[1], 101);
	assert_int_equal(order[2], 102);
	assert_int_equal(order[3], 103);
	assert_int_equal(order[4], 9);
	play_end(f);
}

static void note_hook(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	(void)ctx, (void)self, (void)state, (void)size;
	if (n_order < 8)
		order[n_order++] = code;
}

TEST(unit_but_after_a_hook)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	rt_id server = pid(f, "app/s");
	struct rt_hooks hooks = {.ctx = &server, .message = note_order, .inside = note_hook};

	play[SERVER].closes = true;
	for (ask.question = 101; ask.question <= 103; ask.question++)
		play_ask(f, "app/c", &ask);
	settle(f);
	play[SERVER].closes = false;
	n_order = 0;
	rt_hooks_set(f->rt, &hooks);
	play_do(f, "app/s", open_intake);
	assert_int_equal(rt_step(f->rt), RT_OK);
	assert_int_equal(rt_inside(f->rt, server, 77), RT_OK);
	settle(f);
	assert_int_equal(n_order, 4);
	assert_int_equal(order[1], 77);
	assert_int_equal(order[2], 102);
	assert_int_equal(order[3], 103);
	play_end(f);
}

TEST(unit_who_dies_loses_those_that_wait_aside)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].closes = true;
	for (unsigned i = 0; i < 4; i++)
		play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/s", "boom");
	/* And its successor's intake is open. */
	play[SERVER].closes = false;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "5 offered, 2 served, 3 lost");
	play_end(f);
}

TEST(unit_who_is_about_to_end_takes_no_requests)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app",
				    CHILDREN(PLAYER("c", CLIENT),
					     PLAYER("s", SERVER, .trap_exit = true,
						    .on_shutdown = RT_STOP_DELAY, .stop_delay_ms = 10))));
	ask = play_to(f, "app/s");
	request(f, "terminate_child app s");
	settle(f);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(play[SERVER].requests, 0);
	play_end(f);
}

/* --- the first message, and the last of others
 * ------------------------------------------------------------------- */

TEST(unit_a_behaviour_may_begin_by_itself)
{
	struct fixture *f;

	play_reset();
	f = try_tree(&ONE_FOR_ONE("app", .intensity = 10,
				  CHILDREN(WORKER("b", .behaviour = &play_beginner), PLAYER("c", 1))));
	assert_int_equal(play[0].begins, 1);
	assert_int_equal(play[1].begins, 0);
	crash(f, "app/b", "boom");
	settle(f);
	assert_int_equal(play[0].begins, 2);
	play_end(f);
}

TEST(sweep_beginning)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct rt_config config = {.seed = 7};
		struct fixture *f = fixture_new(&config);
		enum rt_status status;

		play_reset();
		rt_fail_nth(f->rt, nth);
		status = rt_start(f->rt,
				  &ONE_FOR_ONE("app", CHILDREN(WORKER("b", .behaviour = &play_beginner))));
		settle(f);
		fired = rt_fail_fired(f->rt);
		rt_fail_nth(f->rt, 0);
		assert_true(status == RT_OK || fired);
		assert_int_equal(play[0].begins, !fired);
		play_end(f);
		assert_in_range(nth, 1, 100);
	}
}

static rt_id watched;

static void watch(struct rt_self *self, struct play_part *part)
{
	(void)part;
	assert_int_equal(rt_self_watch(self, watched), RT_OK);
	assert_int_equal(rt_self_watch(self, watched), RT_OK);
}

TEST(unit_who_watches_is_told_once_and_why)
{
	struct fixture *f = two();

	watched = pid(f, "app/s");
	play_do(f, "app/c", watch);
	settle(f);
	crash(f, "app/s", "boom");
	settle(f);
	assert_int_equal(play[CLIENT].downs, 1);
	assert_int_equal(play[CLIENT].word, atom(f, "boom"));
	/* Of the dead, at once. */
	play_do(f, "app/c", watch);
	settle(f);
	assert_in_range(play[CLIENT].downs, 2, 3);
	assert_int_equal(play[CLIENT].word, RT_A_NOPROC);
	play_end(f);
}

TEST(unit_what_is_watched_from_outside_is_no_matter_of_the_worker)
{
	struct fixture *f = two();

	assert_int_equal(rt_monitor(f->rt, pid(f, "app/c"), pid(f, "app/s")), RT_OK);
	crash(f, "app/s", "boom");
	settle(f);
	assert_int_equal(play[CLIENT].downs, 0);
	/* Also when it is both. */
	watched = pid(f, "app/s");
	assert_int_equal(rt_monitor(f->rt, pid(f, "app/c"), watched), RT_OK);
	play_do(f, "app/c", watch);
	settle(f);
	crash(f, "app/s", "boom");
	settle(f);
	assert_int_equal(play[CLIENT].downs, 1);
	play_end(f);
}

/* --- crashes in the middle
 * ------------------------------------------------------------------------------------------ */

static int *volatile nowhere;
static unsigned crash_at;
static uint64_t asked_id;

static __attribute__((noinline, no_sanitize("undefined", "address"))) void point(unsigned at)
{
	if (at == crash_at)
		*nowhere = 1;
}

static void do_everything(struct rt_self *self, struct play_part *part)
{
	struct rt_msg msg = {.tag = 9};
	struct rt_asked asked;
	uint64_t timer;

	point(1);
	assert_int_equal(rt_self_send(self, watched, &msg), RT_OK);
	point(2);
	assert_int_equal(rt_self_ask(self, &part->ask, &asked_id), RT_OK);
	assert_true(rt_self_asked(self, asked_id, &asked));
	point(3);
	assert_int_equal(rt_self_after(self, RT_MS, 1, &timer), RT_OK);
	point(4);
	assert_int_equal(rt_self_watch(self, watched), RT_OK);
	point(5);
	rt_self_answer(self, part->latest, RT_SERVED, 1);
	point(6);
	rt_self_intake(self, false);
	point(7);
	rt_self_work(self, RT_MS);
	point(8);
	rt_self_cancel(self, timer);
	point(9);
}

TEST(unit_of_a_handler_that_crashes_nothing_ever_happened)
{
	for (crash_at = 1; crash_at <= 10; crash_at++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		assert_int_equal(rt_guard_install(NULL), RT_OK);
		assert_int_equal(rt_guard_enter(), RT_OK);
		rt_guard_protect(f->rt);
		watched = pid(f, "app/c");
		play[SERVER].how = PLAY_KEEP;
		play[SERVER].ask = play_to(f, "app/c");
		play_ask(f, "app/c", &ask);
		settle(f);
		play_do(f, "app/s", do_everything);
		settle(f);
		wait_ms(f, 10);
		if (crash_at == 10) {
			assert_account(f, "app/s", "1 offered, 1 wrong");
			assert_account(f, "app/c", "1 offered, 1 served");
		} else {
			assert_account(f, "app/s", "1 offered, 1 lost");
			assert_account(f, "app/c", "nothing");
			assert_starts(f, "app/s", 2);
		}
		assert_int_equal(play[CLIENT].plain, crash_at == 10);
		assert_int_equal(play[SERVER].timers, 0);
		rt_protect(f->rt, NULL);
		rt_guard_leave();
		play_end(f);
	}
}

static void bad_pointer(struct rt_self *self, struct play_part *part)
{
	(void)part;
	switch (crash_at) {
	case 0: {
		enum rt_status status = rt_self_ask(self, (const struct rt_ask *)(uintptr_t)16, NULL);

		(void)status;
		break;
	}
	case 1:
		rt_self_work(self, -1);
		break;
	case 2: {
		enum rt_status status = rt_self_after(self, -1, 0, NULL);

		(void)status;
		break;
	}
	case 3:
		rt_self_answer(self, 1, RT_LOST, 0);
		break;
	case 4: {
		enum rt_status status = rt_self_after(self, 1, 0, (uint64_t *)(uintptr_t)16);

		(void)status;
		break;
	}
	}
}

TEST(unit_a_wrong_argument_is_the_crash_of_the_handler)
{
	struct fixture *f = two();

#if defined(__SANITIZE_ADDRESS__)
	play_end(f);
	skip();
#endif
	assert_int_equal(rt_guard_install(NULL), RT_OK);
	assert_int_equal(rt_guard_enter(), RT_OK);
	rt_guard_protect(f->rt);
	for (crash_at = 0; crash_at <= 4; crash_at++) {
		play_do(f, "app/s", bad_pointer);
		settle(f);
		assert_starts(f, "app/s", crash_at + 2);
	}
	rt_protect(f->rt, NULL);
	rt_guard_leave();
	assert_int_equal(f->rt->timers.count, 0);
	play_end(f);
}

RUN(cmocka_unit_test(unit_work_takes_its_time_and_then_the_answer_goes_out),
    cmocka_unit_test(unit_several_add_up),
    cmocka_unit_test(unit_who_dies_at_work_never_sent_anything),
    cmocka_unit_test(unit_an_order_to_stop_waits_for_those_who_trap),
    cmocka_unit_test(unit_suspended_at_work),
    cmocka_unit_test(unit_a_burden_comes_on_top),
    cmocka_unit_test(sweep_work),
    cmocka_unit_test(unit_requests_wait_while_the_intake_is_closed),
    cmocka_unit_test(unit_and_come_first_then_in_their_order),
    cmocka_unit_test(unit_but_after_a_hook),
    cmocka_unit_test(unit_who_dies_loses_those_that_wait_aside),
    cmocka_unit_test(unit_who_is_about_to_end_takes_no_requests),
    cmocka_unit_test(unit_a_behaviour_may_begin_by_itself),
    cmocka_unit_test(sweep_beginning),
    cmocka_unit_test(unit_who_watches_is_told_once_and_why),
    cmocka_unit_test(unit_what_is_watched_from_outside_is_no_matter_of_the_worker),
    cmocka_unit_test(unit_of_a_handler_that_crashes_nothing_ever_happened),
    cmocka_unit_test(unit_a_wrong_argument_is_the_crash_of_the_handler))
