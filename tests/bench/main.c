/* main.c - treefall-bench: each figure as the median of some runs after a warm-up, with the least and the
 * greatest.  Figures are for comparing with others of the same run on the same machine, nothing else.
 *
 * Each row is measured in a process of its own, so none finds the memory that another has left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define RUNS_MAX 99

struct bench_mode bench_mode;

uint64_t bench_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

double bench_now(void)
{
	return (double)bench_ns() * 1e-9;
}

static int compare_spent(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

double bench_permille(uint32_t *values, unsigned count, unsigned permille)
{
	qsort(values, count, sizeof *values, compare_spent);
	return values[(uint64_t)(count - 1) * permille / 1000];
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* --- what was asked for -------------------------------------------------------------------------------- */

static struct {
	bool json, markdown, only_on;
	unsigned runs, warm_ups, percent;
	char **names; /* NAME or NAME:N */
	int n_names;
} asked = { .runs = 5, .warm_ups = 1, .percent = 100 };

unsigned bench_times(unsigned count)
{
	count = (unsigned)((uint64_t)count * asked.percent / 100);
	return bench_mode.quick ? 1 + count / 2000 : count;
}

/* Is `name` of the command line this row, and at this size (0: any)? */
static bool means(const char *name, const struct bench_row *row, unsigned n)
{
	size_t length = strlen(row->name);

	return strncmp(name, row->name, length) == 0 &&
	       (name[length] == '\0' ||
		(name[length] == ':' && (n == 0 || strtoul(name + length + 1, NULL, 10) == n)));
}

static bool wanted(const struct bench_row *row, unsigned n)
{
	for (int i = 0; i < asked.n_names; i++)
		if (means(asked.names[i], row, n))
			return true;
	return asked.n_names == 0;
}

static bool known(const char *name)
{
	for (size_t i = 0; i < bench_n_rows; i++)
		for (unsigned s = 0; s < BENCH_SIZES && bench_rows[i].sizes[s] != 0; s++)
			if (means(name, &bench_rows[i], bench_rows[i].sizes[s]))
				return true;
	return false;
}

/* --- measuring ----------------------------------------------------------------------------------------- */

struct figure {
	enum { UNMEASURED, FAILED, SKIPPED, MEASURED } state;
	double median, min, max;
};

/* Of each row and size, with events and without; in memory that the processes that measure have, too. */
static struct figure (*figures)[BENCH_SIZES][2];

/* On and off in turn, for what else the machine does concerns both alike. */
static void measure(const struct bench_row *row, unsigned n, struct figure *figure)
{
	double values[2][RUNS_MAX];
	unsigned ways = row->events == BENCH_BOTH && !asked.only_on ? 2 : 1;

	for (unsigned run = 0; run < asked.warm_ups + asked.runs; run++) {
		for (unsigned way = 0; way < ways; way++) {
			bench_mode.events = row->events != BENCH_NONE && way == 0;
			double value = row->once(n);

			if (value < 0) {
				figure[0].state = figure[1].state = value == BENCH_SKIPPED ? SKIPPED : FAILED;
				return;
			}
			if (run >= asked.warm_ups)
				values[way][run - asked.warm_ups] = value;
		}
	}
	for (unsigned way = 0; way < ways; way++) {
		qsort(values[way], asked.runs, sizeof values[way][0], compare);
		figure[way] = (struct figure){ .state = MEASURED,
					       .median = values[way][asked.runs / 2],
					       .min = values[way][0],
					       .max = values[way][asked.runs - 1] };
	}
}

static void measure_apart(const struct bench_row *row, unsigned n, struct figure *figure)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		measure(row, n, figure);
		fflush(stderr);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 || figure[0].state == UNMEASURED)
		figure[0].state = FAILED;
}

/* --- telling ------------------------------------------------------------------------------------------- */

