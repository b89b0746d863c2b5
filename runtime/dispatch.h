/* dispatch.h - how a worker takes its messages. */
#ifndef RUNTIME_DISPATCH_H
#define RUNTIME_DISPATCH_H

#include "actor.h"
#include "protect.h"

/* What a handler did that has to be looked at when it has returned. */
enum rt_did { RT_DID_SEND = 1, /* plain messages, which lie in the outbox */ RT_DID_MORE = 2 };

/* A handler's view of its worker.  What follows the slot is zero between two calls; so nothing of it has to
 * be looked at, or made good, after a handler that did not do more than to send.  Whoever sets any of it says
 * RT_DID_MORE. */
struct rt_self {
	struct rt *rt;
	const struct rt_policy *policy;
	uint32_t slot;
	uint32_t did;
	rt_atom leaving;    /* reason given to rt_self_exit */
	enum rt_fate fate;  /* how it is to end, where nobody could jump out of it */
	uint64_t draws;     /* random numbers drawn in this call */
	rt_time work;       /* virtual time that it takes */
	struct rt_far *far; /* in a process of its own: the way to the runtime; else null */
	uint32_t request;   /* that is being handled, while it is neither answered nor kept: its message */
};

/* What the runtime does for a handler needs less stack than this; writes to the end of it. */
#define RT_SELF_ROOM ((size_t)64 * 1024)
void rt_self_run_out(void);

enum rt_status rt_worker_init(struct rt *rt, uint32_t slot, const struct rt_policy *policy) RT_MUST_CHECK;
/* It is dead, and has something of its own, or runs elsewhere: leave nothing behind. */
void rt_worker_fini(struct rt *rt, uint32_t slot);
bool rt_worker_ready(const struct rt_actor *actor);
void rt_worker_dispatch(struct rt *rt, uint32_t slot);
/* The same of a plain worker that has mail.  A message is handled where it lies, as on the short way: which
 * of them are free, and so the state of the run, is the same on both. */
void rt_worker_take(struct rt *rt, uint32_t slot);
/* The handler that was called for a message did more than to send: what follows from that. */
void rt_worker_over(struct rt *rt, uint32_t slot);
/* The handler that ran was left by a jump; what was left undone of its dispatch. */
void rt_worker_wrecked(struct rt *rt, const struct rt_wreck *wreck);
void rt_worker_timeout(struct rt *rt, uint32_t slot);
/* Its work is done: what it sent goes out. */
void rt_worker_rested(struct rt *rt, uint32_t slot);

#endif
