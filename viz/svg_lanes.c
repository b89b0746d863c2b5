/* svg_lanes.c - the timeline as a picture: a lane for each actor, bars for its lives, marks for what befell
 * it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"

/* Lengths in tenths of a pixel. */
#define CHAR   79
#define NAME   28 /* columns */
#define PLOT   2700
#define WIDTH  8100
#define RIGHT  340
#define TOP    340
#define HEIGHT 260
#define BELOW  420 /* for the legend */
#define NEAR   40 /* what is closer together is one */
#define NEAR_MARK 80
#define TEXT 128 /* bytes of a reason; more of it is not shown */

#define XY "%d.%d"
#define AT(v) (v) / 10, (v) % 10

struct picture {
	struct viz_svg *svg;
	const struct viz_lanes *lanes;
	rt_time end; /* of the axis, > 0 */
	uint32_t lane[VIZ_SVG_LANES], count;
	int y; /* of the lane that is drawn */
	uint32_t row;
	/* What is being joined. */
	struct viz_item bar, mark[VIZ_ITEM_KINDS];
	char text[VIZ_ITEM_KINDS][TEXT]; /* theirs; that of an item does not last */
	rt_time bar_end; /* of the one before */
};

static int x_of(const struct picture *p, rt_time t)
{
	if (t > p->end)
		t = p->end;
	return PLOT + (int)((unsigned __int128)t * WIDTH / (uint64_t)p->end);
}

/* --- time axis ----------------------------------------------------------------------------------------- */

/* Steps that people can add up, each the least that leaves no more than ten. */
static rt_time step_of(rt_time length, rt_time *unit, const char **name)
{
	static const struct {
		rt_time unit;
		const char *name;
		unsigned steps[10];
	} units[] = {
		{ 1, "ns", { 1, 2, 5, 10, 20, 50, 100, 200, 500 } },
		{ 1000, "µs", { 1, 2, 5, 10, 20, 50, 100, 200, 500 } },
		{ RT_MS, "ms", { 1, 2, 5, 10, 20, 50, 100, 200, 500 } },
		{ RT_SECOND, "s", { 1, 2, 5, 10, 20, 30 } },
		{ 60 * RT_SECOND, "m", { 1, 2, 5, 10, 20, 30 } },
		{ 3600 * RT_SECOND, "h", { 1, 2, 4, 8, 12 } },
		{ 86400 * RT_SECOND, "d", { 1, 2, 5, 10, 20, 50, 100, 200, 500 } },
		{ 86400000 * RT_SECOND, "000d", { 1, 2, 5, 10, 20, 50 } },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		for (size_t s = 0; units[i].steps[s] != 0; s++) {
			*unit = units[i].unit;
			*name = units[i].name;
			if (length / (*unit * units[i].steps[s]) <= 10)
				return *unit * units[i].steps[s];
		}
	}
	return length;
}

static void draw_axis(const struct picture *p)
{
	rt_time unit = 1, step;
	const char *name = "";
	int bottom = TOP + (int)p->count * HEIGHT;
	char label[32];

	step = step_of(p->end, &unit, &name);
	for (rt_time t = 0; t <= p->end; t += step) {
		int x = x_of(p, t);

		if (unit < RT_SECOND && p->end >= RT_SECOND)
			viz_svg_time(t, label);
		else
			snprintf(label, sizeof(label), "%" PRId64 "%s", t / unit, t == 0 ? "" : name);
		viz_svg_printf(p->svg,
			       "<path class=\"grid\" d=\"M" XY " 24V" XY "\"/><text class=\"d s m\" x=\"" XY
			       "\" y=\"17\">%s</text>\n",
			       AT(x), AT(bottom), AT(x), label);
	}
	if (p->end < viz_lanes_end(p->lanes))
		viz_svg_printf(p->svg,
			       "<text class=\"d s\" x=\"10\" y=\"17\">stays so until %s</text>\n",
			       viz_svg_time(viz_lanes_end(p->lanes), label));
}

/* --- bars ---------------------------------------------------------------------------------------------- */

static void put_times(const struct picture *p, const struct viz_item *item)
{
	char from[32], to[32];

	viz_svg_printf(p->svg, "%s", viz_svg_time(item->from, from));
	if (item->to != item->from || item->goes_on)
		viz_svg_printf(p->svg, " to %s", item->goes_on ? "the end" : viz_svg_time(item->to, to));
}

