/* test_ledger.c - requests: each ends once, the client is told, the account of the service is right. */
#include "tests/support/play.h"

#include "runtime/core.h"

#define CLIENT 0
#define SERVER 1

/* app/c asks app/s. */
static struct fixture *two(void)
{
	play_reset();
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000,
				       CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER))));
}

static struct rt_ask to(const struct fixture *f, const char *path)
{
	struct rt_ask ask = {.service = rt_path_find(f->rt, path), .question = 42, .behalf = 7};

	ask.expected = rt_work_answer(ask.question, RT_WORK_KEY);
	ask.judged = true;
	return ask;
}

static void end_of(struct fixture *f)
{
	settle(f);
	assert_true(rt_work_balanced(f->rt));
	if (rt_root(f->rt) != RT_NOBODY)
		shutdown_tree(f);
	wait_ms(f, 100000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_true(rt_work_balanced(f->rt));
	assert_int_equal(f->rt->ledger.live, 0);
	assert_int_equal(f->rt->messages.live, 0);
	assert_int_equal(f->rt->timers.entries.live, 0);
	fixture_free(f);
}

TEST(unit_a_request_is_served)
{
	struct fixture *f = two();
	struct rt_ask ask = to(f, "app/s");

	play_ask(f, "app/c", &ask);
	assert_account(f, "app/s", "1 offered, 1 served");
	assert_int_equal(play[CLIENT].got[RT_SERVED], 1);
	assert_true(play[CLIENT].value == ask.expected);
	assert_int_equal(count_events(f, RT_EV_REQUEST, NULL), 0);
	end_of(f);
}

TEST(unit_each_way_to_end)
{
	static const struct {
		enum play_how how;
		const char *account;
		int told; /* -1: not at all */
	} rows[] = {
		{PLAY_ANSWER, "1 offered, 1 served", RT_SERVED},
		{PLAY_WRONG, "1 offered, 1 wrong", RT_SERVED},
		{PLAY_DEGRADE, "1 offered, 1 degraded", RT_DEGRADED},
		{PLAY_FAIL, "1 offered, 1 failed", RT_FAILED},
		{PLAY_SWALLOW, "1 offered, 1 swallowed", -1},
		{PLAY_KEEP, "1 offered, 1 in flight", -1},
		{PLAY_CRASH, "1 offered, 1 lost", RT_LOST},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *f = two();
		struct rt_ask ask = to(f, "app/s");

		play[SERVER].how = rows[i].how;
		play_ask(f, "app/c", &ask);
		assert_account(f, "app/s", rows[i].account);
		assert_int_equal(play[CLIENT].answers, rows[i].told >= 0);
		if (rows[i].told >= 0)
			assert_int_equal(play[CLIENT].got[rows[i].told], 1);
		end_of(f);
	}
}

RUN(cmocka_unit_test(unit_a_request_is_served), cmocka_unit_test(unit_each_way_to_end))
