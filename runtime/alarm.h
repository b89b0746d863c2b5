/* alarm.h - a worker's own timers: each is a message to itself, set aside until it is due, so that falling
 * due needs no memory.  They are chained, and go with the worker. */
#ifndef RUNTIME_ALARM_H
#define RUNTIME_ALARM_H

#include "own.h"

enum rt_status rt_alarm_set(struct rt *rt, uint32_t slot, rt_time delay, uint64_t word,
			    uint64_t *alarm) RT_MUST_CHECK;
void rt_alarm_cancel(struct rt *rt, uint32_t slot, uint64_t alarm); /* of one that is over, nothing */
void rt_alarm_ring(struct rt *rt, uint32_t timer);
void rt_alarm_close(struct rt *rt, struct rt_own *own); /* all of them */

#endif
