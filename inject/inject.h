/* inject.h - faults: what can be done to a running tree, when, and to whom.
 *
 * A fault is a row of one table (inj_faults): its name, its parameters with their ranges, what a chance is
 * for it, how it is fired and healed.  An action is one use of a fault: a row, values for its parameters, a
 * target, a trigger.  A plan holds the actions of a run, watches the runtime and fires them.
 *
 * The keys of an action are the same in a scenario file, at the prompt and in a journal; inj_action_set() and
 * inj_action_each() read and write them all from the tables.
 */
#ifndef INJECT_INJECT_H
#define INJECT_INJECT_H

#include "runtime/runtime.h"

#include "value.h"

/* --- the table of faults ------------------------------------------------------------------------------- */

#define INJ_PARAMS_MAX 7 /* the ending one included */

struct inj_param {
	const char *name;
	const char *help;
	enum inj_type type;
	int64_t min, max;          /* of numbers and durations, inclusive */
	const char *const *words;  /* of INJ_WORD: null-ended */
	/* Of an INJ_ID: those that there are; null: any will do. */
	const char *const *(*names)(size_t *count);
	const char *fallback;      /* value where none is given; null: absent */
	bool mandatory;
	bool abnormal; /* of a reason: normal, shutdown and {shutdown,T} are refused */
	bool seconds;  /* of a duration: whole seconds; there alone a bare number is taken, too */
};

enum inj_aim { INJ_AIM_WORKER, INJ_AIM_SUPERVISOR, INJ_AIM_ANY };
/* What a chance is where no trigger says when: each message handled by a target, each second of virtual time,
 * each start of a target, each message on its way to it, each time that it asks for memory. */
enum inj_chance {
	INJ_CHANCE_MESSAGE,
	INJ_CHANCE_TICK,
	INJ_CHANCE_START,
	INJ_CHANCE_DELIVERY,
	INJ_CHANCE_ALLOCATION
};
const char *inj_aim_text(enum inj_aim aim);
const char *inj_chance_text(enum inj_chance chance);
/* A trigger only opens what is then given by these: each of them is a chance; see below. */
static inline bool inj_chance_opens(enum inj_chance chance)
{
	return chance >= INJ_CHANCE_START;
}

/* Harm that is done for real, in the worker's place. */
enum inj_harm {
	INJ_HARM_NONE,
	INJ_HARM_SEGV,
	INJ_HARM_BUS,
	INJ_HARM_FPE,
	INJ_HARM_ILL,
	INJ_HARM_ABORT,
	INJ_HARM_STACK_OVERFLOW,
	INJ_HARM_BUSY_LOOP,
	INJ_HARM_LEAK,
	INJ_HARM_CORRUPT_STATE,
	INJ_HARM_DISK_FULL,
	INJ_HARM_FD_EXHAUST,
	INJ_HARM_FD_RETURN /* what that took */
};

struct inj_plan;
struct inj_firing; /* see fault.h: what a row's functions are given */

struct inj_fault {
	const char *name;
	const char *help;    /* one line */
	const char *example; /* as typed at the prompt, after `inject` */
	const char *proof;   /* word of the event that proves it fired, besides fault_fired */
	const char *scenario; /* file in scenarios/library/ that shows it */
	enum inj_aim aim;
	enum inj_chance chance;
	bool lasting;        /* stays until healed: `duration` makes sense */
	bool call;           /* a request to a supervisor; answered by a `result` event */
	bool some_param;     /* at least one of the parameters has to be given */
	bool stays;          /* lasting: stays at the path when a process there is followed by another */
	bool deafens;        /* lasting: workers there do not notice the order to shut down */
	bool slows;          /* START chances: asked when a start has succeeded, and makes it take time */
	bool divides; /* lasting: between all below the target and all below its parameter INJ_P_FROM */
	bool heals;          /* its targets are paths where something lasts, with or without a process */
	enum inj_harm harm;  /* what it really does to the worker */
	struct inj_param params[INJ_PARAMS_MAX]; /* ended by a null name */
	/* True: it took effect on this target.  Of what a trigger only opens it is asked at each chance. */
	bool (*fire)(const struct inj_firing *firing);
	void (*heal)(const struct inj_firing *firing); /* lasting ones */
	/* Lasting ones, for as long as they last: what they do to a message on its way to the target and to
	 * what the target asks for (true: something); how much longer it takes for a message; how far its
	 * wall clock is off. */
	bool (*deliver)(const struct inj_firing *firing);
	bool (*grant)(const struct inj_firing *firing);
	rt_time (*burden)(const struct inj_firing *firing);
	rt_time (*skew)(const struct inj_firing *firing);
};
extern const struct inj_fault inj_faults[];
extern const size_t inj_faults_count;

