/* exponential.h - how long until something happens that happens by chance: the exponential distribution. */
#ifndef RUNTIME_EXPONENTIAL_H
#define RUNTIME_EXPONENTIAL_H

#include "types.h"

/* -ln((draw + 1) / 2^32), so that a uniform draw gives an exponential number of mean 1; with this many bits
 * after the point, and less than 2^-26 off. */
#define RT_EXPONENTIAL_BITS 28
uint64_t rt_exponential(uint32_t draw);

/* The time from one event to the next where there are `rate` (1 to 1000000) in a second on average. */
rt_time rt_exponential_gap(uint32_t draw, uint32_t rate);

#endif
