/* state.h - the inside of a plan: its entries, what waits to be done, what lasts.
 *
 * All of it lies in the runtime's region.  Hooks and the observer only note what they saw; they take no
 * memory, so room for the notes of one step is kept ready.  inj_plan_do() does what was noted, one entry at a
 * time.
 */
#ifndef INJECT_STATE_H
#define INJECT_STATE_H

#include "runtime/hooks.h"

#include "fault.h"

/* Does an entry's pattern match the path of an actor?  A handle is never given out twice, so an answer stays
 * true; the latest ones are kept, each where its slot leads. */
#define INJ_CACHE_SIZE 256
struct inj_cache {
	rt_id id[INJ_CACHE_SIZE];
	bool match[INJ_CACHE_SIZE];
};

/* What the runtime sees that may give an entry its chances, or at which something that lasts steps in. */
enum inj_source {
	INJ_BY_MESSAGE,
	INJ_BY_EVENT,
	INJ_BY_START,
	INJ_BY_DELIVERY,
	INJ_BY_GRANT,
	INJ_BY_BURDEN,
	INJ_BY_CLOCK,
	INJ_SOURCES
};

/* Whom does an open or lasting entry reach?  Kept like the above, for as long as its version is the entry's.
 */
enum inj_side {
	INJ_ASIDE,
	INJ_TARGET,
	INJ_OTHER /* of an entry that divides: on the other side */
};
struct inj_reach {
	struct {
		rt_id id;
		uint64_t seq; /* of the fault_fired of what lasts there; 0: nothing does, or it is open */
		uint32_t version;
		uint32_t side;
	} of[INJ_CACHE_SIZE];
};

/* The random stream of an entry.  Few entries ever draw, so it is seeded when the first number is wanted. */
struct inj_stream {
	struct rt_rng rng;
	bool seeded;
};

/* An action in a plan.  What the entry has of its own lies behind it in the same block: its action with the
 * texts of that, unless it is borrowed, and the values of its parameters, where defaults had to be filled in.
 */
struct inj_entry {
	const struct inj_action *action;
	const struct inj_fault *fault;
	const struct inj_value *params;
	size_t size; /* of the block */
	unsigned index;
	/* Once it is named: its ordinal among those of the same fault and target that have no id, and another
	 * one in the same bucket of names. */
	unsigned ordinal;
	uint32_t name_hash;
	struct inj_entry *next_named;
	rt_atom atoms[INJ_PARAMS_MAX];
	struct inj_cache *cache; /* of those who watch messages */
	struct inj_reach *reach; /* of those who step in, once they do */
	uint32_t version;        /* another one whenever that changes whom it reaches */
	bool active;             /* open, or it lasts somewhere */
	const char *watched;     /* whose messages, restarts or events are the trigger */
	unsigned on_kind;
	uint32_t times; /* 0: unlimited */
	struct inj_stream stream;
	struct inj_entry *next_by[INJ_SOURCES]; /* in the lists of the plan */

	bool armed;     /* may still fire */
	uint32_t due;   /* its place in the plan's heap; update that with what it depends on */
	rt_time next;   /* the clock's next chance; RT_FOREVER: the clock gives none */
	uint64_t cause; /* of what time brings: the input it came from, or 0 */
	uint64_t seen;  /* messages or restarts, towards after_count */
	uint64_t skipped;
	uint32_t fired;
	rt_time last_fired;
	uint64_t last_seq;

	/* What its row calls a chance is one now; at the places that it holds, and, if it is wide, at all
	 * that come to match. */
	bool open, wide;
	rt_time until;
	uint32_t holding;
	uint64_t asked; /* allocations since it was opened, where one of them is meant */

	uint32_t noted; /* chances taken that wait */
	/* Those of them for which there was no room for a note. */
	uint32_t overflow;
	uint64_t overflow_cause;
};

/* Where an entry stands in the heap of what is due, with its deadline. */
struct inj_due {
	rt_time at;
	struct inj_entry *entry;
};

#define INJ_NO_ENTRY UINT32_MAX

