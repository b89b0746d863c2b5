/* hash.c - the state hash: what decides what a run will do, mixed in a fixed order.  Indices and handles are
 * given out the same way on every machine, so they may go in; addresses may not.  For they may have some in
 * them, the states of workers are left out: they show in what the workers do. */
#include "core.h"
#include "own.h"
#include "supervision.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static uint64_t mix_mail(uint64_t hash, const struct rt_mail *mail)
{
	hash = mix(hash, (uint64_t)mail->kind << 8 | mail->op);
	hash = mix(hash, mail->from);
	hash = mix(hash, (uint64_t)mail->tag << 32 | mail->atom);
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		hash = mix(hash, mail->word[i]);
	return hash;
}

static uint64_t mix_mailbox(const struct rt *rt, uint64_t hash, const struct rt_mailbox *mailbox)
{
	for (uint32_t ref = mailbox->head; ref != 0;) {
		if ((ref & RT_REF_DEAD) != 0) {
			hash = mix(hash, ref);
			ref = rt_actor_at(rt, ref & ~RT_REF_DEAD)->notice.next;
			continue;
		}
		const struct rt_mail *mail = rt_mail_at(&rt->messages, ref);

		hash = mix_mail(hash, mail);
		ref = mail->next;
	}
	return hash;
}

static uint64_t mix_supervisor(const struct rt *rt, uint64_t hash, const struct rt_supervisor *sup)
{
	const struct rt_window *window = &sup->window;

	hash = mix(hash, (uint64_t)sup->strategy << 24 | (uint64_t)sup->auto_shutdown << 16 |
				 (uint64_t)sup->activity << 8 | sup->phase);
	hash = mix(hash, (uint64_t)sup->wait << 8 | sup->alone);
	hash = mix(hash, (uint64_t)sup->intensity << 32 | sup->period_s);
	hash = mix(hash, (uint64_t)sup->set_first << 32 | sup->cursor);
	hash = mix(hash, sup->turn);
	hash = mix(hash, sup->awaited);
	hash = mix(hash, (uint64_t)sup->left << 32 | sup->end_reason);
	for (uint32_t i = 0; i < window->length; i++) {
		const struct rt_window_entry *entry = &window->entry[(window->head + i) % window->capacity];

		hash = mix(hash, (uint64_t)entry->second);
		hash = mix(hash, entry->count);
	}
	for (uint32_t record = sup->first; record != 0; record = rt_record_at(rt, record)->next) {
		const struct rt_record *r = rt_record_at(rt, record);

		const struct rt_policy *policy = rt_record_policy(rt, r);

		hash = mix(hash, (uint64_t)r->place << 32 | r->policy);
		hash = mix(hash, r->actor);
		hash = mix(hash, r->restarting);
		/* Flags that were set at run time hold for the next start too. */
		hash = mix(hash, (uint64_t)policy->intensity << 32 | policy->period_s);
		hash = mix(hash, (uint64_t)policy->strategy << 8 | policy->auto_shutdown);
	}
	return hash;
}

static uint64_t mix_links(const struct rt *rt, uint64_t hash, uint32_t note)
{
	for (; note != 0; note = rt_mail_at(&rt->messages, note)->next)
		hash = mix(hash, rt_mail_at(&rt->messages, note)->from << 8 |
					 rt_mail_at(&rt->messages, note)->kind);
	return hash;
}

/* What a worker has of its own.  Its alarms are among the timers, what it asked in the ledger. */
static uint64_t mix_own(const struct rt *rt, uint64_t hash, const struct rt_own *own)
{
	hash = mix(hash, (uint64_t)own->account.bytes << 24 ^ own->account.descriptors);
	hash = mix_mailbox(rt, hash, &own->aside);
	hash = mix(hash, own->in_hand);
	for (uint32_t mail = own->outbox; mail != 0; mail = rt_mail_at(&rt->messages, mail)->next)
		hash = mix_mail(mix(hash, rt_mail_at(&rt->messages, mail)->cause),
				rt_mail_at(&rt->messages, mail));
	return hash;
}

