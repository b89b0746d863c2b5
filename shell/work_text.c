/* work_text.c - what a run's work came to, as text.
 *
 * People get three digits, programs get integers: nanoseconds and parts per 1,000,000,000.
 */
#include "work_text.h"

#include <stdlib.h>
#include <string.h>

/* --- numbers for people -------------------------------------------------------------------------------- */

char *sh_brief_duration(rt_time ns, char buf[INJ_VALUE_BUF])
{
	/* Seconds are easy to compare, so they go far. */
	static const struct {
		rt_time from, unit;
		const char *name;
	} units[] = { { 1000 * 60 * RT_SECOND, 3600 * RT_SECOND, "h" },
		      { 1000 * RT_SECOND, 60 * RT_SECOND, "m" },
		      { RT_SECOND, RT_SECOND, "s" },
		      { RT_MS, RT_MS, "ms" },
		      { 1000, 1000, "us" },
		      { 1, 1, "ns" } };
	size_t i = 0;
	if (ns <= 0) {
		snprintf(buf, INJ_VALUE_BUF, ns < 0 ? "-" : "0");
		return buf;
	}
	while (ns < units[i].from)
		i++;
	rt_time unit = units[i].unit;
	int whole = (int)(ns / unit), decimals = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
	unsigned scale = decimals == 0 ? 1 : decimals == 1 ? 10 : 100;
	int fraction = (int)((unsigned __int128)(ns % unit) * scale / (uint64_t)unit);
	while (decimals && fraction % 10 == 0) {
		fraction /= 10;
		decimals--;
	}
	if (decimals)
		snprintf(buf, INJ_VALUE_BUF, "%d.%0*d%s", whole, decimals, fraction, units[i].name);
	else
		snprintf(buf, INJ_VALUE_BUF, "%d%s", whole, units[i].name);
	return buf;
}

char *sh_brief_share(int64_t ppb, char buf[INJ_VALUE_BUF])
{
	if (ppb < 0)
		snprintf(buf, INJ_VALUE_BUF, "-");
	else
		inj_print_percent((uint32_t)(ppb / 10000 * 10000), buf);
	return buf;
}

/* --- a table ------------------------------------------------------------------------------------------- */

static const enum sh_style outcome_styles[RT_OUTCOME_COUNT] = {
	[RT_SERVED] = SH_PLAIN, [RT_DEGRADED] = SH_WARN, [RT_FAILED] = SH_WARN,
	[RT_LOST] = SH_WARN,    [RT_SWALLOWED] = SH_BAD, [RT_WRONG] = SH_BAD,
};

static void add_titles(struct sh_table *table)
{
	sh_table_add(table, SH_DIM, "service");
	sh_table_add(table, SH_DIM, "offered");
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		sh_table_add(table, SH_DIM, "%s", rt_outcome_word((enum rt_outcome)i));
	static const char *const rest[] = { "repeated", "in flight", "availability", "p50", "p99",
					    "longest outage" };
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		sh_table_add(table, SH_DIM, "%s", rest[i]);
	table->columns = (unsigned)table->count;
}

static void add_row(struct sh_table *table, const struct scn_work *work)
{
	char buf[INJ_VALUE_BUF];
	sh_table_add(table, work->path ? SH_PLAIN : SH_BOLD, "%s", work->path ? work->path : "from outside");
	sh_table_number(table, SH_PLAIN, work->offered);
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		sh_table_number(table, outcome_styles[i], work->ended[i]);
	sh_table_number(table, SH_PLAIN, work->repeated);
	sh_table_number(table, SH_PLAIN, work->in_flight);
	sh_table_add(table, SH_PLAIN, "%s", sh_brief_share(work->availability, buf));
	sh_table_add(table, SH_PLAIN, "%s", sh_brief_duration(work->latency_p50, buf));
	sh_table_add(table, SH_PLAIN, "%s", sh_brief_duration(work->latency_p99, buf));
	sh_table_add(table, SH_PLAIN, "%s", sh_brief_duration(work->outage_max, buf));
}

struct listing {
	struct sh_table table;
	const char *pattern;
	size_t rows, front;
};

static bool list(void *ctx, const struct scn_work *work)
{
	struct listing *listing = ctx;
	if (listing->pattern && !inj_pattern_match(listing->pattern, work->path))
		return true;
	listing->rows++;
	listing->front += work->front;
	add_row(&listing->table, work);
	return true;
}

