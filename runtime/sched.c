/* sched.c - steps and time: whose turn it is comes from the run queue, what it does from its kind. */
#include <assert.h>

#include "alarm.h"
#include "core.h"
#include "post.h"
#include "supervision.h"
#include "usdt.h"

/* --- steps --------------------------------------------------------------------------------------------- */

/* For those who look from outside: whose turn it is. */
static inline rt_id begin(struct rt *rt, uint32_t slot, const struct rt_actor *actor)
{
	rt_id id = (rt_id)actor->notice.generation << 32 | slot;

	rt->steps++;
	treefall_current.place = actor->place;
	treefall_current.incarnation = actor->incarnation;
	treefall_current.actor = id;
	if (RT_USDT_ON(dispatch_begin)) {
		bool first = actor->life != RT_STARTING && (actor->flags & (RT_F_CLOSED | RT_F_ASIDE)) == 0;

		rt_usdt_dispatch_begin(rt, first ? actor->mailbox.head : 0, id, actor->place,
				       actor->mailbox.count);
	}
	return id;
}

/* What the next turn will need is asked for while this one runs: the next actor when this one was taken from
 * the queue, and its message and its state when this one is done. */
static inline void expect_next(const struct rt *rt)
{
	if (rt->runq.head == 0)
		return;
	const struct rt_actor *next = rt_actor_at(rt, rt->runq.head);

	__builtin_prefetch(rt_mail_at(&rt->messages, next->mailbox.head & ~RT_REF_DEAD));
	__builtin_prefetch(next->state, 1);
}

static inline void turn_over(struct rt *rt, rt_id id)
{
	if (RT_USDT_ON(dispatch_end))
		rt_usdt_dispatch_end(rt, id, treefall_current.place);
	treefall_current.actor = 0;
	rt->events.because = 0;
	expect_next(rt);
}

/* rt_actor_ready() where it is likely to be a supervisor. */
static inline bool ready(const struct rt_actor *actor)
{
	return (actor->flags & RT_F_SUPERVISOR) != 0 ? rt_supervisor_ready(actor) : rt_actor_ready(actor);
}

/* `actor` had its turn as `id`. */
static inline void finish(struct rt *rt, struct rt_actor *actor, rt_id id)
{
	turn_over(rt, id);
	/* It may have died of it, and its slot may be somebody else's by now. */
	if (actor->notice.generation == id >> 32 && (actor->flags & RT_F_QUEUED) == 0 && ready(actor))
		rt_actor_queue(rt, actor, rt_id_slot(id));
}

/* What a handler sent, and it sent nothing but plain messages. */
static inline void send_out(struct rt *rt, uint32_t slot)
{
	uint32_t mail = rt->outbox;

	rt->outbox = rt->outbox_last = 0;
	rt->self.did = 0;
	while (mail != 0) {
		struct rt_mail *m = rt_mail_at(&rt->messages, mail);
		rt_id to = m->cause;
		struct rt_actor *actor = rt_actor_find(rt, to);
		uint32_t next = m->next;

		if (actor == NULL || !rt_post_straight(rt, actor)) {
			rt_post_all(rt, slot, mail);
			return;
		}
		m->next = 0;
		m->cause = rt->events.because;
		rt_mailbox_add(rt, &actor->mailbox, mail);
		rt_actor_rouse(rt, actor, rt_id_slot(to));
		mail = next;
	}
}

/* Somebody outside looks at each turn. */
static inline bool turns_seen(void)
{
	return RT_USDT_ON(dispatch_begin) || RT_USDT_ON(dispatch_end);
}

/* Nobody else waits, so the next turn is this worker's again. */
static inline bool alone(const struct rt *rt, const struct rt_actor *actor)
{
	return rt->runq.head == 0 && rt_actor_plain(actor) && actor->mailbox.head != 0 && !turns_seen();
}

/* The way of most messages: the turn of a plain worker, and its next ones as long as nobody else waits, up to
 * the step `last`.  False: it went another way, and the worker may have ended. */
