/* node.c - libfyaml's events to nodes; the one file that knows libfyaml.
 *
 * The library's document loader prints to stderr, gives up at 32 levels and compares keys pairwise, so only
 * its event parser is used, on text that has been checked to be clean UTF-8 before, with a collector for its
 * complaints.  Depth, duplicate keys and everything that a scenario may not contain are seen to here.
 */
#include "node.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <libfyaml.h>

#include "diag.h"
#include "duplicates.h"
#include "misread.h"
#include "source.h"
#include "yaml_words.h"

const char *scn_node_text(const struct scn_node *node)
{
	static const char *const texts[] = {
		[SCN_NODE_TEXT] = "a text",
		[SCN_NODE_LIST] = "a list",
		[SCN_NODE_MAP] = "a mapping",
		[SCN_NODE_BAD] = "something else",
	};
	return texts[node->kind];
}

bool scn_node_is_null(const struct scn_node *node)
{
	return node->kind == SCN_NODE_TEXT && node->plain &&
	       (node->length == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

static void discard(struct fy_diag *diag, void *user, const char *text, size_t length)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)length;
}

/* --- nodes --------------------------------------------------------------------------------------------- */

/* Short texts come again and again (every child has an `id`), so the latest are remembered. */
#define SHARED_SLOTS  512
#define SHARED_LENGTH 32

/* The scenario's own mapping is no nesting yet. */
#define LEVELS_MAX (SCN_DEPTH_MAX + 1)

struct level {
	struct scn_node *node;
	struct scn_node *last;
	uint32_t children; /* of a map, keys and values */
	bool is_key;
};

/* A node takes more memory than the two bytes that can make one. */
#define NODES_MAX         20000000u
#define NODES_MAX_OF_LONG 64000000u /* of what is longer than a file may be */

struct builder {
	struct scn_arena *nodes, *texts;
	struct scn_diags *diags;
	struct scn_node *root;
	enum rt_status status; /* RT_OK, RT_EINVAL to go on with, RT_ENOMEM */
	bool stop;             /* a diagnostic after which there is no going on */
	struct scn_source source;
	/* Where what was read last ends, as far as the library says. */
	size_t end;
	unsigned end_line, end_column;
	unsigned line, column; /* of the latest event that has a place */
	unsigned documents;
	uint32_t left; /* nodes that may still be made */
	unsigned depth;
	struct level stack[LEVELS_MAX];
	struct {
		const char *text;
		size_t length;
	} shared[SHARED_SLOTS];
};

#define COMPLAIN(b, line, column, ...) complained(b, scn_diag_add((b)->diags, line, column, __VA_ARGS__))

static void complained(struct builder *b, bool added)
{
	if (!added)
		b->status = RT_ENOMEM;
	else if (b->status == RT_OK)
		b->status = RT_EINVAL;
}

static const char *keep_text(struct builder *b, const char *text, size_t length)
{
	uint32_t hash = 2166136261u;

	if (length > SHARED_LENGTH)
		return scn_arena_text(b->texts, text, length);
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	hash = (hash ^ hash >> 16) % SHARED_SLOTS;
	if (b->shared[hash].text && b->shared[hash].length == length &&
	    memcmp(b->shared[hash].text, text, length) == 0)
		return b->shared[hash].text;
	const char *kept = scn_arena_text(b->texts, text, length);
	if (kept) {
		b->shared[hash].text = kept;
		b->shared[hash].length = length;
	}
	return kept;
}

static void see_place(struct builder *b, struct fy_token *token)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *end = token ? fy_token_end_mark(token) : NULL;

	if (!mark)
		return;
	if (end && end->input_pos >= b->end) {
		b->end = end->input_pos;
		b->end_line = (unsigned)end->line + 1;
		b->end_column = (unsigned)end->column + 1;
	}
	b->line = (unsigned)mark->line + 1;
	b->column = (unsigned)mark->column + 1;
	if (b->source.broken)
		scn_source_place(&b->source, mark->input_pos, &b->line, &b->column);
}

/* An item of a list that is nothing has no place of its own: it is where its dash is, the next one that
 * follows what was read last. */
