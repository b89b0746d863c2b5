/* protect.h - the seam at which a handler's call may be protected, and what is known of a call that ended
 * badly.  The runtime itself installs no signal handler and reads no clock: see guard.h for who does.
 */
#ifndef RUNTIME_PROTECT_H
#define RUNTIME_PROTECT_H

#include "observe.h"

#define RT_FATE_LIST(X)                                                                                      \
	X(RT_FATE_RETURNED, "", "the handler returned")                                                      \
	X(RT_FATE_LEFT, "", "the worker ended itself")                                                       \
	X(RT_FATE_SEGV, "{signal,segv}", "access to memory that is not there")                               \
	X(RT_FATE_BUS, "{signal,bus}", "access to memory that cannot be reached")                            \
	X(RT_FATE_FPE, "{signal,fpe}", "division by zero and the like")                                      \
	X(RT_FATE_ILL, "{signal,ill}", "an instruction that does not exist")                                 \
	X(RT_FATE_ABORT, "{signal,abrt}", "abort() was called")                                              \
	X(RT_FATE_STACK, "stack_overflow", "the stack is used up")                                           \
	X(RT_FATE_RUNAWAY, "runaway", "the handler used more processor time than a message may take")        \
	X(RT_FATE_QUOTA, "memory_quota", "the worker asked for more memory than it may have")                \
	X(RT_FATE_PROCESS, "", "its process ended: another signal, an exit status")
enum rt_fate {
#define X(name, reason, help) name,
	RT_FATE_LIST(X)
#undef X
	RT_FATE_COUNT
};
const char *rt_fate_reason(enum rt_fate fate);
const char *rt_fate_help(enum rt_fate fate);

/* How a protected call ended.  Addresses never reach a journal. */
#define RT_FRAMES_MAX 32
struct rt_wreck {
	enum rt_fate fate;
	int signal;     /* 0: none */
	bool addressed; /* the signal says an address that could not be reached; it may be 0 */
	uintptr_t address;
	unsigned n_frames;
	void *frame[RT_FRAMES_MAX]; /* innermost first */
};

typedef void rt_protected_fn(void *arg);
struct rt_protector {
	void *ctx;
	/* Calls fn(arg), which dispatches many messages; null when it returned, else how the handler that ran
	 * ended it, valid until the next call. */
	const struct rt_wreck *(*call)(void *ctx, rt_protected_fn *fn, void *arg);
	/* From within a handler, out of the call. */
	void (*leave)(void *ctx, enum rt_fate fate) __attribute__((noreturn));
	/* For what remains of this handler: so much processor time and no more. */
	void (*limit)(void *ctx, rt_time budget);
	/* `call` may set these. */
	void *stack;       /* where handlers run: its top; null: where everything does */
	uintptr_t stack_low; /* and its other end; 0: nobody knows */
};

/* Copied; null: handlers are just called. */
void rt_protect(struct rt *rt, const struct rt_protector *protector);
bool rt_protected(const struct rt *rt);

/* A death as its exit event tells it: the `ext` of RT_EV_EXIT.  Plain data, valid during the observer's call.
 */
struct rt_report {
	const struct rt_wreck *wreck; /* null: it did not die of its handler */
	bool handling;                /* it died while it handled `msg` */
	rt_id msg_from;
	uint32_t msg_tag;
	uint64_t request; /* that `msg` brought; 0: none */
	uint64_t question; /* of that request */
	uint32_t mailbox; /* messages left behind */
	size_t memory;    /* bytes from rt_self_alloc */
	rt_time uptime;
	uint64_t handled;
};

#endif