/* A chance that was taken and waits to be done. */
struct inj_note {
	unsigned entry; /* INJ_NO_ENTRY: it was done */
	rt_id actor;    /* who handled the message; nobody: the targets are picked when it is done */
	bool message;
	uint64_t cause;
};

/* A lasting fault where it lasts: on a process, or (`actor` nobody) at a path. */
struct inj_hold {
	unsigned entry;
	uint32_t next; /* of the same hash, index + 1 */
	rt_id actor;
	char *path;
	size_t path_size;
	rt_time until;
	uint64_t seq; /* of its fault_fired; of an open one: of what opened it */
	bool gone;
};

struct inj_holds {
	struct inj_hold *item; /* in the order in which they were struck */
	uint32_t count, capacity, live;
	uint32_t *bucket; /* index + 1 of the first; a power of two of them */
	uint32_t buckets;
	rt_time earliest; /* end of a live one; unless it is stale, some one's that is gone */
	bool stale;
};

/* The largest number that a child of this pool had or was asked for.  A restarted pool is another one. */
struct inj_pool {
	rt_id supervisor;
	uint32_t last;
};

/* The place of a path that was looked for, where that stays; found again where the hash of the path leads. */
#define INJ_FOUND_SIZE 64
#define INJ_FOUND_PATH 44
struct inj_found {
	rt_place place; /* 0: none yet */
	char path[INJ_FOUND_PATH];
};

/* Entries that look at one source, in the order of the plan. */
struct inj_list {
	struct inj_entry *first, *last;
	uint32_t active; /* of them */
};

struct inj_plan {
	struct rt *rt;
	struct inj_entry **entry;
	uint32_t count, capacity;
	struct inj_due *due; /* a heap of all of them: what is due first comes first */
	uint32_t due_capacity;
	struct inj_entry **names; /* buckets; a power of two of them */
	uint32_t names_capacity;
	uint32_t named; /* so many entries have got theirs, the first ones of the plan */
	struct inj_list list[INJ_SOURCES];
	struct rt_hooks hooks;
	bool begun;
	rt_time up; /* when it had begun; `at` counts from there */
	struct inj_note *note;
	uint32_t notes, notes_capacity;
	uint64_t waiting; /* chances taken by entries that are armed */
	struct inj_holds holds;
	struct inj_found found[INJ_FOUND_SIZE];
	struct inj_pool *pool;
	uint32_t pools, pools_capacity;
	uint64_t watched_kinds; /* a bit for each kind of event that is some entry's trigger */
	rt_time together; /* when the latest action was due, if the next may follow it at once; else -1 */
	enum rt_status trouble; /* the first thing that a deed could not do */
	uint64_t led;           /* the cause of the latest fault_fired */
};

/* FNV-1a. */
#define INJ_HASH_INIT UINT32_C(0x811c9dc5)
static inline uint32_t inj_hash_text(uint32_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT32_C(0x01000193);
	return hash;
}

/* The clock has an end; what lies behind it never comes. */
static inline rt_time inj_later(rt_time from, rt_time span)
{
	return span < RT_FOREVER - from ? from + span : RT_FOREVER;
}

/* --- array.c: growing arrays in the region ------------------------------------------------------------- */

bool inj_array_grow(struct rt *rt, void **array, uint32_t *capacity, size_t size, uint64_t need);
/* Room for `need` elements; false: no memory, nothing changed. */
static inline bool inj_array_reserve(struct rt *rt, void **array, uint32_t *capacity, size_t size,
				     uint64_t need)
{
	return need <= *capacity || inj_array_grow(rt, array, capacity, size, need);
}

/* --- due.c: when the clock has something for an entry -------------------------------------------------- */

