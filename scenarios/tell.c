/* tell.c - events in words: a sentence for each kind, from what the history has of it and of its cause. */
#include "tell.h"

#include "words.h"

#include <stdio.h>
#include <string.h>

static void add(struct scn_teller *teller, const char *text)
{
	scn_words_clean(&teller->line, text);
}

static void add_all(struct scn_teller *teller, const char *const *texts)
{
	for (; *texts; texts++)
		add(teller, *texts);
}
#define ADD(teller, ...) add_all(teller, (const char *const[]){ __VA_ARGS__, NULL })

static void add_number(struct scn_teller *teller, uint64_t number)
{
	char digits[SCN_GROUPED_BUF];

	add(teller, scn_words_grouped(number, digits));
}

static void give(struct scn_teller *teller)
{
	scn_text_add(&teller->line, "\n");
	if (!teller->line.failed && !teller->sink_failed &&
	    !teller->sink.write(teller->sink.ctx, teller->line.data, teller->line.length))
		teller->sink_failed = true;
}

static void begin(struct scn_teller *teller, const struct scn_event *event)
{
	char time[INJ_VALUE_BUF];
	bool failed = teller->line.failed;

	scn_text_clear(&teller->line);
	teller->line.failed = failed;
	scn_text_format(&teller->line, "%10s  #%-4llu ", inj_print_time(event->t, time),
			(unsigned long long)event->seq);
}

/* Path of the supervisor of a path. */
static const char *parent(const char *path, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');

	snprintf(buf, size, "%.*s", slash ? (int)(slash - path) : 0, path);
	return slash ? buf : "whoever started it";
}

static void tell_exit(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_event cause = { .kind = RT_EV_NONE, .path = "", .other = "" };
	char supervisor[512];

	(void)scn_history_get(teller->history, event->cause, &cause);
	bool stopped = cause.kind == RT_EV_RESTART || cause.kind == RT_EV_GIVE_UP ||
		       cause.kind == RT_EV_AUTO_SHUTDOWN || cause.kind == RT_EV_SHUTDOWN ||
		       cause.kind == SCN_EV_OVER;
	const char *above = cause.other[0] ? cause.other
					   : parent(cause.path, supervisor, sizeof(supervisor));
	if (cause.kind == RT_EV_AUTO_SHUTDOWN && strcmp(event->path, above) == 0)
		ADD(teller, event->path, " ended by itself: ", event->reason);
	else if (strcmp(event->reason, "killed") == 0)
		ADD(teller, event->path, " was killed");
	else if (stopped && strcmp(event->reason, "shutdown") == 0 && strcmp(event->path, cause.path) != 0)
		ADD(teller, event->path,
		    cause.kind == RT_EV_RESTART ? " was stopped for that" : " was stopped");
	else
		ADD(teller, event->path, " ended: ", event->reason);
	if (event->detail == RT_EXIT_STARTING)
		add(teller, ", before its start was over");
}

static void tell_terminated(struct scn_teller *teller, const struct scn_event *event)
{
	const struct rt_child *child = scn_history_child(teller->history, event->path);
	const struct scn_event *before = &teller->before;
	char supervisor[512];

	add(teller, parent(event->path, supervisor, sizeof(supervisor)));
	if (before->kind == RT_EV_EXIT && strcmp(before->path, event->path) == 0)
		add(teller, " saw it");
	else
		ADD(teller, " saw that ", event->path, " had ended");
	if (!child)
		return;
	switch (child->restart) {
	case RT_PERMANENT:
		add(teller, ": permanent, so it is restarted");
		break;
	case RT_TRANSIENT:
		add(teller, ": transient and ended abnormally, so it is restarted");
		break;
	default:
		add(teller, ": temporary, so it is not restarted");
		break;
	}
}

/* " (1 of 3 restarts in 5 s)" */
static void tell_window(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_flags flags = scn_history_flags(teller->history, event->seq);

	add(teller, " (");
	add_number(teller, event->a);
	add(teller, " of ");
	add_number(teller, event->b);
	add(teller, event->b == 1 ? " restart" : " restarts");
	if (flags.known) {
		add(teller, " in ");
		add_number(teller, flags.period_s);
		add(teller, " s");
	}
	add(teller, ")");
}

static void tell_restart(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_flags flags = scn_history_flags(teller->history, event->seq);

	if (event->origin != 0 && event->origin != event->seq)
		ADD(teller, event->other, " tries to restart ", event->path, " once more");
	else
		ADD(teller, event->other, " restarts ", event->path);
	if (flags.known)
		ADD(teller, " under ", rt_strategy_text(flags.strategy));
	tell_window(teller, event);
}

