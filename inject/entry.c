/* entry.c - the life of an entry: armed, given chances, open, spent.
 *
 * Whatever changes its deadline goes through here, so that the heap of what is due stays one.
 */
#include "state.h"

bool inj_watches_messages(const struct inj_entry *entry)
{
	return entry->action->trigger == INJ_AFTER_MESSAGES ||
	       (entry->action->trigger == INJ_CHANCE && entry->fault->chance == INJ_CHANCE_MESSAGE);
}

void inj_entry_schedule(struct inj_plan *plan, struct inj_entry *entry, rt_time next)
{
	entry->next = next;
	inj_due_update(plan, entry);
}

static rt_time first_chance(const struct inj_plan *plan, const struct inj_entry *entry, rt_time now)
{
	const struct inj_action *action = entry->action;
	rt_time at = inj_later(plan->begun ? plan->up : now, action->at);

	switch (action->trigger) {
	case INJ_NOW:
		return now;
	case INJ_AT:
		return at > now ? at : now;
	case INJ_EVERY:
		return inj_later(now, action->every);
	case INJ_CHANCE:
		/* It is opened at once. */
		if (inj_chance_opens(entry->fault->chance))
			return now;
		return entry->fault->chance == INJ_CHANCE_TICK ? inj_later(now, RT_SECOND) : RT_FOREVER;
	case INJ_AFTER_MESSAGES:
	case INJ_AFTER_RESTARTS:
	case INJ_ON:
		break;
	}
	return RT_FOREVER;
}

void inj_entry_arm(struct inj_plan *plan, struct inj_entry *entry, rt_time now)
{
	entry->armed = true;
	inj_entry_schedule(plan, entry, first_chance(plan, entry, now));
}

/* Its notes are passed over from now on. */
void inj_entry_disarm(struct inj_plan *plan, struct inj_entry *entry)
{
	entry->armed = false;
	plan->waiting -= entry->noted;
	entry->noted = entry->overflow = 0;
	inj_entry_schedule(plan, entry, RT_FOREVER);
}

/* Will the trigger come again? */
static bool comes_again(const struct inj_action *action)
{
	return action->trigger != INJ_NOW && action->trigger != INJ_AT && action->trigger != INJ_CHANCE;
}

void inj_entry_open(struct inj_plan *plan, struct inj_entry *entry, rt_time until, bool wide)
{
	entry->open = true;
	entry->wide = wide;
	entry->until = until;
	entry->asked = 0;
	inj_due_update(plan, entry);
	inj_reach_changed(plan, entry);
}

void inj_entry_close(struct inj_plan *plan, struct inj_entry *entry)
{
	entry->open = entry->wide = false;
	inj_due_update(plan, entry);
	inj_hold_drop_entry(plan, entry);
	inj_reach_changed(plan, entry);
	if (!comes_again(entry->action))
		inj_entry_disarm(plan, entry);
}

void inj_entry_stop(struct inj_plan *plan, struct inj_entry *entry)
{
	if (entry->open)
		inj_entry_close(plan, entry);
	inj_entry_disarm(plan, entry);
}

bool inj_entry_cooling(const struct inj_plan *plan, const struct inj_entry *entry)
{
	return entry->fired > 0 && rt_now(plan->rt) - entry->last_fired < entry->action->cooldown;
}

bool inj_entry_chance(struct inj_plan *plan, struct inj_entry *entry)
{
	const struct inj_action *action = entry->action;

	/* In its cooldown nothing is a chance: neither is it skipped nor drawn for. */
	if (inj_entry_cooling(plan, entry))
		return false;
	if (entry->skipped < action->skip) {
		entry->skipped++;
		return false;
	}
	return !action->has_probability || rt_rng_chance(inj_stream(plan, entry), action->probability_ppb);
}

void inj_entry_count(struct inj_plan *plan, struct inj_entry *entry)
{
	entry->fired++;
	entry->last_fired = rt_now(plan->rt);
	if (entry->times == 0 || entry->fired < entry->times)
		return;
	inj_entry_disarm(plan, entry);
	/* What lasts otherwise stays; what was open has no chances left. */
	if (entry->open)
		inj_entry_close(plan, entry);
}
