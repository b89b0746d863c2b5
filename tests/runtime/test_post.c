/* test_post.c - messages on their way: lost, late, twice, spoilt, turned away; and what is known of it. */
#include "tests/support/play.h"

#include "runtime/core.h"

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

/* What the seam does with messages of one kind, so many times. */
enum whose { PLAIN, REQUESTS, ANSWERS };
static struct {
	enum whose whose;
	unsigned times;
	enum rt_verdict verdict;
	rt_time delay;
	uint32_t copies;
	uint64_t spoil;
	bool tells;
	unsigned asked; /* how often it was asked at all */
	struct rt_passage last;
	struct rt_msg msg;
} seam;

static enum rt_verdict deliver(void *ctx, struct rt_passage *passage)
{
	struct fixture *f = ctx;
	uint32_t tag = passage->msg->tag;
	enum whose whose = tag == RT_TAG_REQUEST          ? REQUESTS
			   : rt_is_answer(passage->msg)   ? ANSWERS
							  : PLAIN;

	seam.asked++;
	seam.last = *passage;
	seam.msg = *passage->msg;
	assert_int_equal(passage->delay + passage->copies + (rt_time)passage->spoil, 0);
	/* How a test makes its workers do something is no matter of the seam's. */
	if (passage->from == RT_NOBODY && tag == 1)
		return RT_GO;
	if (whose != seam.whose || seam.times == 0)
		return RT_GO;
	seam.times--;
	passage->delay = seam.delay;
	passage->copies = seam.copies;
	passage->spoil = seam.spoil;
	if (seam.tells) {
		struct rt_event event = {.kind = RT_EV_USER, .actor = passage->to};

		rt_emit(f->rt, &event, NULL);
	}
	return seam.verdict;
}

#define SEAM(f, ...)                                                                                         \
	do {                                                                                                 \
		memset(&seam, 0, sizeof seam);                                                               \
		__typeof__(seam) set_ = {.times = 1, __VA_ARGS__};                                           \
		seam = set_;                                                                                 \
		play_hooks(f, deliver);                                                                      \
	} while (0)

static uint64_t told(enum rt_outcome how)
{
	return play[CLIENT].got[how];
}

static rt_id other;

static void greet(struct rt_self *self, struct play_part *part)
{
	struct rt_msg msg = {.tag = 5, .word = {part->word}};

	assert_int_equal(rt_self_send(self, other, &msg), RT_OK);
}

static void try_to_greet(struct rt_self *self, struct play_part *part)
{
	struct rt_msg msg = {.tag = 5};
	enum rt_status status = rt_self_send(self, other, &msg);

	(void)part;
	assert_true(status == RT_OK || status == RT_ENOMEM);
}

static void greet_thrice(struct rt_self *self, struct play_part *part)
{
	for (part->word = 1; part->word <= 3; part->word++)
		greet(self, part);
}

/* --- plain messages
 * ---------------------------------------------------------------------------------------------- */

TEST(unit_the_seam_sees_who_sends_what_to_whom)
{
	struct fixture *f = two();

	SEAM(f, .whose = PLAIN);
	other = pid(f, "app/s");
	play[CLIENT].word = 77;
	play_do(f, "app/c", greet);
	settle(f);
	assert_int_equal(play[SERVER].plain, 1);
	assert_int_equal(seam.asked, 2);
	assert_true(seam.last.from == pid(f, "app/c"));
	assert_true(seam.last.to == other);
	assert_int_equal(seam.last.from_place, rt_path_find(f->rt, "app/c"));
	assert_int_equal(seam.last.to_place, rt_path_find(f->rt, "app/s"));
	assert_int_equal(seam.msg.tag, 5);
	assert_int_equal(seam.msg.word[0], 77);
	/* From outside it is nobody's. */
	assert_int_equal(rt_send(f->rt, other, &(struct rt_msg){.tag = 6}), RT_OK);
	assert_int_equal(seam.last.from, RT_NOBODY);
	assert_int_equal(seam.last.from_place, 0);
	/* What goes to a supervisor is not asked about. */
	assert_int_equal(rt_send(f->rt, pid(f, "app"), &(struct rt_msg){.tag = 6}), RT_OK);
	assert_int_equal(seam.asked, 3);
	play_end(f);
}

