/* isolation.h - workers in processes of their own: `isolation: process`.
 *
 * Such a worker's process is forked when it is given its first message, and ends with it.  It has its own
 * address space, and limits: memory, descriptors, disk as its specification says; processor time and patience
 * for each message; a filter of system calls.  It may die of whatever a process can die of: that ends the
 * worker, with the reasons of protect.h, {signal,NAME} for other signals and {exit_status,N} for exit(N).
 *
 * The thread that steps the runtime has to live as long as the runtime does: with it the processes end.
 */
#ifndef RUNTIME_ISOLATION_H
#define RUNTIME_ISOLATION_H

#include "isolate.h"
#include "runtime.h"

/* A message may take this long, in processor time and without any: a process that waits is stuck. Longer
 * under sanitizers and valgrind. */
#define RT_ISOLATION_BUDGET   (1 * RT_SECOND)
#define RT_ISOLATION_PATIENCE (10 * RT_SECOND)
/* We look this often. */
#define RT_ISOLATION_TICK (10 * RT_MS)

struct rt_isolation_options {
	rt_time budget, patience; /* 0: the above */
	/* Not zero: somebody wants all this to end, and a process that waits is not waited for.  May be null.
	 */
	const volatile int *stop;
};

/* Before the tree starts; `options` may be null.  It is over when the runtime is freed. */
enum rt_status rt_isolation_install(struct rt *rt, const struct rt_isolation_options *options) RT_MUST_CHECK;

/* What the processes of this machine cannot have, in words for people. */
#define RT_LACK_LIST(X)                                                                                      \
	X(RT_LACK_FILTER, "no filter of system calls")                                                       \
	X(RT_LACK_MEMORY, "memory is only counted, not limited")                                             \
	X(RT_LACK_DISK, "a disk is a folder of which only each file is limited")                             \
	X(RT_LACK_PROCESS, "some could not be made, which is how their workers ended: {isolation,...}")
enum rt_lack {
#define X(name, text) name,
	RT_LACK_LIST(X)
#undef X
	RT_LACKS
};
const char *rt_lack_text(enum rt_lack lack);

struct rt_isolation_facts {
	uint64_t started; /* processes, so far */
	uint32_t lacks;   /* 1 << enum rt_lack, of those that were needed */
};
/* False: it is not installed here. */
bool rt_isolation_facts(const struct rt *rt, struct rt_isolation_facts *facts);

#endif
