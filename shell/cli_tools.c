/* cli_tools.c - the commands of the program beside `run` and `help`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "cli_report.h"
#include "contain.h"
#include "outfile.h"
#include "paths.h"
#include "prompt.h"
#include "question.h"
#include "record.h"
#include "rewind.h"
#include "session.h"
#include "stop.h"
#include "watch_run.h"

enum sh_code sh_cli_shell(struct sh_cli *cli)
{
	if (cli->journal && !strcmp(cli->journal, "-"))
		return sh_cli_error(cli, SH_USAGE,
				    "--journal: standard output is for what the shell says; name a file");
	struct sh_session session;
	sh_session_init(&session, cli->out, cli->err);
	session.stop = &sh_stop;
	session.has_seed = cli->has_seed;
	session.seed = cli->seed;
	session.message_events = cli->message_events;
	if (cli->verbosity)
		session.show = cli->verbosity > 0 ? SH_SHOW_ALL : SH_SHOW_NONE;
	bool terminal = isatty(STDIN_FILENO);
	enum sh_code code = SH_OK;
	if (cli->journal)
		code = sh_session_record(&session, cli->journal,
					 cli->has_journal_format ? cli->journal_format
								 : scn_format_of_name(cli->journal));
	if (code == SH_OK && cli->n_words)
		code = sh_session_load(&session, cli->words[0]);
	if (terminal && (code == SH_OK || !cli->journal || session.journal.writer || session.next.writer)) {
		if (!cli->n_words && cli->verbosity >= 0)
			sh_put(cli->out, "`help` lists the commands, `load FILE` loads a scenario.\n");
		code = sh_prompt_run(&session);
		session.verdict = SH_OK; /* somebody saw it */
	} else if (code == SH_OK) {
		code = sh_batch_run(&session, stdin, "stdin", cli->strict);
		if (sh_stop)
			code = sh_code_of_stop(sh_stop);
	}
	return sh_code_worse(code, sh_session_fini(&session));
}

/* A session of one command that is given by the program. */
static enum sh_code inspect(struct sh_cli *cli, bool run, sh_command_fn *fn, unsigned argc, char *const *argv)
{
	struct sh_session session;
	sh_session_init(&session, cli->out, cli->err);
	session.stop = &sh_stop;
	session.has_seed = cli->has_seed;
	session.seed = cli->seed;
	session.show = cli->verbosity > 0 ? SH_SHOW_ALL : SH_SHOW_NONE;
	enum sh_code code = sh_session_load(&session, cli->words[0]);
	if (code == SH_OK && run && scn_world_phase(session.world) != SCN_OVER)
		code = sh_cmd_run(&session, 1, (char *[]){ "run", NULL });
	if (code == SH_OK)
		code = fn(&session, argc, argv);
	if (sh_stop)
		code = sh_code_of_stop(sh_stop);
	return sh_code_worse(code, sh_session_fini(&session));
}

static enum sh_code draw_tree(struct sh_cli *cli)
{
	struct sh_session session;
	enum sh_code code = sh_outfile_check(cli, "--svg", cli->svg, "<svg ");
	if (code != SH_OK)
		return code;
	/* Nothing but the picture on standard output. */
	sh_session_init(&session, strcmp(cli->svg, "-") ? cli->out : cli->err, cli->err);
	session.stop = &sh_stop;
	session.has_seed = cli->has_seed;
	session.seed = cli->seed;
	session.show = SH_SHOW_NONE;
	code = sh_session_load(&session, cli->words[0]);
	if (code == SH_OK)
		code = sh_cli_tree_svg(cli, &session);
	if (sh_stop)
		code = sh_code_of_stop(sh_stop);
	return sh_code_worse(code, sh_session_fini(&session));
}

enum sh_code sh_cli_tree(struct sh_cli *cli)
{
	if (cli->svg)
		return draw_tree(cli);
	return inspect(cli, false, sh_cmd_tree, 1, (char *[]){ "tree", NULL });
}

/* --- replay -------------------------------------------------------------------------------------------- */

