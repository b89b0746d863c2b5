/* schema_json.c - the tables of keys as a JSON Schema, for editors that check and complete YAML.
 *
 * It says what a schema can: names, types, ranges, words.  What goes together is the loader's to say.
 */
#include "emit.h"
#include "param.h"
#include "schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void pair(struct scn_emit *e, const char *key, const char *text)
{
	scn_emit_key(e, key);
	scn_emit_text(e, text);
}

static void number(struct scn_emit *e, const char *key, int64_t value)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRId64, value);
	scn_emit_key(e, key);
	scn_emit_bare(e, buf);
}

static void yes_no(struct scn_emit *e, const char *key, bool value)
{
	scn_emit_key(e, key);
	scn_emit_bare(e, value ? "true" : "false");
}

static void words(struct scn_emit *e, const char *const *list, size_t count)
{
	scn_emit_key(e, "enum");
	scn_emit_list(e, count, true);
	for (size_t i = 0; i < count; i++)
		scn_emit_text(e, list[i]);
	scn_emit_end(e);
}

static void types(struct scn_emit *e, const char *a, const char *b)
{
	const char *const list[] = { a, b };

	scn_emit_key(e, "type");
	scn_emit_list(e, b ? 2 : 1, true);
	for (size_t i = 0; i < (b ? 2 : 1); i++)
		scn_emit_text(e, list[i]);
	scn_emit_end(e);
}

static void reference(struct scn_emit *e, const char *name)
{
	char target[64];

	snprintf(target, sizeof(target), "#/$defs/%s", name);
	pair(e, "$ref", target);
}

static void list_of(struct scn_emit *e, const char *name)
{
	pair(e, "type", "array");
	scn_emit_key(e, "items");
	scn_emit_map(e, true);
	reference(e, name);
	scn_emit_end(e);
}

#define DURATION "^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h)$"
#define COUNT    "^[0-9]+(\\.[0-9]+)?[kMG]?$"
#define SIZE     "^[0-9]+(\\.[0-9]+)?([KMGT]iB|B)$"

/* The constraints of one key, inside of its mapping. */
static void constraints(struct scn_emit *e, const struct scn_key *key)
{
	switch (key->type) {
	case SCN_T_VERSION:
		number(e, "const", 1);
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
	case SCN_T_PATH:
	case SCN_T_ON_SHUTDOWN:
		pair(e, "type", "string");
		break;
	case SCN_T_ID:
		types(e, "string", "integer");
		break;
	case SCN_T_WORKER:
		reference(e, "worker");
		break;
	case SCN_T_WORD:
	case SCN_T_PROBE:
		words(e, key->words, key->n_words);
		break;
	case SCN_T_SEED:
		pair(e, "type", "integer");
		number(e, "minimum", 0);
		break;
	case SCN_T_COUNT:
	case SCN_T_NUMBER:
		types(e, "integer", "string");
		number(e, "minimum", key->min);
		if (key->max != INT64_MAX)
			number(e, "maximum", key->max);
		pair(e, "pattern", COUNT);
		break;
	case SCN_T_SIZE:
		pair(e, "type", "string");
		pair(e, "pattern", SIZE);
		break;
	case SCN_T_SECONDS:
		types(e, "integer", "string");
		number(e, "minimum", key->min);
		pair(e, "pattern", DURATION);
		break;
	case SCN_T_DURATION:
		pair(e, "type", "string");
		pair(e, "pattern", DURATION);
		break;
	case SCN_T_SHUTDOWN:
		pair(e, "type", "string");
		pair(e, "pattern", "^(infinity|brutal_kill|[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))$");
		break;
	case SCN_T_BOOL:
		pair(e, "type", "boolean");
		break;
	case SCN_T_STARTS:
		types(e, "string", "array");
		break;
	case SCN_T_TREE:
		reference(e, "supervisor");
		break;
	case SCN_T_CHILDREN:
		list_of(e, "child");
		break;
	case SCN_T_TEMPLATE:
		reference(e, "template");
		break;
	case SCN_T_KEYS:
		types(e, "integer", "array");
		number(e, "minimum", key->min);
		number(e, "maximum", key->max);
		break;
	case SCN_T_PROBES:
		list_of(e, "probe");
		break;
	case SCN_T_ACTIONS:
		list_of(e, "action");
		break;
	case SCN_T_LIMITS:
		reference(e, "limits");
		break;
	case SCN_T_VALUE:
		scn_emit_key(e, "type");
		scn_emit_list(e, 5, true);
		scn_emit_text(e, "boolean");
		scn_emit_text(e, "integer");
		scn_emit_text(e, "number");
		scn_emit_text(e, "string");
		scn_emit_text(e, "array");
		scn_emit_end(e);
		break;
	case SCN_T_SHARE:
		types(e, "string", "number");
		break;
	case SCN_T_RANGE:
		pair(e, "type", "array");
		number(e, "minItems", 2);
		number(e, "maxItems", 2);
		break;
	case SCN_TYPE_COUNT:
		break;
	}
}

