/* runtime.h - an actor runtime in one thread, driven from outside.
 *
 * A runtime is actors with mailboxes, links, monitors and timers, and supervisors that do what OTP's do.  It
 * does nothing by itself: each rt_step() dispatches one message (or carries a busy supervisor one child
 * further), and time passes only by rt_advance().  It reads no clock, draws no random number that is not from
 * a stream of its seed, prints nothing, and has no state outside its own region; so many runtimes can live in
 * one process, and a run repeats exactly.
 *
 * Life: rt_new, rt_start, then steps until rt_step says RT_EAGAIN and rt_deadline says how far the clock may
 * go, rt_advance, and so on; rt_free at any time gives everything back, workers' state included.
 *
 * One call at a time; none of these may be called from an observer or a hook.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "observe.h"
#include "status.h"
#include "types.h"

struct rt_config {
	uint64_t seed;
	/* Upper bound of the region, in bytes of address space (memory is used as it is needed); 0 is the
	 * default.  Past it calls fail with RT_ENOMEM and starts with reason system_limit. */
	size_t memory_max;
	bool message_events; /* give RT_EV_MESSAGE for each message handled */
	bool unseen; /* probe points say nothing of it, until rt_reveal() */
};

enum rt_status rt_new(const struct rt_config *config, struct rt **out) RT_MUST_CHECK;
/* As rt_free() and rt_new() of the same size, but the memory stays: for those who make one short run after
 * the other.  RT_ENOMEM: it is good for nothing but rt_free(). */
enum rt_status rt_renew(struct rt *rt, const struct rt_config *config) RT_MUST_CHECK;
void rt_free(struct rt *rt); /* null is allowed */
void rt_reveal(struct rt *rt);

/* --- the tree ------------------------------------------------------------------------------------------ */

/* Begin to start a tree whose root is the supervisor `root`; the root's start is answered by an
 * RT_EV_RESULT with op RT_OP_START after as many steps as it takes.  RT_ESTATE if there is a tree already;
 * RT_ENOMEM leaves the runtime as it was.  Once the tree has ended a new one may be started. */
enum rt_status rt_start(struct rt *rt, const struct rt_child *root) RT_MUST_CHECK;

/* Tell the root to stop, as its parent would: exit signal `shutdown`.  RT_ENOENT without a tree. */
enum rt_status rt_shutdown(struct rt *rt) RT_MUST_CHECK;

/* --- steps and time ------------------------------------------------------------------------------------ */

/* One dispatch.  RT_EAGAIN: all is quiet at this instant. */
enum rt_status rt_step(struct rt *rt) RT_MUST_CHECK;

/* When the earliest timer is due, RT_FOREVER if none is set. */
rt_time rt_deadline(const struct rt *rt);

/* Set the clock forward to `now` and fire what is due then.  `now` must not lie before the clock nor after
 * rt_deadline(): time does not jump over timers. */
void rt_advance(struct rt *rt, rt_time now);

/* Steps and advances until all is quiet and no timer is due up to and including `until`, or `max_steps` are
 * used up (then RT_EAGAIN).  With `until` RT_FOREVER the clock stays at the last timer. */
enum rt_status rt_run(struct rt *rt, rt_time until, uint64_t max_steps) RT_MUST_CHECK;

/* --- from outside -------------------------------------------------------------------------------------- */

/* What the caller does next is caused by event `seq` (0: by nothing).  Stays until changed or a step. */
void rt_because(struct rt *rt, uint64_t seq);

/* Emit an event of the layers above; the runtime fills seq, t, cause (unless set) and incarnation (from
 * `actor`).  Returns its seq.  `kind` is RT_EV_USER or above. */
uint64_t rt_emit(struct rt *rt, struct rt_event *event, const void *ext);

/* The actor ends by itself with `reason`, as if its handler had returned so.  A supervisor cannot. */
enum rt_status rt_exit(struct rt *rt, rt_id actor, rt_atom reason) RT_MUST_CHECK;
/* The untrappable kill. */
enum rt_status rt_kill(struct rt *rt, rt_id actor) RT_MUST_CHECK;
/* Exit signal from `from` (RT_NOBODY: a stranger).  Reason `kill` is the untrappable kill. */
enum rt_status rt_signal(struct rt *rt, rt_id from, rt_id to, rt_atom reason) RT_MUST_CHECK;
/* Orderly stop of a supervisor with `reason`, not through its parent. */
enum rt_status rt_stop(struct rt *rt, rt_id supervisor, rt_atom reason) RT_MUST_CHECK;
/* A suspended actor takes no messages (its mailbox fills) until it is resumed; exit signals still end it if
 * it does not trap them.  Gives RT_EV_SUSPEND and RT_EV_RESUME; doing it twice is RT_ESTATE. */
