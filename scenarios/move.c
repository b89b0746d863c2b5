/* move.c - the smallest move of a world, before and after its tree is up, and the limits of a run. */
#include "world.h"

static void too_busy(struct scn_world *world, const char *limit, int64_t value)
{
	struct scn_event restart;
	char when[INJ_VALUE_BUF];
	uint64_t seq = world->restart_seq;
	bool recent = seq > world->up_seq && scn_history_get(world->history, seq, &restart);

	inj_print_duration(rt_now(world->rt) - world->up_t, when);
	scn_world_halt(world);
	if (recent)
		scn_world_judge(
			world, SCN_FAIL, SCN_LIVENESS, seq,
			"%s %lld was reached %s after the tree was up; the latest restart: %s restarts %s",
			limit, (long long)value, when, restart.other, restart.path);
	else
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"%s %lld was reached %s after the tree was up", limit, (long long)value,
				when);
}

static enum rt_status run_on(struct scn_world *world, rt_time until)
{
	const struct scn_limits *limits = &world->scenario->limits;

	if (world->instant_events > (uint64_t)limits->events_at_one_instant)
		too_busy(world, "limits.events_at_one_instant", limits->events_at_one_instant);
	else if (rt_seq(world->rt) - world->up_seq > (uint64_t)limits->events)
		too_busy(world, "limits.events", limits->events);
	if (world->halted)
		return RT_ESTATE;
	return scn_world_act(world, until,
			     limits->time < RT_FOREVER - world->up_t ? world->up_t + limits->time
								     : RT_FOREVER);
}

enum rt_status scn_world_move(struct scn_world *world, rt_time until)
{
	if (until != RT_FOREVER && until > SCN_CLOCK_MAX)
		until = SCN_CLOCK_MAX;
	if (world->trouble != RT_OK)
		return world->trouble;
	if (world->phase == SCN_OVER || world->halted)
		return RT_ESTATE;
	if (world->up)
		return run_on(world, until);
	enum rt_status status = scn_world_start(world, until);
	if (status != RT_OK && status != RT_EAGAIN && status != RT_ESTATE)
		world->trouble = status;
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_boot(struct scn_world *world)
{
	enum rt_status status = RT_OK;

	while (!world->up && status == RT_OK)
		status = scn_world_move(world, RT_FOREVER);
	return world->halted && status == RT_ESTATE ? RT_OK : status;
}
