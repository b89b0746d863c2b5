/* witnesses.h - those who look on at a run of this program: the kernel, where it can be had, and always one
 * within, whose counts are the journal's. */
#ifndef SHELL_WITNESSES_H
#define SHELL_WITNESSES_H

#include "probes/witness.h"

#include "code.h"
#include "output.h"

struct sh_witnesses {
	struct prb_witness *kernel; /* null: it cannot be had */
	struct prb_witness *within; /* null: nobody looks on */
	char note[240];             /* why there is none in the kernel */
};

/* Look on from now on; with PRB_REQUIRE the kernel has to.  RT_OK, or why not in `error`. */
enum rt_status sh_witnesses_open(struct sh_witnesses *witnesses, enum prb_mode mode, unsigned views,
				 struct rt *rt, struct rt_error *error) RT_MUST_CHECK;
void sh_witnesses_close(struct sh_witnesses *witnesses); /* before the runtime goes */
/* Fetch what has come; cheap. */
void sh_witnesses_poll(struct sh_witnesses *witnesses);
/* Whom to ask: the kernel if it looks on. */
struct prb_witness *sh_witnesses_best(const struct sh_witnesses *witnesses);
/* Do both say the same?  What differs, or what was lost, goes to `to`, and so does a line if all is well.
 * SH_UNAVAILABLE: there is only one; SH_INTERNAL: they differ. */
enum sh_code sh_witnesses_reconcile(struct sh_witnesses *witnesses, struct sh_text *to);

#endif
