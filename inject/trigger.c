/* trigger.c - when: what the hooks and the observer see, turned into chances, and chances into notes.
 *
 * Nothing is done here.  A chance that is taken becomes a note; inj_plan_do() reads the notes between two
 * steps.
 */
#include <assert.h>
#include <string.h>

#include "state.h"

/* More notes than one step gives rise to, but for a supervisor that takes thousands down with it; then some
 * are merged, see take_note(). */
#define NOTES_SPARE 64

enum rt_status inj_notes_reserve(struct inj_plan *plan, uint64_t more)
{
	void *notes = plan->note;
	bool done = inj_array_reserve(plan->rt, &notes, &plan->notes_capacity, sizeof(*plan->note),
				      (uint64_t)plan->notes + plan->count + more + NOTES_SPARE);

	plan->note = notes;
	return done ? RT_OK : RT_ENOMEM;
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

/* The trigger came: a chance, unless what it opens gives the chances. */
static void triggered(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, bool message,
		      uint64_t cause)
{
	if (inj_chance_opens(entry->fault->chance) || inj_entry_chance(plan, entry))
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
	for (struct inj_entry *entry = plan->list[INJ_BY_MESSAGE].first; entry != NULL;
	     entry = entry->next_by[INJ_BY_MESSAGE]) {
		if (!entry->armed || !watches_actor(plan, entry, to))
			continue;
		if (entry->action->trigger == INJ_AFTER_MESSAGES) {
			if (++entry->seen < (uint64_t)entry->action->after_count)
				continue;
			entry->seen = 0;
			triggered(plan, entry, RT_NOBODY, true, 0);
		} else {
			triggered(plan, entry, to, true, 0);
		}
	}
}

/* The event of a message comes after the hook for it, and only in some runs. */
static void name_message(struct inj_plan *plan, const struct rt_event *event)
{
	for (uint32_t i = plan->notes; i-- > 0 && plan->note[i].message && plan->note[i].cause == 0;)
		plan->note[i].cause = event->seq;
}

struct sighting {
	struct inj_plan *plan;
	const struct rt_event *event;
};

static bool see_event_at(void *ctx, const char *path)
{
	const struct sighting *sighting = ctx;
	const struct rt_event *event = sighting->event;
	struct inj_plan *plan = sighting->plan;

	for (struct inj_entry *entry = plan->list[INJ_BY_EVENT].first; entry != NULL;
	     entry = entry->next_by[INJ_BY_EVENT]) {
		if (!entry->armed || entry->on_kind != event->kind ||
		    (entry->action->trigger == INJ_AFTER_RESTARTS && event->incarnation < 2) ||
		    !inj_pattern_match(entry->watched, path))
			continue;
		if (entry->action->trigger == INJ_AFTER_RESTARTS) {
			if (++entry->seen < (uint64_t)entry->action->after_count)
				continue;
			entry->seen = 0;
		}
		triggered(plan, entry, RT_NOBODY, false, event->seq);
	}
	return true;
}

void inj_trigger_event(void *ctx, const struct rt_event *event, const void *ext)
{
	struct inj_plan *plan = ctx;
	struct sighting sighting = { plan, event };

	(void)ext;
	if (event->kind == RT_EV_EXIT)
		inj_hold_drop_actor(plan, event->actor);
	if (event->kind == RT_EV_MESSAGE)
		name_message(plan, event);
	if ((plan->watched_kinds >> event->kind & 1) != 0 && event->place != 0)
		inj_place_path(plan->rt, event->place, see_event_at, &sighting);
}

/* --- who sees ------------------------------------------------------------------------------------------ */

static void append(struct inj_plan *plan, struct inj_entry *entry, enum inj_source source)
{
	struct inj_list *list = &plan->list[source];

	if (list->last != NULL)
		list->last->next_by[source] = entry;
	else
		list->first = entry;
	list->last = entry;
}

void inj_trigger_add(struct inj_plan *plan, struct inj_entry *entry)
{
	bool hooked = inj_watches_messages(entry);

	_Static_assert(INJ_EV_END <= 64, "a bit for each kind of event");
	if (entry->on_kind != RT_EV_NONE) {
		plan->watched_kinds |= UINT64_C(1) << entry->on_kind;
		append(plan, entry, INJ_BY_EVENT);
	}
	if (hooked) {
		plan->hooks.message = see_message;
		append(plan, entry, INJ_BY_MESSAGE);
	}
	if (inj_seam_add(plan, entry->fault)) {
		hooked = true;
		for (enum inj_source source = INJ_BY_START; source < INJ_SOURCES; source++) {
			if (inj_seam_concerns(entry->fault, source))
				append(plan, entry, source);
		}
	}
	if (!hooked)
		return;
	plan->hooks.ctx = plan;
	rt_hooks_set(plan->rt, &plan->hooks);
}

void inj_trigger_remove(struct inj_plan *plan, struct inj_entry *entry)
{
	for (unsigned source = 0; source < INJ_SOURCES; source++) {
		struct inj_list *list = &plan->list[source];
		struct inj_entry **link = &list->first, *before = NULL;

		if (list->last != entry)
			continue;
		for (; *link != entry; link = &before->next_by[source])
			before = *link;
		*link = NULL;
		list->last = before;
	}
}
