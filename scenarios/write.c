/* write.c - a scenario back to a file: from the same tables that it was bound with.
 *
 * JSON has every default in it, so that a journal says what was run even if a default changes; YAML leaves
 * them out, so that a person sees what matters.
 */
#include "write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bind.h"

/* --- probes -------------------------------------------------------------------------------------------- */

static void write_measure(struct scn_writer *w, enum scn_measure measure, int64_t number)
{
	char buf[INJ_VALUE_BUF];

	switch (measure) {
	case SCN_BOOL:
		scn_emit_bare(&w->emit, number ? "true" : "false");
		break;
	case SCN_COUNT:
		scn_write_bare(w, "%" PRId64, number);
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

static void write_probe(struct scn_writer *w, const struct scn_probe *probe)
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
	if (probe->percentile && (w->full || probe->percentile != SCN_PERCENTILE_DEFAULT)) {
		scn_emit_key(&w->emit, "percentile");
		write_measure(w, SCN_SHARE, probe->percentile);
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

static void write_probes(struct scn_writer *w, const char *name, const struct scn_probe *probes, size_t count)
{
	if (!count && !w->full)
		return;
	scn_emit_key(&w->emit, name);
	scn_emit_list(&w->emit, count, false);
	for (size_t i = 0; i < count; i++)
		write_probe(w, &probes[i]);
	scn_emit_end(&w->emit);
}

/* --- actions ------------------------------------------------------------------------------------------- */

struct action_writer {
	struct scn_writer *w;
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

static void write_actions(struct scn_writer *w, const char *name, const struct inj_action *actions,
			  size_t count)
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

/* --- the scenario -------------------------------------------------------------------------------------- */

static void write_limits(struct scn_writer *w)
{
	const struct scn_limits *limits = &w->scenario->limits;
	const struct scn_table *table = &scn_limits_table;
	bool any = w->full;

	for (size_t i = 0; i < table->count; i++)
		any = any || !scn_write_is_same(&table->keys[i], limits, &w->limits);
	if (!any)
		return;
	scn_emit_key(&w->emit, "limits");
	scn_emit_map(&w->emit, true);
	for (size_t i = 0; i < table->count; i++) {
		if (w->full || !scn_write_is_same(&table->keys[i], limits, &w->limits))
			scn_write_value(w, &table->keys[i], limits);
	}
	scn_emit_end(&w->emit);
}

static void write_key(struct scn_writer *w, const struct scn_key *key)
{
	const struct scn_scenario *s = w->scenario;

	switch (key->type) {
	case SCN_T_VERSION:
		scn_write_value(w, key, s);
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
		if (*(const char *const *)(const void *)((const char *)s + key->offset))
			scn_write_value(w, key, s);
		break;
	case SCN_T_SEED:
	case SCN_T_WORD:
		if (w->full || !scn_write_is_same(key, s, &w->defaults))
			scn_write_value(w, key, s);
		break;
	case SCN_T_DURATION:
		if (s->has_duration)
			scn_write_value(w, key, s);
		break;
	case SCN_T_TREE:
		scn_emit_key(&w->emit, key->name);
		scn_write_tree(w);
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
	struct scn_writer *w = scn_mem_alloc(sizeof(*w));

	if (!w)
		return RT_ENOMEM;
	memset(w, 0, sizeof(*w));
	scn_emit_init(&w->emit, sink, style);
	w->full = style != SCN_YAML;
	w->scenario = scenario;
	scn_bind_defaults(NULL, &scn_child_table, &w->child);
	if (scenario->flavour == SCN_ELIXIR)
		w->child.intensity = SCN_ELIXIR_INTENSITY;
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
