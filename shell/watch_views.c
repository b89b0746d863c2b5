/* watch_views.c - the views of the live tree but the tree itself: a table, a function each.
 *
 * A view is text, made anew when something has changed, or lines that are asked for one by one because there
 * may be a million of them.  Where a command of the shell says what is wanted, the view is what it says.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "witness_text.h"

/* While time passes a text is made anew so often, of real time. */
#define TEXT_EVERY (200 * RT_MS)
#define LIST_MAX   500
#define LATENCY_MAX 50

static const struct rt *rt_of(const struct sh_watch *watch)
{
	return scn_world_rt(watch->session->world);
}

enum sh_code sh_watch_ask(struct sh_watch *watch, sh_command_fn *fn, const char *command, const char *word)
{
	char *argv[] = { sh_strdup(command), word != NULL ? sh_strdup(word) : NULL, NULL };
	enum sh_code code = fn(watch->session, word != NULL ? 2 : 1, argv);

	free(argv[0]);
	free(argv[1]);
	return code;
}

/* --- what commands say --------------------------------------------------------------------------------- */

static void fill_why(struct sh_watch *watch)
{
	sh_watch_select(watch, watch->frame.selected);
	(void)sh_watch_ask(watch, sh_cmd_why, "why", watch->asked != NULL ? watch->asked : watch->path);
}

static void fill_services(struct sh_watch *watch)
{
	(void)sh_watch_ask(watch, sh_cmd_services, "services", NULL);
}

static void fill_crashes(struct sh_watch *watch)
{
	(void)sh_watch_ask(watch, sh_cmd_crashes, "crashes", NULL);
}

static void fill_crash(struct sh_watch *watch)
{
	char *number = sh_format("%zu", watch->crash);

	(void)sh_watch_ask(watch, sh_cmd_crash, "crash", number);
	free(number);
}

static void enter_crash(struct sh_watch *watch, uint64_t line)
{
	if (line >= scn_world_crashes(watch->session->world))
		return;
	watch->crash = (size_t)line + 1;
	sh_watch_show(watch, SH_VIEW_CRASH);
}

/* The hottest only, however many there are; and how it is distributed of the selected one. */
static void fill_latency(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	struct prb_witness *witness = session->witnesses.on ? sh_witnesses_best(&session->witnesses) : NULL;
	const struct prb_row *row;
	struct sh_text text = { 0 };

	if (witness == NULL) {
		sh_put(session->out, "nobody looks on; `:probes on` lets somebody, from then on\n");
		return;
	}
	(void)sh_watch_ask(watch, sh_cmd_hotspots, "hotspots", NULL);
	sh_text_printf(&text, "\n");
	sh_witness_latency(&text, witness, LATENCY_MAX);
	sh_watch_select(watch, watch->frame.selected);
	row = watch->path != NULL ? prb_witness_find(witness, watch->path) : NULL;
	if (row != NULL) {
		sh_text_printf(&text, "\n%s\n", watch->path);
		sh_witness_histograms(&text, row, watch->ascii);
	}
	sh_put(session->out, text.text);
	sh_text_fini(&text);
}

/* --- help ---------------------------------------------------------------------------------------------- */

static void fill_help(struct sh_watch *watch)
{
	static const char *const titles[] = {
#define X(name, title, help) help,
		SH_VIEW_LIST(X)
#undef X
	};
	struct sh_output *out = watch->session->out;

	for (unsigned about = 0; about < VIZ_ABOUTS; about++) {
		sh_printf(out, "%s%s\n", about > 0 ? "\n" : "", viz_abouts[about]);
		for (unsigned i = 0; i < VIZ_KEYS; i++)
			if (viz_keys[i].about == about)
				sh_printf(out, "  %-8s  %s\n", viz_keys[i].text, viz_keys[i].help);
	}
	sh_put(out, "\nViews\n");
	for (unsigned i = 0; i < SH_VIEW_KEYS; i++)
		sh_printf(out, "  %-8u  %s\n", i + 1, titles[i]);
	sh_put(out, "\nSigns\n");
	for (unsigned i = 0; i < viz_signs_count; i++)
		sh_printf(out, "  %-8s  %s\n", watch->ascii ? viz_signs[i].ascii : viz_signs[i].sign,
			  viz_signs[i].help);
	sh_put(out, "\nThe mouse selects a row, its wheel scrolls.  Behind `:` is every command of the\n"
		    "shell; `:help` lists them.\n");
}

