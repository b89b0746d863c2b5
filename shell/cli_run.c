/* cli_run.c - `treefall run`: scenarios in, verdicts and an exit code out.
 *
 * All files are checked before the first runs.  What failed is collected and comes last on standard error,
 * where somebody who reads the log of a build looks first.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "cli_compare.h"
#include "cli_report.h"
#include "contain.h"
#include "memory.h"
#include "record.h"
#include "stop.h"
#include "witnesses.h"
#include "work_text.h"

struct job {
	const char *file;
	struct scn_scenario *scenario; /* null: invalid */
};

struct run {
	struct sh_cli *cli;
	struct sh_output *told; /* where verdicts go */
	struct scn_writer *journal;
	struct sh_text failures;
	struct sh_comparison comparison;
	struct sh_reports reports;
	struct sh_witnesses witnesses;
	enum sh_code code;
	unsigned count[SCN_ERROR + 1];
};

void sh_cli_add_word(struct sh_text *to, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
	if (*text && !text[strspn(text, plain)])
		return sh_text_add(to, text, strlen(text));
	sh_text_add(to, "'", 1);
	for (; *text; text++)
		sh_text_printf(to, *text == '\'' ? "'\\''" : "%c", *text);
	sh_text_add(to, "'", 1);
}

static void add_reproduction(struct sh_text *to, const struct run *run, const char *program, const char *file,
			     uint64_t seed)
{
	sh_cli_add_word(to, program);
	sh_text_printf(to, " run --seed %llu%s%s%s%s ", (unsigned long long)seed,
		       run->cli->message_events ? " --message-events" : "",
		       run->cli->check_determinism ? " --check-determinism" : "",
		       run->cli->probes == PRB_REQUIRE ? " --probes=require" : "", *file == '-' ? " --" : "");
	sh_cli_add_word(to, file);
}

/* --- events, for -v ------------------------------------------------------------------------------------ */

struct watcher {
	struct sh_output *out;
	const struct scn_history *history;
	uint64_t shown;
};

static void drain(struct watcher *watcher)
{
	uint64_t last = scn_history_last(watcher->history);
	while (watcher->shown < last) {
		struct scn_event event;
		char line[512];
		if (!scn_history_get(watcher->history, ++watcher->shown, &event))
			continue;
		(void)scn_event_line(&event, line, sizeof(line));
		sh_printf(watcher->out, "  %s\n", line);
	}
}

static void watch(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)event, (void)ext;
	drain(ctx);
}

/* --- one scenario -------------------------------------------------------------------------------------- */

/* `witnesses` and `reports` may be null: nobody looks on. */
static enum rt_status run_once(struct run *run, const struct job *job, struct scn_sink journal, bool loud,
			       struct sh_witnesses *witnesses, struct sh_reports *reports,
			       struct scn_world **world)
{
	struct scn_options options = { .has_seed = run->cli->has_seed,
				       .seed = run->cli->seed,
				       .journal = journal,
				       .message_events = run->cli->message_events,
				       .protect = sh_contained(),
				       .isolate = true,
				       .stop = &sh_stop,
				       .downtime = run->cli->compare,
				       .judged = reports ? sh_reports_judged : NULL,
				       .judged_ctx = reports };
	enum rt_status status = scn_world_new(job->scenario, &options, world);
	if (status != RT_OK)
		return status;
	if (witnesses)
		status = sh_witnesses_watch(witnesses, scn_world_rt(*world));
	if (status != RT_OK)
		return status;
	if (reports)
		status = sh_reports_watch(reports, *world);
	if (status != RT_OK)
		return status;
	sh_contain_world(*world);
	struct watcher watcher = { .out = run->told, .history = scn_world_history(*world) };
	if (loud)
		status = rt_observe(scn_world_rt(*world), watch, &watcher);
	if (status == RT_OK)
		status = scn_world_run(*world, &sh_stop);
	if (loud) {
		drain(&watcher);
		rt_unobserve(scn_world_rt(*world), watch, &watcher);
	}
	sh_contain_world(NULL);
	return status;
}

