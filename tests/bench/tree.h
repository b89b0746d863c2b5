/* tree.h - trees to measure with. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include "bench.h"
#include "runtime/runtime.h"

struct bench_tree {
	struct rt *rt;
	struct rt_child *children;
	char *names;
};

/* `total` workers w0, w1, ... below one-for-one supervisors of `each` (0: all below the root, with
 * `strategy`). False: it could not start.  To be freed in any case. */
bool bench_tree_start(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy);
void bench_tree_free(struct bench_tree *tree);
/* The same with workers that do this (null: the usual). */
bool bench_tree_start_with(struct bench_tree *tree, unsigned total, unsigned each, enum rt_strategy strategy,
			   const struct rt_behaviour *behaviour);
/* Run until all is quiet. */
bool bench_settle(struct rt *rt);
/* The process root/wI. */
rt_id bench_child(struct rt *rt, unsigned i);

#endif
