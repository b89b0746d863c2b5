/* snapshot.c - what it costs to look at all of a run: a row for each actor, and the hash of everything that
 * decides its future.  Nothing is kept for it while the run goes on, so this is all that it costs. */
#include "tree.h"

static bool count(void *ctx, const struct rt_row *row)
{
	*(uint64_t *)ctx += row->actor.mailbox + 1;
	return true;
}

/* One way to look at all; the sum of what was seen, so that it has to be done. */
typedef uint64_t look(const struct rt *rt);

static uint64_t walk(const struct rt *rt)
{
	uint64_t seen = 0;

	rt_walk(rt, count, &seen);
	return seen;
}

static double each(unsigned n, look *fn)
{
	unsigned rounds = 1 + bench_times(2000000) / n;
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 1000, RT_ONE_FOR_ONE)) {
		volatile uint64_t seen = fn(tree.rt);
		double begin = bench_now();

		for (unsigned i = 0; i < rounds; i++)
			seen = fn(tree.rt);
		result = (bench_now() - begin) * 1e9 / ((double)rounds * n);
		(void)seen;
	}
	bench_tree_free(&tree);
	return result;
}

double bench_snapshot(unsigned n)
{
	return each(n, walk);
}

double bench_state_hash(unsigned n)
{
	return each(n, rt_state_hash);
}
