/* floor.c - what the machine asks for the least of it: the figures are held against these. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "runtime/guard.h"

static uint64_t sink;

bool bench_guard(void)
{
	static bool entered;

	if (!entered)
		entered = rt_guard_install(NULL) == RT_OK && rt_guard_enter() == RT_OK;
	return entered;
}

/* --- a signal ------------------------------------------------------------------------------------------ */

static int *volatile nowhere;
static sigjmp_buf back;

static void jump(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

/* Taken on an alternate stack and jumped out of, without a mask to be saved or restored.  Of `spent`, if it
 * is not null, each one's time; all together in ns. */
static double signals(uint32_t *spent, unsigned count)
{
	struct sigaction action = { .sa_handler = jump, .sa_flags = SA_ONSTACK | SA_NODEFER }, before;
	volatile unsigned taken = 0;
	volatile uint64_t last = 0;

	if (!bench_guard() || sigaction(SIGSEGV, &action, &before) != 0)
		return -1;
	uint64_t begin = bench_ns();

	sigsetjmp(back, 0);
	if (spent != NULL) {
		uint64_t now = bench_ns();

		if (taken > 0)
			spent[taken - 1] = (uint32_t)(now - last);
		last = now;
	}
	if (taken < count) {
		taken = taken + 1;
		*nowhere = 1;
	}
	double all = (double)(bench_ns() - begin);

	sigaction(SIGSEGV, &before, NULL);
	return all;
}

static double signal_latency(unsigned permille)
{
	unsigned count = bench_times(50000);
	uint32_t *spent = malloc(count * sizeof *spent);
	double result = -1;

	if (spent != NULL && signals(spent, count) >= 0)
		result = bench_permille(spent, count, permille);
	free(spent);
	return result;
}

double bench_floor_signal(unsigned n)
{
	unsigned count = bench_times(100000);
	double all = signals(NULL, count);

	(void)n;
	return all < 0 ? -1 : all / count;
}

double bench_floor_signal_p50(unsigned n)
{
	(void)n;
	return signal_latency(500);
}

double bench_floor_signal_p99(unsigned n)
{
	(void)n;
	return signal_latency(990);
}

/* --- memory -------------------------------------------------------------------------------------------- */

static void floor_handle(uint64_t *word)
{
	sink += *word;
}

double bench_floor_message(unsigned n)
{
	enum { RING = 1024 };
	static uint64_t ring[RING];
	void (*volatile handle)(uint64_t *) = floor_handle;
	unsigned count = bench_times(20000000);
	double begin = bench_now();

	(void)n;
	for (unsigned i = 0; i < count; i++) {
		ring[i % RING] = i;
		handle(&ring[i % RING]);
	}
	return (bench_now() - begin) * 1e9 / count;
}

#define LINE   64
#define WORKER 256 /* bytes, the least that a worker of a million has been seen to take */

/* Memory of `n` workers, on huge pages where there are any. */
static uint64_t *workers(unsigned n)
{
	size_t size = (size_t)n * WORKER;
	uint64_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	(void)madvise(memory, size, MADV_HUGEPAGE);
	for (size_t i = 0; i < size / sizeof *memory; i += LINE / sizeof *memory)
		memory[i] = i * UINT64_C(0x9e3779b97f4a7c15) >> 40;
	return memory;
}

/* One random line after the other is read and written, `each` of them an operation; where the next one lies
 * is known when this one is there.  Nanoseconds an operation. */
static double miss(unsigned n, unsigned each)
{
	unsigned lines = n * (WORKER / LINE), count = bench_times(2000000) / each;
	uint64_t *memory = workers(n), seen = 0;
	uint32_t at = 1;

	if (memory == NULL)
		return -1;
	double begin = bench_now();

	for (unsigned i = 0; i < count * each; i++) {
		at += (uint32_t)seen;
		uint64_t *line = memory + (size_t)bench_random(&at, lines) * (LINE / sizeof *memory);

		seen = *line;
		*line = seen + 1;
	}
	double result = (bench_now() - begin) * 1e9 / count;

	sink += seen;
	munmap(memory, (size_t)n * WORKER);
	return result;
}

double bench_floor_miss(unsigned n)
{
	return miss(n, 1);
}

/* How many lines a restart of one of a million touches that those before it did not: what tests/bench/lines
 * counts, and not one more. */
#define RESTART_LINES 7

double bench_control_restart(unsigned n)
{
	double ns = miss(n, RESTART_LINES);

	return ns < 0 ? -1 : 1e9 / ns;
}

double bench_floor_touch(unsigned n)
{
	double begin = bench_now();
	uint64_t *memory = malloc((size_t)n * WORKER);

	if (memory == NULL)
		return -1;
	for (size_t i = 0; i < (size_t)n * (WORKER / sizeof *memory); i++)
		memory[i] = i;
	sink += memory[n];
	double result = (bench_now() - begin) * 1e9 / n;

	free(memory);
	return result;
}

/* --- processes ----------------------------------------------------------------------------------------- */

/* Empty ones, made and buried one after the other, by a small program beside this one. */
double bench_floor_fork(unsigned n)
{
	char path[4096], command[4200];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	double result = -1;

	(void)n;
	if (length < 0)
		return -1;
	path[length] = '\0';
	snprintf(command, sizeof command, "'%s-fork' %u", path, bench_times(5000));
	FILE *forker = popen(command, "r");

	if (forker == NULL)
		return -1;
	if (fscanf(forker, "%lf", &result) != 1)
		result = -1;
	return pclose(forker) == 0 ? result : -1;
}
