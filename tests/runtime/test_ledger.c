/* test_ledger.c - requests: each ends once, the client is told, the account of the service is right. */
#include "tests/support/play.h"
#include "tests/support/wild.h"

#include "runtime/core.h"
#include "runtime/hand.h"

#define CLIENT 0
#define SERVER 1

/* app/c asks app/s. */
static struct fixture *two(void)
{
	struct fixture *f;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000,
				    CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER))));
	play_watch(f);
	return f;
}

static uint64_t told(enum rt_outcome how)
{
	return play[CLIENT].got[how];
}

/* --- one attempt
 * ------------------------------------------------------------------------------------------------- */

TEST(unit_a_request_is_served)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(told(RT_SERVED), 1);
	assert_true(play[CLIENT].value == ask.expected);
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 0);
	play_end(f);
}

TEST(unit_each_way_to_end)
{
	static const struct {
		enum play_how how;
		const char *account;
		int told; /* -1: not at all */
		const char *event;
	} rows[] = {
		{PLAY_ANSWER, "1 offered, 1 served", RT_SERVED, NULL},
		{PLAY_WRONG, "1 offered, 1 wrong", RT_SERVED, "wrong"},
		{PLAY_DEGRADE, "1 offered, 1 degraded", RT_DEGRADED, "degraded"},
		{PLAY_FAIL, "1 offered, 1 failed", RT_FAILED, "failed"},
		{PLAY_SWALLOW, "1 offered, 1 swallowed", -1, "swallowed"},
		{PLAY_KEEP, "1 offered, 1 in flight", -1, NULL},
		{PLAY_CRASH, "1 offered, 1 lost", RT_LOST, "lost"},
	};
	char number[RT_ATOM_BUF];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");
		rt_id server = pid(f, "app/s");

		play[SERVER].how = rows[i].how;
		play_ask(f, "app/c", &ask);
		assert_account(f, "app/s", rows[i].account);
		assert_int_equal(play[CLIENT].answers, rows[i].told >= 0);
		if (rows[i].told >= 0)
			assert_int_equal(told((enum rt_outcome)rows[i].told), 1);
		/* From whoever answered: a loss is nobody's answer. */
		if (rows[i].told >= 0)
			assert_true(play[CLIENT].from == (rows[i].told == RT_LOST ? RT_NOBODY : server));
		/* What is over for everybody is forgotten. */
		assert_int_equal(f->rt->ledger.live, rows[i].how == PLAY_KEEP);
		assert_int_equal(count_events(f, RT_EV_REQUEST, "app/s"), rows[i].event != NULL);
		if (rows[i].event != NULL) {
			struct rt_event event = play_latest(f, RT_EV_REQUEST);

			assert_text(rt_atom_text(f->rt, event.reason, number), rows[i].event);
			assert_true(event.actor == server);
			assert_int_equal(event.incarnation, 1);
			assert_int_equal(event.other, rt_path_find(f->rt, "app/c"));
			assert_int_equal(event.a, 1);
			assert_int_equal(event.b, 1);
			if (rows[i].how == PLAY_CRASH)
				assert_true(event.cause == play_latest(f, RT_EV_EXIT).seq);
		}
		play_end(f);
	}
}

TEST(unit_served_ones_have_an_event_where_messages_have)
{
	struct rt_config config = {.seed = 7, .message_events = true};
	struct fixture *f = fixture_new(&config);
	struct rt_ask ask;

	play_reset();
	assert_int_equal(
		rt_start(f->rt, &ONE_FOR_ONE("app", CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER)))),
		RT_OK);
	settle(f);
	ask = play_to(f, "app/s");
	play_ask(f, "app/c", &ask);
	assert_int_equal(count_events(f, RT_EV_REQUEST, "app/s"), 1);
	/* What the client was told, the request, the answer. */
	assert_int_equal(count_events(f, RT_EV_MESSAGE, NULL), 3);
	play_end(f);
}

