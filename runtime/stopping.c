/* stopping.c - stopping children: one after the other in reverse record order, each in its own way; a pool's
 * all at once.  Rules 6, 7, 14.10. */
#include <assert.h>

#include "supervision.h"

/* Which reasons a child may end with when it is stopped (6.7): the order's own, or any benign one too. */
static const struct {
	bool benign; /* normal, shutdown, {shutdown,T} */
} tolerates[RT_RESTART_COUNT] = {
	[RT_PERMANENT] = { .benign = false },
	[RT_TRANSIENT] = { .benign = true },
	[RT_TEMPORARY] = { .benign = true },
};

static bool acceptable(const struct rt *rt, const struct rt_policy *policy, rt_atom reason)
{
	bool brutal = policy->shutdown_ms == RT_SHUTDOWN_BRUTAL_KILL;

	if (reason == (brutal ? RT_A_KILLED : RT_A_SHUTDOWN))
		return true;
	return tolerates[policy->restart].benign && rt_reason_benign(rt, reason);
}

/* A dead child's reason as its supervisor learns it (6.6, 17.5). */
static rt_atom reason_of(const struct rt_actor *child)
{
	return (child->flags & RT_F_UNSEEN) != 0 ? RT_A_UNLINKED : child->reason;
}

/* What a record is after a stop: no process, not restarting; gone if it is temporary (7.2, 9.3). */
static void settle(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	struct rt_record *r = rt_record_at(rt, record);

	rt_record_set_restarting(rt, sup, record, false);
	r->actor = RT_NOBODY;
	/* A child of a pool has no life as a mere record. */
	if (rt_record_policy(rt, r)->restart == RT_TEMPORARY || rt_is_pool(sup))
		rt_record_remove(rt, sup, record);
}

/* The order to stop (6.2).  A process that does not trap is dead when this returns. */
static void ask(struct rt *rt, const struct rt_policy *policy, uint32_t child, rt_id parent)
{
	if (policy->shutdown_ms == RT_SHUTDOWN_BRUTAL_KILL)
		rt_actor_die(rt, child, RT_A_KILLED, 0);
	else
		rt_actor_signal(rt, child, true, parent, RT_A_SHUTDOWN);
}

static void give_shutdown(struct rt *rt, const struct rt_supervisor *sup, uint32_t child, unsigned kind)
{
	const struct rt_actor *actor = rt_actor_at(rt, child);
	struct rt_event event = {
		.kind = (uint16_t)kind,
		.actor = rt_actor_id(rt, child),
		.place = actor->place,
		.incarnation = actor->incarnation,
		.other = rt_actor_at(rt, sup->slot)->place,
	};
	uint64_t seq = rt_event_give(rt, &event, NULL);

	if (kind == RT_EV_SHUTDOWN_TIMEOUT)
		rt->events.because = seq;
}

/* The awaited end came: report it if it was not what was asked for, then settle the record. */
static void finish(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	struct rt_record *r = rt_record_at(rt, record);
	uint32_t child = rt_id_slot(r->actor);
	const struct rt_actor *actor = rt_actor_at(rt, child);
	rt_atom reason = reason_of(actor);

	assert(actor->life == RT_DEAD);
	rt_timer_clear(rt, rt_actor_at(rt, sup->slot)->timer);
	sup->awaited = RT_NOBODY;
	if (!acceptable(rt, rt_record_policy(rt, r), reason)) {
		struct rt_event event = {
			.kind = RT_EV_SHUTDOWN_ERROR,
			.actor = rt_actor_id(rt, child),
			.place = actor->place,
			.incarnation = actor->incarnation,
			.reason = reason,
			.cause = actor->exit_seq,
			.other = rt_actor_at(rt, sup->slot)->place,
		};

		rt_event_give(rt, &event, NULL);
	}
	/* If its notice lies in the mailbox it is skipped there: no restart, no second report (6.5). */
	rt_actor_forget(rt, child);
	settle(rt, sup, record);
}

void rt_stopping_begin(struct rt_supervisor *sup, uint32_t first, uint32_t last)
{
	sup->phase = RT_STOP;
	sup->set_first = first;
	sup->cursor = last;
}

static void back(const struct rt *rt, struct rt_supervisor *sup)
{
	sup->cursor = sup->cursor == sup->set_first ? 0 : rt_record_at(rt, sup->cursor)->prev;
}

/* --- one by one ---------------------------------------------------------------------------------------- */

static enum rt_progress stop_next(struct rt *rt, struct rt_supervisor *sup)
{
	uint32_t record = sup->cursor;

	/* Those without a process cost nothing (6.1). */
	while (record != 0 && !rt_record_busy(rt_record_at(rt, record))) {
		back(rt, sup);
		settle(rt, sup, record);
		record = sup->cursor;
	}
	if (record == 0)
		return RT_DONE;
	const struct rt_policy *policy = rt_record_policy(rt, rt_record_at(rt, record));
	uint32_t child = rt_id_slot(rt_record_at(rt, record)->actor);

	if (rt_actor_at(rt, child)->life != RT_DEAD) {
		sup->awaited = rt_record_at(rt, record)->actor;
		ask(rt, policy, child, rt_actor_id(rt, sup->slot));
		/* 6.3: no time at all, the kill comes right behind the order. */
		if (policy->shutdown_ms == 0 && rt_actor_at(rt, child)->life != RT_DEAD)
			rt_actor_die(rt, child, RT_A_KILLED, 0);
		if (rt_actor_at(rt, child)->life != RT_DEAD) {
			give_shutdown(rt, sup, child, RT_EV_SHUTDOWN);
			sup->wait = RT_WAIT_DOWN;
			if (policy->shutdown_ms > 0)
				rt_timer_set(rt, rt_actor_at(rt, sup->slot)->timer,
					     rt_timer_in(rt, policy->shutdown_ms), sup->cause);
			return RT_WAIT;
		}
	}
	back(rt, sup);
	finish(rt, sup, record);
	return RT_MORE;
}

