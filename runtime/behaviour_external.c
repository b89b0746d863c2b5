/* behaviour_external.c - a dependency outside of our hands, such as a database: so many connections, and
 * whoever comes when all are taken is turned away.  It can be made down, slow or wrong by faults. */
#include "behaviour.h"

enum { CONNECTIONS, SERVICE_TIME, JITTER };

/* Nothing looks after it: with a spoilt state it answers on, wrong. */
struct external {
	uint64_t twist; /* of the key */
	uint64_t taken; /* connections */
};

static void answer(struct rt_self *self, const struct external *external, uint64_t request, uint64_t question)
{
	rt_self_answer(self, request, RT_SERVED, rt_work_answer(question, RT_WORK_KEY ^ external->twist));
}

static void take(struct rt_self *self, struct external *external, const struct rt_msg *msg)
{
	rt_time delay = rt_self_param(self, SERVICE_TIME);
	rt_time jitter = rt_self_param(self, JITTER);

	if (jitter > 0)
		delay += (rt_time)rt_self_random(self, (uint64_t)jitter + 1);
	if (external->taken >= (uint64_t)rt_self_param(self, CONNECTIONS)) {
		rt_self_answer(self, msg->word[0], RT_FAILED, 0);
	} else if (delay == 0) {
		answer(self, external, msg->word[0], msg->word[1]);
	} else if (rt_self_after(self, delay, msg->word[0], NULL) != RT_OK) {
		rt_self_answer(self, msg->word[0], RT_FAILED, 0);
	} else {
		rt_self_keep(self, msg->word[0]);
		external->taken++;
	}
}

static void finish(struct rt_self *self, struct external *external, uint64_t request)
{
	struct rt_asked asked;

	if (external->taken > 0)
		external->taken--;
	if (rt_self_asked(self, request, &asked))
		answer(self, external, request, asked.question);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct external *external = state;

	/* A spoilt count would turn everybody away for ever, which is being down and not being wrong. */
	if (external->taken > (uint64_t)rt_self_param(self, CONNECTIONS))
		external->taken = 0;
	if (msg->tag == RT_TAG_REQUEST)
		take(self, external, msg);
	else if (msg->tag == RT_TAG_TIMER)
		finish(self, external, msg->word[1]);
}

static const struct rt_param params[] = {
	[CONNECTIONS] = { .name = "connections",
			  .help = "how many requests it has in hand at once; more are turned away",
			  .type = RT_PARAM_COUNT,
			  .min = 1,
			  .max = RT_MANY_MAX,
			  .fallback = 10 },
	[SERVICE_TIME] = { .name = "service_time",
			   .help = "how long an answer takes at least",
			   .type = RT_PARAM_DURATION,
			   .max = RT_DURATION_MAX,
			   .fallback = RT_MS },
	[JITTER] = { .name = "jitter",
		     .help = "how much longer it takes at most; how much, is chance",
		     .type = RT_PARAM_DURATION,
		     .max = RT_DURATION_MAX },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_external = {
	.name = "external",
	.help = "a dependency outside, such as a database, with a limited number of connections",
	.state = sizeof(struct external),
	.handle = handle,
	.params = params,
};
