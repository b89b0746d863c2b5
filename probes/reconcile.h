/* reconcile.h - what two witnesses say of the same run, held against each other. */
#ifndef PROBES_RECONCILE_H
#define PROBES_RECONCILE_H

#include "witness.h"

struct prb_difference {
	const char *path;
	const char *event; /* start, exit, restart, give_up, fault_fired */
	uint64_t kernel, journal;
};
typedef void prb_difference_fn(void *ctx, const struct prb_difference *difference);

/* Per path and per event, over all paths that either of them knows; both have to be refreshed.  The number of
 * differences. */
size_t prb_reconcile(const struct prb_witness *kernel, const struct prb_witness *journal,
		     prb_difference_fn *fn, void *ctx);

#endif
