/* bind_worker.c - what a worker does: `worker: server`, or a mapping with the parameters of the behaviour.
 *
 * Which parameters there are is in the table of the behaviour, so what a mapping may say is known only when
 * its `behaviour` is.
 */
#include "bind.h"

#include <string.h>

#include "diag.h"
#include "param.h"
#include "plugin.h"

#define WANTS_SIZE 256

struct reading {
	const struct scn_node *place;                /* the value of `worker` */
	const struct scn_node *plugin, *behaviour;   /* keys */
	const struct scn_node *param[RT_PARAMS_MAX]; /* keys, by number of the parameter */
	bool meant[RT_PARAMS_MAX];                   /* misspelt, probably */
	bool wrong;                                  /* something was complained about */
};

/* --- keys ---------------------------------------------------------------------------------------------- */

static const struct scn_node *find_key(const struct scn_node *map, const char *text)
{
	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (name->kind == SCN_NODE_TEXT && strcmp(name->text, text) == 0)
			return name;
	}
	return NULL;
}

/* The nearest of the two keys that are always there and the parameters of a behaviour, which may be null. */
static const char *near_key(const struct rt_behaviour *behaviour, const char *text)
{
	const char *names[RT_PARAMS_MAX + 2] = { "plugin", "behaviour" };
	unsigned count = behaviour ? scn_param_count(behaviour) : 0;

	for (unsigned i = 0; i < count; i++)
		names[2 + i] = behaviour->params[i].name;
	return inj_did_you_mean(text, names, 2 + count);
}

static void complain_key(struct scn_binder *b, struct reading *reading, const struct rt_behaviour *behaviour,
			 const struct scn_node *name)
{
	const char *near = b->diags->count < SCN_DIAGS_MAX ? near_key(behaviour, name->text) : NULL;
	int index = near && behaviour ? scn_param_find(behaviour, near) : -1;

	reading->wrong = true;
	if (index >= 0)
		reading->meant[index] = true;
	if (near)
		SCN_COMPLAIN(b, name, "unknown key '%.*s' in worker; did you mean %s?",
			     scn_diag_cut(name->text), name->text, near);
	else if (behaviour && scn_param_count(behaviour) == 0)
		SCN_COMPLAIN(b, name, "unknown key '%.*s' in worker; '%s' has no parameters",
			     scn_diag_cut(name->text), name->text, behaviour->name);
	else
		SCN_COMPLAIN(b, name, "unknown key '%.*s' in worker; '%s' has no such parameter",
			     scn_diag_cut(name->text), name->text, behaviour->name);
}

static void read_keys(struct scn_binder *b, struct reading *reading, const struct rt_behaviour *behaviour)
{
	for (const struct scn_node *name = reading->place->first; name; name = name->next->next) {
		if (name->kind == SCN_NODE_BAD) {
			b->saw_bad = reading->wrong = true;
			continue;
		}
		if (strcmp(name->text, "plugin") == 0 || strcmp(name->text, "behaviour") == 0)
			continue;
		int index = scn_param_find(behaviour, name->text);
		if (index < 0)
			complain_key(b, reading, behaviour, name);
		else if (!reading->param[index])
			reading->param[index] = name; /* the same again has been complained about already */
	}
}

/* --- the behaviour ------------------------------------------------------------------------------------- */

static const struct rt_plugin *find_plugin(struct scn_binder *b, const struct scn_node *value)
{
	const char *path = scn_bind_text(b, value, "plugin", "the file of a plugin such as ./mine.so");
	struct scn_plugin **end = &b->scenario->plugins;
	struct rt_error error = { 0 };

	if (!path)
		return NULL;
	for (; *end; end = &(*end)->next) {
		if (strcmp((*end)->path, path) == 0)
			return (*end)->plugin;
	}
	const struct rt_plugin *plugin = scn_plugin_open(b->scenario->file, path, &error);
	if (!plugin && error.code == RT_ENOMEM) {
		b->no_memory = true;
		return NULL;
	}
	if (!plugin) {
		SCN_COMPLAIN(b, value, "plugin '%.*s': %s", scn_diag_cut(path), path, error.text);
		return NULL;
	}
	struct scn_plugin *file = scn_bind_alloc(b, b->arena, 1, sizeof(*file));
	if (!file)
		return NULL;
	file->path = path;
	file->found = scn_plugin_path(plugin);
	file->plugin = plugin;
	*end = file;
	return plugin;
}

