/* write.c - a scenario back to a file: from the same tables that it was bound with.
 *
 * JSON has every default in it, so that a journal says what was run even if a default changes; YAML leaves
 * them out, so that a person sees what matters.
 */
#include "scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bind.h"
#include "emit.h"
#include "path.h"
#include "schema.h"
#include "start_plan.h"
#include "tree.h"

struct writer {
	struct scn_emit emit;
	bool full; /* with every default */
	const struct scn_scenario *scenario;
	struct rt_child child; /* the defaults */
	struct scn_limits limits;
	struct scn_scenario defaults;
	const struct scn_pool *pool; /* the next one in the order of the tree */
	size_t path_length;
	char path[SCN_PATH_MAX];
};

/* --- values by their rows ------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_value(const struct scn_key *key, const void *object, const void *other)
{
	const char *a = (const char *)object + key->offset, *b = (const char *)other + key->offset;

	switch (key->type) {
	case SCN_T_TEXT:
	case SCN_T_LINE:
	case SCN_T_ID:
	case SCN_T_WORKER:
		return same_text(*(const char *const *)(const void *)a,
				 *(const char *const *)(const void *)b);
	case SCN_T_WORD:
	case SCN_T_BOOL:
		return memcmp(a, b, 1) == 0;
	case SCN_T_NUMBER:
	case SCN_T_SECONDS:
		return memcmp(a, b, sizeof(uint32_t)) == 0;
	default:
		return memcmp(a, b, sizeof(int64_t)) == 0;
	}
}

static void write_bare(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void write_bare(struct writer *w, const char *format, ...)
{
	char buf[INJ_VALUE_BUF];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	scn_emit_bare(&w->emit, buf);
}

static void write_value(struct writer *w, const struct scn_key *key, const void *object)
{
	const void *field = (const char *)object + key->offset;
	char buf[INJ_VALUE_BUF];

	scn_emit_key(&w->emit, key->name);
	switch (key->type) {
	case SCN_T_VERSION:
		scn_emit_bare(&w->emit, "1");
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
	case SCN_T_ID:
	case SCN_T_WORKER:
		scn_emit_text(&w->emit, *(const char *const *)field);
		break;
	case SCN_T_WORD:
		scn_emit_value(&w->emit, key->words[*(const uint8_t *)field]);
		break;
	case SCN_T_BOOL:
		scn_emit_bare(&w->emit, *(const bool *)field ? "true" : "false");
		break;
	case SCN_T_SEED:
		write_bare(w, "%" PRIu64, *(const uint64_t *)field);
		break;
	case SCN_T_COUNT:
		write_bare(w, "%" PRId64, *(const int64_t *)field);
		break;
	case SCN_T_NUMBER:
		write_bare(w, "%" PRIu32, *(const uint32_t *)field);
		break;
	case SCN_T_SECONDS:
		if (w->full)
			write_bare(w, "%" PRIu32, *(const uint32_t *)field);
		else
			write_bare(w, "%" PRIu32 "s", *(const uint32_t *)field);
		break;
	case SCN_T_DURATION:
		scn_emit_value(&w->emit, inj_print_duration(*(const rt_time *)field, buf));
		break;
	case SCN_T_SHUTDOWN:
		scn_emit_value(&w->emit, inj_print_shutdown(*(const int64_t *)field, buf));
		break;
	default:
		abort(); /* structured types are written where they belong */
	}
}

/* --- the tree ------------------------------------------------------------------------------------------- */

static void write_child(struct writer *w, const struct rt_child *child, bool root, bool template);

static const struct scn_pool *find_pool(struct writer *w)
{
	const struct scn_scenario *s = w->scenario;

	if (w->pool < s->pools + s->n_pools && strcmp(w->pool->path, w->path) == 0)
		return w->pool++;
	/* Made by hand, in another order. */
	for (size_t i = 0; i < s->n_pools; i++) {
		if (strcmp(s->pools[i].path, w->path) == 0)
			return &s->pools[i];
	}
	return NULL;
}

static void write_keys(struct writer *w)
{
	const struct scn_pool *pool = find_pool(w);

	if (!pool && !w->full)
		return;
	scn_emit_key(&w->emit, "start");
	if (!pool || !pool->keys) {
		write_bare(w, "%" PRIu32, pool ? pool->count : 0);
		return;
	}
	scn_emit_list(&w->emit, pool->count, true);
	for (uint32_t i = 0; i < pool->count; i++)
		scn_emit_text(&w->emit, pool->keys[i]);
	scn_emit_end(&w->emit);
}

static void write_plan(struct writer *w, const struct scn_key *key, const struct rt_child *child)
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
static bool is_default(const struct writer *w, const struct scn_key *key, const struct rt_child *child,
		       bool is_template)
{
	switch (key->type) {
	case SCN_T_WORD:
		if (key->words == scn_type_words)
			return child->type == (child->supervisor ? RT_SUPERVISOR : RT_WORKER);
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
	case SCN_T_STARTS:
		return child->n_starts == 0;
	case SCN_T_ON_SHUTDOWN:
		return child->on_shutdown == RT_STOP_OK;
	default:
		break;
	}
	return same_value(key, child, &w->child);
}

