/* fired.h - what events of faults say of them: "crash reason=badarg". */
#ifndef SCENARIOS_FIRED_H
#define SCENARIOS_FIRED_H

#include "inject/inject.h"

struct scn_arena;
struct scn_text;

void scn_fired_add(struct scn_text *text, const struct inj_action *action);
/* Of each of these actions, in the arena, where the runs of a scenario find it; null of one whose text is too
 * long for a history.  Null: no memory. */
const char **scn_fired_texts(struct scn_arena *arena, const struct inj_action *actions, size_t count);

#endif
