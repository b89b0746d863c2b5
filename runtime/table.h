/* table.h - a hash table over slab elements that are chained through a link of their own.
 *
 * It grows by linear hashing (Litwin 1980): one bucket is split for each element added, so there is no pause
 * and no second copy.  All is here, for each table to have it with its own way through its elements written
 * in.
 */
#ifndef RUNTIME_TABLE_H
#define RUNTIME_TABLE_H

#include <assert.h>

#include "region.h"

struct rt_table {
	uint32_t *bucket;
	uint32_t capacity; /* buckets that there is room for */
	uint32_t level;    /* buckets at the start of this round: a power of two */
	uint32_t split;    /* the next bucket to be split */
	uint32_t count;
};

/* How a table finds its way in the elements. */
struct rt_table_ops {
	uint32_t *(*next)(struct rt *rt, uint32_t index);
	uint32_t (*hash)(struct rt *rt, uint32_t index);
};

static inline uint32_t rt_table_bucket(const struct rt_table *table, uint32_t hash)
{
	uint32_t bucket = hash & (table->level - 1);

	return bucket < table->split ? hash & (2 * table->level - 1) : bucket;
}

/* First element of the bucket where `hash` belongs; follow the elements' own links. */
static inline uint32_t rt_table_head(const struct rt_table *table, uint32_t hash)
{
	return table->bucket[rt_table_bucket(table, hash)];
}

/* Move what belongs there from the bucket whose turn it is to a new one at the end. */
static inline __attribute__((always_inline)) void rt_table_split(struct rt *rt, struct rt_table *table,
								 struct rt_table_ops ops)
{
	uint32_t *from = &table->bucket[table->split];
	uint32_t *to = &table->bucket[table->split + table->level];

	*to = 0;
	while (*from != 0) {
		uint32_t index = *from;
		uint32_t *next = ops.next(rt, index);

		if ((ops.hash(rt, index) & table->level) == 0) {
			from = next;
			continue;
		}
		*from = *next;
		*next = *to;
		*to = index;
	}
	if (++table->split == table->level) {
		table->level *= 2;
		table->split = 0;
		if (table->level == RT_HUGE_FROM / sizeof(*table->bucket))
			rt_region_ask_for_huge((uint8_t *)(table->bucket + table->level),
					       (uint8_t *)(table->bucket + table->capacity));
	}
}

static inline __attribute__((always_inline)) void rt_table_add(struct rt *rt, struct rt_table *table,
							       struct rt_table_ops ops, uint32_t index)
{
	/* Without room for more buckets chains just get longer. */
	if (++table->count > table->level + table->split &&
	    (uint64_t)table->level + table->split + 1 < table->capacity)
		rt_table_split(rt, table, ops);

	uint32_t *head = &table->bucket[rt_table_bucket(table, ops.hash(rt, index))];

	*ops.next(rt, index) = *head;
	*head = index;
}

static inline __attribute__((always_inline)) void rt_table_remove(struct rt *rt, struct rt_table *table,
								  struct rt_table_ops ops, uint32_t index)
{
	uint32_t *at = &table->bucket[rt_table_bucket(table, ops.hash(rt, index))];

	while (*at != index) {
		assert(*at != 0);
		at = ops.next(rt, *at);
	}
	*at = *ops.next(rt, index);
	table->count--;
}

#endif
