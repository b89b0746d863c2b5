/* cut.h - a line of an event, cut into the parts that all events have and the rest. */
#ifndef SCENARIOS_CUT_H
#define SCENARIOS_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scn_part {
	const char *text; /* the inside of its quotes; null: the line has none */
	size_t length;
};

struct scn_cut {
	int64_t seq, t, incarnation, cause; /* incarnation -1: it has none */
	struct scn_part event, id, reason;
	struct scn_part rest; /* further keys with their values, without a comma at either end */
};

/* False: this is not such a line, or not one that the parts make again to the byte. */
bool scn_cut_line(const char *line, size_t length, struct scn_cut *cut);

#endif
