/* test_behaviour_stage.c - a stream of stages: what goes in at one end is acknowledged from the other. */
#include "tests/support/work.h"

#define LOAD(rate, count, ...)                                                                               \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/first"), NUMBER("rate", rate), NUMBER("count", count), __VA_ARGS__))
#define STAGE(name, next, ms, ...)                                                                           \
	DOES("stage", name, (TO("to", "app/" next), MS("service_time", ms), __VA_ARGS__))
#define LAST(name, ms)             DOES("stage", name, (MS("service_time", ms)))
#define APP(...)                   ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)

TEST(an_item_passes_all_stages)
{
	struct fixture *f = start_tree(&APP(LAST("third", 5), STAGE("second", "third", 3),
					    STAGE("first", "second", 2), LOAD(50, 50)));

	wait_ms(f, 1010);
	assert_work(f, "app/first", "offered 50, served 50");
	assert_work(f, "app/third", "offered 50, served 50");
	assert_int_equal(account_of(f, "app/third").latency_max, 5 * RT_MS);
	assert_int_equal(account_of(f, "app/second").latency_max, 8 * RT_MS);
	assert_int_equal(account_of(f, "app/first").latency_max, 10 * RT_MS);
	fixture_free(f);
}

/* The last stage needs 10 ms for an item, so of forty at once 1 + 2 may be under way behind the first. */
TEST(a_slow_stage_holds_back_those_before_it)
{
	struct fixture *f =
		start_tree(&APP(LAST("second", 10), STAGE("first", "second", 0, NUMBER("capacity", 3)),
				LOAD(1000, 40, BURSTS(40))));

	wait_ms(f, 40 + 5);
	assert_work(f, "app/second", "offered 3, in flight 3");
	wait_ms(f, 10);
	assert_work(f, "app/second", "offered 4, served 1, in flight 3");
	wait_ms(f, 400);
	assert_work(f, "app/first", "offered 40, served 40");
	assert_int_equal(account_of(f, "app/first").latency_max, 400 * RT_MS);
	assert_int_equal(account_of(f, "app/second").latency_max, 30 * RT_MS);
	fixture_free(f);
}

TEST(what_failed_behind_it_has_failed)
{
	struct fixture *f = start_tree(&APP(LAST("second", 1), STAGE("first", "second", 1), LOAD(10, 20)));

	wait_ms(f, 1050);
	assert_text(ask(f, "terminate_child app second"), "ok");
	wait_ms(f, 1000);
	assert_work(f, "app/first", "offered 20, served 10, failed 10");
	fixture_free(f);
}

TEST(with_retries_an_item_survives_the_crash_of_the_next_stage)
{
	struct fixture *f = start_tree(
		&APP(LAST("second", 10), STAGE("first", "second", 0, NUMBER("retries", 1), MS("backoff", 1)),
		     LOAD(10, 10)));

	wait_ms(f, 505);
	crash(f, "app/second", "boom");
	wait_ms(f, 1000);
	assert_work(f, "app/first", "offered 10, served 10");
	fixture_free(f);
}

TEST(a_spoilt_state_is_not_gone_on_with)
{
	struct fixture *f = start_tree(&APP(LAST("second", 1), STAGE("first", "second", 1), LOAD(10, 20)));

	wait_ms(f, 1050);
	spoil(f, "app/second");
	look_away(f);
	wait_ms(f, 2000);
	assert_events(f,
		      "exit app/second bad_state; child_terminated app/second bad_state; start app/second");
	assert_work(f, "app/second", "offered 20, served 19, lost 1");
	assert_work(f, "app/first", "offered 20, served 19, failed 1");
	fixture_free(f);
}

RUN(cmocka_unit_test(an_item_passes_all_stages), cmocka_unit_test(a_slow_stage_holds_back_those_before_it),
    cmocka_unit_test(what_failed_behind_it_has_failed),
    cmocka_unit_test(with_retries_an_item_survives_the_crash_of_the_next_stage),
    cmocka_unit_test(a_spoilt_state_is_not_gone_on_with))
