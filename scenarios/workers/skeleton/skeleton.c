/* skeleton.c - a worker that answers so many requests in a second and refuses the rest.
 *
 * It has a parameter, a state, requests and a timer: put your own work in their place.  What a handler may do
 * is in runtime/worker.h.
 */
#include "runtime/worker.h"

/* The rows of `params` below, by number. */
enum { PER_SECOND };

/* Zero at each start: a worker that was restarted knows nothing any more.  Whatever it has to remember from
 * one message to the next is in here, not in variables of the file, which all workers of this kind would
 * share and no restart would clean. */
struct skeleton_state {
	uint64_t answered; /* in this second */
};

/* A request is owed an answer: one that is neither answered nor kept counts as swallowed. */
static void answer(struct rt_self *self, struct skeleton_state *state, uint64_t request, uint64_t question)
{
	if (state->answered >= (uint64_t)rt_self_param(self, PER_SECOND)) {
		rt_self_answer(self, request, RT_FAILED, 0);
		return;
	}
	/* The first one opens a second, and the timer ends it.  A worker has no better plan for a call that
	 * fails than to end: its supervisor has one. */
	if (state->answered == 0 && rt_self_after(self, RT_SECOND, 0, NULL) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "no_timer"));
	state->answered++;
	/* The work takes a millisecond of virtual time, and gives what `source` takes for right. */
	rt_self_work(self, RT_MS);
	rt_self_answer(self, request, RT_SERVED, rt_work_answer(question, RT_WORK_KEY));
}

/* One message at a time, from beginning to end.  What is sent, asked and answered here goes out when it
 * returns; if it crashes, none of it ever happened. */
static void handle(struct rt_self *self, void *memory, const struct rt_msg *msg)
{
	struct skeleton_state *state = memory;

	switch (msg->tag) {
	case RT_TAG_REQUEST:
		answer(self, state, msg->word[0], msg->word[1]);
		break;
	case RT_TAG_TIMER:
		state->answered = 0;
		break;
	default: /* from strangers: not for us */
		break;
	}
}

/* What a scenario may say beside `behaviour: skeleton`; values are checked by this table. */
static const struct rt_param params[] = {
	[PER_SECOND] = {
		.name = "per_second",
		.help = "requests that it answers in a second",
		.type = RT_PARAM_COUNT,
		.min = 1,
		.max = 1000,
		.fallback = 100,
	},
	{ .name = NULL },
};

static const struct rt_behaviour behaviour = {
	.name = "skeleton",
	.help = "answers so many requests in a second, and refuses the rest",
	.state = sizeof(struct skeleton_state),
	.handle = handle,
	.params = params,
};

/* A plugin may have several behaviours. */
static const struct rt_behaviour *const behaviours[] = { &behaviour, NULL };

const struct rt_plugin treefall_plugin = { .version = RT_PLUGIN_VERSION, .behaviours = behaviours };
