/* behaviour_stage.c - one stage of a stream: works on an item, passes it on, and acknowledges it when the
 * stages after it have.  Its count and sum over the items are a state that only a chain of right ones has
 * made, so it lets it crash when they do not add up. */
#include "behaviour.h"

enum { TO, SERVICE_TIME, TIMEOUT, RETRIES, BACKOFF, CAPACITY };

struct stage {
	uint64_t seal;
	uint64_t twist;      /* of the key */
	uint64_t count, sum; /* of the items that are through */
	uint64_t in_hand;    /* passed on, not acknowledged yet */
};

static void acknowledge(struct rt_self *self, struct stage *stage, uint64_t item, uint64_t question,
			enum rt_outcome how, uint64_t value)
{
	stage->count++;
	stage->sum += question;
	rt_self_answer(self, item, how, value);
}

static uint64_t answer_of(const struct stage *stage, uint64_t question)
{
	return rt_work_answer(question, RT_WORK_KEY ^ stage->twist);
}

static void pass_on(struct rt_self *self, struct stage *stage, const struct rt_msg *msg)
{
	struct rt_asked asked = { .priority = RT_PRIORITY_NORMAL };
	bool there = rt_self_asked(self, msg->word[0], &asked);
	struct rt_ask ask = {
		.service = rt_self_param_place(self, TO),
		.question = msg->word[1],
		.operand = msg->word[2],
		.behalf = msg->word[0],
		.expected = rt_work_answer(msg->word[1], RT_WORK_KEY),
		.judged = true,
		.timeout = rt_self_param(self, TIMEOUT),
		.retries = (uint32_t)rt_self_param(self, RETRIES),
		.backoff = rt_self_param(self, BACKOFF),
		.priority = asked.priority,
	};

	if (!there)
		return;
	if (ask.service == 0 || rt_self_ask(self, &ask, NULL) != RT_OK) {
		rt_self_answer(self, msg->word[0], RT_FAILED, 0);
		return;
	}
	rt_self_keep(self, msg->word[0]);
	if (++stage->in_hand >= (uint64_t)rt_self_param(self, CAPACITY))
		rt_self_intake(self, false);
}

static void take(struct rt_self *self, struct stage *stage, const struct rt_msg *msg)
{
	rt_self_work(self, rt_self_param(self, SERVICE_TIME));
	if (rt_self_param(self, TO) != 0)
		pass_on(self, stage, msg);
	else
		acknowledge(self, stage, msg->word[0], msg->word[1], RT_SERVED,
			    answer_of(stage, msg->word[1]));
}

/* How the stages after this one ended the item. */
static void passed(struct rt_self *self, struct stage *stage, const struct rt_msg *msg)
{
	enum rt_outcome how = (enum rt_outcome)(msg->tag - RT_TAG_ANSWER);
	uint64_t item = msg->word[1];
	struct rt_asked asked;

	stage->in_hand--;
	rt_self_intake(self, true);
	if (!rt_self_asked(self, item, &asked))
		return;
	if (how == RT_SERVED || how == RT_DEGRADED)
		acknowledge(self, stage, item, asked.question, how,
			    rt_work_joined(asked.question, answer_of(stage, asked.question), msg->word[2]));
	else
		rt_self_answer(self, item, RT_FAILED, 0);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct stage *stage = state;

	if (!rt_is_sealed(stage, sizeof(*stage))) {
		rt_self_exit(self, rt_self_atom(self, "bad_state"));
		return;
	}
	if (msg->tag == RT_TAG_REQUEST)
		take(self, stage, msg);
	else if (rt_is_answer(msg))
		passed(self, stage, msg);
	rt_seal(stage, sizeof(*stage));
}

static const struct rt_param params[] = {
	[TO] = { .name = "to",
		 .help = "the next stage; without it this is the last one",
		 .type = RT_PARAM_PATH },
	[SERVICE_TIME] = { .name = "service_time",
			   .help = "how long it works on one item",
			   .type = RT_PARAM_DURATION,
			   .max = RT_DURATION_MAX },
	[TIMEOUT] = { .name = "timeout",
		      .help = "how long it waits for the next stage, each time; 0s: for ever",
		      .type = RT_PARAM_DURATION,
		      .max = RT_DURATION_MAX,
		      .fallback = RT_SECOND },
	[RETRIES] = { .name = "retries",
		      .help = "how many times more it passes an item on when that failed",
		      .type = RT_PARAM_COUNT,
		      .max = RT_MANY_MAX },
	[BACKOFF] = { .name = "backoff",
		      .help = "pause before it passes an item on again when it was refused at once",
		      .type = RT_PARAM_DURATION,
		      .max = RT_DURATION_MAX,
		      .fallback = 100 * RT_MS },
	[CAPACITY] = { .name = "capacity",
		       .help = "how many items it has passed on and not acknowledged; further ones wait in "
			       "its mailbox",
		       .type = RT_PARAM_COUNT,
		       .min = 1,
		       .max = RT_MANY_MAX,
		       .fallback = 16 },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_stage = {
	.name = "stage",
	.help = "one stage of a stream: passes items on, acknowledges those that came through",
	.state = sizeof(struct stage),
	.handle = handle,
	.params = params,
};
