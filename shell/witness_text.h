/* witness_text.h - what a witness knows, as tables for people and lines for programs. */
#ifndef SHELL_WITNESS_TEXT_H
#define SHELL_WITNESS_TEXT_H

#include "output.h"
#include "probes/witness.h"

/* A table of paths, the hottest first, at most `rows` of them (0: all); what the witness does not give has no
 * column. */
void sh_witness_table(struct sh_text *to, const struct prb_witness *witness, size_t rows);
/* Restart hotspots; a line that says so when there are none. */
void sh_witness_hotspots(struct sh_text *to, const struct prb_witness *witness);
/* Times in handlers and mailboxes, and from exit to start. */
void sh_witness_latency(struct sh_text *to, const struct prb_witness *witness);
/* What was seen at each point, and what did not get through. */
void sh_witness_stats(struct sh_text *to, const struct prb_witness *witness);

/* JSON, a line each. */
void sh_witness_json_event(struct sh_text *to, const struct prb_event *event);
void sh_witness_json_process(struct sh_text *to, const struct prb_process *process);
void sh_witness_json_rows(struct sh_text *to, const struct prb_witness *witness);
void sh_witness_json_end(struct sh_text *to, const struct prb_witness *witness);

#endif
