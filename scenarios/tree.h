/* tree.h - looking for paths in a tree that is not running: as the file has it.
 *
 * The children of a supervisor that the loader made are followed by an index of them in the order of their
 * ids, so that a file with a million children and as many paths loads in one sitting.
 */
#ifndef SCENARIOS_TREE_H
#define SCENARIOS_TREE_H

#include "arena.h"
#include "scenario.h"

/* Room for `count` children and their index; null: no memory. */
struct rt_child *scn_tree_children(struct scn_arena *arena, uint32_t count);
/* Fill the index when the children have their ids (null ids come first). */
void scn_tree_index(struct rt_child *children, uint32_t count);
/* The children in the order of their ids, equal ones in the order of the list. */
const uint32_t *scn_tree_order(const struct rt_child *children, uint32_t count);

/* A tree and the keys that its pools are known to have. */
struct scn_tree {
	const struct rt_child *root;
	const struct scn_pool *pools;
	size_t n_pools;
};

/* Some child at `path`, which may be a pattern, that `accept` (may be null) takes; null if there is none.  A
 * child of a pool has whatever key the path says, but behind a `**` only a number or a key that some pool
 * starts with; what is found is the template then.  `*work` counts down with every step; at 0 nothing is
 * found any more. */
typedef bool scn_tree_fn(const struct rt_child *child);
const struct rt_child *scn_tree_find(const struct scn_tree *tree, const char *path, scn_tree_fn *accept,
				     uint64_t *work);

/* The path that was perhaps meant, into `buf`; false if none comes near. */
bool scn_tree_near(const struct scn_tree *tree, const char *path, char *buf, size_t size);

#endif
