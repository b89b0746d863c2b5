/* paths.h - where a user's files lie: the XDG base directories; writing a file whole or not at all. */
#ifndef SHELL_PATHS_H
#define SHELL_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "scenarios/journals.h"

/* $XDG_STATE_HOME/treefall/NAME, or ~/.local/state/treefall/NAME; null if there is no home.  Freed by the
 * caller. */
char *sh_path_state(const char *name);
/* Make a file, and the folders that it lies in, where they are not there yet.  0 or an errno. */
int sh_path_make(const char *path);

/* `~/x` with the home put in; freed by the caller. */
char *sh_path_expand(const char *path);

/* Both name the same existing file. */
bool sh_path_same(const char *a, const char *b);

/* Does this file begin as a journal does? */
bool sh_path_is_journal(const char *path);
/* Would writing a journal of this format to this path destroy something else?  Journals and empty files may
 * be replaced, but by a database, which could not be added to them, and databases by nothing. */
bool sh_path_precious(const char *path, enum scn_format format);

/* Write `text` to a file beside `path`, then give it that name: whoever looks sees the old file or the whole
 * new one.  Refuses an existing file unless `replace`.  0 or an errno. */
int sh_path_write(const char *path, const char *text, size_t length, bool replace);

#endif
