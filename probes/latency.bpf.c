/* latency.bpf.c - how long messages wait and how long handlers take, by the kernel's clock, per actor. */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

enum { SEND, BEGIN, END, SITES }; /* as latency.c has them */
const volatile struct prb_site sites[SITES];

/* A message that waits: runtimes number their own. */
struct mail {
	prb_u64 run;
	prb_u32 number, unused;
};
/* When it was sent.  One that is never taken up stays until its number is used again. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct mail);
	__type(value, prb_u64);
} sent SEC(".maps");

/* When a thread's present dispatch began; 0 between two. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, prb_u32);
	__type(value, prb_u64);
} begun SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, 1); /* memory as it is needed */
	__type(key, struct prb_place_key);
	__type(value, struct prb_waits);
} waits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, prb_u32);
	__type(value, struct prb_hits);
} hits SEC(".maps");

static __always_inline struct prb_waits *waits_of(prb_u64 run, prb_u32 place, struct prb_hits *hit)
{
	static const struct prb_waits none;
	struct prb_place_key key = { .run = run, .place = place };
	struct prb_waits *found = bpf_map_lookup_elem(&waits, &key);

	if (found)
		return found;
	bpf_map_update_elem(&waits, &key, &none, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&waits, &key);
	if (!found)
		COUNT(hit->uncounted);
	return found;
}

static __always_inline int message_send(const struct prb_registers *registers, struct prb_hits *hit)
{
	struct mail mail = {
		.run = prb_fetch(registers, &sites[SEND].arg[0]),
		.number = (prb_u32)prb_fetch(registers, &sites[SEND].arg[1]),
	};
	prb_u64 clock = bpf_ktime_get_ns();

	if (bpf_map_update_elem(&sent, &mail, &clock, BPF_ANY) != 0)
		COUNT(hit->untimed);
	return 0;
}

static __always_inline int dispatch_begin(const struct prb_registers *registers, struct prb_hits *hit)
{
	prb_u64 clock = bpf_ktime_get_ns(), *since;
	prb_u32 thread = (prb_u32)bpf_get_current_pid_tgid();
	struct mail mail = {
		.run = prb_fetch(registers, &sites[BEGIN].arg[0]),
		.number = (prb_u32)prb_fetch(registers, &sites[BEGIN].arg[1]),
	};

	since = bpf_map_lookup_elem(&sent, &mail);
	if (since) {
		prb_u32 place = (prb_u32)prb_fetch(registers, &sites[BEGIN].arg[3]);
		struct prb_waits *w = waits_of(mail.run, place, hit);
		prb_u64 took = clock - *since;

		if (w) {
			COUNT(w->queue[prb_slot(took)]);
			COUNT(w->queued);
			__sync_fetch_and_add(&w->queue_ns, took);
		}
		bpf_map_delete_elem(&sent, &mail);
	}
	since = bpf_map_lookup_elem(&begun, &thread);
	/* What was done here is no part of the handler's time. */
	clock = bpf_ktime_get_ns();
	if (since)
		*since = clock;
	else
		bpf_map_update_elem(&begun, &thread, &clock, BPF_ANY);
	return 0;
}

static __always_inline int dispatch_end(const struct prb_registers *registers, struct prb_hits *hit)
{
	prb_u64 clock = bpf_ktime_get_ns(), *since;
	prb_u32 thread = (prb_u32)bpf_get_current_pid_tgid();

	since = bpf_map_lookup_elem(&begun, &thread);
	if (since && *since != 0) {
		struct prb_waits *w = waits_of(prb_fetch(registers, &sites[END].arg[0]),
					       (prb_u32)prb_fetch(registers, &sites[END].arg[2]), hit);
		prb_u64 took = clock - *since;

		if (w) {
			COUNT(w->handler[prb_slot(took)]);
			COUNT(w->handled);
			__sync_fetch_and_add(&w->handler_ns, took);
		}
		*since = 0;
	}
	return 0;
}

SEC("uprobe")
int at_point(void *ctx)
{
	prb_u32 zero = 0;
	struct prb_hits *hit = bpf_map_lookup_elem(&hits, &zero);
	struct prb_registers registers;

	if (!hit)
		return 0;
	COUNT(hit->all);
	prb_registers(ctx, &registers);
	switch (bpf_get_attach_cookie(ctx)) {
	case SEND:
		return message_send(&registers, hit);
	case BEGIN:
		return dispatch_begin(&registers, hit);
	case END:
		return dispatch_end(&registers, hit);
	}
	return 0;
}