static void tell_json(const struct bench_row *row, unsigned n, const struct figure *figure)
{
	for (unsigned way = 0; way < 2; way++)
		if (figure[way].state == MEASURED)
			printf("{\"bench\":\"%s\",\"n\":%u,\"events\":\"%s\",\"value\":%.6g,\"min\":%.6g,"
			       "\"max\":%.6g,\"unit\":\"%s\"}\n",
			       row->name, n, row->events != BENCH_NONE && way == 0 ? "on" : "off",
			       figure[way].median, figure[way].min, figure[way].max, row->unit);
}

static void tell_head(void)
{
	if (asked.markdown)
		printf("| figure | n | median | least | greatest | events off | unit | what |\n"
		       "|---|---|---|---|---|---|---|---|\n");
	else if (!asked.json)
		printf("%-18s %8s  %10s  %10s  %10s  %10s  %-15s  %s\n", "bench", "n", "median", "min", "max",
		       "events off", "unit", "what");
}

/* In thousands and millions, for a page. */
static char *shown(double value, char buf[24])
{
	if (value >= 1e6)
		snprintf(buf, 24, "%.3g M", value / 1e6);
	else if (value >= 1e4)
		snprintf(buf, 24, "%.3g k", value / 1e3);
	else if (value >= 1000)
		snprintf(buf, 24, "%.0f", value);
	else
		snprintf(buf, 24, "%.3g", value);
	return buf;
}

static void tell(const struct bench_row *row, unsigned n, const struct figure *figure)
{
	char median[24], min[24], max[24], off[24];
	bool both = figure[1].state == MEASURED;

	if (figure[0].state == SKIPPED) {
		if (!asked.markdown)
			printf("%-18s %8u  not measured: nobody can look here\n", row->name, n);
	} else if (asked.markdown) {
		printf("| `%s` | %u | %s | %s | %s | %s | %s | %s |\n", row->name, n,
		       shown(figure[0].median, median), shown(figure[0].min, min), shown(figure[0].max, max),
		       both ? shown(figure[1].median, off) : "", row->unit, row->help);
	} else {
		snprintf(off, sizeof off, "%.4g", figure[1].median);
		printf("%-18s %8u  %10.4g  %10.4g  %10.4g  %10s  %-15s  %s\n", row->name, n,
		       figure[0].median, figure[0].min, figure[0].max, both ? off : "", row->unit, row->help);
	}
}

/* The figure of a row at a size; with one size it has that at any. */
static const struct figure *find(const char *name, unsigned n, const struct bench_row **row)
{
	for (size_t i = 0; i < bench_n_rows; i++) {
		if (strcmp(bench_rows[i].name, name) != 0)
			continue;
		*row = &bench_rows[i];
		for (unsigned s = 0; s < BENCH_SIZES && bench_rows[i].sizes[s] != 0; s++)
			if ((bench_rows[i].sizes[s] == n || bench_rows[i].sizes[1] == 0) &&
			    figures[i][s][0].state == MEASURED)
				return &figures[i][s][0];
	}
	return NULL;
}

/* What one of it costs, in seconds where the unit is one of time. */
static double cost(const struct bench_row *row, const struct figure *figure)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = { { "ns", 1e-9 }, { "us", 1e-6 }, { "ms", 1e-3 } };

	if (strcmp(row->unit, "per second") == 0)
		return 1 / figure->median;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(row->unit, units[i].unit) == 0)
			return figure->median * units[i].factor;
	return figure->median;
}

