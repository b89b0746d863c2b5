/* worker_text.c - what a worker does, from the tables of behaviours.
 *
 * A running worker goes by the scenario that it was started from; one that somebody asked for at the prompt
 * or in the method has the defaults of its behaviour.
 */
#include "worker_text.h"

#include <string.h>

struct wording {
	struct sh_output *out;
	uint32_t said;
	bool whole;
};

static void put(const struct wording *w, const char *key, const char *value, bool is_said, bool is_default)
{
	if (!value || (!w->whole && is_default))
		return;
	sh_printf(w->out, " %s=%s%s", key, value, w->whole && !is_said ? "*" : "");
}

static bool is_given(const struct rt_child *child, const char *name)
{
	for (uint32_t i = 0; i < child->n_settings; i++)
		if (!strcmp(child->settings[i].name, name))
			return true;
	return false;
}

static void put_params(const struct wording *w, const struct rt_behaviour *behaviour,
		       const struct rt_child *child)
{
	for (unsigned i = 0; i < RT_PARAMS_MAX && behaviour->params && behaviour->params[i].name; i++) {
		const struct rt_param *param = &behaviour->params[i];
		char buf[INJ_VALUE_BUF];
		bool is_default;
		const char *value = scn_param_value(param, child, buf, &is_default);
		put(w, param->name, value, is_given(child, param->name), is_default);
	}
}

static void put_limits(const struct wording *w, const struct rt_child *child)
{
	static const char *const isolations[] = {
#define X(name, word) word,
		RT_ISOLATION_LIST(X)
#undef X
	};
	char buf[INJ_VALUE_BUF];
	put(w, "isolation", isolations[child->isolation], scn_said_key(w->said, "isolation"),
	    child->isolation == RT_ISOLATION_NONE);
	if (child->memory_max && w->whole)
		put(w, "memory", inj_print_size((int64_t)child->memory_max, buf), true, false);
	if (child->descriptors_max)
		sh_printf(w->out, " descriptors=%u", child->descriptors_max);
	if (child->disk_max)
		put(w, "disk", inj_print_size((int64_t)child->disk_max, buf), true, false);
}

static void put_worker(struct sh_output *out, const struct scn_scenario *scenario, const char *path,
		       const char *name, bool whole)
{
	const struct rt_child unknown = { .worker = name };
	const struct rt_child *child = scn_child(scenario, path);
	const struct wording w = { out, child ? child->note : 0, whole };
	if (!child)
		child = &unknown;
	const struct rt_behaviour *behaviour = scn_behaviour(child);
	if (!behaviour || (child == &unknown && !name))
		return;
	const struct scn_plugin *file = scn_behaviour_plugin(scenario, behaviour);
	bool usual = !file && !strcmp(behaviour->name, "server");
	put(&w, "worker", behaviour->name, scn_said_key(w.said, "worker"), usual);
	put(&w, "plugin", file ? file->path : NULL, true, false);
	put_params(&w, behaviour, child);
	put_limits(&w, child);
}

void sh_worker_brief(struct sh_output *out, const struct scn_scenario *scenario, const char *path,
		     const char *name)
{
	put_worker(out, scenario, path, name, false);
}

void sh_worker_whole(struct sh_output *out, const struct scn_scenario *scenario, const char *path,
		     const char *name)
{
	put_worker(out, scenario, path, name, true);
}
