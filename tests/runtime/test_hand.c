/* test_hand.c - requests that a worker has taken up: each once, whatever brought it, until it is answered. */
#include "tests/support/play.h"

#include "runtime/core.h"
#include "runtime/hand.h"
#include "runtime/own.h"

#define CLIENT 0
#define SERVER 1

static struct fixture *two(void)
{
	play_reset();
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000,
				       CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER))));
}

static uint32_t slot_of(const struct fixture *f, const char *path)
{
	return (uint32_t)pid(f, path);
}

/* How many requests this worker has in hand, found one by one. */
static unsigned in_hand(const struct fixture *f, const char *path)
{
	const struct rt_own *own = rt_actor_at(f->rt, slot_of(f, path))->own;
	unsigned n = 0;

	for (uint32_t mail = own == NULL ? 0 : own->in_hand; mail != 0;
	     mail = rt_mail_at(&f->rt->messages, mail)->after) {
		assert_int_equal(
			rt_hand_find(f->rt, slot_of(f, path), rt_mail_at(&f->rt->messages, mail)->id), mail);
		n++;
	}
	return n;
}

TEST(unit_many_are_answered_in_any_order)
{
	enum { MANY = 200 };
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");
	uint64_t ids[MANY];
	struct rt_rng rng;

	rt_rng_init(&rng, 7, "order");
	play[SERVER].how = PLAY_KEEP;
	for (unsigned i = 0; i < MANY; i++) {
		play_ask(f, "app/c", &ask);
		settle(f);
		ids[i] = play[SERVER].latest;
	}
	assert_int_equal(in_hand(f, "app/s"), MANY);
	for (unsigned left = MANY; left > 50; left--) {
		unsigned which = (unsigned)rt_rng_below(&rng, left);

		play_answer(f, "app/s", ids[which], RT_SERVED, ask.expected);
		settle(f);
		ids[which] = ids[left - 1];
		assert_int_equal(in_hand(f, "app/s"), left - 1);
	}
	assert_account(f, "app/s", "200 offered, 150 served, 50 in flight");
	crash(f, "app/s", "boom");
	assert_account(f, "app/s", "200 offered, 150 served, 50 lost");
	play_end(f);
}

static struct {
	unsigned at; /* which message, counting from 0 */
	rt_time delay;
} late;

static enum rt_verdict delay_one(void *ctx, struct rt_passage *passage)
{
	(void)ctx;
	if (passage->msg->tag == RT_TAG_REQUEST && late.at-- == 0)
		passage->delay = late.delay;
	return RT_GO;
}

TEST(unit_an_attempt_that_was_overtaken_does_not_replace_the_later_one)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	late.at = 0;
	late.delay = 15 * RT_MS;
	play_hooks(f, delay_one);
	play[SERVER].how = PLAY_KEEP;
	ask.timeout = 10 * RT_MS;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 10); /* the second one is taken up */
	assert_int_equal(play[SERVER].requests, 1);
	wait_ms(f, 5); /* the first one, too; it is not kept by what the handler does now */
	play[SERVER].how = PLAY_SWALLOW;
	assert_int_equal(play[SERVER].requests, 2);
	assert_int_equal(in_hand(f, "app/s"), 1);
	play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	play_end(f);
}

TEST(unit_what_is_kept_is_not_swallowed_by_a_second_message)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = PLAY_KEEP;
	ask.timeout = 10 * RT_MS;
	ask.retries = 1;
	play_ask(f, "app/c", &ask);
	settle(f);
	/* It knows that it has it already, and does nothing about it. */
	play[SERVER].how = PLAY_SWALLOW;
	wait_ms(f, 10);
	assert_int_equal(play[SERVER].requests, 2);
	assert_account(f, "app/s", "1 offered, 1 in flight; 1 repeated");
	assert_int_equal(in_hand(f, "app/s"), 1);
	play_answer(f, "app/s", play[SERVER].latest, RT_SERVED, ask.expected);
	assert_account(f, "app/s", "1 offered, 1 served; 1 repeated");
	play_end(f);
}

TEST(unit_several_workers_have_the_same_one)
{
	struct fixture *f;
	struct rt_ask ask;
	uint64_t id;

	play_reset();
	f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(PLAYER("c", CLIENT),
				ONE_FOR_ONE("p", CHILDREN(PLAYER("a", 1), PLAYER("b", 2), PLAYER("d", 3))))));
	play[1].how = play[2].how = play[3].how = PLAY_KEEP;
	ask = play_to(f, "app/p");
	ask.timeout = 10 * RT_MS;
	ask.retries = 2;
	play_ask(f, "app/c", &ask);
	wait_ms(f, 20);
	id = play[CLIENT].latest;
	assert_int_not_equal(rt_hand_find(f->rt, slot_of(f, "app/p/a"), id), 0);
	assert_int_not_equal(rt_hand_find(f->rt, slot_of(f, "app/p/b"), id), 0);
	assert_int_not_equal(rt_hand_find(f->rt, slot_of(f, "app/p/d"), id), 0);
	assert_int_equal(rt_hand_find(f->rt, slot_of(f, "app/c"), id), 0);
	crash(f, "app/p/b", "boom"); /* from the middle */
	settle(f);
	play_answer(f, "app/p/a", id, RT_SERVED, ask.expected);
	settle(f);
	assert_int_equal(in_hand(f, "app/p/a"), 0);
	assert_account(f, "app/p", "1 offered, 1 in flight; 2 repeated");
	play_answer(f, "app/p/d", id, RT_DEGRADED, 0);
	assert_account(f, "app/p", "1 offered, 1 degraded; 2 repeated");
	play_end(f);
}

TEST(unit_without_memory_to_have_it_in_hand_it_is_lost)
{
	struct fixture *f = two();
	struct rt_ask ask = play_to(f, "app/s");

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/s")), RT_OK);
	play_ask(f, "app/c", &ask);
	settle(f);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/s")), RT_OK);
	rt_fail_nth(f->rt, 1);
	settle(f);
	assert_true(rt_fail_fired(f->rt));
	assert_int_equal(play[SERVER].requests, 0);
	assert_account(f, "app/s", "1 offered, 1 lost");
	assert_int_equal(play[CLIENT].got[RT_LOST], 1);
	play_end(f);
}

RUN(cmocka_unit_test(unit_many_are_answered_in_any_order),
    cmocka_unit_test(unit_an_attempt_that_was_overtaken_does_not_replace_the_later_one),
    cmocka_unit_test(unit_what_is_kept_is_not_swallowed_by_a_second_message),
    cmocka_unit_test(unit_several_workers_have_the_same_one),
    cmocka_unit_test(unit_without_memory_to_have_it_in_hand_it_is_lost))
