/* starting.c - starting children in record order, and what a failure means to the activity it is part of.
 * Rules 2.6, 4, 9, 11. */
#include <assert.h>

#include "core.h"
#include "supervisor.h"

enum outcome {
	STARTED,
	STARTING, /* a supervisor: wait until it is up */
	IGNORED,
	FAILED
};

static uint64_t give(struct rt *rt, const struct rt_supervisor *sup, unsigned kind, rt_place place,
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
	return rt->events.because;
}

/* Call the start function of a record: what it is meant to give by its plan, unless a hook says otherwise. */
static enum outcome call_start(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom *reason)
{
	struct rt_record *r = rt_record_at(rt, record);
	const struct rt_policy *policy = rt_record_policy(rt, r);
	struct rt_plan_item item = rt_policy_start(policy, ++rt_place_at(&rt->places, r->place)->calls);
	enum rt_type type = policy->supervisor ? RT_SUPERVISOR : RT_WORKER;

	if (rt->hooks.start != NULL) {
		enum rt_verdict verdict = rt->hooks.start(rt->hooks.ctx, r->place, type, &item.reason);

		if (verdict == RT_REFUSE)
			item.outcome = RT_START_FAIL;
		else if (verdict == RT_SKIP)
			item.outcome = RT_START_IGNORE;
	}
	rt_record_set_restarting(rt, sup, record, false);
	if (item.outcome == RT_START_IGNORE) {
		give(rt, sup, RT_EV_START_IGNORED, r->place, 0);
		return IGNORED;
	}
	uint32_t slot = 0;

