/* reach.c - whom an open or lasting entry reaches, answered for each message and each request.
 *
 * To find out takes paths and patterns, so the answers are kept by the handle of the process, which is never
 * given out twice and keeps its place.  A new version of the entry makes all of them old.
 */
#include "state.h"

enum rt_status inj_reach_reserve(struct inj_plan *plan, struct inj_entry *entry)
{
	for (enum inj_source source = INJ_BY_DELIVERY; source < INJ_SOURCES; source++) {
		if (entry->reach == NULL && inj_seam_concerns(entry->fault, source)) {
			entry->reach = rt_alloc(plan->rt, sizeof(*entry->reach));
			if (entry->reach == NULL)
				return RT_ENOMEM;
		}
	}
	return RT_OK;
}

void inj_reach_changed(struct inj_plan *plan, struct inj_entry *entry)
{
	bool active = entry->open || entry->holding > 0;

	entry->version++;
	if (active == entry->active)
		return;
	entry->active = active;
	for (enum inj_source source = INJ_BY_DELIVERY; source < INJ_SOURCES; source++) {
		if (inj_seam_concerns(entry->fault, source))
			plan->list[source].active += active ? 1 : UINT32_MAX;
	}
}

/* What divides holds for all that is below a path. */
static enum inj_side find_side(const struct inj_plan *plan, const struct inj_entry *entry, rt_id actor,
			       uint64_t *seq)
{
	const struct rt *rt = plan->rt;
	rt_place place = rt_actor_place(rt, actor);
	bool below = entry->fault->divides;

	*seq = 0;
	if (place == 0)
		return INJ_ASIDE;
	for (rt_place at = place; at != 0; at = below ? rt_path_parent(rt, at) : 0) {
		const struct inj_hold *hold = inj_hold_of_entry(plan, entry, actor, at);

		if (hold != NULL) {
			*seq = hold->seq;
			return INJ_TARGET;
		}
	}
	if (entry->wide && inj_place_matches(rt, place, entry->action->target))
		return INJ_TARGET;
	for (rt_place at = below ? place : 0; at != 0; at = rt_path_parent(rt, at)) {
		if (inj_place_matches(rt, at, entry->params[INJ_P_FROM].text))
			return INJ_OTHER;
	}
	return INJ_ASIDE;
}

enum inj_side inj_reach_side(const struct inj_plan *plan, const struct inj_entry *entry, rt_id actor,
			     uint64_t *seq)
{
	struct inj_reach *reach = entry->reach;
	size_t at = (uint32_t)actor % INJ_CACHE_SIZE;

	if (actor == RT_NOBODY)
		return INJ_ASIDE;
	if (reach->of[at].id != actor || reach->of[at].version != entry->version) {
		reach->of[at].side = find_side(plan, entry, actor, &reach->of[at].seq);
		reach->of[at].id = actor;
		reach->of[at].version = entry->version;
	}
	*seq = reach->of[at].seq;
	return reach->of[at].side;
}
