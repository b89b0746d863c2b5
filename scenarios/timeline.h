/* timeline.h - a run in which one can go back, and go on from there another way.
 *
 * A run is decided by its scenario, its seed and what was done to it from outside, so any earlier moment is
 * found by running it again: two million events a second.  What was done is kept, with its moment; going on
 * from an earlier moment in another way begins a branch, which shares everything before.
 *
 * A place in a run is a number of moves (scn_world_move) and a time; an event's seq leads to the first place
 * where it has happened.  The world changes when one goes back: ask for it again after each call.
 */
#ifndef SCENARIOS_TIMELINE_H
#define SCENARIOS_TIMELINE_H

#include "scenario.h"

struct scn_timeline;

/* The scenario is borrowed.  The journal of `options` is not used: scn_timeline_write() writes one.  The tree
 * is up, or could not come up. */
enum rt_status scn_timeline_new(const struct scn_scenario *scenario, const struct scn_options *options,
				struct scn_timeline **out) RT_MUST_CHECK;
void scn_timeline_free(struct scn_timeline *timeline); /* null is allowed */

struct scn_world *scn_timeline_world(struct scn_timeline *timeline);

/* Why one cannot go back in this run (workers outside of the promise that a run repeats); null: one can. */
const char *scn_timeline_fixed(const struct scn_timeline *timeline);

/* As scn_world_move(), but what was done on this branch is done again at its moment. */
enum rt_status scn_timeline_move(struct scn_timeline *timeline, rt_time until) RT_MUST_CHECK;

/* Something done here and now.  If something was done later on this branch, a new one begins. */
enum rt_status scn_timeline_input(struct scn_timeline *timeline, const struct inj_action *action,
				  unsigned *targets) RT_MUST_CHECK;

/* Another expectation, as scn_world_expect(). */
enum rt_status scn_timeline_expect(struct scn_timeline *timeline,
				   const struct scn_probe *probe) RT_MUST_CHECK;

/* What was done to another world of the same scenario and seed, by a person or by a journal, is done here at
 * the same moments; then one is where that world is, or where it was judged.  Only before anything else was
 * done.  RT_ESTATE: one cannot go back here. */
enum rt_status scn_timeline_take(struct scn_timeline *timeline, const struct scn_world *world) RT_MUST_CHECK;

/* To the first place where event `seq` has happened, forward or back, or to the end of what was seen before.
 * RT_ESTATE: one cannot go back here.  RT_ENOMEM: one is where one was, or at the beginning. */
enum rt_status scn_timeline_go(struct scn_timeline *timeline, uint64_t seq) RT_MUST_CHECK;
/* To the last place before the latest move that gave an event; RT_EAGAIN: the tree was just up. */
enum rt_status scn_timeline_back(struct scn_timeline *timeline) RT_MUST_CHECK;
/* To the end of what was seen of this branch. */
enum rt_status scn_timeline_end(struct scn_timeline *timeline) RT_MUST_CHECK;
bool scn_timeline_at_end(const struct scn_timeline *timeline);

/* As if the latest thing that was done had not been: a new branch without it, at the same time as now.
 * RT_EAGAIN: nothing was done. */
enum rt_status scn_timeline_undo(struct scn_timeline *timeline) RT_MUST_CHECK;

/* --- branches, numbered from 0 in the order in which they began ---------------------------------------- */

struct scn_branch {
	unsigned parent;    /* its own number: it is the first */
	uint64_t fork;      /* seq of the last event that both have */
	unsigned deeds;     /* things done from outside */
	const char *latest; /* the last of them, as typed; "" */
	uint64_t last;      /* seq of the last event seen */
	rt_time t;          /* when that was */
	unsigned restarts, escalations; /* by then, to compare */
	uint64_t alive;
};
unsigned scn_timeline_branches(const struct scn_timeline *timeline);
unsigned scn_timeline_branch(const struct scn_timeline *timeline); /* where one is */
struct scn_branch scn_timeline_branch_info(const struct scn_timeline *timeline, unsigned branch);
/* What was done on a branch, in order, from 0 on, as typed; null: there is no more. */
const char *scn_timeline_deed(const struct scn_timeline *timeline, unsigned branch, size_t number);
/* To the end of what was seen of another one. */
enum rt_status scn_timeline_switch(struct scn_timeline *timeline, unsigned branch) RT_MUST_CHECK;

/* The present moment in a world of its own, to try what would come; freed by the caller. */
enum rt_status scn_timeline_copy(struct scn_timeline *timeline, struct scn_world **out) RT_MUST_CHECK;

/* The same of the end of what was seen of a branch. */
enum rt_status scn_timeline_copy_end(struct scn_timeline *timeline, unsigned branch,
				     struct scn_world **out) RT_MUST_CHECK;

/* The journal of this branch up to here, by running it once more; judged as it stands. */
enum rt_status scn_timeline_write(struct scn_timeline *timeline, struct scn_sink sink) RT_MUST_CHECK;

#endif
