/* arena.c - blocks of memory in a chain, filled from the front. */
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 << 10)

struct cnf_block {
	struct cnf_block *next;
	size_t used, size;
	max_align_t bytes[];
};

void *cnf_arena_alloc(struct cnf_arena *arena, size_t size)
{
	struct cnf_block *block = arena->blocks;
	void *memory;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = calloc(1, sizeof(*block) + room);
		if (!block) {
			fputs("out of memory\n", stderr);
			abort();
		}
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	memory = (char *)block->bytes + block->used;
	block->used += size;
	return memory;
}

char *cnf_arena_text(struct cnf_arena *arena, const char *text, size_t length)
{
	char *copy = cnf_arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

void cnf_arena_fini(struct cnf_arena *arena)
{
	while (arena->blocks) {
		struct cnf_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
}
