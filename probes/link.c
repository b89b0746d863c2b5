/* link.c - BPF_LINK_CREATE as newer kernels have it, whose arguments the headers of older systems lack. */
#include "link.h"

#include <assert.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define LINK_CREATE 28
#define PERF_EVENT  41 /* attach type of a link to a perf event */

/* The parts of union bpf_attr that a uprobe link, or one to a perf event, takes (linux/bpf.h). */
struct link_create {
	uint32_t program, target, attach_type, flags;
	union {
		struct {
			uint64_t path, offsets, semaphores, cookies;
			uint32_t count, uprobe_flags, pid, unused;
		};
		uint64_t cookie;
	};
};

bool prb_link_multi(void)
{
	struct utsname name;
	unsigned major_number, minor_number;

	return uname(&name) == 0 && sscanf(name.release, "%u.%u", &major_number, &minor_number) == 2 &&
	       (major_number > 6 || (major_number == 6 && minor_number >= 6));
}

static int create(const struct link_create *attr)
{
	long fd = syscall(SYS_bpf, LINK_CREATE, attr, sizeof(*attr));

	return fd < 0 ? -errno : (int)fd;
}

int prb_link_points(int program, const char *binary, const struct prb_point *const *points, size_t count,
		    int pid)
{
	uint64_t offsets[PRB_LINK_POINTS], semaphores[PRB_LINK_POINTS], cookies[PRB_LINK_POINTS];
	struct link_create attr = {
		.program = (uint32_t)program,
		.attach_type = PRB_UPROBE_MULTI,
		.path = (uintptr_t)binary,
		.offsets = (uintptr_t)offsets,
		.semaphores = (uintptr_t)semaphores,
		.cookies = (uintptr_t)cookies,
		.count = (uint32_t)count,
		.pid = (uint32_t)pid,
	};

	assert(count > 0 && count <= PRB_LINK_POINTS);
	for (size_t i = 0; i < count; i++) {
		offsets[i] = points[i]->offset;
		semaphores[i] = points[i]->semaphore;
		cookies[i] = i;
	}
	return create(&attr);
}

/* The kernel's number for perf events that are uprobes. */
static int uprobe_type(void)
{
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	int type = -ENOENT;

	if (file == NULL)
		return -ENOENT;
	if (fscanf(file, "%d", &type) != 1)
		type = -ENOENT;
	fclose(file);
	return type;
}

int prb_link_point(int program, const char *binary, const struct prb_point *point, uint64_t cookie, int pid)
{
	int type = uprobe_type();
	struct perf_event_attr event = {
		.size = sizeof(event),
		.type = (uint32_t)type,
		.config = point->semaphore << 32,
		.uprobe_path = (uintptr_t)binary,
		.probe_offset = point->offset,
	};
	struct link_create attr = {
		.program = (uint32_t)program,
		.attach_type = PERF_EVENT,
		.cookie = cookie,
	};

	if (type < 0)
		return type;
	int fd = (int)syscall(SYS_perf_event_open, &event, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	attr.target = (uint32_t)fd;
	int link = create(&attr);

	close(fd); /* the link holds on to it */
	return link;
}
