/* probe_text.c - probes as they are typed: `restarts core/cache equals=1`, `core/cache: restarted`, or an
 * item of a scenario file as it stands there.
 *
 * Every form is cut into the same pairs first: a key, or none, and a value.
 */
#include "arena.h"
#include "path.h"
#include "text.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS_MAX 256u

struct pair {
	const char *key; /* null: a bare word */
	const char *value;
};

struct pairs {
	struct pair pair[PAIRS_MAX];
	size_t count;
};

/* --- cutting ------------------------------------------------------------------------------------------- */

static bool push(struct pairs *pairs, const char *key, const char *value)
{
	if (pairs->count == PAIRS_MAX)
		return false;
	pairs->pair[pairs->count++] = (struct pair){ .key = key, .value = value };
	return true;
}

/* The next stretch without any of `ends`; null: there is none. */
static char *next_item(char **text, const char *ends)
{
	char *item;

	do
		item = strsep(text, ends);
	while (item && *item == '\0');
	return item;
}

static char *trim(char *text)
{
	text += strspn(text, " \t");
	size_t length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	text[length] = '\0';
	if (length >= 2 && (text[0] == '"' || text[0] == '\'') && text[length - 1] == text[0]) {
		text[length - 1] = '\0';
		text++;
	}
	return text;
}

/* `{probe: restarts, of: core/cache, equals: 1}` without its braces. */
static bool cut_map(char *text, struct pairs *pairs)
{
	while (*text != '\0') {
		char *end = text, *colon = NULL;
		for (int depth = 0; *end != '\0' && (*end != ',' || depth > 0); end++) {
			depth += (*end == '[') - (*end == ']');
			if (!colon && *end == ':' && (end[1] == ' ' || end[1] == '\0'))
				colon = end;
		}
		bool more = *end == ',';
		*end = '\0';
		if (!colon)
			return false;
		*colon = '\0';
		if (!push(pairs, trim(text), trim(colon + 1)))
			return false;
		text = end + more;
	}
	return true;
}

static bool cut_words(char *text, struct pairs *pairs)
{
	for (char *word; (word = next_item(&text, " \t"));) {
		char *equals = strchr(word, '=');
		if (equals)
			*equals++ = '\0';
		if (!push(pairs, equals ? word : NULL, equals ? equals : word))
			return false;
	}
	return true;
}

static bool cut(char *text, struct pairs *pairs)
{
	text = trim(text);
	size_t length = strlen(text);
	if (length >= 2 && text[0] == '{' && text[length - 1] == '}') {
		text[length - 1] = '\0';
		return cut_map(text + 1, pairs);
	}
	char *colon = strstr(text, ": ");
	return colon ? cut_map(text, pairs) : cut_words(text, pairs);
}

/* --- meaning ------------------------------------------------------------------------------------------- */

struct parser {
	struct scn_arena *arena;
	struct scn_probe *probe;
	struct rt_error *error;
	const char *values; /* of the tolerance */
};

#define WRONG(parser, ...) rt_error_set((parser)->error, RT_EINVAL, __VA_ARGS__)

static int find_kind(const char *word)
{
	for (int kind = 0; kind < SCN_PROBE_COUNT; kind++) {
		if (strcmp(scn_probe_rows[kind].word, word) == 0)
			return kind;
	}
	return -1;
}

static int find_sibling(const char *word)
{
	for (int sibling = 0; sibling < SCN_SIBLING_COUNT; sibling++) {
		if (strcmp(scn_sibling_word((enum scn_sibling)sibling), word) == 0)
			return sibling;
	}
	return -1;
}

static int find_tolerance(const char *word)
{
	for (int tolerance = SCN_IS; tolerance <= SCN_BETWEEN; tolerance++) {
		if (strcmp(scn_tolerance_word((enum scn_tolerance)tolerance), word) == 0)
			return tolerance;
	}
	return -1;
}

