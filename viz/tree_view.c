/* tree_view.c - a row for each actor: its place in the tree, its state by sign and by style, and as many
 * columns as there is room for. */
#include "frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Columns for the tree itself, at most. */
#define NAMES_MAX 64
/* Of the column about restarts used: all of it, and the bar in it. */
#define BUDGET_WIDTH 10
#define BUDGET_BAR   4

/* --- state --------------------------------------------------------------------------------------------- */

enum state { UP, STARTING, STOPPING, HUNG, NEW, DOWN, FALLEN, GAVE_UP, STATES, WAY = STATES };
static const struct {
	const char *word;
	enum viz_style style;
} states[STATES] = {
	[UP] = { "", VIZ_GOOD },
	[STARTING] = { "starting", VIZ_WARN },
	[STOPPING] = { "stopping", VIZ_WARN },
	[HUNG] = { "hangs", VIZ_WARN },
	[NEW] = { "restarted", VIZ_FLASH },
	[DOWN] = { "down", VIZ_DIM },
	[FALLEN] = { "fell", VIZ_BAD },
	[GAVE_UP] = { "gave up", VIZ_BAD },
};
const struct viz_sign viz_signs[] = {
	[UP] = { "●", "o", "up" },
	[STARTING] = { "◐", "~", "starting" },
	[STOPPING] = { "◑", "~", "stopping" },
	[HUNG] = { "‖", "=", "hangs" },
	[NEW] = { "↻", "!", "was started again just now" },
	[DOWN] = { "○", "-", "down" },
	[FALLEN] = { "✗", "x", "fell just now" },
	[GAVE_UP] = { "▲", "^", "a supervisor that gave up" },
	[WAY] = { "┃", "^", "beside the tree: the way of an escalation, from who gave up to the supervisor" },
};
const unsigned viz_signs_count = sizeof(viz_signs) / sizeof(viz_signs[0]);

