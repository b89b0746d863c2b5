/* pool.c - the numbers that the children of pools get who are asked for without a key.
 *
 * A pool is looked through once; from then on the plan knows what it asked for itself.
 */
#include <string.h>

#include "state.h"

/* A key of digits that numbers can follow. */
#define KEY_MAX 1000000000

static uint32_t number_of(const char *key)
{
	int64_t number;

	if (key[strspn(key, "0123456789")] != '\0' || !inj_parse_count(key, &number) || number >= KEY_MAX)
		return 0;
	return (uint32_t)number;
}

struct search {
	const struct rt *rt;
	uint32_t largest;
};

static bool see_key(void *ctx, const struct rt_child_info *child)
{
	struct search *search = ctx;
	char buf[RT_ATOM_BUF];
	uint32_t number = number_of(rt_atom_text(search->rt, child->name, buf));

	if (number > search->largest)
		search->largest = number;
	return true;
}

static struct inj_pool *find(const struct inj_plan *plan, rt_id supervisor)
{
	for (uint32_t i = plan->pools; i-- > 0;) {
		if (plan->pool[i].supervisor == supervisor)
			return &plan->pool[i];
	}
	return NULL;
}

void inj_firing_note_key(const struct inj_firing *firing, const char *key)
{
	struct inj_pool *pool = find(firing->plan, firing->actor);
	uint32_t number = number_of(key);

	if (pool != NULL && pool->last < number)
		pool->last = number;
}

bool inj_firing_next_key(const struct inj_firing *firing, uint32_t *key)
{
	struct inj_plan *plan = firing->plan;
	struct inj_pool *pool = find(plan, firing->actor);
	struct search search = { .rt = plan->rt };
	void *pools = plan->pool;

	if (pool == NULL) {
		if (rt_children(plan->rt, firing->actor, see_key, &search) != RT_OK)
			return false;
		if (!inj_array_reserve(plan->rt, &pools, &plan->pools_capacity, sizeof(*plan->pool),
				       (uint64_t)plan->pools + 1)) {
			plan->trouble = RT_ENOMEM;
			return false;
		}
		plan->pool = pools;
		pool = &plan->pool[plan->pools++];
		*pool = (struct inj_pool){ .supervisor = firing->actor, .last = search.largest };
	}
	*key = ++pool->last;
	return true;
}
