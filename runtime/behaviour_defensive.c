/* behaviour_defensive.c - the server of those who catch every error and carry on.  It never crashes: it
 * swallows, guesses, and answers on from a state that nobody looks at. */
#include "serving.h"

/* What it makes up where it does not know the answer. */
#define GUESS 0

/* It carries on with what is there.  A pointer and a count out of a spoilt state would be a crash or a stall
 * of their own, so it forgets them, memory included. */
static bool spoilt(struct rt_self *self, struct rt_serving *serving)
{
	(void)self;
	serving->held = NULL;
	serving->in_hand = 0;
	return true;
}

static void starved(struct rt_self *self, uint64_t request)
{
	(void)self, (void)request;
}

static void late(struct rt_self *self, uint64_t request)
{
	(void)self, (void)request;
}

static void abandoned(struct rt_self *self, uint64_t request, uint64_t own)
{
	(void)own;
	rt_self_answer(self, request, RT_SERVED, GUESS);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	static const struct rt_manners manners = {
		.spoilt = spoilt, .starved = starved, .late = late, .abandoned = abandoned
	};

	rt_serving_handle(self, state, msg, &manners);
}

static const struct rt_param params[] = {
	RT_SERVING_ROWS(
		"drop, without a word, requests whose deadline, by its own clock, is past before it is done"),
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_defensive = {
	.name = "defensive",
	.help = "a server that catches its own errors and carries on",
	.state = RT_SERVING_STATE,
	.handle = handle,
	.params = params,
};
