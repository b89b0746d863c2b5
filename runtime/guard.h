/* guard.h - containing a handler that crashes, overflows its stack or runs for ever.
 *
 * The one part of the runtime that is process-wide: it takes the signals SIGSEGV, SIGBUS, SIGFPE, SIGILL and
 * SIGABRT and, in each thread that enters it, an alternate signal stack, a stack of its own for handlers with
 * a guard page below, and a timer of the thread's processor time.  Whoever does not install it has a runtime
 * without containment, and a process whose signals are its own.
 *
 * A signal that did not come out of a handler is not swallowed: `last_words` is called, once, and then the
 * process dies of the signal as any program does.
 */
#ifndef RUNTIME_GUARD_H
#define RUNTIME_GUARD_H

#include "protect.h"
#include "runtime.h"

/* Processor time that one message may take.  Twenty times as much under sanitizers and valgrind. */
#define RT_GUARD_BUDGET (1 * RT_SECOND)
/* The watchdog looks this often (in processor time), so a budget is kept to within as much. */
#define RT_GUARD_TICK (10 * RT_MS)

/* Take the signals; once in a process, at its start.  RT_EIO: the system would not. */
enum rt_status rt_guard_install(void (*last_words)(int signal)) RT_MUST_CHECK;
/* In each thread that runs protected runtimes, before the first and after the last. */
enum rt_status rt_guard_enter(void) RT_MUST_CHECK;
void rt_guard_leave(void);

/* Protect this runtime's handlers; the thread that steps it must have entered. */
void rt_guard_protect(struct rt *rt);

#endif
