/* test_cli.c - the command line: options in any place, slips, what `run` prints, the line that reproduces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "shell/cli.h"

static char folder[256];
static char out[1 << 16], err[1 << 16]; /* what the last program printed */

static const char pass[] = "version: 1\n"
			   "name: pass\n"
			   "seed: 5\n"
			   "tree: {id: core, children: [{id: cache}]}\n"
			   "method:\n"
			   "  - {at: 1s, action: crash, target: core/cache, reason: boom}\n"
			   "expect:\n"
			   "  - {probe: restarts, of: core/cache, equals: 1}\n";
static const char fail[] = "version: 1\n"
			   "name: it's \"quoted\" \\\n"
			   "tree: {id: core, children: [{id: cache}]}\n"
			   "expect:\n"
			   "  - {probe: restarts, of: core/cache, equals: 1}\n";

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof(folder), "%s/treefall-cli.XXXXXX", base ? base : P_tmpdir);
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	put("pass.yaml", pass);
	put("it's fail.yaml", fail);
	put("bad.yaml", "version: 1\ntree: {idd: core}\n");
	put("script", "set core intensity=9\ninject crash core/cache\nrun\n");
	return 0;
}

static int drop_folder(void **state)
{
	static const char *const files[] = { "pass.yaml", "it's fail.yaml", "bad.yaml", "script", "out",
					     "err",       "j.jsonl" };
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	return chdir("..") || rmdir(folder);
}

static void get(const char *name, char *text, size_t size)
{
	FILE *file = fopen(name, "r");
	assert_non_null(file);
	text[fread(text, 1, size - 1, file)] = 0;
	fclose(file);
}

/* Runs the program with its input from `from`; its exit code. */
static int program(const char *from, char **argv)
{
	int argc = 0, status = 0;
	while (argv[argc])
		argc++;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (!freopen(from, "r", stdin) || !freopen("out", "w", stdout) ||
		    !freopen("err", "w", stderr))
			_exit(99);
		exit(sh_main(argc, argv));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	get("out", out, sizeof(out));
	get("err", err, sizeof(err));
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
#define PROGRAM(...) program("/dev/null", (char *[]){ "treefall", __VA_ARGS__, NULL })

static void assert_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

static void options_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(PROGRAM("run", "pass.yaml"), 0);
	assert_in(out, "PASS");
	assert_int_equal(PROGRAM("run", "pass.yaml", "--seed", "9", "--format=json"), 0);
	assert_in(out, "\"seed\":9,");
	assert_int_equal(PROGRAM("run", "--seed=0x10", "--format", "json", "pass.yaml"), 0);
	assert_in(out, "\"seed\":16,");
	assert_int_equal(PROGRAM("-q", "run", "pass.yaml"), 0);
	assert_string_equal(out, "");
	assert_int_equal(PROGRAM("run", "pass.yaml", "-v"), 0);
	assert_in(out, "boom");
	assert_int_equal(PROGRAM("run", "--", "pass.yaml"), 0);
	assert_int_equal(PROGRAM("run", "--see", "3", "pass.yaml"), 0); /* a prefix, as everywhere */
}

static void slips_are_usage_errors(void **state)
{
	(void)state;
	assert_int_equal(program("/dev/null", (char *[]){ "treefall", NULL }), 64);
	assert_in(err, "no terminal");
	assert_int_equal(PROGRAM("rnu", "pass.yaml"), 64);
	assert_in(err, "did you mean run?");
	assert_int_equal(PROGRAM("run", "--jurnal=x", "pass.yaml"), 64);
	assert_in(err, "did you mean --journal?");
	assert_int_equal(PROGRAM("run", "pass.yaml", "-Z"), 64);
	assert_int_equal(PROGRAM("run", "pass.yaml", "--format=xml"), 64);
	assert_in(err, "human nor json");
	assert_int_equal(PROGRAM("run", "pass.yaml", "--strict"), 64); /* of the shell */
	assert_int_equal(PROGRAM("tree"), 64);
	assert_int_equal(PROGRAM("tree", "pass.yaml", "pass.yaml"), 64);
	assert_int_equal(PROGRAM("pass.yaml"), 64);
	assert_in(err, "treefall run pass.yaml");
	assert_int_equal(PROGRAM("inject"), 64);
	assert_in(err, "command of the shell");
	assert_int_equal(PROGRAM("help", "injct"), 64);
	assert_in(err, "did you mean inject?");
	assert_int_equal(PROGRAM("run", "--journal=pass.yaml", "pass.yaml"), 64);
	assert_in(err, "no journal");
	assert_int_equal(PROGRAM("run", "--journal=-", "--format=json", "pass.yaml"), 64);
	assert_int_equal(PROGRAM("shell", "--journal=-", "pass.yaml"), 64);
}

static void a_failure_comes_with_all_it_needs(void **state)
{
	(void)state;
	assert_int_equal(PROGRAM("run", "it's fail.yaml", "pass.yaml"), 1);
	assert_in(out, "FAIL");
	assert_in(out, "2 scenarios: 1 PASS 1 FAIL");
	assert_in(err, "FAIL (expectation)");
	assert_in(err, "expected   1");
	assert_in(err, "actual     0");
	assert_in(err, "seed       1");
	assert_in(err, "reproduce  treefall run --seed 1 'it'\\''s fail.yaml'");
	assert_null(strchr(err, '\033'));
	assert_null(strchr(out, '\033'));
}

