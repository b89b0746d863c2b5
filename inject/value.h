/* value.h - text to values and back: durations, sizes, percentages, shutdowns; patterns of paths; UTF-8.
 *
 * Integers only: 99.9% is 999 in a thousand, never a binary fraction.  All pure.
 */
#ifndef INJECT_VALUE_H
#define INJECT_VALUE_H

#include "runtime/types.h"

enum inj_type {
	INJ_TEXT,
	INJ_REASON,   /* an Erlang term without blanks, opaque */
	INJ_PATH,     /* a path or a pattern */
	INJ_ID,       /* the id of a child */
	INJ_COUNT,    /* a whole number */
	INJ_DURATION, /* 250ms 5s 2m 1h 10us 3ns; to ns */
	INJ_SIZE,     /* 64KiB 10MiB 512B; to bytes */
	INJ_PERCENT,  /* 99.9% or 0.999; to parts per 1,000,000,000 */
	INJ_SHUTDOWN, /* a duration of whole ms, infinity, brutal_kill */
	INJ_BOOL,     /* true false */
	INJ_WORD,     /* one of a list */
	INJ_EVENT     /* the word of an event */
};
const char *inj_type_text(enum inj_type type); /* what to write: "a duration such as 250ms or 5s" */

/* Each returns false and leaves *out alone if `text` is not such a value or does not fit. */
bool inj_parse_count(const char *text, int64_t *out); /* 100, 100k, 5M, 2G: powers of a thousand */
bool inj_parse_duration(const char *text, rt_time *out);
bool inj_parse_size(const char *text, int64_t *out);
bool inj_parse_ppb(const char *text, uint32_t *out);
bool inj_parse_shutdown(const char *text, int64_t *ms);
bool inj_parse_bool(const char *text, bool *out);

/* Shortest exact form, such as 1500ms, 2m or 99.9%.  Each returns `buf`. */
#define INJ_VALUE_BUF 32
char *inj_print_duration(rt_time ns, char buf[INJ_VALUE_BUF]);
/* A point in time, with three decimals or, where there is more to say, six or nine: 2.000s. */
char *inj_print_time(rt_time t, char buf[INJ_VALUE_BUF]);
char *inj_print_size(int64_t bytes, char buf[INJ_VALUE_BUF]);
char *inj_print_percent(uint32_t ppb, char buf[INJ_VALUE_BUF]);
char *inj_print_shutdown(int64_t ms, char buf[INJ_VALUE_BUF]);

/* Does the path match?  In a pattern `*` stands for any run of characters within one component, `**` as a
 * whole component for any number of components, none included.  A pattern without either is a path. */
bool inj_pattern_match(const char *pattern, const char *path);
bool inj_pattern_is_path(const char *text);

/* The character at the start of `text`, and how many bytes it takes; `*code` is INJ_UTF8_BAD and the length 1
 * where the bytes are not UTF-8 (overlong forms, surrogates and what lies above U+10FFFF included).
 * `length` is at least 1. */
#define INJ_UTF8_BAD UINT32_MAX
size_t inj_utf8_next(const char *text, size_t length, uint32_t *code);
/* May stand in a YAML file: not a control character but tab and line ends, not U+FEFF and not a
 * non-character. */
bool inj_utf8_printable(uint32_t code);

/* The nearest of the words to `text` by edit distance, null if none is near enough to be meant. */
const char *inj_did_you_mean(const char *text, const char *const *words, size_t count);

#endif
