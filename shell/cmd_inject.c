/* cmd_inject.c - commands that do something to the tree.
 *
 * Words become an action key by key, through the same function that reads a scenario file; so whatever can be
 * written there can be typed here, and is refused with the same sentence.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Is the word `key=value`?  A reason may hold a `=` too, so what stands before it has to look like a key. */
static size_t key_length(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz_.");
	return n && word[n] == '=' ? n : 0;
}

static bool is_given(const struct inj_action *action, unsigned param)
{
	return action->params[param].given;
}

/* The name of the first parameter that has no value yet; null if all have. */
static const char *next_param(const struct inj_action *action)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && action->fault->params[i].name; i++)
		if (!is_given(action, i))
			return action->fault->params[i].name;
	return NULL;
}

/* `words`: target, values, keys.  Keys are copied into `keys` for as long as the action is used. */
static enum sh_code fill(struct sh_session *session, struct inj_action *action, const char *fault,
			 char *const *words, unsigned count)
{
	struct rt_error error = { 0 };
	enum rt_status status = inj_action_set(action, "action", fault, &error);
	unsigned first = 0;
	if (status == RT_OK && !key_length(words[0]))
		status = inj_action_set(action, "target", words[first++], &error);
	/* Keys first, so that a bare value takes what they leave. */
	for (unsigned i = first; i < count && status == RT_OK; i++) {
		size_t n = key_length(words[i]);
		if (!n)
			continue;
		char *key = sh_strndup(words[i], n);
		status = inj_action_set(action, key, words[i] + n + 1, &error);
		free(key);
	}
	for (unsigned i = first; i < count && status == RT_OK; i++) {
		if (key_length(words[i]))
			continue;
		const char *name = next_param(action);
		if (!name)
			return sh_session_error(session, SH_USAGE, "%s: one word too many: '%s'", fault,
						words[i]);
		status = inj_action_set(action, name, words[i], &error);
	}
	const char *key = NULL;
	if (status == RT_OK)
		status = inj_action_check(action, &key, &error);
	if (status != RT_OK)
		return sh_session_error(session, SH_USAGE, "%s",
					*error.text ? error.text : rt_status_text(status));
	return SH_OK;
}

struct nearest {
	const struct rt *rt;
	const char *target;
	char *above; /* the deepest path on the way to it; null: none */
	char **paths;
	size_t count, capacity;
	struct sh_text below; /* the children of `above` */
	unsigned n_below;
	bool pool; /* it, or without it anybody, starts children as they are asked for */
	bool found;
};

#define NEAREST_MAX 5000
#define BELOW_MAX   8

/* Freed by the caller. */
static char *find_above(const struct rt *rt, const char *target)
{
	char *path = sh_strdup(target), *slash;
	while ((slash = strrchr(path, '/'))) {
		*slash = 0;
		if (inj_pattern_is_path(path) && rt_path_find(rt, path))
			return path;
	}
	free(path);
	return NULL;
}

/* The id of a child of `above`, null if the path is not of one. */
static const char *id_below(const char *above, const char *path)
{
	size_t length = strlen(above);
	return !strncmp(path, above, length) && path[length] == '/' && !strchr(path + length + 1, '/')
		       ? path + length + 1
		       : NULL;
}

static bool look_at(void *ctx, const struct rt_row *row)
{
	struct nearest *nearest = ctx;
	char path[1024];
	if (rt_path_text(nearest->rt, row->child.place, path, sizeof(path)) >= sizeof(path))
		return true;
	if (inj_pattern_match(nearest->target, path))
		nearest->found = true;
	if (nearest->count < NEAREST_MAX) {
		nearest->paths = sh_grow(nearest->paths, nearest->count, &nearest->capacity, sizeof(char *));
		nearest->paths[nearest->count++] = sh_strdup(path);
	}
	if ((!nearest->above || !strcmp(nearest->above, path)) && row->child.supervisor && row->has_actor &&
	    row->actor.strategy == RT_SIMPLE_ONE_FOR_ONE)
		nearest->pool = true;
	const char *id = nearest->above ? id_below(nearest->above, path) : NULL;
	if (id && nearest->n_below++ < BELOW_MAX)
		sh_text_printf(&nearest->below, "%s%s", nearest->below.length ? ", " : "", id);
	return !nearest->found;
}