TEST(unit_what_a_server_sees_of_a_request)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	ask.operand = 9;
	ask.priority = RT_PRIORITY_HIGH;
	ask.timeout = 5 * RT_MS;
	wait_ms(f, 3);
	play[SERVER].how = PLAY_KEEP;
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_true(play[SERVER].asked.client == pid(f, "app/c"));
	assert_true(play[SERVER].asked.question == ask.question);
	assert_int_equal(play[SERVER].asked.operand, 9);
	assert_int_equal(play[SERVER].asked.behalf, 7);
	assert_int_equal(play[SERVER].asked.priority, RT_PRIORITY_HIGH);
	assert_int_equal(play[SERVER].asked.asked_at, 3 * RT_MS);
	assert_int_equal(play[SERVER].asked.deadline, 8 * RT_MS);
	assert_int_equal(play[SERVER].asked.attempt, 1);
	assert_int_equal(play[SERVER].asked.deliveries, 1);
	play_end(f);
}

TEST(unit_nobody_there)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", CHILDREN(PLAYER("c", CLIENT),
						    PLAYER("s", SERVER, .restart = RT_TEMPORARY))));
	ask = play_to(f, "app/s");
	ask.worker = pid(f, "app/s");
	crash(f, "app/s", "normal");
	settle(f);
	/* Of a process that is gone nobody knows where it was. */
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(told(RT_LOST), 1);
	assert_account(f, "app/s", "nothing");
	ask.worker = RT_NOBODY;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(told(RT_LOST), 2);
	/* Where nobody ever was. */
	ask.service = 0;
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(told(RT_LOST), 3);
	ask.service = 1000000;
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(told(RT_LOST), 4);
	play_end(f);
}

TEST(unit_this_process_and_no_other)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	ask.service = 0;
	ask.worker = pid(f, "app/s");
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	ask.retries = 2;
	crash(f, "app/s", "boom");
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(play[SERVER].requests, 1);
	assert_int_equal(told(RT_LOST), 1);
	/* Supervisors serve nothing themselves. */
	ask.worker = pid(f, "app");
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(told(RT_LOST), 2);
	play_end(f);
}

TEST(unit_the_dead_lose_what_waits_for_them)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
	for (unsigned i = 0; i < 5; i++)
		play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "5 offered, 5 in flight");
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "5 offered, 5 lost");
	assert_int_equal(told(RT_LOST), 5);
	play_end(f);
}

TEST(unit_an_answer_comes_once)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_KEEP;
	play_ask(f, "app/c", &ask);
	settle(f);
	uint64_t id = play[SERVER].latest;

	assert_true(id == play[CLIENT].latest);
	/* Who does not have it in hand cannot answer it. */
	play_answer(f, "app/c", id, RT_SERVED, 1);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	play_answer(f, "app/s", id, RT_SERVED, ask.expected);
	play_answer(f, "app/s", id, RT_FAILED, 0);
	play_answer(f, "app/s", id + 1, RT_FAILED, 0);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(play[CLIENT].answers, 1);
	play_end(f);
}

TEST(unit_a_server_asks_on_behalf_of_its_client)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER), PLAYER("deep", 2))));
	play[SERVER].how = PLAY_ASK;
	play[SERVER].ask = play_to(f, "app/deep");
	ask = play_to(f, "app/s");
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/deep", "1 offered, 1 served");
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_true(play[CLIENT].value == ask.expected);
	play_end(f);
}

TEST(unit_what_is_asked_aside_is_in_no_account)
{
	static const enum play_how hows[] = {PLAY_ANSWER, PLAY_WRONG, PLAY_FAIL, PLAY_SWALLOW, PLAY_CRASH};
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	ask.aside = true;
	ask.timeout = RT_SECOND;
	for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
		play[SERVER].how = hows[i];
		play_ask(f, "app/c", &ask);
		settle(f);
	}
	wait_ms(f, 2000);
	assert_account(f, "app/s", "nothing");
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 0);
	assert_int_equal(play[CLIENT].answers, 5);
	assert_int_equal(told(RT_SERVED), 2);
	assert_int_equal(told(RT_FAILED), 1);
	assert_int_equal(told(RT_LOST), 2);
	play_end(f);
}

/* --- time-outs
 * --------------------------------------------------------------------------------------------------- */

TEST(unit_the_client_stops_waiting)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_KEEP;
	ask.timeout = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 9);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	wait_ms(f, 1);
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(told(RT_LOST), 1);
	/* The event names who has it in hand. */
	assert_true(play_latest(f, RT_EV_REQUEST).actor == pid(f, "app/s"));
	assert_int_equal(play[CLIENT].from, RT_NOBODY);
	/* A late answer goes nowhere. */
	play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(play[CLIENT].answers, 1);
	play_end(f);
}

