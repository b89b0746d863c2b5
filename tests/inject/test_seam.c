/* Faults that step in at a seam: messages on their way, requests, what is asked for, clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/worker.h"
#include "tests/support/planbed.h"

/* --- a tree of workers that do as they are told -------------------------------------------------------- */

enum order { PLAIN, TAKE, OPEN, LOOK_AT_CLOCK, ASK, SEND_ON };

static struct {
	unsigned got, refused; /* memory and descriptors */
	rt_time wall;
	unsigned ended[RT_OUTCOME_COUNT]; /* of requests, as told to who asked */
	uint64_t value;
	rt_time answered_at;
} seen;

static void note_grant(bool got)
{
	seen.got += got;
	seen.refused += !got;
}

static void obey(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct rt_msg on = { .tag = PLAIN };
	struct rt_ask ask = {
		.worker = msg->word[0],
		.question = msg->word[1],
		.timeout = 10 * RT_SECOND,
	};

	(void)state;
	if (msg->tag == RT_TAG_REQUEST) {
		rt_self_answer(self, msg->word[0], RT_SERVED, rt_work_answer(msg->word[1], RT_WORK_KEY));
		return;
	}
	if (rt_is_answer(msg)) {
		seen.ended[msg->tag - RT_TAG_ANSWER]++;
		seen.value = msg->word[2];
		seen.answered_at = rt_self_now(self);
		return;
	}
	switch ((enum order)msg->tag) {
	case TAKE:
		note_grant(rt_self_alloc(self, 64) != NULL);
		break;
	case OPEN:
		note_grant(rt_self_open(self));
		break;
	case LOOK_AT_CLOCK:
		seen.wall = rt_self_wall(self);
		break;
	case ASK:
		assert_int_equal(rt_self_ask(self, &ask, NULL), RT_OK);
		break;
	case SEND_ON:
		on.from = rt_self_id(self);
		assert_int_equal(rt_self_send(self, msg->word[0], &on), RT_OK);
		break;
	default: /* plain ones */
		break;
	}
}

static const struct rt_behaviour obedient = { .name = "obedient", .help = "does it", .handle = obey };

#define OBEDIENT(name) { .id = name, .shutdown_ms = 1000, .behaviour = &obedient }
#define LONG_NAME                                                                                            \
	"a-name-of-a-hundred-bytes-and-more-so-that-a-path-of-a-few-of-them-is-longer-than-most-buffers-"    \
	"are-"                                                                                               \
	"when-somebody-thinks-of-it"
#define ABOVE(name, list)                                                                                    \
	{                                                                                                    \
		.id = name, .supervisor = true, .type = RT_SUPERVISOR, .shutdown_ms = RT_SHUTDOWN_INFINITY,  \
		.intensity = 1000000, .period_s = 1, .n_children = sizeof(list) / sizeof((list)[0]),         \
		.children = list                                                                             \
	}

static const struct rt_child left[] = { OBEDIENT("x"), OBEDIENT("y") };
static const struct rt_child right[] = { OBEDIENT("x"), OBEDIENT("y") };
static const struct rt_child deepest[] = { OBEDIENT(LONG_NAME) };
static const struct rt_child deeper[] = { ABOVE(LONG_NAME, deepest) };
static const struct rt_child deep[] = { ABOVE(LONG_NAME, deeper) };
static const struct rt_child below_deep[] = { ABOVE(LONG_NAME, deep) };
static const struct rt_child template = OBEDIENT("template");
static const struct rt_child children[] = {
	OBEDIENT("a"),
	OBEDIENT("b"),
	OBEDIENT("c"),
	ABOVE("left", left),
	ABOVE("right", right),
	{ .id = "pool",
	  .supervisor = true,
	  .type = RT_SUPERVISOR,
	  .strategy = RT_SIMPLE_ONE_FOR_ONE,
	  .shutdown_ms = RT_SHUTDOWN_INFINITY,
	  .intensity = 1000000,
	  .period_s = 1,
	  .n_children = 1,
	  .children = &template },
	ABOVE("deep", below_deep),
};
static const struct rt_child app = ABOVE("app", children);

