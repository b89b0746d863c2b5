/* wild.h - a worker that does anything that a worker may do, at random: asks, answers, forgets, sends, works,
 * watches, waits, takes memory, ends.  What it does follows from the seed of the run. */
#ifndef TESTS_SUPPORT_WILD_H
#define TESTS_SUPPORT_WILD_H

#include "runtime/worker.h"

extern const struct rt_behaviour wild_behaviour;
/* It ends with reasons of its own, so that one can tell that it was not told to. */
bool wild_reason(const char *reason);

#endif
