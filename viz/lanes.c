/* lanes.c - an array of lanes, a pool of items; each lane is a list of items by number.
 *
 * What runs now is in the lane itself and becomes an item when it ends, so a tree in which nothing happens
 * has no items. */
#include "lanes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct item {
	rt_time from, to;
	uint32_t next; /* number + 1; 0: it is the last */
	uint32_t count, a, b, other;
	rt_atom reason; /* RAN, REFUSED; of a FAULT the number of its text */
	uint8_t kind;
	bool fell, gave_up;
};

struct lane {
	uint32_t parent, name; /* name: offset in the texts */
	uint16_t depth;
	bool supervisor, up, hung;
	uint32_t head, tail; /* items, number + 1 */
	uint32_t starts, falls, faults, refusals, give_ups;
	uint32_t incarnation; /* of who is up */
	rt_time started, hung_at, first, run, latest;
};

struct viz_lanes {
	const struct rt *rt;
	struct lane *lane;
	uint32_t lanes, lanes_size;
	struct item *item;
	uint32_t items, items_size, items_max; /* in use up to `items`; those in the free list among them */
	uint32_t free, n_free;
	uint32_t *by_place; /* lane + 1 */
	uint32_t places;
	char *texts;
	uint32_t texts_used, texts_size;
	uint32_t fault[VIZ_FAULTS_MAX]; /* offsets of their texts */
	uint32_t faults;
	rt_time grain, end, busy;
	rt_time barren; /* before then it does not get any coarser */
	bool closed;
	uint64_t lost;
};

/* --- growing ------------------------------------------------------------------------------------------- */

static bool reserve(void *array, uint32_t *capacity, uint32_t count, uint32_t max, size_t size)
{
	uint32_t wanted = *capacity < 16 ? 16 : *capacity;
	void *grown;

	if (count <= *capacity)
		return true;
	while (wanted < count)
		wanted *= 2;
	if (wanted > max)
		wanted = max;
	grown = count <= max ? realloc(*(void **)array, (size_t)wanted * size) : NULL;
	if (grown == NULL)
		return false;
	*(void **)array = grown;
	*capacity = wanted;
	return true;
}

static bool keep_text(struct viz_lanes *lanes, const char *text, uint32_t *offset)
{
	uint32_t size = (uint32_t)strlen(text) + 1;

	if (!reserve(&lanes->texts, &lanes->texts_size, lanes->texts_used + size, UINT32_MAX / 2, 1))
		return false;
	memcpy(lanes->texts + lanes->texts_used, text, size);
	*offset = lanes->texts_used;
	lanes->texts_used += size;
	return true;
}

/* --- items --------------------------------------------------------------------------------------------- */

static void join(struct item *into, const struct item *item)
{
	into->to = item->to > into->to ? item->to : into->to;
	into->count += item->count;
	into->reason = item->kind == VIZ_FAULT ? into->reason : item->reason;
	into->b = item->b;
	into->fell |= item->fell;
	into->gave_up |= item->gave_up;
}

/* Neighbours of a kind that are shorter than the grain together become one. */
static void thin_lane(struct viz_lanes *lanes, struct lane *lane)
{
	struct item *last[VIZ_ITEM_KINDS] = { NULL };
	uint32_t *at = &lane->head;

	lane->tail = 0;
	while (*at != 0) {
		uint32_t number = *at;
		struct item *item = &lanes->item[number - 1], *before = last[item->kind];

		if (before != NULL && item->to - before->from < lanes->grain) {
			join(before, item);
			*at = item->next;
			item->next = lanes->free;
			lanes->free = number;
			lanes->n_free++;
		} else {
			last[item->kind] = item;
			lane->tail = number;
			at = &item->next;
		}
	}
}

static void thin_all(struct viz_lanes *lanes)
{
	for (uint32_t i = 0; i < lanes->lanes; i++)
		thin_lane(lanes, &lanes->lane[i]);
}

/* Room for more; false: there is none, however coarse. */
static bool thin(struct viz_lanes *lanes)
{
	rt_time length = viz_lanes_end(lanes) + 1;
	uint32_t enough = lanes->items_max / 4 * 3;

	if (length < lanes->barren)
		return false;
	if (lanes->grain > 0)
		thin_all(lanes);
	while (lanes->items - lanes->n_free > enough && lanes->grain <= length) {
		lanes->grain = lanes->grain == 0 ? length / 65536 + 1 : lanes->grain * 2;
		thin_all(lanes);
	}
	/* It takes a while; so not for each of the many that happen at one instant. */
	if (lanes->items - lanes->n_free > enough)
		lanes->barren = length + length / 8 + 1;
	return lanes->n_free > 0;
}

