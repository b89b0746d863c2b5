/* processes.bpf.c - the processes that isolated workers run in: their beginnings, programs and ends. */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct task_struct {
	int pid, tgid;
	int exit_code;
	struct task_struct *real_parent;
	struct pid *thread_pid;
} CORE;

const volatile struct prb_target target; /* the parent of all of them */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} ring SEC(".maps");

/* What did not fit. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, prb_u32);
	__type(value, prb_u64);
} dropped SEC(".maps");

/* Its number where we live. */
static __always_inline prb_u32 number_of(struct task_struct *task)
{
	struct pid *pid = task->thread_pid;
	struct upid number;

	if (target.level > pid->level)
		return 0;
	bpf_probe_read_kernel(&number, sizeof(number), (const struct upid *)&pid->numbers + target.level);
	return (prb_u32)number.nr;
}

static __always_inline int tell(prb_u32 kind, struct task_struct *task, prb_u32 code)
{
	struct prb_process *process = bpf_ringbuf_reserve(&ring, sizeof(*process), 0);
	prb_u32 zero = 0;

	if (!process) {
		prb_u64 *count = bpf_map_lookup_elem(&dropped, &zero);

		if (count)
			__sync_fetch_and_add(count, 1);
		return 0;
	}
	process->clock = bpf_ktime_get_ns();
	process->kind = kind;
	process->pid = number_of(task);
	process->code = code;
	process->unused = 0;
	bpf_get_current_comm(process->name, sizeof(process->name));
	bpf_ringbuf_submit(process, 0);
	return 0;
}

/* A thread of its own is no process. */
static __always_inline int is_child(struct task_struct *task)
{
	return task->pid == task->tgid && task->real_parent->tgid == (int)target.tgid;
}

SEC("tp_btf/sched_process_fork")
int process_fork(prb_u64 *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx[1];

	return is_child(child) ? tell(PRB_FORK, child, 0) : 0;
}

SEC("tp_btf/sched_process_exec")
int process_exec(prb_u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];

	return is_child(task) ? tell(PRB_EXEC, task, 0) : 0;
}

SEC("tp_btf/sched_process_exit")
int process_exit(prb_u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];

	return is_child(task) ? tell(PRB_EXITED, task, (prb_u32)task->exit_code) : 0;
}
