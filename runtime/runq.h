/* runq.h - the queue of the actors that have something to do, first come, first served. */
#ifndef RUNTIME_RUNQ_H
#define RUNTIME_RUNQ_H

#include "types.h"

struct rt_runq {
	uint32_t head, tail; /* slots, linked by struct rt_notice */
};

/* Nobody may be in it twice. */
void rt_runq_push(struct rt *rt, uint32_t slot);
uint32_t rt_runq_pop(struct rt *rt); /* 0: empty */

#endif
