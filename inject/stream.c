/* stream.c - the random streams of entries, and the names that they are seeded by.
 *
 * The name is the action's id, or else its fault, its target and its ordinal among those that have the same;
 * so an action more or less elsewhere leaves the streams of the others alone.  Buckets of names find the
 * latest one that has the same.
 *
 * Most plans never draw a number, so nobody is named before the first one is wanted.  That may be at a seam,
 * where there is no memory; so the buckets are there from the beginning.
 */
#include <string.h>

#include "state.h"

enum rt_status inj_stream_reserve(struct inj_plan *plan, uint64_t more)
{
	uint32_t capacity = 0;
	void *names = NULL;

	if (plan->count + more <= plan->names_capacity)
		return RT_OK;
	if (!inj_array_reserve(plan->rt, &names, &capacity, sizeof(struct inj_entry *), plan->count + more))
		return RT_ENOMEM;
	rt_dealloc(plan->rt, plan->names, plan->names_capacity * sizeof(struct inj_entry *));
	plan->names = names;
	plan->names_capacity = capacity;
	/* They get the same names again. */
	plan->named = 0;
	return RT_OK;
}

static struct inj_entry **bucket(const struct inj_plan *plan, const struct inj_entry *entry)
{
	return &plan->names[entry->name_hash & (plan->names_capacity - 1)];
}

static bool same_name(const struct inj_entry *a, const struct inj_entry *b)
{
	return a->name_hash == b->name_hash && a->fault == b->fault &&
	       strcmp(a->action->target, b->action->target) == 0;
}

static void name(struct inj_plan *plan, struct inj_entry *entry)
{
	uint32_t hash = inj_hash_text(INJ_HASH_INIT, entry->fault->name);
	struct inj_entry **head, *other;

	entry->name_hash = inj_hash_text(hash, entry->action->target);
	head = bucket(plan, entry);
	for (other = *head; other != NULL && !same_name(entry, other);)
		other = other->next_named;
	entry->ordinal = other != NULL ? other->ordinal + 1 : 1;
	entry->next_named = *head;
	*head = entry;
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

static void seed(struct inj_plan *plan, struct inj_entry *entry)
{
	const struct inj_action *action = entry->action;
	char number[11];

	for (; plan->named <= entry->index; plan->named++) {
		if (plan->entry[plan->named]->action->id == NULL)
			name(plan, plan->entry[plan->named]);
	}
	const char *const by_id[] = { "fault id ", action->id, NULL };
	const char *const by_ordinal[] = {
		"fault ", entry->fault->name, " ", action->target, " ", digits(entry->ordinal, number), NULL
	};

	rt_rng_init_parts(&entry->stream.rng, rt_seed(plan->rt), action->id != NULL ? by_id : by_ordinal);
	entry->stream.seeded = true;
}

struct rt_rng *inj_stream(struct inj_plan *plan, struct inj_entry *entry)
{
	if (!entry->stream.seeded)
		seed(plan, entry);
	return &entry->stream.rng;
}

void inj_stream_close(struct inj_plan *plan, struct inj_entry *entry)
{
	if (plan->named <= entry->index)
		return;
	plan->named = entry->index;
	/* The latest one stands at the head of its bucket. */
	if (entry->action->id == NULL)
		*bucket(plan, entry) = entry->next_named;
}
