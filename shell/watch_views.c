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

static const struct rt *rt_of(const struct sh_watch *watch)
{
	return scn_world_rt(watch->session->world);
}

static const struct scn_history *history_of(const struct sh_watch *watch)
{
	return scn_world_history(watch->session->world);
}

static enum sh_code ask(struct sh_watch *watch, sh_command_fn *fn, const char *command, const char *word)
{
	char *argv[] = { sh_strdup(command), word != NULL ? sh_strdup(word) : NULL, NULL };
	enum sh_code code = fn(watch->session, word != NULL ? 2 : 1, argv);

	free(argv[0]);
	free(argv[1]);
	return code;
}

/* --- events -------------------------------------------------------------------------------------------- */

static uint64_t count_events(struct sh_watch *watch)
{
	uint64_t last = scn_history_last(history_of(watch));

	return last == 0 ? 0 : last - scn_history_first(history_of(watch)) + 1;
}

uint64_t sh_watch_event_at(const struct sh_watch *watch, uint64_t line)
{
	return scn_history_first(history_of(watch)) + line;
}

static bool put_event(struct sh_watch *watch, uint64_t line, char *buf, size_t size, unsigned *style)
{
	struct scn_event event;

	if (!scn_history_get(history_of(watch), sh_watch_event_at(watch, line), &event))
		return false;
	(void)scn_event_line(&event, buf, size);
	if (event.kind == RT_EV_EXIT || event.kind == RT_EV_GIVE_UP || event.kind == RT_EV_START_FAILED)
		*style = VIZ_BAD;
	else if (event.kind == RT_EV_RESTART || event.kind == INJ_EV_FIRED)
		*style = VIZ_WARN;
	else if (event.kind == RT_EV_START || event.kind == RT_EV_READY)
		*style = VIZ_GOOD;
	return true;
}

static void enter_event(struct sh_watch *watch, uint64_t line)
{
	uint64_t seq = sh_watch_event_at(watch, line);
	struct scn_event event;
	rt_place place = 0;

	if (scn_history_get(history_of(watch), seq, &event) && *event.path != '\0')
		place = rt_path_find(rt_of(watch), event.path);
	if (place != 0)
		sh_watch_select(watch, place);
	if (sh_watch_back(watch, SH_BACK_TO, seq))
		sh_watch_show(watch, SH_VIEW_TREE);
}

/* --- one actor ----------------------------------------------------------------------------------------- */

static void put_supervisor(struct sh_output *out, const struct rt_actor_info *actor)
{
	sh_printf(out, "  strategy   %s\n", rt_strategy_text(actor->strategy));
	sh_printf(out, "  restarts   %u of %u used within %us\n", actor->restarts_in_window, actor->intensity,
		  actor->period_s);
}

static void put_actor(struct sh_watch *watch, rt_place place, const struct viz_node *node)
{
	struct sh_output *out = watch->session->out;
	struct rt_actor_info actor;
	char t[INJ_VALUE_BUF];

	if (rt_actor(rt_of(watch), rt_path_actor(rt_of(watch), place), &actor) != RT_OK) {
		sh_printf(out, "%s: no process%s\n", watch->path, node->gave_up ? "; it gave up" : "");
		if (node->ended >= 0)
			sh_printf(out, "  ended at   %s\n", inj_print_time(node->ended, t));
		return;
	}
	sh_printf(out, "%s: %s, start %u\n", watch->path, rt_type_text(actor.type), actor.incarnation);
	sh_printf(out, "  state      %s%s since %s\n", rt_life_text(actor.life),
		  actor.suspended ? ", hanging" : "", inj_print_time(actor.started_at, t));
	if (node->supervisor)
		put_supervisor(out, &actor);
	sh_printf(out, "  restarted  %u times\n", node->restarts);
	sh_printf(out, "  mailbox    %u waiting, %llu handled\n", actor.mailbox,
		  (unsigned long long)actor.handled);
	sh_printf(out, "  memory     %s\n", inj_print_size((int64_t)actor.memory, t));
	if (actor.trap_exit)
		sh_put(out, "  traps exits\n");
}

