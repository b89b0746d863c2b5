/* json.h - the two things that writing JSON needs: escaped text and integers. */
#ifndef SCENARIOS_JSON_H
#define SCENARIOS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Length of `text` as the inside of a JSON string, and that inside itself (without an end).  UTF-8 stays as
 * it is; what is not UTF-8 becomes U+FFFD, so the result is always a JSON text. */
size_t scn_json_escaped(const char *text, size_t length);
void scn_json_escape(const char *text, size_t length, char *out);

/* How much of `text`, from its begin, is the same inside a JSON string: all of it, for most texts. */
size_t scn_json_plain(const char *text, size_t length);

/* The other way: what such an inside says.  `out` has room for `length` bytes.  False: it says nothing, or is
 * not what scn_json_escape() makes of it. */
bool scn_json_unescape(const char *inside, size_t length, char *out, size_t *out_length);

/* Decimal digits of `value`; returns how many. */
#define SCN_DIGITS_MAX 20
extern const char scn_json_pairs[201];
static inline size_t scn_json_digits(uint64_t value, char out[SCN_DIGITS_MAX])
{
	static const uint64_t tens[SCN_DIGITS_MAX] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		10000000000,
		100000000000,
		1000000000000,
		10000000000000,
		100000000000000,
		1000000000000000,
		10000000000000000,
		100000000000000000,
		1000000000000000000,
		10000000000000000000u,
	};
	/* The bits say how many digits there are, or that there is one more. */
	unsigned about = (64 - (unsigned)__builtin_clzll(value | 1)) * 1233 >> 12;
	size_t digits = about + (value >= tens[about]);
	char *at = out + digits;

	while (value >= 100) {
		at -= 2;
		memcpy(at, scn_json_pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10)
		memcpy(at - 2, scn_json_pairs + value * 2, 2);
	else
		at[-1] = (char)('0' + value);
	return digits;
}

#endif
