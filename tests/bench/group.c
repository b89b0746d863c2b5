/* group.c - many end and start at once: group restarts, a whole generation killed, escalation, whole trees.
 */
#include <stdlib.h>

#include "tree.h"

/* Milliseconds until n children are there again after the first of them crashed. */
static double storm(unsigned n, enum rt_strategy strategy)
{
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, strategy)) {
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		rt_id first = bench_child(tree.rt, 0);
		double begin = bench_now();

		if (rt_exit(tree.rt, first, reason) == RT_OK && bench_settle(tree.rt)) {
			bench_ring_drain(tree.ring);
			result = (bench_now() - begin) * 1e3;
		}
		if (rt_alive(tree.rt) != n + 1 || bench_child(tree.rt, n - 1) == RT_NOBODY ||
		    rt_path_starts(tree.rt, rt_path_find(tree.rt, "root/w0")) != 2)
			result = -1;
	}
	bench_tree_free(&tree);
	return result;
}

double bench_storm_one_for_all(unsigned n)
{
	return storm(n, RT_ONE_FOR_ALL);
}

double bench_storm_rest_for_one(unsigned n)
{
	return storm(n, RT_REST_FOR_ONE);
}

double bench_kill_all(unsigned n)
{
	struct bench_tree tree;
	double result = -1;

	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE)) {
		rt_id *ids = bench_ids(tree.rt, n);
		bool ok = ids != NULL;
		double begin = bench_now();

		for (unsigned i = 0; ok && i < n; i++)
			ok = rt_kill(tree.rt, ids[i]) == RT_OK;
		if (ok && bench_settle(tree.rt)) {
			bench_ring_drain(tree.ring);
			result = (bench_now() - begin) * 1e3;
		}
		if (rt_alive(tree.rt) != n + 1)
			result = -1;
		free(ids);
	}
	bench_tree_free(&tree);
	return result;
}

/* --- a spine ------------------------------------------------------------------------------------------- */

#define LEVELS 32

/* `n` supervisors one below the other that allow no restart, a worker below the last, and a root above that
 * allows them all.  Microseconds from the worker's crash until it is there again, and all above. */
double bench_escalate_spine(unsigned n)
{
	unsigned crashes = bench_times(20000);
	struct bench_tree tree = { .rt = NULL };
	struct rt_child level[LEVELS + 1];
	char path[2 * LEVELS + 8] = "s";
	double result = -1;

	level[n] = (struct rt_child){ .id = "s", .shutdown_ms = RT_SHUTDOWN_WORKER_MS };
	for (unsigned i = n; i-- > 0;)
		level[i] = (struct rt_child){ .id = "s",
					      .supervisor = true,
					      .type = RT_SUPERVISOR,
					      .shutdown_ms = RT_SHUTDOWN_INFINITY,
					      .period_s = 5,
					      .children = &level[i + 1],
					      .n_children = 1 };
	struct rt_child root = level[0];

	root.intensity = 1000000000;
	root.children = &level[0];
	for (unsigned i = 0; i < n + 1; i++) {
		path[2 * i + 1] = '/';
		path[2 * i + 2] = 's';
		path[2 * i + 3] = '\0';
	}
	if (bench_tree_begin_with(&tree, &root) && bench_settle(tree.rt)) {
		rt_place leaf = rt_path_find(tree.rt, path);
		rt_atom reason = rt_atom_make(tree.rt, "crash");
		bool ok = true;
		double begin = bench_now();

		for (unsigned i = 0; ok && i < crashes; i++)
			ok = rt_exit(tree.rt, rt_path_actor(tree.rt, leaf), reason) == RT_OK &&
			     bench_settle(tree.rt);
		bench_ring_drain(tree.ring);
		if (ok && rt_path_starts(tree.rt, leaf) == crashes + 1 && rt_alive(tree.rt) == n + 2)
			result = (bench_now() - begin) * 1e6 / crashes;
	}
	bench_tree_free(&tree);
	return result;
}

/* --- a full tree --------------------------------------------------------------------------------------- */

#define FAN 4

/* Milliseconds to end a tree of `n` levels below the root, four wide, and to start it again. */
static bool full_tree(unsigned n, double *down, double *up)
{
	static const char *const ids[FAN] = { "a", "b", "c", "d" };
	struct bench_tree tree = { .rt = NULL };
	struct rt_child level[LEVELS][FAN], root;
	uint64_t all = 1, width = 1;
	bool ok = false;

	for (unsigned i = n; i-- > 0;) {
		for (unsigned j = 0; j < FAN; j++) {
			level[i][j] = (struct rt_child){ .id = ids[j], .shutdown_ms = RT_SHUTDOWN_WORKER_MS };
			if (i == n - 1)
				continue;
			level[i][j].supervisor = true;
			level[i][j].type = RT_SUPERVISOR;
			level[i][j].shutdown_ms = RT_SHUTDOWN_INFINITY;
			level[i][j].intensity = 1;
			level[i][j].period_s = 5;
			level[i][j].children = level[i + 1];
			level[i][j].n_children = FAN;
		}
		width *= FAN;
		all += width;
	}
	root = (struct rt_child){ .id = "root",
				  .supervisor = true,
				  .type = RT_SUPERVISOR,
				  .shutdown_ms = RT_SHUTDOWN_INFINITY,
				  .intensity = 1,
				  .period_s = 5,
				  .children = level[0],
				  .n_children = FAN };
	if (bench_tree_begin_with(&tree, &root) && bench_settle(tree.rt) && rt_alive(tree.rt) == all) {
		double begin = bench_now();

		ok = rt_shutdown(tree.rt) == RT_OK && bench_settle(tree.rt) && rt_alive(tree.rt) == 0;
		bench_ring_drain(tree.ring);
		*down = (bench_now() - begin) * 1e3;
		begin = bench_now();
		ok = ok && rt_start(tree.rt, &root) == RT_OK && bench_settle(tree.rt) &&
		     rt_alive(tree.rt) == all;
		bench_ring_drain(tree.ring);
		*up = (bench_now() - begin) * 1e3;
	}
	bench_tree_free(&tree);
	return ok;
}

double bench_full_tree_teardown(unsigned n)
{
	double down, up;

	return full_tree(n, &down, &up) ? down : -1;
}

double bench_full_tree_rebuild(unsigned n)
{
	double down, up;

	return full_tree(n, &down, &up) ? up : -1;
}
