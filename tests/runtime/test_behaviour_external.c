/* test_behaviour_external.c - a dependency with a limited number of connections. */
#include "tests/support/work.h"

#define LOAD(rate, count, ...)                                                                               \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/db"), NUMBER("rate", rate), NUMBER("count", count), __VA_ARGS__))
#define DB(...)  DOES("external", "db", (__VA_ARGS__))
#define APP(...) ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)

TEST(it_answers_after_its_service_time)
{
	struct fixture *f = start_tree(&APP(DB(MS("service_time", 20)), LOAD(100, 100, BURSTS(10))));

	wait_ms(f, 1020);
	assert_work(f, "app/db", "offered 100, served 100");
	assert_int_equal(account_of(f, "app/db").latency_max, 20 * RT_MS);
	fixture_free(f);
}

TEST(more_than_it_has_connections_for_are_turned_away)
{
	struct fixture *f = start_tree(
		&APP(DB(MS("service_time", 20), NUMBER("connections", 4)), LOAD(100, 100, BURSTS(10))));

	wait_ms(f, 1020);
	assert_work(f, "app/db", "offered 100, served 40, failed 60");
	fixture_free(f);
}

TEST(without_a_service_time_no_connection_is_taken)
{
	struct fixture *f = start_tree(
		&APP(DB(MS("service_time", 0), NUMBER("connections", 1)), LOAD(100, 100, BURSTS(10))));

	wait_ms(f, 1000);
	assert_work(f, "app/db", "offered 100, served 100");
	fixture_free(f);
}

/* Uniform from 5 to 15 ms: half of 10,000 take up to 10 ms, give or take 200 (four deviations). */
TEST(jitter_is_on_top_and_uniform)
{
	struct fixture *f =
		start_tree(&APP(DB(MS("service_time", 5), MS("jitter", 10), NUMBER("connections", 1000)),
				LOAD(1000, 10000, MS("timeout", 10))));

	f->silent = true;
	wait_ms(f, 10100);
	struct rt_service service = account_of(f, "app/db");

	assert_int_equal(service.ended[RT_SERVED] + service.ended[RT_LOST], 10000);
	assert_in_range(service.ended[RT_SERVED], 4800, 5200);
	assert_true(service.latency_max > 9 * RT_MS && service.latency_max <= 10 * RT_MS);
	fixture_free(f);
}

TEST(a_spoilt_state_is_never_noticed)
{
	struct fixture *f = start_tree(&APP(DB(MS("service_time", 5)), LOAD(10, 20)));

	wait_ms(f, 1050);
	spoil(f, "app/db");
	wait_ms(f, 1000);
	assert_work(f, "app/db", "offered 20, served 10, wrong 10");
	assert_starts(f, "app/db", 1);
	fixture_free(f);
}

TEST(what_it_had_in_hand_is_lost_with_it)
{
	struct fixture *f = start_tree(&APP(DB(MS("service_time", 20)), LOAD(100, 20, BURSTS(10))));

	wait_ms(f, 110);
	crash(f, "app/db", "boom");
	wait_ms(f, 3000);
	assert_work(f, "app/db", "offered 20, served 10, lost 10");
	fixture_free(f);
}

RUN(cmocka_unit_test(it_answers_after_its_service_time),
    cmocka_unit_test(more_than_it_has_connections_for_are_turned_away),
    cmocka_unit_test(without_a_service_time_no_connection_is_taken),
    cmocka_unit_test(jitter_is_on_top_and_uniform), cmocka_unit_test(a_spoilt_state_is_never_noticed),
    cmocka_unit_test(what_it_had_in_hand_is_lost_with_it))
