/* fault_resource.c - what a worker asks for and does not get. */
#include "fault.h"

bool inj_alloc_fail_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	*firing->verdict = RT_REFUSE;
	return true;
}

bool inj_fd_exhaust_grant(const struct inj_firing *firing)
{
	if (firing->resource != RT_DESCRIPTOR)
		return false;
	*firing->verdict = RT_REFUSE;
	return true;
}