TEST(unit_one_is_lost)
{
	for (int skip = 0; skip < 2; skip++) {
		struct fixture *f = two();

		SEAM(f, .whose = PLAIN, .verdict = skip ? RT_SKIP : RT_REFUSE, .tells = true);
		other = pid(f, "app/s");
		play_do(f, "app/c", greet);
		settle(f);
		assert_int_equal(play[SERVER].plain, 0);
		struct rt_event lost = play_latest(f, RT_EV_LOST);

		assert_true(lost.actor == other);
		assert_int_equal(lost.place, rt_path_find(f->rt, "app/s"));
		assert_int_equal(lost.other, rt_path_find(f->rt, "app/c"));
		assert_int_equal(lost.incarnation, 1);
		assert_int_equal(lost.a, 5);
		assert_int_equal(lost.cause, lost.seq - 1); /* what the seam told of */
		play_do(f, "app/c", greet);
		settle(f);
		assert_int_equal(play[SERVER].plain, 1);
		assert_int_equal(count_events(f, RT_EV_LOST, NULL), 1);
		play_end(f);
	}
}

TEST(unit_one_is_overtaken)
{
	struct fixture *f = two();

	SEAM(f, .whose = PLAIN, .delay = 10 * RT_MS);
	other = pid(f, "app/s");
	play_do(f, "app/c", greet_thrice);
	settle(f);
	assert_int_equal(play[SERVER].plain, 2);
	assert_int_equal(count_events(f, RT_EV_DELAYED, "app/s"), 1);
	wait_ms(f, 10);
	assert_int_equal(play[SERVER].plain, 3);
	assert_int_equal(play[SERVER].word, 1);
	/* Who is gone by then does not get it. */
	seam.times = 1;
	play_do(f, "app/c", greet);
	settle(f);
	crash(f, "app/s", "boom");
	wait_ms(f, 10);
	assert_int_equal(play[SERVER].plain, 3);
	play_end(f);
}

TEST(unit_one_comes_three_times)
{
	struct fixture *f = two();

	SEAM(f, .whose = PLAIN, .copies = 2, .delay = RT_MS);
	other = pid(f, "app/s");
	play_do(f, "app/c", greet);
	settle(f);
	assert_int_equal(play[SERVER].plain, 0);
	wait_ms(f, 1);
	assert_int_equal(play[SERVER].plain, 3);
	assert_int_equal(play_latest(f, RT_EV_DUPLICATED).b, 2);
	assert_int_equal(play_latest(f, RT_EV_DUPLICATED).cause, play_latest(f, RT_EV_DELAYED).seq);
	play_end(f);
}

/* --- requests
 * ---------------------------------------------------------------------------------------------------- */

TEST(unit_a_request_that_is_lost_is_missed_by_nobody_but_who_waits)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = REQUESTS, .verdict = RT_REFUSE, .times = 3);
	play_ask(f, "app/c", &ask);
	settle(f);
	wait_ms(f, 1000);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	ask.timeout = 10 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 9);
	assert_account(f, "app/s", "2 offered, 2 in flight");
	wait_ms(f, 1);
	assert_account(f, "app/s", "2 offered, 1 lost, 1 in flight");
	assert_true(play_latest(f, RT_EV_REQUEST).cause == play_latest(f, RT_EV_LOST).seq);
	/* It asks again. */
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 10);
	assert_account(f, "app/s", "3 offered, 1 served, 1 lost, 1 in flight");
	/* And for those who wait for ever, until they die. */
	crash(f, "app/c", "boom");
	assert_account(f, "app/s", "3 offered, 1 served, 2 lost");
	play_end(f);
}

TEST(unit_a_request_that_is_turned_away_has_failed)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = REQUESTS, .verdict = RT_SKIP, .tells = true);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 failed");
	assert_int_equal(told(RT_FAILED), 1);
	assert_int_equal(play[CLIENT].from, RT_NOBODY);
	assert_int_equal(count_events(f, RT_EV_LOST, NULL), 0);
	struct rt_event event = play_latest(f, RT_EV_REQUEST);

	assert_true(event.cause == event.seq - 1);
	seam.times = 1;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "2 offered, 1 served, 1 failed");
	/* An error first, and then it is turned away: that is nobody's answer. */
	play[SERVER].how = PLAY_FAIL;
	ask.backoff = RT_MS;
	play_ask(f, "app/c", &ask);
	settle(f);
	seam.times = 1;
	wait_ms(f, 1);
	assert_account(f, "app/s", "3 offered, 1 served, 2 failed");
	assert_int_equal(play[CLIENT].from, RT_NOBODY);
	play_end(f);
}

