/* clock.h - real time, which only the prompt has to do with. */
#ifndef SHELL_CLOCK_H
#define SHELL_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment, never backwards. */
int64_t sh_clock_now(void);

#endif
