/* test_guard.c - handlers that really crash: the worker dies of it, its supervisor does what it does, and
 * nothing else happens.  The harm is done by the hook `inside`, in the place of a handler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/guard.h"
#include "runtime/hooks.h"
#include "runtime/slow.h"

enum harm {
	SEGV,
	BUS,
	FPE,
	ILL,
	ABORT,
	STACK,
	RUNAWAY,
	RAISED,
	EXIT,
	SEND_AND_CRASH,
	HOARD,
	FREED_TWICE,
	NEVER_TAKEN,
	WRONG_REASON,
	STACK_INSIDE,
	CALL_NOWHERE,
	CALL_NULL,
	CALL_DATA,
	SPOILT_STACK,
	BLOCKS_AND_DIES,
	BLOCKS_AND_LOOPS,
	WHOLE,
	HARMS
};

static const char *const reasons[HARMS] = {
	[SEGV] = "{signal,segv}",
	[BUS] = "{signal,bus}",
	[FPE] = "{signal,fpe}",
	[ILL] = "{signal,ill}",
	[ABORT] = "{signal,abrt}",
	[STACK] = "stack_overflow",
	[RUNAWAY] = "runaway",
	[RAISED] = "{signal,segv}",
	[EXIT] = "enough",
	[SEND_AND_CRASH] = "{signal,segv}",
	[HOARD] = "memory_quota",
	[FREED_TWICE] = "{signal,abrt}",
	[NEVER_TAKEN] = "{signal,segv}",
	[WRONG_REASON] = "{signal,abrt}",
	[STACK_INSIDE] = "stack_overflow",
	[CALL_NOWHERE] = "{signal,segv}",
	[CALL_NULL] = "{signal,segv}",
	[CALL_DATA] = "{signal,segv}",
	[SPOILT_STACK] = "{signal,segv}",
	[BLOCKS_AND_DIES] = "{signal,abrt}",
	[BLOCKS_AND_LOOPS] = "runaway",
};

struct world {
	struct rt *rt;
	unsigned exits, messages;
	char reason[64];
	struct rt_report report;
	struct rt_wreck wreck;
	rt_id other;
};

static volatile int zero, sink;
static int *volatile nowhere;

static __attribute__((noinline, no_sanitize("undefined", "address"))) int deeper(volatile char *above)
{
	volatile char here[512];

	here[0] = above[0];
	if (zero == 0)
		sink += deeper(here);
	return sink + here[0];
}

/* The same, asking the runtime for something in each frame: that is where the stack will end. */
static __attribute__((noinline, no_sanitize("undefined", "address"))) int deeper_asking(struct rt_self *self,
											volatile char *above)
{
	struct rt_msg msg = { .tag = 7 };
	volatile char here[48];

	here[0] = above[0];
	sink += (int)rt_self_send(self, rt_self_id(self), &msg) + (int)rt_self_after(self, 5, 0, NULL) +
		rt_self_open(self);
	if (zero == 0)
		sink += deeper_asking(self, here);
	return sink + here[0];
}

/* A sanitizer would report what is to happen here for real. */
static __attribute__((noinline, no_sanitize("undefined", "address"))) void crash_here(void)
{
	*nowhere = 1;
}

/* No code is there, whatever is. */
static __attribute__((noinline, no_sanitize("undefined", "address"))) void call_there(uintptr_t address)
{
	((void (*)(void))address)();
	sink++; /* so that it is a call and no jump */
}

/* Nobody finds a way out of here by the stack: where a frame is, is in a register that is lost. */
static __attribute__((noinline, no_sanitize("undefined", "address"))) void spoil_stack(size_t size)
{
	volatile char *room = __builtin_alloca(size);

	room[0] = 0;
#ifdef __x86_64__
	__asm__ volatile("movq $0x5555, %%rbp\n\t"
			 "movl $1, (%0)"
			 :
			 : "r"(nowhere)
			 : "memory");
#else
	*nowhere = 1;
#endif
}

