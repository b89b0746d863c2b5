/* hand.h - the requests that a worker has taken up and not answered: each is in its hand by the message that
 * brought it (see struct rt_mail), once.
 */
#ifndef RUNTIME_HAND_H
#define RUNTIME_HAND_H

#include "ledger.h"

/* A worker takes up the message of a request.  What it has in hand then is the return value; *before: it had
 * the request in hand already.  0: there was no memory for that, and the message is lost. */
uint32_t rt_hand_take(struct rt *rt, uint32_t slot, uint32_t mail, bool *before);
/* What it has in hand of this request; 0: nothing. */
uint32_t rt_hand_find(const struct rt *rt, uint32_t slot, uint64_t id);
/* Out of its hand into its outbox: an answer, or that nothing came of it. */
void rt_hand_answer(struct rt *rt, uint32_t slot, uint32_t mail, enum rt_outcome how, uint64_t value);
void rt_hand_swallow(struct rt *rt, uint32_t slot, uint32_t mail);
/* Back into its hand, for it died before that went out. */
void rt_hand_put_back(struct rt *rt, uint32_t slot, uint32_t mail);
/* Out of everybody's hand: nobody has it to answer any more. */
void rt_hand_take_away(struct rt *rt, uint32_t entry);
/* It died with all that it had in hand. */
void rt_hand_let_fall(struct rt *rt, uint32_t slot);

#endif
