/* observe.h - what can be seen of a run, as plain data: events as they happen, the tree as it stands.
 *
 * Nothing here changes a run.  Whoever shows, records or measures includes this header and no other of the
 * runtime's but status.h and types.h.
 */
#ifndef RUNTIME_OBSERVE_H
#define RUNTIME_OBSERVE_H

#include "status.h"
#include "types.h"

/* Every event that the runtime itself gives: C name, word in journals, what it means.  The words are those
 * of the normalised trace where it has one.  "actor" below is what the event is about (`place`). */
#define RT_EVENT_LIST(X)                                                                                     \
	X(RT_EV_NONE, "none", "never given")                                                                 \
	X(RT_EV_START, "start", "a process begins; a supervisor before its children")                        \
	X(RT_EV_START_FAILED, "start_failed", "a start function returned an error; no process exists")       \
	X(RT_EV_START_IGNORED, "start_ignored", "a start function said ignore; no process exists")           \
	X(RT_EV_EXIT, "exit", "a process ends, before anybody is told")                                      \
	X(RT_EV_CHILD_TERMINATED, "child_terminated", "report: a child ended by itself and it matters")      \
	X(RT_EV_START_ERROR, "start_error", "report: a child could not be started")                          \
	X(RT_EV_SHUTDOWN_ERROR, "shutdown_error", "report: a stopped child ended with an unexpected reason") \
	X(RT_EV_GIVE_UP, "give_up", "report: a supervisor exceeded its restart intensity and ends")          \
	X(RT_EV_RESTART, "restart", "a supervisor restarts this child and whom its strategy names")          \
	X(RT_EV_AUTO_SHUTDOWN, "auto_shutdown", "a supervisor ends because this significant child ended")    \
	X(RT_EV_SHUTDOWN, "shutdown", "a supervisor asks this child to stop")                                \
	X(RT_EV_SHUTDOWN_TIMEOUT, "shutdown_timeout", "a child did not stop in its time and is killed")      \
	X(RT_EV_RESULT, "result", "a supervisor answered a request")                                         \
	X(RT_EV_MESSAGE, "message", "a worker handled a message")                                            \
	X(RT_EV_FLAGS, "set", "a supervisor's flags were changed")                                           \
	X(RT_EV_SUSPEND, "suspend", "an actor stops taking messages")                                        \
	X(RT_EV_RESUME, "resume", "an actor takes messages again")                                           \
	X(RT_EV_READY, "ready", "a start that took its time is over, and its supervisor goes on")            \
	X(RT_EV_REQUEST, "request",                                                                          \
	  "a request to this service ended; how, is the reason; served ones only where messages are "        \
	  "journalled")                                                                                      \
	X(RT_EV_LOST, "message_lost", "a message to this worker was lost on its way")                        \
	X(RT_EV_DELAYED, "message_delayed", "a message to this worker arrives later")                        \
	X(RT_EV_DUPLICATED, "message_duplicated", "a message to this worker arrives more than once")         \
	X(RT_EV_REFUSED, "resource_refused", "this worker asked for memory or a descriptor in vain")         \
	X(RT_EV_ISOLATED, "isolated", "what the process of this worker did with a message; its end, if it died")

enum rt_event_kind {
#define X(name, word, help) name,
	RT_EVENT_LIST(X)
#undef X
	/* The layers above number their own events (inputs, faults) from here on. */
	RT_EV_USER
};

/* Word and meaning of one of the runtime's own events; null from RT_EV_USER on. */
const char *rt_event_word(unsigned kind);
const char *rt_event_help(unsigned kind);

/* How a process ended: `detail` of RT_EV_EXIT. */
enum rt_exit {
	RT_EXIT_PLAIN,
	RT_EXIT_ESCALATED, /* a supervisor that gave up */
	RT_EXIT_STARTING   /* a worker whose start takes time, before it was over */
};

/* One event.  `seq` counts from 1 without gaps.  `cause` is the seq of the event that led to this one, 0 for
 * the first of a chain; it is always smaller than `seq`. */