static void block(int but)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, but);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static __attribute__((no_sanitize("undefined"))) void do_harm(void *ctx, struct rt_self *self, void *state,
							      size_t size, uint64_t code)
{
	struct world *world = ctx;
	struct rt_msg msg = { .tag = 7 };
	char top = 0;
	void *memory;

	(void)state, (void)size;
	switch ((enum harm)code) {
	case SEGV:
		crash_here();
		break;
	case BUS:
		raise(SIGBUS);
		break;
	case FPE:
		sink = (sink + 5) / zero; /* 1 / x is no division to a compiler */
		break;
	case ILL:
		__builtin_trap();
	case ABORT:
		abort();
	case STACK:
		sink = deeper(&top);
		break;
	case RUNAWAY:
		rt_self_limit(self, 20 * RT_MS);
		for (;;)
			sink++;
	case RAISED:
		raise(SIGSEGV);
		break;
	case EXIT:
		rt_self_exit(self, rt_self_atom(self, "enough"));
		break;
	case SEND_AND_CRASH:
		assert_int_equal(rt_self_send(self, world->other, &msg), RT_OK);
		crash_here();
		break;
	case HOARD:
		for (;;)
			sink += *(char *)rt_self_alloc(self, 1000);
	case FREED_TWICE:
		memory = rt_self_alloc(self, 100);
		rt_self_free(self, memory);
		rt_self_free(self, memory);
		break;
	case NEVER_TAKEN:
		rt_self_free(self, (char *)nowhere + 4096);
		break;
	case WRONG_REASON:
		rt_self_exit(self, 123456789);
		break;
	case STACK_INSIDE: {
		/* So that it does not always end at the same place. */
		volatile char *shift = __builtin_alloca(16 + world->exits % 64 * 16);

		shift[0] = 0;
		sink = deeper_asking(self, shift);
		break;
	}
	case CALL_NOWHERE:
		call_there(0x1234);
		break;
	case CALL_NULL:
		call_there(0);
		break;
	case CALL_DATA:
		call_there((uintptr_t)world);
		break;
	case SPOILT_STACK:
		spoil_stack(size + 16);
		break;
	case BLOCKS_AND_DIES:
		block(SIGABRT);
		abort();
	case BLOCKS_AND_LOOPS:
		block(SIGVTALRM);
		rt_self_limit(self, 20 * RT_MS);
		for (;;)
			sink++;
	case WHOLE:
		assert_int_equal(rt_self_send(self, world->other, &msg), RT_OK);
		break;
	case HARMS:
		break;
	}
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct world *world = ctx;
	const struct rt_report *report = ext;
	char number[RT_ATOM_BUF];

	if (event->kind == RT_EV_MESSAGE)
		world->messages++;
	if (event->kind != RT_EV_EXIT)
		return;
	world->exits++;
	snprintf(world->reason, sizeof(world->reason), "%s", rt_atom_text(world->rt, event->reason, number));
	world->report = *report;
	if (report->wreck != NULL)
		world->wreck = *report->wreck;
}

static void last_words(int signal)
{
	static const char words[] = "last words\n";

	(void)signal;
	if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
		_exit(1);
}

/* cmocka takes the same signals around each test, so they are taken again in each. */
static void world_init(struct world *world)
{
	static const struct rt_child children[] = {
		{ .id = "w", .shutdown_ms = 5000, .memory_max = 64 * 1024 },
		{ .id = "other", .shutdown_ms = 5000 },
	};
	static const struct rt_child root = {
		.id = "root",
		.supervisor = true,
		.intensity = 1000000000,
		.period_s = 1,
		.children = children,
		.n_children = 2,
		.shutdown_ms = RT_SHUTDOWN_INFINITY,
	};
	struct rt_config config = { .seed = 1, .message_events = true };
	struct rt_hooks hooks = { .ctx = world, .inside = do_harm };

	assert_int_equal(rt_guard_install(last_words), RT_OK);
	*world = (struct world){ 0 };
	assert_int_equal(rt_new(&config, &world->rt), RT_OK);
	rt_hooks_set(world->rt, &hooks);
	rt_guard_protect(world->rt);
	assert_int_equal(rt_observe(world->rt, see, world), RT_OK);
	assert_int_equal(rt_start(world->rt, &root), RT_OK);
	assert_int_equal(rt_run(world->rt, 0, UINT64_MAX), RT_OK);
	world->other = rt_path_actor(world->rt, rt_path_find(world->rt, "root/other"));
}

static void strike(struct world *world, enum harm harm)
{
	rt_id victim = rt_path_actor(world->rt, rt_path_find(world->rt, "root/w"));

	assert_int_equal(rt_inside(world->rt, victim, harm), RT_OK);
	assert_int_equal(rt_run(world->rt, rt_now(world->rt), UINT64_MAX), RT_OK);
}

