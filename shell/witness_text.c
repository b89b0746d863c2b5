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

static int by_sum(const void *a, const void *b)
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

static int by_pace(const void *a, const void *b)
{
	const struct prb_row *x = *(const struct prb_row *const *)a, *y = *(const struct prb_row *const *)b;
	int order = compare(x->samples - x->before.samples, y->samples - y->before.samples);

	if (order == 0)
		order = compare(x->counts.restarts - x->before.restarts,
				y->counts.restarts - y->before.restarts);
	return order != 0 ? order : by_sum(a, b);
}

static struct gathering sorted(const struct prb_witness *witness, int (*order)(const void *, const void *))
{
	struct gathering rows = { 0 };

	prb_witness_each(witness, gather, &rows);
	if (rows.count > 0)
		qsort(rows.item, rows.count, sizeof(*rows.item), order);
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

/* Of one processor. */
static void put_percent(struct sh_text *to, const struct prb_row *row, struct sh_pace pace)
{
	uint64_t samples = row->samples - row->before.samples;
	uint64_t whole = (uint64_t)pace.ns / 1000 * pace.hertz / 1000; /* a thousandth of a sample each */

	sh_text_printf(to, "%5" PRIu64 "%%", whole == 0 ? 0 : samples * 100000 / whole);
}

void sh_witness_table(struct sh_text *to, const struct prb_witness *witness, size_t limit,
		      struct sh_pace pace)
{
	struct gathering rows = sorted(witness, pace.hertz != 0 ? by_pace : by_sum);
	unsigned views = prb_witness_views(witness);
	bool hot = (views & PRB_BIT(PRB_HOTSPOTS)) != 0 && pace.hertz != 0;

