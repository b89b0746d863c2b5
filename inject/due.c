/* due.c - a binary heap of the entries, by when the clock has something for them.
 *
 * Every entry is in it, also those that the clock has nothing for: they are due for ever.  So it changes its
 * size only with the plan, and to change a deadline takes no memory.
 */
#include <assert.h>

#include "state.h"

static rt_time deadline(const struct inj_entry *entry)
{
	return entry->open && entry->until < entry->next ? entry->until : entry->next;
}

/* Those that are due for ever never come, so it is no matter which of them is first. */
static inline bool before(const struct inj_due *a, const struct inj_due *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	return a->at != RT_FOREVER && a->entry->index < b->entry->index;
}

static inline void put(struct inj_due *heap, uint32_t at, struct inj_due due)
{
	heap[at] = due;
	due.entry->due = at;
}

/* From `at` on up. */
static void rise(struct inj_due *heap, uint32_t at, struct inj_due due)
{
	for (; at > 0 && before(&due, &heap[(at - 1) / 2]); at = (at - 1) / 2)
		put(heap, at, heap[(at - 1) / 2]);
	put(heap, at, due);
}

/* From `at` on down, among the first `count`. */
static void sink(struct inj_due *heap, uint32_t at, struct inj_due due, uint32_t count)
{
	for (uint64_t below; (below = 2 * (uint64_t)at + 1) < count; at = (uint32_t)below) {
		if (below + 1 < count && before(&heap[below + 1], &heap[below]))
			below++;
		if (!before(&heap[below], &due))
			break;
		put(heap, at, heap[below]);
	}
	put(heap, at, due);
}

/* At `at` or wherever it has to go from there. */
static void settle(struct inj_due *heap, uint32_t at, struct inj_due due, uint32_t count)
{
	if (at > 0 && before(&due, &heap[(at - 1) / 2]))
		rise(heap, at, due);
	else
		sink(heap, at, due, count);
}

enum rt_status inj_due_reserve(struct inj_plan *plan, uint64_t more)
{
	void *due = plan->due;
	bool done = inj_array_reserve(plan->rt, &due, &plan->due_capacity, sizeof(struct inj_due),
				      plan->count + more);

	plan->due = due;
	return done ? RT_OK : RT_ENOMEM;
}

void inj_due_add(struct inj_plan *plan, struct inj_entry *entry)
{
	assert(entry->index < plan->due_capacity);
	rise(plan->due, entry->index, (struct inj_due){ deadline(entry), entry });
}

void inj_due_remove(struct inj_plan *plan, struct inj_entry *entry)
{
	uint32_t at = entry->due, last = entry->index;
	struct inj_due other = plan->due[last];

	if (other.entry != entry)
		settle(plan->due, at, other, last);
}

void inj_due_update(struct inj_plan *plan, struct inj_entry *entry)
{
	rt_time at = deadline(entry);

	if (plan->due[entry->due].at != at)
		settle(plan->due, entry->due, (struct inj_due){ at, entry }, plan->count);
}