static void each_way_to_die_has_its_reason(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	for (enum harm harm = 0; harm < WHOLE; harm++) {
		unsigned before = world.exits;

		strike(&world, harm);
		assert_int_equal(world.exits, before + 1);
		assert_string_equal(world.reason, reasons[harm]);
		assert_int_equal(rt_alive(world.rt), 3);
	}
	assert_int_equal(rt_path_starts(world.rt, rt_path_find(world.rt, "root/w")), WHOLE + 1);
	assert_int_equal(rt_path_starts(world.rt, rt_path_find(world.rt, "root/other")), 1);
	rt_free(world.rt);
}

/* Wherever the stack ends, it does not end in the middle of what the runtime does for the handler. */
static void a_stack_ends_in_the_handler_and_not_in_what_it_asks_for(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	for (unsigned i = 0; i < (rt_slow() ? 5 : 200); i++) {
		strike(&world, STACK_INSIDE);
		assert_int_equal(world.exits, i + 1);
		assert_string_equal(world.reason, "stack_overflow");
	}
	rt_free(world.rt);
}

static void what_a_crashed_handler_sent_was_never_sent(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	strike(&world, SEND_AND_CRASH);
	assert_int_equal(world.messages, 0);
	strike(&world, WHOLE);
	assert_int_equal(world.messages, 1);
	rt_free(world.rt);
}

/* --- on the short way of messages, where nobody sees them ----------------------------------------------- */

enum { NOTE, CRASH, SEND_HALF, LOOP };
static unsigned noted;
static rt_id neighbour;

/* A message of which only the first part is there. */
static const struct rt_msg *half(void)
{
	static uint8_t *page;
	size_t size = (size_t)sysconf(_SC_PAGESIZE);

	if (page == NULL)
		page = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(page != MAP_FAILED);
	assert_int_equal(mprotect(page + size, size, PROT_NONE), 0);
	return (const struct rt_msg *)(page + size - offsetof(struct rt_msg, word));
}

static __attribute__((no_sanitize("undefined"))) void brittle(struct rt_self *self, void *state,
							      const struct rt_msg *msg)
{
	struct rt_msg note = { .tag = NOTE };

	(void)state;
	noted++;
	if (msg->tag == NOTE)
		return;
	assert_int_equal(rt_self_send(self, neighbour, &note), RT_OK);
	switch (msg->tag) {
	case SEND_HALF:
		sink += (int)rt_self_send(self, neighbour, half());
		break;
	case LOOP:
		rt_self_limit(self, 20 * RT_MS);
		for (;;)
			sink++;
	default:
		crash_here();
	}
}

static void who_crashes_amid_its_messages_takes_the_rest_along(void **state)
{
	static const struct rt_behaviour behaviour = { .name = "brittle",
						       .help = "crashes",
						       .handle = brittle };
	static const struct rt_child children[] = {
		{ .id = "w", .shutdown_ms = 5000, .behaviour = &behaviour },
		{ .id = "other", .shutdown_ms = 5000, .behaviour = &behaviour },
	};
	static const struct rt_child root = {
		.id = "root",
		.supervisor = true,
		.intensity = 1000,
		.period_s = 1,
		.children = children,
		.n_children = 2,
		.shutdown_ms = RT_SHUTDOWN_INFINITY,
	};
	struct rt_config config = { .seed = 1 };
	struct world world = { 0 };

	(void)state;
	assert_int_equal(rt_guard_install(last_words), RT_OK);
	assert_int_equal(rt_new(&config, &world.rt), RT_OK);
	rt_guard_protect(world.rt);
	assert_int_equal(rt_observe(world.rt, see, &world), RT_OK);
	assert_int_equal(rt_start(world.rt, &root), RT_OK);
	assert_int_equal(rt_run(world.rt, 0, UINT64_MAX), RT_OK);
	neighbour = rt_path_actor(world.rt, rt_path_find(world.rt, "root/other"));
	for (uint32_t tag = CRASH; tag <= LOOP; tag++) {
		const uint32_t tags[] = { NOTE, NOTE, tag, NOTE };
		rt_id victim = rt_path_actor(world.rt, rt_path_find(world.rt, "root/w"));
		uint64_t before = rt_steps(world.rt);
		unsigned exits = world.exits;

		/* Valgrind leaves out loads of what nobody uses: there it is no crash of the handler's. */
		if (tag == SEND_HALF && rt_slow())
			continue;
		noted = 0;
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(rt_send(world.rt, victim, &(struct rt_msg){ .tag = tags[i] }),
					 RT_OK);
		assert_int_equal(rt_run(world.rt, rt_now(world.rt), UINT64_MAX), RT_OK);
		/* What it sent was never sent; the exit is a turn of its supervisor's. */
		assert_int_equal(noted, 3);
		assert_int_equal(world.exits, exits + 1);
		assert_string_equal(world.reason, tag == LOOP ? "runaway" : "{signal,segv}");
		assert_int_equal(world.report.handled, tag == CRASH ? 3 : 4);
		assert_int_equal(world.report.msg_tag, tag);
		assert_int_equal(world.report.mailbox, 1);
		/* Nothing of it is left for the next call. */
		victim = rt_path_actor(world.rt, rt_path_find(world.rt, "root/w"));
		assert_int_equal(rt_send(world.rt, victim, &(struct rt_msg){ .tag = NOTE }), RT_OK);
		assert_int_equal(rt_run(world.rt, rt_now(world.rt), UINT64_MAX), RT_OK);
		assert_int_equal(noted, 4);
		assert_int_equal(rt_steps(world.rt) - before, 5);
	}
	rt_free(world.rt);
}

