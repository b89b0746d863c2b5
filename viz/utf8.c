/* utf8.c - decoding, and what is better not drawn. */
#include "utf8.h"

size_t viz_utf8_next(const char *text, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *)text;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = s[0] < 0x80   ? 1
			: s[0] < 0xc2 ? 0
			: s[0] < 0xe0 ? 2
			: s[0] < 0xf0 ? 3
			: s[0] < 0xf5 ? 4
				      : 0;

	if (length <= 1) {
		*code = s[0];
		return length;
	}
	*code = s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	return *code >= least[length] && *code <= 0x10ffff && (*code < 0xd800 || *code > 0xdfff) ? length : 0;
}

bool viz_utf8_shown(uint32_t code)
{
	return code >= ' ' && code != 0x7f && !(code >= 0x80 && code < 0xa0) &&
	       !(code >= 0x200e && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
	       !(code >= 0x2066 && code <= 0x2069) && code != 0x61c && code != 0xfeff &&
	       (code & 0xfffe) != 0xfffe;
}
