/* work.h - what a run's work came to, from the accounts that the runtime keeps. */
#ifndef SCENARIOS_WORK_H
#define SCENARIOS_WORK_H

#include "scenario.h"

struct scn_world;

/* What the services at and below a place came to: the place's own account if anything was asked of it
 * itself, else the sum of those below it.  0: all services that were asked from outside.  `*latency` is that
 * of `ppb` of 1,000,000,000 of the answers, -1 if there were none; may be null.  `out->path` is not set.
 * RT_ESTATE:
 * `*stop` (may be null) became non-zero. */
enum rt_status scn_work_sum(const struct rt *rt, rt_place place, uint32_t ppb, const volatile int *stop,
			    struct scn_work *out, rt_time *latency) RT_MUST_CHECK;

/* What a probe about work gives for a place, which may be 0.  Where it gives nothing `*none` says why. */
enum rt_status scn_work_value(const struct rt *rt, rt_place place, const struct scn_probe *probe,
			      const volatile int *stop, int64_t *value, const char **none) RT_MUST_CHECK;

/* As it stands when a run is judged. */
struct scn_works {
	struct scn_work sum;
	struct scn_work *item;
	size_t count, size;
	bool kept;
	struct scn_downtime downtime;
};
enum rt_status scn_works_keep(struct scn_world *world) RT_MUST_CHECK;
void scn_works_fini(struct scn_works *works);

/* Do the accounts add up?  If not, `buf` says what does not. */
bool scn_work_balanced(const struct rt *rt, char *buf, size_t size);

#endif
