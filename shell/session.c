/* session.c - what one shell has.
 *
 * Events come from an observer of the runtime, which only asks the world's history what is new; so they are
 * printed in the middle of a long run too, and what the observer's place in the row of observers is does not
 * matter.
 */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contain.h"
#include "memory.h"
#include "paths.h"
#include "record.h"

void sh_session_init(struct sh_session *session, struct sh_output *out, struct sh_output *err)
{
	static const volatile int never;
	*session = (struct sh_session){ .out = out, .err = err, .stop = &never };
}

/* --- errors -------------------------------------------------------------------------------------------- */

enum sh_code sh_session_error(struct sh_session *session, enum sh_code code, const char *format, ...)
{
	(void)sh_output_flush(session->out);
	if (session->where)
		sh_printf(session->err, "%s:%u: ", session->where, session->line);
	va_list args;
	va_start(args, format);
	sh_style(session->err, SH_BAD);
	sh_vprintf(session->err, format, args);
	sh_style(session->err, SH_PLAIN);
	va_end(args);
	sh_put(session->err, "\n");
	return code;
}

enum sh_code sh_session_status(struct sh_session *session, enum rt_status status, const char *what)
{
	if (status == RT_OK)
		return SH_OK;
	enum sh_code code = status == RT_ENOMEM ? SH_INTERNAL : status == RT_EIO ? SH_UNWRITTEN : SH_USAGE;
	return sh_session_error(session, code, "%s: %s", what, rt_status_text(status));
}

/* --- events -------------------------------------------------------------------------------------------- */

static void print_event(struct sh_session *session, const struct scn_event *event)
{
	/* That everything stops at the end is no news. */
	if (session->show == SH_SHOW_SOME && session->over_seq)
		return;
	/* Neither is that a worker in a process of its own has done its work. */
	if (session->show == SH_SHOW_SOME && event->kind == RT_EV_ISOLATED && !*event->reason)
		return;
	if (session->show == SH_SHOW_SOME && !session->lines_left) {
		session->unshown++;
		return;
	}
	if (session->lines_left)
		session->lines_left--;
	char line[512];
	(void)scn_event_line(event, line, sizeof(line));
	enum sh_style style = SH_PLAIN;
	if (event->kind == RT_EV_EXIT || event->kind == RT_EV_GIVE_UP || event->kind == RT_EV_START_FAILED)
		style = SH_BAD;
	else if (event->kind == RT_EV_RESTART || event->kind == INJ_EV_FIRED)
		style = SH_WARN;
	else if (event->kind == RT_EV_START || event->kind == RT_EV_READY)
		style = SH_GOOD;
	sh_styled(session->out, style, line);
	sh_put(session->out, "\n");
}

void sh_session_drain(struct sh_session *session)
{
	const struct scn_history *history = session->world ? scn_world_history(session->world) : NULL;
	if (!history)
		return;
	uint64_t last = scn_history_last(history);
	if (session->shown + 1 < scn_history_first(history))
		session->shown = scn_history_first(history) - 1;
	while (session->shown < last) {
		struct scn_event event;
		if (!scn_history_get(history, ++session->shown, &event))
			continue;
		if (event.kind == RT_EV_RESULT)
			session->answer_seq = event.seq;
		if (event.kind == SCN_EV_OVER)
			session->over_seq = event.seq;
		if (session->show != SH_SHOW_NONE)
			print_event(session, &event);
		if (event.kind == session->until_kind && !session->until_seq &&
		    (!session->until_path || inj_pattern_match(session->until_path, event.path)))
			session->until_seq = event.seq;
	}
}

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)event, (void)ext;
	sh_session_drain(ctx);
}

void sh_session_begin(struct sh_session *session)
{
	session->lines_left = SH_SHOW_LINES;
	session->unshown = 0;
	session->until_seq = 0;
}

static void tell_unshown(struct sh_session *session)
{
	sh_session_drain(session);
	if (session->unshown)
		sh_printf(session->out,
			  "... and %llu more events; `events N` shows the latest, `show all` all\n",
			  (unsigned long long)session->unshown);
	session->unshown = 0;
}

/* What was done is in the journal when the prompt comes again, whatever happens to us. */
static void flush_journal(struct sh_session *session)
{
	if (session->world && session->journal.writer)
		scn_world_flush(session->world);
}

