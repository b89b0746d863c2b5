/* place.h - paths of the tree.  A place is a name below another place; it outlives the actors that run there.
 *
 * Places of the static tree stay for the whole run, so their count of starts does too.  Places of dynamic
 * children go when the last record and process there are gone, unless they have a start plan to remember.
 */
#ifndef RUNTIME_PLACE_H
#define RUNTIME_PLACE_H

#include "table.h"

struct rt_place_entry {
	uint32_t next; /* in its hash bucket */
	uint32_t parent;
	rt_atom name;
	uint32_t refs : 31; /* records, processes, places below */
	uint32_t pinned : 1;
	uint32_t starts; /* processes that began here */
	uint32_t calls;  /* of the start function */
	uint32_t record; /* the latest record for this place */
	uint32_t actor;  /* slot of the latest live process; older ones are linked behind it */
};

struct rt_places {
	struct rt_slab entries;
	struct rt_table table;
};

static inline struct rt_place_entry *rt_place_at(const struct rt_places *places, rt_place place)
{
	return (struct rt_place_entry *)places->entries.base + place;
}

/* Find, 0 if there is none; find or make, 0 without memory.  The caller takes a reference.  `before`: the
 * child before this one, or 0; children were mostly made one after the other, and then this is quick. */
rt_place rt_place_lookup(const struct rt *rt, rt_place parent, rt_atom name);
rt_place rt_place_make(struct rt *rt, rt_place parent, rt_atom name, rt_place before);
/* Core.h has rt_place_ref() and rt_place_unref(); this is the end of the last reference. */
void rt_place_drop(struct rt *rt, rt_place place);
/* Levels from the root down to this place, both included. */
unsigned rt_place_depth(const struct rt *rt, rt_place place);

#endif
