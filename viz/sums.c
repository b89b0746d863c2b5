/* sums.c - see sums.h. */
#include "sums.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void viz_sums_fini(struct viz_sums *sums)
{
	free(sums->sum);
	memset(sums, 0, sizeof(*sums));
}

bool viz_sums_append(struct viz_sums *sums)
{
	uint32_t i = sums->count + 1, sum = 0;

	if (sums->count == sums->capacity) {
		uint32_t capacity = sums->capacity == 0 ? 8 : 2 * sums->capacity;
		uint32_t *grown = realloc(sums->sum, capacity * sizeof(*grown));

		if (grown == NULL)
			return false;
		sums->sum = grown;
		sums->capacity = capacity;
	}
	/* The numbers before it that the new element spans. */
	for (uint32_t j = i - 1; j > i - (i & -i); j -= j & -j)
		sum += sums->sum[j - 1];
	sums->sum[sums->count++] = sum;
	return true;
}

void viz_sums_clear(struct viz_sums *sums, uint32_t count)
{
	assert(count <= sums->count);
	sums->count = count;
	if (count > 0)
		memset(sums->sum, 0, count * sizeof(*sums->sum));
}

void viz_sums_add(struct viz_sums *sums, uint32_t at, uint32_t more)
{
	for (uint32_t i = at + 1; i <= sums->count; i += i & -i)
		sums->sum[i - 1] += more;
}

uint32_t viz_sums_before(const struct viz_sums *sums, uint32_t at)
{
	uint32_t sum = 0;

	for (uint32_t i = at; i > 0; i -= i & -i)
		sum += sums->sum[i - 1];
	return sum;
}

uint32_t viz_sums_find(const struct viz_sums *sums, uint32_t *unit)
{
	uint32_t at = 0, step = 1;

	while (step <= sums->count / 2)
		step *= 2;
	for (; step > 0; step /= 2) {
		if (at + step <= sums->count && sums->sum[at + step - 1] <= *unit) {
			at += step;
			*unit -= sums->sum[at - 1];
		}
	}
	return at;
}
