/* link.h - tying a BPF program to a probe point of one process.
 *
 * Made with the system call itself: a link for uprobes (kernel 6.6 and later) asks for CAP_BPF and
 * CAP_PERFMON only, where the older way, which the library takes, asks for CAP_SYS_ADMIN as well.  Closing
 * the descriptor unties it, and so does the end of this process.
 */
#ifndef PROBES_LINK_H
#define PROBES_LINK_H

#include "elf.h"

/* How a program has to be loaded to be tied: its expected attach type. */
#define PRB_UPROBE_MULTI 48

/* Descriptor of the link, or a negative errno.  `pid` 0: every process that runs the binary. */
int prb_link_point(int program, const char *binary, const struct prb_point *point, int pid);

#endif