/* A second run of the same: true if it went otherwise. */
static bool differs(struct run *run, const struct job *job, const struct scn_result *first, char **how)
{
	struct scn_world *world = NULL;
	enum rt_status status = run_once(run, job, (struct scn_sink){ 0 }, false, NULL, NULL, &world);
	bool differ = false;
	if (status != RT_OK && !world) {
		*how = sh_format("the second run failed: %s", rt_status_text(status));
		return true;
	}
	struct scn_result second = scn_world_result(world);
	if (!sh_stop &&
	    (first->journal_hash != second.journal_hash || first->state_hash != second.state_hash)) {
		*how = sh_format("two runs differ: journal %016llx and %016llx, state %016llx and %016llx, "
				 "%llu and %llu events%s%s",
				 (unsigned long long)first->journal_hash,
				 (unsigned long long)second.journal_hash,
				 (unsigned long long)first->state_hash, (unsigned long long)second.state_hash,
				 (unsigned long long)first->events, (unsigned long long)second.events,
				 scn_promise(job->scenario) ? ", as they may: " : "",
				 scn_promise(job->scenario) ? scn_promise(job->scenario) : "");
		differ = true;
	}
	scn_world_free(world);
	return differ;
}

/* What the kernel saw and the journal does not say, or the other way round; null: they agree, or there is no
 * witness in the kernel.  What was seen is told to those who want to know. */
static char *contradiction(struct run *run)
{
	struct sh_text text = { 0 };
	enum sh_code code = sh_witnesses_reconcile(&run->witnesses, &text);
	char *how = code == SH_INTERNAL ? sh_strdup(text.text) : NULL;
	if (run->cli->verbosity > 0 && !run->cli->json)
		sh_printf(run->told, "  probes: %s", text.text);
	sh_text_fini(&text);
	return how;
}

/* Below the verdict, unless the comparison says it anyway. */
static void tell_work(struct run *run, const struct scn_world *world)
{
	struct scn_work work;
	struct sh_text line = { 0 };
	if (run->cli->compare || scn_world_work(world, &work) != RT_OK)
		return;
	sh_work_line(&line, &work);
	if (line.text)
		sh_printf(run->told, "%14s%s\n", "", line.text);
	sh_text_fini(&line);
}

static void tell_line(struct run *run, const struct scn_scenario *scenario, const struct scn_world *world,
		      const struct scn_result *result)
{
	static const enum sh_style styles[] = { [SCN_PASS] = SH_GOOD,
						[SCN_FAIL] = SH_BAD,
						[SCN_INCONCLUSIVE] = SH_WARN,
						[SCN_INTERRUPTED] = SH_WARN,
						[SCN_ERROR] = SH_BAD };
	char t[INJ_VALUE_BUF], verdict[24], lacks[240];
	snprintf(verdict, sizeof(verdict), "%-12s", scn_verdict_word(result->verdict));
	sh_styled(run->told, styles[result->verdict], verdict);
	sh_printf(run->told, "  %-24s  %10s  faults %u  restarts %u  escalations %u\n", scenario->name,
		  inj_print_time(result->t, t), result->fired, result->restarts, result->escalations);
	if (scn_promise(scenario))
		sh_printf(run->told, "              not promised to be the same everywhere: %s\n",
			  scn_promise(scenario));
	if (*scn_world_lacks(world, lacks, sizeof(lacks)))
		sh_printf(run->told, "              processes of workers here: %s\n", lacks);
}

static void json_member(struct sh_text *to, const char *name, const char *value)
{
	sh_text_printf(to, "%s\"%s\":", to->length > 1 ? "," : "", name);
	if (value)
		sh_text_json(to, value);
	else
		sh_text_printf(to, "null");
}

static void json_number(struct sh_text *to, const char *name, unsigned long long value)
{
	sh_text_printf(to, ",\"%s\":%llu", name, value);
}

/* Everything that was not met, the one that the text is about among them. */
static void json_unmet(struct sh_text *to, const struct scn_world *world)
{
	const char *before = "";
	struct scn_judged judged;
	sh_text_printf(to, ",\"unmet\":[");
	for (size_t i = 0; scn_world_judged(world, i, &judged); i++) {
		if (judged.met)
			continue;
		sh_text_printf(to, "%s", before);
		sh_text_json(to, judged.text);
		before = ",";
	}
	sh_text_printf(to, "]");
}

