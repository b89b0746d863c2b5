/* trigger.c - when: what the hooks and the observer see, turned into chances, and chances into notes.
 *
 * Nothing is done here but by the start seam, which has to answer at once.  A chance that is taken becomes a
 * note; inj_plan_do() reads the notes between two steps.
 */
#include <assert.h>
#include <string.h>

#include "plan.h"

/* More notes than one step gives rise to, but for a supervisor that takes thousands down with it; then some
 * are merged, see take_note(). */
#define NOTES_SPARE 64

bool inj_watches_messages(const struct inj_entry *entry)
{
	return entry->action.trigger == INJ_AFTER_MESSAGES ||
	       (entry->action.trigger == INJ_CHANCE && entry->fault->chance == INJ_CHANCE_MESSAGE);
}

enum rt_status inj_notes_reserve(struct inj_plan *plan)
{
	void *notes = plan->note;
	bool done = inj_array_reserve(plan->rt, &notes, &plan->notes_capacity, sizeof(*plan->note),
				      (uint64_t)plan->notes + plan->count + NOTES_SPARE);

	plan->note = notes;
	return done ? RT_OK : RT_ENOMEM;
}

void inj_entry_arm(struct inj_entry *entry, rt_time now)
{
	const struct inj_action *action = &entry->action;
	bool opens = action->trigger == INJ_CHANCE && entry->fault->chance == INJ_CHANCE_START;

	entry->armed = true;
	entry->next = RT_FOREVER;
	if (action->trigger == INJ_NOW || opens)
		entry->next = now;
	else if (action->trigger == INJ_AT)
		entry->next = inj_later(now, action->at);
	else if (action->trigger == INJ_EVERY)
		entry->next = inj_later(now, action->every);
	else if (action->trigger == INJ_CHANCE && entry->fault->chance == INJ_CHANCE_TICK)
		entry->next = inj_later(now, RT_SECOND);
}

/* Its notes are passed over from now on. */
void inj_entry_disarm(struct inj_plan *plan, struct inj_entry *entry)
{
	entry->armed = false;
	entry->next = RT_FOREVER;
	plan->waiting -= entry->noted;
	entry->noted = entry->overflow = 0;
}

bool inj_entry_cooling(const struct inj_plan *plan, const struct inj_entry *entry)
{
	return entry->fired > 0 && rt_now(plan->rt) - entry->last_fired < entry->action.cooldown;
}

bool inj_entry_chance(const struct inj_plan *plan, struct inj_entry *entry)
{
	const struct inj_action *action = &entry->action;

	/* In its cooldown nothing is a chance: neither is it skipped nor drawn for. */
	if (inj_entry_cooling(plan, entry))
		return false;
	if (entry->skipped < action->skip) {
		entry->skipped++;
		return false;
	}
	return !action->has_probability || rt_rng_chance(&entry->rng, action->probability_ppb);
}

static void take_note(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, bool message,
		      uint64_t cause)
{
	entry->noted++;
	plan->waiting++;
	if (plan->notes == plan->notes_capacity) {
		/* They lose nothing but their causes: all are done as if for the latest of them. */
		entry->overflow++;
		entry->overflow_cause = cause;
		return;
	}
	plan->note[plan->notes++] = (struct inj_note){ entry->index, actor, message, cause };
}

/* The trigger came: a chance, unless the starts that it opens are the chances. */
static void triggered(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, bool message,
		      uint64_t cause)
{
	if (entry->fault->chance == INJ_CHANCE_START || inj_entry_chance(plan, entry))
		take_note(plan, entry, actor, message, cause);
}

static bool watches_actor(const struct inj_plan *plan, const struct inj_entry *entry, rt_id actor)
{
	struct inj_cache *cache = entry->cache;
	size_t at = (uint32_t)actor % INJ_CACHE_SIZE;

	if (cache->id[at] != actor) {
		cache->match[at] =
			inj_place_matches(plan->rt, rt_actor_place(plan->rt, actor), entry->watched);
		cache->id[at] = actor;
	}
	return cache->match[at];
}

