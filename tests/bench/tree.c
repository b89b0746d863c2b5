/* tree.c - trees to measure with.  Their events go to one consumer that hashes them. */
#include <stdio.h>
#include <stdlib.h>

#include "tree.h"

static uint64_t hash;

static void hash_event(void *ctx, const struct rt_event *event, const void *ext)
{
	uint64_t *sum = ctx;

	(void)ext;
	*sum = (*sum ^ event->seq ^ (uint64_t)event->kind << 32 ^ event->cause) * 0x9e3779b97f4a7c15u;
}

#define NAME 12

void bench_tree_free(struct bench_tree *tree)
{
	rt_free(tree->rt);
	free(tree->children);
	free(tree->names);
}

bool bench_tree_start(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy)
{
	return bench_tree_start_with(tree, total, each, strategy, NULL);
}

bool bench_tree_start_with(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
			   const struct rt_behaviour *behaviour)
{
	unsigned supervisors = each == 0 ? 0 : (total + each - 1) / each;
	struct rt_config config = { .seed = 1 };
	struct rt_child root = { .id = "root",
				 .supervisor = true,
				 .strategy = (uint8_t)strategy,
				 .shutdown_ms = RT_SHUTDOWN_INFINITY,
				 .intensity = 1000000000,
				 .period_s = 1 };

	*tree = (struct bench_tree){ 0 };
	tree->children = calloc((size_t)total + supervisors, sizeof *tree->children);
	tree->names = malloc(((size_t)total + supervisors) * NAME);
	if (tree->children == NULL || tree->names == NULL || rt_new(&config, &tree->rt) != RT_OK)
		return false;
	for (unsigned i = 0; i < total + supervisors; i++) {
		char *name = tree->names + (size_t)i * NAME;

		snprintf(name, NAME, "w%u", i);
		tree->children[i] = (struct rt_child){
			.id = name, .shutdown_ms = RT_SHUTDOWN_WORKER_MS, .behaviour = behaviour
		};
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
	return rt_observe(tree->rt, hash_event, &hash) == RT_OK && rt_start(tree->rt, &root) == RT_OK;
}

bool bench_settle(struct rt *rt)
{
	return rt_run(rt, rt_now(rt), UINT64_MAX) == RT_OK;
}

rt_id bench_child(struct rt *rt, unsigned i)
{
	char path[NAME + 8];

	snprintf(path, sizeof path, "root/w%u", i);
	return rt_path_actor(rt, rt_path_find(rt, path));
}
