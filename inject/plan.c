/* plan.c - the actions of a run: taking them in, and doing what is due.
 *
 * The caller drives: it steps the runtime, and between steps asks for what waits.  One call of inj_plan_do()
 * does one entry's part, so that the runtime may come to rest before the next.
 */
#include <assert.h>
#include <string.h>

#include "key.h"
#include "state.h"

/* --- taking in ----------------------------------------------------------------------------------------- */

enum rt_status inj_plan_new(struct rt *rt, struct inj_plan **out)
{
	struct inj_plan *plan = rt_alloc(rt, sizeof(*plan));
	enum rt_status status;

	if (plan == NULL)
		return RT_ENOMEM;
	plan->rt = rt;
	plan->together = -1;
	status = inj_notes_reserve(plan, 0);
	if (status != RT_OK)
		goto no_notes;
	status = rt_observe(rt, inj_trigger_event, plan);
	if (status != RT_OK)
		goto no_observer;
	*out = plan;
	return RT_OK;
no_observer:
	rt_dealloc(rt, plan->note, plan->notes_capacity * sizeof(*plan->note));
no_notes:
	rt_dealloc(rt, plan, sizeof(*plan));
	return status;
}

/* Call for each text of an action; those of its parameters only where they were given. */
static void each_text(struct inj_action *action, void (*fn)(void *ctx, const char **text), void *ctx)
{
	const char **texts[] = { &action->id, &action->target, &action->after_of, &action->on_event,
				 &action->on_of };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (*texts[i] != NULL)
			fn(ctx, texts[i]);
	}
	for (size_t i = 0; i < INJ_PARAMS_MAX; i++) {
		if (action->params[i].given && action->params[i].text != NULL)
			fn(ctx, &action->params[i].text);
	}
}

static void add_size(void *ctx, const char **text)
{
	*(size_t *)ctx += strlen(*text) + 1;
}

static void copy_text(void *ctx, const char **text)
{
	char **to = ctx;
	size_t size = strlen(*text) + 1;

	memcpy(*to, *text, size);
	*text = *to;
	*to += size;
}

static bool has_fallback(const struct inj_action *action, size_t param)
{
	return !action->params[param].given && action->fault->params[param].fallback != NULL;
}

static bool has_fallbacks(const struct inj_action *action)
{
	for (size_t i = 0; action->fault->params[i].name != NULL; i++) {
		if (has_fallback(action, i))
			return true;
	}
	return false;
}

static void fill_in(const struct inj_action *action, struct inj_value *params)
{
	memcpy(params, action->params, sizeof(action->params));
	for (size_t i = 0; action->fault->params[i].name != NULL; i++) {
		const struct inj_param *param = &action->fault->params[i];

		if (has_fallback(action, i)) {
			enum rt_status status = inj_key_read(param, param->fallback, &params[i], NULL);

			assert(status == RT_OK);
		}
	}
}

static size_t copied_size(const struct inj_action *action)
{
	struct inj_action copy = *action;
	size_t size = sizeof(copy);

	each_text(&copy, add_size, &size);
	return size;
}

/* The action with its texts, at `*at`, which goes on behind it. */
static const struct inj_action *copy_action(const struct inj_action *action, char **at)
{
	struct inj_action *copy = (struct inj_action *)*at;

	*copy = *action;
	*at += sizeof(*copy);
	each_text(copy, copy_text, at);
	return copy;
}

/* The block of an entry; null: no memory. */
static struct inj_entry *make_entry(struct inj_plan *plan, const struct inj_action *action, bool borrowed)
{
	size_t filled = has_fallbacks(action) ? sizeof(action->params) : 0;
	size_t size = sizeof(struct inj_entry) + filled + (borrowed ? 0 : copied_size(action));
	struct inj_entry *entry = rt_alloc(plan->rt, size);

	if (entry == NULL)
		return NULL;
	struct inj_value *params = (struct inj_value *)(entry + 1);
	char *rest = (char *)params + filled;

	entry->size = size;
	entry->action = borrowed ? action : copy_action(action, &rest);
	entry->fault = action->fault;
	entry->params = filled > 0 ? params : entry->action->params;
	if (filled > 0)
		fill_in(entry->action, params);
	return entry;
}

