/* event.h - where events leave from: numbered, given to each observer in turn, never stored here. */
#ifndef RUNTIME_EVENT_H
#define RUNTIME_EVENT_H

#include "observe.h"

struct rt_events {
	uint64_t seq;     /* of the latest */
	uint64_t because; /* the event that what happens now follows from */
	unsigned n_observers;
	struct {
		rt_observer *fn;
		void *ctx;
	} observer[RT_OBSERVERS_MAX];
};

/* Number the event, stamp it with the clock, give it out; its cause is what the runtime is at (`because`).
 * Returns its seq. */
uint64_t rt_event_give(struct rt *rt, struct rt_event *event, const void *ext);

#endif
