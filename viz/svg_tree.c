/* svg_tree.c - the tree as a picture: which rows, then where they are, then how they look. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"

/* --- state --------------------------------------------------------------------------------------------- */

enum state { UP, STARTING, STOPPING, HANGING, RESTARTING, DOWN, DEAD, GAVE_UP, STATES };
static const struct {
	const char *word, *text; /* text: class of the word */
	const char *sign;        /* around 0,0 */
} states[STATES] = {
	[UP] = { "up", "g", "<circle class=\"good\" r=\"5\"/>" },
	[STARTING] = { "starting", "w", "<path class=\"warn\" d=\"M0-5A5 5 0 0 1 0 5z\"/>" },
	[STOPPING] = { "stopping", "w", "<path class=\"warn\" d=\"M0-5A5 5 0 0 0 0 5z\"/>" },
	[HANGING] = { "hanging", "w", "<path class=\"warn\" d=\"M-4-5h3v10h-3zM1-5h3v10h-3z\"/>" },
	[RESTARTING] = { "restarting", "w", "<path class=\"warn\" d=\"M0-5A5 5 0 0 1 0 5z\"/>" },
	[DOWN] = { "down", "d", "<circle class=\"off\" r=\"4\"/>" },
	[DEAD] = { "dead", "r", "<path class=\"up\" d=\"M-4-4L4 4M4-4L-4 4\"/>" },
	[GAVE_UP] = { "gave up", "r", "<path class=\"bad\" d=\"M0-6L6 5H-6z\"/>" },
};

struct row {
	rt_place place;
	uint32_t parent; /* row */
	uint16_t depth;
	bool supervisor, remarkable, hot; /* hot: it is remarkable, or something below it is */
	bool kept;
	uint32_t children; /* so far */
	uint32_t left;     /* rows below it that are not drawn */
};

struct line { /* that is drawn */
	uint32_t row, parent; /* parent: line */
	bool folded;          /* stands for rows that are not drawn */
};

struct picture {
	struct viz_svg *svg;
	const struct rt *rt;
	const struct viz_model *model;
	struct row *row;
	uint32_t rows;
	uint32_t *by_place; /* row + 1 */
	uint32_t places;
	struct line *line;
	uint32_t lines;
	uint8_t *record; /* by place: 1 + restart type, and the state of the record above that */
	uint32_t records;
	uint32_t deepest, most; /* restarts of one actor */
	uint64_t count[STATES], restarts;
	bool no_memory;
};
#define RECORD_STATE 8
#define NONE UINT32_MAX

/* --- what there is ------------------------------------------------------------------------------------- */

static bool take_record(void *ctx, const struct rt_row *row)
{
	struct picture *p = ctx;
	rt_place place = row->child.place;

	if (place >= p->records) {
		uint32_t size = place * 2 + 64;
		uint8_t *grown = realloc(p->record, size);

		if (grown == NULL) {
			p->no_memory = true;
			return false;
		}
		memset(grown + p->records, 0, size - p->records);
		p->record = grown;
		p->records = size;
	}
	p->record[place] =
		(uint8_t)(1u + (unsigned)row->child.spec.restart + RECORD_STATE * (unsigned)row->child.state);
	return true;
}

static unsigned record_of(const struct picture *p, rt_place place)
{
	return place < p->records ? p->record[place] : 0;
}

/* Of who does not run *actor says nothing. */
static enum state state_of(const struct picture *p, rt_place place, const struct viz_node *node,
			   struct rt_actor_info *actor)
{
	unsigned record = record_of(p, place);

	memset(actor, 0, sizeof(*actor));
	/* A place that is not in the walk may have been given back. */
	if (record != 0 && rt_actor(p->rt, rt_path_actor(p->rt, place), actor) == RT_OK)
		return actor->suspended                 ? HANGING
		       : actor->life == RT_STARTING ? STARTING
		       : actor->life == RT_STOPPING ? STOPPING
						    : UP;
	if (node->gave_up)
		return GAVE_UP;
	if (record == 0)
		return DOWN;
	switch ((enum rt_child_state)((record - 1) / RECORD_STATE)) {
	case RT_CHILD_RESTARTING:
		return RESTARTING;
	case RT_CHILD_RUNNING:
		return place == viz_model_row(p->model, 0) ? DOWN : DEAD; /* nobody has looked yet */
	case RT_CHILD_UNDEFINED:
		break;
	}
	return DOWN;
}

