/* said.h - a scenario as a journal's header has it.  All runs of a scenario begin with the same text, and in
 * a short run it is half of what there is to write, so the first run leaves it to the others. */
#ifndef SCENARIOS_SAID_H
#define SCENARIOS_SAID_H

#include "scenario.h"

/* Longer ones are written anew each time, in pieces: they take as much memory as their tree. */
#define SCN_SAID_MAX ((size_t)1024 * 1024)

struct scn_said; /* where the text is kept once it is there; several threads may run the scenario */

struct scn_said *scn_said_new(struct scn_arena *arena); /* null: no memory */
void scn_said_fini(struct scn_said *said);              /* null is allowed */

/* All of it to `sink`. */
enum rt_status scn_said_give(const struct scn_scenario *scenario, struct scn_sink sink) RT_MUST_CHECK;

#endif
