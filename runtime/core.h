/* core.h - struct rt: the one place where the parts of a runtime meet.  Private to runtime/.
 *
 * Each part keeps its state in a small struct of its own; the files include this header to find each other's.
 * struct rt lies at the start of its own region.
 */
#ifndef RUNTIME_CORE_H
#define RUNTIME_CORE_H

#include <assert.h>
#include <string.h>

#include "actor.h"
#include "atom.h"
#include "deed.h"
#include "dispatch.h"
#include "event.h"
#include "hooks.h"
#include "isolate.h"
#include "ledger.h"
#include "mailbox.h"
#include "place.h"
#include "policy.h"
#include "protect.h"
#include "region.h"
#include "reply.h"
#include "runq.h"
#include "runtime.h"
#include "sanitized.h"
#include "service.h"
#include "stack.h"
#include "timer.h"
#include "usdt.h"

struct rt {
	struct rt_region region;
	struct rt_atoms atoms;
	struct rt_places places;
	struct rt_policies policies;
	struct rt_events events;
	struct rt_timers timers;
	struct rt_slab messages;
	struct rt_slab actors;
	struct rt_slab records;
	struct rt_slab ledger; /* struct rt_entry */
	struct rt_books books;
	struct rt_runq runq;
	struct rt_dying dying;
	struct rt_hooks hooks;
	uint64_t run; /* its name for those who trace it (usdt.h); 0: nobody does */
	uint64_t seed;
	uint64_t steps;
	rt_time now;
	uint64_t live;      /* actors alive */
	uint64_t n_orphans; /* of them */
	rt_id root;         /* the root supervisor, while it lives */
	uint32_t root_policy;
	struct rt_protector protector;
	struct rt_isolator isolator;
	struct rt_deeds deeds; /* of the isolated handler that runs now, or ran last */
	const struct rt_wreck *wreck;  /* of the actor that dies now */
	rt_atom fate_reason[RT_FATE_COUNT]; /* as far as they came up */
	/* The dispatch of a worker.  It lies here and not on the stack, for a handler may be left by a jump.
	 */
	struct rt_self self;
	struct rt_msg message;
	const struct rt_msg *handling; /* null, or what the handler that runs now was given */
	uint32_t letter;               /* and the mail that this is in, if it is in one */
	uint32_t outbox, outbox_last;  /* what the running handler sent */
	volatile int exposed; /* a handler's own code runs: what goes wrong now is its fault, */
	volatile int busy;    /* unless this is the runtime's own work on its behalf */
	bool message_events;
	bool attended; /* somebody has a say in each message, or in each allocation: all take the long way */
};

static inline struct rt_actor *rt_actor_at(const struct rt *rt, uint32_t slot)
{
	return (struct rt_actor *)rt->actors.base + slot;
}

static inline rt_id rt_actor_id(const struct rt *rt, uint32_t slot)
{
	return (rt_id)rt_actor_at(rt, slot)->notice.generation << 32 | slot;
}

/* The live actor with this handle, or null. */
static inline struct rt_actor *rt_actor_find(const struct rt *rt, rt_id id)
{
	uint32_t slot = rt_id_slot(id);

	if (slot > rt->actors.high)
		return NULL;
	struct rt_actor *actor = rt_actor_at(rt, slot);

	/* The generation of a free slot has never been given out; nobody is dead. */
	return actor->notice.generation == id >> 32 && actor->life != RT_DEAD ? actor : NULL;
}

/* Of a slot that was ever used. */
static inline bool rt_actor_occupied(const struct rt *rt, uint32_t slot)
{
	return (rt_actor_at(rt, slot)->notice.generation & 1) != 0;
}

/* A worker that just takes one message after the other. */
static inline bool rt_actor_plain(const struct rt_actor *actor)
{
	const unsigned special = RT_F_SUPERVISOR | RT_F_SUSPENDED | RT_F_BUSY | RT_F_ASIDE | RT_F_CLOSED;

	return __builtin_expect(actor->life == RT_ALIVE && (actor->flags & special) == 0, 1);
}

/* Has it anything to do?  Asked twice for each message, so what holds for most comes first. */
static inline bool rt_actor_ready(const struct rt_actor *actor)
{
	return rt_actor_plain(actor) ? actor->mailbox.head != 0 : rt_actor_otherwise_ready(actor);
}

static inline void rt_actor_queue(struct rt *rt, struct rt_actor *actor, uint32_t slot)
{
	actor->flags |= RT_F_QUEUED;
	rt_runq_push(&rt->runq, &rt->actors, slot);
}

