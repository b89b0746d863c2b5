/* window.h - the restart intensity: how many restarts lie within the period (rules 10.1 to 10.3 of OTP).
 *
 * Times are whole seconds, so restarts of one second share an entry and the window never holds more than
 * period + 1 of them; adding and counting cost the same however many restarts there were.
 */
#ifndef RUNTIME_WINDOW_H
#define RUNTIME_WINDOW_H

#include "runtime.h"

struct rt_window_entry {
	int64_t second;
	uint64_t count;
};

struct rt_window {
	struct rt_window_entry *entry; /* a ring */
	uint32_t capacity, head, length;
	uint32_t period_s; /* of the latest restart */
	uint64_t total;
	rt_time same_until; /* with that period, until then: one more counts with it, and none gets too old */
};

/* Note a restart at `now` and drop those older than `period_s`.  The number in the window, this one included,
 * in *total.  RT_ENOMEM leaves the window as it was. */
enum rt_status rt_window_add(struct rt *rt, struct rt_window *window, rt_time now, uint32_t period_s,
			     uint64_t *total) RT_MUST_CHECK;
/* How many count now. */
uint64_t rt_window_count(const struct rt_window *window, rt_time now, uint32_t period_s);
void rt_window_fini(struct rt *rt, struct rt_window *window);

#endif
