/* disk.c - a tmpfs in a mount namespace that nobody else sees.  The kernel may forbid either, in containers
 * it mostly does; then the folder itself has to do, with a limit on the size of each file. */
#include "disk.h"

#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

bool rt_disk_make(char path[RT_DISK_PATH])
{
	const char *base = getenv("TMPDIR");

	if (base == NULL || base[0] != '/' || strlen(base) > RT_DISK_PATH / 2)
		base = P_tmpdir;
	snprintf(path, RT_DISK_PATH, "%s/treefall-disk-XXXXXX", base);
	if (mkdtemp(path) != NULL)
		return true;
	path[0] = '\0';
	return false;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info, (void)type, (void)where;
	(void)remove(path); /* what cannot be removed stays */
	return 0;
}

void rt_disk_remove(const char *path)
{
	if (path[0] != '\0')
		(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* A mount namespace; without the right to it, in a user namespace where we have the right. */
static bool own_mounts(void)
{
	char uids[64], gids[64];

	if (unshare(CLONE_NEWNS) == 0)
		return true;
	snprintf(uids, sizeof(uids), "%u %u 1", (unsigned)geteuid(), (unsigned)geteuid());
	snprintf(gids, sizeof(gids), "%u %u 1", (unsigned)getegid(), (unsigned)getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_file("/proc/self/uid_map", uids) &&
	       write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/gid_map", gids);
}

static bool mount_own(const char *path, uint64_t size)
{
	char options[64];

	snprintf(options, sizeof(options), "size=%llu,mode=0700", (unsigned long long)size);
	return own_mounts() && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("treefall", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0;
}

enum rt_disk rt_disk_enter(const char *path, uint64_t size)
{
	const struct rlimit limit = { size, size };
	bool own = mount_own(path, size);

	if (chdir(path) != 0)
		return RT_DISK_NONE;
	if (own) {
		/* We are in; nobody else needs the door, and whoever is killed has nothing to tidy up. */
		(void)umount2(path, MNT_DETACH);
		(void)rmdir(path);
		return RT_DISK_OWN;
	}
	/* A write that finds no room is to fail, not to kill. */
	signal(SIGXFSZ, SIG_IGN);
	return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? RT_DISK_FOLDER : RT_DISK_NONE;
}
