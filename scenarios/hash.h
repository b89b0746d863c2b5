/* hash.h - uthash on our memory, telling when there is none: an added item then has no table. */
#ifndef SCENARIOS_HASH_H
#define SCENARIOS_HASH_H

#include "arena.h"

#define HASH_NONFATAL_OOM         1
#define uthash_malloc(size)       scn_mem_alloc(size)
#define uthash_free(memory, size) scn_mem_free(memory)
#include <uthash.h>

#endif
