/* treefall_trace.c - prints the normalised trace of a case.
 *
 *   treefall-trace CASE     one case to standard output; - is standard input
 *   treefall-trace -b       many cases: lines `CASE TRACE` on standard input, names of files
 *
 * Status 0, 65 when something is no case, 66 when a file is not there, 64 for a wrong command line.
 */
#include "case.h"
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Reads all of `in` but not more than one byte too many. */
static bool read_all(FILE *in, char **text, size_t *length)
{
	size_t capacity = 1 << 16;

	*length = 0;
	*text = NULL;
	do {
		char *more = realloc(*text, capacity *= 2);

		if (!more)
			abort();
		*text = more;
		*length += fread(*text + *length, 1, capacity - *length, in);
	} while (*length == capacity && *length <= CNF_CASE_BYTES_MAX);
	return !ferror(in);
}

static int trace_case(const char *name, FILE *out)
{
	bool standard = !strcmp(name, "-");
	FILE *in = standard ? stdin : fopen(name, "r");
	struct cnf_error error;
	char *text = NULL;
	size_t length;
	int status = EX_OK;

	if (!in || !read_all(in, &text, &length)) {
		fprintf(stderr, "treefall-trace: %s: %s\n", name, strerror(errno));
		status = EX_NOINPUT;
	} else if (!cnf_run_text(text, length, out, &error)) {
		fprintf(stderr, "%s:%u:%u: %s\n", name, error.line, error.column, error.text);
		status = EX_DATAERR;
	}
	if (in && !standard)
		fclose(in);
	free(text);
	return status;
}

/* One line of a batch.  What is no case leaves no trace. */
static int trace_job(char *line)
{
	const char *name = strtok(line, " \t\n"), *out_name = name ? strtok(NULL, " \t\n") : NULL;
	FILE *out;
	int status;

	if (!out_name) {
		fputs("treefall-trace: a line of a batch is CASE TRACE\n", stderr);
		return EX_DATAERR;
	}
	out = fopen(out_name, "w");
	if (!out) {
		fprintf(stderr, "treefall-trace: %s: %s\n", out_name, strerror(errno));
		return EX_CANTCREAT;
	}
	status = trace_case(name, out);
	if (fclose(out) == EOF) {
		fprintf(stderr, "treefall-trace: %s: %s\n", out_name, strerror(errno));
		status = EX_IOERR;
	}
	if (status)
		remove(out_name);
	return status;
}

static int trace_batch(void)
{
	char *line = NULL;
	size_t size = 0;
	int worst = EX_OK;

	while (getline(&line, &size, stdin) > 0) {
		int status = trace_job(line);

		if (status)
			worst = status;
	}
	free(line);
	return worst;
}

int main(int argc, char **argv)
{
	int status;

	if (argc != 2) {
		fputs("usage: treefall-trace CASE | - | -b\n", stderr);
		return EX_USAGE;
	}
	status = strcmp(argv[1], "-b") ? trace_case(argv[1], stdout) : trace_batch();
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "treefall-trace: standard output: %s\n", strerror(errno));
		return EX_IOERR;
	}
	return status;
}
