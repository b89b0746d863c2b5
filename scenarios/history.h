/* history.h - what of a run is remembered for those who ask later.
 *
 * A ring of records of one size; texts are numbers of the names.  When it is full the oldest go.
 */
#ifndef SCENARIOS_HISTORY_H
#define SCENARIOS_HISTORY_H

#include "seen.h"

#define SCN_HISTORY_DEFAULT 1000000u
/* Bytes of a text that are kept. */
#define SCN_HISTORY_TEXT_MAX 400u

/* The scenario is borrowed: sentences about restarts want the restart type of a child, those about faults the
 * words of the method. */
enum rt_status scn_history_new(struct scn_names *names, const struct scn_scenario *scenario, size_t max,
			       struct scn_history **out) RT_MUST_CHECK;
/* For another run, as if it were new. */
void scn_history_renew(struct scn_history *history, struct scn_names *names,
		       const struct scn_scenario *scenario, size_t max);
void scn_history_free(struct scn_history *history); /* null is allowed */
enum rt_status scn_history_add(struct scn_history *history, const struct scn_seen *seen) RT_MUST_CHECK;

/* What comes from here on is the final stop: it explains no state that anybody asks about. */
void scn_history_stop(struct scn_history *history);

/* The first request to this service, or to one below it, that ended in one of these ways (a bit for each
 * outcome), of those that are remembered; 0: none.  Those after it may have failed only for the backlog. */
uint64_t scn_history_request(const struct scn_history *history, const char *path, unsigned outcomes);

/* What the public record leaves out: RESTART, GIVE_UP. */
struct scn_flags {
	bool known;
	uint8_t strategy;
	uint32_t period_s;
};
struct scn_flags scn_history_flags(const struct scn_history *history, uint64_t seq);
/* The specification that the scenario has for this path, a template's for its children; null: none. */
const struct rt_child *scn_history_child(const struct scn_history *history, const char *path);

#endif
