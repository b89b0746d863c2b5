/* types.h - the words of supervision that every layer shares: handles, times, child specifications.
 *
 * The words and their defaults are those of Erlang/OTP's supervisor.  Everything here is plain data.
 */
#ifndef RUNTIME_TYPES_H
#define RUNTIME_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt;

/* Handle of one actor: slot in the low half, generation in the high half; 0 is nobody.  A handle is never
 * given out twice in a run, so a stale one is recognised. */
typedef uint64_t rt_id;
/* Virtual time: nanoseconds since the runtime was made. */
typedef int64_t rt_time;
/* Interned text (exit reasons, ids), or a small number in its own right: dynamic children are numbered, and
 * a number needs no storage.  0 is no text. */
typedef uint32_t rt_atom;
/* A path of the tree: the ids from the root down.  An actor dies, its place remains. 0 is no place. */
typedef uint32_t rt_place;

#define RT_ID_MAX 255      /* bytes of an id */
#define RT_DEPTH_MAX 1000  /* levels of a tree */
#define RT_NOBODY ((rt_id)0)
#define RT_FOREVER INT64_MAX
#define RT_MS ((rt_time)1000000)
#define RT_SECOND ((rt_time)1000000000)

/* The atoms below exist in every runtime under the same value. */
#define RT_ATOM_LIST(X)                                                                                      \
	X(RT_A_NONE, "")                                                                                     \
	X(RT_A_NORMAL, "normal")                                                                             \
	X(RT_A_SHUTDOWN, "shutdown")                                                                         \
	X(RT_A_KILLED, "killed")                                                                             \
	X(RT_A_KILL, "kill")                                                                                 \
	X(RT_A_NOPROC, "noproc")                                                                             \
	X(RT_A_TIMEOUT, "timeout")                                                                           \
	X(RT_A_UNLINKED, "child_process_unlinked")                                                           \
	X(RT_A_MAX_INTENSITY, "reached_max_restart_intensity")                                               \
	X(RT_A_SYSTEM_LIMIT, "system_limit")                                                                 \
	X(RT_A_NOT_FOUND, "not_found")                                                                       \
	X(RT_A_RUNNING, "running")                                                                           \
	X(RT_A_RESTARTING, "restarting")                                                                     \
	X(RT_A_ALREADY_PRESENT, "already_present")                                                           \
	X(RT_A_SIMPLE_ONE_FOR_ONE, "simple_one_for_one")                                                     \
	X(RT_A_NEVER_SIGNIFICANT, "{bad_combination,[{auto_shutdown,never},{significant,true}]}")           \
	X(RT_A_MEMORY, "memory")                                                                             \
	X(RT_A_DESCRIPTOR, "descriptor")                                                                     \
	X(RT_A_SERVED, "served")                                                                             \
	X(RT_A_DEGRADED, "degraded")                                                                         \
	X(RT_A_FAILED, "failed")                                                                             \
	X(RT_A_LOST, "lost")                                                                                 \
	X(RT_A_SWALLOWED, "swallowed")                                                                       \
	X(RT_A_WRONG, "wrong")                                                                               \
	X(RT_A_PERMANENT_SIGNIFICANT, "{bad_combination,[{restart,permanent},{significant,true}]}")

enum rt_known_atom {
#define X(name, text) name,
	RT_ATOM_LIST(X)
#undef X
	RT_ATOM_KNOWN
};

/* Lists of words: C name, word.  The loader, the shell and the journal all read these. */
#define RT_STRATEGY_LIST(X)                                                                                  \
	X(RT_ONE_FOR_ONE, "one_for_one")                                                                     \
	X(RT_ONE_FOR_ALL, "one_for_all")                                                                     \
	X(RT_REST_FOR_ONE, "rest_for_one")                                                                   \
	X(RT_SIMPLE_ONE_FOR_ONE, "simple_one_for_one")
#define RT_RESTART_LIST(X)                                                                                   \
	X(RT_PERMANENT, "permanent")                                                                         \
	X(RT_TRANSIENT, "transient")                                                                         \
	X(RT_TEMPORARY, "temporary")
#define RT_AUTO_SHUTDOWN_LIST(X)                                                                             \
	X(RT_NEVER, "never")                                                                                 \
	X(RT_ANY_SIGNIFICANT, "any_significant")                                                             \
	X(RT_ALL_SIGNIFICANT, "all_significant")
#define RT_TYPE_LIST(X)                                                                                      \
	X(RT_WORKER, "worker")                                                                               \
	X(RT_SUPERVISOR, "supervisor")
