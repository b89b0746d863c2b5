/* request.c - what a supervisor answers when it is asked.  Rules 14.4, 14.9, 14.11, 15. */
#include <string.h>

#include "core.h"
#include "supervision.h"

void rt_request_answer(struct rt *rt, struct rt_supervisor *sup, enum rt_answer answer, rt_id pid,
		       rt_atom reason)
{
	struct rt_reply reply = {
		.op = (enum rt_op)sup->op,
		.answer = answer,
		.token = sup->token,
		.supervisor = rt_actor_at(rt, sup->slot)->place,
		.pid = pid,
		.reason = reason,
	};

	rt_reply_give(rt, &reply);
}

/* --- requests of a normal supervisor (15) -------------------------------------------------------------- */

static void start_record(struct rt_supervisor *sup, uint32_t record, bool reinstated)
{
	sup->activity = RT_ADDING;
	sup->reinstated = reinstated;
	rt_starting_begin(sup, record, true);
}

static void stop_record(struct rt_supervisor *sup, uint32_t record)
{
	sup->activity = RT_TERMINATING;
	rt_stopping_begin(sup, record, record);
}

static void error(struct rt *rt, struct rt_supervisor *sup, rt_atom reason)
{
	rt_request_answer(rt, sup, RT_ANSWER_ERROR, RT_NOBODY, reason);
}

static void start_child(struct rt *rt, struct rt_supervisor *sup, rt_atom name, uint32_t policy)
{
	rt_atom fault = rt_check_child(rt, rt_policy_at(&rt->policies, policy), sup->auto_shutdown);
	uint32_t record = rt_record_find(rt, sup, name);

	if (fault != 0) {
		error(rt, sup, fault);
	} else if (record != 0 && rt_record_busy(rt_record_at(rt, record))) {
		rt_request_answer(rt, sup, RT_ANSWER_ALREADY_STARTED, rt_record_at(rt, record)->actor, 0);
	} else if (record != 0) {
		error(rt, sup, RT_A_ALREADY_PRESENT);
	} else if ((record = rt_record_add(rt, sup, name, policy)) != 0) {
		start_record(sup, record, false);
	} else {
		rt_request_answer(rt, sup, RT_ANSWER_ERROR_CHILD, RT_NOBODY, RT_A_SYSTEM_LIMIT);
	}
}

static void describe(struct rt *rt, struct rt_supervisor *sup, const struct rt_policy *policy)
{
	struct rt_reply reply = {
		.op = RT_OP_GET_CHILDSPEC,
		.answer = RT_ANSWER_SPEC,
		.token = sup->token,
		.supervisor = rt_actor_at(rt, sup->slot)->place,
		.spec = { .restart = policy->restart,
			  .type = policy->type,
			  .shutdown_ms = policy->shutdown_ms,
			  .significant = policy->significant },
	};

	rt_reply_give(rt, &reply);
}

/* 15.3 to 15.5, 15.9: which of the three states of a record suits the request. */
static void on_record(struct rt *rt, struct rt_supervisor *sup, uint32_t record)
{
	struct rt_record *r = rt_record_at(rt, record);

	if (sup->op == RT_OP_TERMINATE_CHILD) {
		stop_record(sup, record);
	} else if (sup->op == RT_OP_GET_CHILDSPEC) {
		describe(rt, sup, rt_record_policy(rt, r));
	} else if (r->restarting) {
		error(rt, sup, RT_A_RESTARTING);
	} else if (rt_record_busy(r)) {
		error(rt, sup, RT_A_RUNNING);
	} else if (sup->op == RT_OP_RESTART_CHILD) {
		start_record(sup, record, true);
	} else {
		rt_record_remove(rt, sup, record);
		rt_request_answer(rt, sup, RT_ANSWER_OK, RT_NOBODY, 0);
	}
}

/* --- requests of a pool (14) --------------------------------------------------------------------------- */

static uint32_t template_index(const struct rt *rt, const struct rt_supervisor *sup)
{
	return rt_policy_at(&rt->policies, sup->policy)->children[0].policy;
}

static void start_in_pool(struct rt *rt, struct rt_supervisor *sup, rt_atom key)
{
	uint32_t record = rt_record_add(rt, sup, key, template_index(rt, sup));

	if (record != 0)
		start_record(sup, record, false);
	else
		error(rt, sup, RT_A_SYSTEM_LIMIT);
}

