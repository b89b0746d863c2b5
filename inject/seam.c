/* seam.c - the seams where a fault steps in at once: starts, exit signals, messages on their way, what is
 * asked for, how long a message takes, what the wall clock shows.
 *
 * They are asked for each message and may be asked within a handler, so they take no memory, and as long as
 * nothing holds they look at one number.
 */
#include "state.h"

bool inj_seam_concerns(const struct inj_fault *fault, enum inj_source source)
{
	switch (source) {
	case INJ_BY_START:
		return fault->chance == INJ_CHANCE_START;
	case INJ_BY_DELIVERY:
		return fault->chance == INJ_CHANCE_DELIVERY || fault->deliver != NULL;
	case INJ_BY_GRANT:
		return fault->chance == INJ_CHANCE_ALLOCATION || fault->grant != NULL;
	case INJ_BY_BURDEN:
		return fault->burden != NULL;
	case INJ_BY_CLOCK:
		return fault->skew != NULL;
	default:
		return false;
	}
}

/* --- starts and ends ----------------------------------------------------------------------------------- */

/* A start at this place, and the entry may lie in wait there. */
static bool meet_start(struct inj_plan *plan, struct inj_entry *entry, rt_place place,
		       struct inj_firing *firing)
{
	firing->place = place;
	return entry->open &&
	       (inj_hold_at_place(plan, entry->fault, entry, place) ||
		(entry->wide && inj_place_matches(plan->rt, place, entry->action->target))) &&
	       inj_entry_try(plan, entry, firing);
}

static enum rt_verdict see_start(void *ctx, rt_place place, enum rt_type type, rt_atom *reason)
{
	struct inj_plan *plan = ctx;

	(void)type;
	for (struct inj_entry *entry = plan->list[INJ_BY_START].first; entry != NULL;
	     entry = entry->next_by[INJ_BY_START]) {
		struct inj_firing firing = inj_firing_of(plan, entry, 0);

		firing.reason = reason;
		if (!entry->fault->slows && meet_start(plan, entry, place, &firing))
			return RT_REFUSE;
	}
	return RT_GO;
}

static rt_time see_start_time(void *ctx, rt_place place)
{
	struct inj_plan *plan = ctx;
	rt_time takes = 0;

	for (struct inj_entry *entry = plan->list[INJ_BY_START].first; entry != NULL;
	     entry = entry->next_by[INJ_BY_START]) {
		struct inj_firing firing = inj_firing_of(plan, entry, 0);

		firing.takes = &takes;
		if (entry->fault->slows)
			(void)meet_start(plan, entry, place, &firing);
	}
	return takes;
}

static enum rt_verdict see_signal(void *ctx, rt_id to, rt_atom reason)
{
	const struct inj_plan *plan = ctx;

	if (reason == RT_A_SHUTDOWN && plan->holds.live > 0 &&
	    inj_hold_deafens(plan, rt_actor_place(plan->rt, to)))
		return RT_REFUSE;
	return RT_GO;
}

static void do_harm(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	const struct inj_plan *plan = ctx;

	inj_harm(plan->rt, self, state, size, code);
}

/* --- messages ------------------------------------------------------------------------------------------ */

/* However many last at one place: far from where the clock ends. */
#define SPAN_MAX (RT_FOREVER / 8)

static rt_time within(rt_time span)
{
	return span > SPAN_MAX ? SPAN_MAX : span < -SPAN_MAX ? -SPAN_MAX : span;
}

/* Is there anything to look for? */
static bool is_idle(const struct inj_plan *plan, enum inj_source source)
{
	return plan->list[source].active == 0;
}

/* A message between these two: is it this entry's business?  *seq: the fault_fired of what lasts there. */
static bool is_between(const struct inj_plan *plan, const struct inj_entry *entry,
		       const struct rt_passage *passage, uint64_t *seq)
{
	enum inj_side to = inj_reach_side(plan, entry, passage->to, seq), from;
	uint64_t other;

	if (!entry->fault->divides)
		return to == INJ_TARGET;
	from = inj_reach_side(plan, entry, passage->from, &other);
	if (from == INJ_TARGET)
		*seq = other;
	return (to == INJ_TARGET && from == INJ_OTHER) || (to == INJ_OTHER && from == INJ_TARGET);
}

/* One entry answers; what it did is known by what fault_fired says.  0: it did nothing. */
static uint64_t answer(struct inj_plan *plan, struct inj_entry *entry, const struct inj_firing *firing,
		       bool (*lasting)(const struct inj_firing *firing), uint64_t seq)
{
	if (!entry->open)
		return lasting(firing) ? seq : 0;
	if (!inj_entry_try(plan, entry, firing))
		return 0;
	/* The next one is not asked because of this one. */
	rt_because(plan->rt, plan->led);
	return entry->last_seq;
}

static enum rt_verdict see_delivery(void *ctx, struct rt_passage *passage)
{
	struct inj_plan *plan = ctx;
	enum rt_verdict verdict = RT_GO;
	uint64_t because = 0, seq;

