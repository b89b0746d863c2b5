/* reply.h - giving an answer as an event. */
#ifndef RUNTIME_REPLY_H
#define RUNTIME_REPLY_H

#include "observe.h"

void rt_reply_give(struct rt *rt, const struct rt_reply *reply);
/* Of the root's start. */
void rt_reply_start(struct rt *rt, rt_place place, enum rt_answer answer, rt_id pid, rt_atom reason);

#endif