/* --- what is known of it -------------------------------------------------------------------------------- */

static void a_wreck_says_where(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	strike(&world, SEGV);
	assert_int_equal(world.wreck.signal, SIGSEGV);
	assert_true(world.wreck.addressed);
	assert_int_equal(world.wreck.address, 0);
	assert_true(world.wreck.n_frames >= 2);
	uintptr_t first = (uintptr_t)world.wreck.frame[0], function = (uintptr_t)crash_here;

	assert_true(first >= function && first < function + 256);
	strike(&world, RAISED);
	assert_int_equal(world.wreck.signal, SIGSEGV);
	assert_false(world.wreck.addressed); /* nobody looked */
	rt_free(world.rt);
}

static void a_call_to_no_code_says_who_made_it(void **state)
{
	static const enum harm harms[] = { CALL_NOWHERE, CALL_NULL, CALL_DATA };
	struct world world;

	(void)state;
#ifndef __x86_64__
	skip();
#endif
	world_init(&world);
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		strike(&world, harms[i]);
		uintptr_t caller = (uintptr_t)world.wreck.frame[1], function = (uintptr_t)call_there;

		assert_true(world.wreck.n_frames >= 3);
		assert_int_equal((uintptr_t)world.wreck.frame[0], world.wreck.address);
		assert_true(caller >= function && caller < function + 256);
	}
	rt_free(world.rt);
}

static void what_a_handler_blocked_is_as_before(void **state)
{
	static const enum harm harms[] = { BLOCKS_AND_DIES, BLOCKS_AND_LOOPS, ABORT };
	struct world world;
	sigset_t before, after;

	(void)state;
	world_init(&world);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		strike(&world, harms[i]);
		pthread_sigmask(SIG_SETMASK, NULL, &after);
		for (int number = 1; number < SIGRTMIN; number++)
			assert_int_equal(sigismember(&after, number), sigismember(&before, number));
	}
	strike(&world, RUNAWAY);
	assert_string_equal(world.reason, "runaway");
	rt_free(world.rt);
}

static void memory_counts_and_comes_back(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	size_t before = rt_memory(world.rt);

	strike(&world, HOARD);
	assert_true(world.report.memory > 60 * 1024 && world.report.memory <= 64 * 1024);
	size_t after = rt_memory(world.rt);

	/* Atoms and the restart window may have grown by a little, the hoard is gone. */
	assert_true(after < before + 1024);
	rt_free(world.rt);
}

static long rss_kib(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/self/smaps_rollup", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Rss: %ld", &kib) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kib;
}

