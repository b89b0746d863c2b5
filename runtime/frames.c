/* frames.c - walking the stack with the compiler's own unwinder. */
#include "frames.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

/* Frames that are not the handler's come first, but there are only a few. */
#define STEPS_MAX (2 * RT_FRAMES_MAX)

struct state {
	struct rt_walk *walk;
	struct rt_wreck *wreck; /* the same as far as it goes */
	uintptr_t low, high;
	unsigned steps;
	bool within; /* the handler's frames have begun */
};

static void add(struct state *state, uintptr_t cfa, void *frame)
{
	struct rt_walk *walk = state->walk;

	walk->slot[walk->n] = (const uintptr_t *)cfa - 1;
	walk->frame[walk->n] = state->wreck->frame[walk->n] = frame;
	state->wreck->n_frames = ++walk->n;
}

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *arg)
{
	struct state *state = arg;
	uintptr_t cfa = _Unwind_GetCFA(context);
	int before = 0;
	uintptr_t ip = _Unwind_GetIPInfo(context, &before);

	if (++state->steps > STEPS_MAX)
		return _URC_END_OF_STACK;
	if (cfa < state->low || cfa > state->high)
		return state->within ? _URC_END_OF_STACK : _URC_NO_REASON;
	state->within = true;
	if (state->walk->n == RT_FRAMES_MAX || ip == 0)
		return _URC_END_OF_STACK;
	/* A return address names the instruction after the call. */
	add(state, cfa, (void *)(before ? ip : ip - 1));
	return _URC_NO_REASON;
}

static _Unwind_Reason_Code ignore_frame(struct _Unwind_Context *context, void *arg)
{
	(void)context, (void)arg;
	return _URC_END_OF_STACK;
}

/* Where the processor could not tell (SI_KERNEL), or nobody looked (a signal that was sent), there is none.
 */
void rt_frames_signal(struct rt_wreck *wreck, const siginfo_t *info)
{
	bool memory = info->si_signo == SIGSEGV || info->si_signo == SIGBUS;

	wreck->signal = info->si_signo;
	wreck->addressed = memory && info->si_code > 0 && info->si_code != SI_KERNEL;
	wreck->address = wreck->addressed ? (uintptr_t)info->si_addr : 0;
}

void rt_frames_prepare(void)
{
	_Unwind_Backtrace(ignore_frame, NULL);
}

#if defined(__x86_64__)
/* Where the signal came, on machines on which a return address lies right below the frame that it leads to.
 */
static bool begin(struct rt_walk *walk, const ucontext_t *context)
{
	walk->ip = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
	walk->sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
	walk->bp = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
	walk->n = 0;
	return true;
}

/* If it called something that is no code: the unwinder reads the code where it stands, so it has to stand
 * where the call was.  Nothing has happened since. */
static void walk_stack(struct state *state, ucontext_t *context)
{
	greg_t *ip = &context->uc_mcontext.gregs[REG_RIP], *sp = &context->uc_mcontext.gregs[REG_RSP];
	const greg_t ip_before = *ip, sp_before = *sp;
	uintptr_t back, at = (uintptr_t)*sp;

	if (state->wreck->addressed && (uintptr_t)*ip == state->wreck->address && at >= state->low &&
	    at <= state->high - sizeof(back)) {
		memcpy(&back, (const void *)at, sizeof(back));
		add(state, at, (void *)*ip);
		*ip = (greg_t)(back - 1);
		*sp += (greg_t)sizeof(back);
	}
	_Unwind_Backtrace(note_frame, state);
	*ip = ip_before;
	*sp = sp_before;
}
#else
static bool begin(struct rt_walk *walk, const ucontext_t *context)
{
	(void)context;
	walk->ip = walk->sp = walk->bp = 0;
	walk->n = 0;
	return false;
}

static void walk_stack(struct state *state, ucontext_t *context)
{
	(void)context;
	_Unwind_Backtrace(note_frame, state);
}
#endif

/* The same place, the same depth, and each return leads where it led then: these are the same frames. */
static bool same(const struct rt_walk *old, const struct rt_walk *now)
{
	if (old->n == 0 || old->ip != now->ip || old->sp != now->sp || old->bp != now->bp)
		return false;
	for (unsigned i = 1; i < old->n; i++)
		if (*old->slot[i] != (uintptr_t)old->frame[i] + 1)
			return false;
	return true;
}

void rt_frames_note(struct rt_wreck *wreck, void *context, uintptr_t low, uintptr_t high,
		    struct rt_walks *walks)
{
	struct rt_walk now, *old = NULL;
	struct state state = { .walk = &now, .wreck = wreck, .low = low, .high = high };

	wreck->n_frames = 0;
	if (begin(&now, context) && walks != NULL)
		old = &walks->walk[(now.ip ^ now.ip >> 6) % RT_WALKS];
	if (old != NULL && same(old, &now)) {
		wreck->n_frames = old->n;
		memcpy(wreck->frame, old->frame, old->n * sizeof(old->frame[0]));
		return;
	}
	walk_stack(&state, context);
	if (old != NULL)
		*old = now;
}
