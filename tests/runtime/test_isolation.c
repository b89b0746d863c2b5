/* test_isolation.c - workers in processes of their own, really: what they send arrives, whatever they die of
 * is an exit reason, what they may not have they do not get, and nothing of them is left behind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "runtime/guard.h"
#include "runtime/hooks.h"
#include "runtime/isolation.h"
#include "runtime/slow.h"

#define MIB ((size_t)1024 * 1024)

/* What the worker is told to do. */
enum {
	COUNT,
	DIE_OF,
	EXIT_WITH,
	LEAVE,
	NULL_POINTER,
	DIVIDE,
	RECURSE,
	LOOP,
	ASK_FOR_EVER,
	TELL_FOR_EVER,
	SLEEP,
	SEND_AND_CRASH,
	TAKE,
	TAKE_AND_GIVE,
	HOARD,
	OPEN_ALL,
	OPEN,
	CLOSE,
	FILL_DISK,
	CONNECT,
	WRITE_FILE,
	GARBLE,
	HANG_UP,
	DRAW,
	LOOK,
	NAME
};

struct state {
	uint64_t count;
	void *held;
};

static volatile int zero, sink;
static int *volatile nowhere;
static int files_out[20000];

static __attribute__((noinline, no_sanitize("undefined", "address"))) int deeper(volatile char *above)
{
	volatile char here[512];

	here[0] = above[0];
	if (zero == 0)
		sink += deeper(here);
	return sink + here[0];
}

static __attribute__((noinline, no_sanitize("undefined", "address"))) void crash_here(void)
{
	*nowhere = 1;
}

static __attribute__((no_sanitize("undefined"))) void divide(void)
{
	sink = (sink + 5) / zero;
}

static unsigned open_all(void)
{
	unsigned count = 0;

	while (count < 20000 && (files_out[count] = dup(STDERR_FILENO)) >= 0)
		count++;
	return errno == EMFILE ? count : 0;
}

/* Bytes that went in before it was full; how that was told is in errno. */
static size_t fill_disk(void)
{
	static char block[4096];
	int fd = open("full", O_WRONLY | O_CREAT, 0600);
	size_t size = 0;
	ssize_t got = 0;

	while (fd >= 0 && (got = write(fd, block, sizeof(block))) > 0)
		size += (size_t)got;
	return size;
}

/* Malloc until there is none, past all books. */
static size_t hoard(void)
{
	void *volatile block; /* or a compiler sees that nobody wants it */
	size_t size = 0;

	while ((block = malloc(64 * 1024)) != NULL && size < 256 * MIB)
		size += 64 * 1024;
	return size;
}

static void answer(struct rt_self *self, const struct rt_msg *msg, uint64_t a, uint64_t b)
{
	struct rt_msg out = { .from = rt_self_id(self),
			      .tag = msg->tag,
			      .word = { a, b, (uint64_t)getpid() } };

	assert_int_equal(rt_self_send(self, msg->word[0], &out), RT_OK);
}