static bool take_rows(struct picture *p)
{
	p->rows = viz_model_rows(p->model);
	p->row = calloc(p->rows + 1, sizeof(*p->row));
	p->line = calloc(2 * (VIZ_SVG_ROWS + 1), sizeof(*p->line));
	for (uint32_t i = 0; i < p->rows; i++) {
		rt_place place = viz_model_row(p->model, i);

		p->places = place >= p->places ? place + 1 : p->places;
	}
	p->by_place = calloc((size_t)p->places + 1, sizeof(*p->by_place));
	if (p->row == NULL || p->line == NULL || p->by_place == NULL)
		return false;
	for (uint32_t i = 0; i < p->rows; i++) {
		rt_place place = viz_model_row(p->model, i);
		struct rt_actor_info actor;
		struct viz_node node;

		if (!viz_model_node(p->model, place, &node))
			continue;
		enum state state = state_of(p, place, &node, &actor);
		uint32_t parent = i == 0 ? NONE : p->by_place[node.parent] - 1;

		p->by_place[place] = i + 1;
		p->row[i] = (struct row){ .place = place,
					  .parent = parent,
					  .depth = (uint16_t)node.depth,
					  .supervisor = node.supervisor,
					  .remarkable = node.restarts > 0 || state != UP };
		p->row[i].hot = p->row[i].remarkable;
		p->count[state]++;
		p->restarts += node.restarts;
		p->most = node.restarts > p->most ? node.restarts : p->most;
	}
	for (uint32_t i = p->rows; i-- > 1;)
		p->row[p->row[i].parent].hot |= p->row[i].hot;
	return true;
}

/* --- which rows are drawn ------------------------------------------------------------------------------ */

/* Of two rows the one to keep comes first; a row never before the one above it. */
static int by_interest(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;

	if (x->hot != y->hot)
		return x->hot ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x < y ? -1 : 1;
}

static bool choose(struct picture *p)
{
	struct row **order = malloc((p->rows + 1) * sizeof(*order));
	uint32_t wanted = 0;

	if (order == NULL)
		return false;
	for (uint32_t i = 0; i < p->rows; i++) {
		struct row *row = &p->row[i];
		struct row *above = row->parent == NONE ? NULL : &p->row[row->parent];

		/* Kept means wanted here. */
		row->kept = above == NULL ||
			    (above->kept && (above->children++ < VIZ_SVG_CHILDREN || row->hot));
		if (row->kept)
			order[wanted++] = row;
	}
	if (wanted > VIZ_SVG_ROWS) {
		qsort(order, wanted, sizeof(*order), by_interest);
		for (uint32_t i = VIZ_SVG_ROWS; i < wanted; i++)
			order[i]->kept = false;
	}
	free(order);
	for (uint32_t i = p->rows; i-- > 0;) {
		struct row *row = &p->row[i];

		if (!row->kept && row->parent != NONE)
			p->row[row->parent].left += row->left + 1;
	}
	return true;
}

/* A line for each row that is kept, and behind all below a row one for what is left out of it. */
static void lay_lines(struct picture *p)
{
	uint32_t open[RT_DEPTH_MAX + 2]; /* lines above, by depth */
	uint32_t depth = 0;

	for (uint32_t i = 0; i <= p->rows; i++) {
		const struct row *row = &p->row[i];

		if (i < p->rows && !row->kept)
			continue;
		uint32_t to = i < p->rows ? row->depth : 0;

		while (depth > to) {
			uint32_t above = open[--depth];

			if (p->row[p->line[above].row].left > 0)
				p->line[p->lines++] =
					(struct line){ p->line[above].row, above, .folded = true };
		}
		if (i == p->rows)
			break;
		open[depth] = p->lines;
		p->line[p->lines] = (struct line){ i, depth == 0 ? NONE : open[depth - 1], false };
		p->lines++;
		p->deepest = depth > p->deepest ? depth : p->deepest;
		depth++;
	}
}

/* --- drawing: lengths in tenths of a pixel ----------------------------------------------------------------
 */

#define CHAR   79 /* of 13 pixels, in most fonts of one width */
#define NAME   36 /* columns */
#define HEIGHT 280
#define BOX    220
#define TOP    320
#define LEFT   100

