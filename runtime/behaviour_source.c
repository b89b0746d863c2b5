/* behaviour_source.c - load: somebody outside who asks, at a given rate, questions whose answers are known.
 *
 * It asks whether or not it was answered (an open model), so a slow service is not spared; and the same
 * questions at the same times whatever the answers are, so that two services can be compared under one load.
 */
#include "behaviour.h"
#include "exponential.h"

enum { TO, RATE, LOAD, BURST, COUNT, TIMEOUT, RETRIES, BACKOFF, PRIORITY };

enum load { CONSTANT, POISSON, BURSTS };
static const char *const loads[] = { "constant", "poisson", "bursts", NULL };

static const char *const priorities[] = {
#define X(name, word) [name] = word,
	RT_PRIORITY_LIST(X)
#undef X
	NULL
};

struct source {
	uint64_t seal;
	uint64_t asked;
	rt_time began;
	uint64_t chance, drawn; /* its own stream: what is drawn otherwise depends on the answers */
};

static uint64_t draw(struct source *source)
{
	return rt_work_answer(source->drawn++, source->chance);
}

/* When the n-th is due: counted from the beginning, so that no rounding adds up. */
static rt_time due(const struct source *source, uint64_t n, uint64_t rate)
{
	return source->began + (rt_time)(n / rate) * RT_SECOND +
	       (rt_time)(n % rate * (uint64_t)RT_SECOND / rate);
}

/* How many it asks at a time, the last of a limited number included. */
static uint64_t batch_of(const struct rt_self *self, const struct source *source)
{
	uint64_t count = (uint64_t)rt_self_param(self, COUNT);
	uint64_t batch = rt_self_param(self, LOAD) == BURSTS ? (uint64_t)rt_self_param(self, BURST) : 1;

	return count != 0 && batch > count - source->asked ? count - source->asked : batch;
}

static void wait_for_next(struct rt_self *self, struct source *source)
{
	uint64_t rate = (uint64_t)rt_self_param(self, RATE);
	uint64_t batch = batch_of(self, source);
	rt_time delay;

	if (batch == 0)
		return;
	if (rt_self_param(self, LOAD) == POISSON)
		delay = rt_exponential_gap((uint32_t)draw(source), (uint32_t)rate);
	else
		delay = due(source, source->asked + batch, rate) - rt_self_now(self);
	if (rt_self_after(self, delay < 0 ? 0 : delay, 0, NULL) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "enomem"));
}

/* Nobody was ever there: then there is nobody to ask. */
static void ask(struct rt_self *self, struct source *source)
{
	uint64_t question = draw(source);
	struct rt_ask ask = {
		.service = rt_self_param_place(self, TO),
		.question = question,
		.expected = rt_work_answer(question, RT_WORK_KEY),
		.judged = true,
		.timeout = rt_self_param(self, TIMEOUT),
		.retries = (uint32_t)rt_self_param(self, RETRIES),
		.backoff = rt_self_param(self, BACKOFF),
		.priority = (uint8_t)rt_self_param(self, PRIORITY),
	};

	if (ask.service != 0 && rt_self_ask(self, &ask, NULL) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "enomem"));
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct source *source = state;

	if (!rt_is_sealed(source, sizeof(*source))) {
		rt_self_exit(self, rt_self_atom(self, "bad_state"));
		return;
	}
	if (msg->tag == RT_TAG_BEGIN) {
		source->began = rt_self_now(self);
		source->chance = rt_self_random(self, UINT64_MAX);
	} else if (msg->tag == RT_TAG_TIMER) {
		for (uint64_t batch = batch_of(self, source); batch > 0; batch--) {
			ask(self, source);
			source->asked++;
		}
	} else {
		return;
	}
	wait_for_next(self, source);
	rt_seal(source, sizeof(*source));
}

static const struct rt_param params[] = {
	[TO] = { .name = "to", .help = "whom it asks", .type = RT_PARAM_PATH, .mandatory = true },
	[RATE] = { .name = "rate",
		   .help = "requests in a second, on average",
		   .type = RT_PARAM_COUNT,
		   .min = 1,
		   .max = 1000000,
		   .fallback = 10 },
	[LOAD] = { .name = "load",
		   .help = "when they come: evenly, by chance (as from many people), or many at once",
		   .type = RT_PARAM_WORD,
		   .words = loads,
		   .fallback = CONSTANT },
	[BURST] = { .name = "burst",
		    .help = "with bursts: how many at once; the pauses between make up for it",
		    .type = RT_PARAM_COUNT,
		    .min = 1,
		    .max = RT_MANY_MAX,
		    .fallback = 10 },
	[COUNT] = { .name = "count",
		    .help = "after how many it stops; 0: never",
		    .type = RT_PARAM_COUNT,
		    .max = INT64_MAX },
	[TIMEOUT] = { .name = "timeout",
		      .help = "how long it waits for an answer, each time; 0s: for ever",
		      .type = RT_PARAM_DURATION,
		      .max = RT_DURATION_MAX,
		      .fallback = RT_SECOND },
	[RETRIES] = { .name = "retries",
		      .help = "how many times more it asks when there was no good answer",
		      .type = RT_PARAM_COUNT,
		      .max = RT_MANY_MAX },
	[BACKOFF] = { .name = "backoff",
		      .help = "pause before it asks again when it was refused at once",
		      .type = RT_PARAM_DURATION,
		      .max = RT_DURATION_MAX,
		      .fallback = 100 * RT_MS },
	[PRIORITY] = { .name = "priority",
		       .help = "how urgent its requests are; a queue hands out the high ones first",
		       .type = RT_PARAM_WORD,
		       .words = priorities,
		       .fallback = RT_PRIORITY_NORMAL },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_source = {
	.name = "source",
	.help = "load: asks a service at a given rate, and knows the right answers",
	.state = sizeof(struct source),
	.begins = true,
	.endless = true,
	.ended_by = "count",
	.handle = handle,
	.params = params,
};