static void put_bar_title(const struct picture *p, const struct viz_item *bar)
{
	viz_svg_raw(p->svg, "<title>");
	if (bar->count > 1)
		viz_svg_printf(p->svg, "starts %" PRIu32 " to %" PRIu32 ", ", bar->incarnation,
			       bar->incarnation + bar->count - 1);
	else
		viz_svg_printf(p->svg, "start %" PRIu32 ", ", bar->incarnation);
	put_times(p, bar);
	if (!bar->goes_on) {
		viz_svg_raw(p->svg, ", ended: ");
		viz_svg_text(p->svg, bar->text, 100);
	}
	viz_svg_raw(p->svg, "</title>");
}

/* While it was down there is a thin line. */
static void draw_gap(const struct picture *p, rt_time from, rt_time to)
{
	int x = x_of(p, from), end = x_of(p, to);

	if (from >= 0 && end - x >= 20)
		viz_svg_printf(p->svg,
			       "<path class=\"line\" stroke-dasharray=\"2 3\" d=\"M" XY " " XY "H" XY
			       "\"/>\n",
			       AT(x), AT(p->y + 150), AT(end));
}

static void draw_bar(struct picture *p)
{
	const struct viz_item *bar = &p->bar;
	int x, width;

	if (bar->count == 0)
		return;
	x = x_of(p, bar->from);
	width = x_of(p, bar->to) - x;
	draw_gap(p, p->bar_end, bar->from);
	p->bar_end = bar->to;
	viz_svg_printf(p->svg, "<g>");
	put_bar_title(p, bar);
	viz_svg_printf(p->svg,
		       "<rect class=\"%s\" x=\"" XY "\" y=\"" XY "\" width=\"" XY "\" height=\"13\"%s/>",
		       bar->count > 1 ? "many" : "ran", AT(x), AT(p->y + 85), AT(width < 15 ? 15 : width),
		       bar->count > 1 ? " stroke-dasharray=\"2 1\"" : "");
	if (width >= 240)
		viz_svg_printf(p->svg, "<text class=\"s m\" x=\"" XY "\" y=\"" XY "\">%" PRIu32 "</text>",
			       AT(x + 130), AT(p->y + 187), bar->incarnation);
	viz_svg_raw(p->svg, "</g>\n");
	if (bar->fell)
		viz_svg_printf(p->svg,
			       "<path class=\"up\" transform=\"translate(" XY " " XY
			       ")\" d=\"M-4-4L4 4M4-4L-4 4\"/>\n",
			       AT(x + width), AT(p->y + 150));
}

