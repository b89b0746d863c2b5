/* code.h - exit codes: what the program ends with, and what each command gives. */
#ifndef SHELL_CODE_H
#define SHELL_CODE_H

#include "scenarios/scenario.h"

enum sh_code {
	SH_OK = 0,
	SH_FAIL = 1,
	SH_INCONCLUSIVE = 2,
	SH_USAGE = 64,
	SH_INVALID = 65,
	SH_MISSING = 66,
	SH_UNAVAILABLE = 69,
	SH_INTERNAL = 70,
	SH_UNWRITTEN = 74,
	SH_SIGINT = 130,
	SH_SIGTERM = 143
};

/* Which of the two counts where there are both: 130, 143 > 70 > 74 > 69 > 66 > 65 > 64 > 1 > 2 > 0. */
enum sh_code sh_code_worse(enum sh_code a, enum sh_code b);

/* Of a verdict; `stop` is the signal that interrupted the run, where one did. */
enum sh_code sh_code_of_verdict(enum scn_verdict verdict, int stop);
/* Of a signal that ends the program. */
enum sh_code sh_code_of_stop(int stop);
/* Of a scenario that could not be loaded. */
enum sh_code sh_code_of_load(enum rt_status status);

#endif
