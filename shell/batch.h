/* batch.h - commands from a pipe or a file. */
#ifndef SHELL_BATCH_H
#define SHELL_BATCH_H

#include <stdio.h>

#include "session.h"

/* Executes every line of `from`, which is called `name` in errors.  Nothing is echoed but what the commands
 * print.  With `strict` the first command that fails ends it and gives the code. */
enum sh_code sh_batch_run(struct sh_session *session, FILE *from, const char *name, bool strict);

#endif
