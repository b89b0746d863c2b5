/* test_behaviour_defensive.c - what a worker does that catches its own errors: it never ends, and its answers
 * are worth what they are worth.  The same is done to a server beside it. */
#include "tests/support/work.h"

#define LOAD(name, path, rate, count) \
	DOES("source", name, (TO("to", path), NUMBER("rate", rate), NUMBER("count", count)))
#define APP(...) ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)

TEST(it_serves_like_a_server_as_long_as_all_is_well)
{
	struct fixture *f =
		start_tree(&APP(DOES("defensive", "one", (MS("service_time", 10))),
				DOES("defensive", "two", (MS("service_time", 10), NUMBER("concurrency", 2))),
				LOAD("a", "app/one", 50, 50), LOAD("b", "app/two", 150, 150)));

	wait_ms(f, 1100);
	assert_work(f, "app/one", "offered 50, served 50");
	assert_work(f, "app/two", "offered 150, served 150");
	assert_int_equal(account_of(f, "app/one").latency_max, 10 * RT_MS);
	assert_int_equal(account_of(f, "app/two").latency_max, 10 * RT_MS);
	fixture_free(f);
}

/* The same load and the same fault: one request lost and one restart, or wrong answers for ever. */
TEST(a_spoilt_state_gives_wrong_answers_for_ever)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 10))),
				DOES("defensive", "defensive", (MS("service_time", 10))),
				LOAD("a", "app/server", 10, 100), LOAD("b", "app/defensive", 10, 100)));

	wait_ms(f, 1050);
	spoil(f, "app/server");
	spoil(f, "app/defensive");
	wait_ms(f, 10000);
	assert_work(f, "app/server", "offered 100, served 99, lost 1");
	assert_work(f, "app/defensive", "offered 100, served 10, wrong 90");
	assert_starts(f, "app/server", 2);
	assert_starts(f, "app/defensive", 1);
	fixture_free(f);
}

/* In the middle of work, with memory and timers under way, spoilt again and again. */
TEST(no_garbage_in_its_state_makes_it_crash_or_stall)
{
	struct fixture *f = start_tree(&APP(DOES("external", "db", (MS("service_time", 7))),
					    DOES("defensive", "defensive",
						 (TO("calls", "app/db"), MS("service_time", 10),
						  NUMBER("concurrency", 3), NUMBER("keeps", 100))),
					    LOAD("load", "app/defensive", 150, 1500)));

	for (unsigned i = 0; i < 100; i++) {
		wait_ms(f, 53);
		spoil(f, "app/defensive");
	}
	wait_ms(f, 10000);
	assert_starts(f, "app/defensive", 1);
	struct rt_service service = account_of(f, "app/defensive");

	assert_int_equal(service.offered, 1500);
	assert_int_equal(service.in_flight, 0);
	assert_int_equal(service.ended[RT_SERVED] + service.ended[RT_WRONG], 1500);
	fixture_free(f);
}

static enum rt_verdict refuse(void *ctx, rt_id worker, enum rt_resource resource, size_t size)
{
	(void)ctx, (void)worker, (void)size;
	return resource == RT_MEMORY ? RT_REFUSE : RT_GO;
}

TEST(without_memory_it_swallows_requests)
{
	struct fixture *f = start_tree(&APP(
		DOES("defensive", "defensive", (MS("service_time", 10), NUMBER("keeps", 5000))),
		LOAD("load", "app/defensive", 10, 10)));

	rt_hooks_set(f->rt, &(struct rt_hooks){.grant = refuse});
	wait_ms(f, 550);
	rt_hooks_set(f->rt, NULL);
	wait_ms(f, 1500);
	assert_work(f, "app/defensive", "offered 10, served 5, swallowed 5");
	assert_starts(f, "app/defensive", 1);
	fixture_free(f);
}

TEST(when_its_dependency_fails_it_makes_something_up)
{
	struct fixture *f = start_tree(&APP(DOES("external", "db", (MS("service_time", 1))),
					    DOES("defensive", "defensive", (TO("calls", "app/db"))),
					    LOAD("load", "app/defensive", 10, 20)));

	wait_ms(f, 1050);
	assert_text(ask(f, "terminate_child app db"), "ok");
	wait_ms(f, 1000);
	assert_work(f, "app/defensive", "offered 20, served 10, wrong 10");
	fixture_free(f);
}

static rt_time ahead(void *ctx, rt_id worker)
{
	const rt_id *late = ctx;

	return worker == *late ? 2 * RT_SECOND : 0;
}

TEST(a_deadline_that_is_past_is_swallowed)
{
	struct fixture *f = start_tree(&APP(DOES("defensive", "defensive", (NUMBER("deadlines", 1))),
					    LOAD("load", "app/defensive", 10, 10)));
	rt_id defensive = pid(f, "app/defensive");

	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &defensive, .skew = ahead});
	wait_ms(f, 2500);
	assert_work(f, "app/defensive", "offered 10, swallowed 10");
	fixture_free(f);
}

RUN(cmocka_unit_test(it_serves_like_a_server_as_long_as_all_is_well),
    cmocka_unit_test(a_spoilt_state_gives_wrong_answers_for_ever),
    cmocka_unit_test(no_garbage_in_its_state_makes_it_crash_or_stall),
    cmocka_unit_test(without_memory_it_swallows_requests),
    cmocka_unit_test(when_its_dependency_fails_it_makes_something_up),
    cmocka_unit_test(a_deadline_that_is_past_is_swallowed))
