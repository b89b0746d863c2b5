/* recovery.h - the recoveries that accounts look at.
 *
 * A recovery is named by the seq of the restart that began it, its origin, and lasts for as long as somebody
 * holds it.
 */
#ifndef SCENARIOS_RECOVERY_H
#define SCENARIOS_RECOVERY_H

#include "runtime/types.h"

struct scn_recovery {
	uint64_t origin;
	rt_time last_start; /* -1: none yet */
	uint32_t holders;
	struct scn_recovery *next; /* in its bucket, or of those to be used again */
};

/* Initialise with zeroes. */
struct scn_recoveries {
	struct scn_recovery **bucket;
	size_t buckets; /* a power of two */
	size_t count;
	struct scn_recovery *spare;
};

void scn_recoveries_fini(struct scn_recoveries *recoveries);
/* Null: nobody holds it. */
struct scn_recovery *scn_recovery_find(const struct scn_recoveries *recoveries, uint64_t origin);
/* One holder more, of a new one if nobody held it.  Null: no memory. */
struct scn_recovery *scn_recovery_hold(struct scn_recoveries *recoveries, uint64_t origin);
void scn_recovery_leave(struct scn_recoveries *recoveries, struct scn_recovery *recovery);

#endif