static int set_up(void **state)
{
	struct bed *bed = bed_new_with(7, &app);

	memset(&seen, 0, sizeof(seen));
	bed_begin(bed);
	*state = bed;
	return 0;
}

static int tear_down(void **state)
{
	bed_free(*state);
	return 0;
}

static void tell(struct bed *bed, const char *to, uint32_t tag, uint64_t word, uint64_t second)
{
	const struct rt_msg msg = { .tag = tag, .word = { word, second } };

	rt_because(bed->rt, 0);
	assert_int_equal(rt_send(bed->rt, bed_actor(bed, to), &msg), RT_OK);
}

static void order(struct bed *bed, const char *to, enum order what)
{
	tell(bed, to, what, 0, 0);
	bed_run(bed, rt_now(bed->rt));
}

/* `count` messages from outside, numbered from 100, at one instant. */
static void send_many(struct bed *bed, const char *to, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		tell(bed, to, 100 + i, 0, 0);
	bed_run(bed, rt_now(bed->rt));
}

/* One worker sends another a message; did it arrive? */
static bool passes(struct bed *bed, const char *from, const char *to)
{
	size_t before = bed_count(bed, "message", to);

	tell(bed, from, SEND_ON, bed_actor(bed, to), 0);
	bed_run(bed, rt_now(bed->rt));
	return bed_count(bed, "message", to) > before;
}

static void ask(struct bed *bed, const char *from, const char *whom, uint64_t question)
{
	tell(bed, from, ASK, bed_actor(bed, whom), question);
	bed_run(bed, rt_now(bed->rt));
}

/* The nth event of that word there is the doing of the nth fault_fired there. */
static void caused_by(struct bed *bed, const char *word, const char *path, size_t nth, size_t fired)
{
	assert_int_equal(bed_event(bed, word, path, nth)->event.cause,
			 bed_event(bed, "fault_fired", path, fired)->event.seq);
}

/* --- single messages ----------------------------------------------------------------------------------- */

static void a_dropped_message_is_lost_and_the_next_is_not(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "drop app/a"), 1);
	assert_int_equal(bed_count(bed, "fault_fired", "**"), 0);
	send_many(bed, "app/b", 3);
	assert_int_equal(bed_count(bed, "message", "app/b"), 3);
	send_many(bed, "app/a", 3);
	assert_int_equal(bed_count(bed, "fault_fired", "app/a"), 1);
	assert_int_equal(bed_count(bed, "message_lost", "app/a"), 1);
	caused_by(bed, "message_lost", "app/a", 1, 1);
	assert_int_equal(bed_count(bed, "message", "app/a"), 2);
	assert_int_equal(bed_event(bed, "message", "app/a", 1)->event.a, 101);
	assert_int_equal(bed_event(bed, "message", "app/a", 1)->event.cause, 0);
	assert_true(inj_plan_spent(bed->plan));
}

static void what_led_to_a_message_led_to_its_fault(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "drop app/b");
	bed_input(bed, "send app/a");
	bed_run(bed, 0);
	assert_false(passes(bed, "app/a", "app/b"));
	/* The sender was handling a message. */
	assert_int_equal(bed_event(bed, "fault_fired", "app/b", 1)->event.cause,
			 bed_event(bed, "message", "app/a", 2)->event.seq);
	caused_by(bed, "message_lost", "app/b", 1, 1);
}

static void times_and_skip_count_messages(void **state)
{
	struct bed *bed = *state;
	unsigned drop = bed_add(bed, "drop app/a times=3 skip=2");

	bed_run(bed, 0);
	send_many(bed, "app/a", 10);
	assert_int_equal(bed_fired(bed, drop), 3);
	assert_int_equal(bed_count(bed, "message", "app/a"), 7);
	assert_int_equal(bed_event(bed, "message", "app/a", 2)->event.a, 101);
	assert_int_equal(bed_event(bed, "message", "app/a", 3)->event.a, 105);
	assert_false(inj_plan_info(bed->plan, drop).armed);
	assert_int_equal(inj_plan_info(bed->plan, drop).holding, 0);
}

