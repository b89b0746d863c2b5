/* test_alarm.c - a worker's own timers. */
#include "tests/support/play.h"

#include "runtime/core.h"

static struct fixture *one(void)
{
	play_reset();
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000, CHILDREN(PLAYER("a", 0), PLAYER("b", 1))));
}

static uint64_t handles[8];

static void set_some(struct rt_self *self, struct play_part *part)
{
	(void)part;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(rt_self_after(self, i * 10 * RT_MS, 100 + i, &handles[i]), RT_OK);
}

TEST(unit_each_comes_in_its_time_with_its_word)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_some);
	wait_ms(f, 0);
	assert_int_equal(play[0].timers, 1);
	assert_int_equal(play[0].word, 100);
	wait_ms(f, 29);
	assert_int_equal(play[0].timers, 3);
	assert_int_equal(play[0].word, 102);
	wait_ms(f, 11);
	assert_int_equal(play[0].timers, 5);
	assert_int_equal(play[0].word, 104);
	play_end(f);
}

static void cancel_some(struct rt_self *self, struct play_part *part)
{
	(void)part;
	rt_self_cancel(self, handles[0]); /* over */
	rt_self_cancel(self, handles[2]);
	rt_self_cancel(self, handles[2]);
	rt_self_cancel(self, handles[4]);
	rt_self_cancel(self, 0);
	rt_self_cancel(self, UINT64_MAX);
	rt_self_cancel(self, 1);
}

TEST(unit_those_that_are_cancelled_do_not)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_some);
	wait_ms(f, 0);
	play_do(f, "app/a", cancel_some);
	wait_ms(f, 100);
	assert_int_equal(play[0].timers, 3);
	assert_int_equal(play[0].word, 103);
	play_end(f);
}

TEST(unit_nobody_cancels_those_of_others)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_some);
	play_do(f, "app/b", cancel_some);
	wait_ms(f, 100);
	assert_int_equal(play[0].timers, 5);
	play_end(f);
}

TEST(unit_an_old_handle_does_not_cancel_a_new_timer)
{
	struct fixture *f = one();
	uint64_t before[5];

	play_do(f, "app/a", set_some);
	wait_ms(f, 100);
	memcpy(before, handles, sizeof before);
	play_do(f, "app/a", set_some); /* in the same places */
	settle(f);
	assert_int_equal((uint32_t)before[1] != 0, 1);
	memcpy(handles, before, sizeof before);
	play_do(f, "app/a", cancel_some);
	wait_ms(f, 100);
	assert_int_equal(play[0].timers, 10);
	play_end(f);
}

TEST(unit_they_go_with_their_worker)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_some);
	settle(f);
	crash(f, "app/a", "boom");
	wait_ms(f, 100);
	assert_int_equal(play[0].timers, 1); /* that which was due at once */
	assert_int_equal(f->rt->timers.count, 0);
	play_end(f);
}

TEST(unit_falling_due_needs_no_memory)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_some);
	settle(f);
	rt_fail_nth(f->rt, 1);
	wait_ms(f, 100);
	assert_false(rt_fail_fired(f->rt));
	rt_fail_nth(f->rt, 0);
	assert_int_equal(play[0].timers, 5);
	play_end(f);
}

static enum rt_status last;

static void set_one(struct rt_self *self, struct play_part *part)
{
	handles[7] = 77;
	part->word = 0;
	last = rt_self_after(self, RT_MS, 5, &handles[7]);
}

TEST(sweep_setting_one)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = one();

		play_do(f, "app/a", set_one);
		rt_fail_nth(f->rt, nth);
		settle(f);
		fired = rt_fail_fired(f->rt);
		assert_int_equal(last, fired ? RT_ENOMEM : RT_OK);
		assert_int_equal(f->rt->timers.count, !fired);
		assert_int_equal(handles[7] == 77, fired);
		rt_fail_nth(f->rt, 0);
		wait_ms(f, 1);
		assert_int_equal(play[0].timers, !fired);
		play_end(f);
		assert_in_range(nth, 1, 10);
	}
}

static void set_far(struct rt_self *self, struct play_part *part)
{
	(void)part;
	assert_int_equal(rt_self_after(self, RT_FOREVER, 1, NULL), RT_OK);
}

TEST(unit_for_ever_is_never)
{
	struct fixture *f = one();

	play_do(f, "app/a", set_far);
	wait_ms(f, 1000);
	assert_true(rt_deadline(f->rt) == RT_FOREVER);
	assert_int_equal(play[0].timers, 0);
	play_end(f);
}

/* --- many, in random order ----------------------------------------------------------------------------- */

enum { MANY = 300 };
static uint64_t many[MANY];
static bool is_set[MANY];
static struct rt_rng rng;

static void shuffle(struct rt_self *self, struct play_part *part)
{
	(void)part;
	for (unsigned i = 0; i < 2 * MANY; i++) {
		unsigned which = (unsigned)rt_rng_below(&rng, MANY);

		if (is_set[which])
			rt_self_cancel(self, many[which]);
		else
			assert_int_equal(rt_self_after(self, 1 + (rt_time)rt_rng_below(&rng, 50) * RT_MS,
						       which, &many[which]),
					 RT_OK);
		is_set[which] = !is_set[which];
	}
}

TEST(unit_in_any_order)
{
	struct fixture *f = one();

	rt_rng_init(&rng, 7, "alarms");
	for (unsigned round = 0; round < 20; round++) {
		unsigned expected = 0;

		memset(is_set, 0, sizeof is_set);
		play[0].timers = 0;
		play_do(f, "app/a", shuffle);
		settle(f);
		for (unsigned i = 0; i < MANY; i++)
			expected += is_set[i];
		assert_int_equal(f->rt->timers.count, expected);
		wait_ms(f, 100);
		assert_int_equal(play[0].timers, expected);
	}
	play_end(f);
}

RUN(cmocka_unit_test(unit_each_comes_in_its_time_with_its_word),
    cmocka_unit_test(unit_those_that_are_cancelled_do_not),
    cmocka_unit_test(unit_nobody_cancels_those_of_others),
    cmocka_unit_test(unit_an_old_handle_does_not_cancel_a_new_timer),
    cmocka_unit_test(unit_they_go_with_their_worker),
    cmocka_unit_test(unit_falling_due_needs_no_memory),
    cmocka_unit_test(sweep_setting_one),
    cmocka_unit_test(unit_for_ever_is_never),
    cmocka_unit_test(unit_in_any_order))
