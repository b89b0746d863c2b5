/* arena.c - blocks that grow, and a bump pointer in the latest one.
 *
 * Texts are packed without gaps from the same blocks, so a file of a million short ids costs what its letters
 * cost.  Blocks come zeroed from the system; what is larger than a block gets one of its own.
 */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN 4096u
#define BLOCK_MAX (1u << 20)
#define ALIGN     _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) char memory[];
};

struct scn_arena {
	struct block *blocks; /* the first one is filled */
	size_t next_size;
};

/* Tests only: the one thing here that is not in an arena. */
static _Thread_local uint64_t fail_countdown;
static _Thread_local bool fail_fired;

void scn_arena_fail_nth(uint64_t nth)
{
	fail_countdown = nth;
	fail_fired = false;
}

bool scn_arena_fail_fired(void)
{
	return fail_fired;
}

static bool must_fail(void)
{
	if (fail_countdown == 0 || --fail_countdown != 0)
		return false;
	fail_fired = true;
	return true;
}

void *scn_mem_alloc(size_t size)
{
	return must_fail() ? NULL : malloc(size ? size : 1);
}

void *scn_mem_resize(void *memory, size_t size)
{
	return must_fail() ? NULL : realloc(memory, size ? size : 1);
}

void scn_mem_free(void *memory)
{
	free(memory);
}

void *scn_mem_grow(void *items, size_t *size, size_t count, size_t item)
{
	size_t more = *size ? *size * 2 : 8, bytes;

	if (count < *size)
		return items;
	if (__builtin_mul_overflow(more, item, &bytes))
		return NULL;
	void *grown = scn_mem_resize(items, bytes);
	if (grown)
		*size = more;
	return grown;
}

struct scn_arena *scn_arena_new(void)
{
	if (must_fail())
		return NULL;
	struct scn_arena *arena = calloc(1, sizeof(*arena));
	if (arena)
		arena->next_size = BLOCK_MIN;
	return arena;
}

void scn_arena_free(struct scn_arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static char *take(struct scn_arena *arena, size_t size, size_t align)
{
	if (must_fail() || size > SIZE_MAX / 2)
		return NULL;
	struct block *block = arena->blocks;
	if (block) {
		size_t at = (block->used + align - 1) / align * align;
		if (at <= block->size && size <= block->size - at) {
			block->used = at + size;
			return block->memory + at;
		}
	}
	bool alone = size > arena->next_size / 4;
	size_t room = alone ? size : arena->next_size;
	struct block *fresh = calloc(1, sizeof(*fresh) + room);
	if (!fresh)
		return NULL;
	fresh->size = room;
	fresh->used = size;
	if (alone && block) {
		/* Behind the block in use, which has room left. */
		fresh->next = block->next;
		block->next = fresh;
	} else {
		fresh->next = block;
		arena->blocks = fresh;
	}
	if (!alone && arena->next_size < BLOCK_MAX)
		arena->next_size *= 2;
	return fresh->memory;
}

void *scn_arena_alloc(struct scn_arena *arena, size_t size)
{
	return take(arena, size, ALIGN);
}

void *scn_arena_array(struct scn_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return take(arena, bytes, ALIGN);
}

char *scn_arena_text(struct scn_arena *arena, const char *text, size_t length)
{
	char *copy = take(arena, length + 1, 1);
	if (copy)
		memcpy(copy, text, length);
	return copy;
}
