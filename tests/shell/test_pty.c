/* test_pty.c - the program on a terminal: what somebody types, and what comes on the screen.
 *
 * The program runs in a child on a pseudo-terminal.  Nothing is waited for by the clock; each step waits
 * until the screen shows what it has to show.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
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

#define PATIENCE_MS 20000

struct terminal {
	int fd;
	pid_t pid;
	char screen[1 << 16]; /* all that came so far */
	size_t length, seen;  /* up to where it was looked at */
};

static char folder[256];

static const char scenario[] = "version: 1\n"
			       "name: small\n"
			       "tree:\n"
			       "  id: core\n"
			       "  intensity: 3\n"
			       "  children:\n"
			       "    - {id: storage, worker: server}\n"
			       "    - {id: cache, worker: server}\n"
			       "    - {id: \"\\e[31mred\", worker: server}\n"
			       "method:\n"
			       "  - {at: 1h, action: crash, target: core/storage, reason: in_an_hour}\n";

static int make_folder(void **state)
{
	const char *base = getenv("TMPDIR");
	(void)state;
	snprintf(folder, sizeof(folder), "%s/treefall-pty.XXXXXX", base ? base : P_tmpdir);
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	FILE *file = fopen("small.yaml", "w");
	if (!file || fputs(scenario, file) < 0 || fclose(file) != 0)
		return -1;
	return setenv("XDG_STATE_HOME", folder, 1) || setenv("TERM", "xterm", 1) || unsetenv("INPUTRC");
}

static int drop_folder(void **state)
{
	(void)state;
	unlink("small.yaml");
	unlink("treefall/history");
	rmdir("treefall");
	return chdir("..") || rmdir(folder);
}

/* Null if there is no pseudo-terminal to be had. */
static struct terminal *terminal_open(char **argv)
{
	struct terminal *t = calloc(1, sizeof(*t));
	struct winsize size = { .ws_row = 40, .ws_col = 120 };
	int argc = 0;
	assert_non_null(t);
	while (argv[argc])
		argc++;
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	if (t->pid < 0) {
		free(t);
		return NULL;
	}
	if (t->pid == 0) {
		signal(SIGINT, SIG_DFL);
		exit(sh_main(argc, argv));
	}
	return t;
}

/* Reads what there is; false at the end of the program. */
static bool terminal_read(struct terminal *t)
{
	struct pollfd ready = { .fd = t->fd, .events = POLLIN };
	size_t kept = t->length;
	assert_true(t->length < sizeof(t->screen) - 1);
	if (poll(&ready, 1, PATIENCE_MS) <= 0)
		fail_msg("nothing more came; the screen: %s", t->screen);
	ssize_t n = read(t->fd, t->screen + t->length, sizeof(t->screen) - 1 - t->length);
	if (n <= 0)
		return false;
	/* A terminal drops zeroes, which some are sent to gain time. */
	for (ssize_t i = 0; i < n; i++)
		if (t->screen[t->length + (size_t)i])
			t->screen[kept++] = t->screen[t->length + (size_t)i];
	t->screen[t->length = kept] = 0;
	return true;
}

/* Waits until `text` comes behind what was seen so far. */
static void shows(struct terminal *t, const char *text)
{
	const char *at;
	while (!(at = strstr(t->screen + t->seen, text)))
		if (!terminal_read(t))
			fail_msg("the program ended without '%s'; the screen: %s", text, t->screen);
	t->seen = (size_t)(at - t->screen) + strlen(text);
}

static void keys(struct terminal *t, const char *text)
{
	assert_int_equal(write(t->fd, text, strlen(text)), strlen(text));
}

