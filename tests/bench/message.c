/* message.c - messages: from outside, there and back, round and round, to anybody.  Handlers are armed
 * against crashes, as they are in runs. */
#include <stdlib.h>

#include "runtime/guard.h"
#include "runtime/worker.h"
#include "tree.h"

#define CASTS 4000000
#define BATCH 1000 /* messages sent from outside before any is handled */

/* Whom handlers send to; there is one measurement at a time. */
static rt_id *ids;
static unsigned n_ids;
/* How many have arrived that go no further. */
static unsigned arrived;

static void take(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self;
	*(uint64_t *)state += msg->word[0];
}

static void pass(struct rt_self *self, rt_id to, const struct rt_msg *msg, uint64_t who)
{
	struct rt_msg next = {
		.from = rt_self_id(self), .tag = msg->tag, .word = { msg->word[0] - 1, who }
	};

	if (msg->word[0] == 0)
		arrived++;
	else if (rt_self_send(self, to, &next) != RT_OK)
		abort();
}

/* word[0]: how often it is still to be sent. */
static void send_back(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state;
	pass(self, msg->from, msg, 0);
}

/* word[1]: the number of who has it. */
static void send_on(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	uint64_t next = msg->word[1] + 1 == n_ids ? 0 : msg->word[1] + 1;

	(void)state;
	pass(self, ids[next], msg, next);
}

static const struct rt_behaviour taker = {
	.name = "taker", .help = "adds up", .state = 64, .handle = take
};
static const struct rt_behaviour pinger = {
	.name = "pinger", .help = "sends back", .state = 64, .handle = send_back
};
static const struct rt_behaviour passer = {
	.name = "passer", .help = "sends on", .state = 64, .handle = send_on
};

static bool open_tree(struct bench_tree *tree, unsigned n, const struct rt_behaviour *behaviour, bool armed)
{
	ids = NULL;
	if (!bench_tree_start_with(tree, n, 0, RT_ONE_FOR_ONE, behaviour) || !bench_guard())
		return false;
	if (armed)
		rt_guard_protect(tree->rt);
	ids = bench_ids(tree->rt, n);
	n_ids = n;
	arrived = 0;
	return ids != NULL;
}

static void close_tree(struct bench_tree *tree)
{
	bench_tree_free(tree);
	free(ids);
}

/* A thousand at a time, to each in turn or to anybody. */
static double cast(unsigned n, unsigned times, bool armed, bool anybody)
{
	unsigned rounds = 1 + bench_times(times) / BATCH, next = 0;
	struct bench_tree tree;
	double result = -1;
	uint32_t at = 1;

	if (open_tree(&tree, n, &taker, armed)) {
		struct rt_msg msg = { .tag = 1, .word = { 1 } };
		bool ok = true;
		double begin = bench_now();

		for (unsigned round = 0; ok && round < rounds; round++) {
			for (unsigned i = 0; ok && i < BATCH; i++) {
				unsigned to = anybody ? bench_random(&at, n) : next;

				ok = rt_send(tree.rt, ids[to], &msg) == RT_OK;
				next = next + 1 == n ? 0 : next + 1;
			}
			ok = ok && bench_settle(tree.rt);
		}
		bench_ring_drain(tree.ring);
		if (ok)
			result = (double)rounds * BATCH / (bench_now() - begin);
	}
	close_tree(&tree);
	return result;
}

double bench_cast(unsigned n)
{
	return cast(n, CASTS, true, false);
}

double bench_cast_bare(unsigned n)
{
	return cast(n, CASTS, false, false);
}

/* What a message costs more when handlers are armed; one kind right after the other, a few times, so that the
 * machine's moods concern both. */
double bench_containment(unsigned n)
{
	double armed = 0, bare = 0;

	for (unsigned i = 0; i < 4; i++) {
		double with = bench_cast(n), without = bench_cast_bare(n);

		if (with <= 0 || without <= 0)
			return -1;
		armed = with > armed ? with : armed;
		bare = without > bare ? without : bare;
	}
	return armed >= bare ? 0 : (1 / armed - 1 / bare) * 1e9;
}

/* n pairs, all at it at once. */
double bench_pingpong(unsigned n)
{
	unsigned trips = 1 + bench_times(2000000) / n;
	struct bench_tree tree;
	double result = -1;

	if (open_tree(&tree, 2 * n, &pinger, true)) {
		bool ok = true;
		double begin = bench_now();

		for (unsigned i = 0; ok && i < n; i++) {
			struct rt_msg msg = { .from = ids[2 * i], .tag = 1, .word = { 2 * trips - 1 } };

			ok = rt_send(tree.rt, ids[2 * i + 1], &msg) == RT_OK;
		}
		ok = ok && bench_settle(tree.rt);
		bench_ring_drain(tree.ring);
		if (ok && arrived == n)
			result = (double)trips * n / (bench_now() - begin);
	}
	close_tree(&tree);
	return result;
}

double bench_ring(unsigned n)
{
	unsigned hops = bench_times(4000000);
	struct rt_msg msg = { .tag = 1, .word = { hops - 1 } };
	struct bench_tree tree;
	double result = -1;

	if (open_tree(&tree, n, &passer, true)) {
		double begin = bench_now();
		bool ok = rt_send(tree.rt, ids[0], &msg) == RT_OK && bench_settle(tree.rt);

		bench_ring_drain(tree.ring);
		if (ok && arrived == 1)
			result = hops / (bench_now() - begin);
	}
	close_tree(&tree);
	return result;
}

double bench_random_actors(unsigned n)
{
	return cast(n, CASTS / 2, true, true);
}
