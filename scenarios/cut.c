/* cut.c - keys stand in the same order in each line, so cutting it is comparing with what has to come. */
#include "cut.h"

#include <string.h>

struct place {
	const char *at, *end;
};

static bool skip(struct place *place, const char *text, size_t length)
{
	if ((size_t)(place->end - place->at) < length || memcmp(place->at, text, length) != 0)
		return false;
	place->at += length;
	return true;
}
#define SKIP(place, literal) skip(place, literal, sizeof(literal) - 1)

static bool cut_number(struct place *place, int64_t *out)
{
	const char *begin = place->at;
	int64_t number = 0;

	for (; place->at < place->end && *place->at >= '0' && *place->at <= '9'; place->at++) {
		if (place->at - begin == 18)
			return false;
		number = number * 10 + (*place->at - '0');
	}
	*out = number;
	return place->at > begin && (*begin != '0' || place->at - begin == 1);
}

static bool cut_text(struct place *place, struct scn_part *part)
{
	part->text = place->at;
	for (; place->at < place->end && *place->at != '"'; place->at++)
		if (*place->at == '\\' && ++place->at == place->end)
			return false;
	part->length = (size_t)(place->at - part->text);
	return SKIP(place, "\"");
}

/* From behind: no text can have these keys in it, because its quotes would be escaped. */
static bool cut_cause(struct place *place, int64_t *cause)
{
	static const char key[] = ",\"cause\":";
	const char *at = place->end;

	while (at > place->at && at[-1] >= '0' && at[-1] <= '9')
		at--;
	if ((size_t)(at - place->at) < sizeof(key) - 1 ||
	    memcmp(at - (sizeof(key) - 1), key, sizeof(key) - 1) != 0)
		return false;
	struct place digits = { at, place->end };
	place->end = at - (sizeof(key) - 1);
	return cut_number(&digits, cause) && digits.at == digits.end;
}

bool scn_cut_line(const char *line, size_t length, struct scn_cut *cut)
{
	struct place place = { line, line + length };

	if (length < 2 || memcmp(line + length - 2, "}\n", 2) != 0)
		return false;
	place.end -= 2;
	*cut = (struct scn_cut){ .incarnation = -1 };
	if (!SKIP(&place, "{\"seq\":") || !cut_number(&place, &cut->seq) || !SKIP(&place, ",\"t\":") ||
	    !cut_number(&place, &cut->t) || !SKIP(&place, ",\"event\":\"") ||
	    !cut_text(&place, &cut->event) || !cut_cause(&place, &cut->cause))
		return false;
	if (SKIP(&place, ",\"id\":\"") && !cut_text(&place, &cut->id))
		return false;
	if (SKIP(&place, ",\"incarnation\":") && !cut_number(&place, &cut->incarnation))
		return false;
	if (SKIP(&place, ",\"reason\":\"") && !cut_text(&place, &cut->reason))
		return false;
	if (place.at == place.end)
		return true;
	if (!SKIP(&place, ",") || place.at == place.end ||
	    memchr(place.at, '\0', (size_t)(place.end - place.at)))
		return false;
	cut->rest.text = place.at;
	cut->rest.length = (size_t)(place.end - place.at);
	return true;
}
