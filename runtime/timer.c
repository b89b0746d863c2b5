/* timer.c - the heap of deadlines. */
#include <assert.h>

#include "core.h"

static struct rt_timer *timer_at(const struct rt *rt, uint32_t timer)
{
	return rt_timer_at(&rt->timers, timer);
}

static bool before(const struct rt *rt, uint32_t a, uint32_t b)
{
	const struct rt_timer *x = timer_at(rt, a), *y = timer_at(rt, b);

	return x->deadline != y->deadline ? x->deadline < y->deadline : x->order < y->order;
}

static void put(struct rt *rt, uint32_t at, uint32_t timer)
{
	rt->timers.heap[at] = timer;
	timer_at(rt, timer)->at = at + 1;
}

static void sift_up(struct rt *rt, uint32_t at, uint32_t timer)
{
	while (at > 0) {
		uint32_t parent = (at - 1) / 4;

		if (!before(rt, timer, rt->timers.heap[parent]))
			break;
		put(rt, at, rt->timers.heap[parent]);
		at = parent;
	}
	put(rt, at, timer);
}

static void sift_down(struct rt *rt, uint32_t at, uint32_t timer)
{
	uint32_t count = rt->timers.count;

	for (;;) {
		uint32_t least = 4 * at + 1;

		if (least >= count)
			break;
		for (uint32_t child = least + 1; child < count && child <= 4 * at + 4; child++)
			if (before(rt, rt->timers.heap[child], rt->timers.heap[least]))
				least = child;
		if (!before(rt, rt->timers.heap[least], timer))
			break;
		put(rt, at, rt->timers.heap[least]);
		at = least;
	}
	put(rt, at, timer);
}

uint32_t rt_timer_new(struct rt *rt, enum rt_timer_kind kind, uint32_t owner)
{
	uint32_t timer = rt_slab_alloc(rt, &rt->timers.entries);

	if (timer != 0) {
		timer_at(rt, timer)->at = 0;
		timer_at(rt, timer)->kind = kind;
		timer_at(rt, timer)->owner = owner;
	}
	return timer;
}

void rt_timer_free(struct rt *rt, uint32_t timer)
{
	if (timer == 0)
		return;
	rt_timer_clear(rt, timer);
	rt_slab_free(&rt->timers.entries, timer);
}

void rt_timer_set(struct rt *rt, uint32_t timer, rt_time deadline, uint64_t cause)
{
	struct rt_timer *t = timer_at(rt, timer);

	assert(t->at == 0 && deadline >= rt->now);
	t->deadline = deadline;
	t->order = ++rt->timers.order;
	t->cause = cause;
	sift_up(rt, rt->timers.count++, timer);
}

void rt_timer_take_out(struct rt *rt, uint32_t timer)
{
	struct rt_timer *t = timer_at(rt, timer);
	uint32_t at = t->at - 1;
	uint32_t last = rt->timers.heap[--rt->timers.count];

	t->at = 0;
	if (last == timer)
		return;
	if (at > 0 && before(rt, last, rt->timers.heap[(at - 1) / 4]))
		sift_up(rt, at, last);
	else
		sift_down(rt, at, last);
}

rt_time rt_timer_in(const struct rt *rt, int64_t ms)
{
	return ms > (RT_FOREVER - rt->now) / RT_MS ? RT_FOREVER : rt->now + ms * RT_MS;
}

rt_time rt_timer_after(const struct rt *rt, rt_time delay)
{
	return delay > RT_FOREVER - rt->now ? RT_FOREVER : rt->now + delay;
}

uint32_t rt_timer_due(struct rt *rt, rt_time now, uint64_t latest)
{
	if (rt->timers.count == 0)
		return 0;
	uint32_t timer = rt->timers.heap[0];

	if (timer_at(rt, timer)->deadline > now || timer_at(rt, timer)->order > latest)
		return 0;
	rt_timer_clear(rt, timer);
	return timer;
}

rt_time rt_deadline(const struct rt *rt)
{
	return rt->timers.count == 0 ? RT_FOREVER : timer_at(rt, rt->timers.heap[0])->deadline;
}
