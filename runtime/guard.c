/* guard.c - signals, stacks and the watchdog: the one file of the runtime that knows the process.
 *
 * A row of dispatches is armed by a jump buffer; each handler in it runs on a stack of its own.  A signal
 * that comes out of a handler is taken on a third stack, leaves a note about what happened, and jumps back to
 * where the row was armed; the runtime does what follows and begins another.  The watchdog is a timer of the
 * thread's processor time: at each tick it looks whether the same handler still runs.  So a handler that goes
 * well costs the change of stacks and nothing else.
 */
#include "guard.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "core.h"
#include "frames.h"
#include "slow.h"
#include "stack.h"

#define HANDLER_STACK ((size_t)256 * 1024)
#define GUARD_AREA    ((size_t)1024 * 1024) /* one frame can be large, and must not jump over it */
#define SIGNAL_STACK  ((size_t)64 * 1024)
/* Nothing is this near to the signal stack: valgrind takes what is nearer for the same stack, grown. */
#define APART  ((size_t)4 * 1024 * 1024)
#define STACKS (GUARD_AREA + HANDLER_STACK + APART + SIGNAL_STACK + APART)
#define TICK_SIGNAL   SIGVTALRM

static const struct {
	int signal;
	enum rt_fate fate;
} faults[] = {
	{ SIGSEGV, RT_FATE_SEGV }, { SIGBUS, RT_FATE_BUS },   { SIGFPE, RT_FATE_FPE },
	{ SIGILL, RT_FATE_ILL },   { SIGABRT, RT_FATE_ABORT },
};

/* Process-wide: set once, before any thread enters. */
static void (*say_last_words)(int signal);
static unsigned default_ticks;
static bool own_stack; /* handlers run on a stack of their own */

/* What this thread runs now. */
static _Thread_local struct {
	bool entered;
	volatile sig_atomic_t armed;
	volatile sig_atomic_t noting; /* what became of a handler, which may go wrong, too */
	volatile sig_atomic_t masked; /* it changed which signals are blocked */
	sigset_t mask;                /* those that were when the thread entered */
	struct rt *rt;
	void *jump[5];
	uint8_t *stack_low, *stack_top;
	/* Below that there is no more stack. */
	uintptr_t overflow_low, overflow_high;
	uint8_t *stacks; /* guard area, handler stack, nothing, signal stack, nothing */
	timer_t timer;
	uint64_t seen; /* the step that ran at the last tick, and for how many ticks */
	unsigned ticks;
	uint64_t limited; /* the step that has a budget of its own, and how many ticks it is */
	unsigned limit;
	struct rt_wreck wreck;
	struct rt_walks walks;
} guard;

/* --- calling and leaving ------------------------------------------------------------------------------- */

/* A handler's own code runs. */
static inline bool exposed(void)
{
	return guard.armed && guard.rt->exposed && !guard.rt->busy;
}

static __attribute__((noinline)) const struct rt_wreck *call(void *ctx, rt_protected_fn *fn, void *arg)
{
	assert(guard.entered && !guard.armed);
	guard.rt = ctx;
	guard.rt->protector.stack = own_stack ? guard.stack_top : NULL;
	guard.rt->protector.stack_low = (uintptr_t)guard.stack_low;
	if (__builtin_setjmp(guard.jump) == 0) {
		guard.armed = 1;
		fn(arg);
		guard.armed = 0;
		return NULL;
	}
	if (guard.masked) {
		guard.masked = 0;
		pthread_sigmask(SIG_SETMASK, &guard.mask, NULL);
	}
	return &guard.wreck;
}

static __attribute__((noreturn)) void jump_back(void)
{
	guard.rt->exposed = 0;
	guard.armed = 0;
	guard.noting = 0;
	__builtin_longjmp(guard.jump, 1);
}

static __attribute__((noreturn)) void leave(void *ctx, enum rt_fate fate)
{
	(void)ctx;
	assert(exposed());
	guard.wreck.fate = fate;
	guard.wreck.signal = 0;
	guard.wreck.addressed = false;
	guard.wreck.n_frames = 0;
	jump_back();
}

static unsigned ticks_of(rt_time budget)
{
	rt_time ticks = (budget + RT_GUARD_TICK - 1) / RT_GUARD_TICK;

	if (default_ticks > RT_GUARD_BUDGET / RT_GUARD_TICK)
		ticks *= RT_SLOWER;
	return ticks < 1 ? 1 : (unsigned)ticks;
}

static void limit(void *ctx, rt_time budget)
{
	(void)ctx;
	/* Until a tick has seen this step, the ticks are those of an earlier one. */
	guard.limit = (guard.seen == guard.rt->steps ? guard.ticks : 0) + ticks_of(budget);
	guard.limited = guard.rt->steps;
}

/* --- what happened ---------------------------------------------------------------------------------------
 */

/* The kernel knows so many signals; the C library's set has room for more. */
#define MASK_SIZE (_NSIG / 8)

/* `info`: of the signal that it died of; null: it was stopped. */
static void note(enum rt_fate fate, const siginfo_t *info, ucontext_t *context)
{
	struct rt_wreck *wreck = &guard.wreck;

	/* The handler, or raise() on its way, may have blocked some; asking the system each time would cost
	 * as much as the rest. */
	guard.masked = memcmp(&context->uc_sigmask, &guard.mask, MASK_SIZE) != 0;
	guard.noting = 1;
	wreck->fate = fate;
	wreck->signal = 0;
	wreck->addressed = false;
	if (info != NULL)
		rt_frames_signal(wreck, info);
	rt_frames_note(wreck, context, (uintptr_t)guard.stack_low, (uintptr_t)guard.stack_top, &guard.walks);
}

