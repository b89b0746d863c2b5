/* own.h - what only some workers have, beside what everybody has: memory of their own, timers, requests in
 * hand.  It is made when the first of these is needed, so a worker that does nothing special stays small.
 */
#ifndef RUNTIME_OWN_H
#define RUNTIME_OWN_H

#include "account.h"

struct rt_own {
	struct rt_account account;
	uint32_t alarms;          /* timers that it set: a chain */
	uint32_t in_hand;         /* requests that it took up and did not answer: a chain of their messages */
	uint32_t asked;           /* requests that it made and waits for: a chain in the ledger */
	uint32_t outbox;          /* what it sends when its work is done: a chain of messages, */
	uint32_t work;            /* and the timer of that */
	struct rt_mailbox aside; /* requests that wait until it wants some again */
};

/* Null without memory. */
struct rt_own *rt_own_of(struct rt *rt, struct rt_actor *actor);
/* Requests that wait beside the mailbox. */
static inline uint32_t rt_own_aside(const struct rt_actor *actor)
{
	return actor->own == NULL ? 0 : actor->own->aside.count;
}
/* Bytes of memory that it took. */
static inline size_t rt_own_bytes(const struct rt_actor *actor)
{
	return actor->own == NULL ? 0 : actor->own->account.bytes;
}
/* It died and has this: nothing of it is left. */
void rt_own_close(struct rt *rt, uint32_t slot);

#endif
