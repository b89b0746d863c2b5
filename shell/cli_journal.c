/* cli_journal.c - `treefall journal`: a journal of one format as one of another. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "paths.h"
#include "record.h"

static enum sh_code open_output(struct sh_cli *cli, const char *file, struct scn_writer **out)
{
	const char *path = cli->output ? cli->output : "-";
	bool standard = !strcmp(path, "-");
	enum scn_format format = cli->has_journal_format ? cli->journal_format : scn_format_of_name(path);
	struct rt_error error = { .code = RT_OK };
	enum sh_code code = SH_USAGE;

	if (!standard && sh_path_same(file, path))
		(void)rt_error_set(&error, RT_EINVAL, "-o names the file that is read");
	else if (standard && format == SCN_BINARY && isatty(STDOUT_FILENO))
		(void)rt_error_set(&error, RT_EINVAL, "name a file with -o, or send it somewhere");
	else if (!standard)
		code = sh_record_open(path, format, out, &error);
	else if (scn_writer_to(STDOUT_FILENO, format, out, &error) == RT_OK)
		code = SH_OK;
	return code == SH_OK ? code : sh_cli_error(cli, code, "journal: %s", error.text);
}

static enum sh_code code_of_reading(enum rt_status status)
{
	return status == RT_ESTATE ? SH_UNAVAILABLE : sh_code_of_load(status);
}

enum sh_code sh_cli_journal(struct sh_cli *cli)
{
	const char *file = cli->words[0];
	struct scn_reader *reader = NULL;
	struct scn_writer *writer = NULL;
	struct rt_error error = { .code = RT_OK };
	struct stat there;

	if (stat(file, &there) == 0 && S_ISDIR(there.st_mode))
		return sh_cli_error(cli, SH_MISSING, "%s: %s", file, strerror(EISDIR));
	enum sh_code code = sh_record_readable(file, &error);
	if (code != SH_OK)
		return sh_cli_error(cli, code, "%s", error.text);
	enum rt_status status = scn_reader_open(file, &reader, &error);
	if (status != RT_OK)
		return sh_cli_error(cli, code_of_reading(status), "%s: %s", file, error.text);
	code = open_output(cli, file, &writer);
	if (code == SH_OK) {
		struct rt_error unwritten = { .code = RT_OK };
		status = scn_reader_copy(reader, scn_writer_sink(writer), &error);
		if (scn_writer_close(writer, &unwritten) != RT_OK)
			code = sh_cli_error(cli, SH_UNWRITTEN, "cannot write %s: %s",
					    cli->output ? cli->output : "standard output", unwritten.text);
		else if (status != RT_OK)
			code = sh_cli_error(cli, code_of_reading(status), "%s: %s", file, error.text);
	}
	scn_reader_close(reader);
	return code;
}
