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

static int any_hex_digit(char c)
{
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : hex_digit(c);
}

/* The byte that the three characters stand for; -1: for none. */
static int encoded(const char *at)
{
	int high = at[0] == '%' ? any_hex_digit(at[1]) : -1, low = high >= 0 ? any_hex_digit(at[2]) : -1;

	return low >= 0 ? high << 4 | low : -1;
}

bool scn_path_normal(char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	char *to = path;
	uint32_t code = 0;

	for (const char *from = path; *from;) {
		int byte = encoded(from);
		from += byte >= 0 ? 3 : 1;
		if (byte < 0) {
			*to++ = from[-1];
		} else if (needs_escape((char)byte)) {
			*to++ = '%';
			*to++ = hex[byte >> 4];
			*to++ = hex[byte & 15];
		} else {
			*to++ = (char)byte;
		}
	}
	*to = '\0';
	for (size_t left = (size_t)(to - path); left > 0 && code != INJ_UTF8_BAD;) {
		size_t size = inj_utf8_next(to - left, left, &code);
		left -= size;
	}
	return code != INJ_UTF8_BAD;
}

bool scn_place_matches(const struct rt *rt, rt_place place, const char *pattern, char path[SCN_PATH_MAX])
{
	return rt_path_text(rt, place, path, SCN_PATH_MAX) < SCN_PATH_MAX && inj_pattern_match(pattern, path);
}
