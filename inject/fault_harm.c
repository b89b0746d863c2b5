/* fault_harm.c - faults that really happen: the deed is done in the worker's own place, as if its code had
 * done it, and what comes of it is the containment's to say.
 *
 * Where the runtime is not protected (runtime/guard.h) the worker ends with the reason that containment would
 * have found, so that a journal does not tell the difference.
 */
#include <signal.h>
#include <stdlib.h>

#include "runtime/hooks.h"
#include "runtime/protect.h"

#include "fault.h"

/* Which harm is the row's business; the rest of the code is the first parameter. */
#define HARM_BITS 8

/* Sanitizers would report what is meant to happen. */
#define REALLY __attribute__((noinline, no_sanitize("undefined", "address")))

static volatile int zero;
static int *volatile nowhere;

static REALLY void segv(struct rt_self *self)
{
	(void)self;
	*nowhere = 1;
}

static REALLY void bus(struct rt_self *self)
{
	(void)self;
	raise(SIGBUS);
}

static REALLY void fpe(struct rt_self *self)
{
	(void)self;
	zero = (zero + 5) / zero;
}

static REALLY void ill(struct rt_self *self)
{
	(void)self;
	__builtin_trap();
}

static REALLY void abort_now(struct rt_self *self)
{
	(void)self;
	abort();
}

static REALLY int deeper(volatile char *above)
{
	volatile char here[256];

	here[0] = above[0];
	if (zero == 0)
		here[1] = (char)deeper(here);
	return here[0] + here[1];
}

static REALLY void overflow(struct rt_self *self)
{
	volatile char top = 0;

	(void)self;
	top = (char)deeper(&top);
}

static REALLY void busy_loop(struct rt_self *self)
{
	rt_self_limit(self, 20 * RT_MS);
	while (zero == 0)
		continue;
}

static const struct harm {
	void (*really)(struct rt_self *self);
	enum rt_fate fate; /* where nobody could contain it */
} harms[] = {
	[INJ_HARM_SEGV] = { segv, RT_FATE_SEGV },
	[INJ_HARM_BUS] = { bus, RT_FATE_BUS },
	[INJ_HARM_FPE] = { fpe, RT_FATE_FPE },
	[INJ_HARM_ILL] = { ill, RT_FATE_ILL },
	[INJ_HARM_ABORT] = { abort_now, RT_FATE_ABORT },
	[INJ_HARM_STACK_OVERFLOW] = { overflow, RT_FATE_STACK },
	[INJ_HARM_BUSY_LOOP] = { busy_loop, RT_FATE_RUNAWAY },
	[INJ_HARM_LEAK] = { NULL, RT_FATE_RETURNED },
	[INJ_HARM_CORRUPT_STATE] = { NULL, RT_FATE_RETURNED },
};

static void corrupt(struct rt_self *self, uint8_t *state, size_t size)
{
	for (size_t i = 0; i < size; i++)
		state[i] = (uint8_t)rt_self_random(self, 256);
}

void inj_harm(struct rt *rt, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	enum inj_harm harm = code & ((1u << HARM_BITS) - 1);

	if (harm == INJ_HARM_LEAK)
		(void)rt_self_alloc(self, code >> HARM_BITS);
	else if (harm == INJ_HARM_CORRUPT_STATE)
		corrupt(self, state, size);
	else if (rt_protected(rt))
		harms[harm].really(self);
	else
		rt_self_exit(self, rt_self_atom(self, rt_fate_reason(harms[harm].fate)));
}

bool inj_harm_fire(const struct inj_firing *firing)
{
	uint64_t code = firing->fault->harm;
	struct rt_actor_info info;

	/* Who is about to end takes nothing up any more, and one harm at a time is enough. */
	if (rt_actor(firing->rt, firing->actor, &info) != RT_OK || info.life == RT_STOPPING || info.inside)
		return false;
	if (firing->params[0].number > 0)
		code |= (uint64_t)firing->params[0].number << HARM_BITS;
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_inside(firing->rt, firing->actor, code));
}
