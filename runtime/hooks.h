/* hooks.h - the seams: places where somebody above may step in.  For inject/ and tests.
 *
 * The runtime asks at each seam and does what the answer says; it does not know why.  Every function may be
 * null.  They run in the middle of a step: they may use their own memory, rt_atom_make, rt_rng_*, rt_emit,
 * rt_because (a start that is refused then has its cause from there) and everything in observe.h, and nothing
 * else.
 */
#ifndef RUNTIME_HOOKS_H
#define RUNTIME_HOOKS_H

#include "observe.h"
#include "runtime.h"
#include "status.h"
#include "types.h"
#include "worker.h"

enum rt_verdict {
	RT_GO,     /* as if nobody had asked */
	RT_REFUSE, /* start: the start function fails with *reason; deliver, signal: it is lost; grant: no */
	RT_SKIP    /* start: the start function says ignore; deliver: turned away, and who asked is told */
};

/* A message on its way from one worker to another, and what may be done to it. */
struct rt_passage {
	rt_id from; /* nobody: from outside */
	rt_id to;
	rt_place from_place, to_place;
	const struct rt_msg *msg;
	/* out, all zero */
	rt_time delay;   /* it arrives so much later; what is sent after it may overtake it */
	uint32_t copies; /* it arrives so many times more */
	uint64_t spoil;  /* of requests: mixed into the question, so that the answer will not be right */
	/* Events that are the causes of the delay and of the copies; 0: whatever the runtime is at then. */
	uint64_t delayed_by, copied_by;
};

enum rt_resource { RT_MEMORY, RT_DESCRIPTOR };

struct rt_hooks {
	void *ctx;
	/* Before each call of a start function: its place, and what it is. */
	enum rt_verdict (*start)(void *ctx, rt_place place, enum rt_type type, rt_atom *reason);
	/* After that, when a worker's start succeeded: how long it takes.  0: no time. */
	rt_time (*start_time)(void *ctx, rt_place place);
	/* Before an exit signal from its supervisor reaches a worker; kills are not asked about.  Refused:
	 * the worker does not notice it, whether it traps or not. */
	enum rt_verdict (*signal)(void *ctx, rt_id to, rt_atom reason);
	/* Before a message is handled by a worker. */
	void (*message)(void *ctx, rt_id to, const struct rt_msg *msg);
	/* Before a message sets out to a worker: when its sender's handler has returned, or from outside. */
	enum rt_verdict (*deliver)(void *ctx, struct rt_passage *passage);
	/* After a message was handled: virtual time that it takes on top of what the handler says. */
	rt_time (*burden)(void *ctx, rt_id worker, const struct rt_msg *msg);
	/* How far a worker's wall clock is ahead of the run's. */
	rt_time (*skew)(void *ctx, rt_id worker);
	/* In a handler, before it is given memory (`size` bytes) or a descriptor. */
	enum rt_verdict (*grant)(void *ctx, rt_id worker, enum rt_resource resource, size_t size);
	/* In the place of a worker's handler, called for by rt_inside(): it may crash as a handler may. */
	void (*inside)(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code);
	/* Before each restart, when the intensity allowed it: the seam for remedies. Only RT_GO so far. */
	enum rt_verdict (*restart)(void *ctx, rt_place child, rt_atom reason);
};

/* Copied; null takes them away. */
void rt_hooks_set(struct rt *rt, const struct rt_hooks *hooks);

/* Run the hook `inside` as a worker's next dispatch, before what waits in its mailbox. */
enum rt_status rt_inside(struct rt *rt, rt_id worker, uint64_t code) RT_MUST_CHECK;

/* Fail the nth allocation from now on (1 is the next), once; 0 fails none. */
void rt_fail_nth(struct rt *rt, uint64_t nth);
bool rt_fail_fired(const struct rt *rt);

#endif
