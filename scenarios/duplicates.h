/* duplicates.h - keys that stand twice in a mapping. */
#ifndef SCENARIOS_DUPLICATES_H
#define SCENARIOS_DUPLICATES_H

#include "node.h"

/* Complains about each of them, which are counted in *found.  RT_ENOMEM: not all were looked at. */
enum rt_status scn_duplicates_find(const struct scn_node *map, struct scn_diags *diags,
				   size_t *found) RT_MUST_CHECK;

#endif
