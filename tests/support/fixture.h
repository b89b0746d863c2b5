/* fixture.h - tests of the runtime in the words of supervision: a tree, what happens to it, what came of it.
 *
 *	struct fixture *f = start_tree(&ONE_FOR_ALL("app", CHILDREN(WORKER("a"), WORKER("b"))));
 *
 *	crash(f, "app/b", "boom");
 *	assert_events(f, "exit app/b boom; child_terminated app/b boom; exit app/a shutdown; "
 *			 "start app/a; start app/b");
 *	assert_starts(f, "app/b", 2);
 *	fixture_free(f);
 *
 * Nothing runs before the fixture is asked to: what is done between two looks at it reaches a supervisor
 * together.  A fixture must not be null, and a broken expectation ends the test.
 */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/hooks.h"
#include "runtime/runtime.h"

/* --- trees ---------------------------------------------------------------------------------------------- */

/* Each of these is a struct rt_child with OTP's defaults; further fields follow as `.field = value`, and may
 * say again what the default says. */
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

#define CHILDREN(...)                                                                                        \
	.children = (const struct rt_child[]){__VA_ARGS__},                                                  \
	.n_children = sizeof((const struct rt_child[]){__VA_ARGS__}) / sizeof(struct rt_child)
#define STARTS(...)                                                                                          \
	.starts = (const struct rt_start_item[]){__VA_ARGS__},                                               \
	.n_starts = sizeof((const struct rt_start_item[]){__VA_ARGS__}) / sizeof(struct rt_start_item)
#define OK(n) {RT_START_OK, n, NULL}
#define IGNORE(n) {RT_START_IGNORE, n, NULL}
#define FAIL(n, why) {RT_START_FAIL, n, why}

#define WORKER(name, ...) ((struct rt_child){.id = (name), .shutdown_ms = RT_SHUTDOWN_WORKER_MS, __VA_ARGS__})
#define TRANSIENT_WORKER(name, ...) WORKER(name, .restart = RT_TRANSIENT, __VA_ARGS__)
#define TEMPORARY_WORKER(name, ...) WORKER(name, .restart = RT_TEMPORARY, __VA_ARGS__)
/* Traps exits and does not stop when told to: only the time-out ends it. */
#define STUBBORN(name, ...) WORKER(name, .trap_exit = true, .on_shutdown = RT_STOP_IGNORE, __VA_ARGS__)
/* Traps exits and ends with `why` when told to stop. */
#define ANSWERS(name, why, ...)                                                                              \
	WORKER(name, .trap_exit = true, .on_shutdown = RT_STOP_EXIT, .stop_reason = (why), __VA_ARGS__)
/* Traps exits and takes `ms` to stop. */
#define SLOW(name, ms, ...)                                                                                  \
	WORKER(name, .trap_exit = true, .on_shutdown = RT_STOP_DELAY, .stop_delay_ms = (ms), __VA_ARGS__)

#define SUPERVISOR(name, ...)                                                                                \
	((struct rt_child){.id = (name), .supervisor = true, .type = RT_SUPERVISOR,                          \
			   .shutdown_ms = RT_SHUTDOWN_INFINITY, .intensity = RT_INTENSITY_DEFAULT,           \
			   .period_s = RT_PERIOD_DEFAULT_S, __VA_ARGS__})
#define ONE_FOR_ONE(name, ...) SUPERVISOR(name, .strategy = RT_ONE_FOR_ONE, __VA_ARGS__)
#define ONE_FOR_ALL(name, ...) SUPERVISOR(name, .strategy = RT_ONE_FOR_ALL, __VA_ARGS__)
#define REST_FOR_ONE(name, ...) SUPERVISOR(name, .strategy = RT_REST_FOR_ONE, __VA_ARGS__)
/* Its one child is the template. */
#define POOL(name, template, ...)                                                                            \
	SUPERVISOR(name, .strategy = RT_SIMPLE_ONE_FOR_ONE, CHILDREN(template), __VA_ARGS__)

/* --- the fixture ---------------------------------------------------------------------------------------- */

struct fixture {
	struct rt *rt;
	struct rt_config config;
	bool silent; /* keep no events: for trees of many thousands */
	struct seen *seen; /* events in words, and what is needed to count them */
	size_t n_seen, seen_capacity;
	size_t looked_at; /* by assert_events */
	char **replies;   /* by token */
	size_t n_replies;
	char *started; /* the answer to the latest rt_start */
	struct slow_start *slow;
	size_t n_slow;
	char text[4096];  /* of the functions that return text */
};

