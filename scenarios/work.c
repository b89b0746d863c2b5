/* work.c - the accounts of the services, one by one and together.
 *
 * The runtime keeps the books; here they are added up, and asked what probes and people want to know.  A
 * supervisor that was asked nothing itself stands for all services below it.
 */
#include "work.h"

#include "arena.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

/* Ask whether to stop once in so many services. */
#define ASK_EVERY 4096

/* --- sums ---------------------------------------------------------------------------------------------- */

struct sum {
	const struct rt *rt;
	rt_place place;
	struct scn_work *work;
	const struct rt_latency **latencies;
	size_t count, size;
	const volatile int *stop;
	size_t seen;
	enum rt_status status;
};

static bool is_at_or_below(const struct rt *rt, rt_place place, rt_place above)
{
	while (place != 0 && place != above)
		place = rt_path_parent(rt, place);
	return place == above;
}

static bool add_service(void *ctx, const struct rt_service *service)
{
	struct sum *sum = ctx;
	struct scn_work *work = sum->work;

	if (sum->seen++ % ASK_EVERY == ASK_EVERY - 1 && sum->stop && *sum->stop)
		sum->status = RT_ESTATE;
	if (sum->status != RT_OK)
		return false;
	if (sum->place == 0 ? !service->front : !is_at_or_below(sum->rt, service->place, sum->place))
		return true;
	const struct rt_latency **latencies =
		scn_mem_grow(sum->latencies, &sum->size, sum->count, sizeof(struct rt_latency *));
	if (!latencies) {
		sum->status = RT_ENOMEM;
		return false;
	}
	sum->latencies = latencies;
	latencies[sum->count++] = service->latency;
	work->services++;
	work->front = service->front;
	work->offered += service->offered;
	work->in_flight += service->in_flight;
	work->repeated += service->repeated;
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		work->ended[i] += service->ended[i];
	if (service->latency_max > work->latency_max)
		work->latency_max = service->latency_max;
	if (service->outage_max > work->outage_max)
		work->outage_max = service->outage_max;
	work->outage = service->outage < RT_FOREVER - work->outage ? work->outage + service->outage
								    : RT_FOREVER;
	return true;
}

int64_t scn_work_availability(const uint64_t ended[RT_OUTCOME_COUNT])
{
	uint64_t all = 0, well = ended[RT_SERVED] + ended[RT_DEGRADED];

	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		all += ended[i];
	return all ? (int64_t)((unsigned __int128)well * 1000000000u / all) : -1;
}

enum rt_status scn_work_sum(const struct rt *rt, rt_place place, uint32_t ppb, const volatile int *stop,
			    struct scn_work *out, rt_time *latency)
{
	struct sum sum = { .rt = rt, .place = place, .work = out, .stop = stop, .status = RT_OK };
	struct rt_service own;

	memset(out, 0, sizeof(*out));
	if (place != 0 && rt_service(rt, place, &own))
		add_service(&sum, &own);
	else
		rt_services(rt, add_service, &sum);
	out->availability = scn_work_availability(out->ended);
	out->latency_p50 = rt_latency_at(sum.latencies, sum.count, 500000000);
	out->latency_p99 = rt_latency_at(sum.latencies, sum.count, 990000000);
	if (out->latency_p50 < 0)
		out->latency_max = -1;
	if (latency)
		*latency = rt_latency_at(sum.latencies, sum.count, ppb);
	scn_mem_free(sum.latencies);
	return sum.status;
}

/* --- probes -------------------------------------------------------------------------------------------- */

_Static_assert(SCN_SERVED + RT_OUTCOME_COUNT - 1 == (int)SCN_WRONG && (int)RT_WRONG == RT_OUTCOME_COUNT - 1,
	       "the probes have the outcomes in their order");

enum rt_status scn_work_value(const struct rt *rt, rt_place place, const struct scn_probe *probe,
			      const volatile int *stop, int64_t *value, const char **none)
{
	struct scn_work work = { .availability = -1 };
	rt_time latency = -1;

	*value = 0;
	*none = NULL;
	if (place != 0) {
		enum rt_status status = scn_work_sum(rt, place, probe->percentile, stop, &work, &latency);
		if (status != RT_OK)
			return status;
	}
	switch (probe->kind) {
	case SCN_AVAILABILITY:
		*value = work.availability;
		break;
	case SCN_LATENCY:
		*value = latency;
		break;
	case SCN_OUTAGE:
		*value = work.outage_max;
		break;
	case SCN_OFFERED:
		*value = (int64_t)work.offered;
		break;
	case SCN_REPEATED:
		*value = (int64_t)work.repeated;
		break;
	case SCN_IN_FLIGHT:
		*value = (int64_t)work.in_flight;
		break;
	default:
		*value = (int64_t)work.ended[probe->kind - SCN_SERVED];
		break;
	}
	if (*value < 0 && work.services == 0)
		*none = "nothing was asked of it";
	else if (*value < 0)
		*none = probe->kind == SCN_LATENCY ? "nothing was answered" : "no request has ended yet";
	return RT_OK;
}

/* --- one by one ---------------------------------------------------------------------------------------- */

struct listing {
	const struct rt *rt;
	struct scn_names *names;
	scn_work_fn *fn;
	void *ctx;
	enum rt_status status;
};

