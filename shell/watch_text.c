/* watch_text.c - what commands print, as lines of a view: caught, and made to fit. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "watch.h"

const char *sh_watch_capture(struct sh_watch *watch, void (*fn)(struct sh_watch *watch), struct sh_lines *to)
{
	struct sh_session *session = watch->session;
	struct sh_output *out = session->out, *err = session->err, into = { .utf8 = !watch->ascii };
	enum sh_show show = session->show;
	char *text = NULL;
	size_t size = 0;

	into.width = watch->width;
	into.to = open_memstream(&text, &size);
	if (into.to == NULL)
		return "no memory";
	session->out = session->err = &into;
	session->show = SH_SHOW_NONE;
	fn(watch);
	session->out = out;
	session->err = err;
	session->show = show;
	fclose(into.to);
	to->text.length = 0;
	sh_text_add(&to->text, text, size);
	free(text);
	return to->text.text;
}

static void add(struct sh_lines *lines, struct sh_piece piece)
{
	lines->piece = sh_grow(lines->piece, lines->count, &lines->size, sizeof(*lines->piece));
	lines->piece[lines->count++] = piece;
}

/* How much of the line fits into so many columns: up to a blank, if there is one in its second half. */
static size_t piece_of(const char *text, size_t length, unsigned columns)
{
	size_t at = 0, blank = 0;

	for (unsigned x = 0; at < length && x < columns; x++) {
		if (text[at] == ' ' && x > columns / 2)
			blank = at;
		do
			at++;
		while (at < length && (text[at] & 0xc0) == 0x80);
	}
	return at == length || blank == 0 ? at : blank;
}

static void add_wrapped(struct sh_lines *lines, size_t from, size_t to, unsigned width)
{
	unsigned indent = 0;

	do {
		size_t length = piece_of(lines->text.text + from, to - from, width - indent);

		add(lines, (struct sh_piece){ .from = from, .to = from + length, .indent = indent });
		from += length;
		while (from < to && lines->text.text[from] == ' ')
			from++;
		indent = 8;
	} while (from < to);
}

/* The end of a path says more than its beginning. */
static void add_path(struct sh_lines *lines, size_t from, size_t to, unsigned width)
{
	const char *text = lines->text.text;
	struct sh_piece piece = { .from = from, .to = to };
	size_t word = to, over = 0;

	for (size_t at = from; at < to; at++)
		over += (text[at] & 0xc0) != 0x80;
	over = over > width ? over - width + 1 : 0; /* in its place there is a sign */
	while (word > from && text[word - 1] != ' ')
		word--;
	piece.cut = piece.on = word;
	while (over > 0 && piece.on < to) {
		do
			piece.on++;
		while (piece.on < to && (text[piece.on] & 0xc0) == 0x80);
		over--;
	}
	if (piece.on == to)
		piece.on = piece.cut;
	add(lines, piece);
}

void sh_lines_fit(struct sh_lines *lines, unsigned width, enum sh_fit fit)
{
	const char *text = lines->text.text;

	width = width > 20 ? width : 20;
	lines->count = 0;
	for (size_t at = 0; at < lines->text.length;) {
		const char *end = memchr(text + at, '\n', lines->text.length - at);
		size_t to = end != NULL ? (size_t)(end - text) : lines->text.length;

		if (fit == SH_FIT_WRAP)
			add_wrapped(lines, at, to, width);
		else if (fit == SH_FIT_PATH)
			add_path(lines, at, to, width);
		else
			add(lines, (struct sh_piece){ .from = at, .to = to });
		at = to + 1;
	}
}

bool sh_lines_get(const struct sh_lines *lines, uint64_t n, bool ascii, char *buf, size_t size)
{
	const struct sh_piece *piece = n < lines->count ? &lines->piece[n] : NULL;
	const char *text = lines->text.text;

	if (piece == NULL)
		return false;
	if (piece->cut == piece->on)
		snprintf(buf, size, "%*s%.*s", (int)piece->indent, "", (int)(piece->to - piece->from),
			 text + piece->from);
	else
		snprintf(buf, size, "%.*s%s%.*s", (int)(piece->cut - piece->from), text + piece->from,
			 ascii ? "~" : "…", (int)(piece->to - piece->on), text + piece->on);
	return true;
}

void sh_lines_fini(struct sh_lines *lines)
{
	free(lines->piece);
	sh_text_fini(&lines->text);
}
