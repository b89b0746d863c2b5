/* account.h - what a worker took by itself: blocks of memory, their sum, and the sums of the subtrees that it
 * is part of; and descriptors. */
#ifndef RUNTIME_ACCOUNT_H
#define RUNTIME_ACCOUNT_H

#include "actor.h"

struct rt_block {
	struct rt_block *next, *prev;
	size_t size; /* as asked for: this is what counts */
	uint64_t mark; /* whose it is; nobody's when it was given back */
};

struct rt_account {
	struct rt_block *first;
	size_t bytes;
	uint32_t descriptors;
};

enum rt_grant { RT_GRANTED, RT_OVER_QUOTA, RT_NOT_GRANTED };
/* Within its quotas, and if the seam lets it have it. */
enum rt_grant rt_account_take(struct rt *rt, uint32_t slot, size_t size, void **out);
/* Did this worker take that memory, and not give it back yet?  A handler may ask with any pointer, and it is
 * the handler's crash if that leads nowhere. */
bool rt_account_has(uint32_t slot, const void *memory);
void rt_account_give(struct rt *rt, struct rt_actor *actor, void *memory);
/* A descriptor more, likewise; one less, if it has any. */
enum rt_grant rt_account_open(struct rt *rt, uint32_t slot);
void rt_account_shut(struct rt_actor *actor);
/* The count alone, of memory that is elsewhere; what is given back has been charged. */
enum rt_grant rt_account_charge(struct rt *rt, uint32_t slot, size_t size);
void rt_account_discharge(struct rt *rt, struct rt_actor *actor, size_t size);
/* It asked in vain; whatever it does from now on in this call has that as its cause. */
void rt_account_tell_refused(struct rt *rt, uint32_t slot, rt_atom what);
/* The system had no descriptor for it; the seam is asked all the same, for it may know why. */
void rt_account_tell_exhausted(struct rt *rt, uint32_t slot);
/* It died, and had something of its own (own.h): everything goes back. */
void rt_account_close(struct rt *rt, struct rt_actor *actor);
/* A supervisor died: what is below it no longer counts above it. */
void rt_account_cut(struct rt *rt, const struct rt_actor *supervisor);

#endif
