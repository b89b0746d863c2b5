/* main.c - reads the command line and lets its command do the work. */
#include <locale.h>
#include <stdlib.h>

#include "cli.h"
#include "stop.h"

int main(int argc, char **argv)
{
	/* What characters are and how wide; nothing else follows the locale. */
	setlocale(LC_CTYPE, "");
	sh_stop_install();
	struct sh_output out, err;
	sh_output_init(&out, stdout, SH_COLOR_AUTO);
	sh_output_init(&err, stderr, SH_COLOR_AUTO);
	struct sh_cli cli = { .program = argc ? argv[0] : "treefall", .out = &out, .err = &err };
	enum sh_code code = sh_cli_parse(&cli, argc, argv);
	if (code == SH_OK) {
		sh_output_init(&out, stdout, cli.color);
		sh_output_init(&err, stderr, cli.color);
		code = cli.command->run(&cli);
	}
	if (!sh_output_flush(&out))
		code = sh_code_worse(code, SH_UNWRITTEN);
	free(cli.words);
	return (int)code;
}
