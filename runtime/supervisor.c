/* supervisor.c - the loop of a supervisor, and what it decides when a child exits by itself.
 *
 * The tables come first; they are the rules.  What they say is carried out by starting.c and stopping.c.
 */
#include <assert.h>

#include "supervision.h"
#include "account.h"

/* Rules 8.1 to 8.4: restart type by kind of reason. */
enum decision { RESTART, KEEP, DROP };
static const struct {
	bool report; /* child_terminated */
	enum decision decision;
} on_exit[RT_RESTART_COUNT][2] = {
	/*                  abnormal           benign */
	[RT_PERMANENT] = { { true, RESTART }, { true, RESTART } },
	[RT_TRANSIENT] = { { true, RESTART }, { false, KEEP } },
	[RT_TEMPORARY] = { { true, DROP }, { false, DROP } },
};

/* Rules 9.1, 9.2: whom a restart concerns. */
enum set { THE_CHILD, IT_AND_LATER, EVERYBODY };
static const enum set set_of[RT_STRATEGY_COUNT] = {
	[RT_ONE_FOR_ONE] = THE_CHILD,
	[RT_ONE_FOR_ALL] = EVERYBODY,
	[RT_REST_FOR_ONE] = IT_AND_LATER,
	[RT_SIMPLE_ONE_FOR_ONE] = THE_CHILD,
};

/* --- life ---------------------------------------------------------------------------------------------- */

enum rt_status rt_supervisor_init(struct rt *rt, void *state, uint32_t slot, uint32_t policy_index)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, policy_index);
	struct rt_supervisor *sup = state;

	sup->retry = rt_mail_new(rt, RT_MAIL_RETRY);
	if (sup->retry == 0)
		return RT_ENOMEM;
	sup->slot = slot;
	sup->policy = policy_index;
	sup->strategy = policy->strategy;
	sup->auto_shutdown = policy->auto_shutdown;
	sup->intensity = policy->intensity;
	sup->period_s = policy->period_s;
	sup->activity = RT_BOOTING;
	sup->phase = RT_CHECK;
	return RT_OK;
}

/* 1.8: its children get its reason over their links, each by itself; what they do about it is theirs. */
static void orphan(struct rt *rt, struct rt_supervisor *sup, const struct rt_actor *self, uint32_t child)
{
	struct rt_actor *actor = rt_actor_at(rt, child);

	actor->record = 0;
	if (actor->life == RT_DEAD) {
		/* If its notice is in the mailbox, it goes with that; if it is to be worked off, then. */
		if ((actor->flags & RT_F_DYING) == 0)
			rt_actor_forget(rt, child);
		return;
	}
	actor->flags |= RT_F_ORPHAN;
	rt->n_orphans++;
	if ((actor->flags & RT_F_LINKED) != 0)
		rt_actor_signal(rt, child, true, rt_actor_id(rt, sup->slot), self->reason);
}

void rt_supervisor_fini(struct rt *rt, uint32_t slot)
{
	struct rt_supervisor *sup = rt_supervisor_at(rt, slot);
	const struct rt_actor *self = rt_actor_at(rt, slot);

	rt_account_cut(rt, self);
	if (sup->activity == RT_ADDING || sup->activity == RT_TERMINATING)
		rt_request_answer(rt, sup, RT_ANSWER_EXIT, RT_NOBODY, self->reason);
	while (sup->last != 0) {
		struct rt_record *r = rt_record_at(rt, sup->last);

		if (rt_record_busy(r))
			orphan(rt, sup, self, rt_id_slot(r->actor));
		rt_record_remove(rt, sup, sup->last);
	}
	rt_window_fini(rt, &sup->window);
	rt_heap_free(rt, sup->errors, sup->errors_capacity * sizeof *sup->errors);
	rt_mail_free(rt, sup->retry);
	sup->retry = 0;
}

static void rest(struct rt_supervisor *sup)
{
	sup->activity = RT_IDLE;
	sup->cursor = sup->set_first = 0;
	sup->origin = 0;
}

/* Stop all children, then exit (5.5, 12.1, 13.5). */
static void end(struct rt_supervisor *sup, rt_atom reason, uint64_t cause)
{
	sup->activity = RT_ENDING;
	sup->end_reason = reason;
	sup->cause = cause;
	rt_stopping_begin(sup, sup->first, sup->last);
}

/* --- a child's exit ------------------------------------------------------------------------------------ */

static uint64_t give(struct rt *rt, const struct rt_supervisor *sup, struct rt_event *event)
{
	if (event->other == 0)
		event->other = rt_actor_at(rt, sup->slot)->place;
	rt->events.because = rt_event_give(rt, event, NULL);
	return rt->events.because;
}

