/* model.c - what happened to the nodes (nodes.h), which of them are shown, and as which row. */
#include "model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nodes.h"

/* Places are numbered as they come, the root first. */
#define ROOT_PLACE 1

/* A path that is folded, also while nobody is there. */
struct fold {
	struct fold *next;
	char path[];
};

struct viz_model {
	struct viz_nodes nodes;
	char *filter;
	struct fold *folds;
	rt_place *pending; /* may have ended for good */
	uint32_t n_pending, pending_size;
	rt_time slot;
	bool stale;
};

static struct viz_tree_node *node_of(const struct viz_model *model, rt_place place)
{
	return viz_nodes_at(&model->nodes, place);
}

static void set_folded(struct viz_model *model, rt_place place, bool folded)
{
	struct viz_tree_node *node = node_of(model, place);

	if (node == NULL)
		return;
	node->folded = folded;
	viz_nodes_recount(&model->nodes, place);
}

size_t viz_model_path(const struct viz_model *model, rt_place place, char *buf, size_t size)
{
	return viz_nodes_path(&model->nodes, place, buf, size);
}

static void node_path(const struct viz_model *model, rt_place place, char path[VIZ_PATH_SIZE])
{
	(void)viz_nodes_path(&model->nodes, place, path, VIZ_PATH_SIZE);
}

static bool path_matches(const struct viz_model *model, rt_place place)
{
	char path[VIZ_PATH_SIZE];

	if (model->filter == NULL)
		return true;
	node_path(model, place, path);
	return strstr(path, model->filter) != NULL;
}

static void show_above(struct viz_model *model, rt_place place)
{
	for (struct viz_tree_node *node; (node = node_of(model, place)) != NULL && !node->shown;
	     place = node->parent) {
		node->shown = true;
		viz_nodes_recount(&model->nodes, place);
	}
}

/* The node of a place, shown if it matches; null: no memory. */
static struct viz_tree_node *node_make(struct viz_model *model, rt_place place, bool supervisor)
{
	struct viz_tree_node *node = node_of(model, place);
	rt_place parent = rt_path_parent(model->nodes.rt, place);

	if (node != NULL || (parent != 0 && node_make(model, parent, true) == NULL))
		return node;
	node = viz_nodes_make(&model->nodes, place, supervisor);
	if (node == NULL)
		return NULL;
	node->match = path_matches(model, place);
	if (node->match)
		show_above(model, place);
	return node;
}

/* --- events -------------------------------------------------------------------------------------------- */

static void shift_spark(struct viz_tree_node *node, int64_t slot)
{
	int64_t by = slot - node->spark_at;

	if (by <= 0)
		return;
	if (by >= VIZ_SPARK) {
		memset(node->spark, 0, sizeof(node->spark));
	} else {
		memmove(node->spark, node->spark + by, (size_t)(VIZ_SPARK - by));
		memset(node->spark + VIZ_SPARK - by, 0, (size_t)by);
	}
	node->spark_at = slot;
}

static void note_restart(const struct viz_model *model, struct viz_tree_node *node,
			 const struct rt_event *event)
{
	int64_t slot = event->t / model->slot, at;

	if (event->incarnation < 2)
		return;
	shift_spark(node, slot);
	at = VIZ_SPARK - 1 - (node->spark_at - slot);
	if (at >= 0 && node->spark[at] < UINT8_MAX)
		node->spark[at]++;
}

static void started(struct viz_model *model, struct viz_tree_node *node, const struct rt_event *event)
{
	node->started = event->t;
	node->supervisor = event->type == RT_SUPERVISOR;
	if (node->supervisor)
		node->strategy = event->detail;
	node->gave_up = false;
	node->restarts = event->incarnation - 1;
	/* Whose start takes time is up when that is over. */
	viz_nodes_set_well(&model->nodes, event->place, node->supervisor || event->a == 0, false);
	note_restart(model, node, event);
}

/* A child of this one gave up. */
static void fell_up(struct viz_model *model, rt_place place, const struct rt_event *event)
{
	struct viz_tree_node *node = node_of(model, place);

	if (node == NULL)
		return;
	node->fell_up = event->t;
	node->fell_child = event->place;
}

