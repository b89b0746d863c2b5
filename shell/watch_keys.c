/* watch_keys.c - what each key of the live tree does: a function for each row of the table of keys. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const struct rt *rt_of(const struct sh_watch *watch)
{
	return scn_world_rt(watch->session->world);
}

static bool in_tree(const struct sh_watch *watch)
{
	return watch->view == SH_VIEW_TREE;
}

/* --- moving about -------------------------------------------------------------------------------------- */

static void select_row(struct sh_watch *watch, uint32_t row)
{
	uint32_t rows = viz_model_rows(watch->model);

	if (rows > 0)
		sh_watch_select(watch, viz_model_row(watch->model, row < rows ? row : rows - 1));
}

static uint32_t selected_row(const struct sh_watch *watch)
{
	return viz_model_find(watch->model, watch->frame.selected);
}

static unsigned page_of(const struct sh_watch *watch)
{
	unsigned body = viz_frame_list(&watch->frame, watch->height);

	return body > 2 ? body - 2 : 1;
}

static void move_by(struct sh_watch *watch, int64_t by)
{
	int64_t at = in_tree(watch) ? selected_row(watch) : (int64_t)watch->cursor;
	int64_t last = in_tree(watch) ? viz_model_rows(watch->model) : (int64_t)sh_watch_lines(watch);

	at = at + by >= last ? last - 1 : at + by;
	at = at < 0 ? 0 : at;
	if (in_tree(watch))
		select_row(watch, (uint32_t)at);
	else
		watch->cursor = (uint64_t)at;
	watch->at_last = at == last - 1;
}

static void up(struct sh_watch *watch)
{
	move_by(watch, -1);
}

static void down(struct sh_watch *watch)
{
	move_by(watch, 1);
}

static void page_up(struct sh_watch *watch)
{
	move_by(watch, -(int64_t)page_of(watch));
}

static void page_down(struct sh_watch *watch)
{
	move_by(watch, page_of(watch));
}

static void top(struct sh_watch *watch)
{
	move_by(watch, INT32_MIN);
}

static void bottom(struct sh_watch *watch)
{
	move_by(watch, INT32_MAX);
}

static void fold(struct sh_watch *watch)
{
	rt_place place = watch->frame.selected;

	if (!in_tree(watch)) {
		sh_watch_left_line(watch);
		return;
	}
	if (viz_model_foldable(watch->model, place) && !viz_model_folded(watch->model, place))
		viz_model_fold(watch->model, place, true);
	else
		sh_watch_select(watch, rt_path_parent(rt_of(watch), place));
}

static void unfold(struct sh_watch *watch)
{
	if (in_tree(watch))
		viz_model_fold(watch->model, watch->frame.selected, false);
}

static void follow(struct sh_watch *watch)
{
	watch->frame.follow = !watch->frame.follow;
	sh_watch_say(watch, watch->frame.follow ? "%s stays in sight" : "%s need not stay in sight",
		     watch->path != NULL ? watch->path : "the root");
}

/* --- searching ----------------------------------------------------------------------------------------- */

static void search(struct sh_watch *watch)
{
	sh_watch_type(watch, SH_TYPING_SEARCH, "");
}

static void search_on(struct sh_watch *watch, bool backwards)
{
	if (watch->sought == NULL) {
		search(watch);
		return;
	}
	uint32_t row = selected_row(watch);
	uint32_t found = viz_model_search(watch->model, row, watch->sought, backwards);

	if (found == row)
		sh_watch_say(watch, "no other path in sight has '%s' in it", watch->sought);
	select_row(watch, found);
}

static void again(struct sh_watch *watch)
{
	search_on(watch, false);
}

static void again_back(struct sh_watch *watch)
{
	search_on(watch, true);
}

static void filter(struct sh_watch *watch)
{
	sh_watch_type(watch, SH_TYPING_FILTER, watch->filter != NULL ? watch->filter : "");
}

/* --- time ---------------------------------------------------------------------------------------------- */

static void pause_or_run(struct sh_watch *watch)
{
	sh_watch_pause(watch, !watch->paused);
}

static void forward(struct sh_watch *watch)
{
	sh_watch_pause(watch, true);
	(void)sh_watch_step(watch);
}

