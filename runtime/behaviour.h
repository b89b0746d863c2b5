/* behaviour.h - what a worker does with its messages: a row of the list below and a file of its own. */
#ifndef RUNTIME_BEHAVIOUR_H
#define RUNTIME_BEHAVIOUR_H

#include "worker.h"

/* Bytes of state; they are zero at each start, for a restarted worker is a fresh one. */
#define RT_SERVER_STATE 64

/* C name, word in scenarios, bytes of state, what it does. */
#define RT_BEHAVIOUR_LIST(X) X(server, "server", RT_SERVER_STATE, "answers every message")

/* One message, run to completion. */
typedef void rt_behaviour_handle(struct rt_self *self, void *state, const struct rt_msg *msg);
#define X(name, word, size, help) rt_behaviour_handle rt_behaviour_##name;
RT_BEHAVIOUR_LIST(X)
#undef X

size_t rt_behaviour_state(uint8_t index); /* bytes of state */
/* False: no such worker. */
bool rt_behaviour_find(const char *name, uint8_t *index);
const char *rt_behaviour_word(uint8_t index);

#endif
