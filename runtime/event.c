/* event.c - numbering and giving out. */
#include <assert.h>

#include "core.h"
#include "usdt.h"

static const struct {
	const char *word, *help;
} rows[] = {
#define X(name, word, help) [name] = { word, help },
	RT_EVENT_LIST(X)
#undef X
};

const char *rt_event_word(unsigned kind)
{
	return kind < RT_EV_USER ? rows[kind].word : NULL;
}

const char *rt_event_help(unsigned kind)
{
	return kind < RT_EV_USER ? rows[kind].help : NULL;
}

enum rt_status rt_observe(struct rt *rt, rt_observer *observer, void *ctx)
{
	struct rt_events *events = &rt->events;

	if (events->n_observers == RT_OBSERVERS_MAX)
		return RT_EFULL;
	events->observer[events->n_observers].fn = observer;
	events->observer[events->n_observers].ctx = ctx;
	events->n_observers++;
	return RT_OK;
}

void rt_unobserve(struct rt *rt, rt_observer *observer, void *ctx)
{
	struct rt_events *events = &rt->events;

	for (unsigned i = 0; i < events->n_observers; i++) {
		if (events->observer[i].fn != observer || events->observer[i].ctx != ctx)
			continue;
		events->n_observers--;
		for (; i < events->n_observers; i++)
			events->observer[i] = events->observer[i + 1];
	}
}

/* Does a tracer look at events of this kind?  Of most there is no point. */
static inline bool wanted_outside(unsigned kind)
{
	static const volatile unsigned short *const watchers[RT_EV_USER] = {
		[RT_EV_START] = &treefall_actor_start_semaphore,
		[RT_EV_EXIT] = &treefall_actor_exit_semaphore,
		[RT_EV_RESTART] = &treefall_restart_semaphore,
		[RT_EV_GIVE_UP] = &treefall_give_up_semaphore,
	};

	return kind < RT_EV_USER && watchers[kind] != NULL && *watchers[kind] != 0;
}

/* To whom it concerns, where that is not one observer and nobody else. */
static __attribute__((noinline)) void tell(struct rt *rt, const struct rt_event *event, const void *ext)
{
	struct rt_events *events = &rt->events;

	if (wanted_outside(event->kind))
		rt_usdt_event(rt, event);
	for (unsigned i = 0; i < events->n_observers; i++)
		events->observer[i].fn(events->observer[i].ctx, event, ext);
}

uint64_t rt_event_give(struct rt *rt, struct rt_event *event, const void *ext)
{
	struct rt_events *events = &rt->events;
	uint64_t seq = ++events->seq;

	event->seq = seq;
	event->t = rt->now;
	if (event->cause == 0)
		event->cause = events->because;
	if (event->kind == RT_EV_RESTART && event->origin == 0)
		event->origin = seq;
	assert(event->cause < seq);
	if (wanted_outside(event->kind) || events->n_observers != 1)
		tell(rt, event, ext);
	else
		events->observer[0].fn(events->observer[0].ctx, event, ext);
	return seq;
}

void rt_because(struct rt *rt, uint64_t seq)
{
	rt->events.because = seq;
}

uint64_t rt_seq(const struct rt *rt)
{
	return rt->events.seq;
}
