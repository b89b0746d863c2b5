/* test_plugin.c - opening plugins: the one that is meant, once, and again when it was built again; and what
 * somebody is told whose plugin cannot be opened. */
#include <elf.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/runtime.h"
#include "scenarios/arena.h"
#include "scenarios/plugin.h"

/* Where the plugins for tests were built, and a folder for what is made of them. */
static char built[4096], folder[4200];

static char *path_of(const char *in, const char *name)
{
	static char path[8][4400];
	static unsigned next;
	char *text = path[next++ % 8];

	snprintf(text, sizeof(path[0]), "%s/%s", in, name);
	return text;
}

/* A scenario that stands beside the plugins. */
static const struct rt_plugin *open_beside(const char *in, const char *path, struct rt_error *error)
{
	*error = (struct rt_error){ 0 };
	return scn_plugin_open(path_of(in, "test.yaml"), path, error);
}

static void assert_told(const char *in, const char *path, const char *words)
{
	struct rt_error error;

	assert_null(open_beside(in, path, &error));
	assert_int_equal(error.code, RT_EINVAL);
	if (!strstr(error.text, words))
		fail_msg("'%s' does not say '%s'", error.text, words);
}

static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(1 << 22);

	assert_non_null(file);
	assert_non_null(text);
	*length = fread(text, 1, 1 << 22, file);
	fclose(file);
	return text;
}

static void write_file(const char *path, const void *text, size_t length)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* As a linker writes it: the old file is gone first. */
static void replace_file(const char *path, const void *text, size_t length)
{
	unlink(path);
	write_file(path, text, length);
}

static void copy_good(const char *name, void (*change)(ElfW(Ehdr) *head))
{
	size_t length;
	char *text = read_file(path_of(built, "good.so"), &length);

	if (change)
		change((ElfW(Ehdr) *)(void *)text);
	replace_file(path_of(folder, name), text, length);
	free(text);
}

/* --- the one that is meant ----------------------------------------------------------------------------- */

static void a_plugin_is_found_beside_its_scenario_and_opened_once(void **state)
{
	struct rt_error error;
	char *real;

	(void)state;
	const struct rt_plugin *plugin = open_beside(built, "./good.so", &error);
	if (!plugin)
		fail_msg("%s", error.text);
	assert_ptr_equal(open_beside(built, "good.so", &error), plugin);
	assert_ptr_equal(open_beside(built, "../plugins/good.so", &error), plugin);
	assert_ptr_equal(scn_plugin_open("nowhere.yaml", path_of(built, "good.so"), &error), plugin);
	real = realpath(path_of(built, "good.so"), NULL);
	assert_string_equal(scn_plugin_path(plugin), real);
	free(real);
	assert_string_equal(scn_plugin_find(plugin, "dozer")->name, "dozer");
	assert_null(scn_plugin_find(plugin, "count"));
}

static void its_behaviour_runs_in_a_runtime(void **state)
{
	struct rt_config config = { .seed = 1 };
	struct rt_error error;
	struct rt_actor_info info;
	struct rt_setting settings[] = { { .name = "limit", .number = 2 }, { .name = "room", .number = 1 } };
	struct rt *rt;

	(void)state;
	const struct rt_plugin *plugin = open_beside(built, "good.so", &error);
	struct rt_child child = { .id = "mine", .behaviour = scn_plugin_find(plugin, "counter"),
				  .settings = settings, .n_settings = 2 };
	struct rt_child root = { .id = "root", .supervisor = true, .intensity = 1, .period_s = 5,
				 .children = &child, .n_children = 1 };
	assert_int_equal(rt_new(&config, &rt), RT_OK);
	assert_int_equal(rt_start(rt, &root), RT_OK);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	rt_id worker = rt_path_actor(rt, rt_path_find(rt, "root/mine"));
	assert_int_equal(rt_actor(rt, worker, &info), RT_OK);
	assert_string_equal(info.worker, "counter");
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(rt_send(rt, worker, &(struct rt_msg){ .tag = 1 }), RT_OK);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	assert_int_equal(rt_path_starts(rt, rt_path_find(rt, "root/mine")), 2);
	rt_free(rt);
}

static void one_that_was_built_again_is_another(void **state)
{
	struct rt_error error;

	(void)state;
	copy_good("again.so", NULL);
	const struct rt_plugin *first = open_beside(folder, "again.so", &error);
	copy_good("again.so", NULL);
	const struct rt_plugin *second = open_beside(folder, "again.so", &error);
	copy_good("again.so", NULL);
	const struct rt_plugin *third = open_beside(folder, "again.so", &error);
	assert_non_null(first);
	assert_non_null(second);
	assert_non_null(third);
	assert_ptr_not_equal(first, second);
	assert_ptr_not_equal(second, third);
	assert_ptr_equal(open_beside(folder, "again.so", &error), third);
	assert_string_equal(scn_plugin_path(first), scn_plugin_path(third));
	/* Nobody is left behind: the first is open still. */
	assert_string_equal(scn_plugin_find(first, "counter")->name, "counter");
}

