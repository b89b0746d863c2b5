/* worker_text.h - what a worker does, and where, as words within a line: `server retries=2 isolation=none*`.
 */
#ifndef SHELL_WORKER_TEXT_H
#define SHELL_WORKER_TEXT_H

#include "output.h"

/* What there is to say of the worker at `path` that a plain server without limits is not; nothing of one of
 * these.  `name` is the behaviour of a worker that the scenario does not have; null: not known. */
void sh_worker_brief(struct sh_output *out, const struct scn_scenario *scenario, const char *path,
		     const char *name);
/* Everything, each as KEY=VALUE, with a star behind what nobody has said. */
void sh_worker_whole(struct sh_output *out, const struct scn_scenario *scenario, const char *path,
		     const char *name);

#endif