static void tell_give_up(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_flags flags = scn_history_flags(teller->history, event->seq);

	ADD(teller, event->path, " gives up instead of restarting ", event->other, ": it would be ");
	add_number(teller, event->a);
	add(teller, event->a == 1 ? " restart" : " restarts");
	if (flags.known) {
		add(teller, " in ");
		add_number(teller, flags.period_s);
		add(teller, " s");
		/* By the stamps they are further apart than that. */
		if (teller->since >= 0 && event->t - teller->since > (rt_time)flags.period_s * RT_SECOND)
			add(teller, " as whole seconds count");
	}
	add(teller, ", one more than intensity ");
	add_number(teller, event->b);
	add(teller, " allows");
}

static void tell_shutdown(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_event cause;
	char supervisor[512];
	const char *who =
		event->other[0] ? event->other : parent(event->path, supervisor, sizeof(supervisor));

	ADD(teller, who, " stops ", event->path);
	if (!scn_history_get(teller->history, event->cause, &cause))
		return;
	struct scn_flags flags = scn_history_flags(teller->history, cause.seq);
	if (cause.kind == RT_EV_RESTART && flags.known)
		ADD(teller, ", because ", rt_strategy_text(flags.strategy), " restarts it together with ",
		    cause.path);
	else if (cause.kind == RT_EV_RESTART)
		ADD(teller, ", because it is restarted together with ", cause.path);
	else if (cause.kind == RT_EV_GIVE_UP)
		add(teller, ", because it gives up");
	else if (cause.kind == RT_EV_AUTO_SHUTDOWN)
		add(teller, ", because it shuts down by itself");
	else if (cause.kind == RT_EV_SHUTDOWN)
		add(teller, ", because it was told to stop itself");
}

/* "crash reason=badarg" to "crash of core/cache was injected (badarg)" */
static void tell_fault(struct scn_teller *teller, const struct scn_event *event, const char *what)
{
	size_t name = strcspn(event->text, " ");
	const char *params = event->text + name + strspn(event->text + name, " ");

	scn_text_put(&teller->line, event->text, name);
	if (event->path[0] != '\0')
		ADD(teller, " of ", event->path);
	ADD(teller, " was ", what);
	if (strncmp(params, "reason=", 7) == 0 && !strchr(params, ' '))
		params += 7;
	if (*params != '\0' && event->kind == INJ_EV_FIRED)
		ADD(teller, " (", params, ")");
}

static void tell_shutdown_error(struct scn_teller *teller, const struct scn_event *event)
{
	char supervisor[512];

	if (event->a > 0) {
		ADD(teller, event->path, " reports that ");
		add_number(teller, event->a);
		ADD(teller, event->a == 1 ? " child" : " children", " ended with ", event->reason,
		    " on being stopped");
		return;
	}
	ADD(teller, parent(event->path, supervisor, sizeof(supervisor)), " reports that ", event->path,
	    " ended with ", event->reason, " on being stopped");
}

static void tell_start(struct scn_teller *teller, const struct scn_event *event)
{
	char ordinal[SCN_ORDINAL_BUF];

	ADD(teller, event->path, " was started");
	if (event->incarnation > 1)
		ADD(teller, " again, for the ", scn_words_ordinal(event->incarnation, ordinal), " time");
	if (event->type == RT_WORKER && event->a == 1)
		add(teller, ", and that takes time");
}

/* Its cause is its start. */
static void tell_ready(struct scn_teller *teller, const struct scn_event *event)
{
	struct scn_event start;
	char took[INJ_VALUE_BUF];

	ADD(teller, event->path, " is ready");
	if (scn_history_get(teller->history, event->cause, &start))
		ADD(teller, ": its start took ", inj_print_duration(event->t - start.t, took));
	ADD(teller, ", and its supervisor goes on");
}

/* "a request of shop/clients to shop/api was lost: no answer came" */
static void tell_request(struct scn_teller *teller, const struct scn_event *event)
{
	static const char *const ends[RT_OUTCOME_COUNT] = {
		[RT_SERVED] = " was served",
		[RT_DEGRADED] = " was answered from a fallback",
		[RT_FAILED] = " failed",
		[RT_LOST] = " was lost: no answer came",
		[RT_SWALLOWED] = " was swallowed: nothing came of it",
		[RT_WRONG] = " was answered wrongly",
	};
	const char *end = " ended";

	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++) {
		if (strcmp(event->reason, rt_outcome_word((enum rt_outcome)i)) == 0)
			end = ends[i];
	}
	add(teller, "a request");
	if (event->other[0] != '\0')
		ADD(teller, " of ", event->other);
	ADD(teller, " to ", event->path, end);
	if (event->a > 1) {
		add(teller, ", at attempt ");
		add_number(teller, event->a);
	}
}

static void tell_passage(struct scn_teller *teller, const struct scn_event *event, const char *end)
{
	add(teller, "a message");
	if (event->other[0] != '\0')
		ADD(teller, " of ", event->other);
	ADD(teller, " to ", event->path, end);
}

