/* scenario.h - a scenario: a file in, a verdict out.
 *
 * scn_load_* turn YAML into a checked, resolved scenario or into located diagnostics; a world is one run of
 * one, in virtual time, with its journal, history and accounts.  No terminal anywhere near: text goes to
 * sinks that the caller gives.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include "inject/inject.h"
#include "runtime/isolate.h"
#include "runtime/protect.h"
#include "runtime/worker.h"

/* --- sinks --------------------------------------------------------------------------------------------- */

/* Where text goes.  Returns false when it could not be taken; then the world reports RT_EIO at its end. */
typedef bool scn_sink_fn(void *ctx, const char *text, size_t length);
struct scn_sink {
	scn_sink_fn *write;
	void *ctx;
	/* Hand on what it holds back; null: nothing.  `last_words`: the program is about to die, perhaps of a
	 * signal in the middle of anything, so nothing may be asked of anybody but the kernel. */
	bool (*flush)(void *ctx, bool last_words);
};

/* --- diagnostics --------------------------------------------------------------------------------------- */

struct scn_diag {
	unsigned line, column; /* from 1; 0: the file as a whole */
	char *text;
};
/* In order of place.  Initialise with zeroes. */
struct scn_diags {
	char *file;
	struct scn_diag *item;
	size_t count, capacity;
	size_t suppressed; /* more than SCN_DIAGS_MAX */
	char *source; /* to show lines from; may be null */
	size_t source_length;
};
#define SCN_DIAGS_MAX 50
void scn_diags_fini(struct scn_diags *diags);
/* `file:line:column: reason`, the source line, a caret under the column; long lines are cut around it. */
void scn_diags_print(const struct scn_diags *diags, struct scn_sink sink);

/* --- probes -------------------------------------------------------------------------------------------- */

enum scn_measure { /* what a probe gives */
	SCN_BOOL,
	SCN_COUNT,
	SCN_SHARE,    /* parts per 1,000,000,000 */
	SCN_DURATION, /* ns */
	SCN_ORDER
};
#define SCN_PROBE_LIST(X)                                                                                    \
	X(SCN_ALIVE, "alive", SCN_BOOL, "a process runs at this path")                                       \
	X(SCN_RESTARTS, "restarts", SCN_COUNT, "starts of this path less one, group restarts and a supervisor's own included") \
	X(SCN_EXITS, "exits", SCN_COUNT, "ends of processes at this path")                                   \
	X(SCN_COUNT_LIVE, "count", SCN_COUNT, "live actors below this path")                                 \
	X(SCN_ESCALATED, "escalated", SCN_BOOL, "the supervisor gave up at least once")                      \
	X(SCN_UPTIME, "uptime", SCN_SHARE, "share of the virtual time since the tree was up in which a process was up here") \
	X(SCN_RECOVERY_TIME, "recovery_time", SCN_DURATION, "longest time from an exit here until the last of the set that was restarted for it had started") \
	X(SCN_ORDER_OF, "order", SCN_ORDER, "starts (+path) and exits (-path) after the tree was up come in this order") \
	X(SCN_AVAILABILITY, "availability", SCN_SHARE, "share of the requests that ended that were answered well: served or degraded") \
	X(SCN_LATENCY, "latency", SCN_DURATION, "time from asking to answer that so many of the answers, see `percentile`, did not exceed") \
	X(SCN_OUTAGE, "outage", SCN_DURATION, "longest time from a request that was not answered well to the next one that was") \
	X(SCN_OFFERED, "offered", SCN_COUNT, "requests that were made")                                      \
	X(SCN_SERVED, "served", SCN_COUNT, "requests that were answered well")                               \
	X(SCN_DEGRADED, "degraded", SCN_COUNT, "requests that were answered from a fallback")                \
	X(SCN_FAILED, "failed", SCN_COUNT, "requests that were answered with an error, or turned away")      \
	X(SCN_LOST, "lost", SCN_COUNT, "requests without an answer: the worker died, the message was lost, or the asker stopped waiting") \
	X(SCN_SWALLOWED, "swallowed", SCN_COUNT, "requests that were taken, and nothing came of them")       \
	X(SCN_WRONG, "wrong", SCN_COUNT, "requests that were answered as if well, but not rightly")          \
	X(SCN_REPEATED, "repeated", SCN_COUNT, "times that a request was handled again")                     \
	X(SCN_IN_FLIGHT, "in_flight", SCN_COUNT, "requests that have not ended")