struct places { /* of columns */
	int indent, state, rule, restarts, width;
};

static int depth_of(const struct picture *p, const struct line *line)
{
	return p->row[line->row].depth + line->folded;
}

static int box_x(const struct places *at, int depth)
{
	return LEFT + depth * at->indent;
}

static int box_width(const char *name)
{
	unsigned columns = viz_svg_columns(name);

	return 280 + CHAR * (int)(columns < NAME ? columns : NAME);
}

static struct places places_of(const struct picture *p)
{
	struct places at = { .indent = p->deepest > 30 ? (int)(7200 / p->deepest) : 240 };
	int end = 0;

	for (uint32_t i = 0; i < p->lines; i++) {
		struct viz_node node;
		int x = box_x(&at, depth_of(p, &p->line[i]));

		if (!p->line[i].folded && viz_model_node(p->model, p->row[p->line[i].row].place, &node))
			x += box_width(node.name);
		end = x > end ? x : end;
	}
	at.state = end + 240;
	at.rule = at.state + 13 * CHAR;
	at.restarts = at.rule + 37 * CHAR;
	at.width = at.restarts + 2800;
	return at;
}

#define XY "%d.%d"
#define AT(v) (v) / 10, (v) % 10

static void draw_branch(const struct picture *p, const struct places *at, uint32_t i, int *last_y)
{
	const struct line *line = &p->line[i];
	int x = box_x(at, depth_of(p, line)), y = TOP + (int)i * HEIGHT + HEIGHT / 2;

	last_y[i] = y + BOX / 2;
	if (line->parent == NONE)
		return;
	int from = x - at->indent + at->indent / 2;

	viz_svg_printf(p->svg, "<path class=\"line\" d=\"M" XY " " XY "V" XY "H" XY "\"/>\n", AT(from),
		       AT(last_y[line->parent]), AT(y), AT(x));
	last_y[line->parent] = y;
}

static void draw_rule(const struct picture *p, const struct places *at, const struct row *row,
		      const struct viz_node *node, const struct rt_actor_info *actor)
{
	unsigned record = record_of(p, row->place);

	viz_svg_printf(p->svg, "<text x=\"" XY "\" y=\"4.5\">", AT(at->rule));
	if (row->supervisor)
		viz_svg_raw(p->svg,
			    rt_strategy_text(actor->id != RT_NOBODY ? actor->strategy : node->strategy));
	if (row->supervisor && actor->id != RT_NOBODY)
		viz_svg_printf(p->svg, ", %" PRIu32 " of %" PRIu32 " in %" PRIu32 "s",
			       actor->restarts_in_window, actor->intensity, actor->period_s);
	else if (!row->supervisor && record != 0)
		viz_svg_printf(p->svg, "%s",
			       rt_restart_text((enum rt_restart)((record - 1) % RECORD_STATE)));
	if (!row->supervisor && actor->worker != NULL) {
		viz_svg_raw(p->svg, record != 0 ? ", " : "");
		viz_svg_text(p->svg, actor->worker, 24);
	}
	viz_svg_raw(p->svg, "</text>");
}

static void draw_restarts(const struct picture *p, const struct places *at, uint32_t restarts)
{
	int bar = p->most == 0 ? 0 : (int)((uint64_t)restarts * 2000 / p->most);

	if (restarts == 0)
		return;
	viz_svg_printf(p->svg,
		       "<text class=\"e\" x=\"" XY "\" y=\"4.5\">%" PRIu32 "</text>"
		       "<rect class=\"heat\" x=\"" XY "\" y=\"-5\" width=\"" XY "\" height=\"10\"/>",
		       AT(at->restarts + 600), restarts, AT(at->restarts + 700), AT(bar < 20 ? 20 : bar));
}

static void draw_path(const struct picture *p, rt_place place)
{
	char buf[512], *path = buf;
	size_t length = viz_model_path(p->model, place, buf, sizeof(buf));

	if (length >= sizeof(buf) && (path = malloc(length + 1)) != NULL)
		(void)viz_model_path(p->model, place, path, length + 1);
	viz_svg_text(p->svg, path == NULL ? buf : path, 0);
	if (path != buf)
		free(path);
}