/* Null: no such fault. */
const struct inj_fault *inj_fault_find(const char *name);

/* --- one action ---------------------------------------------------------------------------------------- */

enum inj_mode { INJ_ALL, INJ_ONE, INJ_FIXED, INJ_FIXED_PERCENT, INJ_RANDOM_MAX_PERCENT };
enum inj_trigger {
	INJ_NOW,            /* no trigger given: when the tree is up; at the prompt, at once */
	INJ_AT,             /* a time after the tree is up */
	INJ_EVERY,          /* first after one interval */
	INJ_AFTER_MESSAGES, /* each time `count` messages were handled by `of` */
	INJ_AFTER_RESTARTS, /* each time `of` was restarted `count` times */
	INJ_ON,             /* each event with this word about `of` */
	INJ_CHANCE          /* no trigger but a probability: at each chance of the row */
};

struct inj_value {
	bool given;
	int64_t number;   /* numbers, durations in ns, shutdowns in ms, index of a word, 0 or 1 */
	const char *text; /* as written */
};

/* Plain data; texts belong to whoever made it. */
struct inj_action {
	const struct inj_fault *fault;
	const char *id;     /* names the random stream; null: action, target and ordinal do */
	const char *target; /* a path or a pattern */
	enum inj_mode mode;
	int64_t value; /* of the fixed modes: a number, or a percentage */
	enum inj_trigger trigger;
	rt_time at, every;
	int64_t after_count;
	const char *after_of; /* null: the target */
	const char *on_event;
	const char *on_of;    /* null: the target */
	bool has_probability;
	uint32_t probability_ppb; /* parts per 1,000,000,000 */
	bool has_times;
	uint32_t times; /* 0: unlimited */
	uint32_t skip;
	rt_time cooldown;
	bool has_duration;
	rt_time duration;
	bool has_required, required; /* where it is not given: unless there is a probability */
	struct inj_value params[INJ_PARAMS_MAX]; /* in the order of the row */
	unsigned line, column; /* in the scenario file; 0 from the prompt */
};

/* The keys that every action has beside its row's parameters; "after.messages" is `after: {messages: ...}` in
 * YAML and `after.messages=...` at the prompt. */
struct inj_key {
	const char *name;
	const char *help;
	enum inj_type type;
	int64_t min, max;
	const char *const *words;
};
extern const struct inj_key inj_keys[];
extern const size_t inj_keys_count;

/* Set one key of an action (`action` itself has to come first) from text.  On failure the action is as
 * before and `error` says what would have been right, with a did-you-mean for words and keys.  `text` is
 * kept, not copied. */
enum rt_status inj_action_set(struct inj_action *action, const char *key, const char *text,
			      struct rt_error *error) RT_MUST_CHECK;
/* When all keys are set: what is missing or does not go together.  `*key` is the one to blame. */
enum rt_status inj_action_check(const struct inj_action *action, const char **key,
				struct rt_error *error) RT_MUST_CHECK;
/* Every key that was given, in table order, as it would be written; defaults are left out. */
typedef void inj_key_fn(void *ctx, const char *key, enum inj_type type, const char *text);
void inj_action_each(const struct inj_action *action, inj_key_fn *fn, void *ctx);
bool inj_action_required(const struct inj_action *action);
uint32_t inj_action_times(const struct inj_action *action); /* effective; 0: unlimited */

/* --- events of this layer ------------------------------------------------------------------------------ */

#define INJ_EVENT_LIST(X)                                                                                    \
	X(INJ_EV_INPUT, "input", "somebody did something at the prompt")                                     \
	X(INJ_EV_FIRED, "fault_fired", "a fault took effect on this target")                                 \
	X(INJ_EV_HEALED, "fault_healed", "a lasting fault was taken away from this target")
enum inj_event_kind {
	INJ_EV_BASE_ = RT_EV_USER - 1,
#define X(name, word, help) name,
	INJ_EVENT_LIST(X)
#undef X
	INJ_EV_END
};
const char *inj_event_word(unsigned kind); /* the runtime's own included; null: unknown */
const char *inj_event_help(unsigned kind);
/* Kind by its word, RT_EV_NONE if there is none. */
unsigned inj_event_find(const char *word);

