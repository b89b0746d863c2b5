/* names.h - paths of places, remembered: a process that has ended tells nobody any more. */
#ifndef PROBES_NAMES_H
#define PROBES_NAMES_H

#include <stdbool.h>

#include "wire.h"

struct prb_name;
struct prb_names {
	struct prb_name *names; /* by place */
};

void prb_names_fini(struct prb_names *names);
const struct prb_path *prb_names_find(const struct prb_names *names, const struct prb_place_key *at);
/* One that cannot be remembered, for want of memory, has to be found out again. */
void prb_names_add(struct prb_names *names, const struct prb_place_key *at, const struct prb_path *path);

#endif
