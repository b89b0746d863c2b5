/* clock.c - real time. */
#include "clock.h"

#include <time.h>

int64_t sh_clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
