/* recovery.c - a hash by origin; what nobody holds any more is used again, for there is one with each
 * restart.
 */
#include "recovery.h"

#include "arena.h"

#include <string.h>

#define BUCKETS_MIN 64u

static void free_chain(struct scn_recovery *recovery)
{
	for (struct scn_recovery *next; recovery; recovery = next) {
		next = recovery->next;
		scn_mem_free(recovery);
	}
}

void scn_recoveries_fini(struct scn_recoveries *recoveries)
{
	for (size_t i = 0; i < recoveries->buckets; i++)
		free_chain(recoveries->bucket[i]);
	free_chain(recoveries->spare);
	scn_mem_free(recoveries->bucket);
	*recoveries = (struct scn_recoveries){ .bucket = NULL };
}

static struct scn_recovery **bucket(const struct scn_recoveries *recoveries, uint64_t origin)
{
	return &recoveries->bucket[(origin * 0x9e3779b97f4a7c15 >> 32) & (recoveries->buckets - 1)];
}

static void link_in(struct scn_recoveries *recoveries, struct scn_recovery *recovery)
{
	struct scn_recovery **head = bucket(recoveries, recovery->origin);

	recovery->next = *head;
	*head = recovery;
}

static bool reserve(struct scn_recoveries *recoveries)
{
	struct scn_recoveries wider = *recoveries;

	if (recoveries->count < recoveries->buckets)
		return true;
	wider.buckets = recoveries->buckets ? 2 * recoveries->buckets : BUCKETS_MIN;
	wider.bucket = scn_mem_alloc(wider.buckets * sizeof(struct scn_recovery *));
	if (!wider.bucket)
		return false;
	memset(wider.bucket, 0, wider.buckets * sizeof(struct scn_recovery *));
	for (size_t i = 0; i < recoveries->buckets; i++) {
		for (struct scn_recovery *recovery = recoveries->bucket[i], *next; recovery;
		     recovery = next) {
			next = recovery->next;
			link_in(&wider, recovery);
		}
	}
	scn_mem_free(recoveries->bucket);
	*recoveries = wider;
	return true;
}

struct scn_recovery *scn_recovery_find(const struct scn_recoveries *recoveries, uint64_t origin)
{
	struct scn_recovery *recovery = recoveries->count > 0 ? *bucket(recoveries, origin) : NULL;

	while (recovery && recovery->origin != origin)
		recovery = recovery->next;
	return recovery;
}

struct scn_recovery *scn_recovery_hold(struct scn_recoveries *recoveries, uint64_t origin)
{
	struct scn_recovery *recovery = scn_recovery_find(recoveries, origin);

	if (recovery) {
		recovery->holders++;
		return recovery;
	}
	if (!reserve(recoveries))
		return NULL;
	recovery = recoveries->spare;
	if (recovery)
		recoveries->spare = recovery->next;
	else
		recovery = scn_mem_alloc(sizeof(*recovery));
	if (!recovery)
		return NULL;
	*recovery = (struct scn_recovery){ .origin = origin, .last_start = -1, .holders = 1 };
	link_in(recoveries, recovery);
	recoveries->count++;
	return recovery;
}

void scn_recovery_leave(struct scn_recoveries *recoveries, struct scn_recovery *recovery)
{
	struct scn_recovery **at;

	if (--recovery->holders > 0)
		return;
	for (at = bucket(recoveries, recovery->origin); *at != recovery;)
		at = &(*at)->next;
	*at = recovery->next;
	recoveries->count--;
	recovery->next = recoveries->spare;
	recoveries->spare = recovery;
}
