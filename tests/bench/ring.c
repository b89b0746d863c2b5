/* ring.c - the consumer runs in the same thread whenever the ring is full, as everything in a run does.  The
 * ring is short, so that no single restart waits long for it. */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "ring.h"

#define RECORDS 16

struct record {
	uint64_t seq;
	int64_t t;
	uint64_t cause, actor, origin;
	uint32_t place, incarnation, reason, a, b, other;
	uint16_t kind;
	uint8_t type, detail;
	uint32_t zero;
};
_Static_assert(sizeof(struct record) == 72, "no holes, for it is hashed");

struct bench_ring {
	unsigned used;
	XXH3_state_t *hash;
	struct record record[RECORDS];
};

struct bench_ring *bench_ring_new(void)
{
	struct bench_ring *ring = calloc(1, sizeof *ring);

	if (ring == NULL)
		return NULL;
	ring->hash = XXH3_createState();
	if (ring->hash == NULL || XXH3_64bits_reset(ring->hash) == XXH_ERROR) {
		bench_ring_free(ring);
		return NULL;
	}
	return ring;
}

void bench_ring_free(struct bench_ring *ring)
{
	if (ring == NULL)
		return;
	XXH3_freeState(ring->hash);
	free(ring);
}

static void consume(struct bench_ring *ring)
{
	(void)XXH3_64bits_update(ring->hash, ring->record, ring->used * sizeof ring->record[0]);
	ring->used = 0;
}

void bench_ring_put(void *ctx, const struct rt_event *event, const void *ext)
{
	struct bench_ring *ring = ctx;
	struct record *record = &ring->record[ring->used];

	(void)ext;
	record->seq = event->seq;
	record->t = event->t;
	record->cause = event->cause;
	record->actor = event->actor;
	record->origin = event->origin;
	record->place = event->place;
	record->incarnation = event->incarnation;
	record->reason = event->reason;
	record->a = event->a;
	record->b = event->b;
	record->other = event->other;
	record->kind = event->kind;
	record->type = event->type;
	record->detail = event->detail;
	if (++ring->used == RECORDS)
		consume(ring);
}

uint64_t bench_ring_drain(struct bench_ring *ring)
{
	if (ring == NULL)
		return 0;
	consume(ring);
	return XXH3_64bits_digest(ring->hash);
}