static void complain_behaviour(struct scn_binder *b, const struct scn_node *value,
			       const struct rt_plugin *plugin)
{
	const char *names[64];
	size_t built_in, count = 0;
	const struct rt_behaviour *const *rows = rt_behaviours(&built_in);

	for (rows = plugin ? plugin->behaviours : rows;
	     count < sizeof(names) / sizeof(names[0]) && (plugin ? rows[count] != NULL : count < built_in);
	     count++)
		names[count] = rows[count]->name;
	const char *near = inj_did_you_mean(value->text, names, count);
	if (near) {
		SCN_COMPLAIN(b, value, "unknown behaviour '%.*s'; did you mean %s?",
			     scn_diag_cut(value->text), value->text, near);
		return;
	}
	char list[WANTS_SIZE] = "";
	for (size_t i = 0, used = 0; i < count && used + strlen(names[i]) + 3 < sizeof(list); i++) {
		if (i > 0)
			used = (size_t)(stpcpy(list + used, ", ") - list);
		used = (size_t)(stpcpy(list + used, names[i]) - list);
	}
	SCN_COMPLAIN(b, value, "unknown behaviour '%.*s'; %s %s", scn_diag_cut(value->text), value->text,
		     plugin ? "the plugin has" : "it is one of", list);
}

/* Nobody knows what the other keys may be then; but perhaps one of them was to be it. */
static void complain_missing(struct scn_binder *b, struct reading *reading)
{
	for (const struct scn_node *name = reading->place->first; name; name = name->next->next) {
		const char *near = name->kind == SCN_NODE_TEXT ? near_key(NULL, name->text) : NULL;
		if (!near || strcmp(near, "behaviour") != 0)
			continue;
		complain_key(b, reading, NULL, name);
		return;
	}
	SCN_COMPLAIN(b, reading->place, "worker has no behaviour; write behaviour: server beside the rest");
}

static const struct rt_behaviour *find_behaviour(struct scn_binder *b, struct reading *reading)
{
	const struct rt_plugin *plugin = NULL;

	reading->plugin = find_key(reading->place, "plugin");
	reading->behaviour = find_key(reading->place, "behaviour");
	if (reading->plugin && !(plugin = find_plugin(b, reading->plugin->next)))
		return NULL;
	if (!reading->behaviour) {
		complain_missing(b, reading);
		return NULL;
	}
	const struct scn_node *value = reading->behaviour->next;
	const char *name = scn_bind_text(b, value, "behaviour", "the name of a behaviour such as server");
	if (!name)
		return NULL;
	const struct rt_behaviour *behaviour = plugin ? scn_plugin_find(plugin, name)
						      : rt_behaviour_find(name);
	if (!behaviour)
		complain_behaviour(b, value, plugin);
	return behaviour;
}

/* --- parameters ---------------------------------------------------------------------------------------- */

static bool bind_param(struct scn_binder *b, const struct rt_param *param, const struct scn_node *value,
		       struct rt_setting *setting)
{
	char wants[WANTS_SIZE];
	const char *text = value->kind == SCN_NODE_TEXT && !scn_node_is_null(value)
				   ? value->text
				   : scn_bind_text(b, value, param->name,
						   scn_param_wants(param, wants, sizeof(wants)));

	if (text && param->type == RT_PARAM_PATH)
		text = scn_bind_path(b, text);
	if (!text)
		return false;
	bool good = scn_param_parse(param, text, setting);
	if (good && param->type == RT_PARAM_PATH && !inj_pattern_is_path(text)) {
		SCN_COMPLAIN(b, value, "%s wants one path, not the pattern '%.*s'", param->name,
			     scn_diag_cut(text), text);
		return false;
	}
	if (good)
		return true;
	size_t count = 0;
	while (param->type == RT_PARAM_WORD && param->words[count])
		count++;
	const char *near = inj_did_you_mean(text, param->words, count);
	if (near)
		SCN_COMPLAIN(b, value, "unknown %s '%.*s'; did you mean %s?", param->name, scn_diag_cut(text),
			     text, near);
	else
		SCN_COMPLAIN(b, value, "%s wants %s, not '%.*s'", param->name,
			     scn_param_wants(param, wants, sizeof(wants)), scn_diag_cut(text), text);
	return false;
}

static bool are_same(const struct rt_setting *a, const struct rt_setting *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (a[i].name != b[i].name || a[i].number != b[i].number || !a[i].text != !b[i].text ||
		    (a[i].text && strcmp(a[i].text, b[i].text) != 0))
			return false;
	}
	return true;
}

/* It is looked for when the whole tree is known. */
static void note_path(struct scn_binder *b, const struct rt_param *param, const char *path,
		      const struct scn_node *place)
{
	struct scn_ref *ref = scn_bind_ref(b, path, place, SCN_WANT_ANY, param->name);

	if (ref)
		ref->behaviour = param->behaviour;
}