static uint32_t item_take(struct viz_lanes *lanes)
{
	if (lanes->n_free == 0 && lanes->items == lanes->items_max && !thin(lanes))
		return 0;
	if (lanes->n_free > 0) {
		uint32_t number = lanes->free;

		lanes->free = lanes->item[number - 1].next;
		lanes->n_free--;
		return number;
	}
	if (!reserve(&lanes->item, &lanes->items_size, lanes->items + 1, lanes->items_max,
		     sizeof(*lanes->item)))
		return 0;
	return ++lanes->items;
}

static void add(struct viz_lanes *lanes, uint32_t n, const struct item *item)
{
	uint32_t number = item_take(lanes);
	struct lane *lane = &lanes->lane[n];

	if (number == 0) {
		lanes->lost++;
		return;
	}
	lanes->item[number - 1] = *item;
	lanes->item[number - 1].count = 1;
	lanes->item[number - 1].next = 0;
	if (lane->tail == 0)
		lane->head = number;
	else
		lanes->item[lane->tail - 1].next = number;
	lane->tail = number;
}

/* --- lanes --------------------------------------------------------------------------------------------- */

/* The last part of a place's path, in `buf` or to be freed; null: no memory. */
static char *name_of(const struct rt *rt, rt_place place, char *buf, size_t size, char **owned)
{
	size_t length = rt_path_text(rt, place, buf, size);

	*owned = NULL;
	if (length >= size) {
		*owned = malloc(length + 1);
		if (*owned == NULL)
			return NULL;
		rt_path_text(rt, place, *owned, length + 1);
		buf = *owned;
	}
	char *slash = strrchr(buf, '/');

	return slash == NULL ? buf : slash + 1;
}

static uint32_t lane_find(const struct viz_lanes *lanes, rt_place place)
{
	return place != 0 && place < lanes->places ? lanes->by_place[place] - 1 : VIZ_NO_LANE;
}

static bool reserve_place(struct viz_lanes *lanes, rt_place place)
{
	uint32_t before = lanes->places;

	if (!reserve(&lanes->by_place, &lanes->places, place + 1, UINT32_MAX / 2, sizeof(*lanes->by_place)))
		return false;
	memset(&lanes->by_place[before], 0, (lanes->places - before) * sizeof(*lanes->by_place));
	return true;
}

static uint32_t lane_make(struct viz_lanes *lanes, rt_place place)
{
	rt_place above = rt_path_parent(lanes->rt, place);
	uint32_t n = lane_find(lanes, place), parent = VIZ_NO_LANE, offset = 0;
	char buf[1024], *owned, *name;
	bool kept;

	if (n != VIZ_NO_LANE || place == 0)
		return n;
	if (above != 0 && (parent = lane_make(lanes, above)) == VIZ_NO_LANE)
		return VIZ_NO_LANE;
	name = name_of(lanes->rt, place, buf, sizeof(buf), &owned);
	kept = name != NULL && lanes->lanes < VIZ_LANES_MAX && reserve_place(lanes, place) &&
	       reserve(&lanes->lane, &lanes->lanes_size, lanes->lanes + 1, VIZ_LANES_MAX,
		       sizeof(*lanes->lane)) &&
	       keep_text(lanes, name, &offset);
	free(owned);
	if (!kept) {
		lanes->lost++;
		return VIZ_NO_LANE;
	}
	n = lanes->lanes++;
	lanes->lane[n] = (struct lane){
		.parent = parent,
		.name = offset,
		.depth = (uint16_t)(parent == VIZ_NO_LANE ? 0 : lanes->lane[parent].depth + 1),
		.first = -1,
		.latest = -1,
	};
	lanes->by_place[place] = n + 1;
	return n;
}

/* The place of a dynamic child that is gone may have been given to another path. */
static void forget_former(struct viz_lanes *lanes, rt_place place)
{
	uint32_t n = lane_find(lanes, place), parent = lane_find(lanes, rt_path_parent(lanes->rt, place));
	char buf[1024], *owned, *name;

	if (n == VIZ_NO_LANE || lanes->lane[n].up)
		return;
	name = name_of(lanes->rt, place, buf, sizeof(buf), &owned);
	if (name == NULL || lanes->lane[n].parent != parent ||
	    strcmp(name, lanes->texts + lanes->lane[n].name) != 0)
		lanes->by_place[place] = 0;
	free(owned);
}

/* --- events -------------------------------------------------------------------------------------------- */

static void begin(struct lane *lane, const struct rt_event *event)
{
	lane->supervisor = event->type == RT_SUPERVISOR;
	lane->up = true;
	lane->started = event->t;
	lane->incarnation = event->incarnation;
	if (lane->starts++ == 0)
		lane->first = event->t;
	else
		lane->latest = event->t;
}

