/* target.bpf.c - the kernel's own number of a process.  Where we live in a namespace of our own (in a
 * container, say) the numbers that we know are not those that other BPF programs see. */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct ns_common {
	unsigned inum;
} CORE;
struct pid_namespace {
	struct ns_common ns;
} CORE;
struct bpf_iter__task {
	struct task_struct *task;
} CORE;
struct task_struct {
	int pid, tgid;
	struct pid *thread_pid;
} CORE;

const volatile prb_u32 space = 0; /* inode of our namespace */
struct prb_target found = { 0 };

/* Run for the one process that is meant. */
SEC("iter/task")
int look(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	struct pid *pid = task->thread_pid;

	found.tgid = (prb_u32)task->tgid;
	for (prb_u32 i = 0; i < PRB_LEVELS && i <= pid->level; i++) {
		struct upid number;
		unsigned inum = 0;

		bpf_probe_read_kernel(&number, sizeof(number), (const struct upid *)&pid->numbers + i);
		bpf_probe_read_kernel(&inum, sizeof(inum), &number.ns->ns.inum);
		if (inum == space)
			found.level = i;
	}
	return 0;
}