struct rt_event {
	uint64_t seq;
	rt_time t;
	uint64_t cause;
	rt_id actor;   /* the process, where there is or was one */
	uint64_t origin; /* of START, READY, START_FAILED, RESTART: seq of the first RESTART of the recovery
			    that this is part of; a failed restart's retries share it; 0 in an initial
			    start */
	rt_place place;
	uint32_t incarnation; /* which start of this path it is, from 1; 0 where there is no process.  A
				 dynamic child that was removed for good counts from 1 again. */
	rt_atom reason;
	uint16_t kind;
	uint8_t type;   /* START, EXIT: enum rt_type by what it really is */
	uint8_t detail; /* START of a supervisor: its strategy; RESULT: enum rt_op; EXIT: enum rt_exit */
	uint32_t a;     /* RESTART, GIVE_UP: restarts counted in the window, this one included;
			   SHUTDOWN_ERROR of a pool: number of children, else 0;
			   START of a worker: 1 if it takes time: then READY comes, unless it ends before;
			   REQUEST: attempts; of messages: the tag */
	uint32_t b;     /* RESTART, GIVE_UP: the intensity; GIVE_UP: see `other` for the child;
			   REQUEST: how often a worker took it up; DUPLICATED: how many times more it comes */
	rt_place other; /* GIVE_UP: the child that was to be restarted; RESTART, SHUTDOWN: the supervisor;
			   REQUEST: the client; of messages: the sender */
};

/* Called for every event, in order, while the runtime is in the middle of something: look, record, do not
 * call anything that changes the runtime.  `ext` is a `struct rt_reply` for RT_EV_RESULT, else what the
 * emitter of an event from above passed. */
typedef void rt_observer(void *ctx, const struct rt_event *event, const void *ext);
#define RT_OBSERVERS_MAX 8

enum rt_status rt_observe(struct rt *rt, rt_observer *observer, void *ctx) RT_MUST_CHECK;
void rt_unobserve(struct rt *rt, rt_observer *observer, void *ctx);

/* Requests that a supervisor answers: C name, word. */
#define RT_OP_LIST(X)                                                                                        \
	X(RT_OP_START, "start")                                                                              \
	X(RT_OP_START_CHILD, "start_child")                                                                  \
	X(RT_OP_TERMINATE_CHILD, "terminate_child")                                                          \
	X(RT_OP_RESTART_CHILD, "restart_child")                                                              \
	X(RT_OP_DELETE_CHILD, "delete_child")                                                                \
	X(RT_OP_GET_CHILDSPEC, "get_childspec")                                                              \
	X(RT_OP_WHICH_CHILDREN, "which_children")                                                            \
	X(RT_OP_COUNT_CHILDREN, "count_children")
enum rt_op {
#define X(name, word) name,
	RT_OP_LIST(X)
#undef X
	RT_OP_COUNT
};
const char *rt_op_word(enum rt_op op);

enum rt_answer {
	RT_ANSWER_OK,           /* ok */
	RT_ANSWER_OK_PID,       /* {ok,pid}, `pid` says which */
	RT_ANSWER_OK_UNDEFINED, /* {ok,undefined} */
	RT_ANSWER_IGNORE,       /* ignore: step 0 only */
	RT_ANSWER_ERROR,        /* {error,reason} */
	RT_ANSWER_ERROR_CHILD,  /* {error,{reason,child}} */
	RT_ANSWER_ALREADY_STARTED, /* {error,{already_started,pid}} */
	RT_ANSWER_EXIT,         /* {exit,reason}: nobody there, or it ended before answering */
	RT_ANSWER_CHILDREN,     /* which_children: see rt_children() */
	RT_ANSWER_COUNTS,
	RT_ANSWER_SPEC
};

struct rt_counts {
	int64_t specs, active, supervisors, workers;
};

struct rt_spec_info {
	enum rt_restart restart;
	enum rt_type type;
	int64_t shutdown_ms;
	bool significant;
};

/* The answer to a request; valid during the call of the observer. */
struct rt_reply {
	uint64_t token; /* as given in the request */
	enum rt_op op;
	enum rt_answer answer;
	rt_place supervisor;
	rt_id pid;
	rt_atom reason;
	struct rt_counts counts;
	struct rt_spec_info spec;
};

/* Text of an answer in Erlang's notation without blanks: `{error,not_found}`.  Of the three structured
 * answers the word only (rt_children() and the fields above have the content).  Returns the length that the
 * whole text has, like snprintf; `buf` is always ended. */
size_t rt_reply_text(const struct rt *rt, const struct rt_reply *reply, char *buf, size_t size);

enum rt_child_state { RT_CHILD_RUNNING, RT_CHILD_UNDEFINED, RT_CHILD_RESTARTING };
const char *rt_child_state_text(enum rt_child_state state);

/* One child as its supervisor's records have it. */
struct rt_child_info {
	rt_id id;     /* running: the process; restarting: the one before; undefined: RT_NOBODY */
	rt_place place;
	rt_atom name; /* last component of the path */
	enum rt_child_state state;
	enum rt_type type; /* as claimed */
	bool supervisor;   /* as it is */
	struct rt_spec_info spec;
};