struct row {
	struct viz_node node;
	struct rt_actor_info actor;
	bool alive;
	enum state state;
	int64_t handler; /* ns; -1: not known */
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
	row->handler = -1;
	if (frame->handler != NULL)
		row->handler = frame->handler(frame->handler_ctx, place);
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

/* The same in four columns at the most, for limits, which are round. */
static void put_short(char *buf, size_t size, uint64_t number)
{
	if (number < 10000)
		snprintf(buf, size, "%" PRIu64, number);
	else if (number < 1000000)
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
	unsigned filled, cells = BUDGET_BAR;
	size_t length = 0;
	char u[16], a[16];

	if (!row->alive || !row->node.supervisor)
		return;
	put_short(u, sizeof(u), used);
	put_short(a, sizeof(a), allowed);
	/* Large numbers want the room of the bar. */
	while (cells > 1 && cells + 2 + strlen(u) + strlen(a) > BUDGET_WIDTH)
		cells--;
	filled = allowed == 0 ? 0 : (unsigned)(used * cells / allowed);
	if (used > 0 && filled == 0)
		filled = 1;
	for (unsigned i = 0; i < cells; i++)
		length += (size_t)snprintf(buf + length, size - length, "%s",
					   i < filled ? (screen->ascii ? "#" : "█")
						      : (screen->ascii ? "." : "░"));
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

/* How much of a supervisor's tree is well; all of it only if nobody is missing. */
static void put_health(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	(void)screen;
	if (row->node.supervisor && row->node.all > 0)
		snprintf(buf, size, "%u%%", (unsigned)((uint64_t)row->node.well * 100 / row->node.all));
}

static void put_handler(const struct viz_screen *screen, const struct row *row, char *buf, size_t size)
{
	(void)screen;
	if (row->handler < 0)
		return;
	if (row->handler < 10000)
		snprintf(buf, size, "%" PRId64 "ns", row->handler);
	else if (row->handler < 10 * RT_MS)
		snprintf(buf, size, "%" PRId64 "us", row->handler / 1000);
	else
		snprintf(buf, size, "%" PRId64 "ms", row->handler / RT_MS);
}

/* From left to right.  A column is there if the screen is that wide, and if somebody knows what is in it. */
static const struct column {
	const char *title;
	unsigned width, from;
	bool right; /* numbers */
	void (*put)(const struct viz_screen *screen, const struct row *row, char *buf, size_t size);
} columns[] = {
	{ "state", 18, 60, false, put_state },
	{ "restarts", 8, 40, true, put_restarts },
	{ "over time", VIZ_SPARK, 80, false, put_spark },
	{ "budget", BUDGET_WIDTH, 70, false, put_budget },
	{ "health", 6, 90, true, put_health },
	{ "mailbox", 7, 100, true, put_mailbox },
	{ "memory", 7, 110, true, put_memory },
	{ "handler", 7, 120, true, put_handler },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static bool has_column(const struct viz_frame *frame, const struct viz_screen *screen,
		       const struct column *column)
{
	return screen->width >= column->from && (column->put != put_handler || frame->handler != NULL);
}

/* Where the columns begin: what is left of that is for the tree. */
static unsigned columns_at(const struct viz_frame *frame, const struct viz_screen *screen)
{
	unsigned width = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		width += has_column(frame, screen, &columns[i]) ? columns[i].width + 2 : 0;
	if (screen->width <= width)
		return 0;
	/* The eye does not find its row again far to the right. */
	return screen->width - width < NAMES_MAX ? screen->width - width : NAMES_MAX;
}

static void draw_columns(const struct viz_frame *frame, struct viz_screen *screen, unsigned y,
			 const struct row *row, unsigned style)
{
	unsigned x = columns_at(frame, screen);

	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *column = &columns[i];
		char text[128] = "";
		unsigned used;

		if (!has_column(frame, screen, column))
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

/* Lines that lead down past this row, for each level above: seen from below.  Where one gave up, the line
 * from it up to its supervisor is heavy. */
static const char *piece_of(bool own, bool last, enum viz_way way, bool ascii)
{
	static const char *const pieces[2][2][3] = {
		/* above the row's own level: */ { { "│ ", "┃ ", "│ " }, { "  ", "┃ ", "  " } },
		/* its own: */ { { "├─", "┠─", "┡━" }, { "└─", "┠─", "┗━" } },
	};
	static const char *const plain[2][2][3] = {
		{ { "| ", "^ ", "| " }, { "  ", "^ ", "  " } },
		{ { "|-", "^-", "^-" }, { "`-", "^-", "^-" } },
	};

	return (ascii ? plain : pieces)[own][last][way];
}

static void draw_branch(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned room,
			const struct viz_node *node)
{
	rt_time since = rt_now(frame->rt) - frame->flash + 1;
	rt_place place = node->place;

	for (unsigned level = node->depth; level > 0; level--) {
		bool own = level == node->depth;
		struct viz_node at;
		unsigned x = (level - 1) * 2;

		if (!viz_model_node(frame->model, place, &at))
			return;
		enum viz_way way = viz_model_way_up(frame->model, place, since);
		bool heavy = way == VIZ_WAY_PASSES || (own && way == VIZ_WAY_BEGINS);

		if (x + 2 <= room)
			viz_put(screen, x, y, 2, heavy ? VIZ_BAD : VIZ_DIM,
				piece_of(own, at.last, way, screen->ascii));
		place = at.parent;
	}
}

static void draw_row(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, rt_place place)
{
	unsigned room = columns_at(frame, screen), x, style;
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
		    screen->ascii ? viz_signs[row.state].ascii : viz_signs[row.state].sign);
	x++;
	if (viz_model_folded(frame->model, place))
		viz_putf(screen, x, y, room - x, style, "%s (+%" PRIu32 ")", row.node.name, row.node.below);
	else
		viz_put(screen, x, y, room > x ? room - x : 0, style, row.node.name);
	draw_columns(frame, screen, y, &row, style);
	if (place == frame->selected)
		viz_mark(screen, y, VIZ_SELECTED);
}

void viz_tree_draw(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines)
{
	if (lines == 0)
		return;
	viz_put(screen, 0, y, columns_at(frame, screen), VIZ_TITLE, "actor");
	draw_columns(frame, screen, y, NULL, VIZ_TITLE);
	for (unsigned line = 1; line < lines; line++) {
		rt_place place = viz_model_row(frame->model, frame->top + line - 1);

		if (place == 0)
			break;
		draw_row(frame, screen, y + line, place);
	}
}

/* --- in words ------------------------------------------------------------------------------------------ */

void viz_tree_say(const struct viz_frame *frame, rt_place place, char *buf, size_t size)
{
	struct row row;
	size_t used = 0;

	buf[0] = '\0';
	if (!row_of(frame, place, &row))
		return;
	const struct viz_node *node = &row.node;

#define SAY(...)                                                                                             \
	(used += used < size ? (size_t)snprintf(buf + used, size - used, __VA_ARGS__) : 0)
	SAY("%s%s", row.state == UP ? "up" : states[row.state].word,
	    row.state == NEW || row.state == FALLEN ? " just now" : "");
	if (node->supervisor)
		SAY(", supervisor %s", rt_strategy_text(row.alive ? row.actor.strategy : node->strategy));
	if (node->restarts > 0)
		SAY(", %" PRIu32 " %s so far", node->restarts, node->restarts == 1 ? "restart" : "restarts");
	if (row.alive && node->supervisor)
		SAY(", %" PRIu32 " of %" PRIu32 " restarts used", row.actor.restarts_in_window,
		    row.actor.intensity);
	if (node->supervisor && node->well < node->all)
		SAY(", %" PRIu32 " of %" PRIu32 " are well", node->well, node->all);
	if (row.alive && row.actor.mailbox > 0)
		SAY(", mailbox %" PRIu32, row.actor.mailbox);
	if (viz_model_folded(frame->model, place))
		SAY(", folded, %" PRIu32 " below", node->below);
#undef SAY
}
