/* frames.h - the stack of a handler that crashed, noted from within the signal handler. */
#ifndef RUNTIME_FRAMES_H
#define RUNTIME_FRAMES_H

#include "protect.h"

/* The unwinder sets itself up on first use, which is not for a signal handler to do. */
void rt_frames_prepare(void);
/* Those between `low` and `high`: the signal's own are on another stack, and beyond is nothing to see. */
void rt_frames_note(struct rt_wreck *wreck, uintptr_t low, uintptr_t high);

#endif
