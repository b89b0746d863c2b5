/* record.h - the files that runs are recorded in, for `run`, the shell and `journal`. */
#ifndef SHELL_RECORD_H
#define SHELL_RECORD_H

#include "scenarios/journals.h"

#include "code.h"

/* A journal to write to `path`, what is there being replaced or, a database, added to.  `error` says what is
 * wrong: this build lacks something, somebody's work would be destroyed, it cannot be written. */
enum sh_code sh_record_open(const char *path, enum scn_format format, struct scn_writer **out,
			    struct rt_error *error);
/* Can this build read the journal in this file?  Of what is none this says nothing. */
enum sh_code sh_record_readable(const char *path, struct rt_error *error);

#endif
