/* due.c - a binary heap of the entries, by when the clock has something for them.
 *
 * Every entry is in it, also those that the clock has nothing for: they are due for ever.  So it changes its
 * size only with the plan, and to change a deadline takes no memory.
 */
#include <assert.h>

#include "state.h"

rt_time inj_entry_deadline(const struct inj_entry *entry)
{
	return entry->open && entry->until < entry->next ? entry->until : entry->next;
}

static bool before(const struct inj_entry *a, const struct inj_entry *b)
{
	rt_time x = inj_entry_deadline(a), y = inj_entry_deadline(b);

	return x != y ? x < y : a->index < b->index;
}

static void put(struct inj_plan *plan, uint32_t at, struct inj_entry *entry)
{
	plan->due[at] = entry;
	entry->due = at;
}

static void rise(struct inj_plan *plan, struct inj_entry *entry)
{
	uint32_t at = entry->due;

	for (; at > 0 && before(entry, plan->due[(at - 1) / 2]); at = (at - 1) / 2)
		put(plan, at, plan->due[(at - 1) / 2]);
	put(plan, at, entry);
}

/* Among the first `count`. */
static void sink(struct inj_plan *plan, struct inj_entry *entry, uint32_t count)
{
	uint32_t at = entry->due;

	for (uint64_t below; (below = 2 * (uint64_t)at + 1) < count; at = (uint32_t)below) {
		if (below + 1 < count && before(plan->due[below + 1], plan->due[below]))
			below++;
		if (!before(plan->due[below], entry))
			break;
		put(plan, at, plan->due[below]);
	}
	put(plan, at, entry);
}

enum rt_status inj_due_reserve(struct inj_plan *plan)
{
	void *due = plan->due;
	bool done = inj_array_reserve(plan->rt, &due, &plan->due_capacity, sizeof(struct inj_entry *),
				      (uint64_t)plan->count + 1);

	plan->due = due;
	return done ? RT_OK : RT_ENOMEM;
}

void inj_due_add(struct inj_plan *plan, struct inj_entry *entry)
{
	assert(entry->index < plan->due_capacity);
	put(plan, entry->index, entry);
	rise(plan, entry);
}

void inj_due_remove(struct inj_plan *plan, struct inj_entry *entry)
{
	uint32_t at = entry->due, last = entry->index;
	struct inj_entry *other = plan->due[last];

	if (other == entry)
		return;
	put(plan, at, other);
	rise(plan, other);
	sink(plan, other, last);
}

void inj_due_update(struct inj_plan *plan, struct inj_entry *entry)
{
	rise(plan, entry);
	sink(plan, entry, plan->count);
}

struct inj_entry *inj_due_first(const struct inj_plan *plan)
{
	return plan->count > 0 ? plan->due[0] : NULL;
}
