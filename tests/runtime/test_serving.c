/* test_serving.c - how long requests take at a worker that serves, how many it has in hand, what its
 * dependency adds, what it keeps. */
#include "tests/support/work.h"

/* Requests come every 1000 / rate ms, the first after one such gap. */
#define LOAD(rate, count, ...)                                                                               \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/server"), NUMBER("rate", rate), NUMBER("count", count), __VA_ARGS__))
#define APP(...) ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)
#define DB(...)  DOES("external", "db", (__VA_ARGS__))
#define CALLS    TO("calls", "app/db")

TEST(work_takes_its_service_time)
{
	struct fixture *f = start_tree(
		&APP(DOES("server", "server", (MS("service_time", 10))), LOAD(50, 50, MS("timeout", 100))));

	wait_ms(f, 1009);
	assert_work(f, "app/server", "offered 50, served 49, in flight 1");
	wait_ms(f, 1);
	assert_work(f, "app/server", "offered 50, served 50");
	assert_int_equal(account_of(f, "app/server").latency_max, 10 * RT_MS);
	fixture_free(f);
}

TEST(no_service_time_is_no_time)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 0))), LOAD(1000, 1000)));

	wait_ms(f, 1000);
	assert_work(f, "app/server", "offered 1000, served 1000");
	assert_int_equal(account_of(f, "app/server").latency_max, 0);
	fixture_free(f);
}

/* Ten at once, 10 ms each: the n-th waits for those before it. */
TEST(one_at_a_time_the_others_wait)
{
	struct fixture *f = start_tree(&APP(DOES("server", "server", (MS("service_time", 10))),
					    LOAD(1000, 10, BURSTS(10))));

	wait_ms(f, 10 + 50);
	assert_work(f, "app/server", "offered 10, served 5, in flight 5");
	wait_ms(f, 50);
	assert_work(f, "app/server", "offered 10, served 10");
	assert_int_equal(account_of(f, "app/server").latency_max, 100 * RT_MS);
	fixture_free(f);
}

TEST(with_more_in_hand_they_are_worked_on_at_the_same_time)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 10), NUMBER("concurrency", 5))),
				LOAD(1000, 10, BURSTS(10))));

	wait_ms(f, 10 + 9);
	assert_work(f, "app/server", "offered 10, in flight 10");
	wait_ms(f, 1);
	assert_work(f, "app/server", "offered 10, served 5, in flight 5");
	wait_ms(f, 10);
	assert_work(f, "app/server", "offered 10, served 10");
	assert_int_equal(account_of(f, "app/server").latency_max, 20 * RT_MS);
	fixture_free(f);
}

/* Twice as much as it can do: the k-th comes at 5k ms and is done at 5 + 10k ms, so from the 199th on nobody
 * waits any more.  It is as busy as before, and of no use to anybody. */
TEST(under_overload_it_works_on_what_nobody_waits_for_any_more)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 10))), LOAD(200, 2000)));

	wait_ms(f, 2000);
	assert_int_equal(account_of(f, "app/server").ended[RT_SERVED], 198);
	wait_ms(f, 8000);
	assert_int_equal(account_of(f, "app/server").ended[RT_SERVED], 198);
	wait_ms(f, 10010);
	assert_work(f, "app/server", "offered 2000, served 198, lost 1802");
	fixture_free(f);
}

/* The same, but it refuses those that it cannot do in time: from the 199th on every other one. */
TEST(with_deadlines_it_does_what_it_can)
{
	struct fixture *f = start_tree(&APP(
		DOES("server", "server", (MS("service_time", 10), NUMBER("deadlines", 1))), LOAD(200, 2000)));

	wait_ms(f, 11000);
	assert_work(f, "app/server", "offered 2000, served 1099, failed 901");
	assert_int_equal(account_of(f, "app/server").latency_max, 995 * RT_MS);
	fixture_free(f);
}

TEST(plain_messages_are_answered_and_take_their_time_too)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 10))), WORKER("other")));
	rt_id server = pid(f, "app/server");
	struct rt_actor_info info;

	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(rt_send(f->rt, server, &(struct rt_msg){ .from = pid(f, "app/other") }),
				 RT_OK);
	wait_ms(f, 29);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/other"), &info), RT_OK);
	assert_int_equal(info.handled, 2); /* answers */
	wait_ms(f, 1);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/other"), &info), RT_OK);
	assert_int_equal(info.handled, 3);
	fixture_free(f);
}

TEST(the_time_of_a_dependency_comes_on_top)
{
	struct fixture *f =
		start_tree(&APP(DB(MS("service_time", 3)),
				DOES("server", "server", (CALLS, MS("service_time", 10))), LOAD(50, 10)));

	wait_ms(f, 1000);
	assert_work(f, "app/db", "offered 10, served 10");
	assert_work(f, "app/server", "offered 10, served 10");
	assert_int_equal(account_of(f, "app/server").latency_max, 13 * RT_MS);
	assert_int_equal(account_of(f, "app/db").latency_max, 3 * RT_MS);
	fixture_free(f);
}

