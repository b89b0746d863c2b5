/* source.c - what a stranger's bytes have to be like before a YAML parser sees them.
 *
 * In YAML a bracket may open what turns out to be a key, until its line ends; the parser keeps every token
 * until it knows, which for a scenario in one line of JSON is gigabytes.  So such a line is broken behind
 * commas where JSON allows it, and places are counted back.  Other long lines are refused.
 */
#include "source.h"

#include <string.h>

#include "arena.h"
#include "diag.h"

/* A line of JSON is broken once in so many bytes, if it is longer than that. */
#define BREAK_AFTER 4096
#define LONG_LINE   65536

static bool ends_line(const char *text, size_t length, size_t at)
{
	return text[at] == '\n' || (text[at] == '\r' && (at + 1 == length || text[at + 1] != '\n'));
}

static enum rt_status refuse(struct scn_diags *diags, unsigned line, unsigned column, unsigned char byte,
			     uint32_t code)
{
	bool added;

	if (code == INJ_UTF8_BAD)
		added = scn_diag_add(diags, line, column, "not UTF-8: byte 0x%02X cannot stand here", byte);
	else if (code == 0)
		added = scn_diag_add(diags, line, column, "a NUL byte; is this a text file?");
	else
		added = scn_diag_add(diags, line, column, "the character U+%04X cannot stand in a scenario",
				     code);
	return added ? RT_EINVAL : RT_ENOMEM;
}

static enum rt_status check_characters(const char *text, size_t length, struct scn_diags *diags)
{
	unsigned line = 1, column = 1;
	uint32_t code;

	for (size_t at = 0, size; at < length; at += size) {
		unsigned char c = (unsigned char)text[at];
		size = 1;
		/* Of those that it does not know the library keeps notes for ever. */
		if (c == '%' && column == 1)
			return scn_diag_add(
				       diags, line, column,
				       "directives (lines that begin with '%%') cannot be used in a scenario")
				       ? RT_EINVAL
				       : RT_ENOMEM;
		if (c >= 0x20 && c < 0x7F) {
			column++;
			continue;
		}
		if (ends_line(text, length, at)) {
			line++;
			column = 1;
			continue;
		}
		size = inj_utf8_next(text + at, length - at, &code);
		if (code == 0xFEFF && at == 0)
			continue;
		if (code == INJ_UTF8_BAD || !inj_utf8_printable(code))
			return refuse(diags, line, column, c, code);
		column++;
	}
	return RT_OK;
}

static enum rt_status check_lines(const struct scn_source *source, struct scn_diags *diags)
{
	unsigned line, column;
	size_t start = 0;

	for (size_t at = 0; at <= source->parsed_length; at++) {
		if (at < source->parsed_length && !ends_line(source->parsed, source->parsed_length, at))
			continue;
		if (at - start > SCN_LINE_MAX) {
			struct scn_source places = *source;
			scn_source_place(&places, start, &line, &column);
			return scn_diag_add(diags, line, column, "a line of more than %u KiB",
					    SCN_LINE_MAX >> 10)
				       ? RT_EINVAL
				       : RT_ENOMEM;
		}
		start = at + 1;
	}
	return RT_OK;
}

/* --- long lines of JSON -------------------------------------------------------------------------------- */

static bool is_long_json(const char *text, size_t length)
{
	return length > LONG_LINE && (text[0] == '{' || text[0] == '[') && !memchr(text, '\n', LONG_LINE) &&
	       !memchr(text, '\r', LONG_LINE);
}

/* Where the line may be broken: behind the first comma from `earliest` on that stands between the values of a
 * list or a mapping in strict JSON.  `length` if there is none, or where it is no JSON any more.  `*before`
 * is the latest character but a blank outside of strings. */
static size_t next_break(const char *text, size_t length, size_t from, size_t earliest, char *before)
{
	bool inside = false;

	for (size_t at = from; at + 1 < length; at++) {
		char c = text[at];
		if (inside) {
			if (c == '\\')
				at++;
			else if (c == '"')
				inside = false;
			continue;
		}
		if (c == '"') {
			if (!strchr("[{,:", *before))
				return length;
			inside = true;
		} else if (c == '\'' || c == '#' || c == '\n' || c == '\r') {
			return length;
		} else if (c == ',' && at >= earliest && (text[at + 1] == '"' || text[at + 1] == '{')) {
			*before = c;
			return at + 1;
		}
		if (c != ' ')
			*before = c;
	}
	return length;
}

