/* test_behaviour_queue.c - items wait for consumers, come back when they were not acknowledged, and end once.
 */
#include "tests/support/work.h"

#define LOAD(rate, count, ...)                                                                               \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/queue"), NUMBER("rate", rate), NUMBER("count", count), MS("timeout", 60000),     \
	      __VA_ARGS__))
#define QUEUE(...)         DOES("queue", "queue", (MS("ack_timeout", 1000), __VA_ARGS__))
#define CONSUMER(name, ms) DOES("consumer", name, (TO("from", "app/queue"), MS("service_time", ms)))
#define APP(...)           ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 1000)

TEST(items_are_acknowledged_by_consumers)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), LOAD(50, 50)));

	wait_ms(f, 1010);
	assert_work(f, "app/queue", "offered 50, served 50");
	assert_work(f, "app/a", "offered 50, served 50");
	assert_int_equal(account_of(f, "app/queue").latency_max, 10 * RT_MS);
	fixture_free(f);
}

/* Twenty at once, 10 ms each, two to share them: the last is done after 100 ms. */
TEST(consumers_share_the_work)
{
	struct fixture *f =
		start_tree(&APP(QUEUE(), CONSUMER("a", 10), CONSUMER("b", 10), LOAD(1000, 20, BURSTS(20))));

	wait_ms(f, 20 + 99);
	assert_work(f, "app/queue", "offered 20, served 18, in flight 2");
	wait_ms(f, 1);
	assert_work(f, "app/queue", "offered 20, served 20");
	assert_work(f, "app/a", "offered 10, served 10");
	assert_work(f, "app/b", "offered 10, served 10");
	fixture_free(f);
}

TEST(without_consumers_items_wait_up_to_the_capacity)
{
	struct fixture *f = start_tree(&APP(QUEUE(NUMBER("capacity", 15)), CONSUMER("a", 10), LOAD(100, 20)));

	assert_text(ask(f, "terminate_child app a"), "ok");
	wait_ms(f, 300);
	assert_work(f, "app/queue", "offered 20, failed 5, in flight 15");
	assert_text(ask(f, "restart_child app a"), "{ok,pid}");
	wait_ms(f, 150);
	assert_work(f, "app/queue", "offered 20, served 15, failed 5");
	fixture_free(f);
}

TEST(what_a_dead_consumer_had_goes_to_another)
{
	struct fixture *f =
		start_tree(&APP(QUEUE(), CONSUMER("a", 10), CONSUMER("b", 10), LOAD(1000, 20, BURSTS(20))));

	wait_ms(f, 20 + 5);
	crash(f, "app/a", "boom");
	wait_ms(f, 1000);
	assert_work(f, "app/queue", "offered 20, served 20, repeated 1");
	assert_int_equal(account_of(f, "app/a").ended[RT_LOST], 1);
	fixture_free(f);
}

/* The only consumer dies over it and is there again at once: it gets the item again, up to five times. */
TEST(an_item_that_kills_its_consumers_is_given_up)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), LOAD(100, 1)));

	wait_ms(f, 10);
	for (unsigned i = 0; i < 4; i++) {
		wait_ms(f, 5);
		crash(f, "app/a", "boom");
		settle(f);
		assert_work(f, "app/queue", i == 0   ? "offered 1, in flight 1, repeated 1"
					    : i == 1 ? "offered 1, in flight 1, repeated 2"
					    : i == 2 ? "offered 1, in flight 1, repeated 3"
						     : "offered 1, in flight 1, repeated 4");
	}
	wait_ms(f, 5);
	crash(f, "app/a", "boom");
	assert_work(f, "app/queue", "offered 1, failed 1, repeated 4");
	assert_work(f, "app/a", "offered 5, lost 5");
	fixture_free(f);
}

/* Ten die at once, one of them with the item in hand.  It does not go from dead to dead until it is given up.
 */
