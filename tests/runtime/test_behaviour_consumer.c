/* test_behaviour_consumer.c - how a consumer finds its queue, and what it does with items. */
#include "tests/support/work.h"

#define LOAD(rate, count)                                                                                    \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/queue"), NUMBER("rate", rate), NUMBER("count", count), MS("timeout", 60000)))
#define QUEUE              WORKER("queue", .worker = "queue")
#define CONSUMER(name, ms) DOES("consumer", name, (TO("from", "app/queue"), MS("service_time", ms)))
#define APP(...)           ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 1000)

TEST(it_takes_its_time_for_each_item)
{
	struct fixture *f = start_tree(&APP(QUEUE, CONSUMER("a", 20), LOAD(10, 10)));

	wait_ms(f, 1020);
	assert_work(f, "app/a", "offered 10, served 10");
	assert_int_equal(account_of(f, "app/a").latency_max, 20 * RT_MS);
	fixture_free(f);
}

TEST(to_enlist_is_no_work_of_the_queue)
{
	struct fixture *f = start_tree(&APP(QUEUE, CONSUMER("a", 20), CONSUMER("b", 20)));

	wait_ms(f, 1000);
	assert_work(f, "app/queue", "offered 0");
	fixture_free(f);
}

TEST(it_may_start_before_its_queue)
{
	struct fixture *f = start_tree(&APP(CONSUMER("a", 20), QUEUE, LOAD(10, 10)));

	wait_ms(f, 1200);
	assert_work(f, "app/queue", "offered 10, served 10");
	assert_starts(f, "app/a", 1);
	fixture_free(f);
}

TEST(it_waits_for_a_queue_that_is_away_for_long)
{
	struct fixture *f = start_tree(&APP(QUEUE, CONSUMER("a", 20)));

	assert_text(ask(f, "terminate_child app queue"), "ok");
	wait_ms(f, 30000);
	assert_text(ask(f, "restart_child app queue"), "{ok,pid}");
	assert_text(ask_start(f, "app", &LOAD(10, 10)), "{ok,pid}");
	wait_ms(f, 1200);
	assert_work(f, "app/a", "offered 10, served 10");
	assert_starts(f, "app/a", 1);
	fixture_free(f);
}

TEST(a_minute_in_vain_ends_it)
{
	struct fixture *f = start_tree(&APP(QUEUE, CONSUMER("a", 20)));

	assert_text(ask(f, "terminate_child app queue"), "ok");
	look_away(f);
	wait_ms(f, 61000);
	assert_events(f, "exit app/a noproc; child_terminated app/a noproc; start app/a");
	fixture_free(f);
}

TEST(a_spoilt_state_is_not_gone_on_with)
{
	struct fixture *f = start_tree(&APP(QUEUE, CONSUMER("a", 20), LOAD(10, 10)));

	wait_ms(f, 550);
	spoil(f, "app/a");
	look_away(f);
	wait_ms(f, 1000);
	/* The item is delivered again, to the fresh one. */
	assert_events(f, "exit app/a bad_state; child_terminated app/a bad_state; start app/a");
	assert_work(f, "app/queue", "offered 10, served 10, repeated 1");
	assert_work(f, "app/a", "offered 11, served 10, lost 1");
	fixture_free(f);
}

RUN(cmocka_unit_test(it_takes_its_time_for_each_item), cmocka_unit_test(to_enlist_is_no_work_of_the_queue),
    cmocka_unit_test(it_may_start_before_its_queue),
    cmocka_unit_test(it_waits_for_a_queue_that_is_away_for_long), cmocka_unit_test(a_minute_in_vain_ends_it),
    cmocka_unit_test(a_spoilt_state_is_not_gone_on_with))