/* 10.2, 12.1 */
static void give_up(struct rt *rt, struct rt_supervisor *sup, uint32_t record, uint64_t total)
{
	const struct rt_actor *self = rt_actor_at(rt, sup->slot);
	struct rt_event event = {
		.kind = RT_EV_GIVE_UP,
		.actor = rt_actor_id(rt, sup->slot),
		.place = self->place,
		.incarnation = self->incarnation,
		.reason = RT_A_MAX_INTENSITY,
		.a = (uint32_t)total,
		.b = sup->intensity,
		.other = rt_record_at(rt, record)->place,
	};

	sup->escalating = true;
	end(sup, RT_A_SHUTDOWN, give(rt, sup, &event));
}

/* Chapters 9 and 10.  `old` is the process that the record had. */
static void restart(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason, rt_id old,
		    uint64_t origin)
{
	struct rt_record *r = rt_record_at(rt, record);
	uint64_t total;

	rt_record_set_restarting(rt, sup, record, false);
	r->actor = RT_NOBODY;
	if (rt_window_add(rt, &sup->window, rt->now, sup->period_s, &total) != RT_OK) {
		end(sup, RT_A_SYSTEM_LIMIT, rt->events.because);
		return;
	}
	if (total > sup->intensity) {
		give_up(rt, sup, record, total);
		return;
	}
	if (rt->hooks.restart != NULL) {
		enum rt_verdict verdict = rt->hooks.restart(rt->hooks.ctx, r->place, reason);

		assert(verdict == RT_GO); /* nothing else is known yet */
	}
	struct rt_event event = {
		.kind = RT_EV_RESTART,
		.place = r->place,
		.reason = reason,
		.origin = origin,
		.detail = sup->strategy,
		.a = (uint32_t)total,
		.b = sup->intensity,
	};

	sup->cause = give(rt, sup, &event);
	sup->origin = origin != 0 ? origin : sup->cause;
	sup->old_handle = old;
	sup->activity = RT_RESTARTING;
	sup->alone = set_of[sup->strategy] == THE_CHILD;
	if (sup->alone)
		rt_starting_begin(sup, record, true);
	else
		rt_stopping_begin(sup, set_of[sup->strategy] == EVERYBODY ? sup->first : record, sup->last);
}

/* 13.4: another significant child that has a process or is restarting. */
static bool other_significant_active(const struct rt *rt, const struct rt_supervisor *sup)
{
	for (uint32_t record = sup->first; record != 0; record = rt_record_at(rt, record)->next) {
		const struct rt_record *r = rt_record_at(rt, record);

		if (rt_record_policy(rt, r)->significant && (rt_record_busy(r) || r->restarting))
			return true;
	}
	return false;
}

/* Chapter 13; the record is up to date already. */
static void check_auto_shutdown(struct rt *rt, struct rt_supervisor *sup, bool significant, rt_place child,
				rt_atom reason)
{
	if (!significant || sup->auto_shutdown == RT_NEVER)
		return;
	if (sup->auto_shutdown == RT_ALL_SIGNIFICANT && other_significant_active(rt, sup))
		return;
	struct rt_event event = { .kind = RT_EV_AUTO_SHUTDOWN, .place = child, .reason = reason };

	end(sup, RT_A_SHUTDOWN, give(rt, sup, &event));
}

/* Chapter 8. */
static void child_exited(struct rt *rt, struct rt_supervisor *sup, uint32_t child)
{
	const struct rt_actor *actor = rt_actor_at(rt, child);
	uint32_t record = actor->record;
	struct rt_record *r = rt_record_at(rt, record);
	const struct rt_policy *policy = rt_record_policy(rt, r);
	bool benign = rt_reason_benign(rt, actor->reason);
	enum decision decision = on_exit[policy->restart][benign].decision;
	bool significant = policy->significant;
	rt_atom reason = actor->reason;
	rt_place place = r->place;
	rt_id old = r->actor;

	rt->events.because = actor->exit_seq;
	if (on_exit[policy->restart][benign].report) {
		struct rt_event event = {
			.kind = RT_EV_CHILD_TERMINATED,
			.actor = old,
			.place = place,
			.incarnation = actor->incarnation,
			.reason = reason,
		};

		give(rt, sup, &event);
	}
	r->actor = RT_NOBODY;
	if (decision == RESTART) {
		restart(rt, sup, record, reason, old, 0);
	} else {
		/* A pool keeps no idle records (14.5). */
		if (decision == DROP || rt_is_pool(sup))
			rt_record_remove(rt, sup, record);
		check_auto_shutdown(rt, sup, significant, place, reason);
	}
	rt_actor_forget(rt, child);
}

