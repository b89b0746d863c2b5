/* hash.c - the state hash: everything that decides what a run will do, mixed in a fixed order.  Indices and
 * handles are given out the same way on every machine, so they may go in; addresses may not. */
#include "account.h"
#include "core.h"
#include "supervision.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
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

		hash = mix(hash, (uint64_t)mail->kind << 8 | mail->op);
		hash = mix(hash, mail->from);
		hash = mix(hash, (uint64_t)mail->tag << 32 | mail->atom);
		for (unsigned i = 0; i < RT_MSG_WORDS; i++)
			hash = mix(hash, mail->word[i]);
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
		if (actor->account != NULL)
			hash = mix(hash, (uint64_t)actor->account->bytes << 24 ^ actor->account->descriptors);
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
		hash = mix(hash, timer->actor);
	}
	return mix_places(rt, hash);
}
