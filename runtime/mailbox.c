/* mailbox.c - a linked queue of messages and of the dead. */
#include "core.h"

static uint32_t *next_of(struct rt *rt, uint32_t ref)
{
	if ((ref & RT_REF_DEAD) != 0)
		return &((struct rt_notice *)rt_slab_at(&rt->actors, ref & ~RT_REF_DEAD))->next;
	return &rt_mail_at(&rt->messages, ref)->next;
}

uint32_t rt_mail_new(struct rt *rt, enum rt_mail_kind kind)
{
	uint32_t mail = rt_slab_alloc(rt, &rt->messages);

	if (mail != 0) {
		struct rt_mail *m = rt_mail_at(&rt->messages, mail);

		m->kind = (uint8_t)kind;
		m->op = 0;
		m->unused = 0;
		m->cause = rt->events.because;
	}
	return mail;
}

uint32_t rt_mail_user(struct rt *rt, const struct rt_msg *msg)
{
	uint32_t mail = rt_mail_new(rt, RT_MAIL_USER);

	if (mail == 0)
		return 0;
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->from = msg->from;
	m->tag = msg->tag;
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		m->word[i] = msg->word[i];
	return mail;
}

void rt_mail_free(struct rt *rt, uint32_t mail)
{
	if (mail != 0)
		rt_slab_free(&rt->messages, mail);
}

void rt_mailbox_push(struct rt *rt, struct rt_mailbox *mailbox, uint32_t ref)
{
	*next_of(rt, ref) = 0;
	if (mailbox->tail == 0)
		mailbox->head = ref;
	else
		*next_of(rt, mailbox->tail) = ref;
	mailbox->tail = ref;
	mailbox->count++;
}

void rt_mailbox_push_front(struct rt *rt, struct rt_mailbox *mailbox, uint32_t ref)
{
	*next_of(rt, ref) = mailbox->head;
	mailbox->head = ref;
	if (mailbox->tail == 0)
		mailbox->tail = ref;
	mailbox->count++;
}

uint32_t rt_mailbox_pop(struct rt *rt, struct rt_mailbox *mailbox)
{
	uint32_t ref = mailbox->head;

	if (ref == 0)
		return 0;
	mailbox->head = *next_of(rt, ref);
	if (mailbox->head == 0)
		mailbox->tail = 0;
	mailbox->count--;
	return ref;
}
