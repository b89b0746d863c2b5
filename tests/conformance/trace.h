/* trace.h - a trace: what happened in a case, in order, as records to be put in canonical order and printed.
 *
 * Everything is kept by path text: the runtime forgets the places of children that are gone for good, and
 * `n` counts the starts of a path through the whole case.
 */
#ifndef CONFORMANCE_TRACE_H
#define CONFORMANCE_TRACE_H

#include "arena.h"

#include "runtime/types.h"

#include <stdio.h>
#include <uthash.h>

/* C name, word in the trace. */
#define CNF_EVENT_LIST(X)                                                                                    \
	X(CNF_EV_STEP, "step")                                                                               \
	X(CNF_EV_START, "start")                                                                             \
	X(CNF_EV_START_FAILED, "start_failed")                                                               \
	X(CNF_EV_START_IGNORED, "start_ignored")                                                             \
	X(CNF_EV_EXIT, "exit")                                                                               \
	X(CNF_EV_CHILD_TERMINATED, "child_terminated")                                                       \
	X(CNF_EV_START_ERROR, "start_error")                                                                 \
	X(CNF_EV_SHUTDOWN_ERROR, "shutdown_error")                                                           \
	X(CNF_EV_GIVE_UP, "give_up")                                                                         \
	X(CNF_EV_RESULT, "result")                                                                           \
	X(CNF_EV_SKIP, "skip")                                                                               \
	X(CNF_EV_END, "end")

enum cnf_event {
#define X(name, word) name,
	CNF_EVENT_LIST(X)
#undef X
	CNF_EVENT_COUNT
};

/* Everything that is remembered of a path; made when it is first mentioned. */
struct cnf_path {
	const char *text;
	size_t length;
	uint32_t index;  /* in order of first mention */
	uint32_t starts; /* `start` events so far */
	bool pool;	 /* a simple_one_for_one supervisor was started here */
	rt_id latest;    /* the latest process that was started here */
	UT_hash_handle hh;
};

/* Fields that an event does not have are null or 0. */
struct cnf_record {
	enum cnf_event event;
	struct cnf_path *path, *child;
	uint32_t n;
	uint32_t count; /* summed-up shutdown_error: children; the path is that of the pool itself */
	size_t step;
	const char *op, *reason, *strategy;
	const char *result; /* text, or JSON if `json` */
	bool sup, json;
	struct cnf_record *prev, *next;
};

struct cnf_trace {
	struct cnf_arena arena;
	struct cnf_path *paths;
	struct cnf_record *records; /* a utlist, doubly linked */
	size_t n_records;
};

struct cnf_path *cnf_trace_path(struct cnf_trace *trace, const char *text, size_t length);
const char *cnf_trace_text(struct cnf_trace *trace, const char *text);

/* Append a copy. */
struct cnf_record *cnf_trace_add(struct cnf_trace *trace, const struct cnf_record *record);

/* Common kinds. */
void cnf_trace_step(struct cnf_trace *trace, size_t step, const char *op);
void cnf_trace_start(struct cnf_trace *trace, struct cnf_path *path, const char *strategy); /* null: worker */
void cnf_trace_exit(struct cnf_trace *trace, struct cnf_path *path, uint32_t n, const char *reason);

/* One JSON object per line, numbered from 1. */
void cnf_trace_print(const struct cnf_trace *trace, FILE *out);
/* A JSON string with its quotes. */
void cnf_json_string(FILE *out, const char *text);

void cnf_trace_fini(struct cnf_trace *trace);

#endif
