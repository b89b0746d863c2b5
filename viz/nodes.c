/* nodes.c - nodes come and go; what is counted of them is carried up to the root. */
#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- growing ------------------------------------------------------------------------------------------- */

static bool reserve(void *array, uint32_t *capacity, uint32_t count, size_t size)
{
	uint32_t wanted = *capacity < 8 ? 8 : *capacity;
	void *grown;

	if (count <= *capacity)
		return true;
	while (wanted < count)
		wanted *= 2;
	grown = realloc(*(void **)array, wanted * size);
	if (grown == NULL)
		return false;
	*(void **)array = grown;
	*capacity = wanted;
	return true;
}

static bool reserve_node(struct viz_nodes *nodes, rt_place place)
{
	uint32_t before = nodes->count;

	if (place < before)
		return true;
	if (!reserve(&nodes->node, &nodes->count, place + 1, sizeof(*nodes->node)))
		return false;
	memset(&nodes->node[before], 0, (nodes->count - before) * sizeof(*nodes->node));
	return true;
}

/* --- counting ------------------------------------------------------------------------------------------ */

uint32_t viz_nodes_rows_below(const struct viz_tree_node *node)
{
	return viz_sums_before(&node->kids.rows, node->kids.rows.count);
}

void viz_nodes_recount(struct viz_nodes *nodes, rt_place place)
{
	struct viz_tree_node *node = viz_nodes_at(nodes, place);

	while (node != NULL) {
		uint32_t rows = node->shown ? 1 + (node->folded ? 0 : viz_nodes_rows_below(node)) : 0;
		uint32_t more = rows - node->rows;
		struct viz_tree_node *parent = viz_nodes_at(nodes, node->parent);

		if (more == 0)
			return;
		node->rows = rows;
		if (parent != NULL)
			viz_sums_add(&parent->kids.rows, node->at, more);
		node = parent;
	}
}

uint32_t viz_nodes_recount_all(struct viz_nodes *nodes, rt_place place)
{
	struct viz_tree_node *node = &nodes->node[place];

	viz_sums_clear(&node->kids.rows, node->kids.rows.count);
	for (uint32_t i = 0; i < node->kids.rows.count; i++) {
		if (node->kids.place[i] != 0)
			viz_sums_add(&node->kids.rows, i, viz_nodes_recount_all(nodes, node->kids.place[i]));
	}
	node->rows = node->shown ? 1 + (node->folded ? 0 : viz_nodes_rows_below(node)) : 0;
	return node->rows;
}

/* Modulo 2^32, so less is added the same way. */
static void count(struct viz_nodes *nodes, rt_place place, uint32_t all, uint32_t well)
{
	for (struct viz_tree_node *node; (node = viz_nodes_at(nodes, place)) != NULL; place = node->parent) {
		node->all += all;
		node->well += well;
	}
}

void viz_nodes_set_well(struct viz_nodes *nodes, rt_place place, bool up, bool hangs)
{
	struct viz_tree_node *node = viz_nodes_at(nodes, place);
	uint32_t before, after = up && !hangs;

	if (node == NULL)
		return;
	before = node->up && !node->hangs;
	node->up = up;
	node->hangs = hangs;
	if (after != before)
		count(nodes, place, 0, after - before);
}

/* --- paths --------------------------------------------------------------------------------------------- */

size_t viz_nodes_path(const struct viz_nodes *nodes, rt_place place, char *buf, size_t size)
{
	const struct viz_tree_node *above[RT_DEPTH_MAX], *node;
	unsigned levels = 0;
	size_t used = 0;

	for (; levels < RT_DEPTH_MAX && (node = viz_nodes_at(nodes, place)) != NULL; place = node->parent)
		above[levels++] = node;
	if (size > 0)
		buf[0] = '\0';
	while (levels-- > 0)
		used += (size_t)snprintf(used < size ? buf + used : NULL, used < size ? size - used : 0,
					 "%s%s", used > 0 ? "/" : "", above[levels]->name);
	return used;
}

