/* pattern.c - which paths a pattern means, and which word somebody meant.
 *
 * Matching goes from left to right and keeps one place to come back to: the latest star.  An earlier star
 * never has to take more, because the latest one can stand for whatever that would have skipped.  So it takes
 * at most length times length, whatever somebody typed.  `*` in a component and `**` among components are the
 * same algorithm one level apart.
 */
#include <string.h>

#include "value.h"

struct piece {
	const char *at, *end;
};

static struct piece first_component(const char *text)
{
	const char *end = text;

	while (*end != '\0' && *end != '/')
		end++;
	return (struct piece){ text, end };
}

/* The component after this one; `at` null: there is none. */
static struct piece next_component(struct piece piece)
{
	return *piece.end == '/' ? first_component(piece.end + 1) : (struct piece){ NULL, NULL };
}

static bool is_any_depth(struct piece piece)
{
	return piece.end - piece.at == 2 && piece.at[0] == '*' && piece.at[1] == '*';
}

static bool component_match(struct piece pattern, struct piece text)
{
	const char *star = NULL, *resume = NULL;

	while (text.at < text.end) {
		if (pattern.at < pattern.end && *pattern.at == '*') {
			star = ++pattern.at;
			resume = text.at;
		} else if (pattern.at < pattern.end && *pattern.at == *text.at) {
			pattern.at++;
			text.at++;
		} else if (star != NULL) {
			pattern.at = star;
			text.at = ++resume;
		} else {
			return false;
		}
	}
	while (pattern.at < pattern.end && *pattern.at == '*')
		pattern.at++;
	return pattern.at == pattern.end;
}

static bool match(const char *pattern, const char *path)
{
	struct piece want = first_component(pattern), have = first_component(path);
	struct piece star = { NULL, NULL }, resume = { NULL, NULL };
	bool starred = false;

	while (have.at != NULL) {
		if (want.at != NULL && is_any_depth(want)) {
			starred = true;
			star = want = next_component(want);
			if (want.at == NULL)
				return true;
			resume = have;
		} else if (want.at != NULL && component_match(want, have)) {
			want = next_component(want);
			have = next_component(have);
		} else if (starred) {
			want = star;
			have = resume = next_component(resume);
		} else {
			return false;
		}
	}
	while (want.at != NULL && is_any_depth(want))
		want = next_component(want);
	return want.at == NULL;
}

bool inj_pattern_match(const char *pattern, const char *path)
{
	size_t same = 0, component = 0;

	/* Components that are the same letter by letter match; most patterns begin with some. */
	while (pattern[same] == path[same] && pattern[same] != '*' && pattern[same] != '\0') {
		if (pattern[same++] == '/')
			component = same;
	}
	if (pattern[same] == '\0' && path[same] == '\0')
		return true;
	return match(pattern + component, path + component);
}

bool inj_pattern_is_path(const char *text)
{
	return strchr(text, '*') == NULL;
}

/* Longer words are never guessed at. */
#define WORD_MAX 48

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(char a, char b)
{
	return lower(a) == lower(b) || (a == '-' && b == '_') || (a == '_' && b == '-');
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that make one word the other. */
static unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_length; j++)
		above[j] = before[j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *spare = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned best = above[j - 1] + !same(a[i - 1], b[j - 1]);

			best = least(best, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				best = least(best, before[j - 2] + 1);
			row[j] = best;
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b_length];
}

static bool starts_with(const char *word, const char *start)
{
	while (*start != '\0' && same(*word, *start)) {
		word++;
		start++;
	}
	return *start == '\0';
}

const char *inj_did_you_mean(const char *text, const char *const *words, size_t count)
{
	size_t length = strlen(text);
	const char *nearest = NULL;
	unsigned nearest_distance = 0;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t word_length = strlen(words[i]);
		unsigned distance;

		if (word_length > WORD_MAX)
			continue;
		distance = edit_distance(text, length, words[i], word_length);
		/* A third of the word may be wrong, and nobody means `at` by `is`. */
		if (distance > (word_length < 3 ? 0 : word_length / 3))
			continue;
		if (nearest == NULL || distance < nearest_distance) {
			nearest = words[i];
			nearest_distance = distance;
		}
	}
	if (nearest != NULL)
		return nearest;
	/* Somebody who stopped early meant the one word that begins so. */
	for (size_t i = 0; i < count && length >= 3; i++) {
		if (!starts_with(words[i], text))
			continue;
		if (nearest != NULL && strcmp(nearest, words[i]) != 0)
			return NULL;
		nearest = words[i];
	}
	return nearest;
}
