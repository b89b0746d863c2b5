/* invariants.h - what holds in any run of any tree, checked event by event.
 *
 * Attached to a runtime it sees all events and keeps its own small account of who lives below whom.  A breach
 * ends the test with a message.  It assumes that whoever acts on the runtime from outside first emits an
 * event of his own and makes that the cause.
 */
#ifndef TESTS_SUPPORT_INVARIANTS_H
#define TESTS_SUPPORT_INVARIANTS_H

#include "runtime/observe.h"

struct invariants;

/* `memory_fails`: allocations may fail, so a supervisor may end at once and leave its children alone. */
struct invariants *invariants_new(struct rt *rt, bool memory_fails);
void invariants_free(struct invariants *inv);

/* What can only be seen when all is quiet: count_children against which_children, nobody restarting. */
void invariants_at_rest(const struct invariants *inv);
/* When nobody is left: every start had its exit. */
void invariants_at_end(const struct invariants *inv);

/* Mixes all events, so that runs can be compared. */
uint64_t invariants_hash(const struct invariants *inv);
/* How often each kind was seen, to know that a run did something. */
uint64_t invariants_seen(const struct invariants *inv, unsigned kind);

#endif
