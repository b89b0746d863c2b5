/* utf8.c - decoding by the table of well-formed byte sequences in the Unicode standard (3-7). */
#include "value.h"

size_t inj_utf8_next(const char *text, size_t length, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xBF;
	size_t more;
	uint32_t c = s[0];

	*code = INJ_UTF8_BAD;
	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c >= 0xC2 && c <= 0xDF) {
		more = 1;
		c &= 0x1F;
	} else if (c >= 0xE0 && c <= 0xEF) {
		more = 2;
		if (c == 0xE0)
			low = 0xA0;
		else if (c == 0xED)
			high = 0x9F;
		c &= 0x0F;
	} else if (c >= 0xF0 && c <= 0xF4) {
		more = 3;
		if (c == 0xF0)
			low = 0x90;
		else if (c == 0xF4)
			high = 0x8F;
		c &= 0x07;
	} else {
		return 1;
	}
	if (more >= length)
		return 1;
	for (size_t i = 1; i <= more; i++) {
		if (s[i] < low || s[i] > high)
			return 1;
		c = c << 6 | (s[i] & 0x3F);
		low = 0x80;
		high = 0xBF;
	}
	*code = c;
	return more + 1;
}

bool inj_utf8_printable(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	if (code >= 0x7F && code <= 0x9F)
		return false;
	if (code == 0xFEFF || (code & 0xFFFE) == 0xFFFE || code > 0x10FFFF)
		return false;
	return code < 0xD800 || code > 0xDFFF;
}
