/* model.c - nodes by place; each supervisor has the sums of its children's rows (sums.h), so the nth row is
 * found by going down from the root, and a change is carried up to it. */
#include "model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sums.h"

#define PATH_SIZE 4096
/* Places are numbered as they come, the root first. */
#define ROOT_PLACE 1

/* Children in start order.  A hole (0) is where one was that is gone. */
struct kids {
	rt_place *place;
	uint32_t capacity, holes;
	struct viz_sums rows; /* of each of them */
};

struct node {
	rt_place parent;
	uint32_t at;   /* among the parent's children */
	uint32_t rows; /* of it and what is below, as they are shown now */
	uint32_t name; /* offset in the texts */
	uint16_t depth;
	uint8_t strategy;
	bool used, supervisor, folded, match, shown, gave_up, pending;
	uint32_t restarts;
	rt_time started, ended;
	int64_t spark_at; /* the slot that the last element is about */
	uint8_t spark[VIZ_SPARK];
	struct kids kids;
};

/* A path that is folded, also while nobody is there. */
struct fold {
	struct fold *next;
	char path[];
};

struct viz_model {
	const struct rt *rt;
	struct node *node; /* by place */
	uint32_t nodes;
	rt_place root;
	char *texts;
	size_t texts_used, texts_size;
	char *filter;
	struct fold *folds;
	rt_place *pending; /* may have ended for good */
	uint32_t n_pending, pending_size;
	rt_time slot;
	bool stale;
};

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

static struct node *node_of(const struct viz_model *model, rt_place place)
{
	return place != 0 && place < model->nodes && model->node[place].used ? &model->node[place] : NULL;
}

static bool reserve_node(struct viz_model *model, rt_place place)
{
	uint32_t before = model->nodes;

	if (place < before)
		return true;
	if (!reserve(&model->node, &model->nodes, place + 1, sizeof(*model->node)))
		return false;
	memset(&model->node[before], 0, (model->nodes - before) * sizeof(*model->node));
	return true;
}

/* --- counting rows ------------------------------------------------------------------------------------- */

static uint32_t rows_below(const struct node *node)
{
	return viz_sums_before(&node->kids.rows, node->kids.rows.count);
}

/* A node shows or folds otherwise than before: carry it up. */
static void recount(struct viz_model *model, rt_place place)
{
	struct node *node = node_of(model, place);

	while (node != NULL) {
		uint32_t rows = node->shown ? 1 + (node->folded ? 0 : rows_below(node)) : 0;
		uint32_t more = rows - node->rows;
		struct node *parent = node_of(model, node->parent);

		if (more == 0)
			return;
		node->rows = rows;
		if (parent != NULL)
			viz_sums_add(&parent->kids.rows, node->at, more);
		node = parent;
	}
}

/* Rebuild the sums of a subtree whose nodes have changed; returns its rows. */
static uint32_t recount_all(struct viz_model *model, rt_place place)
{
	struct node *node = &model->node[place];

	viz_sums_clear(&node->kids.rows, node->kids.rows.count);
	for (uint32_t i = 0; i < node->kids.rows.count; i++) {
		if (node->kids.place[i] != 0)
			viz_sums_add(&node->kids.rows, i, recount_all(model, node->kids.place[i]));
	}
	node->rows = node->shown ? 1 + (node->folded ? 0 : rows_below(node)) : 0;
	return node->rows;
}

static void set_folded(struct viz_model *model, rt_place place, bool folded)
{
	struct node *node = node_of(model, place);

	if (node == NULL)
		return;
	node->folded = folded;
	recount(model, place);
}

/* --- nodes come and go --------------------------------------------------------------------------------- */

static bool append(struct node *parent, rt_place place, uint32_t *at)
{
	struct kids *kids = &parent->kids;

	if (!reserve(&kids->place, &kids->capacity, kids->rows.count + 1, sizeof(*kids->place)) ||
	    !viz_sums_append(&kids->rows))
		return false;
	*at = kids->rows.count - 1;
	kids->place[*at] = place;
	return true;
}

