/* test_own.c - a plain worker has nothing of its own; who has everything leaves nothing of it. */
#include "tests/support/play.h"

#include "runtime/core.h"
#include "runtime/own.h"

static const struct rt_own *own_of(const struct fixture *f, const char *path)
{
	return rt_actor_find(f->rt, pid(f, path))->own;
}

TEST(unit_plain_messages_need_nothing)
{
	struct fixture *f;

	play_reset();
	f = start_tree(&ONE_FOR_ONE("app", CHILDREN(PLAYER("a", 0))));
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){.tag = 9}), RT_OK);
	settle(f);
	assert_int_equal(play[0].plain, 10);
	assert_null(own_of(f, "app/a"));
	play_end(f);
}

static rt_id other;

static void have_everything(struct rt_self *self, struct play_part *part)
{
	struct rt_msg msg = {.tag = 9};

	for (unsigned i = 0; i < 3; i++) {
		assert_non_null(rt_self_alloc(self, 100));
		assert_true(rt_self_open(self));
		assert_int_equal(rt_self_after(self, (i + 1) * RT_SECOND, i, NULL), RT_OK);
		assert_int_equal(rt_self_ask(self, &part->ask, NULL), RT_OK);
		assert_int_equal(rt_self_send(self, other, &msg), RT_OK);
	}
	assert_int_equal(rt_self_watch(self, other), RT_OK);
}

static void be_busy(struct rt_self *self, struct play_part *part)
{
	have_everything(self, part);
	rt_self_intake(self, false);
	rt_self_work(self, RT_SECOND);
}

TEST(unit_nothing_is_left_of_the_dead)
{
	for (int busy = 0; busy < 2; busy++) {
		struct fixture *f;
		struct rt_ask ask;

		play_reset();
		f = start_tree(
			&ONE_FOR_ONE("app", CHILDREN(PLAYER("a", 0, .restart = RT_TEMPORARY),
						     PLAYER("b", 1, .restart = RT_TEMPORARY))));
		uint32_t messages = f->rt->messages.live, timers = f->rt->timers.entries.live;

		other = pid(f, "app/b");
		play[0].how = play[1].how = PLAY_KEEP;
		play[0].ask = play_to(f, "app/b");
		play[0].ask.timeout = RT_SECOND;
		ask = play_to(f, "app/a");
		play_do(f, "app/a", have_everything);
		play_ask(f, "app/b", &ask);
		settle(f);
		play_do(f, "app/a", be_busy);
		play_ask(f, "app/b", &ask);
		wait_ms(f, busy ? 1 : 1500);
		assert_non_null(own_of(f, "app/a"));
		crash(f, "app/a", "boom");
		crash(f, "app/b", "boom");
		settle(f);
		assert_int_equal(f->rt->messages.live, messages);
		assert_int_equal(f->rt->timers.entries.live, timers);
		assert_int_equal(f->rt->ledger.live, 0);
		assert_true(rt_work_balanced(f->rt));
		play_end(f);
	}
}

RUN(cmocka_unit_test(unit_plain_messages_need_nothing), cmocka_unit_test(unit_nothing_is_left_of_the_dead))