enum scn_probe_kind {
#define X(name, word, measure, help) name,
	SCN_PROBE_LIST(X)
#undef X
	SCN_PROBE_COUNT
};
/* From here on they are about work: `of` is a service, or a supervisor that stands for the services below it.
 */
#define SCN_PROBE_WORK SCN_AVAILABILITY
struct scn_probe_row {
	const char *word, *help;
	enum scn_measure measure;
};
extern const struct scn_probe_row scn_probe_rows[SCN_PROBE_COUNT];

/* The sibling form `- core/telemetry: restarted` is one of these words. */
#define SCN_SIBLING_LIST(X)                                                                                  \
	X(SCN_RESTARTED, "restarted", "started again at least once")                                         \
	X(SCN_UNTOUCHED, "untouched", "no exit and no start after the tree was up")                          \
	X(SCN_SURVIVED, "survived", "the same incarnation runs as when the tree was up")                     \
	X(SCN_STOPPED, "stopped", "no process runs here now")
enum scn_sibling {
#define X(name, word, help) name,
	SCN_SIBLING_LIST(X)
#undef X
	SCN_SIBLING_COUNT
};
const char *scn_sibling_word(enum scn_sibling sibling);
const char *scn_sibling_help(enum scn_sibling sibling);

enum scn_tolerance { SCN_IS, SCN_EQUALS, SCN_AT_LEAST, SCN_AT_MOST, SCN_BETWEEN };
const char *scn_tolerance_word(enum scn_tolerance tolerance);

struct scn_probe {
	bool is_sibling;
	enum scn_probe_kind kind;
	enum scn_sibling sibling;
	const char *of; /* path or pattern; it must hold for each match */
	enum scn_tolerance tolerance;
	int64_t low, high;    /* in the measure's unit; high of `between` only */
	uint32_t percentile;  /* of `latency`: parts per 1,000,000,000, above 0; else 0 */
	const char **order;   /* of `order`: "+core/a", "-core/b" */
	size_t n_order;
	unsigned line, column;
};
#define SCN_PERCENTILE_DEFAULT 990000000u

/* --- a scenario ---------------------------------------------------------------------------------------- */

struct scn_limits {
	rt_time time;
	int64_t events;
	int64_t events_at_one_instant;
};

/* Children to start in a simple_one_for_one supervisor as soon as it is up for the first time. */
struct scn_pool {
	const char *path; /* `*` where it lies below a template */
	const char *const *keys; /* null: the numbers from 1 on */
	uint32_t count;
};

/* A plugin that the file names, as it names it, and where that was found: by an absolute path, which leads to
 * it from everywhere on this machine. */
struct scn_plugin {
	struct scn_plugin *next;
	const char *path, *found;
	const struct rt_plugin *plugin;
};

/* Whose defaults the supervisors of a file have. */
enum scn_flavour { SCN_OTP, SCN_ELIXIR };
#define SCN_ELIXIR_INTENSITY 3 /* of Elixir's Supervisor; in 5 s, as with OTP */

struct scn_scenario {
	const char *file; /* as given to the loader */
	const char *name; /* default: the file's name without folder and ending */
	const char *about;
	uint64_t seed;
	bool has_duration;
	rt_time duration;
	uint8_t flavour; /* enum scn_flavour */
	struct rt_child root;
	struct scn_pool *pools;
	size_t n_pools;
	struct scn_plugin *plugins;
	struct scn_probe *hypothesis, *expect;
	size_t n_hypothesis, n_expect;
	struct inj_action *method, *rollbacks;
	size_t n_method, n_rollbacks;
	/* What events say of each action of the method: "crash reason=badarg"; null where that is long. */
	const char **fired;
	struct scn_limits limits;
	struct scn_said *said;   /* what journals say of it */
	struct scn_arena *arena; /* owns all of the above */
};

#define SCN_FILE_MAX (64u << 20) /* bytes of a file; of a text in memory, eight times as many */
#define SCN_DEPTH_MAX 512        /* nested YAML collections: 256 supervisors */

/* Null with diagnostics filled, also when there was no memory.  `status` tells an unreadable file (RT_EIO)
 * from a bad one (RT_EINVAL) and from RT_ENOMEM. */