void sh_session_end(struct sh_session *session)
{
	sh_witnesses_poll(&session->witnesses);
	tell_unshown(session);
	const char *news = sh_witnesses_news(&session->witnesses);
	if (news)
		sh_printf(session->out, "probes: %s\n", news);
	flush_journal(session);
	session->until_kind = RT_EV_NONE;
	session->until_path = NULL;
}

/* --- loading ------------------------------------------------------------------------------------------- */

static void close_journal(struct sh_session *session)
{
	struct rt_error error = { .code = RT_OK };
	if (scn_writer_close(session->journal.writer, &error) != RT_OK)
		session->trouble = sh_session_error(session, SH_UNWRITTEN, "cannot write %s: %s",
						    session->journal.name, error.text);
	free(session->journal.name);
	session->journal = (struct sh_journal){ 0 };
}

/* Nothing more is written to a journal that cannot be written; it is told once why. */
static void check_journal(struct sh_session *session)
{
	if (session->journal.writer && scn_world_result(session->world).journal_failed)
		close_journal(session);
}

void sh_session_verdict(struct sh_session *session)
{
	struct scn_result result = scn_world_result(session->world);
	char t[INJ_VALUE_BUF];
	tell_unshown(session);
	session->verdict =
		sh_code_worse(session->verdict, sh_code_of_verdict(result.verdict, *session->stop));
	sh_styled(session->out, result.verdict == SCN_PASS ? SH_GOOD : SH_BAD,
		  scn_verdict_word(result.verdict));
	if (result.kind != SCN_KIND_NONE)
		sh_printf(session->out, " (%s)", scn_kind_word(result.kind));
	sh_printf(session->out, "  %s  faults %u  restarts %u  escalations %u\n", inj_print_time(result.t, t),
		  result.fired, result.restarts, result.escalations);
	if (*result.text)
		sh_printf(session->out, "  %s\n", result.text);
	struct scn_judged judged;
	for (size_t i = 0; scn_world_judged(session->world, i, &judged); i++)
		if (!judged.met && !judged.told)
			sh_printf(session->out, "  %s\n", judged.text);
	char lacks[240];
	if (*scn_world_lacks(session->world, lacks, sizeof(lacks)))
		sh_printf(session->out, "  processes of workers here: %s\n", lacks);
	if (result.blame)
		sh_printf(session->out, "  `why %llu` tells how it came\n", (unsigned long long)result.blame);
	check_journal(session);
}

enum sh_code sh_session_halted(struct sh_session *session, enum rt_status status, const char *what)
{
	if (status == RT_ESTATE && scn_world_phase(session->world) != SCN_OVER)
		status = scn_world_finish(session->world, 0);
	sh_session_drain(session);
	session->playing = false;
	if (scn_world_phase(session->world) == SCN_OVER)
		sh_session_verdict(session);
	return status == RT_ESTATE ? SH_OK : sh_session_status(session, status, what);
}

/* Nothing was written to it yet. */
static void drop_next(struct sh_session *session)
{
	(void)!scn_writer_close(session->next.writer, NULL);
	free(session->next.name);
	session->next = (struct sh_journal){ 0 };
}

static void unload(struct sh_session *session)
{
	if (session->world) {
		rt_unobserve(scn_world_rt(session->world), observe, session);
		/* Its journal gets its last line; the verdict of a run that nobody asked for is not told. */
		if (scn_world_phase(session->world) != SCN_OVER)
			(void)!scn_world_finish(session->world, *session->stop);
		check_journal(session);
		sh_contain_world(NULL);
		sh_witnesses_leave(&session->witnesses);
		if (session->timeline)
			scn_timeline_free(session->timeline);
		else
			scn_world_free(session->world);
	}
	scn_free(session->scenario);
	free(session->file);
	free(session->expects);
	session->world = NULL;
	session->timeline = NULL;
	session->scenario = NULL;
	session->file = NULL;
	session->expects = NULL;
	session->n_expects = session->expects_capacity = 0;
	session->playing = session->touched = session->start_armed = false;
	session->shown = session->answer_seq = session->over_seq = 0;
}

struct census {
	unsigned long supervisors, workers;
};

static bool count_row(void *ctx, const struct rt_row *row)
{
	struct census *census = ctx;
	if (row->child.supervisor)
		census->supervisors++;
	else
		census->workers++;
	return true;
}

