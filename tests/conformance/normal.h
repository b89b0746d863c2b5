/* normal.h - the canonical order of a trace.
 *
 * Where things are truly concurrent their order says nothing.  Two rules give it a fixed form: the ends of
 * orphans stand right behind the end of the supervisor that left them (rule A), and the simultaneous ends of
 * a pool's children are sorted (rule B).  A canonical trace is not changed.
 */
#ifndef CONFORMANCE_NORMAL_H
#define CONFORMANCE_NORMAL_H

#include "trace.h"

void cnf_normal_order(struct cnf_trace *trace);

#endif
