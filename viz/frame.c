/* frame.c - what is around a view. */
#include "frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"

/* Above the view: the title; below it: time, and the keys. */
#define ABOVE 1
#define BELOW 2
/* A view of fewer lines has no aside. */
#define ASIDE_FROM 8

unsigned viz_frame_body(unsigned height)
{
	return height > ABOVE + BELOW ? height - ABOVE - BELOW : 0;
}

static unsigned aside_of(const struct viz_frame *frame, unsigned height)
{
	unsigned body = viz_frame_body(height), most = body / 2;

	if (frame->view == NULL || frame->aside_room == 0 || body < ASIDE_FROM)
		return 0;
	return frame->aside_room < most ? frame->aside_room : most;
}

unsigned viz_frame_list(const struct viz_frame *frame, unsigned height)
{
	unsigned aside = aside_of(frame, height);

	return viz_frame_body(height) - aside - (aside > 0);
}

void viz_frame_scroll(struct viz_frame *frame, unsigned height)
{
	unsigned body = viz_frame_body(height), lines = body > 1 ? body - 1 : 1; /* its titles */
	uint32_t rows = viz_model_rows(frame->model), row = viz_model_find(frame->model, frame->selected);

	if (row < frame->top)
		frame->top = row;
	if (row >= frame->top + lines)
		frame->top = row - lines + 1;
	if (frame->top + lines > rows)
		frame->top = rows > lines ? rows - lines : 0;
}

static void put_time(char *buf, size_t size, rt_time t)
{
	snprintf(buf, size, "%" PRId64 ".%03d", t / RT_SECOND, (int)(t % RT_SECOND / RT_MS));
}

/* What is shown, and what of it. */
static unsigned draw_what(const struct viz_frame *frame, struct viz_screen *screen, unsigned room)
{
	unsigned list = viz_frame_list(frame, screen->height);
	unsigned x = viz_putf(screen, 0, 0, room, VIZ_TITLE, " %s", frame->title);
	char path[1024];

	if (frame->view != NULL) {
		x = viz_putf(screen, x, 0, room - x, VIZ_TITLE, "  -  %s", frame->view);
		if (frame->lines > list && x + 12 < room)
			x = viz_putf(screen, x, 0, room - x, VIZ_TITLE,
				     "  %" PRIu64 "-%" PRIu64 " of %" PRIu64, frame->first + 1,
				     frame->first + list < frame->lines ? frame->first + list : frame->lines,
				     frame->lines);
		return x;
	}
	if (frame->filter != NULL && x < room)
		x = viz_putf(screen, x, 0, room - x, VIZ_TITLE, "  only '%s'", frame->filter);
	if (frame->follow && x < room) {
		(void)viz_model_path(frame->model, frame->selected, path, sizeof(path));
		x = viz_putf(screen, x, 0, room - x, VIZ_TITLE, "  follows %s", path);
	}
	return x;
}

static void draw_title(const struct viz_frame *frame, struct viz_screen *screen)
{
	char time[40], right[160];
	unsigned width, room, x;

	put_time(time, sizeof(time), frame->now - frame->up);
	snprintf(right, sizeof(right), " %ss  %s  %s", time,
		 frame->past     ? "PAST"
		 : frame->paused ? "PAUSED"
				 : "RUNNING",
		 frame->speed);
	width = viz_width(right);
	room = screen->width > width ? screen->width - width : screen->width;
	for (x = 0; x < screen->width; x++)
		viz_put(screen, x, 0, 1, VIZ_TITLE, " ");
	x = draw_what(frame, screen, room);
	if (frame->branches > 1 && room > x + 20)
		viz_putf(screen, x + 2, 0, room - x - 2, VIZ_TITLE, "branch %u of %u", frame->branch + 1,
			 frame->branches);
	if (screen->width > width)
		viz_put(screen, screen->width - width, 0, width, VIZ_TITLE, right);
}

/* Where one is between the beginning and the end. */
static void draw_scrubber(const struct viz_frame *frame, struct viz_screen *screen, unsigned y)
{
	rt_time length = frame->end - frame->up, at = frame->now - frame->up;
	char left[64], right[64], time[40];
	unsigned width, from;

	put_time(time, sizeof(time), length);
	snprintf(left, sizeof(left), "#%" PRIu64 " ", frame->seq);
	snprintf(right, sizeof(right), " #%" PRIu64 "  %ss", frame->last, time);
	from = viz_put(screen, 0, y, screen->width, VIZ_DIM, left);
	width = viz_width(right);
	if (screen->width < from + width + 4)
		return;
	unsigned room = screen->width - from - width;
	unsigned here =
		length <= 0 ? room - 1 : (unsigned)((unsigned __int128)at * (room - 1) / (uint64_t)length);

	for (unsigned i = 0; i < room; i++)
		viz_put(screen, from + i, y, 1, i == here ? VIZ_BOLD : VIZ_DIM,
			i == here ? (screen->ascii ? "|" : "┃")
			: i < here ? (screen->ascii ? "=" : "━")
				   : (screen->ascii ? "-" : "─"));
	viz_put(screen, from + room, y, width, VIZ_DIM, right);
}

