/* watch.c - the live tree: its life, its time, its picture. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "rewind.h"

/* In thousandths; the last one is as fast as it goes. */
static const uint32_t speeds[] = { 100,   200,   500,    1000,   2000,   5000,    10000,
				   20000, 50000, 100000, 200000, 500000, 1000000, 0 };
#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))

/* How long `]` looks for a restart, of real time. */
#define LOOK_BUDGET (2 * RT_SECOND)
/* Events that are gone over again for what the model shows of the past. */
#define RECALL_MAX 200000

void sh_watch_say(struct sh_watch *watch, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(watch->message, sizeof(watch->message), format, args);
	va_end(args);
}

static struct rt *rt_of(const struct sh_watch *watch)
{
	return scn_world_rt(watch->session->world);
}

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	struct sh_watch *watch = ctx;

	(void)ext;
	if (event->kind == RT_EV_RESTART)
		watch->restart_seq = event->seq;
	viz_model_event(watch->model, event);
}

/* --- the selection ------------------------------------------------------------------------------------- */

void sh_watch_select(struct sh_watch *watch, rt_place place)
{
	size_t length;

	if (place == 0)
		return;
	length = rt_path_text(rt_of(watch), place, NULL, 0);
	watch->path = sh_realloc(watch->path, length + 1);
	rt_path_text(rt_of(watch), place, watch->path, length + 1);
	watch->frame.selected = place;
	watch->loose = false;
	watch->dirty = true;
}

/* The place of the selected path, or of what is left above it. */
static void find_selected(struct sh_watch *watch)
{
	rt_place place = 0;

	while (watch->path != NULL && (place = rt_path_find(rt_of(watch), watch->path)) == 0) {
		char *slash = strrchr(watch->path, '/');

		if (slash == NULL)
			break;
		*slash = '\0';
	}
	watch->frame.selected = place != 0 ? place : viz_model_row(watch->model, 0);
}

/* --- worlds come and go -------------------------------------------------------------------------------- */

static void fall_over(struct sh_watch *watch, const char *why)
{
	watch->over = true;
	sh_watch_say(watch, "%s", why);
}

/* What the model would know if it had looked on all the time. */
static void recall(struct sh_watch *watch)
{
	const struct scn_history *history = scn_world_history(watch->session->world);
	uint64_t first = scn_history_first(history), last = scn_history_last(history);
	rt_time from = rt_now(rt_of(watch)) - VIZ_SPARK * watch->slot;
	uint64_t seq = last;
	struct scn_event event;

	while (seq > first && last - seq < RECALL_MAX && scn_history_get(history, seq - 1, &event) &&
	       event.t >= from)
		seq--;
	for (; seq != 0 && seq <= last; seq++) {
		if (!scn_history_get(history, seq, &event) ||
		    (event.kind != RT_EV_START && event.kind != RT_EV_EXIT))
			continue;
		struct rt_event past = { .seq = seq,
					 .t = event.t,
					 .kind = (uint16_t)event.kind,
					 .incarnation = event.incarnation,
					 .detail = event.detail,
					 .place = rt_path_find(rt_of(watch), event.path) };
		viz_model_recall(watch->model, &past);
	}
}

void sh_watch_leave(struct sh_watch *watch)
{
	if (watch->observed)
		rt_unobserve(rt_of(watch), observe, watch);
	watch->observed = false;
}

