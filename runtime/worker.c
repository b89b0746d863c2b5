/* worker.c - how a worker takes its messages: what a standard server of OTP does around its own code. */
#include "dispatch.h"
#include "behaviour.h"
#include "core.h"
#include "hand.h"
#include "isolated.h"
#include "own.h"
#include "post.h"
#include "supervision.h"

static __attribute__((noinline)) enum rt_status begin(struct rt *rt, uint32_t slot)
{
	uint32_t mail = rt_mail_new(rt, RT_MAIL_USER);

	if (mail == 0)
		return RT_ENOMEM;
	rt_mail_at(&rt->messages, mail)->tag = RT_TAG_BEGIN;
	rt_mailbox_push(rt, &rt_actor_at(rt, slot)->mailbox, mail);
	return RT_OK;
}

/* Fresh state is zero, and that is a start. */
enum rt_status rt_worker_init(struct rt *rt, uint32_t slot, const struct rt_policy *policy)
{
	return policy->behaviour->begins ? begin(rt, slot) : RT_OK;
}

void rt_worker_fini(struct rt *rt, uint32_t slot)
{
	if (rt->isolator.end != NULL)
		rt->isolator.end(rt->isolator.ctx, rt_actor_id(rt, slot));
	if (rt_actor_at(rt, slot)->own != NULL)
		rt_own_close(rt, slot);
}

bool rt_worker_ready(const struct rt_actor *actor)
{
	if (actor->life == RT_DEAD || (actor->flags & (RT_F_SUSPENDED | RT_F_BUSY)) != 0)
		return false;
	if (actor->life == RT_STARTING)
		return (actor->flags & RT_F_READY) != 0;
	return actor->mailbox.head != 0 || (actor->flags & (RT_F_ASIDE | RT_F_CLOSED)) == RT_F_ASIDE;
}

/* An exit signal from the supervisor reached a worker that traps exits. */
static void obey(struct rt *rt, uint32_t slot, rt_atom reason)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);

	if (reason != RT_A_SHUTDOWN) {
		rt_actor_die(rt, slot, reason, 0);
		return;
	}
	if (actor->life == RT_STOPPING)
		return;
	switch ((enum rt_on_shutdown)policy->on_shutdown) {
	case RT_STOP_OK:
		rt_actor_die(rt, slot, reason, 0);
		break;
	case RT_STOP_IGNORE:
		break;
	case RT_STOP_EXIT:
		rt_actor_die(rt, slot, policy->stop_reason, 0);
		break;
	case RT_STOP_DELAY:
		actor->life = RT_STOPPING;
		actor->flags |= RT_F_CLOSED;
		rt_timer_set(rt, actor->timer, rt_timer_in(rt, policy->stop_delay_ms), rt->events.because);
		break;
	}
}

/* The end of a start is a turn of its own: who is suspended does not take it yet. */
void rt_worker_timeout(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);

	if (actor->life == RT_STARTING) {
		actor->flags |= RT_F_READY;
		rt_actor_wake(rt, slot);
		return;
	}
	rt_actor_die(rt, slot, RT_A_SHUTDOWN, 0);
}

/* --- work ---------------------------------------------------------------------------------------------- */

/* Without memory to be busy with it, work takes no time. */
static bool begin_work(struct rt *rt, uint32_t slot, rt_time duration, uint32_t outbox)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_own *own = rt_own_of(rt, actor);
	uint32_t timer = own == NULL ? 0 : rt_timer_new(rt, RT_TIMER_WORK, slot);

	if (timer == 0)
		return false;
	own->work = timer;
	own->outbox = outbox;
	actor->flags |= RT_F_BUSY;
	rt_timer_set(rt, timer, rt_timer_after(rt, duration), rt->events.because);
	return true;
}

void rt_worker_rested(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t outbox = actor->own->outbox;

	rt_timer_free(rt, actor->own->work);
	actor->own->work = actor->own->outbox = 0;
	actor->flags &= (uint16_t)~RT_F_BUSY;
	rt_post_all(rt, slot, outbox);
	rt_actor_wake(rt, slot);
}

/* --- the call ------------------------------------------------------------------------------------------ */

typedef void handle_fn(struct rt_self *self, void *state, const struct rt_msg *msg);

/* The hook `inside`, in the place of a handler. */
static void inside(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	const struct rt_hooks *hooks = &self->rt->hooks;

	if (hooks->inside != NULL)
		hooks->inside(hooks->ctx, self, state, self->policy->state, msg->word[0]);
}

/* The handler returned, and has a request in hand or says that its work takes time: then what it sent goes
 * out when that is done. */
