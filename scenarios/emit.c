/* emit.c - brackets, commas, indentation and quotes. */
#include "emit.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#define FLUSH_AT 32768

static void flush(struct scn_emit *emit)
{
	if (emit->text.failed)
		emit->status = RT_ENOMEM;
	if (emit->status == RT_OK && emit->text.length &&
	    !emit->sink.write(emit->sink.ctx, emit->text.data, emit->text.length))
		emit->status = RT_EIO;
	scn_text_clear(&emit->text);
}

void scn_emit_init(struct scn_emit *emit, struct scn_sink sink, enum scn_style style)
{
	memset(emit, 0, sizeof(*emit));
	emit->sink = sink;
	emit->style = style;
	emit->status = RT_OK;
}

enum rt_status scn_emit_fini(struct scn_emit *emit)
{
	assert(emit->depth == 0);
	if (emit->style != SCN_JSON_LINE)
		scn_text_add(&emit->text, "\n");
	flush(emit);
	scn_text_fini(&emit->text);
	return emit->status;
}

static struct scn_emit_level *top(struct scn_emit *emit)
{
	return emit->depth ? &emit->level[emit->depth - 1] : NULL;
}

static void new_line(struct scn_emit *emit, unsigned indent)
{
	static const char blanks[] = "                                ";

	if (emit->text.length > FLUSH_AT)
		flush(emit);
	scn_text_add(&emit->text, "\n");
	for (unsigned left = indent; left;) {
		unsigned part = left < sizeof(blanks) - 1 ? left : (unsigned)sizeof(blanks) - 1;
		scn_text_put(&emit->text, blanks, part);
		left -= part;
	}
}

static bool is_json(const struct scn_emit *emit)
{
	return emit->style != SCN_YAML;
}

static void comma(struct scn_emit *emit, const struct scn_emit_level *level)
{
	if (!level->empty)
		scn_text_add(&emit->text, !level->flow || emit->style == SCN_JSON_LINE ? "," : ", ");
}

/* What stands before the next item of a list, or before a value behind its key. */
static void before_value(struct scn_emit *emit, bool block)
{
	struct scn_emit_level *level = top(emit);

	if (!level)
		return;
	if (!level->list) {
		if (emit->style != SCN_JSON_LINE && !block)
			scn_text_add(&emit->text, " ");
	} else if (level->flow) {
		comma(emit, level);
	} else if (is_json(emit)) {
		comma(emit, level);
		new_line(emit, level->indent);
	} else {
		new_line(emit, level->indent);
		scn_text_add(&emit->text, block ? "-" : "- ");
	}
	level->empty = false;
}

static void begin(struct scn_emit *emit, bool list, bool flow)
{
	struct scn_emit_level *up = top(emit);
	struct scn_emit_level level = { .list = list, .empty = true };

	assert(emit->depth < SCN_EMIT_DEPTH);
	level.flow = flow || emit->style == SCN_JSON_LINE || (up && up->flow);
	before_value(emit, !level.flow && !is_json(emit));
	if (level.flow || is_json(emit))
		scn_text_add(&emit->text, list ? "[" : "{");
	else
		level.behind_dash = !list && up && up->list;
	level.indent = up ? up->indent + 2 : is_json(emit) ? 2 : 0;
	emit->level[emit->depth++] = level;
}

void scn_emit_map(struct scn_emit *emit, bool flow)
{
	begin(emit, false, flow);
}

void scn_emit_list(struct scn_emit *emit, size_t count, bool flow)
{
	begin(emit, true, flow || count == 0);
}

void scn_emit_end(struct scn_emit *emit)
{
	const struct scn_emit_level *level = top(emit);

	assert(level);
	if (is_json(emit) && !level->flow && !level->empty)
		new_line(emit, level->indent - 2);
	if (is_json(emit) || level->flow)
		scn_text_add(&emit->text, level->list ? "]" : "}");
	emit->depth--;
	if (emit->text.length > FLUSH_AT)
		flush(emit);
}

static void quoted(struct scn_emit *emit, const char *text)
{
	scn_text_add(&emit->text, "\"");
	scn_text_json(&emit->text, text);
	scn_text_add(&emit->text, "\"");
}

/* Safe without quotes in every corner of YAML. */
static bool is_plain(const char *text)
{
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	static const char letters[] = LETTERS, further[] = LETTERS "0123456789_-./%+*@;='() ";
	size_t length = strlen(text);

	return length && strchr(letters, text[0]) && strspn(text, further) == length &&
	       text[length - 1] != ' ';
}

/* Something else than a text to some reader of YAML. */
static bool is_taken(const char *text)
{
	static const char *const taken[] = { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		if (strcasecmp(text, taken[i]) == 0)
			return true;
	}
	return false;
}

static void put_text(struct scn_emit *emit, const char *text, bool key)
{
	bool special = false;

	if (!is_json(emit) && is_plain(text) && (key || !is_taken(text))) {
		scn_text_add(&emit->text, text);
		return;
	}
	for (const char *at = text; *at; at++)
		special = special || (unsigned char)*at < ' ' || *at == '\'';
	if (is_json(emit) || special) {
		quoted(emit, text);
		return;
	}
	scn_text_add(&emit->text, "'");
	scn_text_add(&emit->text, text);
	scn_text_add(&emit->text, "'");
}

void scn_emit_key(struct scn_emit *emit, const char *name)
{
	struct scn_emit_level *level = top(emit);

	assert(level && !level->list);
	if (level->flow) {
		comma(emit, level);
	} else if (is_json(emit)) {
		comma(emit, level);
		new_line(emit, level->indent);
	} else if (level->behind_dash) {
		scn_text_add(&emit->text, " ");
		level->behind_dash = false;
	} else if (emit->depth > 1 || !level->empty) {
		new_line(emit, level->indent);
	}
	level->empty = false;
	put_text(emit, name, true);
	scn_text_add(&emit->text, ":");
}

void scn_emit_text(struct scn_emit *emit, const char *text)
{
	before_value(emit, false);
	put_text(emit, text, false);
}

void scn_emit_value(struct scn_emit *emit, const char *text)
{
	before_value(emit, false);
	if (is_json(emit))
		quoted(emit, text);
	else
		scn_text_add(&emit->text, text);
}

void scn_emit_bare(struct scn_emit *emit, const char *text)
{
	before_value(emit, false);
	scn_text_add(&emit->text, text);
}
