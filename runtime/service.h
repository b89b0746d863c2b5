/* service.h - the account of each service: what was asked of it and what came of that.  A service is a place,
 * so the account outlives the processes that serve there. */
#ifndef RUNTIME_SERVICE_H
#define RUNTIME_SERVICE_H

#include "latency.h"
#include "observe.h"
#include "table.h"

struct rt_book {
	uint32_t next; /* in its hash bucket */
	rt_place place;
	uint64_t offered;
	uint64_t ended[RT_OUTCOME_COUNT];
	uint64_t in_flight;
	uint64_t repeated;
	rt_time outage, outage_max; /* those that are over */
	rt_time down_since;
	bool down;
	bool front; /* see struct rt_service */
	struct rt_latency latency;
	uint64_t counted; /* of rt_work_balanced */
};

struct rt_books {
	struct rt_slab entries; /* in the order in which they were opened; none is ever closed */
	struct rt_table table;
};

/* The book of this place, opened if there is none; 0 without memory.  It keeps the place. */
uint32_t rt_book_of(struct rt *rt, rt_place place);
/* A request begins; it ends, after so long, if that counts (else -1); it is taken up once more.  Book 0 is
 * nobody's. */
void rt_book_offer(struct rt *rt, uint32_t book, rt_place client);
void rt_book_end(struct rt *rt, uint32_t book, enum rt_outcome outcome, rt_time latency);
void rt_book_repeat(struct rt *rt, uint32_t book);

#endif
