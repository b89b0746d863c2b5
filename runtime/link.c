/* link.c - chains of notes. */
#include "link.h"
#include "core.h"

uint32_t rt_note_take(struct rt *rt, uint32_t *chain, rt_id other, enum rt_mail_kind kind)
{
	for (uint32_t *at = chain; *at != 0; at = &rt_mail_at(&rt->messages, *at)->next) {
		struct rt_mail *note = rt_mail_at(&rt->messages, *at);
		uint32_t taken = *at;

		if (note->from != other || note->kind != kind)
			continue;
		*at = note->next;
		return taken;
	}
	return 0;
}

void rt_note_hang(struct rt *rt, uint32_t *chain, uint32_t note, rt_id other)
{
	struct rt_mail *m = rt_mail_at(&rt->messages, note);

	m->from = other;
	m->next = *chain;
	*chain = note;
}

bool rt_note_has(const struct rt *rt, uint32_t chain, rt_id other, enum rt_mail_kind kind)
{
	for (uint32_t at = chain; at != 0; at = rt_mail_at(&rt->messages, at)->next) {
		const struct rt_mail *note = rt_mail_at(&rt->messages, at);

		if (note->from == other && note->kind == kind)
			return true;
	}
	return false;
}
