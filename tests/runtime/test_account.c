/* test_account.c - what a worker takes by itself: memory to the byte, descriptors, and being refused them. */
#include "runtime/hooks.h"
#include "tests/support/fixture.h"

/* What a message tells the worker to do with its resources, word[0] times or bytes. */
enum order { TAKE = 1, GIVE_BACK, OPEN, CLOSE, LOOK_AT_CLOCK, TAKE_OR_CRASH };

static struct {
	void *taken; /* the latest */
	unsigned refused, opened;
	rt_time wall;
} seen;

static void obey(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state;
	switch ((enum order)msg->tag) {
	case TAKE:
		seen.taken = rt_self_alloc(self, msg->word[0]);
		seen.refused += seen.taken == NULL;
		break;
	case GIVE_BACK:
		rt_self_free(self, seen.taken);
		break;
	case OPEN:
		for (uint64_t i = 0; i < msg->word[0]; i++) {
			bool open = rt_self_open(self);

			seen.opened += open;
			seen.refused += !open;
		}
		break;
	case CLOSE:
		for (uint64_t i = 0; i < msg->word[0]; i++)
			rt_self_close(self);
		break;
	case LOOK_AT_CLOCK:
		seen.wall = rt_self_wall(self);
		break;
	case TAKE_OR_CRASH:
		if (rt_self_alloc(self, msg->word[0]) == NULL)
			rt_self_exit(self, rt_self_atom(self, "enomem"));
		break;
	}
}

static const struct rt_behaviour taker = { .name = "taker",
					   .help = "takes what it is told to",
					   .handle = obey };

#define TAKER(name, ...) WORKER(name, .behaviour = &taker, __VA_ARGS__)

static void order(struct fixture *f, const char *path, enum order tag, uint64_t word)
{
	assert_int_equal(rt_send(f->rt, pid(f, path), &(struct rt_msg){ .tag = tag, .word = { word } }),
			 RT_OK);
	settle(f);
}

static struct fixture *two_takers(void)
{
	memset(&seen, 0, sizeof(seen));
	return start_tree(&ONE_FOR_ONE("app", .memory_max = 3000, .intensity = 100,
				       CHILDREN(TAKER("a", .memory_max = 2000, .descriptors_max = 3),
						TAKER("b"))));
}

TEST(a_quota_is_exact_to_the_byte)
{
	struct fixture *f = two_takers();

	order(f, "app/a", TAKE, 1999);
	order(f, "app/a", TAKE, 1);
	assert_events(f, "");
	order(f, "app/a", TAKE, 1);
	assert_events(f, "exit app/a memory_quota; child_terminated app/a memory_quota; start app/a");
	fixture_free(f);
}

TEST(what_is_given_back_can_be_taken_again)
{
	struct fixture *f = two_takers();

	for (unsigned i = 0; i < 1000; i++) {
		order(f, "app/a", TAKE, 2000);
		memset(seen.taken, 'x', 2000);
		order(f, "app/a", GIVE_BACK, 0);
	}
	assert_events(f, "");
	seen.taken = NULL;
	order(f, "app/a", GIVE_BACK, 0);
	assert_events(f, "");
	fixture_free(f);
}

TEST(a_subtree_has_a_quota_and_who_died_takes_nothing_of_it)
{
	struct fixture *f = two_takers();

	order(f, "app/a", TAKE, 2000);
	order(f, "app/b", TAKE, 1000);
	assert_events(f, "");
	crash(f, "app/a", "boom");
	look_away(f);
	order(f, "app/b", TAKE, 2000);
	assert_events(f, "");
	order(f, "app/a", TAKE, 1);
	assert_events(f, "exit app/a memory_quota; child_terminated app/a memory_quota; start app/a");
	fixture_free(f);
}

TEST(memory_shows_in_what_is_known_of_the_worker)
{
	struct fixture *f = two_takers();
	struct rt_actor_info before, after;

	assert_int_equal(rt_actor(f->rt, pid(f, "app/b"), &before), RT_OK);
	order(f, "app/b", TAKE, 777);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/b"), &after), RT_OK);
	assert_int_equal(after.memory - before.memory, 777);
	fixture_free(f);
}

TEST(descriptors_are_counted_and_come_back_when_their_worker_ends)
{
	struct fixture *f = two_takers();

	order(f, "app/a", OPEN, 5);
	assert_int_equal(seen.opened, 3);
	assert_int_equal(seen.refused, 2);
	assert_int_equal(count_events(f, RT_EV_REFUSED, "app/a"), 2);
	order(f, "app/a", CLOSE, 2);
	order(f, "app/a", OPEN, 5);
	assert_int_equal(seen.opened, 5);
	crash(f, "app/a", "boom");
	settle(f);
	order(f, "app/a", CLOSE, 100); /* it has none: nothing happens */
	order(f, "app/a", OPEN, 5);
	assert_int_equal(seen.opened, 8);
	/* Who has no quota has as many as it likes. */
	order(f, "app/b", OPEN, 1000);
	assert_int_equal(seen.opened, 1008);
	fixture_free(f);
}

/* --- the seams ----------------------------------------------------------------------------------------- */

struct gate {
	struct fixture *f;
	enum rt_resource closed;
	unsigned asked;
	size_t size;
	rt_id worker;
};

static enum rt_verdict guard_gate(void *ctx, rt_id worker, enum rt_resource resource, size_t size)
{
	struct gate *gate = ctx;

	gate->asked++;
	gate->size = size;
	gate->worker = worker;
	return resource == gate->closed ? RT_REFUSE : RT_GO;
}