TEST(unit_who_was_swallowed_finds_out_in_the_end)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_SWALLOW;
	ask.timeout = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 swallowed");
	assert_int_equal(play[CLIENT].answers, 0);
	wait_ms(f, 10);
	assert_int_equal(told(RT_LOST), 1);
	assert_account(f, "app/s", "1 offered, 1 swallowed");
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 1);
	play_end(f);
}

/* --- retries
 * ----------------------------------------------------------------------------------------------------- */

TEST(unit_a_retry_finds_the_restarted_worker_at_the_same_instant)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_TAKE_AND_CRASH;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	assert_true(rt_now(f->rt) == 0);
	assert_starts(f, "app/s", 2);
	assert_int_equal(play[SERVER].asked.attempt, 2);
	assert_int_equal(play[SERVER].asked.deliveries, 2);
	assert_true(play[SERVER].latest == play[CLIENT].latest);
	play_end(f);
}

TEST(unit_between_attempts_that_failed_at_once_there_is_a_pause)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_FAIL;
	ask.retries = 2;
	ask.backoff = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 9);
	assert_int_equal(play[SERVER].requests, 1);
	wait_ms(f, 1);
	assert_int_equal(play[SERVER].requests, 2);
	assert_account(f, "app/s", "1 offered, 1 in flight; 1 repeated");
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 0);
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 failed; 2 repeated");
	assert_int_equal(play[CLIENT].answers, 1);
	assert_int_equal(told(RT_FAILED), 1);
	assert_int_equal(play_latest(f, RT_EV_REQUEST).a, 3);
	play_end(f);
}

TEST(unit_after_a_timeout_there_is_none)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_KEEP;
	ask.retries = 2;
	ask.timeout = 10 * RT_MS;
	ask.backoff = RT_SECOND;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 10);
	assert_int_equal(play[SERVER].requests, 2);
	/* What it answers now is for the second attempt: it has the request in hand once. */
	play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	play_end(f);
}

TEST(unit_an_answer_to_an_attempt_that_timed_out_goes_nowhere)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(PLAYER("c", CLIENT),
				ONE_FOR_ONE("pool", CHILDREN(PLAYER("a", 1), PLAYER("b", 2))))));
	ask = play_to(f, "app/pool");
	play[1].how = play[2].how = PLAY_KEEP;
	ask.retries = 1;
	ask.timeout = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 10);
	assert_int_equal(play[1].requests, 1);
	assert_int_equal(play[2].requests, 1);
	play_answer(f, "app/pool/a", play[1].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/pool", "1 offered, 1 in flight; 1 repeated");
	/* Nor does its death matter. */
	crash(f, "app/pool/a", "boom");
	assert_account(f, "app/pool", "1 offered, 1 in flight; 1 repeated");
	play_answer(f, "app/pool/b", play[2].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/pool", "1 offered, 1 served; 1 repeated");
	play_end(f);
}

TEST(unit_what_waits_too_long_is_handled_although_it_is_over)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
	ask.timeout = 10 * RT_MS;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 20);
	assert_account(f, "app/s", "1 offered, 1 lost");
	play[SERVER].asked.client = 1;
	assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
	settle(f);
	assert_int_equal(play[SERVER].requests, 2);
	assert_int_equal(play[SERVER].asked.client, 1); /* it was not told: the request is over */
	assert_account(f, "app/s", "1 offered, 1 lost; 1 repeated");
	play_end(f);
}

TEST(unit_a_swallowed_attempt_is_followed_by_another_when_its_time_is_over)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_SWALLOW;
	ask.timeout = 10 * RT_MS;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	play[SERVER].how = PLAY_ANSWER;
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	/* Without a time-out there is no other. */
	play[SERVER].how = PLAY_SWALLOW;
	ask.timeout = 0;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "2 offered, 1 served, 1 swallowed; 1 repeated");
	play_end(f);
}

TEST(unit_retries_of_nobody_do_not_run_for_ever)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	ask.service = 0;
	ask.retries = 100000;
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(told(RT_LOST), 1);
	assert_true(rt_now(f->rt) == 0);
	play_end(f);
}