TEST(unit_a_request_that_is_late)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = REQUESTS, .delay = 10 * RT_MS, .times = 3);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 in flight");
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 served");
	/* Too late: it is handled all the same, after the second attempt. */
	ask.timeout = 5 * RT_MS;
	ask.retries = 2;
	seam.times = 1;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 5);
	assert_account(f, "app/s", "2 offered, 2 served");
	wait_ms(f, 5);
	assert_account(f, "app/s", "2 offered, 2 served; 1 repeated");
	assert_int_equal(play[CLIENT].answers, 2);
	/* It arrives where nobody lives any more. */
	ask.timeout = 0;
	ask.retries = 0;
	seam.times = 1;
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "3 offered, 2 served, 1 in flight; 1 repeated");
	wait_ms(f, 10);
	assert_account(f, "app/s", "3 offered, 2 served, 1 lost; 1 repeated");
	play_end(f);
}

TEST(unit_a_request_that_comes_twice_is_answered_once)
{
	static const struct {
		enum play_how how;
		const char *account;
	} rows[] = {
		{PLAY_ANSWER, "1 offered, 1 served; 2 repeated"},
		{PLAY_KEEP, "1 offered, 1 in flight; 2 repeated"},
		{PLAY_FAIL, "1 offered, 1 failed; 2 repeated"},
		{PLAY_SWALLOW, "1 offered, 1 swallowed; 2 repeated"},
		{PLAY_TAKE_AND_CRASH, "1 offered, 1 lost"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		SEAM(f, .whose = REQUESTS, .copies = 2);
		play[SERVER].how = rows[i].how;
		play_ask(f, "app/c", &ask);
		assert_account(f, "app/s", rows[i].account);
		if (rows[i].how == PLAY_KEEP) {
			/* It has it in hand once. */
			play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
			assert_account(f, "app/s", "1 offered, 1 served; 2 repeated");
			assert_int_equal(f->rt->ledger.live, 0);
		}
		assert_true(play[CLIENT].answers <= 1);
		play_end(f);
	}
}

TEST(unit_a_copy_is_still_good_when_the_first_was_forgotten)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = REQUESTS, .copies = 1);
	play[SERVER].how = PLAY_SWALLOW;
	play[SERVER].work = RT_MS;
	play_ask(f, "app/c", &ask);
	settle(f);
	play[SERVER].how = PLAY_ANSWER;
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	play_end(f);
}

TEST(unit_of_a_spoilt_request_the_answer_is_wrong)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = REQUESTS, .spoil = 3);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 wrong");
	assert_int_equal(told(RT_SERVED), 1);
	/* The client still has what it asked: another attempt is right. */
	seam.times = 1;
	ask.timeout = RT_MS;
	ask.retries = 1;
	play[SERVER].how = PLAY_KEEP;
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_true(play[SERVER].asked.question == (ask.question ^ 3));
	play[SERVER].how = PLAY_ANSWER;
	wait_ms(f, 1);
	assert_account(f, "app/s", "2 offered, 1 served, 1 wrong; 1 repeated");
	play_end(f);
}

/* --- answers
 * ------------------------------------------------------------------------------------------------------ */

TEST(unit_the_seam_sees_an_answer)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = ANSWERS);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_true(seam.last.from == pid(f, "app/s"));
	assert_true(seam.last.to == pid(f, "app/c"));
	assert_int_equal(seam.msg.tag, RT_TAG_ANSWER + RT_SERVED);
	assert_true(seam.msg.word[0] == play[CLIENT].latest);
	assert_int_equal(seam.msg.word[1], 7);
	assert_true(seam.msg.word[2] == ask.expected);
	play_end(f);
}

