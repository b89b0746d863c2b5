/* paths.c - the XDG base directories; writing a file whole or not at all. */
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

char *sh_path_state(const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && *state == '/') /* the specification: relative ones are to be ignored */
		return sh_format("%s/treefall/%s", state, name);
	if (home && *home == '/')
		return sh_format("%s/.local/state/treefall/%s", home, name);
	return NULL;
}

int sh_path_make(const char *path)
{
	char *copy = sh_strdup(path);
	int error = 0;
	for (char *slash = strchr(copy + 1, '/'); slash && !error; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			error = errno;
		*slash = '/';
	}
	int fd = error ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 && !error)
		error = errno;
	if (fd >= 0)
		close(fd);
	free(copy);
	return error;
}

char *sh_path_expand(const char *path)
{
	const char *home = getenv("HOME");
	if (path[0] == '~' && path[1] == '/' && home && *home)
		return sh_format("%s%s", home, path + 1);
	return sh_strdup(path);
}

bool sh_path_same(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool sh_path_is_journal(const char *path)
{
	return scn_format_of_file(path) != SCN_FORMATS;
}

bool sh_path_precious(const char *path, enum scn_format format)
{
	struct stat there;
	enum scn_format is = scn_format_of_file(path);
	/* A database has runs of other times in it, and whether it can be added to is asked of itself. */
	bool replaced = is == SCN_JSONL || is == SCN_BINARY;
	return stat(path, &there) == 0 && S_ISREG(there.st_mode) && there.st_size &&
	       (format == SCN_SQLITE ? replaced : !replaced);
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		text += n;
		length -= (size_t)n;
	}
	return fsync(fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
}

int sh_path_write(const char *path, const char *text, size_t length, bool replace)
{
	struct stat there;
	bool exists = stat(path, &there) == 0;
	if (exists && !replace)
		return EEXIST;
	if (exists && !S_ISREG(there.st_mode))
		return EINVAL; /* renaming over a device would replace it */
	/* Through a symbolic link the file that it names is replaced, not the link. */
	char *target = exists ? realpath(path, NULL) : NULL;
	char *temporary = sh_format("%s.XXXXXX", target ? target : path);
	int error = 0;
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		error = errno;
		goto out;
	}
	mode_t mask = umask(0);
	umask(mask);
	(void)fchmod(fd, exists ? there.st_mode & 07777 : 0666 & ~mask);
	error = write_all(fd, text, length);
	if (close(fd) != 0 && !error)
		error = errno;
	/* A hard link, other than a rename, does not replace what somebody else made in the meantime. */
	if (!error && !replace && link(temporary, path) != 0)
		error = errno == EPERM || errno == ENOTSUP ? (rename(temporary, path) ? errno : 0) : errno;
	else if (!error && replace && rename(temporary, target ? target : path) != 0)
		error = errno;
	if (error || !replace)
		unlink(temporary);
out:
	free(temporary);
	free(target);
	return error;
}
