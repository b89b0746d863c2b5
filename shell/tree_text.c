/* tree_text.c - the tree as lines of text.
 *
 * Rows come depth first.  A first pass keeps those that will be shown, with the children of large supervisors
 * folded into one line; then it is known which child is the last of its supervisor, and lines can be drawn.
 */
#include "tree_text.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "work_text.h"
#include "worker_text.h"

#define CHILDREN_SHOWN 40
#define NAME_WIDTH_MAX 48

struct line {
	struct rt_row row;
	bool last;       /* of its supervisor */
	uint32_t folded; /* not 0: so many children stand here that are not shown, `row` has their depth only
			  */
};

struct level { /* a supervisor whose rows come now */
	uint32_t children, folded;
};

struct collection {
	const struct rt *rt;
	struct line *line;
	size_t count, capacity;
	struct level *level; /* by depth of the children */
	size_t levels;
	unsigned base; /* depth of the subtree's root */
	rt_place top;  /* of it; 0: everything */
	bool inside, done, all;
	bool folding; /* within a folded child */
	unsigned folding_depth;
	unsigned depth; /* of the row before */
};

static struct line *push(struct collection *c)
{
	c->line = sh_grow(c->line, c->count, &c->capacity, sizeof(*c->line));
	struct line *line = &c->line[c->count++];
	*line = (struct line){ 0 };
	return line;
}

/* Levels deeper than `depth` are complete: their folded children become a line. */
static void close_levels(struct collection *c, unsigned depth)
{
	for (size_t d = c->levels; d-- > depth + 1;) {
		if (c->level[d].folded) {
			struct line *line = push(c);
			line->row.depth = (unsigned)d;
			line->folded = c->level[d].folded;
		}
		c->level[d] = (struct level){ 0 };
	}
}

static bool is_remarkable(const struct rt_row *row)
{
	return row->starts != 1 || row->child.state != RT_CHILD_RUNNING || !row->has_actor ||
	       row->actor.life != RT_ALIVE || row->actor.suspended;
}

static bool collect(void *ctx, const struct rt_row *row)
{
	struct collection *c = ctx;
	if (c->inside && c->top && row->depth <= c->base) {
		c->done = true;
		return false;
	}
	if (!c->inside) {
		if (c->top && row->child.place != c->top)
			return true;
		c->inside = true;
		c->base = row->depth;
	}
	unsigned depth = row->depth - c->base;
	if (c->folding && depth > c->folding_depth)
		return true;
	c->folding = false;
	while (c->levels <= depth + 1) {
		c->level = sh_realloc(c->level, (c->levels + 16) * sizeof(*c->level));
		memset(c->level + c->levels, 0, 16 * sizeof(*c->level));
		c->levels += 16;
	}
	close_levels(c, depth);
	if (depth && c->level[depth].children++ >= CHILDREN_SHOWN && !c->all && !is_remarkable(row)) {
		c->level[depth].folded++;
		c->folding = true;
		c->folding_depth = depth;
		return true;
	}
	struct line *line = push(c);
	line->row = *row;
	line->row.depth = depth;
	return true;
}

/* A line is the last of its level if no line of this level follows before one further up. */
static void find_last(struct collection *c)
{
	bool *open = sh_alloc(c->levels + 1); /* a later line of this depth has the same supervisor */
	unsigned below = 0;
	for (size_t i = c->count; i-- > 0;) {
		unsigned depth = c->line[i].row.depth;
		for (unsigned d = depth + 1; d <= below; d++)
			open[d] = false;
		c->line[i].last = !open[depth];
		open[depth] = true;
		below = depth;
	}
	free(open);
}

struct drawer {
	struct sh_output *out;
	const struct rt *rt;
	const struct scn_scenario *scenario;
	uint32_t said; /* of the row that is drawn */
	bool starred;  /* a default was marked */
};

struct drawing {
	const char *branch, *corner, *bar, *gap;
};
static const struct drawing boxes = { "├─ ", "└─ ", "│  ", "   " };
static const struct drawing ascii = { "|- ", "`- ", "|  ", "   " };

/* Freed by the caller. */
static char *name_of(const struct rt *rt, const struct rt_row *row)
{
	char number[RT_ATOM_BUF];
	return sh_id_text(rt_atom_text(rt, row->child.name, number));
}

static size_t width_of(const struct rt *rt, const struct rt_row *row)
{
	char *name = name_of(rt, row);
	size_t width = sh_width(name);
	free(name);
	return width;
}

static void put_state(struct sh_output *out, const struct rt_row *row)
{
	if (!row->has_actor && row->child.state == RT_CHILD_RUNNING)
		sh_styled(out, SH_BAD, rt_life_text(RT_DEAD)); /* its supervisor has not looked yet */
	else if (!row->has_actor)
		sh_styled(out, row->child.state == RT_CHILD_RESTARTING ? SH_WARN : SH_BAD,
			  rt_child_state_text(row->child.state));
	else if (row->actor.suspended)
		sh_styled(out, SH_WARN, "hanging");
	else
		sh_styled(out, row->actor.life == RT_ALIVE ? SH_GOOD : SH_WARN,
			  rt_life_text(row->actor.life));
}

/* A value, with a star if it is the default and nobody has said it. */
static void put_value(struct drawer *d, const char *text, bool is_default, const char *key)
{
	sh_put(d->out, text);
	if (!is_default || scn_said_key(d->said, key))
		return;
	sh_styled(d->out, SH_DIM, "*");
	d->starred = true;
}