/* It is nobody's handler's: the process dies of it, as it would have without us. */
static void die(int signal, const siginfo_t *info)
{
	static volatile sig_atomic_t told;

	if (!told && say_last_words != NULL) {
		told = 1;
		say_last_words(signal);
	}
	struct sigaction plain = { .sa_handler = SIG_DFL };

	sigaction(signal, &plain, NULL);
	/* A fault happens again on return; what was sent has to be sent again. */
	if (info->si_code <= 0)
		raise(signal);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	bool own = info->si_code > 0 || (info->si_code == SI_TKILL && info->si_pid == getpid());
	uintptr_t address = info->si_code > 0 ? (uintptr_t)info->si_addr : 0;
	enum rt_fate fate = RT_FATE_SEGV;

	if (!exposed() || !own) {
		die(signal, info);
		return;
	}
	/* The stack is in such a state that it cannot be walked: what was found of it has to do. */
	if (guard.noting)
		jump_back();
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].signal == signal)
			fate = faults[i].fate;
	if (signal == SIGSEGV && address >= guard.overflow_low && address < guard.overflow_high)
		fate = RT_FATE_STACK;
	note(fate, info, context);
	jump_back();
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	if (!guard.armed || !guard.rt->exposed || guard.rt->steps != guard.seen) {
		guard.seen = guard.armed ? guard.rt->steps : 0;
		guard.ticks = 0;
		return;
	}
	guard.ticks++;
	/* In the middle of the runtime's own work is no place to jump from: the next tick will do.  One that
	 * crashed just now is stopped already. */
	if (guard.ticks < (guard.limited == guard.seen ? guard.limit : default_ticks) || guard.rt->busy ||
	    guard.noting)
		return;
	note(RT_FATE_RUNAWAY, NULL, context);
	jump_back();
}

/* --- taking part
 * ---------------------------------------------------------------------------------------------- */

enum rt_status rt_guard_install(void (*last_words)(int signal))
{
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	say_last_words = last_words;
	default_ticks = (unsigned)(RT_GUARD_BUDGET / RT_GUARD_TICK) * (rt_slow() ? RT_SLOWER : 1);
	/* Sanitizers and valgrind keep books of the stack.  There, and on machines that stack.h does not
	 * know, handlers run on the thread's own stack, and an overflow is just found later. */
	own_stack = RT_STACK_CALL && !rt_slow();
	rt_frames_prepare();
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (sigaction(faults[i].signal, &action, NULL) != 0)
			return RT_EIO;
	action.sa_sigaction = on_tick;
	action.sa_flags |= SA_RESTART;
	return sigaction(TICK_SIGNAL, &action, NULL) == 0 ? RT_OK : RT_EIO;
}

static bool start_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = TICK_SIGNAL };
	struct itimerspec tick = {
		.it_interval = { .tv_nsec = RT_GUARD_TICK },
		.it_value = { .tv_nsec = RT_GUARD_TICK },
	};

	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &guard.timer) != 0)
		return false;
	if (timer_settime(guard.timer, 0, &tick, NULL) == 0)
		return true;
	timer_delete(guard.timer);
	return false;
}

/* Where handlers run on the thread's own stack, its end is where they overflow. */
static void find_own_stack(void)
{
	pthread_attr_t attributes;
	void *low;
	size_t size;

	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return;
	if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
		guard.stack_low = low;
		guard.stack_top = guard.stack_low + size;
		guard.overflow_low = (uintptr_t)low - GUARD_AREA;
		guard.overflow_high = (uintptr_t)low + 64 * 1024;
	}
	pthread_attr_destroy(&attributes);
}

enum rt_status rt_guard_enter(void)
{
	assert(!guard.entered && default_ticks > 0);
	guard.stacks = mmap(NULL, STACKS, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (guard.stacks == MAP_FAILED)
		return RT_ENOMEM;
	uint8_t *low = guard.stacks + GUARD_AREA;
	stack_t stack = { .ss_sp = low + HANDLER_STACK + APART, .ss_size = SIGNAL_STACK };

	pthread_sigmask(SIG_SETMASK, NULL, &guard.mask);
	if (mprotect(low, HANDLER_STACK, PROT_READ | PROT_WRITE) != 0 ||
	    mprotect(stack.ss_sp, SIGNAL_STACK, PROT_READ | PROT_WRITE) != 0 ||
	    sigaltstack(&stack, NULL) != 0)
		goto undo;
	guard.stack_low = low;
	guard.stack_top = guard.stack_low + HANDLER_STACK;
	guard.overflow_low = (uintptr_t)guard.stacks;
	guard.overflow_high = (uintptr_t)guard.stack_low;
	if (!own_stack)
		find_own_stack();
	if (!start_timer())
		goto undo_stack;
	guard.entered = true;
	return RT_OK;
undo_stack:
	stack = (stack_t){ .ss_flags = SS_DISABLE };
	sigaltstack(&stack, NULL);
undo:
	munmap(guard.stacks, STACKS);
	return RT_EIO;
}

void rt_guard_leave(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	assert(guard.entered && !guard.armed);
	timer_delete(guard.timer);
	sigaltstack(&none, NULL);
	munmap(guard.stacks, STACKS);
	guard.entered = false;
}

void rt_guard_protect(struct rt *rt)
{
	struct rt_protector protector = {
		.ctx = rt,
		.call = call,
		.leave = leave,
		.limit = limit,
	};

	rt_protect(rt, &protector);
}
