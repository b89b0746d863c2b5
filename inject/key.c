/* key.c - the keys that every action has, and the values of keys, whoever's they are.
 *
 * Whatever is refused is refused here with the same sentence: the key, what it takes, in which range, and
 * what was found instead.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "key.h"

/* A hundred years: two of them still add up without overflow. */
#define TIME_MAX (RT_SECOND * 3600 * 24 * 365 * 100)

static const char *const modes[] = {
	[INJ_ALL] = "all",
	[INJ_ONE] = "one",
	[INJ_FIXED] = "fixed",
	[INJ_FIXED_PERCENT] = "fixed-percent",
	[INJ_RANDOM_MAX_PERCENT] = "random-max-percent",
	NULL,
};

const struct inj_key inj_keys[] = {
	[INJ_KEY_ACTION] = { "action", "which fault", INJ_TEXT, 0, 0, NULL },
	[INJ_KEY_ID] = { "id", "a name for this action; its random choices depend on it and the seed", INJ_ID,
			 0, 0, NULL },
	[INJ_KEY_TARGET] = { "target", "whom it strikes: a path or a pattern", INJ_PATH, 0, 0, NULL },
	[INJ_KEY_MODE] = { "mode", "how many of the targets that match", INJ_WORD, 0, 0, modes },
	[INJ_KEY_VALUE] = { "value",
			    "of the modes fixed and *-percent: how many targets, or which percentage",
			    INJ_COUNT, 1, 1000000000, NULL },
	[INJ_KEY_AT] = { "at", "when: this long after the tree is up", INJ_DURATION, 0, TIME_MAX, NULL },
	[INJ_KEY_EVERY] = { "every", "when: again and again after such an interval", INJ_DURATION, 1,
			    TIME_MAX, NULL },
	[INJ_KEY_AFTER_MESSAGES] = { "after.messages", "when: each time so many messages were handled",
				     INJ_COUNT, 1, INT64_MAX, NULL },
	[INJ_KEY_AFTER_RESTARTS] = { "after.restarts", "when: each time so many restarts were seen",
				     INJ_COUNT, 1, INT64_MAX, NULL },
	[INJ_KEY_AFTER_OF] = { "after.of", "whose messages or restarts count; by default the target's",
			       INJ_PATH, 0, 0, NULL },
	[INJ_KEY_ON_EVENT] = { "on.event", "when: at each event with this word", INJ_EVENT, 0, 0, NULL },
	[INJ_KEY_ON_OF] = { "on.of", "whose events; by default the target's", INJ_PATH, 0, 0, NULL },
	[INJ_KEY_PROBABILITY] = { "probability", "how likely at each chance", INJ_PERCENT, 0, 1000000000,
				  NULL },
	[INJ_KEY_TIMES] = { "times",
			    "at most so many firings, 0 is any number; by default 1, any number with "
			    "every or probability",
			    INJ_COUNT, 0, UINT32_MAX, NULL },
	[INJ_KEY_SKIP] = { "skip", "the first so many chances are left alone", INJ_COUNT, 0, UINT32_MAX,
			   NULL },
	[INJ_KEY_COOLDOWN] = { "cooldown", "the least time between two firings", INJ_DURATION, 0, TIME_MAX,
			       NULL },
	[INJ_KEY_DURATION] = { "duration", "how long a lasting fault lasts; without it, until it is healed",
			       INJ_DURATION, 1, TIME_MAX, NULL },
	[INJ_KEY_REQUIRED] = { "required",
			       "is a run without it inconclusive; by default, unless it has a "
			       "probability",
			       INJ_BOOL, 0, 0, NULL },
};
const size_t inj_keys_count = INJ_KEY_COUNT;
_Static_assert(sizeof(inj_keys) / sizeof(inj_keys[0]) == INJ_KEY_COUNT, "a key has no row");

struct inj_param inj_key_param(enum inj_key_number number)
{
	const struct inj_key *key = &inj_keys[number];

	return (struct inj_param){ .name = key->name,
				   .help = key->help,
				   .type = key->type,
				   .min = key->min,
				   .max = key->max,
				   .words = key->words };
}

