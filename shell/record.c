/* record.c - what may be recorded where. */
#include "record.h"

#include "paths.h"

static enum sh_code lacks(enum scn_format format, const char *path, struct rt_error *error)
{
	const char *what = format < SCN_FORMATS ? scn_format_lacks(format) : NULL;

	if (!what)
		return SH_OK;
	(void)rt_error_set(error, RT_ESTATE, "%s: a journal of format %s: %s", path, scn_format_word(format),
			   what);
	return SH_UNAVAILABLE;
}

enum sh_code sh_record_open(const char *path, enum scn_format format, struct scn_writer **out,
			    struct rt_error *error)
{
	enum sh_code code = lacks(format, path, error);
	struct rt_error why = { .code = RT_OK };

	if (code != SH_OK)
		return code;
	if (sh_path_precious(path, format)) {
		(void)rt_error_set(error, RT_EINVAL, "%s exists and is no journal%s", path,
				   sh_path_is_journal(path) ? " of this format" : "");
		return SH_USAGE;
	}
	if (scn_writer_open(path, format, out, &why) == RT_OK)
		return SH_OK;
	(void)rt_error_set(error, RT_EIO, "cannot write %s: %s", path, why.text);
	return SH_UNWRITTEN;
}

enum sh_code sh_record_readable(const char *path, struct rt_error *error)
{
	return lacks(scn_format_of_file(path), path, error);
}
