/* link.c - links and monitors.  Both ends hold a note about the other; when one end dies, the note at the other
 * becomes the message that tells of it, so a death needs no memory. */
#include <assert.h>

#include "core.h"

/* Unhook the note about `other` from an actor's chain; 0 if there is none. */
static uint32_t take_note(struct rt *rt, struct rt_actor *actor, rt_id other, enum rt_mail_kind kind)
{
	for (uint32_t *at = &actor->links; *at != 0; at = &rt_mail_at(&rt->messages, *at)->next) {
		struct rt_mail *note = rt_mail_at(&rt->messages, *at);
		uint32_t taken = *at;

		if (note->from != other || note->kind != kind)
			continue;
		*at = note->next;
		return taken;
	}
	return 0;
}

static void hang_note(struct rt *rt, struct rt_actor *actor, uint32_t note, rt_id other)
{
	struct rt_mail *m = rt_mail_at(&rt->messages, note);

	m->from = other;
	m->next = actor->links;
	actor->links = note;
}

static bool has_note(struct rt *rt, const struct rt_actor *actor, rt_id other, enum rt_mail_kind kind)
{
	for (uint32_t at = actor->links; at != 0; at = rt_mail_at(&rt->messages, at)->next) {
		const struct rt_mail *note = rt_mail_at(&rt->messages, at);

		if (note->from == other && note->kind == kind)
			return true;
	}
	return false;
}

enum rt_status rt_link(struct rt *rt, rt_id a, rt_id b)
{
	struct rt_actor *first = rt_actor_find(rt, a), *second = rt_actor_find(rt, b);

	if (first == NULL)
		return RT_ENOENT;
	if (a == b || has_note(rt, first, b, RT_MAIL_LINK))
		return RT_OK;
	if (second == NULL) {
		rt_actor_signal(rt, rt_id_slot(a), false, b, RT_A_NOPROC);
		return RT_OK;
	}
	uint32_t here = rt_mail_new(rt, RT_MAIL_LINK);
	uint32_t there = here == 0 ? 0 : rt_mail_new(rt, RT_MAIL_LINK);

	if (there == 0) {
		rt_mail_free(rt, here);
		return RT_ENOMEM;
	}
	hang_note(rt, first, here, b);
	hang_note(rt, second, there, a);
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
	rt_mail_free(rt, take_note(rt, first, b, RT_MAIL_LINK));
	rt_mail_free(rt, take_note(rt, second, a, RT_MAIL_LINK));
}

static void push_down(struct rt *rt, uint32_t slot, uint32_t mail, rt_id watched, rt_atom reason)
{
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->kind = RT_MAIL_DOWN;
	m->from = watched;
	m->atom = reason;
	m->cause = rt->events.because;
	rt_mailbox_push(rt, &rt_actor_at(rt, slot)->mailbox, mail);
	rt_actor_wake(rt, slot);
}

/* The watcher's end is a RT_MAIL_DOWN note, the other's a RT_MAIL_WATCHED. */
enum rt_status rt_monitor(struct rt *rt, rt_id watcher, rt_id watched)
{
	struct rt_actor *from = rt_actor_find(rt, watcher), *to = rt_actor_find(rt, watched);

	if (from == NULL)
		return RT_ENOENT;
	uint32_t here = rt_mail_new(rt, RT_MAIL_DOWN);

	if (here == 0)
		return RT_ENOMEM;
	if (to == NULL) {
		push_down(rt, rt_id_slot(watcher), here, watched, RT_A_NOPROC);
		return RT_OK;
	}
	uint32_t there = rt_mail_new(rt, RT_MAIL_WATCHED);

	if (there == 0) {
		rt_mail_free(rt, here);
		return RT_ENOMEM;
	}
	hang_note(rt, from, here, watched);
	hang_note(rt, to, there, watcher);
	return RT_OK;
}

void rt_links_break(struct rt *rt, struct rt_actor *actor, rt_id id)
{
	rt_atom reason = actor->reason;

	while (actor->links != 0) {
		uint32_t note = actor->links;
		struct rt_mail m = *rt_mail_at(&rt->messages, note);
		struct rt_actor *other = rt_actor_find(rt, m.from);
		uint32_t slot = rt_id_slot(m.from);
		uint32_t theirs = 0;

		actor->links = m.next;
		rt_mail_free(rt, note);
		/* The other end may be dead too and not worked off yet: then it finds nobody here. */
		if (other == NULL)
			continue;
		if (m.kind == RT_MAIL_LINK) {
			rt_mail_free(rt, take_note(rt, other, id, RT_MAIL_LINK));
			rt_actor_signal(rt, slot, false, id, reason);
		} else if (m.kind == RT_MAIL_WATCHED) {
			theirs = take_note(rt, other, id, RT_MAIL_DOWN);
			assert(theirs != 0);
			push_down(rt, slot, theirs, id, reason);
		} else {
			rt_mail_free(rt, take_note(rt, other, id, RT_MAIL_WATCHED));
		}
	}
}
