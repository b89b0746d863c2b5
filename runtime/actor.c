/* actor.c - birth, signals and death. */
#include <assert.h>

#include "account.h"
#include "core.h"
#include "dispatch.h"
#include "ledger.h"
#include "link.h"
#include "own.h"
#include "supervision.h"

bool rt_actor_otherwise_ready(const struct rt_actor *actor)
{
	return (actor->flags & RT_F_SUPERVISOR) != 0 ? rt_supervisor_ready(actor) : rt_worker_ready(actor);
}

void rt_actor_wake(struct rt *rt, uint32_t slot)
{
	rt_actor_rouse(rt, rt_actor_at(rt, slot), slot);
}

/* --- birth --------------------------------------------------------------------------------------------- */

static void free_parts(struct rt *rt, struct rt_actor *actor, const struct rt_policy *policy)
{
	if (actor->timer != 0)
		rt_timer_free(rt, actor->timer);
	rt_mail_free(rt, actor->signal);
	rt_heap_free(rt, actor->state, policy->state);
	actor->timer = actor->signal = 0;
	actor->state = NULL;
}

uint32_t rt_actor_spawn(struct rt *rt, rt_place place, uint32_t policy_index, rt_id parent, uint32_t record,
			uint64_t origin, rt_time takes)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, policy_index);
	struct rt_place_entry *entry = rt_place_at(&rt->places, place);
	uint32_t slot = rt_slab_take(rt, &rt->actors, sizeof(struct rt_actor));

	if (slot == 0)
		return 0;
	struct rt_actor *actor = rt_actor_at(rt, slot);

	actor->state = rt_heap_take(rt, policy->state);
	if (actor->state == NULL)
		goto undo;
	/* Who traps gets its parent's order to stop as a message; one is set aside, so that stopping a tree
	 * never needs memory.  The same for the timer of a start or a shutdown that takes its time. */
	if (policy->trap_exit) {
		actor->signal = rt_mail_new(rt, RT_MAIL_PARENT_EXIT);
		if (actor->signal == 0)
			goto undo;
	}
	if (policy->supervisor || policy->on_shutdown == RT_STOP_DELAY || takes > 0) {
		actor->timer = rt_timer_new(rt, RT_TIMER_ACTOR, slot);
		if (actor->timer == 0)
			goto undo;
	}
	enum rt_status status = policy->supervisor ? rt_supervisor_init(rt, actor->state, slot, policy_index)
						   : rt_worker_init(rt, slot, policy);

	if (status != RT_OK)
		goto undo;

	actor->notice.generation++;
	actor->place = place;
	actor->incarnation = ++entry->starts;
	actor->policy = policy_index;
	actor->record = record;
	actor->parent = parent;
	actor->life = policy->supervisor || takes > 0 ? RT_STARTING : RT_ALIVE;
	actor->flags = (uint16_t)((policy->supervisor ? RT_F_SUPERVISOR : 0) |
				  (policy->trap_exit ? RT_F_TRAP : 0) | RT_F_LINKED);
	actor->started_at = rt->now;
	if (entry->actor != 0)
		rt_actor_at(rt, entry->actor)->flags |= RT_F_SHADOWED;
	actor->notice.next = entry->actor;
	entry->actor = slot;
	rt_place_ref(rt, place);
	rt_policy_ref(rt, policy_index);
	rt->live++;

	struct rt_event event = {
		.kind = RT_EV_START,
		.actor = rt_actor_id(rt, slot),
		.place = place,
		.incarnation = actor->incarnation,
		.origin = origin,
		.type = policy->supervisor ? RT_SUPERVISOR : RT_WORKER,
		.detail = policy->strategy,
		.a = takes > 0,
	};
	uint64_t seq = rt_event_give(rt, &event, NULL);

	if (takes > 0)
		rt_timer_set(rt, actor->timer, rt_timer_after(rt, takes), seq);
	/* Its first message is from its own start. */
	if (actor->mailbox.head != 0) {
		rt_mail_at(&rt->messages, actor->mailbox.head)->cause = seq;
		rt_actor_wake(rt, slot);
	}
	return slot;
undo:
	free_parts(rt, actor, policy);
	actor->life = RT_DEAD;
	rt_slab_free(&rt->actors, slot);
	return 0;
}

/* --- signals ------------------------------------------------------------------------------------------- */

static void queue_signal(struct rt *rt, uint32_t slot, bool from_parent, rt_id from, rt_atom reason)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t mail = from_parent ? actor->signal : 0;

	if (mail != 0)
		actor->signal = 0;
	else
		mail = rt_mail_new(rt, from_parent ? RT_MAIL_PARENT_EXIT : RT_MAIL_EXIT);
	if (mail == 0) {
		/* A second order of the parent (it was killed meanwhile) and no memory to queue it. */
		if (from_parent)
			rt_actor_die(rt, slot, reason, 0);
		return;
	}
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->from = from;
	m->atom = reason;
	m->cause = rt->events.because;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, slot);
}

