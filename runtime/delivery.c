/* delivery.c - the lists of a queue: by urgency and age, and by turns. */
#include "delivery.h"

/* Most arrive last; one that comes back goes to where it was. */
void rt_backlog_put(struct rt_backlog *backlog, struct rt_item *item)
{
	struct rt_lane *lane = &backlog->lane[item->priority];
	struct rt_item **at = &lane->first;

	if (lane->last != NULL && lane->last->order < item->order)
		at = &lane->last->next;
	while (*at != NULL && (*at)->order < item->order)
		at = &(*at)->next;
	item->next = *at;
	*at = item;
	if (item->next == NULL)
		lane->last = item;
}

struct rt_item *rt_backlog_get(struct rt_backlog *backlog)
{
	for (unsigned i = RT_PRIORITIES; i-- > 0;) {
		struct rt_lane *lane = &backlog->lane[i];
		struct rt_item *item = lane->first;

		if (item == NULL)
			continue;
		lane->first = item->next;
		if (lane->first == NULL)
			lane->last = NULL;
		return item;
	}
	return NULL;
}

struct rt_consumer **rt_crew_find(struct rt_crew *crew, rt_id id)
{
	struct rt_consumer **at = &crew->first;

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

struct rt_consumer *rt_crew_idle(const struct rt_crew *crew)
{
	struct rt_consumer *consumer = crew->first;

	while (consumer != NULL && consumer->item != NULL)
		consumer = consumer->next;
	return consumer;
}

struct rt_consumer *rt_crew_holder(const struct rt_crew *crew, uint64_t delivery)
{
	struct rt_consumer *consumer = crew->first;

	while (consumer != NULL && (consumer->item == NULL || consumer->delivery != delivery))
		consumer = consumer->next;
	return consumer;
}

void rt_crew_move_last(struct rt_crew *crew, struct rt_consumer *consumer)
{
	struct rt_consumer **at = rt_crew_find(crew, consumer->id);

	*at = consumer->next;
	while (*at != NULL)
		at = &(*at)->next;
	*at = consumer;
	consumer->next = NULL;
}