static void put_spec(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	rt_place place = watch->frame.selected, parent = rt_path_parent(rt_of(watch), place);
	size_t length = parent != 0 ? rt_path_text(rt_of(watch), parent, NULL, 0) : 0;

	if (parent == 0 || rt_path_actor(rt_of(watch), parent) == RT_NOBODY)
		return;
	char *above = sh_alloc(length + 1), *child = sh_strdup(watch->path + length + 1);
	char name[] = "get_childspec", *argv[] = { name, above, child, NULL };

	rt_path_text(rt_of(watch), parent, above, length + 1);
	sh_put(session->out, "\nas its supervisor has it\n");
	(void)sh_cmd_get_childspec(session, 3, argv);
	free(above);
	free(child);
}

static void fill_details(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	rt_place place = watch->frame.selected;
	struct rt_service service;
	struct viz_node node;

	sh_watch_select(watch, place);
	if (!viz_model_node(watch->model, place, &node))
		return;
	put_actor(watch, place, &node);
	put_spec(watch);
	if (rt_service(rt_of(watch), place, &service)) {
		sh_put(session->out, "\nwhat was asked of it\n");
		(void)ask(watch, sh_cmd_services, "services", watch->path);
	}
	sh_put(session->out, "\nits latest events\n");
	(void)ask(watch, sh_cmd_events, "events", watch->path);
}

/* --- what commands say --------------------------------------------------------------------------------- */

static void fill_why(struct sh_watch *watch)
{
	sh_watch_select(watch, watch->frame.selected);
	(void)ask(watch, sh_cmd_why, "why", watch->asked != NULL ? watch->asked : watch->path);
}

static void fill_services(struct sh_watch *watch)
{
	(void)ask(watch, sh_cmd_services, "services", NULL);
}

static void fill_crashes(struct sh_watch *watch)
{
	(void)ask(watch, sh_cmd_crashes, "crashes", NULL);
}

static void fill_crash(struct sh_watch *watch)
{
	char *number = sh_format("%zu", watch->crash);

	(void)ask(watch, sh_cmd_crash, "crash", number);
	free(number);
}

static void enter_crash(struct sh_watch *watch, uint64_t line)
{
	if (line >= scn_world_crashes(watch->session->world))
		return;
	watch->crash = (size_t)line + 1;
	sh_watch_show(watch, SH_VIEW_CRASH);
}

static void fill_latency(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;

	if (!session->witnesses.on) {
		sh_put(session->out, "nobody looks on; `:probes on` lets somebody, from then on\n");
		return;
	}
	(void)ask(watch, sh_cmd_hotspots, "hotspots", NULL);
	sh_put(session->out, "\n");
	(void)ask(watch, sh_cmd_latency, "latency", NULL);
}

/* --- branches ------------------------------------------------------------------------------------------ */

static void fill_branches(struct sh_watch *watch)
{
	const struct scn_timeline *timeline = watch->session->timeline;
	struct sh_output *out = watch->session->out;

	for (unsigned i = 0; i < scn_timeline_branches(timeline); i++) {
		struct scn_branch info = scn_timeline_branch_info(timeline, i);
		char t[INJ_VALUE_BUF], from[80] = "the first";

		if (info.parent != i)
			snprintf(from, sizeof(from), "from %u, behind #%llu", info.parent + 1,
				 (unsigned long long)info.fork);
		sh_printf(out, "%c %u  %-22s  to %s  restarts %u, escalations %u, alive %llu  %s\n",
			  i == scn_timeline_branch(timeline) ? '*' : ' ', i + 1, from,
			  inj_print_time(info.t, t), info.restarts, info.escalations,
			  (unsigned long long)info.alive, info.latest);
	}
}

