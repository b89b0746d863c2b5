/* world.c - figures of the runtime alone.  Events go to one consumer that hashes them. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "runtime/runtime.h"

static uint64_t sink;

static void hash_event(void *ctx, const struct rt_event *event, const void *ext)
{
	uint64_t *hash = ctx;

	(void)ext;
	*hash = (*hash ^ event->seq ^ (uint64_t)event->kind << 32 ^ event->cause) * 0x9e3779b97f4a7c15u;
}

/* `total` workers below one-for-one supervisors of `each` (0: all below one). Null: it could not start. */
struct tree {
	struct rt *rt;
	struct rt_child *children;
	char *names;
};

#define NAME 12

static void tree_free(struct tree *tree)
{
	rt_free(tree->rt);
	free(tree->children);
	free(tree->names);
}

static bool tree_start(struct tree *tree, unsigned total, unsigned each, enum rt_strategy strategy)
{
	unsigned supervisors = each == 0 ? 0 : (total + each - 1) / each;
	struct rt_config config = {.seed = 1};
	struct rt_child root = {.id = "root", .supervisor = true, .strategy = (uint8_t)strategy,
				.shutdown_ms = RT_SHUTDOWN_INFINITY, .intensity = 1000000000, .period_s = 1};

	*tree = (struct tree){0};
	tree->children = calloc((size_t)total + supervisors, sizeof *tree->children);
	tree->names = malloc(((size_t)total + supervisors) * NAME);
	if (tree->children == NULL || tree->names == NULL || rt_new(&config, &tree->rt) != RT_OK)
		return false;
	for (unsigned i = 0; i < total + supervisors; i++) {
		char *name = tree->names + (size_t)i * NAME;

		snprintf(name, NAME, "w%u", i);
		tree->children[i] = (struct rt_child){.id = name, .shutdown_ms = RT_SHUTDOWN_WORKER_MS};
	}
	for (unsigned i = 0; i < supervisors; i++) {
		struct rt_child *s = &tree->children[total + i];

		*s = root;
		s->id = tree->names + (size_t)(total + i) * NAME;
		s->type = RT_SUPERVISOR;
		s->children = tree->children + (size_t)i * each;
		s->n_children = i == supervisors - 1 ? total - i * each : each;
	}
	root.children = supervisors == 0 ? tree->children : tree->children + total;
	root.n_children = supervisors == 0 ? total : supervisors;
	return rt_observe(tree->rt, hash_event, &sink) == RT_OK && rt_start(tree->rt, &root) == RT_OK;
}

static bool settle(struct rt *rt)
{
	return rt_run(rt, rt_now(rt), UINT64_MAX) == RT_OK;
}

double bench_start_supervised(unsigned n)
{
	struct tree tree;
	double result = -1, begin;

	/* The specification is built by the caller, and is not part of the figure. */
	if (tree_start(&tree, n, 1000, RT_ONE_FOR_ONE)) {
		begin = bench_now();
		if (settle(tree.rt) && rt_alive(tree.rt) > n)
			result = n / (bench_now() - begin);
	}
	tree_free(&tree);
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

static bool greet(void *ctx, const struct rt_row *row)
{
	struct rt_msg msg = {.tag = 1};

	return row->child.supervisor || rt_send(ctx, row->child.id, &msg) == RT_OK;
}

/* What is given back when the runtime goes: its copy of the specification counts, ours does not.  Each worker
 * has handled a message, or its state would still be memory that nobody has touched. */
double bench_rss_per_worker(unsigned n)
{
	struct tree tree;
	double result = -1;

	if (tree_start(&tree, n, 1000, RT_ONE_FOR_ONE) && settle(tree.rt)) {
			rt_walk(tree.rt, greet, tree.rt);
		double messages = (double)rt_memory(tree.rt);

		if (settle(tree.rt) && rt_alive(tree.rt) > n) {
			double with = resident();

			messages -= (double)rt_memory(tree.rt);
			rt_free(tree.rt);
			tree.rt = NULL;
			result = (with - resident() - messages) / n;
		}
	}
	tree_free(&tree);
	return result;
}

static rt_id child(struct rt *rt, unsigned i)
{
	char path[NAME + 8];

	snprintf(path, sizeof path, "root/w%u", i);
	return rt_path_actor(rt, rt_path_find(rt, path));
}

double bench_restart_soft(unsigned n)
{
	unsigned crashes = 200000;
	struct tree tree;
	double result = -1;

	if (tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && settle(tree.rt)) {
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		rt_place *places = malloc(n * sizeof *places);
		uint32_t at = 1;
		bool ok = places != NULL;

		for (unsigned i = 0; ok && i < n; i++)
			places[i] = rt_actor_place(tree.rt, child(tree.rt, i));
		double begin = bench_now();

		for (unsigned i = 0; ok && i < crashes; i++) {
			at = at * 1664525u + 1013904223u;
			rt_id victim = rt_path_actor(tree.rt, places[(uint64_t)at * n >> 32]);

			ok = rt_exit(tree.rt, victim, reason) == RT_OK && settle(tree.rt);
		}
		if (ok && rt_alive(tree.rt) == n + 1)
			result = crashes / (bench_now() - begin);
		free(places);
	}
	tree_free(&tree);
	return result;
}

double bench_storm_one_for_all(unsigned n)
{
	struct tree tree;
	double result = -1;

	if (tree_start(&tree, n, 0, RT_ONE_FOR_ALL) && settle(tree.rt)) {
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		double begin = bench_now();

		if (rt_exit(tree.rt, child(tree.rt, n / 2), reason) == RT_OK && settle(tree.rt) &&
		    rt_alive(tree.rt) == n + 1)
			result = (bench_now() - begin) * 1e3;
	}
	tree_free(&tree);
	return result;
}

double bench_cast(unsigned n)
{
	unsigned rounds = 2000000 / n;
	struct tree tree;
	double result = -1;

	if (tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && settle(tree.rt)) {
		rt_id *ids = malloc(n * sizeof *ids);
		struct rt_msg msg = {.tag = 1};
		bool ok = ids != NULL;

		for (unsigned i = 0; ok && i < n; i++)
			ids[i] = child(tree.rt, i);
		double begin = bench_now();

		for (unsigned round = 0; ok && round < rounds; round++) {
			for (unsigned i = 0; ok && i < n; i++)
				ok = rt_send(tree.rt, ids[i], &msg) == RT_OK;
			ok = ok && settle(tree.rt);
		}
		if (ok)
			result = (double)rounds * n / (bench_now() - begin);
		free(ids);
	}
	tree_free(&tree);
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