	if (is_idle(plan, INJ_BY_DELIVERY))
		return RT_GO;
	for (struct inj_entry *entry = plan->list[INJ_BY_DELIVERY].first; entry != NULL && verdict == RT_GO;
	     entry = entry->next_by[INJ_BY_DELIVERY]) {
		struct inj_firing firing = inj_firing_of(plan, entry, 0);

		if (!entry->active || !is_between(plan, entry, passage, &seq))
			continue;
		firing.actor = passage->to;
		firing.place = passage->to_place;
		firing.passage = passage;
		firing.verdict = &verdict;
		rt_time delay = passage->delay;
		uint32_t copies = passage->copies;

		seq = answer(plan, entry, &firing, entry->fault->deliver, seq);
		if (seq == 0)
			continue;
		because = seq;
		if (passage->delay != delay)
			passage->delayed_by = seq;
		if (passage->copies != copies)
			passage->copied_by = seq;
		passage->delay = within(passage->delay);
	}
	if (because != 0)
		rt_because(plan->rt, because);
	return verdict;
}

/* --- resources ----------------------------------------------------------------------------------------- */

/* Where one of the allocations is meant, only that one is a chance, and then it is over. */
static bool is_other_allocation(struct inj_entry *entry)
{
	const struct inj_value *nth = &entry->params[INJ_P_NTH];

	return entry->fault->chance == INJ_CHANCE_ALLOCATION && nth->given &&
	       ++entry->asked != (uint64_t)nth->number;
}

static bool was_the_allocation(const struct inj_entry *entry)
{
	return entry->open && entry->fault->chance == INJ_CHANCE_ALLOCATION && entry->params[INJ_P_NTH].given;
}

static enum rt_verdict see_grant(void *ctx, rt_id worker, enum rt_resource resource, size_t size)
{
	struct inj_plan *plan = ctx;
	enum rt_verdict verdict = RT_GO;
	uint64_t seq;

	(void)size;
	if (is_idle(plan, INJ_BY_GRANT))
		return RT_GO;
	for (struct inj_entry *entry = plan->list[INJ_BY_GRANT].first; entry != NULL && verdict == RT_GO;
	     entry = entry->next_by[INJ_BY_GRANT]) {
		struct inj_firing firing = inj_firing_of(plan, entry, 0);

		if (!entry->active || inj_reach_side(plan, entry, worker, &seq) != INJ_TARGET ||
		    (entry->open && (resource != RT_MEMORY || is_other_allocation(entry))))
			continue;
		firing.actor = worker;
		firing.place = rt_actor_place(plan->rt, worker);
		firing.resource = resource;
		firing.verdict = &verdict;
		seq = answer(plan, entry, &firing, entry->fault->grant, seq);
		if (was_the_allocation(entry))
			inj_entry_close(plan, entry);
		if (seq != 0)
			rt_because(plan->rt, seq);
	}
	return verdict;
}

/* --- time ---------------------------------------------------------------------------------------------- */

/* What all that last on a worker say together. */
static rt_time total(struct inj_plan *plan, enum inj_source source, rt_id worker)
{
	rt_time sum = 0;
	uint64_t seq;

	if (is_idle(plan, source))
		return 0;
	for (struct inj_entry *entry = plan->list[source].first; entry != NULL;
	     entry = entry->next_by[source]) {
		struct inj_firing firing = inj_firing_of(plan, entry, 0);

		if (!entry->active || inj_reach_side(plan, entry, worker, &seq) != INJ_TARGET)
			continue;
		firing.actor = worker;
		sum = within(sum + (source == INJ_BY_CLOCK ? entry->fault->skew(&firing)
							   : entry->fault->burden(&firing)));
	}
	return sum;
}

static rt_time see_burden(void *ctx, rt_id worker, const struct rt_msg *msg)
{
	(void)msg;
	return total(ctx, INJ_BY_BURDEN, worker);
}

static rt_time see_clock(void *ctx, rt_id worker)
{
	return total(ctx, INJ_BY_CLOCK, worker);
}

/* --- stepping in --------------------------------------------------------------------------------------- */

/* Most faults do their deed and are gone. */
static bool steps_in(const struct inj_fault *fault)
{
	return inj_chance_opens(fault->chance) || fault->deafens || fault->harm != INJ_HARM_NONE ||
	       fault->deliver != NULL || fault->grant != NULL || fault->burden != NULL || fault->skew != NULL;
}

bool inj_seam_add(struct inj_plan *plan, const struct inj_fault *fault)
{
	struct rt_hooks *hooks = &plan->hooks;

	if (!steps_in(fault))
		return false;
	if (fault->chance == INJ_CHANCE_START && fault->slows)
		hooks->start_time = see_start_time;
	else if (fault->chance == INJ_CHANCE_START)
		hooks->start = see_start;
	if (fault->deafens)
		hooks->signal = see_signal;
	if (fault->harm != INJ_HARM_NONE)
		hooks->inside = do_harm;
	if (inj_seam_concerns(fault, INJ_BY_DELIVERY))
		hooks->deliver = see_delivery;
	if (inj_seam_concerns(fault, INJ_BY_GRANT))
		hooks->grant = see_grant;
	if (inj_seam_concerns(fault, INJ_BY_BURDEN))
		hooks->burden = see_burden;
	if (inj_seam_concerns(fault, INJ_BY_CLOCK))
		hooks->skew = see_clock;
	return true;
}
