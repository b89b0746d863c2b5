/* isolate.h - the seam at which the handlers of some workers run elsewhere: `isolation: process`.
 *
 * The runtime hands a call over and virtual time stands still until it is over.  Meanwhile the handler's
 * deeds come back one by one and are done as if a handler of this process had asked; a list of them is the
 * `ext` (const char *) of the event RT_EV_ISOLATED, and what follows from them has that event as its cause.
 * So they are inputs of the run: who has the lists can have the run again without the handlers.  See
 * isolation.h for who really runs them elsewhere.
 */
#ifndef RUNTIME_ISOLATE_H
#define RUNTIME_ISOLATE_H

#include "types.h"

/* One call of an isolated handler, while it lasts. */
struct rt_isolated;

struct rt_isolator {
	void *ctx;
	/* Run it to its end, whatever that is. */
	void (*call)(void *ctx, struct rt_isolated *call);
	/* May be null: this worker has ended; the runtime is freed. */
	void (*end)(void *ctx, rt_id worker);
	void (*close)(void *ctx);
};

/* Copied; null: all handlers run here.  Before the tree starts. */
void rt_isolate(struct rt *rt, const struct rt_isolator *isolator);
bool rt_isolates(const struct rt *rt);

/* Let the call be what this list says.  False: it is no such list; then the worker ended. */
bool rt_isolated_read(struct rt_isolated *call, const char *list);

#endif
