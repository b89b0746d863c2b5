/* isolated.h - a call of an isolated handler, as the runtime's side sees it.  Private to runtime/. */
#ifndef RUNTIME_ISOLATED_H
#define RUNTIME_ISOLATED_H

#include "core.h"
#include "dispatch.h"

struct rt_isolated {
	struct rt_self *self;
	const struct rt_msg *msg; /* null: the hook `inside` */
	uint64_t code;
	/* How it ended, and if it did not return, why. */
	bool over;
	struct rt_wreck wreck;
	rt_atom reason;
};

/* Is this worker one of those? */
static inline bool rt_isolated_is(const struct rt *rt, uint32_t slot)
{
	return rt->isolator.call != NULL &&
	       rt_policy_at(&rt->policies, rt_actor_at(rt, slot)->policy)->isolation == RT_ISOLATION_PROCESS;
}
/* The whole call: hand over, take back, give the event. */
void rt_isolated_call(struct rt_isolated *call);

/* For isolators.  Do this deed, and write it down; it may be the call's last.  False: no handler could ask
 * that. */
bool rt_isolated_do(struct rt_isolated *call, const struct rt_deed *deed, uint64_t answer[RT_DEED_ANSWERS]);
/* It ended without a word. */
void rt_isolated_died(struct rt_isolated *call, const char *reason);

/* A handler that does more than this in one call is a runaway. */
#define RT_DEEDS_MAX 100000

#endif