static enum rt_status make_atoms(struct inj_plan *plan, struct inj_entry *entry)
{
	for (size_t i = 0; entry->fault->params[i].name != NULL; i++) {
		if (entry->fault->params[i].type != INJ_REASON)
			continue;
		entry->atoms[i] = rt_atom_make(plan->rt, entry->params[i].text);
		if (entry->atoms[i] == 0)
			return RT_ENOMEM;
	}
	return RT_OK;
}

static void set_watch(struct inj_entry *entry)
{
	const struct inj_action *action = entry->action;

	entry->watched = action->target;
	if (action->trigger == INJ_ON) {
		entry->on_kind = inj_event_find(action->on_event);
		if (action->on_of != NULL)
			entry->watched = action->on_of;
	} else if (action->trigger == INJ_AFTER_MESSAGES || action->trigger == INJ_AFTER_RESTARTS) {
		if (action->trigger == INJ_AFTER_RESTARTS)
			entry->on_kind = RT_EV_START;
		if (action->after_of != NULL)
			entry->watched = action->after_of;
	}
}

/* Take the latest one out of the plan. */
static void remove_entry(struct inj_plan *plan, struct inj_entry *entry)
{
	inj_trigger_remove(plan, entry);
	inj_due_remove(plan, entry);
	inj_stream_close(plan, entry);
	plan->count--;
}

static void free_entry(struct inj_plan *plan, struct inj_entry *entry)
{
	rt_dealloc(plan->rt, entry->reach, sizeof(*entry->reach));
	rt_dealloc(plan->rt, entry->cache, sizeof(*entry->cache));
	rt_dealloc(plan->rt, entry, entry->size);
}

static enum rt_status reserve(struct inj_plan *plan, uint64_t more)
{
	void *entries = plan->entry;
	enum rt_status status;

	if (!inj_array_reserve(plan->rt, &entries, &plan->capacity, sizeof(struct inj_entry *),
			       plan->count + more))
		return RT_ENOMEM;
	plan->entry = entries;
	status = inj_due_reserve(plan, more);
	if (status == RT_OK)
		status = inj_stream_reserve(plan, more);
	return status == RT_OK ? inj_notes_reserve(plan, more) : status;
}

static enum rt_status add(struct inj_plan *plan, const struct inj_action *action, bool borrowed,
			  uint64_t cause, struct inj_entry **out)
{
	struct inj_entry *entry;
	enum rt_status status = RT_ENOMEM;

	assert(action->fault != NULL && action->target != NULL);
	entry = make_entry(plan, action, borrowed);
	if (entry == NULL)
		return RT_ENOMEM;
	entry->index = plan->count;
	entry->cause = cause;
	entry->times = inj_action_times(action);
	entry->next = RT_FOREVER;
	set_watch(entry);
	if (inj_watches_messages(entry)) {
		entry->cache = rt_alloc(plan->rt, sizeof(*entry->cache));
		if (entry->cache == NULL)
			goto fail;
	}
	status = make_atoms(plan, entry);
	if (status != RT_OK)
		goto fail;
	status = reserve(plan, 1);
	if (status != RT_OK)
		goto fail;
	plan->entry[plan->count++] = entry;
	inj_due_add(plan, entry);
	inj_trigger_add(plan, entry);
	*out = entry;
	return RT_OK;
fail:
	free_entry(plan, entry);
	return status;
}

enum rt_status inj_plan_add(struct inj_plan *plan, const struct inj_action *action, unsigned *index)
{
	struct inj_entry *entry;
	enum rt_status status = add(plan, action, false, 0, &entry);

	if (status != RT_OK)
		return status;
	if (plan->begun)
		inj_entry_arm(plan, entry, rt_now(plan->rt));
	if (index != NULL)
		*index = entry->index;
	return RT_OK;
}

enum rt_status inj_plan_borrow(struct inj_plan *plan, const struct inj_action *actions, size_t count)
{
	struct inj_entry *entry;
	enum rt_status status = reserve(plan, count);

	assert(!plan->begun);
	for (size_t i = 0; i < count && status == RT_OK; i++)
		status = add(plan, &actions[i], true, 0, &entry);
	return status;
}

