/* account.c - exact: what is counted is what was asked for, neither the block's head nor its rounding. */
#include "account.h"

#include "own.h"
#include "supervision.h"

#define MARK 0x6d656d6f72790000u

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

	if (quota != 0 && bytes + rt_own_bytes(actor) > quota)
		return false;
	for (rt_id parent = actor->parent; (above = rt_actor_find(rt, parent)) != NULL;
	     parent = above->parent) {
		quota = rt_policy_at(&rt->policies, above->policy)->memory_max;
		if (quota != 0 && bytes + ((const struct rt_supervisor *)above->state)->memory > quota)
			return false;
	}
	return true;
}

static struct rt_account *open_account(struct rt *rt, struct rt_actor *actor)
{
	struct rt_own *own = rt_own_of(rt, actor);

	return own == NULL ? NULL : &own->account;
}

/* Whoever may have it may still be refused it. */
static bool refused(struct rt *rt, uint32_t slot, enum rt_resource resource, size_t size)
{
	const struct rt_hooks *hooks = &rt->hooks;

	return hooks->grant != NULL &&
	       hooks->grant(hooks->ctx, rt_actor_id(rt, slot), resource, size) != RT_GO;
}

static enum rt_grant ask(struct rt *rt, uint32_t slot, size_t size)
{
	if (size > SIZE_MAX / 2 || !within(rt, rt_actor_at(rt, slot), size))
		return RT_OVER_QUOTA;
	return refused(rt, slot, RT_MEMORY, size) ? RT_NOT_GRANTED : RT_GRANTED;
}

enum rt_grant rt_account_take(struct rt *rt, uint32_t slot, size_t size, void **out)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	enum rt_grant grant = ask(rt, slot, size);

	if (grant != RT_GRANTED)
		return grant;
	struct rt_account *account = open_account(rt, actor);
	struct rt_block *block = account == NULL ? NULL : rt_heap_alloc(rt, size + sizeof(*block));

	if (block == NULL)
		return RT_NOT_GRANTED;
	block->size = size;
	block->mark = MARK ^ slot;
	block->next = account->first;
	if (account->first != NULL)
		account->first->prev = block;
	account->first = block;
	account->bytes += block->size;
	pass_up(rt, actor->parent, block->size);
	*out = block + 1;
	return RT_GRANTED;
}

enum rt_grant rt_account_charge(struct rt *rt, uint32_t slot, size_t size)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	enum rt_grant grant = ask(rt, slot, size);

	if (grant != RT_GRANTED)
		return grant;
	struct rt_account *account = open_account(rt, actor);

	if (account == NULL)
		return RT_NOT_GRANTED;
	account->bytes += size;
	pass_up(rt, actor->parent, size);
	return RT_GRANTED;
}

void rt_account_discharge(struct rt *rt, struct rt_actor *actor, size_t size)
{
	if (actor->own == NULL)
		return;
	actor->own->account.bytes -= size;
	pass_up(rt, actor->parent, -size);
}

/* What was given back is out of bounds to a sanitizer, and to see that is the point. */
__attribute__((no_sanitize("address"))) bool rt_account_has(uint32_t slot, const void *memory)
{
	return ((const struct rt_block *)memory - 1)->mark == (MARK ^ slot);
}

void rt_account_give(struct rt *rt, struct rt_actor *actor, void *memory)
{
	struct rt_block *block = (struct rt_block *)memory - 1;

	if (block->prev != NULL)
		block->prev->next = block->next;
	else
		actor->own->account.first = block->next;
	if (block->next != NULL)
		block->next->prev = block->prev;
	actor->own->account.bytes -= block->size;
	pass_up(rt, actor->parent, -block->size);
	block->mark = 0;
	rt_heap_free(rt, block, block->size + sizeof(*block));
}

enum rt_grant rt_account_open(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t quota = rt_policy_at(&rt->policies, actor->policy)->descriptors_max;
	struct rt_account *account = open_account(rt, actor);

	if (account == NULL || account->descriptors == UINT32_MAX)
		return RT_NOT_GRANTED;
	if (quota != 0 && account->descriptors == quota)
		return RT_OVER_QUOTA;
	if (refused(rt, slot, RT_DESCRIPTOR, 0))
		return RT_NOT_GRANTED;
	account->descriptors++;
	return RT_GRANTED;
}

void rt_account_shut(struct rt_actor *actor)
{
	if (actor->own != NULL && actor->own->account.descriptors > 0)
		actor->own->account.descriptors--;
}

void rt_account_tell_refused(struct rt *rt, uint32_t slot, rt_atom what)
{
	const struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_event event = {
		.kind = RT_EV_REFUSED,
		.actor = rt_actor_id(rt, slot),
		.place = actor->place,
		.incarnation = actor->incarnation,
		.reason = what,
	};

	rt->events.because = rt_event_give(rt, &event, NULL);
}

void rt_account_tell_exhausted(struct rt *rt, uint32_t slot)
{
	(void)refused(rt, slot, RT_DESCRIPTOR, 0);
	rt_account_tell_refused(rt, slot, RT_A_DESCRIPTOR);
}

void rt_account_close(struct rt *rt, struct rt_actor *actor)
{
	struct rt_account *account = &actor->own->account;

	pass_up(rt, actor->parent, -account->bytes);
	while (account->first != NULL) {
		struct rt_block *block = account->first;

		account->first = block->next;
		rt_heap_free(rt, block, block->size + sizeof(*block));
	}
	account->bytes = 0;
}

void rt_account_cut(struct rt *rt, const struct rt_actor *supervisor)
{
	pass_up(rt, supervisor->parent, -((const struct rt_supervisor *)supervisor->state)->memory);
}