/* A runtime without a tree. */
struct fixture *fixture_new(const struct rt_config *config);
/* A runtime with this tree, started and at rest; what the start did is not looked at any more, only counted.
 */
struct fixture *start_tree(const struct rt_child *root);
/* The same with the events of the start still to be looked at. */
struct fixture *try_tree(const struct rt_child *root);
/* What try_tree() does, in a fixture of one's own. */
void begin_tree(struct fixture *f, const struct rt_child *root);
/* From now on a start at this path takes so long; the latest word about a path counts. */
void slow_start(struct fixture *f, const char *path, int64_t ms);
/* Also checks what holds for every runtime: see fixture_check(). */
void fixture_free(struct fixture *f);
/* The sums that must agree at any moment at which no step is going on. */
void fixture_check(const struct fixture *f);

/* Until nothing is left to do at this instant. */
void settle(struct fixture *f);
/* Let time pass, with all that falls due. */
void wait_ms(struct fixture *f, int64_t ms);

/* --- what happens to it: nothing of this settles
 * --------------------------------------------------------------- */

/* The latest live process at a path; it must exist. */
rt_id pid(const struct fixture *f, const char *path);
bool is_alive(const struct fixture *f, const char *path);
rt_atom atom(const struct fixture *f, const char *text);
/* By itself, with any reason. */
void crash(struct fixture *f, const char *path, const char *reason);
void kill_actor(struct fixture *f, const char *path);
/* An exit signal from a stranger. */
void signal_from_stranger(struct fixture *f, const char *path, const char *reason);
void signal_from(struct fixture *f, rt_id from, rt_id to, const char *reason);
void stop_supervisor(struct fixture *f, const char *path, const char *reason);
void shutdown_tree(struct fixture *f);

/* --- requests
 * ------------------------------------------------------------------------------------------------ */

/* `words` is the request, the path of the supervisor, and the child's id: "terminate_child app a".  A request
 * is queued, its token returned; asking also settles and returns the answer: "ok", "{error,not_found}",
 * "b restarting; a running" (which_children, latest first, as it was when it was answered),
 * "2 specs, 1 active, 0 supervisors, 2 workers", "transient worker 5000". */
unsigned request(struct fixture *f, const char *words);
unsigned request_handle(struct fixture *f, const char *words, rt_id handle);
unsigned request_start(struct fixture *f, const char *supervisor, const struct rt_child *child);
const char *reply(struct fixture *f, unsigned token); /* settles; "" while there is no answer */
const char *ask(struct fixture *f, const char *words);
const char *ask_handle(struct fixture *f, const char *words, rt_id handle);
const char *ask_start(struct fixture *f, const char *supervisor, const struct rt_child *child);

/* What the start of the tree answered: "{ok,pid}", "ignore", "{error,...}". */
const char *start_result(struct fixture *f);

/* --- what came of it: these settle first
 * --------------------------------------------------------------------- */

/* The events of a normalised trace (start, start_failed, start_ignored, exit, and the four reports), and
 * `ready`, since the last look, in words: event, path, reason; `give_up app of app/a`; `shutdown_error
 * app/pool killed x3`. */
void assert_events(struct fixture *f, const char *expected);
/* Only those of a path and the paths below it; does not count as a look. */
void assert_events_at(struct fixture *f, const char *path, const char *expected);
void look_away(struct fixture *f); /* forget what happened so far */
const char *events(struct fixture *f); /* the same text, and looks away */
/* How often this path was started in the whole run. */
void assert_starts(struct fixture *f, const char *path, unsigned n);
/* Events of one kind about a path (null: any) in the whole run. */
unsigned count_events(struct fixture *f, unsigned kind, const char *path);
/* Children in record order: "a running; b undefined". */
const char *children(struct fixture *f, const char *supervisor);
const char *counts(struct fixture *f, const char *supervisor);
unsigned restarts_in_window(struct fixture *f, const char *supervisor);

#define assert_text(actual, expected) assert_string_equal(actual, expected)
#define assert_children(f, supervisor, expected) assert_string_equal(children(f, supervisor), expected)
#define assert_counts(f, supervisor, expected) assert_string_equal(counts(f, supervisor), expected)
#define assert_alive(f, path) assert_true((settle(f), is_alive(f, path)))
#define assert_gone(f, path) assert_false((settle(f), is_alive(f, path)))

/* --- a main for all of them
 * ------------------------------------------------------------------------------------- */

#define TEST(name) static void name(void **state __attribute__((unused)))
#define RUN(...)                                                                                             \
	int main(void)                                                                                       \
	{                                                                                                    \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                                             \
		return cmocka_run_group_tests(tests, NULL, NULL);                                            \
	}

#endif