static void see_dash(struct builder *b)
{
	bool comment = false;

	for (; b->end < b->source.length; b->end++) {
		char c = b->source.text[b->end];
		if (c == '-' && !comment)
			break;
		comment = c == '#' || (comment && c != '\n');
		b->end_column = c == '\n' ? 1 : b->end_column + 1;
		b->end_line += c == '\n';
	}
	if (b->end == b->source.length)
		return;
	b->line = b->end_line;
	b->column = b->end_column++;
	b->end++;
}

static bool expects_key(const struct builder *b)
{
	const struct level *top = b->depth ? &b->stack[b->depth - 1] : NULL;
	return top && top->node->kind == SCN_NODE_MAP && top->children % 2 == 0;
}

/* A new node at the place last seen, hung below the innermost open collection. */
static struct scn_node *add_node(struct builder *b, enum scn_node_kind kind)
{
	struct scn_node *node;

	if (b->left-- == 0) {
		COMPLAIN(b, b->line, b->column, "too many keys and values; that is no scenario");
		b->stop = true;
		return NULL;
	}
	node = scn_arena_alloc(b->nodes, sizeof(*node));
	if (!node) {
		b->status = RT_ENOMEM;
		return NULL;
	}
	node->kind = (uint8_t)kind;
	node->line = b->line;
	node->column = b->column;
	if (b->depth == 0) {
		b->root = node;
		return node;
	}
	struct level *top = &b->stack[b->depth - 1];
	if (top->last)
		top->last->next = node;
	else
		top->node->first = node;
	top->last = node;
	top->children++;
	return node;
}

static void check_decorations(struct builder *b, struct fy_token *anchor, struct fy_token *tag)
{
	unsigned line = b->line, column = b->column;

	if (tag) {
		see_place(b, tag);
		COMPLAIN(b, b->line, b->column,
			 "tags cannot be used in a scenario; quote a text that starts with '!'");
	}
	if (anchor) {
		/* Its mark is behind the '&'. */
		see_place(b, anchor);
		COMPLAIN(b, b->line, b->column > 1 ? b->column - 1 : 1,
			 "anchors cannot be used in a scenario; quote a text that starts with '&'");
	}
	b->line = line;
	b->column = column;
}

/* The text of a token as it should have been read.  Null: no memory, or a complaint. */
static const char *token_text(struct builder *b, struct fy_token *token, const struct scn_node *node,
			      size_t *length)
{
	enum fy_scalar_style style = fy_token_scalar_style(token);
	const struct fy_mark *start = fy_token_start_mark(token), *end = fy_token_end_mark(token);
	const char *text = fy_token_get_text(token, length);
	const char *wrong = NULL;

	if (!text) {
		b->status = RT_ENOMEM;
		return NULL;
	}
	if (start && end && end->input_pos > start->input_pos && end->input_pos <= b->source.parsed_length) {
		const char *raw = b->source.parsed + start->input_pos;
		size_t raw_length = end->input_pos - start->input_pos;
		wrong = style == FYSS_DOUBLE_QUOTED ? scn_misread_double(raw, raw_length)
			: style == FYSS_FOLDED      ? scn_misread_folded(raw, raw_length)
						    : NULL;
		if (style == FYSS_SINGLE_QUOTED && scn_misread_single(raw, raw_length)) {
			*length = raw_length;
			text = scn_single_quoted(raw, length, b->nodes);
			if (!text)
				b->status = RT_ENOMEM;
		}
	}
	if (!wrong && text && style != FYSS_DOUBLE_QUOTED && memchr(text, '\0', *length))
		wrong = "this text cannot be read; write it on one line";
	if (wrong)
		COMPLAIN(b, node->line, node->column, "%s", wrong);
	return wrong ? NULL : text;
}

