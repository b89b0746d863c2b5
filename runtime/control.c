/* control.c - what the owner of a runtime may do to the actors in it. */
#include <assert.h>

#include "core.h"
#include "link.h"
#include "supervision.h"

uint64_t rt_emit(struct rt *rt, struct rt_event *event, const void *ext)
{
	assert(event->kind >= RT_EV_USER);
	const struct rt_actor *actor = rt_actor_find(rt, event->actor);

	if (actor != NULL) {
		event->incarnation = actor->incarnation;
		event->place = actor->place;
	}
	return rt_event_give(rt, event, ext);
}

enum rt_status rt_exit(struct rt *rt, rt_id id, rt_atom reason)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	if ((actor->flags & RT_F_SUPERVISOR) != 0)
		return RT_EINVAL;
	rt_actor_leave(rt, rt_id_slot(id), reason, 0);
	return RT_OK;
}

enum rt_status rt_kill(struct rt *rt, rt_id id)
{
	if (rt_actor_find(rt, id) == NULL)
		return RT_ENOENT;
	rt_actor_die(rt, rt_id_slot(id), RT_A_KILLED, 0);
	return RT_OK;
}

enum rt_status rt_signal(struct rt *rt, rt_id from, rt_id to, rt_atom reason)
{
	const struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL)
		return RT_ENOENT;
	if (reason == RT_A_KILL)
		return rt_kill(rt, to);
	rt_actor_signal(rt, rt_id_slot(to), from != RT_NOBODY && from == actor->parent, from, reason);
	return RT_OK;
}

static struct rt_actor *supervisor_find(const struct rt *rt, rt_id id, enum rt_status *status)
{
	struct rt_actor *actor = rt_actor_find(rt, id);

	*status = actor == NULL ? RT_ENOENT : RT_OK;
	if (actor != NULL && (actor->flags & RT_F_SUPERVISOR) == 0) {
		*status = RT_EINVAL;
		actor = NULL;
	}
	return actor;
}

enum rt_status rt_stop(struct rt *rt, rt_id id, rt_atom reason)
{
	enum rt_status status;
	struct rt_actor *actor = supervisor_find(rt, id, &status);

	if (actor == NULL)
		return status;
	uint32_t mail = rt_mail_new(rt, RT_MAIL_STOP);

	if (mail == 0)
		return RT_ENOMEM;
	rt_mail_at(&rt->messages, mail)->atom = reason;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(id));
	return RT_OK;
}

static enum rt_status set_suspended(struct rt *rt, rt_id id, bool suspended)
{
	struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	if (((actor->flags & RT_F_SUSPENDED) != 0) == suspended)
		return RT_ESTATE;
	actor->flags = (uint16_t)(suspended ? actor->flags | RT_F_SUSPENDED : actor->flags & ~RT_F_SUSPENDED);
	struct rt_event event = {
		.kind = suspended ? RT_EV_SUSPEND : RT_EV_RESUME,
		.actor = id,
		.place = actor->place,
		.incarnation = actor->incarnation,
	};

	rt_event_give(rt, &event, NULL);
	rt_actor_wake(rt, rt_id_slot(id));
	return RT_OK;
}

enum rt_status rt_suspend(struct rt *rt, rt_id id)
{
	return set_suspended(rt, id, true);
}

enum rt_status rt_resume(struct rt *rt, rt_id id)
{
	return set_suspended(rt, id, false);
}

enum rt_status rt_set_flags(struct rt *rt, rt_id id, const struct rt_flags *flags)
{
	enum rt_status status;
	struct rt_actor *actor = supervisor_find(rt, id, &status);

	if (actor == NULL)
		return status;
	struct rt_supervisor *sup = actor->state;
	struct rt_policy *policy = rt_policy_at(&rt->policies, sup->policy);
	bool strategy = (flags->set & RT_SET_STRATEGY) != 0;