static void back(struct sh_watch *watch)
{
	(void)sh_watch_back(watch, SH_BACK_STEP, 0);
}

/* To the latest restart before where one is.  Several may have come in one move: then the place of the last
 * of them is that of all, and the search goes on. */
static void previous(struct sh_watch *watch)
{
	const struct scn_history *history = scn_world_history(watch->session->world);
	uint64_t here = rt_seq(rt_of(watch)), seq = here + 1;
	struct scn_event event;

	if (scn_timeline_fixed(watch->session->timeline) != NULL) {
		(void)sh_watch_back(watch, SH_BACK_STEP, 0); /* says why not */
		return;
	}
	if (watch->landed_at == here && watch->landed <= here)
		seq = watch->landed;
	while (seq > scn_history_first(history)) {
		if (!scn_history_get(history, --seq, &event) || event.kind != RT_EV_RESTART)
			continue;
		if (!sh_watch_back(watch, SH_BACK_TO, seq))
			return;
		watch->landed = seq;
		watch->landed_at = rt_seq(rt_of(watch));
		if (watch->landed_at != here)
			return;
		history = scn_world_history(watch->session->world);
	}
	sh_watch_pause(watch, true);
	sh_watch_say(watch, "no restart before");
}

static void next(struct sh_watch *watch)
{
	sh_watch_pause(watch, true);
	sh_watch_next_restart(watch);
	watch->landed = watch->restart_seq;
	watch->landed_at = rt_seq(rt_of(watch));
}

static void to_start(struct sh_watch *watch)
{
	(void)sh_watch_back(watch, SH_BACK_TO, 0);
}

static void to_now(struct sh_watch *watch)
{
	(void)sh_watch_back(watch, SH_BACK_END, 0);
}

static void undo(struct sh_watch *watch)
{
	struct scn_timeline *timeline = watch->session->timeline;
	struct scn_branch info = scn_timeline_branch_info(timeline, scn_timeline_branch(timeline));
	char *latest = sh_strdup(info.latest);

	if (sh_watch_back(watch, SH_BACK_UNDO, 0))
		sh_watch_say(watch, "undone: %s; `b` has the branch where it was done", latest);
	free(latest);
}

static void faster(struct sh_watch *watch)
{
	sh_watch_faster(watch, 1);
}

static void slower(struct sh_watch *watch)
{
	sh_watch_faster(watch, -1);
}

/* --- views --------------------------------------------------------------------------------------------- */

static void help(struct sh_watch *watch)
{
	sh_watch_show(watch, SH_VIEW_HELP);
}

static void quit(struct sh_watch *watch)
{
	if (in_tree(watch))
		watch->over = true;
	else
		sh_watch_show(watch, watch->view == SH_VIEW_CRASH ? SH_VIEW_CRASHES : SH_VIEW_TREE);
}

static void details(struct sh_watch *watch)
{
	if (in_tree(watch))
		sh_watch_show(watch, SH_VIEW_DETAILS);
	else
		sh_watch_enter_line(watch);
}

/* In the events it is about the event; elsewhere about the actor. */
static void why(struct sh_watch *watch)
{
	uint64_t seq = watch->view == SH_VIEW_EVENTS ? sh_watch_event_at(watch, watch->cursor) : 0;

	free(watch->asked);
	watch->asked = seq != 0 ? sh_format("%llu", (unsigned long long)seq) : NULL;
	sh_watch_show(watch, SH_VIEW_WHY);
}

static void branches(struct sh_watch *watch)
{
	sh_watch_show(watch, SH_VIEW_BRANCHES);
}

static void lanes(struct sh_watch *watch)
{
	sh_watch_show(watch, SH_VIEW_LANES);
}

static void sort(struct sh_watch *watch)
{
	watch->order = (enum sh_order)((watch->order + 1) % SH_ORDERS);
	sh_watch_show(watch, watch->order == SH_ORDER_TREE ? SH_VIEW_TREE : SH_VIEW_LIST_OF);
}

static void inject(struct sh_watch *watch)
{
	sh_watch_menu(watch);
}

static void command(struct sh_watch *watch)
{
	sh_watch_type(watch, SH_TYPING_COMMAND, "");
}

