/* alarm.c - see alarm.h.  An alarm's handle is its timer's number and the low half of the order in which it
 * was set; whether a timer is set at all can be seen even of a free one. */
#include "alarm.h"

#include "core.h"

static struct rt_timer *timer_at(const struct rt *rt, uint32_t timer)
{
	return rt_timer_at(&rt->timers, timer);
}

static uint64_t handle_of(const struct rt *rt, uint32_t timer)
{
	return timer_at(rt, timer)->order << 32 | timer;
}

enum rt_status rt_alarm_set(struct rt *rt, uint32_t slot, rt_time delay, uint64_t word, uint64_t *alarm)
{
	struct rt_own *own = rt_own_of(rt, rt_actor_at(rt, slot));
	uint32_t timer = own == NULL ? 0 : rt_timer_new(rt, RT_TIMER_ALARM, slot);
	uint32_t mail = timer == 0 ? 0 : rt_mail_new(rt, RT_MAIL_USER);

	if (mail == 0) {
		rt_timer_free(rt, timer);
		return RT_ENOMEM;
	}
	rt_timer_set(rt, timer, rt_timer_after(rt, delay), rt->events.because);
	struct rt_timer *t = timer_at(rt, timer);
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->tag = RT_TAG_TIMER;
	m->word[0] = handle_of(rt, timer);
	m->word[1] = word;
	t->mail = mail;
	t->before = 0;
	t->after = own->alarms;
	if (own->alarms != 0)
		timer_at(rt, own->alarms)->before = timer;
	own->alarms = timer;
	if (alarm != NULL)
		*alarm = m->word[0];
	return RT_OK;
}

/* Out of the chain; the timer goes, its message remains. */
static uint32_t unset(struct rt *rt, struct rt_own *own, uint32_t timer)
{
	struct rt_timer *t = timer_at(rt, timer);
	uint32_t mail = t->mail;

	if (t->before != 0)
		timer_at(rt, t->before)->after = t->after;
	else
		own->alarms = t->after;
	if (t->after != 0)
		timer_at(rt, t->after)->before = t->before;
	rt_timer_free(rt, timer);
	return mail;
}

void rt_alarm_cancel(struct rt *rt, uint32_t slot, uint64_t alarm)
{
	uint32_t timer = (uint32_t)alarm;

	if (timer == 0 || timer > rt->timers.entries.high || timer_at(rt, timer)->at == 0 ||
	    timer_at(rt, timer)->kind != RT_TIMER_ALARM || timer_at(rt, timer)->owner != slot ||
	    handle_of(rt, timer) != alarm)
		return;
	rt_mail_free(rt, unset(rt, rt_actor_at(rt, slot)->own, timer));
}

void rt_alarm_ring(struct rt *rt, uint32_t timer)
{
	uint32_t slot = timer_at(rt, timer)->owner;
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t mail = unset(rt, actor->own, timer);

	rt_mail_at(&rt->messages, mail)->cause = rt->events.because;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, slot);
}

void rt_alarm_close(struct rt *rt, struct rt_own *own)
{
	while (own->alarms != 0)
		rt_mail_free(rt, unset(rt, own, own->alarms));
}
