/* session_fixture.h - a session over the tree that the tests of the shell share, and what it printed. */
#ifndef TESTS_SHELL_SESSION_FIXTURE_H
#define TESTS_SHELL_SESSION_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/session.h"

static const char small_tree[] = "version: 1\n"
				 "name: small\n"
				 "seed: 7\n"
				 "tree:\n"
				 "  id: core\n"
				 "  strategy: one_for_one\n"
				 "  intensity: 3\n"
				 "  period: 5s\n"
				 "  children:\n"
				 "    - {id: storage, worker: server}\n"
				 "    - {id: cache, worker: server}\n"
				 "    - id: telemetry\n"
				 "      strategy: one_for_all\n"
				 "      children:\n"
				 "        - {id: collector, worker: server, restart: transient}\n"
				 "method:\n"
				 "  - {at: 2s, action: crash, target: core/cache, reason: badarg}\n"
				 "expect:\n"
				 "  - {probe: restarts, of: core/cache, equals: 1}\n";

struct fixture {
	struct sh_session session;
	struct sh_output out, err;
	char *text[2]; /* what was printed since the last line */
	size_t size[2];
	FILE *file[2];
};

static inline void fixture_forget(struct fixture *f)
{
	for (int i = 0; i < 2; i++) {
		if (f->file[i])
			fclose(f->file[i]);
		free(f->text[i]);
		f->text[i] = NULL;
		f->file[i] = open_memstream(&f->text[i], &f->size[i]);
		assert_non_null(f->file[i]);
	}
	f->out.to = f->file[0];
	f->err.to = f->file[1];
}

static inline struct fixture *fixture_new(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_forget(f);
	sh_session_init(&f->session, &f->out, &f->err);
	assert_int_equal(sh_session_load_text(&f->session, "small.yaml", small_tree, strlen(small_tree)),
			 SH_OK);
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	(void)sh_session_fini(&f->session);
	for (int i = 0; i < 2; i++) {
		fclose(f->file[i]);
		free(f->text[i]);
	}
	free(f);
}

/* Executes a line; its code.  f->text has what it printed. */
static inline enum sh_code type(struct fixture *f, const char *line)
{
	fixture_forget(f);
	enum sh_code code = sh_session_execute(&f->session, line);
	fflush(f->file[0]);
	fflush(f->file[1]);
	return code;
}

static inline void assert_says(struct fixture *f, const char *line, const char *part)
{
	enum sh_code code = type(f, line);
	if (code != SH_OK || !strstr(f->text[0], part))
		fail_msg("'%s' gave %d and said '%s' and '%s', not '%s'", line, (int)code, f->text[0],
			 f->text[1], part);
}

static inline void assert_refused(struct fixture *f, const char *line, enum sh_code expected,
				  const char *part)
{
	enum sh_code code = type(f, line);
	if (code != expected || !strstr(f->text[1], part))
		fail_msg("'%s' gave %d and said '%s', not %d and '%s'", line, (int)code, f->text[1],
			 (int)expected, part);
}

#endif
