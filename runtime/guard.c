/* guard.c - signals, stacks and the watchdog: the one file of the runtime that knows the process.
 *
 * A handler's call is armed by a jump buffer and runs on a stack of its own.  A signal that comes out of it
 * is taken on a third stack, leaves a note about what happened, and jumps back to where the call was armed.
 * The watchdog is a timer of the thread's processor time: at each tick it looks whether the same call still
 * runs. So a call that goes well costs the arming and nothing else.
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
#include <unistd.h>

#include "core.h"
#include "frames.h"
#include "slow.h"

#define HANDLER_STACK ((size_t)256 * 1024)
#define GUARD_AREA    ((size_t)1024 * 1024) /* one frame can be large, and must not jump over it */
#define SIGNAL_STACK  ((size_t)64 * 1024)
#define TICK_SIGNAL   SIGVTALRM

#if defined(__x86_64__)
#define HAVE_CALL_ON 1
#else
#define HAVE_CALL_ON 0
#endif

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
	volatile sig_atomic_t active; /* within a handler */
	struct rt *rt;
	uint64_t calls;
	void *jump[5];
	uint8_t *stack_low, *stack_top;
	/* Below that there is no more stack. */
	uintptr_t overflow_low, overflow_high;
	uint8_t *stacks; /* guard area, handler stack, signal stack */
	timer_t timer;
	uint64_t seen; /* the call that ran at the last tick, and for how many ticks */
	unsigned ticks;
	uint64_t limited; /* the call that has a budget of its own, and how many ticks it is */
	unsigned limit;
	struct rt_wreck wreck;
} guard;

/* --- calling and leaving ------------------------------------------------------------------------------- */

/* fn(arg) on another stack. */
static inline void call_on(uint8_t *top, rt_protected_fn *fn, void *arg)
{
#if HAVE_CALL_ON
	register rt_protected_fn *target __asm__("rax") = fn;
	register void *argument __asm__("rdi") = arg;
	register void *stack __asm__("rsi") = top;

	__asm__ volatile("movq %%rsp, %%rbx\n\t"
			 "movq %%rsi, %%rsp\n\t"
			 "call *%%rax\n\t"
			 "movq %%rbx, %%rsp"
			 : "+r"(target), "+r"(argument), "+r"(stack)
			 :
			 : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
			   "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
			   "xmm14", "xmm15", "memory", "cc");
#else
	(void)top;
	fn(arg);
#endif
}

static __attribute__((noinline)) const struct rt_wreck *call(void *ctx, rt_protected_fn *fn, void *arg)
{
	assert(guard.entered && !guard.active);
	guard.rt = ctx;
	guard.calls++;
	if (__builtin_setjmp(guard.jump) == 0) {
		guard.active = 1;
		if (own_stack)
			call_on(guard.stack_top, fn, arg);
		else
			fn(arg);
		guard.active = 0;
		return NULL;
	}
	if (guard.wreck.fate == RT_FATE_ABORT) {
		/* raise() may have blocked signals on its way. */
		sigset_t all;

		sigfillset(&all);
		pthread_sigmask(SIG_UNBLOCK, &all, NULL);
	}
	return &guard.wreck;
}

static __attribute__((noreturn)) void jump_back(void)
{
	guard.active = 0;
	__builtin_longjmp(guard.jump, 1);
}

static __attribute__((noreturn)) void leave(void *ctx, enum rt_fate fate)
{
	(void)ctx;
	assert(guard.active);
	guard.wreck.fate = fate;
	guard.wreck.signal = 0;
	guard.wreck.address = 0;
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
	/* Until a tick has seen this call, the ticks are those of an earlier one. */
	guard.limit = (guard.seen == guard.calls ? guard.ticks : 0) + ticks_of(budget);
	guard.limited = guard.calls;
}

/* --- what happened ---------------------------------------------------------------------------------------
 */

static void note(enum rt_fate fate, int signal, uintptr_t address)
{
	struct rt_wreck *wreck = &guard.wreck;

	wreck->fate = fate;
	wreck->signal = signal;
	wreck->address = address;
	rt_frames_note(wreck, (uintptr_t)guard.stack_low, (uintptr_t)guard.stack_top);
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
	uintptr_t address = 0;
	enum rt_fate fate = RT_FATE_SEGV;

	(void)context;
	if (!guard.active || guard.rt->busy || !own) {
		die(signal, info);
		return;
	}
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].signal == signal)
			fate = faults[i].fate;
	if ((signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0)
		address = (uintptr_t)info->si_addr;
	if (signal == SIGSEGV && address >= guard.overflow_low && address < guard.overflow_high)
		fate = RT_FATE_STACK;
	note(fate, signal, address);
	jump_back();
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	if (!guard.active || guard.calls != guard.seen) {
		guard.seen = guard.calls;
		guard.ticks = 0;
		return;
	}
	guard.ticks++;
	/* In the middle of the runtime's own work is no place to jump from: the next tick will do. */
	if (guard.ticks < (guard.limited == guard.calls ? guard.limit : default_ticks) || guard.rt->busy)
		return;
	note(RT_FATE_RUNAWAY, signal, 0);
	guard.wreck.signal = 0;
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
	/* Sanitizers and valgrind keep books of the stack.  There, and on machines that call_on() does not
	 * know, handlers run on the thread's own stack, and an overflow is just found later. */
	own_stack = HAVE_CALL_ON && !rt_slow();
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
	size_t size = GUARD_AREA + HANDLER_STACK + SIGNAL_STACK;

	assert(!guard.entered && default_ticks > 0);
	guard.stacks =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (guard.stacks == MAP_FAILED)
		return RT_ENOMEM;
	stack_t stack = { .ss_sp = guard.stacks + GUARD_AREA + HANDLER_STACK, .ss_size = SIGNAL_STACK };

	if (mprotect(guard.stacks, GUARD_AREA, PROT_NONE) != 0 || sigaltstack(&stack, NULL) != 0)
		goto undo;
	guard.stack_low = guard.stacks + GUARD_AREA;
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
	munmap(guard.stacks, size);
	return RT_EIO;
}

void rt_guard_leave(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	assert(guard.entered && !guard.active);
	timer_delete(guard.timer);
	sigaltstack(&none, NULL);
	munmap(guard.stacks, GUARD_AREA + HANDLER_STACK + SIGNAL_STACK);
	guard.entered = false;
}

void rt_guard_protect(struct rt *rt)
{
	struct rt_protector protector = { .ctx = rt, .call = call, .leave = leave, .limit = limit };

	rt_protect(rt, &protector);
}
