/* link.c - BPF_LINK_CREATE for uprobes, whose arguments the headers of older systems do not have. */
#include "link.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINK_CREATE 28

/* The part of union bpf_attr that a uprobe link takes (linux/bpf.h of kernel 6.6). */
struct link_create {
	uint32_t program, target, attach_type, flags;
	uint64_t path, offsets, semaphores, cookies;
	uint32_t count, uprobe_flags, pid, unused;
};

int prb_link_point(int program, const char *binary, const struct prb_point *point, int pid)
{
	uint64_t offset = point->offset, semaphore = point->semaphore;
	struct link_create attr = {
		.program = (uint32_t)program,
		.attach_type = PRB_UPROBE_MULTI,
		.path = (uintptr_t)binary,
		.offsets = (uintptr_t)&offset,
		.semaphores = semaphore != 0 ? (uintptr_t)&semaphore : 0,
		.count = 1,
		.pid = (uint32_t)pid,
	};
	long fd = syscall(SYS_bpf, LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}
