/* captive.h - the process of an isolated worker, from the inside.  Private to runtime/. */
#ifndef RUNTIME_CAPTIVE_H
#define RUNTIME_CAPTIVE_H

#include <signal.h>
#include <sys/types.h>

#include "isolation.h"
#include "protect.h"
#include "worker.h"

/* What one call is about. */
struct rt_order {
	/* The hook, with `code`; null: the message.  It may have been set after the fork. */
	void (*inside)(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code);
	void *ctx;
	uint64_t code;
	struct rt_msg msg;
	rt_time now;
	uint64_t handled;
};

/* What may be in the way of a process: C name, reason. */
#define RT_HITCH_LIST(X)                                                                                     \
	X(RT_HITCH_NONE, "")                                                                                 \
	X(RT_HITCH_PARENT, "{isolation,parent}")                                                             \
	X(RT_HITCH_FILES, "{isolation,files}")                                                               \
	X(RT_HITCH_DISK, "{isolation,disk}")                                                                 \
	X(RT_HITCH_LIMITS, "{isolation,limits}")
enum rt_hitch {
#define X(name, reason) name,
	RT_HITCH_LIST(X)
#undef X
	RT_HITCHES
};

/* Memory that both see.  The captive may scribble over it as over anything. */
struct rt_captive_note {
	volatile uint32_t lacks; /* 1 << enum rt_lack */
	volatile uint32_t hitch; /* enum rt_hitch */
	volatile uint32_t crashed;
	volatile uint32_t stopped; /* by RT_CAPTIVE_STOP: where it was is noted, and it goes no further */
	struct rt_wreck wreck;
};

#define RT_CAPTIVE_STOP SIGVTALRM

struct rt_captivity {
	struct rt *rt;
	uint32_t slot;
	int channel;
	pid_t parent;
	bool first_thread;
	const char *disk; /* the folder; empty: none */
	struct rt_captive_note *note;
};
/* In the forked child; calls the handlers that it is told to until nobody is there any more. */
void rt_captive_run(const struct rt_captivity *captivity) __attribute__((noreturn));

#endif