enum sh_code sh_cli_replay_look(struct sh_cli *cli, struct scn_replay *replay, scn_look_fn *look,
				void *ctx)
{
	const char *file = cli->words[0];
	enum sh_code code = SH_OK;
	struct stat there;
	if (access(file, R_OK) != 0 || stat(file, &there) != 0)
		return sh_cli_error(cli, SH_MISSING, "%s: %s", file, strerror(errno));
	if (S_ISDIR(there.st_mode))
		return sh_cli_error(cli, SH_MISSING, "%s: %s", file, strerror(EISDIR));
	struct rt_error error = { .code = RT_OK };
	code = sh_record_readable(file, &error);
	if (code != SH_OK)
		return sh_cli_error(cli, code, "%s", error.text);
	enum rt_status status = scn_replay_look(file, look, ctx, replay);
	if (status != RT_OK) {
		code = sh_cli_error(cli, sh_code_of_load(status), "%s: %s", file,
				    *replay->text ? replay->text : rt_status_text(status));
	} else if (!replay->agrees) {
		(void)sh_output_flush(cli->out);
		code = SH_INTERNAL;
		sh_printf(cli->err,
			  "%s:%llu: the journal and its replay differ\n  journal  %s\n  replay   %s\n", file,
			  (unsigned long long)replay->line, replay->expected ? replay->expected : "(its end)",
			  replay->actual ? replay->actual : "(its end)");
		if (*replay->text)
			sh_printf(cli->err, "  %s\n", replay->text);
	} else if (!look && cli->verbosity >= 0) {
		sh_printf(cli->out, "%s: agrees, %llu run%s, %llu events\n", file,
			  (unsigned long long)replay->runs, replay->runs == 1 ? "" : "s",
			  (unsigned long long)replay->events);
	}
	scn_replay_fini(replay);
	return code;
}

static enum sh_code replay(struct sh_cli *cli, scn_look_fn *look, void *ctx)
{
	struct scn_replay again = { .protect = sh_contained() };
	return sh_cli_replay_look(cli, &again, look, ctx);
}

enum sh_code sh_cli_replay(struct sh_cli *cli)
{
	return replay(cli, NULL, NULL);
}

/* --- why, of a journal --------------------------------------------------------------------------------- */

struct answer {
	const char *word;
	struct sh_text text, none;
	enum sh_code code;
	enum rt_status status;
	bool decided; /* a run that did not pass */
};

/* Of several runs the first that did not pass is the one to ask about, or the last. */
static void ask(void *ctx, struct scn_world *world)
{
	struct answer *answer = ctx;
	struct scn_result result = scn_world_result(world);
	uint64_t seq;
	if (answer->decided)
		return;
	answer->decided = result.verdict != SCN_PASS;
	sh_text_fini(&answer->text);
	sh_text_fini(&answer->none);
	sh_text_printf(&answer->text, "%s", scn_world_scenario(world)->name);
	if (scn_world_phase(world) == SCN_OVER)
		sh_text_printf(&answer->text, "  %s", scn_verdict_word(result.verdict));
	if (result.kind != SCN_KIND_NONE)
		sh_text_printf(&answer->text, " (%s)", scn_kind_word(result.kind));
	sh_text_printf(&answer->text, "\n");
	if (*result.text)
		sh_text_printf(&answer->text, "  %s\n", result.text);
	answer->code = sh_question_event(world, answer->word, &seq, &answer->none);
	answer->status = seq ? scn_why(scn_world_history(world), seq, sh_text_sink(&answer->text)) : RT_OK;
}

static enum sh_code why_journal(struct sh_cli *cli)
{
	struct answer answer = { .word = cli->n_words > 1 ? cli->words[1] : NULL };
	if (cli->has_seed)
		return sh_cli_error(cli, SH_USAGE, "%s is a journal, which has its seed", cli->words[0]);
	enum sh_code code = replay(cli, ask, &answer);
	if (answer.text.text)
		sh_put(cli->out, answer.text.text);
	if (answer.status != RT_OK)
		answer.code = sh_cli_error(cli, SH_INTERNAL, "why: %s", rt_status_text(answer.status));
	else if (answer.none.text && answer.code == SH_OK)
		sh_printf(cli->out, "%s\n", answer.none.text);
	else if (answer.none.text)
		(void)sh_cli_error(cli, answer.code, "why: %s", answer.none.text);
	sh_text_fini(&answer.text);
	sh_text_fini(&answer.none);
	return sh_code_worse(code, answer.code);
}

/* --- watch --------------------------------------------------------------------------------------------- */

/* As for `why`, the first run that did not pass, or the last: its scenario, and what was done to it. */
struct winding {
	struct sh_session *session;
	const char *file;
	enum sh_code code;
	bool decided;
};

