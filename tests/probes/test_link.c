/* Tying a program to a point and untying it, in the new way and in the old one. */
#include "config.h"
#include "probes/link.h"
#include "runtime/usdt.h"
#include "tests/support/fixture.h"

#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW && defined(__x86_64__)
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* `return 0`, and nothing else. */
static int load(unsigned attach_type)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)insns,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
		.expected_attach_type = attach_type,
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void read_points(struct prb_binary *binary)
{
	struct rt_error error = { 0 };

	assert_int_equal(prb_binary_read("/proc/self/exe", binary, &error), RT_OK);
}

static void skip_without(int fd, const char *what)
{
	if (fd >= 0)
		return;
	print_message("no %s: %s\n", what, strerror(fd == -1 ? errno : -fd));
	skip();
}

TEST(unit_a_link_of_two_points_is_counted_by_their_semaphores)
{
	const struct prb_point *points[2];
	struct prb_binary binary;
	int program, link;

	if (!prb_link_multi())
		skip();
	program = load(PRB_UPROBE_MULTI);
	skip_without(program, "bpf");
	read_points(&binary);
	points[0] = prb_binary_point(&binary, "restart");
	points[1] = prb_binary_point(&binary, "give_up");
	assert_int_equal(treefall_restart_semaphore, 0);
	link = prb_link_points(program, "/proc/self/exe", points, 2, getpid());
	assert_true(link >= 0);
	assert_int_equal(treefall_restart_semaphore, 1);
	assert_int_equal(treefall_give_up_semaphore, 1);
	assert_int_equal(treefall_actor_exit_semaphore, 0);
	close(link);
	assert_int_equal(treefall_restart_semaphore, 0);
	assert_int_equal(treefall_give_up_semaphore, 0);
	close(program);
	prb_binary_fini(&binary);
}

TEST(unit_older_kernels_have_a_link_for_each_point)
{
	struct prb_binary binary;
	int program = load(0), link;

	skip_without(program, "bpf");
	read_points(&binary);
	link = prb_link_point(program, "/proc/self/exe", prb_binary_point(&binary, "restart"), 7, getpid());
	if (link == -EACCES || link == -EPERM || link == -ENOENT) {
		close(program);
		prb_binary_fini(&binary);
		skip_without(link, "uprobes as perf events");
	}
	assert_true(link >= 0);
	assert_int_equal(treefall_restart_semaphore, 1);
	close(link);
	assert_int_equal(treefall_restart_semaphore, 0);
	close(program);
	prb_binary_fini(&binary);
}

/* A descriptor that counts hits of a point of this program. */
static int counter(const struct prb_binary *binary, const char *name)
{
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	const struct prb_point *point = prb_binary_point(binary, name);
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.config = point->semaphore << 32,
		.uprobe_path = (uintptr_t) "/proc/self/exe",
		.probe_offset = point->offset,
	};

	if (file == NULL)
		return -1;
	assert_int_equal(fscanf(file, "%u", &attr.type), 1);
	fclose(file);
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static uint64_t hits(int fd)
{
	uint64_t count = 0;

	assert_int_equal(read(fd, &count, sizeof(count)), sizeof(count));
	return count;
}

/* fault_fired is hit by inject/: tests/system/test_trace.sh looks at it. */
TEST(unit_each_point_is_hit_when_its_event_happens_and_never_else)
{
	static const char *const names[] = {
		"actor_start",  "actor_exit",     "restart",      "give_up",
		"message_send", "dispatch_begin", "dispatch_end", "mailbox_full"
	};
	enum { START, EXIT, RESTART, GIVE_UP, SEND, BEGIN, END, FULL, COUNT };
	struct prb_binary binary;
	int fd[COUNT];

	read_points(&binary);
	for (unsigned i = 0; i < COUNT; i++) {
		fd[i] = counter(&binary, names[i]);
		skip_without(fd[i], "uprobes as perf events");
	}
	struct fixture *f = start_tree(
		&ONE_FOR_ONE("app", .intensity = 1, .period_s = 5, CHILDREN(WORKER("a"), WORKER("b"))));

	assert_int_equal(hits(fd[START]), 3);
	assert_int_equal(hits(fd[SEND]), 0);
	for (unsigned round = 1; round <= 2; round++) {
		for (unsigned i = 1; i <= RT_MAILBOX_FULL + 5; i++) {
			assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){ .tag = 1 }),
					 RT_OK);
			assert_int_equal(hits(fd[FULL]), i < RT_MAILBOX_FULL ? round - 1 : round);
		}
		settle(f);
	}
	assert_int_equal(hits(fd[SEND]), 2 * (RT_MAILBOX_FULL + 5));
	assert_true(hits(fd[BEGIN]) >= 2 * (RT_MAILBOX_FULL + 5));
	assert_int_equal(hits(fd[EXIT]), 0);
	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(hits(fd[RESTART]), 1);
	assert_int_equal(hits(fd[GIVE_UP]), 0);
	crash(f, "app/b", "boom");
	settle(f);
	assert_int_equal(hits(fd[RESTART]), 1);
	assert_int_equal(hits(fd[GIVE_UP]), 1);
	assert_int_equal(hits(fd[START]), 4);
	assert_int_equal(hits(fd[EXIT]), 4);
	assert_int_equal(hits(fd[BEGIN]), hits(fd[END]));
	fixture_free(f);
	for (unsigned i = 0; i < COUNT; i++)
		close(fd[i]);
	prb_binary_fini(&binary);
}

/* Nobody looks at where turns begin; a worker alone keeps its turn then, and so does a supervisor. */
TEST(unit_the_end_of_each_turn_is_seen_by_who_looks_at_nothing_else)
{
	struct prb_binary binary;

	read_points(&binary);
	int fd = counter(&binary, "dispatch_end");

	skip_without(fd, "uprobes as perf events");
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));

	assert_int_equal(hits(fd), rt_steps(f->rt));
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){ .tag = 1 }), RT_OK);
	settle(f);
	assert_int_equal(hits(fd), rt_steps(f->rt));
	fixture_free(f);
	close(fd);
	prb_binary_fini(&binary);
}

TEST(unit_what_is_no_program_is_refused)
{
	struct prb_binary binary;
	const struct prb_point *point;

	read_points(&binary);
	point = prb_binary_point(&binary, "restart");
	assert_true(prb_link_points(-1, "/proc/self/exe", &point, 1, getpid()) < 0);
	assert_true(prb_link_point(-1, "/proc/self/exe", point, 0, getpid()) < 0);
	prb_binary_fini(&binary);
}

RUN(cmocka_unit_test(unit_a_link_of_two_points_is_counted_by_their_semaphores),
    cmocka_unit_test(unit_older_kernels_have_a_link_for_each_point),
    cmocka_unit_test(unit_each_point_is_hit_when_its_event_happens_and_never_else),
    cmocka_unit_test(unit_the_end_of_each_turn_is_seen_by_who_looks_at_nothing_else),
    cmocka_unit_test(unit_what_is_no_program_is_refused))
#else
TEST(unit_points_cannot_be_read_here)
{
	skip();
}

RUN(cmocka_unit_test(unit_points_cannot_be_read_here))
#endif