struct scn_scenario *scn_load_file(const char *path, struct scn_diags *diags, enum rt_status *status);
struct scn_scenario *scn_load_text(const char *file, const char *text, size_t length, struct scn_diags *diags,
				   enum rt_status *status);
void scn_free(struct scn_scenario *scenario);

/* The child at `path`, of a pool its template; null: the scenario has no such child. */
const struct rt_child *scn_child(const struct scn_scenario *scenario, const char *path);
/* Which keys of the child at `path` the scenario says itself; those that it does not have their defaults.
 * 0 also where it has no such child. */
uint32_t scn_said(const struct scn_scenario *scenario, const char *path);
bool scn_said_key(uint32_t said, const char *key);

/* What a worker does; null of a supervisor. */
const struct rt_behaviour *scn_behaviour(const struct rt_child *child);
/* The plugin that a behaviour comes from; null: it is built in. */
const struct scn_plugin *scn_behaviour_plugin(const struct scn_scenario *scenario,
					      const struct rt_behaviour *behaviour);
/* What to write for a parameter: "a whole number from 1 to 10".  Returns `buf`. */
char *scn_param_wants(const struct rt_param *param, char *buf, size_t size);
/* Its default as text, perhaps in `buf`; null: without it there is no value. */
const char *scn_param_fallback(const struct rt_param *param, char buf[INJ_VALUE_BUF]);
/* What a worker has for one of its parameters, as text, perhaps in `buf`; null: no value.  *is_default: that
 * would be so, too, if nobody had said it. */
const char *scn_param_value(const struct rt_param *param, const struct rt_child *child,
			    char buf[INJ_VALUE_BUF], bool *is_default);

/* The whole resolved scenario, defaults filled in, as one line of JSON; loading it again gives the same. */
enum rt_status scn_write_json(const struct scn_scenario *scenario, struct scn_sink sink) RT_MUST_CHECK;
/* As a YAML file for people.  Values that are defaults are left out. */
enum rt_status scn_write_yaml(const struct scn_scenario *scenario, struct scn_sink sink) RT_MUST_CHECK;
/* The same scenario and seed give the same bytes everywhere.  Null: this one, too.  Else why it cannot be
 * held to that: "it has workers from a plugin". */
const char *scn_promise(const struct scn_scenario *scenario);
/* Has it workers in processes of their own? */
bool scn_isolated(const struct scn_scenario *scenario);
/* Generated from the tables: JSON Schema for editors; docs/scenario-format.md. */
enum rt_status scn_write_schema(struct scn_sink sink) RT_MUST_CHECK;
enum rt_status scn_write_format_doc(struct scn_sink sink) RT_MUST_CHECK;

/* --- verdicts ------------------------------------------------------------------------------------------ */

enum scn_verdict { SCN_PASS, SCN_FAIL, SCN_INCONCLUSIVE, SCN_INTERRUPTED, SCN_ERROR };
enum scn_kind {
	SCN_KIND_NONE,
	SCN_DEVIATED,    /* FAIL: the hypothesis no longer holds after the method */
	SCN_EXPECTATION, /* FAIL */
	SCN_LIVENESS,    /* FAIL: a limit was hit */
	SCN_INVARIANT,   /* FAIL: the runtime broke a promise */
	SCN_ESCALATED_ROOT, /* FAIL: the root gave up and nothing expected it */
	SCN_NOT_FIRED,   /* INCONCLUSIVE: a required fault never took effect */
	SCN_HYPOTHESIS,  /* INCONCLUSIVE: false before the method */
	SCN_KIND_COUNT
};
const char *scn_verdict_word(enum scn_verdict verdict);
const char *scn_kind_word(enum scn_kind kind);

/* --- events of this layer ------------------------------------------------------------------------------ */

#define SCN_EVENT_LIST(X)                                                                                    \
	X(SCN_EV_UP, "up", "the tree has started; times of the method count from here")                      \
	X(SCN_EV_EXPECT, "input", "somebody added an expectation at the prompt")                             \
	X(SCN_EV_OVER, "over", "the method is over; rollbacks, expectations and the final stop follow")
enum scn_event_kind {
	SCN_EV_BASE_ = INJ_EV_END - 1,
#define X(name, word, help) name,
	SCN_EVENT_LIST(X)
#undef X
	SCN_EV_END
};
/* Word and meaning of any event, those of the layers below included; null: unknown. */
const char *scn_event_word(unsigned kind);
const char *scn_event_help(unsigned kind);
/* Kind by its word, RT_EV_NONE if there is none. */
unsigned scn_event_find(const char *word);