static void greet(struct sh_session *session)
{
	struct census census = { 0 };
	rt_walk(scn_world_rt(session->world), count_row, &census);
	sh_styled(session->out, SH_BOLD, session->scenario->name);
	sh_printf(session->out, ": %lu supervisor%s, %lu worker%s, seed %llu", census.supervisors,
		  census.supervisors == 1 ? "" : "s", census.workers, census.workers == 1 ? "" : "s",
		  (unsigned long long)rt_seed(scn_world_rt(session->world)));
	if (session->scenario->n_method)
		sh_printf(session->out, ", %zu action%s to come", session->scenario->n_method,
			  session->scenario->n_method == 1 ? "" : "s");
	sh_put(session->out, "\n");
	if (session->scenario->about && *session->scenario->about)
		sh_printf(session->out, "  %s\n", session->scenario->about);
	if (scn_promise(session->scenario))
		sh_printf(session->out, "  its runs are not promised to be the same everywhere: %s\n",
			  scn_promise(session->scenario));
}

struct scn_options sh_session_options(const struct sh_session *session)
{
	return (struct scn_options){ .has_seed = session->has_seed,
				     .seed = session->seed,
				     .message_events = session->message_events,
				     .protect = sh_contained(),
				     .isolate = true,
				     .stop = session->stop };
}

/* Takes the scenario; its world is made and brought up. */
static enum sh_code begin(struct sh_session *session, const char *file, struct scn_scenario *scenario)
{
	unload(session);
	if (session->next.writer) {
		close_journal(session);
		session->journal = session->next;
		session->next = (struct sh_journal){ 0 };
	}
	session->file = sh_strdup(file);
	session->scenario = scenario;
	struct scn_options options = sh_session_options(session);
	if (session->journal.writer)
		options.journal = scn_writer_sink(session->journal.writer);
	enum rt_status status = scn_world_new(scenario, &options, &session->world);
	if (status != RT_OK) {
		unload(session);
		return sh_session_error(session, SH_INTERNAL, "cannot make a world of %s: %s", file,
					rt_status_text(status));
	}
	sh_contain_world(session->world);
	if (sh_witnesses_watch(&session->witnesses, scn_world_rt(session->world)) != RT_OK)
		(void)sh_session_error(session, SH_OK, "no memory for a witness");
	/* The initial starts are not told one by one. */
	status = scn_world_boot(session->world);
	session->shown = scn_history_last(scn_world_history(session->world));
	if (status == RT_OK)
		status = rt_observe(scn_world_rt(session->world), observe, session);
	if (status != RT_OK) {
		unload(session);
		return sh_session_error(session, SH_INTERNAL, "cannot start the tree of %s: %s", file,
					rt_status_text(status));
	}
	session->up_t = rt_now(scn_world_rt(session->world));
	if (!session->quiet)
		greet(session);
	flush_journal(session);
	if (scn_world_phase(session->world) == SCN_RUNNING)
		return SH_OK;
	sh_put(session->out, "  its tree did not come up\n");
	return sh_session_halted(session, RT_ESTATE, file);
}

static enum sh_code loaded(struct sh_session *session, const char *file, struct scn_scenario *scenario,
			   struct scn_diags *diags, enum rt_status status)
{
	enum sh_code code;
	if (scenario) {
		code = begin(session, file, scenario);
	} else {
		(void)sh_output_flush(session->out);
		scn_diags_print(diags, sh_output_sink(session->err));
		code = sh_code_of_load(status);
	}
	scn_diags_fini(diags);
	return code;
}

enum sh_code sh_session_load(struct sh_session *session, const char *file)
{
	struct scn_diags diags = { 0 };
	enum rt_status status = RT_OK;
	struct scn_scenario *scenario = scn_load_file(file, &diags, &status);
	return loaded(session, file, scenario, &diags, status);
}

enum sh_code sh_session_load_text(struct sh_session *session, const char *file, const char *text,
				  size_t length)
{
	struct scn_diags diags = { 0 };
	enum rt_status status = RT_OK;
	struct scn_scenario *scenario = scn_load_text(file, text, length, &diags, &status);
	return loaded(session, file, scenario, &diags, status);
}

enum sh_code sh_session_record(struct sh_session *session, const char *file, enum scn_format format)
{
	const char *names[] = { session->journal.name, session->next.name };
	struct scn_writer *writer = NULL;
	struct rt_error error = { .code = RT_OK };
	for (size_t i = 0; i < 2; i++)
		if (names[i] && sh_path_same(file, names[i]))
			return sh_session_error(session, SH_USAGE, "%s is being written already", file);
	enum sh_code code = sh_record_open(file, format, &writer, &error);
	if (code != SH_OK)
		return sh_session_error(session, code, "%s", error.text);
	drop_next(session);
	session->next = (struct sh_journal){ .name = sh_strdup(file), .writer = writer };
	return SH_OK;
}

