/* sched.c - steps. */
#include <assert.h>

#include "core.h"
#include "supervisor.h"

void rt_sched_push(struct rt *rt, uint32_t slot)
{
	struct rt_sched *sched = &rt->sched;
	struct rt_actor *actor = rt_actor_at(rt, slot);

	assert((actor->flags & RT_F_QUEUED) == 0);
	actor->flags |= RT_F_QUEUED;
	actor->link = 0;
	if (sched->tail == 0)
		sched->head = slot;
	else
		rt_actor_at(rt, sched->tail)->link = slot;
	sched->tail = slot;
}

static uint32_t pop(struct rt *rt)
{
	struct rt_sched *sched = &rt->sched;
	uint32_t slot = sched->head;

	if (slot == 0)
		return 0;
	struct rt_actor *actor = rt_actor_at(rt, slot);

	sched->head = actor->link;
	if (sched->head == 0)
		sched->tail = 0;
	actor->flags &= (uint16_t)~RT_F_QUEUED;
	return slot;
}

enum rt_status rt_step(struct rt *rt)
{
	uint32_t slot;

	while ((slot = pop(rt)) != 0) {
		struct rt_actor *actor = rt_actor_at(rt, slot);

		/* It may have died or been suspended since it was queued. */
		if (actor->life == RT_DEAD) {
			if ((actor->flags & RT_F_FORGOTTEN) != 0)
				rt_actor_forget(rt, slot);
			continue;
		}
		if (!rt_actor_ready(rt, actor))
			continue;
		rt_id id = rt_actor_id(rt, slot);

		rt->sched.steps++;
		if ((actor->flags & RT_F_SUPERVISOR) != 0)
			rt_supervisor_dispatch(rt, slot);
		else
			rt_worker_dispatch(rt, slot);
		rt->events.because = 0;
		/* It may have died of it, and its slot may be free by now. */
		if (rt_actor_find(rt, id) != NULL)
			rt_actor_wake(rt, slot);
		return RT_OK;
	}
	return RT_EAGAIN;
}

void rt_advance(struct rt *rt, rt_time now)
{
	uint32_t timer;

	assert(now >= rt->now && now <= rt_deadline(rt));
	rt->now = now;
	while ((timer = rt_timer_due(rt, now)) != 0) {
		const struct rt_timer *t = rt_timer_at(&rt->timers, timer);
		uint32_t slot = t->actor;

		rt->events.because = t->cause;
		if ((rt_actor_at(rt, slot)->flags & RT_F_SUPERVISOR) != 0)
			rt_supervisor_timeout(rt, slot);
		else
			rt_worker_timeout(rt, slot);
		rt->events.because = 0;
	}
}

enum rt_status rt_run(struct rt *rt, rt_time until, uint64_t max_steps)
{
	for (;;) {
		while (max_steps > 0 && rt_step(rt) == RT_OK)
			max_steps--;
		if (max_steps == 0)
			return RT_EAGAIN;
		rt_time deadline = rt_deadline(rt);

		if (deadline == RT_FOREVER || deadline > until)
			break;
		rt_advance(rt, deadline);
	}
	if (until != RT_FOREVER && until > rt->now)
		rt_advance(rt, until);
	return RT_OK;
}

rt_time rt_now(const struct rt *rt)
{
	return rt->now;
}

uint64_t rt_steps(const struct rt *rt)
{
	return rt->sched.steps;
}
