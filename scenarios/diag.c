/* diag.c - located messages, and how they are shown.
 *
 * The source line below a message comes from a stranger's file, so it is shown with every character that
 * could move the cursor replaced: each character takes one column, and the caret stands where the column
 * says.
 */
#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define INDENT "    "
/* Characters of a source line that are shown, and how many of them at least before the caret. */
#define LINE_SHOWN  96
#define LINE_BEFORE 64

void scn_diags_fini(struct scn_diags *diags)
{
	for (size_t i = 0; i < diags->count; i++)
		scn_mem_free(diags->item[i].text);
	scn_mem_free(diags->item);
	scn_mem_free(diags->file);
	scn_mem_free(diags->source);
	*diags = (struct scn_diags){ 0 };
}

static char *copy(const char *text)
{
	size_t size = strlen(text) + 1;
	char *out = scn_mem_alloc(size);

	if (out)
		memcpy(out, text, size);
	return out;
}

bool scn_diags_name(struct scn_diags *diags, const char *file)
{
	char *name = copy(file);

	if (!name)
		return false;
	scn_mem_free(diags->file);
	diags->file = name;
	return true;
}

int scn_diag_cut(const char *text)
{
	size_t length = strlen(text), at = 0;
	uint32_t code;

	for (int shown = 0; at < length && shown < 60; shown++)
		at += inj_utf8_next(text + at, length - at, &code);
	return (int)at;
}

bool scn_diag_add(struct scn_diags *diags, unsigned line, unsigned column, const char *format, ...)
{
	char text[SCN_DIAG_TEXT_MAX];
	va_list args;

	if (diags->count >= SCN_DIAGS_MAX) {
		diags->suppressed++;
		return true;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	struct scn_diag *item = scn_mem_grow(diags->item, &diags->capacity, diags->count, sizeof(*item));
	if (!item)
		return false;
	diags->item = item;
	char *own = copy(text);
	if (!own)
		return false;
	diags->item[diags->count++] = (struct scn_diag){ .line = line, .column = column, .text = own };
	return true;
}

static bool before(const struct scn_diag *a, const struct scn_diag *b)
{
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

void scn_diags_sort(struct scn_diags *diags)
{
	/* There are at most SCN_DIAGS_MAX. */
	for (size_t i = 1; i < diags->count; i++) {
		struct scn_diag item = diags->item[i];
		size_t at = i;
		for (; at > 0 && before(&item, &diags->item[at - 1]); at--)
			diags->item[at] = diags->item[at - 1];
		diags->item[at] = item;
	}
}

/* --- showing ------------------------------------------------------------------------------------------- */

static bool put(struct scn_sink sink, const char *text, size_t length)
{
	return length == 0 || sink.write(sink.ctx, text, length);
}

static bool put_text(struct scn_sink sink, const char *text)
{
	return put(sink, text, strlen(text));
}

/* What a terminal would obey or draw elsewhere: controls, and the marks that turn the direction of writing.
 */
static bool is_safe(uint32_t code)
{
	if (code == INJ_UTF8_BAD || !inj_utf8_printable(code))
		return false;
	return !(code >= 0x200B && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202E) &&
	       !(code >= 0x2060 && code <= 0x206F);
}

static bool put_safe(struct scn_sink sink, const char *text, size_t length)
{
	uint32_t code;

	for (size_t at = 0, size; at < length; at += size) {
		size = inj_utf8_next(text + at, length - at, &code);
		bool blank = code == '\t' || code == '\n' || code == '\r';
		if (blank           ? !put(sink, " ", 1)
		    : is_safe(code) ? !put(sink, text + at, size)
				    : !put(sink, "?", 1))
			return false;
	}
	return true;
}

static size_t line_end(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && text[at] != '\n' && text[at] != '\r')
		at++;
	return at;
}

/* The line with this number, from 1; false if the source has no such line. */
static bool find_line(const struct scn_diags *diags, unsigned line, const char **start, size_t *length)
{
	const char *at = diags->source;
	size_t left = diags->source_length;

	for (unsigned i = 1; i < line; i++) {
		size_t end = line_end(at, left);
		if (end == left)
			return false;
		end += left - end > 1 && at[end] == '\r' && at[end + 1] == '\n' ? 2 : 1;
		at += end;
		left -= end;
	}
	*start = at;
	*length = line_end(at, left);
	return true;
}

static bool is_short(const char *line, size_t length)
{
	uint32_t code;
	size_t at = 0;

	for (unsigned shown = 0; at < length && shown < LINE_SHOWN; shown++)
		at += inj_utf8_next(line + at, length - at, &code);
	return at == length;
}

static bool put_source(const struct scn_diags *diags, const struct scn_diag *item, struct scn_sink sink)
{
	const char *line;
	size_t length, first = 0, start = 0, end, caret = item->column - 1, shown = 0;
	uint32_t code;

	if (!diags->source || item->line == 0 || item->column == 0)
		return true;
	if (!find_line(diags, item->line, &line, &length))
		return true;
	if (caret > LINE_BEFORE && !is_short(line, length))
		first = caret - LINE_BEFORE;
	for (size_t i = 0; i < first && start < length; i++)
		start += inj_utf8_next(line + start, length - start, &code);
	for (end = start; end < length && shown < LINE_SHOWN; shown++)
		end += inj_utf8_next(line + end, length - end, &code);
	if (!put_text(sink, INDENT) || (first && !put_text(sink, "...")) ||
	    !put_safe(sink, line + start, end - start) || (end < length && !put_text(sink, "...")) ||
	    !put_text(sink, "\n" INDENT) || (first && !put_text(sink, "   ")))
		return false;
	for (size_t i = first; i < caret; i++) {
		if (!put(sink, " ", 1))
			return false;
	}
	return put_text(sink, "^\n");
}

static bool put_item(const struct scn_diags *diags, const struct scn_diag *item, struct scn_sink sink)
{
	const char *file = diags->file ? diags->file : "scenario";
	char place[32] = ": ";

	if (item->line)
		snprintf(place, sizeof(place), ":%u:%u: ", item->line, item->column);
	return put_safe(sink, file, strlen(file)) && put_text(sink, place) &&
	       put_safe(sink, item->text, strlen(item->text)) && put_text(sink, "\n") &&
	       put_source(diags, item, sink);
}

void scn_diags_print(const struct scn_diags *diags, struct scn_sink sink)
{
	char rest[64];

	for (size_t i = 0; i < diags->count; i++) {
		if (!put_item(diags, &diags->item[i], sink))
			return;
	}
	if (diags->suppressed) {
		snprintf(rest, sizeof(rest), "... and %zu more\n", diags->suppressed);
		put_text(sink, rest);
	}
}