/* Of a million workers that are alike and stand one after the other, only the first has settings of its own,
 * and its paths are looked for once. */
static void keep(struct scn_binder *b, const struct reading *reading, const struct rt_setting *settings,
		 uint32_t count, struct rt_child *child)
{
	const struct rt_behaviour *behaviour = child->behaviour;

	if (count == 0)
		return;
	if (b->behaviour != behaviour || b->n_settings != count ||
	    !are_same(b->settings, settings, count)) {
		struct rt_setting *own = scn_bind_alloc(b, b->arena, count, sizeof(*own));
		if (!own)
			return;
		memcpy(own, settings, count * sizeof(*own));
		b->behaviour = behaviour;
		b->settings = own;
		b->n_settings = count;
		for (uint32_t i = 0; i < count; i++) {
			int index = own[i].text ? scn_param_find(behaviour, own[i].name) : -1;
			if (index >= 0)
				note_path(b, &behaviour->params[index], own[i].text,
					  reading->param[index]->next);
		}
	}
	child->settings = b->settings;
	child->n_settings = count;
}

static void bind_params(struct scn_binder *b, struct reading *reading, struct rt_child *child)
{
	const struct rt_behaviour *behaviour = child->behaviour;
	struct rt_setting settings[RT_PARAMS_MAX];
	uint32_t count = 0;

	for (unsigned i = 0; i < scn_param_count(behaviour); i++) {
		const struct rt_param *param = &behaviour->params[i];
		if (reading->param[i] && bind_param(b, param, reading->param[i]->next, &settings[count])) {
			count++;
		} else if (reading->param[i] || reading->meant[i]) {
			reading->wrong = true;
		} else if (param->mandatory) {
			char wants[WANTS_SIZE];
			reading->wrong = true;
			SCN_COMPLAIN(b, reading->place, "%s is missing; a '%s' worker needs %s", param->name,
				     behaviour->name, scn_param_wants(param, wants, sizeof(wants)));
		}
	}
	if (!b->no_memory && !reading->wrong)
		keep(b, reading, settings, count, child);
}

/* --- the worker ---------------------------------------------------------------------------------------- */

void scn_bind_endless(struct scn_binder *b, const struct rt_behaviour *behaviour,
		      const struct scn_node *place, const char *end)
{
	if (b->has_end || b->told_endless)
		return;
	b->told_endless = true;
	SCN_COMPLAIN(b, place,
		     "a '%s' worker finds work for ever, so this run would not end; add `duration: 60s` to "
		     "the scenario%s%s%s",
		     behaviour->name, end ? ", or `" : "", end ? end : "", end ? "` to the worker" : "");
}

static void bind_name(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		      struct rt_child *child)
{
	if (!scn_bind_value(b, key, value, child))
		return;
	const struct rt_behaviour *behaviour = child->behaviour = rt_behaviour_find(child->worker);
	const struct rt_param *needed = scn_param_needed(behaviour);
	if (needed)
		SCN_COMPLAIN(b, value,
			     "a '%s' worker needs `%s`; write worker: {behaviour: %s, %s: ...}",
			     child->worker, needed->name, child->worker, needed->name);
	else if (behaviour->endless)
		scn_bind_endless(b, behaviour, value, behaviour->ended_by);
}

/* The parameter that ends the work of an endless worker was given, and not as what it would be anyway. */
static bool is_ended(const struct rt_child *child)
{
	const char *name = child->behaviour->ended_by;
	int index = name ? scn_param_find(child->behaviour, name) : -1;
	char buf[INJ_VALUE_BUF];
	bool is_default = true;

	if (index >= 0)
		scn_param_value(&child->behaviour->params[index], child, buf, &is_default);
	return !is_default;
}

static void bind_mapping(struct scn_binder *b, const struct scn_node *value, struct rt_child *child)
{
	struct reading reading = { .place = value };
	const struct rt_behaviour *behaviour = child->behaviour = find_behaviour(b, &reading);

	child->worker = behaviour && !reading.plugin ? behaviour->name : NULL;
	if (!behaviour)
		return;
	read_keys(b, &reading, behaviour);
	bind_params(b, &reading, child);
	if (behaviour->endless && !reading.wrong && !is_ended(child))
		scn_bind_endless(b, behaviour, value, behaviour->ended_by);
}

void scn_bind_worker(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		     struct rt_child *child)
{
	if (value->kind == SCN_NODE_MAP)
		bind_mapping(b, value, child);
	else
		bind_name(b, key, value, child);
}
