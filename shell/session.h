/* session.h - what one shell has: a loaded scenario, its world, where its output goes.
 *
 * A session executes lines (execute.c).  It knows neither readline nor files of commands; prompt.c and
 * batch.c feed it.
 * Events are printed as they happen by an observer, which also serves `until`.
 */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "scenarios/journals.h"
#include "scenarios/scenario.h"
#include "scenarios/timeline.h"

#include "command.h"
#include "complete.h"
#include "output.h"
#include "witnesses.h"

enum sh_show { SH_SHOW_SOME, SH_SHOW_ALL, SH_SHOW_NONE };

/* A file that runs are recorded in; null: nowhere. */
struct sh_journal {
	char *name;
	struct scn_writer *writer;
};

struct sh_session {
	struct sh_output *out, *err;
	const char *where; /* "script:" before a line's number in errors; null at the prompt */
	unsigned line;
	bool interactive; /* somebody can play and pause */
	bool no_files;    /* commands that touch files are refused: for the fuzzer */
	bool quiet;       /* what is loaded is not told */
	bool quit;
	const volatile int *stop; /* non-zero: somebody wants what runs to stop */

	char *file; /* as given to load */
	struct scn_scenario *scenario;
	struct scn_world *world;
	struct scn_timeline *timeline; /* that has the world, if one can go back in this run; see rewind.h */
	rt_time up_t;  /* when the tree was up */
	bool touched;  /* something was done since it was loaded */
	bool start_armed; /* a start_child was typed that is to happen later */
	bool has_seed; /* for the next load */
	uint64_t seed;
	bool message_events;
	struct sh_journal journal; /* where this run is recorded */
	struct sh_journal next;    /* where runs are from the next load on, if that is to be elsewhere */
	struct scn_probe *expects; /* added at the prompt; texts belong to the world */
	size_t n_expects, expects_capacity;

	struct sh_witnesses witnesses; /* of each world that is loaded, if they are on */

	enum sh_show show;
	uint64_t shown;      /* seq of the latest event that was looked at */
	unsigned lines_left; /* of this command, under SH_SHOW_SOME */
	uint64_t unshown;
	unsigned until_kind; /* what `until` waits for, RT_EV_NONE: nothing */
	const char *until_path;
	uint64_t until_seq;  /* it happened: here */
	uint64_t answer_seq; /* latest answer of a supervisor */
	uint64_t over_seq;   /* the final stop begins */

	const char *passing; /* what lets time pass here, for sentences; null: `run` or `step` */
	bool playing;
	uint32_t speed_permille; /* 0: as fast as it goes */

	enum sh_code verdict; /* worst code of the verdicts so far */
	enum sh_code trouble; /* worst code of what could not be written */
};

void sh_session_init(struct sh_session *session, struct sh_output *out, struct sh_output *err);
/* Judges and drops what is loaded, closes the journal; the code of its verdicts and troubles. */
enum sh_code sh_session_fini(struct sh_session *session);

/* One line: nothing, a comment or a command.  (execute.c) */
enum sh_code sh_session_execute(struct sh_session *session, const char *line);
/* Around a command: what it gives rise to is told up to a limit, then how much more there was. */
void sh_session_begin(struct sh_session *session);
void sh_session_end(struct sh_session *session);

enum sh_code sh_session_load(struct sh_session *session, const char *file);
/* The same from memory; `file` is what it is called. */
enum sh_code sh_session_load_text(struct sh_session *session, const char *file, const char *text,
				  size_t length);
/* Only checked; says so unless nothing is to be shown. */
enum sh_code sh_session_validate(struct sh_session *session, const char *file);
/* The journal to record in from the next load on.  Errors are printed. */
enum sh_code sh_session_record(struct sh_session *session, const char *file, enum scn_format format);

/* Look at the events that were not looked at yet: print them, see whether `until` has come true. */
void sh_session_drain(struct sh_session *session);
/* An error of the line that is executed: `script:3: ...`; returns `code`. */
enum sh_code sh_session_error(struct sh_session *session, enum sh_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
enum sh_code sh_session_status(struct sh_session *session, enum rt_status status, const char *what);
/* A path or pattern that is nowhere in the tree is a slip of the pen; one that has only stopped is not.  With
 * `may_come` nor is one that somebody may start yet. */
enum sh_code sh_session_check_path(struct sh_session *session, const char *target, bool may_come);
/* As scn_world_move(), scn_world_input(), scn_world_expect(), in a run that one can go back in, too. */
enum rt_status sh_session_move(struct sh_session *session, rt_time until) RT_MUST_CHECK;
enum rt_status sh_session_input(struct sh_session *session, const struct inj_action *action,
				unsigned *targets) RT_MUST_CHECK;
enum rt_status sh_session_add(struct sh_session *session, const struct scn_probe *probe) RT_MUST_CHECK;
/* The run goes on in another world of the same scenario: before the old one goes, and when there is a new
 * one. */
void sh_session_leave(struct sh_session *session);
enum rt_status sh_session_enter(struct sh_session *session, struct scn_world *world) RT_MUST_CHECK;
/* The options of its worlds, but the journal. */
struct scn_options sh_session_options(const struct sh_session *session);
/* The verdict of a world that is over, as a line; remembers its code. */
void sh_session_verdict(struct sh_session *session);
/* A move that was neither RT_OK nor RT_EAGAIN: where a limit ended the run, judge it and tell the verdict. */
enum sh_code sh_session_halted(struct sh_session *session, enum rt_status status, const char *what);
/* Let virtual time pass up to `until`, at most `budget_ns` of real time; false when nothing is left, or it
 * was stopped.  For `play`. */
bool sh_session_advance(struct sh_session *session, rt_time until, int64_t budget_ns);

/* `cache-crash 2.000s> `; `buf` is ended in any case. */
void sh_session_prompt(const struct sh_session *session, char *buf, size_t size);
/* What completion wants to know. */
struct sh_facts sh_session_facts(struct sh_session *session);

/* Decimal, or hexadecimal behind 0x. */
bool sh_parse_seed(const char *text, uint64_t *seed);

#define SH_SHOW_LINES 200

#endif
