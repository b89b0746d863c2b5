/* offered.h - a plugin without a file, whose behaviours have parameters of every type; they do nothing. */
#ifndef TESTS_SUPPORT_OFFERED_H
#define TESTS_SUPPORT_OFFERED_H

#include "runtime/worker.h"

#define OFFERED "./offered.so"

/* all:   tries 0 to 10, default 3; pause 1ms to 1h, default 5ms; room 1B to 1GiB, none by default; share 50%;
 *        loud false; pace steady, bursts; calls a path.
 * needy: to, a path that has to be given; size 1KiB to 1MiB, that has to, too.
 * plain: none.
 * spring: endless, but for `count`, default 0.
 * river: endless. */
extern const struct rt_plugin offered;

/* `plugin: ./offered.so` is this one in the thread that calls; and no longer. */
void offered_begin(void);
void offered_end(void);

#endif