static bool list_service(void *ctx, const struct rt_service *service)
{
	struct listing *listing = ctx;
	const struct scn_name *name = scn_names_path(listing->names, service->place, true);
	struct scn_work work;

	listing->status = name ? scn_work_sum(listing->rt, service->place, 0, NULL, &work, NULL) : RT_ENOMEM;
	if (listing->status != RT_OK)
		return false;
	work.path = name->text;
	return listing->fn(listing->ctx, &work);
}

static enum rt_status list(const struct rt *rt, struct scn_names *names, scn_work_fn *fn, void *ctx)
{
	struct listing listing = { .rt = rt, .names = names, .fn = fn, .ctx = ctx, .status = RT_OK };

	rt_services(rt, list_service, &listing);
	return listing.status;
}

/* --- as it was judged ---------------------------------------------------------------------------------- */

static bool keep(void *ctx, const struct scn_work *work)
{
	struct scn_works *works = ctx;
	struct scn_work *item = scn_mem_grow(works->item, &works->size, works->count, sizeof(*item));

	works->kept = item != NULL;
	if (!item)
		return false;
	works->item = item;
	item[works->count++] = *work;
	return works->count < SCN_WORKS_MAX;
}

/* Is it asked, by itself or in turn with others? */
static bool is_server(const struct scn_world *world, const struct scn_account *account)
{
	const char *path = account->name->text;
	const struct rt_child *child = scn_history_child(world->history, path);
	rt_place place = rt_path_find(world->rt, path);
	struct rt_service service;

	if (child && child->supervisor)
		return false;
	return world->works.sum.services == 0 || (place && rt_service(world->rt, place, &service)) ||
	       (place && rt_service(world->rt, rt_path_parent(world->rt, place), &service));
}

static void keep_downtime(struct scn_world *world)
{
	struct scn_downtime *downtime = &world->works.downtime;
	rt_time now = rt_now(world->rt);

	for (size_t i = 0; i < scn_accounts_count(world->accounts); i++) {
		const struct scn_account *account = scn_accounts_at(world->accounts, i);
		if (!is_server(world, account))
			continue;
		rt_time down = scn_account_down_time(account, world->up_t, now);
		rt_time recovery = scn_account_recovery(account);
		downtime->workers++;
		downtime->sum = down < RT_FOREVER - downtime->sum ? downtime->sum + down : RT_FOREVER;
		if (down > downtime->longest)
			downtime->longest = down;
		if (recovery < 0 || downtime->recovery < 0)
			downtime->recovery = -1;
		else if (recovery > downtime->recovery)
			downtime->recovery = recovery;
	}
}

enum rt_status scn_works_keep(struct scn_world *world)
{
	struct scn_works *works = &world->works;
	enum rt_status status = scn_work_sum(world->rt, 0, 0, NULL, &works->sum, NULL);

	works->kept = true;
	if (status == RT_OK)
		status = list(world->rt, world->names, keep, works);
	if (status == RT_OK && !works->kept)
		status = RT_ENOMEM;
	if (status == RT_OK && world->options.downtime && world->up)
		keep_downtime(world);
	return status;
}

bool scn_world_downtime(const struct scn_world *world, struct scn_downtime *out)
{
	*out = world->works.downtime;
	return world->works.kept && world->options.downtime;
}

void scn_works_fini(struct scn_works *works)
{
	scn_mem_free(works->item);
}

enum rt_status scn_world_work(const struct scn_world *world, struct scn_work *out)
{
	if (!world->works.kept)
		return scn_work_sum(world->rt, 0, 0, NULL, out, NULL);
	*out = world->works.sum;
	return RT_OK;
}

enum rt_status scn_world_works(const struct scn_world *world, scn_work_fn *fn, void *ctx)
{
	if (!world->works.kept)
		return list(world->rt, world->names, fn, ctx);
	for (size_t i = 0; i < world->works.count && fn(ctx, &world->works.item[i]); i++)
		;
	return RT_OK;
}

/* --- conservation -------------------------------------------------------------------------------------- */

struct audit {
	const struct rt *rt;
	uint64_t in_flight;
	char *buf;
	size_t size;
};

static bool audit_service(void *ctx, const struct rt_service *service)
{
	struct audit *audit = ctx;
	char path[200];
	uint64_t count = 0;

	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		count += service->ended[i];
	audit->in_flight += service->in_flight;
	if (count + service->in_flight == service->offered)
		return true;
	rt_path_text(audit->rt, service->place, path, sizeof(path));
	snprintf(audit->buf, audit->size,
		 "requests went astray: %llu were made of %s, but %llu ended and %llu are in flight",
		 (unsigned long long)service->offered, path, (unsigned long long)count,
		 (unsigned long long)service->in_flight);
	return false;
}

bool scn_work_balanced(const struct rt *rt, char *buf, size_t size)
{
	struct audit audit = { .rt = rt, .buf = buf, .size = size };

	if (rt_work_balanced(rt))
		return true;
	buf[0] = '\0';
	rt_services(rt, audit_service, &audit);
	if (buf[0] == '\0')
		snprintf(buf, size,
			 "requests went astray: by the accounts of the services %llu are in flight, and "
			 "counted one by one it is another number",
			 (unsigned long long)audit.in_flight);
	return false;
}
