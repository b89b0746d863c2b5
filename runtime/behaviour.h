/* behaviour.h - the built-in behaviours: a row of the list below and a file of its own each. */
#ifndef RUNTIME_BEHAVIOUR_H
#define RUNTIME_BEHAVIOUR_H

#include "worker.h"

#define RT_BEHAVIOUR_LIST(X) X(server)

#define X(name) extern const struct rt_behaviour rt_behaviour_##name;
RT_BEHAVIOUR_LIST(X)
#undef X

/* A parameter's value as a policy keeps it. */
struct rt_param_value {
	int64_t number;
	rt_atom path;   /* of a path: its text */
	rt_place place; /* once somebody was there */
};
unsigned rt_behaviour_params(const struct rt_behaviour *behaviour); /* how many it has */

#endif
