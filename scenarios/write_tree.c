/* write_tree.c - the tree: supervisors, workers, pools. */
#include "write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "param.h"
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

/* --- what a worker does -------------------------------------------------------------------------------- */

/* Its name says it all: it is built in, and every parameter has its default. */
static bool is_plain(const struct scn_writer *w, const struct rt_child *child,
		     const struct rt_behaviour *behaviour)
{
	char buf[INJ_VALUE_BUF];
	bool is_default = true;

	if (!behaviour || scn_behaviour_plugin(w->scenario, behaviour))
		return !behaviour;
	for (unsigned i = 0; child->n_settings && is_default && i < scn_param_count(behaviour); i++)
		scn_param_value(&behaviour->params[i], child, buf, &is_default);
	return is_default;
}

static bool is_plain_server(const struct scn_writer *w, const struct rt_child *child)
{
	const struct rt_behaviour *behaviour = scn_behaviour(child);

	return behaviour && strcmp(behaviour->name, w->child.worker) == 0 && is_plain(w, child, behaviour);
}

static void write_param(struct scn_writer *w, const struct rt_param *param, const struct rt_child *child)
{
	char buf[INJ_VALUE_BUF];
	bool is_default;
	const char *value = scn_param_value(param, child, buf, &is_default);

	if (!value || (is_default && !w->full))
		return;
	scn_emit_key(&w->emit, param->name);
	if (param->type == RT_PARAM_COUNT || param->type == RT_PARAM_BOOL)
		scn_emit_bare(&w->emit, value);
	else if (param->type == RT_PARAM_WORD || param->type == RT_PARAM_PATH)
		scn_emit_text(&w->emit, value);
	else
		scn_emit_value(&w->emit, value);
}

static void write_worker(struct scn_writer *w, const struct scn_key *key, const struct rt_child *child)
{
	const struct rt_behaviour *behaviour = scn_behaviour(child);

	scn_emit_key(&w->emit, key->name);
	if (is_plain(w, child, behaviour)) {
		scn_emit_text(&w->emit, behaviour ? behaviour->name : child->worker);
		return;
	}
	/* Whoever reads this may stand elsewhere. */
	const struct scn_plugin *file = scn_behaviour_plugin(w->scenario, behaviour);
	scn_emit_map(&w->emit, true);
	if (file) {
		scn_emit_key(&w->emit, "plugin");
		scn_emit_text(&w->emit, file->found);
	}
	scn_emit_key(&w->emit, "behaviour");
	scn_emit_text(&w->emit, behaviour->name);
	for (unsigned i = 0; i < scn_param_count(behaviour); i++)
		write_param(w, &behaviour->params[i], child);
	scn_emit_end(&w->emit);
}

/* --- a child ------------------------------------------------------------------------------------------- */

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
		return !is_template && is_plain_server(w, child);
	case SCN_T_STARTS:
		return child->n_starts == 0;
	case SCN_T_ON_SHUTDOWN:
		return child->on_shutdown == RT_STOP_OK;
	default:
		break;
	}
	return scn_write_is_same(key, child, &w->child);
}

/* Of a size no value stands for none. */
static bool is_left_out(const struct scn_writer *w, const struct scn_key *key)
{
	return !w->full || key->late || key->type == SCN_T_SIZE;
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
			} else if (is_left_out(w, row) && is_default(w, row, child, template)) {
				continue;
			} else if (row->type == SCN_T_STARTS) {
				write_plan(w, row, child);
			} else if (row->type == SCN_T_ON_SHUTDOWN) {
				if (child->trap_exit)
					write_plan(w, row, child);
			} else if (row->type == SCN_T_WORKER) {
				write_worker(w, row, child);
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
