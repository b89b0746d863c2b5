/* starting.c - starting the children of a set in record order, one a dispatch.  Rules 2.6, 4.2, 9, 20. */
#include <assert.h>

#include "supervision.h"

enum outcome {
	STARTED,
	STARTING, /* a supervisor, or a worker that takes its time: wait until it is up */
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

/* The start function of a path is called once more. */
static inline uint32_t next_call(struct rt *rt, rt_place place)
{
	return ++rt_place_at(&rt->places, place)->calls;
}

struct rt_plan_item rt_start_outcome(struct rt *rt, rt_place place, const struct rt_policy *policy)
{
	struct rt_plan_item item = rt_policy_start(policy, next_call(rt, place));
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

/* How long the start of a worker takes, now that it succeeds. */
static rt_time start_time(struct rt *rt, rt_place place)
{
	if (rt->hooks.start_time == NULL)
		return 0;
	uint64_t before = rt->events.seq;
	rt_time takes = rt->hooks.start_time(rt->hooks.ctx, place);

	assert(takes >= 0);
	if (rt->events.seq != before)
		rt->events.because = rt->events.seq;
	return takes;
}

/* Call the start function of a record. */
static enum outcome call_start(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom *reason)
{
	struct rt_record *r = rt_record_at(rt, record);
	const struct rt_policy *policy = rt_record_policy(rt, r);
	struct rt_plan_item item = { .outcome = RT_START_OK };

	if (policy->n_starts > 0 || rt->hooks.start != NULL)
		item = rt_start_outcome(rt, r->place, policy);
	else
		next_call(rt, r->place);

	rt_record_set_restarting(rt, sup, record, false);
	if (item.outcome == RT_START_IGNORE) {
		give(rt, sup, RT_EV_START_IGNORED, r->place, 0);
		return IGNORED;
	}
	uint32_t slot = 0;
	rt_time takes = 0;

	if (item.outcome == RT_START_OK) {
		item.reason = RT_A_SYSTEM_LIMIT; /* no memory is a start error like any other */
		if (!policy->supervisor)
			takes = start_time(rt, r->place);
		slot = rt_actor_spawn(rt, r->place, r->policy, rt_actor_id(rt, sup->slot), record,
				      sup->origin, takes);
	}
	if (slot == 0) {
		*reason = item.reason;
		give(rt, sup, RT_EV_START_FAILED, r->place, item.reason);
		return FAILED;
	}
	r->actor = rt_actor_id(rt, slot);
	if (!policy->supervisor)
		return takes > 0 ? STARTING : STARTED;
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

void rt_starting_over(struct rt *rt, uint32_t child)
{
	struct rt_actor *actor = rt_actor_at(rt, child);
	const struct rt_actor *parent = rt_actor_find(rt, actor->parent);
	uint32_t slot = rt_id_slot(actor->parent);

	actor->life = RT_ALIVE;
	if (parent == NULL || rt_supervisor_at(rt, slot)->awaited != rt_actor_id(rt, child))
		return;
	rt_supervisor_at(rt, slot)->wait = RT_WAIT_NONE;
	rt_actor_wake(rt, slot);
}

void rt_starting_ready(struct rt *rt, uint32_t worker)
{
	struct rt_actor *actor = rt_actor_at(rt, worker);
	const struct rt_actor *parent = rt_actor_find(rt, actor->parent);
	struct rt_event event = {
		.kind = RT_EV_READY,
		.actor = rt_actor_id(rt, worker),
		.place = actor->place,
		.incarnation = actor->incarnation,
		.cause = rt_timer_at(&rt->timers, actor->timer)->cause,
		.origin = parent == NULL ? 0 : rt_supervisor_at(rt, rt_id_slot(actor->parent))->origin,
	};

	actor->flags &= (uint16_t)~RT_F_READY;
	if (rt_policy_at(&rt->policies, actor->policy)->on_shutdown != RT_STOP_DELAY) {
		rt_timer_free(rt, actor->timer);
		actor->timer = 0;
	}
	rt_event_give(rt, &event, NULL);
	rt_starting_over(rt, worker);
}

/* Who was waited for is up, or it ended before and is dead.  If it ended after it was up, its exit is a
 * message of its own. */
static enum outcome conclude(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom *reason)
{
	uint32_t child = rt_id_slot(sup->awaited);
	const struct rt_actor *actor = rt_actor_at(rt, child);

	sup->awaited = RT_NOBODY;
	if (actor->life != RT_DEAD || !actor->was_starting)
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