void sh_watch_enter(struct sh_watch *watch)
{
	if (watch->session->world == NULL)
		return fall_over(watch, "nothing is loaded");
	if (watch->session->timeline == NULL && sh_rewind_open(watch->session) != SH_OK)
		return fall_over(watch, "one cannot go back in what was loaded");
	if (watch->model == NULL ? viz_model_new(rt_of(watch), &watch->model) != RT_OK
				 : viz_model_reset(watch->model, rt_of(watch)) != RT_OK)
		return fall_over(watch, "no memory for the tree");
	if ((watch->filter != NULL && viz_model_filter(watch->model, watch->filter) != RT_OK) ||
	    rt_observe(rt_of(watch), observe, watch) != RT_OK)
		return fall_over(watch, "no memory to look on");
	watch->observed = true;
	watch->frame.rt = rt_of(watch);
	watch->frame.model = watch->model;
	watch->frame.up = watch->session->up_t;
	watch->frame.title = watch->session->scenario->name;
	watch->fell_told = rt_root(rt_of(watch)) == RT_NOBODY;
	watch->dirty = true;
	watch->player.playing = false;
	viz_model_settle(watch->model, watch->slot);
	recall(watch);
	find_selected(watch);
}

/* --- time ---------------------------------------------------------------------------------------------- */

static rt_time flash_of(const struct sh_watch *watch)
{
	uint32_t speed = speeds[watch->speed];

	if (watch->paused || speed == 0)
		return RT_SECOND;
	return 700 * RT_MS / 1000 * speed;
}

static void set_slot(struct sh_watch *watch)
{
	uint32_t speed = speeds[watch->speed];
	rt_time slot = speed == 0 || speed > 60000 ? 60 * RT_SECOND
		       : speed <= 1000             ? RT_SECOND
						   : RT_SECOND / 1000 * speed;

	if (slot == watch->slot)
		return;
	watch->slot = slot;
	viz_model_settle(watch->model, slot);
	recall(watch);
}

static void show_speed(struct sh_watch *watch)
{
	uint32_t speed = speeds[watch->speed];

	if (speed == 0)
		snprintf(watch->speed_text, sizeof(watch->speed_text), "max");
	else if (speed < 1000)
		snprintf(watch->speed_text, sizeof(watch->speed_text), "0.%ux", (unsigned)speed / 100);
	else
		snprintf(watch->speed_text, sizeof(watch->speed_text), "%ux", (unsigned)speed / 1000);
	watch->frame.speed = watch->speed_text;
}

bool sh_watch_set_speed(struct sh_watch *watch, uint32_t permille)
{
	for (unsigned i = 0; i < SPEEDS; i++) {
		if (speeds[i] != permille && !(permille != 0 && speeds[i] > permille))
			continue;
		watch->speed = i;
		show_speed(watch);
		set_slot(watch);
		return true;
	}
	return false;
}

void sh_watch_faster(struct sh_watch *watch, int by)
{
	if ((by < 0 && watch->speed == 0) || (by > 0 && watch->speed + 1 == SPEEDS))
		return;
	watch->speed += (unsigned)by;
	show_speed(watch);
	set_slot(watch);
	sh_watch_say(watch, "speed %s", watch->speed_text);
}

void sh_watch_pause(struct sh_watch *watch, bool paused)
{
	watch->paused = paused;
	watch->resume = false;
	watch->player.playing = false;
}

/* A move was neither RT_OK nor RT_EAGAIN. */
static void tell_end(struct sh_watch *watch, enum rt_status status)
{
	struct scn_result result = scn_world_result(watch->session->world);

	sh_watch_pause(watch, true);
	if (scn_world_phase(watch->session->world) == SCN_OVER)
		sh_watch_say(watch, "this run is over: %s; `,` and `g` go back",
			     scn_verdict_word(result.verdict));
	else if (status == RT_ESTATE)
		sh_watch_say(watch, "this run ends here: %s", result.text != NULL ? result.text : "");
	else
		sh_watch_say(watch, "%s", rt_status_text(status));
}

/* True: the root has gone down, which says more than that nothing is left. */
static bool tell_fall(struct sh_watch *watch)
{
	if (watch->fell_told || rt_root(rt_of(watch)) != RT_NOBODY)
		return false;
	watch->fell_told = true;
	sh_watch_pause(watch, true);
	sh_watch_say(watch, "the root went down; `w` tells how it came, `,` steps back");
	return true;
}

