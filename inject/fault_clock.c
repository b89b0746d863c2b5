/* fault_clock.c - what a worker takes for the time of day.  Time itself does not jump. */
#include "fault.h"

rt_time inj_clock_jump_skew(const struct inj_firing *firing)
{
	rt_time by = firing->params[INJ_P_BY].number;

	return firing->params[INJ_P_WAY].number == INJ_WAY_BACK ? -by : by;
}
