/* worker.c - how a worker takes its messages: what a standard server of OTP does around its own code. */
#include "worker.h"
#include "behaviour.h"
#include "core.h"

static rt_behaviour_handle *const handlers[] = {
#define X(name, word, size, help) rt_behaviour_##name,
	RT_BEHAVIOUR_LIST(X)
#undef X
};

size_t rt_worker_size(const struct rt_policy *policy)
{
	return rt_behaviour_state(policy->behaviour);
}

enum rt_status rt_worker_init(struct rt *rt, void *state, uint32_t slot, uint32_t policy)
{
	(void)rt, (void)state, (void)slot, (void)policy; /* fresh state is zero, and that is a start */
	return RT_OK;
}

void rt_worker_fini(struct rt *rt, uint32_t slot)
{
	(void)rt, (void)slot;
}

bool rt_worker_ready(const struct rt_actor *actor)
{
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

void rt_worker_timeout(struct rt *rt, uint32_t slot)
{
	rt_actor_die(rt, slot, RT_A_SHUTDOWN, 0);
}

static void handle(struct rt *rt, uint32_t slot, const struct rt_mail *mail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);
	rt_id self = rt_actor_id(rt, slot);
	struct rt_msg msg = { .from = mail->from, .tag = mail->tag };

	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		msg.word[i] = mail->word[i];
	if (rt->hooks.message != NULL)
		rt->hooks.message(rt->hooks.ctx, self, &msg);
	if (rt->message_events) {
		struct rt_event event = {
			.kind = RT_EV_MESSAGE,
			.actor = self,
			.place = actor->place,
			.incarnation = actor->incarnation,
			.a = msg.tag,
		};
		rt->events.because = rt_event_give(rt, &event, NULL);
	}
	actor->handled++;
	handlers[policy->behaviour](rt, self, actor->state, &msg);
}

void rt_worker_dispatch(struct rt *rt, uint32_t slot)
{
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
}

enum rt_status rt_send(struct rt *rt, rt_id to, const struct rt_msg *msg)
{
	struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL)
		return RT_ENOENT;
	uint32_t mail = rt_mail_new(rt, RT_MAIL_USER);

	if (mail == 0)
		return RT_ENOMEM;
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->from = msg->from;
	m->tag = msg->tag;
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		m->word[i] = msg->word[i];
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(to));
	return RT_OK;
}
