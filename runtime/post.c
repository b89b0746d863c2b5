/* post.c - see post.h. */
#include "post.h"

#include "core.h"
#include "hand.h"
#include "own.h"
#include "usdt.h"

static struct rt_mail *mail_at(const struct rt *rt, uint32_t mail)
{
	return rt_mail_at(&rt->messages, mail);
}

static __attribute__((noinline)) void tell_full(struct rt *rt, const struct rt_actor *actor, rt_id id)
{
	if (actor->mailbox.count == RT_MAILBOX_FULL)
		rt_usdt_mailbox_full(rt, id, actor->place, actor->mailbox.count);
}

static inline __attribute__((always_inline)) void push(struct rt *rt, uint32_t mail, struct rt_actor *actor,
						       uint32_t slot)
{
	if (RT_USDT_ON(message_send))
		rt_usdt_message_send(rt, mail, rt_actor_id(rt, slot), mail_at(rt, mail)->from,
				     mail_at(rt, mail)->tag);
	rt_mailbox_push(rt, &actor->mailbox, mail);
	if (RT_USDT_ON(mailbox_full))
		tell_full(rt, actor, rt_actor_id(rt, slot));
	rt_actor_rouse(rt, actor, slot);
}

void rt_post_push(struct rt *rt, uint32_t mail, uint32_t slot)
{
	push(rt, mail, rt_actor_at(rt, slot), slot);
}

/* --- the seam ------------------------------------------------------------------------------------------ */

/* `cause` 0: what the runtime is at. */
static void give(struct rt *rt, unsigned kind, const struct rt_passage *passage, uint32_t copies,
		 uint64_t cause)
{
	const struct rt_actor *actor = rt_actor_find(rt, passage->to);
	struct rt_event event = {
		.kind = (uint16_t)kind,
		.actor = passage->to,
		.place = passage->to_place,
		.incarnation = actor->incarnation,
		.other = passage->from_place,
		.a = passage->msg->tag,
		.b = copies,
		.cause = cause,
	};

	rt->events.because = rt_event_give(rt, &event, NULL);
}

enum rt_verdict rt_post_pass(struct rt *rt, struct rt_passage *passage, uint32_t mail)
{
	if (rt->hooks.deliver == NULL)
		return RT_GO;
	const struct rt_mail *m = mail_at(rt, mail);
	struct rt_msg msg = { .from = passage->from, .tag = m->tag };
	uint64_t before = rt->events.seq, because = rt->events.because;

	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		msg.word[i] = m->word[i];
	passage->msg = &msg;
	passage->from_place = rt_actor_place(rt, passage->from);
	passage->to_place = rt_actor_place(rt, passage->to);
	enum rt_verdict verdict = rt->hooks.deliver(rt->hooks.ctx, passage);

	/* What the hook told of led to this, unless it says what did. */
	if (rt->events.seq != before && rt->events.because == because)
		rt->events.because = rt->events.seq;
	if (verdict == RT_REFUSE || (verdict == RT_SKIP && m->kind != RT_MAIL_ASK))
		give(rt, RT_EV_LOST, passage, 0, 0);
	if (verdict == RT_GO && passage->delay > 0)
		give(rt, RT_EV_DELAYED, passage, 0, passage->delayed_by);
	if (verdict == RT_GO && passage->copies > 0)
		give(rt, RT_EV_DUPLICATED, passage, passage->copies, passage->copied_by);
	passage->msg = NULL;
	return verdict;
}

/* Without memory to keep it on its way it is there at once. */
static void travel(struct rt *rt, uint32_t mail, const struct rt_passage *passage)
{
	uint32_t timer = passage->delay > 0 ? rt_timer_new(rt, RT_TIMER_MAIL, 0) : 0;
	struct rt_mail *m = mail_at(rt, mail);

	m->cause = rt->events.because;
	if (timer != 0) {
		rt_timer_at(&rt->timers, timer)->mail = mail;
		rt_timer_at(&rt->timers, timer)->to = passage->to;
		rt_timer_set(rt, timer, rt_timer_after(rt, passage->delay), m->cause);
	} else if (m->kind == RT_MAIL_ANSWER) {
		rt_ledger_arrive(rt, mail);
	} else {
		rt_post_push(rt, mail, rt_id_slot(passage->to));
	}
}

void rt_post_send(struct rt *rt, uint32_t mail, const struct rt_passage *passage)
{
	for (uint32_t i = 0; i < passage->copies; i++) {
		uint32_t copy = rt_mail_new(rt, RT_MAIL_USER);

		if (copy == 0)
			break;
		*mail_at(rt, copy) = *mail_at(rt, mail);
		if (mail_at(rt, copy)->kind == RT_MAIL_ASK)
			rt_ledger_copied(rt, mail_at(rt, copy));
		travel(rt, copy, passage);
	}
	travel(rt, mail, passage);
}

