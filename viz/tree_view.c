/* tree_view.c - a row for each actor: its place in the tree, its state by sign and by style, and as many
 * columns as there is room for. */
#include "frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Columns for the tree itself, at most. */
#define NAMES_MAX 100

/* --- state --------------------------------------------------------------------------------------------- */

enum state { UP, STARTING, STOPPING, HUNG, NEW, DOWN, FALLEN, GAVE_UP, STATES };
static const struct {
	const char *sign, *ascii, *word;
	enum viz_style style;
} states[STATES] = {
	[UP] = { "●", "o", "", VIZ_GOOD },
	[STARTING] = { "◐", "~", "starting", VIZ_WARN },
	[STOPPING] = { "◑", "~", "stopping", VIZ_WARN },
	[HUNG] = { "‖", "=", "hung", VIZ_WARN },
	[NEW] = { "↻", "!", "restarted", VIZ_FLASH },
	[DOWN] = { "○", "-", "down", VIZ_DIM },
	[FALLEN] = { "✗", "x", "fell", VIZ_BAD },
	[GAVE_UP] = { "▲", "^", "gave up", VIZ_BAD },
};

struct row {
	struct viz_node node;
	struct rt_actor_info actor;
	bool alive;
	enum state state;
};

static bool is_recent(const struct viz_frame *frame, rt_time t)
{
	return t >= 0 && rt_now(frame->rt) - t < frame->flash;
}

static enum state state_of(const struct viz_frame *frame, const struct row *row)
{
	if (!row->alive) {
		if (row->node.gave_up)
			return GAVE_UP;
		return is_recent(frame, row->node.ended) ? FALLEN : DOWN;
	}
	if (row->actor.suspended)
		return HUNG;
	if (row->actor.life == RT_STARTING)
		return STARTING;
	if (row->actor.life == RT_STOPPING)
		return STOPPING;
	return row->node.restarts > 0 && is_recent(frame, row->node.started) ? NEW : UP;
}

static bool row_of(const struct viz_frame *frame, rt_place place, struct row *row)
{
	memset(row, 0, sizeof(*row));
	if (!viz_model_node(frame->model, place, &row->node))
		return false;
	row->alive = rt_actor(frame->rt, rt_path_actor(frame->rt, place), &row->actor) == RT_OK;
	row->state = state_of(frame, row);
	return true;
}

/* --- columns ------------------------------------------------------------------------------------------- */

static void put_number(char *buf, size_t size, uint64_t number)
{
	if (number < 100000)
		snprintf(buf, size, "%" PRIu64, number);
	else if (number < 10000000)
		snprintf(buf, size, "%" PRIu64 "k", number / 1000);
	else
		snprintf(buf, size, "%" PRIu64 "M", number / 1000000);
}

static void put_state(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	(void)screen;
	if (row->alive && row->node.supervisor && row->state == UP)
		snprintf(buf, size, "%s", rt_strategy_text(row->actor.strategy));
	else
		snprintf(buf, size, "%s", states[row->state].word);
}

static void put_restarts(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	(void)screen;
	if (row->node.restarts > 0)
		put_number(buf, size, row->node.restarts);
}

/* A column for each slot, as high as there were restarts, up to eight. */
static void put_spark(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char digits[] = " 12345678";
	size_t used = 0;

	for (unsigned i = 0; i < VIZ_SPARK; i++) {
		unsigned height = row->node.spark[i] < 8 ? row->node.spark[i] : 8;

		used += screen->ascii ? (size_t)snprintf(buf + used, size - used, "%c", digits[height])
				      : (size_t)snprintf(buf + used, size - used, "%s", bars[height]);
	}
}

/* Restarts used of those that the intensity allows. */
static void put_budget(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	uint64_t used = row->actor.restarts_in_window, allowed = row->actor.intensity;
	unsigned filled = allowed == 0 ? 0 : (unsigned)(used * 4 / allowed);
	size_t length = 0;

	if (!row->alive || !row->node.supervisor)
		return;
	if (used > 0 && filled == 0)
		filled = 1;
	for (unsigned i = 0; i < 4; i++)
		length += (size_t)snprintf(buf + length, size - length, "%s",
					   i < filled ? (screen->ascii ? "#" : "█")
						      : (screen->ascii ? "." : "░"));
	char u[16], a[16];

	put_number(u, sizeof(u), used);
	put_number(a, sizeof(a), allowed);
	snprintf(buf + length, size - length, " %s/%s", u, a);
}

static void put_mailbox(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	(void)screen;
	if (row->alive && row->actor.mailbox > 0)
		put_number(buf, size, row->actor.mailbox);
}

