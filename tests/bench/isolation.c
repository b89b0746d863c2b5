/* isolation.c - what a process of its own costs: a message there and back, beside the least that it takes to
 * wake another process and be woken by it. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "runtime/isolation.h"
#include "runtime/worker.h"
#include "tree.h"

#define MESSAGES 5000

static void take(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static const struct rt_behaviour quiet = { .name = "quiet", .help = "takes messages", .handle = take };

/* Microseconds a message. */
double bench_isolated_message(unsigned n)
{
	static const struct rt_child worker = {
		.id = "w", .shutdown_ms = 5000, .behaviour = &quiet, .isolation = RT_ISOLATION_PROCESS
	};
	static const struct rt_child root = { .id = "root",
					      .supervisor = true,
					      .period_s = 5,
					      .shutdown_ms = RT_SHUTDOWN_INFINITY,
					      .children = &worker,
					      .n_children = 1 };
	const struct rt_config config = { .seed = 1 };
	const struct rt_msg msg = { .tag = 1 };
	struct rt *rt;
	double begin, result = -1;

	(void)n;
	if (rt_new(&config, &rt) != RT_OK)
		return -1;
	bool ok = rt_isolation_install(rt, NULL) == RT_OK && rt_start(rt, &root) == RT_OK && bench_settle(rt);
	rt_id id = ok ? rt_path_actor(rt, rt_path_find(rt, "root/w")) : RT_NOBODY;

	ok = ok && rt_send(rt, id, &msg) == RT_OK && bench_settle(rt);
	begin = bench_now();
	for (unsigned i = 0; ok && i < MESSAGES; i++)
		ok = rt_send(rt, id, &msg) == RT_OK && bench_settle(rt);
	if (ok && rt_path_starts(rt, rt_path_find(rt, "root/w")) == 1)
		result = (bench_now() - begin) * 1e6 / MESSAGES;
	rt_free(rt);
	return result;
}

static void answer(int in, int out)
{
	char byte;

	while (read(in, &byte, 1) == 1 && write(out, &byte, 1) == 1)
		continue;
	_exit(0);
}

/* The same of one byte through two pipes. */
double bench_floor_pipe(unsigned n)
{
	int there[2], back[2];
	char byte = 0;
	bool ok = true;

	(void)n;
	if (pipe(there) != 0)
		return -1;
	if (pipe(back) != 0) {
		close(there[0]);
		close(there[1]);
		return -1;
	}
	pid_t pid = fork();

	if (pid == 0) {
		close(there[1]);
		answer(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	ok = pid > 0 && write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1;
	double begin = bench_now();

	for (unsigned i = 0; ok && i < MESSAGES; i++)
		ok = write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1;
	double result = (bench_now() - begin) * 1e6 / MESSAGES;

	close(there[1]);
	close(back[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ok ? result : -1;
}

/* The one by the other, one right after the other, for both depend on what else the machine does. */
double bench_isolated_ratio(unsigned n)
{
	double message = bench_isolated_message(n), floor = bench_floor_pipe(n);

	return message < 0 || floor <= 0 ? -1 : message / floor;
}
