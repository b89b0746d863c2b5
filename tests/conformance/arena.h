/* arena.h - memory that is given back all at once.
 *
 * A case and its trace are read, used and dropped as a whole.  These are test programs: without memory they
 * say so and abort.
 */
#ifndef CONFORMANCE_ARENA_H
#define CONFORMANCE_ARENA_H

#include <stddef.h>

struct cnf_arena {
	struct cnf_block *blocks;
};

/* Zeroed, aligned for anything; never null. */
void *cnf_arena_alloc(struct cnf_arena *arena, size_t size);
char *cnf_arena_text(struct cnf_arena *arena, const char *text, size_t length);
void cnf_arena_fini(struct cnf_arena *arena);

#endif
