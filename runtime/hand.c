/* hand.c - see hand.h. */
#include "hand.h"

#include "core.h"
#include "own.h"

static struct rt_mail *mail_at(const struct rt *rt, uint32_t mail)
{
	return rt_mail_at(&rt->messages, mail);
}

static void hang(struct rt *rt, uint32_t slot, uint32_t mail)
{
	struct rt_mail *m = mail_at(rt, mail);
	struct rt_own *own = rt_actor_at(rt, slot)->own;
	struct rt_entry *e = rt_entry_at(rt, rt_entry_of(m));

	m->kind = RT_MAIL_ASK;
	m->tag = slot;
	m->next = e->holds;
	e->holds = mail;
	m->before = 0;
	m->after = own->in_hand;
	if (own->in_hand != 0)
		mail_at(rt, own->in_hand)->before = mail;
	own->in_hand = mail;
}

static void unhang(struct rt *rt, uint32_t mail)
{
	struct rt_mail *m = mail_at(rt, mail);
	uint32_t *at = &rt_entry_at(rt, rt_entry_of(m))->holds;

	while (*at != mail)
		at = &mail_at(rt, *at)->next;
	*at = m->next;
	if (m->before != 0)
		mail_at(rt, m->before)->after = m->after;
	else
		rt_actor_at(rt, m->tag)->own->in_hand = m->after;
	if (m->after != 0)
		mail_at(rt, m->after)->before = m->before;
}

uint32_t rt_hand_find(const struct rt *rt, uint32_t slot, uint64_t id)
{
	uint32_t entry = rt_entry_find(rt, id);
	uint32_t mail = entry == 0 ? 0 : rt_entry_at(rt, entry)->holds;

	while (mail != 0 && mail_at(rt, mail)->tag != slot)
		mail = mail_at(rt, mail)->next;
	return mail;
}

/* What this one passes on was taken up. */
static void note_passed(struct rt *rt, const struct rt_entry *e)
{
	uint64_t id = e->ask.behalf;

	if (rt_actor_find(rt, e->client) == NULL || rt_hand_find(rt, rt_id_slot(e->client), id) == 0)
		return;
	struct rt_entry *first = rt_entry_at(rt, (uint32_t)id);

	if (first->open && first->passed++ > 0)
		rt_book_repeat(rt, first->book);
}

uint32_t rt_hand_take(struct rt *rt, uint32_t slot, uint32_t mail, bool *before)
{
	struct rt_mail *m = mail_at(rt, mail);
	struct rt_entry *e = rt_entry_at(rt, rt_entry_of(m));

	if (rt_own_of(rt, rt_actor_at(rt, slot)) == NULL) {
		rt_ledger_drop(rt, mail, rt_actor_id(rt, slot));
		return 0;
	}
	if (e->deliveries++ > 0)
		rt_book_repeat(rt, e->book);
	e->passed = 0;
	if (e->ask.passes_on)
		note_passed(rt, e);
	uint32_t held = rt_hand_find(rt, slot, m->id);

	*before = held != 0;
	/* It has it once, by the message of the latest attempt.  Neither was the last one. */
	if (held != 0 && mail_at(rt, held)->attempt > m->attempt) {
		rt_ledger_lose(rt, mail);
		return held;
	}
	if (held != 0) {
		unhang(rt, held);
		rt_ledger_lose(rt, held);
	}
	hang(rt, slot, mail);
	return mail;
}

void rt_hand_answer(struct rt *rt, uint32_t slot, uint32_t mail, enum rt_outcome how, uint64_t value)
{
	struct rt_mail *m = mail_at(rt, mail);

	unhang(rt, mail);
	m->kind = RT_MAIL_ANSWER;
	m->op = (uint8_t)how;
	m->from = rt_actor_id(rt, slot);
	m->word[1] = value;
}

void rt_hand_swallow(struct rt *rt, uint32_t slot, uint32_t mail)
{
	struct rt_mail *m = mail_at(rt, mail);

	unhang(rt, mail);
	m->kind = RT_MAIL_SWALLOWED;
	m->from = rt_actor_id(rt, slot);
}

void rt_hand_put_back(struct rt *rt, uint32_t slot, uint32_t mail)
{
	hang(rt, slot, mail);
}

void rt_hand_take_away(struct rt *rt, uint32_t entry)
{
	const struct rt_entry *e = rt_entry_at(rt, entry);

	while (e->holds != 0) {
		uint32_t mail = e->holds;

		unhang(rt, mail);
		rt_ledger_lose(rt, mail);
	}
}

void rt_hand_let_fall(struct rt *rt, uint32_t slot)
{
	const struct rt_own *own = rt_actor_at(rt, slot)->own;
	rt_id id = rt_actor_id(rt, slot);

	while (own->in_hand != 0) {
		uint32_t mail = own->in_hand;

		unhang(rt, mail);
		rt_ledger_drop(rt, mail, id);
	}
}
