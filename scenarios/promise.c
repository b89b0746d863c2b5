/* promise.c - which scenarios give the same bytes everywhere, and which cannot be held to that. */
#include "scenario.h"

#include "runtime/worker.h"

static bool any(const struct rt_child *child, bool (*is)(const struct rt_child *child))
{
	if (is(child))
		return true;
	for (uint32_t i = 0; i < child->n_children; i++) {
		if (any(&child->children[i], is))
			return true;
	}
	return false;
}

static bool is_foreign(const struct rt_child *child)
{
	return child->behaviour && rt_behaviour_find(child->behaviour->name) != child->behaviour;
}

static bool is_isolated(const struct rt_child *child)
{
	return child->isolation != RT_ISOLATION_NONE;
}

bool scn_isolated(const struct scn_scenario *scenario)
{
	return any(&scenario->root, is_isolated);
}

const char *scn_promise(const struct scn_scenario *scenario)
{
	bool foreign = any(&scenario->root, is_foreign), isolated = scn_isolated(scenario);

	if (foreign && isolated)
		return "it has workers from a plugin and workers in a process of their own";
	if (foreign)
		return "it has workers from a plugin";
	if (isolated)
		return "it has workers in a process of their own";
	return NULL;
}