static enum rt_status break_line(struct scn_source *source)
{
	const char *text = source->text;
	size_t length = source->length, most = length / BREAK_AFTER + 1, done = 0, used = 0;
	char before = '[';

	source->broken = scn_mem_alloc(length + most);
	source->breaks = scn_mem_alloc(most * sizeof(*source->breaks));
	if (!source->broken || !source->breaks)
		return RT_ENOMEM;
	while (done < length) {
		size_t at = next_break(text, length, done, done + BREAK_AFTER, &before);
		memcpy(source->broken + used, text + done, at - done);
		used += at - done;
		done = at;
		if (at == length)
			break;
		source->breaks[source->n_breaks++] = (uint32_t)used;
		source->broken[used++] = '\n';
	}
	source->parsed = source->broken;
	source->parsed_length = used;
	return RT_OK;
}

enum rt_status scn_source_open(struct scn_source *source, const char *text, size_t length,
			       struct scn_diags *diags)
{
	enum rt_status status;

	*source = (struct scn_source){
		.text = text,
		.length = length,
		.parsed = text,
		.parsed_length = length,
		.line = 1,
		.column = 1,
	};
	status = check_characters(text, length, diags);
	if (status == RT_OK && is_long_json(text, length))
		status = break_line(source);
	if (status == RT_OK)
		status = check_lines(source, diags);
	return status;
}

void scn_source_close(struct scn_source *source)
{
	scn_mem_free(source->broken);
	scn_mem_free(source->breaks);
}

/* --- places -------------------------------------------------------------------------------------------- */

/* How many line ends were put in before this offset. */
static size_t breaks_before(const struct scn_source *source, size_t offset)
{
	size_t low = 0, high = source->n_breaks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (source->breaks[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void scn_source_place(struct scn_source *source, size_t offset, unsigned *line, unsigned *column)
{
	size_t goal = offset - breaks_before(source, offset);
	uint32_t code;

	if (goal < source->at) {
		source->at = 0;
		source->line = source->column = 1;
	}
	while (source->at < goal && source->at < source->length) {
		if (ends_line(source->text, source->length, source->at)) {
			source->line++;
			source->column = 0;
		}
		source->column++;
		source->at += inj_utf8_next(source->text + source->at, source->length - source->at, &code);
	}
	*line = source->line;
	*column = source->column;
}

size_t scn_source_offset(const struct scn_source *source, unsigned line, unsigned column)
{
	size_t at = 0;
	uint32_t code;

	for (; line > 1 && at < source->parsed_length; at++)
		line -= ends_line(source->parsed, source->parsed_length, at);
	for (; column > 1 && at < source->parsed_length; column--)
		at += inj_utf8_next(source->parsed + at, source->parsed_length - at, &code);
	return at;
}

unsigned scn_source_tab(const struct scn_source *source, unsigned *line)
{
	const char *at = source->text, *end = source->text + source->length;

	for (unsigned n = 1; at < end && n <= *line + 1; n++) {
		for (const char *c = at; n >= *line && c < end && (*c == ' ' || *c == '\t'); c++) {
			if (*c == '\t') {
				*line = n;
				return (unsigned)(c - at) + 1;
			}
		}
		const char *next = memchr(at, '\n', (size_t)(end - at));
		at = next ? next + 1 : end;
	}
	return 0;
}

unsigned scn_source_dash(const struct scn_source *source, unsigned *line)
{
	const char *at = source->text, *end = source->text + source->length;
	unsigned last = 0, column = 0;

	for (unsigned n = 1; at < end && n < *line; n++) {
		const char *next = memchr(at, '\n', (size_t)(end - at)), *c = at;
		next = next ? next : end;
		while (c < next && (*c == ' ' || *c == '\r'))
			c++;
		if (c < next && *c != '#') {
			const char *behind = c + 1;
			while (behind < next && (*behind == ' ' || *behind == '\r'))
				behind++;
			last = n;
			column = *c == '-' && (behind == next || *behind == '#') ? (unsigned)(c - at) + 1 : 0;
		}
		at = next < end ? next + 1 : end;
	}
	if (column)
		*line = last;
	return column;
}