/* The end of the scenario's duration, if it is still to come. */
static rt_time duration_end(const struct sh_watch *watch)
{
	const struct scn_scenario *scenario = watch->session->scenario;
	rt_time end = RT_FOREVER;

	if (scenario->has_duration && scenario->duration < RT_FOREVER - watch->session->up_t)
		end = watch->session->up_t + scenario->duration;
	return end > rt_now(rt_of(watch)) ? end : RT_FOREVER;
}

void sh_watch_tick(struct sh_watch *watch, int64_t clock, int64_t budget)
{
	rt_time now, until, end;
	enum rt_status status = RT_OK;
	int64_t begin = sh_clock_now();
	uint64_t seq;

	watch->clock = clock;
	if (watch->paused || watch->over)
		return;
	now = rt_now(rt_of(watch));
	seq = rt_seq(rt_of(watch));
	end = duration_end(watch);
	until = sh_player_until(&watch->player, speeds[watch->speed], clock, now);
	for (unsigned n = 1; status == RT_OK && !*watch->session->stop; n++) {
		status = sh_session_move(watch->session, until < end ? until : end);
		if (n % 64 == 0 && sh_clock_now() - begin >= budget)
			break;
	}
	if (rt_seq(rt_of(watch)) != seq || rt_now(rt_of(watch)) != now)
		watch->dirty = true;
	if (tell_fall(watch))
		return;
	if (status != RT_OK && status != RT_EAGAIN) {
		tell_end(watch, status);
	} else if (status == RT_EAGAIN && end != RT_FOREVER && until >= end) {
		sh_watch_pause(watch, true);
		sh_watch_say(watch, "the scenario's duration is over; Space goes on, `:run` gives the "
				    "verdict");
	} else if (status == RT_EAGAIN && until == RT_FOREVER) {
		sh_watch_pause(watch, true);
		sh_watch_say(watch, "all is quiet: nothing is left to happen");
	}
}

bool sh_watch_step(struct sh_watch *watch)
{
	struct rt *rt = rt_of(watch);
	uint64_t seq = rt_seq(rt);
	enum rt_status status = RT_OK;

	while (status == RT_OK && rt_seq(rt) == seq && !*watch->session->stop)
		status = sh_session_move(watch->session, RT_FOREVER);
	watch->dirty = true;
	if (tell_fall(watch))
		return status == RT_OK;
	if (status == RT_EAGAIN)
		sh_watch_say(watch, "nothing is left to happen");
	else if (status != RT_OK)
		tell_end(watch, status);
	return status == RT_OK;
}

void sh_watch_next_restart(struct sh_watch *watch)
{
	enum rt_status status = RT_OK;
	int64_t begin = sh_clock_now();

	watch->restart_seq = 0;
	for (unsigned n = 1; status == RT_OK && watch->restart_seq == 0 && !*watch->session->stop; n++) {
		status = sh_session_move(watch->session, RT_FOREVER);
		if (n % 1024 == 0 && sh_clock_now() - begin >= LOOK_BUDGET)
			break;
	}
	watch->dirty = true;
	if (tell_fall(watch) || watch->restart_seq != 0)
		return;
	if (status == RT_OK)
		sh_watch_say(watch, "no restart so far; `]` looks on");
	else if (status == RT_EAGAIN)
		sh_watch_say(watch, "no restart comes any more");
	else
		tell_end(watch, status);
}

/* --- going back ---------------------------------------------------------------------------------------- */

static enum rt_status go_back(struct sh_session *session, enum sh_back how, uint64_t where)
{
	switch (how) {
	case SH_BACK_STEP:
		return sh_rewind_back(session);
	case SH_BACK_TO:
		return sh_rewind_go(session, where);
	case SH_BACK_END:
		return sh_rewind_end(session);
	case SH_BACK_UNDO:
		return sh_rewind_undo(session);
	case SH_BACK_SWITCH:
		return sh_rewind_switch(session, (unsigned)where);
	}
	return RT_EINVAL;
}

