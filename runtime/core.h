/* core.h - struct rt: the one place where the parts of a runtime meet.  Private to runtime/.
 *
 * Each part keeps its state in a small struct of its own; the files include this header to find each other's.
 * struct rt lies at the start of its own region.
 */
#ifndef RUNTIME_CORE_H
#define RUNTIME_CORE_H

#include "actor.h"
#include "atom.h"
#include "event.h"
#include "hooks.h"
#include "mailbox.h"
#include "place.h"
#include "policy.h"
#include "region.h"
#include "runtime.h"
#include "sched.h"
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
	struct rt_sched sched;
	struct rt_dying dying;
	struct rt_hooks hooks;
	uint64_t seed;
	rt_time now;
	uint64_t live;       /* actors alive */
	uint64_t n_orphans;  /* of them */
	rt_id root;          /* the root supervisor, while it lives */
	uint32_t root_policy;
	bool message_events;
};

/* request.c: give an answer as an event. */
void rt_reply_give(struct rt *rt, const struct rt_reply *reply);
/* runtime.c: the root came up, or ended. */
void rt_root_up(struct rt *rt);
void rt_root_ended(struct rt *rt, uint32_t slot);

#endif