static void put_flags(struct drawer *d, const struct rt_actor_info *actor)
{
	char used[32], period[32];
	snprintf(used, sizeof(used), " %u/%u", actor->restarts_in_window, actor->intensity);
	snprintf(period, sizeof(period), " in %us", actor->period_s);
	put_value(d, rt_strategy_text(actor->strategy), actor->strategy == RT_ONE_FOR_ONE, "strategy");
	put_value(d, used, actor->intensity == RT_INTENSITY_DEFAULT, "intensity");
	put_value(d, period, actor->period_s == RT_PERIOD_DEFAULT_S, "period");
	if (actor->auto_shutdown != RT_NEVER)
		sh_printf(d->out, " auto_shutdown=%s", rt_auto_shutdown_text(actor->auto_shutdown));
}

/* Freed by the caller. */
static char *path_of(const struct drawer *d, rt_place place)
{
	size_t length = rt_path_text(d->rt, place, NULL, 0);
	char *path = sh_alloc(length + 1);
	rt_path_text(d->rt, place, path, length + 1);
	return path;
}

/* What is remarkable about what was asked of it. */
static void put_service(struct drawer *d, rt_place place)
{
	struct rt_service service;
	char share[INJ_VALUE_BUF];
	if (!rt_service(d->rt, place, &service))
		return;
	int64_t availability = scn_work_availability(service.ended);
	if (service.in_flight)
		sh_printf(d->out, "  in flight %llu", (unsigned long long)service.in_flight);
	if (availability < 0 || availability == 1000000000)
		return;
	sh_put(d->out, "  ");
	sh_style(d->out, SH_WARN);
	sh_printf(d->out, "availability %s", sh_brief_share(availability, share));
	sh_style(d->out, SH_PLAIN);
}

static void put_row(struct drawer *d, const struct rt_row *row, size_t used, size_t width)
{
	struct sh_output *out = d->out;
	char *name = name_of(d->rt, row), *path = path_of(d, row->child.place);
	d->said = scn_said(d->scenario, path);
	sh_style(out, row->child.supervisor ? SH_BOLD : SH_PLAIN);
	sh_put(out, name);
	sh_style(out, SH_PLAIN);
	used += sh_width(name);
	free(name);
	sh_printf(out, "%*s  ", used < width ? (int)(width - used) : 0, "");
	put_state(out, row);
	if (row->depth || row->child.supervisor)
		sh_put(out, "  ");
	if (row->depth)
		put_value(d, rt_restart_text(row->child.spec.restart),
			  row->child.spec.restart == RT_PERMANENT, "restart");
	if (row->child.spec.significant)
		sh_put(out, " significant");
	if (!row->child.supervisor)
		sh_worker_brief(out, d->scenario, path, row->has_actor ? row->actor.worker : NULL);
	free(path);
	if (row->child.supervisor && row->has_actor) {
		sh_put(out, row->depth ? ", " : "");
		put_flags(d, &row->actor);
	}
	if (row->starts > 1) {
		sh_put(out, "  ");
		sh_style(out, SH_WARN);
		sh_printf(out, "restarts %u", row->starts - 1);
		sh_style(out, SH_PLAIN);
	}
	if (row->has_actor && row->actor.mailbox)
		sh_printf(out, "  mailbox %u", row->actor.mailbox);
	put_service(d, row->child.place);
	if (row->has_actor && row->actor.orphan)
		sh_styled(out, SH_BAD, "  orphan");
	sh_put(out, "\n");
}

static void draw(struct drawer *d, const struct collection *c)
{
	struct sh_output *out = d->out;
	const struct drawing *drawing = out->utf8 ? &boxes : &ascii;
	size_t width = 0;
	for (size_t i = 0; i < c->count; i++) {
		const struct rt_row *row = &c->line[i].row;
		size_t w = c->line[i].folded ? 0 : 3 * row->depth + width_of(c->rt, row);
		width = w > width && w <= NAME_WIDTH_MAX ? w : width;
	}
	bool *open = sh_alloc(c->levels + 1); /* more children come on this level */
	for (size_t i = 0; i < c->count; i++) {
		const struct line *line = &c->line[i];
		unsigned depth = line->row.depth;
		sh_style(out, SH_DIM);
		for (unsigned level = 1; level < depth; level++)
			sh_put(out, open[level] ? drawing->bar : drawing->gap);
		if (depth)
			sh_put(out, line->last ? drawing->corner : drawing->branch);
		open[depth] = !line->last;
		if (line->folded)
			sh_printf(out, "... and %u more like these\n", line->folded);
		sh_style(out, SH_PLAIN);
		if (!line->folded)
			put_row(d, &line->row, 3 * depth, width);
	}
	if (d->starred)
		sh_styled(out, SH_DIM, "* the default\n");
	free(open);
}

bool sh_tree_print(struct sh_output *out, const struct rt *rt, const struct scn_scenario *scenario,
		   const char *path, bool all)
{
	struct drawer drawer = { .out = out, .rt = rt, .scenario = scenario };
	struct collection c = { .rt = rt, .all = all, .top = path ? rt_path_find(rt, path) : 0 };
	bool found = !path || c.top;
	if (found) {
		rt_walk(rt, collect, &c);
		close_levels(&c, 0);
		found = c.count || !path;
	}
	if (c.count) {
		find_last(&c);
		draw(&drawer, &c);
	}
	free(c.line);
	free(c.level);
	return found;
}
