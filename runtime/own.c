/* own.c - making and clearing away what only some workers have. */
#include "own.h"

#include "alarm.h"
#include "core.h"
#include "hand.h"
#include "post.h"

struct rt_own *rt_own_of(struct rt *rt, struct rt_actor *actor)
{
	if (actor->own == NULL)
		actor->own = rt_heap_alloc(rt, sizeof(*actor->own));
	return actor->own;
}

void rt_own_close(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_own *own = actor->own;
	rt_id id = rt_actor_id(rt, slot);
	uint32_t mail;

	rt_alarm_close(rt, own);
	rt_timer_free(rt, own->work);
	rt_post_discard(rt, slot, own->outbox);
	rt_hand_let_fall(rt, slot);
	while ((mail = rt_mailbox_pop(rt, &own->aside)) != 0)
		rt_ledger_drop(rt, mail, id);
	rt_ledger_abandon(rt, slot);
	rt_account_close(rt, actor);
	rt_heap_free(rt, own, sizeof(*own));
	actor->own = NULL;
}
