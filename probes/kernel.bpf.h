/* kernel.bpf.h - the little of the kernel that our BPF programs look at.
 *
 * Structures are cut down to the fields that are used; their places are found when a program is loaded
 * (CO-RE), so it can be built on a machine without type information of its kernel.
 */
#ifndef PROBES_KERNEL_BPF_H
#define PROBES_KERNEL_BPF_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27
};
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };
enum { BPF_F_USER_STACK = 1 << 8 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_AVAIL_DATA = 0 };

#include <bpf/bpf_helpers.h>

#include "wire.h"

#define CORE __attribute__((preserve_access_index))
#define COUNT(n) __sync_fetch_and_add(&(n), 1)

/* A process has a number in each namespace that it lives in, the outermost first. */
#define PRB_LEVELS 32
struct pid_namespace;
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned level;
	struct upid numbers[1];
} CORE;

/* The registers of the traced program, as many of them as arguments lie in.  They are copied, at once, since
 * where to look is not known to the compiler. */
struct prb_registers {
	prb_u64 word[20];
};

static __always_inline void prb_registers(const void *ctx, struct prb_registers *out)
{
	bpf_probe_read_kernel(out, sizeof(*out), ctx);
}

/* An argument of a probe point. */
static __always_inline prb_u64 prb_fetch(const struct prb_registers *from, const volatile struct prb_arg *arg)
{
	prb_u64 value = 0;

	switch (arg->where) {
	case PRB_CONSTANT:
		return (prb_u64)arg->value;
	case PRB_REGISTER:
		value = from->word[arg->reg / 8];
		break;
	case PRB_MEMORY:
		value = from->word[arg->reg / 8];
		bpf_probe_read_user(&value, sizeof(value), (const char *)value + arg->value);
		break;
	default:
		return 0;
	}
	prb_u32 shift = 64 - 8 * arg->size;

	value <<= shift;
	return arg->is_signed ? (prb_u64)((prb_i64)value >> shift) : value >> shift;
}

/* Number of significant bits, at most PRB_SLOTS - 1. */
static __always_inline prb_u32 prb_slot(prb_u64 value)
{
	prb_u32 slot = 0;

	if (value >> 32) {
		slot += 32;
		value >>= 32;
	}
	if (value >> 16) {
		slot += 16;
		value >>= 16;
	}
	if (value >> 8) {
		slot += 8;
		value >>= 8;
	}
	if (value >> 4) {
		slot += 4;
		value >>= 4;
	}
	if (value >> 2) {
		slot += 2;
		value >>= 2;
	}
	slot += (prb_u32)(value >> 1 ? 2 : value);
	return slot < PRB_SLOTS ? slot : PRB_SLOTS - 1;
}

#endif
