/* behaviour.h - the built-in behaviours: a row of the list below and a file of its own each. */
#ifndef RUNTIME_BEHAVIOUR_H
#define RUNTIME_BEHAVIOUR_H

#include <string.h>

#include "worker.h"

#define RT_BEHAVIOUR_LIST(X)                                                                                 \
	X(server)                                                                                            \
	X(defensive)                                                                                         \
	X(source)                                                                                            \
	X(external)                                                                                          \
	X(queue)                                                                                             \
	X(consumer)                                                                                          \
	X(stage)

#define X(name) extern const struct rt_behaviour rt_behaviour_##name;
RT_BEHAVIOUR_LIST(X)
#undef X

/* A parameter's value as a policy keeps it. */
struct rt_param_value {
	int64_t number;
	rt_atom path;   /* of a path: its text */
	rt_place place; /* once somebody was there */
};
unsigned rt_behaviour_params(const struct rt_behaviour *behaviour); /* how many it has */

/* --- what the built-in ones share ---------------------------------------------------------------------- */

#define RT_DURATION_MAX (24 * 3600 * RT_SECOND) /* of a parameter */
#define RT_MANY_MAX     1000000                 /* of what there can be many of at once */

/* States are zero at the start, and a zeroed state has to be a whole one.  So the key is kept as what it
 * differs from RT_WORK_KEY by, and the first word of a state that is checked is a sum over the others (words
 * of 64 bits, no gaps) that is 0 where they are. */
static inline uint64_t rt_seal_of(const void *state, size_t size)
{
	uint64_t seal = 0, word;

	/* Each word is multiplied on its own, then rotated to a place of its own: not in one chain, since
	 * this is done for every message, and so that no few flipped bits make up for each other. */
#pragma GCC unroll 8
	for (size_t at = sizeof(word); at + sizeof(word) <= size; at += sizeof(word)) {
		memcpy(&word, (const char *)state + at, sizeof(word));
		seal = (seal << 23 | seal >> 41) ^ word * UINT64_C(0x9e3779b97f4a7c15);
	}
	return seal;
}

static inline void rt_seal(void *state, size_t size)
{
	uint64_t seal = rt_seal_of(state, size);

	memcpy(state, &seal, sizeof(seal));
}

static inline bool rt_is_sealed(const void *state, size_t size)
{
	uint64_t seal = rt_seal_of(state, size);

	return memcmp(state, &seal, sizeof(seal)) == 0;
}

/* The answer of one who asked another the same question first: right only if both answers are. */
static inline uint64_t rt_work_joined(uint64_t question, uint64_t own, uint64_t others)
{
	return own ^ others ^ rt_work_answer(question, RT_WORK_KEY);
}

#endif