/* The children of a supervisor in record order (first to last; which_children in OTP shows last to first).
 * `fn` returns false to stop. */
typedef bool rt_child_fn(void *ctx, const struct rt_child_info *child);
enum rt_status rt_children(const struct rt *rt, rt_id supervisor, rt_child_fn *fn, void *ctx) RT_MUST_CHECK;

/* count_children without asking the supervisor. */
enum rt_status rt_count(const struct rt *rt, rt_id supervisor, struct rt_counts *counts) RT_MUST_CHECK;

enum rt_life { RT_STARTING, RT_ALIVE, RT_STOPPING, RT_DEAD };
const char *rt_life_text(enum rt_life life);

/* One actor as it stands. */
struct rt_actor_info {
	rt_id id, parent;
	rt_place place;
	uint32_t incarnation;
	enum rt_life life;
	enum rt_type type;
	bool suspended;
	bool trap_exit;
	bool orphan; /* its supervisor is dead */
	bool runs;   /* it has something to do at this instant */
	bool inside; /* a hook waits to run in its place: see rt_inside() */
	uint32_t mailbox; /* messages waiting */
	uint64_t handled; /* messages handled by this incarnation */
	size_t memory;    /* bytes that this actor has in the region, records of its children included */
	rt_time started_at;
	const char *worker; /* behaviour; null for a supervisor */
	bool isolated;      /* its handler runs elsewhere (isolate.h) */
	uint64_t disk;      /* bytes of the scratch disk that it is to have there */
	/* supervisors */
	enum rt_strategy strategy;
	enum rt_auto_shutdown auto_shutdown;
	uint32_t intensity, period_s;
	uint32_t restarts_in_window; /* as of now */
};
enum rt_status rt_actor(const struct rt *rt, rt_id id, struct rt_actor_info *info) RT_MUST_CHECK;

/* The part of it that can be told at once, for those who ask for each event. */
struct rt_glimpse {
	enum rt_type type;
	bool runs, inside;
	/* supervisors */
	enum rt_strategy strategy;
	enum rt_auto_shutdown auto_shutdown;
	uint32_t intensity, period_s;
};
enum rt_status rt_glimpse(const struct rt *rt, rt_id id, struct rt_glimpse *out) RT_MUST_CHECK;

/* Whom an actor is tied to, but for its supervisor and its children: links, and monitors of either side. */
enum rt_tie { RT_LINKED, RT_MONITORS, RT_MONITORED };
typedef bool rt_tie_fn(void *ctx, enum rt_tie tie, rt_id other);
enum rt_status rt_ties(const struct rt *rt, rt_id id, rt_tie_fn *fn, void *ctx) RT_MUST_CHECK;

/* The whole tree, a row for each record, depth first in start order, the root first; after it the orphans.
 * A child without a process has a row too (`has_actor` false). */
struct rt_row {
	unsigned depth;
	struct rt_child_info child;
	bool has_actor;
	struct rt_actor_info actor;
	uint32_t starts; /* of this path so far */
};
typedef bool rt_row_fn(void *ctx, const struct rt_row *row);
void rt_walk(const struct rt *rt, rt_row_fn *fn, void *ctx);
/* The same way through it, for those who only look who is where. */
struct rt_spot {
	unsigned depth;
	rt_place place;
	uint32_t starts;
	rt_id actor;     /* RT_NOBODY: no process */
	bool orphan;     /* which that is */
	bool supervisor; /* as it is, or would be */
};
typedef bool rt_spot_fn(void *ctx, const struct rt_spot *spot);
void rt_walk_spots(const struct rt *rt, rt_spot_fn *fn, void *ctx);

/* --- work ----------------------------------------------------------------------------------------------
 *
 * A request is what one worker asks of another and is owed an answer to.  Each has an id, and ends exactly
 * once, in one of these ways; who asked is told, and the account of the service that was asked is kept. */
#define RT_OUTCOME_LIST(X)                                                                                   \
	X(RT_SERVED, "served", "answered well")                                                              \
	X(RT_DEGRADED, "degraded", "answered from a fallback")                                               \
	X(RT_FAILED, "failed", "answered with an error, or turned away")                                     \
	X(RT_LOST, "lost", "no answer: the worker died, the message was lost, or the asker stopped waiting") \
	X(RT_SWALLOWED, "swallowed", "taken, and nothing came of it: no answer, no error, no crash")         \
	X(RT_WRONG, "wrong", "answered as if well, but the answer is not right")
