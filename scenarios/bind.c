/* bind.c - keys and values by their rows in the schema: what every part of the binder uses. */
#include "bind.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

#define WANTS_SIZE 256

void scn_bind_noted(struct scn_binder *b, bool added)
{
	if (!added)
		b->no_memory = true;
}

void *scn_bind_alloc(struct scn_binder *b, struct scn_arena *arena, size_t count, size_t size)
{
	void *memory = scn_arena_array(arena, count, size);

	if (!memory)
		b->no_memory = true;
	return memory;
}

bool scn_bind_is(struct scn_binder *b, const struct scn_node *node, enum scn_node_kind kind, const char *what,
		 const char *wants)
{
	if (node->kind == kind)
		return true;
	if (scn_node_is_null(node))
		SCN_COMPLAIN(b, node, "%s has no value; it wants %s", what, wants);
	else if (node->kind == SCN_NODE_TEXT)
		SCN_COMPLAIN(b, node, "%s wants %s, not '%.*s'", what, wants, scn_diag_cut(node->text),
			     node->text);
	else if (node->kind == SCN_NODE_BAD)
		b->saw_bad = true;
	else
		SCN_COMPLAIN(b, node, "%s wants %s, not %s", what, wants, scn_node_text(node));
	return false;
}

bool scn_bind_is_list(struct scn_binder *b, const struct scn_node *node, const char *what, const char *wants,
		      uint32_t max)
{
	if (!scn_bind_is(b, node, SCN_NODE_LIST, what, wants))
		return false;
	if (node->length <= max)
		return true;
	SCN_COMPLAIN(b, node, "%s has %u items; at most %u are possible", what, node->length, max);
	return false;
}

const char *scn_bind_text(struct scn_binder *b, const struct scn_node *node, const char *what,
			  const char *wants)
{
	if (!scn_node_is_null(node) && node->kind == SCN_NODE_TEXT)
		return node->text;
	if (scn_node_is_null(node))
		SCN_COMPLAIN(b, node, "%s has no value; it wants %s", what, wants);
	else if (node->kind == SCN_NODE_BAD)
		b->saw_bad = true;
	else
		SCN_COMPLAIN(b, node, "%s wants %s, not %s", what, wants, scn_node_text(node));
	return NULL;
}

/* --- the keys of a mapping ----------------------------------------------------------------------------- */

void scn_bind_keys(struct scn_binder *b, const struct scn_table *table, const struct scn_node *map,
		   const char *what, scn_seen_keys seen)
{
	assert(table->count <= SCN_KEYS_MAX);
	for (size_t i = 0; i < table->count; i++)
		seen[i] = NULL;
	b->meant = 0;
	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (name->kind == SCN_NODE_BAD) {
			b->saw_bad = true;
			continue;
		}
		const struct scn_key *key = scn_key_find(table, name->text);
		if (!key) {
			bool shown = b->diags->count < SCN_DIAGS_MAX;
			const char *near = shown ? scn_key_near(table, name->text) : NULL;
			SCN_COMPLAIN(b, name, "unknown key '%.*s' in %s%s%s%s", scn_diag_cut(name->text),
				     name->text, what, near ? "; did you mean " : "", near ? near : "",
				     near ? "?" : "");
			if (near)
				b->meant |= UINT32_C(1) << (scn_key_find(table, near) - table->keys);
			continue;
		}
		size_t row = (size_t)(key - table->keys);
		if (!seen[row]) {
			seen[row] = name;
		} else if (strcmp(seen[row]->text, name->text) != 0) {
			/* Two keys of one name have been complained about already. */
			SCN_COMPLAIN(b, name, "%s and %s are the same key; %s was given on line %u",
				     name->text, seen[row]->text, seen[row]->text, seen[row]->line);
		}
	}
}

bool scn_bind_meant(const struct scn_binder *b, const struct scn_table *table, const char *name)
{
	const struct scn_key *key = scn_key_find(table, name);

	assert(key);
	return b->meant >> (key - table->keys) & 1;
}

const struct scn_node *scn_bind_seen(const struct scn_table *table, const struct scn_node *const *seen,
				     const char *name)
{
	const struct scn_key *key = scn_key_find(table, name);

	assert(key);
	return seen[key - table->keys];
}

/* --- simple values ------------------------------------------------------------------------------------- */

static bool is_digits(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static bool parse_seed(const char *text, uint64_t *out)
{
	uint64_t seed = 0;

	if (!is_digits(text))
		return false;
	for (; *text; text++) {
		if (__builtin_mul_overflow(seed, 10, &seed) ||
		    __builtin_add_overflow(seed, *text - '0', &seed))
			return false;
	}
	*out = seed;
	return true;
}

static bool parse_seconds(const char *text, int64_t *out)
{
	rt_time time;

	if (is_digits(text))
		return inj_parse_count(text, out);
	if (!inj_parse_duration(text, &time) || time % RT_SECOND != 0)
		return false;
	*out = time / RT_SECOND;
	return true;
}

/* Escapes can bring control characters in, which a terminal would obey. */
static bool is_shown(const char *text, bool many_lines)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && !(many_lines && (*text == '\n' || *text == '\t')))
			return false;
	}
	return true;
}

static bool in_range(const struct scn_key *key, int64_t number)
{
	return number >= key->min && number <= key->max;
}

/* What is wanted is worth putting into words only for a complaint. */
static const char *text_of(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value)
{
	char wants[WANTS_SIZE];

	if (value->kind == SCN_NODE_TEXT && !scn_node_is_null(value))
		return value->text;
	return scn_bind_text(b, value, key->name, scn_key_wants(key, wants, sizeof(wants)));
}