/* From the names that are kept: the runtime may have given the place back by now. */
size_t viz_model_path(const struct viz_model *model, rt_place place, char *buf, size_t size)
{
	rt_place above[RT_DEPTH_MAX];
	unsigned levels = 0;
	size_t used = 0;

	for (const struct node *node; levels < RT_DEPTH_MAX && (node = node_of(model, place)) != NULL;
	     place = node->parent)
		above[levels++] = place;
	if (size > 0)
		buf[0] = '\0';
	while (levels-- > 0)
		used += (size_t)snprintf(used < size ? buf + used : NULL, used < size ? size - used : 0,
					 "%s%s", used > 0 ? "/" : "",
					 model->texts + model->node[above[levels]].name);
	return used;
}

static void node_path(const struct viz_model *model, rt_place place, char path[PATH_SIZE])
{
	(void)viz_model_path(model, place, path, PATH_SIZE);
}

static bool path_matches(const struct viz_model *model, rt_place place)
{
	char path[PATH_SIZE];

	if (model->filter == NULL)
		return true;
	node_path(model, place, path);
	return strstr(path, model->filter) != NULL;
}

/* Last part of the path, kept. */
static bool keep_name(struct viz_model *model, rt_place place, uint32_t *name)
{
	char path[PATH_SIZE];

	rt_path_text(model->rt, place, path, sizeof(path));
	const char *slash = strrchr(path, '/'), *text = slash == NULL ? path : slash + 1;
	size_t size = strlen(text) + 1;

	if (model->texts_used + size > model->texts_size) {
		size_t wanted = 2 * (model->texts_used + size);
		char *texts = realloc(model->texts, wanted);

		if (texts == NULL)
			return false;
		model->texts = texts;
		model->texts_size = wanted;
	}
	*name = (uint32_t)model->texts_used;
	memcpy(model->texts + model->texts_used, text, size);
	model->texts_used += size;
	return true;
}

static void show_above(struct viz_model *model, rt_place place)
{
	for (struct node *node; (node = node_of(model, place)) != NULL && !node->shown;
	     place = node->parent) {
		node->shown = true;
		recount(model, place);
	}
}

/* The node of a place, made if there is none, and those above it. */
static struct node *node_make(struct viz_model *model, rt_place place, bool supervisor)
{
	rt_place parent = rt_path_parent(model->rt, place);
	uint32_t name, at = 0;

	if (node_of(model, place) != NULL)
		return node_of(model, place);
	if (!reserve_node(model, place) || (parent != 0 && node_make(model, parent, true) == NULL) ||
	    !keep_name(model, place, &name))
		return NULL;
	if (parent != 0 && !append(&model->node[parent], place, &at))
		return NULL;
	struct node *node = &model->node[place];

	*node = (struct node){ .parent = parent,
			       .at = at,
			       .name = name,
			       .depth = (uint16_t)(parent == 0 ? 0 : model->node[parent].depth + 1),
			       .used = true,
			       .supervisor = supervisor,
			       .started = -1,
			       .ended = -1 };
	if (parent == 0)
		model->root = place;
	node->match = path_matches(model, place);
	if (node->match)
		show_above(model, place);
	return node;
}

static void node_remove(struct viz_model *model, rt_place place)
{
	struct node *node = &model->node[place], *parent = node_of(model, node->parent);

	for (uint32_t i = 0; i < node->kids.rows.count; i++) {
		if (node->kids.place[i] != 0)
			node_remove(model, node->kids.place[i]);
	}
	node->shown = false;
	recount(model, place);
	if (parent != NULL) {
		parent->kids.place[node->at] = 0;
		parent->kids.holes++;
	}
	free(node->kids.place);
	viz_sums_fini(&node->kids.rows);
	memset(node, 0, sizeof(*node));
}

/* Close the holes when they are most of what there is. */
static void compact(struct viz_model *model, struct node *node)
{
	struct kids *kids = &node->kids;
	uint32_t kept = 0;

	if (kids->holes < 16 || kids->holes * 2 < kids->rows.count)
		return;
	for (uint32_t i = 0; i < kids->rows.count; i++) {
		if (kids->place[i] == 0)
			continue;
		kids->place[kept] = kids->place[i];
		model->node[kids->place[kept]].at = kept;
		kept++;
	}
	kids->holes = 0;
	viz_sums_clear(&kids->rows, kept);
	for (uint32_t i = 0; i < kept; i++)
		viz_sums_add(&kids->rows, i, model->node[kids->place[i]].rows);
}