/* 11.4: only if the record is still there and still waits for it. */
static void retry(struct rt *rt, struct rt_supervisor *sup, const struct rt_mail *mail)
{
	uint32_t record = rt_is_pool(sup) ? rt_record_find_handle(rt, sup, mail->from)
					  : rt_record_find(rt, sup, mail->atom);

	if (record == 0 || !rt_record_at(rt, record)->restarting)
		return;
	restart(rt, sup, record, (rt_atom)mail->word[1], mail->from, mail->word[0]);
}

/* --- what the activities come to ----------------------------------------------------------------------- */

/* 11.2, 11.3: mark the record and send ourselves a retry, behind everything that waits already. */
static void retry_later(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	uint32_t mail = sup->retry != 0 ? sup->retry : rt_mail_new(rt, RT_MAIL_RETRY);
	struct rt_record *r = rt_record_at(rt, record);

	if (mail == 0) {
		end(sup, RT_A_SYSTEM_LIMIT, rt->events.because);
		return;
	}
	sup->retry = 0;
	r->actor = rt_is_pool(sup) ? sup->old_handle : RT_NOBODY;
	rt_record_set_restarting(rt, sup, record, true);
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->cause = rt->events.because;
	m->atom = rt_place_at(&rt->places, r->place)->name;
	m->from = r->actor;
	m->word[0] = sup->origin;
	m->word[1] = reason;
	rt_mailbox_push(rt, &rt_actor_at(rt, sup->slot)->mailbox, mail);
	rest(sup);
}

/* 4.3: {shutdown,{failed_to_start_child,Id,Reason}} */
static void abandon_boot(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	char id[RT_ATOM_BUF], why[RT_ATOM_BUF];
	rt_atom name = rt_place_at(&rt->places, rt_record_at(rt, record)->place)->name;

	reason = rt_atom_format(rt, "{shutdown,{failed_to_start_child,%s,%s}}", rt_atom_text(rt, name, id),
				rt_atom_text(rt, reason, why));
	end(sup, reason, rt->events.because);
}

/* 15.2, 15.4, 14.4: nothing is reported and nothing retried, the requester is told. */
static void answer_failure(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	enum rt_answer answer = RT_ANSWER_ERROR;

	if (!sup->reinstated) {
		if (!rt_is_pool(sup) && !rt_reason_already_started(rt, reason))
			answer = RT_ANSWER_ERROR_CHILD;
		rt_record_remove(rt, sup, record);
	}
	rest(sup);
	rt_request_answer(rt, sup, answer, RT_NOBODY, reason);
}

/* The record at the cursor could not be started. */
static void start_failed(struct rt *rt, struct rt_supervisor *sup, rt_atom reason)
{
	uint32_t record = sup->cursor;

	if (sup->activity == RT_ADDING) {
		answer_failure(rt, sup, record, reason);
		return;
	}
	struct rt_event event = {
		.kind = RT_EV_START_ERROR,
		.place = rt_record_at(rt, record)->place,
		.reason = reason,
		.origin = sup->origin,
	};

	give(rt, sup, &event);
	if (sup->activity == RT_BOOTING)
		abandon_boot(rt, sup, record, reason);
	else
		retry_later(rt, sup, record, reason);
}

/* The initial children are started. */
static void up(struct rt *rt, struct rt_supervisor *sup)
{
	rt_id id = rt_actor_id(rt, sup->slot);

	rt_starting_over(rt, sup->slot);
	if (id == rt->root)
		rt_reply_start(rt, rt_actor_at(rt, sup->slot)->place, RT_ANSWER_OK_PID, id, 0);
}

/* The whole set is started. */
static void started(struct rt *rt, struct rt_supervisor *sup)
{
	enum rt_activity activity = sup->activity;

	rest(sup);
	if (activity == RT_BOOTING)
		up(rt, sup);
	else if (activity == RT_ADDING)
		rt_request_answer(rt, sup, sup->pid == RT_NOBODY ? RT_ANSWER_OK_UNDEFINED : RT_ANSWER_OK_PID,
				  sup->pid, 0);
}

/* The whole set is stopped.  It may have been the supervisor's last deed. */
static void stopped(struct rt *rt, struct rt_supervisor *sup)
{
	switch ((enum rt_activity)sup->activity) {
	case RT_ENDING:
		rt_actor_leave(rt, sup->slot, sup->end_reason, sup->escalating);
		break;
	case RT_RESTARTING:
		rt_starting_begin(sup, sup->set_first, false);
		break;
	default:
		rest(sup);
		rt_request_answer(rt, sup, RT_ANSWER_OK, RT_NOBODY, 0);
		break;
	}
}