static void tell_pairs(void)
{
	const char *title = asked.markdown
				    ? "\n| cost of | n | is | | at most | |\n|---|---|---|---|---|---|\n"
				    : "\nheld against each other\n";

	for (size_t i = 0; i < bench_n_pairs; i++) {
		const struct bench_pair *pair = &bench_pairs[i];
		const struct bench_row *row, *floor_row;
		const struct figure *figure = find(pair->row, pair->n, &row), *floor;
		double times;

		if (figure == NULL)
			continue;
		times = pair->floor == NULL ? figure->median : cost(row, figure);
		if (pair->floor != NULL) {
			floor = find(pair->floor, pair->floor_n != 0 ? pair->floor_n : pair->n, &floor_row);
			if (floor == NULL)
				continue;
			times /= cost(floor_row, floor);
		}
		const char *verdict = pair->at_most <= 0       ? ""
				      : times <= pair->at_most ? "reached"
							       : "not reached";
		char limit[24] = "";

		if (pair->at_most > 0)
			snprintf(limit, sizeof limit, "%.4g", pair->at_most);
		fputs(title, stdout);
		if (asked.markdown)
			printf("| `%s` | %u | %.3g | %s%s%s | %s | %s |\n", pair->row, pair->n, times,
			       pair->floor == NULL ? row->unit : "times `",
			       pair->floor == NULL ? "" : pair->floor, pair->floor == NULL ? "" : "`", limit,
			       verdict);
		else
			printf("%-18s %8u  %10.3g  %s%s%s%s%s%s\n", pair->row, pair->n, times,
			       pair->floor == NULL ? row->unit : "times the cost of ",
			       pair->floor == NULL ? "" : pair->floor, *limit ? "; at most " : "", limit,
			       *limit ? " is " : "", verdict);
		title = "";
	}
}

/* --- the program --------------------------------------------------------------------------------------- */

static int usage(void)
{
	fprintf(stderr,
		"usage: treefall-bench [--json | --markdown] [--quick] [--only-on] [--runs N] [--cold] "
		"[--percent N]\n"
		"                      [NAME[:SIZE]...]\n"
		"  --only-on: nothing is measured with journal events off\n"
		"  --cold: without a warm-up\n"
		"  --percent: so much of the usual number of repetitions; for profilers\n"
		"  --quick: the smallest size, once, with next to no work in it; to see that it works\n");
	return 64;
}

static bool read_options(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			asked.json = true;
		} else if (strcmp(argv[i], "--markdown") == 0) {
			asked.markdown = true;
		} else if (strcmp(argv[i], "--quick") == 0) {
			bench_mode.quick = true;
			asked.runs = 1;
			asked.warm_ups = 0;
		} else if (strcmp(argv[i], "--only-on") == 0) {
			asked.only_on = true;
		} else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
			asked.runs = (unsigned)strtoul(argv[++i], NULL, 10);
			if (asked.runs < 1 || asked.runs > RUNS_MAX)
				return false;
		} else if (strcmp(argv[i], "--cold") == 0) {
			asked.warm_ups = 0;
		} else if (strcmp(argv[i], "--percent") == 0 && i + 1 < argc) {
			asked.percent = (unsigned)strtoul(argv[++i], NULL, 10);
			if (asked.percent < 1 || asked.percent > 1000)
				return false;
		} else {
			return false;
		}
	}
	asked.names = argv + i;
	asked.n_names = argc - i;
	for (int j = 0; j < asked.n_names; j++) {
		if (!known(asked.names[j])) {
			fprintf(stderr, "treefall-bench: no figure %s\n", asked.names[j]);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	bool ok = true;

	if (!read_options(argc, argv))
		return usage();
	figures = mmap(NULL, bench_n_rows * sizeof *figures, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (figures == MAP_FAILED) {
		perror("treefall-bench");
		return 70;
	}
	tell_head();
	for (size_t i = 0; i < bench_n_rows; i++) {
		const struct bench_row *row = &bench_rows[i];

		for (unsigned s = 0; s < (bench_mode.quick ? 1 : BENCH_SIZES) && row->sizes[s] != 0; s++) {
			struct figure *figure = figures[i][s];

			if (!wanted(row, row->sizes[s]))
				continue;
			measure_apart(row, row->sizes[s], figure);
			if (figure->state == FAILED) {
				fprintf(stderr, "treefall-bench: %s %u failed\n", row->name, row->sizes[s]);
				ok = false;
			} else if (asked.json) {
				tell_json(row, row->sizes[s], figure);
			} else {
				tell(row, row->sizes[s], figure);
			}
		}
	}
	if (!asked.json)
		tell_pairs();
	return ok ? 0 : 70;
}