/* --- time ---------------------------------------------------------------------------------------------- */

void inj_plan_begin(struct inj_plan *plan)
{
	assert(!plan->begun);
	plan->begun = true;
	plan->up = rt_now(plan->rt);
	for (unsigned i = 0; i < plan->count; i++)
		inj_entry_arm(plan, plan->entry[i], rt_now(plan->rt));
}

rt_time inj_plan_deadline(const struct inj_plan *plan)
{
	rt_time now = rt_now(plan->rt), deadline = inj_due_time(plan), holds = inj_holds_deadline(plan);

	if (holds < deadline)
		deadline = holds;
	return deadline > now ? deadline : now;
}

bool inj_plan_pending(const struct inj_plan *plan)
{
	return plan->waiting > 0;
}

bool inj_plan_spent(const struct inj_plan *plan)
{
	return !inj_plan_pending(plan) && inj_plan_deadline(plan) == RT_FOREVER;
}

/* --- doing --------------------------------------------------------------------------------------------- */

/* Take one chance.  Without memory it is as if it had not come yet. */
static enum rt_status strike(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, uint64_t cause)
{
	struct inj_stream stream = entry->stream;
	uint32_t struck;
	enum rt_status status = inj_entry_strike(plan, entry, actor, cause, &struck);

	if (status != RT_OK && struck == 0)
		entry->stream = stream;
	return status;
}

static void forget_notes(struct inj_plan *plan)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < plan->notes; i++) {
		if (plan->note[i].entry != INJ_NO_ENTRY && plan->entry[plan->note[i].entry]->armed)
			plan->note[kept++] = plan->note[i];
	}
	plan->notes = kept;
}

/* What the entry has noted so far; what this gives rise to waits for the next call. */
static enum rt_status do_noted(struct inj_plan *plan, struct inj_entry *entry)
{
	uint32_t notes = plan->notes, overflow = entry->overflow;
	enum rt_status status = RT_OK;

	for (uint32_t i = 0; i < notes && entry->armed && status == RT_OK; i++) {
		struct inj_note note = plan->note[i];

		if (note.entry != entry->index)
			continue;
		/* The one before may have begun a cooldown. */
		if (!inj_entry_cooling(plan, entry))
			status = strike(plan, entry, note.actor, note.cause);
		if (status != RT_OK)
			break;
		plan->note[i].entry = INJ_NO_ENTRY;
		if (entry->armed) {
			entry->noted--;
			plan->waiting--;
		}
	}
	for (; overflow > 0 && entry->armed && status == RT_OK; overflow--) {
		if (!inj_entry_cooling(plan, entry))
			status = strike(plan, entry, RT_NOBODY, entry->overflow_cause);
		if (status == RT_OK && entry->armed) {
			entry->overflow--;
			entry->noted--;
			plan->waiting--;
		}
	}
	forget_notes(plan);
	return status;
}

static enum rt_status do_due(struct inj_plan *plan, struct inj_entry *entry)
{
	const struct inj_action *action = entry->action;
	struct inj_stream stream = entry->stream;
	uint64_t skipped = entry->skipped;
	rt_time now = rt_now(plan->rt), due, next = RT_FOREVER;
	enum rt_status status = RT_OK;
	bool opens = inj_chance_opens(entry->fault->chance);

	inj_entry_expire(plan, entry, now);
	if (entry->next > now)
		return RT_OK;
	due = entry->next;
	if (action->trigger == INJ_EVERY)
		next = inj_later(entry->next, action->every);
	else if (action->trigger == INJ_CHANCE && !opens)
		next = inj_later(entry->next, RT_SECOND);
	inj_entry_schedule(plan, entry, next);
	if (opens || inj_entry_chance(plan, entry))
		status = strike(plan, entry, RT_NOBODY, entry->cause);
	if (status != RT_OK) {
		inj_entry_schedule(plan, entry, due);
		entry->skipped = skipped;
		entry->stream = stream;
	} else if (entry->next == RT_FOREVER && !opens && entry->armed) {
		inj_entry_disarm(plan, entry);
	}
	return status;
}