enum rt_status rt_suspend(struct rt *rt, rt_id actor) RT_MUST_CHECK;
enum rt_status rt_resume(struct rt *rt, rt_id actor) RT_MUST_CHECK;

/* Symmetric link, one-way monitor.  Linking to a dead process sends `noproc`; so does monitoring. */
enum rt_status rt_link(struct rt *rt, rt_id a, rt_id b) RT_MUST_CHECK;
void rt_unlink(struct rt *rt, rt_id a, rt_id b); /* also cuts a child off its supervisor */
enum rt_status rt_monitor(struct rt *rt, rt_id watcher, rt_id watched) RT_MUST_CHECK;

/* Change flags of a live supervisor from now on; they hold after its own restarts too.  Fields are taken
 * where `set` has the bit.  RT_EINVAL: not a supervisor, to or from simple_one_for_one, period 0. */
enum rt_flag { RT_SET_STRATEGY = 1, RT_SET_INTENSITY = 2, RT_SET_PERIOD = 4, RT_SET_AUTO_SHUTDOWN = 8 };
struct rt_flags {
	unsigned set;
	enum rt_strategy strategy;
	enum rt_auto_shutdown auto_shutdown;
	uint32_t intensity, period_s;
};
enum rt_status rt_set_flags(struct rt *rt, rt_id supervisor, const struct rt_flags *flags) RT_MUST_CHECK;

/* A request to the latest live process of a path; it is queued like any message, and answered by an
 * RT_EV_RESULT that carries `token`.  If nobody is there it is answered at once with {exit,noproc}. */
struct rt_request {
	enum rt_op op;
	rt_place supervisor;
	uint64_t token;
	const char *name;              /* id of the child; of a pool: the key to start it under, or, for the
					  others, something that is not a handle */
	rt_id handle;                  /* of a pool: the child by its handle; `name` is not used then */
	const struct rt_child *child;  /* start_child of a normal supervisor */
};
enum rt_status rt_request(struct rt *rt, const struct rt_request *request) RT_MUST_CHECK;

/* --- messages ------------------------------------------------------------------------------------------ */

/* A message: a tag and a few words.  Plain data, copied. */
#define RT_MSG_WORDS 3
struct rt_msg {
	rt_id from;
	uint32_t tag;
	uint64_t word[RT_MSG_WORDS];
};
/* RT_ENOENT: no live actor has this handle. */
enum rt_status rt_send(struct rt *rt, rt_id to, const struct rt_msg *msg) RT_MUST_CHECK;

/* --- memory and chance --------------------------------------------------------------------------------- */

/* Memory of the run: whatever decides the future of a run and is not the runtime's own (a fault plan, a
 * count) is kept here, so that copying the region copies the run.  Zeroed.  Null: RT_ENOMEM.  `size` has to
 * be given again to free it. */
void *rt_alloc(struct rt *rt, size_t size);
void rt_dealloc(struct rt *rt, void *memory, size_t size);

/* Interned text; 0 when there is no memory for it.  Short decimal numbers need none. */
rt_atom rt_atom_make(struct rt *rt, const char *text);

/* A named stream of the run's seed: xoshiro256** (Blackman, Vigna 2018), seeded by splitmix64 from the seed
 * and the FNV-1a hash of the name.  Streams of different names do not touch each other. */
struct rt_rng {
	uint64_t s[4];
};
void rt_rng_init(struct rt_rng *rng, uint64_t seed, const char *name);
void rt_rng_init_parts(struct rt_rng *rng, uint64_t seed,
		       const char *const *parts); /* of a name; null-ended */
uint64_t rt_rng_next(struct rt_rng *rng);
uint64_t rt_rng_below(struct rt_rng *rng, uint64_t bound); /* uniform in [0, bound), bound >= 1 */
/* True with a chance of `ppb` in 1,000,000,000. */
bool rt_rng_chance(struct rt_rng *rng, uint32_t ppb);
uint64_t rt_seed(const struct rt *rt);

#endif
