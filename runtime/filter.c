/* filter.c - the filter of system calls, a list of what is allowed.  The one file that meets libseccomp. */
#include "filter.h"

#include "config.h"

#if TREEFALL_HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Names, so that those which another machine does not have are left out there. */
static const char *const plain[] = {
	/* memory */
	"brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise",
	/* files that are open, and looking */
	"read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "_llseek", "close", "close_range",
	"dup", "dup2", "dup3", "fcntl", "fcntl64", "fstat", "fstat64", "stat", "stat64", "lstat", "lstat64",
	"newfstatat", "fstatat64", "statx", "fstatfs", "statfs", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getdents", "getdents64", "getcwd", "poll", "ppoll", "select", "pselect6",
	"eventfd2", "pipe", "pipe2", "memfd_create", "fsync", "fdatasync", "ftruncate", "fallocate",
	/* the channel */
	"sendto", "recvfrom",
	/* signals of its own */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack", "rt_sigpending",
	"rt_sigsuspend", "rt_sigtimedwait", "pause", "restart_syscall",
	/* time, chance, and who am I */
	"clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom",
	"getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo",
	"getrusage", "times", "getrlimit", "sched_yield", "sched_getaffinity", "futex", "futex_time64",
	/* the end */
	"exit", "exit_group",
};

/* With a disk of its own. */
static const char *const writing[] = {
	"open", "openat", "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat",
	"renameat2", "link", "linkat", "symlink", "symlinkat", "truncate", "chmod", "fchmod", "fchmodat",
	"utimensat", "chdir", "fchdir",
};

static bool allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call >= 0 && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0)
			return false;
	}
	return true;
}

/* If argument `at` is this value, or has it under the mask. */
static bool allow_if(scmp_filter_ctx filter, uint32_t action, int call, unsigned at, uint64_t mask,
		     uint64_t value)
{
	const struct scmp_arg_cmp compare = {
		.arg = at, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value
	};

	return call < 0 || seccomp_rule_add_array(filter, action, call, 1, &compare) == 0;
}

/* To read only: asking for more is an error and no crime.  The flags are in argument `at`. */
static bool allow_reading(scmp_filter_ctx filter, int call, unsigned at)
{
	return allow_if(filter, SCMP_ACT_ALLOW, call, at, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY) &&
	       allow_if(filter, SCMP_ACT_ERRNO(EACCES), call, at, O_ACCMODE, O_WRONLY) &&
	       allow_if(filter, SCMP_ACT_ERRNO(EACCES), call, at, O_ACCMODE, O_RDWR);
}

/* Signals to itself, as raise() and abort() send them; what the limits are, but not to set them; and whether
 * a file is a terminal, which stdio wants to know. */
static bool allow_some(scmp_filter_ctx filter)
{
	static const char *const kills[] = { "kill", "tkill", "tgkill" };
	bool good = true;

	for (size_t i = 0; i < sizeof(kills) / sizeof(kills[0]); i++)
		good = good && allow_if(filter, SCMP_ACT_ALLOW, seccomp_syscall_resolve_name(kills[i]), 0,
					UINT64_MAX, (uint64_t)getpid());
	return good && allow_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0) &&
	       allow_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, UINT64_MAX, TCGETS);
}

bool rt_filter_install(bool disk)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool good;

	if (filter == NULL)
		return false;
	good = allow(filter, plain, sizeof(plain) / sizeof(plain[0])) && allow_some(filter);
	if (disk)
		good = good && allow(filter, writing, sizeof(writing) / sizeof(writing[0]));
	else
		good = good && allow_reading(filter, seccomp_syscall_resolve_name("open"), 1) &&
		       allow_reading(filter, SCMP_SYS(openat), 2);
	good = good && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return good;
}

#else

bool rt_filter_install(bool disk)
{
	(void)disk;
	return false;
}

#endif
