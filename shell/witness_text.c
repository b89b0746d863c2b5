/* witness_text.c - tables and lines of what a witness knows. */
#include "witness_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const char *const kinds[PRB_KINDS] = {
	[PRB_START] = "start",     [PRB_EXIT] = "exit",         [PRB_RESTART] = "restart",
	[PRB_GIVE_UP] = "give_up", [PRB_FAULT] = "fault_fired",
};

/* --- rows in order of heat ----------------------------------------------------------------------------- */

struct gathering {
	const struct prb_row **item;
	size_t count, capacity;
};

static bool gather(void *ctx, const struct prb_row *row)
{
	struct gathering *rows = ctx;

	rows->item = sh_grow(rows->item, rows->count, &rows->capacity, sizeof(*rows->item));
	rows->item[rows->count++] = row;
	return true;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int by_heat(const void *a, const void *b)
{
	const struct prb_row *x = *(const struct prb_row *const *)a, *y = *(const struct prb_row *const *)b;
	int order = compare(x->samples, y->samples);

	if (order == 0)
		order = compare(x->counts.restarts, y->counts.restarts);
	if (order == 0)
		order = compare(x->counts.exits, y->counts.exits);
	if (order == 0)
		order = compare(x->handler_ns, y->handler_ns);
	return order != 0 ? order : strcmp(x->path, y->path);
}

static struct gathering sorted(const struct prb_witness *witness)
{
	struct gathering rows = { 0 };

	prb_witness_each(witness, gather, &rows);
	if (rows.count > 0)
		qsort(rows.item, rows.count, sizeof(*rows.item), by_heat);
	return rows;
}

/* --- tables -------------------------------------------------------------------------------------------- */

static void put_time(struct sh_text *to, uint64_t ns, bool any)
{
	char text[32];

	if (!any)
		snprintf(text, sizeof(text), "-");
	else if (ns < 10000)
		snprintf(text, sizeof(text), "%" PRIu64 "ns", ns);
	else if (ns < 10000000)
		snprintf(text, sizeof(text), "%" PRIu64 "us", ns / 1000);
	else if (ns < UINT64_C(10000000000))
		snprintf(text, sizeof(text), "%" PRIu64 "ms", ns / 1000000);
	else
		snprintf(text, sizeof(text), "%" PRIu64 "s", ns / 1000000000);
	sh_text_printf(to, "  %8s", text);
}

static void put_share(struct sh_text *to, const uint64_t slots[PRB_SLOTS], uint32_t ppb)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < PRB_SLOTS; i++)
		sum += slots[i];
	put_time(to, prb_histogram_at(slots, ppb), sum > 0);
}

#define P50 500000000
#define P99 990000000

void sh_witness_table(struct sh_text *to, const struct prb_witness *witness, size_t limit)
{
	struct gathering rows = sorted(witness);
	unsigned views = prb_witness_views(witness);
	bool hot = (views & PRB_BIT(PRB_HOTSPOTS)) != 0;

	sh_text_printf(to, "%s  starts   exits  restarts  back p50  back p99", hot ? "   cpu" : "");
	if ((views & PRB_BIT(PRB_LATENCY)) != 0)
		sh_text_printf(to, "  handled  hand p99  wait p99");
	sh_text_printf(to, "  path\n");
	for (size_t i = 0; i < rows.count && (limit == 0 || i < limit); i++) {
		const struct prb_row *row = rows.item[i];

		if (hot)
			sh_text_printf(to, "%6" PRIu64, row->samples);
		sh_text_printf(to, "  %6" PRIu64 "  %6" PRIu64 "  %8" PRIu64, row->counts.starts,
			       row->counts.exits, row->counts.restarts);
		put_share(to, row->counts.latency, P50);
		put_share(to, row->counts.latency, P99);
		if ((views & PRB_BIT(PRB_LATENCY)) != 0) {
			sh_text_printf(to, "  %7" PRIu64, row->handled);
			put_share(to, row->handler, P99);
			put_share(to, row->queue, P99);
		}
		sh_text_printf(to, "  %s\n", row->path);
	}
	if (limit != 0 && rows.count > limit)
		sh_text_printf(to, "... and %zu more\n", rows.count - limit);
	free(rows.item);
}

struct listing {
	struct sh_text *to;
	bool any, subtrees;
};

static bool put_hotspot(void *ctx, const struct prb_hotspot *hot)
{
	struct listing *listing = ctx;
	char last[INJ_VALUE_BUF];

	if (!listing->any)
		sh_text_printf(listing->to, "     now   worst  last          path\n");
	else if (hot->subtree && !listing->subtrees)
		sh_text_printf(listing->to, "subtrees\n");
	listing->any = true;
	listing->subtrees = listing->subtrees || hot->subtree;
	sh_text_printf(listing->to, "  %6u  %6u  %-12s  %s%s\n", hot->restarts, hot->worst,
		       inj_print_time(hot->last, last), hot->path, hot->subtree ? "/" : "");
	return true;
}

void sh_witness_hotspots(struct sh_text *to, const struct prb_witness *witness)
{
	struct listing listing = { .to = to };

	if (prb_witness_hotspots(witness, PRB_HOT_RESTARTS, PRB_HOT_WINDOW, put_hotspot, &listing) != RT_OK)
		sh_text_printf(to, "no memory to rank restarts\n");
	else if (!listing.any)
		sh_text_printf(to, "nothing was restarted more than %d times in 5 minutes\n",
			       PRB_HOT_RESTARTS);
}

