/* hold.c - lasting faults, each where it lasts: on one process, or at a path whoever runs there.
 *
 * The list is in the order in which they were struck; a hash finds them by process or by path.  Paths are
 * kept as text, because the number of a place may be given out again once a dynamic child is gone for good.
 * Dropping takes no memory and moves nothing, so it may be done in a hook; compaction comes later.
 */
#include <assert.h>
#include <string.h>

#include "state.h"

static uint32_t hash_actor(rt_id actor)
{
	return (uint32_t)((actor * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static uint32_t hash_path(const char *path)
{
	return inj_hash_text(INJ_HASH_INIT, path);
}

static uint32_t *bucket(const struct inj_holds *holds, uint32_t hash)
{
	return &holds->bucket[hash & (holds->buckets - 1)];
}

static void link_hold(struct inj_holds *holds, uint32_t index)
{
	struct inj_hold *hold = &holds->item[index];
	uint32_t *head =
		bucket(holds, hold->actor != RT_NOBODY ? hash_actor(hold->actor) : hash_path(hold->path));

	hold->next = *head;
	*head = index + 1;
}

static void link_all(struct inj_holds *holds)
{
	memset(holds->bucket, 0, holds->buckets * sizeof(*holds->bucket));
	for (uint32_t i = 0; i < holds->count; i++) {
		if (!holds->item[i].gone)
			link_hold(holds, i);
	}
}

enum rt_status inj_holds_reserve(struct inj_plan *plan, uint32_t more)
{
	struct inj_holds *holds = &plan->holds;
	uint64_t need = (uint64_t)holds->count + more;
	void *item = holds->item, *buckets = NULL;
	uint32_t wanted = 0;
	bool grown;

	if (need == 0)
		return RT_OK;
	if (need > holds->buckets &&
	    !inj_array_reserve(plan->rt, &buckets, &wanted, sizeof(*holds->bucket), need))
		return RT_ENOMEM;
	grown = inj_array_reserve(plan->rt, &item, &holds->capacity, sizeof(*holds->item), need);
	if (!grown) {
		rt_dealloc(plan->rt, buckets, wanted * sizeof(*holds->bucket));
		return RT_ENOMEM;
	}
	holds->item = item;
	if (buckets != NULL) {
		rt_dealloc(plan->rt, holds->bucket, holds->buckets * sizeof(*holds->bucket));
		holds->bucket = buckets;
		holds->buckets = wanted;
		link_all(holds);
	}
	return RT_OK;
}

void inj_hold_add(struct inj_plan *plan, const struct inj_hold *hold)
{
	struct inj_holds *holds = &plan->holds;

	assert(holds->count < holds->capacity && holds->count < holds->buckets);
	holds->item[holds->count] = *hold;
	link_hold(holds, holds->count);
	holds->count++;
	holds->live++;
	plan->entry[hold->entry]->holding++;
	inj_reach_changed(plan, plan->entry[hold->entry]);
	if (holds->live == 1)
		holds->stale = false;
	if (holds->live == 1 || hold->until < holds->earliest)
		holds->earliest = hold->until;
}

bool inj_hold_on_actor(const struct inj_plan *plan, const struct inj_fault *fault, rt_id actor)
{
	const struct inj_holds *holds = &plan->holds;

	if (holds->live == 0)
		return false;
	for (uint32_t i = *bucket(holds, hash_actor(actor)); i != 0; i = holds->item[i - 1].next) {
		const struct inj_hold *hold = &holds->item[i - 1];

		if (!hold->gone && hold->actor == actor && plan->entry[hold->entry]->fault == fault)
			return true;
	}
	return false;
}

/* Something of this entry, of this fault, or (both null) something that deafens. */
struct search {
	const struct inj_plan *plan;
	const struct inj_fault *fault;
	const struct inj_entry *entry;
	const struct inj_hold *found;
};

static bool is_meant(const struct search *search, const struct inj_hold *hold)
{
	const struct inj_entry *entry = search->plan->entry[hold->entry];

	if (search->entry != NULL)
		return entry == search->entry;
	return search->fault != NULL ? entry->fault == search->fault : entry->fault->deafens;
}

static bool held_at_path(void *ctx, const char *path)
{
	struct search *search = ctx;
	const struct inj_holds *holds = &search->plan->holds;

	for (uint32_t i = *bucket(holds, hash_path(path)); i != 0; i = holds->item[i - 1].next) {
		const struct inj_hold *hold = &holds->item[i - 1];

		if (!hold->gone && hold->actor == RT_NOBODY && strcmp(hold->path, path) == 0 &&
		    is_meant(search, hold)) {
			search->found = hold;
			return true;
		}
	}
	return false;
}

bool inj_hold_at_place(const struct inj_plan *plan, const struct inj_fault *fault,
		       const struct inj_entry *entry, rt_place place)
{
	struct search search = { plan, fault, entry, NULL };

	return plan->holds.live > 0 && inj_place_path(plan->rt, place, held_at_path, &search);
}

const struct inj_hold *inj_hold_of_entry(const struct inj_plan *plan, const struct inj_entry *entry,
					 rt_id actor, rt_place place)
{
	const struct inj_holds *holds = &plan->holds;
	struct search search = { plan, NULL, entry, NULL };

	if (entry->holding == 0)
		return NULL;
	for (uint32_t i = *bucket(holds, hash_actor(actor)); i != 0; i = holds->item[i - 1].next) {
		const struct inj_hold *hold = &holds->item[i - 1];

		if (!hold->gone && actor != RT_NOBODY && hold->actor == actor && is_meant(&search, hold))
			return hold;
	}
	inj_place_path(plan->rt, place, held_at_path, &search);
	return search.found;
}

bool inj_hold_deafens(const struct inj_plan *plan, rt_place place)
{
	return inj_hold_at_place(plan, NULL, NULL, place);
}

void inj_hold_drop(struct inj_plan *plan, struct inj_hold *hold)
{
	assert(!hold->gone);
	hold->gone = true;
	plan->holds.live--;
	if (hold->until == plan->holds.earliest && hold->until != RT_FOREVER)
		plan->holds.stale = true;
	plan->entry[hold->entry]->holding--;
	inj_reach_changed(plan, plan->entry[hold->entry]);
}

void inj_hold_drop_actor(struct inj_plan *plan, rt_id actor)
{
	struct inj_holds *holds = &plan->holds;

	if (holds->live == 0)
		return;
	for (uint32_t i = *bucket(holds, hash_actor(actor)); i != 0; i = holds->item[i - 1].next) {
		struct inj_hold *hold = &holds->item[i - 1];

		if (!hold->gone && hold->actor == actor)
			inj_hold_drop(plan, hold);
	}
}

void inj_hold_drop_entry(struct inj_plan *plan, const struct inj_entry *entry)
{
	for (uint32_t i = 0; i < plan->holds.count && entry->holding > 0; i++) {
		struct inj_hold *hold = &plan->holds.item[i];

		if (!hold->gone && hold->entry == entry->index)
			inj_hold_drop(plan, hold);
	}
}

static rt_time earliest(const struct inj_holds *holds)
{
	rt_time first = RT_FOREVER;

	for (uint32_t i = 0; i < holds->count; i++) {
		if (!holds->item[i].gone && holds->item[i].until < first)
			first = holds->item[i].until;
	}
	return first;
}

rt_time inj_holds_earliest(const struct inj_plan *plan)
{
	const struct inj_holds *holds = &plan->holds;

	return holds->stale ? earliest(holds) : holds->earliest;
}

void inj_holds_compact(struct inj_plan *plan)
{
	struct inj_holds *holds = &plan->holds;
	uint32_t kept = 0;

	if (holds->stale) {
		holds->earliest = earliest(holds);
		holds->stale = false;
	}
	/* Wait until half of them are gone: so none is moved more than a few times. */
	if (holds->count == 0 || holds->live > holds->count / 2)
		return;
	for (uint32_t i = 0; i < holds->count; i++) {
		struct inj_hold *hold = &holds->item[i];

		if (hold->gone)
			rt_dealloc(plan->rt, hold->path, hold->path_size);
		else
			holds->item[kept++] = *hold;
	}
	holds->count = kept;
	link_all(holds);
}
