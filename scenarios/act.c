/* act.c - one move of the runtime, the plan or the clock.
 *
 * The order of things at one instant is the heart of it: the runtime is stepped until it is quiet, with what
 * the plan was called for done between two steps; then the runtime's timers that are due; then the plan's
 * actions that are due, one right after the other.  So `at: 2s` means at 2 s, after all that was due by then.
 *
 * A move is one of: a dispatch, the plan doing something, the clock going to the next thing that is due. They
 * are counted, so that (moves, clock) names a place in the run, between two events too; mere waiting does not
 * count, because how a person waits is not part of the run.
 */
#include "world.h"

void scn_world_halt(struct scn_world *world)
{
	world->halted = true;
	world->moves++;
}

/* What the clock was to go on to, past the limit. */
static void too_long(struct scn_world *world)
{
	char limit[INJ_VALUE_BUF];
	bool planned = inj_plan_deadline(world->plan) <= rt_deadline(world->rt);
	const struct inj_action *action = NULL;

	inj_print_duration(world->scenario->limits.time, limit);
	for (unsigned i = 0; planned && i < inj_plan_count(world->plan) && !action; i++) {
		struct inj_info info = inj_plan_info(world->plan, i);
		if (info.armed && (info.action->trigger == INJ_AT || info.action->trigger == INJ_EVERY ||
				   info.action->trigger == INJ_CHANCE))
			action = info.action;
	}
	scn_world_halt(world);
	if (action)
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"limits.time %s was reached and the method goes on with %s of %s", limit,
				action->fault->name, action->target ? action->target : "the tree");
	else
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"limits.time %s was reached and %s", limit,
				planned ? "the method is not over" : "timers of the tree are still to come");
}

static enum rt_status do_planned(struct scn_world *world)
{
	world->moves++;
	if (!inj_plan_pending(world->plan)) {
		world->deed.t = rt_now(world->rt);
		world->deed.open = false;
	}
	return inj_plan_do(world->plan);
}

/* `last`: the clock does not go beyond, if there is something beyond to go to. */
static enum rt_status act(struct scn_world *world, rt_time until, rt_time last)
{
	struct rt *rt = world->rt;
	rt_time now = rt_now(rt);

	if (inj_plan_pending(world->plan) || inj_plan_together(world->plan))
		return do_planned(world);
	enum rt_status status = rt_step(rt);
	if (status != RT_EAGAIN) {
		world->moves++;
		return status;
	}
	rt_time due = rt_deadline(rt), planned = inj_plan_deadline(world->plan);
	if (due > now && planned <= now)
		return do_planned(world);
	rt_time next = due < planned ? due : planned;
	if (next > last && until >= last && next != RT_FOREVER) {
		if (last > now)
			rt_advance(rt, last);
		too_long(world);
		return RT_ESTATE;
	}
	if (next <= until && next != RT_FOREVER) {
		world->moves++;
		rt_advance(rt, next > now ? next : now);
		return RT_OK;
	}
	if (until != RT_FOREVER && until > now)
		rt_advance(rt, until);
	return RT_EAGAIN;
}

enum rt_status scn_world_act(struct scn_world *world, rt_time until, rt_time last)
{
	enum rt_status status = act(world, until, last);
	/* OTP would go on with a child less, or a supervisor; but then a run depended on the machine. */
	if (rt_starved(world->rt))
		status = RT_ENOMEM;
	/* What the observer could not write down is gone for good. */
	if (world->trouble == RT_OK && status != RT_OK && status != RT_EAGAIN && status != RT_ESTATE)
		world->trouble = status;
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_settle(struct scn_world *world, uint64_t events)
{
	uint64_t last = rt_seq(world->rt);
	enum rt_status status;

	do {
		if (rt_deadline(world->rt) != RT_FOREVER && rt_deadline(world->rt) > SCN_CLOCK_MAX)
			return RT_EFULL;
		status = scn_world_act(world, RT_FOREVER, RT_FOREVER);
		if (rt_seq(world->rt) - last > events)
			return RT_EFULL;
	} while (status == RT_OK);
	return status == RT_EAGAIN ? RT_OK : status;
}
