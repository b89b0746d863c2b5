/* behaviour_consumer.c - takes items of a queue, one at a time, and acknowledges each with its answer. */
#include "behaviour.h"
#include "delivery.h"

enum { FROM, SERVICE_TIME };

/* How long it looks for its queue before it lets its supervisor know. */
#define ENLIST_TIMEOUT (5 * RT_SECOND)
#define ENLIST_BACKOFF (100 * RT_MS)
#define ENLIST_RETRIES 600

struct consumer {
	uint64_t seal;
	uint64_t twist; /* of the key */
	uint64_t consumed;
};

static void enlist(struct rt_self *self)
{
	struct rt_ask ask = {
		.service = rt_self_param_place(self, FROM),
		.operand = RT_DELIVERY_ENLIST,
		.timeout = ENLIST_TIMEOUT,
		.retries = ENLIST_RETRIES,
		.backoff = ENLIST_BACKOFF,
		.priority = RT_PRIORITY_NORMAL,
		.aside = true,
	};
	enum rt_status status = ask.service == 0 ? rt_self_after(self, ENLIST_BACKOFF, 0, NULL)
						 : rt_self_ask(self, &ask, NULL);

	if (status != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "enomem"));
}

/* Enlisted, and from now on it has to know when the queue is gone. */
static void enlisted(struct rt_self *self, const struct rt_msg *msg)
{
	if (msg->tag != RT_TAG_ANSWER + RT_SERVED)
		rt_self_exit(self, rt_self_atom(self, "noproc"));
	else if (rt_self_watch(self, msg->from) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "enomem"));
}

static void consume(struct rt_self *self, struct consumer *consumer, const struct rt_msg *msg)
{
	rt_self_work(self, rt_self_param(self, SERVICE_TIME));
	rt_self_answer(self, msg->word[0], RT_SERVED,
		       rt_work_answer(msg->word[1], RT_WORK_KEY ^ consumer->twist));
	consumer->consumed++;
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct consumer *consumer = state;

	if (!rt_is_sealed(consumer, sizeof(*consumer))) {
		rt_self_exit(self, rt_self_atom(self, "bad_state"));
		return;
	}
	if (msg->tag == RT_TAG_REQUEST)
		consume(self, consumer, msg);
	else if (rt_is_answer(msg))
		enlisted(self, msg);
	else if (msg->tag == RT_TAG_BEGIN || msg->tag == RT_TAG_DOWN || msg->tag == RT_TAG_TIMER)
		enlist(self);
	rt_seal(consumer, sizeof(*consumer));
}

static const struct rt_param params[] = {
	[FROM] = { .name = "from",
		   .help = "the queue that it takes items of",
		   .type = RT_PARAM_PATH,
		   .behaviour = "queue",
		   .mandatory = true },
	[SERVICE_TIME] = { .name = "service_time",
			   .help = "how long it works on one item",
			   .type = RT_PARAM_DURATION,
			   .max = RT_DURATION_MAX,
			   .fallback = RT_MS },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_consumer = {
	.name = "consumer",
	.help = "takes items of a queue one at a time, and acknowledges each",
	.state = sizeof(struct consumer),
	.begins = true,
	.handle = handle,
	.params = params,
};