static void draw_row(const struct picture *p, const struct places *at, uint32_t i)
{
	const struct line *line = &p->line[i];
	const struct row *row = &p->row[line->row];
	int x = box_x(at, depth_of(p, line)), y = TOP + (int)i * HEIGHT + HEIGHT / 2;
	struct rt_actor_info actor;
	struct viz_node node;

	if (line->folded) {
		viz_svg_printf(p->svg, "<text class=\"d\" x=\"" XY "\" y=\"" XY "\">+%" PRIu32 "</text>\n",
			       AT(x + 40), AT(y + 45), row->left);
		return;
	}
	if (!viz_model_node(p->model, row->place, &node))
		return;
	enum state state = state_of(p, row->place, &node, &actor);

	viz_svg_printf(p->svg, "<g class=\"row\" transform=\"translate(0 " XY ")\"><title>", AT(y));
	draw_path(p, row->place);
	viz_svg_printf(p->svg, ": %s</title>", states[state].word);
	viz_svg_printf(p->svg,
		       "<rect class=\"%s\" x=\"" XY "\" y=\"-11\" width=\"" XY "\" height=\"22\" rx=\"%d\"/>"
		       "<g transform=\"translate(" XY ")\">%s</g><text class=\"%s\" x=\"" XY "\" y=\"4.5\">",
		       row->supervisor ? "sup" : "box", AT(x), AT(box_width(node.name)),
		       row->supervisor ? 4 : 11, AT(x + 120), states[state].sign,
		       row->supervisor ? "b" : "n", AT(x + 220));
	viz_svg_text(p->svg, node.name, NAME);
	viz_svg_printf(p->svg, "</text><text class=\"%s\" x=\"" XY "\" y=\"4.5\">%s</text>",
		       states[state].text, AT(at->state), states[state].word);
	draw_rule(p, at, row, &node, &actor);
	draw_restarts(p, at, node.restarts);
	viz_svg_raw(p->svg, "</g>\n");
}

static void draw(const struct picture *p, const char *title, int *last_y)
{
	struct places at = places_of(p);
	int height = TOP + (int)p->lines * HEIGHT + 100;
	char description[300];
	size_t used = (size_t)snprintf(description, sizeof(description), "%" PRIu32 " actors:", p->rows);

	for (unsigned i = 0; i < STATES; i++) {
		if (p->count[i] > 0)
			used += (size_t)snprintf(description + used, sizeof(description) - used,
						 " %" PRIu64 " %s,", p->count[i], states[i].word);
	}
	snprintf(description + used, sizeof(description) - used, " %" PRIu64 " restarts", p->restarts);
	viz_svg_begin(p->svg, (unsigned)at.width / 10, (unsigned)height / 10, title, description);
	viz_svg_printf(p->svg,
		       "<text class=\"d s\" x=\"10\" y=\"18\">actor</text><text class=\"d s\" x=\"" XY
		       "\" y=\"18\">state</text><text class=\"d s\" x=\"" XY
		       "\" y=\"18\">supervision</text>"
		       "<text class=\"d s e\" x=\"" XY "\" y=\"18\">restarts</text>\n",
		       AT(at.state), AT(at.rule), AT(at.restarts + 600));
	if (p->lines == 0)
		viz_svg_raw(p->svg, "<text class=\"d\" x=\"10\" y=\"38\">no actor was started</text>\n");
	for (uint32_t i = 0; i < p->lines; i++)
		draw_branch(p, &at, i, last_y);
	for (uint32_t i = 0; i < p->lines; i++)
		draw_row(p, &at, i);
	viz_svg_raw(p->svg, "</svg>\n");
}

enum rt_status viz_svg_tree(struct viz_svg *svg, const struct rt *rt, const struct viz_model *model,
			    const char *title)
{
	struct picture p = { .svg = svg, .rt = rt, .model = model };
	enum rt_status status = RT_ENOMEM;
	int *last_y = NULL;

	rt_walk(rt, take_record, &p);
	if (p.no_memory || !take_rows(&p) || !choose(&p))
		goto out;
	lay_lines(&p);
	last_y = calloc(p.lines + 1, sizeof(*last_y));
	if (last_y == NULL)
		goto out;
	draw(&p, title, last_y);
	status = RT_OK;
out:
	free(last_y);
	free(p.record);
	free(p.by_place);
	free(p.row);
	free(p.line);
	return status;
}