/* --- a world: one run ---------------------------------------------------------------------------------- */

struct scn_world;
struct scn_history;
struct scn_crashes;

/* Somebody looks at a world without changing it. */
typedef void scn_look_fn(void *ctx, struct scn_world *world);

/* What an earlier run is done with and the next one uses again instead of asking the system: each run leaves
 * its own there when its world is freed.  Initialise with zeroes, and finish after the last. */
struct scn_spare {
	struct rt *rt;
	struct scn_history *history;
	struct scn_crashes *crashes;
};
void scn_spare_fini(struct scn_spare *spare);

struct scn_options {
	bool has_seed;
	uint64_t seed; /* instead of the scenario's */
	struct scn_sink journal; /* write null: no journal */
	bool no_journal;         /* nor its hash, which is 0: a quarter of what a run costs */
	bool message_events;     /* journal each message handled */
	bool protect;            /* contain real crashes; the calling thread has entered runtime/guard.h */
	bool isolate;            /* workers that want a process of their own get one; else they stay here */
	const volatile int *stop; /* not zero: their processes are not waited for; may be null */
	const struct rt_isolator *isolator; /* or this one runs them */
	bool downtime;           /* keep what scn_world_downtime() tells, of every path of the run */
	bool unseen;             /* probe points say nothing of it, until rt_reveal() */
	size_t history_max;      /* events kept for `why` and `events`; 0: the default */
	struct scn_spare *spare; /* of one run after the other; may be null */
	scn_look_fn *judged;     /* called when all is judged and the tree still stands; may be null */
	void *judged_ctx;
};

/* The scenario is borrowed and has to outlive the world. */
enum rt_status scn_world_new(const struct scn_scenario *scenario, const struct scn_options *options,
			     struct scn_world **out) RT_MUST_CHECK;
void scn_world_free(struct scn_world *world);

/* Hand what the journal holds back to its sink. */
void scn_world_flush(struct scn_world *world);
/* The same when the program is about to die: fit for a signal handler if the sink is. */
void scn_world_last_words(struct scn_world *world);

struct rt *scn_world_rt(struct scn_world *world);
const struct scn_history *scn_world_history(const struct scn_world *world);
const struct scn_scenario *scn_world_scenario(const struct scn_world *world);

/* Phases: starting -> running -> (method done, quiet) judged -> stopped. */
enum scn_phase { SCN_STARTING, SCN_RUNNING, SCN_OVER };
enum scn_phase scn_world_phase(const struct scn_world *world);

/* What workers in processes of their own wanted and could not have on this machine, in words; "" if nothing.
 * Returns `buf`. */
char *scn_world_lacks(const struct scn_world *world, char *buf, size_t size);

/* The smallest move: one dispatch, or the actions due now, or the clock to the next thing due but not past
 * `until`.  RT_EAGAIN: nothing is left to do up to `until` (the clock is there then).  RT_ESTATE: over. */
enum rt_status scn_world_move(struct scn_world *world, rt_time until) RT_MUST_CHECK;
/* Moves until the tree is up or failed to come up; then the phase is SCN_STARTING still, and the result so
 * far says why. */
enum rt_status scn_world_boot(struct scn_world *world) RT_MUST_CHECK;
/* The scenario to its end: boot, hypothesis, method, hypothesis, rollbacks, expectations, stop, verdict.
 * `*stop` (may be null) becomes non-zero (a signal number) when it should be interrupted. */
enum rt_status scn_world_run(struct scn_world *world, const volatile int *stop) RT_MUST_CHECK;
/* Would a scenario be refused for this action, by what the tree is like?  RT_EINVAL with the same words. */
enum rt_status scn_world_check(const struct scn_world *world, const struct inj_action *action,
			       struct rt_error *error) RT_MUST_CHECK;
/* Something done at the prompt, journalled as an input. */
enum rt_status scn_world_input(struct scn_world *world, const struct inj_action *action,
			       unsigned *targets) RT_MUST_CHECK;
enum rt_status scn_world_heal(struct scn_world *world, const char *pattern, unsigned *healed) RT_MUST_CHECK;
/* Another expectation, from the prompt. Copied.  What it asks about may have happened already: that is made
 * up for from the history, and from the tree where the history has nothing any more. */
