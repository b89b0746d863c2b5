/* memory.h - from a place in a traced process to its path, read out of that process's memory.
 *
 * Samples and latencies name places by number, so that the traced program need not spell a path each time. */
#ifndef PROBES_MEMORY_H
#define PROBES_MEMORY_H

#include "elf.h"
#include "runtime/usdt.h"

struct prb_memory {
	int pid; /* 0: it cannot be read */
	struct rt_layout layout;
};

/* RT_EIO: the process does not let us, or has ended; RT_EINVAL: it was built with another layout. */
enum rt_status prb_memory_open(int pid, const struct prb_binary *binary, struct prb_memory *out,
			       struct rt_error *error) RT_MUST_CHECK;
/* The path of a place of the runtime that is called `run`, as runtimes write paths; false: it cannot be read
 * (any more). */
bool prb_memory_path(const struct prb_memory *memory, uint64_t run, uint32_t place, char out[PRB_PATH]);

#endif