/* The seam keeps it away, or whom it is for traps exits. */
static __attribute__((noinline)) bool caught(struct rt *rt, uint32_t slot, bool from_parent, rt_id from,
					     rt_atom reason)
{
	unsigned flags = rt_actor_at(rt, slot)->flags;

	if (from_parent && (flags & RT_F_SUPERVISOR) == 0 && rt->hooks.signal != NULL &&
	    rt->hooks.signal(rt->hooks.ctx, rt_actor_id(rt, slot), reason) != RT_GO)
		return true;
	if ((flags & RT_F_TRAP) == 0)
		return false;
	queue_signal(rt, slot, from_parent, from, reason);
	return true;
}

void rt_actor_signal(struct rt *rt, uint32_t slot, bool from_parent, rt_id from, rt_atom reason)
{
	const struct rt_actor *actor = rt_actor_at(rt, slot);
	bool plain = (actor->flags & RT_F_TRAP) == 0 && rt->hooks.signal == NULL;

	if (actor->life == RT_DEAD || (!plain && caught(rt, slot, from_parent, from, reason)))
		return;
	if (reason != RT_A_NORMAL)
		rt_actor_die(rt, slot, reason, 0);
}

void rt_actor_down(struct rt *rt, uint32_t slot, uint32_t mail, rt_id watched, rt_atom reason)
{
	struct rt_mail *m = rt_mail_at(&rt->messages, mail);

	m->kind = RT_MAIL_DOWN;
	m->from = watched;
	m->atom = reason;
	m->cause = rt->events.because;
	rt_mailbox_push(rt, &rt_actor_at(rt, slot)->mailbox, mail);
	rt_actor_wake(rt, slot);
}

/* --- death --------------------------------------------------------------------------------------------- */

/* Take the actor out of the live ones of its place. */
static void leave_place(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	uint32_t *at = &rt_place_at(&rt->places, actor->place)->actor;

	while (*at != slot)
		at = &rt_actor_at(rt, *at)->notice.next;
	*at = actor->notice.next;
}

void rt_actor_forget(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);

	assert(actor->life == RT_DEAD);
	actor->record = 0; /* the record lives its own life from here on */
	if ((actor->flags & (RT_F_QUEUED | RT_F_NOTICED)) != 0) {
		actor->flags |= RT_F_FORGOTTEN;
		return;
	}
	rt_place_unref(rt, actor->place);
	rt_policy_unref(rt, actor->policy);
	actor->notice.generation++; /* the slot's next owner counts on from here */
	rt_slab_free(&rt->actors, slot);
}

/* Undo all links and monitors of a dead actor and tell the other ends. */
static void break_links(struct rt *rt, struct rt_actor *actor, rt_id id)
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
			rt_mail_free(rt, rt_note_take(rt, &other->links, id, RT_MAIL_LINK));
			rt_actor_signal(rt, slot, false, id, reason);
		} else if (m.kind == RT_MAIL_WATCHED) {
			theirs = rt_note_take(rt, &other->links, id, RT_MAIL_DOWN);
			assert(theirs != 0);
			rt_actor_down(rt, slot, theirs, id, reason);
		} else {
			rt_mail_free(rt, rt_note_take(rt, &other->links, id, RT_MAIL_WATCHED));
		}
	}
}

static void answer_waiting(struct rt *rt, const struct rt_mail *mail, const struct rt_actor *actor)
{
	struct rt_reply reply = {
		.op = mail->op,
		.answer = RT_ANSWER_EXIT,
		.token = mail->word[0],
		.supervisor = actor->place,
		.reason = actor->reason,
	};

	rt_reply_give(rt, &reply);
}

static void empty_mailbox(struct rt *rt, struct rt_actor *actor, rt_id id)
{
	uint32_t ref;

	while ((ref = rt_mailbox_pop(rt, &actor->mailbox)) != 0) {
		if ((ref & RT_REF_DEAD) != 0) {
			uint32_t dead = ref & ~RT_REF_DEAD;

			rt_actor_at(rt, dead)->flags &= (uint16_t)~RT_F_NOTICED;
			rt_actor_forget(rt, dead);
			continue;
		}
		const struct rt_mail *mail = rt_mail_at(&rt->messages, ref);

		if (mail->kind == RT_MAIL_REQUEST) {
			answer_waiting(rt, mail, actor);
			rt_policy_unref(rt, mail->tag);
		}
		if (mail->kind == RT_MAIL_ASK)
			rt_ledger_drop(rt, ref, id);
		else
			rt_mail_free(rt, ref);
	}
}

