/* region.h - all memory of one runtime: one range of addresses, reserved whole and touched as needed.
 *
 * The range never moves, so pointers within it stay good when its used parts are copied away and back: that
 * is what checkpoints and branches will do.  It is cut into slabs, arrays of one kind of thing addressed by a
 * 32-bit index from 1 on, and a heap for everything else.  What grows, grows in place.
 */
#ifndef RUNTIME_REGION_H
#define RUNTIME_REGION_H

#include "types.h"

/* What is free keeps its first bytes readable: the link, and a generation beside it. */
#define RT_FREE_KEPT 8

/* An array of equal elements with a free list.  Element 0 is nobody's (zero; the actors' is dead), so that an
 * index is where its element lies.  The first four bytes of a free element link the list; the next four are
 * left alone by freeing, for generations. */
struct rt_slab {
	uint8_t *base;
	uint32_t size;     /* bytes of one element */
	uint32_t capacity; /* indices 1 .. capacity */
	uint32_t high;     /* largest index ever used */
	uint32_t free;     /* head of the free list */
	uint32_t live;
	uint32_t huge; /* the index at which it is worth huge pages; 0: it has been asked for them */
};

/* A run of some hundred actors touches a few pages of each array, and huge ones would have to be cleared
 * whole. What grows beyond this gets huge pages from there on. */
#define RT_HUGE_FROM ((size_t)1024 * 1024)

/* Blocks of 16 to 1024 bytes come in steps of 16, larger ones in four steps a doubling. */
#define RT_HEAP_SMALL   64
#define RT_HEAP_CLASSES (RT_HEAP_SMALL + 1 + 4 * 40)

struct rt_region {
	uint8_t *base;
	size_t size;
	uint8_t *heap, *heap_end, *heap_top;
	uint8_t *heap_huge; /* where it is worth huge pages; null: it has been asked for them */
	void *free[RT_HEAP_CLASSES];
	size_t heap_live; /* bytes given out */
	uint64_t fail_in; /* allocations until one fails; 0: never */
	bool fail_fired;
	bool starved; /* an allocation failed, for whatever cause */
};

/* Reserve up to `size` bytes (less if the system will not give so much). Null: not even a little. */
void *rt_region_reserve(size_t size, size_t *got);
/* Give all of a runtime's memory back, the runtime itself included. */
void rt_region_release(struct rt *rt);
/* Keep it, zeroed again. */
void rt_region_clear(struct rt *rt);
/* Huge pages from here on, if the system has any.  Without them all is as before, only slower. */
void rt_region_ask_for_huge(uint8_t *from, uint8_t *end);

/* Zeroed memory from the heap; null when there is none.  Freed blocks are kept by size and used again. */
void *rt_heap_alloc(struct rt *rt, size_t size);
void rt_heap_free(struct rt *rt, void *memory, size_t size);
size_t rt_heap_rounded(size_t size); /* what a block of this size really takes */

/* Index of a zeroed element (but for its bytes 4 to 7), 0 when there is no memory. */
uint32_t rt_slab_alloc(struct rt *rt, struct rt_slab *slab);
void rt_slab_free(struct rt_slab *slab, uint32_t index);

static inline void *rt_slab_at(const struct rt_slab *slab, uint32_t index)
{
	return slab->base + (size_t)index * slab->size;
}

#endif