#define X(name, text) name,
enum rt_strategy { RT_STRATEGY_LIST(X) RT_STRATEGY_COUNT };
enum rt_restart { RT_RESTART_LIST(X) RT_RESTART_COUNT };
enum rt_auto_shutdown { RT_AUTO_SHUTDOWN_LIST(X) RT_AUTO_SHUTDOWN_COUNT };
enum rt_type { RT_TYPE_LIST(X) RT_TYPE_COUNT };
#undef X

const char *rt_strategy_text(enum rt_strategy strategy);
const char *rt_restart_text(enum rt_restart restart);
const char *rt_auto_shutdown_text(enum rt_auto_shutdown auto_shutdown);
const char *rt_type_text(enum rt_type type);

/* Shutdown of a child, in milliseconds of virtual time, or one of these. */
#define RT_SHUTDOWN_INFINITY (-1)
#define RT_SHUTDOWN_BRUTAL_KILL (-2)
#define RT_SHUTDOWN_WORKER_MS 5000 /* OTP's default for type worker; infinity for type supervisor */
#define RT_INTENSITY_DEFAULT 1
#define RT_PERIOD_DEFAULT_S 5

/* Start plan: the k-th call of the start function of a path takes the k-th outcome; the last one repeats for
 * ever.  The count goes on when a supervisor above is restarted. */
enum rt_start_outcome { RT_START_OK, RT_START_IGNORE, RT_START_FAIL };
struct rt_start_item {
	enum rt_start_outcome outcome;
	uint32_t times;     /* >= 1 */
	const char *reason; /* of RT_START_FAIL */
};

/* What a worker that traps exits does on `shutdown` from its supervisor.  Any other exit signal from its
 * supervisor ends it at once with that reason. */
enum rt_on_shutdown { RT_STOP_OK, RT_STOP_IGNORE, RT_STOP_EXIT, RT_STOP_DELAY };

/* Values that a specification should not have, as text; for those who want to see them refused in OTP's
 * words and order.  Null where the value is good. */
struct rt_invalid {
	const char *strategy, *intensity, *period, *auto_shutdown;
	const char *restart, *significant, *type, *shutdown;
};

/* What a worker does: one of the built-in behaviours or one of a plugin (worker.h). */
struct rt_behaviour;

/* A parameter of a behaviour that was given; the others have their defaults. */
struct rt_setting {
	const char *name;
	int64_t number;   /* in the unit of the parameter's type */
	const char *text; /* of a path */
};

/* Where a worker's code runs: in this process, or in a forked one of its own (isolate.h). */
#define RT_ISOLATION_LIST(X)                                                                                 \
	X(RT_ISOLATION_NONE, "none")                                                                         \
	X(RT_ISOLATION_PROCESS, "process")
#define X(name, text) name,
enum rt_isolation { RT_ISOLATION_LIST(X) RT_ISOLATION_COUNT };
#undef X

/* A child specification, and below a supervisor the specifications of its children.  Input only: the
 * runtime copies what it needs.  Zeroed memory is a permanent worker, but for shutdown_ms. */
struct rt_child {
	const char *id;
	bool supervisor;   /* has children or a template */
	bool significant;
	bool trap_exit;    /* workers; supervisors always trap */
	uint8_t type;      /* enum rt_type: the claim that which_children repeats */
	uint8_t restart;   /* enum rt_restart */
	uint8_t strategy;  /* enum rt_strategy */
	uint8_t auto_shutdown;
	uint8_t on_shutdown; /* enum rt_on_shutdown, trapping workers */
	int64_t shutdown_ms;
	uint32_t intensity;
	uint32_t period_s; /* whole seconds, >= 1 */
	uint32_t stop_delay_ms;  /* of RT_STOP_DELAY */
	uint64_t memory_max;     /* bytes that a worker, or all below a supervisor, may take; 0: any */
	uint32_t descriptors_max; /* file descriptors that a worker may hold; 0: any number */
	uint8_t isolation;        /* enum rt_isolation, workers */
	uint64_t disk_max;        /* bytes of the scratch disk of an isolated worker; 0: it has none */
	const char *stop_reason; /* of RT_STOP_EXIT */
	const char *worker;      /* name of a built-in behaviour; null is "server" */
	const struct rt_behaviour *behaviour; /* instead; has to outlive the runtime */
	const struct rt_setting *settings;    /* its parameters that were given */
	uint32_t n_settings;
	const struct rt_start_item *starts;
	uint32_t n_starts;
	/* Children in start order.  Of a simple_one_for_one supervisor: exactly one, the template, whose id
	 * is not used. */
	uint32_t n_children;
	const struct rt_child *children;
	const struct rt_invalid *invalid; /* null: nothing is */
	uint32_t note; /* of whoever made it; the runtime does not look at it */
};

#endif
