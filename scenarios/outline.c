/* outline.c - taking a line apart. */
#include "outline.h"

#include <string.h>

/* Which values of a key are written how; what is not here is a number or a text like any other. */
static const struct {
	const char *key;
	enum scn_coding number, text; /* 0: it is part of the shape */
} keys[] = {
	{ "seq", SCN_CODE_NEXT, 0 },
	{ "t", SCN_CODE_TIME, 0 },
	{ "event", SCN_CODE_NUMBER, 0 },
	{ "id", SCN_CODE_NUMBER, SCN_CODE_ID },
	{ "incarnation", SCN_CODE_OWN, 0 },
	{ "kind", SCN_CODE_NUMBER, 0 },
	{ "strategy", SCN_CODE_NUMBER, 0 },
	{ "op", SCN_CODE_NUMBER, 0 },
	{ "action", SCN_CODE_NUMBER, 0 },
	{ "auto_shutdown", SCN_CODE_NUMBER, 0 },
	{ "verdict", SCN_CODE_NUMBER, 0 },
	{ "cause", SCN_CODE_BACK, 0 },
};

static bool outline_put(struct scn_outline *outline, const char *text, size_t length)
{
	if (length > sizeof(outline->text) - outline->length)
		return false;
	memcpy(outline->text + outline->length, text, length);
	outline->length += length;
	outline->at = text + length;
	return true;
}

/* A value up to `behind` is written in this way. */
static bool outline_value(struct scn_outline *outline, enum scn_coding coding, const char *behind)
{
	char code = (char)coding;

	if (outline->values++ == SCN_VALUES_MAX || !outline_put(outline, &code, 1))
		return false;
	outline->at = behind;
	return true;
}

/* The row of a key; `i` beyond the table: none. */
static size_t find_key(const char *key, size_t length)
{
	size_t i = 0;

	while (i < sizeof(keys) / sizeof(keys[0]) &&
	       (strlen(keys[i].key) != length || memcmp(keys[i].key, key, length) != 0))
		i++;
	return i;
}

bool scn_outline_line(struct scn_outline *outline, const char *line, size_t length, uint64_t seq)
{
	const size_t rows = sizeof(keys) / sizeof(keys[0]);
	size_t row = rows; /* of the latest key */
	bool is_value = false; /* a colon was right before this */
	uint64_t number;

	outline->at = line;
	outline->end = line + length;
	outline->length = outline->values = 0;
	while (outline->at < outline->end) {
		const char *at = outline->at, *behind;
		unsigned char c = (unsigned char)*at;
		bool was_value = is_value;
		is_value = false;
		if (c < 0x20 && !(c == '\n' && at + 1 == outline->end))
			return false;
		if (c == '"') {
			behind = scn_text_end(at + 1, outline->end);
			if (!behind)
				return false;
			enum scn_coding coding = row < rows ? keys[row].text : SCN_CODE_TEXT;
			if (behind[1] == ':')
				row = find_key(at + 1, (size_t)(behind - at - 1));
			if (!was_value || coding == 0) {
				for (const char *inside = at; inside < behind; inside++)
					if ((unsigned char)*inside < 0x20)
						return false;
				if (!outline_put(outline, at, (size_t)(behind + 1 - at)))
					return false;
			} else if (!outline_put(outline, at, 1) || !outline_value(outline, coding, behind) ||
				   !outline_put(outline, behind, 1)) {
				return false;
			}
		} else if (was_value && (behind = scn_read_number(at, outline->end, &number))) {
			enum scn_coding coding = row < rows ? keys[row].number : SCN_CODE_NUMBER;
			if (coding == SCN_CODE_NEXT) {
				coding = number == seq + 1 ? SCN_CODE_NEXT : SCN_CODE_SEQ;
				seq = number;
			}
			if (!outline_value(outline, coding, behind))
				return false;
		} else {
			is_value = c == ':';
			if (!outline_put(outline, at, 1))
				return false;
		}
	}
	return true;
}