static void a_probability_drops_some_as_long_as_it_lasts(void **state)
{
	struct bed *bed = *state;
	unsigned drop;

	bed_input(bed, "drop app/a probability=30% duration=5s");
	drop = inj_plan_count(bed->plan) - 1;
	for (unsigned second = 1; second < 10; second++) {
		send_many(bed, "app/a", 100);
		bed_run(bed, second * RT_SECOND);
	}
	assert_in_range(bed_count(bed, "message_lost", "app/a"), 100, 200);
	assert_int_equal(bed_count(bed, "message_lost", "app/a"), bed_fired(bed, drop));
	assert_int_equal(bed_count(bed, "message", "app/a") + bed_fired(bed, drop), 900);
	assert_true(bed_event(bed, "message_lost", "app/a", bed_fired(bed, drop))->event.t < 5 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_healed", "app/a", 1)->event.t, 5 * RT_SECOND);
	/* It was typed. */
	assert_int_equal(bed_event(bed, "fault_healed", "app/a", 1)->event.cause, bed->event[0].event.seq);
}

static void a_heal_ends_it(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "drop app/* times=0");
	send_many(bed, "app/a", 2);
	assert_int_equal(bed_input(bed, "heal app/a"), 1);
	send_many(bed, "app/a", 2);
	send_many(bed, "app/b", 2);
	assert_int_equal(bed_count(bed, "message_lost", "app/a"), 2);
	assert_int_equal(bed_count(bed, "message_lost", "app/b"), 2);
	bed_input(bed, "heal **");
	send_many(bed, "app/b", 2);
	assert_int_equal(bed_count(bed, "message", "app/b"), 2);
}

static void triggers_open_it(void **state)
{
	struct bed *bed = *state;
	unsigned at = bed_add(bed, "drop app/a at=2s"), every = bed_add(bed, "drop app/b every=2s times=3");
	unsigned after = bed_add(bed, "drop app/c after.messages=5"), on;

	for (unsigned second = 0; second < 10; second++) {
		send_many(bed, "app/a", 1);
		send_many(bed, "app/b", 1);
		send_many(bed, "app/c", 2);
		bed_run(bed, (second + 1) * RT_SECOND);
	}
	assert_int_equal(bed_fired(bed, at), 1);
	assert_int_equal(bed_event(bed, "message_lost", "app/a", 1)->event.t, 2 * RT_SECOND);
	/* Opened at two seconds it stays open until its times are used up. */
	assert_int_equal(bed_fired(bed, every), 3);
	assert_int_equal(bed_event(bed, "message_lost", "app/b", 3)->event.t, 4 * RT_SECOND);
	/* The fifth was handled as the first of two; the second was under way. */
	assert_int_equal(bed_fired(bed, after), 1);
	assert_int_equal(bed_event(bed, "message_lost", "app/c", 1)->event.t, 3 * RT_SECOND);
	on = bed_add(bed, "drop app/a on.event=exit on.of=app/b");
	send_many(bed, "app/a", 1);
	bed_input(bed, "crash app/b");
	bed_run(bed, rt_now(bed->rt));
	send_many(bed, "app/a", 1);
	assert_int_equal(bed_fired(bed, on), 1);
}

static void a_mode_picks_paths(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "drop app/* mode=fixed value=2 times=0"), 2);
	send_many(bed, "app/a", 1);
	send_many(bed, "app/b", 1);
	send_many(bed, "app/c", 1);
	assert_int_equal(bed_count(bed, "message_lost", "app/*"), 2);
}

static void only_workers_are_meant(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "drop app"), 0);
	assert_int_equal(bed_input(bed, "drop app/*"), 3);
	assert_int_equal(bed_input(bed, "drop **"), 8);
}

static void it_stays_whoever_works_there_and_comes_to_who_is_started_later(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "drop app/a times=0");
	bed_input(bed, "drop app/pool/* times=0");
	bed_input(bed, "crash app/a");
	bed_input(bed, "start_child app/pool");
	bed_run(bed, 0);
	send_many(bed, "app/a", 2);
	send_many(bed, "app/pool/1", 2);
	assert_int_equal(bed_count(bed, "message_lost", "app/a"), 2);
	assert_int_equal(bed_count(bed, "message_lost", "app/pool/1"), 2);
}

