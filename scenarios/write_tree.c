/* write_tree.c - the tree: supervisors, workers, pools. */
#include "write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "start_plan.h"

static void write_child(struct scn_writer *w, const struct rt_child *child, bool root, bool template);

static const struct scn_pool *find_pool(struct scn_writer *w)
{
	const struct scn_scenario *s = w->scenario;

	if (w->pool < s->n_pools && strcmp(s->pools[w->pool].path, w->path) == 0)
		return &s->pools[w->pool++];
	/* Made by hand, in another order. */
	for (size_t i = 0; i < s->n_pools; i++) {
		if (strcmp(s->pools[i].path, w->path) == 0)
			return &s->pools[i];
	}
	return NULL;
}

static void write_keys(struct scn_writer *w)
{
	const struct scn_pool *pool = find_pool(w);

	if (!pool && !w->full)
		return;
	scn_emit_key(&w->emit, "start");
	if (!pool || !pool->keys) {
		scn_write_bare(w, "%" PRIu32, pool ? pool->count : 0);
		return;
	}
	scn_emit_list(&w->emit, pool->count, true);
	for (uint32_t i = 0; i < pool->count; i++)
		scn_emit_text(&w->emit, pool->keys[i]);
	scn_emit_end(&w->emit);
}

static void write_plan(struct scn_writer *w, const struct scn_key *key, const struct rt_child *child)
{
	struct scn_text plan = { 0 };

	if (key->type == SCN_T_STARTS)
		scn_starts_write(child->starts, child->n_starts, &plan);
	else
		scn_on_shutdown_write(child, &plan);
	scn_emit_key(&w->emit, key->name);
	if (plan.failed)
		w->emit.status = RT_ENOMEM;
	else
		scn_emit_text(&w->emit, plan.data);
	scn_text_fini(&plan);
}

/* Is this the value that the key would have if it were left out? */
static bool is_default(const struct scn_writer *w, const struct scn_key *key, const struct rt_child *child,
		       bool is_template)
{
	switch (key->type) {
	case SCN_T_WORD:
		if (key->words == scn_type_words)
			return child->type == (child->supervisor ? RT_SUPERVISOR : RT_WORKER);
		if (w->scenario->flavour == SCN_ELIXIR && strcmp(key->name, "strategy") == 0)
			return false;
		break;
	case SCN_T_SHUTDOWN:
		return child->shutdown_ms ==
		       (child->type == RT_SUPERVISOR ? RT_SHUTDOWN_INFINITY : RT_SHUTDOWN_WORKER_MS);
	case SCN_T_WORKER:
		/* A template with nothing in it looks like a mistake. */
		if (is_template)
			return false;
		if (!child->worker)
			return true;
		break;
	case SCN_T_SIZE:
		return child->memory_max == 0;
	case SCN_T_STARTS:
		return child->n_starts == 0;
	case SCN_T_ON_SHUTDOWN:
		return child->on_shutdown == RT_STOP_OK;
	default:
		break;
	}
	return scn_write_is_same(key, child, &w->child);
}

static void write_children(struct scn_writer *w, const struct rt_child *child, bool pool)
{
	if (pool) {
		scn_emit_key(&w->emit, "template");
		write_child(w, &child->children[0], false, true);
		return;
	}
	scn_emit_key(&w->emit, "children");
	scn_emit_list(&w->emit, child->n_children, false);
	for (uint32_t i = 0; i < child->n_children; i++)
		write_child(w, &child->children[i], false, false);
	scn_emit_end(&w->emit);
}

/* The path grows by this child; false if it has no room. */
static bool enter(struct scn_writer *w, const struct rt_child *child, bool root, bool template)
{
	size_t length = w->path_length, room = sizeof(w->path) - length;

	if (!root && room > 1) {
		w->path[length++] = '/';
		room--;
	}
	size_t added = template ? (size_t)snprintf(w->path + length, room, "*")
				: scn_id_escape(child->id, w->path + length, room);
	if (added >= room) {
		w->emit.status = RT_EINVAL;
		return false;
	}
	w->path_length = length + added;
	return true;
}

static void write_child(struct scn_writer *w, const struct rt_child *child, bool root, bool template)
{
	const struct scn_table *table = &scn_child_table;
	unsigned role = root ? SCN_ROOT : child->supervisor ? SCN_SUPERVISOR : SCN_WORKER;
	bool pool = child->supervisor && child->strategy == RT_SIMPLE_ONE_FOR_ONE;
	size_t path_length = w->path_length;

	scn_emit_map(&w->emit, !child->supervisor);
	if (w->emit.status == RT_OK && w->emit.depth + 4 < SCN_EMIT_DEPTH &&
	    enter(w, child, root, template)) {
		for (size_t i = 0; i < table->count; i++) {
			const struct scn_key *row = &table->keys[i];
			if (!(row->roles & role) || (row->type == SCN_T_ID && template))
				continue;
			if (row->type == SCN_T_KEYS) {
				if (pool)
					write_keys(w);
			} else if (row->type == SCN_T_CHILDREN || row->type == SCN_T_TEMPLATE) {
				if (pool == (row->type == SCN_T_TEMPLATE))
					write_children(w, child, pool);
			} else if (row->type == SCN_T_ID) {
				scn_write_value(w, row, child);
			} else if (!w->full && is_default(w, row, child, template)) {
				continue;
			} else if (row->type == SCN_T_SIZE && child->memory_max == 0) {
				continue; /* no value stands for no limit */
			} else if (row->type == SCN_T_STARTS) {
				write_plan(w, row, child);
			} else if (row->type == SCN_T_ON_SHUTDOWN) {
				if (child->trap_exit)
					write_plan(w, row, child);
			} else if (row->type == SCN_T_WORKER && !child->worker) {
				scn_write_value(w, row, &w->child);
			} else {
				scn_write_value(w, row, child);
			}
		}
	} else if (w->emit.status == RT_OK) {
		w->emit.status = RT_EINVAL;
	}
	scn_emit_end(&w->emit);
	w->path_length = path_length;
	w->path[path_length] = '\0';
}

void scn_write_tree(struct scn_writer *w)
{
	write_child(w, &w->scenario->root, true, false);
}