enum rt_status scn_world_expect(struct scn_world *world, const struct scn_probe *probe) RT_MUST_CHECK;
/* The expectations that were added, by number from 0 on; false behind the last. */
bool scn_world_added(const struct scn_world *world, size_t index, struct scn_probe *out);
/* Judge and stop what a person drove, when the present instant is over; ends the journal.  scn_world_run
 * has done it already. */
enum rt_status scn_world_finish(struct scn_world *world, int interrupted) RT_MUST_CHECK;

struct scn_result {
	enum scn_verdict verdict;
	enum scn_kind kind;
	const char *text;     /* what failed, in words; "" for PASS */
	const char *expected, *actual; /* null where it is not about an expectation */
	uint64_t blame;       /* seq to explain it from, 0 none */
	uint64_t events, steps, state_hash, journal_hash;
	rt_time t;
	bool journal_failed;
	unsigned fired, restarts, escalations;
};
struct scn_result scn_world_result(const struct scn_world *world);

/* What a probe came to when the run was judged, before the final stop.  Texts live as long as the world. */
struct scn_judged {
	const struct scn_probe *probe;
	enum scn_kind kind; /* SCN_DEVIATED: of the hypothesis; SCN_EXPECTATION */
	bool met;
	bool told; /* it is what the result's text says */
	const char *expected, *actual;
	const char *text; /* "restarts of core/cache: expected 1, was 2"; null where it was met */
};
/* By number from 0 on: the hypothesis, the expectations of the scenario, those from the prompt; false behind
 * the last that was judged. */
bool scn_world_judged(const struct scn_world *world, size_t index, struct scn_judged *out);

/* Is this probe met now?  `expected` and `actual` (each of `size`) say what and how. */
bool scn_world_probe(struct scn_world *world, const struct scn_probe *probe, char *expected, char *actual,
		     size_t size);
/* `{probe: restarts, of: core/cache, equals: 1}` or `core/cache: restarted` or `restarts core/cache
 * equals=1` as words at the prompt; texts are copied into the world.  Where only its path is nowhere, `out`
 * is filled all the same. */
enum rt_status scn_probe_parse(struct scn_world *world, const char *const *words, size_t count,
			       struct scn_probe *out, struct rt_error *error) RT_MUST_CHECK;

/* --- work --------------------------------------------------------------------------------------------- */

/* What was asked of a service and what came of it, or of several services together.  What a service asks of
 * others in order to answer is part of its own work, so those together are the ones that were asked from
 * outside: by somebody who is no service himself. */
struct scn_work {
	const char *path;  /* lives as long as the world; null: of several */
	uint64_t services; /* 0: nothing was asked */
	bool front;        /* of one: it was asked from outside */
	uint64_t offered, ended[RT_OUTCOME_COUNT], in_flight, repeated;
	int64_t availability; /* parts per 1,000,000,000 of those that ended; -1: none has */
	rt_time latency_p50, latency_p99, latency_max; /* -1: nobody was answered */
	rt_time outage, outage_max; /* of several: the sum, and the longest of one */
};
/* All services that were asked from outside together, and all one by one in the order in which they were
 * first asked.  When the run is over, as they were when it was judged, the first SCN_WORKS_MAX of them.  `fn`
 * returns false to stop. */
#define SCN_WORKS_MAX 10000
/* Of these requests that ended, the share that was answered well; -1: none ended. */
int64_t scn_work_availability(const uint64_t ended[RT_OUTCOME_COUNT]);
typedef bool scn_work_fn(void *ctx, const struct scn_work *work);
enum rt_status scn_world_work(const struct scn_world *world, struct scn_work *out) RT_MUST_CHECK;
enum rt_status scn_world_works(const struct scn_world *world, scn_work_fn *fn, void *ctx) RT_MUST_CHECK;

/* The workers that are services, or right below a supervisor that is one; every worker where nothing was
 * asked of anybody.  When the run was judged. */
struct scn_downtime {
	uint64_t workers;
	rt_time sum;      /* of the times since the tree was up in which no process ran that had started */
	rt_time longest;  /* of one worker, all its times together */
	rt_time recovery; /* the longest one; -1: somebody did not recover */
};
/* False: not judged, or not asked for in the options. */
bool scn_world_downtime(const struct scn_world *world, struct scn_downtime *out);

