/* ring.h - events as users have them: binary records of one size in a ring, and one consumer that hashes
 * them. Nothing is allocated once it is there. */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include "runtime/observe.h"

struct bench_ring;

struct bench_ring *bench_ring_new(void);
void bench_ring_free(struct bench_ring *ring); /* null is allowed */

/* For rt_observe, with the ring as its context. */
rt_observer bench_ring_put;
/* Let the consumer take what is left; returns the hash of all so far.  0 without a ring. */
uint64_t bench_ring_drain(struct bench_ring *ring);

#endif