static void handle(struct rt_self *self, void *memory, const struct rt_msg *msg)
{
	struct state *state = memory;
	char top = 0;
	size_t size;
	bool had;

	switch (msg->tag) {
	case COUNT:
		answer(self, msg, ++state->count, rt_self_incarnation(self));
		break;
	case DIE_OF:
		raise((int)msg->word[1]);
		break;
	case EXIT_WITH:
		_exit((int)msg->word[1]);
	case LEAVE:
		rt_self_exit(self, rt_self_atom(self, "enough"));
		break;
	case NULL_POINTER:
		crash_here();
		break;
	case DIVIDE:
		divide();
		break;
	case RECURSE:
		sink = deeper(&top);
		break;
	case LOOP:
		rt_self_limit(self, 20 * RT_MS);
		for (;;)
			sink++;
	case ASK_FOR_EVER:
		rt_self_limit(self, 20 * RT_MS);
		for (;;)
			sink += (int)rt_self_wall(self);
	case TELL_FOR_EVER:
		for (;;)
			answer(self, msg, 0, 0);
	case SLEEP:
		for (;;)
			pause();
	case SEND_AND_CRASH:
		answer(self, msg, 0, 0);
		crash_here();
		break;
	case TAKE:
		state->held = rt_self_alloc(self, msg->word[1]);
		answer(self, msg, state->held != NULL, 0);
		break;
	case TAKE_AND_GIVE:
		for (unsigned i = 0; i < 100; i++)
			rt_self_free(self, rt_self_alloc(self, msg->word[1]));
		break;
	case HOARD:
		answer(self, msg, hoard(), 0);
		break;
	case OPEN_ALL:
		answer(self, msg, open_all(), 0);
		break;
	case OPEN:
		had = rt_self_open(self);
		answer(self, msg, had, 0);
		break;
	case CLOSE:
		rt_self_close(self);
		break;
	case FILL_DISK:
		size = fill_disk();
		answer(self, msg, size, (uint64_t)errno);
		break;
	case CONNECT:
		socket(AF_INET, SOCK_STREAM, 0);
		break;
	case WRITE_FILE:
		had = open("written", O_WRONLY | O_CREAT, 0600) >= 0;
		answer(self, msg, had, (uint64_t)errno);
		break;
	case GARBLE:
		for (int fd = 3; fd < 8; fd++)
			sink += send(fd, "garbled packet", 14, 0) > 0;
		break;
	case HANG_UP:
		close_range(3, ~0u, 0);
		for (;;)
			pause();
	case DRAW:
		answer(self, msg, rt_self_random(self, 1u << 30), rt_self_random(self, 1u << 30));
		break;
	case LOOK:
		answer(self, msg, (uint64_t)rt_self_now(self), (uint64_t)rt_self_wall(self));
		break;
	case NAME:
		answer(self, msg, rt_self_atom(self, "a name of its own"), 0);
		break;
	default:
		break;
	}
}

static const struct rt_behaviour captive = {
	.name = "captive", .help = "does as it is told", .state = sizeof(struct state), .handle = handle
};

static void say_nothing(struct rt_self *self, void *memory, const struct rt_msg *msg)
{
	(void)self, (void)memory, (void)msg;
}

static const struct rt_behaviour ear = { .name = "ear", .help = "says nothing", .handle = say_nothing };

/* --- the world ----------------------------------------------------------------------------------------- */

struct world {
	struct rt *rt;
	rt_id ear; /* who hears what the worker says: it lives here */
	unsigned exits, heard;
	char reason[64], list[512];
	struct rt_report report;
	struct rt_wreck wreck;
	struct rt_msg last;
};

static void hear(void *ctx, rt_id to, const struct rt_msg *msg)
{
	struct world *world = ctx;

	if (to != world->ear)
		return;
	world->heard++;
	world->last = *msg;
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct world *world = ctx;
	const struct rt_report *report = ext;
	char number[RT_ATOM_BUF];

	if (event->kind == RT_EV_ISOLATED)
		snprintf(world->list, sizeof(world->list), "%s", (const char *)ext);
	if (event->kind != RT_EV_EXIT)
		return;
	world->exits++;
	snprintf(world->reason, sizeof(world->reason), "%s", rt_atom_text(world->rt, event->reason, number));
	world->report = *report;
	if (report->wreck != NULL)
		world->wreck = *report->wreck;
}

static void hurt_inside(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	(void)ctx, (void)self, (void)state, (void)size, (void)code;
	crash_here();
}

