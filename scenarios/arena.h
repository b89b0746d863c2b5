/* arena.h - memory that is given back all at once; the loader's only way to get any.
 *
 * A scenario owns one arena for as long as it lives, a load has a second one for what it needs meanwhile.  A
 * test can make any single allocation fail.
 */
#ifndef SCENARIOS_ARENA_H
#define SCENARIOS_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scn_arena;

struct scn_arena *scn_arena_new(void);        /* null: no memory */
void scn_arena_free(struct scn_arena *arena); /* null is allowed */

/* Zeroed and aligned for anything; null: no memory. */
void *scn_arena_alloc(struct scn_arena *arena, size_t size);
void *scn_arena_array(struct scn_arena *arena, size_t count, size_t size);
/* A copy of `length` bytes with an end; null: no memory. */
char *scn_arena_text(struct scn_arena *arena, const char *text, size_t length);

/* The same three as in the C library, for what has to grow or to outlive a load; they take part in the
 * failing below. */
void *scn_mem_alloc(size_t size);
void *scn_mem_resize(void *memory, size_t size);
void scn_mem_free(void *memory);
/* Room for one more item behind `count` of them: `items`, or what they were moved to; `*size` says how many
 * have room.  Null: no memory, and nothing has changed. */
void *scn_mem_grow(void *items, size_t *size, size_t count, size_t item);

/* For tests: fail the nth allocation of this thread from now on (1 is the next), once; 0 fails none. */
void scn_arena_fail_nth(uint64_t nth);
bool scn_arena_fail_fired(void);

#endif