/* --- a pool -------------------------------------------------------------------------------------------- */

static void note_error(struct rt *rt, struct rt_supervisor *sup, rt_atom reason)
{
	for (uint32_t i = 0; i < sup->n_errors; i++) {
		if (sup->errors[i].reason == reason) {
			sup->errors[i].count++;
			return;
		}
	}
	if (sup->n_errors == sup->errors_capacity) {
		uint32_t capacity = sup->errors_capacity == 0 ? 4 : sup->errors_capacity * 2;
		struct rt_pool_error *errors = rt_heap_alloc(rt, capacity * sizeof *errors);

		if (errors == NULL)
			return; /* one reason less in the report: the stop itself goes on */
		for (uint32_t i = 0; i < sup->n_errors; i++)
			errors[i] = sup->errors[i];
		rt_heap_free(rt, sup->errors, sup->errors_capacity * sizeof *errors);
		sup->errors = errors;
		sup->errors_capacity = capacity;
	}
	sup->errors[sup->n_errors++] = (struct rt_pool_error){ .reason = reason, .count = 1 };
}

void rt_stopping_collect(struct rt *rt, struct rt_supervisor *sup, uint32_t child)
{
	const struct rt_actor *actor = rt_actor_at(rt, child);
	uint32_t record = actor->record;
	rt_atom reason = reason_of(actor);

	if (!acceptable(rt, rt_record_policy(rt, rt_record_at(rt, record)), reason))
		note_error(rt, sup, reason);
	rt_actor_forget(rt, child);
	settle(rt, sup, record);
}

static void report_pool(struct rt *rt, struct rt_supervisor *sup)
{
	const struct rt_actor *self = rt_actor_at(rt, sup->slot);

	for (uint32_t i = 0; i < sup->n_errors; i++) {
		struct rt_event event = {
			.kind = RT_EV_SHUTDOWN_ERROR,
			.actor = rt_actor_id(rt, sup->slot),
			.place = self->place,
			.incarnation = self->incarnation,
			.reason = sup->errors[i].reason,
			.a = sup->errors[i].count,
			.other = self->place,
		};

		rt_event_give(rt, &event, NULL);
	}
	sup->n_errors = 0;
}

/* Everybody is told at once; one time-out for all.  Deaths are collected afterwards, for one can drag others
 * along over links. */
static void stop_pool(struct rt *rt, struct rt_supervisor *sup)
{
	rt_id self = rt_actor_id(rt, sup->slot);
	int64_t shutdown_ms = 0;
	uint32_t next;

	for (uint32_t record = sup->first; record != 0; record = rt_record_at(rt, record)->next) {
		const struct rt_record *r = rt_record_at(rt, record);
		uint32_t child = rt_id_slot(r->actor);

		shutdown_ms = rt_record_policy(rt, r)->shutdown_ms;
		if (rt_record_busy(r) && rt_actor_at(rt, child)->life != RT_DEAD)
			ask(rt, rt_record_policy(rt, r), child, self);
	}
	for (uint32_t record = sup->first; record != 0; record = next) {
		const struct rt_record *r = rt_record_at(rt, record);
		uint32_t child = rt_id_slot(r->actor);

		next = r->next;
		if (!rt_record_busy(r))
			settle(rt, sup, record);
		else if (rt_actor_at(rt, child)->life == RT_DEAD)
			rt_stopping_collect(rt, sup, child);
		else
			sup->left++;
	}
	if (sup->left == 0)
		return;
	sup->wait = RT_WAIT_ALL;
	/* Unlike 6.3, no time is still a turn for everybody: here OTP sets a timer. */
	if (shutdown_ms >= 0)
		rt_timer_set(rt, rt_actor_at(rt, sup->slot)->timer, rt_timer_in(rt, shutdown_ms),
			     sup->cause);
}

/* --- steps --------------------------------------------------------------------------------------------- */

enum rt_progress rt_stopping_go(struct rt *rt, struct rt_supervisor *sup)
{
	if (sup->activity == RT_ENDING && rt_is_pool(sup)) {
		if (sup->first != 0)
			stop_pool(rt, sup);
		if (sup->wait != RT_WAIT_NONE)
			return RT_WAIT;
		rt_timer_clear(rt, rt_actor_at(rt, sup->slot)->timer);
		report_pool(rt, sup);
		return RT_DONE;
	}
	if (sup->awaited != RT_NOBODY) {
		uint32_t record = sup->cursor;

		back(rt, sup);
		finish(rt, sup, record);
	}
	return stop_next(rt, sup);
}

void rt_stopping_timeout(struct rt *rt, struct rt_supervisor *sup)
{
	if (sup->wait == RT_WAIT_DOWN) {
		give_shutdown(rt, sup, rt_id_slot(sup->awaited), RT_EV_SHUTDOWN_TIMEOUT);
		rt_actor_die(rt, rt_id_slot(sup->awaited), RT_A_KILLED, 0);
		return;
	}
	assert(sup->wait == RT_WAIT_ALL);
	/* Each death takes its record away, and maybe those of others linked to it. */
	while (sup->left > 0) {
		uint32_t child = rt_id_slot(rt_record_at(rt, sup->first)->actor);

		rt->events.because = sup->cause;
		give_shutdown(rt, sup, child, RT_EV_SHUTDOWN_TIMEOUT);
		rt_actor_die(rt, child, RT_A_KILLED, 0);
	}
}
