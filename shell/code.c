/* code.c - exit codes of verdicts, signals and loads, and which of two counts. */
#include "code.h"

#include <signal.h>

enum sh_code sh_code_worse(enum sh_code a, enum sh_code b)
{
	static const enum sh_code order[] = { SH_SIGINT,      SH_SIGTERM,     SH_INTERNAL, SH_UNWRITTEN,
					      SH_UNAVAILABLE, SH_MISSING,     SH_INVALID,  SH_USAGE,
					      SH_FAIL,        SH_INCONCLUSIVE };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return SH_OK;
}

enum sh_code sh_code_of_stop(int stop)
{
	return stop == SIGINT ? SH_SIGINT : SH_SIGTERM;
}

enum sh_code sh_code_of_verdict(enum scn_verdict verdict, int stop)
{
	switch (verdict) {
	case SCN_PASS:
		return SH_OK;
	case SCN_FAIL:
		return SH_FAIL;
	case SCN_INCONCLUSIVE:
		return SH_INCONCLUSIVE;
	case SCN_INTERRUPTED:
		return sh_code_of_stop(stop);
	case SCN_ERROR:
		break;
	}
	return SH_INTERNAL;
}

enum sh_code sh_code_of_load(enum rt_status status)
{
	return status == RT_EIO ? SH_MISSING : status == RT_ENOMEM ? SH_INTERNAL : SH_INVALID;
}
