/* reconcile.c - comparing row by row. */
#include "reconcile.h"

#include <stddef.h>

static const struct {
	const char *event;
	size_t offset;
} counted[] = {
	{ "start", offsetof(struct prb_counts, starts) },
	{ "exit", offsetof(struct prb_counts, exits) },
	{ "restart", offsetof(struct prb_counts, restarts) },
	{ "give_up", offsetof(struct prb_counts, give_ups) },
	{ "fault_fired", offsetof(struct prb_counts, faults) },
};

struct comparing {
	const struct prb_witness *other;
	bool swapped; /* the second time: rows that the other does not have */
	prb_difference_fn *fn;
	void *ctx;
	size_t found;
};

static uint64_t value_of(const struct prb_row *row, size_t offset)
{
	if (row == NULL)
		return 0;
	return *(const uint64_t *)((const char *)&row->counts + offset);
}

static bool compare(void *ctx, const struct prb_row *row)
{
	struct comparing *c = ctx;
	const struct prb_row *other = prb_witness_find(c->other, row->path);

	if (c->swapped && other != NULL)
		return true;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		uint64_t here = value_of(row, counted[i].offset), there = value_of(other, counted[i].offset);
		struct prb_difference difference = {
			.path = row->path,
			.event = counted[i].event,
			.kernel = c->swapped ? there : here,
			.journal = c->swapped ? here : there,
		};

		if (here == there)
			continue;
		c->found++;
		if (c->fn != NULL)
			c->fn(c->ctx, &difference);
	}
	return true;
}

size_t prb_reconcile(const struct prb_witness *kernel, const struct prb_witness *journal,
		     prb_difference_fn *fn, void *ctx)
{
	struct comparing c = { .other = journal, .fn = fn, .ctx = ctx };

	prb_witness_each(kernel, compare, &c);
	c.other = kernel;
	c.swapped = true;
	prb_witness_each(journal, compare, &c);
	return c.found;
}
