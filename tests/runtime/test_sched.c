/* test_sched.c - whose turn it is: one message a turn, first come, first served, and never a step more than
 * was asked for. */
#include "runtime/core.h"
#include "runtime/hooks.h"
#include "runtime/own.h"
#include "runtime/worker.h"
#include "tests/support/fixture.h"

/* Who took which message, as `a1 b7`. */
static char turns[400];
static rt_id other;

enum { GREET_OTHER = 100, GREET_ONESELF, SHUT, LEAVE, GREET_AND_ASK };

static void send(struct rt_self *self, rt_id to, uint32_t tag)
{
	assert_int_equal(rt_self_send(self, to, &(struct rt_msg){.tag = tag}), RT_OK);
}

static void take(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	uint64_t *name = state;
	size_t used = strlen(turns);

	if (msg->word[0] != 0)
		*name = msg->word[0];
	snprintf(turns + used, sizeof turns - used, "%s%c%u", used > 0 ? " " : "", (int)*name, msg->tag);
	switch (msg->tag) {
	case GREET_OTHER:
		send(self, other, 7);
		break;
	case GREET_ONESELF:
		send(self, rt_self_id(self), 8);
		break;
	case SHUT:
		rt_self_intake(self, false);
		break;
	case GREET_AND_ASK:
		send(self, other, 7);
		assert_int_equal(rt_self_ask(self, &(struct rt_ask){.worker = other}, NULL), RT_OK);
		break;
	case RT_TAG_REQUEST:
		rt_self_keep(self, msg->word[0]);
		break;
	case LEAVE:
		send(self, other, 9);
		rt_self_exit(self, rt_self_atom(self, "enough"));
		break;
	default:
		break;
	}
}

static const struct rt_behaviour taker = {.name = "taker", .help = "notes", .state = 16, .handle = take};

static void give(struct fixture *f, const char *path, uint32_t tag)
{
	const struct rt_msg msg = {.tag = tag, .word = {(uint64_t)path[4]}};

	assert_int_equal(rt_send(f->rt, pid(f, path), &msg), RT_OK);
}

/* To `a`, one after the other. */
#define GIVE_A(f, ...)                                                                                       \
	do {                                                                                                 \
		const uint32_t tags_[] = {__VA_ARGS__};                                                      \
		for (size_t i_ = 0; i_ < sizeof tags_ / sizeof tags_[0]; i_++)                               \
			give(f, "app/a", tags_[i_]);                                                         \
	} while (0)

static struct fixture *two(void)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 100,
						    CHILDREN(WORKER("a", .behaviour = &taker),
							     WORKER("b", .behaviour = &taker))));

	give(f, "app/b", 0);
	settle(f);
	turns[0] = '\0';
	other = pid(f, "app/b");
	return f;
}

static void assert_turns(struct fixture *f, const char *expected)
{
	settle(f);
	assert_string_equal(turns, expected);
	turns[0] = '\0';
}

TEST(unit_two_who_have_mail_take_turns)
{
	struct fixture *f = two();

	GIVE_A(f, 1, 2);
	give(f, "app/b", 3);
	give(f, "app/b", 4);
	give(f, "app/a", 5);
	assert_turns(f, "a1 b3 a2 b4 a5");
	fixture_free(f);
}

TEST(unit_who_is_greeted_comes_before_the_next_message_of_who_was_alone)
{
	struct fixture *f = two();

	GIVE_A(f, 1, GREET_OTHER, 2, GREET_OTHER, 3);
	assert_turns(f, "a1 a100 b7 a2 a100 b7 a3");
	fixture_free(f);
}

TEST(unit_a_message_to_oneself_waits_behind_the_others)
{
	struct fixture *f = two();

	GIVE_A(f, GREET_ONESELF, 1, GREET_ONESELF);
	assert_turns(f, "a101 a1 a101 a8 a8");
	fixture_free(f);
}

TEST(unit_who_wants_no_requests_takes_messages_all_the_same)
{
	struct fixture *f = two();

	GIVE_A(f, 1, SHUT, 2, 3);
	assert_turns(f, "a1 a102 a2 a3");
	fixture_free(f);
}

/* A request in hand is known by the message that it came in: the same one, whatever way messages took. */
TEST(unit_whether_anybody_has_a_say_does_not_show_in_the_state)
{
	uint64_t hash[2];

	for (unsigned attended = 0; attended < 2; attended++) {
		struct fixture *f = two();

		rt_fail_nth(f->rt, attended ? UINT64_MAX : 0);
		give(f, "app/a", GREET_AND_ASK);
		give(f, "app/a", 1);
		settle(f);
		assert_int_not_equal(rt_actor_at(f->rt, rt_id_slot(other))->own->in_hand, 0);
		hash[attended] = rt_state_hash(f->rt);
		fixture_free(f);
	}
	assert_true(hash[0] == hash[1]);
}