TEST(an_item_is_not_handed_to_the_dead)
{
	struct fixture *f = start_tree(
		&APP(QUEUE(NUMBER("deliveries", 2)),
		     ONE_FOR_ALL("crew", CHILDREN(CONSUMER("a", 10), CONSUMER("b", 10), CONSUMER("c", 10),
						  CONSUMER("d", 10), CONSUMER("e", 10), CONSUMER("f", 10),
						  CONSUMER("g", 10), CONSUMER("h", 10), CONSUMER("i", 10),
						  CONSUMER("j", 10))),
		     LOAD(100, 1)));
	static const char *const crew[] = { "app/crew/a", "app/crew/b", "app/crew/c", "app/crew/d",
					    "app/crew/e", "app/crew/f", "app/crew/g", "app/crew/h",
					    "app/crew/i", "app/crew/j" };

	wait_ms(f, 15);
	for (unsigned i = 0; i < 10; i++)
		crash(f, crew[i], "boom");
	wait_ms(f, 20);
	assert_work(f, "app/queue", "offered 1, served 1, repeated 1");
	fixture_free(f);
}

/* It takes the item up and needs longer than it may: the second to get it does, too. */
TEST(an_item_that_takes_too_long_is_handled_again)
{
	struct fixture *f = start_tree(
		&APP(QUEUE(NUMBER("deliveries", 2)), CONSUMER("a", 1500), CONSUMER("b", 1500), LOAD(100, 1)));

	wait_ms(f, 3000);
	assert_work(f, "app/queue", "offered 1, failed 1, repeated 1");
	assert_work(f, "app/a", "offered 1, lost 1");
	assert_work(f, "app/b", "offered 1, lost 1");
	fixture_free(f);
}

TEST(a_consumer_that_hangs_loses_its_item_after_the_ack_timeout)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), CONSUMER("b", 10), LOAD(10, 2)));

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	/* Both at 100 and 200 ms; the first to a, which does not take it. */
	wait_ms(f, 100 + 999);
	assert_work(f, "app/queue", "offered 2, served 1, in flight 1");
	wait_ms(f, 1 + 10);
	/* Nobody but b took it up. */
	assert_work(f, "app/queue", "offered 2, served 2");
	assert_work(f, "app/b", "offered 2, served 2");
	/* Once it goes on, it is of use again; what it does with the old item matters to nobody. */
	assert_int_equal(rt_resume(f->rt, pid(f, "app/a")), RT_OK);
	wait_ms(f, 1000);
	assert_work(f, "app/a", "offered 1, lost 1");
	fixture_free(f);
}

#define ONE_AT_25_MS(name, priority_, ms)                                                                    \
	DOES("source", name,                                                                                 \
	     (TO("to", "app/queue"), NUMBER("rate", 40), NUMBER("count", 1), MS("timeout", ms),              \
	      NUMBER("priority", priority_)))

/* Ten low ones are there when the others come, and the second is being worked on until 30 ms.  Then comes the
 * high one, then the normal one; the third low one is done at 60 ms, and the last one waits for all. */
TEST(the_urgent_overtake_the_others)
{
	struct fixture *f = start_tree(&APP(
		QUEUE(), CONSUMER("a", 10),
		LOAD(1000, 10, BURSTS(10), MS("timeout", 130), NUMBER("priority", RT_PRIORITY_LOW)),
		ONE_AT_25_MS("low", RT_PRIORITY_LOW, 100), ONE_AT_25_MS("normal", RT_PRIORITY_NORMAL, 26),
		ONE_AT_25_MS("high", RT_PRIORITY_HIGH, 16)));

	wait_ms(f, 500);
	assert_work(f, "app/queue", "offered 13, served 12, lost 1");
	fixture_free(f);
}

