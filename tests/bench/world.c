/* world.c - figures of the runtime alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "runtime/worker.h"

static uint64_t sink;

double bench_start_supervised(unsigned n)
{
	struct bench_tree tree;
	double result = -1, begin;

	/* The specification is built by the caller, and is not part of the figure. */
	if (bench_tree_start(&tree, n, 1000, RT_ONE_FOR_ONE)) {
		begin = bench_now();
		if (bench_settle(tree.rt) && rt_alive(tree.rt) > n)
			result = n / (bench_now() - begin);
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
#define STATE 64
static void fill(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self;
	memset(state, (int)msg->tag, STATE);
}

static const struct rt_behaviour filler = { .name = "filler", .state = STATE, .handle = fill };

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

	if (bench_tree_start_with(&tree, n, 1000, RT_ONE_FOR_ONE, &filler) && bench_settle(tree.rt)) {
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

double bench_restart_soft(unsigned n)
{
	unsigned crashes = 200000;
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && bench_settle(tree.rt)) {
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		rt_place *places = malloc(n * sizeof *places);
		uint32_t at = 1;
		bool ok = places != NULL;

		for (unsigned i = 0; ok && i < n; i++)
			places[i] = rt_actor_place(tree.rt, bench_child(tree.rt, i));
		double begin = bench_now();

		for (unsigned i = 0; ok && i < crashes; i++) {
			at = at * 1664525u + 1013904223u;
			rt_id victim = rt_path_actor(tree.rt, places[(uint64_t)at * n >> 32]);

			ok = rt_exit(tree.rt, victim, reason) == RT_OK && bench_settle(tree.rt);
		}
		if (ok && rt_alive(tree.rt) == n + 1)
			result = crashes / (bench_now() - begin);
		free(places);
	}
	bench_tree_free(&tree);
	return result;
}

double bench_storm_one_for_all(unsigned n)
{
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ALL) && bench_settle(tree.rt)) {
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		double begin = bench_now();

		if (rt_exit(tree.rt, bench_child(tree.rt, n / 2), reason) == RT_OK && bench_settle(tree.rt) &&
		    rt_alive(tree.rt) == n + 1)
			result = (bench_now() - begin) * 1e3;
	}
	bench_tree_free(&tree);
	return result;
}

double bench_cast(unsigned n)
{
	unsigned rounds = 2000000 / n;
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && bench_settle(tree.rt)) {
		rt_id *ids = malloc(n * sizeof *ids);
		struct rt_msg msg = { .tag = 1 };
		bool ok = ids != NULL;

		for (unsigned i = 0; ok && i < n; i++)
			ids[i] = bench_child(tree.rt, i);
		double begin = bench_now();

		for (unsigned round = 0; ok && round < rounds; round++) {
			for (unsigned i = 0; ok && i < n; i++)
				ok = rt_send(tree.rt, ids[i], &msg) == RT_OK;
			ok = ok && bench_settle(tree.rt);
		}
		if (ok)
			result = (double)rounds * n / (bench_now() - begin);
		free(ids);
	}
	bench_tree_free(&tree);
	return result;
}

static void floor_handle(uint64_t *word)
{
	sink += *word;
}

double bench_floor_message(unsigned n)
{
	enum { RING = 1024, COUNT = 20000000 };
	static uint64_t ring[RING];
	void (*volatile handle)(uint64_t *) = floor_handle;
	double begin = bench_now();

	(void)n;
	for (unsigned i = 0; i < COUNT; i++) {
		ring[i % RING] = i;
		handle(&ring[i % RING]);
	}
	return (bench_now() - begin) * 1e9 / COUNT;
}

double bench_floor_touch(unsigned n)
{
	double begin = bench_now();
	uint64_t *memory = malloc((size_t)n * 256);

	if (memory == NULL)
		return -1;
	for (size_t i = 0; i < (size_t)n * 32; i++)
		memory[i] = i;
	sink += memory[n];
	double result = (bench_now() - begin) * 1e9 / n;

	free(memory);
	return result;
}
