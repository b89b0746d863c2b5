/* model.h - the tree as a screen needs it: rows that can be counted, folded, filtered and found fast.
 *
 * It is fed with the events of a run and asks the runtime about a row only when the row is drawn, so a frame
 * costs what is on the screen, not what is in the tree: finding the row at a height, and the height of a row,
 * takes logarithmic time at each level.  It keeps nothing that the runtime has, but what the runtime forgets:
 * when an actor was restarted, and when it last began or ended.
 */
#ifndef VIZ_MODEL_H
#define VIZ_MODEL_H

#include "runtime/observe.h"

/* Restarts over time: so many slots, each this long; the last one is now. */
#define VIZ_SPARK 12

struct viz_model;

/* The tree as it stands; RT_ENOMEM. */
enum rt_status viz_model_new(const struct rt *rt, struct viz_model **out) RT_MUST_CHECK;
void viz_model_free(struct viz_model *model); /* null is allowed */
/* The same of another moment, or another runtime: what was folded and filtered stays, by path. */
enum rt_status viz_model_reset(struct viz_model *model, const struct rt *rt) RT_MUST_CHECK;

/* An observer's part; without memory the model is stale until it is reset. */
void viz_model_event(struct viz_model *model, const struct rt_event *event);
bool viz_model_stale(const struct viz_model *model);
/* What happened before a reset, in order: only what the runtime does not know any more is taken from it. */
void viz_model_recall(struct viz_model *model, const struct rt_event *event);
/* Before a frame: what ended for good goes.  `spark` is the length of a slot, > 0. */
void viz_model_settle(struct viz_model *model, rt_time spark);

/* Rows that are not folded away or filtered out. */
uint32_t viz_model_rows(const struct viz_model *model);
rt_place viz_model_row(const struct viz_model *model, uint32_t row); /* 0: there are not so many */
/* Where a place is; of one that is folded away, the row of what it is folded into. */
uint32_t viz_model_find(const struct viz_model *model, rt_place place);

void viz_model_fold(struct viz_model *model, rt_place place, bool folded);
bool viz_model_folded(const struct viz_model *model, rt_place place);
bool viz_model_foldable(const struct viz_model *model, rt_place place);
void viz_model_unfold_to(struct viz_model *model, rt_place place);

/* Show only paths that contain this text, and what is above them; null or "": all.  RT_ENOMEM. */
enum rt_status viz_model_filter(struct viz_model *model, const char *text) RT_MUST_CHECK;
/* Does the row match by itself, or is it only above one that does? */
bool viz_model_matches(const struct viz_model *model, rt_place place);
/* The next row behind `row` whose path contains the text, going round; `row` itself if there is no other. */
uint32_t viz_model_search(const struct viz_model *model, uint32_t row, const char *text, bool backwards);

/* What is known of a place beside what rt_actor() says. */
struct viz_node {
	rt_place place, parent;
	unsigned depth;
	const char *name; /* last part of the path */
	bool supervisor, last; /* last: of its siblings */
	enum rt_strategy strategy; /* of a supervisor, also of one that is down */
	uint32_t restarts;    /* starts but the first */
	rt_time started, ended; /* the latest of each; -1 never */
	uint8_t spark[VIZ_SPARK]; /* restarts in each slot, at most 255 */
	bool gave_up;         /* its latest end was by escalation */
	uint32_t below;       /* rows folded into it, or below it */
	uint32_t all, well;   /* of it and all below: how many there are; that are up and do not hang */
};
bool viz_model_node(const struct viz_model *model, rt_place place, struct viz_node *out);
/* A child that gave up at `since` or later is an escalation to its supervisor.  Does its way up pass this
 * place, on the side of its siblings, or begin here? */
enum viz_way { VIZ_NO_WAY, VIZ_WAY_PASSES, VIZ_WAY_BEGINS };
enum viz_way viz_model_way_up(const struct viz_model *model, rt_place place, rt_time since);
/* Its path, also when the runtime has given the place back; like snprintf. */
size_t viz_model_path(const struct viz_model *model, rt_place place, char *buf, size_t size);

#endif
