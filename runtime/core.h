/* core.h - struct rt: the one place where the parts of a runtime meet.  Private to runtime/.
 *
 * Each part keeps its state in a small struct of its own; the files include this header to find each other's.
 * struct rt lies at the start of its own region.
 */
#ifndef RUNTIME_CORE_H
#define RUNTIME_CORE_H

#include "actor.h"
#include "atom.h"
#include "deed.h"
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
#include "service.h"
#include "timer.h"

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
	const struct rt_kind *kinds; /* by enum rt_type */
	uint64_t run; /* its name for those who trace it (usdt.h) */
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
	const struct rt_msg *handling; /* what the handler that runs now was given, */
	uint32_t handler;              /* and whose it is */
	uint32_t outbox, outbox_last;  /* what the running handler sent */
	volatile int busy; /* the runtime's own work on behalf of a handler: no place to break off */
	bool message_events;
};

static inline struct rt_actor *rt_actor_at(const struct rt *rt, uint32_t slot)
{
	return rt_slab_at(&rt->actors, slot);
}

static inline rt_id rt_actor_id(const struct rt *rt, uint32_t slot)
{
	return (rt_id)rt_actor_at(rt, slot)->notice.generation << 32 | slot;
}

/* The live actor with this handle, or null. */
static inline struct rt_actor *rt_actor_find(const struct rt *rt, rt_id id)
{
	uint32_t slot = rt_id_slot(id);

	if (slot == 0 || slot > rt->actors.high)
		return NULL;
	struct rt_actor *actor = rt_actor_at(rt, slot);

	/* The generation of a free slot has never been given out. */
	return actor->notice.generation == id >> 32 && actor->life != RT_DEAD ? actor : NULL;
}

/* Of a slot that was ever used. */
static inline bool rt_actor_occupied(const struct rt *rt, uint32_t slot)
{
	return (rt_actor_at(rt, slot)->notice.generation & 1) != 0;
}

static inline const struct rt_kind *rt_actor_kind(const struct rt *rt, const struct rt_actor *actor)
{
	return &rt->kinds[(actor->flags & RT_F_SUPERVISOR) != 0 ? RT_SUPERVISOR : RT_WORKER];
}

/* Has it anything to do?  Asked twice for each message, so what holds for most comes first. */
static inline bool rt_actor_ready(const struct rt *rt, const struct rt_actor *actor)
{
	if (actor->life == RT_ALIVE &&
	    (actor->flags & (RT_F_SUPERVISOR | RT_F_SUSPENDED | RT_F_BUSY | RT_F_ASIDE)) == 0)
		return actor->mailbox.head != 0;
	if (actor->life == RT_DEAD || (actor->flags & (RT_F_SUSPENDED | RT_F_BUSY)) != 0)
		return false;
	return rt_actor_kind(rt, actor)->ready(actor);
}

#endif