/* Waits for the end; its exit code. */
static int terminal_close(struct terminal *t)
{
	int status = 0;
	while (terminal_read(t))
		;
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	close(t->fd);
	/* Whatever it printed, no escape sequence came from a file. */
	assert_null(strstr(t->screen, "\033[31mred"));
	free(t);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* The whole of a file; freed by the caller. */
static char *text_of(const char *name)
{
	char *text = calloc(1, 1 << 16);
	FILE *file = fopen(name, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

#define OPEN(t, ...)                                                                                         \
	struct terminal *t = terminal_open((char *[]){ "treefall", "--color=never", __VA_ARGS__, NULL });    \
	if (!t) {                                                                                            \
		print_message("no pseudo-terminal here\n");                                                  \
		skip();                                                                                      \
	}

static void a_session(void **state)
{
	(void)state;
	OPEN(t, "shell");
	shows(t, "treefall> ");
	keys(t, "load small.yaml\n");
	shows(t, "small 0.000s> ");
	keys(t, "inject crash core/cache reason=boom\n");
	shows(t, "core/cache is down");
	shows(t, "> ");
	keys(t, "step\n");
	shows(t, "child_terminated");
	shows(t, "start 2");
	shows(t, "> ");
	keys(t, "run 2s\n");
	shows(t, "small 2.000s> ");
	keys(t, "tree\n");
	shows(t, "1/3 in 5s");
	shows(t, "restarts 1");
	shows(t, "> ");
	keys(t, "why core/cache\n");
	shows(t, "boom");
	shows(t, "> ");
	keys(t, "quit\n");
	assert_int_equal(terminal_close(t), 0);
}

static void tab_completes(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "inj\t");
	shows(t, "inject ");
	keys(t, "cra\t");
	shows(t, "crash ");
	keys(t, "co\t/ca\t");
	shows(t, "core/cache ");
	keys(t, "rea\t");
	shows(t, "reason=");
	keys(t, "bada\t");
	shows(t, "badarg ");
	keys(t, "\n");
	shows(t, "core/cache is down");
	shows(t, "> ");
	/* Several: a list that says what they are. */
	keys(t, "se\t\t");
	shows(t, "seed ");
	shows(t, "show the seed");
	shows(t, "send");
	/* Nothing to list: what is wanted. */
	keys(t, "\025step \t\t");
	shows(t, "(");
	keys(t, "\025quit\n");
	assert_int_equal(terminal_close(t), 0);
}

/* On an empty word nothing is typed for anybody, and one Tab lists what can come. */
static void tab_lists_what_can_come_next(void **state)
{
	static const struct {
		const char *typed, *listed;
	} rows[] = {
		{ "", "which_children" },
		{ "inject ", "the worker ends now" },
		{ "inject crash core/", "core/storage" },
		{ "inject crash core/cache ", "on.event=" },
		{ "until ", "restart" },
		{ "help ", "which_children" },
		{ "expect restarts core ", "at_most=" },
		{ "play ", "1000x" },
		{ "show ", "none" },
	};
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t before = t->seen;
		keys(t, rows[i].typed);
		keys(t, "\t");
		shows(t, rows[i].listed);
		shows(t, "s> ");
		shows(t, rows[i].typed);
		assert_null(strstr(t->screen + before, "''"));
		keys(t, "\025\n");
		shows(t, "s> ");
	}
	keys(t, "quit\n");
	assert_int_equal(terminal_close(t), 0);
}

static void two_shells_share_the_history(void **state)
{
	(void)state;
	OPEN(first, "shell");
	OPEN(second, "shell");
	shows(first, "treefall> ");
	shows(second, "treefall> ");
	keys(first, "help events\n");
	shows(first, "treefall> ");
	keys(second, "help keys\n");
	shows(second, "treefall> ");
	keys(first, "quit\n");
	assert_int_equal(terminal_close(first), 0);
	keys(second, "quit\n");
	assert_int_equal(terminal_close(second), 0);
	char *text = text_of("treefall/history");
	assert_non_null(strstr(text, "help events\nquit\nhelp keys\nquit\n"));
	free(text);
}

/* What could not be made is the cause, not that it is missing afterwards.  Nobody makes folders in /sys. */
static void a_history_that_cannot_be_kept_says_why(void **state)
{
	(void)state;
	if (access("/sys/kernel", F_OK) != 0)
		skip();
	setenv("XDG_STATE_HOME", "/sys/kernel/nowhere", 1);
	OPEN(t, "shell");
	setenv("XDG_STATE_HOME", folder, 1);
	shows(t, "treefall> ");
	keys(t, "quit\n");
	shows(t, "cannot write");
	while (terminal_read(t))
		;
	assert_null(strstr(t->screen, "No such file"));
	assert_int_equal(terminal_close(t), 0);
}

static void control_c_drops_the_line(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "inject kill co");
	shows(t, "kill co");
	keys(t, "\003");
	shows(t, "^C");
	shows(t, "small 0.000s> ");
	keys(t, "seed\n");
	shows(t, "1\r\n");
	shows(t, "> ");
	keys(t, "\004");
	assert_int_equal(terminal_close(t), 0);
}

