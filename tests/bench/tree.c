/* tree.c - trees to measure with. */
#include <stdio.h>
#include <stdlib.h>

#include "tree.h"

#define NAME 12

void bench_tree_free(struct bench_tree *tree)
{
	rt_free(tree->rt);
	bench_ring_free(tree->ring);
	free(tree->children);
	free(tree->names);
}

bool bench_tree_plan(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
		     const struct rt_behaviour *behaviour)
{
	unsigned supervisors = each == 0 ? 0 : (total + each - 1) / each;
	const struct rt_child root = { .id = "root",
				       .supervisor = true,
				       .type = RT_SUPERVISOR,
				       .strategy = (uint8_t)strategy,
				       .shutdown_ms = RT_SHUTDOWN_INFINITY,
				       .intensity = 1000000000,
				       .period_s = 1 };

	*tree = (struct bench_tree){ .root = root };
	tree->children = calloc((size_t)total + supervisors, sizeof *tree->children);
	tree->names = malloc(((size_t)total + supervisors) * NAME);
	if (tree->children == NULL || tree->names == NULL)
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
		s->children = tree->children + (size_t)i * each;
		s->n_children = i == supervisors - 1 ? total - i * each : each;
	}
	tree->root.children = supervisors == 0 ? tree->children : tree->children + total;
	tree->root.n_children = supervisors == 0 ? total : supervisors;
	return true;
}

bool bench_tree_begin_with(struct bench_tree *tree, const struct rt_child *root)
{
	struct rt_config config = { .seed = 1 };

	if (rt_new(&config, &tree->rt) != RT_OK)
		return false;
	if (bench_mode.events) {
		tree->ring = bench_ring_new();
		if (tree->ring == NULL || rt_observe(tree->rt, bench_ring_put, tree->ring) != RT_OK)
			return false;
	}
	return rt_start(tree->rt, root) == RT_OK;
}

bool bench_tree_begin(struct bench_tree *tree)
{
	return bench_tree_begin_with(tree, &tree->root);
}

bool bench_tree_start_with(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
			   const struct rt_behaviour *behaviour)
{
	return bench_tree_plan(tree, total, each, strategy, behaviour) && bench_tree_begin(tree) &&
	       bench_settle(tree->rt);
}

bool bench_tree_start(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy)
{
	return bench_tree_start_with(tree, total, each, strategy, NULL);
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

/* The places of the children right below the root, or their processes, in order. */
struct children {
	rt_id *ids;
	rt_place *places;
	unsigned count, n;
};

static bool collect(void *ctx, const struct rt_child_info *child)
{
	struct children *children = ctx;

	if (children->ids != NULL)
		children->ids[children->count] = child->id;
	else
		children->places[children->count] = child->place;
	return ++children->count < children->n;
}

rt_id *bench_ids(struct rt *rt, unsigned n)
{
	struct children children = { .ids = malloc(n * sizeof(rt_id)), .n = n };

	if (children.ids != NULL && rt_children(rt, rt_root(rt), collect, &children) == RT_OK &&
	    children.count == n)
		return children.ids;
	free(children.ids);
	return NULL;
}

rt_place *bench_places(struct rt *rt, unsigned n)
{
	struct children children = { .places = malloc(n * sizeof(rt_place)), .n = n };

	if (children.places != NULL && rt_children(rt, rt_root(rt), collect, &children) == RT_OK &&
	    children.count == n)
		return children.places;
	free(children.places);
	return NULL;
}
