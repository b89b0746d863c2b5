/* nodes.h - the nodes that the tree's model is made of: by place, each with its children in start order and
 * the sums of their rows (sums.h), so that a change is carried up and the nth row is found by going down.
 *
 * A node is there for as long as the runtime has a record or a process at its place; who decides that is
 * model.c.
 */
#ifndef VIZ_NODES_H
#define VIZ_NODES_H

#include "runtime/observe.h"

#include "model.h"
#include "sums.h"

#define VIZ_PATH_SIZE 4096

/* Children in start order.  A hole (0) is where one was that is gone. */
struct viz_kids {
	rt_place *place;
	uint32_t capacity, holes;
	struct viz_sums rows; /* of each of them */
};

struct viz_tree_node {
	rt_place parent;
	uint32_t at;   /* among the parent's children */
	uint32_t rows; /* of it and what is below, as they are shown now */
	uint32_t all, well; /* of it and what is below: how many there are, and are well */
	char *name;    /* last part of its path */
	uint16_t depth;
	uint8_t strategy;
	bool used, supervisor, folded, match, shown, gave_up, pending;
	bool up, hangs; /* both known from events: well is up and does not hang */
	uint32_t restarts;
	rt_time started, ended;
	rt_time fell_up;     /* when a child of it gave up last; -1: none did */
	rt_place fell_child; /* which */
	int64_t spark_at;    /* the slot that the last element is about */
	uint8_t spark[VIZ_SPARK];
	struct viz_kids kids;
};

/* Initialise with zeroes and the runtime. */
struct viz_nodes {
	const struct rt *rt;
	struct viz_tree_node *node; /* by place */
	uint32_t count;
	rt_place root;
};

void viz_nodes_drop(struct viz_nodes *nodes);

/* Null: there is none. */
static inline struct viz_tree_node *viz_nodes_at(const struct viz_nodes *nodes, rt_place place)
{
	return place != 0 && place < nodes->count && nodes->node[place].used ? &nodes->node[place] : NULL;
}

/* The node of a place, made if there is none, and those above it; null: no memory.  A new one is not shown,
 * nor well. */
struct viz_tree_node *viz_nodes_make(struct viz_nodes *nodes, rt_place place, bool supervisor);
/* With all that is below it. */
void viz_nodes_remove(struct viz_nodes *nodes, rt_place place);
/* Close the holes among the children when they are most of what there is. */
void viz_nodes_compact(struct viz_nodes *nodes, rt_place place);

/* From the names that are kept: the runtime may have given the place back by now.  Like snprintf. */
size_t viz_nodes_path(const struct viz_nodes *nodes, rt_place place, char *buf, size_t size);

uint32_t viz_nodes_rows_below(const struct viz_tree_node *node);
/* It shows or folds otherwise than before: carry it up. */
void viz_nodes_recount(struct viz_nodes *nodes, rt_place place);
/* Rebuild the sums of a subtree of which many have changed; returns its rows. */
uint32_t viz_nodes_recount_all(struct viz_nodes *nodes, rt_place place);
/* It is up or hangs otherwise than before. */
void viz_nodes_set_well(struct viz_nodes *nodes, rt_place place, bool up, bool hangs);

#endif
