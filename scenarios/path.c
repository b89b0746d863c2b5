/* path.c - percent-encoding of ids, as the runtime does it, and matching of places. */
#include "path.h"

static bool needs_escape(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7F || c == '/' || c == '*' || c == '%';
}

size_t scn_id_escape(const char *id, char *buf, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t length = 0;

	for (; *id; id++) {
		char out[3] = { '%', hex[(unsigned char)*id >> 4], hex[(unsigned char)*id & 15] };
		size_t count = 3;
		if (!needs_escape(*id)) {
			out[0] = *id;
			count = 1;
		}
		for (size_t i = 0; i < count; i++, length++) {
			if (length + 1 < size)
				buf[length] = out[i];
		}
	}
	if (size)
		buf[length < size ? length : size - 1] = '\0';
	return length;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool scn_id_unescape(const char *text, size_t length, char id[RT_ID_MAX + 1], size_t *id_length)
{
	size_t used = 0;

	for (size_t at = 0; at < length; at++) {
		char c = text[at];
		if (c == '%') {
			if (length - at < 3 || hex_digit(text[at + 1]) < 0 || hex_digit(text[at + 2]) < 0)
				return false;
			c = (char)(hex_digit(text[at + 1]) << 4 | hex_digit(text[at + 2]));
			at += 2;
			if (!needs_escape(c))
				return false;
		}
		if (used == RT_ID_MAX)
			return false;
		id[used++] = c;
	}
	id[used] = '\0';
	*id_length = used;
	return used > 0;
}

bool scn_place_matches(const struct rt *rt, rt_place place, const char *pattern, char path[SCN_PATH_MAX])
{
	return rt_path_text(rt, place, path, SCN_PATH_MAX) < SCN_PATH_MAX && inj_pattern_match(pattern, path);
}
