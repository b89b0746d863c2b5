/* Tying a program to a point and untying it, in the new way and in the old one. */
#include "config.h"
#include "probes/link.h"
#include "runtime/usdt.h"
#include "tests/support/fixture.h"

#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW && defined(__x86_64__)
#include <errno.h>
#include <linux/bpf.h>
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
    cmocka_unit_test(unit_what_is_no_program_is_refused))
#else
TEST(unit_points_cannot_be_read_here)
{
	skip();
}

RUN(cmocka_unit_test(unit_points_cannot_be_read_here))
#endif