static void world_init(struct world *world, const struct rt_isolation_options *options, bool isolate)
{
	static const struct rt_child children[] = {
		{ .id = "w",
		  .shutdown_ms = 5000,
		  .behaviour = &captive,
		  .isolation = RT_ISOLATION_PROCESS,
		  .memory_max = 16 * 1024 * 1024,
		  .descriptors_max = 8,
		  .disk_max = 256 * 1024 },
		{ .id = "plain",
		  .shutdown_ms = 5000,
		  .behaviour = &captive,
		  .isolation = RT_ISOLATION_PROCESS },
		{ .id = "ear", .shutdown_ms = 5000, .behaviour = &ear },
	};
	static const struct rt_child root = {
		.id = "root",
		.supervisor = true,
		.intensity = 1000000000,
		.period_s = 1,
		.children = children,
		.n_children = 3,
		.memory_max = 64 * 1024 * 1024,
		.shutdown_ms = RT_SHUTDOWN_INFINITY,
	};
	/* Valgrind looks through all of it at each death. */
	struct rt_config config = { .seed = 1, .memory_max = 128 * MIB };
	struct rt_hooks hooks = { .ctx = world, .message = hear, .inside = hurt_inside };

	*world = (struct world){ 0 };
	assert_int_equal(rt_new(&config, &world->rt), RT_OK);
	rt_hooks_set(world->rt, &hooks);
	if (isolate)
		assert_int_equal(rt_isolation_install(world->rt, options), RT_OK);
	assert_int_equal(rt_observe(world->rt, see, world), RT_OK);
	assert_int_equal(rt_start(world->rt, &root), RT_OK);
	assert_int_equal(rt_run(world->rt, 0, UINT64_MAX), RT_OK);
	world->ear = rt_path_actor(world->rt, rt_path_find(world->rt, "root/ear"));
}

static rt_id who(const struct world *world, const char *path)
{
	return rt_path_actor(world->rt, rt_path_find(world->rt, path));
}

static void settle(struct world *world)
{
	assert_int_equal(rt_run(world->rt, rt_now(world->rt), UINT64_MAX), RT_OK);
}

static void tell(struct world *world, const char *path, uint32_t what, uint64_t operand)
{
	struct rt_msg msg = { .tag = what, .word = { world->ear, operand } };

	assert_int_equal(rt_send(world->rt, who(world, path), &msg), RT_OK);
	settle(world);
}

/* Told this, it dies of that, and is restarted. */
static void dies_of(struct world *world, uint32_t what, uint64_t operand, const char *reason)
{
	unsigned before = world->exits;

	tell(world, "root/w", what, operand);
	assert_string_equal(world->reason, reason);
	assert_int_equal(world->exits, before + 1);
	assert_int_equal(rt_alive(world->rt), 4);
}

