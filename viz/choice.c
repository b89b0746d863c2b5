/* choice.c - which lanes to show where there is not room for all: where most happened, with what is above. */
#include <stdlib.h>

#include "lanes.h"

struct rank {
	uint64_t happened; /* to it itself; of equals, how often it was restarted, also for others */
	uint32_t lane, position; /* in the order of the tree */
};

static int by_happening(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->happened != y->happened)
		return x->happened < y->happened ? 1 : -1;
	return x->position < y->position ? -1 : 1;
}

static int by_position(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	return x->position < y->position ? -1 : 1;
}

static uint32_t parent_of(const struct viz_lanes *lanes, uint32_t n)
{
	struct viz_lane lane;

	viz_lanes_lane(lanes, n, &lane);
	return lane.parent;
}

/* Lanes as the tree has them: each before those below it, siblings in their order. */
static void order(const struct viz_lanes *lanes, struct rank *rank, uint32_t *below, uint32_t *next)
{
	uint32_t first = VIZ_NO_LANE, position = 0, count = viz_lanes_count(lanes);

	for (uint32_t n = 0; n < count; n++)
		below[n] = VIZ_NO_LANE;
	for (uint32_t n = count; n-- > 0;) {
		uint32_t parent = parent_of(lanes, n),
			 *head = parent == VIZ_NO_LANE ? &first : &below[parent];

		next[n] = *head;
		*head = n;
	}
	for (uint32_t n = first; n != VIZ_NO_LANE;) {
		struct viz_lane lane;

		viz_lanes_lane(lanes, n, &lane);
		rank[n] = (struct rank){
			.lane = n,
			.position = position++,
			.happened = ((uint64_t)lane.falls + lane.faults + lane.refusals + lane.give_ups)
					    << 32 |
				    (lane.starts > 1 ? lane.starts - 1 : 0),
		};
		if (below[n] != VIZ_NO_LANE) {
			n = below[n];
			continue;
		}
		while (n != VIZ_NO_LANE && next[n] == VIZ_NO_LANE)
			n = parent_of(lanes, n);
		n = n == VIZ_NO_LANE ? n : next[n];
	}
}

enum rt_status viz_lanes_choose(const struct viz_lanes *lanes, uint32_t *chosen, uint32_t max,
				uint32_t *count)
{
	uint32_t all = viz_lanes_count(lanes);
	size_t n = all == 0 ? 1 : all;
	struct rank *rank = malloc(n * sizeof(*rank));
	uint32_t *below = malloc(n * sizeof(*below)), *next = malloc(n * sizeof(*next));
	bool *taken = calloc(n, sizeof(*taken));
	enum rt_status status = RT_ENOMEM;

	*count = 0;
	if (rank == NULL || below == NULL || next == NULL || taken == NULL)
		goto out;
	order(lanes, rank, below, next);
	qsort(rank, all, sizeof(*rank), by_happening);
	for (uint32_t i = 0; i < all && *count < max; i++) {
		uint32_t needed = 0;

		for (uint32_t at = rank[i].lane; at != VIZ_NO_LANE && !taken[at]; at = parent_of(lanes, at))
			needed++;
		/* What lies too deep for what is left is not shown without what is above it. */
		if (needed > max - *count)
			continue;
		*count += needed;
		for (uint32_t at = rank[i].lane; at != VIZ_NO_LANE && !taken[at]; at = parent_of(lanes, at))
			taken[at] = true;
	}
	qsort(rank, all, sizeof(*rank), by_position);
	*count = 0;
	for (uint32_t i = 0; i < all; i++) {
		if (taken[rank[i].lane])
			chosen[(*count)++] = rank[i].lane;
	}
	status = RT_OK;
out:
	free(rank);
	free(below);
	free(next);
	free(taken);
	return status;
}
