/* json.c - escaping and digits, by hand because a journal is mostly these two. */
#include "json.h"

#include "inject/value.h"

#include <string.h>

/* Copies the escaped form of the character at `text` to `out` (unless null); `*taken` is its length. */
static size_t escape_one(const char *text, size_t length, size_t *taken, char *out)
{
	static const char hex[] = "0123456789abcdef";
	static const char replacement[] = "\xef\xbf\xbd";
	unsigned char c = (unsigned char)*text;
	char buf[6];
	const char *from = buf;
	size_t n;

	*taken = 1;
	if (c == '"' || c == '\\') {
		buf[0] = '\\';
		buf[1] = (char)c;
		n = 2;
	} else if (c == '\n' || c == '\t' || c == '\r') {
		buf[0] = '\\';
		buf[1] = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
		n = 2;
	} else if (c < 0x20 || c == 0x7f) {
		memcpy(buf, "\\u00", 4);
		buf[4] = hex[c >> 4];
		buf[5] = hex[c & 15];
		n = 6;
	} else if (c < 0x80) {
		from = text;
		n = 1;
	} else {
		uint32_t code;
		*taken = inj_utf8_next(text, length, &code);
		from = code == INJ_UTF8_BAD ? replacement : text;
		n = code == INJ_UTF8_BAD ? 3 : *taken;
	}
	if (out)
		memcpy(out, from, n);
	return n;
}

size_t scn_json_escaped(const char *text, size_t length)
{
	size_t plain = scn_json_plain(text, length), total = plain, taken;

	for (size_t i = plain; i < length; i += taken)
		total += escape_one(text + i, length - i, &taken, NULL);
	return total;
}

void scn_json_escape(const char *text, size_t length, char *out)
{
	size_t plain = scn_json_plain(text, length), taken;

	memcpy(out, text, plain);
	out += plain;
	for (size_t i = plain; i < length; i += taken)
		out += escape_one(text + i, length - i, &taken, out);
}

size_t scn_json_plain(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

/* Of a digit that is none something: whoever asks looks at the whole again. */
static unsigned hex_digit(char c)
{
	return (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0') & 15;
}

/* Is this what escaping `text` gives? */
static bool is_escaped(const char *text, size_t length, const char *inside, size_t inside_length)
{
	size_t taken, at = 0;
	char one[6];

	for (size_t i = 0; i < length; i += taken) {
		size_t n = escape_one(text + i, length - i, &taken, one);
		if (n > inside_length - at || memcmp(one, inside + at, n) != 0)
			return false;
		at += n;
	}
	return at == inside_length;
}

bool scn_json_unescape(const char *inside, size_t length, char *out, size_t *out_length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		char c = inside[i];
		if (c == '\\' && ++i < length) {
			c = inside[i];
			if (c == 'u' && length - i > 4) {
				c = (char)(hex_digit(inside[i + 3]) << 4 | hex_digit(inside[i + 4]));
				i += 4;
			} else {
				c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
			}
		}
		if (c == '\0')
			return false;
		out[used++] = c;
	}
	*out_length = used;
	return is_escaped(out, used, inside, length);
}

const char scn_json_pairs[201] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";
