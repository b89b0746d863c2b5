/* behaviour_server.c - the plainest worker: counts its messages and answers each. */
#include "behaviour.h"

struct server {
	uint64_t answered;
};
_Static_assert(sizeof(struct server) <= RT_SERVER_STATE, "the state of a server has to fit");

/* An answer has this bit in its tag and is not answered in turn. */
#define ANSWER 0x80000000u

void rt_behaviour_server(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct server *server = state;

	if ((msg->tag & ANSWER) != 0)
		return;
	server->answered++;
	if (msg->from == RT_NOBODY || msg->from == rt_self_id(self))
		return;
	struct rt_msg answer = *msg;

	answer.from = rt_self_id(self);
	answer.tag |= ANSWER;
	/* Without memory the answer is lost, as on any network. */
	enum rt_status lost = rt_self_send(self, msg->from, &answer);

	(void)lost;
}
