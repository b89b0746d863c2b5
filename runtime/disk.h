/* disk.h - the scratch disk of an isolated worker: a small file system of its own, where the kernel lets us
 * have one. */
#ifndef RUNTIME_DISK_H
#define RUNTIME_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_DISK_PATH 256

/* In the parent, before the fork: an empty folder.  False: there is none to be had. */
bool rt_disk_make(char path[RT_DISK_PATH]);
/* And after the child's end, with all that is in it. */
void rt_disk_remove(const char *path);

enum rt_disk {
	RT_DISK_OWN,    /* `size` bytes and no more */
	RT_DISK_FOLDER, /* only each of its files is limited */
	RT_DISK_NONE
};
/* In the child: make it the current directory. */
enum rt_disk rt_disk_enter(const char *path, uint64_t size);

#endif