static void end_hanging(struct viz_lanes *lanes, uint32_t n, rt_time t)
{
	struct lane *lane = &lanes->lane[n];

	if (!lane->hung)
		return;
	lane->hung = false;
	add(lanes, n, &(struct item){ .kind = VIZ_HUNG, .from = lane->hung_at, .to = t });
}

static void finish(struct viz_lanes *lanes, uint32_t n, const struct rt_event *event)
{
	struct lane *lane = &lanes->lane[n];
	bool fell = !rt_reason_benign(lanes->rt, event->reason);

	if (!lane->up)
		return;
	end_hanging(lanes, n, event->t);
	lane->up = false;
	lane->falls += fell;
	lane->run += event->t - lane->started;
	add(lanes, n,
	    &(struct item){ .kind = VIZ_RAN,
			    .from = lane->started,
			    .to = event->t,
			    .a = lane->incarnation,
			    .reason = event->reason,
			    .fell = fell,
			    .gave_up = event->detail == RT_EXIT_ESCALATED });
}

static void decide(struct viz_lanes *lanes, const struct rt_event *event, enum viz_item_kind kind)
{
	bool up = kind == VIZ_GAVE_UP;
	uint32_t n = lane_make(lanes, up ? event->place : event->other);

	if (n == VIZ_NO_LANE)
		return;
	lanes->lane[n].give_ups += up;
	add(lanes, n,
	    &(struct item){ .kind = (uint8_t)kind,
			    .from = event->t,
			    .to = event->t,
			    .a = event->a,
			    .b = event->b,
			    .other = lane_find(lanes, up ? event->other : event->place) });
}

void viz_lanes_event(struct viz_lanes *lanes, const struct rt_event *event)
{
	uint32_t n;

	if (lanes->closed)
		return;
	if (event->kind < RT_EV_USER && event->kind != RT_EV_MESSAGE && event->kind != RT_EV_REQUEST)
		lanes->busy = event->t;
	switch (event->kind) {
	case RT_EV_START:
		if (event->incarnation == 1)
			forget_former(lanes, event->place);
		n = lane_make(lanes, event->place);
		if (n != VIZ_NO_LANE)
			begin(&lanes->lane[n], event);
		break;
	case RT_EV_START_FAILED:
		forget_former(lanes, event->place);
		n = lane_make(lanes, event->place);
		if (n == VIZ_NO_LANE)
			break;
		lanes->lane[n].refusals++;
		add(lanes, n,
		    &(struct item){ .kind = VIZ_REFUSED,
				    .from = event->t,
				    .to = event->t,
				    .reason = event->reason });
		break;
	case RT_EV_EXIT:
		n = lane_find(lanes, event->place);
		if (n != VIZ_NO_LANE)
			finish(lanes, n, event);
		break;
	case RT_EV_SUSPEND:
		n = lane_find(lanes, event->place);
		if (n != VIZ_NO_LANE && !lanes->lane[n].hung) {
			lanes->lane[n].hung = true;
			lanes->lane[n].hung_at = event->t;
		}
		break;
	case RT_EV_RESUME:
		n = lane_find(lanes, event->place);
		if (n != VIZ_NO_LANE)
			end_hanging(lanes, n, event->t);
		break;
	case RT_EV_RESTART:
		decide(lanes, event, VIZ_RESTARTED);
		break;
	case RT_EV_GIVE_UP:
		decide(lanes, event, VIZ_GAVE_UP);
		break;
	default:
		break;
	}
}

/* Number of this text among the faults. */
static uint32_t fault_text(struct viz_lanes *lanes, const char *text)
{
	uint32_t i = 0;

	while (i < lanes->faults && strcmp(lanes->texts + lanes->fault[i], text) != 0)
		i++;
	if (i < lanes->faults)
		return i;
	if (i == VIZ_FAULTS_MAX || !keep_text(lanes, text, &lanes->fault[i]))
		return UINT32_MAX;
	return lanes->faults++;
}

void viz_lanes_fault(struct viz_lanes *lanes, rt_place place, rt_time t, const char *text)
{
	uint32_t n = lanes->closed ? VIZ_NO_LANE : lane_make(lanes, place);

	if (n == VIZ_NO_LANE)
		return;
	lanes->busy = t;
	lanes->lane[n].faults++;
	add(lanes, n,
	    &(struct item){ .kind = VIZ_FAULT, .from = t, .to = t, .reason = fault_text(lanes, text) });
}

void viz_lanes_close(struct viz_lanes *lanes)
{
	lanes->end = viz_lanes_end(lanes);
	lanes->closed = true;
}

rt_time viz_lanes_end(const struct viz_lanes *lanes)
{
	return lanes->closed ? lanes->end : rt_now(lanes->rt);
}

rt_time viz_lanes_busy(const struct viz_lanes *lanes)
{
	return lanes->busy;
}