TEST(an_item_that_nobody_waits_for_any_more_is_dropped)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10),
					    DOES("source", "load",
						 (TO("to", "app/queue"), NUMBER("rate", 1000),
						  NUMBER("count", 10), BURSTS(10), MS("timeout", 35)))));

	/* Three are done after 30 ms; the fourth is on its way when time is over, and nobody begins a fifth.
	 */
	wait_ms(f, 500);
	assert_work(f, "app/queue", "offered 10, served 3, lost 7");
	assert_int_equal(account_of(f, "app/a").offered, 4);
	fixture_free(f);
}

TEST(consumers_come_back_to_a_queue_that_was_restarted)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), CONSUMER("b", 10), LOAD(100, 100)));

	wait_ms(f, 305);
	crash(f, "app/queue", "boom");
	wait_ms(f, 5000);
	struct rt_service queue = account_of(f, "app/queue");

	/* Requests come at 300 and 310 ms; what the queue had in hand is lost, and nothing after it. */
	assert_int_equal(queue.offered, 100);
	assert_int_equal(queue.ended[RT_LOST], 1);
	assert_int_equal(queue.ended[RT_SERVED], 99);
	assert_int_equal(account_of(f, "app/a").ended[RT_SERVED] + account_of(f, "app/b").ended[RT_SERVED],
			 100);
	fixture_free(f);
}

/* At 305 ms one item is with a consumer and lost with the queue; it is asked again, and handled again, once.
 */
TEST(with_retries_nothing_is_lost_with_the_queue)
{
	struct fixture *f =
		start_tree(&APP(QUEUE(), CONSUMER("a", 10), LOAD(100, 100, NUMBER("retries", 1))));

	wait_ms(f, 305);
	crash(f, "app/queue", "boom");
	wait_ms(f, 5000);
	assert_work(f, "app/queue", "offered 100, served 100, repeated 1");
	fixture_free(f);
}

static enum rt_verdict spoil_items(void *ctx, struct rt_passage *passage)
{
	const rt_id *consumer = ctx;

	if (passage->to == *consumer && passage->msg->tag == RT_TAG_REQUEST)
		passage->spoil = 1;
	return RT_GO;
}

TEST(what_a_consumer_got_wrong_is_wrong)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), LOAD(10, 10)));
	rt_id consumer = pid(f, "app/a");

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &consumer, .deliver = spoil_items});
	wait_ms(f, 2000);
	assert_work(f, "app/a", "offered 10, wrong 10");
	assert_work(f, "app/queue", "offered 10, wrong 10");
	fixture_free(f);
}

TEST(a_spoilt_state_is_not_gone_on_with)
{
	struct fixture *f = start_tree(&APP(QUEUE(), CONSUMER("a", 10), LOAD(10, 10)));

	spoil(f, "app/queue");
	look_away(f);
	wait_ms(f, 200);
	assert_events(f, "exit app/queue bad_state; child_terminated app/queue bad_state; start app/queue");
	wait_ms(f, 2000);
	assert_work(f, "app/queue", "offered 10, served 9, lost 1");
	fixture_free(f);
}

RUN(cmocka_unit_test(items_are_acknowledged_by_consumers), cmocka_unit_test(consumers_share_the_work),
    cmocka_unit_test(without_consumers_items_wait_up_to_the_capacity),
    cmocka_unit_test(what_a_dead_consumer_had_goes_to_another),
    cmocka_unit_test(an_item_that_kills_its_consumers_is_given_up),
    cmocka_unit_test(an_item_is_not_handed_to_the_dead),
    cmocka_unit_test(an_item_that_takes_too_long_is_handled_again),
    cmocka_unit_test(a_consumer_that_hangs_loses_its_item_after_the_ack_timeout),
    cmocka_unit_test(the_urgent_overtake_the_others),
    cmocka_unit_test(an_item_that_nobody_waits_for_any_more_is_dropped),
    cmocka_unit_test(consumers_come_back_to_a_queue_that_was_restarted),
    cmocka_unit_test(with_retries_nothing_is_lost_with_the_queue),
    cmocka_unit_test(what_a_consumer_got_wrong_is_wrong),
    cmocka_unit_test(a_spoilt_state_is_not_gone_on_with))
