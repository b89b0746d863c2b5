/* target.c - asking the kernel for its own number of a process. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <sys/stat.h>

#include "target.skel.h"

#define OUTERMOST 0xeffffffc /* inode of the namespace whose numbers are the kernel's own */

struct prb_target prb_target_find(int pid)
{
	struct prb_target found = { .tgid = (uint32_t)pid };
	struct target_bpf *skeleton;
	struct stat space;

	if (stat("/proc/self/ns/pid", &space) != 0 || space.st_ino == OUTERMOST)
		return found;
	skeleton = target_bpf__open();
	if (skeleton == NULL)
		return found;
	skeleton->rodata->space = (uint32_t)space.st_ino;
	if (target_bpf__load(skeleton) == 0 && prb_bpf_visit(skeleton->progs.look, pid) &&
	    skeleton->bss->found.tgid != 0)
		found = skeleton->bss->found;
	target_bpf__destroy(skeleton);
	return found;
}
#endif