static void write_children(struct writer *w, const struct rt_child *child, bool pool)
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
static bool enter(struct writer *w, const struct rt_child *child, bool root, bool template)
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

static void write_child(struct writer *w, const struct rt_child *child, bool root, bool template)
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
				write_value(w, row, child);
			} else if (!w->full && is_default(w, row, child, template)) {
				continue;
			} else if (row->type == SCN_T_STARTS) {
				write_plan(w, row, child);
			} else if (row->type == SCN_T_ON_SHUTDOWN) {
				if (child->trap_exit)
					write_plan(w, row, child);
			} else if (row->type == SCN_T_WORKER && !child->worker) {
				write_value(w, row, &w->child);
			} else {
				write_value(w, row, child);
			}
		}
	} else if (w->emit.status == RT_OK) {
		w->emit.status = RT_EINVAL;
	}
	scn_emit_end(&w->emit);
	w->path_length = path_length;
	w->path[path_length] = '\0';
}

/* --- probes
 * ----------------------------------------------------------------------------------------------------------
 */

static void write_measure(struct writer *w, enum scn_measure measure, int64_t number)
{
	char buf[INJ_VALUE_BUF];

	switch (measure) {
	case SCN_BOOL:
		scn_emit_bare(&w->emit, number ? "true" : "false");
		break;
	case SCN_COUNT:
		write_bare(w, "%" PRId64, number);
		break;
	case SCN_SHARE:
		scn_emit_value(&w->emit, inj_print_percent((uint32_t)number, buf));
		break;
	case SCN_DURATION:
		scn_emit_value(&w->emit, inj_print_duration(number, buf));
		break;
	case SCN_ORDER:
		break;
	}
}

static void write_probe(struct writer *w, const struct scn_probe *probe)
{
	const struct scn_probe_row *row = &scn_probe_rows[probe->kind];

	scn_emit_map(&w->emit, w->full || !probe->is_sibling);
	if (probe->is_sibling) {
		scn_emit_key(&w->emit, probe->of);
		scn_emit_value(&w->emit, scn_sibling_word(probe->sibling));
		scn_emit_end(&w->emit);
		return;
	}
	scn_emit_key(&w->emit, "probe");
	scn_emit_value(&w->emit, row->word);
	if (row->measure != SCN_ORDER) {
		scn_emit_key(&w->emit, "of");
		scn_emit_text(&w->emit, probe->of);
	}
	if (w->full || row->measure != SCN_BOOL || probe->low != 1) {
		scn_emit_key(&w->emit, scn_tolerance_word(probe->tolerance));
		if (row->measure == SCN_ORDER || probe->tolerance == SCN_BETWEEN) {
			scn_emit_list(&w->emit, 2, true);
			for (size_t i = 0; i < probe->n_order; i++)
				scn_emit_text(&w->emit, probe->order[i]);
			if (row->measure != SCN_ORDER) {
				write_measure(w, row->measure, probe->low);
				write_measure(w, row->measure, probe->high);
			}
			scn_emit_end(&w->emit);
		} else {
			write_measure(w, row->measure, probe->low);
		}
	}
	scn_emit_end(&w->emit);
}

static void write_probes(struct writer *w, const char *name, const struct scn_probe *probes, size_t count)
{
	if (!count && !w->full)
		return;
	scn_emit_key(&w->emit, name);
	scn_emit_list(&w->emit, count, false);
	for (size_t i = 0; i < count; i++)
		write_probe(w, &probes[i]);
	scn_emit_end(&w->emit);
}

/* --- actions
 * ----------------------------------------------------------------------------------------------------------
 */

struct action_writer {
	struct writer *w;
	char group[32]; /* `after` while its keys are written */
};

static bool is_bare(enum inj_type type)
{
	return type == INJ_COUNT || type == INJ_BOOL;
}

static bool is_free(enum inj_type type)
{
	return type == INJ_TEXT || type == INJ_REASON || type == INJ_PATH || type == INJ_ID;
}

static void write_action_key(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct action_writer *a = ctx;
	struct scn_emit *emit = &a->w->emit;
	const char *dot = strchr(key, '.');
	size_t length = dot ? (size_t)(dot - key) : 0;

	if (a->group[0] && (strlen(a->group) != length || strncmp(a->group, key, length) != 0)) {
		scn_emit_end(emit);
		a->group[0] = '\0';
	}
	if (dot && !a->group[0]) {
		snprintf(a->group, sizeof(a->group), "%.*s", (int)length, key);
		scn_emit_key(emit, a->group);
		scn_emit_map(emit, true);
	}
	scn_emit_key(emit, dot ? dot + 1 : key);
	if (is_bare(type))
		scn_emit_bare(emit, text);
	else if (is_free(type))
		scn_emit_text(emit, text);
	else
		scn_emit_value(emit, text);
}