static void enter_branch(struct sh_watch *watch, uint64_t line)
{
	if (line >= scn_timeline_branches(watch->session->timeline))
		return;
	if (sh_watch_back(watch, SH_BACK_SWITCH, line))
		sh_watch_show(watch, SH_VIEW_TREE);
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

	for (unsigned i = 0; i < VIZ_KEYS; i++)
		sh_printf(out, "  %-8s  %s\n", viz_keys[i].text, viz_keys[i].help);
	sh_put(out, "\n");
	for (unsigned i = 0; i < SH_VIEW_KEYS; i++)
		sh_printf(out, "  %-8u  %s\n", i + 1, titles[i]);
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
	struct listing listing = { .watch = watch };

	watch->n_listed = 0;
	rt_walk(rt_of(watch), list_row, &listing);
	if (watch->n_listed == 0)
		sh_printf(watch->session->out, "nobody has any %s\n", names[watch->order]);
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

/* --- faults -------------------------------------------------------------------------------------------- */

static void fill_faults(struct sh_watch *watch)
{
	for (size_t i = 0; i < watch->n_faults; i++)
		sh_printf(watch->session->out, "  %-16s  %s\n", watch->fault[i]->name,
			  watch->fault[i]->help);
}

/* --- the table ----------------------------------------------------------------------------------------- */

static const struct view {
	void (*fill)(struct sh_watch *watch); /* text; null: lines by number, or what is there */
	uint64_t (*count)(struct sh_watch *watch);
	bool (*put)(struct sh_watch *watch, uint64_t line, char *buf, size_t size, unsigned *style);
	void (*enter)(struct sh_watch *watch, uint64_t line);
	bool from_end; /* the latest line is the one to begin with */
} views[SH_VIEW_COUNT] = {
	[SH_VIEW_EVENTS] = { .count = count_events,
			     .put = put_event,
			     .enter = enter_event,
			     .from_end = true },
	[SH_VIEW_DETAILS] = { .fill = fill_details },
	[SH_VIEW_WHY] = { .fill = fill_why },
	[SH_VIEW_SERVICES] = { .fill = fill_services },
	[SH_VIEW_CRASHES] = { .fill = fill_crashes, .enter = enter_crash },
	[SH_VIEW_LATENCY] = { .fill = fill_latency },
	[SH_VIEW_BRANCHES] = { .fill = fill_branches, .enter = enter_branch },
	[SH_VIEW_HELP] = { .fill = fill_help },
	[SH_VIEW_FAULTS] = { .fill = fill_faults, .enter = sh_watch_pick },
	[SH_VIEW_PREVIEW] = { .fill = sh_watch_print_preview },
	[SH_VIEW_LIST_OF] = { .fill = fill_list, .enter = enter_list },
	[SH_VIEW_LANES] = { .fill = sh_watch_print_lanes },
	[SH_VIEW_CRASH] = { .fill = fill_crash },
};

/* --- text ---------------------------------------------------------------------------------------------- */

const char *sh_watch_capture(struct sh_watch *watch, void (*fn)(struct sh_watch *watch))
{
	struct sh_session *session = watch->session;
	struct sh_output *out = session->out, *err = session->err, into = { .utf8 = !watch->ascii };
	enum sh_show show = session->show;
	char *text = NULL;
	size_t size = 0;

	into.width = watch->width;
	into.to = open_memstream(&text, &size);
	if (into.to == NULL)
		return "no memory";
	session->out = session->err = &into;
	session->show = SH_SHOW_NONE;
	fn(watch);
	session->out = out;
	session->err = err;
	session->show = show;
	fclose(into.to);
	watch->text.length = 0;
	sh_text_add(&watch->text, text, size);
	free(text);
	return watch->text.text;
}

static void add_line(struct sh_watch *watch, size_t from, size_t to, unsigned indent)
{
	watch->line = sh_grow(watch->line, watch->lines, &watch->lines_size, sizeof(*watch->line));
	watch->line[watch->lines++] = (struct sh_piece){ from, to, indent };
}

/* How much of the line fits into so many columns: up to a blank, if there is one in its second half. */
static size_t piece_of(const char *text, size_t length, unsigned columns)
{
	size_t at = 0, blank = 0;

	for (unsigned x = 0; at < length && x < columns; x++) {
		if (text[at] == ' ' && x > columns / 2)
			blank = at;
		do
			at++;
		while (at < length && (text[at] & 0xc0) == 0x80);
	}
	return at == length || blank == 0 ? at : blank;
}

/* Sentences go on in the next line.  What can be picked is one line, whatever is lost of it. */
static void add_lines(struct sh_watch *watch, size_t from, size_t to)
{
	unsigned room = watch->width > 20 ? watch->width : 20, indent = 0;

	do {
		size_t length = to - from;

		if (!sh_watch_has_cursor(watch))
			length = piece_of(watch->text.text + from, length, room - indent);
		add_line(watch, from, from + length, indent);
		from += length;
		while (from < to && watch->text.text[from] == ' ')
			from++;
		indent = 8;
	} while (from < to);
}

static void find_lines(struct sh_watch *watch)
{
	const char *text = watch->text.text;

	watch->lines = 0;
	for (size_t at = 0; at < watch->text.length;) {
		const char *end = memchr(text + at, '\n', watch->text.length - at);
		size_t to = end != NULL ? (size_t)(end - text) : watch->text.length;

		add_lines(watch, at, to);
		at = to + 1;
	}
}

void sh_watch_prepare(struct sh_watch *watch)
{
	void (*fill)(struct sh_watch *watch) = watch->hinting ? sh_watch_print_hints
							      : views[watch->view].fill;

	int64_t begin = sh_clock_now();

	/* What takes long is made anew less often, so that the world and the keys have their time. */
	if (!watch->dirty ||
	    (!watch->paused && watch->clock - watch->text_clock < TEXT_EVERY + 8 * watch->text_cost))
		return;
	watch->dirty = false;
	watch->text_clock = watch->clock;
	if (fill != NULL)
		(void)sh_watch_capture(watch, fill);
	if (fill != NULL || watch->view == SH_VIEW_SAID)
		find_lines(watch);
	watch->text_cost = sh_clock_now() - begin;
}

uint64_t sh_watch_lines(struct sh_watch *watch)
{
	const struct view *view = &views[watch->view];

	return view->count != NULL && !watch->hinting ? view->count(watch) : watch->lines;
}

bool sh_watch_line(void *ctx, uint64_t n, char *buf, size_t size, unsigned *style)
{
	struct sh_watch *watch = ctx;
	const struct view *view = &views[watch->view];
	bool there = true;

	if (view->put != NULL && !watch->hinting) {
		there = view->put(watch, n, buf, size, style);
	} else if (n < watch->lines) {
		const struct sh_piece *piece = &watch->line[n];

		snprintf(buf, size, "%*s%.*s", (int)piece->indent, "", (int)(piece->to - piece->from),
			 watch->text.text + piece->from);
	} else {
		there = false;
	}
	if (there && n == watch->cursor && sh_watch_has_cursor(watch))
		*style |= VIZ_SELECTED;
	return there;
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
	watch->cursor = views[number].from_end && count_events(watch) > 0 ? count_events(watch) - 1 : 0;
	watch->dirty = true;
	watch->text_clock = watch->clock - TEXT_EVERY;
	watch->text_cost = 0;
}

bool sh_watch_has_cursor(const struct sh_watch *watch)
{
	return views[watch->view].enter != NULL && !watch->hinting;
}

void sh_watch_enter_line(struct sh_watch *watch)
{
	if (views[watch->view].enter != NULL)
		views[watch->view].enter(watch, watch->cursor);
}
