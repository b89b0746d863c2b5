/* frames.c - walking the stack with the compiler's own unwinder. */
#include "frames.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

struct state {
	struct rt_walk *walk;
	uintptr_t low, high;
};

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *arg)
{
	struct state *state = arg;
	struct rt_walk *walk = state->walk;
	uintptr_t cfa = _Unwind_GetCFA(context);
	int before = 0;
	uintptr_t ip = _Unwind_GetIPInfo(context, &before);

	if (cfa < state->low || cfa > state->high)
		return walk->n == 0 ? _URC_NO_REASON : _URC_END_OF_STACK;
	if (walk->n == RT_FRAMES_MAX || ip == 0)
		return _URC_END_OF_STACK;
	walk->slot[walk->n] = (const uintptr_t *)cfa - 1;
	/* A return address names the instruction after the call. */
	walk->frame[walk->n++] = (void *)(before ? ip : ip - 1);
	return _URC_NO_REASON;
}

static _Unwind_Reason_Code ignore_frame(struct _Unwind_Context *context, void *arg)
{
	(void)context, (void)arg;
	return _URC_END_OF_STACK;
}

void rt_frames_prepare(void)
{
	_Unwind_Backtrace(ignore_frame, NULL);
}

/* Where the signal came, on machines on which a return address lies right below the frame that it leads to.
 */
static bool begin(struct rt_walk *walk, const void *context)
{
#if defined(__x86_64__)
	const ucontext_t *before = context;

	walk->ip = (uintptr_t)before->uc_mcontext.gregs[REG_RIP];
	walk->sp = (uintptr_t)before->uc_mcontext.gregs[REG_RSP];
	walk->bp = (uintptr_t)before->uc_mcontext.gregs[REG_RBP];
	walk->n = 0;
	return true;
#else
	(void)context;
	walk->ip = walk->sp = walk->bp = 0;
	walk->n = 0;
	return false;
#endif
}

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

void rt_frames_note(struct rt_wreck *wreck, const void *context, uintptr_t low, uintptr_t high,
		    struct rt_walks *walks)
{
	struct rt_walk now, *walk = &now;
	struct state state = { &now, low, high };

	if (begin(&now, context) && walks != NULL) {
		walk = &walks->walk[(now.ip ^ now.ip >> 6) % RT_WALKS];
		if (!same(walk, &now)) {
			_Unwind_Backtrace(note_frame, &state);
			*walk = now;
		}
	} else {
		_Unwind_Backtrace(note_frame, &state);
	}
	wreck->n_frames = walk->n;
	memcpy(wreck->frame, walk->frame, walk->n * sizeof(walk->frame[0]));
}