static void one_that_was_written_over_is_told(void **state)
{
	struct rt_error error;
	struct stat before, after;
	struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	(void)state;
	copy_good("over.so", NULL);
	assert_non_null(open_beside(folder, "over.so", &error));
	assert_int_equal(stat(path_of(folder, "over.so"), &before), 0);
	assert_int_equal(utimensat(-1, path_of(folder, "over.so"), times, 0), 0);
	assert_int_equal(stat(path_of(folder, "over.so"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_told(folder, "over.so", "it was written over while it was open");
}

/* --- what is told --------------------------------------------------------------------------------------- */

static void to_another_machine(ElfW(Ehdr) *head)
{
	head->e_machine = head->e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
}

static void to_another_width(ElfW(Ehdr) *head)
{
	head->e_ident[EI_CLASS] = head->e_ident[EI_CLASS] == ELFCLASS32 ? ELFCLASS64 : ELFCLASS32;
}

static void to_an_object_file(ElfW(Ehdr) *head)
{
	head->e_type = ET_REL;
}

static void to_a_core(ElfW(Ehdr) *head)
{
	head->e_type = ET_CORE;
}

static void tear_good(void)
{
	size_t length;
	char *text = read_file(path_of(built, "good.so"), &length);

	assert_true(length > 1000);
	write_file(path_of(folder, "torn.so"), text, 1000);
	free(text);
}

static void what_is_no_plugin_is_told_in_words(void **state)
{
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	(void)state;
	assert_true(length > 0);
	program[length] = '\0';
	assert_told(built, "", "such as ./mine.so");
	assert_told(built, "absent.so", "there is no file ");
	assert_told(built, "absent.so", "/absent.so");
	assert_told(built, "good.so/absent.so", "there is no file ");
	assert_told(built, "../plugins", "it is a folder");
	assert_told("", "/dev/null", "it is no plugin");
	assert_told("", program, "it is a program, and no plugin");
	assert_told(built, "nameless.so", "exports no treefall_plugin");
	assert_told(built, "old.so", "version 7 of worker.h, and this treefall has version 1");
	assert_told(built, "lacking.so", "it uses 'rt_self_levitate', which is neither in it");
	write_file(path_of(folder, "text.so"), "worker\n", 7);
	assert_told(folder, "text.so", "it is no plugin: it is no shared object");
	copy_good("arm.so", to_another_machine);
	assert_told(folder, "arm.so", "it was built for another kind of machine");
	copy_good("narrow.so", to_another_width);
	assert_told(folder, "narrow.so", "another kind of machine");
	copy_good("object.so", to_an_object_file);
	assert_told(folder, "object.so", "link it with -shared");
	copy_good("core.so", to_a_core);
	assert_told(folder, "core.so", "it is no plugin");
	tear_good();
	assert_told(folder, "torn.so", "it is torn");
}

static void one_that_failed_can_be_mended(void **state)
{
	struct rt_error error;
	size_t length;
	char *text = read_file(path_of(built, "old.so"), &length);

	(void)state;
	replace_file(path_of(folder, "mended.so"), text, length);
	free(text);
	assert_told(folder, "mended.so", "build it again");
	copy_good("mended.so", NULL);
	assert_non_null(open_beside(folder, "mended.so", &error));
}

static void each_allocation_may_fail(void **state)
{
	struct rt_error error;
	bool fired = true;

	(void)state;
	copy_good("scarce.so", NULL);
	for (unsigned nth = 1; fired; nth++) {
		scn_arena_fail_nth(nth);
		const struct rt_plugin *plugin = open_beside(folder, "scarce.so", &error);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		if (fired) {
			assert_null(plugin);
			assert_int_equal(error.code, RT_ENOMEM);
		} else {
			assert_non_null(plugin);
		}
	}
}

/* --- without files ---------------------------------------------------------------------------------------
 */

static void no_handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static const struct rt_behaviour mine_behaviour = { .name = "mine", .help = "is mine", .handle = no_handle };
static const struct rt_behaviour *const behaviours[] = { &mine_behaviour, NULL };
static const struct rt_plugin mine = { .version = RT_PLUGIN_VERSION, .behaviours = behaviours };

static void one_that_is_part_of_the_program_is_found_as_long_as_it_is_offered(void **state)
{
	struct rt_error error = { 0 };

	(void)state;
	scn_plugin_offer("./mine.so", &mine);
	assert_ptr_equal(scn_plugin_open("a/test.yaml", "./mine.so", &error), &mine);
	assert_string_equal(scn_plugin_path(&mine), "./mine.so");
	assert_null(scn_plugin_open("a/test.yaml", "./other.so", &error));
	scn_plugin_offer(NULL, NULL);
	assert_null(scn_plugin_open("a/test.yaml", "./mine.so", &error));
	assert_null(scn_plugin_path(&mine));
}

static int find_folders(void **state)
{
	ssize_t length = readlink("/proc/self/exe", built, sizeof(built) - 64);

	(void)state;
	if (length <= 0)
		return -1;
	built[length] = '\0';
	snprintf(folder, sizeof(folder), "%s.XXXXXX", built);
	*strrchr(built, '/') = '\0';
	strcpy(strrchr(built, '/'), "/plugins");
	return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
	static const char *const names[] = { "again.so", "over.so",   "text.so", "arm.so",    "narrow.so",
					     "core.so",	 "object.so", "torn.so", "mended.so", "scarce.so" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(folder, names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plugin_is_found_beside_its_scenario_and_opened_once),
		cmocka_unit_test(its_behaviour_runs_in_a_runtime),
		cmocka_unit_test(one_that_was_built_again_is_another),
		cmocka_unit_test(one_that_was_written_over_is_told),
		cmocka_unit_test(what_is_no_plugin_is_told_in_words),
		cmocka_unit_test(one_that_failed_can_be_mended),
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(one_that_is_part_of_the_program_is_found_as_long_as_it_is_offered),
	};

	return cmocka_run_group_tests(tests, find_folders, drop_folder);
}
