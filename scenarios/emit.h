/* emit.h - writing one document: YAML for people, JSON in one line, or JSON on a page.
 *
 * The caller says what there is, mappings, lists, keys and values in order; how it looks is decided here.
 * Whatever goes wrong is remembered, and scn_emit_fini tells.
 */
#ifndef SCENARIOS_EMIT_H
#define SCENARIOS_EMIT_H

#include "scenario.h"
#include "text.h"

/* Below a tree as deep as the loader takes, with room for what is inside a worker or an action. */
#define SCN_EMIT_DEPTH (SCN_DEPTH_MAX + 16)

enum scn_style { SCN_YAML, SCN_JSON_LINE, SCN_JSON_PAGE };

struct scn_emit {
	struct scn_sink sink;
	struct scn_text text;
	enum rt_status status;
	enum scn_style style;
	unsigned depth;
	struct scn_emit_level {
		bool list, flow, empty, behind_dash;
		unsigned indent;
	} level[SCN_EMIT_DEPTH];
};

void scn_emit_init(struct scn_emit *emit, struct scn_sink sink, enum scn_style style);
/* Ends the page, but not the line of SCN_JSON_LINE, and gives the rest to the sink. */
enum rt_status scn_emit_fini(struct scn_emit *emit) RT_MUST_CHECK;

/* `count` is how many items there will be: none is written differently.  A `flow` one is on one line in
 * brackets, as is everything inside it. */
void scn_emit_map(struct scn_emit *emit, bool flow);
void scn_emit_list(struct scn_emit *emit, size_t count, bool flow);
void scn_emit_end(struct scn_emit *emit);
void scn_emit_key(struct scn_emit *emit, const char *name);
/* A text, in quotes where it needs them; a value such as 5s, which in JSON is a text; a number, true or
 * false. */
void scn_emit_text(struct scn_emit *emit, const char *text);
void scn_emit_value(struct scn_emit *emit, const char *text);
void scn_emit_bare(struct scn_emit *emit, const char *text);

#endif