/* --- events -------------------------------------------------------------------------------------------- */

static void shift_spark(struct node *node, int64_t slot)
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

static void note_restart(const struct viz_model *model, struct node *node, const struct rt_event *event)
{
	int64_t slot = event->t / model->slot, at;

	if (event->incarnation < 2)
		return;
	shift_spark(node, slot);
	at = VIZ_SPARK - 1 - (node->spark_at - slot);
	if (at >= 0 && node->spark[at] < UINT8_MAX)
		node->spark[at]++;
}

static void started(struct viz_model *model, struct node *node, const struct rt_event *event)
{
	node->started = event->t;
	node->supervisor = event->type == RT_SUPERVISOR;
	if (node->supervisor)
		node->strategy = event->detail;
	node->gave_up = false;
	node->restarts = event->incarnation - 1;
	note_restart(model, node, event);
}

static void ended(struct viz_model *model, struct node *node, const struct rt_event *event)
{
	node->ended = event->t;
	node->gave_up = event->detail == 1;
	if (node->pending)
		return;
	if (!reserve(&model->pending, &model->pending_size, model->n_pending + 1, sizeof(*model->pending))) {
		model->stale = true;
		return;
	}
	model->pending[model->n_pending++] = event->place;
	node->pending = true;
}

void viz_model_event(struct viz_model *model, const struct rt_event *event)
{
	struct node *node;

	if (event->kind != RT_EV_START && event->kind != RT_EV_EXIT && event->kind != RT_EV_START_FAILED &&
	    event->kind != RT_EV_START_IGNORED)
		return;
	/* A dynamic child's place may have had another name: it is let go at the next settling, or here. */
	if (event->kind == RT_EV_START && event->incarnation == 1 && node_of(model, event->place) != NULL &&
	    node_of(model, event->place)->started >= 0 && event->place != model->root)
		node_remove(model, event->place);
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
	struct node *node = node_of(model, event->place);

	if (node == NULL)
		return;
	if (event->kind == RT_EV_START) {
		note_restart(model, node, event);
		node->gave_up = false;
	} else if (event->kind == RT_EV_EXIT) {
		node->ended = event->t;
		node->gave_up = event->detail == RT_EXIT_ESCALATED;
	}
}

bool viz_model_stale(const struct viz_model *model)
{
	return model->stale;
}

/* Does the runtime still have a record or a process there? */
static bool is_there(const struct viz_model *model, rt_place place)
{
	char path[PATH_SIZE];

	node_path(model, place, path);
	return rt_path_find(model->rt, path) == place &&
	       (rt_path_is_child(model->rt, place) || rt_path_actor(model->rt, place) != RT_NOBODY);
}

void viz_model_settle(struct viz_model *model, rt_time spark)
{
	assert(spark > 0);
	for (uint32_t i = 0; i < model->n_pending; i++) {
		rt_place place = model->pending[i];
		struct node *node = node_of(model, place);

		if (node == NULL)
			continue;
		node->pending = false;
		if (place == model->root || is_there(model, place))
			continue;
		rt_place parent = node->parent;

		node_remove(model, place);
		if (node_of(model, parent) != NULL)
			compact(model, node_of(model, parent));
	}
	model->n_pending = 0;
	if (spark != model->slot) {
		model->slot = spark;
		for (uint32_t place = 0; place < model->nodes; place++) {
			memset(model->node[place].spark, 0, sizeof(model->node[place].spark));
			model->node[place].spark_at = rt_now(model->rt) / spark;
		}
	}
}

/* --- life ---------------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, const struct rt_row *row)
{
	struct viz_model *model = ctx;
	struct node *node = node_make(model, row->child.place, row->child.supervisor);

	if (node == NULL) {
		model->stale = true;
		return false;
	}
	node->restarts = row->starts > 0 ? row->starts - 1 : 0;
	if (row->has_actor) {
		node->started = row->actor.started_at;
		node->strategy = (uint8_t)row->actor.strategy;
	}
	return true;
}

static void drop_nodes(struct viz_model *model)
{
	for (uint32_t place = 0; place < model->nodes; place++) {
		free(model->node[place].kids.place);
		viz_sums_fini(&model->node[place].kids.rows);
	}
	free(model->node);
	model->node = NULL;
	model->nodes = 0;
	model->root = 0;
	model->texts_used = 0;
	model->n_pending = 0;
}

static enum rt_status fill(struct viz_model *model, const struct rt *rt)
{
	model->rt = rt;
	model->stale = false;
	rt_walk(rt, take_row, model);
	/* The root is there when all is over, too. */
	if (model->root == 0 && rt_path_starts(rt, ROOT_PLACE) > 0 &&
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
	drop_nodes(model);
	free(model->texts);
	free(model->filter);
	free(model->pending);
	free(model);
}

