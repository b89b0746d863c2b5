/* outfile.c - looked at before the work that fills it, written when all is known. */
#include "outfile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paths.h"

static enum sh_code unwritten(struct sh_cli *cli, const char *path, int error)
{
	return sh_cli_error(cli, SH_UNWRITTEN, "cannot write %s: %s", path, strerror(error));
}

static bool begins_with(const char *path, const char *begins)
{
	char start[64] = "";
	FILE *file = fopen(path, "re");
	bool same = file && fread(start, 1, strlen(begins), file) == strlen(begins) && !strcmp(start, begins);
	if (file)
		fclose(file);
	return same;
}

enum sh_code sh_outfile_check(struct sh_cli *cli, const char *option, const char *path, const char *begins)
{
	struct stat there;
	if (!strcmp(path, "-"))
		return SH_OK;
	if (stat(path, &there) == 0) {
		if (S_ISREG(there.st_mode) && there.st_size && !begins_with(path, begins))
			return sh_cli_error(cli, SH_USAGE, "%s: %s exists and is something else", option,
					    path);
		return access(path, W_OK) == 0 && !S_ISDIR(there.st_mode) ? SH_OK
		       : S_ISDIR(there.st_mode) ? unwritten(cli, path, EISDIR)
						: unwritten(cli, path, errno);
	}
	/* Who cannot make a file there is told now, not after an hour. */
	FILE *file = fopen(path, "we");
	if (!file)
		return unwritten(cli, path, errno);
	fclose(file);
	(void)unlink(path);
	return SH_OK;
}

static int write_stream(FILE *file, const struct sh_text *text)
{
	errno = 0;
	bool well = fwrite(text->text, 1, text->length, file) == text->length && fflush(file) == 0;
	return well ? 0 : errno ? errno : EIO;
}

enum sh_code sh_outfile_write(struct sh_cli *cli, const char *path, const struct sh_text *text)
{
	struct stat there;
	int error = 0;
	if (!strcmp(path, "-")) {
		(void)sh_output_flush(cli->out);
		error = write_stream(stdout, text);
		return error ? unwritten(cli, "standard output", error) : SH_OK;
	}
	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
		FILE *file = fopen(path, "we");
		error = file ? write_stream(file, text) : errno;
		if (file && fclose(file) != 0 && !error)
			error = errno;
	} else {
		error = sh_path_write(path, text->text, text->length, true);
	}
	return error ? unwritten(cli, path, error) : SH_OK;
}
