/* bind_action.c - method and rollbacks: keys of inject's tables.
 *
 * Which keys there are, what they take and what goes together is inject's business; here `after: {messages:
 * 5}` becomes its `after.messages`, and its answers get a place in the file.
 */
#include "bind.h"

#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "fit.h"
#include "hash.h"
#include "tree.h"

#define KEY_MAX 64 /* of "after.messages" */

/* The id of an action. */
struct scn_named {
	unsigned line;
	UT_hash_handle hh;
};

/* --- keys ---------------------------------------------------------------------------------------------- */

static bool has_key(const struct inj_fault *fault, const char *name)
{
	for (size_t i = 0; i < inj_keys_count; i++) {
		if (strcmp(inj_keys[i].name, name) == 0)
			return true;
	}
	for (size_t i = 0; fault && i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		if (strcmp(fault->params[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool is_path(const struct inj_fault *fault, const char *name)
{
	for (size_t i = 0; i < inj_keys_count; i++) {
		if (strcmp(inj_keys[i].name, name) == 0)
			return inj_keys[i].type == INJ_PATH;
	}
	for (size_t i = 0; fault && i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		if (strcmp(fault->params[i].name, name) == 0)
			return fault->params[i].type == INJ_PATH;
	}
	return false;
}

/* `after` and `on`: keys that come as a mapping of their own. */
static bool is_group(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < inj_keys_count; i++) {
		if (strncmp(inj_keys[i].name, name, length) == 0 && inj_keys[i].name[length] == '.')
			return true;
	}
	return false;
}

/* `{shutdown,done}` without quotes: a mapping whose keys have no values. */
static bool looks_like_term(const struct scn_node *map)
{
	if (map->kind != SCN_NODE_MAP || map->length == 0)
		return false;
	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (!scn_node_is_null(name->next))
			return false;
	}
	return true;
}

static void complain_term(struct scn_binder *b, const struct scn_node *map, const char *what)
{
	char term[80] = "";
	size_t used = 0;

	for (const struct scn_node *name = map->first; name && used < sizeof(term); name = name->next->next)
		used += (size_t)snprintf(term + used, sizeof(term) - used, "%s%.*s", used ? "," : "",
					 name->kind == SCN_NODE_TEXT ? scn_diag_cut(name->text) : 1,
					 name->kind == SCN_NODE_TEXT ? name->text : "_");
	if (used < sizeof(term))
		SCN_COMPLAIN(b, map, "%s: an Erlang term has to be quoted; write '{%s}'", what, term);
	else
		SCN_COMPLAIN(b, map, "%s: an Erlang term has to be quoted", what);
}

static void set_key(struct scn_binder *b, struct inj_action *action, const char *key,
		    const struct scn_node *name, const struct scn_node *value)
{
	struct rt_error error;
	bool known = has_key(action->fault, key);

	if (looks_like_term(value)) {
		complain_term(b, value, key);
		return;
	}
	const char *text = known ? scn_bind_text(b, value, key, "a text or a number") : "";
	if (text && is_path(action->fault, key))
		text = scn_bind_path(b, text);
	if (!text)
		return;
	if (inj_action_set(action, key, text, &error) != RT_OK)
		SCN_COMPLAIN(b, known ? value : name, "%s", error.text);
}

/* The node of a value by its key as inject calls it, or null. */
static const struct scn_node *find_value(const struct scn_node *map, const char *key)
{
	const char *dot = strchr(key, '.');
	size_t length = dot ? (size_t)(dot - key) : strlen(key);

	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (name->kind != SCN_NODE_TEXT || name->length != length ||
		    memcmp(name->text, key, length) != 0)
			continue;
		return !dot                               ? name->next
		       : name->next->kind == SCN_NODE_MAP ? find_value(name->next, dot + 1)
							  : NULL;
	}
	return NULL;
}

static void set_group(struct scn_binder *b, struct inj_action *action, const struct scn_node *group)
{
	const struct scn_node *map = group->next;
	char key[KEY_MAX], names[128] = "", wants[160];
	size_t length = strlen(group->text), used = 0;

	for (size_t i = 0; i < inj_keys_count; i++) {
		if (strncmp(inj_keys[i].name, group->text, length) == 0 && inj_keys[i].name[length] == '.')
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "",
						 inj_keys[i].name + length + 1);
	}
	snprintf(wants, sizeof(wants), "a mapping with %s", names);
	if (!scn_bind_is(b, map, SCN_NODE_MAP, group->text, wants))
		return;
	if (map->length == 0)
		SCN_COMPLAIN(b, map, "%s is empty; it wants %s", group->text, wants);
	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (name->kind != SCN_NODE_TEXT)
			continue;
		int size = snprintf(key, sizeof(key), "%s.%s", group->text, name->text);
		if (size >= (int)sizeof(key) || !has_key(NULL, key))
			SCN_COMPLAIN(b, name, "unknown key '%.*s' in %s; it has %s", scn_diag_cut(name->text),
				     name->text, group->text, names);
		else
			set_key(b, action, key, name, name->next);
	}
}

