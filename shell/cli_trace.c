/* cli_trace.c - `treefall trace`: looking on at another process that runs the runtime. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "clock.h"
#include "memory.h"
#include "picture.h"
#include "stop.h"
#include "witness_text.h"

#define TICK_MS  100        /* between two looks at the ring buffer */
#define SHOW_NS  1000000000 /* between two pictures on a terminal */
#define SHOW_PATHS 100       /* at the end; all of them with -v */
#define SHOW_ROWS  20
#define GRACE_NS 3000000000 /* that a program of ours is given to end */

struct trace {
	struct sh_cli *cli;
	struct prb_witness *witness;
	struct prb_config config;
	int pid;
	bool ours; /* we started it */
	bool live; /* drawn again and again on a terminal */
	struct sh_picture picture;
	int64_t drawn;
	uint64_t forked, execed, ended; /* processes of its own */
};

/* --- a program of our own ------------------------------------------------------------------------------ */

/* Started and stopped before its first instruction, so that nothing of it is missed.  Where our output is for
 * a machine its own goes with the errors. */
static enum sh_code launch(struct trace *trace)
{
	struct sh_cli *cli = trace->cli;
	int status;

	(void)sh_output_flush(cli->out);
	trace->pid = fork();
	if (trace->pid == 0) {
		if ((!cli->json || dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) &&
		    ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			execvp(cli->words[0], cli->words);
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (trace->pid < 0 || waitpid(trace->pid, &status, 0) < 0)
		return sh_cli_error(cli, SH_INTERNAL, "no process for %s: %s", cli->words[0],
				    strerror(errno));
	if (!WIFSTOPPED(status)) {
		trace->pid = 0;
		return sh_cli_error(cli, SH_MISSING, "%s: %s", cli->words[0],
				    WIFEXITED(status) && WEXITSTATUS(status) == 127
					    ? "no such program"
					    : "cannot be run and watched");
	}
	trace->ours = true;
	return SH_OK;
}

static void let_run(const struct trace *trace)
{
	if (trace->ours)
		ptrace(PTRACE_DETACH, trace->pid, NULL, NULL);
}

/* True: it has ended, and this is how. */
static bool ends_in_time(const struct trace *trace, int *status)
{
	int64_t end = sh_clock_now() + GRACE_NS;

	while (waitpid(trace->pid, status, WNOHANG) == 0) {
		if (sh_clock_now() >= end)
			return false;
		usleep(10000);
	}
	return true;
}

/* It is ours, so it does not outlive us; if it ended by itself, how it did is how we end. */
static enum sh_code collect(const struct trace *trace, enum sh_code code)
{
	int status;

	if (!trace->ours)
		return code;
	if (waitpid(trace->pid, &status, WNOHANG) == 0) {
		kill(trace->pid, SIGTERM);
		if (!ends_in_time(trace, &status)) {
			kill(trace->pid, SIGKILL);
			waitpid(trace->pid, &status, 0);
		}
		return code;
	}
	if (code != SH_OK || sh_stop)
		return code;
	return WIFEXITED(status) ? (enum sh_code)WEXITSTATUS(status)
				 : (enum sh_code)(128 + WTERMSIG(status));
}

/* --- telling ------------------------------------------------------------------------------------------- */

static void say(struct trace *trace, struct sh_text *text)
{
	if (text->length > 0)
		sh_put(trace->cli->out, text->text);
	sh_text_fini(text);
	(void)sh_output_flush(trace->cli->out);
}

static void on_event(void *ctx, const struct prb_event *event)
{
	struct trace *trace = ctx;
	struct sh_text text = { 0 };

	if (trace->cli->json)
		sh_witness_json_event(&text, trace->pid, event);
	else
		sh_witness_line(&text, event);
	say(trace, &text);
}

static void on_process(void *ctx, const struct prb_process *process)
{
	struct trace *trace = ctx;
	struct sh_text text = { 0 };

	trace->forked += process->kind == PRB_FORK;
	trace->execed += process->kind == PRB_EXEC;
	trace->ended += process->kind == PRB_EXITED;
	if (trace->cli->json)
		sh_witness_json_process(&text, process);
	say(trace, &text);
}

static void put_processes(const struct trace *trace, struct sh_text *text)
{
	if (trace->forked + trace->execed + trace->ended > 0)
		sh_text_printf(text,
			       "processes: %" PRIu64 " made, %" PRIu64 " of another program, %" PRIu64
			       " ended\n",
			       trace->forked, trace->execed, trace->ended);
}

static void draw(struct trace *trace, int64_t ns)
{
	struct sh_pace pace = { trace->config.hertz, ns };
	const struct prb_witness *witness = trace->witness;
	struct sh_text text = { 0 };
	unsigned rows, columns, used = 0;

	if (prb_witness_refresh(trace->witness) != RT_OK)
		return;
	sh_text_printf(&text, "process %d   (Ctrl-C ends)\n", trace->pid);
	if (*prb_witness_note(witness))
		sh_text_printf(&text, "%s\n", prb_witness_note(witness));
	if (sh_witness_lost(witness))
		sh_text_printf(&text, "some of it is lost: what, is told at the end\n");
	put_processes(trace, &text);
	sh_text_printf(&text, "\n");
	sh_picture_size(&trace->picture, &rows, &columns);
	sh_witness_hotspots(&text, witness, trace->cli->heat, rows / 4);
	sh_text_printf(&text, "\n");
	for (const char *line = text.text; (line = strchr(line, '\n')); line++)
		used++;
	/* Its head, and that there is more, take a line each. */
	sh_witness_table(&text, witness, rows > used + 3 ? rows - used - 2 : 1, pace);
	sh_picture_draw(&trace->picture, text.text);
	sh_text_fini(&text);
}

static bool put_line(void *ctx, const char *line)
{
	return fprintf(ctx, "%s\n", line) > 0;
}

static enum sh_code write_folded(struct trace *trace)
{
	const char *name = trace->cli->folded;
	bool standard = !strcmp(name, "-");
	FILE *file = standard ? stdout : fopen(name, "we");
	bool done = file != NULL && prb_witness_folded(trace->witness, put_line, file) == RT_OK;

	if (file != NULL && (standard ? fflush(file) : fclose(file)) != 0)
		done = false;
	return done ? SH_OK : sh_cli_error(trace->cli, SH_UNWRITTEN, "%s: %s", name, strerror(errno));
}

static enum sh_code conclude(struct trace *trace)
{
	const struct prb_witness *witness = trace->witness;
	struct sh_cli *cli = trace->cli;
	struct sh_text text = { 0 };
	enum sh_code code = SH_OK;

	sh_picture_close(&trace->picture);
	if (prb_witness_refresh(trace->witness) != RT_OK)
		code = sh_cli_error(cli, SH_INTERNAL, "no memory for what was seen");
	if (cli->json) {
		sh_witness_json_rows(&text, trace->pid, witness);
		if (!sh_witness_json_hotspots(&text, trace->pid, witness, cli->heat))
			code = sh_cli_error(cli, SH_INTERNAL, "no memory to rank restarts");
		sh_witness_json_end(&text, trace->pid, witness);
	} else if (cli->verbosity >= 0) {
		sh_witness_table(&text, witness, cli->verbosity > 0 ? 0 : SHOW_PATHS, (struct sh_pace){ 0 });
		sh_text_printf(&text, "\nrestart hotspots\n");
		sh_witness_hotspots(&text, witness, cli->heat, 0);
		if ((prb_witness_views(witness) & PRB_BIT(PRB_HOTSPOTS)) != 0) {
			sh_text_printf(&text, "\nwhere time went\n");
			sh_witness_strain(&text, witness, SHOW_ROWS);
		}
		put_processes(trace, &text);
		if (sh_witness_lost(witness) || cli->verbosity > 0) {
			sh_text_printf(&text, "\n");
			sh_witness_stats(&text, witness);
		}
	}
	say(trace, &text);
	if (cli->folded)
		code = sh_code_worse(code, write_folded(trace));
	return code;
}

/* --- the command --------------------------------------------------------------------------------------- */

static enum sh_code look_on(struct trace *trace)
{
	struct sh_cli *cli = trace->cli;
	int64_t end = cli->has_duration ? sh_clock_now() + cli->duration : INT64_MAX;
	enum rt_status status = RT_OK;

	trace->drawn = sh_clock_now();
	if (trace->live)
		sh_picture_open(&trace->picture, cli->out);
	/* A reader who has gone away needs no more. */
	while (status == RT_OK && !sh_stop && !cli->out->failed && sh_clock_now() < end) {
		status = prb_witness_poll(trace->witness, TICK_MS);
		int64_t since = sh_clock_now() - trace->drawn;
		const char *news = trace->live ? NULL : prb_witness_news(trace->witness);

		if (news)
			sh_printf(cli->err, "treefall trace: %s\n", news);
		if (trace->live && since >= SHOW_NS) {
			draw(trace, since);
			trace->drawn += since;
		}
	}
	return conclude(trace);
}

/* Views that were asked for by name have to be had. */
static enum sh_code open_witness(struct trace *trace)
{
	struct sh_cli *cli = trace->cli;
	struct rt_error error = { 0 };
	enum rt_status status;

	trace->config = (struct prb_config){
		.pid = trace->pid,
		.views = cli->views ? cli->views : PRB_BIT(PRB_VIEWS) - 1,
		.hertz = cli->hertz,
	};
	/* A program that runs for our sake needs no protection from us. */
	if (cli->has_limit ? cli->limit > 0 : !trace->ours) {
		trace->config.events_max = cli->has_limit ? cli->limit : PRB_EVENTS_MAX;
		trace->config.hits_max = PRB_HITS_MAX;
	}
	status = prb_witness_open(PRB_REQUIRE, &trace->config, &trace->witness, &error);
	if (status == RT_OK && (cli->views & ~prb_witness_views(trace->witness)) != 0) {
		snprintf(error.text, sizeof(error.text), "%s", prb_witness_note(trace->witness));
		prb_witness_close(trace->witness);
		status = RT_EIO;
	}
	switch (status) {
	case RT_OK:
		return SH_OK;
	case RT_ENOENT:
	case RT_EINVAL:
		return sh_cli_error(cli, SH_MISSING, "%s", error.text);
	case RT_ENOMEM:
		return sh_cli_error(cli, SH_INTERNAL, "%s", error.text);
	default:
		return sh_cli_error(cli, SH_UNAVAILABLE, "%s", error.text);
	}
}

enum sh_code sh_cli_trace(struct sh_cli *cli)
{
	struct trace trace = { .cli = cli, .pid = cli->pid };
	enum sh_code code = SH_OK;

	if ((cli->n_words > 0) == (cli->pid > 0))
		return sh_cli_error(cli, SH_USAGE, "say either -p PID or -- COMMAND ...");
	/* A program that we start has the terminal to itself. */
	trace.live = cli->pid > 0 && !cli->json && cli->verbosity == 0 && isatty(fileno(cli->out->to));
	sh_stop_install();
	if (cli->n_words > 0)
		code = launch(&trace);
	if (code != SH_OK)
		return code;
	code = open_witness(&trace);
	if (code != SH_OK) {
		if (trace.ours)
			kill(trace.pid, SIGKILL);
		return collect(&trace, code);
	}
	if (cli->json || cli->verbosity > 0)
		prb_witness_listen(trace.witness, on_event, &trace);
	prb_witness_processes(trace.witness, on_process, &trace);
	let_run(&trace);
	code = look_on(&trace);
	prb_witness_close(trace.witness);
	/* Being told to stop is how looking on ends. */
	return collect(&trace, code);
}
