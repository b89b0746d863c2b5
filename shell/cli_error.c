/* cli_error.c - how the program complains about its command line. */
#include "cli.h"

enum sh_code sh_cli_error(struct sh_cli *cli, enum sh_code code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)sh_output_flush(cli->out);
	sh_put(cli->err, "treefall: ");
	sh_vprintf(cli->err, format, args);
	sh_put(cli->err, "\n");
	va_end(args);
	return code;
}
