/* account.c - exact to the block: what is counted is what the region gave. */
#include "account.h"

#include "supervision.h"

/* Add to every supervisor above; `bytes` may be what is taken away, modulo 2^64. */
static void pass_up(struct rt *rt, rt_id parent, size_t bytes)
{
	const struct rt_actor *above;

	for (; (above = rt_actor_find(rt, parent)) != NULL; parent = above->parent)
		((struct rt_supervisor *)above->state)->memory += bytes;
}

static bool within(const struct rt *rt, const struct rt_actor *actor, size_t bytes)
{
	size_t quota = rt_policy_at(&rt->policies, actor->policy)->memory_max;
	const struct rt_actor *above;

	if (quota != 0 && bytes + rt_account_bytes(actor) > quota)
		return false;
	for (rt_id parent = actor->parent; (above = rt_actor_find(rt, parent)) != NULL;
	     parent = above->parent) {
		quota = rt_policy_at(&rt->policies, above->policy)->memory_max;
		if (quota != 0 && bytes + ((const struct rt_supervisor *)above->state)->memory > quota)
			return false;
	}
	return true;
}

enum rt_grant rt_account_take(struct rt *rt, struct rt_actor *actor, size_t size, void **out)
{
	if (size > SIZE_MAX / 2 || !within(rt, actor, rt_heap_rounded(size + sizeof(struct rt_block))))
		return RT_OVER_QUOTA;
	size += sizeof(struct rt_block);
	if (actor->account == NULL)
		actor->account = rt_heap_alloc(rt, sizeof(*actor->account));
	struct rt_block *block = actor->account == NULL ? NULL : rt_heap_alloc(rt, size);

	if (block == NULL)
		return RT_NO_MEMORY;
	struct rt_account *account = actor->account;

	block->size = rt_heap_rounded(size);
	block->next = account->first;
	if (account->first != NULL)
		account->first->prev = block;
	account->first = block;
	account->bytes += block->size;
	pass_up(rt, actor->parent, block->size);
	*out = block + 1;
	return RT_GRANTED;
}

void rt_account_give(struct rt *rt, struct rt_actor *actor, void *memory)
{
	struct rt_block *block = (struct rt_block *)memory - 1;

	if (block->prev != NULL)
		block->prev->next = block->next;
	else
		actor->account->first = block->next;
	if (block->next != NULL)
		block->next->prev = block->prev;
	actor->account->bytes -= block->size;
	pass_up(rt, actor->parent, -block->size);
	rt_heap_free(rt, block, block->size);
}

void rt_account_close(struct rt *rt, struct rt_actor *actor)
{
	struct rt_account *account = actor->account;

	if (account == NULL)
		return;
	pass_up(rt, actor->parent, -account->bytes);
	while (account->first != NULL) {
		struct rt_block *block = account->first;

		account->first = block->next;
		rt_heap_free(rt, block, block->size);
	}
	rt_heap_free(rt, account, sizeof(*account));
	actor->account = NULL;
}

void rt_account_cut(struct rt *rt, const struct rt_actor *supervisor)
{
	pass_up(rt, supervisor->parent, -((const struct rt_supervisor *)supervisor->state)->memory);
}