static uint64_t mix_entry(const struct rt *rt, uint64_t hash, const struct rt_entry *e)
{
	hash = mix(hash, (uint64_t)e->generation << 32 | e->book);
	hash = mix(hash, e->client);
	hash = mix(hash, (uint64_t)e->ask.service << 32 | e->ask.retries);
	hash = mix(hash, e->ask.worker);
	hash = mix(hash, e->ask.question);
	hash = mix(hash, e->ask.operand);
	hash = mix(hash, e->ask.behalf);
	hash = mix(hash, e->ask.expected);
	hash = mix(hash, (uint64_t)e->ask.timeout);
	hash = mix(hash, (uint64_t)e->ask.backoff);
	hash = mix(hash, (uint64_t)e->ask.priority << 8 | (unsigned)e->ask.passes_on << 2 |
				 (unsigned)e->ask.judged << 1 | e->ask.aside);
	hash = mix(hash, (uint64_t)e->asked_at);
	hash = mix(hash, (uint64_t)e->deadline);
	hash = mix(hash, (uint64_t)e->attempt << 32 | e->deliveries);
	hash = mix(hash, (uint64_t)e->live << 32 | e->mails);
	hash = mix(hash, (uint64_t)e->passed << 32 | e->after);
	hash = mix(hash, (uint64_t)e->passed << 32 | e->after);
	hash = mix(hash, (uint64_t)e->open << 24 | e->waiting << 16 | e->pausing << 8 | e->swallowed);
	for (uint32_t mail = e->holds; mail != 0; mail = rt_mail_at(&rt->messages, mail)->next)
		hash = mix_mail(hash, rt_mail_at(&rt->messages, mail));
	return hash;
}

static uint64_t mix_work(const struct rt *rt, uint64_t hash)
{
	for (uint32_t entry = 1; entry <= rt->ledger.high; entry++)
		if (rt_entry_in_use(rt, entry))
			hash = mix_entry(rt, mix(hash, entry), rt_entry_at(rt, entry));
	for (uint32_t book = 1; book <= rt->books.entries.high; book++) {
		const struct rt_book *b = rt_slab_at(&rt->books.entries, book);

		hash = mix(hash, (uint64_t)b->place << 1 | b->down);
		hash = mix(hash, b->offered);
		hash = mix(hash, b->in_flight);
		hash = mix(hash, b->repeated);
		for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
			hash = mix(hash, b->ended[i]);
		hash = mix(hash, (uint64_t)b->outage);
		hash = mix(hash, (uint64_t)b->outage_max);
		hash = mix(hash, (uint64_t)b->down_since);
		hash = mix(hash, (uint64_t)b->latency.max);
	}
	return hash;
}

/* How far each path is in its start plan, and which incarnation comes next. */
static uint64_t mix_places(const struct rt *rt, uint64_t hash)
{
	const struct rt_table *table = &rt->places.table;

	for (uint32_t bucket = 0; bucket < table->level + table->split; bucket++) {
		for (rt_place place = table->bucket[bucket]; place != 0;) {
			const struct rt_place_entry *entry = rt_place_at(&rt->places, place);

			hash = mix(hash, (uint64_t)place << 32 | entry->calls);
			hash = mix(hash, (uint64_t)entry->starts << 32 | entry->name);
			place = entry->next;
		}
	}
	return hash;
}

uint64_t rt_state_hash(const struct rt *rt)
{
	uint64_t hash = mix(rt->seed, (uint64_t)rt->now);

	hash = mix(hash, rt->root);
	for (uint32_t slot = 1; slot <= rt->actors.high; slot++) {
		if (!rt_actor_occupied(rt, slot))
			continue;
		const struct rt_actor *actor = rt_actor_at(rt, slot);

		hash = mix(hash, rt_actor_id(rt, slot));
		hash = mix(hash, (uint64_t)actor->place << 32 | actor->incarnation);
		hash = mix(hash, (uint64_t)actor->life << 48 | (uint64_t)actor->flags << 32 | actor->policy);
		hash = mix(hash, actor->reason);
		if (actor->life == RT_DEAD)
			continue;
		hash = mix(hash, actor->handled);
		if (actor->own != NULL)
			hash = mix_own(rt, hash, actor->own);
		hash = mix_links(rt, hash, actor->links);
		hash = mix_mailbox(rt, hash, &actor->mailbox);
		if ((actor->flags & RT_F_SUPERVISOR) != 0)
			hash = mix_supervisor(rt, hash, actor->state);
	}
	for (uint32_t slot = rt->runq.head; slot != 0; slot = rt_actor_at(rt, slot)->notice.link)
		hash = mix(hash, slot);
	for (uint32_t i = 0; i < rt->timers.count; i++) {
		const struct rt_timer *timer = rt_timer_at(&rt->timers, rt->timers.heap[i]);

		hash = mix(hash, (uint64_t)timer->deadline);
		hash = mix(hash, (uint64_t)timer->kind << 32 | timer->owner);
		if (timer->mail != 0)
			hash = mix_mail(hash, rt_mail_at(&rt->messages, timer->mail));
		if (timer->kind == RT_TIMER_MAIL)
			hash = mix(hash, timer->to);
	}
	return mix_work(rt, mix_places(rt, hash));
}