/* --- life ---------------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, const struct rt_row *row)
{
	struct viz_lanes *lanes = ctx;
	uint32_t n = lane_make(lanes, row->child.place);

	if (n == VIZ_NO_LANE)
		return true;
	struct lane *lane = &lanes->lane[n];

	lane->supervisor = row->child.supervisor;
	lane->starts = row->starts;
	lane->up = row->has_actor;
	if (!row->has_actor)
		return true;
	lane->incarnation = row->actor.incarnation;
	lane->started = lane->first = row->actor.started_at;
	lane->hung = row->actor.suspended;
	lane->hung_at = rt_now(lanes->rt);
	return true;
}

enum rt_status viz_lanes_new(const struct rt *rt, uint32_t items, struct viz_lanes **out)
{
	struct viz_lanes *lanes = calloc(1, sizeof(*lanes));

	if (lanes == NULL)
		return RT_ENOMEM;
	lanes->rt = rt;
	lanes->items_max = items == 0 ? VIZ_ITEMS_MAX : items;
	rt_walk(rt, take_row, lanes);
	*out = lanes;
	return RT_OK;
}

void viz_lanes_free(struct viz_lanes *lanes)
{
	if (lanes == NULL)
		return;
	free(lanes->lane);
	free(lanes->item);
	free(lanes->by_place);
	free(lanes->texts);
	free(lanes);
}

/* --- looking ------------------------------------------------------------------------------------------- */

uint32_t viz_lanes_count(const struct viz_lanes *lanes)
{
	return lanes->lanes;
}

uint64_t viz_lanes_lost(const struct viz_lanes *lanes)
{
	return lanes->lost;
}

rt_time viz_lanes_grain(const struct viz_lanes *lanes)
{
	return lanes->grain;
}

void viz_lanes_lane(const struct viz_lanes *lanes, uint32_t n, struct viz_lane *out)
{
	assert(n < lanes->lanes);
	const struct lane *lane = &lanes->lane[n];

	*out = (struct viz_lane){
		.parent = lane->parent,
		.depth = lane->depth,
		.name = lanes->texts + lane->name,
		.supervisor = lane->supervisor,
		.up = lane->up,
		.starts = lane->starts,
		.falls = lane->falls,
		.faults = lane->faults,
		.refusals = lane->refusals,
		.give_ups = lane->give_ups,
		.first = lane->first,
		.run = lane->run + (lane->up ? viz_lanes_end(lanes) - lane->started : 0),
		.latest = lane->latest,
	};
}

size_t viz_lanes_path(const struct viz_lanes *lanes, uint32_t n, char *buf, size_t size)
{
	const struct lane *lane = &lanes->lane[n];
	const char *name = lanes->texts + lane->name;
	size_t length = strlen(name), before = 0;

	if (lane->parent != VIZ_NO_LANE) {
		before = viz_lanes_path(lanes, lane->parent, buf, size);
		if (before + 1 < size)
			strcpy(buf + before, "/");
		before++;
	}
	if (before < size) {
		size_t fits = length < size - before ? length : size - before - 1;

		memcpy(buf + before, name, fits);
		buf[before + fits] = '\0';
	}
	return before + length;
}

void viz_lanes_items(const struct viz_lanes *lanes, uint32_t n, viz_item_fn *fn, void *ctx)
{
	const struct lane *lane = &lanes->lane[n];
	char number[RT_ATOM_BUF];

	for (uint32_t at = lane->head; at != 0; at = lanes->item[at - 1].next) {
		const struct item *item = &lanes->item[at - 1];
		struct viz_item out = {
			.kind = item->kind,
			.from = item->from,
			.to = item->to,
			.count = item->count,
			.incarnation = item->kind == VIZ_RAN ? item->a : 0,
			.a = item->a,
			.b = item->b,
			.other = item->other,
			.fell = item->fell,
			.gave_up = item->gave_up,
			.text = "",
		};

		if (item->kind == VIZ_RAN || item->kind == VIZ_REFUSED)
			out.text = rt_atom_text(lanes->rt, item->reason, number);
		else if (item->kind == VIZ_FAULT && item->reason != UINT32_MAX)
			out.text = lanes->texts + lanes->fault[item->reason];
		if (!fn(ctx, &out))
			return;
	}
	struct viz_item now = { .to = viz_lanes_end(lanes), .count = 1, .goes_on = true, .text = "" };

	if (lane->up) {
		now.kind = VIZ_RAN;
		now.from = lane->started;
		now.incarnation = lane->incarnation;
		if (!fn(ctx, &now))
			return;
	}
	if (lane->hung) {
		now.kind = VIZ_HUNG;
		now.from = lane->hung_at;
		(void)fn(ctx, &now);
	}
}
