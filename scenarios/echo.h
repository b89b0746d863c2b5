/* echo.h - isolated workers in a replay: no process runs, what theirs did comes out of the journal.
 *
 * The journal has a line for each call of such a worker's handler, and the run comes by the calls in the same
 * order, so the next line is always the one that is wanted.
 */
#ifndef SCENARIOS_ECHO_H
#define SCENARIOS_ECHO_H

#include "journals.h"

struct scn_echo {
	struct scn_reader *reader; /* its own, to read ahead */
	char *line;
	size_t capacity;
	struct rt_isolator isolator;
};

/* The lines behind `offset` bytes of text, up to the next run's.  RT_EIO: the file cannot be opened once
 * more. */
enum rt_status scn_echo_open(struct scn_echo *echo, const char *path, uint64_t offset) RT_MUST_CHECK;
void scn_echo_close(struct scn_echo *echo);

#endif