static bool more_pending(struct viz_model *model)
{
	uint32_t wanted = model->pending_size < 8 ? 8 : 2 * model->pending_size;
	rt_place *grown = realloc(model->pending, wanted * sizeof(*grown));

	if (grown == NULL)
		return false;
	model->pending = grown;
	model->pending_size = wanted;
	return true;
}

static void ended(struct viz_model *model, struct viz_tree_node *node, const struct rt_event *event)
{
	node->ended = event->t;
	node->gave_up = event->detail == RT_EXIT_ESCALATED;
	viz_nodes_set_well(&model->nodes, event->place, false, false);
	if (event->detail == RT_EXIT_ESCALATED)
		fell_up(model, node->parent, event);
	if (node->pending)
		return;
	if (model->n_pending == model->pending_size && !more_pending(model)) {
		model->stale = true;
		return;
	}
	model->pending[model->n_pending++] = event->place;
	node->pending = true;
}

void viz_model_event(struct viz_model *model, const struct rt_event *event)
{
	struct viz_tree_node *node;

	if (event->kind == RT_EV_SUSPEND || event->kind == RT_EV_RESUME || event->kind == RT_EV_READY) {
		node = node_of(model, event->place);
		if (node != NULL)
			viz_nodes_set_well(
				&model->nodes, event->place, node->up || event->kind == RT_EV_READY,
				event->kind == RT_EV_READY ? node->hangs : event->kind == RT_EV_SUSPEND);
		return;
	}
	if (event->kind != RT_EV_START && event->kind != RT_EV_EXIT && event->kind != RT_EV_START_FAILED &&
	    event->kind != RT_EV_START_IGNORED)
		return;
	/* A dynamic child's place may have had another name: it is let go at the next settling, or here. */
	if (event->kind == RT_EV_START && event->incarnation == 1 && node_of(model, event->place) != NULL &&
	    node_of(model, event->place)->started >= 0 && event->place != model->nodes.root)
		viz_nodes_remove(&model->nodes, event->place);
	node = node_make(model, event->place, event->type == RT_SUPERVISOR);
	if (node == NULL)
		model->stale = true;
	else if (event->kind == RT_EV_START)
		started(model, node, event);
	else
		ended(model, node, event);
}

void viz_model_recall(struct viz_model *model, const struct rt_event *event)
{
	struct viz_tree_node *node = node_of(model, event->place);

	if (node == NULL)
		return;
	if (event->kind == RT_EV_START) {
		note_restart(model, node, event);
		node->gave_up = false;
	} else if (event->kind == RT_EV_EXIT) {
		node->ended = event->t;
		node->gave_up = event->detail == RT_EXIT_ESCALATED;
		if (node->gave_up)
			fell_up(model, node->parent, event);
	}
}

bool viz_model_stale(const struct viz_model *model)
{
	return model->stale;
}

/* Does the runtime still have a record or a process there? */
static bool is_there(const struct viz_model *model, rt_place place)
{
	char path[VIZ_PATH_SIZE];

	node_path(model, place, path);
	return rt_path_find(model->nodes.rt, path) == place &&
	       (rt_path_is_child(model->nodes.rt, place) ||
		rt_path_actor(model->nodes.rt, place) != RT_NOBODY);
}

void viz_model_settle(struct viz_model *model, rt_time spark)
{
	assert(spark > 0);
	for (uint32_t i = 0; i < model->n_pending; i++) {
		rt_place place = model->pending[i];
		struct viz_tree_node *node = node_of(model, place);

		if (node == NULL)
			continue;
		node->pending = false;
		if (place == model->nodes.root || is_there(model, place))
			continue;
		rt_place parent = node->parent;

		viz_nodes_remove(&model->nodes, place);
		viz_nodes_compact(&model->nodes, parent);
	}
	model->n_pending = 0;
	if (spark != model->slot) {
		model->slot = spark;
		for (uint32_t place = 0; place < model->nodes.count; place++) {
			struct viz_tree_node *node = &model->nodes.node[place];

			memset(node->spark, 0, sizeof(node->spark));
			node->spark_at = rt_now(model->nodes.rt) / spark;
		}
	}
}