/* The same action with what it leaves to the defaults said, where that can be said. */
static struct inj_action spell_out(const struct inj_action *action)
{
	struct inj_action full = *action;
	const struct inj_param *params = action->fault->params;
	const char *key;

	full.has_times = full.has_required = true;
	full.times = inj_action_times(action);
	full.required = inj_action_required(action);
	for (size_t i = 0; i < INJ_PARAMS_MAX && params[i].name; i++) {
		if (!full.params[i].given && params[i].fallback &&
		    inj_action_set(&full, params[i].name, params[i].fallback, NULL) != RT_OK)
			return *action;
	}
	return inj_action_check(&full, &key, NULL) == RT_OK ? full : *action;
}

/* The same action without what it would be anyway. */
static struct inj_action cut_down(const struct inj_action *action)
{
	struct inj_action brief = *action;

	brief.has_times = brief.has_required = false;
	brief.has_times = inj_action_times(action) != inj_action_times(&brief);
	brief.has_required = inj_action_required(action) != inj_action_required(&brief);
	return brief;
}

static void write_actions(struct writer *w, const char *name, const struct inj_action *actions, size_t count)
{
	if (!count && !w->full)
		return;
	scn_emit_key(&w->emit, name);
	scn_emit_list(&w->emit, count, false);
	for (size_t i = 0; i < count; i++) {
		struct action_writer a = { .w = w };
		struct inj_action action = w->full ? spell_out(&actions[i]) : cut_down(&actions[i]);
		scn_emit_map(&w->emit, false);
		inj_action_each(&action, write_action_key, &a);
		if (a.group[0])
			scn_emit_end(&w->emit);
		scn_emit_end(&w->emit);
	}
	scn_emit_end(&w->emit);
}

/* --- the scenario --------------------------------------------------------------------------------------- */

static void write_limits(struct writer *w)
{
	const struct scn_limits *limits = &w->scenario->limits;
	const struct scn_table *table = &scn_limits_table;
	bool any = w->full;

	for (size_t i = 0; i < table->count; i++)
		any = any || !same_value(&table->keys[i], limits, &w->limits);
	if (!any)
		return;
	scn_emit_key(&w->emit, "limits");
	scn_emit_map(&w->emit, true);
	for (size_t i = 0; i < table->count; i++) {
		if (w->full || !same_value(&table->keys[i], limits, &w->limits))
			write_value(w, &table->keys[i], limits);
	}
	scn_emit_end(&w->emit);
}

static void write_key(struct writer *w, const struct scn_key *key)
{
	const struct scn_scenario *s = w->scenario;

	switch (key->type) {
	case SCN_T_VERSION:
		write_value(w, key, s);
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
		if (*(const char *const *)(const void *)((const char *)s + key->offset))
			write_value(w, key, s);
		break;
	case SCN_T_SEED:
		if (w->full || !same_value(key, s, &w->defaults))
			write_value(w, key, s);
		break;
	case SCN_T_DURATION:
		if (s->has_duration)
			write_value(w, key, s);
		break;
	case SCN_T_TREE:
		scn_emit_key(&w->emit, key->name);
		write_child(w, &s->root, true, false);
		break;
	case SCN_T_LIMITS:
		write_limits(w);
		break;
	case SCN_T_PROBES:
		if (key->offset == offsetof(struct scn_scenario, hypothesis))
			write_probes(w, key->name, s->hypothesis, s->n_hypothesis);
		else
			write_probes(w, key->name, s->expect, s->n_expect);
		break;
	case SCN_T_ACTIONS:
		if (key->offset == offsetof(struct scn_scenario, method))
			write_actions(w, key->name, s->method, s->n_method);
		else
			write_actions(w, key->name, s->rollbacks, s->n_rollbacks);
		break;
	default:
		abort(); /* a row that nobody writes */
	}
}

static enum rt_status write_scenario(const struct scn_scenario *scenario, struct scn_sink sink,
				     enum scn_style style)
{
	struct writer *w = scn_mem_alloc(sizeof(*w));

	if (!w)
		return RT_ENOMEM;
	memset(w, 0, sizeof(*w));
	scn_emit_init(&w->emit, sink, style);
	w->full = style != SCN_YAML;
	w->scenario = scenario;
	w->pool = scenario->pools;
	scn_bind_defaults(NULL, &scn_child_table, &w->child);
	scn_bind_defaults(NULL, &scn_limits_table, &w->limits);
	scn_bind_defaults(NULL, &scn_scenario_table, &w->defaults);
	scn_emit_map(&w->emit, false);
	for (size_t i = 0; i < scn_scenario_table.count; i++)
		write_key(w, &scn_scenario_table.keys[i]);
	scn_emit_end(&w->emit);
	enum rt_status status = scn_emit_fini(&w->emit);
	scn_mem_free(w);
	return status;
}

enum rt_status scn_write_json(const struct scn_scenario *scenario, struct scn_sink sink)
{
	return write_scenario(scenario, sink, SCN_JSON_LINE);
}

enum rt_status scn_write_yaml(const struct scn_scenario *scenario, struct scn_sink sink)
{
	return write_scenario(scenario, sink, SCN_YAML);
}
