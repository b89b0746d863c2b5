/* match.h - what a pattern of a probe matches, looked up once for all probes of one judging. */
#ifndef SCENARIOS_MATCH_H
#define SCENARIOS_MATCH_H

#include "accounts.h"

struct scn_world;

struct scn_match {
	const char *path;
	const struct scn_account *account; /* null: nothing was seen there, or nobody watched */
	bool alive;
	int64_t below; /* live actors there; only where they were counted */
};

/* One pattern's. */
struct scn_matches {
	const struct scn_match *item;
	size_t count;
};

struct scn_matcher;

/* Nothing moves as long as a matcher is used. */
enum rt_status scn_matcher_new(struct scn_matcher **out) RT_MUST_CHECK;
void scn_matcher_free(struct scn_matcher *matcher); /* null is allowed */
/* The paths that match and were seen in this run or stand in the tree; `counted`: with what lives below each.
 * Good until the next call.  RT_ESTATE: somebody wants the run to end. */
enum rt_status scn_matcher_find(struct scn_matcher *matcher, struct scn_world *world, const char *pattern,
				bool counted, struct scn_matches *out) RT_MUST_CHECK;

#endif