/* --- life ---------------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, const struct rt_row *row)
{
	struct viz_model *model = ctx;
	struct viz_tree_node *node = node_make(model, row->child.place, row->child.supervisor);

	if (node == NULL) {
		model->stale = true;
		return false;
	}
	node->restarts = row->starts > 0 ? row->starts - 1 : 0;
	if (row->has_actor) {
		node->started = row->actor.started_at;
		node->strategy = (uint8_t)row->actor.strategy;
		viz_nodes_set_well(&model->nodes, row->child.place, row->actor.life != RT_STARTING ||
				   node->supervisor, row->actor.suspended);
	}
	return true;
}

static enum rt_status fill(struct viz_model *model, const struct rt *rt)
{
	model->nodes.rt = rt;
	model->stale = false;
	rt_walk(rt, take_row, model);
	/* The root is there when all is over, too. */
	if (model->nodes.root == 0 && rt_path_starts(rt, ROOT_PLACE) > 0 &&
	    node_make(model, ROOT_PLACE, true) == NULL)
		model->stale = true;
	for (const struct fold *fold = model->folds; fold != NULL; fold = fold->next)
		set_folded(model, rt_path_find(rt, fold->path), true);
	return model->stale ? RT_ENOMEM : RT_OK;
}

enum rt_status viz_model_new(const struct rt *rt, struct viz_model **out)
{
	struct viz_model *model = calloc(1, sizeof(*model));
	enum rt_status status;

	if (model == NULL)
		return RT_ENOMEM;
	model->slot = RT_SECOND;
	status = fill(model, rt);
	if (status == RT_OK)
		*out = model;
	else
		viz_model_free(model);
	return status;
}

void viz_model_free(struct viz_model *model)
{
	if (model == NULL)
		return;
	while (model->folds != NULL) {
		struct fold *fold = model->folds;

		model->folds = fold->next;
		free(fold);
	}
	viz_nodes_drop(&model->nodes);
	free(model->filter);
	free(model->pending);
	free(model);
}

enum rt_status viz_model_reset(struct viz_model *model, const struct rt *rt)
{
	viz_nodes_drop(&model->nodes);
	model->n_pending = 0;
	return fill(model, rt);
}

/* --- rows ---------------------------------------------------------------------------------------------- */

uint32_t viz_model_rows(const struct viz_model *model)
{
	const struct viz_tree_node *root = node_of(model, model->nodes.root);

	return root == NULL ? 0 : root->rows;
}

rt_place viz_model_row(const struct viz_model *model, uint32_t row)
{
	rt_place place = model->nodes.root;

	if (row >= viz_model_rows(model))
		return 0;
	while (row > 0) {
		const struct viz_kids *kids = &node_of(model, place)->kids;

		row--;
		place = kids->place[viz_sums_find(&kids->rows, &row)];
	}
	return place;
}

uint32_t viz_model_find(const struct viz_model *model, rt_place place)
{
	uint32_t row = 0;

	for (const struct viz_tree_node *node; (node = node_of(model, place)) != NULL; place = node->parent) {
		const struct viz_tree_node *parent = node_of(model, node->parent);

		if (parent == NULL)
			break;
		/* What is folded stands for all that is in it. */
		row = parent->folded ? 0 : row + 1 + viz_sums_before(&parent->kids.rows, node->at);
	}
	return row;
}

/* --- folding ------------------------------------------------------------------------------------------- */

void viz_model_fold(struct viz_model *model, rt_place place, bool folded)
{
	char path[VIZ_PATH_SIZE];
	struct fold **at = &model->folds, *fold;

	if (node_of(model, place) == NULL)
		return;
	set_folded(model, place, folded);
	node_path(model, place, path);
	while (*at != NULL && strcmp((*at)->path, path) != 0)
		at = &(*at)->next;
	if (*at != NULL && !folded) {
		fold = *at;
		*at = fold->next;
		free(fold);
	} else if (*at == NULL && folded && (fold = malloc(sizeof(*fold) + strlen(path) + 1)) != NULL) {
		/* Without memory it is open again after the next reset. */
		fold->next = NULL;
		strcpy(fold->path, path);
		*at = fold;
	}
}

bool viz_model_folded(const struct viz_model *model, rt_place place)
{
	const struct viz_tree_node *node = node_of(model, place);

	return node != NULL && node->folded;
}