/* The supervisor either waits for just this death, or finds it in its mailbox. */
static void tell_parent(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_actor *parent = rt_actor_find(rt, actor->parent);

	/* Its supervisor died after it and will find it in its record. */
	if (actor->record != 0 && parent == NULL)
		return;
	if (actor->record == 0) {
		if (rt->root == rt_actor_id(rt, slot)) {
			rt->root = RT_NOBODY;
			if (actor->was_starting)
				rt_reply_start(rt, actor->place, RT_ANSWER_ERROR, RT_NOBODY, actor->reason);
		}
		rt_actor_forget(rt, slot);
		return;
	}
	if (rt_supervisor_waits(parent->state) && rt_supervisor_ended(rt, rt_id_slot(actor->parent), slot))
		return;
	if ((actor->flags & RT_F_LINKED) == 0) {
		actor->flags |= RT_F_UNSEEN;
		return;
	}
	actor->flags |= RT_F_NOTICED;
	rt_mailbox_push(rt, &parent->mailbox, slot | RT_REF_DEAD);
	rt_actor_rouse(rt, parent, rt_id_slot(actor->parent));
}

static void work_off(struct rt *rt, uint32_t slot)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	rt_id id = rt_actor_id(rt, slot);

	actor->flags &= (uint16_t)~RT_F_DYING;
	rt->events.because = actor->exit_seq;
	if ((actor->flags & RT_F_SUPERVISOR) != 0)
		rt_supervisor_fini(rt, slot);
	else if (actor->own != NULL || rt->isolator.end != NULL)
		rt_worker_fini(rt, slot);
	if (actor->links != 0)
		break_links(rt, actor, id);
	if (actor->mailbox.head != 0)
		empty_mailbox(rt, actor, id);
	free_parts(rt, actor, rt_policy_at(&rt->policies, actor->policy));
	tell_parent(rt, slot);
}

void rt_actor_die(struct rt *rt, uint32_t slot, rt_atom reason, unsigned detail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);
	struct rt_dying *dying = &rt->dying;

	assert(actor->life != RT_DEAD);
	/* What is needed soon, and lies somewhere else for each of a million. */
	__builtin_prefetch(actor->state, 1);
	__builtin_prefetch(rt_slab_at(&rt->records, actor->record), 1);
	leave_place(rt, slot);
	if (actor->life == RT_STARTING && (actor->flags & RT_F_SUPERVISOR) == 0)
		detail = RT_EXIT_STARTING;
	struct rt_event event = {
		.kind = RT_EV_EXIT,
		.actor = rt_actor_id(rt, slot),
		.place = actor->place,
		.incarnation = actor->incarnation,
		.reason = reason,
		.type = (actor->flags & RT_F_SUPERVISOR) != 0 ? RT_SUPERVISOR : RT_WORKER,
		.detail = (uint8_t)detail,
	};
	struct rt_report report = {
		.wreck = rt->wreck,
		.mailbox = actor->mailbox.count + rt_own_aside(actor),
		.memory = rt_own_bytes(actor),
		.uptime = rt->now - actor->started_at,
		.handled = (actor->flags & RT_F_SUPERVISOR) != 0 ? 0 : actor->handled,
	};

	if (rt->handling != NULL && rt->self.slot == slot) {
		report.handling = true;
		report.msg_from = rt->handling->from;
		report.msg_tag = rt->handling->tag;
		if (report.msg_tag == RT_TAG_REQUEST) {
			report.request = rt->handling->word[0];
			report.question = rt->handling->word[1];
		}
	}
	rt->wreck = NULL; /* it is this one's, not of those who die with it */
	actor->was_starting = actor->life == RT_STARTING;
	actor->life = RT_DEAD;
	actor->flags |= RT_F_DYING;
	actor->reason = reason;
	rt->live--;
	if ((actor->flags & RT_F_ORPHAN) != 0)
		rt->n_orphans--;
	actor->exit_seq = rt_event_give(rt, &event, &report);
	if (dying->draining) {
		actor->notice.next = 0;
		if (dying->tail == 0)
			dying->head = slot;
		else
			rt_actor_at(rt, dying->tail)->notice.next = slot;
		dying->tail = slot;
		return;
	}
	uint64_t because = rt->events.because;

	dying->draining = true;
	work_off(rt, slot);
	while (dying->head != 0) {
		uint32_t next = dying->head;

		dying->head = rt_actor_at(rt, next)->notice.next;
		if (dying->head == 0)
			dying->tail = 0;
		work_off(rt, next);
	}
	dying->draining = false;
	rt->events.because = because;
}

void rt_actor_leave(struct rt *rt, uint32_t slot, rt_atom reason, unsigned detail)
{
	struct rt_actor *actor = rt_actor_at(rt, slot);

	if (actor->life == RT_STARTING)
		actor->flags |= RT_F_LINKED;
	rt_actor_die(rt, slot, reason, detail);
}
