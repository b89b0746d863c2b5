/* delivery.h - what a queue keeps: items that wait, and consumers that take them.  Lists without more; the
 * queue takes and frees the memory.
 *
 * A consumer asks the queue, aside, with the operand RT_DELIVERY_ENLIST: then it is one of those that get
 * items.  An item comes to it as a request from the queue, with the question of whoever put it there; its
 * answer is the acknowledgement, and the answer of the item.
 */
#ifndef RUNTIME_DELIVERY_H
#define RUNTIME_DELIVERY_H

#include "worker.h"

#define RT_DELIVERY_ENLIST UINT64_C(0xc0115e2a11570000)

struct rt_item {
	struct rt_item *next;
	uint64_t order; /* of arrival */
	uint64_t request;
	uint64_t question, operand;
	uint64_t deliveries;
	uint8_t priority;
};

/* The items that wait, those of each priority in the order of their arrival. */
struct rt_backlog {
	struct rt_lane {
		struct rt_item *first, *last;
	} lane[RT_PRIORITIES];
};

void rt_backlog_put(struct rt_backlog *backlog, struct rt_item *item);
/* The oldest of the most urgent; null: there is none. */
struct rt_item *rt_backlog_get(struct rt_backlog *backlog);

struct rt_consumer {
	struct rt_consumer *next;
	rt_id id;
	struct rt_item *item; /* null: it has none */
	uint64_t delivery;    /* the request for it */
};

struct rt_crew {
	struct rt_consumer *first;
};

/* Where the pointer to it is, or the null at the end. */
struct rt_consumer **rt_crew_find(struct rt_crew *crew, rt_id id);
/* The first that has no item; null: there is none. */
struct rt_consumer *rt_crew_idle(const struct rt_crew *crew);
/* Who has the item of this delivery; null: nobody has any more. */
struct rt_consumer *rt_crew_holder(const struct rt_crew *crew, uint64_t delivery);
/* Whoever got an item goes to the end, so that they take turns; so does who did not acknowledge it. */
void rt_crew_move_last(struct rt_crew *crew, struct rt_consumer *consumer);

#endif