static inline bool take(struct rt *rt, uint32_t slot, struct rt_actor *actor, uint64_t last)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);
	uint32_t mail = actor->mailbox.head;
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	if (rt->attended || m->kind != RT_MAIL_USER || rt_worker_elsewhere(rt, policy)) {
		rt_worker_take(rt, slot);
		return false;
	}
	rt->self.policy = policy;
	rt->self.slot = slot;
	for (;;) {
		actor->mailbox.head = m->next;
		if (m->next == 0)
			actor->mailbox.tail = 0;
		actor->mailbox.count--;
		actor->handled++;
		rt->events.because = m->cause;
		rt->letter = mail;
		rt->handling = &m->msg;
		rt_worker_call(rt, policy->behaviour->handle, actor->state, &m->msg);
		if ((rt->self.did & RT_DID_MORE) != 0) {
			rt_worker_over(rt, slot);
			return false;
		}
		if (rt->self.did != 0)
			send_out(rt, slot);
		rt_mail_free(rt, rt->letter);
		mail = actor->mailbox.head;
		m = rt_mail_at(&rt->messages, mail);
		if (rt->steps == last || !alone(rt, actor) || m->kind != RT_MAIL_USER)
			break;
		rt->steps++;
	}
	rt->letter = 0;
	rt->handling = NULL;
	return true;
}

/* A supervisor had its turn as `id` and has the next one, too, for nobody else waits. */
static inline bool stays(struct rt *rt, uint32_t slot, struct rt_actor *actor, rt_id id, uint64_t last)
{
	struct rt_runq *runq = &rt->runq;

	if (actor->notice.generation != id >> 32 || rt->steps == last || turns_seen())
		return false;
	if (runq->head != 0 && (runq->head != slot || runq->tail != slot))
		return false;
	if (!ready(actor))
		return false;
	runq->head = runq->tail = 0;
	actor->flags &= (uint16_t)~RT_F_QUEUED;
	rt->events.because = 0;
	rt->steps++;
	return true;
}

/* The turn of one that is no plain worker, if it has one: it may have died or been suspended since it was
 * queued. */
static bool special(struct rt *rt, uint32_t slot, struct rt_actor *actor, uint64_t last)
{
	if (actor->life == RT_DEAD) {
		if ((actor->flags & RT_F_FORGOTTEN) != 0)
			rt_actor_forget(rt, slot);
		return false;
	}
	if (!ready(actor))
		return false;
	rt_id id = begin(rt, slot, actor);

	if ((actor->flags & RT_F_SUPERVISOR) == 0)
		rt_worker_dispatch(rt, slot);
	else
		do
			rt_supervisor_dispatch(rt, slot);
		while (stays(rt, slot, actor, id, last));
	finish(rt, actor, id);
	return true;
}

/* One dispatch, or several of one actor, up to the step `last`.  False: nobody has anything to do. */
static inline bool step(struct rt *rt, uint64_t last)
{
	uint32_t slot;

	while ((slot = rt_runq_pop(&rt->runq, &rt->actors)) != 0) {
		struct rt_actor *actor = rt_actor_at(rt, slot);

		__builtin_prefetch(rt_actor_at(rt, rt->runq.head), 1);
		actor->flags &= (uint16_t)~RT_F_QUEUED;
		if (rt_actor_plain(actor)) {
			if (actor->mailbox.head == 0)
				continue;
			rt_id id = begin(rt, slot, actor);

			if (!take(rt, slot, actor, last)) {
				finish(rt, actor, id);
				return true;
			}
			turn_over(rt, id);
			if (actor->mailbox.head != 0)
				rt_actor_rouse(rt, actor, slot);
			return true;
		}
		if (special(rt, slot, actor, last))
			return true;
	}
	return false;
}

