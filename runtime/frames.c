/* frames.c - walking the stack with the compiler's own unwinder. */
#include "frames.h"

#include <stddef.h>
#include <unwind.h>

struct walk {
	struct rt_wreck *wreck;
	uintptr_t low, high;
};

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *arg)
{
	struct walk *walk = arg;
	struct rt_wreck *wreck = walk->wreck;
	uintptr_t cfa = _Unwind_GetCFA(context);
	int before = 0;
	uintptr_t ip = _Unwind_GetIPInfo(context, &before);

	if (cfa < walk->low || cfa > walk->high)
		return wreck->n_frames == 0 ? _URC_NO_REASON : _URC_END_OF_STACK;
	if (wreck->n_frames == RT_FRAMES_MAX || ip == 0)
		return _URC_END_OF_STACK;
	/* A return address names the instruction after the call. */
	wreck->frame[wreck->n_frames++] = (void *)(before ? ip : ip - 1);
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

void rt_frames_note(struct rt_wreck *wreck, uintptr_t low, uintptr_t high)
{
	struct walk walk = { wreck, low, high };

	wreck->n_frames = 0;
	_Unwind_Backtrace(note_frame, &walk);
}