/* Ten at once: each is worked on for 10 ms, then 3 ms in the database, before the next is begun. */
TEST(while_it_waits_for_a_dependency_it_takes_no_further_request)
{
	struct fixture *f = start_tree(&APP(DB(MS("service_time", 3)),
					    DOES("server", "server", (CALLS, MS("service_time", 10))),
					    LOAD(1000, 10, BURSTS(10))));

	wait_ms(f, 10 + 10 * 13);
	assert_work(f, "app/server", "offered 10, served 10");
	assert_int_equal(account_of(f, "app/server").latency_max, 130 * RT_MS);
	fixture_free(f);
}

TEST(a_dependency_that_is_not_there_at_once_is_asked_again)
{
	struct fixture *f = start_tree(&APP(
		DB(MS("service_time", 3)),
		DOES("server", "server", (CALLS, NUMBER("retries", 3), MS("backoff", 100))), LOAD(10, 1)));

	assert_text(ask(f, "terminate_child app db"), "ok");
	wait_ms(f, 100 + 150); /* asked at 100 ms, and again at 200 */
	assert_text(ask(f, "restart_child app db"), "{ok,pid}");
	wait_ms(f, 49);
	assert_work(f, "app/server", "offered 1, in flight 1");
	wait_ms(f, 4); /* asked at 300 ms */
	assert_work(f, "app/server", "offered 1, served 1");
	fixture_free(f);
}

TEST(what_the_dependency_got_wrong_is_wrong)
{
	struct fixture *f =
		start_tree(&APP(DB(MS("service_time", 3)), DOES("server", "server", (CALLS)), LOAD(10, 20)));

	wait_ms(f, 1050);
	spoil(f, "app/db");
	wait_ms(f, 1000);
	assert_work(f, "app/db", "offered 20, served 10, wrong 10");
	assert_work(f, "app/server", "offered 20, served 10, wrong 10");
	fixture_free(f);
}

/* Each call takes a descriptor for 50 ms, and there is one: of two requests at a time one does without. */
TEST(a_call_needs_a_descriptor)
{
	struct fixture *f = start_tree(
		&APP(DB(MS("service_time", 50)),
		     DOES("server", "server", (CALLS, NUMBER("concurrency", 2)), .descriptors_max = 1),
		     LOAD(20, 20, BURSTS(2))));

	wait_ms(f, 2000);
	assert_work(f, "app/server", "offered 20, served 10, failed 10");
	assert_work(f, "app/db", "offered 10, served 10");
	fixture_free(f);
}

static size_t memory_of(struct fixture *f, const char *path)
{
	struct rt_actor_info info;

	settle(f);
	assert_int_equal(rt_actor(f->rt, pid(f, path), &info), RT_OK);
	return info.memory;
}

TEST(memory_is_kept_until_the_answer)
{
	struct fixture *f = start_tree(
		&APP(DOES("server", "server",
			  (MS("service_time", 10), NUMBER("keeps", 5000), NUMBER("concurrency", 3))),
		     LOAD(1000, 3, BURSTS(3))));
	size_t before = memory_of(f, "app/server");

	wait_ms(f, 8);
	assert_true(memory_of(f, "app/server") >= before + 15000);
	assert_true(memory_of(f, "app/server") < before + 16000);
	wait_ms(f, 10);
	assert_work(f, "app/server", "offered 3, served 3");
	assert_true(memory_of(f, "app/server") < before + 1000);
	fixture_free(f);
}

/* Three at a time and memory for two: the third is one too many, and all three are lost. */
TEST(more_memory_than_it_may_have_ends_it)
{
	struct fixture *f = start_tree(
		&APP(DOES("server", "server",
			  (MS("service_time", 10), NUMBER("keeps", 5000), NUMBER("concurrency", 3)),
			  .memory_max = 14000),
		     LOAD(1000, 3, BURSTS(3))));

	wait_ms(f, 100);
	assert_events(
		f,
		"exit app/server memory_quota; child_terminated app/server memory_quota; start app/server");
	assert_work(f, "app/server", "offered 3, lost 3");
	fixture_free(f);
}

RUN(cmocka_unit_test(work_takes_its_service_time),
    cmocka_unit_test(no_service_time_is_no_time),
    cmocka_unit_test(one_at_a_time_the_others_wait),
    cmocka_unit_test(with_more_in_hand_they_are_worked_on_at_the_same_time),
    cmocka_unit_test(under_overload_it_works_on_what_nobody_waits_for_any_more),
    cmocka_unit_test(with_deadlines_it_does_what_it_can),
    cmocka_unit_test(plain_messages_are_answered_and_take_their_time_too),
    cmocka_unit_test(the_time_of_a_dependency_comes_on_top),
    cmocka_unit_test(while_it_waits_for_a_dependency_it_takes_no_further_request),
    cmocka_unit_test(a_dependency_that_is_not_there_at_once_is_asked_again),
    cmocka_unit_test(what_the_dependency_got_wrong_is_wrong),
    cmocka_unit_test(a_call_needs_a_descriptor),
    cmocka_unit_test(memory_is_kept_until_the_answer),
    cmocka_unit_test(more_memory_than_it_may_have_ends_it))
