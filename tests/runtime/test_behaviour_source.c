/* test_behaviour_source.c - when requests come, how many, and that it is always the same. */
#include "tests/support/work.h"

#define LOAD(...) DOES("source", "load", (TO("to", "app/server"), __VA_ARGS__))
#define APP(...)  ONE_FOR_ONE("app", CHILDREN(__VA_ARGS__), .intensity = 100)
#define SERVER    WORKER("server")

/* When requests reached the server. */
struct clock {
	struct rt *rt;
	unsigned count;
	rt_time at[200000];
};
static struct clock first, second;

static void tick(void *ctx, rt_id to, const struct rt_msg *msg)
{
	struct clock *clock = ctx;

	(void)to;
	if (msg->tag == RT_TAG_REQUEST)
		clock->at[clock->count++] = rt_now(clock->rt);
}

static enum rt_verdict set_out(void *ctx, struct rt_passage *passage)
{
	struct clock *clock = ctx;

	if (passage->msg->tag == RT_TAG_REQUEST)
		clock->at[clock->count++] = rt_now(clock->rt);
	return RT_GO;
}

static void watch(struct fixture *f, struct clock *clock)
{
	clock->rt = f->rt;
	clock->count = 0;
	rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = clock, .message = tick});
}

TEST(constant_load_comes_evenly_and_no_rounding_adds_up)
{
	/* A third of a second is no whole number of nanoseconds. */
	struct fixture *f = start_tree(&APP(SERVER, LOAD(NUMBER("rate", 3))));

	watch(f, &first);
	wait_ms(f, 100000);
	assert_int_equal(first.count, 300);
	assert_int_equal(first.at[0], 333333333);
	assert_int_equal(first.at[1], 666666666);
	assert_int_equal(first.at[2], RT_SECOND);
	assert_int_equal(first.at[299], 100 * RT_SECOND);
	assert_work(f, "app/server", "offered 300, served 300");
	fixture_free(f);
}

TEST(bursts_come_at_once_and_keep_the_rate)
{
	struct fixture *f = start_tree(
		&APP(SERVER, LOAD(NUMBER("rate", 100), BURSTS(25), NUMBER("count", 60))));

	watch(f, &first);
	wait_ms(f, 249);
	assert_int_equal(first.count, 0);
	wait_ms(f, 1);
	assert_int_equal(first.count, 25);
	wait_ms(f, 250);
	assert_int_equal(first.count, 50);
	/* The last burst has what is left, and comes when it is due. */
	wait_ms(f, 10000);
	assert_int_equal(first.count, 60);
	assert_int_equal(first.at[59], 600 * RT_MS);
	fixture_free(f);
}

TEST(after_its_count_it_is_quiet)
{
	struct fixture *f = start_tree(&APP(SERVER, LOAD(NUMBER("rate", 10), NUMBER("count", 5))));

	wait_ms(f, 500);
	assert_work(f, "app/server", "offered 5, served 5");
	assert_int_equal(rt_deadline(f->rt), RT_FOREVER);
	fixture_free(f);
}

TEST(once_restarted_it_begins_its_count_anew)
{
	struct fixture *f = start_tree(&APP(SERVER, LOAD(NUMBER("rate", 10), NUMBER("count", 5))));

	wait_ms(f, 350);
	crash(f, "app/load", "boom");
	wait_ms(f, 10000);
	assert_work(f, "app/server", "offered 8, served 8");
	fixture_free(f);
}

TEST(who_does_not_answer_in_time_is_not_waited_for)
{
	struct fixture *f =
		start_tree(&APP(SERVER, LOAD(NUMBER("rate", 10), NUMBER("count", 5), MS("timeout", 300))));

	assert_int_equal(rt_suspend(f->rt, pid(f, "app/server")), RT_OK);
	wait_ms(f, 450); /* those of 100 ms; the time of 200 ms is over at 500 */
	assert_work(f, "app/server", "offered 4, lost 1, in flight 3");
	wait_ms(f, 350);
	assert_work(f, "app/server", "offered 5, lost 5");
	fixture_free(f);
}

