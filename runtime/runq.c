/* runq.c - whose turn it is. */
#include "core.h"

static struct rt_notice *notice(const struct rt *rt, uint32_t slot)
{
	return rt_slab_at(&rt->actors, slot);
}

void rt_runq_push(struct rt *rt, uint32_t slot)
{
	struct rt_runq *runq = &rt->runq;

	notice(rt, slot)->link = 0;
	if (runq->tail == 0)
		runq->head = slot;
	else
		notice(rt, runq->tail)->link = slot;
	runq->tail = slot;
}

uint32_t rt_runq_pop(struct rt *rt)
{
	struct rt_runq *runq = &rt->runq;
	uint32_t slot = runq->head;

	if (slot == 0)
		return 0;
	runq->head = notice(rt, slot)->link;
	if (runq->head == 0)
		runq->tail = 0;
	return slot;
}