/* rt_actor_wake(), for those who know the actor already. */
static inline void rt_actor_rouse(struct rt *rt, struct rt_actor *actor, uint32_t slot)
{
	if ((actor->flags & RT_F_QUEUED) == 0 && rt_actor_ready(actor))
		rt_actor_queue(rt, actor, slot);
}

/* --- references ------------------------------------------------------------------------------------------
 */

static inline void rt_place_ref(struct rt *rt, rt_place place)
{
	rt_place_at(&rt->places, place)->refs++;
}

static inline void rt_place_unref(struct rt *rt, rt_place place) /* 0 is allowed */
{
	struct rt_place_entry *entry = rt_place_at(&rt->places, place);

	if (place != 0 && --entry->refs == 0 && !entry->pinned)
		rt_place_drop(rt, place);
}

static inline void rt_policy_ref(struct rt *rt, uint32_t policy)
{
	rt_policy_at(&rt->policies, policy)->refs++;
}

static inline void rt_policy_unref(struct rt *rt, uint32_t policy) /* 0 is allowed */
{
	if (policy != 0 && --rt_policy_at(&rt->policies, policy)->refs == 0)
		rt_policy_drop(rt, policy);
}

/* --- memory ----------------------------------------------------------------------------------------------
 */

/* rt_slab_alloc(), where the compiler knows how large an element is. */
static inline __attribute__((always_inline)) uint32_t rt_slab_take(struct rt *rt, struct rt_slab *slab,
								   size_t size)
{
	uint32_t index = slab->free;
	uint8_t *element = slab->base + (size_t)index * size;

	assert(size == slab->size);
	/* A sanitizer marks what is free, and the nth allocation may have to fail. */
	if (RT_SANITIZED || rt->region.fail_in != 0)
		return rt_slab_alloc(rt, slab);
	if (index == 0) {
		index = slab->high + 1;
		if (index == slab->huge || index > slab->capacity)
			return rt_slab_alloc(rt, slab);
		slab->high = index;
		slab->live++;
		return index;
	}
	memcpy(&slab->free, element, sizeof slab->free);
	memset(element, 0, sizeof slab->free);
	memset(element + RT_FREE_KEPT, 0, size - RT_FREE_KEPT);
	slab->live++;
	return index;
}

/* rt_heap_alloc(), where there is a small block at hand. */
static inline void *rt_heap_take(struct rt *rt, size_t size)
{
	struct rt_region *region = &rt->region;
	size_t class = (size + 15) / 16, rounded = class * 16;

	if (RT_SANITIZED || region->fail_in != 0 || size == 0 || class > RT_HEAP_SMALL ||
	    region->free[class] == NULL)
		return rt_heap_alloc(rt, size);
	void *block = region->free[class];

	memcpy(&region->free[class], block, sizeof(void *));
	region->heap_live += rounded;
	return memset(block, 0, rounded);
}

static inline void rt_timer_clear(struct rt *rt, uint32_t timer)
{
	if (rt_timer_at(&rt->timers, timer)->at != 0)
		rt_timer_take_out(rt, timer);
}

/* --- the way of a message --------------------------------------------------------------------------------
 */

/* A message goes the short way: nobody has a say in it, and there is one to put it in. */
static inline bool rt_mail_at_hand(const struct rt *rt)
{
	return __builtin_expect(!rt->attended && rt->messages.free != 0, 1);
}

/* With this message in it, ready to be put into a mailbox. */
static inline void rt_mail_fill(struct rt *rt, struct rt_mail *m, const struct rt_msg *msg)
{
	m->next = 0;
	m->kind = RT_MAIL_USER;
	m->op = 0;
	m->unused = 0;
	m->cause = rt->events.because;
	/* One by one, as they were written a moment ago: a processor waits for what it is to read in larger
	 * pieces. */
	m->from = msg->from;
	m->tag = msg->tag;
	m->atom = 0;
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		m->word[i] = msg->word[i];
}

/* Of a free one that is at hand. */
static inline uint32_t rt_mail_take(struct rt *rt, const struct rt_msg *msg)
{
	uint32_t mail = rt->messages.free;
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	rt->messages.free = m->next;
	rt->messages.live++;
	rt_mail_fill(rt, m, msg);
	return mail;
}

