/* main.c - the program is sh_main; it stands elsewhere so that tests can have it, too. */
#include "cli.h"

int main(int argc, char **argv)
{
	return sh_main(argc, argv);
}
