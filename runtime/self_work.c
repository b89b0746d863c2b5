/* self_work.c - what a handler may do about time and requests; see self.c. */
#include "worker.h"

#include <assert.h>

#include "alarm.h"
#include "core.h"
#include "dispatch.h"
#include "far.h"
#include "hand.h"
#include "link.h"
#include "own.h"
#include "post.h"

/* --- time ---------------------------------------------------------------------------------------------- */

void rt_self_work(struct rt_self *self, rt_time duration)
{
	assert(duration >= 0);
	if (self->far != NULL) {
		rt_far_work(self, duration);
		return;
	}
	self->work = duration > RT_FOREVER - self->work ? RT_FOREVER : self->work + duration;
	self->did |= RT_DID_MORE;
}

enum rt_status rt_self_after(struct rt_self *self, rt_time delay, uint64_t word, uint64_t *timer)
{
	struct rt *rt = self->rt;
	uint64_t alarm = 0;

	assert(delay >= 0);
	if (self->far != NULL)
		return rt_far_after(self, delay, word, timer);
	rt_self_enter(rt);
	enum rt_status status = rt_alarm_set(rt, self->slot, delay, word, &alarm);

	rt->busy = 0;
	if (timer != NULL && status == RT_OK)
		*timer = alarm;
	return status;
}

void rt_self_cancel(struct rt_self *self, uint64_t timer)
{
	struct rt *rt = self->rt;

	if (self->far != NULL) {
		rt_far_cancel(self, timer);
		return;
	}
	rt_self_enter(rt);
	rt_alarm_cancel(rt, self->slot, timer);
	rt->busy = 0;
}

/* --- others -------------------------------------------------------------------------------------------- */

static enum rt_status watch(struct rt *rt, uint32_t slot, rt_id worker)
{
	struct rt_actor *actor = rt_actor_at(rt, slot), *other = rt_actor_find(rt, worker);

	for (uint32_t note = actor->links; note != 0; note = rt_mail_at(&rt->messages, note)->next) {
		const struct rt_mail *m = rt_mail_at(&rt->messages, note);

		if (m->kind == RT_MAIL_DOWN && m->op != 0 && m->from == worker)
			return RT_OK;
	}
	uint32_t here = rt_mail_new(rt, RT_MAIL_DOWN);
	uint32_t there = here == 0 || other == NULL ? 0 : rt_mail_new(rt, RT_MAIL_WATCHED);

	if (here == 0 || (other != NULL && there == 0)) {
		rt_mail_free(rt, here);
		return RT_ENOMEM;
	}
	rt_mail_at(&rt->messages, here)->op = 1; /* it is not only watched, but told */
	if (other == NULL) {
		rt_actor_down(rt, slot, here, worker, RT_A_NOPROC);
		return RT_OK;
	}
	rt_note_hang(rt, &actor->links, here, worker);
	rt_note_hang(rt, &other->links, there, rt_actor_id(rt, slot));
	return RT_OK;
}

enum rt_status rt_self_watch(struct rt_self *self, rt_id worker)
{
	struct rt *rt = self->rt;

	if (self->far != NULL)
		return rt_far_watch(self, worker);
	rt_self_enter(rt);
	enum rt_status status = watch(rt, self->slot, worker);

	rt->busy = 0;
	return status;
}

/* --- requests ------------------------------------------------------------------------------------------ */

enum rt_status rt_self_ask(struct rt_self *self, const struct rt_ask *ask, uint64_t *id)
{
	struct rt *rt = self->rt;
	struct rt_ask copy = *ask;
	uint64_t request = 0;
	uint32_t mail;

	assert(copy.timeout >= 0 && copy.backoff >= 0);
	if (self->far != NULL)
		return rt_far_request(self, &copy, id);
	rt_self_enter(rt);
	enum rt_status status = rt_ledger_prepare(rt, self->slot, &copy, &mail, &request);

	if (status == RT_OK)
		rt_post_add(rt, mail, RT_NOBODY, RT_DID_MORE);
	rt->busy = 0;
	if (id != NULL && status == RT_OK)
		*id = request;
	return status;
}

bool rt_self_asked(struct rt_self *self, uint64_t request, struct rt_asked *out)
{
	struct rt_asked found;

	if (self->far != NULL)
		return rt_far_asked(self, request, out);
	bool known = rt_ledger_asked(self->rt, self->slot, request, &found);

	if (known)
		*out = found;
	return known;
}

void rt_self_answer(struct rt_self *self, uint64_t request, enum rt_outcome how, uint64_t value)
{
	struct rt *rt = self->rt;

	assert(how == RT_SERVED || how == RT_DEGRADED || how == RT_FAILED);
	if (self->far != NULL) {
		rt_far_answer(self, request, how, value);
		return;
	}
	rt_self_enter(rt);
	uint32_t mail = rt_hand_find(rt, self->slot, request);

	if (mail != 0) {
		if (self->request == mail)
			self->request = 0;
		rt_hand_answer(rt, self->slot, mail, how, value);
		rt_post_add(rt, mail, RT_NOBODY, RT_DID_MORE);
	}
	rt->busy = 0;
}

void rt_self_keep(struct rt_self *self, uint64_t request)
{
	struct rt *rt = self->rt;

	if (self->far != NULL) {
		rt_far_keep(self, request);
		return;
	}
	rt_self_enter(rt);
	if (self->request != 0 && self->request == rt_hand_find(rt, self->slot, request) &&
	    rt_entry_at(rt, (uint32_t)request)->open)
		self->request = 0;
	rt->busy = 0;
}

void rt_self_intake(struct rt_self *self, bool open)
{
	struct rt_actor *actor = rt_actor_at(self->rt, self->slot);

	if (self->far != NULL) {
		rt_far_intake(self, open);
		return;
	}
	actor->flags = (uint16_t)(open ? actor->flags & ~RT_F_CLOSED : actor->flags | RT_F_CLOSED);
}
