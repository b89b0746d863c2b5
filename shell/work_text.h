/* work_text.h - what a run's work came to, as text: a table, a line, a member of a JSON object. */
#ifndef SHELL_WORK_TEXT_H
#define SHELL_WORK_TEXT_H

#include "scenarios/scenario.h"

#include "output.h"
#include "table.h"

/* Three digits of a duration, `1.23ms`, and a share with three decimals, rounded down: who reads 100% may
 * believe it.  Below 0 they are a dash. */
char *sh_brief_duration(rt_time ns, char buf[INJ_VALUE_BUF]);
char *sh_brief_share(int64_t ppb, char buf[INJ_VALUE_BUF]);

/* The services whose path matches `pattern` (null: all), a row each; below them, where several were asked
 * from outside, the sum of those.  False: nothing was asked of any of them. */
bool sh_work_print(struct sh_output *out, const struct scn_world *world, const char *pattern,
		   enum rt_status *status);

/* `1200 requests: 1180 served, 12 degraded, 8 lost; availability 99.3%, p99 12.3ms, outage 1.2s` without a
 * line end; nothing is added where nothing was asked. */
void sh_work_line(struct sh_text *to, const struct scn_work *work);

/* `,"work":{...},"services":[...]`, all numbers integers; null and [] where nothing was asked. */
enum rt_status sh_work_json(struct sh_text *to, const struct scn_world *world);
/* The object alone; null where nothing was asked. */
void sh_work_object(struct sh_text *to, const struct scn_work *work);

#endif