/* --- what the tree and the rest of the scenario say ---------------------------------------------------- */

static enum scn_want wanted(enum inj_aim aim)
{
	switch (aim) {
	case INJ_AIM_WORKER:
		return SCN_WANT_WORKER;
	case INJ_AIM_SUPERVISOR:
		return SCN_WANT_SUPERVISOR;
	case INJ_AIM_ANY:
		break;
	}
	return SCN_WANT_ANY;
}

static void check_time(struct scn_binder *b, const struct inj_action *action, const struct scn_node *item)
{
	const struct scn_scenario *scenario = b->scenario;
	const char *key = action->trigger == INJ_AT ? "at" : action->trigger == INJ_EVERY ? "every" : NULL;
	rt_time time = action->trigger == INJ_AT ? action->at : action->every;
	char when[INJ_VALUE_BUF], end[INJ_VALUE_BUF];

	if (!key || !scenario->has_duration || time <= scenario->duration)
		return;
	SCN_COMPLAIN(b, find_value(item, key), "%s %s lies after the end of the run at %s", key,
		     inj_print_duration(time, when), inj_print_duration(scenario->duration, end));
}

/* What depends on which supervisor is asked, where that is known; otherwise the fault just never fires. */
static void check_supervisor(struct scn_binder *b, const struct inj_action *action,
			     const struct scn_node *item)
{
	const struct scn_tree tree = { &b->scenario->root, NULL, 0 };
	uint64_t work = 1000;

	if (!action->target || !inj_pattern_is_path(action->target) || !tree.root->id)
		return;
	const struct rt_child *target = scn_tree_find(&tree, action->target, NULL, &work);
	if (!target || !target->supervisor)
		return;
	const char *key, *fault =
		scn_fit_pool(action, target->strategy == RT_SIMPLE_ONE_FOR_ONE, &key);
	if (fault)
		SCN_COMPLAIN(b, key ? find_value(item, key) : item, "%s", fault);
}

/* A child that is asked for has the defaults of what it does. */
static void check_worker(struct scn_binder *b, const struct inj_action *action, const struct scn_node *item)
{
	const struct rt_behaviour *behaviour = scn_fit_behaviour(action);
	const struct rt_param *needed = scn_fit_needed(action);

	if (needed)
		SCN_COMPLAIN(b, find_value(item, "worker"), SCN_FIT_NEEDED, behaviour->name, needed->name);
	else if (behaviour && behaviour->endless)
		scn_bind_endless(b, behaviour, find_value(item, "worker"), NULL);
}

static void note_dynamic(struct scn_binder *b, const struct inj_action *action)
{
	const struct inj_value *child = scn_fit_param(action, "child");

	if (strcmp(action->fault->name, "start_child") != 0 || !child)
		return;
	struct scn_dynamic *dynamic = scn_bind_alloc(b, b->temp, 1, sizeof(*dynamic));
	if (!dynamic)
		return;
	dynamic->supervisor = action->target;
	dynamic->id = child->text;
	*b->dynamics_end = dynamic;
	b->dynamics_end = &dynamic->next;
}

static void note_path(struct scn_binder *b, const struct scn_node *item, const char *key, const char *path,
		      enum scn_want want, const char *who)
{
	const struct scn_node *value = path ? find_value(item, key) : NULL;

