/* post.h - how messages get from one worker to another: out of the outbox of a handler that returned, past
 * the seam `deliver`, perhaps later or more than once, into a mailbox. */
#ifndef RUNTIME_POST_H
#define RUNTIME_POST_H

#include "hooks.h"
#include "mailbox.h"

/* --- the outbox of the handler that runs; into it: core.h
 * --------------------------------------------------------------- */

/* Everything that `slot` sent goes out; nothing of it was ever sent, and it is about to end. */
void rt_post_all(struct rt *rt, uint32_t slot, uint32_t outbox);
void rt_post_discard(struct rt *rt, uint32_t slot, uint32_t outbox);

/* --- one message --------------------------------------------------------------------------------------- */

/* Ask the seam about this message from passage->from to passage->to, who lives, and tell what it says.  What
 * is done next is because of that. */
enum rt_verdict rt_post_pass(struct rt *rt, struct rt_passage *passage, uint32_t mail);
/* It sets out as the passage says. */
void rt_post_send(struct rt *rt, uint32_t mail, const struct rt_passage *passage);
/* A message that was under way is there. */
void rt_post_arrive(struct rt *rt, uint32_t timer);
/* Into the mailbox. */
void rt_post_push(struct rt *rt, uint32_t mail, uint32_t slot);

#endif
