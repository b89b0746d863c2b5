/* outfile.h - files that the program makes for people: pictures and reports. */
#ifndef SHELL_OUTFILE_H
#define SHELL_OUTFILE_H

#include "cli.h"

/* Can `path` be written, and may it?  What begins with `begins`, is empty or is not there may be replaced;
 * anything else would be somebody's work.  `option` is what to call it in a message.  `-` is standard
 * output. */
enum sh_code sh_outfile_check(struct sh_cli *cli, const char *option, const char *path, const char *begins);
/* The whole file, or the one before stays. */
enum sh_code sh_outfile_write(struct sh_cli *cli, const char *path, const struct sh_text *text);

#endif
