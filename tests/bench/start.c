/* start.c - a million workers: how long they take to start, what memory they hold. */
#include <stdio.h>
#include <string.h>

#include "runtime/worker.h"
#include "tree.h"

#define STATE 64

static void fill(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self;
	memset(state, (int)msg->tag, STATE);
}

static const struct rt_behaviour filler = {
	.name = "filler", .help = "writes to its state", .state = STATE, .handle = fill
};

double bench_start_supervised(unsigned n)
{
	struct bench_tree tree;
	double result = -1;

	/* The specification is the caller's, and not part of the figure; to take it over is. */
	if (bench_tree_plan(&tree, n, 1000, RT_ONE_FOR_ONE, &filler)) {
		double begin = bench_now();

		if (bench_tree_begin(&tree) && bench_settle(tree.rt) && rt_alive(tree.rt) > n) {
			bench_ring_drain(tree.ring);
			result = n / (bench_now() - begin);
		}
	}
	bench_tree_free(&tree);
	return result;
}

/* Counted page by page by the kernel when asked; the figure in statm lags behind. */
static double resident(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/self/smaps_rollup", "r");

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Rss: %ld kB", &kib) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return (double)kib * 1024;
}

/* A state that nobody has written to is memory that nobody has touched. */
static bool greet(void *ctx, const struct rt_row *row)
{
	struct rt_msg msg = { .tag = 1 };

	return row->child.supervisor || rt_send(ctx, row->child.id, &msg) == RT_OK;
}

/* What is given back when the runtime goes: its copy of the specification counts, ours does not.  Each worker
 * has handled a message. */
double bench_rss_per_worker(unsigned n)
{
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start_with(&tree, n, 1000, RT_ONE_FOR_ONE, &filler)) {
		rt_walk(tree.rt, greet, tree.rt);
		double messages = (double)rt_memory(tree.rt);

		if (bench_settle(tree.rt) && rt_alive(tree.rt) > n) {
			double with = resident();

			messages -= (double)rt_memory(tree.rt);
			rt_free(tree.rt);
			tree.rt = NULL;
			result = (with - resident() - messages) / n;
		}
	}
	bench_tree_free(&tree);
	return result;
}