static void a_duplicate_arrives_more_than_once(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "duplicate app/a copies=2");
	send_many(bed, "app/a", 2);
	assert_int_equal(bed_count(bed, "message", "app/a"), 4);
	assert_int_equal(bed_event(bed, "message", "app/a", 3)->event.a, 100);
	assert_int_equal(bed_event(bed, "message", "app/a", 4)->event.a, 101);
	caused_by(bed, "message_duplicated", "app/a", 1, 1);
}

static void a_delayed_message_is_overtaken(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "delay app/a by=250ms");
	send_many(bed, "app/a", 2);
	assert_int_equal(bed_event(bed, "message", "app/a", 1)->event.a, 101);
	bed_run(bed, RT_SECOND);
	assert_int_equal(bed_event(bed, "message", "app/a", 2)->event.a, 100);
	assert_int_equal(bed_event(bed, "message", "app/a", 2)->event.t, 250 * RT_MS);
	caused_by(bed, "message_delayed", "app/a", 1, 1);
}

static uint64_t reordered(uint64_t seed)
{
	struct bed *bed = bed_new_with(seed, &app);
	uint64_t hash = 1;
	unsigned moved = 0;

	bed_begin(bed);
	bed_input(bed, "reorder app/a within=20ms times=0");
	send_many(bed, "app/a", 50);
	assert_int_equal(bed_count(bed, "message", "app/a"), 0);
	bed_run(bed, RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/a"), 50);
	for (unsigned i = 0; i < 50; i++) {
		const struct bed_event *message = bed_event(bed, "message", "app/a", i + 1);

		assert_in_range(message->event.t, 1, 20 * RT_MS - 1);
		moved += message->event.a != 100 + i;
		hash = hash * 31 + message->event.a;
	}
	assert_true(moved > 25);
	bed_free(bed);
	return hash;
}

static void reordered_messages_are_the_same_for_the_same_seed(void **state)
{
	(void)state;
	assert_int_equal(reordered(1), reordered(1));
	assert_int_not_equal(reordered(1), reordered(2));
}

static void several_faults_may_strike_one_message(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "delay app/a by=1s");
	bed_input(bed, "delay app/a by=2s");
	bed_input(bed, "duplicate app/a");
	send_many(bed, "app/a", 1);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/a"), 2);
	assert_int_equal(bed_event(bed, "message", "app/a", 1)->event.t, 3 * RT_SECOND);
	/* Each of them because of the message, not of the fault before. */
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(bed_event(bed, "fault_fired", "app/a", i)->event.cause, 0);
	caused_by(bed, "message_delayed", "app/a", 1, 2);
	caused_by(bed, "message_duplicated", "app/a", 1, 3);
	/* What is lost nobody else has a chance at. */
	bed_input(bed, "drop app/b");
	bed_input(bed, "delay app/b");
	send_many(bed, "app/b", 1);
	assert_int_equal(bed_count(bed, "fault_fired", "app/b"), 1);
	assert_int_equal(bed_count(bed, "message_lost", "app/b"), 1);
}

/* --- between two sides --------------------------------------------------------------------------------- */

