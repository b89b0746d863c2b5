/* calls.h - what came of the requests to supervisors that the plan made. */
#ifndef SCENARIOS_CALLS_H
#define SCENARIOS_CALLS_H

#include "seen.h"

struct scn_calls;

enum rt_status scn_calls_new(struct scn_names *names, struct scn_calls **out) RT_MUST_CHECK;
void scn_calls_free(struct scn_calls *calls); /* null is allowed */
/* Every event that has a text.  RT_ENOMEM: an answer may be missed from now on. */
enum rt_status scn_calls_event(struct scn_calls *calls, const struct scn_seen *seen) RT_MUST_CHECK;
/* Was there an answer to this action of the plan, and was every answer an error?  Then its latest one into
 * `*answer`, and the seq of that. */
bool scn_calls_refused(const struct scn_calls *calls, unsigned index, const char **answer, uint64_t *seq);

#endif
