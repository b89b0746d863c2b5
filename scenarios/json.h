/* json.h - the two things that writing JSON needs: escaped text and integers. */
#ifndef SCENARIOS_JSON_H
#define SCENARIOS_JSON_H

#include <stddef.h>
#include <stdint.h>

/* Length of `text` as the inside of a JSON string, and that inside itself (without an end).  UTF-8 stays as
 * it is; what is not UTF-8 becomes U+FFFD, so the result is always a JSON text. */
size_t scn_json_escaped(const char *text, size_t length);
void scn_json_escape(const char *text, size_t length, char *out);

/* Decimal digits of `value`; returns how many. */
#define SCN_DIGITS_MAX 20
size_t scn_json_digits(uint64_t value, char out[SCN_DIGITS_MAX]);

#endif