/* --- the client dies
 * --------------------------------------------------------------------------------------------- */

TEST(unit_for_the_dead_nothing_is_tried_again)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_FAIL;
	ask.retries = 3;
	ask.backoff = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/c", "boom");
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 0);
	wait_ms(f, 100);
	assert_int_equal(play[SERVER].requests, 1);
	play_end(f);
}

TEST(unit_who_has_it_in_hand_can_still_answer)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_KEEP;
	ask.timeout = 10 * RT_MS;
	ask.retries = 3;
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/c", "boom");
	wait_ms(f, 100);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(play[CLIENT].answers, 0);
	play_end(f);
}

TEST(unit_or_die_with_it_or_fail_or_forget_it)
{
	static const struct {
		enum play_how how;
		const char *account;
	} rows[] = {
		{PLAY_CRASH, "1 offered, 1 lost"},
		{PLAY_FAIL, "1 offered, 1 failed"},
		{PLAY_SWALLOW, "1 offered, 1 swallowed"},
		{PLAY_WRONG, "1 offered, 1 wrong"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		play[SERVER].how = rows[i].how;
		ask.timeout = 10 * RT_MS;
		ask.retries = 3;
		assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
		play_ask(f, "app/c", &ask);
		settle(f);
		crash(f, "app/c", "boom");
		settle(f);
		assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
		assert_account(f, "app/s", rows[i].account);
		assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 1);
		play_end(f);
	}
}

TEST(unit_a_swallowed_one_whose_client_dies)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_SWALLOW;
	ask.timeout = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "2 offered, 1 swallowed, 1 in flight");
	crash(f, "app/c", "boom");
	assert_account(f, "app/s", "2 offered, 2 swallowed");
	play_end(f);
}

TEST(unit_client_and_server_die_together)
{
	struct fixture *f;
	struct rt_ask ask;

	for (int first = 0; first < 3; first++) {
		play_reset();
		f = start_tree(&ONE_FOR_ONE(
			"app", .intensity = 100,
			CHILDREN(ONE_FOR_ALL("s", CHILDREN(PLAYER("a", 1), PLAYER("b", 2))))));
		assert_int_equal(rt_link(f->rt, pid(f, "app/s/a"), pid(f, "app/s/b")), RT_OK);
		play[1].how = play[2].how = PLAY_KEEP;
		ask = play_to(f, "app/s/b");
		ask.retries = 3;
		play_ask(f, "app/s/a", &ask);
		ask = play_to(f, "app/s/a");
		play_ask(f, "app/s/b", &ask);
		/* And one to itself. */
		play_ask(f, "app/s/a", &ask);
		assert_account(f, "app/s/a", "2 offered, 2 in flight");
		if (first == 2)
			kill_actor(f, "app/s"); /* both at the same moment */
		else
			crash(f, first ? "app/s/a" : "app/s/b", "boom");
		assert_account(f, "app/s/a", "2 offered, 2 lost");
		assert_account(f, "app/s/b", "1 offered, 1 lost");
		/* If the server is the first to go, its client would have tried again. */
		assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), first == 0 ? 2 : 3);
		play_end(f);
	}
}

/* --- a supervisor stands for its workers
 * ----------------------------------------------------------------------- */

TEST(unit_its_live_workers_take_turns)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(PLAYER("c", CLIENT),
				ONE_FOR_ONE("s", CHILDREN(ONE_FOR_ONE("not"), PLAYER("1", 1),
							  PLAYER("2", 2, .restart = RT_TEMPORARY),
							  PLAYER("3", 3, .restart = RT_TRANSIENT))))));
	ask = play_to(f, "app/s");
	for (unsigned i = 0; i < 9; i++)
		play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(play[1].requests, 3);
	assert_int_equal(play[2].requests, 3);
	assert_int_equal(play[3].requests, 3);
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/s/2", "boom"); /* whose turn it was; its record goes */
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(play[3].requests, 4);
	crash(f, "app/s/3", "normal"); /* its record stays */
	for (unsigned i = 0; i < 3; i++)
		play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(play[1].requests, 7);
	assert_account(f, "app/s", "14 offered, 14 served");
	assert_account(f, "app/s/1", "nothing");
	play_end(f);
}

