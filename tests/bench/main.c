/* main.c - treefall-bench: each figure as the median of some runs after a warm-up, with the least and the
 * greatest.  Figures are for comparing with others of the same run on the same machine, nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define RUNS 5

static const struct bench_row rows[] = {
	{ "start_supervised",
	  "per second",
	  "workers with 64 bytes of state started under supervisors of 1,000",
	  true,
	  { 1000, 1000000 },
	  bench_start_supervised },
	{ "rss_per_worker",
	  "bytes",
	  "resident memory that each of them takes, supervisors included",
	  true,
	  { 1000000 },
	  bench_rss_per_worker },
	{ "restart_soft",
	  "per second",
	  "crash and restart of one of n children, one_for_one",
	  true,
	  { 1, 1000, 1000000 },
	  bench_restart_soft },
	{ "restart_segv",
	  "per second",
	  "the same, but the child really writes to memory that is not there",
	  true,
	  { 1, 1000 },
	  bench_restart_segv },
	{ "floor_signal",
	  "ns",
	  "a SIGSEGV taken and jumped out of, and nothing else: what the kernel asks",
	  false,
	  { 1 },
	  bench_floor_signal },
	{ "storm_one_for_all",
	  "ms",
	  "one crash restarts n children, one_for_all",
	  true,
	  { 1000, 100000 },
	  bench_storm_one_for_all },
	{ "cast",
	  "per second",
	  "messages sent to one of n workers and handled",
	  true,
	  { 1, 1000 },
	  bench_cast },
	{ "cast_guarded",
	  "per second",
	  "the same, with each call of a handler armed against crashes",
	  true,
	  { 1, 1000 },
	  bench_cast_guarded },
	{ "request",
	  "per second",
	  "requests with a time-out, made, taken up, answered and told, n at a time",
	  true,
	  { 1, 100, 10000 },
	  bench_request },
	{ "isolated_message",
	  "us",
	  "a message to a worker in a process of its own, handled and answered for",
	  false,
	  { 1 },
	  bench_isolated_message },
	{ "floor_pipe",
	  "us",
	  "a byte through a pipe to another process and one back: what the kernel asks",
	  false,
	  { 1 },
	  bench_floor_pipe },
	{ "isolated_ratio",
	  "times",
	  "the one by the other",
	  false,
	  { 1 },
	  bench_isolated_ratio },
	{ "floor_message",
	  "ns",
	  "put into a ring and call through a pointer: the least that a message costs",
	  false,
	  { 1 },
	  bench_floor_message },
	{ "floor_touch",
	  "ns",
	  "write 256 bytes of fresh memory: the least that a worker costs",
	  false,
	  { 1000000 },
	  bench_floor_touch },
	{ "probe_detached",
	  "ns",
	  "what a probe point that nobody looks at adds to a loop",
	  false,
	  { 1 },
	  bench_probe_detached },
	{ "floor_uprobe",
	  "ns",
	  "a five-byte nop with a BPF program that does nothing: what the kernel asks",
	  false,
	  { 1 },
	  bench_floor_uprobe },
	{ "probe_attached",
	  "ns",
	  "a probe point with such a program",
	  false,
	  { 1 },
	  bench_probe_attached },
	{ "trace_lifecycle",
	  "%",
	  "of its time that a process with n workers and 10,000 restarts a second gives to being traced",
	  false,
	  { 1, 1000 },
	  bench_trace_lifecycle },
	{ "trace_hotspots",
	  "%",
	  "of its time that a busy process gives to being sampled 99 times a second",
	  false,
	  { 1 },
	  bench_trace_hotspots },
	{ "watch_frame",
	  "us",
	  "a picture of the live tree, 120 x 40, of n actors at 10,000 events a second",
	  true,
	  { 100, 1000, 10000, 100000 },
	  bench_watch_frame },
	{ "watch_back",
	  "ms",
	  "one step back in a run of n events, until it can be drawn",
	  true,
	  { 1000, 1000000 },
	  bench_watch_back },
};
#define ROWS (sizeof rows / sizeof rows[0])
static double medians[ROWS]; /* of its last size, once measured */

/* What is held against what, where both were measured. */
static const struct {
	const char *row, *floor;
} pairs[] = {
	{ "probe_attached", "floor_uprobe" },
};

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static bool wanted(const char *name, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return count == 0;
}

/* How often the floor's figure goes into this one; 0: there is none to compare with. */
static double ratio(const struct bench_row *row, const char **floor)
{
	*floor = NULL;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (strcmp(pairs[i].row, row->name) == 0)
			*floor = pairs[i].floor;
	for (size_t i = 0; *floor != NULL && i < ROWS; i++)
		if (strcmp(rows[i].name, *floor) == 0 && medians[i] > 0)
			return medians[row - rows] / medians[i];
	return 0;
}

static bool measure(const struct bench_row *row, unsigned n, bool json)
{
	double values[RUNS];

	for (int run = -1; run < RUNS; run++) {
		double value = row->once(n);

		if (value == BENCH_SKIPPED) {
			if (!json)
				printf("%-18s %8u  not measured: nobody can look here\n",
				       row->name, n);
			return true;
		}
		if (value < 0)
			return false;
		if (run >= 0)
			values[run] = value;
	}
	qsort(values, RUNS, sizeof values[0], compare);
	const char *events = row->events ? "on" : "off";
	const char *floor;
	double times;

	medians[row - rows] = values[RUNS / 2];
	times = ratio(row, &floor);
	if (json)
		printf("{\"bench\":\"%s\",\"n\":%u,\"events\":\"%s\",\"value\":%.4g,\"min\":%.4g,"
		       "\"max\":%.4g,\"unit\":\"%s\"",
		       row->name, n, events, values[RUNS / 2], values[0], values[RUNS - 1], row->unit);
	else
		printf("%-18s %8u  %14.4g  %14.4g  %14.4g  %-10s  %s", row->name, n, values[RUNS / 2],
		       values[0], values[RUNS - 1], row->unit, row->help);
	if (times > 0 && json)
		printf(",\"times\":%.3g,\"of\":\"%s\"", times, floor);
	else if (times > 0)
		printf("; %.3g times %s", times, floor);
	printf(json ? "}\n" : "\n");
	fflush(stdout);
	return true;
}

int main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	char **names = argv + 1 + json;
	int count = argc - 1 - json;
	bool found = count == 0, ok = true;

	if (!json)
		printf("%-18s %8s  %14s  %14s  %14s  %-10s  %s\n", "bench", "n", "median", "min", "max",
		       "unit", "what");
	for (size_t i = 0; i < ROWS; i++) {
		if (!wanted(rows[i].name, names, count))
			continue;
		found = true;
		for (unsigned s = 0; s < 4 && rows[i].sizes[s] != 0; s++)
			ok = measure(&rows[i], rows[i].sizes[s], json) && ok;
	}
	if (!found) {
		fprintf(stderr, "treefall-bench: no such figure\n");
		return 64;
	}
	return ok ? 0 : 70;
}
