/* strike.c - doing it: to each target in turn, and undoing what lasts. */
#include <assert.h>
#include <string.h>

#include "runtime/usdt.h"

#include "state.h"

struct inj_firing inj_firing_of(struct inj_plan *plan, struct inj_entry *entry, uint64_t cause)
{
	return (struct inj_firing){
		.rt = plan->rt,
		.plan = plan,
		.entry = entry,
		.fault = entry->fault,
		.cause = cause,
		.params = entry->params,
		.atoms = entry->atoms,
		.status = &plan->trouble,
	};
}

static uint64_t emit(struct inj_plan *plan, const struct inj_entry *entry, unsigned kind, rt_id actor,
		     rt_place place, uint64_t cause)
{
	struct rt_event event = { .kind = (uint16_t)kind, .actor = actor, .place = place, .cause = cause };
	struct inj_event_ext ext = { entry->action, entry->index };
	uint64_t seq = rt_emit(plan->rt, &event, &ext);

	plan->led = event.cause;
	return seq;
}

uint64_t inj_firing_strike(const struct inj_firing *firing)
{
	struct inj_entry *entry = firing->entry;

	assert(firing->place != 0 || entry->fault->heals);
	/* At a seam the runtime knows what led to it; elsewhere nothing may be left over. */
	if (!inj_chance_opens(entry->fault->chance))
		rt_because(firing->rt, 0);
	entry->last_seq =
		emit(firing->plan, entry, INJ_EV_FIRED, firing->actor, firing->place, firing->cause);
	if (RT_USDT_ON(fault_fired))
		rt_usdt_fault_fired(firing->rt, firing->place, entry->fault->name, entry->last_seq);
	rt_because(firing->rt, entry->last_seq);
	return entry->last_seq;
}

bool inj_firing_done(const struct inj_firing *firing, enum rt_status status)
{
	if (status == RT_ENOMEM)
		*firing->status = status;
	return true;
}

bool inj_firing_lasts(const struct inj_firing *firing)
{
	return inj_hold_of_entry(firing->plan, firing->entry, firing->actor, firing->place) != NULL;
}

struct rt_rng *inj_firing_rng(const struct inj_firing *firing)
{
	return inj_stream(firing->plan, firing->entry);
}

bool inj_firing_holds(const struct inj_firing *firing)
{
	if (firing->fault->stays)
		return inj_hold_at_place(firing->plan, firing->fault, NULL, firing->place);
	return inj_hold_on_actor(firing->plan, firing->fault, firing->actor);
}

static rt_time end_of(const struct inj_plan *plan, const struct inj_action *action)
{
	return action->has_duration ? inj_later(rt_now(plan->rt), action->duration) : RT_FOREVER;
}

/* --- what is only opened ------------------------------------------------------------------------------- */

static enum rt_status open_entry(struct inj_plan *plan, struct inj_entry *entry, uint64_t cause,
				 uint32_t *places)
{
	const struct inj_action *action = entry->action;
	bool is_path = inj_pattern_is_path(action->target);
	struct inj_targets targets = { 0 };
	enum rt_status status;

	*places = 0;
	if (entry->open)
		return RT_OK;
	status = inj_targets_find(plan, action->target, entry->fault->aim, INJ_SIGHT_PLACE, &targets);
	if (status != RT_OK)
		goto out;
	if (action->mode != INJ_ALL)
		inj_targets_pick(&targets, action, inj_stream(plan, entry));
	status = inj_targets_name(plan, &targets);
	if (status != RT_OK)
		goto out;
	status = inj_holds_reserve(plan, targets.count);
	if (status != RT_OK)
		goto out;
	status = inj_reach_reserve(plan, entry);
	if (status != RT_OK)
		goto out;
	inj_entry_open(plan, entry, end_of(plan, action),
		       action->mode == INJ_ALL && (!is_path || targets.count == 0));
	for (uint32_t i = 0; i < targets.count; i++) {
		struct inj_target *target = &targets.item[i];

		inj_hold_add(plan, &(struct inj_hold){ .entry = entry->index,
						       .path = target->path,
						       .path_size = target->path_size,
						       .until = entry->until,
						       .seq = cause });
		target->path = NULL;
	}
	*places = targets.count;
	if (targets.count == 0 && !entry->wide)
		inj_entry_close(plan, entry);
out:
	inj_targets_fini(plan, &targets);
	return status;
}

bool inj_entry_try(struct inj_plan *plan, struct inj_entry *entry, const struct inj_firing *firing)
{
	if (!inj_entry_chance(plan, entry) || !entry->fault->fire(firing))
		return false;
	inj_entry_count(plan, entry);
	return true;
}

/* --- everything else ----------------------------------------------------------------------------------- */

static bool strike_one(struct inj_plan *plan, struct inj_entry *entry, struct inj_target *target,
		       uint64_t cause)
{
	const struct inj_fault *fault = entry->fault;
	struct inj_firing firing = inj_firing_of(plan, entry, cause);

	firing.actor = target->actor;
	firing.place = target->place;
	firing.hold = target->hold;
	if (!fault->fire(&firing))
		return false;
	if (fault->lasting) {
		inj_hold_add(plan, &(struct inj_hold){ .entry = entry->index,
						       .actor = fault->stays ? RT_NOBODY : target->actor,
						       .path = target->path,
						       .path_size = target->path_size,
						       .until = end_of(plan, entry->action),
						       .seq = entry->last_seq });
		target->path = NULL;
	}
	return true;
}

