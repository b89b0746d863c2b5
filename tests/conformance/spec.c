/* spec.c - KEY=VALUE words of a case made into a child specification.
 *
 * The keys are a table.  Those of OTP take what they do not know as text, for the runtime to refuse in OTP's
 * words; those of the experiment refuse it themselves.
 */
#include "parser.h"

#include <ctype.h>
#include <string.h>

static int list_find(const char *word, const char *(*text)(unsigned), unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(text(i), word))
			return (int)i;
	return -1;
}

static const char *strategy_text(unsigned i)
{
	return rt_strategy_text((enum rt_strategy)i);
}

static const char *auto_shutdown_text(unsigned i)
{
	return rt_auto_shutdown_text((enum rt_auto_shutdown)i);
}

static const char *restart_text(unsigned i)
{
	return rt_restart_text((enum rt_restart)i);
}

/* A specification being read. */
struct reading {
	struct rt_child *spec;
	struct rt_invalid *invalid;
	const char *strategy;
	bool root;
};

/* Each takes a value and the column where it begins. */
static bool key_strategy(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, strategy_text, RT_STRATEGY_COUNT);

	(void)p, (void)column;
	r->strategy = value;
	if (at < 0)
		r->invalid->strategy = value;
	else
		r->spec->strategy = (uint8_t)at;
	return true;
}

static bool key_intensity(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!cnf_is_integer(value) || *value == '-')
		r->invalid->intensity = value;
	else
		r->spec->intensity = (uint32_t)cnf_integer(value, UINT32_MAX);
	return true;
}

static bool key_period(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!cnf_is_integer(value) || cnf_integer(value, UINT32_MAX) < 1)
		r->invalid->period = value;
	else
		r->spec->period_s = (uint32_t)cnf_integer(value, UINT32_MAX);
	return true;
}

static bool key_auto_shutdown(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, auto_shutdown_text, RT_AUTO_SHUTDOWN_COUNT);

	(void)p, (void)column;
	if (at < 0)
		r->invalid->auto_shutdown = value;
	else
		r->spec->auto_shutdown = (uint8_t)at;
	return true;
}

static bool key_restart(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, restart_text, RT_RESTART_COUNT);

	(void)p, (void)column;
	if (at < 0)
		r->invalid->restart = value;
	else
		r->spec->restart = (uint8_t)at;
	return true;
}

static bool key_shutdown(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	if (!strcmp(value, "infinity"))
		r->spec->shutdown_ms = RT_SHUTDOWN_INFINITY;
	else if (!strcmp(value, "brutal_kill"))
		r->spec->shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL;
	else if (!cnf_is_integer(value) || *value == '-')
		r->invalid->shutdown = value;
	else
		return cnf_ms_parse(p, column, value, CNF_MS_MAX, &r->spec->shutdown_ms);
	return true;
}

static bool key_significant(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!strcmp(value, "true"))
		r->spec->significant = true;
	else if (strcmp(value, "false"))
		r->invalid->significant = value;
	return true;
}

static bool key_trap(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	r->spec->trap_exit = !strcmp(value, "yes");
	if (!r->spec->trap_exit && strcmp(value, "no"))
		return cnf_fail(p, column, "trap is yes or no");
	return true;
}

static bool key_on_shutdown(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	if (!strcmp(value, "ok")) {
		r->spec->on_shutdown = RT_STOP_OK;
	} else if (!strcmp(value, "ignore")) {
		r->spec->on_shutdown = RT_STOP_IGNORE;
	} else if (!strncmp(value, "exit:", 5) && value[5]) {
		r->spec->on_shutdown = RT_STOP_EXIT;
		r->spec->stop_reason = value + 5;
	} else if (!strncmp(value, "delay:", 6)) {
		int64_t ms;

		if (!cnf_ms_parse(p, column + 6, value + 6, CNF_MS_MAX, &ms))
			return false;
		r->spec->on_shutdown = RT_STOP_DELAY;
		r->spec->stop_delay_ms = (uint32_t)ms;
	} else {
		return cnf_fail(p, column, "on_shutdown is ok, ignore, exit:REASON or delay:MS");
	}
	return true;
}

