/* filter.h - which system calls the process of an isolated worker may make. */
#ifndef RUNTIME_FILTER_H
#define RUNTIME_FILTER_H

#include <stdbool.h>

/* From now on, and for good: compute, take memory, read files, and write to those that are open, or to any
 * if it has a disk.  Whatever starts a program, makes a process, or reaches out of this one ends it by
 * SIGSYS.  False: built without the library that makes the filter, or the kernel would not. */
bool rt_filter_install(bool disk);

#endif