/* `ext` of INJ_EV_FIRED and INJ_EV_HEALED; of INJ_EV_INPUT it is the `struct inj_action`. */
struct inj_event_ext {
	const struct inj_action *action;
	unsigned index; /* in the plan */
};

/* --- a plan ------------------------------------------------------------------------------------------------
 *
 * A trigger gives chances; without one the row does.  A chance is taken unless the action is in its cooldown,
 * has chances left to skip, or its random stream is against it.  What is taken is done on the targets that
 * match and live at that moment, as many of them as the mode picks; a chance that one message gave strikes
 * the worker that handled it, unless a mode picks others.  It has fired if it took effect on one of them.
 *
 * Of faults whose chance is a start, a delivery or an allocation the trigger only opens what is then given by
 * these: each that is about a target is a chance, until `times` of them were taken, the duration is over or
 * it is healed.
 *
 * Percentages of targets round down, but to no less than one; random-max-percent is evenly one to that many.
 * `of` with a pattern counts all that match together.  `restarts` are starts of a path but its first.
 */

/* Lives in the runtime's region and goes with it.  Takes the runtime's hooks and one observer. */
enum rt_status inj_plan_new(struct rt *rt, struct inj_plan **out) RT_MUST_CHECK;
/* Copies the action, which inj_action_check() has to be content with.  Its index in `*index` (may be null).
 * After inj_plan_begin() its intervals count from now, and an `at` that is past is now. */
enum rt_status inj_plan_add(struct inj_plan *plan, const struct inj_action *action,
			    unsigned *index) RT_MUST_CHECK;
/* Several, before inj_plan_begin(), without copies: they stay as they are for as long as the plan is there.
 * RT_ENOMEM: some of them are in the plan. */
enum rt_status inj_plan_borrow(struct inj_plan *plan, const struct inj_action *actions,
			       size_t count) RT_MUST_CHECK;
/* The tree is up: times count from the runtime's clock as it is now. */
void inj_plan_begin(struct inj_plan *plan);
/* When the next action or the end of a lasting one is due; RT_FOREVER if none is.  Never before the clock. */
rt_time inj_plan_deadline(const struct inj_plan *plan);
/* Something that a trigger or a chance called for waits to be done, now. */
bool inj_plan_pending(const struct inj_plan *plan);
/* Do one action's part, on its targets in the order of their places: of what is pending, or, when nothing
 * is, of what is due at the runtime's clock; the action that is first in order.  So the caller can let the
 * runtime come to rest before it calls again.  What is pending cannot wait for that: it belongs between two
 * steps.  RT_ENOMEM: nothing was done and it can be tried again, unless an event says that a target was
 * struck. */
enum rt_status inj_plan_do(struct inj_plan *plan) RT_MUST_CHECK;
/* Is the next action due at the same instant as the one before, and to be done before the tree moves?  So
 * two crashes at one instant are seen together.  Not after a request to a supervisor, which is answered
 * first, and not where nobody is alive whom it could strike: then the tree comes to rest before it. */
bool inj_plan_together(struct inj_plan *plan);
/* Nothing more will come by time alone; `pending` included. */
bool inj_plan_spent(const struct inj_plan *plan);
/* What is in the plan fires no more; what lasts stays, until its duration is over. */
void inj_plan_stop(struct inj_plan *plan);

/* From the prompt: add and arm at once, caused by event `cause`.  With INJ_NOW it is fired before this
 * returns, and *targets says on how many it took effect (of what it only opens: at how many paths it lies in
 * wait). */
enum rt_status inj_plan_input(struct inj_plan *plan, const struct inj_action *action, uint64_t cause,
			      unsigned *targets) RT_MUST_CHECK;
/* Heal lasting faults on places that match `pattern` (null: everywhere); returns how many. */
unsigned inj_plan_heal(struct inj_plan *plan, const char *pattern, uint64_t cause);

struct inj_info {
	const struct inj_action *action;
	uint32_t fired;    /* times it took effect */
	uint64_t last_seq; /* of its latest fault_fired; 0 never */
	bool armed;        /* may still fire */
	uint32_t holding;  /* targets it lasts on now */
};
unsigned inj_plan_count(const struct inj_plan *plan);
struct inj_info inj_plan_info(const struct inj_plan *plan, unsigned index);

#endif