static void json_is_a_line_a_scenario(void **state)
{
	(void)state;
	assert_int_equal(PROGRAM("run", "--format=json", "bad.yaml", "it's fail.yaml", "pass.yaml"), 65);
	char *line[4], *rest = out;
	for (int i = 0; i < 4; i++)
		line[i] = strsep(&rest, "\n");
	assert_string_equal(line[3], "");
	assert_in(line[0], "\"file\":\"bad.yaml\",\"name\":null,\"verdict\":\"ERROR\",\"kind\":\"invalid\"");
	assert_in(line[0], "\"diagnostics\":[{\"line\":2,\"column\":");
	assert_in(line[1],
		  "\"name\":\"it's \\\"quoted\\\" \\\\\",\"verdict\":\"FAIL\",\"kind\":\"expectation\"");
	assert_in(line[1], "\"expected\":\"1\",\"actual\":\"0\","
			   "\"unmet\":[\"restarts of core/cache: expected 1, was 0\"],\"seed\":1,");
	assert_in(line[2], "\"verdict\":\"PASS\",\"kind\":null,\"text\":\"\",\"expected\":null,\"actual\":"
			   "null,\"unmet\":[],\"seed\":5,");
}

static void a_journal_replays(void **state)
{
	(void)state;
	assert_int_equal(
		PROGRAM("run", "--journal", "j.jsonl", "--check-determinism", "pass.yaml", "it's fail.yaml"),
		1);
	assert_int_equal(PROGRAM("replay", "j.jsonl"), 0);
	assert_in(out, "agrees, 2 runs");
	assert_int_equal(PROGRAM("run", "--journal=-", "pass.yaml"), 0);
	assert_memory_equal(out, "{\"treefall\"", 11);
	assert_in(err, "PASS"); /* where it does not mix with the journal */
}

static void a_journal_can_be_asked_why(void **state)
{
	(void)state;
	assert_int_equal(PROGRAM("run", "--journal", "j.jsonl", "pass.yaml"), 0);
	assert_int_equal(PROGRAM("why", "j.jsonl", "core/cache"), 0);
	assert_in(out, "crash of core/cache was injected (boom)");
	assert_in(out, "started again, for the 2nd time");
	assert_null(strstr(out, "was stopped"));
	assert_int_equal(PROGRAM("why", "j.jsonl", "core"), 0);
	assert_in(out, "nothing that is remembered happened to core");
	assert_int_equal(PROGRAM("why", "j.jsonl", "99"), 64);
	assert_in(err, "no event 99; there are 1 to");
	assert_int_equal(PROGRAM("why", "--seed=3", "j.jsonl"), 64);
	/* Of several runs the one that failed is of interest. */
	assert_int_equal(
		PROGRAM("run", "--journal", "j.jsonl", "pass.yaml", "it's fail.yaml", "pass.yaml"), 1);
	assert_int_equal(PROGRAM("why", "j.jsonl"), 0);
	assert_in(out, "FAIL (expectation)\n");
	/* What is left of a torn one can be told, and that it is torn. */
	get("j.jsonl", out, sizeof(out));
	*strstr(out, "{\"seq\":8") = 0;
	put("j.jsonl", out);
	assert_int_equal(PROGRAM("why", "j.jsonl", "core/cache"), 65);
	assert_in(out, "boom");
	assert_in(err, "torn");
}

static void the_shell_reads_a_script(void **state)
{
	(void)state;
	assert_int_equal(program("script", (char *[]){ "treefall", "shell", "pass.yaml", NULL }), 1);
	assert_in(out, "FAIL (expectation)");
	assert_int_equal(program("script", (char *[]){ "treefall", "shell", "--strict", "bad.yaml", NULL }),
			 65);
	assert_int_equal(program("script", (char *[]){ "treefall", "shell", "none.yaml", NULL }), 66);
	assert_int_equal(program("script", (char *[]){ "treefall", "shell", "--strict", NULL }), 64);
}

static void inspection_from_the_command_line(void **state)
{
	(void)state;
	assert_int_equal(PROGRAM("tree", "pass.yaml"), 0);
	assert_in(out, "one_for_one* 0/1* in 5s*");
	assert_int_equal(PROGRAM("why", "pass.yaml", "core/cache"), 0);
	assert_in(out, "boom");
	assert_int_equal(PROGRAM("validate", "pass.yaml", "bad.yaml"), 65);
	assert_in(out, "pass.yaml: valid");
	assert_in(err, "bad.yaml:2:");
	assert_int_equal(PROGRAM("--version"), 0);
	assert_in(out, "treefall ");
	assert_int_equal(PROGRAM("help", "run"), 0);
	assert_in(out, "--check-determinism");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(slips_are_usage_errors),
		cmocka_unit_test(a_failure_comes_with_all_it_needs),
		cmocka_unit_test(json_is_a_line_a_scenario),
		cmocka_unit_test(a_journal_replays),
		cmocka_unit_test(a_journal_can_be_asked_why),
		cmocka_unit_test(the_shell_reads_a_script),
		cmocka_unit_test(inspection_from_the_command_line),
	};
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
