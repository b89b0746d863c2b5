/* sums.h - a growing row of numbers of which any sum from the start is known in logarithmic time: a Fenwick
 * tree (P. Fenwick, A new data structure for cumulative frequency tables, 1994). */
#ifndef VIZ_SUMS_H
#define VIZ_SUMS_H

#include <stdbool.h>
#include <stdint.h>

/* Initialise with zeroes. */
struct viz_sums {
	uint32_t *sum; /* element i, from 1 on, is the sum of the i & -i numbers that end with number i */
	uint32_t count, capacity;
};

void viz_sums_fini(struct viz_sums *sums);
/* One more number, 0; false: no memory, and nothing has changed. */
bool viz_sums_append(struct viz_sums *sums);
/* All are 0, and there are `count` of them, no more than before. */
void viz_sums_clear(struct viz_sums *sums, uint32_t count);
/* Add to number `at`, from 0 on; modulo 2^32, so less is added the same way. */
void viz_sums_add(struct viz_sums *sums, uint32_t at, uint32_t more);
/* The sum of the numbers before `at`. */
uint32_t viz_sums_before(const struct viz_sums *sums, uint32_t at);
/* The number within which unit `*unit` of the whole sum lies; there `*unit` counts from its first. */
uint32_t viz_sums_find(const struct viz_sums *sums, uint32_t *unit);

#endif
