/* record.c - a supervisor's records, in record order (rule 7.3). */
#include "supervision.h"

/* End of the chain of restarting records. */
#define LAST UINT32_MAX

static bool shadowed(const struct rt *rt, const struct rt_supervisor *sup)
{
	return (rt_actor_at(rt, sup->slot)->flags & RT_F_SHADOWED) != 0;
}

uint32_t rt_record_add(struct rt *rt, struct rt_supervisor *sup, rt_atom name, uint32_t policy)
{
	const struct rt_actor *self = rt_actor_at(rt, sup->slot);
	uint32_t record = rt_slab_take(rt, &rt->records, sizeof(struct rt_record));

	if (record == 0)
		return 0;
	rt_place place = rt_place_make(rt, self->place, name,
				       sup->last == 0 ? 0 : rt_record_at(rt, sup->last)->place);

	if (place == 0) {
		rt_slab_free(&rt->records, record);
		return 0;
	}
	struct rt_record *r = rt_record_at(rt, record);
	struct rt_place_entry *entry = rt_place_at(&rt->places, place);

	rt_place_ref(rt, place);
	rt_policy_ref(rt, policy);
	r->supervisor = sup->slot;
	r->place = place;
	r->policy = policy;
	r->prev = sup->last;
	r->next = 0;
	if (sup->last == 0)
		sup->first = record;
	else
		rt_record_at(rt, sup->last)->next = record;
	sup->last = record;
	sup->count++;
	if (entry->record == 0 || !shadowed(rt, sup))
		entry->record = record;
	/* The static tree keeps its places, and so does whoever has a start plan to get on with. */
	const struct rt_policy *p = rt_policy_at(&rt->policies, policy);
	bool is_static = sup->activity == RT_BOOTING && rt_place_at(&rt->places, self->place)->pinned;

	if (is_static || p->n_starts > 0)
		entry->pinned = 1;
	return record;
}

void rt_record_remove(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	struct rt_record *r = rt_record_at(rt, record);

	rt_record_set_restarting(rt, sup, record, false);
	if (sup->set_first == record)
		sup->set_first = r->next;
	if (sup->turn == record)
		sup->turn = r->next;
	if (r->prev == 0)
		sup->first = r->next;
	else
		rt_record_at(rt, r->prev)->next = r->next;
	if (r->next == 0)
		sup->last = r->prev;
	else
		rt_record_at(rt, r->next)->prev = r->prev;
	sup->count--;
	if (rt_place_at(&rt->places, r->place)->record == record)
		rt_place_at(&rt->places, r->place)->record = 0;
	rt_place_unref(rt, r->place);
	rt_policy_unref(rt, r->policy);
	rt_slab_free(&rt->records, record);
}

void rt_record_turn_restarting(struct rt *rt, struct rt_supervisor *sup, uint32_t record, bool restarting)
{
	struct rt_record *r = rt_record_at(rt, record);

	if (restarting) {
		r->restarting = LAST;
		if (sup->last_restarting == 0)
			sup->first_restarting = record;
		else
			rt_record_at(rt, sup->last_restarting)->restarting = record;
		sup->last_restarting = record;
		return;
	}
	/* Retries come in the order of the chain: mostly it is the first. */
	uint32_t before = 0, after = r->restarting == LAST ? 0 : r->restarting;

	if (sup->first_restarting != record)
		for (before = sup->first_restarting; rt_record_at(rt, before)->restarting != record;)
			before = rt_record_at(rt, before)->restarting;
	if (before == 0)
		sup->first_restarting = after;
	else
		rt_record_at(rt, before)->restarting = r->restarting;
	if (after == 0)
		sup->last_restarting = before;
	r->restarting = 0;
	r->actor = RT_NOBODY;
}

uint32_t rt_record_find(const struct rt *rt, const struct rt_supervisor *sup, rt_atom name)
{
	rt_place place = name == 0 ? 0 : rt_place_lookup(rt, rt_actor_at(rt, sup->slot)->place, name);

	if (place == 0)
		return 0;
	uint32_t record = rt_place_at(&rt->places, place)->record;

	if (record != 0 && rt_record_at(rt, record)->supervisor == sup->slot)
		return record;
	if (!shadowed(rt, sup))
		return 0;
	/* The place belongs to the next generation already: this supervisor was orphaned. */
	for (record = sup->first; record != 0; record = rt_record_at(rt, record)->next)
		if (rt_record_at(rt, record)->place == place)
			return record;
	return 0;
}

uint32_t rt_record_find_handle(const struct rt *rt, const struct rt_supervisor *sup, rt_id handle)
{
	uint32_t slot = rt_id_slot(handle);

	if (slot == 0 || slot > rt->actors.high)
		return 0;
	const struct rt_actor *actor = rt_actor_at(rt, slot);

	/* The dead keep their slot until their record has taken notice. */
	if (actor->notice.generation == handle >> 32 && actor->record != 0) {
		const struct rt_record *r = rt_record_at(rt, actor->record);

		return r->actor == handle && r->supervisor == sup->slot ? actor->record : 0;
	}
	for (uint32_t record = sup->first_restarting; record != 0;) {
		const struct rt_record *r = rt_record_at(rt, record);

		if (r->actor == handle)
			return record;
		record = r->restarting == LAST ? 0 : r->restarting;
	}
	return 0;
}

uint32_t rt_record_turn(const struct rt *rt, struct rt_supervisor *sup)
{
	uint32_t record = sup->turn != 0 ? sup->turn : sup->first;

	for (uint32_t left = sup->count; left > 0; left--) {
		const struct rt_record *r = rt_record_at(rt, record);
		const struct rt_actor *actor = rt_actor_find(rt, r->actor);

		record = r->next != 0 ? r->next : sup->first;
		if (actor == NULL || (actor->flags & RT_F_SUPERVISOR) != 0 || actor->life != RT_ALIVE)
			continue;
		sup->turn = record;
		return rt_id_slot(r->actor);
	}
	return 0;
}
