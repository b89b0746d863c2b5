/* hotspots.bpf.c - where the processor's time goes, told by the actor that is being dispatched.
 *
 * Nothing is attached to the dispatch: a sample asks the sampled thread what it is at, which the runtime says
 * in a thread-local word (treefall_current).  So looking costs the traced program nothing between samples.
 */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct thread_struct {
	unsigned long fsbase;
} CORE;
struct task_struct {
	int pid, tgid;
	struct thread_struct thread;
} CORE;

const volatile prb_u32 target = 0;  /* the process, by the kernel's own number */
const volatile prb_u64 current = 0; /* treefall_current lies so many bytes below the thread pointer */

struct now { /* struct rt_current */
	prb_u64 actor;
	prb_u32 place, incarnation;
	prb_u64 run;
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__uint(key_size, sizeof(prb_u32));
	__uint(value_size, PRB_FRAMES * sizeof(prb_u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct prb_sample_key);
	__type(value, prb_u64);
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, 1); /* memory as it is needed */
	__type(key, struct prb_place_key);
	__type(value, struct prb_strain);
} strains SEC(".maps");

/* When a thread left the processor, and what it was at. */
struct away {
	prb_u64 since;
	struct prb_place_key at;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, prb_u32);
	__type(value, struct away);
} aways SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, prb_u32);
	__type(value, struct prb_sampling);
} sampling SEC(".maps");

/* What a thread is at; false: it is not ours, or at nothing.  Must not fault: then it reads nothing. */
static __always_inline int at_of(struct task_struct *task, struct prb_place_key *out)
{
	struct now now = { 0 };
	prb_u64 pointer = task->thread.fsbase;

	if (task->tgid != (int)target || current == 0)
		return 0;
	if (bpf_probe_read_user(&now, sizeof(now), (const void *)(pointer - current)) != 0 ||
	    now.actor == 0 || now.run == 0)
		return 0;
	out->run = now.run;
	out->place = now.place;
	out->unused = 0;
	return 1;
}

static __always_inline struct prb_strain *strain_of(const struct prb_place_key *at)
{
	static const struct prb_strain none;
	struct prb_strain *strain = bpf_map_lookup_elem(&strains, at);
	prb_u32 zero = 0;

	if (strain)
		return strain;
	bpf_map_update_elem(&strains, at, &none, BPF_NOEXIST);
	strain = bpf_map_lookup_elem(&strains, at);
	if (!strain) {
		struct prb_sampling *told = bpf_map_lookup_elem(&sampling, &zero);

		if (told)
			COUNT(told->uncounted);
	}
	return strain;
}

SEC("perf_event")
int sample(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	struct prb_sample_key key = { 0 };
	prb_u64 one = 1, *count;
	prb_u32 zero = 0, lost = 0;
	struct prb_sampling *told = bpf_map_lookup_elem(&sampling, &zero);

	if (!told || task->tgid != (int)target)
		return 0;
	COUNT(told->taken);
	if (!at_of(task, &key.at)) {
		COUNT(told->idle);
		return 0;
	}
	struct prb_strain *strain = strain_of(&key.at);

	if (strain)
		COUNT(strain->samples);
	key.stack = (prb_i64)bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	/* Two stacks that hash alike do not both fit. */
	if (key.stack < 0) {
		lost = 1;
		key.stack = -1;
	}
	count = bpf_map_lookup_elem(&samples, &key);
	if (count)
		COUNT(*count);
	else if (bpf_map_update_elem(&samples, &key, &one, BPF_NOEXIST) != 0)
		lost = 1;
	if (lost)
		COUNT(told->dropped);
	return 0;
}

SEC("tp_btf/sched_switch")
int sched_switch(prb_u64 *ctx)
{
	struct task_struct *before = (struct task_struct *)ctx[1], *after = (struct task_struct *)ctx[2];
	prb_u64 clock = bpf_ktime_get_ns();
	prb_u32 thread;

	if (before->tgid == (int)target) {
		struct away away = { .since = clock };

		thread = (prb_u32)before->pid;
		if (at_of(before, &away.at))
			bpf_map_update_elem(&aways, &thread, &away, BPF_ANY);
	}
	if (after->tgid == (int)target) {
		thread = (prb_u32)after->pid;
		struct away *away = bpf_map_lookup_elem(&aways, &thread);

		if (away) {
			struct prb_strain *strain = strain_of(&away->at);

			if (strain)
				__sync_fetch_and_add(&strain->off_cpu_ns, clock - away->since);
			bpf_map_delete_elem(&aways, &thread);
		}
	}
	return 0;
}

SEC("tp_btf/page_fault_user")
int page_fault(prb_u64 *ctx)
{
	struct prb_place_key at;

	(void)ctx;
	if (at_of((struct task_struct *)bpf_get_current_task_btf(), &at)) {
		struct prb_strain *strain = strain_of(&at);

		if (strain)
			COUNT(strain->page_faults);
	}
	return 0;
}

SEC("tp_btf/signal_deliver")
int signal_deliver(prb_u64 *ctx)
{
	struct prb_place_key at;

	(void)ctx;
	if (at_of((struct task_struct *)bpf_get_current_task_btf(), &at)) {
		struct prb_strain *strain = strain_of(&at);

		if (strain)
			COUNT(strain->signals);
	}
	return 0;
}