/* --- lists in another order ---------------------------------------------------------------------------- */

struct listing {
	struct sh_watch *watch;
	uint64_t *weight;
	size_t weights_size;
};

static uint64_t weight_of(enum sh_order order, const struct rt_row *row)
{
	switch (order) {
	case SH_ORDER_RESTARTS:
		return row->starts > 0 ? row->starts - 1 : 0;
	case SH_ORDER_MAILBOX:
		return row->has_actor ? row->actor.mailbox : 0;
	case SH_ORDER_MEMORY:
		return row->has_actor ? row->actor.memory : 0;
	case SH_ORDER_TREE:
	case SH_ORDERS:
		break;
	}
	return 0;
}

/* The heaviest LIST_MAX, the heavier first; of equals the one that comes first in the tree. */
static bool list_row(void *ctx, const struct rt_row *row)
{
	struct listing *listing = ctx;
	struct sh_watch *watch = listing->watch;
	uint64_t weight = weight_of(watch->order, row);
	size_t at = watch->n_listed;

	if (weight == 0 || (at == LIST_MAX && listing->weight[at - 1] >= weight))
		return true;
	if (at < LIST_MAX) {
		watch->listed = sh_grow(watch->listed, at, &watch->listed_size, sizeof(*watch->listed));
		listing->weight = sh_grow(listing->weight, at, &listing->weights_size, sizeof(uint64_t));
		watch->n_listed++;
	} else {
		at--;
	}
	for (; at > 0 && listing->weight[at - 1] < weight; at--) {
		listing->weight[at] = listing->weight[at - 1];
		watch->listed[at] = watch->listed[at - 1];
	}
	listing->weight[at] = weight;
	watch->listed[at] = row->child.place;
	return true;
}

static void fill_list(struct sh_watch *watch)
{
	static const char *const names[] = {
		[SH_ORDER_TREE] = "", [SH_ORDER_RESTARTS] = "restarts", [SH_ORDER_MAILBOX] = "waiting",
		[SH_ORDER_MEMORY] = "bytes",
	};
	static const char *const nobody[] = {
		[SH_ORDER_TREE] = "",
		[SH_ORDER_RESTARTS] = "nobody was restarted",
		[SH_ORDER_MAILBOX] = "nobody has mail waiting",
		[SH_ORDER_MEMORY] = "nobody has any memory",
	};
	struct listing listing = { .watch = watch };

	watch->n_listed = 0;
	rt_walk(rt_of(watch), list_row, &listing);
	if (watch->n_listed == 0)
		sh_printf(watch->session->out, "%s\n", nobody[watch->order]);
	for (size_t i = 0; i < watch->n_listed; i++) {
		char path[1024];

		rt_path_text(rt_of(watch), watch->listed[i], path, sizeof(path));
		sh_printf(watch->session->out, "%10llu %s  %s\n", (unsigned long long)listing.weight[i],
			  names[watch->order], path);
	}
	free(listing.weight);
}

static void enter_list(struct sh_watch *watch, uint64_t line)
{
	if (line >= watch->n_listed)
		return;
	viz_model_unfold_to(watch->model, watch->listed[line]);
	sh_watch_select(watch, watch->listed[line]);
	watch->order = SH_ORDER_TREE;
	sh_watch_show(watch, SH_VIEW_TREE);
}

/* --- the table ----------------------------------------------------------------------------------------- */