	if (strategy && (flags->strategy == RT_SIMPLE_ONE_FOR_ONE) != rt_is_pool(sup))
		return RT_EINVAL;
	if ((flags->set & RT_SET_PERIOD) != 0 && flags->period_s == 0)
		return RT_EINVAL;
	if ((flags->set & RT_SET_AUTO_SHUTDOWN) != 0 && flags->auto_shutdown != RT_NEVER && rt_is_pool(sup))
		return RT_EINVAL;
	/* The running supervisor and the specification that its next start reads. */
	if (strategy)
		sup->strategy = policy->strategy = (uint8_t)flags->strategy;
	if ((flags->set & RT_SET_INTENSITY) != 0)
		sup->intensity = policy->intensity = flags->intensity;
	if ((flags->set & RT_SET_PERIOD) != 0)
		sup->period_s = policy->period_s = flags->period_s;
	if ((flags->set & RT_SET_AUTO_SHUTDOWN) != 0)
		sup->auto_shutdown = policy->auto_shutdown = (uint8_t)flags->auto_shutdown;
	struct rt_event event = {
		.kind = RT_EV_FLAGS,
		.actor = id,
		.place = actor->place,
		.incarnation = actor->incarnation,
		.detail = sup->strategy,
		.a = sup->intensity,
		.b = sup->period_s,
	};

	rt_event_give(rt, &event, NULL);
	return RT_OK;
}

/* --- links and monitors -------------------------------------------------------------------------------- */

enum rt_status rt_link(struct rt *rt, rt_id a, rt_id b)
{
	struct rt_actor *first = rt_actor_find(rt, a), *second = rt_actor_find(rt, b);

	if (first == NULL)
		return RT_ENOENT;
	if (a == b || rt_note_has(rt, first->links, b, RT_MAIL_LINK))
		return RT_OK;
	if (second == NULL) {
		rt_actor_signal(rt, rt_id_slot(a), b != RT_NOBODY && b == first->parent, b, RT_A_NOPROC);
		return RT_OK;
	}
	/* Child and supervisor have a link of their own, which may have been cut. */
	if (first->parent == b || second->parent == a) {
		struct rt_actor *child = first->parent == b ? first : second;

		child->flags |= RT_F_LINKED;
		return RT_OK;
	}
	uint32_t here = rt_mail_new(rt, RT_MAIL_LINK);
	uint32_t there = here == 0 ? 0 : rt_mail_new(rt, RT_MAIL_LINK);

	if (there == 0) {
		rt_mail_free(rt, here);
		return RT_ENOMEM;
	}
	rt_note_hang(rt, &first->links, here, b);
	rt_note_hang(rt, &second->links, there, a);
	return RT_OK;
}

/* Cut the built-in link of a child to its supervisor. */
static bool cut_parent(struct rt *rt, rt_id child, rt_id parent)
{
	struct rt_actor *actor = rt_actor_find(rt, child);

	if (actor == NULL || actor->parent != parent)
		return false;
	actor->flags &= (uint16_t)~RT_F_LINKED;
	return true;
}

void rt_unlink(struct rt *rt, rt_id a, rt_id b)
{
	struct rt_actor *first = rt_actor_find(rt, a), *second = rt_actor_find(rt, b);

	if (cut_parent(rt, a, b) || cut_parent(rt, b, a) || first == NULL || second == NULL)
		return;
	rt_mail_free(rt, rt_note_take(rt, &first->links, b, RT_MAIL_LINK));
	rt_mail_free(rt, rt_note_take(rt, &second->links, a, RT_MAIL_LINK));
}

enum rt_status rt_monitor(struct rt *rt, rt_id watcher, rt_id watched)
{
	struct rt_actor *from = rt_actor_find(rt, watcher), *to = rt_actor_find(rt, watched);

	if (from == NULL)
		return RT_ENOENT;
	uint32_t here = rt_mail_new(rt, RT_MAIL_DOWN);

	if (here == 0)
		return RT_ENOMEM;
	if (to == NULL) {
		rt_actor_down(rt, rt_id_slot(watcher), here, watched, RT_A_NOPROC);
		return RT_OK;
	}
	uint32_t there = rt_mail_new(rt, RT_MAIL_WATCHED);

	if (there == 0) {
		rt_mail_free(rt, here);
		return RT_ENOMEM;
	}
	rt_note_hang(rt, &from->links, here, watched);
	rt_note_hang(rt, &to->links, there, watcher);
	return RT_OK;
}
