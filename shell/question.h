/* question.h - which event somebody means who asks `why`. */
#ifndef SHELL_QUESTION_H
#define SHELL_QUESTION_H

#include "scenarios/scenario.h"

#include "code.h"
#include "output.h"

/* `word` is a path, or the number of an event; null: what the verdict is about, or the latest event, the
 * final stop left out.  SH_OK with `*seq` 0: nothing happened to that path.  SH_USAGE: there is no such
 * event; then and without a seq `none` says so. */
enum sh_code sh_question_event(const struct scn_world *world, const char *word, uint64_t *seq,
			       struct sh_text *none);

#endif