/* A RT_MAIL_USER with this message in it; 0 without memory. */
static inline uint32_t rt_mail_user(struct rt *rt, const struct rt_msg *msg)
{
	if (rt_mail_at_hand(rt))
		return rt_mail_take(rt, msg);
	uint32_t mail = rt_slab_alloc(rt, &rt->messages);

	if (mail != 0)
		rt_mail_fill(rt, rt_mail_at(&rt->messages, mail), msg);
	return mail;
}

static inline void rt_mail_free(struct rt *rt, uint32_t mail) /* 0 is allowed */
{
	if (mail == 0)
		return;
	if (RT_SANITIZED) {
		rt_slab_free(&rt->messages, mail);
		return;
	}
	rt_mail_at(&rt->messages, mail)->next = rt->messages.free;
	rt->messages.free = mail;
	rt->messages.live--;
}

/* Where what waits behind it is kept. */
static inline uint32_t *rt_ref_next(struct rt *rt, uint32_t ref)
{
	if ((ref & RT_REF_DEAD) != 0)
		return &rt_actor_at(rt, ref & ~RT_REF_DEAD)->notice.next;
	return &rt_mail_at(&rt->messages, ref)->next;
}

/* `ref` is a message, or a dead actor's slot with RT_REF_DEAD. */
static inline void rt_mailbox_push(struct rt *rt, struct rt_mailbox *mailbox, uint32_t ref)
{
	*rt_ref_next(rt, ref) = 0;
	if (mailbox->tail == 0)
		mailbox->head = ref;
	else
		*rt_ref_next(rt, mailbox->tail) = ref;
	mailbox->tail = ref;
	mailbox->count++;
}

/* The same to a worker, in whose mailbox no dead lie; `mail` has nothing behind it. */
static inline void rt_mailbox_add(struct rt *rt, struct rt_mailbox *mailbox, uint32_t mail)
{
	if (mailbox->tail == 0)
		mailbox->head = mail;
	else
		rt_mail_at(&rt->messages, mailbox->tail)->next = mail;
	mailbox->tail = mail;
	mailbox->count++;
}

static inline uint32_t rt_mailbox_pop(struct rt *rt, struct rt_mailbox *mailbox) /* 0: empty */
{
	uint32_t ref = mailbox->head;

	if (ref == 0)
		return 0;
	mailbox->head = *rt_ref_next(rt, ref);
	if (mailbox->head == 0)
		mailbox->tail = 0;
	mailbox->count--;
	return ref;
}

/* The runtime's own work on behalf of a handler begins: until rt->busy is 0 again, a crash is not the
 * handler's.  Somebody who runs out of stack must do so here, while that is still its own crash. */
static inline __attribute__((always_inline)) void rt_self_enter(struct rt *rt)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	if (__builtin_expect(here - rt->protector.stack_low < RT_SELF_ROOM, 0))
		rt_self_run_out();
	rt->busy = 1;
}

/* Into the outbox of the handler that runs.  `to`: whom a plain message goes to; the others know. */
static inline void rt_post_add(struct rt *rt, uint32_t mail, rt_id to, enum rt_did did)
{
	rt_mail_at(&rt->messages, mail)->next = 0;
	rt_mail_at(&rt->messages, mail)->cause = to;
	if (rt->outbox == 0)
		rt->outbox = mail;
	else
		rt_mail_at(&rt->messages, rt->outbox_last)->next = mail;
	rt->outbox_last = mail;
	rt->self.did |= did;
}

/* Nobody has a say in a plain message to a worker, nor looks at it. */
static inline bool rt_post_straight(const struct rt *rt, const struct rt_actor *actor)
{
	return !rt->attended && (actor->flags & RT_F_SUPERVISOR) == 0 && !RT_USDT_ON(message_send) &&
	       !RT_USDT_ON(mailbox_full);
}

/* A handler that goes wrong, or ends its worker, may not come back here but be left by a jump: then
 * rt_worker_wrecked() goes on. */
static inline void rt_worker_call(struct rt *rt,
				  void (*handle)(struct rt_self *self, void *state, const struct rt_msg *msg),
				  void *state, const struct rt_msg *msg)
{
	rt->exposed = 1;
	if (rt->protector.stack != NULL)
		rt_stack_call(rt->protector.stack, handle, &rt->self, state, msg);
	else
		handle(&rt->self, state, msg);
	rt->exposed = 0;
}

/* Its code runs in a process of its own. */
static inline bool rt_worker_elsewhere(const struct rt *rt, const struct rt_policy *policy)
{
	return policy->isolation == RT_ISOLATION_PROCESS && rt->isolator.call != NULL;
}

#endif
