/* help.h - help texts, printed from the tables. */
#ifndef SHELL_HELP_H
#define SHELL_HELP_H

#include "command.h"
#include "output.h"

/* The commands of the shell by group. */
void sh_help_list(struct sh_text *to);
/* One command, fault, behaviour or topic; false if there is nothing of this name (a prefix of one command is
 * enough). */
bool sh_help_about(struct sh_text *to, const char *name);
/* The same of the plugins of a scenario (which may be null): a behaviour, or, of the topic `workers`, all. */
bool sh_help_plugins(struct sh_text *to, const struct scn_scenario *scenario, const char *name);
/* The nearest name that there is help about; null if none is near. */
const char *sh_help_nearest(const char *name);
/* `name` padded to a column, then `help`. */
void sh_help_row(struct sh_text *to, const char *name, unsigned width, const char *help);
/* Sentences as lines of bearable length. */
void sh_help_wrap(struct sh_text *to, const char *text);
/* "; a whole number, 0 to 10" and the like, without line end; nothing where anything goes. */
void sh_help_range(struct sh_text *to, enum inj_type type, int64_t min, int64_t max,
		   const char *const *words);

#endif