/* What was done to the targets before this one may have reached it, too. */
static bool is_left(const struct inj_plan *plan, const struct inj_fault *fault,
		    const struct inj_target *target)
{
	return fault->heals || inj_actor_aimed(plan->rt, target->actor, fault->aim);
}

static enum rt_status find_targets(struct inj_plan *plan, struct inj_entry *entry, rt_id actor,
				   struct inj_targets *targets)
{
	const struct inj_action *action = entry->action;
	enum inj_sight sight = entry->fault->heals ? INJ_SIGHT_HELD : INJ_SIGHT_LIVE;
	enum rt_status status;

	/* A chance that one actor gave strikes that one, unless the mode picks. */
	if (actor != RT_NOBODY && action->mode == INJ_ALL) {
		if (!inj_actor_aimed(plan->rt, actor, entry->fault->aim))
			return RT_OK;
		targets->item = &targets->one;
		targets->count = 1;
		targets->one =
			(struct inj_target){ .actor = actor, .place = rt_actor_place(plan->rt, actor) };
	} else {
		status = inj_targets_find(plan, action->target, entry->fault->aim, sight, targets);
		if (status != RT_OK)
			return status;
		if (action->mode != INJ_ALL)
			inj_targets_pick(targets, action, inj_stream(plan, entry));
	}
	if (!entry->fault->lasting)
		return RT_OK;
	status = inj_reach_reserve(plan, entry);
	if (status == RT_OK)
		status = inj_targets_name(plan, targets);
	return status == RT_OK ? inj_holds_reserve(plan, targets->count) : status;
}

enum rt_status inj_entry_strike(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, uint64_t cause,
				uint32_t *struck)
{
	struct inj_targets targets = { 0 };
	enum rt_status status;

	*struck = 0;
	if (inj_chance_opens(entry->fault->chance))
		return open_entry(plan, entry, cause, struck);
	status = find_targets(plan, entry, actor, &targets);
	if (status != RT_OK)
		goto out;
	for (uint32_t i = 0; i < targets.count && plan->trouble == RT_OK; i++)
		*struck += (i == 0 || is_left(plan, entry->fault, &targets.item[i])) &&
			   strike_one(plan, entry, &targets.item[i], cause);
	rt_because(plan->rt, 0);
	if (*struck > 0)
		inj_entry_count(plan, entry);
	status = plan->trouble;
	plan->trouble = RT_OK;
out:
	inj_targets_fini(plan, &targets);
	return status;
}

/* --- healing ------------------------------------------------------------------------------------------- */

static void heal_hold(struct inj_plan *plan, struct inj_hold *hold, uint64_t cause)
{
	struct inj_entry *entry = plan->entry[hold->entry];
	struct inj_firing firing = inj_firing_of(plan, entry, cause);
	uint64_t seq;

	firing.actor = hold->actor;
	firing.place = rt_path_find(plan->rt, hold->path);
	rt_because(plan->rt, 0);
	seq = emit(plan, entry, INJ_EV_HEALED, hold->actor, firing.place, cause);
	rt_because(plan->rt, seq);
	inj_hold_drop(plan, hold);
	if (entry->fault->heal != NULL)
		entry->fault->heal(&firing);
	rt_because(plan->rt, 0);
	/* Healed at one path, it does not come to others any more; where it is, it stays. */
	entry->wide = false;
	inj_reach_changed(plan, entry);
	if (entry->open && entry->holding == 0)
		inj_entry_close(plan, entry);
}

bool inj_firing_heal(const struct inj_firing *firing)
{
	struct inj_hold *hold = &firing->plan->holds.item[firing->hold];

	if (hold->gone)
		return false;
	heal_hold(firing->plan, hold, inj_firing_strike(firing));
	return true;
}

unsigned inj_entry_expire(struct inj_plan *plan, struct inj_entry *entry, rt_time now)
{
	unsigned healed = 0;

	for (uint32_t i = 0; i < plan->holds.count && entry->holding > 0; i++) {
		struct inj_hold *hold = &plan->holds.item[i];

		if (hold->gone || hold->entry != entry->index || hold->until > now)
			continue;
		heal_hold(plan, hold, hold->seq);
		healed++;
	}
	if (entry->open && entry->until <= now)
		inj_entry_close(plan, entry);
	return healed;
}

unsigned inj_heal_paths(struct inj_plan *plan, const char *pattern, uint64_t cause)
{
	unsigned healed = 0;

	for (uint32_t i = 0; i < plan->holds.count; i++) {
		struct inj_hold *hold = &plan->holds.item[i];

		if (hold->gone || (pattern != NULL && !inj_pattern_match(pattern, hold->path)))
			continue;
		heal_hold(plan, hold, cause);
		healed++;
	}
	/* What lies in wait for children that there have not been yet is at no path that could match. */
	for (unsigned i = 0; i < plan->count; i++) {
		struct inj_entry *entry = plan->entry[i];

		if (entry->open && entry->holding == 0 &&
		    (pattern == NULL || inj_pattern_match(pattern, entry->action->target))) {
			inj_entry_close(plan, entry);
			healed++;
		}
	}
	return healed;
}