enum rt_status viz_model_reset(struct viz_model *model, const struct rt *rt)
{
	drop_nodes(model);
	return fill(model, rt);
}

/* --- rows ---------------------------------------------------------------------------------------------- */

uint32_t viz_model_rows(const struct viz_model *model)
{
	const struct node *root = node_of(model, model->root);

	return root == NULL ? 0 : root->rows;
}

rt_place viz_model_row(const struct viz_model *model, uint32_t row)
{
	rt_place place = model->root;

	if (row >= viz_model_rows(model))
		return 0;
	while (row > 0) {
		const struct kids *kids = &model->node[place].kids;

		row--;
		place = kids->place[viz_sums_find(&kids->rows, &row)];
	}
	return place;
}

uint32_t viz_model_find(const struct viz_model *model, rt_place place)
{
	uint32_t row = 0;

	for (const struct node *node; (node = node_of(model, place)) != NULL; place = node->parent) {
		const struct node *parent = node_of(model, node->parent);

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
	char path[PATH_SIZE];
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
	const struct node *node = node_of(model, place);

	return node != NULL && node->folded;
}

bool viz_model_foldable(const struct viz_model *model, rt_place place)
{
	const struct node *node = node_of(model, place);

	return node != NULL && node->supervisor && node->kids.rows.count > node->kids.holes;
}

void viz_model_unfold_to(struct viz_model *model, rt_place place)
{
	const struct node *node = node_of(model, place);

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
	for (rt_place place = 1; place < model->nodes; place++)
		model->node[place].shown = false;
	for (rt_place place = 1; place < model->nodes; place++) {
		struct node *node = node_of(model, place);

		if (node == NULL)
			continue;
		node->match = path_matches(model, place);
		for (struct node *up = node->match ? node : NULL; up != NULL && !up->shown;
		     up = node_of(model, up->parent))
			up->shown = true;
	}
	/* The root stays, so that there is always something to see. */
	if (node_of(model, model->root) != NULL) {
		model->node[model->root].shown = true;
		recount_all(model, model->root);
	}
	return RT_OK;
}

bool viz_model_matches(const struct viz_model *model, rt_place place)
{
	const struct node *node = node_of(model, place);

	return node != NULL && node->match;
}

uint32_t viz_model_search(const struct viz_model *model, uint32_t row, const char *text, bool backwards)
{
	uint32_t rows = viz_model_rows(model);
	char path[PATH_SIZE];

	for (uint32_t i = 1; i < rows; i++) {
		uint32_t at = (backwards ? row + rows - i : row + i) % rows;

		node_path(model, viz_model_row(model, at), path);
		if (strstr(path, text) != NULL)
			return at;
	}
	return row;
}

/* --- one node ------------------------------------------------------------------------------------------ */

static bool is_last(const struct viz_model *model, const struct node *node)
{
	const struct node *parent = node_of(model, node->parent);

	return parent == NULL ||
	       viz_sums_before(&parent->kids.rows, node->at) + node->rows == rows_below(parent);
}

bool viz_model_node(const struct viz_model *model, rt_place place, struct viz_node *out)
{
	const struct node *node = node_of(model, place);
	struct node now;

	if (node == NULL)
		return false;
	now = *node;
	shift_spark(&now, rt_now(model->rt) / model->slot);
	*out = (struct viz_node){
		.place = place,
		.parent = node->parent,
		.depth = node->depth,
		.name = model->texts + node->name,
		.supervisor = node->supervisor,
		.strategy = (enum rt_strategy)node->strategy,
		.last = is_last(model, node),
		.restarts = node->restarts,
		.started = node->started,
		.ended = node->ended,
		.gave_up = node->gave_up,
		.below = rows_below(node),
	};
	memcpy(out->spark, now.spark, sizeof(out->spark));
	return true;
}
