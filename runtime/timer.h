/* timer.h - deadlines of virtual time in a four-way heap.  Each timer knows its place in the heap, so taking
 * one out costs no search; timers due at the same instant fire in the order in which they were set. */
#ifndef RUNTIME_TIMER_H
#define RUNTIME_TIMER_H

#include "region.h"

/* What falls due, and whose it is. */
enum rt_timer_kind {
	RT_TIMER_ACTOR,   /* the actor's own */
	RT_TIMER_ALARM,   /* a worker's: it gets `mail` */
	RT_TIMER_WORK,    /* the end of a worker's work */
	RT_TIMER_REQUEST, /* a request's: its time-out, or it is tried again */
	RT_TIMER_MAIL     /* `mail` arrives at `to` */
};

struct rt_timer {
	uint32_t next; /* free list */
	uint32_t at;   /* position in the heap + 1; 0: not set */
	rt_time deadline;
	uint64_t order;
	uint64_t cause;
	uint32_t owner; /* slot of an actor; of a request: its entry in the ledger */
	uint32_t mail;
	union {
		rt_id to;
		struct {
			uint32_t before, after; /* of a worker's: the others that it set */
		};
	};
	uint32_t kind; /* enum rt_timer_kind */
};

struct rt_timers {
	struct rt_slab entries;
	uint32_t *heap; /* room for one per entry */
	uint32_t count;
	uint64_t order;
};

/* A timer, not set yet; 0 without memory.  Setting and clearing cannot fail. */
uint32_t rt_timer_new(struct rt *rt, enum rt_timer_kind kind, uint32_t owner);
void rt_timer_free(struct rt *rt, uint32_t timer); /* 0 is allowed */
void rt_timer_set(struct rt *rt, uint32_t timer, rt_time deadline, uint64_t cause);
/* One that is set; core.h has rt_timer_clear(), for any. */
void rt_timer_take_out(struct rt *rt, uint32_t timer);
/* The time `ms`, or ns, from now, RT_FOREVER if that is later than can be said. */
rt_time rt_timer_in(const struct rt *rt, int64_t ms);
rt_time rt_timer_after(const struct rt *rt, rt_time delay);
/* The earliest timer if it is due and was not set later than `latest` says, clearing it; 0 if none is. */
uint32_t rt_timer_due(struct rt *rt, rt_time now, uint64_t latest);

static inline struct rt_timer *rt_timer_at(const struct rt_timers *timers, uint32_t timer)
{
	return (struct rt_timer *)timers->entries.base + timer;
}

#endif
