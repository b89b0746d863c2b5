/* witnesses.h - those who look on at a run of this program: the kernel, where it can be had, and always one
 * within, whose counts are the journal's.
 *
 * The one in the kernel looks at the process, and takes a while to come and go; the one within looks at one
 * runtime.  So the first is opened once, and the second for each run.  The first only counts; single events,
 * and so restart hotspots, are told by the second, which misses none.
 */
#ifndef SHELL_WITNESSES_H
#define SHELL_WITNESSES_H

#include "probes/witness.h"

#include "code.h"
#include "output.h"

struct sh_witnesses {
	bool on;
	struct prb_witness *kernel; /* null: it cannot be had */
	struct prb_witness *within; /* null: there is no run */
	char note[240];             /* why there is none in the kernel */
};

/* Be ready to look on; with PRB_REQUIRE the kernel has to.  RT_OK, or why not in `error`. */
enum rt_status sh_witnesses_open(struct sh_witnesses *witnesses, enum prb_mode mode, unsigned views,
				 struct rt_error *error) RT_MUST_CHECK;
void sh_witnesses_close(struct sh_witnesses *witnesses);
/* Look on at this runtime from now on, and forget all that was seen before.  Nothing while they are not on.
 */
enum rt_status sh_witnesses_watch(struct sh_witnesses *witnesses, struct rt *rt) RT_MUST_CHECK;
void sh_witnesses_leave(struct sh_witnesses *witnesses); /* before the runtime goes */
/* Fetch what has come; cheap. */
void sh_witnesses_poll(struct sh_witnesses *witnesses);
/* What became of the one in the kernel since this was last asked (prb_witness_news); null: nothing. */
const char *sh_witnesses_news(struct sh_witnesses *witnesses);
/* Whom to ask: the kernel if it looks on. */
struct prb_witness *sh_witnesses_best(const struct sh_witnesses *witnesses);
/* Do both say the same?  What differs, or what was lost, goes to `to`, and so does a line if all is well.
 * SH_UNAVAILABLE: there is only one; SH_INTERNAL: they differ. */
enum sh_code sh_witnesses_reconcile(struct sh_witnesses *witnesses, struct sh_text *to);

#endif
