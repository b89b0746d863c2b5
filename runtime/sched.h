/* sched.h - whose turn it is: a queue of the actors that have something to do, first come, first served. */
#ifndef RUNTIME_SCHED_H
#define RUNTIME_SCHED_H

#include "runtime.h"

struct rt_sched {
	uint32_t head, tail;
	uint64_t steps;
};

void rt_sched_push(struct rt *rt, uint32_t slot);

#endif