static void put_memory(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	uint64_t bytes = row->actor.memory;

	(void)screen;
	if (!row->alive)
		return;
	if (bytes < 10000)
		snprintf(buf, size, "%" PRIu64, bytes);
	else if (bytes < 10000 * UINT64_C(1024))
		snprintf(buf, size, "%" PRIu64 "K", bytes / 1024);
	else
		snprintf(buf, size, "%" PRIu64 "M", bytes / 1048576);
}

/* From left to right.  A column is there if the screen is that wide. */
static const struct column {
	const char *title;
	unsigned width, from;
	bool right; /* numbers */
	void (*put)(const struct viz_screen *screen, const struct row *row, char *buf, size_t size);
} columns[] = {
	{ "state", 16, 60, false, put_state },
	{ "restarts", 8, 40, true, put_restarts },
	{ "over time", VIZ_SPARK, 80, false, put_spark },
	{ "budget", 10, 70, false, put_budget },
	{ "mailbox", 7, 100, true, put_mailbox },
	{ "memory", 7, 110, true, put_memory },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Where the columns begin: what is left of that is for the tree. */
static unsigned columns_at(const struct viz_screen *screen)
{
	unsigned width = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		width += screen->width >= columns[i].from ? columns[i].width + 2 : 0;
	if (screen->width <= width)
		return 0;
	/* The eye does not find its row again far to the right. */
	return screen->width - width < NAMES_MAX ? screen->width - width : NAMES_MAX;
}

static void draw_columns(struct viz_screen *screen, unsigned y, const struct row *row, unsigned style)
{
	unsigned x = columns_at(screen);

	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *column = &columns[i];
		char text[128] = "";
		unsigned used;

		if (screen->width < column->from)
			continue;
		if (row == NULL)
			snprintf(text, sizeof(text), "%s", column->title);
		else
			column->put(screen, row, text, sizeof(text));
		x += 2;
		used = viz_width(text);
		viz_put(screen, column->right && used < column->width ? x + column->width - used : x, y,
			column->width, style, text);
		x += column->width;
	}
}

/* --- the tree ------------------------------------------------------------------------------------------ */

/* Lines that lead down past this row, for each level above: seen from below. */
static void draw_branch(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned room,
			const struct viz_node *node)
{
	rt_place place = node->place;

	for (unsigned level = node->depth; level > 0; level--) {
		struct viz_node at;
		unsigned x = (level - 1) * 2;

		if (!viz_model_node(frame->model, place, &at))
			return;
		const char *piece = level == node->depth ? (at.last ? "└─" : "├─") : (at.last ? "  " : "│ ");
		const char *ascii = level == node->depth ? (at.last ? "`-" : "|-") : (at.last ? "  " : "| ");

		if (x + 2 <= room)
			viz_put(screen, x, y, 2, VIZ_DIM, screen->ascii ? ascii : piece);
		place = at.parent;
	}
}

static void draw_row(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, rt_place place)
{
	unsigned room = columns_at(screen), x, style;
	bool matches = viz_model_matches(frame->model, place);
	struct row row;

	if (!row_of(frame, place, &row))
		return;
	x = row.node.depth * 2;
	/* A deep tree is indented no further than half of the room. */
	if (x > room / 2)
		x = room / 2 & ~1u;
	style = states[row.state].style;
	if (row.state == UP)
		style = row.node.supervisor ? VIZ_BOLD : VIZ_PLAIN;
	if (!matches)
		style = VIZ_DIM;
	draw_branch(frame, screen, y, x, &row.node);
	x = viz_put(screen, x, y, room - x, !matches ? VIZ_DIM : states[row.state].style,
		    screen->ascii ? states[row.state].ascii : states[row.state].sign);
	x++;
	if (viz_model_folded(frame->model, place))
		viz_putf(screen, x, y, room - x, style, "%s (+%" PRIu32 ")", row.node.name, row.node.below);
	else
		viz_put(screen, x, y, room > x ? room - x : 0, style, row.node.name);
	draw_columns(screen, y, &row, style);
	if (place == frame->selected)
		viz_mark(screen, y, VIZ_SELECTED);
}

void viz_tree_draw(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines)
{
	if (lines == 0)
		return;
	viz_put(screen, 0, y, columns_at(screen), VIZ_TITLE, "actor");
	draw_columns(screen, y, NULL, VIZ_TITLE);
	for (unsigned line = 1; line < lines; line++) {
		rt_place place = viz_model_row(frame->model, frame->top + line - 1);

		if (place == 0)
			break;
		draw_row(frame, screen, y + line, place);
	}
}
