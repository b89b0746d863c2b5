/* behaviour_server.c - the plainest worker: counts its messages and answers each, and lets it crash when it
 * finds its state spoilt. */
#include "behaviour.h"

#define RT_SERVER_STATE 64
struct server {
	uint64_t answered;
	uint64_t check; /* of the count: who finds it wrong does not go on */
};

/* An answer has this bit in its tag and is not answered in turn. */
#define ANSWER 0x80000000u

static uint64_t check_of(const struct server *server)
{
	return server->answered * 0x9e3779b97f4a7c15u;
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct server *server = state;

	if ((msg->tag & ANSWER) != 0)
		return;
	if (server->check != check_of(server))
		rt_self_exit(self, rt_self_atom(self, "bad_state"));
	server->answered++;
	server->check = check_of(server);
	if (msg->from == RT_NOBODY || msg->from == rt_self_id(self))
		return;
	struct rt_msg answer = *msg;

	answer.from = rt_self_id(self);
	answer.tag |= ANSWER;
	/* Without memory the answer is lost, as on any network. */
	enum rt_status lost = rt_self_send(self, msg->from, &answer);

	(void)lost;
}

const struct rt_behaviour rt_behaviour_server = {
	.name = "server",
	.help = "answers every message",
	.state = RT_SERVER_STATE,
	.handle = handle,
};
