/* fit.c - what depends on which supervisor is asked; and the same of a world that runs. */
#include "fit.h"

#include <string.h>

#include "param.h"
#include "path.h"
#include "tree.h"
#include "world.h"

const struct inj_value *scn_fit_param(const struct inj_action *action, const char *name)
{
	const struct inj_fault *fault = action->fault;

	for (size_t i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		if (strcmp(fault->params[i].name, name) == 0)
			return action->params[i].given ? &action->params[i] : NULL;
	}
	return NULL;
}

const struct rt_behaviour *scn_fit_behaviour(const struct inj_action *action)
{
	const struct inj_value *worker = scn_fit_param(action, "worker");

	return worker && strcmp(action->fault->name, "start_child") == 0 ? rt_behaviour_find(worker->text)
									   : NULL;
}

const struct rt_param *scn_fit_needed(const struct inj_action *action)
{
	const struct rt_behaviour *behaviour = scn_fit_behaviour(action);

	return behaviour ? scn_param_needed(behaviour) : NULL;
}

const char *scn_fit_pool(const struct inj_action *action, bool pool, const char **key)
{
	*key = NULL;
	if (!pool && strcmp(action->fault->name, "start_child") == 0 && !scn_fit_param(action, "child"))
		return "start_child needs `child` here; only the children of a pool are numbered";
	*key = "strategy";
	if (pool && strcmp(action->fault->name, "set") == 0 && scn_fit_param(action, "strategy"))
		return "a simple_one_for_one supervisor keeps its strategy";
	return NULL;
}

static bool is_for(enum inj_aim aim, bool supervisor)
{
	return aim == INJ_AIM_ANY || supervisor == (aim == INJ_AIM_SUPERVISOR);
}

struct search {
	const struct rt *rt;
	const struct inj_action *action;
	bool found;
};

static bool see_row(void *ctx, const struct rt_row *row)
{
	struct search *search = ctx;
	char path[SCN_PATH_MAX];

	search->found = is_for(search->action->fault->aim, row->child.supervisor) &&
			scn_place_matches(search->rt, row->child.place, search->action->target, path);
	return !search->found;
}

enum rt_status scn_world_check(const struct scn_world *world, const struct inj_action *action,
			       struct rt_error *error)
{
	const struct scn_tree tree = { &world->scenario->root, NULL, 0 };
	struct search search = { world->rt, action, false };
	const char *name = action->fault->name, *key;
	enum inj_aim aim = action->fault->aim;
	uint64_t work = UINT64_MAX;
	rt_time now = world->up ? rt_now(world->rt) - world->up_t : 0;
	char at[INJ_VALUE_BUF], is[INJ_VALUE_BUF];

	const struct rt_param *needed = scn_fit_needed(action);
	if (needed)
		return rt_error_set(error, RT_EINVAL, SCN_FIT_NEEDED, scn_fit_behaviour(action)->name,
				    needed->name);
	for (unsigned i = 0; action->id && i < inj_plan_count(world->plan); i++) {
		const char *id = inj_plan_info(world->plan, i).action->id;
		if (id && strcmp(id, action->id) == 0)
			return rt_error_set(error, RT_EINVAL, "the id '%s' is there already", id);
	}
	if (action->trigger == INJ_AT && action->at < now)
		return rt_error_set(error, RT_EINVAL,
				    "at counts from when the tree was up, and %s is past: it is %s",
				    inj_print_duration(action->at, at), inj_print_duration(now, is));
	if (!inj_pattern_is_path(action->target)) {
		rt_walk(world->rt, see_row, &search);
		return search.found ? RT_OK
				    : rt_error_set(error, RT_EINVAL, "%s is for %ss, and '%s' matches none",
						   name, inj_aim_text(aim), action->target);
	}
	/* A child that somebody asked for is not in the scenario; it is a worker. */
	const struct rt_child *child = scn_tree_find(&tree, action->target, NULL, &work);
	bool supervisor = child && child->supervisor;
	if (!is_for(aim, supervisor))
		return rt_error_set(error, RT_EINVAL, "%s is for %ss, and '%s' is a %s", name,
				    inj_aim_text(aim), action->target, supervisor ? "supervisor" : "worker");
	const char *fault = supervisor ? scn_fit_pool(action, child->strategy == RT_SIMPLE_ONE_FOR_ONE, &key)
				       : NULL;
	return fault ? rt_error_set(error, RT_EINVAL, "%s", fault) : RT_OK;
}
