/* frame.c - what is around a view. */
#include "frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"

/* Above the view: the title; below it: time, and the keys. */
#define ABOVE 1
#define BELOW 2

unsigned viz_frame_body(unsigned height)
{
	return height > ABOVE + BELOW ? height - ABOVE - BELOW : 0;
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

static void draw_title(const struct viz_frame *frame, struct viz_screen *screen)
{
	char time[40], right[160];
	unsigned width, x;

	put_time(time, sizeof(time), frame->now - frame->up);
	snprintf(right, sizeof(right), " %ss  %s  %s", time,
		 frame->past     ? "PAST"
		 : frame->paused ? "PAUSED"
				 : "RUNNING",
		 frame->speed);
	width = viz_width(right);
	for (x = 0; x < screen->width; x++)
		viz_put(screen, x, 0, 1, VIZ_TITLE, " ");
	x = viz_putf(screen, 0, 0, screen->width > width ? screen->width - width : screen->width, VIZ_TITLE,
		     " %s%s%s", frame->title, frame->view != NULL ? "  -  " : "",
		     frame->view != NULL ? frame->view : "");
	if (frame->branches > 1 && screen->width > x + width + 20)
		viz_putf(screen, x + 2, 0, screen->width - x - width, VIZ_TITLE, "branch %u of %u",
			 frame->branch + 1, frame->branches);
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

static bool matters(const struct viz_frame *frame, enum viz_when when)
{
	switch (when) {
	case VIZ_NEVER:
		return false;
	case VIZ_ALWAYS:
		return true;
	case VIZ_PAUSED:
		return frame->paused;
	case VIZ_PAST:
		return frame->past;
	case VIZ_DONE:
		return frame->deeds > 0;
	}
	return false;
}

static void draw_keys(const struct viz_frame *frame, struct viz_screen *screen, unsigned y)
{
	unsigned x = 0;

	for (unsigned i = 0; i < VIZ_KEYS; i++) {
		const struct viz_key *key = &viz_keys[i];
		unsigned width = viz_width(key->text) + 1 + viz_width(key->label) + 2;

		if (!matters(frame, key->when))
			continue;
		if (x + width > screen->width + 2)
			break;
		x = viz_put(screen, x, y, screen->width, VIZ_BOLD, key->text);
		x = viz_put(screen, x + 1, y, screen->width, VIZ_DIM, key->label) + 2;
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

static void draw_lines(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines)
{
	char text[1024];

	for (unsigned line = 0; line < lines; line++) {
		unsigned style = VIZ_PLAIN;

		if (!frame->line(frame->line_ctx, frame->first + line, text, sizeof(text), &style))
			break;
		viz_put(screen, 0, y + line, screen->width, style & ~VIZ_SELECTED, text);
		if (style & VIZ_SELECTED)
			viz_mark(screen, y + line, VIZ_SELECTED);
	}
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
		draw_lines(frame, screen, ABOVE, body);
	else
		viz_tree_draw(frame, screen, ABOVE, body);
	draw_scrubber(frame, screen, ABOVE + body);
	draw_bottom(frame, screen, ABOVE + body + 1);
}
