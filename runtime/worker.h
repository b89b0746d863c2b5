/* worker.h - writing workers: what a behaviour is, and what its code may do while it handles a message.
 *
 * A behaviour is one function, `handle`, that is given the worker's state and one message at a time and runs
 * to completion.  What it sends, asks, answers and wants to be woken for takes effect when it returns; if it
 * crashes, or is stopped, none of it ever happened.  It may die of anything that a program can die of (a bad
 * pointer, abort(), endless recursion, an endless loop, too much memory): where the runtime is protected
 * (guard.h), that ends the worker and nothing else.  What protection within one process cannot promise is in
 * docs/containment.md: a handler must not be interrupted inside malloc() or other code that holds a lock, and
 * can scribble over its neighbours.  So a handler takes memory from rt_self_alloc() and keeps what it has to
 * remember in its state, or runs in a process of its own (`isolation: process`).
 *
 * Time is virtual: a handler takes none unless it says so with rt_self_work().
 */
#ifndef RUNTIME_WORKER_H
#define RUNTIME_WORKER_H

#include "runtime.h"

/* --- behaviours ---------------------------------------------------------------------------------------- */

/* The worker as its own handler sees it; good during one call of the handler. */
struct rt_self;

#define RT_PARAM_TYPE_LIST(X)                                                                                \
	X(RT_PARAM_COUNT, "a whole number")                                                                  \
	X(RT_PARAM_DURATION, "a duration; to ns")                                                            \
	X(RT_PARAM_SIZE, "a size; to bytes")                                                                 \
	X(RT_PARAM_SHARE, "a percentage; to parts per 1,000,000,000")                                        \
	X(RT_PARAM_BOOL, "true or false; to 1 or 0")                                                         \
	X(RT_PARAM_WORD, "one of a list of words; to its index")                                             \
	X(RT_PARAM_PATH, "the path of a worker, or of a supervisor that stands for the workers right below it")
enum rt_param_type {
#define X(name, help) name,
	RT_PARAM_TYPE_LIST(X)
#undef X
	RT_PARAM_TYPES
};

/* A parameter of a behaviour, as scenarios give it: one row each, the last one without a name. */
struct rt_param {
	const char *name, *help;
	enum rt_param_type type;
	int64_t min, max;         /* inclusive; of counts, durations, sizes */
	const char *const *words; /* of RT_PARAM_WORD: null-ended */
	int64_t fallback;         /* where it is not given; a path is then nowhere */
	bool mandatory;
	const char *behaviour;    /* of a path: what the worker there has to be; null: anything */
};
#define RT_PARAMS_MAX 16

struct rt_behaviour {
	const char *name; /* word in scenarios */
	const char *help; /* one line */
	size_t state;     /* bytes; zero at each start, for a restarted worker is a fresh one */
	bool begins;      /* its first message is RT_TAG_BEGIN, before any other */
	bool endless;     /* it finds work for ever, unless the parameter of this name is given: */
	const char *ended_by; /* may be null */
	void (*handle)(struct rt_self *self, void *state, const struct rt_msg *msg);
	const struct rt_param *params; /* null: none */
};

/* The built-in ones. */
const struct rt_behaviour *const *rt_behaviours(size_t *count);
const struct rt_behaviour *rt_behaviour_find(const char *name); /* null: no such */

/* What a plugin exports under the name `treefall_plugin`. */
#define RT_PLUGIN_VERSION 1
struct rt_plugin {
	uint32_t version; /* RT_PLUGIN_VERSION */
	const struct rt_behaviour *const *behaviours; /* null-ended */
};
extern const struct rt_plugin treefall_plugin;

/* --- messages ------------------------------------------------------------------------------------------ */