void rt_post_arrive(struct rt *rt, uint32_t timer)
{
	uint32_t mail = rt_timer_at(&rt->timers, timer)->mail;
	rt_id to = rt_timer_at(&rt->timers, timer)->to;
	struct rt_mail *m = mail_at(rt, mail);

	rt_timer_free(rt, timer);
	if (m->kind == RT_MAIL_ANSWER)
		rt_ledger_arrive(rt, mail);
	else if (rt_actor_find(rt, to) != NULL)
		rt_post_push(rt, mail, rt_id_slot(to));
	else if (m->kind == RT_MAIL_ASK)
		rt_ledger_drop(rt, mail, to);
	else
		rt_mail_free(rt, mail);
}

/* --- the outbox ---------------------------------------------------------------------------------------- */

static __attribute__((noinline)) void pass(struct rt *rt, uint32_t mail, rt_id from, rt_id to)
{
	uint64_t because = rt->events.because;
	struct rt_passage passage = { .from = from, .to = to };

	if (rt_post_pass(rt, &passage, mail) == RT_GO)
		rt_post_send(rt, mail, &passage);
	else
		rt_mail_free(rt, mail);
	rt->events.because = because;
}

/* A plain message: lost if nobody is there. */
static inline void post(struct rt *rt, uint32_t mail, rt_id from)
{
	struct rt_mail *m = mail_at(rt, mail);
	rt_id to = m->cause;
	struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL) {
		rt_mail_free(rt, mail);
		return;
	}
	m->cause = rt->events.because;
	if (rt->hooks.deliver == NULL || (actor->flags & RT_F_SUPERVISOR) != 0) {
		push(rt, mail, actor, rt_id_slot(to));
		return;
	}
	pass(rt, mail, from, to);
}

/* What belongs to a request. */
static __attribute__((noinline)) void post_otherwise(struct rt *rt, uint32_t mail, enum rt_mail_kind kind)
{
	if (kind == RT_MAIL_ASK)
		rt_ledger_open(rt, mail);
	else if (kind == RT_MAIL_ANSWER)
		rt_ledger_return(rt, mail);
	else
		rt_ledger_note_swallowed(rt, mail);
}

void rt_post_all(struct rt *rt, uint32_t slot, uint32_t outbox)
{
	while (outbox != 0) {
		uint32_t mail = outbox;
		const struct rt_mail *m = mail_at(rt, mail);

		outbox = m->next;
		if (m->kind == RT_MAIL_USER)
			post(rt, mail, rt_actor_id(rt, slot));
		else
			post_otherwise(rt, mail, (enum rt_mail_kind)m->kind);
	}
}

void rt_post_discard(struct rt *rt, uint32_t slot, uint32_t outbox)
{
	while (outbox != 0) {
		uint32_t mail = outbox;
		const struct rt_mail *m = mail_at(rt, mail);

		outbox = m->next;
		if (m->kind == RT_MAIL_ASK)
			rt_ledger_forget(rt, mail);
		else if (m->kind == RT_MAIL_USER)
			rt_mail_free(rt, mail);
		else
			rt_hand_put_back(rt, slot, mail);
	}
}

/* --- from outside -------------------------------------------------------------------------------------- */

static __attribute__((noinline)) enum rt_status send_otherwise(struct rt *rt, rt_id to,
								const struct rt_msg *msg)
{
	uint32_t mail = rt_mail_user(rt, msg);

	if (mail == 0)
		return RT_ENOMEM;
	mail_at(rt, mail)->cause = to;
	post(rt, mail, msg->from);
	return RT_OK;
}

static __attribute__((noinline)) enum rt_status rouse_otherwise(struct rt *rt, struct rt_actor *actor,
								 uint32_t slot)
{
	rt_actor_rouse(rt, actor, slot);
	return RT_OK;
}

/* What follows calls nobody, in most cases, but ends in a call at most. */
enum rt_status rt_send(struct rt *rt, rt_id to, const struct rt_msg *msg)
{
	struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL)
		return RT_ENOENT;
	if (!rt_mail_at_hand(rt) || !rt_post_straight(rt, actor))
		return send_otherwise(rt, to, msg);
	rt_mailbox_add(rt, &actor->mailbox, rt_mail_take(rt, msg));
	if ((actor->flags & RT_F_QUEUED) != 0)
		return RT_OK;
	if (!rt_actor_plain(actor))
		return rouse_otherwise(rt, actor, rt_id_slot(to));
	rt_actor_queue(rt, actor, rt_id_slot(to));
	return RT_OK;
}