static void a_partition_holds_in_both_directions_and_only_between(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "partition app/left from=app/right"), 1);
	assert_int_equal(bed_count(bed, "fault_fired", "app/left"), 1);
	assert_false(passes(bed, "app/left/x", "app/right/y"));
	assert_false(passes(bed, "app/right/x", "app/left/x"));
	assert_true(passes(bed, "app/left/x", "app/left/y"));
	assert_true(passes(bed, "app/right/x", "app/right/y"));
	assert_true(passes(bed, "app/a", "app/right/y"));
	assert_true(passes(bed, "app/left/y", "app/a"));
	send_many(bed, "app/left/x", 1); /* from outside */
	assert_int_equal(bed_count(bed, "message_lost", "**"), 2);
	assert_int_equal(bed_event(bed, "message_lost", "app/right/y", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/left", 1)->event.seq);
	assert_int_equal(bed_event(bed, "message_lost", "app/left/x", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/left", 1)->event.seq);
	/* It fired once, and stays over restarts. */
	bed_input(bed, "kill app/left");
	bed_run(bed, 0);
	assert_false(passes(bed, "app/left/x", "app/right/y"));
	assert_int_equal(bed_count(bed, "fault_fired", "app/left"), 2);
	assert_int_equal(bed_input(bed, "heal app/left"), 1);
	assert_true(passes(bed, "app/left/x", "app/right/y"));
	assert_true(passes(bed, "app/right/y", "app/left/x"));
}

static void a_partition_ends_with_its_duration(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "partition app/a from=app/b duration=2s");
	bed_run(bed, 2 * RT_SECOND - 1);
	assert_false(passes(bed, "app/a", "app/b"));
	bed_run(bed, 2 * RT_SECOND);
	assert_true(passes(bed, "app/a", "app/b"));
}

static void who_is_on_both_sides_is_on_the_targets(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "partition app/a from=**");
	assert_false(passes(bed, "app/a", "app/b"));
	assert_false(passes(bed, "app/left/x", "app/a"));
	assert_true(passes(bed, "app/a", "app/a"));
	assert_true(passes(bed, "app/b", "app/left/x"));
}

static void one_place_may_be_cut_off_from_several(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "partition app/a from=app/b"), 1);
	assert_int_equal(bed_input(bed, "partition app/a from=app/c"), 1);
	assert_false(passes(bed, "app/a", "app/b"));
	assert_false(passes(bed, "app/c", "app/a"));
	assert_true(passes(bed, "app/b", "app/c"));
	assert_int_equal(bed_input(bed, "heal app/a"), 2);
	assert_int_equal(bed_count(bed, "fault_healed", "app/a"), 2);
	assert_true(passes(bed, "app/a", "app/b"));
	/* With a pattern every path that matches is one side with the others. */
	assert_int_equal(bed_input(bed, "partition app/left/* from=app/right/*"), 2);
	assert_true(passes(bed, "app/left/x", "app/left/y"));
	assert_false(passes(bed, "app/left/x", "app/right/y"));
}

/* --- time ---------------------------------------------------------------------------------------------- */

static void a_slow_worker_takes_longer_for_each_message(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "slow app/a by=200ms"), 1);
	assert_int_equal(bed_input(bed, "slow app/b duration=250ms"), 1);
	send_many(bed, "app/a", 4);
	send_many(bed, "app/b", 9);
	bed_run(bed, 10 * RT_SECOND);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(bed_event(bed, "message", "app/a", i + 1)->event.t, i * 200 * RT_MS);
	/* 0, 100 and 200 ms; at 300 it is over. */
	assert_int_equal(bed_event(bed, "message", "app/b", 4)->event.t, 300 * RT_MS);
	assert_int_equal(bed_event(bed, "message", "app/b", 9)->event.t, 300 * RT_MS);
	/* A restarted one is as fast as ever. */
	bed_input(bed, "crash app/a");
	bed_run(bed, rt_now(bed->rt));
	send_many(bed, "app/a", 4);
	assert_int_equal(bed_event(bed, "message", "app/a", 8)->event.t, 10 * RT_SECOND);
}

static void wall_clocks_jump_and_come_back(void **state)
{
	struct bed *bed = *state;

	bed_run(bed, 100 * RT_SECOND);
	assert_int_equal(bed_input(bed, "clock_jump app/a"), 1);
	order(bed, "app/a", LOOK_AT_CLOCK);
	assert_int_equal(seen.wall, 110 * RT_SECOND);
	assert_int_equal(bed_input(bed, "clock_jump app/a by=1m way=back duration=5s"), 1);
	order(bed, "app/a", LOOK_AT_CLOCK);
	assert_int_equal(seen.wall, 50 * RT_SECOND);
	order(bed, "app/b", LOOK_AT_CLOCK);
	assert_int_equal(seen.wall, 100 * RT_SECOND);
	/* Whoever works there. */
	bed_input(bed, "kill app/a");
	bed_run(bed, 105 * RT_SECOND);
	order(bed, "app/a", LOOK_AT_CLOCK);
	assert_int_equal(seen.wall, 115 * RT_SECOND);
	bed_input(bed, "heal app/a");
	order(bed, "app/a", LOOK_AT_CLOCK);
	assert_int_equal(seen.wall, 105 * RT_SECOND);
}

