/* bench.h - one figure of treefall-bench: a row, and a function that measures it once. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_row {
	const char *name;
	const char *unit;
	const char *help;
	bool events;                /* an observer takes every event, as in real runs */
	unsigned sizes[4];          /* ended by 0 */
	double (*once)(unsigned n); /* one run; negative: it failed */
};
/* What `once` gives where a figure cannot be had: no rights, or not built. */
#define BENCH_SKIPPED -2

/* Seconds since some moment. */
double bench_now(void);

double bench_start_supervised(unsigned n);
double bench_rss_per_worker(unsigned n);
double bench_restart_soft(unsigned n);
double bench_storm_one_for_all(unsigned n);
double bench_cast(unsigned n);
double bench_request(unsigned n);
double bench_restart_segv(unsigned n);
double bench_cast_guarded(unsigned n);
double bench_floor_signal(unsigned n);
double bench_isolated_message(unsigned n);
double bench_floor_pipe(unsigned n);
double bench_isolated_ratio(unsigned n);
double bench_floor_message(unsigned n);
double bench_floor_touch(unsigned n);
double bench_probe_detached(unsigned n);
double bench_floor_uprobe(unsigned n);
double bench_probe_attached(unsigned n);
double bench_trace_lifecycle(unsigned n);
double bench_trace_hotspots(unsigned n);
double bench_watch_frame(unsigned n);
double bench_watch_back(unsigned n);

#endif