/* A word of a list, with a did-you-mean. */
static bool bind_word(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		      const char *const *words, size_t count, int *index)
{
	char wants[WANTS_SIZE];
	const char *text = text_of(b, key, value);

	if (!text)
		return false;
	*index = scn_word_find(words, count, text);
	if (*index >= 0)
		return true;
	const char *near = inj_did_you_mean(text, words, count);
	if (near)
		SCN_COMPLAIN(b, value, "unknown %s '%.*s'; did you mean %s?", key->name, scn_diag_cut(text),
			     text, near);
	else
		SCN_COMPLAIN(b, value, "unknown %s '%.*s'; it is %s", key->name, scn_diag_cut(text), text,
			     scn_key_wants(key, wants, sizeof(wants)));
	return false;
}

/* A duration that is too long or too short is one all the same. */
static const char *range_words(const struct scn_key *key, const char *text, char *buf, size_t size)
{
	char low[INJ_VALUE_BUF], high[INJ_VALUE_BUF];
	rt_time time;
	int64_t seconds;

	if (key->type == SCN_T_DURATION && inj_parse_duration(text, &time))
		snprintf(buf, size, " from %s to %s", inj_print_duration(key->min, low),
			 inj_print_duration(key->max, high));
	else if (key->type == SCN_T_SECONDS && parse_seconds(text, &seconds))
		snprintf(buf, size, " from 1 to %s", inj_print_duration(key->max * RT_SECOND, high));
	else
		buf[0] = '\0';
	return buf;
}

/* Erlang's shutdown is a number of milliseconds; here a number says nothing without its unit. */
static void complain_unit(struct scn_binder *b, const struct scn_node *value, const char *text)
{
	char buf[INJ_VALUE_BUF];
	int64_t ms;

	if (inj_parse_count(text, &ms) && ms > 0 && ms % 1000 == 0 && ms < INT64_MAX / RT_MS)
		SCN_COMPLAIN(b, value, "shutdown needs a unit: write %.*sms or %s", scn_diag_cut(text), text,
			     inj_print_duration(ms * RT_MS, buf));
	else
		SCN_COMPLAIN(b, value, "shutdown needs a unit: write %.*sms", scn_diag_cut(text), text);
}

bool scn_bind_value(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		    void *object)
{
	char wants[WANTS_SIZE], range[96];
	void *field = (char *)object + key->offset;
	const char *const *words;
	int64_t number = 0;
	uint64_t seed = 0;
	bool yes = false, good = false;
	size_t count;
	int index;

	if (key->type == SCN_T_WORD) {
		good = bind_word(b, key, value, key->words, key->n_words, &index);
		if (good)
			*(uint8_t *)field = (uint8_t)index;
		return good;
	}
	if (key->type == SCN_T_WORKER) {
		words = rt_worker_names(&count);
		good = bind_word(b, key, value, words, count, &index);
		if (good)
			*(const char **)field = words[index];
		return good;
	}
	const char *text = text_of(b, key, value);
	if (!text)
		return false;
	switch (key->type) {
	case SCN_T_VERSION:
		good = strcmp(text, "1") == 0;
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
		good = is_shown(text, key->type == SCN_T_TEXT);
		if (good)
			*(const char **)field = text;
		break;
	case SCN_T_ID:
		if (value->length > (size_t)key->max) {
			SCN_COMPLAIN(b, value, "an id has at most %d bytes, this one has %u", RT_ID_MAX,
				     value->length);
			return false;
		}
		good = value->length > 0;
		*(const char **)field = text;
		break;
	case SCN_T_SEED:
		good = parse_seed(text, &seed);
		if (good)
			*(uint64_t *)field = seed;
		break;
	case SCN_T_COUNT:
		good = inj_parse_count(text, &number) && in_range(key, number);
		if (good)
			*(int64_t *)field = number;
		break;
	case SCN_T_SIZE:
		good = inj_parse_size(text, &number) && in_range(key, number);
		if (good)
			*(uint64_t *)field = (uint64_t)number;
		break;
	case SCN_T_NUMBER:
		good = inj_parse_count(text, &number) && in_range(key, number);
		if (good)
			*(uint32_t *)field = (uint32_t)number;
		break;
	case SCN_T_SECONDS:
		good = parse_seconds(text, &number) && in_range(key, number);
		if (good)
			*(uint32_t *)field = (uint32_t)number;
		break;
	case SCN_T_DURATION:
		good = inj_parse_duration(text, &number) && in_range(key, number);
		if (good)
			*(rt_time *)field = number;
		break;
	case SCN_T_SHUTDOWN:
		if (is_digits(text)) {
			complain_unit(b, value, text);
			return false;
		}
		good = inj_parse_shutdown(text, &number) && number <= key->max;
		if (good)
			*(int64_t *)field = number;
		break;
	case SCN_T_BOOL:
		good = inj_parse_bool(text, &yes);
		if (good)
			*(bool *)field = yes;
		break;
	default:
		assert(!"not a simple value");
	}
	if (!good)
		SCN_COMPLAIN(b, value, "%s wants %s%s, not '%.*s'", key->name,
			     scn_key_wants(key, wants, sizeof(wants)),
			     range_words(key, text, range, sizeof(range)), scn_diag_cut(text), text);
	return good;
}

void scn_bind_defaults(struct scn_binder *b, const struct scn_table *table, void *object)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct scn_key *key = &table->keys[i];
		const struct scn_node value = {
			.text = key->fallback,
			.length = key->fallback ? (uint32_t)strlen(key->fallback) : 0,
			.plain = true,
		};
		bool good = !key->fallback || scn_bind_value(b, key, &value, object);
		assert(good);
		(void)good;
	}
}
