/* serving.h - what `server` and `defensive` have in common: taking requests, working on them, asking a
 * dependency, answering.  They differ only in what they do when something is not as it should be, which is
 * what struct rt_manners is for.
 *
 * With one request at a time and nothing to wait for, the work is done in one go, and all messages wait for
 * it.  Otherwise a request is kept in hand while a timer runs or a dependency is asked; as many as
 * `concurrency` says, further ones wait in the mailbox.
 */
#ifndef RUNTIME_SERVING_H
#define RUNTIME_SERVING_H

#include "behaviour.h"

enum rt_serving_param {
	RT_SERVING_SERVICE_TIME,
	RT_SERVING_CONCURRENCY,
	RT_SERVING_CALLS,
	RT_SERVING_TIMEOUT,
	RT_SERVING_RETRIES,
	RT_SERVING_BACKOFF,
	RT_SERVING_KEEPS,
	RT_SERVING_DEADLINES,
	RT_SERVING_PARAMS
};

/* Their rows; what a defensive worker does about deadlines is not what a server does. */
#define RT_SERVING_ROWS(deadlines_help)                                                                      \
	[RT_SERVING_SERVICE_TIME] = { .name = "service_time",                                                \
				      .help = "how long it works on one message",                            \
				      .type = RT_PARAM_DURATION,                                             \
				      .max = RT_DURATION_MAX },                                              \
	[RT_SERVING_CONCURRENCY] = { .name = "concurrency",                                                  \
				     .help = "how many requests it has in hand at once; the others wait in " \
					     "its mailbox",                                                  \
				     .type = RT_PARAM_COUNT,                                                 \
				     .min = 1,                                                               \
				     .max = RT_MANY_MAX,                                                     \
				     .fallback = 1 },                                                        \
	[RT_SERVING_CALLS] = { .name = "calls",                                                              \
			       .help = "a dependency that it asks before it answers",                        \
			       .type = RT_PARAM_PATH },                                                      \
	[RT_SERVING_TIMEOUT] = { .name = "timeout",                                                          \
				 .help = "how long it waits for the dependency, each time; 0s: for ever",    \
				 .type = RT_PARAM_DURATION,                                                  \
				 .max = RT_DURATION_MAX,                                                     \
				 .fallback = RT_SECOND },                                                    \
	[RT_SERVING_RETRIES] = { .name = "retries",                                                          \
				 .help = "how many times more it asks the dependency when that failed",      \
				 .type = RT_PARAM_COUNT,                                                     \
				 .max = RT_MANY_MAX },                                                       \
	[RT_SERVING_BACKOFF] = { .name = "backoff",                                                          \
				 .help = "pause before it asks again when it was refused at once",           \
				 .type = RT_PARAM_DURATION,                                                  \
				 .max = RT_DURATION_MAX,                                                     \
				 .fallback = 100 * RT_MS },                                                  \
	[RT_SERVING_KEEPS] = { .name = "keeps",                                                              \
			       .help = "memory that it takes for each request until it has answered",        \
			       .type = RT_PARAM_SIZE,                                                        \
			       .max = INT64_C(1) << 40 },                                                    \
	[RT_SERVING_DEADLINES] = { .name = "deadlines", .help = (deadlines_help), .type = RT_PARAM_BOOL,     \
				   .max = 1 }

#define RT_SERVING_STATE 64
struct rt_serving {
	uint64_t seal;
	uint64_t twist;   /* of the key */
	uint64_t in_hand; /* requests that are waited with */
	struct rt_held *held; /* memory for requests in hand */
};
_Static_assert(sizeof(struct rt_serving) <= RT_SERVING_STATE, "the state has room for it");

/* What to do when something is not as it should be.  Each may end the worker, and then the rest of the call
 * does not count. */
struct rt_manners {
	/* The state is not as it was left.  True: go on with it. */
	bool (*spoilt)(struct rt_self *self, struct rt_serving *serving);
	/* There is no memory for this request. */
	void (*starved)(struct rt_self *self, uint64_t request);
	/* Who asked does not wait any longer. */
	void (*late)(struct rt_self *self, uint64_t request);
	/* The dependency has failed; `own` is what it has to say without it. */
	void (*abandoned)(struct rt_self *self, uint64_t request, uint64_t own);
};

void rt_serving_handle(struct rt_self *self, struct rt_serving *serving, const struct rt_msg *msg,
		       const struct rt_manners *manners);

#endif
