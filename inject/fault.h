/* fault.h - what the functions of a fault's row are given, and what they may do with it.
 *
 * A row's `fire` is called for one target at a time.  It looks first whether the fault can take effect there,
 * says so with inj_firing_strike(), and only then does the deed, so that whatever follows names the fault as
 * its cause.  Should the deed fail after that for want of memory, it was announced and not done; the plan
 * then reports RT_ENOMEM, and the run is over.
 */
#ifndef INJECT_FAULT_H
#define INJECT_FAULT_H

#include "runtime/hooks.h"

#include "inject.h"

struct inj_entry;

/* Do the harm that a code stands for, in the worker's place. */
void inj_harm(struct rt *rt, struct rt_self *self, void *state, size_t size, uint64_t code);

struct inj_firing {
	struct rt *rt;
	struct inj_plan *plan;
	struct inj_entry *entry;
	const struct inj_fault *fault;
	/* Live and what the row aims at when `fire` is called; nobody for init_fail and heal, which are about
	 * places; may be gone in `heal`. */
	rt_id actor;
	rt_place place;
	uint32_t hold;                  /* of what heals: what lasts there */
	uint64_t cause;                 /* of the fault_fired */
	const struct inj_value *params; /* defaults filled in; a text that is null was left out */
	const rt_atom *atoms;           /* of reasons */
	rt_atom *reason;                /* START chances: out, why the start fails, */
	rt_time *takes;                 /* or, of what slows: how long it takes, added to what others say */
	struct rt_passage *passage;     /* deliveries: what may be done to it */
	enum rt_resource resource;      /* grants: what was asked for */
	enum rt_verdict *verdict;       /* out: what becomes of the start, the message, the question */
	enum rt_status *status;         /* out: trouble with the deed itself */
};

/* Announce that the fault takes effect on this target; the deed's events have it as their cause.  Returns its
 * seq. */
uint64_t inj_firing_strike(const struct inj_firing *firing);
/* The deed after the announcement: only memory can be in its way, and that the plan has to know.  True. */
bool inj_firing_done(const struct inj_firing *firing, enum rt_status status);
/* Number for the next child of the pool: behind the largest that it had when it was first asked for one, and
 * all that it was asked for since.  False: no memory, and the plan knows. */
bool inj_firing_next_key(const struct inj_firing *firing, uint32_t *key);
/* It is asked for one with this key. */
void inj_firing_note_key(const struct inj_firing *firing, const char *key);
/* Does a lasting fault of this row hold this target already? */
bool inj_firing_holds(const struct inj_firing *firing);
/* Does this very action hold it? */
bool inj_firing_lasts(const struct inj_firing *firing);
/* Random numbers of the fault's own. */
struct rt_rng *inj_firing_rng(const struct inj_firing *firing);
/* Take away what lasts on the target.  False: nothing does any more. */
bool inj_firing_heal(const struct inj_firing *firing);

bool inj_crash_fire(const struct inj_firing *firing);
bool inj_harm_fire(const struct inj_firing *firing);
bool inj_kill_fire(const struct inj_firing *firing);
bool inj_init_fail_fire(const struct inj_firing *firing);
bool inj_slow_init_fire(const struct inj_firing *firing);
bool inj_hang_fire(const struct inj_firing *firing);
void inj_hang_heal(const struct inj_firing *firing);
bool inj_ignore_shutdown_fire(const struct inj_firing *firing);
bool inj_signal_fire(const struct inj_firing *firing);
bool inj_send_fire(const struct inj_firing *firing);
bool inj_stop_fire(const struct inj_firing *firing);
bool inj_set_fire(const struct inj_firing *firing);
bool inj_start_child_fire(const struct inj_firing *firing);
bool inj_terminate_child_fire(const struct inj_firing *firing);
bool inj_restart_child_fire(const struct inj_firing *firing);
bool inj_delete_child_fire(const struct inj_firing *firing);
bool inj_heal_fire(const struct inj_firing *firing);
/* Of what does nothing but last. */
bool inj_last_fire(const struct inj_firing *firing);

bool inj_drop_fire(const struct inj_firing *firing);
bool inj_duplicate_fire(const struct inj_firing *firing);
bool inj_delay_fire(const struct inj_firing *firing);
bool inj_reorder_fire(const struct inj_firing *firing);
bool inj_partition_deliver(const struct inj_firing *firing);
rt_time inj_slow_burden(const struct inj_firing *firing);
bool inj_alloc_fail_fire(const struct inj_firing *firing);
bool inj_fd_exhaust_fire(const struct inj_firing *firing);
void inj_fd_exhaust_heal(const struct inj_firing *firing);
bool inj_fd_exhaust_grant(const struct inj_firing *firing);
rt_time inj_clock_jump_skew(const struct inj_firing *firing);
bool inj_dependency_down_deliver(const struct inj_firing *firing);
bool inj_dependency_slow_deliver(const struct inj_firing *firing);
bool inj_dependency_wrong_deliver(const struct inj_firing *firing);

/* Where each row keeps its parameters. */
enum { INJ_P_REASON = 0 };
enum { INJ_P_COUNT = 0 };
enum { INJ_P_SIZE = 0 };
enum { INJ_P_COPIES = 0 };
enum { INJ_P_WITHIN = 0 };
enum { INJ_P_FROM = 0 };
enum { INJ_P_NTH = 0 };
enum { INJ_P_HOW = 0 };
enum { INJ_P_BY, INJ_P_WAY };
enum { INJ_HOW_REFUSE, INJ_HOW_SILENT };
enum { INJ_WAY_FORWARD, INJ_WAY_BACK };
enum { INJ_P_CHILD, INJ_P_WORKER, INJ_P_RESTART, INJ_P_SHUTDOWN, INJ_P_SIGNIFICANT, INJ_P_TRAP_EXIT };
enum { INJ_P_STRATEGY, INJ_P_INTENSITY, INJ_P_PERIOD, INJ_P_AUTO_SHUTDOWN };

#endif
