/* words.c - a line to words, and a word back to what has to be typed for it. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == '\0';
}

/* One word from `at` on; returns where it ends. */
static size_t scan_word(const char *line, size_t length, size_t at, char *text, char *quote)
{
	size_t n = 0;
	for (*quote = 0; at < length; at++) {
		char c = line[at];
		if (*quote == '\\') {
			text[n++] = c;
			*quote = 0;
		} else if (*quote == '"' && c == '\\' && at + 1 < length &&
			   (line[at + 1] == '"' || line[at + 1] == '\\')) {
			text[n++] = line[++at];
		} else if (*quote) {
			if (c == *quote)
				*quote = 0;
			else if (c)
				text[n++] = c;
		} else if (c == '\'' || c == '"' || c == '\\') {
			*quote = c;
		} else if (is_blank(c)) {
			break;
		} else {
			text[n++] = c;
		}
	}
	text[n] = 0;
	return at;
}

bool sh_words_split(const char *line, size_t length, struct sh_words *words)
{
	*words = (struct sh_words){ 0 };
	char *text = sh_alloc(length + 1);
	for (size_t at = 0;;) {
		while (at < length && is_blank(line[at]))
			at++;
		if (at == length)
			break;
		if (line[at] == '#') {
			words->comment = true;
			break;
		}
		words->item = sh_grow(words->item, words->count, &words->capacity, sizeof(*words->item));
		struct sh_word *word = &words->item[words->count++];
		word->start = at;
		word->end = at = scan_word(line, length, at, text, &words->quote);
		word->text = sh_strdup(text);
	}
	free(text);
	return !words->quote;
}

void sh_words_fini(struct sh_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->item[i].text);
	free(words->item);
	*words = (struct sh_words){ 0 };
}

char *sh_word_quote(const char *text)
{
	char *out = sh_alloc(2 * strlen(text) + 3), *to = out;
	if (!*text)
		return strcpy(out, "''");
	/* A line end cannot be kept by a backslash at a prompt, which takes lines. */
	if (strpbrk(text, "\n\r\v\f") && !strchr(text, '\'')) {
		*to++ = '\'';
		to = stpcpy(to, text);
		*to++ = '\'';
		*to = 0;
		return out;
	}
	for (const char *c = text; *c; c++) {
		if (is_blank(*c) || *c == '\'' || *c == '"' || *c == '\\' || (*c == '#' && c == text))
			*to++ = '\\';
		*to++ = *c;
	}
	*to = 0;
	return out;
}
