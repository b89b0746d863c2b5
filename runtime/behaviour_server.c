/* behaviour_server.c - the plain server, which lets it crash: what it cannot do right it does not do, and
 * with a spoilt state it does nothing more at all.  Its supervisor gives it a fresh one. */
#include "serving.h"

enum { FALLBACK = RT_SERVING_PARAMS };

static bool spoilt(struct rt_self *self, struct rt_serving *serving)
{
	(void)serving;
	rt_self_exit(self, rt_self_atom(self, "bad_state"));
	return false;
}

static void starved(struct rt_self *self, uint64_t request)
{
	(void)request;
	rt_self_exit(self, rt_self_atom(self, "enomem"));
}

static void late(struct rt_self *self, uint64_t request)
{
	rt_self_answer(self, request, RT_FAILED, 0);
}

static void abandoned(struct rt_self *self, uint64_t request, uint64_t own)
{
	if (rt_self_param(self, FALLBACK) != 0)
		rt_self_answer(self, request, RT_DEGRADED, own);
	else
		rt_self_answer(self, request, RT_FAILED, 0);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	static const struct rt_manners manners = {
		.spoilt = spoilt, .starved = starved, .late = late, .abandoned = abandoned
	};

	rt_serving_handle(self, state, msg, &manners);
}

static const struct rt_param params[] = {
	RT_SERVING_ROWS("refuse requests whose deadline, by its own clock, is past before it is done"),
	[FALLBACK] = { .name = "fallback",
		       .help = "when the dependency fails, answer without it: a degraded answer, not an "
			       "error",
		       .type = RT_PARAM_BOOL,
		       .max = 1 },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_server = {
	.name = "server",
	.help = "answers every message and every request, and lets it crash",
	.state = RT_SERVING_STATE,
	.handle = handle,
	.params = params,
};