/* What supervisors do is our own code, which nobody has to be protected from. */
static void supervise(struct rt *rt, uint64_t last)
{
	while (rt->runq.head != 0 && rt->steps != last) {
		uint32_t slot = rt->runq.head;
		struct rt_actor *actor = rt_actor_at(rt, slot);

		if ((actor->flags & RT_F_SUPERVISOR) == 0)
			return;
		rt_runq_pop(&rt->runq, &rt->actors);
		actor->flags &= (uint16_t)~RT_F_QUEUED;
		special(rt, slot, actor, last);
	}
}

/* Steps under one protection: arming it for each of them would cost as much as the step. */
struct batch {
	struct rt *rt;
	uint64_t last; /* the number of the last step of it */
};

static void run(void *arg)
{
	const struct batch *batch = arg;

	while (batch->rt->steps != batch->last && step(batch->rt, batch->last))
		;
}

/* How many of `most` steps are left when all is quiet; 0: they were used up. */
static uint64_t steps(struct rt *rt, uint64_t most)
{
	struct batch batch = { rt, most < UINT64_MAX - rt->steps ? rt->steps + most : UINT64_MAX };
	const struct rt_wreck *wreck;

	treefall_current.run = rt->run;
	supervise(rt, batch.last);
	if (rt->runq.head == 0)
		return batch.last - rt->steps;
	if (rt->protector.call == NULL) {
		run(&batch);
		return batch.last - rt->steps;
	}
	while ((wreck = rt->protector.call(rt->protector.ctx, run, &batch)) != NULL) {
		rt_id id = treefall_current.actor;

		rt_worker_wrecked(rt, wreck);
		finish(rt, rt_actor_at(rt, rt_id_slot(id)), id);
	}
	return batch.last - rt->steps;
}

enum rt_status rt_step(struct rt *rt)
{
	return steps(rt, 1) == 0 ? RT_OK : RT_EAGAIN;
}

/* --- time ---------------------------------------------------------------------------------------------- */

static void fire(struct rt *rt, uint32_t timer)
{
	uint32_t owner = rt_timer_at(&rt->timers, timer)->owner;

	switch ((enum rt_timer_kind)rt_timer_at(&rt->timers, timer)->kind) {
	case RT_TIMER_ACTOR:
		if ((rt_actor_at(rt, owner)->flags & RT_F_SUPERVISOR) != 0)
			rt_supervisor_timeout(rt, owner);
		else
			rt_worker_timeout(rt, owner);
		break;
	case RT_TIMER_ALARM:
		rt_alarm_ring(rt, timer);
		break;
	case RT_TIMER_WORK:
		rt_worker_rested(rt, owner);
		break;
	case RT_TIMER_REQUEST:
		rt_ledger_timeout(rt, owner);
		break;
	case RT_TIMER_MAIL:
		rt_post_arrive(rt, timer);
		break;
	}
}

void rt_advance(struct rt *rt, rt_time now)
{
	uint32_t timer;

	assert(now >= rt->now && now <= rt_deadline(rt));
	rt->now = now;
	/* What is set now for this very instant waits until everybody had his turn. */
	uint64_t latest = rt->timers.order;

	while ((timer = rt_timer_due(rt, now, latest)) != 0) {
		rt->events.because = rt_timer_at(&rt->timers, timer)->cause;
		fire(rt, timer);
		rt->events.because = 0;
	}
}

enum rt_status rt_run(struct rt *rt, rt_time until, uint64_t max_steps)
{
	for (;;) {
		max_steps = steps(rt, max_steps);
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

bool rt_quiet(const struct rt *rt)
{
	/* Who is queued may have died or been suspended since. */
	for (uint32_t slot = rt->runq.head; slot != 0; slot = rt_actor_at(rt, slot)->notice.link) {
		const struct rt_actor *actor = rt_actor_at(rt, slot);

		if (actor->life != RT_DEAD && rt_actor_ready(actor))
			return false;
	}
	return rt_deadline(rt) > rt->now;
}

rt_time rt_now(const struct rt *rt)
{
	return rt->now;
}

uint64_t rt_steps(const struct rt *rt)
{
	return rt->steps;
}