static void on_text(struct builder *b, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	bool key = expects_key(b);
	size_t length = 0;

	if (token)
		see_place(b, token);
	else if (b->depth && b->stack[b->depth - 1].node->kind == SCN_NODE_LIST && !b->source.broken)
		see_dash(b);
	check_decorations(b, event->scalar.anchor, event->scalar.tag);
	enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
	struct scn_node *node = add_node(b, SCN_NODE_TEXT);
	if (!node)
		return;
	node->plain = style == FYSS_PLAIN;
	/* The mark is behind the quote. */
	if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && node->column > 1)
		node->column--;
	const char *text = token ? token_text(b, token, node, &length) : "";
	if (!text) {
		node->kind = SCN_NODE_BAD;
		return;
	}
	/* Escapes in double quotes can make what the file itself must not contain; of that only the control
	 * characters below the blank are let through, which every writer of JSON escapes again. */
	uint32_t code = 0;
	for (size_t at = 0, size; style == FYSS_DOUBLE_QUOTED && at < length; at += size) {
		size = inj_utf8_next(text + at, length - at, &code);
		if (code != 0 && (code < 0x20 || inj_utf8_printable(code)))
			continue;
		if (code == INJ_UTF8_BAD)
			COMPLAIN(b, node->line, node->column,
				 "an escape in this text makes what is no character");
		else
			COMPLAIN(b, node->line, node->column,
				 "an escape in this text makes U+%04X, which cannot stand in a "
				 "scenario",
				 code);
		node->kind = SCN_NODE_BAD;
		return;
	}
	node->text = keep_text(b, text, length);
	node->length = (uint32_t)length;
	if (!node->text)
		b->status = RT_ENOMEM;
	else if (key && node->plain && strcmp(node->text, "<<") == 0) {
		COMPLAIN(b, b->line, b->column,
			 "merge keys cannot be used in a scenario; write the keys out");
		node->kind = SCN_NODE_BAD;
	}
}

static void on_alias(struct builder *b, struct fy_event *event)
{
	size_t length = 0;

	see_place(b, event->alias.anchor);
	const char *name = fy_token_get_text(event->alias.anchor, &length);
	unsigned column = b->column > 1 ? b->column - 1 : 1;
	COMPLAIN(b, b->line, column,
		 "aliases cannot be used in a scenario; quote a pattern that starts with '*': '*%.*s'",
		 name ? (int)(length < 60 ? length : 60) : 0, name ? name : "");
	add_node(b, SCN_NODE_BAD);
}

static void on_begin(struct builder *b, enum scn_node_kind kind, struct fy_token *token,
		     struct fy_token *anchor, struct fy_token *tag)
{
	see_place(b, token);
	check_decorations(b, anchor, tag);
	if (b->depth == LEVELS_MAX) {
		COMPLAIN(b, b->line, b->column, "nested deeper than %d levels", SCN_DEPTH_MAX);
		b->stop = true;
		return;
	}
	bool is_key = expects_key(b);
	if (is_key)
		COMPLAIN(b, b->line, b->column,
			 "a key has to be a text; if this is an Erlang term, quote all of it, "
			 "as in reason: '{shutdown,{failed,x}}'");
	struct scn_node *node = add_node(b, kind);
	if (!node)
		return;
	b->stack[b->depth++] = (struct level){ .node = node, .is_key = is_key };
}

static void on_end(struct builder *b)
{
	assert(b->depth > 0);
	struct level *top = &b->stack[--b->depth];
	struct scn_node *node = top->node;
	size_t found = 0;

	node->length = node->kind == SCN_NODE_MAP ? top->children / 2 : top->children;
	if (top->is_key)
		node->kind = SCN_NODE_BAD;
	else if (node->kind == SCN_NODE_MAP && scn_duplicates_find(node, b->diags, &found) != RT_OK)
		b->status = RT_ENOMEM;
	else if (found > 0 && b->status == RT_OK)
		b->status = RT_EINVAL;
}

static void on_event(struct builder *b, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		see_place(b, event->document_start.document_start);
		if (++b->documents > 1) {
			COMPLAIN(b, b->line, b->column,
				 "a second document begins here; a scenario is one document");
			b->stop = true;
		}
		break;
	case FYET_SCALAR:
		on_text(b, event);
		break;
	case FYET_ALIAS:
		on_alias(b, event);
		break;
	case FYET_MAPPING_START:
		on_begin(b, SCN_NODE_MAP, event->mapping_start.mapping_start, event->mapping_start.anchor,
			 event->mapping_start.tag);
		break;
	case FYET_SEQUENCE_START:
		on_begin(b, SCN_NODE_LIST, event->sequence_start.sequence_start, event->sequence_start.anchor,
			 event->sequence_start.tag);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		on_end(b);
		break;
	default:
		break;
	}
}

/* --- the parser ---------------------------------------------------------------------------------------- */

static enum rt_status add_complaint(struct builder *b, struct fy_diag *theirs)
{
	void *iterator = NULL;
	const struct fy_diag_error *error;

