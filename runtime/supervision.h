/* supervision.h - what a supervisor keeps: records of its children, its flags, and what it is busy with.
 *
 * A supervisor handles one message at a time.  Starting a child and stopping one may take other actors'
 * steps, and time; meanwhile the supervisor is busy with an activity and its mailbox waits.  Each dispatch
 * carries the activity one child further.
 *
 *   supervisor.c   the loop; a child's exit, restart, giving up, ending   (rules 5, 8 - 13)
 *   starting.c     starting the children of a set, in order               (4, 9, 11, 20)
 *   stopping.c     stopping the children of a set, in reverse order       (6, 7, 14.10)
 *   check.c        flags and specifications                               (2, 3)
 *   request.c      which_children and the like                            (14, 15)
 *   record.c       the list of records
 * The numbers are those of docs/supervision.md.
 */
#ifndef RUNTIME_SUPERVISION_H
#define RUNTIME_SUPERVISION_H

#include "core.h"
#include "window.h"

struct rt_record {
	uint32_t next;
	uint32_t prev;
	uint32_t supervisor; /* slot */
	rt_place place;
	uint32_t policy;
	uint32_t restarting; /* 0: no; else its restart failed and will be tried again: the chain of these */
	rt_id actor;         /* its process, dead or alive; while restarting, the one before */
};

enum rt_activity {
	RT_IDLE,
	RT_BOOTING,     /* checking and starting the initial children */
	RT_RESTARTING,  /* a child, or the set that its strategy says */
	RT_ENDING,      /* stopping all, then exiting */
	RT_TERMINATING, /* one child, by request */
	RT_ADDING       /* starting one child, by request */
};
enum rt_phase { RT_CHECK, RT_STOP, RT_START };
enum rt_wait {
	RT_WAIT_NONE,
	RT_WAIT_DOWN, /* for the end of `awaited` */
	RT_WAIT_UP,   /* for `awaited` to be up, or to have failed */
	RT_WAIT_ALL   /* for the end of `left` children of a pool */
};

/* Unexpected reasons of a stopping pool's children, reported once for each reason. */
struct rt_pool_error {
	rt_atom reason;
	uint32_t count;
};

struct rt_supervisor {
	uint32_t slot;
	uint32_t policy;
	uint8_t strategy, auto_shutdown;
	uint8_t activity, phase, wait;
	bool alone;      /* the set is one record */
	bool reinstated; /* restart_child, as against start_child */
	bool escalating;
	uint32_t intensity, period_s;
	uint32_t first, last, count;
	uint32_t turn; /* the record whose worker gets the next request for this place */
	uint32_t first_restarting, last_restarting; /* in order of their retries */

	uint32_t set_first; /* the set: from here to the last record */
	uint32_t cursor;    /* record that is being started or stopped */
	rt_id awaited;
	rt_id old_handle; /* the process that is being replaced */
	rt_id pid;        /* the process that was started last */
	uint32_t left;
	rt_atom end_reason;
	uint64_t cause;  /* of what the activity does */
	uint64_t origin; /* of the recovery that it is part of */
	uint64_t token;  /* of the request */
	uint32_t op;
	uint32_t retry; /* a message set aside, so that the first retry needs no memory */
	size_t memory; /* that the workers below took */
	struct rt_window window;
	struct rt_pool_error *errors;
	uint32_t n_errors, errors_capacity;
};

enum rt_status rt_supervisor_init(struct rt *rt, void *state, uint32_t slot, uint32_t policy) RT_MUST_CHECK;
void rt_supervisor_fini(struct rt *rt, uint32_t slot); /* it is dead: leave nothing behind */
void rt_supervisor_dispatch(struct rt *rt, uint32_t slot);
void rt_supervisor_timeout(struct rt *rt, uint32_t slot);
/* A child died, and it waits for somebody; true if it is for just that, and it needs no notice in its
 * mailbox.
 */
bool rt_supervisor_ended(struct rt *rt, uint32_t slot, uint32_t child);

/* --- between the files of the supervisor
 * --------------------------------------------------------------------- */

/* Has it anything to do? */
static inline bool rt_supervisor_ready(const struct rt_actor *actor)
{
	const struct rt_supervisor *sup = actor->state;

	if (actor->life == RT_DEAD || (actor->flags & RT_F_SUSPENDED) != 0)
		return false;
	return sup->activity != RT_IDLE ? sup->wait == RT_WAIT_NONE : actor->mailbox.head != 0;
}

