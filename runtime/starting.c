/* starting.c - starting the children of a set in record order, one a dispatch.  Rules 2.6, 4.2, 9. */
#include "supervision.h"

enum outcome {
	STARTED,
	STARTING, /* a supervisor: wait until it is up */
	IGNORED,
	FAILED
};

static void give(struct rt *rt, const struct rt_supervisor *sup, unsigned kind, rt_place place,
		 rt_atom reason)
{
	struct rt_event event = {
		.kind = (uint16_t)kind,
		.place = place,
		.reason = reason,
		.origin = sup->origin,
		.other = rt_actor_at(rt, sup->slot)->place,
	};

	rt->events.because = rt_event_give(rt, &event, NULL);
}

struct rt_plan_item rt_start_outcome(struct rt *rt, rt_place place, const struct rt_policy *policy)
{
	struct rt_plan_item item = rt_policy_start(policy, ++rt_place_at(&rt->places, place)->calls);
	enum rt_type type = policy->supervisor ? RT_SUPERVISOR : RT_WORKER;

	if (rt->hooks.start == NULL)
		return item;
	uint64_t before = rt->events.seq;
	enum rt_verdict verdict = rt->hooks.start(rt->hooks.ctx, place, type, &item.reason);

	if (verdict != RT_GO)
		item.outcome = verdict == RT_REFUSE ? RT_START_FAIL : RT_START_IGNORE;
	if (rt->events.seq != before)
		rt->events.because = rt->events.seq; /* what the hook told of led to this */
	return item;
}

/* Call the start function of a record. */
static enum outcome call_start(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom *reason)
{
	struct rt_record *r = rt_record_at(rt, record);
	const struct rt_policy *policy = rt_record_policy(rt, r);
	struct rt_plan_item item = rt_start_outcome(rt, r->place, policy);

	rt_record_set_restarting(rt, sup, record, false);
	if (item.outcome == RT_START_IGNORE) {
		give(rt, sup, RT_EV_START_IGNORED, r->place, 0);
		return IGNORED;
	}
	uint32_t slot = 0;

	if (item.outcome == RT_START_OK) {
		item.reason = RT_A_SYSTEM_LIMIT; /* no memory is a start error like any other */
		slot = rt_actor_spawn(rt, r->place, r->policy, rt_actor_id(rt, sup->slot), record,
				      sup->origin);
	}
	if (slot == 0) {
		*reason = item.reason;
		give(rt, sup, RT_EV_START_FAILED, r->place, item.reason);
		return FAILED;
	}
	r->actor = rt_actor_id(rt, slot);
	if (!policy->supervisor)
		return STARTED;
	rt_supervisor_at(rt, slot)->origin = sup->origin;
	rt_supervisor_at(rt, slot)->cause = rt->events.seq;
	rt_actor_wake(rt, slot);
	return STARTING;
}

/* The record stays, but not a temporary child's (4.2, 15.2) nor a pool's (14.4, 14.7). */
static void ignored(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	const struct rt_policy *policy = rt_record_policy(rt, rt_record_at(rt, record));

	if (rt_is_pool(sup) || policy->restart == RT_TEMPORARY)
		rt_record_remove(rt, sup, record);
}

void rt_starting_begin(struct rt_supervisor *sup, uint32_t first, bool alone)
{
	sup->phase = RT_START;
	sup->set_first = sup->cursor = first;
	sup->alone = alone;
}

/* The supervisor that was waited for is up, or it failed and is dead. */
static enum outcome conclude(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom *reason)
{
	uint32_t child = rt_id_slot(sup->awaited);
	const struct rt_actor *actor = rt_actor_at(rt, child);

	sup->awaited = RT_NOBODY;
	if (actor->life != RT_DEAD)
		return STARTED;
	*reason = actor->reason;
	rt->events.because = actor->exit_seq;
	rt_record_at(rt, record)->actor = RT_NOBODY;
	rt_actor_forget(rt, child);
	return FAILED;
}

enum rt_progress rt_starting_go(struct rt *rt, struct rt_supervisor *sup, rt_atom *reason)
{
	uint32_t record = sup->cursor;
	enum outcome outcome;

	if (record == 0)
		return RT_DONE; /* there was nobody to start */
	outcome = sup->awaited == RT_NOBODY ? call_start(rt, sup, record, reason)
					    : conclude(rt, sup, record, reason);
	if (outcome == STARTING) {
		sup->awaited = rt_record_at(rt, record)->actor;
		sup->wait = RT_WAIT_UP;
		return RT_WAIT;
	}
	if (outcome == FAILED)
		return RT_NOT_STARTED;
	sup->pid = rt_record_at(rt, record)->actor;
	sup->cursor = sup->alone ? 0 : rt_record_at(rt, record)->next;
	if (outcome == IGNORED)
		ignored(rt, sup, record);
	return sup->cursor == 0 ? RT_DONE : RT_MORE;
}