/* Length of the first item of a plan: up to a comma that is not inside brackets or quotes of a term. */
static size_t item_length(const char *text)
{
	size_t depth = 0, at;
	char quote = '\0';

	for (at = 0; text[at]; at++) {
		char c = text[at];

		if (quote) {
			if (c == '\\' && text[at + 1])
				at++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (strchr("{[(", c)) {
			depth++;
		} else if (strchr("}])", c) && depth > 0) {
			depth--;
		} else if (c == ',' && depth == 0) {
			break;
		}
	}
	return at;
}

static bool item_parse(struct cnf_parser *p, const char *text, size_t length, unsigned column,
		       struct rt_start_item *item)
{
	size_t digits = length;

	item->times = 1;
	while (digits > 0 && isdigit((unsigned char)text[digits - 1]))
		digits--;
	if (digits > 0 && digits < length && text[digits - 1] == '*') {
		int64_t times = cnf_integer(text + digits, UINT32_MAX);

		if (times < 1)
			return cnf_fail(p, column + (unsigned)digits,
					"an item of a start plan is used at least once");
		item->times = (uint32_t)times;
		length = digits - 1;
	}
	if (length == 2 && !memcmp(text, "ok", 2)) {
		item->outcome = RT_START_OK;
	} else if (length == 6 && !memcmp(text, "ignore", 6)) {
		item->outcome = RT_START_IGNORE;
	} else if (length > 5 && !memcmp(text, "fail:", 5)) {
		item->outcome = RT_START_FAIL;
		item->reason = cnf_arena_text(&p->to->arena, text + 5, length - 5);
	} else {
		return cnf_fail(p, column, "'%.*s' is not ok, ignore or fail:REASON",
				(int)(length > 60 ? 60 : length), text);
	}
	return true;
}

static bool key_starts(struct cnf_parser *p, struct reading *r, const char *value, unsigned column)
{
	struct rt_start_item *items;
	const char *at = value;
	uint32_t count = 1, i;

	for (const char *c = value; *c; c++)
		count += *c == ',';
	items = cnf_arena_alloc(&p->to->arena, count * sizeof(*items));
	for (i = 0;; i++) {
		size_t length = item_length(at);

		if (!item_parse(p, at, length, column + (unsigned)(at - value), &items[i]))
			return false;
		at += length;
		if (!*at)
			break;
		at++;
	}
	r->spec->starts = items;
	r->spec->n_starts = i + 1;
	return true;
}

static const struct key_row {
	const char *name;
	unsigned on;
	bool (*take)(struct cnf_parser *p, struct reading *r, const char *value, unsigned column);
} key_rows[] = {
	{"strategy", CNF_ON_ROOT | CNF_ON_SUP, key_strategy},
	{"intensity", CNF_ON_ROOT | CNF_ON_SUP, key_intensity},
	{"period", CNF_ON_ROOT | CNF_ON_SUP, key_period},
	{"auto_shutdown", CNF_ON_ROOT | CNF_ON_SUP, key_auto_shutdown},
	{"restart", CNF_ON_SUP | CNF_ON_WORKER, key_restart},
	{"shutdown", CNF_ON_SUP | CNF_ON_WORKER, key_shutdown},
	{"significant", CNF_ON_SUP | CNF_ON_WORKER, key_significant},
	{"starts", CNF_ON_ANY, key_starts},
	{"trap", CNF_ON_WORKER, key_trap},
	{"on_shutdown", CNF_ON_WORKER, key_on_shutdown},
};
#define KEY_COUNT (sizeof(key_rows) / sizeof(key_rows[0]))

static bool invalid_any(const struct rt_invalid *invalid)
{
	return invalid->strategy || invalid->intensity || invalid->period || invalid->auto_shutdown ||
	       invalid->restart || invalid->significant || invalid->type || invalid->shutdown;
}

/* Reads KEY=VALUE words from `first` on into `spec`, which gets OTP's defaults before. */
bool cnf_spec_parse(struct cnf_parser *p, size_t first, unsigned on, struct rt_child *spec,
		    const char **strategy)
{
	struct reading r = {.spec = spec, .strategy = rt_strategy_text(RT_ONE_FOR_ONE)};
	bool seen[KEY_COUNT] = {false};

	spec->supervisor = on != CNF_ON_WORKER;
	spec->trap_exit = true;
	spec->type = spec->supervisor ? RT_SUPERVISOR : RT_WORKER;
	spec->restart = RT_PERMANENT;
	spec->shutdown_ms = spec->supervisor ? RT_SHUTDOWN_INFINITY : RT_SHUTDOWN_WORKER_MS;
	spec->strategy = RT_ONE_FOR_ONE;
	spec->intensity = RT_INTENSITY_DEFAULT;
	spec->period_s = RT_PERIOD_DEFAULT_S;
	spec->auto_shutdown = RT_NEVER;
	r.invalid = cnf_arena_alloc(&p->to->arena, sizeof(*r.invalid));
	for (size_t i = first; i < p->n_words; i++) {
		const struct cnf_word *word = &p->words[i];
		size_t length = strcspn(word->text, "="), k;

		if (word->text[length] != '=')
			return cnf_fail(p, word->column, "'%.*s' is not of the form key=value", SHOWN(word));
		for (k = 0; k < KEY_COUNT; k++)
			if (strlen(key_rows[k].name) == length &&
			    !memcmp(key_rows[k].name, word->text, length))
				break;
		if (k == KEY_COUNT)
			return cnf_fail(p, word->column, "unknown key '%.*s'",
					(int)(length > 60 ? 60 : length), word->text);
		if (!(key_rows[k].on & on))
			return cnf_fail(p, word->column, "%s does not belong on %s", key_rows[k].name,
					on == CNF_ON_ROOT  ? "the root"
					: on == CNF_ON_SUP ? "a supervisor"
							   : "a worker");
		if (seen[k])
			return cnf_fail(p, word->column, "%s is given twice", key_rows[k].name);
		seen[k] = true;
		if (word->length == length + 1)
			return cnf_fail(p, word->column, "%s has no value", key_rows[k].name);
		if (!key_rows[k].take(p, &r, word->text + length + 1, word->column + (unsigned)length + 1))
			return false;
	}
	if (invalid_any(r.invalid))
		spec->invalid = r.invalid;
	if (strategy)
		*strategy = r.strategy;
	return true;
}