static __attribute__((noinline)) void commit(struct rt *rt, uint32_t slot)
{
	rt_time work = rt->self.work;
	uint32_t outbox;

	if (rt->self.request != 0) {
		rt_hand_swallow(rt, slot, rt->self.request);
		rt_post_add(rt, rt->self.request, RT_NOBODY, RT_DID_MORE);
	}
	if (rt->hooks.burden != NULL && rt->handling != NULL) {
		rt_time burden = rt->hooks.burden(rt->hooks.ctx, rt_actor_id(rt, slot), rt->handling);

		work = burden > RT_FOREVER - work ? RT_FOREVER : work + burden;
	}
	outbox = rt->outbox;
	rt->outbox = rt->outbox_last = 0;
	if (work == 0 || !begin_work(rt, slot, work, outbox))
		rt_post_all(rt, slot, outbox);
}

/* Nothing of this call is left for the next one. */
static inline void call_over(struct rt *rt)
{
	rt_mail_free(rt, rt->letter);
	rt->letter = 0;
	rt->handling = NULL;
	rt->self = (struct rt_self){ .rt = rt };
}

/* The text is looked up once. */
static rt_atom reason_of(struct rt *rt, enum rt_fate fate)
{
	if (rt->fate_reason[fate] == 0)
		rt->fate_reason[fate] = rt_atom_make(rt, rt_fate_reason(fate));
	return rt->fate_reason[fate];
}

/* The handler did not return: what it did never happened. */
static __attribute__((noinline)) void end(struct rt *rt, uint32_t slot, enum rt_fate fate, rt_atom leaving,
					  const struct rt_wreck *wreck)
{
	uint32_t outbox = rt->outbox;

	rt->outbox = rt->outbox_last = 0;
	rt_post_discard(rt, slot, outbox);
	rt_atom reason =
		fate == RT_FATE_LEFT || fate == RT_FATE_PROCESS ? leaving : reason_of(rt, fate);

	rt->wreck = fate == RT_FATE_LEFT ? NULL : wreck;
	rt_actor_die(rt, slot, reason != 0 ? reason : RT_A_SYSTEM_LIMIT, 0);
	call_over(rt);
}

static void returned(struct rt *rt, uint32_t slot)
{
	uint32_t outbox = rt->outbox;

	if (rt->self.request != 0 || rt->self.work != 0 || rt->hooks.burden != NULL) {
		commit(rt, slot);
	} else if (outbox != 0) {
		rt->outbox = rt->outbox_last = 0;
		rt_post_all(rt, slot, outbox);
	}
	call_over(rt);
}

void rt_worker_over(struct rt *rt, uint32_t slot)
{
	if (rt->self.fate != RT_FATE_RETURNED)
		end(rt, slot, rt->self.fate, rt->self.leaving, NULL);
	else
		returned(rt, slot);
}

void rt_worker_wrecked(struct rt *rt, const struct rt_wreck *wreck)
{
	end(rt, rt->self.slot, wreck->fate, rt->self.leaving, wreck);
}

/* Apart, for what it needs is large. */
static __attribute__((noinline)) void call_elsewhere(struct rt *rt, uint32_t slot)
{
	struct rt_isolated away = { .self = &rt->self, .msg = rt->handling, .code = rt->message.word[0] };

	rt_isolated_call(&away);
	if (away.wreck.fate == RT_FATE_RETURNED)
		returned(rt, slot);
	else
		end(rt, slot, away.wreck.fate, away.reason, &away.wreck);
}

static void carry_out(struct rt *rt, uint32_t slot, const struct rt_actor *actor, handle_fn *handle,
		      const struct rt_msg *msg, uint32_t request)
{
	rt->self.policy = rt_policy_at(&rt->policies, actor->policy);
	rt->self.slot = slot;
	rt->self.request = request;
	if (rt_worker_elsewhere(rt, rt->self.policy)) {
		call_elsewhere(rt, slot);
		return;
	}
	rt_worker_call(rt, handle, actor->state, msg);
	rt_worker_over(rt, slot);
}

static __attribute__((noinline)) void tell_message(struct rt *rt, const struct rt_actor *actor, rt_id id,
						   const struct rt_msg *msg)
{
	struct rt_event event = {
		.kind = RT_EV_MESSAGE,
		.actor = id,
		.place = actor->place,
		.incarnation = actor->incarnation,
		.a = msg->tag,
	};

	if (rt->hooks.message != NULL)
		rt->hooks.message(rt->hooks.ctx, id, msg);
	if (rt->message_events)
		rt->events.because = rt_event_give(rt, &event, NULL);
}

/* `request`: what it has in hand now, to be answered or kept; 0: nothing new. */
static void handle(struct rt *rt, uint32_t slot, struct rt_actor *actor, const struct rt_msg *msg,
		   uint32_t request)
{
	if (rt->hooks.message != NULL || rt->message_events)
		tell_message(rt, actor, rt_actor_id(rt, slot), msg);
	actor->handled++;
	rt->handling = msg;
	carry_out(rt, slot, actor, rt_policy_at(&rt->policies, actor->policy)->behaviour->handle, msg,
		  request);
}

static void run_inside(struct rt *rt, uint32_t slot, uint64_t code)
{
	rt->message.word[0] = code;
	carry_out(rt, slot, rt_actor_at(rt, slot), inside, &rt->message, 0);
}