	sh_text_printf(to, "%s  starts   exits  restarts  back p50  back p99", hot ? "   cpu" : "");
	if ((views & PRB_BIT(PRB_LATENCY)) != 0)
		sh_text_printf(to, "  handled  hand p99  wait p99");
	sh_text_printf(to, "  path\n");
	for (size_t i = 0; i < rows.count && (limit == 0 || i < limit); i++) {
		const struct prb_row *row = rows.item[i];

		if (hot)
			put_percent(to, row, pace);
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

bool sh_parse_heat(const char *text, struct sh_heat *heat)
{
	const char *slash = strchr(text, '/');
	char number[16];
	int64_t count;
	rt_time window;

	if (!slash || (size_t)(slash - text) >= sizeof(number))
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)(slash - text), text);
	if (!inj_parse_count(number, &count) || count < 0 || count > UINT32_MAX ||
	    !inj_parse_duration(slash + 1, &window) || window <= 0)
		return false;
	*heat = (struct sh_heat){ (uint32_t)count, window };
	return true;
}

struct listing {
	struct sh_text *to;
	size_t rows, limit;
	bool subtrees;
};

static bool put_hotspot(void *ctx, const struct prb_hotspot *hot)
{
	struct listing *listing = ctx;
	char last[INJ_VALUE_BUF];

	if (listing->limit != 0 && listing->rows == listing->limit) {
		sh_text_printf(listing->to, "... and more\n");
		return false;
	}
	if (listing->rows++ == 0)
		sh_text_printf(listing->to, "     now   worst  last          path\n");
	if (hot->subtree && !listing->subtrees)
		sh_text_printf(listing->to, "subtrees\n");
	listing->subtrees = listing->subtrees || hot->subtree;
	const char *more = hot->more ? "+" : " ";

	sh_text_printf(listing->to, "  %6u%s %6u%s %-12s  %s%s\n", hot->restarts, more, hot->worst, more,
		       inj_print_time(hot->last, last), hot->path, hot->subtree ? "/" : "");
	return true;
}

void sh_witness_hotspots(struct sh_text *to, const struct prb_witness *witness, struct sh_heat heat,
			 size_t rows)
{
	struct listing listing = { .to = to, .limit = rows };
	char window[INJ_VALUE_BUF];

	if (prb_witness_hotspots(witness, heat.more_than, heat.window, put_hotspot, &listing) != RT_OK)
		sh_text_printf(to, "no memory to rank restarts\n");
	else if (listing.rows == 0)
		sh_text_printf(to, "nothing was restarted more than %" PRIu32 " times in %s\n",
			       heat.more_than, inj_print_duration(heat.window, window));
	if (prb_witness_tally(witness).lost[PRB_DROPPED] + prb_witness_tally(witness).lost[PRB_LIMITED] > 0)
		sh_text_printf(to, "not all restarts were told one by one: there may have been more\n");
}

void sh_witness_strain(struct sh_text *to, const struct prb_witness *witness, size_t limit)
{
	struct gathering rows;
	size_t shown = 0;

	if ((prb_witness_views(witness) & PRB_BIT(PRB_HOTSPOTS)) == 0) {
		sh_text_printf(to, "processor time: needs bpf\n");
		return;
	}
	rows = sorted(witness, by_sum);
	for (size_t i = 0; i < rows.count && (limit == 0 || shown < limit); i++) {
		const struct prb_row *row = rows.item[i];

		if (row->samples + row->off_cpu_ns + row->page_faults + row->signals == 0)
			continue;
		if (shown++ == 0)
			sh_text_printf(to, " samples   off cpu  page faults  signals  path\n");
		sh_text_printf(to, "%8" PRIu64, row->samples);
		put_time(to, row->off_cpu_ns, row->off_cpu_ns > 0);
		sh_text_printf(to, "  %11" PRIu64 "  %7" PRIu64 "  %s\n", row->page_faults, row->signals,
			       row->path);
	}
	if (shown == 0)
		sh_text_printf(to, "no handler was seen at it\n");
	free(rows.item);
}

void sh_witness_latency(struct sh_text *to, const struct prb_witness *witness, size_t limit)
{
	struct gathering rows = sorted(witness, by_sum);
	bool handlers = (prb_witness_views(witness) & PRB_BIT(PRB_LATENCY)) != 0;

	sh_text_printf(to, "  back p50  back p99");
	sh_text_printf(to, handlers ? "  hand p50  hand p99  wait p50  wait p99  path\n" : "  path\n");
	for (size_t i = 0; i < rows.count && (limit == 0 || i < limit); i++) {
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
	if (limit != 0 && rows.count > limit)
		sh_text_printf(to, "... and %zu more\n", rows.count - limit);
	sh_text_printf(to, "by %s; back: from an exit to the next start\n", prb_witness_clock(witness));
	if (!handlers)
		sh_text_printf(to, "time in handlers and mailboxes: needs bpf\n");
	free(rows.item);
}

#define BAR 40

static void put_histogram(struct sh_text *to, const char *title, const uint64_t slots[PRB_SLOTS], bool ascii)
{
	uint64_t most = 0;
	unsigned first = PRB_SLOTS, last = 0;

	for (unsigned i = 0; i < PRB_SLOTS; i++) {
		if (slots[i] == 0)
			continue;
		first = i < first ? i : first;
		last = i;
		most = slots[i] > most ? slots[i] : most;
	}
	if (most == 0)
		return;
	sh_text_printf(to, "\n%s\n", title);
	for (unsigned i = first; i <= last; i++) {
		unsigned length = (unsigned)(((unsigned __int128)slots[i] * BAR + most - 1) / most);

		sh_text_printf(to, "  up to");
		put_time(to, (UINT64_C(1) << i) - 1, true);
		sh_text_printf(to, "  ");
		for (unsigned x = 0; x < length; x++)
			sh_text_printf(to, "%s", ascii ? "#" : "█");
		sh_text_printf(to, "%s%" PRIu64 "\n", length > 0 ? " " : "", slots[i]);
	}
}

void sh_witness_histograms(struct sh_text *to, const struct prb_row *row, bool ascii)
{
	put_histogram(to, "in its handlers", row->handler, ascii);
	put_histogram(to, "in its mailbox", row->queue, ascii);
	put_histogram(to, "from an exit to the next start", row->counts.latency, ascii);
}

bool sh_witness_lost(const struct prb_witness *witness)
{
	struct prb_tally tally = prb_witness_tally(witness);

	for (unsigned i = 0; i < PRB_LOSSES; i++)
		if (tally.lost[i] > 0)
			return true;
	return false;
}

void sh_witness_stats(struct sh_text *to, const struct prb_witness *witness)
{
	struct prb_tally tally = prb_witness_tally(witness);
	bool hot = (prb_witness_views(witness) & PRB_BIT(PRB_HOTSPOTS)) != 0;
	bool timed = (prb_witness_views(witness) & PRB_BIT(PRB_LATENCY)) != 0;

	sh_text_printf(to, "%-12s %10s", "backend", prb_witness_backend(witness));
	for (unsigned i = 0, n = 0; i < PRB_VIEWS; i++)
		if ((prb_witness_views(witness) & PRB_BIT(i)) != 0)
			sh_text_printf(to, "%s%s", n++ > 0 ? ", " : "  ", prb_view_word(i));
	sh_text_printf(to, "\n");
	for (unsigned i = 0; i < PRB_KINDS; i++)
		sh_text_printf(to, "%-12s %10" PRIu64 "\n", kinds[i], tally.seen[i]);
	if (hot)
		sh_text_printf(
			to, "%-12s %10" PRIu64 "  of the processor, %" PRIu64 " of them between dispatches\n",
			"samples", tally.samples, tally.idle);
	for (unsigned i = 0; i < PRB_LOSSES; i++)
		if (tally.lost[i] > 0 || ((hot || i != PRB_UNSAMPLED) && (timed || i != PRB_UNTIMED)))
			sh_text_printf(to, "%-12s %10" PRIu64 "  %s\n", prb_loss_word(i), tally.lost[i],
				       prb_loss_help(i));
	if (*prb_witness_note(witness))
		sh_text_printf(to, "%s\n", prb_witness_note(witness));
}

void sh_witness_line(struct sh_text *to, const struct prb_event *event)
{
	char t[INJ_VALUE_BUF];

	sh_text_printf(to, "%12s  %-12s %s", inj_print_time(event->t, t), kinds[event->kind],
		       event->path.text);
	if (event->reason[0] != '\0')
		sh_text_printf(to, "  %s", event->reason);
	if (event->kind == PRB_START && event->a > 1)
		sh_text_printf(to, "  incarnation %" PRIu32, event->a);
	if (event->kind == PRB_RESTART || event->kind == PRB_GIVE_UP)
		sh_text_printf(to, "  %" PRIu32 " of %" PRIu32, event->a, event->b);
	sh_text_printf(to, "\n");
}

/* --- JSON ---------------------------------------------------------------------------------------------- */

void sh_witness_json_event(struct sh_text *to, int pid, const struct prb_event *event)
{
	sh_text_printf(to,
		       "{\"event\":\"%s\",\"clock\":%" PRIu64 ",\"t\":%" PRId64 ",\"pid\":%d,\"id\":",
		       kinds[event->kind], (uint64_t)event->clock, (int64_t)event->t, pid);
	sh_text_json(to, event->path.text);
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

	sh_text_printf(to, "{\"event\":\"%s\",\"clock\":%" PRIu64 ",\"pid\":%" PRIu32 ",\"name\":",
		       words[process->kind], (uint64_t)process->clock, process->pid);
	sh_text_json(to, process->name);
	if (process->kind == PRB_EXITED)
		sh_text_printf(to, ",\"code\":%" PRIu32, process->code);
	sh_text_printf(to, "}\n");
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

static void json_numbers(struct sh_text *to, const struct prb_row *row, unsigned views)
{
	const struct {
		const char *name;
		enum prb_view view;
		uint64_t value;
	} numbers[] = {
		{ "starts", PRB_LIFECYCLE, row->counts.starts },
		{ "exits", PRB_LIFECYCLE, row->counts.exits },
		{ "restarts", PRB_LIFECYCLE, row->counts.restarts },
		{ "give_ups", PRB_LIFECYCLE, row->counts.give_ups },
		{ "faults", PRB_LIFECYCLE, row->counts.faults },
		{ "restart_latency_ns", PRB_LIFECYCLE, row->counts.latency_sum },
		{ "handled", PRB_LATENCY, row->handled },
		{ "handler_ns", PRB_LATENCY, row->handler_ns },
		{ "queued", PRB_LATENCY, row->queued },
		{ "queue_ns", PRB_LATENCY, row->queue_ns },
		{ "samples", PRB_HOTSPOTS, row->samples },
		{ "off_cpu_ns", PRB_HOTSPOTS, row->off_cpu_ns },
		{ "page_faults", PRB_HOTSPOTS, row->page_faults },
		{ "signals", PRB_HOTSPOTS, row->signals },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if ((views & PRB_BIT(numbers[i].view)) != 0)
			sh_text_printf(to, ",\"%s\":%" PRIu64, numbers[i].name, numbers[i].value);
}

void sh_witness_json_rows(struct sh_text *to, int pid, const struct prb_witness *witness)
{
	struct gathering rows = sorted(witness, by_sum);
	unsigned views = prb_witness_views(witness);

	for (size_t i = 0; i < rows.count; i++) {
		const struct prb_row *row = rows.item[i];

		sh_text_printf(to, "{\"pid\":%d,\"id\":", pid);
		sh_text_json(to, row->path);
		json_numbers(to, row, views);
		if ((views & PRB_BIT(PRB_LIFECYCLE)) != 0)
			json_histogram(to, "restart_latency", row->counts.latency);
		if ((views & PRB_BIT(PRB_LATENCY)) != 0) {
			json_histogram(to, "handler", row->handler);
			json_histogram(to, "queue", row->queue);
		}
		sh_text_printf(to, "}\n");
	}
	free(rows.item);
}

struct heat_lines {
	struct sh_text *to;
	int pid;
};

static bool json_hotspot(void *ctx, const struct prb_hotspot *hot)
{
	const struct heat_lines *lines = ctx;

	sh_text_printf(lines->to, "{\"pid\":%d,\"hotspot\":", lines->pid);
	sh_text_json(lines->to, hot->path);
	sh_text_printf(lines->to,
		       ",\"subtree\":%s,\"now\":%" PRIu32 ",\"worst\":%" PRIu32
		       ",\"more\":%s,\"last\":%" PRId64 "}\n",
		       hot->subtree ? "true" : "false", hot->restarts, hot->worst,
		       hot->more ? "true" : "false", (int64_t)hot->last);
	return true;
}

bool sh_witness_json_hotspots(struct sh_text *to, int pid, const struct prb_witness *witness,
			      struct sh_heat heat)
{
	struct heat_lines lines = { to, pid };

	return prb_witness_hotspots(witness, heat.more_than, heat.window, json_hotspot, &lines) == RT_OK;
}

void sh_witness_json_end(struct sh_text *to, int pid, const struct prb_witness *witness)
{
	struct prb_tally tally = prb_witness_tally(witness);

	sh_text_printf(to, "{\"pid\":%d,\"backend\":\"%s\",\"seen\":{", pid,
		       prb_witness_backend(witness));
	for (unsigned i = 0; i < PRB_KINDS; i++)
		sh_text_printf(to, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", kinds[i], tally.seen[i]);
	sh_text_printf(to, "},\"samples\":%" PRIu64 ",\"idle\":%" PRIu64, tally.samples, tally.idle);
	for (unsigned i = 0; i < PRB_LOSSES; i++)
		sh_text_printf(to, ",\"%s\":%" PRIu64, prb_loss_word(i), tally.lost[i]);
	sh_text_printf(to, "}\n");
}