/* Room for so many more; an entry is in the heap for as long as it is in the plan. */
enum rt_status inj_due_reserve(struct inj_plan *plan, uint64_t more) RT_MUST_CHECK;
void inj_due_add(struct inj_plan *plan, struct inj_entry *entry);
void inj_due_remove(struct inj_plan *plan, struct inj_entry *entry);
/* Its deadline has changed. */
void inj_due_update(struct inj_plan *plan, struct inj_entry *entry);
/* When the first one is due; it is `due[0]`, and of several the first of the plan. */
static inline rt_time inj_due_time(const struct inj_plan *plan)
{
	return plan->count > 0 ? plan->due[0].at : RT_FOREVER;
}

/* --- stream.c: the random stream of an entry ----------------------------------------------------------- */

/* Room for the names of so many more. */
enum rt_status inj_stream_reserve(struct inj_plan *plan, uint64_t more) RT_MUST_CHECK;
/* It is seeded by the name of the entry, which an action more or less elsewhere does not change. */
struct rt_rng *inj_stream(struct inj_plan *plan, struct inj_entry *entry);
/* The entry goes, the latest one of the plan. */
void inj_stream_close(struct inj_plan *plan, struct inj_entry *entry);

/* --- hold.c -------------------------------------------------------------------------------------------- */

/* Room for so many more, so that adding them cannot fail but for the texts. */
enum rt_status inj_holds_reserve(struct inj_plan *plan, uint32_t more) RT_MUST_CHECK;
/* Copied; takes its path, which is from rt_alloc. */
void inj_hold_add(struct inj_plan *plan, const struct inj_hold *hold);
/* Does a fault of this row (`entry` not null: of this entry) last on the process, or at the path? */
bool inj_hold_on_actor(const struct inj_plan *plan, const struct inj_fault *fault, rt_id actor);
bool inj_hold_at_place(const struct inj_plan *plan, const struct inj_fault *fault,
		       const struct inj_entry *entry, rt_place place);
/* What of this entry lasts on the process, or at the path; null: nothing. */
const struct inj_hold *inj_hold_of_entry(const struct inj_plan *plan, const struct inj_entry *entry,
					 rt_id actor, rt_place place);
/* Does something there keep workers from noticing the order to shut down? */
bool inj_hold_deafens(const struct inj_plan *plan, rt_place place);
void inj_hold_drop(struct inj_plan *plan, struct inj_hold *hold);
void inj_hold_drop_actor(struct inj_plan *plan, rt_id actor);
void inj_hold_drop_entry(struct inj_plan *plan, const struct inj_entry *entry);
/* Give back what is gone, when that is worth while. */
void inj_holds_compact(struct inj_plan *plan);
rt_time inj_holds_earliest(const struct inj_plan *plan);
static inline rt_time inj_holds_deadline(const struct inj_plan *plan)
{
	return plan->holds.live > 0 ? inj_holds_earliest(plan) : RT_FOREVER;
}

/* --- target.c ------------------------------------------------------------------------------------------ */

struct inj_target {
	rt_id actor; /* nobody: a place only */
	rt_place place;
	uint32_t hold; /* of a held one: its index */
	char *path;    /* from inj_targets_name(); null once somebody took it */
	size_t path_size;
};
struct inj_targets {
	struct inj_target *item;
	uint32_t count, capacity;
	struct inj_target one; /* `item` where there is only one: most targets are one path */
};

enum inj_sight {
	INJ_SIGHT_LIVE,  /* places with a live process that the row aims at */
	INJ_SIGHT_PLACE, /* all places in the tree */
	INJ_SIGHT_HELD   /* places where something lasts */
};
/* All that match, in the order of their places. */
enum rt_status inj_targets_find(struct inj_plan *plan, const char *pattern, enum inj_aim aim,
				enum inj_sight sight, struct inj_targets *out) RT_MUST_CHECK;
/* Leave those that the mode picks, in the same order. */
void inj_targets_pick(struct inj_targets *targets, const struct inj_action *action, struct rt_rng *rng);
/* Keep the path of each, for those on whom something will last. */
enum rt_status inj_targets_name(struct inj_plan *plan, struct inj_targets *targets) RT_MUST_CHECK;
void inj_targets_fini(struct inj_plan *plan, struct inj_targets *targets);
/* Is it alive and what the row aims at? */
bool inj_actor_aimed(const struct rt *rt, rt_id actor, enum inj_aim aim);
bool inj_place_matches(const struct rt *rt, rt_place place, const char *pattern);
/* What `fn` says of the path of a place; the text is valid during the call only. */
typedef bool inj_path_fn(void *ctx, const char *path);
bool inj_place_path(const struct rt *rt, rt_place place, inj_path_fn *fn, void *ctx);