static unsigned open_files(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static bool has_filter(const struct world *world)
{
	struct rt_isolation_facts facts;

	assert_true(rt_isolation_facts(world->rt, &facts));
	return (facts.lacks & 1u << RT_LACK_FILTER) == 0;
}

/* --- tests --------------------------------------------------------------------------------------------- */

static void a_worker_keeps_its_state_in_its_process(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	for (unsigned i = 1; i <= 5; i++) {
		tell(&world, "root/w", COUNT, 0);
		assert_int_equal(world.heard, i);
		assert_int_equal(world.last.word[0], i);
		assert_int_not_equal(world.last.word[2], getpid());
	}
	uint64_t pid = world.last.word[2];

	tell(&world, "root/plain", COUNT, 0);
	assert_int_equal(world.last.word[0], 1);
	assert_int_not_equal(world.last.word[2], pid);
	dies_of(&world, EXIT_WITH, 0, "{exit_status,0}");
	tell(&world, "root/w", COUNT, 0);
	assert_int_equal(world.last.word[0], 1);
	assert_int_equal(world.last.word[1], 2);
	assert_int_not_equal(world.last.word[2], pid);
	rt_free(world.rt);
	assert_false(has_children());
}

static void any_death_is_a_reason(void **unused)
{
	static const struct {
		int number;
		const char *reason;
	} signals[] = {
		{ SIGSEGV, "{signal,segv}" }, { SIGBUS, "{signal,bus}" },   { SIGFPE, "{signal,fpe}" },
		{ SIGILL, "{signal,ill}" },   { SIGABRT, "{signal,abrt}" }, { SIGTERM, "{signal,term}" },
		{ SIGKILL, "{signal,kill}" }, { SIGUSR1, "{signal,usr1}" }, { SIGPIPE, "{signal,pipe}" },
		{ SIGINT, "{signal,int}" },   { 40, "{signal,40}" },
	};
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		dies_of(&world, DIE_OF, (uint64_t)signals[i].number, signals[i].reason);
	dies_of(&world, EXIT_WITH, 3, "{exit_status,3}");
	dies_of(&world, LEAVE, 0, "enough");
	dies_of(&world, NULL_POINTER, 0, "{signal,segv}");
	dies_of(&world, DIVIDE, 0, "{signal,fpe}");
	dies_of(&world, RECURSE, 0, "stack_overflow");
	tell(&world, "root/w", COUNT, 0);
	assert_int_equal(world.heard, 1);
	rt_free(world.rt);
}

static void a_crash_has_its_report(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	tell(&world, "root/w", COUNT, 0);
	dies_of(&world, NULL_POINTER, 0, "{signal,segv}");
	assert_int_equal(world.wreck.signal, SIGSEGV);
	assert_true(world.wreck.addressed);
	assert_int_equal(world.wreck.address, 0);
	assert_true(world.wreck.n_frames >= 2);
	uintptr_t first = (uintptr_t)world.wreck.frame[0], function = (uintptr_t)crash_here;

	assert_true(first >= function && first < function + 256);
	assert_true(world.report.handling);
	assert_int_equal(world.report.msg_tag, NULL_POINTER);
	assert_int_equal(world.report.handled, 2);
	rt_free(world.rt);
}

static void what_it_did_is_a_list(void **unused)
{
	struct world world;
	char expected[128];

	(void)unused;
	world_init(&world, NULL, true);
	tell(&world, "root/w", COUNT, 0);
	snprintf(expected, sizeof(expected), "send %llu %llu 0 1 1 ", (unsigned long long)world.ear,
		 (unsigned long long)who(&world, "root/w"));
	assert_int_equal(strncmp(world.list, expected, strlen(expected)), 0);
	assert_non_null(strstr(world.list, "; return"));
	tell(&world, "root/w", DIE_OF, SIGUSR2);
	assert_string_equal(world.list, "die {signal,usr2}");
	rt_free(world.rt);
}

static void what_a_crashed_process_sent_was_never_sent(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	dies_of(&world, SEND_AND_CRASH, 0, "{signal,segv}");
	assert_int_equal(world.heard, 0);
	rt_free(world.rt);
}

static void harm_from_outside_is_done_in_the_process(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	assert_int_equal(rt_inside(world.rt, who(&world, "root/w"), 0), RT_OK);
	settle(&world);
	assert_string_equal(world.reason, "{signal,segv}");
	assert_false(world.report.handling);
	rt_free(world.rt);
}

static void who_wants_to_go_does_not_wait_for_it(void **unused)
{
	static const int stop = 1;
	const struct rt_isolation_options options = { .stop = &stop };
	struct world world;

	(void)unused;
	world_init(&world, &options, true);
	tell(&world, "root/w", COUNT, 0);
	assert_int_equal(world.heard, 1);
	dies_of(&world, SLEEP, 0, "{isolation,interrupted}");
	dies_of(&world, LOOP, 0, "runaway");
	rt_free(world.rt);
}

/* Of the report: was it in the handler? */
static bool was_in_handler(const struct world *world)
{
	uintptr_t begin = (uintptr_t)handle, frame;

	for (unsigned i = 0; i < world->wreck.n_frames; i++) {
		frame = (uintptr_t)world->wreck.frame[i];
		if (frame >= begin && frame < begin + 16384)
			return true;
	}
	return false;
}

static void one_that_does_not_come_back_is_stopped(void **unused)
{
	const struct rt_isolation_options options = { .patience = 100 * RT_MS };
	struct world world;

	(void)unused;
	world_init(&world, &options, true);
	dies_of(&world, LOOP, 0, "runaway");
	assert_true(was_in_handler(&world));
	dies_of(&world, ASK_FOR_EVER, 0, "runaway");
	dies_of(&world, TELL_FOR_EVER, 0, "runaway");
	dies_of(&world, SLEEP, 0, "{isolation,stuck}");
	assert_true(was_in_handler(&world));
	assert_int_equal(world.wreck.signal, 0);
	assert_int_equal(world.heard, 0);
	rt_free(world.rt);
	assert_false(has_children());
}

static void memory_is_counted_and_is_really_used_up(void **unused)
{
	struct rt_isolation_facts facts;
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	tell(&world, "root/w", TAKE, 4 * MIB);
	assert_int_equal(world.last.word[0], 1);
	struct rt_actor_info info;

	assert_int_equal(rt_actor(world.rt, who(&world, "root/w"), &info), RT_OK);
	assert_true(info.memory >= 4 * MIB);
	dies_of(&world, TAKE, 64 * MIB, "memory_quota");
	assert_int_equal(world.report.memory, 4 * MIB);
	tell(&world, "root/w", TAKE_AND_GIVE, 10 * MIB);
	tell(&world, "root/w", TAKE, 10 * MIB);
	assert_int_equal(world.last.word[0], 1);
	/* What the books do not see, the system does. */
	tell(&world, "root/w", HOARD, 0);
	assert_true(rt_isolation_facts(world.rt, &facts));
	if ((facts.lacks & 1u << RT_LACK_MEMORY) != 0)
		print_message(
			"no limit of address space here: sanitizers and valgrind use it as they like\n");
	else
		assert_in_range(world.last.word[0], 1, 8 * MIB);
	/* The whole tree may have 64 MiB; the other worker alone has no quota. */
	tell(&world, "root/plain", TAKE, 50 * MIB);
	assert_int_equal(world.last.word[0], 1);
	tell(&world, "root/plain", TAKE, 10 * MIB);
	assert_string_equal(world.reason, "memory_quota");
	rt_free(world.rt);
}

static void descriptors_really_run_out(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	for (unsigned i = 0; i < 10; i++) {
		tell(&world, "root/w", OPEN, 0);
		assert_int_equal(world.last.word[0], i < 8);
	}
	tell(&world, "root/w", CLOSE, 0);
	tell(&world, "root/w", OPEN_ALL, 0);
	assert_int_equal(world.last.word[0], 1);
	tell(&world, "root/w", OPEN, 0);
	assert_int_equal(world.last.word[0], 0);
	assert_non_null(strstr(world.list, "refused; "));
	rt_free(world.rt);
}

static void a_disk_fills_up(void **unused)
{
	struct rt_isolation_facts facts;
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	tell(&world, "root/w", FILL_DISK, 0);
	assert_int_equal(world.last.word[0], 256 * 1024);
	assert_true(rt_isolation_facts(world.rt, &facts));
	bool folder = (facts.lacks & 1u << RT_LACK_DISK) != 0;

	assert_int_equal(world.last.word[1], folder ? EFBIG : ENOSPC);
	if (folder)
		print_message("no mount namespace here: the disk is a folder\n");
	rt_free(world.rt);
	assert_int_not_equal(access("full", F_OK), 0);
}

static void what_reaches_out_is_filtered(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	tell(&world, "root/plain", COUNT, 0);
	if (!has_filter(&world)) {
		rt_free(world.rt);
		print_message("no filter here\n");
		skip();
	}
	tell(&world, "root/plain", WRITE_FILE, 0);
	assert_int_equal(world.last.word[0], 0);
	assert_int_equal(world.last.word[1], EACCES);
	tell(&world, "root/plain", CONNECT, 0);
	assert_string_equal(world.reason, "{signal,sys}");
	rt_free(world.rt);
}

static void nonsense_ends_the_worker_and_nothing_else(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	dies_of(&world, GARBLE, 0, "{isolation,garbled}");
	dies_of(&world, HANG_UP, 0, "{isolation,silent}");
	tell(&world, "root/w", COUNT, 0);
	assert_int_equal(world.last.word[0], 1);
	rt_free(world.rt);
	assert_false(has_children());
}

static void it_knows_what_it_would_know_here(void **unused)
{
	struct rt_msg drawn, looked, named;
	struct world world;

	(void)unused;
	for (int isolate = 1; isolate >= 0; isolate--) {
		world_init(&world, NULL, isolate);
		tell(&world, "root/w", COUNT, 0);
		tell(&world, "root/w", COUNT, 0);
		rt_advance(world.rt, 5 * RT_SECOND);
		tell(&world, "root/w", DRAW, 0);
		if (isolate)
			drawn = world.last;
		assert_int_equal(world.last.word[0], drawn.word[0]);
		assert_int_equal(world.last.word[1], drawn.word[1]);
		tell(&world, "root/w", LOOK, 0);
		if (isolate)
			looked = world.last;
		assert_int_equal(looked.word[0], 5 * RT_SECOND);
		assert_int_equal(looked.word[1], 5 * RT_SECOND);
		tell(&world, "root/w", NAME, 0);
		if (isolate)
			named = world.last;
		assert_int_equal(world.last.word[0], named.word[0]);
		assert_int_equal(world.last.word[0], rt_atom_make(world.rt, "a name of its own"));
		rt_free(world.rt);
	}
}

static void a_worker_that_ends_takes_its_process_along(void **unused)
{
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	unsigned files = open_files();

	tell(&world, "root/w", COUNT, 0);
	pid_t pid = (pid_t)world.last.word[2];

	assert_int_equal(open_files(), files + 1);
	assert_int_equal(rt_kill(world.rt, who(&world, "root/w")), RT_OK);
	settle(&world);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(open_files(), files);
	tell(&world, "root/w", COUNT, 0);
	tell(&world, "root/plain", COUNT, 0);
	assert_int_equal(rt_shutdown(world.rt), RT_OK);
	settle(&world);
	assert_false(has_children());
	assert_int_equal(open_files(), files);
	rt_free(world.rt);
}

static unsigned scratch_folders(void)
{
	DIR *folder = opendir(P_tmpdir);
	const struct dirent *entry;
	unsigned count = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		count += strncmp(entry->d_name, "treefall-disk-", 14) == 0;
	if (folder != NULL)
		closedir(folder);
	return count;
}

static void many_deaths_leave_nothing_behind(void **unused)
{
	unsigned files = open_files(), folders = scratch_folders();
	struct world world;

	(void)unused;
	world_init(&world, NULL, true);
	for (unsigned i = 0; i < (rt_slow() ? 20 : 200); i++)
		tell(&world, "root/w", i % 3 == 0 ? EXIT_WITH : i % 3 == 1 ? NULL_POINTER : FILL_DISK, 0);
	tell(&world, "root/w", COUNT, 0);
	rt_free(world.rt);
	assert_int_equal(open_files(), files);
	assert_int_equal(scratch_folders(), folders);
	assert_false(has_children());
}

/* The program's own process is killed; what it forked must not outlive it. */
static void they_die_with_the_program(void **unused)
{
	int fd[2];
	pid_t grandchild = 0, child;
	struct world world;

	(void)unused;
	assert_int_equal(pipe(fd), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		world_init(&world, NULL, true);
		tell(&world, "root/w", COUNT, 0);
		grandchild = (pid_t)world.last.word[2];
		if (write(fd[1], &grandchild, sizeof(grandchild)) < 0)
			_exit(1);
		struct rt_msg msg = { .tag = SLEEP };

		if (rt_send(world.rt, who(&world, "root/w"), &msg) == RT_OK)
			(void)!rt_run(world.rt, 0, UINT64_MAX);
		_exit(0);
	}
	close(fd[1]);
	assert_int_equal(read(fd[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	close(fd[0]);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* Whoever adopts it buries it; the kernel has killed it by then. */
	for (unsigned i = 0; i < 1000 && kill(grandchild, 0) == 0; i++) {
		char path[64], line[256] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)grandchild);
		file = fopen(path, "r");
		if (file == NULL || fgets(line, sizeof(line), file) == NULL || strstr(line, ") Z ") != NULL)
			i = 1000;
		if (file != NULL)
			fclose(file);
		usleep(1000);
		assert_int_not_equal(i, 999);
	}
}

/* Then nobody knows how they died but from what they wrote down themselves. */
static void where_children_are_ignored(void **unused)
{
	struct world world;

	(void)unused;
	signal(SIGCHLD, SIG_IGN);
	world_init(&world, NULL, true);
	dies_of(&world, NULL_POINTER, 0, "{signal,segv}");
	dies_of(&world, RECURSE, 0, "stack_overflow");
	dies_of(&world, EXIT_WITH, 3, "{isolation,silent}");
	dies_of(&world, LOOP, 0, "runaway");
	tell(&world, "root/w", COUNT, 0);
	assert_int_equal(world.last.word[0], 1);
	rt_free(world.rt);
	assert_false(has_children());
	signal(SIGCHLD, SIG_DFL);
}

static void *thread_main(void *arg)
{
	unsigned *exits = arg;
	struct world world;

	world_init(&world, NULL, true);
	for (unsigned i = 0; i < 20; i++) {
		tell(&world, "root/w", COUNT, 0);
		tell(&world, "root/w", i % 2 == 0 ? NULL_POINTER : RECURSE, 0);
		if (strcmp(world.reason, i % 2 == 0 ? "{signal,segv}" : "stack_overflow") == 0)
			++*exits;
	}
	rt_free(world.rt);
	return arg;
}

static void threads_have_their_own(void **unused)
{
	pthread_t thread[3];
	unsigned exits[3] = { 0 }, files = open_files();

	(void)unused;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, thread_main, &exits[i]), 0);
	for (unsigned i = 0; i < 3; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(exits[i], 20);
	}
	assert_int_equal(open_files(), files);
	assert_false(has_children());
}

