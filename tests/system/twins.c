/* twins.c - a program to be looked at: two threads, a runtime each, whose workers crash N times.
 *
 * With a second argument it waits for a line on standard input before, and for its end afterwards; if that is
 * `exec` it runs another program in its place, and if it is `again` itself, without a second argument. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/runtime.h"

struct twin {
	const char *root;
	struct rt *rt;
	unsigned crashes;
};

static const struct rt_child worker = { .id = "worker", .shutdown_ms = RT_SHUTDOWN_WORKER_MS };

static void make(struct twin *twin)
{
	const struct rt_child root = {
		.id = twin->root,
		.supervisor = true,
		.shutdown_ms = RT_SHUTDOWN_INFINITY,
		.intensity = 1000000,
		.period_s = 1,
		.n_children = 1,
		.children = &worker,
	};

	if (rt_new(&(struct rt_config){ .seed = 1, .memory_max = 64 << 20 }, &twin->rt) != RT_OK ||
	    rt_start(twin->rt, &root) != RT_OK || rt_run(twin->rt, 0, 1000) != RT_OK)
		abort();
}

static void *fall(void *ctx)
{
	struct twin *twin = ctx;
	char path[64];

	snprintf(path, sizeof(path), "%s/worker", twin->root);
	for (unsigned i = 0; i < twin->crashes; i++) {
		rt_id victim = rt_path_actor(twin->rt, rt_path_find(twin->rt, path));

		if (rt_exit(twin->rt, victim, rt_atom_make(twin->rt, "boom")) != RT_OK ||
		    rt_run(twin->rt, 0, 1000) != RT_OK)
			abort();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned crashes = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
	struct twin twins[2] = { { .root = "left", .crashes = crashes },
				 { .root = "right", .crashes = crashes } };
	pthread_t threads[2];
	char line[16];

	for (unsigned i = 0; i < 2; i++)
		make(&twins[i]);
	if (argc > 2 && fgets(line, sizeof(line), stdin) == NULL)
		return 1;
	for (unsigned i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, fall, &twins[i]) != 0)
			return 1;
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (argc > 2 && strcmp(argv[2], "exec") == 0)
		execlp("sleep", "sleep", "1", (char *)NULL);
	if (argc > 2 && strcmp(argv[2], "again") == 0)
		execl("/proc/self/exe", argv[0], argv[1], (char *)NULL);
	if (argc > 2 && fgets(line, sizeof(line), stdin) != NULL)
		return 1;
	for (unsigned i = 0; i < 2; i++)
		rt_free(twins[i].rt);
	return 0;
}