/* --- what is asked for --------------------------------------------------------------------------------- */

static void an_allocation_fails_and_the_next_does_not(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "alloc_fail app/a"), 1);
	order(bed, "app/b", TAKE);
	order(bed, "app/a", OPEN);
	assert_int_equal(seen.got, 2);
	order(bed, "app/a", TAKE);
	order(bed, "app/a", TAKE);
	assert_int_equal(seen.got, 3);
	assert_int_equal(seen.refused, 1);
	assert_int_equal(bed_count(bed, "resource_refused", "app/a"), 1);
	assert_string_equal(bed_event(bed, "resource_refused", "app/a", 1)->reason, "memory");
	caused_by(bed, "resource_refused", "app/a", 1, 1);
	assert_int_equal(bed_event(bed, "fault_fired", "app/a", 1)->event.cause,
			 bed_event(bed, "message", "app/a", 2)->event.seq);
}

static void the_nth_allocation_fails_and_no_other(void **state)
{
	struct bed *bed = *state;
	unsigned fail = bed_add(bed, "alloc_fail app/a nth=3 every=10s");

	bed_run(bed, 10 * RT_SECOND);
	for (unsigned i = 0; i < 5; i++)
		order(bed, "app/a", TAKE);
	assert_int_equal(seen.got, 4);
	assert_int_equal(bed_fired(bed, fail), 1);
	assert_int_equal(bed_event(bed, "resource_refused", "app/a", 1)->event.cause,
			 bed_event(bed, "message", "app/a", 3)->event.seq + 1);
	/* Opened again it counts from there. */
	bed_run(bed, 20 * RT_SECOND);
	for (unsigned i = 0; i < 5; i++)
		order(bed, "app/a", TAKE);
	assert_int_equal(seen.got, 8);
	assert_int_equal(bed_fired(bed, fail), 2);
}

static void allocations_fail_by_chance_until_healed(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "alloc_fail app/a probability=50%");
	for (unsigned i = 0; i < 100; i++)
		order(bed, "app/a", TAKE);
	assert_in_range(seen.refused, 30, 70);
	bed_input(bed, "heal app/a");
	seen.refused = 0;
	for (unsigned i = 0; i < 20; i++)
		order(bed, "app/a", TAKE);
	assert_int_equal(seen.refused, 0);
	/* Skip and times, and a duration. */
	bed_input(bed, "alloc_fail app/a skip=2 times=3 duration=1s");
	for (unsigned i = 0; i < 4; i++)
		order(bed, "app/a", TAKE);
	assert_int_equal(seen.refused, 2);
	bed_run(bed, RT_SECOND);
	order(bed, "app/a", TAKE);
	assert_int_equal(seen.refused, 2);
}

static void descriptors_run_out_while_it_lasts(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "fd_exhaust app/a duration=2s"), 1);
	order(bed, "app/a", OPEN);
	order(bed, "app/a", TAKE);
	bed_input(bed, "crash app/a");
	bed_run(bed, RT_SECOND);
	order(bed, "app/a", OPEN);
	assert_int_equal(seen.refused, 2);
	assert_int_equal(seen.got, 1);
	assert_string_equal(bed_event(bed, "resource_refused", "app/a", 1)->reason, "descriptor");
	caused_by(bed, "resource_refused", "app/a", 1, 1);
	caused_by(bed, "resource_refused", "app/a", 2, 1);
	bed_run(bed, 2 * RT_SECOND);
	order(bed, "app/a", OPEN);
	assert_int_equal(seen.got, 2);
}

static void a_flood_is_many_messages(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "mailbox_flood app/a count=500"), 1);
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "message", "app/a"), 500);
	caused_by(bed, "message", "app/a", 500, 1);
	bed_input(bed, "mailbox_flood app/b");
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "message", "app/b"), 10000);
}

static void a_long_path_is_a_path_like_any_other(void **state)
{
	struct bed *bed = *state;
	const char *path = "app/deep/" LONG_NAME "/" LONG_NAME "/" LONG_NAME "/" LONG_NAME;
	char line[1024];

	assert_true(strlen(path) > 500);
	snprintf(line, sizeof(line), "alloc_fail %s", "app/deep/*/*/*/*");
	bed_input(bed, line);
	order(bed, path, TAKE);
	order(bed, path, TAKE);
	assert_int_equal(seen.refused, 1);
	assert_int_equal(seen.got, 1);
}