/* --- entry.c ------------------------------------------------------------------------------------------- */

/* From now on chances may come. */
void inj_entry_arm(struct inj_plan *plan, struct inj_entry *entry, rt_time now);
void inj_entry_disarm(struct inj_plan *plan, struct inj_entry *entry);
/* The clock's next chance. */
void inj_entry_schedule(struct inj_plan *plan, struct inj_entry *entry, rt_time next);
/* What its row says is a chance from now on, and no more. */
void inj_entry_open(struct inj_plan *plan, struct inj_entry *entry, rt_time until, bool wide);
void inj_entry_close(struct inj_plan *plan, struct inj_entry *entry);
/* Fire no more; what lasts on somebody stays. */
void inj_entry_stop(struct inj_plan *plan, struct inj_entry *entry);
/* Is it too early for another firing? */
bool inj_entry_cooling(const struct inj_plan *plan, const struct inj_entry *entry);
/* Here is a chance: is it taken? */
bool inj_entry_chance(struct inj_plan *plan, struct inj_entry *entry);
/* It took effect once more. */
void inj_entry_count(struct inj_plan *plan, struct inj_entry *entry);
bool inj_watches_messages(const struct inj_entry *entry);

/* --- trigger.c ----------------------------------------------------------------------------------------- */

/* See from now on what gives this entry its chances. */
void inj_trigger_add(struct inj_plan *plan, struct inj_entry *entry);
/* The latest entry of the plan goes. */
void inj_trigger_remove(struct inj_plan *plan, struct inj_entry *entry);
rt_observer inj_trigger_event;
/* Room for what one step gives rise to, with so many more entries. */
enum rt_status inj_notes_reserve(struct inj_plan *plan, uint64_t more) RT_MUST_CHECK;

/* --- reach.c ------------------------------------------------------------------------------------------- */

/* Before it is opened or lasts anywhere. */
enum rt_status inj_reach_reserve(struct inj_plan *plan, struct inj_entry *entry) RT_MUST_CHECK;
/* Whom it reaches has changed. */
void inj_reach_changed(struct inj_plan *plan, struct inj_entry *entry);
/* Which side a live worker is on; *seq: the fault_fired of what lasts there. */
enum inj_side inj_reach_side(const struct inj_plan *plan, const struct inj_entry *entry, rt_id actor,
			     uint64_t *seq);

/* --- seam.c -------------------------------------------------------------------------------------------- */

/* Does a fault of this row step in there? */
bool inj_seam_concerns(const struct inj_fault *fault, enum inj_source source);
/* Step in from now on.  False: faults of this row never do. */
bool inj_seam_add(struct inj_plan *plan, const struct inj_fault *fault);

/* --- strike.c ------------------------------------------------------------------------------------------ */

/* Do it now: to `actor`, or (nobody) to whom the mode picks.  *targets: on how many it took effect. */
enum rt_status inj_entry_strike(struct inj_plan *plan, struct inj_entry *entry, rt_id actor, uint64_t cause,
				uint32_t *targets) RT_MUST_CHECK;
struct inj_firing inj_firing_of(struct inj_plan *plan, struct inj_entry *entry, uint64_t cause);
/* A chance of an open entry: is it taken, and does it take effect? */
bool inj_entry_try(struct inj_plan *plan, struct inj_entry *entry, const struct inj_firing *firing);
/* End lasting faults: of one entry whose time is over, or on paths that match. */
unsigned inj_entry_expire(struct inj_plan *plan, struct inj_entry *entry, rt_time now);
unsigned inj_heal_paths(struct inj_plan *plan, const char *pattern, uint64_t cause);

#endif