TEST(unit_a_pool_of_nobody)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", CHILDREN(PLAYER("c", CLIENT), ONE_FOR_ONE("s"),
						    POOL("p", PLAYER(NULL, SERVER)))));
	ask = play_to(f, "app/s");
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 lost");
	ask = play_to(f, "app/p");
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/p", "1 offered, 1 lost");
	request(f, "start_child app/p 1");
	request(f, "start_child app/p 2");
	request(f, "start_child app/p 3");
	settle(f);
	for (unsigned i = 0; i < 6; i++)
		play_ask(f, "app/c", &ask);
	assert_account(f, "app/p", "7 offered, 6 served, 1 lost");
	play_end(f);
}

TEST(unit_who_is_about_to_end_has_no_turn)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(PLAYER("c", CLIENT),
				ONE_FOR_ONE("s", CHILDREN(PLAYER("1", 1, .trap_exit = true,
								 .on_shutdown = RT_STOP_DELAY,
								 .stop_delay_ms = 10),
							  PLAYER("2", 2))))));
	ask = play_to(f, "app/s");
	request(f, "terminate_child app/s 1");
	settle(f);
	for (unsigned i = 0; i < 4; i++)
		play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "4 offered, 4 served");
	assert_int_equal(play[2].requests, 4);
	play_end(f);
}

/* --- what is left
 * ------------------------------------------------------------------------------------------------ */

TEST(unit_a_retry_without_a_pause_waits_for_the_next_look_at_the_clock)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	ask.service = 0;
	ask.retries = 3;
	play_ask(f, "app/c", &ask);
	for (unsigned i = 0; i <= 3; i++) {
		while (rt_step(f->rt) == RT_OK)
			;
		assert_int_equal(told(RT_LOST), i == 3 ? 1 : 0);
		if (i == 3)
			break;
		assert_true(rt_deadline(f->rt) == rt_now(f->rt));
		rt_advance(f->rt, rt_now(f->rt));
	}
	play_end(f);
}

TEST(unit_places_are_kept_no_longer_than_needed)
{
	struct fixture *f;
	struct rt_ask ask;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", CHILDREN(POOL("p", PLAYER(NULL, CLIENT)))));
	request(f, "start_child app/p 1");
	request(f, "start_child app/p 2");
	settle(f);
	play[CLIENT].how = PLAY_KEEP;
	ask = play_to(f, "app/p/2");
	ask.aside = true;
	play_ask(f, "app/p/1", &ask);
	settle(f);
	rt_id two = pid(f, "app/p/2");

	request_handle(f, "terminate_child app/p", pid(f, "app/p/1"));
	settle(f);
	assert_int_not_equal(rt_path_find(f->rt, "app/p/1"), 0); /* there is a request from there */
	request_handle(f, "terminate_child app/p", two);
	settle(f);
	assert_int_equal(rt_path_find(f->rt, "app/p/1"), 0);
	assert_int_equal(rt_path_find(f->rt, "app/p/2"), 0);
	play_end(f);
}

/* --- thousands of them
 * ----------------------------------------------------------------------------------------- */

/* What an observer knows of the requests of a run of wild workers. */
static struct {
	uint64_t ended[RT_OUTCOME_COUNT];
	bool told[256][1 << 14]; /* by entry and generation */
	uint64_t answers;
	struct rt_rng way;
} wild;

static void count_end(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ctx, (void)ext;
	if (event->kind == RT_EV_REQUEST)
		wild.ended[event->reason - RT_A_SERVED]++;
}

static void note_told(void *ctx, rt_id to, const struct rt_msg *msg)
{
	uint32_t entry = (uint32_t)msg->word[0], generation = (uint32_t)(msg->word[0] >> 32);

	(void)ctx, (void)to;
	if (!rt_is_answer(msg))
		return;
	assert_in_range(entry, 1, 255);
	assert_in_range(generation / 2, 0, (1 << 14) - 1);
	/* Nobody is told twice. */
	assert_false(wild.told[entry][generation / 2]);
	wild.told[entry][generation / 2] = true;
	wild.answers++;
}

static enum rt_verdict disturb(void *ctx, struct rt_passage *passage)
{
	unsigned kind = (unsigned)rt_rng_below(&wild.way, 20);

