/* param.h - parameters of behaviours by their rows (runtime/worker.h): from text, and to it. */
#ifndef SCENARIOS_PARAM_H
#define SCENARIOS_PARAM_H

#include "scenario.h"

/* How many a behaviour has. */
unsigned scn_param_count(const struct rt_behaviour *behaviour);
/* Number of the one of this name; -1: there is none. */
int scn_param_find(const struct rt_behaviour *behaviour, const char *name);
/* The first one that has to be given; null: none has to. */
const struct rt_param *scn_param_needed(const struct rt_behaviour *behaviour);
/* False if that is no such value; the text of a path is not looked at, and is kept. */
bool scn_param_parse(const struct rt_param *param, const char *text, struct rt_setting *out);

#endif
