/* usdt.c - the probe points themselves; the one file that knows sys/sdt.h.
 *
 * On x86-64 a site is a five-byte nop: kernels of today replace it by a call that does not trap, which is
 * half as expensive as the one-byte nop that sys/sdt.h would place.  A call writes below the stack pointer,
 * where a function that calls nobody may keep its variables; so this file is compiled without a red zone
 * (Makefile), and all sites are in functions of their own, here, and stay there.
 */
#include "usdt.h"

#include "config.h"
#include "core.h"

#if TREEFALL_HAVE_SDT
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>
#if defined(__x86_64__)
#undef _SDT_NOP
#define _SDT_NOP .nops 5
#endif
#define SITE(n, name, ...) STAP_PROBE##n(treefall, name, __VA_ARGS__)
#else
#define SITE(n, name, ...) unused(0, __VA_ARGS__)
static void unused(int none, ...)
{
	(void)none;
}
#endif

#define ALONE __attribute__((noinline, used))

/* From here on it is in a register, where the kernel has it at hand; out of memory it would be fetched, at
 * each hit, by whoever looks. */
#define HOLD(variable) __asm__("" : "+r"(variable))

#define X(name, help, args)                                                                                  \
	volatile unsigned short treefall_##name##_semaphore __attribute__((section(".probes")));
RT_USDT_LIST(X)
#undef X

const struct rt_usdt_row rt_usdt_rows[RT_USDT_COUNT] = {
#define X(name, help, args) { #name, help, args },
	RT_USDT_LIST(X)
#undef X
};

bool rt_usdt_built(void)
{
	return TREEFALL_HAVE_SDT;
}

__attribute__((used)) _Thread_local struct rt_current treefall_current;

uint64_t rt_usdt_run(const struct rt *rt)
{
	static _Atomic uint64_t made; /* what no run ever sees */

	return (uint64_t)(uintptr_t)rt | (made++ & 4095);
}

__attribute__((used)) const struct rt_layout treefall_layout = {
	.version = RT_LAYOUT_VERSION,
	.places = offsetof(struct rt, places.entries.base),
	.place_size = sizeof(struct rt_place_entry),
	.place_parent = offsetof(struct rt_place_entry, parent),
	.place_name = offsetof(struct rt_place_entry, name),
	.atoms = offsetof(struct rt, atoms.entries.base),
	.atom_size = sizeof(struct rt_atom_entry),
	.atom_text = offsetof(struct rt_atom_entry, text),
	.texts = offsetof(struct rt, atoms.text),
};

/* Where both are, in a note beside those of the points: strip(1) leaves notes alone, and takes symbols.  The
 * owner's name in nine bytes; the address of the one, and where the other lies in its thread's data. */
#if defined(__x86_64__)
__asm__(".pushsection .note.treefall, \"\", \"note\"\n"
	".balign 4\n"
	".4byte 9, 16, 1\n"
	".asciz \"treefall\"\n"
	".balign 4\n"
	".8byte treefall_layout\n"
	".8byte treefall_current@dtpoff\n"
	".popsection\n");
#endif

/* Longer paths are cut: their end says more than their beginning. */
#define PATH_MAX_SHOWN 4096

static const char *path_of(const struct rt *rt, rt_place place, char buf[PATH_MAX_SHOWN])
{
	if (place == 0)
		return "";
	rt_path_text(rt, place, buf, PATH_MAX_SHOWN);
	return buf;
}

static void actor_start(const struct rt *rt, const struct rt_event *event)
{
	uint64_t actor = event->actor, run = rt->run;
	uint32_t incarnation = event->incarnation, type = event->type;
	rt_time t = event->t;
	char path[PATH_MAX_SHOWN];

	HOLD(actor);
	HOLD(run);
	HOLD(incarnation);
	HOLD(type);
	HOLD(t);
	SITE(7, actor_start, path_of(rt, event->place, path), actor, event->place, incarnation, type, t, run);
}

static void actor_exit(const struct rt *rt, const struct rt_event *event)
{
	uint64_t actor = event->actor;
	uint32_t incarnation = event->incarnation;
	rt_time t = event->t;
	char path[PATH_MAX_SHOWN], number[RT_ATOM_BUF];

	HOLD(actor);
	HOLD(incarnation);
	HOLD(t);
	SITE(6, actor_exit, path_of(rt, event->place, path), actor, event->place, incarnation,
	     rt_atom_text(rt, event->reason, number), t);
}

static void restart(const struct rt *rt, const struct rt_event *event)
{
	uint32_t restarts = event->a, intensity = event->b;
	rt_time t = event->t;
	char path[PATH_MAX_SHOWN], supervisor[PATH_MAX_SHOWN];

	HOLD(restarts);
	HOLD(intensity);
	HOLD(t);
	SITE(6, restart, path_of(rt, event->place, path), event->place, path_of(rt, event->other, supervisor),
	     restarts, intensity, t);
}

static void give_up(const struct rt *rt, const struct rt_event *event)
{
	uint32_t restarts = event->a, intensity = event->b;
	rt_time t = event->t;
	char path[PATH_MAX_SHOWN];

	HOLD(restarts);
	HOLD(intensity);
	HOLD(t);
	SITE(5, give_up, path_of(rt, event->place, path), event->place, restarts, intensity, t);
}

/* A run without a name is not seen: nothing of it leaves the functions below. */
ALONE void rt_usdt_event(const struct rt *rt, const struct rt_event *event)
{
	if (rt->run == 0)
		return;
	switch (event->kind) {
	case RT_EV_START:
		actor_start(rt, event);
		break;
	case RT_EV_EXIT:
		actor_exit(rt, event);
		break;
	case RT_EV_RESTART:
		restart(rt, event);
		break;
	case RT_EV_GIVE_UP:
		give_up(rt, event);
		break;
	}
}

ALONE void rt_usdt_message_send(const struct rt *rt, uint32_t mail, rt_id to, rt_id from, uint32_t tag)
{
	uint64_t run = rt->run;

	HOLD(run);
	if (run != 0)
		SITE(5, message_send, run, mail, to, from, tag);
}

ALONE void rt_usdt_dispatch_begin(const struct rt *rt, uint32_t mail, rt_id actor, rt_place place,
				  uint32_t waiting)
{
	uint64_t run = rt->run;

	HOLD(run);
	if (run != 0)
		SITE(5, dispatch_begin, run, mail, actor, place, waiting);
}

ALONE void rt_usdt_dispatch_end(const struct rt *rt, rt_id actor, rt_place place)
{
	uint64_t run = rt->run;

	HOLD(run);
	if (run != 0)
		SITE(3, dispatch_end, run, actor, place);
}

ALONE void rt_usdt_mailbox_full(const struct rt *rt, rt_id actor, rt_place place, uint32_t waiting)
{
	uint64_t run = rt->run;

	HOLD(run);
	if (run != 0)
		SITE(4, mailbox_full, run, actor, place, waiting);
}

ALONE void rt_usdt_fault_fired(const struct rt *rt, rt_place place, const char *fault, uint64_t seq)
{
	char path[PATH_MAX_SHOWN];

	if (rt->run != 0)
		SITE(5, fault_fired, path_of(rt, place, path), fault, place, seq, rt_now(rt));
}