/* --- the mailbox --------------------------------------------------------------------------------------- */

/* Requests wait beside the mailbox while none are wanted, and come first when they are again. */
static void set_aside(struct rt *rt, uint32_t slot, uint32_t mail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);

	if (rt_own_of(rt, actor) == NULL) {
		rt->events.because = rt_mail_at(&rt->messages, mail)->cause;
		rt_ledger_drop(rt, mail, rt_actor_id(rt, slot));
		return;
	}
	rt_mailbox_push(rt, &actor->own->aside, mail);
	actor->flags |= RT_F_ASIDE;
}

static bool hook_waits(const struct rt *rt, const struct rt_actor *actor)
{
	uint32_t mail = actor->mailbox.head;

	return mail != 0 && rt_mail_at(&rt->messages, mail)->kind == RT_MAIL_INSIDE;
}

static uint32_t next_wanted(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t mail;

	/* A hook comes before everything that waits. */
	if ((actor->flags & RT_F_CLOSED) == 0 && !hook_waits(rt, actor)) {
		mail = rt_mailbox_pop(rt, &actor->own->aside);
		if (actor->own->aside.head == 0)
			actor->flags &= (uint16_t)~RT_F_ASIDE;
		return mail;
	}
	while ((mail = rt_mailbox_pop(rt, &actor->mailbox)) != 0 &&
	       rt_mail_at(&rt->messages, mail)->kind == RT_MAIL_ASK)
		set_aside(rt, slot, mail);
	return mail;
}

/* Anything but a plain message.  True: it is one for the worker's code to see, after all. */
static __attribute__((noinline)) bool admit(struct rt *rt, uint32_t slot, uint32_t ref, uint32_t *request)
{
	struct rt_mail mail = *rt_mail_at(&rt->messages, ref);
	bool before = false;

	if (mail.kind == RT_MAIL_ASK) {
		uint32_t in_hand = rt_hand_take(rt, slot, ref, &before);

		/* What it kept before it keeps, also if it takes no notice of a second message. */
		*request = before ? 0 : in_hand;
		return in_hand != 0;
	}
	rt_mail_free(rt, ref);
	if (mail.kind == RT_MAIL_PARENT_EXIT) {
		obey(rt, slot, mail.atom);
		return false;
	}
	/* One that is about to end takes no messages at all. */
	if (rt_actor_at(rt, slot)->life == RT_STOPPING)
		return false;
	if (mail.kind == RT_MAIL_INSIDE)
		run_inside(rt, slot, mail.word[0]);
	/* Notices of those that it watches itself.  Others, and signals of strangers, are of no interest to a
	 * plain worker. */
	if (mail.kind != RT_MAIL_DOWN || mail.op == 0)
		return false;
	rt->message.tag = RT_TAG_DOWN;
	rt->message.word[0] = mail.atom;
	return true;
}

/* A mail that was taken out. */
static __attribute__((noinline)) void open_letter(struct rt *rt, uint32_t slot, uint32_t mail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);
	uint32_t request = 0;

	rt->events.because = m->cause;
	rt->message.from = m->from;
	rt->message.tag = m->tag;
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		rt->message.word[i] = m->word[i];
	if (m->kind == RT_MAIL_USER && actor->life != RT_STOPPING)
		rt_mail_free(rt, mail);
	else if (!admit(rt, slot, mail, &request))
		return;
	handle(rt, slot, actor, &rt->message, request);
}

void rt_worker_dispatch(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t mail;

	if (actor->life == RT_STARTING) {
		rt_starting_ready(rt, slot);
		return;
	}
	mail = (actor->flags & (RT_F_CLOSED | RT_F_ASIDE)) != 0 ? next_wanted(rt, slot)
								  : rt_mailbox_pop(rt, &actor->mailbox);
	if (mail != 0)
		open_letter(rt, slot, mail);
}

void rt_worker_take(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t mail = actor->mailbox.head;
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	if (m->kind != RT_MAIL_USER) {
		rt_worker_dispatch(rt, slot);
		return;
	}
	rt_mailbox_pop(rt, &actor->mailbox);
	rt->events.because = m->cause;
	rt->letter = mail;
	handle(rt, slot, actor, &m->msg, 0);
}

enum rt_status rt_inside(struct rt *rt, rt_id id, uint64_t code)
{
	struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	if ((actor->flags & RT_F_SUPERVISOR) != 0)
		return RT_EINVAL;
	uint32_t mail = rt_mail_new(rt, RT_MAIL_INSIDE);

	if (mail == 0)
		return RT_ENOMEM;
	rt_mail_at(&rt->messages, mail)->word[0] = code;
	rt_mailbox_push_front(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(id));
	return RT_OK;
}

void rt_protect(struct rt *rt, const struct rt_protector *protector)
{
	static const struct rt_protector none;

	rt->protector = protector == NULL ? none : *protector;
}

bool rt_protected(const struct rt *rt)
{
	return rt->protector.call != NULL;
}
