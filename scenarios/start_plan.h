/* start_plan.h - how a worker starts and how it stops, in words: `ok,fail:nope*2,ok` and `delay:250ms`. */
#ifndef SCENARIOS_START_PLAN_H
#define SCENARIOS_START_PLAN_H

#include "arena.h"
#include "runtime/types.h"
#include "text.h"

/* How many items the list has. */
size_t scn_starts_count(const char *text);
/* Those items into `items`; reasons come from the arena.  Null, or what is wrong; *no_memory if it is that.
 */
const char *scn_starts_parse(const char *text, struct scn_arena *arena, struct rt_start_item *items,
			     bool *no_memory);
void scn_starts_write(const struct rt_start_item *items, size_t count, struct scn_text *out);

/* The stop_* and on_shutdown of `child`.  Null, or what is wrong. */
const char *scn_on_shutdown_parse(const char *text, struct rt_child *child);
void scn_on_shutdown_write(const struct rt_child *child, struct scn_text *out);

#endif
