/* fit.h - does an action go with whom it is aimed at?  A file is asked that of its tree, the prompt of the
 * one that runs. */
#ifndef SCENARIOS_FIT_H
#define SCENARIOS_FIT_H

#include "scenario.h"

/* The value of a parameter, or null where it was not given. */
const struct inj_value *scn_fit_param(const struct inj_action *action, const char *name);
/* The behaviour of a child that somebody asks for; null: nobody does, or it is left to the supervisor. */
const struct rt_behaviour *scn_fit_behaviour(const struct inj_action *action);
/* The parameter without which that behaviour is nothing; null: there is none. */
const struct rt_param *scn_fit_needed(const struct inj_action *action);
#define SCN_FIT_NEEDED "a '%s' worker needs `%s`, and start_child has no way to say it"
/* What is wrong with asking this of a pool, or of another supervisor; `*key` is to blame, null: none.  Null:
 * nothing. */
const char *scn_fit_pool(const struct inj_action *action, bool pool, const char **key);

#endif
