/* watch_lanes.c - the run as lanes: one for each actor, its processes as bars from left to right, deaths and
 * faults as marks.
 *
 * The lanes are those of the rows that the tree shows, from the selected one on; the columns are the time
 * from the tree's start to now.  A column in which something happened shows the gravest of it.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define LANES_MAX 200

/* What a column can show, the graver the later. */
enum mark { NOTHING, UP, STARTED, FAULT, DOWN, FELL, GAVE_UP, MARKS };
static const struct {
	const char *sign, *ascii;
} marks[MARKS] = {
	[NOTHING] = { " ", " " }, [UP] = { "━", "=" },   [STARTED] = { "┣", "[" },
	[FAULT] = { "!", "!" },   [DOWN] = { "┄", "." }, [FELL] = { "✗", "x" },
	[GAVE_UP] = { "▲", "^" },
};

struct lane {
	rt_place place;
	bool up, seen;      /* a process runs, as far as it was gone over; something is known of it */
	unsigned to;        /* columns that are drawn */
	unsigned char *mark;
};

struct lanes {
	const struct rt *rt;
	struct lane lane[LANES_MAX];
	size_t count;
	uint32_t *of; /* number of the lane from 1 on, by place */
	uint32_t places;
	unsigned columns;
	rt_time from, length;
};

static unsigned column_of(const struct lanes *lanes, rt_time t)
{
	if (t <= lanes->from || lanes->length <= 0)
		return 0;
	return (unsigned)((unsigned __int128)(t - lanes->from) * (lanes->columns - 1) /
			  (uint64_t)lanes->length);
}

static void put_mark(struct lane *lane, unsigned column, enum mark mark)
{
	if (lane->mark[column] < mark)
		lane->mark[column] = (unsigned char)mark;
}

/* What it was from the last column on to this one. */
static void draw_to(struct lane *lane, unsigned column)
{
	for (; lane->to < column; lane->to++)
		put_mark(lane, lane->to, lane->up ? UP : lane->seen ? DOWN : NOTHING);
}

static void add_event(struct lanes *lanes, const struct scn_event *event)
{
	rt_place place = *event->path != '\0' ? rt_path_find(lanes->rt, event->path) : 0;
	struct lane *lane;
	unsigned column = column_of(lanes, event->t);

	if (place == 0 || place >= lanes->places || lanes->of[place] == 0)
		return;
	lane = &lanes->lane[lanes->of[place] - 1];
	switch (event->kind) {
	case RT_EV_START:
		draw_to(lane, column);
		lane->up = lane->seen = true;
		put_mark(lane, column, STARTED);
		break;
	case RT_EV_EXIT:
		draw_to(lane, column);
		lane->up = false;
		lane->seen = true;
		put_mark(lane, column, event->detail == RT_EXIT_ESCALATED ? GAVE_UP : FELL);
		break;
	case INJ_EV_FIRED:
		put_mark(lane, column, FAULT);
		break;
	default:
		break;
	}
}

static void find_lanes(struct sh_watch *watch, struct lanes *lanes)
{
	uint32_t row = viz_model_find(watch->model, watch->frame.selected);

	while (lanes->count < LANES_MAX) {
		rt_place place = viz_model_row(watch->model, row++);
		struct lane *lane = &lanes->lane[lanes->count];

		if (place == 0)
			return;
		lanes->count++;

		*lane = (struct lane){ .place = place, .mark = sh_alloc(lanes->columns) };
		if (place >= lanes->places) {
			lanes->of = sh_realloc(lanes->of, (place + 1) * sizeof(*lanes->of));
			memset(lanes->of + lanes->places, 0,
			       (place + 1 - lanes->places) * sizeof(*lanes->of));
			lanes->places = place + 1;
		}
		lanes->of[place] = (uint32_t)lanes->count;
	}
}

static void put_lane(struct sh_watch *watch, struct lane *lane, unsigned width)
{
	struct sh_output *out = watch->session->out;
	struct viz_node node = { .name = "" };
	char name[256];

	(void)viz_model_node(watch->model, lane->place, &node);
	snprintf(name, sizeof(name), "%*s%s", (int)(node.depth < 8 ? node.depth : 8), "", node.name);
	/* Nothing is known to have happened, but it is there: the history has forgotten its start. */
	if (!lane->seen && rt_path_actor(scn_world_rt(watch->session->world), lane->place) != RT_NOBODY)
		lane->up = true;
	/* Cut by characters, filled up by columns. */
	while (sh_width(name) > width) {
		size_t end = strlen(name) - 1;

		while (end > 0 && (name[end] & 0xc0) == 0x80)
			end--;
		name[end] = '\0';
	}
	sh_printf(out, "%s%*s ", name, (int)(width - sh_width(name)), "");
}

void sh_watch_print_lanes(struct sh_watch *watch)
{
	const struct scn_history *history = scn_world_history(watch->session->world);
	struct sh_output *out = watch->session->out;
	unsigned width = watch->width / 4 < 24 ? watch->width / 4 : 24;
	struct lanes *lanes = sh_alloc(sizeof(*lanes));
	struct scn_event event;

	lanes->rt = scn_world_rt(watch->session->world);
	lanes->columns = watch->width > width + 4 ? watch->width - width - 2 : 2;
	lanes->from = watch->session->up_t;
	lanes->length = rt_now(lanes->rt) - lanes->from;
	find_lanes(watch, lanes);
	for (uint64_t seq = scn_history_first(history); seq != 0 && seq <= scn_history_last(history); seq++)
		if (scn_history_get(history, seq, &event))
			add_event(lanes, &event);
	sh_printf(out, "%-*s 0s to %lld.%03lds\n", (int)width, "", (long long)(lanes->length / RT_SECOND),
		  (long)(lanes->length % RT_SECOND / RT_MS));
	for (size_t i = 0; i < lanes->count; i++) {
		struct lane *lane = &lanes->lane[i];

		put_lane(watch, lane, width);
		draw_to(lane, lanes->columns);
		for (unsigned x = 0; x < lanes->columns; x++)
			sh_put(out, watch->ascii ? marks[lane->mark[x]].ascii : marks[lane->mark[x]].sign);
		sh_put(out, "\n");
		free(lane->mark);
	}
	sh_printf(out, "\n%s up  %s starts  %s a fault strikes  %s falls  %s gives up  %s down\n",
		  watch->ascii ? marks[UP].ascii : marks[UP].sign,
		  watch->ascii ? marks[STARTED].ascii : marks[STARTED].sign, marks[FAULT].sign,
		  watch->ascii ? marks[FELL].ascii : marks[FELL].sign,
		  watch->ascii ? marks[GAVE_UP].ascii : marks[GAVE_UP].sign,
		  watch->ascii ? marks[DOWN].ascii : marks[DOWN].sign);
	free(lanes->of);
	free(lanes);
}
