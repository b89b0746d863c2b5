/* serving.c - a request's way through a serving worker: taken, worked on, asked on, answered. */
#include "serving.h"

/* An answer to a plain message has this bit in its tag and is not answered in turn. */
#define ANSWER 0x80000000u

/* Memory that is kept for a request, in a list; so many bytes at least. */
struct rt_held {
	struct rt_held *next;
	uint64_t request;
};

static bool hold(struct rt_self *self, struct rt_serving *serving, uint64_t request)
{
	size_t size = (size_t)rt_self_param(self, RT_SERVING_KEEPS);

	if (size == 0)
		return true;
	struct rt_held *held = rt_self_alloc(self, size < sizeof(*held) ? sizeof(*held) : size);

	if (held == NULL)
		return false;
	held->request = request;
	held->next = serving->held;
	serving->held = held;
	return true;
}

static void let_go(struct rt_self *self, struct rt_serving *serving, uint64_t request)
{
	for (struct rt_held **at = &serving->held; *at != NULL; at = &(*at)->next) {
		struct rt_held *held = *at;

		if (held->request == request) {
			*at = held->next;
			rt_self_free(self, held);
			return;
		}
	}
}

static uint64_t answer_of(const struct rt_serving *serving, uint64_t question)
{
	return rt_work_answer(question, RT_WORK_KEY ^ serving->twist);
}

/* The request is out of its hands, however it ended. */
static void finish(struct rt_self *self, struct rt_serving *serving, uint64_t request)
{
	let_go(self, serving, request);
	if (serving->in_hand > 0)
		serving->in_hand--;
	rt_self_intake(self, true);
}

static void call_failed(struct rt_self *self, struct rt_serving *serving, uint64_t request, uint64_t question,
			const struct rt_manners *manners)
{
	manners->abandoned(self, request, answer_of(serving, question));
	finish(self, serving, request);
}

/* Every call takes a descriptor, and gives it back when its answer is there. */
static void call(struct rt_self *self, struct rt_serving *serving, uint64_t request, uint64_t question,
		 const struct rt_manners *manners)
{
	struct rt_ask ask = {
		.service = rt_self_param_place(self, RT_SERVING_CALLS),
		.question = question,
		.behalf = request,
		.expected = rt_work_answer(question, RT_WORK_KEY),
		.judged = true,
		.timeout = rt_self_param(self, RT_SERVING_TIMEOUT),
		.retries = (uint32_t)rt_self_param(self, RT_SERVING_RETRIES),
		.backoff = rt_self_param(self, RT_SERVING_BACKOFF),
		.priority = RT_PRIORITY_NORMAL,
	};

	if (ask.service == 0 || !rt_self_open(self)) {
		call_failed(self, serving, request, question, manners);
	} else if (rt_self_ask(self, &ask, NULL) != RT_OK) {
		rt_self_close(self);
		call_failed(self, serving, request, question, manners);
	}
}

/* The work is done; what is left is the dependency, if it has one. */
static void worked(struct rt_self *self, struct rt_serving *serving, uint64_t request,
		   const struct rt_manners *manners)
{
	struct rt_asked asked;

	if (!rt_self_asked(self, request, &asked)) {
		finish(self, serving, request);
	} else if (rt_self_param(self, RT_SERVING_CALLS) != 0) {
		call(self, serving, request, asked.question, manners);
	} else {
		rt_self_answer(self, request, RT_SERVED, answer_of(serving, asked.question));
		finish(self, serving, request);
	}
}

static void called(struct rt_self *self, struct rt_serving *serving, const struct rt_msg *msg,
		   const struct rt_manners *manners)
{
	enum rt_outcome how = (enum rt_outcome)(msg->tag - RT_TAG_ANSWER);
	uint64_t request = msg->word[1];
	struct rt_asked asked;

	rt_self_close(self);
	if (!rt_self_asked(self, request, &asked)) {
		finish(self, serving, request);
	} else if (how == RT_SERVED || how == RT_DEGRADED) {
		uint64_t own = answer_of(serving, asked.question);

		rt_self_answer(self, request, how, rt_work_joined(asked.question, own, msg->word[2]));
		finish(self, serving, request);
	} else {
		call_failed(self, serving, request, asked.question, manners);
	}
}

