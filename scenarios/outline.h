/* outline.h - the shape of a line of which nothing is known, and how its values are read. */
#ifndef SCENARIOS_OUTLINE_H
#define SCENARIOS_OUTLINE_H

#include "packed.h"

/* The shape of a line, while it is found out. */
struct scn_outline {
	const char *at, *end;
	size_t length;
	unsigned values;
	char text[SCN_SHAPE_MAX];
};

/* False: it has none, or one beyond the limits.  `length` is not 0, and `line` ends with its end of line;
 * `seq` is that of the line before. */
bool scn_outline_line(struct scn_outline *outline, const char *line, size_t length, uint64_t seq);

/* Null: no number, or one that would be written differently. */
static inline const char *scn_read_number(const char *at, const char *end, uint64_t *out)
{
	const char *begin = at;
	uint64_t number = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	/* Eight digits at a time: neighbours are put together, then pairs, then fours. */
	for (uint64_t eight; end - at >= 8; at += 8) {
		memcpy(&eight, at, sizeof(eight));
		if (((eight & 0xf0f0f0f0f0f0f0f0) |
		     ((eight + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) != 0x3333333333333333)
			break;
		eight = (eight & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
		eight = (eight & 0x00ff00ff00ff00ff) * 6553601 >> 16;
		eight = (eight & 0x0000ffff0000ffff) * 42949672960001 >> 32;
		number = number * 100000000 + eight;
	}
#endif
	while (at < end && *at >= '0' && *at <= '9')
		number = number * 10 + (uint64_t)(*at++ - '0');
	*out = number;
	/* 19 digits are always below 2^64. */
	return at == begin || at - begin > 19 || (*begin == '0' && at - begin > 1) ? NULL : at;
}

/* The quote that ends the text, or null. */
static inline const char *scn_text_end(const char *at, const char *end)
{
	for (; at < end && *at != '"'; at++) {
		if (*at == '\\' && ++at == end)
			return NULL;
	}
	return at < end ? at : NULL;
}

#endif
