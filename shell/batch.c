/* batch.c - commands from a pipe or a file. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

enum sh_code sh_batch_run(struct sh_session *session, FILE *from, const char *name, bool strict)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	enum sh_code code = SH_OK;
	session->where = name;
	while (!session->quit && !*session->stop && (length = getline(&line, &size, from)) >= 0) {
		session->line++;
		if (length && line[length - 1] == '\n')
			line[--length] = 0;
		enum sh_code got =
			strlen(line) == (size_t)length
				? sh_session_execute(session, line)
				: sh_session_error(session, SH_USAGE, "the line holds a zero byte");
		if (strict && got != SH_OK) {
			code = got;
			break;
		}
	}
	if (!*session->stop && ferror(from))
		code = sh_session_error(session, SH_MISSING, "cannot be read");
	session->where = NULL;
	free(line);
	return code;
}