static enum rt_status unknown_kind(struct parser *parser, const char *word)
{
	const char *words[SCN_PROBE_COUNT + SCN_SIBLING_COUNT];

	for (int kind = 0; kind < SCN_PROBE_COUNT; kind++)
		words[kind] = scn_probe_rows[kind].word;
	for (int sibling = 0; sibling < SCN_SIBLING_COUNT; sibling++)
		words[SCN_PROBE_COUNT + sibling] = scn_sibling_word((enum scn_sibling)sibling);
	const char *near = inj_did_you_mean(word, words, sizeof(words) / sizeof(words[0]));
	if (near)
		return WRONG(parser, "unknown probe '%s'; did you mean %s?", word, near);
	return WRONG(parser, "unknown probe '%s'; `help expect` lists them", word);
}

static enum rt_status take_value(struct parser *parser, const char *text, int64_t *out)
{
	enum scn_measure measure = scn_probe_rows[parser->probe->kind].measure;
	const char *word = scn_probe_rows[parser->probe->kind].word;
	uint32_t ppb;
	bool yes;

	switch (measure) {
	case SCN_BOOL:
		if (!inj_parse_bool(text, &yes))
			return WRONG(parser, "%s is true or false, not '%s'", word, text);
		*out = yes;
		break;
	case SCN_COUNT:
		if (!inj_parse_count(text, out))
			return WRONG(parser, "%s wants a whole number, not '%s'", word, text);
		break;
	case SCN_SHARE:
		if (!inj_parse_ppb(text, &ppb))
			return WRONG(parser, "%s wants a share such as 99.9%%, not '%s'", word, text);
		*out = ppb;
		break;
	case SCN_DURATION:
		if (!inj_parse_duration(text, out))
			return WRONG(parser, "%s wants a duration such as 250ms or 5s, not '%s'", word, text);
		break;
	case SCN_ORDER:
		break;
	}
	return RT_OK;
}

/* What stands around the items of `[a, b]`, `a,b` or `a b`. */
static const char item_ends[] = "[], \t";

static enum rt_status add_order(struct parser *parser, const char *values)
{
	struct scn_probe *probe = parser->probe;
	char *rest = scn_arena_text(parser->arena, values, strlen(values));
	const char **order = scn_arena_array(parser->arena, strlen(values) / 2 + 1, sizeof(*order));

	if (!rest || !order)
		return RT_ENOMEM;
	probe->order = order;
	for (char *item; (item = next_item(&rest, item_ends));) {
		if ((item[0] != '+' && item[0] != '-') || item[1] == '\0' || !inj_pattern_is_path(item + 1))
			return WRONG(parser,
				     "an item of order is + and a path for a start, or - and a path for "
				     "an exit, not '%s'",
				     item);
		order[probe->n_order++] = item;
	}
	if (probe->n_order == 0)
		return WRONG(parser, "order wants a list such as [-core/a, +core/a]");
	return RT_OK;
}

static enum rt_status take_tolerance(struct parser *parser)
{
	struct scn_probe *probe = parser->probe;
	const struct scn_probe_row *row = &scn_probe_rows[probe->kind];