/* 14.9: handles only. */
static void on_handle(struct rt *rt, struct rt_supervisor *sup, rt_id handle)
{
	uint32_t record = rt_record_find_handle(rt, sup, handle);

	if (handle == RT_NOBODY) {
		error(rt, sup, sup->op == RT_OP_GET_CHILDSPEC ? RT_A_NOT_FOUND : RT_A_SIMPLE_ONE_FOR_ONE);
	} else if (sup->op != RT_OP_TERMINATE_CHILD && sup->op != RT_OP_GET_CHILDSPEC) {
		error(rt, sup, RT_A_SIMPLE_ONE_FOR_ONE);
	} else if (record != 0) {
		on_record(rt, sup, record);
	} else if (rt_actor_find(rt, handle) != NULL) {
		error(rt, sup, RT_A_NOT_FOUND); /* a stranger */
	} else if (sup->op == RT_OP_TERMINATE_CHILD) {
		rt_request_answer(rt, sup, RT_ANSWER_OK, RT_NOBODY, 0);
	} else {
		/* Of the dead the template speaks. */
		describe(rt, sup, rt_policy_at(&rt->policies, template_index(rt, sup)));
	}
}

/* --- dispatch ------------------------------------------------------------------------------------------ */

void rt_request_handle(struct rt *rt, struct rt_supervisor *sup, const struct rt_mail *mail)
{
	uint32_t record;

	sup->op = mail->op;
	sup->token = mail->word[0];
	sup->cause = mail->cause;
	switch ((enum rt_op)mail->op) {
	case RT_OP_WHICH_CHILDREN:
		rt_request_answer(rt, sup, RT_ANSWER_CHILDREN, rt_actor_id(rt, sup->slot), 0);
		break;
	case RT_OP_COUNT_CHILDREN: {
		struct rt_reply reply = {
			.op = RT_OP_COUNT_CHILDREN,
			.answer = RT_ANSWER_COUNTS,
			.token = sup->token,
			.supervisor = rt_actor_at(rt, sup->slot)->place,
		};

		if (rt_count(rt, rt_actor_id(rt, sup->slot), &reply.counts) == RT_OK)
			rt_reply_give(rt, &reply);
		break;
	}
	case RT_OP_START_CHILD:
		if (rt_is_pool(sup))
			start_in_pool(rt, sup, mail->atom);
		else
			start_child(rt, sup, mail->atom, mail->tag);
		break;
	default:
		if (rt_is_pool(sup)) {
			on_handle(rt, sup, mail->from);
		} else if ((record = rt_record_find(rt, sup, mail->atom)) != 0) {
			on_record(rt, sup, record);
		} else {
			error(rt, sup, RT_A_NOT_FOUND);
		}
		break;
	}
}

enum rt_status rt_request(struct rt *rt, const struct rt_request *request)
{
	rt_id supervisor = rt_path_actor(rt, request->supervisor);
	struct rt_actor *actor = rt_actor_find(rt, supervisor);
	bool starts = request->op == RT_OP_START_CHILD;

	if (request->op == RT_OP_START || (unsigned)request->op >= RT_OP_COUNT)
		return RT_EINVAL;
	if (actor == NULL) {
		struct rt_reply reply = {
			.op = request->op,
			.answer = RT_ANSWER_EXIT,
			.token = request->token,
			.supervisor = request->supervisor,
			.reason = RT_A_NOPROC,
		};

		rt_reply_give(rt, &reply);
		return RT_OK;
	}
	if ((actor->flags & RT_F_SUPERVISOR) == 0)
		return RT_EINVAL;
	bool pool = rt_is_pool((const struct rt_supervisor *)actor->state);
	const char *name = request->name == NULL ? "" : request->name;
	rt_atom atom = rt_atom_find(rt, name, strlen(name));
	uint32_t policy = 0;
	uint32_t mail = 0;

	if (starts) {
		if (name[0] == '\0' || strlen(name) > RT_ID_MAX || (!pool && request->child == NULL))
			return RT_EINVAL;
		atom = rt_atom_make(rt, name);
		if (atom == 0)
			return RT_ENOMEM;
		if (!pool) {
			enum rt_status status =
				rt_policy_make(rt, request->child, rt_place_depth(rt, actor->place), &policy);

			if (status != RT_OK)
				return status;
		}
	}
	mail = rt_mail_new(rt, RT_MAIL_REQUEST);
	if (mail == 0) {
		rt_policy_unref(rt, policy);
		return RT_ENOMEM;
	}
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->op = (uint8_t)request->op;
	m->from = request->handle;
	m->atom = atom;
	m->tag = policy;
	m->word[0] = request->token;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(supervisor));
	return RT_OK;
}
