/* timer.h - deadlines of virtual time in a four-way heap.  Each timer knows its place in the heap, so taking
 * one out costs no search; timers due at the same instant fire in the order in which they were set. */
#ifndef RUNTIME_TIMER_H
#define RUNTIME_TIMER_H

#include "region.h"

struct rt_timer {
	uint32_t next; /* free list */
	uint32_t at;   /* position in the heap + 1; 0: not set */
	rt_time deadline;
	uint64_t order;
	uint64_t cause;
	uint32_t actor; /* slot of the owner */
	uint32_t unused;
};

struct rt_timers {
	struct rt_slab entries;
	uint32_t *heap; /* room for one per entry */
	uint32_t count;
	uint64_t order;
};

/* A timer for an actor, not set yet; 0 without memory.  Setting and clearing cannot fail. */
uint32_t rt_timer_new(struct rt *rt, uint32_t actor);
void rt_timer_free(struct rt *rt, uint32_t timer); /* 0 is allowed */
void rt_timer_set(struct rt *rt, uint32_t timer, rt_time deadline, uint64_t cause);
void rt_timer_clear(struct rt *rt, uint32_t timer);
/* The time `ms` from now, RT_FOREVER if that is later than can be said. */
rt_time rt_timer_in(const struct rt *rt, int64_t ms);
/* Slot of the earliest timer if it is due, clearing it; 0 if none is. */
uint32_t rt_timer_due(struct rt *rt, rt_time now);

static inline struct rt_timer *rt_timer_at(const struct rt_timers *timers, uint32_t timer)
{
	return rt_slab_at(&timers->entries, timer);
}

#endif