/* --- history ------------------------------------------------------------------------------------------- */

/* One remembered event; texts live as long as the history. */
struct scn_event {
	uint64_t seq, cause, origin;
	rt_time t;
	unsigned kind;
	uint32_t incarnation;
	uint8_t type, detail;
	uint32_t a, b;
	const char *path, *other, *reason; /* "" where there is none */
	const char *text; /* of results, faults and inputs: what was asked or answered */
};
uint64_t scn_history_first(const struct scn_history *history); /* oldest seq kept */
uint64_t scn_history_last(const struct scn_history *history);
bool scn_history_get(const struct scn_history *history, uint64_t seq, struct scn_event *out);
/* The latest event that explains the state of `path`: its last start after an exit, its exit, its give-up; 0
 * if nothing happened to it. */
uint64_t scn_history_about(const struct scn_history *history, const char *path);

/* One event as a line for people, without line end. */
size_t scn_event_line(const struct scn_event *event, char *buf, size_t size);
/* The causal chain that led to event `seq`, first cause first, in words; for a supervisor that gave up also
 * the restarts that used up its intensity. */
enum rt_status scn_why(const struct scn_history *history, uint64_t seq, struct scn_sink sink) RT_MUST_CHECK;

/* --- crash reports ----------------------------------------------------------------------------------------
 */

/* A death that nobody ordered.  Texts live as long as the world; addresses mean something in this process. */
struct scn_crash {
	uint64_t seq; /* of its exit */
	rt_time t, uptime;
	const char *path, *reason;
	uint32_t incarnation;
	int signal; /* 0: none */
	bool addressed; /* an address could not be reached */
	uintptr_t address;
	unsigned n_frames;
	void *frame[RT_FRAMES_MAX]; /* innermost first */
	bool handling;              /* a message: its tag, who sent it ("" where it was nobody or is dead) */
	uint32_t msg_tag;
	const char *msg_from;
	uint64_t request; /* that it brought; 0: none */
	uint64_t question; /* of that request */
	uint32_t mailbox; /* messages left behind */
	size_t memory;    /* that it had taken */
	uint64_t handled; /* messages in its life */
};
/* How many are kept; the nth from the latest, which is 1, null if there is none. */
size_t scn_world_crashes(const struct scn_world *world);
const struct scn_crash *scn_world_crash(const struct scn_world *world, size_t n);
/* The message that it died of: "request 17 from app/clients, question 4", "none".  Returns `buf`. */
char *scn_crash_message(const struct scn_crash *crash, char *buf, size_t size);
/* What its supervisor made of it, in words.  Returns `buf`. */
char *scn_crash_decision(const struct scn_world *world, const struct scn_crash *crash, char *buf,
			 size_t size);

/* --- journals ------------------------------------------------------------------------------------------ */

struct scn_replay {
	/* To be set before: contain real crashes, as in scn_options; look at the world of each run when it is
	 * made, and when it is judged and its tree still stands (may be null). */
	bool protect;
	scn_look_fn *begun, *judged;
	void *look_ctx;
	bool agrees;
	uint64_t runs, events;
	uint64_t line; /* first line that differs, from 1 */
	char *expected, *actual; /* that line; freed by scn_replay_fini */
	enum scn_verdict verdict;
	char text[240];
};
/* Run every run of a journal again and compare byte by byte. RT_EINVAL: not a journal, or torn. */
enum rt_status scn_replay(const char *path, struct scn_replay *out) RT_MUST_CHECK;
/* The same; `look` is shown the world of each run that agrees, and of one that is torn as far as it goes. */
enum rt_status scn_replay_look(const char *path, scn_look_fn *look, void *ctx,
			       struct scn_replay *out) RT_MUST_CHECK;
void scn_replay_fini(struct scn_replay *replay);

/* The scenario that this world's person made: the loaded one, with what was done at the prompt as its
 * method. */
enum rt_status scn_world_save(struct scn_world *world, struct scn_sink sink) RT_MUST_CHECK;
/* And tell whoever typed it: of how many actions the file cannot say exactly when or for how long they were
 * there, so that a run of it may go another way.  Comments at its top say which way. */
enum rt_status scn_world_save_told(struct scn_world *world, struct scn_sink sink,
				   unsigned *inexact) RT_MUST_CHECK;

/* Text for help and docs. */
const char *scn_version(void);

#endif
