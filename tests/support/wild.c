/* wild.c - see wild.h. */
#include "wild.h"

#include <string.h>

#include "runtime/core.h"
#include "runtime/dispatch.h"

#define KEPT 4

struct wild {
	uint64_t kept[KEPT]; /* requests in hand */
	uint64_t timer;
	void *memory;
	bool closed;
};

static const char *const reasons[] = {"wild", "{shutdown,wild}", "wildest"};

bool wild_reason(const char *reason)
{
	return strstr(reason, "wild") != NULL;
}

static unsigned draw(struct rt_self *self, unsigned bound)
{
	return (unsigned)rt_self_random(self, bound);
}

static bool one_in(struct rt_self *self, unsigned n)
{
	return draw(self, n) == 0;
}

/* Somebody, alive or just dead. */
static uint32_t somebody(struct rt_self *self)
{
	const struct rt *rt = self->rt;

	for (unsigned tries = 0; tries < 20; tries++) {
		uint32_t slot = 1 + draw(self, rt->actors.high);

		if (rt_actor_occupied(rt, slot))
			return slot;
	}
	return self->slot;
}

/* Without memory it is not done. */
static void whatever(enum rt_status status)
{
	(void)status;
}

static void ask(struct rt_self *self, uint64_t behalf)
{
	static const rt_time times[] = {0, 0, 5 * RT_MS, 50 * RT_MS, RT_SECOND};
	uint32_t slot = somebody(self);
	struct rt_ask ask = {
		.service = rt_actor_at(self->rt, slot)->place,
		.worker = one_in(self, 5) ? rt_actor_id(self->rt, slot) : RT_NOBODY,
		.question = draw(self, 1000),
		.behalf = behalf,
		.judged = !one_in(self, 4),
		.timeout = times[draw(self, 5)],
		.retries = one_in(self, 2) ? draw(self, 4) : 0,
		.backoff = times[draw(self, 5)],
		.priority = (uint8_t)draw(self, RT_PRIORITIES),
		.aside = one_in(self, 6),
		.passes_on = one_in(self, 6),
	};

	ask.expected = rt_work_answer(ask.question, RT_WORK_KEY);
	whatever(rt_self_ask(self, &ask, NULL));
}

static void answer(struct rt_self *self, uint64_t id, uint64_t question)
{
	static const enum rt_outcome hows[] = {RT_SERVED, RT_SERVED, RT_SERVED, RT_DEGRADED, RT_FAILED};
	struct rt_asked asked;

	if (question == 0 && rt_self_asked(self, id, &asked))
		question = asked.question;
	rt_self_answer(self, id, hows[draw(self, 5)],
		       rt_work_answer(question, RT_WORK_KEY) + one_in(self, 9));
}

static void leave(struct rt_self *self)
{
	rt_self_exit(self, rt_self_atom(self, reasons[draw(self, 3)]));
}

static void take(struct rt_self *self, struct wild *wild, const struct rt_msg *msg)
{
	uint64_t id = msg->word[0];

	if (one_in(self, 4))
		rt_self_work(self, (rt_time)draw(self, 40) * RT_MS);
	switch (draw(self, 9)) {
	case 0: /* forgotten */
		break;
	case 1:
		wild->kept[draw(self, KEPT)] = id; /* and perhaps another one is forgotten for it */
		rt_self_keep(self, id);
		break;
	case 2:
		rt_self_keep(self, id);
		ask(self, id);
		break;
	case 3:
		if (one_in(self, 3))
			leave(self);
		break;
	default:
		answer(self, id, msg->word[1]);
		break;
	}
}

static void act(struct rt_self *self, struct wild *wild)
{
	struct rt_msg msg = {.tag = 3, .from = rt_self_id(self)};
	uint32_t slot = somebody(self);
	rt_id id = rt_actor_id(self->rt, slot);

	switch (draw(self, 14)) {
	case 0:
		whatever(rt_self_send(self, id, &msg));
		break;
	case 1:
		whatever(rt_self_watch(self, id));
		break;
	case 2:
		rt_self_work(self, (rt_time)draw(self, 100) * RT_MS);
		break;
	case 3:
		wild->closed = !wild->closed;
		rt_self_intake(self, !wild->closed);
		break;
	case 4:
		if (one_in(self, 4))
			leave(self);
		break;
	case 5:
		rt_self_cancel(self, wild->timer);
		whatever(rt_self_after(self, (rt_time)draw(self, 900) * RT_MS, 1, &wild->timer));
		break;
	case 6:
		rt_self_free(self, wild->memory);
		wild->memory = rt_self_alloc(self, 1 + draw(self, 500));
		break;
	case 7:
	case 8:
	case 9:
		answer(self, wild->kept[draw(self, KEPT)], 0);
		break;
	default:
		for (unsigned n = draw(self, 4); n > 0; n--)
			ask(self, draw(self, 3));
		break;
	}
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct wild *wild = state;

	if (msg->tag == RT_TAG_REQUEST) {
		take(self, wild, msg);
	} else if (rt_is_answer(msg)) {
		answer(self, msg->word[1], 0);
	} else if (msg->tag == RT_TAG_BEGIN || msg->tag == RT_TAG_TIMER) {
		/* It goes on, but does not get more and more. */
		if (msg->tag == RT_TAG_BEGIN || msg->word[1] == 0)
			whatever(rt_self_after(self, 1 + (rt_time)draw(self, 800) * RT_MS, 0, NULL));
		act(self, wild);
	} else if (one_in(self, 3)) {
		act(self, wild);
	}
}

const struct rt_behaviour wild_behaviour = {
	.name = "wild",
	.help = "does anything",
	.state = sizeof(struct wild),
	.begins = true,
	.handle = handle,
};
