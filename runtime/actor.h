/* actor.h - processes: their lives, signals, links and monitors.
 *
 * An actor lives in a slot.  When it ends its slot stays, dead, until its supervisor has taken notice; then
 * the generation of the slot goes up and no old handle names it any more.  What a death sets off (links,
 * children of a killed supervisor, the notice to the parent) is worked off from a queue, never by recursion.
 */
#ifndef RUNTIME_ACTOR_H
#define RUNTIME_ACTOR_H

#include "mailbox.h"
#include "policy.h"
#include "region.h"
#include "runtime.h"

enum rt_actor_flag {
	RT_F_SUPERVISOR = 1,
	RT_F_TRAP = 2,
	RT_F_SUSPENDED = 4,
	RT_F_LINKED = 8,      /* to its parent */
	RT_F_ORPHAN = 16,     /* the parent died first */
	RT_F_QUEUED = 32,     /* in the run queue */
	RT_F_NOTICED = 64,    /* dead, in its supervisor's mailbox */
	RT_F_FORGOTTEN = 128, /* dead, free the slot when it leaves the queue that it is in */
	RT_F_UNSEEN = 256,    /* died after cutting its link: its record does not know */
	RT_F_DYING = 512,     /* dead, what follows from it is still to be worked off */
	RT_F_SHADOWED = 1024, /* a younger process began at its place: paths name that one's children */
	RT_F_READY = 2048,    /* a worker that is starting, and the time for that is over */
	RT_F_BUSY = 4096,     /* a worker whose work takes time */
	RT_F_CLOSED = 8192,   /* a worker that wants no requests */
	RT_F_ASIDE = 16384    /* a worker for whom requests wait beside its mailbox */
};

/* Two lines of a processor's cache: what a message touches lies in the first. */
struct rt_actor {
	struct rt_notice notice; /* first: mailboxes and the run queue see no more of it */
	rt_place place;
	uint32_t incarnation;
	uint32_t policy;
	uint16_t flags;
	uint8_t life;         /* enum rt_life */
	uint8_t was_starting; /* when it died */
	struct rt_mailbox mailbox;
	union {
		uint64_t handled;  /* while it lives */
		uint64_t exit_seq; /* then */
	};
	void *state;        /* of a supervisor: struct rt_supervisor */
	struct rt_own *own; /* null: it has nothing but a mailbox and its state */

	rt_id parent;
	rt_time started_at;
	uint32_t record; /* its supervisor's record of it; 0: root, orphan */
	uint32_t links;  /* chain of RT_MAIL_LINK and RT_MAIL_WATCHED */
	uint32_t signal; /* kept for the parent's exit signal, if it traps */
	uint32_t timer;  /* end of a start that takes time, or of a delayed shutdown */
	rt_atom reason;  /* of its exit */
} __attribute__((aligned(64)));

struct rt_dying {
	uint32_t head, tail;
	bool draining;
};

static inline uint32_t rt_id_slot(rt_id id)
{
	return (uint32_t)id;
}

/* A new actor at `place` under `parent`, counted there, with its start event given; a worker whose start
 * takes time is starting until then.  Slot, or 0 with nothing changed when there is no memory. */
uint32_t rt_actor_spawn(struct rt *rt, rt_place place, uint32_t policy, rt_id parent, uint32_t record,
			uint64_t origin, rt_time takes);

/* End a live actor: its exit event, then all that follows from it.  `detail`: enum rt_exit. */
void rt_actor_die(struct rt *rt, uint32_t slot, rt_atom reason, unsigned detail);

/* The same by itself: one that was starting says so to its supervisor, and is not only missed over the link.
 */
void rt_actor_leave(struct rt *rt, uint32_t slot, rt_atom reason, unsigned detail);

/* Exit signal.  From the parent it may end in on_shutdown, from others it is a plain message to those who
 * trap; `kill` is rt_actor_die with `killed`, not this. */
void rt_actor_signal(struct rt *rt, uint32_t slot, bool from_parent, rt_id from, rt_atom reason);

/* Forget a dead actor whose supervisor has taken notice. */
void rt_actor_forget(struct rt *rt, uint32_t slot);

/* Has one that is no plain worker anything to do? */
bool rt_actor_otherwise_ready(const struct rt_actor *actor);

/* Let it run if there is something for it to do. */
void rt_actor_wake(struct rt *rt, uint32_t slot);

/* The notice of a monitor: `mail` becomes it. */
void rt_actor_down(struct rt *rt, uint32_t slot, uint32_t mail, rt_id watched, rt_atom reason);

#endif