bool viz_model_foldable(const struct viz_model *model, rt_place place)
{
	const struct viz_tree_node *node = node_of(model, place);

	return node != NULL && node->supervisor && node->kids.rows.count > node->kids.holes;
}

void viz_model_unfold_to(struct viz_model *model, rt_place place)
{
	const struct viz_tree_node *node = node_of(model, place);

	while (node != NULL && (node = node_of(model, place = node->parent)) != NULL) {
		if (node->folded)
			viz_model_fold(model, place, false);
	}
}

/* --- filtering and searching --------------------------------------------------------------------------- */

enum rt_status viz_model_filter(struct viz_model *model, const char *text)
{
	char *filter = NULL;

	if (text != NULL && text[0] != '\0') {
		filter = strdup(text);
		if (filter == NULL)
			return RT_ENOMEM;
	}
	free(model->filter);
	model->filter = filter;
	for (rt_place place = 1; place < model->nodes.count; place++)
		model->nodes.node[place].shown = false;
	for (rt_place place = 1; place < model->nodes.count; place++) {
		struct viz_tree_node *node = node_of(model, place);

		if (node == NULL)
			continue;
		node->match = path_matches(model, place);
		for (struct viz_tree_node *up = node->match ? node : NULL; up != NULL && !up->shown;
		     up = node_of(model, up->parent))
			up->shown = true;
	}
	/* The root stays, so that there is always something to see. */
	if (node_of(model, model->nodes.root) != NULL) {
		node_of(model, model->nodes.root)->shown = true;
		viz_nodes_recount_all(&model->nodes, model->nodes.root);
	}
	return RT_OK;
}

bool viz_model_matches(const struct viz_model *model, rt_place place)
{
	const struct viz_tree_node *node = node_of(model, place);

	return node != NULL && node->match;
}

uint32_t viz_model_search(const struct viz_model *model, uint32_t row, const char *text, bool backwards)
{
	uint32_t rows = viz_model_rows(model);
	char path[VIZ_PATH_SIZE];

	for (uint32_t i = 1; i < rows; i++) {
		uint32_t at = (backwards ? row + rows - i : row + i) % rows;

		node_path(model, viz_model_row(model, at), path);
		if (strstr(path, text) != NULL)
			return at;
	}
	return row;
}

/* --- one node ------------------------------------------------------------------------------------------ */

static bool is_last(const struct viz_model *model, const struct viz_tree_node *node)
{
	const struct viz_tree_node *parent = node_of(model, node->parent);

	return parent == NULL ||
	       viz_sums_before(&parent->kids.rows, node->at) + node->rows == viz_nodes_rows_below(parent);
}

enum viz_way viz_model_way_up(const struct viz_model *model, rt_place place, rt_time since)
{
	const struct viz_tree_node *node = node_of(model, place), *parent, *fell;

	parent = node != NULL ? node_of(model, node->parent) : NULL;
	if (parent == NULL || parent->fell_up < 0 || parent->fell_up < since)
		return VIZ_NO_WAY;
	if (parent->fell_child == place)
		return VIZ_WAY_BEGINS;
	fell = node_of(model, parent->fell_child);
	return fell != NULL && fell->parent == node->parent && node->at < fell->at ? VIZ_WAY_PASSES
										   : VIZ_NO_WAY;
}

bool viz_model_node(const struct viz_model *model, rt_place place, struct viz_node *out)
{
	const struct viz_tree_node *node = node_of(model, place);
	struct viz_tree_node now;

	if (node == NULL)
		return false;
	now = *node;
	shift_spark(&now, rt_now(model->nodes.rt) / model->slot);
	*out = (struct viz_node){
		.place = place,
		.parent = node->parent,
		.depth = node->depth,
		.name = node->name,
		.supervisor = node->supervisor,
		.strategy = (enum rt_strategy)node->strategy,
		.last = is_last(model, node),
		.restarts = node->restarts,
		.started = node->started,
		.ended = node->ended,
		.gave_up = node->gave_up,
		.below = viz_nodes_rows_below(node),
		.all = node->all,
		.well = node->well,
	};
	memcpy(out->spark, now.spark, sizeof(out->spark));
	return true;
}