static void poisson(uint64_t seed, unsigned count, struct clock *clock)
{
	struct fixture *f = fixture_new(&(struct rt_config){.seed = seed});

	f->silent = true;
	assert_int_equal(rt_start(f->rt, &APP(SERVER, LOAD(NUMBER("rate", 1000), POISSON,
							   NUMBER("count", count)))),
			 RT_OK);
	settle(f);
	watch(f, clock);
	assert_int_equal(rt_run(f->rt, RT_FOREVER, UINT64_MAX), RT_OK);
	fixture_free(f);
}

/* In fixed bounds of four deviations: the mean of 100,000 gaps of 1 ms deviates by 0.32%, the mean of their
 * squares by 0.71% of itself. */
TEST(poisson_load_has_exponential_gaps)
{
	enum { N = 100000 };
	uint64_t squares = 0, long_ones = 0;
	rt_time last = 0;

	poisson(1, N, &first);
	assert_int_equal(first.count, N);
	for (unsigned i = 0; i < N; i++) {
		uint64_t gap = (uint64_t)(first.at[i] - last);

		squares += gap * gap / 1000000;
		long_ones += gap > 1000000;
		last = first.at[i];
	}
	assert_in_range(last / N, 987000, 1013000);
	assert_in_range(squares / N, 1944000, 2056000);
	assert_in_range(long_ones, 36788 - 610, 36788 + 610); /* one in e */
}

TEST(the_same_seed_gives_the_same_gaps)
{
	poisson(5, 1000, &first);
	poisson(5, 1000, &second);
	assert_memory_equal(first.at, second.at, 1000 * sizeof(first.at[0]));
	poisson(6, 1000, &second);
	assert_memory_not_equal(first.at, second.at, 1000 * sizeof(first.at[0]));
}

TEST(the_load_does_not_depend_on_the_answers)
{
	const struct rt_child server = SERVER, slow = DOES("server", "server", (MS("service_time", 7)));
	const struct rt_child *const services[] = { &server, &slow };
	struct clock *const clocks[] = { &first, &second };

	for (int i = 0; i < 2; i++) {
		struct fixture *f = start_tree(
			&APP(*services[i], LOAD(NUMBER("rate", 20), POISSON, NUMBER("count", 200))));

		clocks[i]->rt = f->rt;
		clocks[i]->count = 0;
		rt_hooks_set(f->rt, &(struct rt_hooks){.ctx = clocks[i], .deliver = set_out});
		wait_ms(f, 60000);
		fixture_free(f);
	}
	assert_int_equal(first.count, 200);
	assert_int_equal(second.count, 200);
	assert_memory_equal(first.at, second.at, 200 * sizeof(first.at[0]));
}

TEST(a_spoilt_source_is_replaced)
{
	struct fixture *f = start_tree(&APP(SERVER, LOAD(NUMBER("rate", 10), NUMBER("count", 5))));

	wait_ms(f, 250);
	spoil(f, "app/load");
	look_away(f);
	wait_ms(f, 10000);
	assert_events(f, "exit app/load bad_state; child_terminated app/load bad_state; start app/load");
	assert_work(f, "app/server", "offered 7, served 7");
	fixture_free(f);
}

RUN(cmocka_unit_test(constant_load_comes_evenly_and_no_rounding_adds_up),
    cmocka_unit_test(bursts_come_at_once_and_keep_the_rate), cmocka_unit_test(after_its_count_it_is_quiet),
    cmocka_unit_test(once_restarted_it_begins_its_count_anew),
    cmocka_unit_test(who_does_not_answer_in_time_is_not_waited_for),
    cmocka_unit_test(poisson_load_has_exponential_gaps), cmocka_unit_test(the_same_seed_gives_the_same_gaps),
    cmocka_unit_test(the_load_does_not_depend_on_the_answers),
    cmocka_unit_test(a_spoilt_source_is_replaced))
