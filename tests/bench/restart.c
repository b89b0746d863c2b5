/* restart.c - one of n children ends and is there again: told to, by itself, by a real fault. */
#include <stdlib.h>

#include "runtime/guard.h"
#include "runtime/hooks.h"
#include "runtime/worker.h"
#include "tree.h"

static int *volatile nowhere;

static void crash(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	(void)ctx, (void)self, (void)state, (void)size, (void)code;
	*nowhere = 1;
}

static void give_up(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state;
	rt_self_exit(self, (rt_atom)msg->word[0]);
}

static const struct rt_behaviour leaver = { .name = "leaver",
					    .help = "ends when told to",
					    .handle = give_up };

/* A tree with one after the other of its children to crash. */
struct bed {
	struct bench_tree tree;
	rt_place *places;
	rt_atom reason;
	unsigned n;
	uint32_t at;
};

static bool open_bed(struct bed *bed, unsigned n, const struct rt_behaviour *behaviour)
{
	static const struct rt_hooks hooks = { .inside = crash };

	*bed = (struct bed){ .n = n, .at = 1 };
	if (!bench_tree_start_with(&bed->tree, n, 0, RT_ONE_FOR_ONE, behaviour) || !bench_guard())
		return false;
	rt_hooks_set(bed->tree.rt, &hooks);
	rt_guard_protect(bed->tree.rt);
	bed->reason = rt_atom_make(bed->tree.rt, "crash");
	bed->places = bench_places(bed->tree.rt, n);
	return bed->places != NULL;
}

static bool close_bed(struct bed *bed, bool ok)
{
	ok = ok && rt_alive(bed->tree.rt) == bed->n + 1;
	free(bed->places);
	bench_tree_free(&bed->tree);
	return ok;
}

static inline rt_id victim(struct bed *bed)
{
	return rt_path_actor(bed->tree.rt, bed->places[bench_random(&bed->at, bed->n)]);
}

/* One crash and what follows from it. */
typedef bool deed(struct bed *bed);

static bool soft(struct bed *bed)
{
	return rt_exit(bed->tree.rt, victim(bed), bed->reason) == RT_OK && bench_settle(bed->tree.rt);
}

static bool handled(struct bed *bed)
{
	const struct rt_msg msg = { .tag = 1, .word = { bed->reason } };

	return rt_send(bed->tree.rt, victim(bed), &msg) == RT_OK && bench_settle(bed->tree.rt);
}

static bool real(struct bed *bed)
{
	return rt_inside(bed->tree.rt, victim(bed), 0) == RT_OK && bench_settle(bed->tree.rt);
}

static double rate(unsigned n, unsigned crashes, const struct rt_behaviour *behaviour, deed *once)
{
	struct bed bed;
	bool ok = open_bed(&bed, n, behaviour);
	double begin = bench_now();

	for (unsigned i = 0; ok && i < crashes; i++)
		ok = once(&bed);
	bench_ring_drain(bed.tree.ring);
	double spent = bench_now() - begin;

	return close_bed(&bed, ok) ? crashes / spent : -1;
}

/* Of single ones, with a reading of the clock around each. */
static double latency(unsigned n, unsigned crashes, unsigned permille, deed *once)
{
	uint32_t *spent = malloc(crashes * sizeof *spent);
	struct bed bed;
	bool ok = open_bed(&bed, n, NULL) && spent != NULL;
	double result = -1;

	for (unsigned i = 0; ok && i < crashes; i++) {
		uint64_t begin = bench_ns();

		ok = once(&bed);
		spent[i] = (uint32_t)(bench_ns() - begin);
	}
	if (close_bed(&bed, ok))
		result = bench_permille(spent, crashes, permille);
	free(spent);
	return result;
}

double bench_restart_soft(unsigned n)
{
	return rate(n, bench_times(300000), NULL, soft);
}

double bench_restart_soft_p50(unsigned n)
{
	return latency(n, bench_times(200000), 500, soft);
}

double bench_restart_soft_p99(unsigned n)
{
	return latency(n, bench_times(200000), 990, soft);
}

double bench_restart_handler(unsigned n)
{
	return rate(n, bench_times(300000), &leaver, handled);
}

double bench_restart_segv(unsigned n)
{
	return rate(n, bench_times(50000), NULL, real);
}

double bench_restart_segv_p50(unsigned n)
{
	return latency(n, bench_times(50000), 500, real);
}

double bench_restart_segv_p99(unsigned n)
{
	return latency(n, bench_times(50000), 990, real);
}