static void property(struct scn_emit *e, const struct scn_key *key, const char *name)
{
	scn_emit_key(e, name);
	scn_emit_map(e, true);
	pair(e, "description", key->help);
	constraints(e, key);
	bool bare = key->type == SCN_T_SEED || key->type == SCN_T_NUMBER || key->type == SCN_T_SECONDS ||
		    key->type == SCN_T_BOOL;
	if (key->fallback && !bare)
		pair(e, "default", key->fallback);
	if (key->fallback && bare) {
		scn_emit_key(e, "default");
		scn_emit_bare(e, key->fallback);
	}
	scn_emit_end(e);
}

/* Inside of a mapping: the keys of a table that may stand in one of these roles. */
static void properties(struct scn_emit *e, const struct scn_table *table, unsigned roles, bool with_id)
{
	pair(e, "type", "object");
	yes_no(e, "additionalProperties", false);
	scn_emit_key(e, "properties");
	scn_emit_map(e, false);
	for (size_t i = 0; i < table->count; i++) {
		const struct scn_key *key = &table->keys[i];
		if ((roles && !(key->roles & roles)) || (!with_id && key->type == SCN_T_ID))
			continue;
		property(e, key, key->name);
		if (key->alias)
			property(e, key, key->alias);
	}
	scn_emit_end(e);
	scn_emit_key(e, "required");
	scn_emit_list(e, 1, true);
	for (size_t i = 0; i < table->count; i++) {
		if (table->keys[i].mandatory && (with_id || table->keys[i].type != SCN_T_ID))
			scn_emit_text(e, table->keys[i].name);
	}
	scn_emit_end(e);
}

static void define(struct scn_emit *e, const char *name, const struct scn_table *table, unsigned roles,
		   bool with_id)
{
	scn_emit_key(e, name);
	scn_emit_map(e, false);
	properties(e, table, roles, with_id);
	scn_emit_end(e);
}

static void define_probe(struct scn_emit *e)
{
	scn_emit_key(e, "probe");
	scn_emit_map(e, false);
	scn_emit_key(e, "oneOf");
	scn_emit_list(e, 2, false);
	scn_emit_map(e, false);
	properties(e, &scn_probe_table, 0, true);
	scn_emit_end(e);
	scn_emit_map(e, false);
	pair(e, "type", "object");
	pair(e, "description", "a path, and what became of it");
	number(e, "minProperties", 1);
	number(e, "maxProperties", 1);
	scn_emit_key(e, "additionalProperties");
	scn_emit_map(e, true);
	words(e, scn_sibling_words, SCN_SIBLING_COUNT);
	scn_emit_end(e);
	scn_emit_end(e);
	scn_emit_end(e);
	scn_emit_end(e);
}

/* --- what workers do, from the tables of the behaviours ------------------------------------------------ */

static void param_type(struct scn_emit *e, const struct rt_param *param)
{
	size_t count = 0;

	switch (param->type) {
	case RT_PARAM_COUNT:
		types(e, "integer", "string");
		number(e, "minimum", param->min);
		if (param->max != INT64_MAX)
			number(e, "maximum", param->max);
		pair(e, "pattern", COUNT);
		break;
	case RT_PARAM_DURATION:
		pair(e, "type", "string");
		pair(e, "pattern", DURATION);
		break;
	case RT_PARAM_SIZE:
		pair(e, "type", "string");
		pair(e, "pattern", SIZE);
		break;
	case RT_PARAM_SHARE:
		types(e, "string", "number");
		break;
	case RT_PARAM_BOOL:
		pair(e, "type", "boolean");
		break;
	case RT_PARAM_WORD:
		while (param->words[count])
			count++;
		words(e, param->words, count);
		break;
	case RT_PARAM_PATH:
	case RT_PARAM_TYPES:
		pair(e, "type", "string");
		break;
	}
}