TEST(unit_an_answer_is_lost_and_the_work_is_done_again)
{
	for (int skip = 0; skip < 2; skip++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		SEAM(f, .whose = ANSWERS, .verdict = skip ? RT_SKIP : RT_REFUSE, .times = 2);
		ask.timeout = 10 * RT_MS;
		ask.retries = 1;
		play_ask(f, "app/c", &ask);
		assert_account(f, "app/s", "1 offered, 1 in flight");
		assert_int_equal(play_latest(f, RT_EV_LOST).place, rt_path_find(f->rt, "app/c"));
		wait_ms(f, 20);
		assert_account(f, "app/s", "1 offered, 1 lost; 1 repeated");
		assert_true(play_latest(f, RT_EV_REQUEST).cause == play_latest(f, RT_EV_LOST).seq);
		seam.times = 1;
		play_ask(f, "app/c", &ask);
		wait_ms(f, 10);
		assert_account(f, "app/s", "2 offered, 1 served, 1 lost; 2 repeated");
		play_end(f);
	}
}

TEST(unit_an_answer_is_late)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	struct rt_service service;

	SEAM(f, .whose = ANSWERS, .delay = 10 * RT_MS);
	play_ask(f, "app/c", &ask);
	wait_ms(f, 10);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_true(rt_service(f->rt, rt_path_find(f->rt, "app/s"), &service));
	assert_int_equal(service.latency_max, 10 * RT_MS);
	/* Too late. */
	seam.times = 1;
	ask.timeout = 5 * RT_MS;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 20);
	assert_account(f, "app/s", "2 offered, 1 served, 1 lost");
	assert_int_equal(play[CLIENT].answers, 2);
	/* Who answered may be gone by then, and the client, too. */
	seam.times = 1;
	ask.timeout = 0;
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/s", "boom");
	wait_ms(f, 10);
	assert_account(f, "app/s", "3 offered, 2 served, 1 lost");
	seam.times = 1;
	play_ask(f, "app/c", &ask);
	settle(f);
	crash(f, "app/c", "boom");
	wait_ms(f, 10);
	assert_account(f, "app/s", "4 offered, 3 served, 1 lost");
	play_end(f);
}

TEST(unit_an_answer_that_comes_twice_is_told_once)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	SEAM(f, .whose = ANSWERS, .copies = 3);
	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(play[CLIENT].answers, 1);
	assert_int_equal(count_events(f, RT_EV_DUPLICATED, "app/c"), 1);
	play_end(f);
}

/* --- memory
 * ---------------------------------------------------------------------------------------------------------
 */

TEST(sweep_late_and_twice)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = two();
		struct rt_ask ask = play_to(f, "app/s");

		SEAM(f, .whose = REQUESTS, .copies = 2, .delay = RT_MS);
		play_ask(f, "app/c", &ask);
		other = pid(f, "app/s");
		play_do(f, "app/c", try_to_greet);
		rt_fail_nth(f->rt, nth);
		wait_ms(f, 10);
		fired = rt_fail_fired(f->rt);
		rt_fail_nth(f->rt, 0);
		assert_true(rt_work_balanced(f->rt));
		if (!fired)
			assert_account(f, "app/s", "1 offered, 1 served; 2 repeated");
		play_end(f);
		assert_in_range(nth, 1, 100);
	}
}

RUN(cmocka_unit_test(unit_the_seam_sees_who_sends_what_to_whom),
    cmocka_unit_test(unit_one_is_lost),
    cmocka_unit_test(unit_one_is_overtaken),
    cmocka_unit_test(unit_one_comes_three_times),
    cmocka_unit_test(unit_a_request_that_is_lost_is_missed_by_nobody_but_who_waits),
    cmocka_unit_test(unit_a_request_that_is_turned_away_has_failed),
    cmocka_unit_test(unit_a_request_that_is_late),
    cmocka_unit_test(unit_a_request_that_comes_twice_is_answered_once),
    cmocka_unit_test(unit_a_copy_is_still_good_when_the_first_was_forgotten),
    cmocka_unit_test(unit_of_a_spoilt_request_the_answer_is_wrong),
    cmocka_unit_test(unit_the_seam_sees_an_answer),
    cmocka_unit_test(unit_an_answer_is_lost_and_the_work_is_done_again),
    cmocka_unit_test(unit_an_answer_is_late),
    cmocka_unit_test(unit_an_answer_that_comes_twice_is_told_once),
    cmocka_unit_test(sweep_late_and_twice))
