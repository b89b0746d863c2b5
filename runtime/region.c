/* region.c - reserving, slabs and heap; every allocation of a runtime passes allowed(). */
#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "core.h"

#if RT_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define SMALLEST_REGION ((size_t)256 * 1024)

void *rt_region_reserve(size_t size, size_t *got)
{
	for (; size >= SMALLEST_REGION; size /= 2) {
		void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (base != MAP_FAILED) {
			*got = size;
			return base;
		}
	}
	return NULL;
}

typedef void slab_fn(struct rt_slab *slab);

static void each_slab(struct rt *rt, slab_fn *fn)
{
	struct rt_slab *const slabs[] = {
		&rt->actors,	     &rt->records,	  &rt->messages,
		&rt->places.entries, &rt->timers.entries, &rt->atoms.entries,
		&rt->policies.entries, &rt->ledger,	  &rt->books.entries,
	};

	for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++)
		fn(slabs[i]);
}

static size_t used_bytes(const struct rt_slab *slab)
{
	return ((size_t)slab->high + 1) * slab->size;
}

/* What comes to lie at these addresses later must not inherit our marks; unmarking all of the range, used or
 * not, would cost the sanitizer gigabytes. */
static void unmark_slab(struct rt_slab *slab)
{
	UNPOISON(slab->base, used_bytes(slab));
}

static void unmark(struct rt *rt)
{
	UNPOISON(rt->region.heap, (size_t)(rt->region.heap_top - rt->region.heap));
	each_slab(rt, unmark_slab);
}

void rt_region_release(struct rt *rt)
{
	unmark(rt);
	munmap(rt->region.base, rt->region.size);
}

static void clear_slab(struct rt_slab *slab)
{
	memset(slab->base, 0, used_bytes(slab));
}

static void clear_table(struct rt_table *table)
{
	memset(table->bucket, 0, (size_t)(table->level + table->split) * sizeof(*table->bucket));
}

/* Little is cleared; for much the system has fresh pages. */
#define CLEARED_MAX ((size_t)4 * 1024 * 1024)

void rt_region_clear(struct rt *rt)
{
	struct rt_region *region = &rt->region;
	uint8_t *base = region->base;

	unmark(rt);
	if ((size_t)(region->heap_top - base) + used_bytes(&rt->actors) + used_bytes(&rt->messages) >
	    CLEARED_MAX) {
		(void)madvise(base, region->size, MADV_DONTNEED);
		return;
	}
	each_slab(rt, clear_slab);
	clear_table(&rt->atoms.table);
	clear_table(&rt->places.table);
	clear_table(&rt->policies.table);
	clear_table(&rt->books.table);
	memset(rt->atoms.text, 0, rt->atoms.text_used);
	/* The runtime itself lies before the heap. */
	memset(base, 0, (size_t)(region->heap_top - base));
}

void rt_region_ask_for_huge(uint8_t *from, uint8_t *end)
{
	const uintptr_t page = (uintptr_t)2 * 1024 * 1024;
	uint8_t *first = (uint8_t *)(((uintptr_t)from + page - 1) & ~(page - 1));

	if (first < end)
		(void)madvise(first, (size_t)(end - first), MADV_HUGEPAGE);
}

/* The one gate of all allocations: where tests let the nth one fail. */
static bool allowed(struct rt *rt)
{
	struct rt_region *region = &rt->region;

	if (region->fail_in == 0 || --region->fail_in > 0)
		return true;
	region->fail_fired = true;
	region->starved = true;
	return false;
}

static unsigned heap_class(size_t size, size_t *rounded)
{
	if (size <= RT_HEAP_SMALL * 16) {
		unsigned steps = size == 0 ? 1 : (unsigned)((size + 15) / 16);

		*rounded = (size_t)steps * 16;
		return steps;
	}
	/* A quarter of the largest power of two below `size` is the step here. */
	unsigned log = 63 - (unsigned)__builtin_clzll(size - 1);
	size_t step = (size_t)1 << (log - 2);
	size_t steps = (size + step - 1) / step; /* 5 .. 8 */

	*rounded = steps * step;
	return RT_HEAP_SMALL + 1 + (log - 10) * 4 + (unsigned)(steps - 5);
}

size_t rt_heap_rounded(size_t size)
{
	size_t rounded;

	heap_class(size, &rounded);
	return rounded;
}

void *rt_heap_alloc(struct rt *rt, size_t size)
{
	struct rt_region *region = &rt->region;
	size_t rounded;

	if (size > region->size)
		region->starved = true;
	if (size > region->size || !allowed(rt))
		return NULL;
	unsigned class = heap_class(size, &rounded);
	void *block = region->free[class];

	if (block != NULL) {
		memcpy(&region->free[class], block, sizeof(void *));
		UNPOISON(block, rounded);
		memset(block, 0, rounded);
	} else {
		if ((size_t)(region->heap_end - region->heap_top) < rounded) {
			region->starved = true;
			return NULL;
		}
		block = region->heap_top; /* fresh pages are zero */
		region->heap_top += rounded;
		if (region->heap_huge != NULL && region->heap_top > region->heap_huge) {
			region->heap_huge = NULL;
			rt_region_ask_for_huge(region->heap_top, region->heap_end);
		}
	}
	region->heap_live += rounded;
	return block;
}

void rt_heap_free(struct rt *rt, void *memory, size_t size)
{
	struct rt_region *region = &rt->region;
	size_t rounded;

	if (memory == NULL)
		return;
	unsigned class = heap_class(size, &rounded);

	assert((uint8_t *)memory >= region->heap && (uint8_t *)memory < region->heap_top);
	memcpy(memory, &region->free[class], sizeof(void *));
	region->free[class] = memory;
	region->heap_live -= rounded;
	POISON((uint8_t *)memory + RT_FREE_KEPT, rounded - RT_FREE_KEPT);
}

uint32_t rt_slab_alloc(struct rt *rt, struct rt_slab *slab)
{
	uint32_t index = slab->free;

	if (!allowed(rt))
		return 0;
	if (index != 0) {
		uint8_t *element = rt_slab_at(slab, index);

		memcpy(&slab->free, element, sizeof slab->free);
		UNPOISON(element, slab->size);
		memset(element, 0, 4);
		memset(element + RT_FREE_KEPT, 0, slab->size - RT_FREE_KEPT);
	} else {
		if (slab->high == slab->capacity) {
			rt->region.starved = true;
			return 0;
		}
		index = ++slab->high;
		if (index == slab->huge) {
			slab->huge = 0;
			rt_region_ask_for_huge(rt_slab_at(slab, index), rt_slab_at(slab, slab->capacity));
		}
	}
	slab->live++;
	return index;
}

void rt_slab_free(struct rt_slab *slab, uint32_t index)
{
	uint8_t *element = rt_slab_at(slab, index);

	assert(index != 0 && index <= slab->high);
	memcpy(element, &slab->free, sizeof slab->free);
	slab->free = index;
	slab->live--;
	POISON(element + RT_FREE_KEPT, slab->size - RT_FREE_KEPT);
}