static bool matters(const struct viz_frame *frame, const struct viz_key *key)
{
	unsigned where = frame->view == NULL ? VIZ_IN_TREE : frame->picks ? VIZ_IN_LINES : VIZ_IN_TEXT;
	unsigned here = where | (frame->paused ? VIZ_PAUSED : VIZ_RUNNING);

	here |= frame->past ? VIZ_PAST : 0;
	here |= frame->deeds > 0 ? VIZ_DONE : 0;
	here |= frame->branches > 1 ? VIZ_FORKED : 0;
	return (key->when & where) != 0 && (key->when & ~VIZ_EVERYWHERE & ~here) == 0;
}

/* What the footer calls it here; null: it has nothing to do here. */
static const char *label_of(const struct viz_frame *frame, const struct viz_screen *screen, enum viz_do what)
{
	if (!matters(frame, &viz_keys[what]))
		return NULL;
	if ((what == VIZ_DO_UP || what == VIZ_DO_DOWN) &&
	    frame->lines <= viz_frame_list(frame, screen->height))
		return NULL;
	if (what == VIZ_DO_PAUSE && !frame->paused)
		return "pause";
	if (frame->fixed && (what == VIZ_DO_BACK || what == VIZ_DO_PREVIOUS || what == VIZ_DO_UNDO))
		return NULL;
	if (frame->fixed && what == VIZ_DO_FORWARD)
		return "step";
	if (frame->view == NULL)
		return viz_keys[what].label;
	switch (what) {
	case VIZ_DO_QUIT:
		return "back";
	case VIZ_DO_DETAILS:
		return frame->enter;
	case VIZ_DO_FOLD:
		return frame->left;
	case VIZ_DO_WHY: /* of lines only events have a cause */
		return frame->left != NULL ? "why" : NULL;
	default:
		return viz_keys[what].label;
	}
}

static void draw_keys(const struct viz_frame *frame, struct viz_screen *screen, unsigned y)
{
	char keys[40] = "";
	unsigned x = 0;

	for (unsigned i = 0; i < VIZ_KEYS; i++) {
		const char *label = label_of(frame, screen, (enum viz_do)i);
		size_t used = strlen(keys);

		if (label == NULL)
			continue;
		snprintf(keys + used, sizeof(keys) - used, "%s%s", used > 0 ? " " : "", viz_keys[i].text);
		if (*label == '\0')
			continue;
		/* A shorter one may have room where this one has none. */
		if (x + viz_width(keys) + 1 + viz_width(label) <= screen->width) {
			x = viz_put(screen, x, y, screen->width, VIZ_BOLD, keys);
			x = viz_put(screen, x + 1, y, screen->width, VIZ_DIM, label) + 2;
		}
		keys[0] = '\0';
	}
}

/* What is before the cursor is cut from its beginning, so that the cursor is always there. */
static void draw_prompt(const struct viz_frame *frame, struct viz_screen *screen, unsigned y)
{
	char before[1024];
	const char *text = before;
	unsigned x = viz_put(screen, 0, y, screen->width, VIZ_BOLD, frame->prompt);

	snprintf(before, sizeof(before), "%.*s", (int)frame->typed_at, frame->typed);
	while (*text != '\0' && x + viz_width(text) + 1 > screen->width) {
		do
			text++;
		while ((*text & 0xc0) == 0x80);
	}
	x = viz_put(screen, x, y, screen->width, VIZ_PLAIN, text);
	x = viz_put(screen, x, y, 1, VIZ_PLAIN, screen->ascii ? "_" : "▏");
	viz_put(screen, x, y, screen->width, VIZ_PLAIN, frame->typed + frame->typed_at);
}

static void draw_bottom(const struct viz_frame *frame, struct viz_screen *screen, unsigned y)
{
	if (frame->prompt != NULL)
		draw_prompt(frame, screen, y);
	else if (frame->message != NULL)
		viz_put(screen, 0, y, screen->width, VIZ_WARN, frame->message);
	else
		draw_keys(frame, screen, y);
}

static void draw_lines(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines,
		       viz_line_fn *fn, uint64_t first)
{
	char text[1024];

	for (unsigned line = 0; line < lines; line++) {
		unsigned style = VIZ_PLAIN;

		if (!fn(frame->line_ctx, first + line, text, sizeof(text), &style))
			break;
		viz_put(screen, 0, y + line, screen->width, style & ~VIZ_SELECTED, text);
		if (style & VIZ_SELECTED)
			viz_mark(screen, y + line, VIZ_SELECTED);
	}
}

static void draw_view(const struct viz_frame *frame, struct viz_screen *screen)
{
	unsigned list = viz_frame_list(frame, screen->height), aside = aside_of(frame, screen->height);

	draw_lines(frame, screen, ABOVE, list, frame->line, frame->first);
	if (aside == 0)
		return;
	for (unsigned x = 0; x < screen->width; x++)
		viz_put(screen, x, ABOVE + list, 1, VIZ_DIM, screen->ascii ? "-" : "─");
	draw_lines(frame, screen, ABOVE + list + 1, aside, frame->aside, 0);
}

void viz_frame_draw(const struct viz_frame *frame, struct viz_screen *screen)
{
	unsigned body = viz_frame_body(screen->height);

	viz_screen_clear(screen);
	if (body == 0) {
		viz_put(screen, 0, 0, screen->width, VIZ_WARN, "too small");
		return;
	}
	draw_title(frame, screen);
	if (frame->view != NULL)
		draw_view(frame, screen);
	else
		viz_tree_draw(frame, screen, ABOVE, body);
	draw_scrubber(frame, screen, ABOVE + body);
	draw_bottom(frame, screen, ABOVE + body + 1);
}
