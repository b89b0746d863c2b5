/* cli_report.h - the reports that a command line asks for, each in a file. */
#ifndef SHELL_CLI_REPORT_H
#define SHELL_CLI_REPORT_H

#include "cli.h"
#include "report.h"

struct sh_session;

struct sh_reports {
	struct sh_cli *cli;
	struct sh_report report[SH_REPORTS_MAX];
	unsigned count;
};

/* `html=FILE`; false: `wrong` says why it is not. */
bool sh_reports_take(struct sh_cli *cli, const char *word, char *wrong, size_t size);
/* Begin all that were asked for; whatever comes back, sh_reports_fini() ends it. */
enum sh_code sh_reports_open(struct sh_reports *reports, struct sh_cli *cli);
bool sh_reports_standard(const struct sh_reports *reports); /* one goes to standard output */
enum rt_status sh_reports_watch(struct sh_reports *reports, struct scn_world *world) RT_MUST_CHECK;
scn_look_fn sh_reports_judged; /* of struct sh_reports */
void sh_reports_add(struct sh_reports *reports, struct scn_world *world, const struct scn_result *result,
		    const char *file, const char *reproduce);
void sh_reports_invalid(struct sh_reports *reports, const char *file, const struct scn_diags *diags);
enum sh_code sh_reports_write(struct sh_reports *reports);
void sh_reports_fini(struct sh_reports *reports);

/* The tree of this session as a picture in the file of --svg. */
enum sh_code sh_cli_tree_svg(struct sh_cli *cli, struct sh_session *session);

#endif