static const struct view {
	void (*fill)(struct sh_watch *watch); /* text; null: lines by number, or what is there */
	uint64_t (*count)(struct sh_watch *watch);
	bool (*put)(struct sh_watch *watch, uint64_t line, char *buf, size_t size, unsigned *style);
	void (*enter)(struct sh_watch *watch, uint64_t line);
	void (*left)(struct sh_watch *watch, uint64_t line);
	void (*aside)(struct sh_watch *watch); /* about the line with the cursor */
	unsigned aside_room; /* lines for it; always as many, so that the others stay where they are */
	const char *enter_label, *left_label;
	enum sh_fit fit;
	bool from_end; /* the latest line is the one to begin with */
} views[SH_VIEW_COUNT] = {
	[SH_VIEW_EVENTS] = { .count = sh_watch_count_events,
			     .put = sh_watch_put_event,
			     .enter = sh_watch_enter_event,
			     .left = sh_watch_to_cause,
			     .aside = sh_watch_print_event,
			     .aside_room = 8,
			     .enter_label = "go there",
			     .left_label = "cause",
			     .from_end = true },
	[SH_VIEW_DETAILS] = { .fill = sh_watch_print_actor },
	[SH_VIEW_WHY] = { .fill = fill_why },
	[SH_VIEW_SERVICES] = { .fill = fill_services },
	[SH_VIEW_CRASHES] = { .fill = fill_crashes,
			      .enter = enter_crash,
			      .enter_label = "show",
			      .fit = SH_FIT_CUT },
	[SH_VIEW_LATENCY] = { .fill = fill_latency, .fit = SH_FIT_PATH },
	[SH_VIEW_BRANCHES] = { .fill = sh_watch_print_branches,
			       .enter = sh_watch_enter_branch,
			       .aside = sh_watch_print_branch,
			       .aside_room = 40,
			       .enter_label = "go there",
			       .fit = SH_FIT_CUT },
	[SH_VIEW_HELP] = { .fill = fill_help },
	[SH_VIEW_FAULTS] = { .fill = sh_watch_print_menu,
			     .enter = sh_watch_pick,
			     .aside = sh_watch_print_pick,
			     .aside_room = 5,
			     .enter_label = "try",
			     .fit = SH_FIT_CUT },
	[SH_VIEW_PREVIEW] = { .fill = sh_watch_print_preview },
	[SH_VIEW_LIST_OF] = { .fill = fill_list,
			      .enter = enter_list,
			      .enter_label = "select",
			      .fit = SH_FIT_PATH },
	[SH_VIEW_LANES] = { .fill = sh_watch_print_lanes, .fit = SH_FIT_CUT },
	[SH_VIEW_CRASH] = { .fill = fill_crash },
};

/* --- as the frame has it ------------------------------------------------------------------------------- */

static void fill_aside(struct sh_watch *watch)
{
	watch->aside.count = 0;
	if (watch->hinting || views[watch->view].aside == NULL)
		return;
	(void)sh_watch_capture(watch, views[watch->view].aside, &watch->aside);
	sh_lines_fit(&watch->aside, watch->width, SH_FIT_WRAP);
}

void sh_watch_prepare(struct sh_watch *watch)
{
	const struct view *view = &views[watch->view];
	void (*fill)(struct sh_watch *watch) = watch->hinting ? sh_watch_print_hints : view->fill;
	int64_t begin = sh_clock_now();

	if (watch->at_last && view->from_end && sh_watch_lines(watch) > 0)
		watch->cursor = sh_watch_lines(watch) - 1;
	/* What takes long is made anew less often, so that the world and the keys have their time. */
	if (!watch->dirty ||
	    (!watch->paused && watch->clock - watch->text_clock < TEXT_EVERY + 8 * watch->text_cost))
		return;
	watch->dirty = false;
	watch->text_clock = watch->clock;
	if (fill != NULL)
		(void)sh_watch_capture(watch, fill, &watch->body);
	if (fill != NULL || watch->view == SH_VIEW_SAID)
		sh_lines_fit(&watch->body, watch->width, watch->hinting ? SH_FIT_CUT : view->fit);
	fill_aside(watch);
	watch->text_cost = sh_clock_now() - begin;
}

uint64_t sh_watch_lines(struct sh_watch *watch)
{
	const struct view *view = &views[watch->view];

	return view->count != NULL && !watch->hinting ? view->count(watch) : watch->body.count;
}

