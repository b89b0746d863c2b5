/* witness_text.h - what a witness knows, as tables for people and lines for programs. */
#ifndef SHELL_WITNESS_TEXT_H
#define SHELL_WITNESS_TEXT_H

#include "output.h"
#include "probes/witness.h"

/* A table of paths, the hottest first, at most `rows` of them (0: all); what the witness does not give has no
 * column.  With `hertz` not 0 it begins with the processor time since the refresh before the latest, `ns`
 * ago, in percent of one processor, and is in that order. */
struct sh_pace {
	unsigned hertz;
	int64_t ns;
};
void sh_witness_table(struct sh_text *to, const struct prb_witness *witness, size_t rows,
		      struct sh_pace pace);

/* What counts as a restart hotspot. */
struct sh_heat {
	uint32_t more_than;
	rt_time window;
};
#define SH_HEAT ((struct sh_heat){ PRB_HOT_RESTARTS, PRB_HOT_WINDOW })
bool sh_parse_heat(const char *text, struct sh_heat *heat); /* such as 3/5m */
/* Restart hotspots, at most `rows` (0: all); a line that says so when there are none. */
void sh_witness_hotspots(struct sh_text *to, const struct prb_witness *witness, struct sh_heat heat,
			 size_t rows);
/* What each costs the machine, the most samples of the processor first; a line that says so where nothing was
 * seen, or where the witness cannot see it. */
void sh_witness_strain(struct sh_text *to, const struct prb_witness *witness, size_t rows);
/* Times in handlers and mailboxes, and from exit to start, at most `rows` (0: all). */
void sh_witness_latency(struct sh_text *to, const struct prb_witness *witness, size_t rows);
/* The same of one path, drawn: a bar for each power of two. */
void sh_witness_histograms(struct sh_text *to, const struct prb_row *row, bool ascii);
/* What was seen at each point, and what did not get through. */
void sh_witness_stats(struct sh_text *to, const struct prb_witness *witness);
/* Was anything lost? */
bool sh_witness_lost(const struct prb_witness *witness);

/* One event, for people. */
void sh_witness_line(struct sh_text *to, const struct prb_event *event);

/* JSON, a line each; `pid` is the process that is looked at. */
void sh_witness_json_event(struct sh_text *to, int pid, const struct prb_event *event);
void sh_witness_json_process(struct sh_text *to, const struct prb_process *process);
void sh_witness_json_rows(struct sh_text *to, int pid, const struct prb_witness *witness);
/* Restart hotspots, in the order of sh_witness_hotspots; false: no memory. */
bool sh_witness_json_hotspots(struct sh_text *to, int pid, const struct prb_witness *witness,
			      struct sh_heat heat);
void sh_witness_json_end(struct sh_text *to, int pid, const struct prb_witness *witness);

#endif