bool sh_work_print(struct sh_output *out, const struct scn_world *world, const char *pattern,
		   enum rt_status *status)
{
	struct listing listing = { .table = { .spare = true }, .pattern = pattern };
	struct scn_work all;
	add_titles(&listing.table);
	*status = scn_world_works(world, list, &listing);
	if (*status == RT_OK && !pattern && listing.front > 1) {
		*status = scn_world_work(world, &all);
		add_row(&listing.table, &all);
	}
	if (*status == RT_OK && listing.rows)
		sh_table_print(&listing.table, out, sh_output_width(out));
	sh_table_fini(&listing.table);
	return listing.rows > 0;
}

/* --- a line -------------------------------------------------------------------------------------------- */

void sh_work_line(struct sh_text *to, const struct scn_work *work)
{
	char buf[INJ_VALUE_BUF];
	const char *before = ": ";
	if (!work->services)
		return;
	sh_text_printf(to, "%llu request%s", (unsigned long long)work->offered,
		       work->offered == 1 ? "" : "s");
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++) {
		if (!work->ended[i])
			continue;
		sh_text_printf(to, "%s%llu %s", before, (unsigned long long)work->ended[i],
			       rt_outcome_word((enum rt_outcome)i));
		before = ", ";
	}
	if (work->in_flight)
		sh_text_printf(to, "%s%llu in flight", before, (unsigned long long)work->in_flight);
	if (work->availability >= 0)
		sh_text_printf(to, "; availability %s", sh_brief_share(work->availability, buf));
	if (work->latency_p99 >= 0)
		sh_text_printf(to, ", p99 %s", sh_brief_duration(work->latency_p99, buf));
	if (work->outage_max)
		sh_text_printf(to, ", longest outage %s", sh_brief_duration(work->outage_max, buf));
}

/* --- JSON ---------------------------------------------------------------------------------------------- */

static void add_integer(struct sh_text *to, const char *name, int64_t value)
{
	if (value < 0)
		sh_text_printf(to, ",\"%s\":null", name);
	else
		sh_text_printf(to, ",\"%s\":%lld", name, (long long)value);
}

static void add_numbers(struct sh_text *to, const struct scn_work *work)
{
	sh_text_printf(to, "\"offered\":%llu", (unsigned long long)work->offered);
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		sh_text_printf(to, ",\"%s\":%llu", rt_outcome_word((enum rt_outcome)i),
			       (unsigned long long)work->ended[i]);
	sh_text_printf(to, ",\"repeated\":%llu,\"in_flight\":%llu", (unsigned long long)work->repeated,
		       (unsigned long long)work->in_flight);
	add_integer(to, "availability_ppb", work->availability);
	add_integer(to, "latency_p50_ns", work->latency_p50);
	add_integer(to, "latency_p99_ns", work->latency_p99);
	add_integer(to, "latency_max_ns", work->latency_max);
	add_integer(to, "outage_ns", work->outage);
	add_integer(to, "outage_max_ns", work->outage_max);
}

void sh_work_object(struct sh_text *to, const struct scn_work *work)
{
	if (!work->services) {
		sh_text_printf(to, "null");
		return;
	}
	sh_text_printf(to, "{\"services\":%llu,", (unsigned long long)work->services);
	add_numbers(to, work);
	sh_text_printf(to, "}");
}

struct members {
	struct sh_text *to;
	const char *before;
};

static bool add_service(void *ctx, const struct scn_work *work)
{
	struct members *members = ctx;
	sh_text_printf(members->to, "%s{\"path\":", members->before);
	sh_text_json(members->to, work->path);
	sh_text_printf(members->to, ",\"from_outside\":%s,", work->front ? "true" : "false");
	add_numbers(members->to, work);
	sh_text_printf(members->to, "}");
	members->before = ",";
	return true;
}

enum rt_status sh_work_json(struct sh_text *to, const struct scn_world *world)
{
	struct members members = { .to = to, .before = "" };
	struct scn_work work;
	enum rt_status status = scn_world_work(world, &work);
	if (status != RT_OK)
		memset(&work, 0, sizeof(work));
	sh_text_printf(to, ",\"work\":");
	sh_work_object(to, &work);
	sh_text_printf(to, ",\"services\":[");
	if (status == RT_OK)
		status = scn_world_works(world, add_service, &members);
	sh_text_printf(to, "]");
	return status;
}