static void keep_text(struct picture *p, struct viz_item *group, const char *text)
{
	char *kept = p->text[group->kind];
	size_t length = strnlen(text, TEXT - 1);

	while (length > 0 && text[length] != '\0' && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	memcpy(kept, text, length);
	kept[length] = '\0';
	group->text = kept;
}

/* Into the group before if that is near, or in its stead when it is drawn. */
static bool join(struct picture *p, struct viz_item *group, const struct viz_item *item, int near)
{
	bool joined = group->count > 0 && !item->goes_on && x_of(p, item->to) - x_of(p, group->from) < near;

	if (!joined)
		return false;
	group->to = item->to > group->to ? item->to : group->to;
	group->count += item->count;
	group->fell |= item->fell;
	keep_text(p, group, item->text);
	return true;
}

static void replace(struct picture *p, struct viz_item *group, const struct viz_item *item)
{
	*group = *item;
	keep_text(p, group, item->text);
}

static bool take_bar(void *ctx, const struct viz_item *item)
{
	struct picture *p = ctx;

	if (item->kind != VIZ_RAN)
		return true;
	if (!join(p, &p->bar, item, NEAR)) {
		draw_bar(p);
		replace(p, &p->bar, item);
	}
	return true;
}

/* --- marks --------------------------------------------------------------------------------------------- */

static const struct {
	const char *word, *shape; /* around 0,0 */
	int y;                    /* within the lane */
} marks[VIZ_ITEM_KINDS] = {
	[VIZ_RAN] = { "ran", NULL, 0 },
	[VIZ_HUNG] = { "took no messages", NULL, 0 },
	[VIZ_FAULT] = { "fault", "<path class=\"fault\" d=\"M0-6L5 0L0 6L-5 0z\"/>", 70 },
	[VIZ_REFUSED] = { "start failed", "<path class=\"up\" d=\"M-4 0H4\"/>", 150 },
	[VIZ_RESTARTED] = { "restarts", "<circle class=\"warn\" r=\"3.5\"/>", 80 },
	[VIZ_GAVE_UP] = { "gave up", "<path class=\"bad\" d=\"M0-6L6 5H-6z\"/>", 70 },
};

static void put_decision(const struct picture *p, const struct viz_item *mark)
{
	struct viz_lane other;

	if (mark->other != VIZ_NO_LANE) {
		viz_lanes_lane(p->lanes, mark->other, &other);
		viz_svg_raw(p->svg, mark->kind == VIZ_GAVE_UP ? " on " : " ");
		viz_svg_text(p->svg, other.name, 60);
	}
	viz_svg_printf(p->svg, ", %" PRIu32 " of %" PRIu32 " in its period", mark->a, mark->b);
}

/* From who gave up to its supervisor, who has to act now. */
static void draw_escalation(const struct picture *p, int x)
{
	struct viz_lane lane;
	uint32_t row = p->row;

	viz_lanes_lane(p->lanes, p->lane[p->row], &lane);
	while (row > 0 && p->lane[row] != lane.parent)
		row--;
	if (p->lane[row] == lane.parent)
		viz_svg_printf(p->svg,
			       "<path class=\"up\" stroke-dasharray=\"4 2\" d=\"M" XY " " XY "V" XY
			       "l-4 6m4-6l4 6\"/>\n",
			       AT(x), AT(p->y + 70), AT(TOP + (int)row * HEIGHT + 230));
}

static void draw_mark(struct picture *p, const struct viz_item *mark)
{
	int x;

	if (mark->count == 0)
		return;
	x = x_of(p, mark->from);
	if (mark->kind == VIZ_GAVE_UP)
		draw_escalation(p, x);
	if (mark->kind == VIZ_HUNG) {
		int width = x_of(p, mark->to) - x;

		viz_svg_printf(p->svg,
			       "<g><rect class=\"hung\" x=\"" XY "\" y=\"" XY "\" width=\"" XY
			       "\" height=\"7\"/><title>",
			       AT(x), AT(p->y + 115), AT(width < 15 ? 15 : width));
	} else {
		viz_svg_printf(p->svg, "<g transform=\"translate(" XY " " XY ")\">%s<title>", AT(x),
			       AT(p->y + marks[mark->kind].y), marks[mark->kind].shape);
	}
	put_times(p, mark);
	viz_svg_printf(p->svg, ": %s", marks[mark->kind].word);
	if (mark->count > 1)
		viz_svg_printf(p->svg, ", %" PRIu32 " times", mark->count);
	else if (mark->kind == VIZ_RESTARTED || mark->kind == VIZ_GAVE_UP)
		put_decision(p, mark);
	if (mark->text[0] != '\0') {
		viz_svg_raw(p->svg, ", ");
		viz_svg_text(p->svg, mark->text, 100);
	}
	viz_svg_raw(p->svg, "</title></g>\n");
}

static bool take_mark(void *ctx, const struct viz_item *item)
{
	struct picture *p = ctx;

	if (item->kind == VIZ_RAN)
		return true;
	if (!join(p, &p->mark[item->kind], item, NEAR_MARK)) {
		draw_mark(p, &p->mark[item->kind]);
		replace(p, &p->mark[item->kind], item);
	}
	return true;
}

/* --- lanes --------------------------------------------------------------------------------------------- */

static void draw_path(const struct picture *p, uint32_t n)
{
	char buf[512], *path = buf;
	size_t length = viz_lanes_path(p->lanes, n, buf, sizeof(buf));

	if (length >= sizeof(buf) && (path = malloc(length + 1)) != NULL)
		viz_lanes_path(p->lanes, n, path, length + 1);
	viz_svg_text(p->svg, path == NULL ? buf : path, 0);
	if (path != buf)
		free(path);
}

static void draw_lane(struct picture *p, uint32_t row)
{
	struct viz_lane lane;
	int indent;

	p->row = row;
	p->y = TOP + (int)row * HEIGHT;
	viz_lanes_lane(p->lanes, p->lane[row], &lane);
	indent = (int)(lane.depth < 8 ? lane.depth : 8) * 100;
	viz_svg_raw(p->svg, "<g class=\"row\"><title>");
	draw_path(p, p->lane[row]);
	viz_svg_printf(p->svg, "</title>");
	if (row % 2 == 1)
		viz_svg_printf(p->svg,
			       "<rect class=\"odd\" x=\"0\" y=\"" XY "\" width=\"" XY "\" height=\"" XY
			       "\"/>",
			       AT(p->y + 20), AT(PLOT + WIDTH + RIGHT), AT(HEIGHT));
	viz_svg_printf(p->svg, "<text class=\"%s\" x=\"" XY "\" y=\"" XY "\">", lane.supervisor ? "b" : "n",
		       AT(100 + indent), AT(p->y + 193));
	viz_svg_text(p->svg, lane.name, NAME - (unsigned)indent / CHAR);
	viz_svg_raw(p->svg, "</text>\n");
	memset(&p->bar, 0, sizeof(p->bar));
	memset(p->mark, 0, sizeof(p->mark));
	p->bar_end = -1;
	viz_lanes_items(p->lanes, p->lane[row], take_bar, p);
	draw_bar(p);
	if (!lane.up && lane.starts > 0)
		draw_gap(p, p->bar_end, p->end);
	viz_lanes_items(p->lanes, p->lane[row], take_mark, p);
	for (unsigned i = 0; i < VIZ_ITEM_KINDS; i++)
		draw_mark(p, &p->mark[i]);
	viz_svg_raw(p->svg, "</g>\n");
}

static void draw_legend(const struct picture *p)
{
	static const struct {
		const char *shape, *words;
		int width;
	} entries[] = {
		{ "<rect class=\"ran\" x=\"-8\" y=\"-6\" width=\"16\" height=\"12\"/>",
		  "up, its start by number", 2300 },
		{ "<path class=\"up\" d=\"M-4-4L4 4M4-4L-4 4\"/>", "fell", 700 },
		{ "<path class=\"fault\" d=\"M0-6L5 0L0 6L-5 0z\"/>", "fault", 750 },
		{ "<circle class=\"warn\" r=\"3.5\"/>", "restart decided", 1550 },
		{ "<path class=\"bad\" d=\"M0-6L6 5H-6z\"/>", "gave up", 950 },
		{ "<path class=\"up\" d=\"M-4 0H4\"/>", "start failed", 1300 },
		{ "<rect class=\"many\" stroke-dasharray=\"2 1\" x=\"-8\" y=\"-6\" width=\"16\" "
		  "height=\"12\"/>",
		  "many lives", 1200 },
		{ "<rect class=\"hung\" x=\"-8\" y=\"-3\" width=\"16\" height=\"7\"/>", "hanging", 0 },
	};
	int x = 180, y = TOP + (int)p->count * HEIGHT + 270;

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		viz_svg_printf(p->svg,
			       "<g transform=\"translate(" XY " " XY
			       ")\">%s<text class=\"d s\" x=\"13\" y=\"4\">%s</text></g>\n",
			       AT(x), AT(y), entries[i].shape, entries[i].words);
		x += entries[i].width;
	}
}