static bool is_utf8(const char *text)
{
	uint32_t code = 0;

	for (size_t left = strlen(text), size; left > 0 && code != INJ_UTF8_BAD; text += size, left -= size)
		size = inj_utf8_next(text, left, &code);
	return code != INJ_UTF8_BAD;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool has_blank(const char *text)
{
	while (*text != '\0' && *text != ' ' && !is_control(*text))
		text++;
	return *text != '\0';
}

const char *inj_quote(const char *text, char buf[INJ_QUOTE_BUF])
{
	static const char ellipsis[] = "...'";
	size_t used = 0;

	buf[used++] = '\'';
	for (size_t left = strlen(text), size; left > 0; text += size, left -= size) {
		uint32_t code;

		size = inj_utf8_next(text, left, &code);
		if (used + size + sizeof(ellipsis) > INJ_QUOTE_BUF) {
			memcpy(buf + used, ellipsis, sizeof(ellipsis));
			return buf;
		}
		if (code == INJ_UTF8_BAD || is_control(*text)) {
			buf[used++] = '?';
		} else {
			memcpy(buf + used, text, size);
			used += size;
		}
	}
	buf[used++] = '\'';
	buf[used] = '\0';
	return buf;
}

static enum rt_status refuse_word(const char *name, const char *what, const char *text,
				  const char *const *words, size_t count, struct rt_error *error)
{
	const char *meant = inj_did_you_mean(text, words, count);
	char quote[INJ_QUOTE_BUF], list[160] = "";
	size_t used = 0;

	if (meant != NULL)
		return rt_error_set(error, RT_EINVAL, "%s: there is no %s %s; did you mean %s?", name, what,
				    inj_quote(text, quote), meant);
	for (size_t i = 0; i < count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
					 words[i]);
	return rt_error_set(error, RT_EINVAL, "%s: there is no %s %s; it is one of %s", name, what,
			    inj_quote(text, quote), list);
}

static enum rt_status read_word(const struct inj_param *param, const char *text, struct inj_value *value,
				struct rt_error *error)
{
	size_t count = 0;

	while (param->words[count] != NULL) {
		if (strcmp(param->words[count], text) == 0) {
			value->number = (int64_t)count;
			return RT_OK;
		}
		count++;
	}
	return refuse_word(param->name, param->name, text, param->words, count, error);
}

static enum rt_status read_event(const struct inj_param *param, const char *text, struct inj_value *value,
				 struct rt_error *error)
{
	const char *words[INJ_EV_END], *meant;
	unsigned kind = inj_event_find(text);
	char quote[INJ_QUOTE_BUF];
	size_t count = 0;

	/* Most runs give no event for a message, and an action should not depend on what is journalled. */
	if (kind == RT_EV_MESSAGE)
		return rt_error_set(error, RT_EINVAL,
				    "%s: messages are counted; write after.messages, 1 for each",
				    param->name);
	if (kind != RT_EV_NONE && kind != INJ_EV_INPUT) {
		value->number = kind;
		return RT_OK;
	}
	for (kind = RT_EV_NONE + 1; kind < INJ_EV_END; kind++) {
		if (kind != RT_EV_MESSAGE && kind != INJ_EV_INPUT)
			words[count++] = inj_event_word(kind);
	}
	meant = inj_did_you_mean(text, words, count);
	if (meant == NULL) /* they are too many for a sentence */
		return rt_error_set(error, RT_EINVAL, "%s: there is no event %s; `help events` lists them",
				    param->name, inj_quote(text, quote));
	return refuse_word(param->name, "event", text, words, count, error);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* What is wrong with a path, null if nothing is. */
static const char *path_fault(const char *text)
{
	if (*text == '\0')
		return "is empty";
	if (*text == '/')
		return "starts with '/'; a path starts with the id of the root, such as core/cache";
	if (text[strlen(text) - 1] == '/')
		return "ends with '/'; write core/* for the children of core";
	if (strstr(text, "//") != NULL)
		return "has an empty id in it";
	if (has_blank(text))
		return "has a blank in it; in a path a blank is written %20";
	for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 1, '%')) {
		if (!is_hex(at[1]) || !is_hex(at[2]))
			return "has a '%' without two hexadecimal digits; the sign itself is written %25";
	}
	return NULL;
}

static enum rt_status read_name(const struct inj_param *param, const char *text, struct rt_error *error)
{
	size_t count;
	const char *const *names = param->names(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], text) == 0)
			return RT_OK;
	}
	return refuse_word(param->name, param->name, text, names, count, error);
}

static enum rt_status read_text(const struct inj_param *param, const char *text, struct rt_error *error)
{
	char quote[INJ_QUOTE_BUF];
	const char *fault;

	if (!is_utf8(text))
		return rt_error_set(error, RT_EINVAL, "%s: %s is not valid UTF-8", param->name,
				    inj_quote(text, quote));
	switch (param->type) {
	case INJ_PATH:
		fault = path_fault(text);
		if (fault != NULL)
			return rt_error_set(error, RT_EINVAL, "%s: %s %s", param->name,
					    inj_quote(text, quote), fault);
		return RT_OK;
	case INJ_REASON:
		if (*text == '\0' || has_blank(text))
			return rt_error_set(error, RT_EINVAL, "%s takes %s, not %s", param->name,
					    inj_type_text(param->type), inj_quote(text, quote));
		if (param->abnormal && rt_reason_text_benign(text))
			return rt_error_set(error, RT_EINVAL,
					    "%s: %s is no crash; use the fault `exit` to end with it",
					    param->name, inj_quote(text, quote));
		return RT_OK;
	case INJ_ID:
		if (*text == '\0')
			return rt_error_set(error, RT_EINVAL, "%s is empty", param->name);
		if (strlen(text) > RT_ID_MAX)
			return rt_error_set(error, RT_EINVAL, "%s: an id has at most %d bytes, %s has %zu",
					    param->name, RT_ID_MAX, inj_quote(text, quote), strlen(text));
		return param->names != NULL ? read_name(param, text, error) : RT_OK;
	default:
		return RT_OK;
	}
}

