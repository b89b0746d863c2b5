/* fault_message.c - faults on the way of messages, and how long they take to be handled. */
#include "fault.h"

static rt_time by(const struct inj_firing *firing)
{
	return firing->params[INJ_P_BY].number;
}

bool inj_drop_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	*firing->verdict = RT_REFUSE;
	return true;
}

bool inj_duplicate_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	firing->passage->copies += (uint32_t)firing->params[INJ_P_COPIES].number;
	return true;
}

bool inj_delay_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	firing->passage->delay += by(firing);
	return true;
}

/* Later by a little, and never by nothing: what sets out after it can be there before. */
bool inj_reorder_fire(const struct inj_firing *firing)
{
	uint64_t within = (uint64_t)firing->params[INJ_P_WITHIN].number;

	inj_firing_strike(firing);
	firing->passage->delay += 1 + (rt_time)rt_rng_below(inj_firing_rng(firing), within - 1);
	return true;
}

bool inj_partition_deliver(const struct inj_firing *firing)
{
	*firing->verdict = RT_REFUSE;
	return true;
}

rt_time inj_slow_burden(const struct inj_firing *firing)
{
	return by(firing);
}