bool sh_watch_back(struct sh_watch *watch, enum sh_back how, uint64_t where)
{
	struct sh_session *session = watch->session;
	const char *fixed = scn_timeline_fixed(session->timeline);
	enum rt_status status;

	sh_watch_pause(watch, true);
	if (fixed != NULL && how != SH_BACK_END) {
		sh_watch_say(watch, "one cannot go back in this run: %s", fixed);
		return false;
	}
	sh_watch_leave(watch);
	status = go_back(session, how, where);
	sh_watch_enter(watch);
	if (status == RT_EAGAIN)
		sh_watch_say(watch, how == SH_BACK_UNDO ? "nothing was done that could be undone"
							: "this is where the tree was just up");
	else if (status != RT_OK)
		sh_watch_say(watch, "%s", rt_status_text(status));
	return status == RT_OK;
}

/* --- the picture --------------------------------------------------------------------------------------- */

static void fill_frame(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	struct scn_timeline *timeline = session->timeline;
	unsigned branch = scn_timeline_branch(timeline);
	struct scn_branch info = scn_timeline_branch_info(timeline, branch);
	struct viz_frame *frame = &watch->frame;

	frame->now = rt_now(frame->rt);
	frame->seq = rt_seq(frame->rt);
	frame->end = info.t > frame->now ? info.t : frame->now;
	frame->last = info.last > frame->seq ? info.last : frame->seq;
	frame->paused = watch->paused;
	frame->past = !scn_timeline_at_end(timeline);
	frame->fixed = scn_timeline_fixed(timeline) != NULL;
	frame->branch = branch;
	frame->branches = scn_timeline_branches(timeline);
	frame->deeds = info.deeds;
	frame->flash = flash_of(watch);
	frame->filter = watch->filter;
	frame->message = watch->message[0] != '\0' ? watch->message : NULL;
	frame->prompt = watch->typing != SH_TYPING_NOTHING ? sh_watch_prompt(watch) : NULL;
	frame->handler = session->witnesses.kernel != NULL ? sh_watch_handler : NULL;
	frame->handler_ctx = watch;
	frame->typed = watch->typed.text;
	frame->typed_at = watch->typed.at;
}

void sh_watch_draw(struct sh_watch *watch, struct viz_screen *screen)
{
	watch->dirty |= watch->width != screen->width; /* it is wrapped */
	watch->width = screen->width;
	watch->height = screen->height;
	if (watch->over)
		return;
	if (viz_model_stale(watch->model)) {
		sh_watch_leave(watch);
		sh_watch_enter(watch);
	}
	viz_model_settle(watch->model, watch->slot);
	find_selected(watch);
	fill_frame(watch);
	sh_watch_fill_view(watch, screen->height);
	viz_frame_draw(&watch->frame, screen);
}

/* --- life ---------------------------------------------------------------------------------------------- */

struct sh_watch *sh_watch_open(struct sh_session *session, bool ascii)
{
	struct sh_watch *watch;

	if (sh_rewind_open(session) != SH_OK)
		return NULL;
	watch = sh_alloc(sizeof(*watch));
	watch->session = session;
	watch->ascii = ascii;
	watch->slot = RT_SECOND;
	watch->width = 80;
	watch->height = 24;
	sh_watch_enter(watch);
	if (watch->over) {
		(void)sh_session_error(session, SH_INTERNAL, "watch: %s", watch->message);
		sh_watch_close(watch);
		return NULL;
	}
	(void)sh_watch_set_speed(watch, 1000);
	return watch;
}

void sh_watch_close(struct sh_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->session->world != NULL)
		sh_watch_leave(watch);
	viz_model_free(watch->model);
	for (size_t i = 0; i < watch->n_said; i++)
		free(watch->said[i]);
	free(watch->said);
	free(watch->path);
	free(watch->sought);
	free(watch->filter);
	free(watch->asked);
	free(watch->listed);
	free(watch->fault);
	sh_lines_fini(&watch->body);
	sh_lines_fini(&watch->aside);
	free(watch);
}