	if (value)
		scn_bind_ref(b, path, value, want, who);
}

/* Random choices come from a stream of that name, so two of one name would share it. */
static void note_id(struct scn_binder *b, const char *id, const struct scn_node *value)
{
	struct scn_named *named = NULL;

	HASH_FIND_STR(b->named, id, named);
	if (named) {
		SCN_COMPLAIN(
			b, value,
			"the id '%.*s' is there already, on line %u; it names an action's random choices",
			scn_diag_cut(id), id, named->line);
		return;
	}
	named = scn_bind_alloc(b, b->temp, 1, sizeof(*named));
	if (!named)
		return;
	named->line = value->line;
	HASH_ADD_KEYPTR(hh, b->named, id, strlen(id), named);
	if (!named->hh.tbl)
		b->no_memory = true;
}

static void bind_action(struct scn_binder *b, const struct scn_node *item, bool rollback,
			struct inj_action *action)
{
	static const char wants[] = "a mapping such as {action: crash, target: core/cache}";
	size_t troubles = b->diags->count + b->diags->suppressed;
	struct rt_error error;
	const char *blame = NULL;

	if (!scn_bind_is(b, item, SCN_NODE_MAP, "an action", wants))
		return;
	action->line = item->line;
	action->column = item->column;
	const struct scn_node *kind = find_value(item, "action");
	if (!kind) {
		SCN_COMPLAIN(b, item, "this has no `action`; an action is %s", wants);
		return;
	}
	set_key(b, action, "action", kind, kind);
	if (!action->fault)
		return;
	for (const struct scn_node *name = item->first; name; name = name->next->next) {
		if (name->kind != SCN_NODE_TEXT || name->next == kind)
			continue;
		if (is_group(name->text))
			set_group(b, action, name);
		else if (strchr(name->text, '.'))
			SCN_COMPLAIN(b, name,
				     "unknown key '%.*s'; write after: {messages: 5}, on: {event: exit}",
				     scn_diag_cut(name->text), name->text);
		else
			set_key(b, action, name->text, name, name->next);
	}
	if (b->no_memory || troubles != b->diags->count + b->diags->suppressed)
		return;
	if (inj_action_check(action, &blame, &error) != RT_OK) {
		const struct scn_node *place = blame ? find_value(item, blame) : NULL;
		SCN_COMPLAIN(b, place ? place : item, "%s", error.text);
		return;
	}
	if (rollback && action->trigger != INJ_NOW)
		SCN_COMPLAIN(b, item, "a rollback is done when the method is over; it has no trigger");
	else if (!rollback)
		check_time(b, action, item);
	check_supervisor(b, action, item);
	check_worker(b, action, item);
	note_dynamic(b, action);
	if (action->id)
		note_id(b, action->id, find_value(item, "id"));
	note_path(b, item, "target", action->target, wanted(action->fault->aim), action->fault->name);
	note_path(b, item, "after.of", action->after_of, SCN_WANT_ANY, "after");
	note_path(b, item, "on.of", action->on_of, SCN_WANT_ANY, "on");
	for (size_t i = 0; i < INJ_PARAMS_MAX && action->fault->params[i].name; i++) {
		const struct inj_param *param = &action->fault->params[i];
		if (param->type == INJ_PATH && action->params[i].given)
			note_path(b, item, param->name, action->params[i].text, SCN_WANT_ANY, param->name);
	}
}

void scn_bind_actions(struct scn_binder *b, const struct scn_node *list, const char *what, bool rollbacks,
		      struct inj_action **out, size_t *count)
{
	if (!scn_bind_is_list(b, list, what, "a list of actions", SCN_ITEMS_MAX))
		return;
	struct inj_action *actions = scn_bind_alloc(b, b->arena, list->length, sizeof(*actions));
	if (!actions)
		return;
	*out = actions;
	*count = list->length;
	for (const struct scn_node *item = list->first; item && !b->no_memory; item = item->next)
		bind_action(b, item, rollbacks, actions++);
}

void scn_bind_actions_done(struct scn_binder *b)
{
	HASH_CLEAR(hh, b->named);
}
