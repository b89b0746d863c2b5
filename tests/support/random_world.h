/* random_world.h - a random tree and random things done to it, one at a time, all from one seed. */
#ifndef TESTS_SUPPORT_RANDOM_WORLD_H
#define TESTS_SUPPORT_RANDOM_WORLD_H

#include "invariants.h"

#include "runtime/runtime.h"

struct random_world;

/* `memory_fails`: now and then an allocation fails. */
struct random_world *random_world_new(uint64_t seed, bool memory_fails);
/* Nobody has a say in messages any more, so they take the short way; or the long one, with nobody on it. */
void random_world_leave_messages_alone(struct random_world *w, bool long_way);
/* Do the next thing. */
void random_world_act(struct random_world *w);
/* Walking through it with and without what its actors are like shows the same. */
void random_world_look(struct random_world *w);
/* End the tree and everything else, and check that nothing is left. */
void random_world_end(struct random_world *w);
/* Of all events, and of the state. */
uint64_t random_world_hash(const struct random_world *w);
uint64_t random_world_seen(const struct random_world *w, unsigned kind);
void random_world_free(struct random_world *w);

#endif
