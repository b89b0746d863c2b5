/* misread.h - texts that libfyaml 0.7.12 gets wrong without a word.
 *
 * Each takes the text as it stands in the file, from behind its opening quote to before its closing one.
 * Those that people write are read again, the others are refused.
 */
#ifndef SCENARIOS_MISREAD_H
#define SCENARIOS_MISREAD_H

#include "arena.h"

/* Two pairs of quotes in a row between single quotes. */
bool scn_misread_single(const char *raw, size_t length);
/* What it should have been; `*length` becomes its length. Null: no memory. */
const char *scn_single_quoted(const char *raw, size_t *length, struct scn_arena *arena);

/* Escapes in double quotes over several lines; folded lines that are indented further than the first.  What
 * to write instead, or null. */
const char *scn_misread_double(const char *raw, size_t length);
const char *scn_misread_folded(const char *raw, size_t length);

#endif