/* Whom nobody protects is not left by a jump. */
TEST(unit_who_ends_amid_its_messages_takes_them_along)
{
	struct fixture *f = two();

	GIVE_A(f, 1, LEAVE, 2);
	assert_turns(f, "a1 a103");
	assert_events(f, "exit app/a enough; child_terminated app/a enough; start app/a");
	give(f, "app/a", 3);
	assert_turns(f, "a3");
	fixture_free(f);
}

TEST(unit_each_message_is_a_step_and_no_more_are_taken_than_were_asked_for)
{
	struct fixture *f = two();
	uint64_t before = rt_steps(f->rt);

	for (uint32_t i = 1; i <= 6; i++)
		give(f, "app/a", i);
	assert_int_equal(rt_step(f->rt), RT_OK);
	assert_string_equal(turns, "a1");
	assert_int_equal(rt_run(f->rt, rt_now(f->rt), 3), RT_EAGAIN);
	assert_string_equal(turns, "a1 a2 a3 a4");
	assert_int_equal(rt_steps(f->rt), before + 4);
	assert_int_equal(rt_run(f->rt, rt_now(f->rt), 100), RT_OK);
	assert_int_equal(rt_steps(f->rt), before + 6);
	assert_int_equal(rt_step(f->rt), RT_EAGAIN);
	assert_turns(f, "a1 a2 a3 a4 a5 a6");
	fixture_free(f);
}

/* Orders, somebody who works them off, and so many of them that some are always under way. */
static uint64_t state_after(bool message_events, rt_time ms)
{
	const struct rt_setting asks[] = { { .name = "to", .text = "shop/orders" },
					   { .name = "rate", .number = 50 },
					   { .name = "retries", .number = 1 } };
	const struct rt_setting takes[] = {{.name = "from", .text = "shop/orders"},
					   {.name = "service_time", .number = 30 * RT_MS}};
	const struct rt_child children[] = {
		WORKER("orders", .worker = "queue"),
		WORKER("ann", .worker = "consumer", .settings = takes, .n_settings = 2),
		WORKER("bob", .worker = "consumer", .settings = takes, .n_settings = 2),
		WORKER("users", .worker = "source", .settings = asks, .n_settings = 3),
	};
	const struct rt_config config = {.seed = 7, .message_events = message_events};
	struct fixture *f = fixture_new(&config);

	begin_tree(f, &ONE_FOR_ONE("shop", .intensity = 10, .children = children, .n_children = 4));
	wait_ms(f, ms);
	crash(f, "shop/ann", "boom");
	wait_ms(f, 100);
	uint64_t hash = rt_state_hash(f->rt);

	assert_true(rt_steps(f->rt) > 20);
	fixture_free(f);
	return hash;
}

/* What a message is kept in goes when its handler is done, whichever way it took: then whatever is asked for
 * meanwhile gets the same number. */
TEST(unit_whoever_looks_at_messages_changes_nothing)
{
	for (rt_time ms = 200; ms < 600; ms += 10)
		assert_int_equal(state_after(true, ms), state_after(false, ms));
}

TEST(unit_nobody_gets_no_message)
{
	struct fixture *f = two();
	const struct rt_msg msg = {.tag = 1};
	rt_id gone = pid(f, "app/a");

	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(rt_send(f->rt, gone, &msg), RT_ENOENT);
	assert_int_equal(rt_send(f->rt, RT_NOBODY, &msg), RT_ENOENT);
	assert_int_equal(rt_send(f->rt, UINT64_MAX, &msg), RT_ENOENT);
	assert_int_equal(rt_send(f->rt, UINT32_MAX, &msg), RT_ENOENT);
	assert_int_equal(rt_send(f->rt, (rt_id)7 << 32, &msg), RT_ENOENT);
	fixture_free(f);
}

RUN(
    cmocka_unit_test(unit_two_who_have_mail_take_turns),
    cmocka_unit_test(unit_who_is_greeted_comes_before_the_next_message_of_who_was_alone),
    cmocka_unit_test(unit_a_message_to_oneself_waits_behind_the_others),
    cmocka_unit_test(unit_who_wants_no_requests_takes_messages_all_the_same),
    cmocka_unit_test(unit_whether_anybody_has_a_say_does_not_show_in_the_state),
    cmocka_unit_test(unit_who_ends_amid_its_messages_takes_them_along),
    cmocka_unit_test(unit_each_message_is_a_step_and_no_more_are_taken_than_were_asked_for),
    cmocka_unit_test(unit_whoever_looks_at_messages_changes_nothing),
    cmocka_unit_test(unit_nobody_gets_no_message))