static void see_message(void *ctx, rt_id to, const struct rt_msg *msg)
{
	struct inj_plan *plan = ctx;

	(void)msg;
	for (unsigned i = 0; i < plan->count; i++) {
		struct inj_entry *entry = plan->entry[i];

		if (!entry->armed || entry->cache == NULL || !watches_actor(plan, entry, to))
			continue;
		if (entry->action.trigger == INJ_AFTER_MESSAGES) {
			if (++entry->seen < (uint64_t)entry->action.after_count)
				continue;
			entry->seen = 0;
			triggered(plan, entry, RT_NOBODY, true, 0);
		} else {
			triggered(plan, entry, to, true, 0);
		}
	}
}

static enum rt_verdict see_start(void *ctx, rt_place place, enum rt_type type, rt_atom *reason)
{
	struct inj_plan *plan = ctx;

	(void)type;
	for (unsigned i = 0; i < plan->count; i++) {
		if (plan->entry[i]->open && inj_entry_refuse_start(plan, plan->entry[i], place, reason))
			return RT_REFUSE;
	}
	return RT_GO;
}

static enum rt_verdict see_signal(void *ctx, rt_id to, rt_atom reason)
{
	const struct inj_plan *plan = ctx;

	if (reason != RT_A_SHUTDOWN || plan->holds.live == 0)
		return RT_GO;
	for (size_t i = 0; i < inj_faults_count; i++) {
		if (inj_fault_deafens(&inj_faults[i]) &&
		    inj_hold_at_place(plan, &inj_faults[i], NULL, rt_actor_place(plan->rt, to)))
			return RT_REFUSE;
	}
	return RT_GO;
}

/* The event of a message comes after the hook for it, and only in some runs. */
static void name_message(struct inj_plan *plan, const struct rt_event *event)
{
	for (uint32_t i = plan->notes; i-- > 0 && plan->note[i].message && plan->note[i].cause == 0;)
		plan->note[i].cause = event->seq;
}

void inj_trigger_event(void *ctx, const struct rt_event *event, const void *ext)
{
	struct inj_plan *plan = ctx;

	(void)ext;
	if (event->kind == RT_EV_EXIT)
		inj_hold_drop_actor(plan, event->actor);
	if (event->kind == RT_EV_MESSAGE)
		name_message(plan, event);
	if ((plan->watched_kinds >> event->kind & 1) == 0)
		return;
	for (unsigned i = 0; i < plan->count; i++) {
		struct inj_entry *entry = plan->entry[i];

		if (!entry->armed || entry->on_kind != event->kind || event->place == 0 ||
		    (entry->action.trigger == INJ_AFTER_RESTARTS && event->incarnation < 2) ||
		    !inj_place_matches(plan->rt, event->place, entry->watched))
			continue;
		if (entry->action.trigger == INJ_AFTER_RESTARTS) {
			if (++entry->seen < (uint64_t)entry->action.after_count)
				continue;
			entry->seen = 0;
		}
		triggered(plan, entry, RT_NOBODY, false, event->seq);
	}
}

void inj_triggers_update(struct inj_plan *plan)
{
	struct rt_hooks hooks = { .ctx = plan };

	_Static_assert(INJ_EV_END <= 64, "a bit for each kind of event");
	plan->watched_kinds = 0;
	for (unsigned i = 0; i < plan->count; i++) {
		const struct inj_entry *entry = plan->entry[i];

		if (entry->on_kind != RT_EV_NONE)
			plan->watched_kinds |= UINT64_C(1) << entry->on_kind;
		if (inj_watches_messages(entry))
			hooks.message = see_message;
		if (entry->fault->chance == INJ_CHANCE_START)
			hooks.start = see_start;
		if (inj_fault_deafens(entry->fault))
			hooks.signal = see_signal;
	}
	rt_hooks_set(plan->rt, &hooks);
}
