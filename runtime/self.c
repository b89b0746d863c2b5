/* self.c - what a handler may do.  Arguments are read before the runtime's own state is touched: a pointer
 * that leads nowhere is then the handler's crash, not ours. */
#include "worker.h"

#include <assert.h>
#include <string.h>

#include "account.h"
#include "behaviour.h"
#include "core.h"
#include "dispatch.h"
#include "far.h"
#include "post.h"

__attribute__((noinline, no_sanitize("address"))) void rt_self_run_out(void)
{
	volatile char room[RT_SELF_ROOM];

	room[0] = 0;
	(void)room;
}

rt_id rt_self_id(const struct rt_self *self)
{
	return rt_actor_id(self->rt, self->slot);
}

rt_time rt_self_now(const struct rt_self *self)
{
	return self->rt->now;
}

rt_time rt_self_wall(struct rt_self *self)
{
	struct rt *rt = self->rt;
	rt_time wall = rt->now;

	if (self->far != NULL)
		return rt_far_wall(self);
	rt_self_enter(rt);
	if (rt->hooks.skew != NULL)
		wall += rt->hooks.skew(rt->hooks.ctx, rt_self_id(self));
	rt->busy = 0;
	return wall;
}

rt_place rt_self_place(const struct rt_self *self)
{
	return rt_actor_at(self->rt, self->slot)->place;
}

uint32_t rt_self_incarnation(const struct rt_self *self)
{
	return rt_actor_at(self->rt, self->slot)->incarnation;
}

static struct rt_param_value *param_of(const struct rt_self *self, unsigned index)
{
	assert(index < self->policy->n_params);
	return &self->policy->params[index];
}

int64_t rt_self_param(const struct rt_self *self, unsigned index)
{
	return param_of(self, index)->number;
}

/* A path is looked for until somebody is there; then its place is known for good. */
rt_place rt_self_param_place(struct rt_self *self, unsigned index)
{
	struct rt_param_value *value = param_of(self, index);
	char number[RT_ATOM_BUF];

	if (self->far != NULL && value->place == 0)
		return rt_far_param_place(self, index);
	if (value->place == 0 && value->path != 0) {
		rt_self_enter(self->rt);
		value->place = rt_path_find(self->rt, rt_atom_text(self->rt, value->path, number));
		if (value->place != 0)
			rt_place_ref(self->rt, value->place);
		self->rt->busy = 0;
	}
	return value->place;
}

/* End with this fate: by a jump if there is somebody to catch it.  Without, the handler goes on and may want
 * to end once more; the first time counts, as it would with a jump. */
static void end(struct rt_self *self, enum rt_fate fate)
{
	const struct rt_protector *protector = &self->rt->protector;

	if (self->fate != RT_FATE_RETURNED)
		return;
	self->fate = fate;
	self->did |= RT_DID_MORE;
	if (protector->leave != NULL)
		protector->leave(protector->ctx, fate);
}

/* It can be read: both ends of it, for it lies on one page or two. */
static inline void touch(const struct rt_msg *msg)
{
	(void)*(const volatile rt_id *)&msg->from;
	(void)*(const volatile uint64_t *)&msg->word[RT_MSG_WORDS - 1];
}

enum rt_status rt_self_send(struct rt_self *self, rt_id to, const struct rt_msg *msg)
{
	struct rt *rt = self->rt;

	if (self->far != NULL) {
		struct rt_msg copy = *msg;

		return rt_far_send(self, to, &copy);
	}
	touch(msg);
	rt_self_enter(rt);
	uint32_t mail = rt_mail_user(rt, msg);

	if (mail != 0)
		rt_post_add(rt, mail, to, RT_DID_SEND);
	rt->busy = 0;
	return mail != 0 ? RT_OK : RT_ENOMEM;
}

void *rt_self_alloc(struct rt_self *self, size_t size)
{
	struct rt *rt = self->rt;
	void *memory = NULL;

	if (self->far != NULL)
		return rt_far_alloc(self, size);
	rt_self_enter(rt);
	enum rt_grant grant = rt_account_take(rt, self->slot, size, &memory);

	if (grant == RT_NOT_GRANTED)
		rt_account_tell_refused(rt, self->slot, RT_A_MEMORY);
	rt->busy = 0;
	if (grant == RT_OVER_QUOTA)
		end(self, RT_FATE_QUOTA);
	return memory;
}

void rt_self_free(struct rt_self *self, void *memory)
{
	struct rt *rt = self->rt;

	if (memory == NULL)
		return;
	if (self->far != NULL) {
		rt_far_free(self, memory);
		return;
	}
	assert(rt_account_has(self->slot, memory));
	rt_self_enter(rt);
	rt_account_give(rt, rt_actor_at(rt, self->slot), memory);
	rt->busy = 0;
}

bool rt_self_open(struct rt_self *self)
{
	struct rt *rt = self->rt;

	if (self->far != NULL)
		return rt_far_open(self);
	rt_self_enter(rt);
	enum rt_grant grant = rt_account_open(rt, self->slot);

	if (grant != RT_GRANTED)
		rt_account_tell_refused(rt, self->slot, RT_A_DESCRIPTOR);
	rt->busy = 0;
	return grant == RT_GRANTED;
}

void rt_self_close(struct rt_self *self)
{
	if (self->far != NULL)
		rt_far_close(self);
	else
		rt_account_shut(rt_actor_at(self->rt, self->slot));
}

void rt_self_exit(struct rt_self *self, rt_atom reason)
{
	/* A process of its own does not know of all that were given out. */
	assert(self->far != NULL || rt_atom_given(self->rt, reason));
	self->leaving = reason;
	end(self, RT_FATE_LEFT);
}

rt_atom rt_self_atom(struct rt_self *self, const char *text)
{
	struct rt *rt = self->rt;
	size_t length = strlen(text);

	if (self->far != NULL)
		return rt_far_atom(self, text);
	rt_self_enter(rt);
	rt_atom atom = rt_atom_intern(rt, text, length);

	rt->busy = 0;
	return atom;
}

void rt_self_limit(struct rt_self *self, rt_time budget)
{
	const struct rt_protector *protector = &self->rt->protector;

	if (protector->limit != NULL)
		protector->limit(protector->ctx, budget);
}

/* No stream is kept for a million workers who never draw: the place in the run says what is drawn. */
uint64_t rt_self_random(struct rt_self *self, uint64_t bound)
{
	const struct rt_actor *actor = rt_actor_at(self->rt, self->slot);
	struct rt_rng rng;

	self->did |= RT_DID_MORE;
	rt_rng_init(&rng, self->rt->seed ^ rt_self_id(self) * 0x9e3779b97f4a7c15u ^ actor->handled << 20 ^
				  self->draws++,
		    "worker");
	return rt_rng_below(&rng, bound);
}
