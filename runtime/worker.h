/* worker.h - what a worker's code may do while it handles a message.
 *
 * A handler runs to completion.  What it sends and what it asks to be woken for takes effect when it returns;
 * if it crashes, or is stopped, none of it ever happened.  It may die of anything a program can die of (a bad
 * pointer, abort(), endless recursion, an endless loop, too much memory): where the runtime is protected
 * (guard.h), that ends the worker and nothing else.  What protection within one process cannot promise is in
 * docs/containment.md: a handler must not be interrupted inside malloc() or other code that holds a lock, and
 * can scribble over its neighbours.  So a handler takes memory from rt_self_alloc() and keeps its state in
 * `state`.
 */
#ifndef RUNTIME_WORKER_H
#define RUNTIME_WORKER_H

#include "runtime.h"

/* The worker as its own handler sees it; good during one call of the handler. */
struct rt_self;

rt_id rt_self_id(const struct rt_self *self);
rt_time rt_self_now(const struct rt_self *self);

/* Queue a message when the handler returns.  Whether the receiver lives then is not told; the message is lost
 * if it does not.  RT_ENOMEM. */
enum rt_status rt_self_send(struct rt_self *self, rt_id to, const struct rt_msg *msg) RT_MUST_CHECK;

/* Memory of this worker's own, zeroed; what it still holds when it ends is taken back.  Counted in whole
 * blocks of the region against the worker's quota (struct rt_child.memory_max): asking for more ends the
 * worker with reason memory_quota.  Null when the region itself is full. */
void *rt_self_alloc(struct rt_self *self, size_t size);
void rt_self_free(struct rt_self *self, void *memory); /* null is allowed */

/* End now, with this reason.  Does not return where the runtime is protected; elsewhere it does, and the
 * worker ends when its handler returns. */
void rt_self_exit(struct rt_self *self, rt_atom reason);
/* Reasons are texts like any other. */
rt_atom rt_self_atom(struct rt_self *self, const char *text);

/* For the rest of this call of the handler: at most so much processor time instead of the usual budget. Means
 * nothing where the runtime is not protected. */
void rt_self_limit(struct rt_self *self, rt_time budget);

/* Uniform in [0, bound), bound >= 1; the same in every run with the same seed. */
uint64_t rt_self_random(struct rt_self *self, uint64_t bound);

#endif
