/* lanes.h - a lane for each actor: when it ran, how that ended, what was done to it.
 *
 * It is fed with the events of a run and draws nothing; the timeline of a report and the live one are both
 * drawn from it.  Memory is bounded, whatever happens in the run: see the numbers below.  When there are too
 * many items, neighbours that lie close together in time become one, of a grain that doubles until there is
 * room; so the whole run is always there, coarser the more has happened.
 */
#ifndef VIZ_LANES_H
#define VIZ_LANES_H

#include "runtime/observe.h"

/* At most so many lanes (actors beyond are counted only) and items: some 25 MB, and the ids. */
#define VIZ_LANES_MAX 131072u
#define VIZ_ITEMS_MAX 262144u
#define VIZ_FAULTS_MAX 256u /* different texts of what was done from outside */

struct viz_lanes;

/* Whoever runs already has run since the runtime says so.  `items`: how many to keep, 0: VIZ_ITEMS_MAX.
 * RT_ENOMEM. */
enum rt_status viz_lanes_new(const struct rt *rt, uint32_t items, struct viz_lanes **out) RT_MUST_CHECK;
void viz_lanes_free(struct viz_lanes *lanes); /* null is allowed */

/* An observer's part.  Without memory something is missing, and viz_lanes_lost() is not 0. */
void viz_lanes_event(struct viz_lanes *lanes, const struct rt_event *event);
/* Something was done to an actor from outside: what, in words. */
void viz_lanes_fault(struct viz_lanes *lanes, rt_place place, rt_time t, const char *text);
/* The story ends here: later events are not taken. */
void viz_lanes_close(struct viz_lanes *lanes);
rt_time viz_lanes_end(const struct viz_lanes *lanes); /* where it was closed, or now */
rt_time viz_lanes_busy(const struct viz_lanes *lanes); /* the latest time at which something happened */

/* Lanes are numbered from 0 in the order in which their actors were first heard of. */
#define VIZ_NO_LANE UINT32_MAX
struct viz_lane {
	uint32_t parent; /* VIZ_NO_LANE: of the root */
	unsigned depth;
	const char *name; /* last part of its path */
	bool supervisor, up;
	uint32_t starts, falls, faults, refusals,
		give_ups; /* falls: exits but normal ones and ordered ones */
	rt_time first;  /* start; -1 never */
	rt_time run;    /* time in which it was up, all together */
	rt_time latest; /* restart; -1 never */
};
uint32_t viz_lanes_count(const struct viz_lanes *lanes);
void viz_lanes_lane(const struct viz_lanes *lanes, uint32_t n, struct viz_lane *out);
size_t viz_lanes_path(const struct viz_lanes *lanes, uint32_t n, char *buf, size_t size); /* like snprintf */
/* Actors without a lane, and items without a place. */
uint64_t viz_lanes_lost(const struct viz_lanes *lanes);
/* Items closer together than that are one; 0: each is told. */
rt_time viz_lanes_grain(const struct viz_lanes *lanes);

/* A part of the lanes, at most `max`, in the order of the tree: those to which most happened, with all above
 * them, then the others from the first on.  Returns how many; RT_ENOMEM: none. */
enum rt_status viz_lanes_choose(const struct viz_lanes *lanes, uint32_t *chosen, uint32_t max,
				uint32_t *count) RT_MUST_CHECK;

enum viz_item_kind {
	VIZ_RAN,       /* from its start to its end */
	VIZ_HUNG,      /* took no messages from here to there */
	VIZ_FAULT,     /* something was done to it: `text` */
	VIZ_REFUSED,   /* it could not be started */
	VIZ_RESTARTED, /* this supervisor decided to restart `other` */
	VIZ_GAVE_UP,   /* this supervisor did not restart `other` any more */
	VIZ_ITEM_KINDS
};
struct viz_item {
	enum viz_item_kind kind;
	rt_time from, to;     /* the same for what has no length */
	uint32_t count;       /* so many are one here */
	uint32_t incarnation; /* RAN: the first of them */
	uint32_t a, b;        /* RESTARTED, GAVE_UP: restarts counted, and the intensity */
	uint32_t other;       /* lane; VIZ_NO_LANE: it has none */
	bool goes_on;         /* RAN, HUNG: at the end, too */
	bool fell, gave_up;   /* RAN: how it ended */
	const char *text;     /* reason, or what was done; ""; lives during the call */
};
/* Of one lane: in the order in which they ended, what goes on last.  `fn` returns false to stop. */
typedef bool viz_item_fn(void *ctx, const struct viz_item *item);
void viz_lanes_items(const struct viz_lanes *lanes, uint32_t n, viz_item_fn *fn, void *ctx);

#endif