/* Last part of the path; null: no memory. */
static char *name_of(const struct viz_nodes *nodes, rt_place place)
{
	char path[VIZ_PATH_SIZE];
	const char *slash;

	rt_path_text(nodes->rt, place, path, sizeof(path));
	slash = strrchr(path, '/');
	return strdup(slash == NULL ? path : slash + 1);
}

/* --- nodes come and go --------------------------------------------------------------------------------- */

static bool append(struct viz_tree_node *parent, rt_place place, uint32_t *at)
{
	struct viz_kids *kids = &parent->kids;

	if (!reserve(&kids->place, &kids->capacity, kids->rows.count + 1, sizeof(*kids->place)) ||
	    !viz_sums_append(&kids->rows))
		return false;
	*at = kids->rows.count - 1;
	kids->place[*at] = place;
	return true;
}

struct viz_tree_node *viz_nodes_make(struct viz_nodes *nodes, rt_place place, bool supervisor)
{
	rt_place parent = rt_path_parent(nodes->rt, place);
	uint32_t at = 0;
	char *name;

	if (viz_nodes_at(nodes, place) != NULL)
		return viz_nodes_at(nodes, place);
	if (!reserve_node(nodes, place) || (parent != 0 && viz_nodes_make(nodes, parent, true) == NULL))
		return NULL;
	name = name_of(nodes, place);
	if (name == NULL || (parent != 0 && !append(&nodes->node[parent], place, &at))) {
		free(name);
		return NULL;
	}
	struct viz_tree_node *node = &nodes->node[place];

	*node = (struct viz_tree_node){ .parent = parent,
					.at = at,
					.name = name,
					.depth = (uint16_t)(parent == 0 ? 0 : nodes->node[parent].depth + 1),
					.used = true,
					.supervisor = supervisor,
					.started = -1,
					.ended = -1,
					.fell_up = -1 };
	if (parent == 0)
		nodes->root = place;
	count(nodes, place, 1, 0);
	return node;
}

static void fini(struct viz_tree_node *node)
{
	free(node->name);
	free(node->kids.place);
	viz_sums_fini(&node->kids.rows);
}

void viz_nodes_remove(struct viz_nodes *nodes, rt_place place)
{
	struct viz_tree_node *node = &nodes->node[place], *parent = viz_nodes_at(nodes, node->parent);

	for (uint32_t i = 0; i < node->kids.rows.count; i++) {
		if (node->kids.place[i] != 0)
			viz_nodes_remove(nodes, node->kids.place[i]);
	}
	node->shown = false;
	viz_nodes_recount(nodes, place);
	count(nodes, place, -node->all, -node->well);
	if (parent != NULL) {
		parent->kids.place[node->at] = 0;
		parent->kids.holes++;
	}
	fini(node);
	memset(node, 0, sizeof(*node));
}

void viz_nodes_compact(struct viz_nodes *nodes, rt_place place)
{
	struct viz_tree_node *node = viz_nodes_at(nodes, place);
	struct viz_kids *kids = node != NULL ? &node->kids : NULL;
	uint32_t kept = 0;

	if (kids == NULL || kids->holes < 16 || kids->holes * 2 < kids->rows.count)
		return;
	for (uint32_t i = 0; i < kids->rows.count; i++) {
		if (kids->place[i] == 0)
			continue;
		kids->place[kept] = kids->place[i];
		nodes->node[kids->place[kept]].at = kept;
		kept++;
	}
	kids->holes = 0;
	viz_sums_clear(&kids->rows, kept);
	for (uint32_t i = 0; i < kept; i++)
		viz_sums_add(&kids->rows, i, nodes->node[kids->place[i]].rows);
}

void viz_nodes_drop(struct viz_nodes *nodes)
{
	for (uint32_t place = 0; place < nodes->count; place++)
		fini(&nodes->node[place]);
	free(nodes->node);
	nodes->node = NULL;
	nodes->count = 0;
	nodes->root = 0;
}