static rt_time a_minute(void *ctx, rt_id worker)
{
	struct gate *gate = ctx;

	return worker == pid(gate->f, "app/a") ? 60 * RT_SECOND : 0;
}

static void set_gate(struct fixture *f, struct gate *gate)
{
	struct rt_hooks hooks = { .ctx = gate, .grant = guard_gate, .skew = a_minute };

	gate->f = f;
	rt_hooks_set(f->rt, &hooks);
}

/* The latest event, and what caused it. */
static struct rt_event latest;

static void keep(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ctx, (void)ext;
	if (event->kind == RT_EV_REFUSED || event->kind == RT_EV_EXIT)
		latest = *event;
}

TEST(the_seam_refuses_memory_and_the_worker_is_told_by_null)
{
	struct fixture *f = two_takers();
	struct gate gate = { .closed = RT_MEMORY };
	char number[RT_ATOM_BUF];

	set_gate(f, &gate);
	assert_int_equal(rt_observe(f->rt, keep, NULL), RT_OK);
	order(f, "app/a", TAKE, 64);
	assert_int_equal(seen.refused, 1);
	assert_int_equal(gate.size, 64);
	assert_int_equal(gate.worker, pid(f, "app/a"));
	assert_int_equal(latest.kind, RT_EV_REFUSED);
	assert_int_equal(latest.actor, pid(f, "app/a"));
	assert_int_equal(latest.incarnation, 1);
	assert_string_equal(rt_atom_text(f->rt, latest.reason, number), "memory");
	/* Descriptors are another matter. */
	order(f, "app/a", OPEN, 1);
	assert_int_equal(seen.opened, 1);
	gate.closed = RT_DESCRIPTOR;
	order(f, "app/a", OPEN, 1);
	assert_int_equal(seen.opened, 1);
	assert_string_equal(rt_atom_text(f->rt, latest.reason, number), "descriptor");
	/* What was refused does not count. */
	order(f, "app/a", TAKE, 2000);
	assert_events(f, "");
	fixture_free(f);
}

TEST(who_may_not_have_it_anyway_is_not_asked_about)
{
	struct fixture *f = two_takers();
	struct gate gate = { .closed = RT_MEMORY };

	set_gate(f, &gate);
	order(f, "app/a", TAKE, 2001);
	assert_events(f, "exit app/a memory_quota; child_terminated app/a memory_quota; start app/a");
	order(f, "app/a", OPEN, 3);
	gate.asked = seen.refused = 0;
	order(f, "app/a", OPEN, 1);
	assert_int_equal(gate.asked, 0);
	assert_int_equal(seen.refused, 1);
	fixture_free(f);
}

TEST(a_worker_that_ends_of_a_refusal_has_it_as_its_cause)
{
	struct fixture *f = two_takers();
	struct gate gate = { .closed = RT_MEMORY };

	set_gate(f, &gate);
	assert_int_equal(rt_observe(f->rt, keep, NULL), RT_OK);
	order(f, "app/a", TAKE, 1);
	uint64_t refused = latest.seq;

	order(f, "app/a", TAKE_OR_CRASH, 1);
	assert_int_equal(latest.kind, RT_EV_EXIT);
	assert_true(latest.cause > refused);
	assert_int_equal(count_events(f, RT_EV_REFUSED, "app/a"), 2);
	assert_events(f, "exit app/a enomem; child_terminated app/a enomem; start app/a");
	fixture_free(f);
}

TEST(memory_that_is_not_there_is_a_refusal_too)
{
	struct fixture *f = two_takers();

	rt_fail_nth(f->rt, 3); /* the message, the account, the block */
	order(f, "app/b", TAKE, 10);
	assert_int_equal(seen.refused, 1);
	assert_int_equal(count_events(f, RT_EV_REFUSED, "app/b"), 1);
	order(f, "app/b", TAKE, 10);
	assert_int_equal(seen.refused, 1);
	fixture_free(f);
}

TEST(wall_clocks_can_be_off_one_by_one)
{
	struct fixture *f = two_takers();
	struct gate gate = { .closed = RT_MEMORY };

	wait_ms(f, 1500);
	order(f, "app/a", LOOK_AT_CLOCK, 0);
	assert_int_equal(seen.wall, 1500 * RT_MS);
	set_gate(f, &gate);
	order(f, "app/a", LOOK_AT_CLOCK, 0);
	assert_int_equal(seen.wall, 61500 * RT_MS);
	order(f, "app/b", LOOK_AT_CLOCK, 0);
	assert_int_equal(seen.wall, 1500 * RT_MS);
	fixture_free(f);
}

RUN(cmocka_unit_test(a_quota_is_exact_to_the_byte), cmocka_unit_test(what_is_given_back_can_be_taken_again),
    cmocka_unit_test(a_subtree_has_a_quota_and_who_died_takes_nothing_of_it),
    cmocka_unit_test(memory_shows_in_what_is_known_of_the_worker),
    cmocka_unit_test(descriptors_are_counted_and_come_back_when_their_worker_ends),
    cmocka_unit_test(the_seam_refuses_memory_and_the_worker_is_told_by_null),
    cmocka_unit_test(who_may_not_have_it_anyway_is_not_asked_about),
    cmocka_unit_test(a_worker_that_ends_of_a_refusal_has_it_as_its_cause),
    cmocka_unit_test(memory_that_is_not_there_is_a_refusal_too),
    cmocka_unit_test(wall_clocks_can_be_off_one_by_one))