enum rt_outcome {
#define X(name, word, help) name,
	RT_OUTCOME_LIST(X)
#undef X
	RT_OUTCOME_COUNT
};
const char *rt_outcome_word(enum rt_outcome outcome);
const char *rt_outcome_help(enum rt_outcome outcome);

/* The account of one service: a path of which something was asked.  `offered` is always the sum of `ended`
 * and `in_flight`.  Served and degraded ones are answered well.  An outage is from the end of a request that
 * was not answered well to the end of the next one that was. */
struct rt_service {
	rt_place place;
	uint64_t offered;
	uint64_t ended[RT_OUTCOME_COUNT];
	uint64_t in_flight;
	bool front; /* asked from outside: by somebody who was no service himself by then, and not one of the
		       workers of a supervisor that was */
	uint64_t repeated; /* times that a request was handled again: after a retry, a duplicate, a redelivery
			    */
	rt_time latency_max; /* of those answered, from the asking to the answer; also of wrong ones */
	rt_time outage;      /* all together, the present one included */
	rt_time outage_max;
	const struct rt_latency *latency; /* for rt_latency_at() */
};
/* False: nothing was ever asked of it. */
bool rt_service(const struct rt *rt, rt_place place, struct rt_service *out);
/* All of them, in the order in which they were first asked. */
typedef bool rt_service_fn(void *ctx, const struct rt_service *service);
void rt_services(const struct rt *rt, rt_service_fn *fn, void *ctx);
/* The latency that `ppb` of 1,000,000,000 of the answers of these services together did not exceed, rounded
 * up by less than a sixteenth; -1 if there were none. */
rt_time rt_latency_at(const struct rt_latency *const *latencies, size_t count, uint32_t ppb);
/* What went in equals what came out and what is in flight, in each account and by counting what is in flight
 * one by one.  Cost: the number of requests in flight and of services. */
bool rt_work_balanced(const struct rt *rt);

/* Paths.  In a path `/ * %`, blanks and control characters of an id are percent-encoded.  rt_path_text
 * returns the whole length like snprintf. */
size_t rt_path_text(const struct rt *rt, rt_place place, char *buf, size_t size);
rt_place rt_path_find(const struct rt *rt, const char *path); /* 0: no such path */
rt_place rt_path_parent(const struct rt *rt, rt_place place); /* 0 of the root */
/* Will the place be this path's to the end of the run, whatever becomes of the child? */
bool rt_path_stays(const struct rt *rt, rt_place place);
rt_id rt_path_actor(const struct rt *rt, rt_place place);     /* latest live process, or RT_NOBODY */
/* Does a supervisor have a record of a child here, with a process or without? */
bool rt_path_is_child(const struct rt *rt, rt_place place);
uint32_t rt_path_starts(const struct rt *rt, rt_place place); /* processes started at this path so far */
rt_place rt_actor_place(const struct rt *rt, rt_id id);       /* 0 of the dead */

/* Atoms.  The text lives as long as the runtime; of a number it is written into `buf`. */
#define RT_ATOM_BUF 12
const char *rt_atom_text(const struct rt *rt, rt_atom atom, char buf[RT_ATOM_BUF]);

/* The behaviours that rt_child.worker may name; lives for ever. */
const char *const *rt_worker_names(size_t *count);

/* normal, shutdown and {shutdown,T}: see the rules of restarting.  By text, for those who have no runtime. */
bool rt_reason_benign(const struct rt *rt, rt_atom reason);
bool rt_reason_text_benign(const char *reason);

rt_id rt_root(const struct rt *rt); /* RT_NOBODY when the tree is down */
rt_time rt_now(const struct rt *rt);
uint64_t rt_seq(const struct rt *rt);   /* of the latest event */
uint64_t rt_steps(const struct rt *rt); /* dispatches so far */
uint64_t rt_alive(const struct rt *rt); /* live actors */
bool rt_quiet(const struct rt *rt);     /* nobody has anything to do at this instant: no step, no timer */
size_t rt_memory(const struct rt *rt);  /* bytes of the region in use */
/* An allocation has failed, so that the run is no longer what it would be on another machine. */
bool rt_starved(const struct rt *rt);
/* Hash of all that decides the run's future: tree, records, mailboxes, timers, restart windows, clock,
 * random streams of the runtime.  The same on every machine. */
uint64_t rt_state_hash(const struct rt *rt);

#endif