	if (!parser->values && row->measure == SCN_BOOL) {
		probe->low = 1;
		return RT_OK;
	}
	if (!parser->values)
		return WRONG(parser, "%s needs one of equals= at_least= at_most= between=", row->word);
	bool number = row->measure != SCN_BOOL && row->measure != SCN_ORDER;
	if (!number && probe->tolerance != SCN_IS && probe->tolerance != SCN_EQUALS)
		return WRONG(parser, "%s goes with `%s`, not with `%s`", row->word,
			     row->measure == SCN_BOOL ? "is" : "equals",
			     scn_tolerance_word(probe->tolerance));
	if (row->measure == SCN_ORDER)
		return add_order(parser, parser->values);
	if (probe->tolerance != SCN_BETWEEN) {
		probe->tolerance = probe->tolerance != SCN_IS && probe->tolerance != SCN_EQUALS
					   ? probe->tolerance
				   : row->measure == SCN_BOOL ? SCN_IS
							      : SCN_EQUALS;
		return take_value(parser, parser->values, &probe->low);
	}
	char *rest = scn_arena_text(parser->arena, parser->values, strlen(parser->values));
	if (!rest)
		return RT_ENOMEM;
	const char *low = next_item(&rest, item_ends), *high = next_item(&rest, item_ends);
	if (!low || !high || next_item(&rest, item_ends))
		return WRONG(parser, "between wants two values such as 1,3");
	enum rt_status status = take_value(parser, low, &probe->low);
	if (status == RT_OK)
		status = take_value(parser, high, &probe->high);
	if (status == RT_OK && probe->low > probe->high)
		return WRONG(parser, "between wants the smaller value first");
	return status;
}

static bool is_sibling_form(const struct pairs *pairs)
{
	if (pairs->count == 1)
		return pairs->pair[0].key && strcmp(pairs->pair[0].key, "probe") != 0;
	return pairs->count == 2 && !pairs->pair[0].key && !pairs->pair[1].key &&
	       find_sibling(pairs->pair[1].value) >= 0;
}

static enum rt_status take_sibling(struct parser *parser, const struct pairs *pairs)
{
	const char *path = pairs->count == 1 ? pairs->pair[0].key : pairs->pair[0].value;
	const char *word = pairs->pair[pairs->count - 1].value;
	int sibling = find_sibling(word);

	if (sibling < 0)
		return unknown_kind(parser, word);
	parser->probe->is_sibling = true;
	parser->probe->sibling = (enum scn_sibling)sibling;
	parser->probe->of = path;
	parser->probe->low = 1;
	return RT_OK;
}

/* A tolerance, its values; of an `order` bare words, too. */
static enum rt_status take_key(struct parser *parser, const struct pair *pair)
{
	struct scn_probe *probe = parser->probe;
	int tolerance = find_tolerance(pair->key);

	if (strcmp(pair->key, "of") == 0) {
		if (probe->of)
			return WRONG(parser, "a probe has one path");
		probe->of = pair->value;
		return RT_OK;
	}
	if (strcmp(pair->key, "percentile") == 0) {
		if (probe->kind != SCN_LATENCY)
			return WRONG(parser, "%s has no percentile; latency has",
				     scn_probe_rows[probe->kind].word);
		if (!inj_parse_ppb(pair->value, &probe->percentile) || probe->percentile == 0)
			return WRONG(parser, "percentile wants a share above 0%% such as 99.9%%, not '%s'",
				     pair->value);
		return RT_OK;
	}
	if (tolerance < 0)
		return WRONG(parser,
			     "unknown key '%s'; a probe has of, percentile, is, equals, at_least, at_most, "
			     "between",
			     pair->key);
	if (parser->values)
		return WRONG(parser, "a probe has one tolerance");
	parser->values = pair->value;
	probe->tolerance = (enum scn_tolerance)tolerance;
	return RT_OK;
}

static enum rt_status take_pairs(struct parser *parser, const struct pairs *pairs, char *order)
{
	struct scn_probe *probe = parser->probe;
	const char *word = NULL;
	enum rt_status status = RT_OK;

