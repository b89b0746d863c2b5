/* fault_harm.c - faults that really happen: the deed is done in the worker's own place, as if its code had
 * done it, and what comes of it is the containment's to say.
 *
 * Where the runtime is not protected (runtime/guard.h) the worker ends with the reason that containment would
 * have found, so that a journal does not tell the difference.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* --- in a process of the worker's own --------------------------------------------------------------------
 */

/* Its current directory is its disk. */
static void fill_disk(struct rt_self *self)
{
	static const char block[4096];
	char reason[64] = "{error,";
	int fd = open("full", O_WRONLY | O_CREAT | O_APPEND, 0600);

	while (fd >= 0 && write(fd, block, sizeof(block)) > 0)
		continue;
	const char *name = strerrorname_np(errno);
	size_t length = strlen(reason);

	for (; name != NULL && *name != '\0' && length < sizeof(reason) - 2; name++)
		reason[length++] = (char)tolower((unsigned char)*name);
	reason[length] = '}';
	reason[length + 1] = '\0';
	rt_self_exit(self, rt_self_atom(self, reason));
}

/* Of this process and no other: it was forked for one worker. */
static struct {
	int *fd;
	size_t count, capacity;
} taken;

static void take_descriptors(void)
{
	int fd;

	while ((fd = dup(STDERR_FILENO)) >= 0) {
		if (taken.count == taken.capacity) {
			size_t capacity = taken.capacity == 0 ? 64 : 2 * taken.capacity;
			int *more = realloc(taken.fd, capacity * sizeof(*more));

			if (more == NULL) {
				close(fd);
				break;
			}
			taken.fd = more;
			taken.capacity = capacity;
		}
		taken.fd[taken.count++] = fd;
	}
}

static void return_descriptors(void)
{
	while (taken.count > 0)
		close(taken.fd[--taken.count]);
}

/* --- which it is -----------------------------------------------------------------------------------------
 */

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
};

/* The first parameter, or, of a full disk, whether there is one. */
static uint64_t operand(uint64_t code)
{
	return code >> HARM_BITS;
}

static void corrupt(struct rt_self *self, uint8_t *state, size_t size)
{
	for (size_t i = 0; i < size; i++)
		state[i] = (uint8_t)rt_self_random(self, 256);
}

static void crash(struct rt *rt, struct rt_self *self, const struct harm *harm)
{
	if (rt_protected(rt))
		harm->really(self);
	else
		rt_self_exit(self, rt_self_atom(self, rt_fate_reason(harm->fate)));
}

void inj_harm(struct rt *rt, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	enum inj_harm harm = code & ((1u << HARM_BITS) - 1);

	switch (harm) {
	case INJ_HARM_LEAK:
		(void)rt_self_alloc(self, operand(code));
		break;
	case INJ_HARM_CORRUPT_STATE:
		corrupt(self, state, size);
		break;
	case INJ_HARM_DISK_FULL:
		if (operand(code) != 0)
			fill_disk(self);
		else
			rt_self_exit(self, rt_self_atom(self, "{error,enospc}"));
		break;
	case INJ_HARM_FD_EXHAUST:
		take_descriptors();
		break;
	case INJ_HARM_FD_RETURN:
		return_descriptors();
		break;
	default:
		crash(rt, self, &harms[harm]);
		break;
	}
}

bool inj_harm_fire(const struct inj_firing *firing)
{
	uint64_t code = firing->fault->harm;
	struct rt_actor_info info;

	/* Who is about to end takes nothing up any more, and one harm at a time is enough. */
	if (rt_actor(firing->rt, firing->actor, &info) != RT_OK || info.life == RT_STOPPING || info.inside)
		return false;
	if (firing->fault->harm == INJ_HARM_DISK_FULL && info.disk == 0)
		return false;
	if (firing->fault->harm == INJ_HARM_DISK_FULL)
		code |= (uint64_t)info.isolated << HARM_BITS;
	else if (firing->params[0].number > 0)
		code |= (uint64_t)firing->params[0].number << HARM_BITS;
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_inside(firing->rt, firing->actor, code));
}

static void do_elsewhere(const struct inj_firing *firing, rt_id actor, enum inj_harm harm)
{
	struct rt_actor_info info;

	if (rt_actor(firing->rt, actor, &info) == RT_OK && info.isolated)
		(void)inj_firing_done(firing, rt_inside(firing->rt, actor, harm));
}

/* Who has a process of its own really has none left; what comes after it at this path is refused them. */
bool inj_fd_exhaust_fire(const struct inj_firing *firing)
{
	if (!inj_last_fire(firing))
		return false;
	do_elsewhere(firing, firing->actor, INJ_HARM_FD_EXHAUST);
	return true;
}

void inj_fd_exhaust_heal(const struct inj_firing *firing)
{
	do_elsewhere(firing, rt_path_actor(firing->rt, firing->place), INJ_HARM_FD_RETURN);
}