/* --- requests ------------------------------------------------------------------------------------------ */

static void requests_are_turned_away_or_vanish(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "dependency_down app/b duration=1s"), 1);
	assert_int_equal(bed_input(bed, "dependency_down app/c how=silent"), 1);
	assert_true(passes(bed, "app/a", "app/b")); /* messages that are no requests */
	ask(bed, "app/a", "app/b", 1);
	assert_int_equal(seen.ended[RT_FAILED], 1);
	ask(bed, "app/a", "app/c", 1);
	bed_run(bed, 9 * RT_SECOND);
	assert_int_equal(seen.ended[RT_LOST], 0);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(seen.ended[RT_LOST], 1);
	ask(bed, "app/a", "app/b", 1);
	assert_int_equal(seen.ended[RT_SERVED], 1);
	bed_input(bed, "heal app/c");
	ask(bed, "app/a", "app/c", 1);
	assert_int_equal(seen.ended[RT_SERVED], 2);
	assert_int_equal(bed_event(bed, "request", "app/b", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/b", 1)->event.seq);
}

static void requests_arrive_later(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "dependency_slow app/b");
	assert_true(passes(bed, "app/a", "app/b"));
	ask(bed, "app/a", "app/b", 1);
	bed_run(bed, 5 * RT_SECOND);
	assert_int_equal(seen.ended[RT_SERVED], 1);
	assert_int_equal(seen.answered_at, RT_SECOND);
	assert_int_equal(bed_count(bed, "message_delayed", "app/b"), 1);
	caused_by(bed, "message_delayed", "app/b", 1, 1);
	bed_input(bed, "heal app/b");
	ask(bed, "app/a", "app/b", 1);
	assert_int_equal(seen.answered_at, 5 * RT_SECOND);
}

static void answers_are_wrong(void **state)
{
	struct bed *bed = *state;

	ask(bed, "app/a", "app/b", 77);
	assert_int_equal(seen.value, rt_work_answer(77, RT_WORK_KEY));
	bed_input(bed, "dependency_wrong app/b duration=1s");
	ask(bed, "app/a", "app/b", 77);
	assert_int_equal(seen.ended[RT_SERVED], 2);
	assert_int_not_equal(seen.value, rt_work_answer(77, RT_WORK_KEY));
	bed_run(bed, RT_SECOND);
	ask(bed, "app/a", "app/b", 77);
	assert_int_equal(seen.value, rt_work_answer(77, RT_WORK_KEY));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_dropped_message_is_lost_and_the_next_is_not),
		test(what_led_to_a_message_led_to_its_fault),
		test(times_and_skip_count_messages),
		test(a_probability_drops_some_as_long_as_it_lasts),
		test(a_heal_ends_it),
		test(triggers_open_it),
		test(a_mode_picks_paths),
		test(only_workers_are_meant),
		test(it_stays_whoever_works_there_and_comes_to_who_is_started_later),
		test(a_duplicate_arrives_more_than_once),
		test(a_delayed_message_is_overtaken),
		cmocka_unit_test(reordered_messages_are_the_same_for_the_same_seed),
		test(several_faults_may_strike_one_message),
		test(a_partition_holds_in_both_directions_and_only_between),
		test(a_partition_ends_with_its_duration),
		test(who_is_on_both_sides_is_on_the_targets),
		test(one_place_may_be_cut_off_from_several),
		test(a_slow_worker_takes_longer_for_each_message),
		test(wall_clocks_jump_and_come_back),
		test(an_allocation_fails_and_the_next_does_not),
		test(the_nth_allocation_fails_and_no_other),
		test(allocations_fail_by_chance_until_healed),
		test(descriptors_run_out_while_it_lasts),
		test(a_flood_is_many_messages),
		test(a_long_path_is_a_path_like_any_other),
		test(requests_are_turned_away_or_vanish),
		test(requests_arrive_later),
		test(answers_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