	for (size_t i = 0; i < pairs->count && !word; i++) {
		if (!pairs->pair[i].key || strcmp(pairs->pair[i].key, "probe") == 0)
			word = pairs->pair[i].value;
	}
	int kind = word ? find_kind(word) : -1;
	if (kind < 0)
		return word ? unknown_kind(parser, word) : WRONG(parser, "which probe?");
	probe->kind = (enum scn_probe_kind)kind;
	probe->percentile = kind == SCN_LATENCY ? SCN_PERCENTILE_DEFAULT : 0;
	for (size_t i = 0; i < pairs->count && status == RT_OK; i++) {
		const struct pair *pair = &pairs->pair[i];
		if (pair->value == word)
			continue;
		if (pair->key) {
			status = take_key(parser, pair);
		} else if (kind == SCN_ORDER_OF) {
			strcat(strcat(order, " "), pair->value);
			parser->values = order;
		} else if (!probe->of) {
			probe->of = pair->value;
		} else {
			status = WRONG(parser, "a probe has one path; '%s' is another", pair->value);
		}
	}
	if (status == RT_OK && kind != SCN_ORDER_OF && !probe->of)
		status = WRONG(parser, "%s of which path?", word);
	return status == RT_OK ? take_tolerance(parser) : status;
}

/* --- is there such a path? ----------------------------------------------------------------------------- */

struct match {
	const struct rt *rt;
	const char *pattern;
	bool found;
};

static bool match_row(void *ctx, const struct rt_row *row)
{
	struct match *match = ctx;
	char path[SCN_PATH_MAX];

	match->found = scn_place_matches(match->rt, row->child.place, match->pattern, path);
	return !match->found;
}

/* Places that were there and are gone are good, too: somebody may ask what became of them. */
static bool is_known(const struct scn_world *world, const char *pattern)
{
	struct match match = { .rt = world->rt, .pattern = pattern };

	if (!world->up)
		return true;
	if (inj_pattern_is_path(pattern))
		return rt_path_find(world->rt, pattern) || scn_names_find(world->names, pattern);
	rt_walk(world->rt, match_row, &match);
	for (size_t i = 0; i < scn_accounts_count(world->accounts) && !match.found; i++)
		match.found = inj_pattern_match(pattern, scn_accounts_at(world->accounts, i)->name->text);
	return match.found;
}

static enum rt_status look_for_paths(const struct scn_world *world, const struct scn_probe *probe,
				     struct rt_error *error)
{
	for (size_t i = 0; i < probe->n_order; i++) {
		if (!is_known(world, probe->order[i] + 1))
			return rt_error_set(error, RT_EINVAL, "nothing in the tree is %s",
					    probe->order[i] + 1);
	}
	if (probe->of && !is_known(world, probe->of))
		return rt_error_set(error, RT_EINVAL, "nothing in the tree is %s", probe->of);
	return RT_OK;
}

enum rt_status scn_probe_parse(struct scn_world *world, const char *const *words, size_t count,
			       struct scn_probe *out, struct rt_error *error)
{
	struct scn_probe probe = { .tolerance = SCN_IS };
	struct parser parser = { .arena = world->arena, .probe = &probe, .error = error };
	struct scn_text text = { .data = NULL };
	struct pairs *pairs = scn_mem_alloc(sizeof(*pairs));
	enum rt_status status = RT_ENOMEM;

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			scn_text_add(&text, " ");
		scn_text_add(&text, words[i]);
	}
	if (!pairs || text.failed)
		goto out;
	pairs->count = 0;
	char *copy = scn_arena_text(world->arena, text.length ? text.data : "", text.length);
	char *order = scn_arena_alloc(world->arena, text.length + 1);
	if (!copy || !order)
		goto out;
	if (!cut(copy, pairs) || pairs->count == 0)
		status = WRONG(&parser,
			       "a probe is like `restarts core/cache equals=1` or `core/cache: restarted`");
	else if (is_sibling_form(pairs))
		status = take_sibling(&parser, pairs);
	else
		status = take_pairs(&parser, pairs, order);
	if (status == RT_OK && !probe.is_sibling && probe.kind == SCN_ORDER_OF)
		probe.of = NULL;
	if (status == RT_OK) {
		*out = probe;
		status = look_for_paths(world, &probe, error);
	}
	if (status == RT_OK && !probe.of)
		out->of = world->scenario->root.id;
out:
	if (status == RT_ENOMEM)
		rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
	scn_mem_free(pairs);
	scn_text_fini(&text);
	return status;
}