/* Is a child still to be started that the scenario's tree does not have? */
static bool may_start(const struct sh_session *session, const struct nearest *nearest)
{
	bool starts = nearest->pool || session->start_armed;
	for (size_t i = 0; i < session->scenario->n_method; i++)
		starts |= !strcmp(session->scenario->method[i].fault->name, "start_child");
	return starts;
}

static enum sh_code refuse_path(struct sh_session *session, const struct nearest *nearest, bool may_come)
{
	const char *meant = inj_did_you_mean(nearest->target, (const char *const *)nearest->paths,
					     nearest->count);
	if (meant)
		return sh_session_error(session, SH_USAGE, "nothing in the tree is %s; did you mean %s?",
					nearest->target, meant);
	if (may_come && may_start(session, nearest))
		return SH_OK;
	if (!nearest->n_below)
		return sh_session_error(session, SH_USAGE, "nothing in the tree is %s", nearest->target);
	return sh_session_error(session, SH_USAGE, "nothing in the tree is %s; %s has %s%s",
				nearest->target, nearest->above, nearest->below.text,
				nearest->n_below > BELOW_MAX ? ", ..." : "");
}

enum sh_code sh_session_check_path(struct sh_session *session, const char *target, bool may_come)
{
	const struct rt *rt = scn_world_rt(session->world);
	struct nearest nearest = { .rt = rt, .target = target };
	if (inj_pattern_is_path(target) && rt_path_find(rt, target))
		return SH_OK;
	nearest.above = find_above(rt, target);
	rt_walk(rt, look_at, &nearest);
	enum sh_code code = nearest.found ? SH_OK : refuse_path(session, &nearest, may_come);
	for (size_t i = 0; i < nearest.count; i++)
		free(nearest.paths[i]);
	free(nearest.paths);
	sh_text_fini(&nearest.below);
	free(nearest.above);
	return code;
}

/* The supervisor works at the present instant until it has answered. */
static enum rt_status await_answer(struct sh_session *session, uint64_t before)
{
	rt_time now = rt_now(scn_world_rt(session->world));
	enum rt_status status = RT_OK;
	sh_session_drain(session);
	while (status == RT_OK && session->answer_seq <= before && !*session->stop) {
		status = sh_session_move(session, now);
		sh_session_drain(session);
	}
	return status;
}

static bool is_alive(const struct rt *rt, const char *path)
{
	return inj_pattern_is_path(path) && rt_path_actor(rt, rt_path_find(rt, path)) != RT_NOBODY;
}

static void tell(struct sh_session *session, const struct inj_action *action, unsigned targets,
		 uint64_t before)
{
	const struct rt *rt = scn_world_rt(session->world);
	/* While time plays it goes on by itself. */
	const char *by = session->passing != NULL ? session->passing : "`run` or `step`";
	char how[60] = "";

	if (!session->playing)
		snprintf(how, sizeof(how), "; %s lets ", by);
	if (action->trigger != INJ_NOW || (targets && inj_chance_opens(action->fault->chance))) {
		sh_printf(session->out, "%s of %s is armed\n", action->fault->name, action->target);
	} else if (!targets && is_alive(rt, action->target)) {
		sh_printf(session->out, "%s took effect on nothing: %s is so already, or about to end\n",
			  action->fault->name, action->target);
	} else if (!targets) {
		sh_printf(session->out, "%s took effect on nothing: no live target\n", action->fault->name);
	} else if (action->fault->call) {
		if (session->answer_seq <= before)
			sh_printf(session->out, "%s has not answered yet%s%s\n", action->target, how,
				  *how ? "it go on" : "");
	} else if (inj_pattern_is_path(action->target) && !is_alive(rt, action->target)) {
		sh_printf(session->out, "%s is down%s%s\n", action->target, how,
			  *how ? "its supervisor act" : "");
	} else if (targets > 1) {
		sh_printf(session->out, "%s took effect on %u targets%s%s\n", action->fault->name, targets,
			  how, *how ? "time pass" : "");
	}
}

