/* cli_report.c - files made of a run: `run --report`, `report JOURNAL`, `tree --svg`. */
#include "cli_report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contain.h"
#include "memory.h"
#include "outfile.h"
#include "session.h"
#include "stop.h"

/* --- run --report -------------------------------------------------------------------------------------- */

bool sh_reports_take(struct sh_cli *cli, const char *word, char *wrong, size_t size)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct sh_report_format *format = sh_report_format_find(word, length);
	if (!format || !equals || !equals[1]) {
		size_t used = (size_t)snprintf(wrong, size, "'%s' is not FORMAT=FILE with a FORMAT of", word);
		for (size_t i = 0; i < sh_report_formats_count && used < size; i++)
			used += (size_t)snprintf(wrong + used, size - used, "%s %s", i ? "," : "",
						 sh_report_formats[i]->name);
		return false;
	}
	if (cli->n_reports == SH_REPORTS_MAX) {
		snprintf(wrong, size, "more than %d of them", SH_REPORTS_MAX);
		return false;
	}
	cli->reports[cli->n_reports].format = format;
	cli->reports[cli->n_reports++].file = equals + 1;
	return true;
}

/* One for each format: several files may be the same. */
static struct sh_report *report_of(struct sh_reports *reports, const struct sh_report_format *format)
{
	unsigned i = 0;
	while (i < reports->count && reports->report[i].format != format)
		i++;
	if (i == reports->count) {
		sh_report_init(&reports->report[i], format);
		reports->count++;
	}
	return &reports->report[i];
}

enum sh_code sh_reports_open(struct sh_reports *reports, struct sh_cli *cli)
{
	reports->cli = cli;
	for (unsigned i = 0; i < cli->n_reports; i++) {
		const char *file = cli->reports[i].file;
		if (!strcmp(file, "-") && (cli->json || (cli->journal && !strcmp(cli->journal, "-"))))
			return sh_cli_error(cli, SH_USAGE, "--report %s=- is not alone on standard output",
					    cli->reports[i].format->name);
		for (unsigned k = 0; k < i; k++)
			if (!strcmp(cli->reports[k].file, file))
				return sh_cli_error(cli, SH_USAGE, "--report: %s is named twice", file);
		enum sh_code code =
			sh_outfile_check(cli, "--report", file, cli->reports[i].format->begins);
		if (code != SH_OK)
			return code;
		(void)report_of(reports, cli->reports[i].format);
	}
	return SH_OK;
}

bool sh_reports_standard(const struct sh_reports *reports)
{
	for (unsigned i = 0; i < reports->cli->n_reports; i++)
		if (!strcmp(reports->cli->reports[i].file, "-"))
			return true;
	return false;
}

enum rt_status sh_reports_watch(struct sh_reports *reports, struct scn_world *world)
{
	enum rt_status status = RT_OK;
	for (unsigned i = 0; i < reports->count && status == RT_OK; i++)
		status = sh_report_watch(&reports->report[i], world);
	return status;
}

void sh_reports_judged(void *ctx, struct scn_world *world)
{
	struct sh_reports *reports = ctx;
	for (unsigned i = 0; i < reports->count; i++)
		sh_report_judged(&reports->report[i], world);
}

void sh_reports_add(struct sh_reports *reports, struct scn_world *world, const struct scn_result *result,
		    const char *file, const char *reproduce)
{
	for (unsigned i = 0; i < reports->count; i++)
		sh_report_add(&reports->report[i], world, result, file, reproduce);
}

void sh_reports_invalid(struct sh_reports *reports, const char *file, const struct scn_diags *diags)
{
	for (unsigned i = 0; i < reports->count; i++)
		sh_report_invalid(&reports->report[i], file, diags);
}

enum sh_code sh_reports_write(struct sh_reports *reports)
{
	enum sh_code worst = SH_OK;
	for (unsigned i = 0; i < reports->cli->n_reports; i++) {
		struct sh_text whole = { 0 };
		sh_report_finish(report_of(reports, reports->cli->reports[i].format), &whole);
		worst = sh_code_worse(
			worst, sh_outfile_write(reports->cli, reports->cli->reports[i].file, &whole));
		sh_text_fini(&whole);
	}
	return worst;
}

void sh_reports_fini(struct sh_reports *reports)
{
	for (unsigned i = 0; i < reports->count; i++)
		sh_report_fini(&reports->report[i]);
	reports->count = 0;
}

/* --- report JOURNAL ------------------------------------------------------------------------------------ */

struct reading {
	struct sh_reports reports;
	const char *reproduce;
	enum rt_status status;
	unsigned runs;
};

static void begin_run(void *ctx, struct scn_world *world)
{
	struct reading *reading = ctx;
	enum rt_status status = sh_reports_watch(&reading->reports, world);
	reading->status = reading->status == RT_OK ? status : reading->status;
}

static void judged(void *ctx, struct scn_world *world)
{
	struct reading *reading = ctx;
	sh_reports_judged(&reading->reports, world);
}

static void end_run(void *ctx, struct scn_world *world)
{
	struct reading *reading = ctx;
	struct scn_result result = scn_world_result(world);
	reading->runs++;
	sh_reports_add(&reading->reports, world, &result, NULL, reading->reproduce);
}

enum sh_code sh_cli_report(struct sh_cli *cli)
{
	struct reading reading = { .reports = { .cli = cli } };
	struct scn_replay replay = { .protect = sh_contained(),
				     .begun = begin_run,
				     .judged = judged,
				     .look_ctx = &reading };
	cli->reports[0].format = &sh_report_html;
	cli->reports[0].file = cli->output ? cli->output : "-";
	cli->n_reports = 1;
	if (!cli->output && isatty(STDOUT_FILENO))
		return sh_cli_error(cli, SH_USAGE, "report: name a file with -o, or send it somewhere");
	enum sh_code code = sh_reports_open(&reading.reports, cli);
	if (code != SH_OK)
		goto out;
	struct sh_text line = { 0 };
	sh_text_printf(&line, "treefall replay ");
	sh_cli_add_word(&line, cli->words[0]);
	reading.reproduce = line.text;
	code = sh_cli_replay_look(cli, &replay, end_run, &reading);
	sh_text_fini(&line);
	if (reading.status != RT_OK)
		code = sh_code_worse(code, sh_cli_error(cli, SH_INTERNAL, "report: %s",
							rt_status_text(reading.status)));
	/* Of a torn journal, as far as it goes. */
	if (reading.runs)
		code = sh_code_worse(code, sh_reports_write(&reading.reports));
out:
	sh_reports_fini(&reading.reports);
	return code;
}

/* --- tree --svg ---------------------------------------------------------------------------------------- */

enum sh_code sh_cli_tree_svg(struct sh_cli *cli, struct sh_session *session)
{
	const struct rt *rt = scn_world_rt(session->world);
	struct sh_text text = { 0 };
	struct viz_svg svg = { .write = sh_text_sink(&text).write, .ctx = &text, .id = "tree" };
	struct viz_model *model = NULL;
	enum sh_code code;
	enum rt_status status = viz_model_new(rt, &model);
	if (status == RT_OK)
		status = viz_svg_tree(&svg, rt, model, session->scenario->name);
	code = status == RT_OK ? sh_outfile_write(cli, cli->svg, &text)
			       : sh_cli_error(cli, SH_INTERNAL, "tree: %s", rt_status_text(status));
	viz_model_free(model);
	sh_text_fini(&text);
	return code;
}
