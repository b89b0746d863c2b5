/* tree.h - trees to measure with. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include "bench.h"
#include "ring.h"
#include "runtime/runtime.h"

struct bench_tree {
	struct rt *rt;
	struct bench_ring *ring; /* null: nobody takes events */
	struct rt_child root, *children;
	char *names;
};

/* Specify `total` workers w0, w1, ... below one-for-one supervisors of `each` (0: all below the root, with
 * `strategy`), which do this (null: the usual).  To be freed in any case. */
bool bench_tree_plan(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
		     const struct rt_behaviour *behaviour);
/* Make a runtime and begin to start it. */
bool bench_tree_begin(struct bench_tree *tree);
/* The same with any other tree. */
bool bench_tree_begin_with(struct bench_tree *tree, const struct rt_child *root);
/* Both, and run until it stands. */
bool bench_tree_start(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy);
bool bench_tree_start_with(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
			   const struct rt_behaviour *behaviour);
void bench_tree_free(struct bench_tree *tree);

/* Run until all is quiet. */
bool bench_settle(struct rt *rt);
/* The process root/wI. */
rt_id bench_child(struct rt *rt, unsigned i);
/* Processes, and places, of root/w0 to root/w(n-1); to be freed; null: there was no memory. */
rt_id *bench_ids(struct rt *rt, unsigned n);
rt_place *bench_places(struct rt *rt, unsigned n);

#endif
