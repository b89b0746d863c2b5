/* slow.h - where everything takes its time: sanitizers and valgrind, which also keep books of memory and
 * stacks that have to be left alone. */
#ifndef RUNTIME_SLOW_H
#define RUNTIME_SLOW_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define RT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define RT_SANITIZED 1
#endif
#endif
#ifndef RT_SANITIZED
#define RT_SANITIZED 0
#endif

/* Budgets of processor time are so many times as long there. */
#define RT_SLOWER 20

static inline bool rt_slow(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return RT_SANITIZED || (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

#endif
