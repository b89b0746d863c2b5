/* test_behaviour_server.c - what a server does when something is not as it should be: it says so, or lets it
 * crash. */
#include "tests/support/work.h"

/* Requests come every 1000 / rate ms, the first after one such gap. */
#define LOAD(rate, count, ...)                                                                               \
	DOES("source", "load",                                                                               \
	     (TO("to", "app/server"), NUMBER("rate", rate), NUMBER("count", count), __VA_ARGS__))
#define APP(...) ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)
#define DB(...)  DOES("external", "db", (__VA_ARGS__))
#define CALLS    TO("calls", "app/db")

TEST(without_its_dependency_it_answers_with_an_error)
{
	struct fixture *f = start_tree(&APP(DB(MS("service_time", 3)), DOES("server", "server", (CALLS)),
					    LOAD(10, 10)));

	assert_text(ask(f, "terminate_child app db"), "ok");
	wait_ms(f, 1000);
	assert_work(f, "app/server", "offered 10, failed 10");
	fixture_free(f);
}

TEST(with_a_fallback_it_answers_degraded)
{
	struct fixture *f =
		start_tree(&APP(DB(MS("service_time", 3)),
				DOES("server", "server", (CALLS, NUMBER("fallback", 1))), LOAD(10, 20)));

	wait_ms(f, 1050);
	assert_text(ask(f, "terminate_child app db"), "ok");
	wait_ms(f, 1000);
	assert_work(f, "app/server", "offered 20, served 10, degraded 10");
	fixture_free(f);
}

TEST(what_the_dependency_got_by_a_fallback_is_degraded)
{
	struct fixture *f = start_tree(
		&APP(DB(MS("service_time", 3)), DOES("server", "middle", (CALLS, NUMBER("fallback", 1))),
		     DOES("server", "server", (TO("calls", "app/middle"))), LOAD(10, 10)));

	assert_text(ask(f, "terminate_child app db"), "ok");
	wait_ms(f, 1000);
	assert_work(f, "app/middle", "offered 10, degraded 10");
	assert_work(f, "app/server", "offered 10, degraded 10");
	fixture_free(f);
}

static enum rt_verdict refuse(void *ctx, rt_id worker, enum rt_resource resource, size_t size)
{
	(void)ctx, (void)worker, (void)size;
	return resource == RT_MEMORY ? RT_REFUSE : RT_GO;
}

TEST(without_memory_it_lets_it_crash)
{
	struct fixture *f = start_tree(
		&APP(DOES("server", "server", (MS("service_time", 10), NUMBER("keeps", 5000))), LOAD(10, 1)));

	rt_hooks_set(f->rt, &(struct rt_hooks){.grant = refuse});
	wait_ms(f, 200);
	assert_events(f, "exit app/server enomem; child_terminated app/server enomem; start app/server");
	assert_work(f, "app/server", "offered 1, lost 1");
	fixture_free(f);
}

static rt_time ahead(void *ctx, rt_id worker)
{
	const rt_id *server = ctx;

	return worker == *server ? 2 * RT_SECOND : 0;
}

TEST(a_deadline_that_is_past_by_its_own_clock_is_refused)
{
	struct fixture *f = start_tree(&APP(
		DOES("server", "server", (MS("service_time", 10), NUMBER("deadlines", 1))), LOAD(10, 20)));
	rt_id server = pid(f, "app/server");

	wait_ms(f, 1050);
	assert_work(f, "app/server", "offered 10, served 10");
	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = &server, .skew = ahead});
	wait_ms(f, 1000);
	assert_work(f, "app/server", "offered 20, served 10, failed 10");
	fixture_free(f);
}

TEST(a_spoilt_state_is_not_gone_on_with)
{
	struct fixture *f =
		start_tree(&APP(DOES("server", "server", (MS("service_time", 10))), LOAD(10, 20)));

	wait_ms(f, 1050);
	spoil(f, "app/server");
	look_away(f);
	wait_ms(f, 1000);
	assert_events(f,
		      "exit app/server bad_state; child_terminated app/server bad_state; start app/server");
	assert_work(f, "app/server", "offered 20, served 19, lost 1");
	fixture_free(f);
}

RUN(cmocka_unit_test(without_its_dependency_it_answers_with_an_error),
    cmocka_unit_test(with_a_fallback_it_answers_degraded),
    cmocka_unit_test(what_the_dependency_got_by_a_fallback_is_degraded),
    cmocka_unit_test(without_memory_it_lets_it_crash),
    cmocka_unit_test(a_deadline_that_is_past_by_its_own_clock_is_refused),
    cmocka_unit_test(a_spoilt_state_is_not_gone_on_with))