static void wind(void *ctx, struct scn_world *world)
{
	struct winding *winding = ctx;
	struct sh_session *session = winding->session;
	struct sh_text text = { 0 };
	enum rt_status status;

	if (winding->decided)
		return;
	winding->decided = scn_world_result(world).verdict != SCN_PASS;
	session->has_seed = true;
	session->seed = rt_seed(scn_world_rt(world));
	const char *fixed = scn_promise(scn_world_scenario(world));
	if (fixed) {
		winding->code = sh_session_error(session, SH_USAGE,
						 "watch: one cannot go back in the run of %s: %s; `treefall "
						 "report` makes a page of it",
						 winding->file, fixed);
		return;
	}
	status = scn_write_json(scn_world_scenario(world), sh_text_sink(&text));
	winding->code = sh_session_status(session, status, winding->file);
	if (winding->code == SH_OK)
		winding->code = sh_session_load_text(session, winding->file, text.text, text.length);
	if (winding->code == SH_OK)
		winding->code = sh_rewind_open(session);
	if (winding->code == SH_OK)
		winding->code = sh_session_status(session, sh_rewind_take(session, world), winding->file);
	sh_text_fini(&text);
}

/* From where the tree is up on: who looks on while 100,000 start would see nothing else for a while. */
static enum sh_code let_look(struct sh_cli *cli, struct sh_session *session)
{
	enum prb_mode mode = cli->has_probes ? cli->probes : PRB_AUTO;
	struct rt_error error = { 0 };

	if (mode == PRB_OFF)
		return SH_OK;
	if (sh_witnesses_open(&session->witnesses, mode, PRB_BIT(PRB_VIEWS) - 1, &error) != RT_OK)
		return sh_cli_error(cli, SH_UNAVAILABLE, "--probes=require: %s", error.text);
	return sh_session_status(
		session, sh_witnesses_watch(&session->witnesses, scn_world_rt(session->world)), "watch");
}

enum sh_code sh_cli_watch(struct sh_cli *cli)
{
	struct sh_session session;
	struct sh_watching watching = { .speed = cli->has_speed ? cli->speed : 1000,
					.paused = cli->paused,
					.plain = cli->plain || sh_watch_is_dumb() };
	struct winding winding = { .session = &session, .file = cli->words[0] };
	bool journal = sh_path_is_journal(cli->words[0]);
	enum sh_code code;
	if (journal && cli->has_seed)
		return sh_cli_error(cli, SH_USAGE, "%s is a journal, which has its seed", cli->words[0]);
	code = watching.plain ? SH_OK : sh_watch_can(cli->err);
	if (code != SH_OK)
		return code;
	sh_session_init(&session, cli->out, cli->err);
	session.stop = &sh_stop;
	session.has_seed = cli->has_seed;
	session.seed = cli->seed;
	session.show = SH_SHOW_NONE;
	session.quiet = true;
	if (journal) {
		code = replay(cli, wind, &winding);
		code = sh_code_worse(code, winding.code);
		watching.paused = true;
	} else {
		code = sh_session_load(&session, cli->words[0]);
	}
	if (code == SH_OK)
		code = sh_rewind_open(&session);
	if (code == SH_OK)
		code = let_look(cli, &session);
	if (code == SH_OK)
		code = sh_watch_run(&session, &watching);
	session.verdict = SH_OK; /* somebody saw it */
	return sh_code_worse(code, sh_session_fini(&session));
}

enum sh_code sh_cli_why(struct sh_cli *cli)
{
	if (sh_path_is_journal(cli->words[0]))
		return why_journal(cli);
	char *argv[] = { "why", cli->n_words > 1 ? cli->words[1] : NULL, NULL };
	return inspect(cli, true, sh_cmd_why, cli->n_words, argv);
}

enum sh_code sh_cli_validate(struct sh_cli *cli)
{
	struct sh_session session;
	enum sh_code worst = SH_OK;
	sh_session_init(&session, cli->out, cli->err);
	session.show = cli->verbosity < 0 ? SH_SHOW_NONE : SH_SHOW_ALL;
	for (unsigned i = 0; i < cli->n_words && !sh_stop; i++)
		worst = sh_code_worse(worst, sh_session_validate(&session, cli->words[i]));
	if (sh_stop)
		worst = sh_code_worse(worst, sh_code_of_stop(sh_stop));
	return sh_code_worse(worst, sh_session_fini(&session));
}