	if (item.outcome == RT_START_OK) {
		item.reason = RT_A_SYSTEM_LIMIT; /* no memory is a start error like any other */
		slot = rt_actor_spawn(rt, r->place, r->policy, rt_actor_id(rt, sup->slot), record, sup->origin);
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

static void report_start_error(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	give(rt, sup, RT_EV_START_ERROR, rt_record_at(rt, record)->place, reason);
}

/* 11.2, 11.3: mark the record and send ourselves a retry, behind everything that waits already. */
static void retry_later(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	uint32_t mail = sup->retry != 0 ? sup->retry : rt_mail_new(rt, RT_MAIL_RETRY);

	if (mail == 0) {
		rt_supervisor_end(rt, sup, RT_A_SYSTEM_LIMIT, rt->events.because);
		return;
	}
	sup->retry = 0;
	rt_record_at(rt, record)->actor = rt_is_pool(sup) ? sup->old_handle : RT_NOBODY;
	rt_record_set_restarting(rt, sup, record, true);
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->kind = RT_MAIL_RETRY;
	m->cause = rt->events.because;
	m->tag = record;
	m->atom = rt_place_at(&rt->places, rt_record_at(rt, record)->place)->name;
	m->from = rt_record_at(rt, record)->actor;
	m->word[0] = sup->origin;
	m->word[1] = reason;
	rt_mailbox_push(rt, &rt_actor_at(rt, sup->slot)->mailbox, mail);
	rt_supervisor_rest(sup);
}

/* 4.3: {shutdown,{failed_to_start_child,Id,Reason}} */
static void give_up_boot(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	char id[RT_ATOM_BUF], why[RT_ATOM_BUF];
	rt_atom name = rt_place_at(&rt->places, rt_record_at(rt, record)->place)->name;

	reason = rt_atom_format(rt, "{shutdown,{failed_to_start_child,%s,%s}}", rt_atom_text(rt, name, id),
				rt_atom_text(rt, reason, why));
	rt_supervisor_end(rt, sup, reason, rt->events.because);
}

/* 15.2, 15.4, 14.4: nothing is reported and nothing retried, the requester is told. */
static void answer_failure(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	enum rt_answer answer = RT_ANSWER_ERROR;

	if (!sup->reinstated) {
		if (!rt_is_pool(sup))
			answer = RT_ANSWER_ERROR_CHILD;
		rt_record_remove(rt, sup, record);
	}
	rt_supervisor_rest(sup);
	rt_request_answer(rt, sup, answer, RT_NOBODY, reason);
}

static void failed(struct rt *rt, struct rt_supervisor *sup, uint32_t record, rt_atom reason)
{
	switch ((enum rt_activity)sup->activity) {
	case RT_BOOTING:
		report_start_error(rt, sup, record, reason);
		give_up_boot(rt, sup, record, reason);
		break;
	case RT_RESTARTING:
		report_start_error(rt, sup, record, reason);
		retry_later(rt, sup, record, reason);
		break;
	default:
		answer_failure(rt, sup, record, reason);
		break;
	}
}

/* A record whose start said ignore stays, but for temporary children (4.2, 15.2) and a pool's (14.4, 14.7). */
static void ignored(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	const struct rt_policy *policy = rt_record_policy(rt, rt_record_at(rt, record));

	if (rt_is_pool(sup) || policy->restart == RT_TEMPORARY)
		rt_record_remove(rt, sup, record);
}

/* The whole set is started. */
static void finished(struct rt *rt, struct rt_supervisor *sup, rt_id pid)
{
	enum rt_activity activity = sup->activity;

	rt_supervisor_rest(sup);
	if (activity == RT_BOOTING) {
		rt_supervisor_up(rt, sup);
	} else if (activity == RT_ADDING) {
		rt->events.because = sup->cause;
		rt_request_answer(rt, sup, pid == RT_NOBODY ? RT_ANSWER_OK_UNDEFINED : RT_ANSWER_OK_PID, pid, 0);
	}
}

void rt_starting_begin(struct rt_supervisor *sup, uint32_t first, bool alone)
{
	sup->phase = RT_START;
	sup->set_first = sup->cursor = first;
	sup->alone = alone;
}

void rt_starting_go(struct rt *rt, struct rt_supervisor *sup)
{
	uint32_t record = sup->cursor;
	enum outcome outcome = STARTED;
	rt_atom reason = 0;

	if (record == 0) {
		finished(rt, sup, RT_NOBODY);
		return;
	}
	if (sup->awaited == RT_NOBODY) {
		outcome = call_start(rt, sup, record, &reason);
		if (outcome == STARTING) {
			sup->awaited = rt_record_at(rt, record)->actor;
			sup->wait = RT_WAIT_UP;
			return;
		}
	} else {
		uint32_t child = rt_id_slot(sup->awaited);
		const struct rt_actor *actor = rt_actor_at(rt, child);

		sup->awaited = RT_NOBODY;
		if (actor->life == RT_DEAD) {
			outcome = FAILED;
			reason = actor->reason;
			rt->events.because = actor->exit_seq;
			rt_record_at(rt, record)->actor = RT_NOBODY;
			rt_actor_forget(rt, child);
		}
	}
	if (outcome == FAILED) {
		failed(rt, sup, record, reason);
		return;
	}
	rt_id pid = rt_record_at(rt, record)->actor;

	sup->cursor = sup->alone ? 0 : rt_record_at(rt, record)->next;
	if (outcome == IGNORED)
		ignored(rt, sup, record);
	if (sup->cursor == 0)
		finished(rt, sup, pid);
}

/* --- the first start of all ------------------------------------------------------------------------------------ */

/* {supervisor_data,Fault} or {start_spec,Fault}: ends before any child was started (4.6). */
static void refuse(struct rt *rt, struct rt_supervisor *sup, const char *what, rt_atom fault)
{
	char number[RT_ATOM_BUF];
	rt_atom reason = rt_atom_format(rt, "{%s,%s}", what, rt_atom_text(rt, fault, number));

	rt_actor_die(rt, sup->slot, reason, 0);
}

void rt_booting_go(struct rt *rt, struct rt_supervisor *sup)
{
	uint32_t policy_index = sup->policy;
	const struct rt_policy *policy = rt_policy_at(&rt->policies, policy_index);
	rt_atom fault = rt_check_flags(rt, policy);

	if (fault != 0) {
		refuse(rt, sup, "supervisor_data", fault);
		return;
	}
	for (uint32_t i = 0; i < policy->n_children; i++) {
		const struct rt_node *node = &policy->children[i];
		char number[RT_ATOM_BUF];

		fault = rt_check_child(rt, rt_policy_at(&rt->policies, node->policy), policy->auto_shutdown);
		if (fault == 0 && !rt_is_pool(sup) && rt_record_find(rt, sup, node->name) != 0)
			fault = rt_atom_format(rt, "{duplicate_child_name,%s}",
					       rt_atom_text(rt, node->name, number), "");
		if (fault != 0) {
			refuse(rt, sup, "start_spec", fault);
			return;
		}
		if (!rt_is_pool(sup) && rt_record_add(rt, sup, node->name, node->policy) == 0) {
			rt_actor_die(rt, sup->slot, RT_A_SYSTEM_LIMIT, 0);
			return;
		}
	}
	rt_starting_begin(sup, sup->first, false);
}