/* Tags below RT_TAG_OWN are the worker's own to choose; these come from the runtime. */
#define RT_TAG_OWN     UINT32_C(0x40000000)
#define RT_TAG_BEGIN   (RT_TAG_OWN + 1)
/* A request.  word[0]: its id; word[1]: the question; word[2]: the asker's operand. */
#define RT_TAG_REQUEST (RT_TAG_OWN + 2)
/* How a request of one's own ended: RT_TAG_ANSWER + enum rt_outcome.  `from`: who answered, if somebody did;
 * word[0]: its id; word[1]: rt_ask.behalf; word[2]: the value.  One that was swallowed, or lost without
 * anybody knowing, is told as RT_LOST when its time-out is over; a wrong answer looks like a served one. */
#define RT_TAG_ANSWER  (RT_TAG_OWN + 16)
/* word[0]: the timer; word[1]: the caller's word. */
#define RT_TAG_TIMER   (RT_TAG_OWN + 3)
/* A worker that was watched is gone: `from`; word[0]: the reason. */
#define RT_TAG_DOWN    (RT_TAG_OWN + 4)

static inline bool rt_is_answer(const struct rt_msg *msg)
{
	return msg->tag >= RT_TAG_ANSWER && msg->tag < RT_TAG_ANSWER + RT_OUTCOME_COUNT;
}

/* --- oneself ------------------------------------------------------------------------------------------- */

rt_id rt_self_id(const struct rt_self *self);
rt_place rt_self_place(const struct rt_self *self);
/* Time of the run, which never jumps, and what the worker takes for the time of day, which may. */
rt_time rt_self_now(const struct rt_self *self);
rt_time rt_self_wall(struct rt_self *self);
/* Which start of this path it is, from 1. */
uint32_t rt_self_incarnation(const struct rt_self *self);

/* A parameter by its number in the table of the behaviour; of a path: whether it was given. */
int64_t rt_self_param(const struct rt_self *self, unsigned index);
/* Of a path: the place, or 0 as long as nobody has ever been there. */
rt_place rt_self_param_place(struct rt_self *self, unsigned index);

/* End now, with this reason.  Does not return where the runtime is protected; elsewhere it does, and the
 * worker ends when its handler returns. */
void rt_self_exit(struct rt_self *self, rt_atom reason);
/* Reasons are texts like any other. */
rt_atom rt_self_atom(struct rt_self *self, const char *text);

/* This call of the handler takes so much virtual time: what it sent goes out then, and until then no message
 * is taken.  Several add up.  Durations below 0 are a bug. */
void rt_self_work(struct rt_self *self, rt_time duration);

/* For the rest of this call of the handler: at most so much processor time instead of the usual budget. Means
 * nothing where the runtime is not protected. */
void rt_self_limit(struct rt_self *self, rt_time budget);

/* Uniform in [0, bound), bound >= 1; the same in every run with the same seed. */
uint64_t rt_self_random(struct rt_self *self, uint64_t bound);

/* --- sending ------------------------------------------------------------------------------------------- */

/* Queue a message when the handler returns.  Whether the receiver lives then is not told; the message is lost
 * if it does not.  RT_ENOMEM. */
enum rt_status rt_self_send(struct rt_self *self, rt_id to, const struct rt_msg *msg) RT_MUST_CHECK;

/* A message to oneself after `delay` (>= 0) of virtual time.  *timer (may be null) names it.  RT_ENOMEM. */
enum rt_status rt_self_after(struct rt_self *self, rt_time delay, uint64_t word,
			     uint64_t *timer) RT_MUST_CHECK;
/* Of one that is over, nothing. */
void rt_self_cancel(struct rt_self *self, uint64_t timer);

/* A message RT_TAG_DOWN when that worker ends, or right after this handler if it has.  RT_ENOMEM. */
enum rt_status rt_self_watch(struct rt_self *self, rt_id worker) RT_MUST_CHECK;

/* --- requests ------------------------------------------------------------------------------------------
 *
 * The runtime, not the worker, keeps the book: a request ends once, whatever workers do or forget.  */

/* How urgent a request is; queues hand out the high ones first. */
#define RT_PRIORITY_LIST(X)                                                                                  \
	X(RT_PRIORITY_LOW, "low")                                                                            \
	X(RT_PRIORITY_NORMAL, "normal")                                                                      \
	X(RT_PRIORITY_HIGH, "high")
