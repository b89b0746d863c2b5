/* stream.c - the random streams of entries, and the names that they are seeded by.
 *
 * The name is the action's id, or else its fault, its target and its ordinal among those that have the same;
 * so an action more or less elsewhere leaves the streams of the others alone.  Buckets of names find the
 * latest one that has the same.
 */
#include <string.h>

#include "state.h"

static uint32_t hash_of(const struct inj_entry *entry)
{
	return inj_hash_text(inj_hash_text(INJ_HASH_INIT, entry->fault->name), entry->action->target);
}

static struct inj_entry **bucket(const struct inj_plan *plan, const struct inj_entry *entry)
{
	return &plan->named[entry->name_hash & (plan->names_capacity - 1)];
}

static void link_name(struct inj_plan *plan, struct inj_entry *entry)
{
	struct inj_entry **head = bucket(plan, entry);

	entry->named = *head;
	*head = entry;
}

static unsigned ordinal(const struct inj_plan *plan, const struct inj_entry *entry)
{
	const struct inj_entry *other = *bucket(plan, entry);

	while (other != NULL && (other->name_hash != entry->name_hash || other->fault != entry->fault ||
				 strcmp(other->action->target, entry->action->target) != 0))
		other = other->named;
	return other != NULL ? other->ordinal + 1 : 1;
}

enum rt_status inj_stream_reserve(struct inj_plan *plan, uint64_t more)
{
	uint32_t capacity = 0;
	void *named = NULL;

	if (plan->names + more <= plan->names_capacity)
		return RT_OK;
	if (!inj_array_reserve(plan->rt, &named, &capacity, sizeof(struct inj_entry *),
			       plan->names + (more > plan->names ? more : plan->names + 1)))
		return RT_ENOMEM;
	rt_dealloc(plan->rt, plan->named, plan->names_capacity * sizeof(struct inj_entry *));
	plan->named = named;
	plan->names_capacity = capacity;
	for (uint32_t i = 0; i < plan->count; i++) {
		if (plan->entry[i]->action->id == NULL)
			link_name(plan, plan->entry[i]);
	}
	return RT_OK;
}

/* At the end of `buf`. */
static const char *digits(unsigned value, char buf[11])
{
	char *at = buf + 10;

	*at = '\0';
	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return at;
}

enum rt_status inj_stream_open(struct inj_plan *plan, struct inj_entry *entry)
{
	if (entry->action->id != NULL)
		return RT_OK;
	if (inj_stream_reserve(plan, 1) != RT_OK)
		return RT_ENOMEM;
	entry->name_hash = hash_of(entry);
	entry->ordinal = ordinal(plan, entry);
	link_name(plan, entry);
	plan->names++;
	return RT_OK;
}

static void seed(const struct inj_plan *plan, struct inj_entry *entry)
{
	const struct inj_action *action = entry->action;
	char number[11];
	const char *const by_id[] = { "fault id ", action->id, NULL };
	const char *const by_ordinal[] = {
		"fault ", entry->fault->name, " ", action->target, " ", digits(entry->ordinal, number), NULL
	};

	rt_rng_init_parts(&entry->stream.rng, rt_seed(plan->rt), action->id != NULL ? by_id : by_ordinal);
	entry->stream.seeded = true;
}

struct rt_rng *inj_stream(const struct inj_plan *plan, struct inj_entry *entry)
{
	if (!entry->stream.seeded)
		seed(plan, entry);
	return &entry->stream.rng;
}

void inj_stream_close(struct inj_plan *plan, struct inj_entry *entry)
{
	if (entry->ordinal == 0)
		return;
	/* The latest one stands at the head of its bucket. */
	*bucket(plan, entry) = entry->named;
	plan->names--;
}