/* A protected program's signal handlers are none of the process's. */
static void beside_the_guard(void **unused)
{
	struct world world;

	(void)unused;
	assert_int_equal(rt_guard_install(NULL), RT_OK);
	assert_int_equal(rt_guard_enter(), RT_OK);
	world_init(&world, NULL, true);
	rt_guard_protect(world.rt);
	for (unsigned i = 0; i < 3; i++) {
		dies_of(&world, NULL_POINTER, 0, "{signal,segv}");
		dies_of(&world, RECURSE, 0, "stack_overflow");
		dies_of(&world, LOOP, 0, "runaway");
		dies_of(&world, DIE_OF, SIGVTALRM, "{signal,vtalrm}");
		dies_of(&world, LEAVE, 0, "enough");
	}
	rt_free(world.rt);
	rt_guard_leave();
	assert_false(has_children());
}

static void what_cannot_be_had_is_told(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < RT_LACKS; i++)
		assert_true(strlen(rt_lack_text(i)) > 5);
	struct rt_isolation_facts facts;
	struct world world;

	world_init(&world, NULL, false);
	assert_false(rt_isolation_facts(world.rt, &facts));
	rt_free(world.rt);
	world_init(&world, NULL, true);
	tell(&world, "root/w", COUNT, 0);
	tell(&world, "root/w", COUNT, 0);
	assert_true(rt_isolation_facts(world.rt, &facts));
	assert_int_equal(facts.started, 1);
	if (!TREEFALL_HAVE_SECCOMP || rt_slow())
		assert_true((facts.lacks & 1u << RT_LACK_FILTER) != 0);
	assert_true((facts.lacks & 1u << RT_LACK_PROCESS) == 0);
	rt_free(world.rt);
	world_init(&world, NULL, true);
	assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
	dies_of(&world, COUNT, 0, "{isolation,disk}");
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_true(rt_isolation_facts(world.rt, &facts));
	assert_true((facts.lacks & 1u << RT_LACK_PROCESS) != 0);
	rt_free(world.rt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_keeps_its_state_in_its_process),
		cmocka_unit_test(any_death_is_a_reason),
		cmocka_unit_test(a_crash_has_its_report),
		cmocka_unit_test(what_it_did_is_a_list),
		cmocka_unit_test(what_a_crashed_process_sent_was_never_sent),
		cmocka_unit_test(harm_from_outside_is_done_in_the_process),
		cmocka_unit_test(one_that_does_not_come_back_is_stopped),
		cmocka_unit_test(who_wants_to_go_does_not_wait_for_it),
		cmocka_unit_test(memory_is_counted_and_is_really_used_up),
		cmocka_unit_test(descriptors_really_run_out),
		cmocka_unit_test(a_disk_fills_up),
		cmocka_unit_test(what_reaches_out_is_filtered),
		cmocka_unit_test(nonsense_ends_the_worker_and_nothing_else),
		cmocka_unit_test(it_knows_what_it_would_know_here),
		cmocka_unit_test(a_worker_that_ends_takes_its_process_along),
		cmocka_unit_test(many_deaths_leave_nothing_behind),
		cmocka_unit_test(they_die_with_the_program),
		cmocka_unit_test(where_children_are_ignored),
		cmocka_unit_test(threads_have_their_own),
		cmocka_unit_test(beside_the_guard),
		cmocka_unit_test(what_cannot_be_had_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
