/* slow.h - where everything takes its time: sanitizers and valgrind, which also keep books of memory and
 * stacks that have to be left alone. */
#ifndef RUNTIME_SLOW_H
#define RUNTIME_SLOW_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sanitized.h"

/* Budgets of processor time are so many times as long there. */
#define RT_SLOWER 20

static inline bool rt_slow(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return RT_SANITIZED || (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

#endif