static unsigned open_files(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Processor time that a worker was given before it was stopped. */
static double time_of_a_loop(struct world *world)
{
	struct timespec from, to;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	strike(world, RUNAWAY);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void one_loop_after_another_is_given_no_more_time(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	double first = time_of_a_loop(&world), last = 0;

	for (unsigned i = 0; i < 6; i++)
		last = time_of_a_loop(&world);
	assert_true(last < 3 * first);
	rt_free(world.rt);
}

/* CRASHES in the environment asks for more: `make crashes` for a million. */
static unsigned wanted(void)
{
	const char *text = getenv("CRASHES");

	return text == NULL ? (rt_slow() ? 500 : 20000) : (unsigned)strtoul(text, NULL, 10);
}

static void many_crashes_leave_nothing_behind(void **state)
{
	unsigned crashes = wanted();
	struct world world;

	(void)state;
	world_init(&world);
	for (enum harm harm = 0; harm < WHOLE; harm++)
		strike(&world, harm); /* every reason has its atom now */
	for (unsigned i = 0; i < 1000; i++)
		strike(&world, SEGV);
	size_t memory = rt_memory(world.rt);
	long kib = rss_kib();
	unsigned files = open_files(), before = world.exits;

	unsigned others = 0;

	/* Of a million these are ten thousand overflows, a thousand loops, and near ninety thousand of
	 * others.
	 */
	for (unsigned i = 0; i < crashes; i++) {
		static const enum harm usual[] = { ABORT, BUS, FPE, ILL, HOARD, CALL_NOWHERE, SPOILT_STACK };
		enum harm other = i % 1000 == 0 ? RUNAWAY :
				  i % 100 == 50 ? STACK :
						  usual[i / 10 % (sizeof(usual) / sizeof(usual[0]))];

		strike(&world, SEGV);
		if (i % 10 != 0)
			continue;
		strike(&world, other);
		others++;
	}
	assert_int_equal(world.exits - before, crashes + others);
	assert_int_equal(rt_path_starts(world.rt, rt_path_find(world.rt, "root/w")), world.exits + 1);
	assert_int_equal(rt_memory(world.rt), memory);
	assert_int_equal(open_files(), files);
	/* A sanitizer keeps what was freed for a while. */
	if (getenv("ASAN_OPTIONS") == NULL)
		assert_in_range(rss_kib(), 0, kib + 512);
	print_message(
		"%u times SIGSEGV and %u others, every one restarted; %ld KiB resident before, %ld after\n",
		crashes, others, kib, rss_kib());
	rt_free(world.rt);
}

#define IN_A_THREAD (rt_slow() ? 12u : 5000u)

static void *thread_main(void *arg)
{
	struct world world;
	unsigned *exits = arg;

	if (rt_guard_enter() != RT_OK)
		return NULL;
	world_init(&world);
	for (unsigned i = 0; i < IN_A_THREAD; i++)
		strike(&world, i % 500 == 7 ? RUNAWAY : i % 2 == 0 ? SEGV : STACK);
	*exits = world.exits;
	rt_free(world.rt);
	rt_guard_leave();
	return arg;
}

static void threads_contain_their_own(void **state)
{
	pthread_t thread[3];
	unsigned exits[3] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, thread_main, &exits[i]), 0);
	for (unsigned i = 0; i < 3; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(exits[i], IN_A_THREAD);
	}
}

/* Do it in a child; its status, and whether it spoke. */
static int in_a_child(void (*fn)(void), bool *spoke)
{
	int fd[2], status;
	char text[64] = "";

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		fn();
		_exit(0);
	}
	close(fd[1]);
	*spoke = read(fd[0], text, sizeof(text) - 1) > 0 && strstr(text, "last words") != NULL;
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void crash_outside(void)
{
	crash_here();
}

static void sent_from_outside(void)
{
	kill(getpid(), SIGSEGV);
}

static void abort_outside(void)
{
	abort();
}

static void signals_of_others_are_not_swallowed(void **state)
{
	static const struct {
		void (*fn)(void);
		int signal;
	} cases[] = { { crash_outside, SIGSEGV },
		      { sent_from_outside, SIGSEGV },
		      { abort_outside, SIGABRT } };

	(void)state;
	assert_int_equal(rt_guard_install(last_words), RT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool spoke;
		int status = in_a_child(cases[i].fn, &spoke);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), cases[i].signal);
		assert_true(spoke);
	}
}

static int enter(void **state)
{
	(void)state;
	return rt_guard_install(last_words) == RT_OK && rt_guard_enter() == RT_OK ? 0 : -1;
}

static int leave(void **state)
{
	(void)state;
	rt_guard_leave();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_to_die_has_its_reason),
		cmocka_unit_test(a_stack_ends_in_the_handler_and_not_in_what_it_asks_for),
		cmocka_unit_test(what_a_crashed_handler_sent_was_never_sent),
		cmocka_unit_test(who_crashes_amid_its_messages_takes_the_rest_along),
		cmocka_unit_test(a_wreck_says_where),
		cmocka_unit_test(a_call_to_no_code_says_who_made_it),
		cmocka_unit_test(what_a_handler_blocked_is_as_before),
		cmocka_unit_test(memory_counts_and_comes_back),
		cmocka_unit_test(one_loop_after_another_is_given_no_more_time),
		cmocka_unit_test(many_crashes_leave_nothing_behind),
		cmocka_unit_test(threads_contain_their_own),
		cmocka_unit_test(signals_of_others_are_not_swallowed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