void sh_witness_latency(struct sh_text *to, const struct prb_witness *witness)
{
	struct gathering rows = sorted(witness);
	bool handlers = (prb_witness_views(witness) & PRB_BIT(PRB_LATENCY)) != 0;

	sh_text_printf(to, "  back p50  back p99");
	sh_text_printf(to, handlers ? "  hand p50  hand p99  wait p50  wait p99  path\n" : "  path\n");
	for (size_t i = 0; i < rows.count; i++) {
		const struct prb_row *row = rows.item[i];

		put_share(to, row->counts.latency, P50);
		put_share(to, row->counts.latency, P99);
		if (handlers) {
			put_share(to, row->handler, P50);
			put_share(to, row->handler, P99);
			put_share(to, row->queue, P50);
			put_share(to, row->queue, P99);
		}
		sh_text_printf(to, "  %s\n", row->path);
	}
	if (!handlers)
		sh_text_printf(to, "time in handlers and mailboxes: needs bpf\n");
	free(rows.item);
}

void sh_witness_stats(struct sh_text *to, const struct prb_witness *witness)
{
	struct prb_losses losses = prb_witness_losses(witness);

	for (unsigned i = 0; i < PRB_KINDS; i++)
		sh_text_printf(to, "%-12s %10" PRIu64 "\n", kinds[i], losses.seen[i]);
	sh_text_printf(to, "%-12s %10" PRIu64 "  events for which the ring had no room\n", "dropped",
		       losses.dropped);
	sh_text_printf(to, "%-12s %10" PRIu64 "  events beyond the rate limit, counted and not shown\n",
		       "limited", losses.limited);
	sh_text_printf(to, "%-12s %10" PRIu64 "  for whose path the table had no room\n", "uncounted",
		       losses.uncounted);
}

/* --- JSON ---------------------------------------------------------------------------------------------- */

void sh_witness_json_event(struct sh_text *to, const struct prb_event *event)
{
	sh_text_printf(to,
		       "{\"event\":\"%s\",\"clock\":%" PRIu64 ",\"t\":%" PRId64 ",\"pid\":%" PRIu32
		       ",\"id\":",
		       kinds[event->kind], event->clock, event->t, event->pid);
	sh_text_json(to, event->path);
	switch (event->kind) {
	case PRB_START:
	case PRB_EXIT:
		sh_text_printf(to, ",\"incarnation\":%" PRIu32, event->a);
		break;
	case PRB_RESTART:
	case PRB_GIVE_UP:
		sh_text_printf(to, ",\"restarts\":%" PRIu32 ",\"intensity\":%" PRIu32, event->a, event->b);
		break;
	}
	if (event->reason[0] != '\0') {
		sh_text_printf(to, event->kind == PRB_FAULT ? ",\"fault\":" : ",\"reason\":");
		sh_text_json(to, event->reason);
	}
	sh_text_printf(to, "}\n");
}

void sh_witness_json_process(struct sh_text *to, const struct prb_process *process)
{
	static const char *const words[] = {
		[PRB_FORK] = "fork", [PRB_EXEC] = "exec", [PRB_EXITED] = "process_exit"
	};

	sh_text_printf(to,
		       "{\"event\":\"%s\",\"clock\":%" PRIu64 ",\"pid\":%" PRIu32 ",\"code\":%" PRIu32 "}\n",
		       words[process->kind], process->clock, process->pid, process->code);
}

static void json_histogram(struct sh_text *to, const char *name, const uint64_t slots[PRB_SLOTS])
{
	unsigned last = PRB_SLOTS;

	while (last > 0 && slots[last - 1] == 0)
		last--;
	sh_text_printf(to, ",\"%s\":[", name);
	for (unsigned i = 0; i < last; i++)
		sh_text_printf(to, "%s%" PRIu64, i > 0 ? "," : "", slots[i]);
	sh_text_printf(to, "]");
}

void sh_witness_json_rows(struct sh_text *to, const struct prb_witness *witness)
{
	struct gathering rows = sorted(witness);

	for (size_t i = 0; i < rows.count; i++) {
		const struct prb_row *row = rows.item[i];

		sh_text_printf(to, "{\"pid\":%" PRIu32 ",\"id\":", row->pid);
		sh_text_json(to, row->path);
		sh_text_printf(to,
			       ",\"starts\":%" PRIu64 ",\"exits\":%" PRIu64 ",\"restarts\":%" PRIu64
			       ",\"give_ups\":%" PRIu64 ",\"samples\":%" PRIu64 ",\"off_cpu_ns\":%" PRIu64
			       ",\"page_faults\":%" PRIu64 ",\"signals\":%" PRIu64 ",\"handled\":%" PRIu64,
			       row->counts.starts, row->counts.exits, row->counts.restarts,
			       row->counts.give_ups, row->samples, row->off_cpu_ns, row->page_faults,
			       row->signals, row->handled);
		json_histogram(to, "restart_latency", row->counts.latency);
		json_histogram(to, "handler", row->handler);
		json_histogram(to, "queue", row->queue);
		sh_text_printf(to, "}\n");
	}
	free(rows.item);
}

void sh_witness_json_end(struct sh_text *to, const struct prb_witness *witness)
{
	struct prb_losses losses = prb_witness_losses(witness);

	sh_text_printf(to, "{\"backend\":\"%s\",\"seen\":{", prb_witness_backend(witness));
	for (unsigned i = 0; i < PRB_KINDS; i++)
		sh_text_printf(to, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", kinds[i], losses.seen[i]);
	sh_text_printf(to,
		       "},\"dropped\":%" PRIu64 ",\"limited\":%" PRIu64 ",\"uncounted\":%" PRIu64 "}\n",
		       losses.dropped, losses.limited, losses.uncounted);
}