	(void)ctx;
	if (kind == 0)
		return RT_REFUSE;
	if (kind == 1)
		return RT_SKIP;
	passage->delay = kind == 2 ? (rt_time)rt_rng_below(&wild.way, 300) * RT_MS : 0;
	passage->copies = kind == 3 ? 2 : 0;
	passage->spoil = kind == 4;
	return RT_GO;
}

struct sums {
	uint64_t offered, in_flight, ended[RT_OUTCOME_COUNT];
};

static bool add_service(void *ctx, const struct rt_service *service)
{
	struct sums *sums = ctx;
	uint64_t sum = service->in_flight;

	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++) {
		sum += service->ended[i];
		sums->ended[i] += service->ended[i];
	}
	assert_int_equal(sum, service->offered);
	sums->offered += service->offered;
	sums->in_flight += service->in_flight;
	assert_true(service->outage_max <= service->outage);
	return true;
}

TEST(unit_what_went_in_is_what_came_out_and_what_is_in_flight)
{
#define WILD(name) WORKER(name, .behaviour = &wild_behaviour)
	static const struct rt_hooks hooks = {.message = note_told, .deliver = disturb};

	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct rt_config config = {.seed = seed, .message_events = true};
		struct fixture *f = fixture_new(&config);
		struct sums sums = {0};

		f->silent = true;
		play_reset();
		memset(&wild, 0, sizeof wild);
		rt_rng_init(&wild.way, seed, "way");
		rt_hooks_set(f->rt, &hooks);
		assert_int_equal(rt_observe(f->rt, count_end, NULL), RT_OK);
		assert_int_equal(
			rt_start(f->rt,
				 &ONE_FOR_ONE("app", .intensity = UINT32_MAX,
					      CHILDREN(WILD("a"), WILD("b"), WILD("c"),
						       ONE_FOR_ALL("s", .intensity = UINT32_MAX,
								   CHILDREN(WILD("d"), WILD("e"), WILD("f"))),
						       WILD("g"), WILD("h")))),
			RT_OK);
		for (unsigned i = 0; i < 3000; i++) {
			assert_int_equal(rt_run(f->rt, rt_now(f->rt) + 50 * RT_MS, 100000), RT_OK);
			assert_true(rt_work_balanced(f->rt));
		}
		rt_services(f->rt, add_service, &sums);
		assert_in_range(sums.offered, 1000, 10000000);
		for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++) {
			assert_in_range(sums.ended[i], 20, 10000000);
			/* Only what ends with its client has no event. */
			if (i == RT_LOST || i == RT_SWALLOWED)
				assert_true(sums.ended[i] >= wild.ended[i]);
			else
				assert_int_equal(sums.ended[i], wild.ended[i]);
		}
		assert_in_range(wild.answers, 1000, 10000000);
		play_end(f);
	}
}

/* --- memory
 * ----------------------------------------------------------------------------------------------------- */

TEST(sweep_asking)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		ask.timeout = 10 * RT_MS;
		ask.retries = 1;
		play_ask(f, "app/c", &ask);
		rt_fail_nth(f->rt, nth);
		settle(f);
		wait_ms(f, 100);
		fired = rt_fail_fired(f->rt);
		rt_fail_nth(f->rt, 0);
		assert_true(rt_work_balanced(f->rt));
		/* Nothing was asked, or it was lost on the way and asked again, or it went well. */
		if (rt_path_find(f->rt, "app/s") != 0 && play[CLIENT].answers > 0)
			assert_int_equal(told(RT_SERVED) + told(RT_LOST), 1);
		play_end(f);
		assert_in_range(nth, 1, 100);
	}
}

TEST(unit_an_id_that_was_made_up_is_nobodys)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	struct rt_asked asked;

	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(f->rt->ledger.high, 1);
	/* The request is over, and its entry has a generation that nobody was ever given. */
	uint64_t id = (uint64_t)rt_entry_at(f->rt, 1)->generation << 32 | 1;

	for (uint32_t slot = 1; slot <= f->rt->actors.high; slot++) {
		assert_int_equal(rt_hand_find(f->rt, slot, id), 0);
		assert_false(rt_ledger_asked(f->rt, slot, id, &asked));
	}
	play_end(f);
}

