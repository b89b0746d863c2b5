/* mailbox.c - messages and mailboxes: what is seldom done.  What is done for each message is in core.h. */
#include "core.h"

uint32_t rt_mail_new(struct rt *rt, enum rt_mail_kind kind)
{
	uint32_t mail = rt_slab_take(rt, &rt->messages, sizeof(struct rt_mail));

	if (mail != 0) {
		struct rt_mail *m = rt_mail_at(&rt->messages, mail);

		m->kind = (uint8_t)kind;
		m->op = 0;
		m->unused = 0;
		m->cause = rt->events.because;
	}
	return mail;
}

void rt_mailbox_push_front(struct rt *rt, struct rt_mailbox *mailbox, uint32_t mail)
{
	rt_mail_at(&rt->messages, mail)->next = mailbox->head;
	mailbox->head = mail;
	if (mailbox->tail == 0)
		mailbox->tail = mail;
	mailbox->count++;
}
