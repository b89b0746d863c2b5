/* service.c - keeping the books of services, and showing them. */
#include "service.h"

#include "core.h"

static struct rt_book *book_at(const struct rt *rt, uint32_t book)
{
	return rt_slab_at(&rt->books.entries, book);
}

static uint32_t hash_of(rt_place place)
{
	return (uint32_t)(place * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static uint32_t *book_next(struct rt *rt, uint32_t book)
{
	return &book_at(rt, book)->next;
}

static uint32_t book_hash(struct rt *rt, uint32_t book)
{
	return hash_of(book_at(rt, book)->place);
}

static const struct rt_table_ops book_ops = { .next = book_next, .hash = book_hash };

static uint32_t find(const struct rt *rt, rt_place place)
{
	uint32_t book = rt_table_head(&rt->books.table, hash_of(place));

	while (book != 0 && book_at(rt, book)->place != place)
		book = book_at(rt, book)->next;
	return book;
}

uint32_t rt_book_of(struct rt *rt, rt_place place)
{
	uint32_t book = find(rt, place);

	if (book != 0)
		return book;
	book = rt_slab_alloc(rt, &rt->books.entries);
	if (book == 0)
		return 0;
	book_at(rt, book)->place = place;
	rt_place_ref(rt, place);
	rt_table_add(rt, &rt->books.table, book_ops, book);
	return book;
}

static bool is_service(const struct rt *rt, rt_place place)
{
	uint32_t book = place == 0 ? 0 : find(rt, place);

	return book != 0 && book_at(rt, book)->offered > 0;
}

void rt_book_offer(struct rt *rt, uint32_t book, rt_place client)
{
	if (book == 0)
		return;
	if (!is_service(rt, client) && !is_service(rt, rt_path_parent(rt, client)))
		book_at(rt, book)->front = true;
	book_at(rt, book)->offered++;
	book_at(rt, book)->in_flight++;
}

void rt_book_repeat(struct rt *rt, uint32_t book)
{
	if (book != 0)
		book_at(rt, book)->repeated++;
}

void rt_book_end(struct rt *rt, uint32_t book, enum rt_outcome outcome, rt_time latency)
{
	if (book == 0)
		return;
	struct rt_book *b = book_at(rt, book);
	bool well = outcome == RT_SERVED || outcome == RT_DEGRADED;

	b->in_flight--;
	b->ended[outcome]++;
	if (latency >= 0)
		rt_latency_add(rt, &b->latency, latency);
	if (well && b->down) {
		rt_time outage = rt->now - b->down_since;

		b->outage += outage;
		if (outage > b->outage_max)
			b->outage_max = outage;
	} else if (!well && !b->down) {
		b->down_since = rt->now;
	}
	b->down = !well;
}

/* --- from outside -------------------------------------------------------------------------------------- */

static struct rt_service describe(const struct rt *rt, const struct rt_book *book)
{
	struct rt_service service = {
		.place = book->place,
		.offered = book->offered,
		.in_flight = book->in_flight,
		.repeated = book->repeated,
		.front = book->front,
		.latency_max = book->latency.max,
		.outage = book->outage,
		.outage_max = book->outage_max,
		.latency = &book->latency,
	};

	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		service.ended[i] = book->ended[i];
	if (book->down) {
		rt_time outage = rt->now - book->down_since;

		service.outage += outage;
		if (outage > service.outage_max)
			service.outage_max = outage;
	}
	return service;
}

/* A book is opened before it is known whether the request will be made at all. */
bool rt_service(const struct rt *rt, rt_place place, struct rt_service *out)
{
	uint32_t book = find(rt, place);

	if (book == 0 || book_at(rt, book)->offered == 0)
		return false;
	*out = describe(rt, book_at(rt, book));
	return true;
}

void rt_services(const struct rt *rt, rt_service_fn *fn, void *ctx)
{
	for (uint32_t book = 1; book <= rt->books.entries.high; book++) {
		if (book_at(rt, book)->offered == 0)
			continue;
		struct rt_service service = describe(rt, book_at(rt, book));

		if (!fn(ctx, &service))
			return;
	}
}

bool rt_work_balanced(const struct rt *rt)
{
	for (uint32_t book = 1; book <= rt->books.entries.high; book++)
		book_at(rt, book)->counted = 0;
	for (uint32_t entry = 1; entry <= rt->ledger.high; entry++)
		if (rt_entry_in_use(rt, entry) && rt_entry_at(rt, entry)->open &&
		    rt_entry_at(rt, entry)->book != 0)
			book_at(rt, rt_entry_at(rt, entry)->book)->counted++;
	for (uint32_t book = 1; book <= rt->books.entries.high; book++) {
		const struct rt_book *b = book_at(rt, book);
		uint64_t sum = b->in_flight;

		for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
			sum += b->ended[i];
		if (sum != b->offered || b->counted != b->in_flight)
			return false;
	}
	return true;
}