static void tell_json(struct run *run, const struct job *job, struct scn_world *world,
		      const struct scn_result *result, const char *why, const char *reproduce)
{
	char hash[2][20];
	struct sh_text line = { 0 };
	sh_text_printf(&line, "{");
	json_member(&line, "file", job->file);
	json_member(&line, "name", job->scenario->name);
	json_member(&line, "verdict", scn_verdict_word(result->verdict));
	json_member(&line, "kind", result->kind == SCN_KIND_NONE ? NULL : scn_kind_word(result->kind));
	json_member(&line, "text", result->text);
	json_member(&line, "expected", result->expected);
	json_member(&line, "actual", result->actual);
	json_unmet(&line, world);
	json_number(&line, "seed", rt_seed(scn_world_rt(world)));
	json_number(&line, "t", (unsigned long long)result->t);
	json_number(&line, "events", result->events);
	json_number(&line, "steps", result->steps);
	json_number(&line, "faults_fired", result->fired);
	json_number(&line, "restarts", result->restarts);
	json_number(&line, "escalations", result->escalations);
	if (sh_work_json(&line, world) != RT_OK)
		run->code = sh_code_worse(run->code, SH_INTERNAL);
	snprintf(hash[0], sizeof(hash[0]), "%016llx", (unsigned long long)result->state_hash);
	snprintf(hash[1], sizeof(hash[1]), "%016llx", (unsigned long long)result->journal_hash);
	json_member(&line, "state_hash", hash[0]);
	json_member(&line, "journal_hash", hash[1]);
	json_number(&line, "blame", result->blame);
	json_member(&line, "not_promised", scn_promise(job->scenario));
	json_member(&line, "why", why);
	json_member(&line, "reproduce", reproduce);
	sh_text_printf(&line, "}\n");
	sh_put(run->told, line.text);
	sh_text_fini(&line);
}

/* The block of a failure: verdict and kind, expected and actual, the causes, the seed, the line to paste. */
static void add_failure(struct run *run, const struct job *job, struct scn_world *world,
			const struct scn_result *result, const char *why, const char *reproduce)
{
	struct sh_text *to = &run->failures;
	sh_text_printf(to, "\n%s", scn_verdict_word(result->verdict));
	if (result->kind != SCN_KIND_NONE)
		sh_text_printf(to, " (%s)", scn_kind_word(result->kind));
	sh_text_printf(to, "  %s  %s\n", job->scenario->name, job->file);
	if (result->text && *result->text)
		sh_text_printf(to, "  %s\n", result->text);
	if (result->expected)
		sh_text_printf(to, "  expected   %s\n", result->expected);
	if (result->actual)
		sh_text_printf(to, "  actual     %s\n", result->actual);
	struct scn_judged judged;
	const char *label = "also";
	for (size_t i = 0; scn_world_judged(world, i, &judged); i++) {
		if (judged.met || judged.told)
			continue;
		sh_text_printf(to, "  %-9s  %s\n", label, judged.text);
		label = "";
	}
	if (why && *why) {
		sh_text_printf(to, "  why\n");
		for (const char *line = why; *line;) {
			size_t length = strcspn(line, "\n");
			sh_text_printf(to, "    %.*s\n", (int)length, line);
			line += length + (line[length] == '\n');
		}
	}
	sh_text_printf(to, "  seed       %llu\n  reproduce  %s\n",
		       (unsigned long long)rt_seed(scn_world_rt(world)), reproduce);
}

/* The line to paste names the program as it is called, not where this one lies. */
static void tell_reports(struct run *run, const struct job *job, struct scn_world *world,
			 const struct scn_result *result)
{
	struct sh_text line = { 0 };
	add_reproduction(&line, run, "treefall", job->file, rt_seed(scn_world_rt(world)));
	sh_reports_add(&run->reports, world, result, job->file, line.text);
	sh_text_fini(&line);
}