static void control_c_stops_a_long_run(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "set core intensity=1000000\n");
	shows(t, "set ");
	shows(t, "> ");
	keys(t, "inject exit core/storage reason=normal every=1us\n");
	shows(t, "armed");
	shows(t, "> ");
	keys(t, "run 1000h\n");
	shows(t, "start 2");
	keys(t, "\003");
	shows(t, "stopped");
	shows(t, "> ");
	keys(t, "quit\n");
	assert_int_equal(terminal_close(t), 0);
}

static void the_prompt_stays_usable_while_it_plays(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "play 1000x\n");
	shows(t, "play> ");
	/* The crash of the method comes after an hour, above what is being typed. */
	keys(t, "help cra");
	shows(t, "in_an_hour");
	shows(t, "help cra");
	keys(t, "sh\n");
	shows(t, "inject crash");
	shows(t, "play> ");
	size_t before = t->seen;
	keys(t, "inject crash core/cache\n");
	shows(t, "core/cache is down");
	shows(t, "start 2");
	assert_null(strstr(t->screen + before, "`run`"));
	shows(t, "play> ");
	keys(t, "pause\n");
	shows(t, "pause");
	shows(t, "s> ");
	keys(t, "quit\n");
	assert_int_equal(terminal_close(t), 0);
}

static void play_says_why_it_ends(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "play max\n");
	shows(t, "all is quiet");
	shows(t, "s> ");
	keys(t, "load small.yaml\n");
	shows(t, "small 0.000s> ");
	keys(t, "inject crash core/cache every=1ms\n");
	shows(t, "armed");
	keys(t, "play 1x\n");
	shows(t, "the root went down");
	shows(t, "s> ");
	keys(t, "quit\n");
	assert_int_equal(terminal_close(t), 0);
}

static void the_history_outlives_the_program(void **state)
{
	(void)state;
	OPEN(t, "shell");
	shows(t, "treefall> ");
	keys(t, "help codes\n");
	shows(t, "Exit codes");
	shows(t, "treefall> ");
	keys(t, "\004");
	assert_int_equal(terminal_close(t), 0);
	OPEN(again, "shell");
	shows(again, "treefall> ");
	keys(again, "\020\n"); /* the line before */
	shows(again, "help codes");
	shows(again, "Exit codes");
	shows(again, "treefall> ");
	keys(again, "quit\n");
	assert_int_equal(terminal_close(again), 0);
}

static void the_journal_has_what_was_done_whatever_happens(void **state)
{
	(void)state;
	OPEN(t, "shell", "--journal", "run.jsonl", "small.yaml");
	shows(t, "small 0.000s> ");
	keys(t, "inject crash core/cache reason=boom\n");
	shows(t, "core/cache is down");
	shows(t, "s> ");
	kill(t->pid, SIGKILL);
	assert_int_equal(terminal_close(t), 256 + SIGKILL);
	char *text = text_of("run.jsonl");
	unlink("run.jsonl");
	assert_non_null(strstr(text, "{\"treefall\":"));
	assert_non_null(strstr(text, "\"reason\":\"boom\""));
	free(text);
}

static void a_signal_interrupts_the_run(void **state)
{
	(void)state;
	OPEN(t, "shell", "--journal", "run.jsonl", "small.yaml");
	shows(t, "small 0.000s> ");
	kill(t->pid, SIGTERM);
	assert_int_equal(terminal_close(t), 143);
	char *text = text_of("run.jsonl");
	unlink("run.jsonl");
	assert_non_null(strstr(text, "INTERRUPTED"));
	assert_null(strstr(text, "PASS"));
	free(text);
}

static void a_signal_from_outside_ends_it(void **state)
{
	(void)state;
	OPEN(t, "shell", "small.yaml");
	shows(t, "small 0.000s> ");
	kill(t->pid, SIGTERM);
	assert_int_equal(terminal_close(t), 143);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session),
		cmocka_unit_test(tab_completes),
		cmocka_unit_test(tab_lists_what_can_come_next),
		cmocka_unit_test(control_c_drops_the_line),
		cmocka_unit_test(control_c_stops_a_long_run),
		cmocka_unit_test(the_prompt_stays_usable_while_it_plays),
		cmocka_unit_test(play_says_why_it_ends),
		cmocka_unit_test(the_history_outlives_the_program),
		cmocka_unit_test(two_shells_share_the_history),
		cmocka_unit_test(a_history_that_cannot_be_kept_says_why),
		cmocka_unit_test(the_journal_has_what_was_done_whatever_happens),
		cmocka_unit_test(a_signal_interrupts_the_run),
		cmocka_unit_test(a_signal_from_outside_ends_it),
	};
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
