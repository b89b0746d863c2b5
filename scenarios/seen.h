/* seen.h - one event of a run with everything that was looked up about it.
 *
 * The world looks once; the journal, the history and the accounts all take it from here.
 */
#ifndef SCENARIOS_SEEN_H
#define SCENARIOS_SEEN_H

#include "names.h"
#include "scenario.h"

struct scn_seen {
	const struct rt_event *event;
	const void *ext;
	struct scn_name *path, *other, *reason; /* never null; the empty name where there is none */
	/* EXIT while a message was handled: who sent it, the empty name where it was nobody or is dead. */
	struct scn_name *from;
	/* RESULT: the answer; FIRED, HEALED, INPUT, EXPECT: what was asked, in the words of the prompt. */
	const char *text;
	bool text_is_json;  /* a structured answer */
	uint32_t of_method; /* FIRED, HEALED: the text is what the scenario has of this action, from 1 */
	/* RESTART, GIVE_UP, FLAGS, AUTO_SHUTDOWN: the supervisor as it is now. */
	bool has_flags;
	uint8_t strategy, auto_shutdown;
	uint32_t intensity, period_s;
	/* Where in the run it happened, for the journal to say of what comes from outside. */
	uint64_t step, move;
};

#endif
