/* frames.h - the stack of a handler that crashed, noted from within the signal handler. */
#ifndef RUNTIME_FRAMES_H
#define RUNTIME_FRAMES_H

#include <signal.h>

#include "protect.h"

/* Walks that were made.  The unwinder takes as long as the kernel takes for the signal; but a fault that
 * comes again comes from the same place, and whether the stack is the same one, too, is seen at a glance. */
#define RT_WALKS 8
struct rt_walks {
	struct rt_walk {
		uintptr_t ip, sp, bp; /* when the signal came */
		unsigned n;
		void *frame[RT_FRAMES_MAX];
		const uintptr_t *slot[RT_FRAMES_MAX]; /* where the return into this frame lies */
	} walk[RT_WALKS];
};

/* What the signal says: its number, and maybe an address. */
void rt_frames_signal(struct rt_wreck *wreck, const siginfo_t *info);
/* The unwinder sets itself up on first use, which is not for a signal handler to do. */
void rt_frames_prepare(void);
/* Those between `low` and `high`: the signal's own are on another stack, and beyond is nothing to see.
 * `context` is what the signal handler was given.  `walks` may be null.  Where the handler spoilt its stack,
 * walking it may be a crash of its own; `wreck` then has what was found until there. */
void rt_frames_note(struct rt_wreck *wreck, void *context, uintptr_t low, uintptr_t high,
		    struct rt_walks *walks);

#endif