/* What a scenario would be refused for is refused here; so what is done can be saved. */
static enum sh_code check(struct sh_session *session, const struct inj_action *action)
{
	const char *const paths[] = { action->target, action->after_of, action->on_of };
	struct rt_error error = { 0 };
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i] && sh_session_check_path(session, paths[i], false) != SH_OK)
			return SH_USAGE;
	for (unsigned i = 0; i < INJ_PARAMS_MAX && action->fault->params[i].name; i++)
		if (action->fault->params[i].type == INJ_PATH && is_given(action, i) &&
		    sh_session_check_path(session, action->params[i].text, false) != SH_OK)
			return SH_USAGE;
	if (scn_world_check(session->world, action, &error) != RT_OK)
		return sh_session_error(session, SH_USAGE, "%s", error.text);
	return SH_OK;
}

static enum sh_code inject(struct sh_session *session, const char *fault, char *const *words, unsigned count)
{
	if (scn_world_phase(session->world) == SCN_OVER)
		return sh_session_error(session, SH_USAGE, "this run is over; `load %s` begins another one",
					session->file);
	struct inj_action action = { 0 };
	enum sh_code code = fill(session, &action, fault, words, count);
	if (code == SH_OK)
		code = check(session, &action);
	if (code != SH_OK)
		return code;
	unsigned targets = 0;
	session->touched = true;
	session->start_armed |= action.trigger != INJ_NOW && !strcmp(fault, "start_child");
	sh_session_drain(session);
	uint64_t before = session->answer_seq;
	enum rt_status status = sh_session_input(session, &action, &targets);
	sh_session_drain(session);
	if (status == RT_OK && action.fault->call && action.trigger == INJ_NOW && targets)
		status = await_answer(session, before);
	if (status == RT_EINVAL)
		return sh_session_error(session, SH_USAGE,
					"%s: no journal can hold what was typed: it is not UTF-8", fault);
	if (status != RT_OK && status != RT_EAGAIN)
		return sh_session_halted(session, status, fault);
	tell(session, &action, targets, before);
	return SH_OK;
}

enum sh_code sh_cmd_inject(struct sh_session *session, unsigned argc, char *const *argv)
{
	return inject(session, argv[1], argv + 2, argc - 2);
}

enum sh_code sh_cmd_fault(struct sh_session *session, unsigned argc, char *const *argv)
{
	return inject(session, argv[0], argv + 1, argc - 1);
}

enum sh_code sh_cmd_heal(struct sh_session *session, unsigned argc, char *const *argv)
{
	unsigned healed = 0;
	if (scn_world_phase(session->world) == SCN_OVER)
		return sh_session_error(session, SH_USAGE, "this run is over; nothing lasts any more");
	if (argc > 1 && sh_session_check_path(session, argv[1], false) != SH_OK)
		return SH_USAGE;
	session->touched = true;
	struct inj_action action = {
		.fault = inj_fault_find("heal"),
		.target = argc > 1 ? argv[1] : "**",
	};
	enum rt_status status = sh_session_input(session, &action, &healed);
	if (status != RT_OK)
		return sh_session_status(session, status, "heal");
	if (!healed)
		sh_printf(session->out, "nothing to heal%s%s\n", argc > 1 ? " on " : "",
			  argc > 1 ? argv[1] : "");
	return SH_OK;
}