TEST(unit_answering_and_dying_need_no_memory)
{
	static const enum play_how hows[] = {PLAY_ANSWER, PLAY_FAIL, PLAY_SWALLOW, PLAY_CRASH};

	for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		/* Both have what they need for this kind of work, and its latency has been seen. */
		play_ask(f, "app/c", &ask);
		settle(f);
		play[SERVER].how = hows[i];
		assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
		ask.timeout = 10 * RT_MS;
		play_ask(f, "app/c", &ask);
		settle(f);
		assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
		rt_fail_nth(f->rt, hows[i] == PLAY_CRASH ? 0 : 1);
		wait_ms(f, 10);
		assert_false(rt_fail_fired(f->rt));
		rt_fail_nth(f->rt, 0);
		assert_int_equal(play[CLIENT].answers, 2);
		play_end(f);
	}
}

TEST(unit_the_state_hash_knows_of_requests)
{
	struct fixture *f = two(), *g;
	struct rt_ask ask = play_to(f, "app/s");
	uint64_t one, other;

	play[SERVER].how = PLAY_KEEP;
	play_ask(f, "app/c", &ask);
	settle(f);
	one = rt_state_hash(f->rt);
	play_end(f);
	g = two();
	play[SERVER].how = PLAY_KEEP;
	ask.expected++;
	play_ask(g, "app/c", &ask);
	settle(g);
	other = rt_state_hash(g->rt);
	assert_true(one != other);
	play_end(g);
}

RUN(cmocka_unit_test(unit_a_request_is_served),
    cmocka_unit_test(unit_each_way_to_end),
    cmocka_unit_test(unit_served_ones_have_an_event_where_messages_have),
    cmocka_unit_test(unit_what_a_server_sees_of_a_request),
    cmocka_unit_test(unit_nobody_there),
    cmocka_unit_test(unit_this_process_and_no_other),
    cmocka_unit_test(unit_the_dead_lose_what_waits_for_them),
    cmocka_unit_test(unit_an_answer_comes_once),
    cmocka_unit_test(unit_a_server_asks_on_behalf_of_its_client),
    cmocka_unit_test(unit_what_is_asked_aside_is_in_no_account),
    cmocka_unit_test(unit_the_client_stops_waiting),
    cmocka_unit_test(unit_who_was_swallowed_finds_out_in_the_end),
    cmocka_unit_test(unit_a_retry_finds_the_restarted_worker_at_the_same_instant),
    cmocka_unit_test(unit_between_attempts_that_failed_at_once_there_is_a_pause),
    cmocka_unit_test(unit_after_a_timeout_there_is_none),
    cmocka_unit_test(unit_an_answer_to_an_attempt_that_timed_out_goes_nowhere),
    cmocka_unit_test(unit_what_waits_too_long_is_handled_although_it_is_over),
    cmocka_unit_test(unit_a_swallowed_attempt_is_followed_by_another_when_its_time_is_over),
    cmocka_unit_test(unit_retries_of_nobody_do_not_run_for_ever),
    cmocka_unit_test(unit_for_the_dead_nothing_is_tried_again),
    cmocka_unit_test(unit_who_has_it_in_hand_can_still_answer),
    cmocka_unit_test(unit_or_die_with_it_or_fail_or_forget_it),
    cmocka_unit_test(unit_a_swallowed_one_whose_client_dies),
    cmocka_unit_test(unit_client_and_server_die_together),
    cmocka_unit_test(unit_its_live_workers_take_turns),
    cmocka_unit_test(unit_a_pool_of_nobody),
    cmocka_unit_test(unit_who_is_about_to_end_has_no_turn),
    cmocka_unit_test(unit_a_retry_without_a_pause_waits_for_the_next_look_at_the_clock),
    cmocka_unit_test(unit_places_are_kept_no_longer_than_needed),
    cmocka_unit_test(unit_what_went_in_is_what_came_out_and_what_is_in_flight),
    cmocka_unit_test(sweep_asking),
    cmocka_unit_test(unit_an_id_that_was_made_up_is_nobodys),
    cmocka_unit_test(unit_answering_and_dying_need_no_memory),
    cmocka_unit_test(unit_the_state_hash_knows_of_requests))