/* Whether it has something to wait with a request for. */
static bool waits(const struct rt_self *self)
{
	return rt_self_param(self, RT_SERVING_CONCURRENCY) > 1 ||
	       rt_self_param(self, RT_SERVING_CALLS) != 0 || rt_self_param(self, RT_SERVING_KEEPS) != 0;
}

static void keep(struct rt_self *self, struct rt_serving *serving, uint64_t request,
		 const struct rt_manners *manners)
{
	rt_time service_time = rt_self_param(self, RT_SERVING_SERVICE_TIME);

	if (!hold(self, serving, request)) {
		manners->starved(self, request);
		return;
	}
	if (service_time > 0 && rt_self_after(self, service_time, request, NULL) != RT_OK) {
		let_go(self, serving, request);
		manners->starved(self, request);
		return;
	}
	rt_self_keep(self, request);
	if (++serving->in_hand >= (uint64_t)rt_self_param(self, RT_SERVING_CONCURRENCY))
		rt_self_intake(self, false);
	if (service_time == 0)
		worked(self, serving, request, manners);
}

/* Nobody waits for it any more, or will when the work is done.  To look only whether its time is over now is
 * no help under overload: all that is taken then is nearly too late, and too late after the work. */
static bool is_late(struct rt_self *self, uint64_t request)
{
	struct rt_asked asked;

	return !rt_self_asked(self, request, &asked) ||
	       rt_self_wall(self) >= asked.deadline - rt_self_param(self, RT_SERVING_SERVICE_TIME);
}

static void take(struct rt_self *self, struct rt_serving *serving, const struct rt_msg *msg,
		 const struct rt_manners *manners)
{
	uint64_t request = msg->word[0];

	if (rt_self_param(self, RT_SERVING_DEADLINES) != 0 && is_late(self, request)) {
		manners->late(self, request);
		return;
	}
	if (waits(self)) {
		keep(self, serving, request, manners);
		return;
	}
	rt_self_work(self, rt_self_param(self, RT_SERVING_SERVICE_TIME));
	rt_self_answer(self, request, RT_SERVED, answer_of(serving, msg->word[1]));
}

static void answer_plain(struct rt_self *self, const struct rt_msg *msg)
{
	rt_time service_time = rt_self_param(self, RT_SERVING_SERVICE_TIME);

	if (service_time > 0)
		rt_self_work(self, service_time);
	if (msg->from == RT_NOBODY || msg->from == rt_self_id(self))
		return;
	struct rt_msg answer = *msg;

	answer.from = rt_self_id(self);
	answer.tag |= ANSWER;
	/* Without memory the answer is lost, as on any network. */
	enum rt_status lost = rt_self_send(self, msg->from, &answer);

	(void)lost;
}

/* Requests, and what they lead to; apart, so that the way of a plain message stays short. */
static __attribute__((noinline)) void serve(struct rt_self *self, struct rt_serving *serving,
					    const struct rt_msg *msg, const struct rt_manners *manners)
{
	if (msg->tag == RT_TAG_REQUEST)
		take(self, serving, msg, manners);
	else if (msg->tag == RT_TAG_TIMER)
		worked(self, serving, msg->word[1], manners);
	else if (rt_is_answer(msg))
		called(self, serving, msg, manners);
	rt_seal(serving, sizeof(*serving));
}

void rt_serving_handle(struct rt_self *self, struct rt_serving *serving, const struct rt_msg *msg,
		       const struct rt_manners *manners)
{
	if ((msg->tag & ANSWER) != 0)
		return;
	if (!rt_is_sealed(serving, sizeof(*serving)) && !manners->spoilt(self, serving))
		return;
	if (msg->tag < RT_TAG_OWN)
		answer_plain(self, msg); /* which leaves no trace in the state */
	else
		serve(self, serving, msg, manners);
}
