/* link.h - tying a BPF program to the probe points of one process.
 *
 * Made with the system calls themselves: a link for uprobes (kernel 6.6 and later) asks for CAP_BPF and
 * CAP_PERFMON only, and is one however many points there are; the library's way asks for more, and waits once
 * a point when it is undone.  A link is a descriptor; closing it unties it, and so does the end of this
 * process. The program finds out at which point it is by its cookie, the point's index.
 */
#ifndef PROBES_LINK_H
#define PROBES_LINK_H

#include "elf.h"

#define PRB_LINK_POINTS 8 /* of one link at most */

/* Can this kernel make one link for several points?  A program has then to be loaded for it, with the
 * expected attach type below. */
bool prb_link_multi(void);
#define PRB_UPROBE_MULTI 48

/* A descriptor, or a negative errno.  `pid` is the process; not 0. */
int prb_link_points(int program, const char *binary, const struct prb_point *const *points, size_t count,
		    int pid);
/* The older way: one point, whose cookie is given; of a program that was loaded for nothing in particular. */
int prb_link_point(int program, const char *binary, const struct prb_point *point, uint64_t cookie, int pid);

#endif
