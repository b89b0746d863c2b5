/* tell.h - one event as a sentence. */
#ifndef SCENARIOS_TELL_H
#define SCENARIOS_TELL_H

#include "history.h"
#include "text.h"

struct scn_teller {
	const struct scn_history *history;
	struct scn_sink sink;
	struct scn_text line;
	bool sink_failed;
	struct scn_event before; /* the event told last; kind 0: none */
	struct scn_event after;  /* the one to be told next, of the same chain; kind 0: none */
	rt_time since;           /* of a give-up: the earliest restart that counts for it; -1: not known */
};

void scn_tell(struct scn_teller *teller, const struct scn_event *event);
/* "... 12 more below it were stopped" */
void scn_tell_left_out(struct scn_teller *teller, uint64_t number, const char *text);
/* "(what led to this is no longer remembered)" */
void scn_tell_aside(struct scn_teller *teller, const char *text);

#endif