static struct inj_entry *first_noted(const struct inj_plan *plan)
{
	for (unsigned i = 0; i < plan->count; i++) {
		if (plan->entry[i]->noted > 0)
			return plan->entry[i];
	}
	return NULL;
}

static struct inj_entry *first_due(const struct inj_plan *plan)
{
	rt_time now = rt_now(plan->rt);
	unsigned first = inj_due_time(plan) <= now ? plan->due[0].entry->index : plan->count;

	if (inj_holds_deadline(plan) <= now) {
		for (uint32_t i = 0; i < plan->holds.count; i++) {
			const struct inj_hold *hold = &plan->holds.item[i];

			if (!hold->gone && hold->until <= now && hold->entry < first)
				first = hold->entry;
		}
	}
	return first < plan->count ? plan->entry[first] : NULL;
}

enum rt_status inj_plan_do(struct inj_plan *plan)
{
	struct inj_entry *entry;
	enum rt_status status = inj_notes_reserve(plan, 0);

	if (status != RT_OK)
		return status;
	inj_holds_compact(plan);
	if (inj_plan_pending(plan)) {
		entry = first_noted(plan);
		assert(entry != NULL);
		status = do_noted(plan, entry);
	} else {
		entry = first_due(plan);
		if (entry != NULL) {
			plan->together = entry->fault->call ? -1 : rt_now(plan->rt);
			status = do_due(plan, entry);
		}
	}
	return status;
}

/* Would it find anybody to strike as things are? */
static bool has_target(struct inj_plan *plan, const struct inj_entry *entry)
{
	struct inj_targets targets;
	bool found;

	if (inj_chance_opens(entry->fault->chance) || entry->fault->heals)
		return true;
	if (inj_targets_find(plan, entry->action->target, entry->fault->aim, INJ_SIGHT_LIVE, &targets) !=
	    RT_OK)
		return true; /* doing it will say what is wrong */
	found = targets.count > 0;
	inj_targets_fini(plan, &targets);
	return found;
}

bool inj_plan_together(struct inj_plan *plan)
{
	const struct inj_entry *entry;
	rt_time now = rt_now(plan->rt);

	if (plan->together != now || (inj_due_time(plan) > now && inj_holds_deadline(plan) > now))
		return false;
	entry = first_due(plan);
	return entry != NULL && has_target(plan, entry);
}

void inj_plan_stop(struct inj_plan *plan)
{
	for (unsigned i = 0; i < plan->count; i++)
		inj_entry_stop(plan, plan->entry[i]);
	plan->notes = 0;
}

/* --- from the prompt ----------------------------------------------------------------------------------- */

enum rt_status inj_plan_input(struct inj_plan *plan, const struct inj_action *action, uint64_t cause,
			      unsigned *targets)
{
	struct inj_entry *entry;
	uint32_t struck = 0;
	enum rt_status status = add(plan, action, false, cause, &entry);

	if (status != RT_OK)
		return status;
	inj_entry_arm(plan, entry, rt_now(plan->rt));
	inj_holds_compact(plan);
	if (entry->next == rt_now(plan->rt) && action->trigger != INJ_AT) {
		inj_entry_schedule(plan, entry, RT_FOREVER);
		status = inj_entry_strike(plan, entry, RT_NOBODY, cause, &struck);
		if (entry->armed && !entry->open)
			inj_entry_disarm(plan, entry);
	}
	if (status != RT_OK && struck == 0) {
		remove_entry(plan, entry);
		free_entry(plan, entry);
		return status;
	}
	*targets = struck;
	return status;
}

unsigned inj_plan_heal(struct inj_plan *plan, const char *pattern, uint64_t cause)
{
	return inj_heal_paths(plan, pattern, cause);
}

unsigned inj_plan_count(const struct inj_plan *plan)
{
	return plan->count;
}

struct inj_info inj_plan_info(const struct inj_plan *plan, unsigned index)
{
	const struct inj_entry *entry;

	assert(index < plan->count);
	entry = plan->entry[index];
	return (struct inj_info){
		.action = entry->action,
		.fired = entry->fired,
		.last_seq = entry->last_seq,
		.armed = entry->armed,
		.holding = entry->holding,
	};
}
