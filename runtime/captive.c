/* captive.c - the process of an isolated worker.
 *
 * It was forked in the middle of a dispatch and has all memory at its old addresses, so the behaviour's code,
 * its parameters and its state are where they were.  What else it had is given up first: signals, files,
 * rights.  Then it takes an order, calls the handler, tells what came of it, and waits for the next.
 */
#include "captive.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core.h"
#include "disk.h"
#include "far.h"
#include "filter.h"
#include "frames.h"
#include "slow.h"

#define CHANNEL       3 /* behind the standard ones, so that the numbers above are the worker's */
#define HANDLER_STACK ((size_t)256 * 1024)
#define SIGNAL_STACK  ((size_t)64 * 1024)
/* One frame can be large and jump over the end of the stack.  Below the first thread's is nothing for long,
 * and it may have been deep before. */
#define BEYOND_STACK ((uintptr_t)1024 * 1024)
#define BEYOND_FIRST ((uintptr_t)16 * 1024 * 1024)
/* On top of its quota: stack, and what malloc() keeps for itself. */
#define MEMORY_ASIDE ((rlim_t)1024 * 1024)

/* There is one captive in its process. */
static struct {
	struct rt_captive_note *note;
	uintptr_t low, high; /* of the stack that handlers have, and where they overflow it */
} here;

/* --- what happened ------------------------------------------------------------------------------------- */

/* Leave a note, then die of it. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
	struct rt_wreck *wreck = &here.note->wreck;
	struct sigaction plain = { .sa_handler = SIG_DFL };

	sigaction(signal_number, &plain, NULL);
	rt_frames_signal(wreck, info);
	wreck->fate = signal_number == SIGSEGV && wreck->address >= here.low && wreck->address < here.high
			      ? RT_FATE_STACK
			      : RT_FATE_PROCESS;
	here.note->crashed = 1;
	rt_frames_note(wreck, context, here.low, here.high, NULL);
	/* A fault happens again on return; what was sent has to be sent again. */
	if (info->si_code <= 0)
		raise(signal_number);
}

/* The program is about to kill it for what it does not do, and wants to know where it is.  Anybody else's is
 * a signal like others. */
static void on_stop(int signal_number, siginfo_t *info, void *context)
{
	struct rt_wreck *wreck = &here.note->wreck;

	if (info->si_code != SI_USER || info->si_pid != getppid()) {
		signal(signal_number, SIG_DFL);
		raise(signal_number);
		return;
	}
	wreck->signal = 0;
	wreck->addressed = false;
	rt_frames_note(wreck, context, here.low, here.high, NULL);
	here.note->stopped = 1;
	for (;;)
		pause();
}

static void reset_signals(void)
{
	sigset_t all;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}

static void take_signals(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	static uint8_t memory[SIGNAL_STACK] __attribute__((aligned(16)));
	const stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	rt_frames_prepare();
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	action.sa_sigaction = on_stop;
	sigaction(RT_CAPTIVE_STOP, &action, NULL);
}

/* --- giving up ----------------------------------------------------------------------------------------- */

static void close_from(unsigned first)
{
	/* Valgrind closes them one by one, up to the last number that there is. */
	if (!rt_slow() && close_range(first, ~0u, 0) == 0)
		return;
	for (long fd = (long)first, last = sysconf(_SC_OPEN_MAX); fd < last; fd++)
		close((int)fd);
}

/* The channel, standard error for those who have something to say, and nothing else. */
static bool keep_files(int channel)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return false;
	if (channel != CHANNEL && dup2(channel, CHANNEL) < 0)
		return false;
	close_from(CHANNEL + 1);
	return true;
}

/* For good; valgrind needs some of them itself and lets us have only the softer one. */
static bool set_limit(int what, rlim_t value)
{
	struct rlimit limit = { value, value };

	if (setrlimit((__rlimit_resource_t)what, &limit) == 0)
		return true;
	return getrlimit((__rlimit_resource_t)what, &limit) == 0 &&
	       (limit.rlim_cur = value, setrlimit((__rlimit_resource_t)what, &limit) == 0);
}