/* Does it wait for the end of a child, or of all of them? */
static inline bool rt_supervisor_waits(const struct rt_supervisor *sup)
{
	return sup->awaited != RT_NOBODY || sup->wait == RT_WAIT_ALL;
}

static inline bool rt_is_pool(const struct rt_supervisor *sup)
{
	return sup->strategy == RT_SIMPLE_ONE_FOR_ONE;
}

static inline struct rt_supervisor *rt_supervisor_at(const struct rt *rt, uint32_t slot)
{
	return rt_actor_at(rt, slot)->state;
}

static inline struct rt_record *rt_record_at(const struct rt *rt, uint32_t record)
{
	return (struct rt_record *)rt->records.base + record;
}

static inline const struct rt_policy *rt_record_policy(const struct rt *rt, const struct rt_record *record)
{
	return rt_policy_at(&rt->policies, record->policy);
}

/* Its process is known to the record, dead or alive (rule 15.6). */
static inline bool rt_record_busy(const struct rt_record *record)
{
	return record->actor != RT_NOBODY && !record->restarting;
}

/* record.c.  Append; 0 without memory.  Takes a reference to the policy. */
uint32_t rt_record_add(struct rt *rt, struct rt_supervisor *sup, rt_atom name, uint32_t policy);
void rt_record_remove(struct rt *rt, struct rt_supervisor *sup, uint32_t record);
void rt_record_turn_restarting(struct rt *rt, struct rt_supervisor *sup, uint32_t record, bool restarting);
static inline void rt_record_set_restarting(struct rt *rt, struct rt_supervisor *sup, uint32_t record,
					    bool restarting)
{
	if ((rt_record_at(rt, record)->restarting != 0) != restarting)
		rt_record_turn_restarting(rt, sup, record, restarting);
}
uint32_t rt_record_find(const struct rt *rt, const struct rt_supervisor *sup, rt_atom name);
/* By handle, the old one of a restarting child too. */
uint32_t rt_record_find_handle(const struct rt *rt, const struct rt_supervisor *sup, rt_id handle);

/* Slot of the live worker whose turn it is; 0: there is none. */
uint32_t rt_record_turn(const struct rt *rt, struct rt_supervisor *sup);

/* check.c: 0, or the fault in OTP's words. */
rt_atom rt_check_child(struct rt *rt, const struct rt_policy *policy, enum rt_auto_shutdown auto_shutdown);
/* Flags and the whole initial list, which become records; 0, or the reason to end with. */
rt_atom rt_check_initial(struct rt *rt, struct rt_supervisor *sup);

/* starting.c and stopping.c: how far one dispatch brought the set. */
enum rt_progress {
	RT_MORE,
	RT_WAIT,  /* for another actor: `wait` says how */
	RT_DONE,  /* the whole set; of a start, `pid` is the last process, RT_NOBODY if it said ignore */
	RT_NOT_STARTED /* the record at `cursor` could not be started; *reason says why */
};
/* What the next call of the start function at `place` gives: by its plan, unless a hook says otherwise. */
struct rt_plan_item rt_start_outcome(struct rt *rt, rt_place place, const struct rt_policy *policy);
void rt_starting_begin(struct rt_supervisor *sup, uint32_t first, bool alone);
enum rt_progress rt_starting_go(struct rt *rt, struct rt_supervisor *sup, rt_atom *reason) RT_MUST_CHECK;
/* A child that was starting is up: its supervisor goes on, if there still is one. */
void rt_starting_over(struct rt *rt, uint32_t child);
/* The turn of a worker whose start took its time. */
void rt_starting_ready(struct rt *rt, uint32_t worker);
void rt_stopping_begin(struct rt_supervisor *sup, uint32_t first, uint32_t last);
enum rt_progress rt_stopping_go(struct rt *rt, struct rt_supervisor *sup) RT_MUST_CHECK;
void rt_stopping_timeout(struct rt *rt, struct rt_supervisor *sup);
/* A stopping pool's child died. */
void rt_stopping_collect(struct rt *rt, struct rt_supervisor *sup, uint32_t child);

/* request.c: answer it, or begin the activity that it asks for. */
void rt_request_handle(struct rt *rt, struct rt_supervisor *sup, const struct rt_mail *mail);
void rt_request_answer(struct rt *rt, struct rt_supervisor *sup, enum rt_answer answer, rt_id pid,
		       rt_atom reason);

#endif
