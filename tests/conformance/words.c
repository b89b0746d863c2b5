/* words.c - a line cut into words, and the small things that words can be. */
#include "parser.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cnf_fail(struct cnf_parser *p, unsigned column, const char *format, ...)
{
	va_list args;

	p->error->line = p->line;
	p->error->column = column;
	va_start(args, format);
	vsnprintf(p->error->text, sizeof(p->error->text), format, args);
	va_end(args);
	return false;
}

void *cnf_grown(void *items, size_t *capacity, size_t size)
{
	*capacity = *capacity ? 2 * *capacity : 16;
	items = realloc(items, *capacity * size);
	if (!items) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return items;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool cnf_words_cut(struct cnf_parser *p, const char *line, size_t length)
{
	size_t at = 0;

	p->n_words = 0;
	while (at < length && line[at] != '#') {
		size_t from = at;
		struct cnf_word *word;

		if (is_blank(line[at])) {
			at++;
			continue;
		}
		while (at < length && line[at] != '#' && !is_blank(line[at])) {
			if (line[at] < '!' || line[at] > '~')
				return cnf_fail(p, (unsigned)at + 1,
						"byte 0x%02x is not allowed outside of a comment",
						(unsigned)(unsigned char)line[at]);
			at++;
		}
		if (p->n_words == p->words_capacity)
			p->words = cnf_grown(p->words, &p->words_capacity, sizeof(*p->words));
		word = &p->words[p->n_words++];
		word->text = cnf_arena_text(&p->to->arena, line + from, at - from);
		word->length = at - from;
		word->column = (unsigned)from + 1;
	}
	return true;
}

const char *cnf_words_joined(struct cnf_parser *p)
{
	size_t length = 0;
	char *text, *at;

	for (size_t i = 0; i < p->n_words; i++)
		length += p->words[i].length + 1;
	text = cnf_arena_alloc(&p->to->arena, length);
	at = text;
	for (size_t i = 0; i < p->n_words; i++) {
		memcpy(at, p->words[i].text, p->words[i].length);
		at += p->words[i].length;
		*at++ = i + 1 < p->n_words ? ' ' : '\0';
	}
	return text;
}

/* [a-z][a-z0-9_]*; a key of a pool may begin with anything that may follow. */
bool cnf_is_id(const char *text, size_t length, bool is_key)
{
	for (size_t i = 0; i < length; i++) {
		bool letter = text[i] >= 'a' && text[i] <= 'z';
		bool other = (text[i] >= '0' && text[i] <= '9') || text[i] == '_';

		if (!letter && !(other && (i > 0 || is_key)))
			return false;
	}
	return length > 0;
}

/* Checks a path; `template` says whether its last id is a star. */
bool cnf_path_check(struct cnf_parser *p, const struct cnf_word *word, bool template, unsigned *depth)
{
	const char *at = word->text;

	for (*depth = 1;; ++*depth) {
		size_t length = strcspn(at, "/");
		bool last = at[length] == '\0';

		if (template && last) {
			if (strcmp(at, "*") != 0)
				return cnf_fail(p, word->column + (unsigned)(at - word->text),
					    "the path of a template ends in /*");
		} else if (!cnf_is_id(at, length, p->in_script)) {
			return cnf_fail(p, word->column + (unsigned)(at - word->text),
				    "'%.*s' is not an id (a letter, then letters, digits and _, all small)",
				    (int)(length > 60 ? 60 : length), at);
		}
		if (*depth > CNF_DEPTH_MAX)
			return cnf_fail(p, word->column, "the path is deeper than %d levels", CNF_DEPTH_MAX);
		if (last)
			return true;
		at += length + 1;
	}
}

bool cnf_is_integer(const char *text)
{
	if (*text == '-')
		text++;
	if (!*text)
		return false;
	return text[strspn(text, "0123456789")] == '\0';
}

/* The value of an integer that is not negative; anything larger than `most` is `most`. */
int64_t cnf_integer(const char *text, int64_t most)
{
	long long value;

	errno = 0;
	value = strtoll(text, NULL, 10);
	return errno == ERANGE || value > most ? most : value;
}

bool cnf_ms_parse(struct cnf_parser *p, unsigned column, const char *text, int64_t most, int64_t *ms)
{
	if (!cnf_is_integer(text) || *text == '-')
		return cnf_fail(p, column, "'%.60s' is not a number of milliseconds", text);
	*ms = cnf_integer(text, INT64_MAX);
	if (*ms > most)
		return cnf_fail(p, column, "at most %lld milliseconds are possible", (long long)most);
	return true;
}
