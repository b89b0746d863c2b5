/* misread.c - what a comparison with another parser turned up. */
#include "misread.h"

#include <string.h>

static bool ends_line(const char *at, const char *end)
{
	return *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
}

bool scn_misread_single(const char *raw, size_t length)
{
	return memmem(raw, length, "''''", 4) != NULL;
}

/* A pair of quotes is a quote, and a line end with the blanks around it is a blank, or as many line ends as
 * there are empty lines. */
const char *scn_single_quoted(const char *raw, size_t *length, struct scn_arena *arena)
{
	const char *at = raw, *end = raw + *length;
	size_t used = 0, kept = 0; /* blanks behind `kept` go if the line ends */
	char *text = scn_arena_text(arena, raw, *length);

	if (!text)
		return NULL;
	while (at < end) {
		if (*at != '\n' && *at != '\r') {
			bool blank = *at == ' ' || *at == '\t';
			at += *at == '\'' && at + 1 < end;
			text[used++] = *at++;
			kept = blank ? kept : used;
			continue;
		}
		size_t breaks = 0;
		for (; at < end && strchr(" \t\n\r", *at); at++)
			breaks += ends_line(at, end);
		used = kept;
		if (breaks == 1)
			text[used++] = ' ';
		for (; breaks > 1; breaks--)
			text[used++] = '\n';
		kept = used;
	}
	text[used] = '\0';
	*length = used;
	return text;
}

const char *scn_misread_double(const char *raw, size_t length)
{
	bool lines = memchr(raw, '\n', length) || memchr(raw, '\r', length);

	if (lines && memchr(raw, '\\', length))
		return "a text in double quotes with a backslash in it has to be on one line";
	return NULL;
}

const char *scn_misread_folded(const char *raw, size_t length)
{
	size_t indent = SIZE_MAX, blanks = 0;
	bool counting = true;

	for (const char *at = raw; at < raw + length; at++) {
		if (ends_line(at, raw + length)) {
			counting = true;
			blanks = 0;
		} else if (counting && *at == ' ') {
			blanks++;
		} else if (counting && *at != '\r') {
			counting = false;
			if (indent == SIZE_MAX)
				indent = blanks;
			if (blanks > indent || *at == '\t')
				return "a line of a folded text (>) cannot be indented further than the "
				       "first; `|` "
				       "keeps lines as they are";
		}
	}
	return NULL;
}
