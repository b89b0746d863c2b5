/* source.h - the text of a file before it is parsed, and places in it. */
#ifndef SCENARIOS_SOURCE_H
#define SCENARIOS_SOURCE_H

#include "scenario.h"

/* No line is longer, but of JSON. */
#define SCN_LINE_MAX (1u << 20)

struct scn_source {
	const char *text; /* as it was given */
	size_t length;
	const char *parsed; /* what the parser gets: the same, or with line ends put into it */
	size_t parsed_length;
	char *broken;     /* owns `parsed`, or null */
	uint32_t *breaks; /* offsets in `parsed` of the line ends that were put in */
	size_t n_breaks;
	/* The place found last, in `text`. */
	size_t at;
	unsigned line, column;
};

/* Open a text that is to be parsed: RT_EINVAL with a diagnostic if it is not clean UTF-8, has control
 * characters or a line beyond all measure; RT_ENOMEM.  The text is borrowed; close it in any case. */
enum rt_status scn_source_open(struct scn_source *source, const char *text, size_t length,
			       struct scn_diags *diags) RT_MUST_CHECK;
void scn_source_close(struct scn_source *source);

/* The place of an offset in `parsed`. Quick for offsets that grow from call to call. */
void scn_source_place(struct scn_source *source, size_t offset, unsigned *line, unsigned *column);
/* The offset in `parsed` of a place in it, both from 1. */
size_t scn_source_offset(const struct scn_source *source, unsigned line, unsigned column);
/* A tab in the indentation of line `*line` or the next one: its column, and `*line` is where it is; 0: none.
 */
unsigned scn_source_tab(const struct scn_source *source, unsigned *line);
/* The dash that stands alone on the last line before this one that has anything on it; column and `*line`, 0
 * if there is none. */
unsigned scn_source_dash(const struct scn_source *source, unsigned *line);

#endif