enum rt_status viz_svg_lanes(struct viz_svg *svg, const struct viz_lanes *lanes, const char *title)
{
	struct picture p = { .svg = svg, .lanes = lanes, .end = viz_lanes_end(lanes) };
	enum rt_status status = viz_lanes_choose(lanes, p.lane, VIZ_SVG_LANES, &p.count);
	char description[200], end[32];

	if (status != RT_OK)
		return status;
	snprintf(description, sizeof(description), "%" PRIu32 " of %" PRIu32 " actors, from 0 to %s", p.count,
		 viz_lanes_count(lanes), viz_svg_time(p.end, end));
	/* A long rest would press all that happened into the margin. */
	if (viz_lanes_busy(lanes) > 0 && viz_lanes_busy(lanes) < p.end / 4)
		p.end = viz_lanes_busy(lanes) + viz_lanes_busy(lanes) / 8;
	if (p.end <= 0)
		p.end = 1;
	viz_svg_begin(svg, (PLOT + WIDTH + RIGHT) / 10, (TOP + p.count * HEIGHT + BELOW) / 10, title,
		      description);
	draw_axis(&p);
	for (uint32_t row = 0; row < p.count; row++)
		draw_lane(&p, row);
	draw_legend(&p);
	viz_svg_raw(svg, "</svg>\n");
	return RT_OK;
}
