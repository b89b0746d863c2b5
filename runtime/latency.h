/* latency.h - how long answers took, as counts by size: sixteen to each doubling, so that any share of them
 * can be told to within a sixteenth.  A doubling takes memory when something falls into it. */
#ifndef RUNTIME_LATENCY_H
#define RUNTIME_LATENCY_H

#include "types.h"

#define RT_LATENCY_PARTS   16
#define RT_LATENCY_OCTAVES 60 /* 0 .. 15 ns, and then each doubling up to 2^63 */

struct rt_latency {
	uint64_t count;
	rt_time max;
	uint64_t *octave[RT_LATENCY_OCTAVES];
};

/* Without memory for a doubling that nothing fell into before, it counts nowhere. */
void rt_latency_add(struct rt *rt, struct rt_latency *latency, rt_time value);
size_t rt_latency_bytes(const struct rt_latency *latency); /* that it takes beside itself */

#endif
