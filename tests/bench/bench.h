/* bench.h - one figure of treefall-bench: a row, and a function that measures it once. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_SIZES 5

/* Events of the runtime while this is measured. */
enum bench_events {
	BENCH_NONE,   /* there are none */
	BENCH_ALWAYS, /* on, as in every run */
	BENCH_BOTH    /* on, and beside it off */
};

struct bench_row {
	const char *name;
	const char *unit; /* of what is per second more is better, of anything else less */
	const char *help;
	enum bench_events events;
	unsigned sizes[BENCH_SIZES]; /* ended by 0 */
	double (*once)(unsigned n);  /* one run; negative: it failed */
};
/* What `once` gives where a figure cannot be had: no rights, or not built. */
#define BENCH_SKIPPED -2

extern const struct bench_row bench_rows[];
extern const size_t bench_n_rows;

/* What is held against what: the cost of `row` at size `n` is to be at most so many times that of `floor`,
 * in whatever unit either has.  0: nothing is asked, the ratio is worth knowing.  Floors of one size have it
 * whatever the row's.  Without a floor the figure itself is to be at most so much. */
struct bench_pair {
	const char *row;
	unsigned n;
	const char *floor;
	double at_most;
	unsigned floor_n; /* of the floor; 0: the same */
};
extern const struct bench_pair bench_pairs[];
extern const size_t bench_n_pairs;

/* How this run is to be: is there somebody who takes events, and does only the shape of figures matter? */
struct bench_mode {
	bool events, quick;
};
extern struct bench_mode bench_mode;

/* `count`, or so few that it takes no time where only the shape matters. */
unsigned bench_times(unsigned count);
/* Seconds since some moment. */
double bench_now(void);
/* Nanoseconds since some moment. */
uint64_t bench_ns(void);
/* The value that so many of `count` in a thousand do not exceed; sorts them. */
double bench_permille(uint32_t *values, unsigned count, unsigned permille);
/* A number in [0, n), from one sequence for each `at`. */
static inline unsigned bench_random(uint32_t *at, unsigned n)
{
	*at = *at * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)*at * n >> 32);
}
/* This thread's handlers can be protected from now on. */
bool bench_guard(void);

#define BENCH_LIST(X)                                                                                        \
	X(start_supervised)                                                                                  \
	X(rss_per_worker)                                                                                    \
	X(restart_soft)                                                                                      \
	X(restart_soft_p50)                                                                                  \
	X(restart_soft_p99)                                                                                  \
	X(restart_handler)                                                                                   \
	X(control_restart)                                                                                   \
	X(restart_segv)                                                                                      \
	X(restart_segv_p50)                                                                                  \
	X(restart_segv_p99)                                                                                  \
	X(storm_one_for_all)                                                                                 \
	X(storm_rest_for_one)                                                                                \
	X(kill_all)                                                                                          \
	X(escalate_spine)                                                                                    \
	X(full_tree_teardown)                                                                                \
	X(full_tree_rebuild)                                                                                 \
	X(snapshot)                                                                                          \
	X(state_hash)                                                                                        \
	X(cast)                                                                                              \
	X(cast_bare)                                                                                         \
	X(containment)                                                                                       \
	X(pingpong)                                                                                          \
	X(ring)                                                                                              \
	X(random_actors)                                                                                     \
	X(request)                                                                                           \
	X(scenario_runs)                                                                                     \
	X(scenario_runs_text)                                                                                \
	X(scenario_runs_2)                                                                                   \
	X(prismatic_speed)                                                                                   \
	X(run_event)                                                                                         \
	X(journal_jsonl)                                                                                     \
	X(journal_line)                                                                                      \
	X(journal_pipe)                                                                                      \
	X(floor_stream)                                                                                      \
	X(journal_binary)                                                                                    \
	X(journal_sqlite)                                                                                    \
	X(isolated_message)                                                                                  \
	X(isolated_ratio)                                                                                    \
	X(probe_detached)                                                                                    \
	X(probe_attached)                                                                                    \
	X(trace_lifecycle)                                                                                   \
	X(trace_hotspots)                                                                                    \
	X(frame)                                                                                             \
	X(watch_back)                                                                                        \
	X(floor_signal)                                                                                      \
	X(floor_signal_p50)                                                                                  \
	X(floor_signal_p99)                                                                                  \
	X(floor_message)                                                                                     \
	X(floor_miss)                                                                                        \
	X(floor_touch)                                                                                       \
	X(floor_fork)                                                                                        \
	X(floor_pipe)                                                                                        \
	X(floor_uprobe)
#define X(name) double bench_##name(unsigned n);
BENCH_LIST(X)
#undef X

#endif
