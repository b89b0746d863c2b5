/* guard.c - what containment costs: with a crash, and without. */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "runtime/guard.h"
#include "runtime/hooks.h"
#include "tree.h"

static int *volatile nowhere;

static void crash(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	(void)ctx, (void)self, (void)state, (void)size, (void)code;
	*nowhere = 1;
}

static bool ready(void)
{
	static bool entered;

	if (rt_guard_install(NULL) != RT_OK || (!entered && rt_guard_enter() != RT_OK))
		return false;
	entered = true;
	return true;
}

double bench_restart_segv(unsigned n)
{
	unsigned crashes = 50000;
	struct rt_hooks hooks = { .inside = crash };
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && bench_settle(tree.rt) && ready()) {
		rt_place *places = malloc(n * sizeof *places);
		bool ok = places != NULL;
		uint32_t at = 1;

		rt_hooks_set(tree.rt, &hooks);
		rt_guard_protect(tree.rt);
		for (unsigned i = 0; ok && i < n; i++)
			places[i] = rt_actor_place(tree.rt, bench_child(tree.rt, i));
		double begin = bench_now();

		for (unsigned i = 0; ok && i < crashes; i++) {
			at = at * 1664525u + 1013904223u;
			rt_id victim = rt_path_actor(tree.rt, places[(uint64_t)at * n >> 32]);

			ok = rt_inside(tree.rt, victim, 0) == RT_OK && bench_settle(tree.rt);
		}
		if (ok && rt_alive(tree.rt) == n + 1)
			result = crashes / (bench_now() - begin);
		free(places);
	}
	bench_tree_free(&tree);
	return result;
}

/* As bench_cast, with each handler's call armed. */
double bench_cast_guarded(unsigned n)
{
	unsigned rounds = 2000000 / n;
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && bench_settle(tree.rt) && ready()) {
		rt_id *ids = malloc(n * sizeof *ids);
		struct rt_msg msg = { .tag = 1 };
		bool ok = ids != NULL;

		rt_guard_protect(tree.rt);
		for (unsigned i = 0; ok && i < n; i++)
			ids[i] = bench_child(tree.rt, i);
		double begin = bench_now();

		for (unsigned round = 0; ok && round < rounds; round++) {
			for (unsigned i = 0; ok && i < n; i++)
				ok = rt_send(tree.rt, ids[i], &msg) == RT_OK;
			ok = ok && bench_settle(tree.rt);
		}
		if (ok)
			result = (double)rounds * n / (bench_now() - begin);
		free(ids);
	}
	bench_tree_free(&tree);
	return result;
}

static sigjmp_buf back;

static void jump(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

/* On the same alternate stack, without a mask to be saved or restored. */
double bench_floor_signal(unsigned n)
{
	enum { COUNT = 100000 };
	struct sigaction action = { .sa_handler = jump, .sa_flags = SA_ONSTACK | SA_NODEFER }, before;
	volatile unsigned taken = 0;

	(void)n;
	if (!ready() || sigaction(SIGSEGV, &action, &before) != 0)
		return -1;
	double begin = bench_now();

	sigsetjmp(back, 0);
	if (taken < COUNT) {
		taken = taken + 1;
		*nowhere = 1;
	}
	double result = (bench_now() - begin) * 1e9 / COUNT;

	sigaction(SIGSEGV, &before, NULL);
	return result;
}