static bool parse_number(const struct inj_param *param, const char *text, int64_t *number)
{
	uint32_t ppb;
	bool truth;

	switch (param->type) {
	case INJ_COUNT:
		return inj_parse_count(text, number);
	case INJ_SIZE:
		return inj_parse_size(text, number);
	case INJ_DURATION:
		if (!param->seconds)
			return inj_parse_duration(text, number);
		if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0')
			return inj_parse_count(text, number) &&
			       !__builtin_mul_overflow(*number, RT_SECOND, number);
		return inj_parse_duration(text, number) && *number % RT_SECOND == 0;
	case INJ_SHUTDOWN:
		return inj_parse_shutdown(text, number);
	case INJ_PERCENT:
		if (!inj_parse_ppb(text, &ppb))
			return false;
		*number = ppb;
		return true;
	case INJ_BOOL:
		if (!inj_parse_bool(text, &truth))
			return false;
		*number = truth;
		return true;
	case INJ_TEXT:
	case INJ_REASON:
	case INJ_PATH:
	case INJ_ID:
	case INJ_WORD:
	case INJ_EVENT:
		break;
	}
	assert(!"not the type of a number");
	return false;
}

static bool has_range(enum inj_type type)
{
	return type == INJ_COUNT || type == INJ_SIZE || type == INJ_DURATION || type == INJ_PERCENT;
}

/* `, 1 to 100`; nothing where there is no bound worth telling. */
static const char *range_text(const struct inj_param *param, char *buf, size_t size)
{
	const struct inj_value low = { true, param->min, NULL }, high = { true, param->max, NULL };
	char low_buf[INJ_VALUE_BUF], high_buf[INJ_VALUE_BUF];

	buf[0] = '\0';
	if (!has_range(param->type))
		return buf;
	if (param->max == INT64_MAX)
		snprintf(buf, size, ", at least %s", inj_key_print(param, &low, low_buf));
	else
		snprintf(buf, size, ", %s to %s", inj_key_print(param, &low, low_buf),
			 inj_key_print(param, &high, high_buf));
	return buf;
}

enum rt_status inj_key_read(const struct inj_param *param, const char *text, struct inj_value *out,
			    struct rt_error *error)
{
	struct inj_value value = { .given = true, .text = text };
	char quote[INJ_QUOTE_BUF], range[2 * INJ_VALUE_BUF + 16];
	enum rt_status status = RT_OK;

	switch (param->type) {
	case INJ_TEXT:
	case INJ_REASON:
	case INJ_PATH:
	case INJ_ID:
		status = read_text(param, text, error);
		break;
	case INJ_WORD:
		status = read_word(param, text, &value, error);
		break;
	case INJ_EVENT:
		status = read_event(param, text, &value, error);
		break;
	case INJ_COUNT:
	case INJ_DURATION:
	case INJ_SIZE:
	case INJ_PERCENT:
	case INJ_SHUTDOWN:
	case INJ_BOOL:
		if (!parse_number(param, text, &value.number) ||
		    (has_range(param->type) && (value.number < param->min || value.number > param->max)))
			status = rt_error_set(
				error, RT_EINVAL, "%s takes %s%s, not %s", param->name,
				param->seconds ? "whole seconds such as 5s" : inj_type_text(param->type),
				range_text(param, range, sizeof(range)), inj_quote(text, quote));
		break;
	}
	if (status == RT_OK)
		*out = value;
	return status;
}

const char *inj_key_print(const struct inj_param *param, const struct inj_value *value,
			  char buf[INJ_VALUE_BUF])
{
	switch (param->type) {
	case INJ_TEXT:
	case INJ_REASON:
	case INJ_PATH:
	case INJ_ID:
		return value->text;
	case INJ_WORD:
		return param->words[value->number];
	case INJ_EVENT:
		return inj_event_word((unsigned)value->number);
	case INJ_COUNT:
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64, value->number);
		return buf;
	case INJ_DURATION:
		return inj_print_duration(value->number, buf);
	case INJ_SIZE:
		return inj_print_size(value->number, buf);
	case INJ_PERCENT:
		return inj_print_percent((uint32_t)value->number, buf);
	case INJ_SHUTDOWN:
		return inj_print_shutdown(value->number, buf);
	case INJ_BOOL:
		return value->number ? "true" : "false";
	}
	assert(!"no such type");
	return NULL;
}