static void param_property(struct scn_emit *e, const struct rt_param *param)
{
	char buf[INJ_VALUE_BUF];
	const char *fallback = scn_param_fallback(param, buf);

	scn_emit_key(e, param->name);
	scn_emit_map(e, true);
	pair(e, "description", param->help);
	param_type(e, param);
	if (fallback) {
		scn_emit_key(e, "default");
		if (param->type == RT_PARAM_COUNT || param->type == RT_PARAM_BOOL)
			scn_emit_bare(e, fallback);
		else
			scn_emit_text(e, fallback);
	}
	scn_emit_end(e);
}

static void worker_mapping(struct scn_emit *e, const struct rt_behaviour *behaviour)
{
	scn_emit_map(e, false);
	pair(e, "type", "object");
	pair(e, "description", behaviour->help);
	yes_no(e, "additionalProperties", false);
	scn_emit_key(e, "properties");
	scn_emit_map(e, false);
	scn_emit_key(e, "behaviour");
	scn_emit_map(e, true);
	pair(e, "const", behaviour->name);
	scn_emit_end(e);
	for (unsigned i = 0; i < scn_param_count(behaviour); i++)
		param_property(e, &behaviour->params[i]);
	scn_emit_end(e);
	scn_emit_key(e, "required");
	scn_emit_list(e, 1, true);
	scn_emit_text(e, "behaviour");
	for (unsigned i = 0; i < scn_param_count(behaviour); i++) {
		if (behaviour->params[i].mandatory)
			scn_emit_text(e, behaviour->params[i].name);
	}
	scn_emit_end(e);
	scn_emit_end(e);
}

/* The parameters of a plugin are nobody's to know beforehand. */
static void plugin_mapping(struct scn_emit *e)
{
	scn_emit_map(e, false);
	pair(e, "type", "object");
	scn_emit_key(e, "properties");
	scn_emit_map(e, false);
	for (size_t i = 0; i < scn_worker_table.count; i++) {
		scn_emit_key(e, scn_worker_table.keys[i].name);
		scn_emit_map(e, true);
		pair(e, "description", scn_worker_table.keys[i].help);
		pair(e, "type", "string");
		scn_emit_end(e);
	}
	scn_emit_end(e);
	scn_emit_key(e, "required");
	scn_emit_list(e, scn_worker_table.count, true);
	for (size_t i = 0; i < scn_worker_table.count; i++)
		scn_emit_text(e, scn_worker_table.keys[i].name);
	scn_emit_end(e);
	scn_emit_end(e);
}

static void define_worker(struct scn_emit *e)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);

	scn_emit_key(e, "worker");
	scn_emit_map(e, false);
	scn_emit_key(e, "oneOf");
	scn_emit_list(e, 2 + count, false);
	scn_emit_map(e, false);
	/* A name is enough where nothing has to be given. */
	scn_emit_key(e, "enum");
	scn_emit_list(e, count, true);
	for (size_t i = 0; i < count; i++) {
		if (!scn_param_needed(rows[i]))
			scn_emit_text(e, rows[i]->name);
	}
	scn_emit_end(e);
	scn_emit_end(e);
	for (size_t i = 0; i < count; i++)
		worker_mapping(e, rows[i]);
	plugin_mapping(e);
	scn_emit_end(e);
	scn_emit_end(e);
}

/* --- actions, from the tables of inject ---------------------------------------------------------------- */

static void action_type(struct scn_emit *e, enum inj_type type, int64_t min, int64_t max,
			const char *const *list)
{
	size_t count = 0;

	switch (type) {
	case INJ_WORD:
		while (list[count])
			count++;
		words(e, list, count);
		break;
	case INJ_BOOL:
		pair(e, "type", "boolean");
		break;
	case INJ_COUNT:
		types(e, "integer", "string");
		number(e, "minimum", min);
		if (max != INT64_MAX)
			number(e, "maximum", max);
		break;
	case INJ_DURATION:
		types(e, "string", "integer");
		pair(e, "pattern", "^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h)?$");
		break;
	case INJ_PERCENT:
		types(e, "string", "number");
		break;
	case INJ_TEXT:
	case INJ_REASON:
	case INJ_PATH:
	case INJ_ID:
	case INJ_SIZE:
	case INJ_SHUTDOWN:
	case INJ_EVENT:
		types(e, "string", "integer");
		break;
	}
}

