/* cli_trace.c - `treefall trace`: looking on at another process that runs the runtime. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "clock.h"
#include "memory.h"
#include "stop.h"
#include "witness_text.h"

#define TICK_MS 100          /* between two looks at the ring buffer */
#define SHOW_NS 1000000000   /* between two pictures on a terminal */
#define SHOW_ROWS 20

struct trace {
	struct sh_cli *cli;
	struct prb_witness *witness;
	int pid;
	bool ours; /* we started it */
	bool live; /* drawn again and again on a terminal */
	int64_t drawn;
};

/* --- a program of our own ------------------------------------------------------------------------------ */

/* Started and stopped before its first instruction, so that nothing of it is missed. */
static enum sh_code launch(struct trace *trace)
{
	struct sh_cli *cli = trace->cli;
	int status;

	trace->pid = fork();
	if (trace->pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
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

/* It is ours, so it does not outlive us; how it ended is how we end. */
static enum sh_code collect(const struct trace *trace, enum sh_code code)
{
	int status;

	if (!trace->ours)
		return code;
	if (waitpid(trace->pid, &status, WNOHANG) == 0) {
		kill(trace->pid, SIGTERM);
		if (waitpid(trace->pid, &status, 0) < 0)
			return code;
		return code;
	}
	if (code != SH_OK)
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

	sh_witness_json_event(&text, event);
	say(trace, &text);
}

static void on_process(void *ctx, const struct prb_process *process)
{
	struct trace *trace = ctx;
	struct sh_text text = { 0 };

	sh_witness_json_process(&text, process);
	say(trace, &text);
}

static void put_tables(struct trace *trace, struct sh_text *text, size_t rows)
{
	sh_witness_table(text, trace->witness, rows);
	sh_text_printf(text, "\nrestart hotspots\n");
	sh_witness_hotspots(text, trace->witness);
}

static void draw(struct trace *trace)
{
	struct sh_text text = { 0 };

	if (prb_witness_refresh(trace->witness) != RT_OK)
		return;
	sh_text_printf(&text, "process %d, %s   (Ctrl-C ends)\n\n", trace->pid,
		       prb_witness_backend(trace->witness));
	put_tables(trace, &text, SHOW_ROWS);
	fputs("\033[H\033[2J", trace->cli->out->to);
	say(trace, &text);
}

static bool put_line(void *ctx, const char *line)
{
	return fprintf(ctx, "%s\n", line) > 0;
}

static enum sh_code write_folded(struct trace *trace)
{
	const char *name = trace->cli->folded;
	FILE *file = fopen(name, "we");
	bool done = file != NULL && prb_witness_folded(trace->witness, put_line, file) == RT_OK;

	if (file != NULL && fclose(file) != 0)
		done = false;
	return done ? SH_OK : sh_cli_error(trace->cli, SH_UNWRITTEN, "%s: %s", name, strerror(errno));
}

static enum sh_code conclude(struct trace *trace)
{
	struct sh_text text = { 0 };
	struct prb_losses losses;
	enum sh_code code = SH_OK;

	if (prb_witness_refresh(trace->witness) != RT_OK)
		code = sh_cli_error(trace->cli, SH_INTERNAL, "no memory for what was seen");
	losses = prb_witness_losses(trace->witness);
	if (trace->cli->json) {
		sh_witness_json_rows(&text, trace->witness);
		sh_witness_json_end(&text, trace->witness);
	} else if (trace->cli->verbosity >= 0) {
		put_tables(trace, &text, 0);
		if (losses.dropped + losses.limited + losses.uncounted > 0 || trace->cli->verbosity > 0) {
			sh_text_printf(&text, "\n");
			sh_witness_stats(&text, trace->witness);
		}
	}
	say(trace, &text);
	if (trace->cli->folded)
		code = sh_code_worse(code, write_folded(trace));
	return code;
}

/* --- the command --------------------------------------------------------------------------------------- */

static enum sh_code look_on(struct trace *trace)
{
	int64_t end = trace->cli->has_duration ? sh_clock_now() + trace->cli->duration : INT64_MAX;
	char noted[240] = "";
	enum rt_status status = RT_OK;

	while (status == RT_OK && !sh_stop && sh_clock_now() < end) {
		status = prb_witness_poll(trace->witness, TICK_MS);
		const char *note = prb_witness_note(trace->witness);

		if (strcmp(note, noted) != 0) {
			snprintf(noted, sizeof(noted), "%s", note);
			sh_printf(trace->cli->err, "treefall trace: %s\n", note);
		}
		if (trace->live && sh_clock_now() - trace->drawn >= SHOW_NS) {
			draw(trace);
			trace->drawn = sh_clock_now();
		}
	}
	return conclude(trace);
}

enum sh_code sh_cli_trace(struct sh_cli *cli)
{
	struct trace trace = { .cli = cli, .pid = cli->pid, .live = isatty(fileno(cli->out->to)) };
	struct prb_config config = { .views = cli->views };
	struct rt_error error = { 0 };
	enum sh_code code = SH_OK;

	if ((cli->n_words > 0) == (cli->pid > 0))
		return sh_cli_error(cli, SH_USAGE, "say either -p PID or -- COMMAND ...");
	if (cli->json || cli->verbosity < 0)
		trace.live = false;
	sh_stop_install();
	if (cli->n_words > 0)
		code = launch(&trace);
	if (code != SH_OK)
		return code;
	config.pid = trace.pid;
	enum rt_status status = prb_witness_open(PRB_REQUIRE, &config, &trace.witness, &error);

	if (status != RT_OK) {
		if (trace.ours)
			kill(trace.pid, SIGKILL);
		code = sh_cli_error(cli, status == RT_ENOENT ? SH_MISSING : SH_UNAVAILABLE, "%s", error.text);
		(void)collect(&trace, code);
		return code;
	}
	if (cli->json) {
		prb_witness_listen(trace.witness, on_event, &trace);
		prb_witness_processes(trace.witness, on_process, &trace);
	}
	let_run(&trace);
	code = look_on(&trace);
	prb_witness_close(trace.witness);
	/* Being told to stop is how looking on ends. */
	return collect(&trace, code);
}
