/* lifecycle.bpf.c - starts, exits, restarts and escalations: each an event in a ring buffer, and all of them
 * counted per path, so that no count depends on how fast somebody reads the ring. */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile struct prb_site sites[PRB_KINDS];
const volatile prb_u64 limit = 0; /* events sent in a second, per processor; 0: all */
const volatile prb_u32 silent = 0; /* nobody wants them one by one */

#define RING (1 << 22) /* bytes */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 18);
	__type(key, struct prb_path);
	__type(value, struct prb_counts);
	__uint(map_flags, 1); /* memory as it is needed */
} paths SEC(".maps");

/* Who is at which place, for views that know places only, and for when the process is gone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 18);
	__uint(map_flags, 1); /* memory as it is needed */
	__type(key, struct prb_place_key);
	__type(value, struct prb_path);
} names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, prb_u32);
	__type(value, struct prb_passage);
} passage SEC(".maps");

/* How many were sent in the present second. */
struct window {
	prb_u64 second, sent;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, prb_u32);
	__type(value, struct window);
} windows SEC(".maps");

static const struct prb_counts fresh;

static __always_inline struct prb_counts *counts_of(const struct prb_path *path, struct prb_passage *told)
{
	struct prb_counts *counts = bpf_map_lookup_elem(&paths, path);

	if (counts)
		return counts;
	bpf_map_update_elem(&paths, path, &fresh, BPF_NOEXIST);
	counts = bpf_map_lookup_elem(&paths, path);
	if (!counts)
		COUNT(told->uncounted);
	return counts;
}

/* The first start of a path has nothing to do with how it ended in an earlier run. */
static __always_inline void count(struct prb_counts *counts, prb_u32 kind, prb_u64 clock, prb_u32 incarnation)
{
	if (kind == PRB_EXIT) {
		COUNT(counts->exits);
		counts->ended_at = clock;
	} else if (kind == PRB_RESTART) {
		COUNT(counts->restarts);
	} else if (kind == PRB_GIVE_UP) {
		COUNT(counts->give_ups);
	} else if (kind == PRB_FAULT) {
		COUNT(counts->faults);
	} else if (kind == PRB_START) {
		COUNT(counts->starts);
		prb_u64 ended_at = counts->ended_at;

		counts->ended_at = 0;
		if (ended_at != 0 && incarnation > 1) {
			prb_u64 took = clock - ended_at;

			COUNT(counts->latency[prb_slot(took)]);
			__sync_fetch_and_add(&counts->latency_sum, took);
		}
	}
}

/* Is there room for another event in this second? */
static __always_inline int within_limit(prb_u64 clock)
{
	prb_u32 zero = 0;
	struct window *window = limit == 0 ? 0 : bpf_map_lookup_elem(&windows, &zero);

	if (!window)
		return 1;
	if (window->second != clock / 1000000000) {
		window->second = clock / 1000000000;
		window->sent = 0;
	}
	return window->sent++ < limit;
}

/* The reader comes by itself, often enough; to wake it would cost more than all the rest. */
static __always_inline prb_u64 wakes(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < RING / 4 ? BPF_RB_NO_WAKEUP : 0;
}

/* An event but for its texts. */
struct head {
	prb_u64 clock;
	prb_i64 t;
	prb_u64 run;
	prb_u32 kind, a, b;
};

/* Most paths are short, and memory that need not be touched costs nothing. */
static __always_inline int send(const struct head *head, const struct prb_path *path, prb_u32 length,
				const void *reason)
{
	struct prb_event *event =
		bpf_ringbuf_reserve(&ring, __builtin_offsetof(struct prb_event, path) + length, 0);

	if (!event)
		return 0;
	event->clock = head->clock;
	event->t = head->t;
	event->run = head->run;
	event->kind = head->kind;
	event->a = head->a;
	event->b = head->b;
	event->unused = 0;
	event->reason[0] = 0;
	if (reason)
		bpf_probe_read_user_str(event->reason, sizeof(event->reason), reason);
	__builtin_memcpy(&event->path, path, length);
	bpf_ringbuf_submit(event, wakes());
	return 1;
}

/* Which arguments of a kind's point are its time, its numbers and its text (0: it has none); the path is
 * always the first. */
static __always_inline int see(const void *ctx, prb_u32 kind, prb_u32 t, prb_u32 a, prb_u32 b, prb_u32 reason)
{
	const volatile struct prb_site *site = &sites[kind];
	prb_u32 zero = 0, incarnation = 0;
	struct prb_passage *told = bpf_map_lookup_elem(&passage, &zero);
	prb_u64 clock = bpf_ktime_get_ns(), run = 0;
	struct prb_registers registers;
	struct prb_path path = { 0 };

	if (!told)
		return 0;
	COUNT(told->seen[kind]);
	prb_registers(ctx, &registers);
	long length = bpf_probe_read_user_str(path.text, sizeof(path.text),
					      (const void *)prb_fetch(&registers, &site->arg[0]));

	if (kind == PRB_START) {
		run = prb_fetch(&registers, &site->arg[6]);
		incarnation = (prb_u32)prb_fetch(&registers, &site->arg[3]);
	}
	/* The first incarnation tells once and for all who is at the place. */
	if (incarnation == 1) {
		struct prb_place_key at = { .run = run,
					    .place = (prb_u32)prb_fetch(&registers, &site->arg[2]) };

		bpf_map_update_elem(&names, &at, &path, BPF_ANY);
	}
	/* What is healed everywhere is healed nowhere in particular. */
	struct prb_counts *counts = path.text[0] ? counts_of(&path, told) : 0;

	if (counts)
		count(counts, kind, clock, incarnation);
	if (silent)
		return 0;
	if (!within_limit(clock)) {
		COUNT(told->limited);
		return 0;
	}
	struct head head = {
		.clock = clock,
		.t = (prb_i64)prb_fetch(&registers, &site->arg[t]),
		.run = run,
		.kind = kind,
		.a = kind == PRB_START ? incarnation : a ? (prb_u32)prb_fetch(&registers, &site->arg[a]) : 0,
		.b = b ? (prb_u32)prb_fetch(&registers, &site->arg[b]) : 0,
	};
	const void *text = reason ? (const void *)prb_fetch(&registers, &site->arg[reason]) : 0;
	int sent = length <= PRB_PATH_SHORT ? send(&head, &path, PRB_PATH_SHORT, text)
					    : send(&head, &path, PRB_PATH, text);

	if (!sent)
		COUNT(told->dropped);
	return 0;
}

/* One program at all the points, so that there is one link to be made and one to be waited for at the end. */
SEC("uprobe")
int at_point(void *ctx)
{
	switch (bpf_get_attach_cookie(ctx)) {
	case PRB_START:
		return see(ctx, PRB_START, 5, 3, 0, 0);
	case PRB_EXIT:
		return see(ctx, PRB_EXIT, 5, 3, 0, 4);
	case PRB_RESTART:
		return see(ctx, PRB_RESTART, 5, 3, 4, 0);
	case PRB_GIVE_UP:
		return see(ctx, PRB_GIVE_UP, 4, 2, 3, 0);
	case PRB_FAULT:
		return see(ctx, PRB_FAULT, 4, 0, 0, 1);
	}
	return 0;
}