enum sh_code sh_session_fini(struct sh_session *session)
{
	unload(session);
	sh_witnesses_close(&session->witnesses);
	close_journal(session);
	drop_next(session);
	return sh_code_worse(session->verdict, session->trouble);
}

bool sh_parse_seed(const char *text, uint64_t *seed)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
	const char *number = hex ? text + 2 : text;
	char *end;
	errno = 0;
	unsigned long long value = strtoull(number, &end, hex ? 16 : 10);
	if (!*number || number[strspn(number, digits)] || *end || errno)
		return false;
	*seed = value;
	return true;
}

/* --- another world ------------------------------------------------------------------------------------- */

void sh_session_leave(struct sh_session *session)
{
	sh_contain_world(NULL);
	sh_witnesses_leave(&session->witnesses);
	rt_unobserve(scn_world_rt(session->world), observe, session);
	session->world = NULL;
	/* Their texts go with the world. */
	session->n_expects = 0;
}

enum rt_status sh_session_enter(struct sh_session *session, struct scn_world *world)
{
	struct scn_probe probe;
	session->world = world;
	sh_contain_world(world);
	session->shown = scn_history_last(scn_world_history(world));
	session->answer_seq = session->over_seq = 0;
	for (size_t i = 0; scn_world_added(world, i, &probe); i++) {
		session->expects = sh_grow(session->expects, session->n_expects, &session->expects_capacity,
					   sizeof(probe));
		session->expects[session->n_expects++] = probe;
	}
	enum rt_status status = rt_observe(scn_world_rt(world), observe, session);
	return status != RT_OK ? status : sh_witnesses_watch(&session->witnesses, scn_world_rt(world));
}

/* --- time ---------------------------------------------------------------------------------------------- */

enum rt_status sh_session_move(struct sh_session *session, rt_time until)
{
	return session->timeline ? scn_timeline_move(session->timeline, until)
				 : scn_world_move(session->world, until);
}

enum rt_status sh_session_input(struct sh_session *session, const struct inj_action *action,
				unsigned *targets)
{
	return session->timeline ? scn_timeline_input(session->timeline, action, targets)
				 : scn_world_input(session->world, action, targets);
}

enum rt_status sh_session_add(struct sh_session *session, const struct scn_probe *probe)
{
	return session->timeline ? scn_timeline_expect(session->timeline, probe)
				 : scn_world_expect(session->world, probe);
}

bool sh_session_advance(struct sh_session *session, rt_time until, int64_t budget_ns)
{
	int64_t end = sh_clock_now() + budget_ns;
	bool stood = rt_root(scn_world_rt(session->world)) != RT_NOBODY;
	sh_session_begin(session);
	enum rt_status status = RT_OK;
	for (unsigned n = 1; status == RT_OK && !*session->stop; n++) {
		status = sh_session_move(session, until);
		if (n % 64 == 0 && sh_clock_now() >= end)
			break;
	}
	bool fell = stood && rt_root(scn_world_rt(session->world)) == RT_NOBODY;
	sh_session_drain(session);
	if (status != RT_OK && status != RT_EAGAIN)
		(void)sh_session_halted(session, status, "play");
	else if (fell)
		sh_put(session->out, "the root went down, and `play` ends; `why` tells how it came\n");
	else if (status == RT_EAGAIN && until == RT_FOREVER)
		sh_put(session->out, "all is quiet, and `play` ends; `run` gives the verdict\n");
	sh_session_end(session);
	return !fell && (status == RT_OK || (status == RT_EAGAIN && until != RT_FOREVER));
}

void sh_session_prompt(const struct sh_session *session, char *buf, size_t size)
{
	char t[INJ_VALUE_BUF];
	if (!session->world)
		snprintf(buf, size, "treefall> ");
	else
		snprintf(buf, size, "%s %s%s> ",
			 sh_is_safe(session->scenario->name) ? session->scenario->name : "scenario",
			 /* Whole milliseconds are enough there. */
			 inj_print_time(rt_now(scn_world_rt(session->world)) / RT_MS * RT_MS, t),
			 scn_world_phase(session->world) == SCN_OVER ? " over"
			 : session->playing                          ? " play"
								     : "");
}
