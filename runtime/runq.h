/* runq.h - the queue of the actors that have something to do, first come, first served.
 *
 * Each message goes through it, so it is all here, for the compiler to put where it is used.
 */
#ifndef RUNTIME_RUNQ_H
#define RUNTIME_RUNQ_H

#include "actor.h"

struct rt_runq {
	uint32_t head, tail; /* slots, linked by struct rt_notice */
};

/* Nobody may be in it twice. */
static inline void rt_runq_push(struct rt_runq *runq, const struct rt_slab *actors, uint32_t slot)
{
	((struct rt_actor *)actors->base + slot)->notice.link = 0;
	if (runq->tail == 0)
		runq->head = slot;
	else
		((struct rt_actor *)actors->base + runq->tail)->notice.link = slot;
	runq->tail = slot;
}

/* 0: empty. */
static inline uint32_t rt_runq_pop(struct rt_runq *runq, const struct rt_slab *actors)
{
	uint32_t slot = runq->head;

	if (slot == 0)
		return 0;
	runq->head = ((const struct rt_actor *)actors->base + slot)->notice.link;
	if (runq->head == 0)
		runq->tail = 0;
	return slot;
}

#endif
