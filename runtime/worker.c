/* worker.c - how a worker takes its messages: what a standard server of OTP does around its own code. */
#include "dispatch.h"
#include "account.h"
#include "behaviour.h"
#include "core.h"
#include "supervision.h"

size_t rt_worker_size(const struct rt_policy *policy)
{
	return policy->behaviour->state;
}

enum rt_status rt_worker_init(struct rt *rt, void *state, uint32_t slot, uint32_t policy)
{
	(void)rt, (void)state, (void)slot, (void)policy; /* fresh state is zero, and that is a start */
	return RT_OK;
}

void rt_worker_fini(struct rt *rt, uint32_t slot)
{
	rt_account_close(rt, rt_actor_at(rt, slot));
}

bool rt_worker_ready(const struct rt_actor *actor)
{
	if (actor->life == RT_STARTING)
		return (actor->flags & RT_F_READY) != 0;
	return actor->mailbox.head != 0;
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

/* --- the call ------------------------------------------------------------------------------------------ */

/* What a protected call is about. */
struct call {
	struct rt_self self;
	const struct rt_msg *msg;
	void *state;
	void (*handle)(struct rt_self *self, void *state,
		       const struct rt_msg *msg); /* null: the hook `inside` */
	size_t size;                 /* of the state */
	uint64_t code;
};

static void run(void *arg)
{
	struct call *call = arg;
	const struct rt_hooks *hooks = &call->self.rt->hooks;

	if (call->handle != NULL)
		call->handle(&call->self, call->state, call->msg);
	else if (hooks->inside != NULL)
		hooks->inside(hooks->ctx, &call->self, call->state, call->size, call->code);
}

/* What the handler sent goes out when it has returned; if it did not, nothing was ever sent. */
static void post(struct rt *rt, bool returned)
{
	uint32_t mail = rt->outbox;

	rt->outbox = rt->outbox_last = 0;
	while (mail != 0) {
		struct rt_mail *m = rt_mail_at(&rt->messages, mail);
		uint32_t next = m->next;
		uint32_t to = m->atom;

		if (returned) {
			m->atom = 0;
			m->cause = rt->events.because;
			rt_mailbox_push(rt, &rt_actor_at(rt, to)->mailbox, mail);
			rt_actor_wake(rt, to);
		} else {
			rt_mail_free(rt, mail);
		}
		mail = next;
	}
}

static void carry_out(struct rt *rt, uint32_t slot, struct call *call)
{
	const struct rt_wreck *wreck = NULL;
	enum rt_fate fate;

	rt->handling = call->msg;
	rt->handler = slot;
	if (rt->protector.call != NULL)
		wreck = rt->protector.call(rt->protector.ctx, run, call);
	else
		run(call);
	fate = wreck != NULL ? wreck->fate : call->self.fate;
	post(rt, fate == RT_FATE_RETURNED);
	if (fate != RT_FATE_RETURNED) {
		rt_atom reason = fate == RT_FATE_LEFT ? call->self.leaving
						      : rt_atom_make(rt, rt_fate_reason(fate));

		rt->wreck = fate == RT_FATE_LEFT ? NULL : wreck;
		rt_actor_die(rt, slot, reason != 0 ? reason : RT_A_SYSTEM_LIMIT, 0);
	}
	rt->handling = NULL;
}

static void handle(struct rt *rt, uint32_t slot, const struct rt_mail *mail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);
	rt_id id = rt_actor_id(rt, slot);
	struct rt_msg msg = { .from = mail->from, .tag = mail->tag };
	struct call call = {
		.self = { .rt = rt, .slot = slot },
		.msg = &msg,
		.state = actor->state,
		.handle = policy->behaviour->handle,
	};

	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		msg.word[i] = mail->word[i];
	if (rt->hooks.message != NULL)
		rt->hooks.message(rt->hooks.ctx, id, &msg);
	if (rt->message_events) {
		struct rt_event event = {
			.kind = RT_EV_MESSAGE,
			.actor = id,
			.place = actor->place,
			.incarnation = actor->incarnation,
			.a = msg.tag,
		};
		rt->events.because = rt_event_give(rt, &event, NULL);
	}
	actor->handled++;
	carry_out(rt, slot, &call);
}

static void run_inside(struct rt *rt, uint32_t slot, uint64_t code)
{
	const struct rt_actor *actor = rt_actor_at(rt, slot);
	struct call call = {
		.self = { .rt = rt, .slot = slot },
		.state = actor->state,
		.size = rt_worker_size(rt_policy_at(&rt->policies, actor->policy)),
		.code = code,
	};

	carry_out(rt, slot, &call);
}

void rt_worker_dispatch(struct rt *rt, uint32_t slot)
{
	if (rt_actor_at(rt, slot)->life == RT_STARTING) {
		rt_starting_ready(rt, slot);
		return;
	}
	uint32_t ref = rt_mailbox_pop(rt, &rt_actor_at(rt, slot)->mailbox);
	struct rt_mail mail = *rt_mail_at(&rt->messages, ref);

	/* Free it first: whatever the handler sends can use the same memory. */
	rt_mail_free(rt, ref);
	rt->events.because = mail.cause;
	/* Signals of strangers and notices are ordinary messages, of no interest to a plain worker; one that
	 * is about to end takes no messages at all. */
	if (mail.kind == RT_MAIL_PARENT_EXIT)
		obey(rt, slot, mail.atom);
	else if (mail.kind == RT_MAIL_USER && rt_actor_at(rt, slot)->life != RT_STOPPING)
		handle(rt, slot, &mail);
	else if (mail.kind == RT_MAIL_INSIDE && rt_actor_at(rt, slot)->life != RT_STOPPING)
		run_inside(rt, slot, mail.word[0]);
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

enum rt_status rt_send(struct rt *rt, rt_id to, const struct rt_msg *msg)
{
	struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL)
		return RT_ENOENT;
	uint32_t mail = rt_mail_user(rt, msg);

	if (mail == 0)
		return RT_ENOMEM;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(to));
	return RT_OK;
}