static void action_key(struct scn_emit *e, const char *name, const char *help, enum inj_type type,
		       int64_t min, int64_t max, const char *const *list)
{
	scn_emit_key(e, name);
	scn_emit_map(e, true);
	pair(e, "description", help);
	action_type(e, type, min, max, list);
	scn_emit_end(e);
}

static void define_group(struct scn_emit *e, const char *name, size_t length)
{
	char group[32];

	snprintf(group, sizeof(group), "%.*s", (int)length, name);
	scn_emit_key(e, group);
	scn_emit_map(e, false);
	pair(e, "type", "object");
	yes_no(e, "additionalProperties", false);
	scn_emit_key(e, "properties");
	scn_emit_map(e, false);
	for (size_t i = 0; i < inj_keys_count; i++) {
		const struct inj_key *key = &inj_keys[i];
		if (strncmp(key->name, name, length + 1) == 0)
			action_key(e, key->name + length + 1, key->help, key->type, key->min, key->max,
				   key->words);
	}
	scn_emit_end(e);
	scn_emit_end(e);
}

/* Is an earlier fault's parameter called the same? */
static bool is_known(size_t fault, const char *name)
{
	for (size_t i = 0; i < fault; i++) {
		for (size_t k = 0; k < INJ_PARAMS_MAX && inj_faults[i].params[k].name; k++) {
			if (strcmp(inj_faults[i].params[k].name, name) == 0)
				return true;
		}
	}
	return false;
}

static void define_action(struct scn_emit *e)
{
	scn_emit_key(e, "action");
	scn_emit_map(e, false);
	pair(e, "type", "object");
	yes_no(e, "additionalProperties", false);
	scn_emit_key(e, "properties");
	scn_emit_map(e, false);
	for (size_t i = 0; i < inj_keys_count; i++) {
		const struct inj_key *key = &inj_keys[i];
		const char *dot = strchr(key->name, '.');
		size_t length = dot ? (size_t)(dot - key->name) + 1 : 0;
		if (dot && i && strncmp(inj_keys[i - 1].name, key->name, length) == 0)
			continue;
		if (dot) {
			define_group(e, key->name, length - 1);
		} else if (strcmp(key->name, "action") == 0) {
			scn_emit_key(e, key->name);
			scn_emit_map(e, true);
			pair(e, "description", key->help);
			scn_emit_key(e, "enum");
			scn_emit_list(e, inj_faults_count, true);
			for (size_t k = 0; k < inj_faults_count; k++)
				scn_emit_text(e, inj_faults[k].name);
			scn_emit_end(e);
			scn_emit_end(e);
		} else {
			action_key(e, key->name, key->help, key->type, key->min, key->max, key->words);
		}
	}
	for (size_t i = 0; i < inj_faults_count; i++) {
		for (size_t k = 0; k < INJ_PARAMS_MAX && inj_faults[i].params[k].name; k++) {
			const struct inj_param *param = &inj_faults[i].params[k];
			if (!is_known(i, param->name))
				action_key(e, param->name, param->help, param->type, param->min, param->max,
					   param->words);
		}
	}
	scn_emit_end(e);
	scn_emit_key(e, "required");
	scn_emit_list(e, 1, true);
	scn_emit_text(e, "action");
	scn_emit_end(e);
	scn_emit_end(e);
}

enum rt_status scn_write_schema(struct scn_sink sink)
{
	struct scn_emit emit, *e = &emit;

	scn_emit_init(e, sink, SCN_JSON_PAGE);
	scn_emit_map(e, false);
	pair(e, "$schema", "https://json-schema.org/draft/2020-12/schema");
	pair(e, "title", "Treefall scenario");
	properties(e, &scn_scenario_table, 0, true);
	scn_emit_key(e, "$defs");
	scn_emit_map(e, false);
	define(e, "supervisor", &scn_child_table, SCN_ROOT, true);
	define(e, "child", &scn_child_table, SCN_SUPERVISOR | SCN_WORKER, true);
	define(e, "template", &scn_child_table, SCN_SUPERVISOR | SCN_WORKER, false);
	define_worker(e);
	define(e, "limits", &scn_limits_table, 0, true);
	define_probe(e);
	define_action(e);
	scn_emit_end(e);
	scn_emit_end(e);
	return scn_emit_fini(e);
}
