/* crash.c - a ring of crash reports.  What is the same in every build is in the journal; this is the rest:
 * addresses, stacks, sizes, for the person who looks. */
#include "crash.h"

#include "runtime/worker.h"

#include "arena.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

struct scn_crashes {
	struct scn_crash item[SCN_CRASHES_MAX];
	size_t count; /* ever */
};

enum rt_status scn_crashes_new(struct scn_crashes **out)
{
	*out = scn_mem_alloc(sizeof(**out));
	if (!*out)
		return RT_ENOMEM;
	scn_crashes_renew(*out);
	return RT_OK;
}

void scn_crashes_renew(struct scn_crashes *crashes)
{
	crashes->count = 0;
}

void scn_crashes_free(struct scn_crashes *crashes)
{
	scn_mem_free(crashes);
}

void scn_crashes_event(struct scn_crashes *crashes, const struct scn_seen *seen)
{
	const struct rt_event *event = seen->event;
	const struct rt_report *report = seen->ext;

	if (!report)
		return;
	struct scn_crash *crash = &crashes->item[crashes->count++ % SCN_CRASHES_MAX];
	crash->seq = event->seq;
	crash->t = event->t;
	crash->path = seen->path->text;
	crash->reason = seen->reason->text;
	crash->incarnation = event->incarnation;
	crash->handling = report->handling;
	crash->msg_tag = report->msg_tag;
	crash->msg_from = seen->from->text;
	crash->request = report->request;
	crash->question = report->question;
	crash->mailbox = report->mailbox;
	crash->memory = report->memory;
	crash->uptime = report->uptime;
	crash->handled = report->handled;
	/* Most have no frames, and then there is no need to clear the place for them. */
	crash->signal = 0;
	crash->addressed = false;
	crash->address = 0;
	crash->n_frames = 0;
	if (!report->wreck)
		return;
	crash->signal = report->wreck->signal;
	crash->addressed = report->wreck->addressed;
	crash->address = report->wreck->address;
	crash->n_frames = report->wreck->n_frames;
	memcpy(crash->frame, report->wreck->frame, crash->n_frames * sizeof(crash->frame[0]));
}

size_t scn_crashes_count(const struct scn_crashes *crashes)
{
	return crashes->count < SCN_CRASHES_MAX ? crashes->count : SCN_CRASHES_MAX;
}

const struct scn_crash *scn_crashes_at(const struct scn_crashes *crashes, size_t n)
{
	if (n == 0 || n > scn_crashes_count(crashes))
		return NULL;
	return &crashes->item[(crashes->count - n) % SCN_CRASHES_MAX];
}

size_t scn_world_crashes(const struct scn_world *world)
{
	return scn_crashes_count(world->crashes);
}

const struct scn_crash *scn_world_crash(const struct scn_world *world, size_t n)
{
	return scn_crashes_at(world->crashes, n);
}

/* --- what it was at ------------------------------------------------------------------------------------ */

const char *scn_tag_word(uint32_t tag, char buf[SCN_TAG_BUF])
{
	if (tag >= RT_TAG_ANSWER && tag < RT_TAG_ANSWER + RT_OUTCOME_COUNT)
		return "answer";
	switch (tag) {
	case RT_TAG_BEGIN:
		return "begin";
	case RT_TAG_REQUEST:
		return "request";
	case RT_TAG_TIMER:
		return "timer";
	case RT_TAG_DOWN:
		return "down";
	default:
		snprintf(buf, SCN_TAG_BUF, "%u", (unsigned)tag);
		return buf;
	}
}

char *scn_crash_message(const struct scn_crash *crash, char *buf, size_t size)
{
	char word[SCN_TAG_BUF], number[32] = "", question[48] = "";
	const char *tag = scn_tag_word(crash->msg_tag, word);

	if (!crash->handling) {
		snprintf(buf, size, "none");
		return buf;
	}
	if (crash->request != 0) {
		snprintf(number, sizeof(number), " %llu", (unsigned long long)crash->request);
		snprintf(question, sizeof(question), ", question %llu", (unsigned long long)crash->question);
	}
	snprintf(buf, size, "%s%s%s%s%s%s", tag == word ? "tag " : "", tag, number,
		 crash->msg_from[0] != '\0' ? " from " : "", crash->msg_from, question);
	return buf;
}

/* --- what became of it --------------------------------------------------------------------------------- */

/* A supervisor decides soon, unless it is busy; further than this nobody looks. */
#define LOOK_AHEAD 1000

char *scn_crash_decision(const struct scn_world *world, const struct scn_crash *crash, char *buf, size_t size)
{
	const struct scn_history *history = world->history;
	uint64_t last = scn_history_last(history), told = 0;
	struct scn_event event;

	for (uint64_t seq = crash->seq + 1; seq <= last && seq <= crash->seq + LOOK_AHEAD; seq++) {
		if (!scn_history_get(history, seq, &event))
			continue;
		if (event.cause == crash->seq && event.kind == RT_EV_CHILD_TERMINATED)
			told = seq;
		if (event.cause != crash->seq && (told == 0 || event.cause != told))
			continue;
		switch (event.kind) {
		case RT_EV_RESTART:
			snprintf(buf, size, "restarted by %s under %s, %u of %u", event.other,
				 rt_strategy_text(event.detail), event.a, event.b);
			return buf;
		case RT_EV_GIVE_UP:
			snprintf(buf, size, "%s gave up: %u restarts, %u allowed", event.path, event.a,
				 event.b);
			return buf;
		case RT_EV_AUTO_SHUTDOWN:
			snprintf(buf, size, "%s shut down for it", event.other);
			return buf;
		case RT_EV_SHUTDOWN_ERROR:
			snprintf(buf, size, "%s was stopping it", event.other);
			return buf;
		default:
			break;
		}
	}
	snprintf(buf, size, "%s", told != 0 ? "not restarted" : "none, so far");
	return buf;
}
