/* run.h - a case run by the runtime: a tree and a script in, a trace in canonical order out. */
#ifndef CONFORMANCE_RUN_H
#define CONFORMANCE_RUN_H

#include "case.h"
#include "trace.h"

#include "runtime/observe.h"

/* A case that goes on for longer than this in one step is taken to be endless. */
#define CNF_STEPS_MAX ((uint64_t)20000000)
#define CNF_RECORDS_MAX ((size_t)2000000)

enum cnf_run_status {
	CNF_RUN_OK,
	CNF_RUN_ENDLESS, /* a step never came to rest */
	CNF_RUN_NOMEM
};

/* Somebody who wants to see the runtime's events as well. */
struct cnf_watch {
	rt_observer *observer;
	void *ctx;
	const struct rt *rt; /* filled in; during the run only */
};

/* `trace` is zeroed memory; it has to be finished by cnf_trace_fini() whatever the status.  `watch` may be
 * null. */
enum cnf_run_status cnf_run(const struct cnf_case *kase, struct cnf_trace *trace,
			    struct cnf_watch *watch) RT_MUST_CHECK;

/* Parse, run, print to `out`, in one; false with `error` filled when the text is not a case or the run did
 * not end. */
bool cnf_run_text(const char *text, size_t length, FILE *out, struct cnf_error *error);

#endif
