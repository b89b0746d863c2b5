/* fault_actor.c - faults that strike one process: its end, its silence, its mailbox. */
#include "fault.h"

bool inj_crash_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_exit(firing->rt, firing->actor, firing->atoms[INJ_P_REASON]));
}

bool inj_kill_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_kill(firing->rt, firing->actor));
}

bool inj_init_fail_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	*firing->reason = firing->atoms[INJ_P_REASON];
	return true;
}

bool inj_slow_init_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	*firing->takes += firing->params[INJ_P_BY].number;
	return true;
}

bool inj_hang_fire(const struct inj_firing *firing)
{
	struct rt_actor_info info;

	if (rt_actor(firing->rt, firing->actor, &info) != RT_OK || info.suspended)
		return false;
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_suspend(firing->rt, firing->actor));
}

void inj_hang_heal(const struct inj_firing *firing)
{
	(void)inj_firing_done(firing, rt_resume(firing->rt, firing->actor));
}

bool inj_ignore_shutdown_fire(const struct inj_firing *firing)
{
	if (inj_firing_holds(firing))
		return false;
	inj_firing_strike(firing);
	return true;
}

bool inj_signal_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	return inj_firing_done(firing,
			       rt_signal(firing->rt, RT_NOBODY, firing->actor, firing->atoms[INJ_P_REASON]));
}

bool inj_send_fire(const struct inj_firing *firing)
{
	const struct rt_msg msg = { .from = RT_NOBODY };
	enum rt_status status = RT_OK;

	inj_firing_strike(firing);
	for (int64_t i = 0; i < firing->params[INJ_P_COUNT].number && status == RT_OK; i++)
		status = rt_send(firing->rt, firing->actor, &msg);
	return inj_firing_done(firing, status);
}

bool inj_last_fire(const struct inj_firing *firing)
{
	if (inj_firing_lasts(firing))
		return false;
	inj_firing_strike(firing);
	return true;
}

bool inj_heal_fire(const struct inj_firing *firing)
{
	return inj_firing_heal(firing);
}