static bool put_line(void *ctx, uint64_t n, char *buf, size_t size, unsigned *style)
{
	struct sh_watch *watch = ctx;
	const struct view *view = &views[watch->view];
	bool there = view->put != NULL && !watch->hinting
			     ? view->put(watch, n, buf, size, style)
			     : sh_lines_get(&watch->body, n, watch->ascii, buf, size);

	if (there && n == watch->cursor && sh_watch_has_cursor(watch))
		*style |= VIZ_SELECTED;
	return there;
}

static bool put_aside(void *ctx, uint64_t n, char *buf, size_t size, unsigned *style)
{
	const struct sh_watch *watch = ctx;

	(void)style;
	return sh_lines_get(&watch->aside, n, watch->ascii, buf, size);
}

static const char *title_of(const struct sh_watch *watch)
{
	static const char *const titles[SH_VIEW_COUNT] = {
#define X(name, title, help) [name] = title,
		SH_VIEW_LIST(X)
#undef X
	};
	static const char *const orders[SH_ORDERS] = {
		[SH_ORDER_TREE] = "list",
		[SH_ORDER_RESTARTS] = "by restarts",
		[SH_ORDER_MAILBOX] = "by mailbox",
		[SH_ORDER_MEMORY] = "by memory",
	};

	if (watch->hinting)
		return "what can be typed";
	return watch->view == SH_VIEW_LIST_OF ? orders[watch->order] : titles[watch->view];
}

void sh_watch_fill_view(struct sh_watch *watch, unsigned height)
{
	struct viz_frame *frame = &watch->frame;

	if (watch->view == SH_VIEW_TREE && !watch->hinting) {
		frame->view = NULL;
		if (!watch->loose || frame->follow)
			viz_frame_scroll(frame, height);
		return;
	}
	frame->view = title_of(watch);
	sh_watch_prepare(watch);
	frame->line = put_line;
	frame->aside = put_aside;
	frame->line_ctx = watch;
	frame->lines = sh_watch_lines(watch);
	frame->aside_room = watch->hinting ? 0 : views[watch->view].aside_room;
	frame->picks = sh_watch_has_cursor(watch);
	frame->enter = views[watch->view].enter_label;
	frame->left = views[watch->view].left_label;

	unsigned list = viz_frame_list(frame, height);
	uint64_t last = frame->lines > list ? frame->lines - list : 0;

	if (!frame->picks) {
		frame->first = watch->cursor = watch->cursor < last ? watch->cursor : last;
		return;
	}
	if (watch->cursor >= frame->lines)
		watch->cursor = frame->lines > 0 ? frame->lines - 1 : 0;
	if (watch->cursor < frame->first)
		frame->first = watch->cursor;
	if (list > 0 && watch->cursor >= frame->first + list)
		frame->first = watch->cursor - list + 1;
	frame->first = frame->first < last ? frame->first : last;
}

void sh_watch_show(struct sh_watch *watch, enum sh_view_number number)
{
	if (number == SH_VIEW_WHY && watch->view != SH_VIEW_EVENTS && watch->view != SH_VIEW_WHY) {
		free(watch->asked);
		watch->asked = NULL;
	}
	if (number != SH_VIEW_LIST_OF)
		watch->order = SH_ORDER_TREE;
	watch->view = number;
	watch->frame.first = 0;
	watch->at_last = views[number].from_end;
	watch->cursor = number == SH_VIEW_BRANCHES ? scn_timeline_branch(watch->session->timeline) : 0;
	watch->body.count = 0;
	watch->dirty = true;
	watch->text_clock = watch->clock - TEXT_EVERY;
	watch->text_cost = 0;
}

bool sh_watch_has_cursor(const struct sh_watch *watch)
{
	return views[watch->view].enter != NULL && !watch->hinting;
}

void sh_watch_left_line(struct sh_watch *watch)
{
	if (views[watch->view].left != NULL)
		views[watch->view].left(watch, watch->cursor);
}

void sh_watch_enter_line(struct sh_watch *watch)
{
	if (views[watch->view].enter != NULL)
		views[watch->view].enter(watch, watch->cursor);
}