enum rt_priority {
#define X(name, word) name,
	RT_PRIORITY_LIST(X)
#undef X
	RT_PRIORITIES
};

/* A new member has to be written down in deed.c, too. */
struct rt_ask {
	/* Whom: whoever lives at this path when it is sent, and when it is sent again; of a supervisor its
	 * live workers in turn. */
	rt_place service;
	rt_id worker;        /* instead: this process and no other */
	uint64_t question, operand;
	uint64_t behalf;     /* comes back with the answer: the request that this is for, or whatever */
	/* The only right answer; one that is anything else is wrong. */
	uint64_t expected;
	bool judged;         /* is there one? */
	rt_time timeout;     /* of each attempt; 0: it waits for ever */
	uint32_t retries;    /* attempts after the first */
	rt_time backoff; /* before an attempt after one that failed at once; after a time-out there is none */
	uint8_t priority;    /* enum rt_priority */
	bool aside;          /* between workers; in nobody's account */
	/* It is the request `behalf`, which this worker has in hand, passed on: that one counts as repeated
	 * each time that somebody takes it up after the first. */
	bool passes_on;
};
/* When the handler returns.  *id (may be null) is the request's.  RT_ENOMEM: nothing was asked. */
enum rt_status rt_self_ask(struct rt_self *self, const struct rt_ask *ask, uint64_t *id) RT_MUST_CHECK;

/* What a worker may know of a request that it has in hand, or asked itself.  False: it is over.  (See deed.c,
 * as above.) */
struct rt_asked {
	rt_id client;
	uint64_t question, operand, behalf;
	rt_time asked_at;
	rt_time deadline; /* by the asker's wall clock; RT_FOREVER: none */
	uint32_t attempt; /* from 1 */
	uint32_t deliveries; /* times that a worker took it up, this one included */
	uint8_t priority;
};
bool rt_self_asked(struct rt_self *self, uint64_t request, struct rt_asked *out);

/* Answer a request that is in hand: RT_SERVED, RT_DEGRADED or RT_FAILED.  Of one that is over, or was
 * answered in this call, nothing; so a late answer goes nowhere. */
void rt_self_answer(struct rt_self *self, uint64_t request, enum rt_outcome how, uint64_t value);
/* Keep the request that is being handled in hand; a request that is neither answered nor kept when the
 * handler returns was swallowed.  One that is over is in nobody's hand any more. */
void rt_self_keep(struct rt_self *self, uint64_t request);

/* While it is closed, requests wait in the mailbox and everything else is taken.  Open at the start. */
void rt_self_intake(struct rt_self *self, bool open);

/* --- resources ----------------------------------------------------------------------------------------- */

/* Memory of this worker's own, zeroed; what it still holds when it ends is taken back.  The bytes asked for
 * count against the worker's quota and those of the supervisors above it (struct rt_child.memory_max); asking
 * for more ends the worker with reason memory_quota.  Null when there is none. */
void *rt_self_alloc(struct rt_self *self, size_t size);
/* Null is allowed; what is not the worker's, or not any more, is the worker's end. */
void rt_self_free(struct rt_self *self, void *memory);

/* Take, and give back, one of the file descriptors that the worker may hold (rt_child.descriptors_max).  In a
 * process of its own it is a real one.  False: there is none left. */
bool rt_self_open(struct rt_self *self);
void rt_self_close(struct rt_self *self);

/* --- questions with known answers ----------------------------------------------------------------------
 *
 * Built-in workers compute something from the question with a key that is part of their state, so a spoilt
 * state gives wrong answers, and a source that asks knows the right one. */
#define RT_WORK_KEY UINT64_C(0x5ee05eed0fa11e57)
static inline uint64_t rt_work_answer(uint64_t question, uint64_t key)
{
	uint64_t x = question ^ key;

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

#endif