/* 4.1, 4.6: the process exists; now its flags and specifications are looked at. */
static void boot(struct rt *rt, struct rt_supervisor *sup)
{
	rt_atom reason = rt_check_initial(rt, sup);

	if (reason != 0)
		rt_actor_leave(rt, sup->slot, reason, 0);
	else
		rt_starting_begin(sup, sup->first, false);
}

/* Carry on with what it is busy with.  The supervisor may be gone after this. */
static void carry_on(struct rt *rt, struct rt_supervisor *sup)
{
	enum rt_progress progress;
	rt_atom reason;

	switch ((enum rt_phase)sup->phase) {
	case RT_CHECK:
		boot(rt, sup);
		break;
	case RT_START:
		progress = rt_starting_go(rt, sup, &reason);
		if (progress == RT_NOT_STARTED)
			start_failed(rt, sup, reason);
		else if (progress == RT_DONE)
			started(rt, sup);
		break;
	case RT_STOP:
		if (rt_stopping_go(rt, sup) == RT_DONE)
			stopped(rt, sup);
		break;
	}
}

/* --- the loop ------------------------------------------------------------------------------------------ */

static void take_mail(struct rt *rt, struct rt_supervisor *sup, uint32_t ref)
{
	struct rt_mail mail = *rt_mail_at(&rt->messages, ref);

	if (mail.kind == RT_MAIL_RETRY && sup->retry == 0)
		sup->retry = ref; /* set it aside again */
	else
		rt_mail_free(rt, ref);
	rt->events.because = mail.cause;
	switch ((enum rt_mail_kind)mail.kind) {
	case RT_MAIL_PARENT_EXIT:
	case RT_MAIL_STOP:
		end(sup, mail.atom, mail.cause);
		break;
	case RT_MAIL_RETRY:
		retry(rt, sup, &mail);
		break;
	case RT_MAIL_REQUEST:
		rt_request_handle(rt, sup, &mail);
		rt_policy_unref(rt, mail.tag);
		break;
	default: /* 1.9, 5.4: strangers are not listened to */
		break;
	}
}

/* The next message; skips notices of deaths that were taken already while stopping (6.5). */
static void take(struct rt *rt, struct rt_supervisor *sup)
{
	uint32_t ref;

	while ((ref = rt_mailbox_pop(rt, &rt_actor_at(rt, sup->slot)->mailbox)) != 0) {
		uint32_t child = ref & ~RT_REF_DEAD;

		if ((ref & RT_REF_DEAD) == 0) {
			take_mail(rt, sup, ref);
			return;
		}
		struct rt_actor *actor = rt_actor_at(rt, child);

		actor->flags &= (uint16_t)~RT_F_NOTICED;
		if ((actor->flags & RT_F_FORGOTTEN) == 0) {
			child_exited(rt, sup, child);
			return;
		}
		rt_actor_forget(rt, child);
	}
}

void rt_supervisor_dispatch(struct rt *rt, uint32_t slot)
{
	struct rt_supervisor *sup = rt_supervisor_at(rt, slot);

	if (sup->activity == RT_IDLE)
		take(rt, sup);
	else
		rt->events.because = sup->cause;
	if (sup->activity != RT_IDLE)
		carry_on(rt, sup);
}

void rt_supervisor_timeout(struct rt *rt, uint32_t slot)
{
	rt_stopping_timeout(rt, rt_supervisor_at(rt, slot));
}

/* Does this end concern the activity, or is it one to be told of?  Who was up is no failed start, even if the
 * supervisor has not come to see that it was.  And that a start was cut short is told over the link alone:
 * without it the supervisor waits for ever (20.6). */
static bool waits_for_end(const struct rt *rt, const struct rt_supervisor *sup, uint32_t child)
{
	if (sup->phase != RT_START)
		return true;
	return sup->wait == RT_WAIT_UP && (rt_actor_at(rt, child)->flags & RT_F_LINKED) != 0;
}

bool rt_supervisor_ended(struct rt *rt, uint32_t slot, uint32_t child)
{
	struct rt_supervisor *sup = rt_supervisor_at(rt, slot);

	if (sup->wait == RT_WAIT_ALL) {
		rt_stopping_collect(rt, sup, child);
		if (--sup->left > 0)
			return true;
	} else if (sup->awaited != rt_actor_id(rt, child) || !waits_for_end(rt, sup, child)) {
		return false;
	}
	sup->wait = RT_WAIT_NONE;
	/* Now, not when it gets its next turn: until then the time-out could fall due. */
	rt_timer_clear(rt, rt_actor_at(rt, slot)->timer);
	rt_actor_rouse(rt, rt_actor_at(rt, slot), slot);
	return true;
}