static void run_job(struct run *run, const struct job *job)
{
	struct scn_world *world = NULL;
	/* It is hashed whether anybody takes it or not. */
	struct scn_sink journal = run->journal ? scn_writer_sink(run->journal) : (struct scn_sink){ 0 };
	enum rt_status status = run_once(run, job, journal, run->cli->verbosity > 0 && !run->cli->json,
					 &run->witnesses, &run->reports, &world);
	if (!world) {
		run->code = sh_code_worse(run->code, SH_INTERNAL);
		run->count[SCN_ERROR]++;
		sh_text_printf(&run->failures, "\nERROR  %s: %s\n", job->file, rt_status_text(status));
		return;
	}
	struct scn_result result = scn_world_result(world);
	uint64_t seed = rt_seed(scn_world_rt(world));
	char *how = NULL;
	if (status == RT_ENOMEM)
		how = sh_format("%s", rt_status_text(status));
	else if (run->witnesses.on)
		how = contradiction(run);
	if (!how && run->cli->check_determinism && !sh_stop)
		(void)differs(run, job, &result, &how);
	if (how) {
		result.verdict = SCN_ERROR;
		result.kind = SCN_KIND_NONE;
		result.text = how;
		result.expected = result.actual = NULL;
		result.blame = 0;
	}
	struct sh_text why = { 0 }, reproduce = { 0 };
	if (result.verdict != SCN_PASS && result.blame)
		(void)!scn_why(scn_world_history(world), result.blame, sh_text_sink(&why));
	add_reproduction(&reproduce, run, run->cli->program, job->file, seed);
	if (run->cli->json)
		tell_json(run, job, world, &result, why.text, reproduce.text);
	else if (run->cli->verbosity >= 0) {
		tell_line(run, job->scenario, world, &result);
		tell_work(run, world);
	}
	if (run->cli->compare)
		sh_compare_add(&run->comparison, job->file, world, &result);
	tell_reports(run, job, world, &result);
	if (result.verdict != SCN_PASS)
		add_failure(run, job, world, &result, why.text, reproduce.text);
	if (result.journal_failed)
		run->code = sh_code_worse(run->code, SH_UNWRITTEN);
	run->code = sh_code_worse(run->code, sh_code_of_verdict(result.verdict, sh_stop));
	run->count[result.verdict]++;
	sh_text_fini(&why);
	sh_text_fini(&reproduce);
	free(how);
	sh_witnesses_leave(&run->witnesses);
	scn_world_free(world);
	(void)sh_output_flush(run->told);
}

/* --- all of them --------------------------------------------------------------------------------------- */

static void tell_invalid(struct run *run, const char *file, const struct scn_diags *diags)
{
	if (!run->cli->json)
		return;
	/* The same keys as of a run. */
	struct sh_text line = { 0 };
	sh_text_printf(&line, "{");
	json_member(&line, "file", file);
	json_member(&line, "name", NULL);
	json_member(&line, "verdict", scn_verdict_word(SCN_ERROR));
	json_member(&line, "kind", "invalid");
	sh_text_printf(&line, ",\"diagnostics\":[");
	for (size_t i = 0; i < diags->count; i++) {
		sh_text_printf(&line, "%s{\"line\":%u,\"column\":%u,\"text\":", i ? "," : "",
			       diags->item[i].line, diags->item[i].column);
		sh_text_json(&line, diags->item[i].text);
		sh_text_printf(&line, "}");
	}
	sh_text_printf(&line, "]}\n");
	sh_put(run->told, line.text);
	sh_text_fini(&line);
}

static void check_job(struct run *run, struct job *job)
{
	struct scn_diags diags = { 0 };
	enum rt_status status = RT_OK;
	job->scenario = scn_load_file(job->file, &diags, &status);
	if (!job->scenario) {
		scn_diags_print(&diags, sh_output_sink(run->cli->err));
		tell_invalid(run, job->file, &diags);
		sh_reports_invalid(&run->reports, job->file, &diags);
		run->code = sh_code_worse(run->code, sh_code_of_load(status));
	}
	scn_diags_fini(&diags);
}

