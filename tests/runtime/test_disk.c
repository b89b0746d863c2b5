/* test_disk.c - a scratch disk is made, entered by a child, full when it is full, and gone without a trace.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/disk.h"

#define SIZE ((size_t)128 * 1024)

static void a_folder_goes_with_all_that_is_in_it(void **state)
{
	char path[RT_DISK_PATH], file[RT_DISK_PATH + 16], outside[RT_DISK_PATH];

	(void)state;
	assert_true(rt_disk_make(outside));
	assert_true(rt_disk_make(path));
	assert_string_not_equal(path, outside);
	snprintf(file, sizeof(file), "%s/below", path);
	assert_int_equal(mkdir(file, 0700), 0);
	snprintf(file, sizeof(file), "%s/below/file", path);
	assert_true(close(open(file, O_CREAT | O_WRONLY, 0600)) == 0);
	snprintf(file, sizeof(file), "%s/link", path);
	assert_int_equal(symlink(outside, file), 0);
	rt_disk_remove(path);
	assert_int_equal(access(path, F_OK), -1);
	/* Where a link leads is nobody's business. */
	assert_int_equal(access(outside, F_OK), 0);
	rt_disk_remove(outside);
	assert_int_equal(access(outside, F_OK), -1);
	rt_disk_remove("");
}

/* The kind of disk, or what was wrong with it. */
static int live_there(const char *path)
{
	enum rt_disk kind = rt_disk_enter(path, SIZE);
	char block[4096] = "";
	size_t size = 0;
	int fd = open("file", O_CREAT | O_WRONLY, 0600);

	if (kind == RT_DISK_NONE || fd < 0)
		return 100;
	while (write(fd, block, sizeof(block)) > 0)
		size += sizeof(block);
	if (errno != (kind == RT_DISK_OWN ? ENOSPC : EFBIG))
		return 101;
	return size == SIZE ? (int)kind : 102;
}

static void a_child_has_so_much_and_no_more(void **state)
{
	char path[RT_DISK_PATH];
	int status;

	(void)state;
	assert_true(rt_disk_make(path));
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(live_there(path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), RT_DISK_OWN, RT_DISK_FOLDER);
	/* Of one of its own nothing is left already; a folder still has the file in it. */
	assert_int_equal(access(path, F_OK), WEXITSTATUS(status) == RT_DISK_OWN ? -1 : 0);
	rt_disk_remove(path);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_folder_that_is_not_there_is_no_disk(void **state)
{
	int status;

	(void)state;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit((int)rt_disk_enter("nowhere/at/all", SIZE));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), RT_DISK_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_goes_with_all_that_is_in_it),
		cmocka_unit_test(a_child_has_so_much_and_no_more),
		cmocka_unit_test(a_folder_that_is_not_there_is_no_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
