/* world.h - what a world consists of, for the files that make one up. */
#ifndef SCENARIOS_WORLD_H
#define SCENARIOS_WORLD_H

#include "accounts.h"
#include "calls.h"
#include "crash.h"
#include "history.h"
#include "journal.h"
#include "names.h"
#include "scenario.h"
#include "schema.h"
#include "text.h"
#include "work.h"

struct scn_arena;
struct scn_matcher;

/* Something done at the prompt, as the plan numbers it. */
struct scn_input {
	unsigned index;
	uint64_t seq;
	rt_time t;
	bool mid_instant; /* a file cannot say when exactly within that instant */
};

/* The same, and expectations added there, in order: where it was done. */
struct scn_done {
	uint64_t move;
	rt_time t;
	unsigned index;   /* in the plan, or of what was added */
	bool expectation;
};

struct scn_world {
	const struct scn_scenario *scenario;
	struct scn_options options;
	struct rt *rt;
	struct inj_plan *plan;
	struct scn_names *names;
	struct scn_journal *journal;
	struct scn_history *history;
	struct scn_accounts *accounts;
	struct scn_crashes *crashes;
	struct scn_calls *calls;
	struct scn_arena *arena; /* names, accounts, and texts and probes from the prompt */
	struct scn_text answer;  /* scratch of the observer */

	enum scn_phase phase;
	enum rt_status trouble; /* the first failure that cannot be made good; every later call gives it */
	uint64_t moves;         /* what was done so far, pure waiting not counted */
	uint64_t ended_move;    /* where it was judged */
	rt_time ended_t;

	/* starting */
	bool begun; /* the journal has its header */
	bool tree_asked, root_answered, root_started;
	size_t pool;           /* being filled */
	bool pool_found;       /* its supervisors are looked up */
	rt_place *pool_places; /* the supervisors that match it */
	size_t n_pool_places, pool_places_size;
	size_t pool_place, pool_key;
	uint64_t start_seq; /* of the root's answer */

	/* running */
	bool up;
	rt_time up_t;
	uint64_t up_seq;
	rt_time instant; /* events counted at one instant */
	uint64_t instant_events;
	bool counting;        /* between up and the final stop */
	uint64_t restart_seq; /* latest restart, to say what kept a run busy */

	struct scn_probe *added; /* expectations from the prompt */
	size_t n_added;
	struct scn_input *inputs;
	size_t n_inputs, inputs_size;
	struct scn_done *done;
	size_t n_done, done_size;
	/* What was done last by the clock or by a person: when, after how many moves, and whether what a
	 * person does right behind it would come right behind it in a file, too. */
	struct {
		rt_time t;
		uint64_t moves;
		bool open;
	} deed;

	const volatile int *stop; /* not zero: a signal wants the run to end; null: nobody asks */
	/* The signal that came while the expectations were judged, as a replay knows it; null: look at
	 * `stop`. */
	int (*stopped_late)(void *ctx);
	void *stopped_ctx;

	/* judged */
	struct scn_matcher *matcher; /* while a list of probes is judged */
	uint64_t root_gave_up; /* seq */
	struct scn_judged *judged;
	size_t n_judged, judged_size;
	struct scn_works works;
	size_t told;           /* the one of them that the text is about, from 1; 0: none */
	bool halted;           /* a limit was hit: no more moves */
	bool hypothesis_held;  /* when the tree was up */
	struct scn_result result;
	char text[640];
	char expected[240], actual[240];
};

/* What was found when a probe was asked. */
struct scn_finding {
	bool met;
	bool unasked;   /* it was not met because no request says how it is */
	char path[240]; /* where it was not met */
	char expected[240], actual[240];
};

/* --- world.c ------------------------------------------------------------------------------------------- */

/* The verdict so far; a later one replaces it only if it ranks higher.  True: it did. */
bool scn_world_judge(struct scn_world *world, enum scn_verdict verdict, enum scn_kind kind, uint64_t blame,
		     const char *format, ...) __attribute__((format(printf, 5, 6)));
/* What the verdict says was expected, and what was. */
void scn_world_quote(struct scn_world *world, const struct scn_finding *finding);
/* Emit one of our own events; returns its seq. */
uint64_t scn_world_emit(struct scn_world *world, unsigned kind, uint32_t a, const void *ext);

/* --- seen.c -------------------------------------------------------------------------------------------- */

rt_observer scn_world_see;

/* --- act.c --------------------------------------------------------------------------------------------- */

/* A good century: timers are set from the clock on, and must not run over its end. */
#define SCN_CLOCK_MAX (SCN_DURATION_MAX + SCN_DURATION_MAX / 100)

/* No more moves.  That is a move itself, so that a replay gets here, too. */
void scn_world_halt(struct scn_world *world);
/* One move of the runtime, the plan or the clock.  RT_ESTATE: there is something to go on to, but only beyond
 * `last`, so that the world is halted. */
enum rt_status scn_world_act(struct scn_world *world, rt_time until, rt_time last) RT_MUST_CHECK;
/* Everything that is runnable, and whatever timers of the runtime lead to; at most `events` events.
 * RT_EFULL: more than that. */
enum rt_status scn_world_settle(struct scn_world *world, uint64_t events) RT_MUST_CHECK;

/* --- input.c ------------------------------------------------------------------------------------------- */

/* An expectation as it is written in a journal. */
enum rt_status scn_world_expect_text(struct scn_world *world, const char *text) RT_MUST_CHECK;

/* --- start.c ------------------------------------------------------------------------------------------- */

/* A move before the tree is up. */
enum rt_status scn_world_start(struct scn_world *world, rt_time until) RT_MUST_CHECK;

/* --- judge.c ------------------------------------------------------------------------------------------- */

/* Does somebody want the run to end? */
bool scn_world_stopped(const struct scn_world *world);
/* RT_ENOMEM: not answered; RT_ESTATE: neither, because somebody wants the run to end. */
enum rt_status scn_judge_probe(struct scn_world *world, const struct scn_probe *probe,
			       struct scn_finding *out) RT_MUST_CHECK;
/* "restarts of core/cache: expected 1, was 2". */
void scn_judge_text(const struct scn_probe *probe, const struct scn_finding *finding, char *buf, size_t size);
/* Keep what was found for whoever asks later. */
enum rt_status scn_judge_note(struct scn_world *world, const struct scn_probe *probe, enum scn_kind kind,
			      const struct scn_finding *finding, const char *text) RT_MUST_CHECK;
/* A copy that lives as long as the world; null: no memory. */
struct scn_probe *scn_judge_keep(struct scn_world *world, const struct scn_probe *probe);
/* Watch what this probe is about; `late`: it has begun to happen already. */
enum rt_status scn_judge_watch(struct scn_world *world, const struct scn_probe *probe,
			       bool late) RT_MUST_CHECK;

#endif