void scn_tell(struct scn_teller *teller, const struct scn_event *event)
{
	char supervisor[512];

	begin(teller, event);
	switch (event->kind) {
	case RT_EV_START:
		tell_start(teller, event);
		break;
	case RT_EV_READY:
		tell_ready(teller, event);
		break;
	case RT_EV_START_FAILED:
		ADD(teller, event->path, " could not start: ", event->reason);
		break;
	case RT_EV_START_IGNORED:
		ADD(teller, event->path, " said ignore when it was started, so no process runs there");
		break;
	case RT_EV_EXIT:
		tell_exit(teller, event);
		break;
	case RT_EV_CHILD_TERMINATED:
		tell_terminated(teller, event);
		break;
	case RT_EV_START_ERROR:
		ADD(teller, parent(event->path, supervisor, sizeof(supervisor)), " could not start ",
		    event->path, ": ", event->reason);
		break;
	case RT_EV_SHUTDOWN_ERROR:
		tell_shutdown_error(teller, event);
		break;
	case RT_EV_GIVE_UP:
		tell_give_up(teller, event);
		break;
	case RT_EV_RESTART:
		tell_restart(teller, event);
		break;
	case RT_EV_AUTO_SHUTDOWN:
		ADD(teller,
		    event->other[0] ? event->other : parent(event->path, supervisor, sizeof(supervisor)),
		    " shuts down, because its significant child ", event->path, " has ended");
		break;
	case RT_EV_SHUTDOWN:
		tell_shutdown(teller, event);
		break;
	case RT_EV_SHUTDOWN_TIMEOUT:
		ADD(teller, event->path, " did not stop in its time, so it is killed");
		break;
	case RT_EV_RESULT:
		ADD(teller, event->path, " answered ", rt_op_word(event->detail), " with ", event->text);
		break;
	case RT_EV_MESSAGE:
		ADD(teller, event->path, " handled a message");
		break;
	case RT_EV_ISOLATED:
		ADD(teller, "the process of ", event->path, event->reason[0] ? " ended: " : " took its turn",
		    event->reason);
		break;
	case RT_EV_FLAGS:
		ADD(teller, "the flags of ", event->path, " were changed");
		break;
	case RT_EV_SUSPEND:
		ADD(teller, event->path, " takes no messages from here on");
		break;
	case RT_EV_RESUME:
		ADD(teller, event->path, " takes messages again");
		break;
	case RT_EV_REQUEST:
		tell_request(teller, event);
		break;
	case RT_EV_LOST:
		tell_passage(teller, event, " was lost on its way");
		break;
	case RT_EV_DELAYED:
		tell_passage(teller, event, " was delayed");
		break;
	case RT_EV_DUPLICATED:
		tell_passage(teller, event, " was doubled");
		break;
	case RT_EV_REFUSED:
		ADD(teller, event->path, " asked for ", event->reason, " in vain");
		break;
	case INJ_EV_INPUT:
	case SCN_EV_EXPECT:
		ADD(teller, "somebody typed: ", event->text);
		break;
	case INJ_EV_FIRED:
		tell_fault(teller, event, "injected");
		break;
	case INJ_EV_HEALED:
		tell_fault(teller, event, "healed");
		break;
	case SCN_EV_UP:
		add(teller, "the tree was up");
		break;
	case SCN_EV_OVER:
		if (event->a != 0)
			add(teller, "a signal ended the run");
		else
			add(teller, "the method was over");
		if (teller->after.kind == INJ_EV_FIRED)
			add(teller, ", and the rollbacks were done");
		else if (teller->after.kind == RT_EV_EXIT || teller->after.kind == RT_EV_SHUTDOWN)
			add(teller, ", and the tree was stopped");
		break;
	default:
		ADD(teller, scn_event_word(event->kind) ? scn_event_word(event->kind) : "something happened");
		if (event->path[0] != '\0')
			ADD(teller, " at ", event->path);
		break;
	}
	give(teller);
	teller->before = *event;
}

/* --- what is not told ---------------------------------------------------------------------------------- */

void scn_tell_left_out(struct scn_teller *teller, uint64_t number, const char *text)
{
	char digits[SCN_GROUPED_BUF];
	bool failed = teller->line.failed;

	scn_text_clear(&teller->line);
	teller->line.failed = failed;
	scn_text_format(&teller->line, "%18s... %s %s", "", scn_words_grouped(number, digits), text);
	give(teller);
}

void scn_tell_aside(struct scn_teller *teller, const char *text)
{
	bool failed = teller->line.failed;

	scn_text_clear(&teller->line);
	teller->line.failed = failed;
	scn_text_format(&teller->line, "%18s(%s)", "", text);
	give(teller);
}
