/* text.h - text that grows.  A failed allocation is remembered and everything after it is dropped, so that a
 * writer looks once, at its end. */
#ifndef SCENARIOS_TEXT_H
#define SCENARIOS_TEXT_H

#include "runtime/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct scn_text {   /* initialise with zeroes */
	char *data; /* ended; null while empty */
	size_t length, size;
	bool failed;
};
void scn_text_fini(struct scn_text *text);
void scn_text_clear(struct scn_text *text); /* keeps the memory, forgets the failure */
void scn_text_put(struct scn_text *text, const char *data, size_t length);
void scn_text_add(struct scn_text *text, const char *word);
void scn_text_format(struct scn_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The inside of a JSON string. */
void scn_text_json(struct scn_text *text, const char *word);

#endif