static enum sh_code open_journal(struct run *run)
{
	struct sh_cli *cli = run->cli;
	bool standard = !strcmp(cli->journal, "-");
	enum scn_format format = cli->has_journal_format ? cli->journal_format
							 : scn_format_of_name(cli->journal);
	struct rt_error error = { .code = RT_OK };
	enum sh_code code = SH_OK;
	if (standard && cli->json)
		return sh_cli_error(cli, SH_USAGE, "--journal - and --format json both want standard output");
	if (!standard)
		code = sh_record_open(cli->journal, format, &run->journal, &error);
	else if (scn_writer_to(STDOUT_FILENO, format, &run->journal, &error) != RT_OK)
		code = SH_USAGE;
	if (standard)
		run->told = cli->err;
	return code == SH_OK ? SH_OK : sh_cli_error(cli, code, "--journal: %s", error.text);
}

static void close_journal(struct run *run)
{
	struct rt_error error = { .code = RT_OK };
	if (scn_writer_close(run->journal, &error) != RT_OK)
		run->code =
			sh_code_worse(run->code, sh_cli_error(run->cli, SH_UNWRITTEN, "cannot write %s: %s",
							      run->cli->journal, error.text));
}

static void tell_sum(struct run *run, unsigned files)
{
	if (files < 2 || run->cli->json || run->cli->verbosity < 0)
		return;
	sh_printf(run->told, "%u scenarios:", files);
	unsigned told = 0;
	for (unsigned i = 0; i <= SCN_ERROR; i++) {
		told += run->count[i];
		if (run->count[i])
			sh_printf(run->told, " %u %s", run->count[i], scn_verdict_word((enum scn_verdict)i));
	}
	if (told < files)
		sh_printf(run->told, " %u not run", files - told);
	sh_put(run->told, "\n");
}

/* Where the kernel has to look on and cannot, nothing is run; where it would have been nice, one line says
 * why it does not. */
static enum sh_code open_witnesses(struct run *run)
{
	struct sh_cli *cli = run->cli;
	struct rt_error error = { 0 };
	if (cli->probes == PRB_OFF)
		return SH_OK;
	if (sh_witnesses_open(&run->witnesses, cli->probes, PRB_BIT(PRB_LIFECYCLE), &error) != RT_OK)
		return sh_cli_error(cli, SH_UNAVAILABLE, "--probes=require: %s", error.text);
	if (!run->witnesses.kernel)
		sh_printf(cli->err, "treefall run: no witness in the kernel: %s\n", run->witnesses.note);
	return SH_OK;
}

enum sh_code sh_cli_run(struct sh_cli *cli)
{
	struct run run = { .cli = cli, .told = cli->out, .reports.cli = cli };
	struct job *jobs = sh_alloc(cli->n_words * sizeof(*jobs));
	run.code = open_witnesses(&run);
	if (run.code == SH_OK && cli->journal)
		run.code = open_journal(&run);
	if (run.code == SH_OK)
		run.code = sh_reports_open(&run.reports, cli);
	if (sh_reports_standard(&run.reports))
		run.told = cli->err;
	if (run.code == SH_OK) {
		for (unsigned i = 0; i < cli->n_words; i++) {
			jobs[i].file = cli->words[i];
			check_job(&run, &jobs[i]);
		}
		for (unsigned i = 0; i < cli->n_words && !sh_stop; i++)
			if (jobs[i].scenario)
				run_job(&run, &jobs[i]);
		if (sh_stop)
			run.code = sh_code_worse(run.code, sh_code_of_stop(sh_stop));
		tell_sum(&run, cli->n_words);
		if (cli->compare && cli->json)
			sh_compare_json(&run.comparison, run.told);
		else if (cli->compare && cli->verbosity >= 0)
			sh_compare_print(&run.comparison, run.told);
		sh_compare_fini(&run.comparison);
		run.code = sh_code_worse(run.code, sh_reports_write(&run.reports));
		close_journal(&run);
		(void)sh_output_flush(cli->out);
		if (run.failures.text)
			sh_put(cli->err, run.failures.text + 1);
	}
	for (unsigned i = 0; i < cli->n_words; i++)
		scn_free(jobs[i].scenario);
	free(jobs);
	sh_reports_fini(&run.reports);
	sh_text_fini(&run.failures);
	sh_witnesses_close(&run.witnesses);
	return run.code;
}