static void (*const functions[VIZ_KEYS])(struct sh_watch *watch) = {
	[VIZ_DO_HELP] = help,
	[VIZ_DO_QUIT] = quit,
	[VIZ_DO_PAUSE] = pause_or_run,
	[VIZ_DO_FORWARD] = forward,
	[VIZ_DO_BACK] = back,
	[VIZ_DO_PREVIOUS] = previous,
	[VIZ_DO_NEXT] = next,
	[VIZ_DO_START] = to_start,
	[VIZ_DO_LIVE] = to_now,
	[VIZ_DO_INJECT] = inject,
	[VIZ_DO_UNDO] = undo,
	[VIZ_DO_WHY] = why,
	[VIZ_DO_DETAILS] = details,
	[VIZ_DO_UP] = up,
	[VIZ_DO_DOWN] = down,
	[VIZ_DO_FOLD] = fold,
	[VIZ_DO_UNFOLD] = unfold,
	[VIZ_DO_PAGE_UP] = page_up,
	[VIZ_DO_PAGE_DOWN] = page_down,
	[VIZ_DO_TOP] = top,
	[VIZ_DO_BOTTOM] = bottom,
	[VIZ_DO_SEARCH] = search,
	[VIZ_DO_AGAIN] = again,
	[VIZ_DO_AGAIN_BACK] = again_back,
	[VIZ_DO_FILTER] = filter,
	[VIZ_DO_FOLLOW] = follow,
	[VIZ_DO_SORT] = sort,
	[VIZ_DO_BRANCHES] = branches,
	[VIZ_DO_LANES] = lanes,
	[VIZ_DO_FASTER] = faster,
	[VIZ_DO_SLOWER] = slower,
	[VIZ_DO_COMMAND] = command,
};

/* --- the mouse ----------------------------------------------------------------------------------------- */

static void wheel(struct sh_watch *watch, int by)
{
	uint32_t rows = viz_model_rows(watch->model), shown = page_of(watch) + 1;

	if (!in_tree(watch)) {
		move_by(watch, by);
		return;
	}
	watch->loose = true;
	if (by < 0)
		watch->frame.top -= watch->frame.top < (uint32_t)-by ? watch->frame.top : (uint32_t)-by;
	else if (rows > shown)
		watch->frame.top = watch->frame.top + (uint32_t)by > rows - shown
					   ? rows - shown
					   : watch->frame.top + (uint32_t)by;
}

/* The title is above the first line; in the tree the names of the columns are, too. */
static void click(struct sh_watch *watch, unsigned y)
{
	unsigned above = in_tree(watch) ? 2 : 1;

	if (y < above || y >= 1 + viz_frame_list(&watch->frame, watch->height))
		return;
	if (!in_tree(watch) && watch->frame.first + y - above < sh_watch_lines(watch))
		move_by(watch, (int64_t)(watch->frame.first + y - above) - (int64_t)watch->cursor);
	else if (in_tree(watch) && watch->frame.top + y - above < viz_model_rows(watch->model))
		select_row(watch, watch->frame.top + y - above);
}

void sh_watch_key(struct sh_watch *watch, int key, unsigned x, unsigned y)
{
	unsigned view = 0;
	enum viz_do what;

	(void)x;
	if (key == VIZ_NO_KEY || watch->over)
		return;
	watch->message[0] = '\0';
	watch->dirty = true;
	if (key == VIZ_GONE)
		watch->over = true;
	else if (watch->typing != SH_TYPING_NOTHING)
		sh_watch_typed_key(watch, key);
	else if (key == VIZ_ESCAPE && in_tree(watch))
		return; /* also what is left of a key that the terminal does not know; it must not end all */
	else if (key == VIZ_WHEEL_UP || key == VIZ_WHEEL_DOWN)
		wheel(watch, key == VIZ_WHEEL_UP ? -3 : 3);
	else if (key == VIZ_CLICK)
		click(watch, y);
	else if ((what = viz_key_find(key, &view)) == VIZ_DO_VIEW)
		sh_watch_show(watch, (enum sh_view_number)view);
	else if (what != VIZ_DO_NOTHING)
		functions[what](watch);
}