static rlim_t address_space(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Sanitizers and valgrind need address space as they like. */
static bool limit_memory(uint64_t quota)
{
	rlim_t now = quota == 0 || rt_slow() ? 0 : address_space();

	return quota == 0 || (now != 0 && set_limit(RLIMIT_AS, now + quota + MEMORY_ASIDE));
}

/* The first thread's stack grows until a limit; those of others have their size. */
static void limit_stack(const void *frame, bool first_thread)
{
	pthread_attr_t attributes;
	void *low;
	size_t size;

	here.high = (uintptr_t)frame;
	here.low = here.high - BEYOND_FIRST;
	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return;
	if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
		if (!first_thread)
			here.low = (uintptr_t)low - BEYOND_STACK;
		else if (!rt_slow())
			(void)set_limit(RLIMIT_STACK, (uintptr_t)low + size - here.high + HANDLER_STACK);
	}
	pthread_attr_destroy(&attributes);
}

static void lack(enum rt_lack what)
{
	here.note->lacks |= 1u << what;
}

static enum rt_hitch settle_in(const struct rt_captivity *captivity, const struct rt_policy *policy,
			       const void *frame)
{
	bool disk = captivity->disk[0] != '\0';
	enum rt_disk kind = disk ? rt_disk_enter(captivity->disk, policy->disk_max) : RT_DISK_OWN;

	if (kind == RT_DISK_NONE)
		return RT_HITCH_DISK;
	if (kind == RT_DISK_FOLDER)
		lack(RT_LACK_DISK);
	/* When our parent goes, so do we; it may be gone already.  A change of rights would undo this. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != captivity->parent)
		return RT_HITCH_PARENT;
	if (!keep_files(captivity->channel))
		return RT_HITCH_FILES;
	if (policy->descriptors_max != 0 &&
	    !set_limit(RLIMIT_NOFILE, (rlim_t)CHANNEL + 1 + policy->descriptors_max))
		return RT_HITCH_LIMITS;
	if (!set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_NPROC, 0))
		return RT_HITCH_LIMITS;
	take_signals();
	limit_stack(frame, captivity->first_thread);
	if (!limit_memory(policy->memory_max))
		lack(RT_LACK_MEMORY);
	/* Their own system calls would be filtered, too. */
	if (rt_slow() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !rt_filter_install(disk))
		lack(RT_LACK_FILTER);
	return RT_HITCH_NONE;
}

/* --- work ---------------------------------------------------------------------------------------------- */

/* Handlers are called by us, not through the protector; but whoever asks whether they are protected hears
 * that they are. */
static const struct rt_wreck *call_nobody(void *ctx, rt_protected_fn *fn, void *arg)
{
	(void)ctx, (void)fn, (void)arg;
	abort();
}

static __attribute__((noinline)) void obey(struct rt_far *far, struct rt *rt, uint32_t slot,
					   const struct rt_order *order)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);
	struct rt_self self = { .rt = rt, .policy = policy, .slot = slot, .far = far };
	struct rt_deed deed = { .kind = RT_DEED_RETURN };

	rt->now = order->now;
	actor->handled = order->handled;
	far->self = &self;
	if (order->inside != NULL)
		order->inside(order->ctx, &self, actor->state, policy->state, order->code);
	else
		policy->behaviour->handle(&self, actor->state, &order->msg);
	rt_far_tell(far, &deed);
	rt_far_flush(far);
}

void rt_captive_run(const struct rt_captivity *captivity)
{
	static struct rt_far far = { .channel = CHANNEL };
	struct rt *rt = captivity->rt;
	uint32_t slot = captivity->slot;
	const struct rt_policy *policy = rt_policy_at(&rt->policies, rt_actor_at(rt, slot)->policy);
	const struct rt_protector protector = {
		.ctx = &far, .call = call_nobody, .leave = rt_far_leave, .limit = rt_far_limit
	};
	struct rt_order order;

	/* The terminal's signals are for the program. */
	setsid();
	reset_signals();
	here.note = captivity->note;
	here.note->hitch = settle_in(captivity, policy, __builtin_frame_address(0));
	if (here.note->hitch != RT_HITCH_NONE)
		_exit(0);
	rt->isolator = (struct rt_isolator){ .call = NULL };
	rt_protect(rt, &protector);
	while (recv(CHANNEL, &order, sizeof(order), 0) == (ssize_t)sizeof(order))
		obey(&far, rt, slot, &order);
	_exit(0);
}