	while ((error = fy_diag_errors_iterate(theirs, &iterator)) != NULL) {
		if (error->type < FYET_ERROR || !error->msg)
			continue;
		unsigned line = error->line > 0 ? (unsigned)error->line : 1;
		unsigned column = error->column > 0 ? (unsigned)error->column : 1;
		const char *words = scn_yaml_words(error->msg);
		unsigned tab = 0;
		if (b->source.broken)
			scn_source_place(&b->source, scn_source_offset(&b->source, line, column), &line,
					 &column);
		else
			tab = scn_source_tab(&b->source, &line);
		if (tab) {
			words = "a tab cannot indent; use blanks";
			column = tab;
		} else if (words && strstr(words, "value is missing") && !b->source.broken) {
			/* Theirs is where the next line begins. */
			unsigned dash = scn_source_dash(&b->source, &line);
			column = dash ? dash : column;
		} else if (words && strstr(words, "is not closed") && strchr(words, '[') && b->depth) {
			/* They say where the file ends. */
			line = b->stack[b->depth - 1].node->line;
			column = b->stack[b->depth - 1].node->column;
		}
		bool added = words ? scn_diag_add(b->diags, line, column, "%s", words)
				   : scn_diag_add(b->diags, line, column, "not YAML: %.*s",
						  (int)strcspn(error->msg, "\n"), error->msg);
		return added ? RT_EINVAL : RT_ENOMEM;
	}
	/* It stops without a word for want of memory, and at some texts that are wrong, `|0` among them. */
	if (errno == ENOMEM)
		return RT_ENOMEM;
	return scn_diag_add(b->diags, b->end_line, b->end_column,
			    "not YAML from here on; after | and > an indentation is a digit from 1 to 9")
		       ? RT_EINVAL
		       : RT_ENOMEM;
}

static enum rt_status run_parser(struct builder *b)
{
	enum rt_status status = RT_ENOMEM;
	struct fy_parser *parser = NULL;
	struct fy_event *event;
	/* No stream: with one, an error could find its way to a terminal. */
	struct fy_diag_cfg quiet = { .output_fn = discard, .level = FYET_ERROR, .module_mask = ~0u };
	struct fy_diag *collector = fy_diag_create(&quiet);

	if (!collector)
		return RT_ENOMEM;
	fy_diag_set_collect_errors(collector, true);
	struct fy_parse_cfg config = {
		/* Depth is limited here, below what the library could take. */
		.flags =
			FYPCF_QUIET | FYPCF_DISABLE_DEPTH_LIMIT | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2,
		.diag = collector,
	};
	parser = fy_parser_create(&config);
	if (!parser || fy_parser_set_string(parser, b->source.parsed, b->source.parsed_length) != 0)
		goto out;
	bool ended = false;
	errno = 0;
	while (!ended && !b->stop && b->status != RT_ENOMEM && (event = fy_parser_parse(parser)) != NULL) {
		ended = event->type == FYET_STREAM_END;
		on_event(b, event);
		fy_parser_event_free(parser, event);
	}
	status = b->status;
	if (!ended && !b->stop && status != RT_ENOMEM) {
		b->stop = true;
		status = add_complaint(b, collector);
	}
out:
	if (parser)
		fy_parser_destroy(parser);
	fy_diag_destroy(collector);
	return status;
}

enum rt_status scn_node_parse(const char *source, size_t length, struct scn_arena *nodes,
			      struct scn_arena *texts, struct scn_diags *diags, struct scn_node **root)
{
	struct builder *b = scn_arena_alloc(nodes, sizeof(*b));
	enum rt_status status;

	*root = NULL;
	if (!b)
		return RT_ENOMEM;
	b->nodes = nodes;
	b->texts = texts;
	b->diags = diags;
	b->left = length > SCN_FILE_MAX ? NODES_MAX_OF_LONG : NODES_MAX;
	b->line = b->column = b->end_line = b->end_column = 1;
	status = scn_source_open(&b->source, source, length, diags);
	if (status == RT_OK) {
		if (length)
			status = run_parser(b);
		if (status == RT_OK && !b->root)
			status = scn_diag_add(diags, 1, 1,
					      "the file is empty; a scenario begins with `version: 1`")
					 ? RT_EINVAL
					 : RT_ENOMEM;
		if (status != RT_ENOMEM && !b->stop)
			*root = b->root;
	}
	scn_source_close(&b->source);
	return status;
}
