/* words.h - a line of the shell to words.  Pure; prompt, scripts and completion share it.
 *
 * Words are parted by blanks.  'single quotes' keep everything, "double quotes" all but \" and \\, and a
 * backslash outside of both keeps the next character.  A `#` where a word could begin starts a comment.
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct sh_word {
	char *text;        /* without quotes */
	size_t start, end; /* its place in the line, quotes included */
};

struct sh_words {
	struct sh_word *item;
	size_t count, capacity;
	char quote;   /* the line ended within this quote, or behind a backslash; else 0 */
	bool comment; /* the line ended in a comment */
};

/* False if the line ends within a quote or behind a backslash; `words` is filled all the same, for
 * completion. */
bool sh_words_split(const char *line, size_t length, struct sh_words *words);
void sh_words_fini(struct sh_words *words);

/* `text` as it has to be typed to be one word. */
char *sh_word_quote(const char *text);

#endif
