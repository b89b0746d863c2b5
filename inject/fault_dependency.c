/* fault_dependency.c - a service that others ask, as they see it: down, slow, wrong.  Nothing happens to the
 * worker itself; it is the requests to it that do not fare well. */
#include "fault.h"

static bool is_request(const struct inj_firing *firing)
{
	return firing->passage->msg->tag == RT_TAG_REQUEST;
}

bool inj_dependency_down_deliver(const struct inj_firing *firing)
{
	bool silent = firing->params[INJ_P_HOW].number == INJ_HOW_SILENT;

	if (!is_request(firing))
		return false;
	*firing->verdict = silent ? RT_REFUSE : RT_SKIP;
	return true;
}

bool inj_dependency_slow_deliver(const struct inj_firing *firing)
{
	if (!is_request(firing))
		return false;
	firing->passage->delay += firing->params[INJ_P_BY].number;
	return true;
}

/* The question that arrives is not the one that was asked, so neither is the answer. */
bool inj_dependency_wrong_deliver(const struct inj_firing *firing)
{
	if (!is_request(firing))
		return false;
	firing->passage->spoil ^= rt_rng_next(inj_firing_rng(firing)) | 1;
	return true;
}
