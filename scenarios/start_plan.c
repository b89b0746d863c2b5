/* start_plan.c - the two little languages of workers that misbehave.
 *
 * A reason may contain commas and stars, so a list is cut at commas outside of brackets and quotes, and a
 * count is what stands behind the last star if that is digits.
 */
#include "start_plan.h"

#include <string.h>

#include "inject/value.h"

/* Far deeper than any reason that means something. */
#define NESTING_MAX 64

static const char *closing_of(char c)
{
	switch (c) {
	case '{':
		return "}";
	case '[':
		return "]";
	case '(':
		return ")";
	default:
		return NULL;
	}
}

/* The end of the item that starts here: a comma outside of everything, or the end.  Null if something is not
 * closed. */
static const char *item_end(const char *text)
{
	char open[NESTING_MAX];
	size_t depth = 0;

	for (char quote = 0; *text; text++) {
		const char *closing;
		if (quote) {
			if (*text == '\\' && text[1])
				text++;
			else if (*text == quote)
				quote = 0;
			if (quote && !text[1])
				return NULL;
		} else if (*text == '"' || *text == '\'') {
			quote = *text;
			if (!text[1])
				return NULL;
		} else if ((closing = closing_of(*text)) != NULL) {
			if (depth == NESTING_MAX)
				return NULL;
			open[depth++] = *closing;
		} else if (*text == '}' || *text == ']' || *text == ')') {
			if (depth == 0 || open[--depth] != *text)
				return NULL;
		} else if (*text == ',' && depth == 0) {
			return text;
		}
	}
	return depth ? NULL : text;
}

/* What is wrong with an exit reason: an Erlang term without blanks, brackets and quotes closed.  Null:
 * nothing.
 */
static const char *reason_fault(const char *text)
{
	if (!*text)
		return "a reason is missing";
	for (const char *at = text; *at; at++) {
		if ((unsigned char)*at <= ' ' || *at == 0x7F)
			return "a reason has no blanks in it";
	}
	const char *end = item_end(text);
	if (!end)
		return "a bracket or a quote of the reason is not closed";
	return *end ? "a reason is one term; a comma stands in brackets only" : NULL;
}

size_t scn_starts_count(const char *text)
{
	size_t count = 0;

	for (;;) {
		const char *end = item_end(text);
		count++;
		if (!end || !*end)
			return count;
		text = end + 1;
	}
}

/* Blanks around it are nothing. */
static void trim(const char **start, const char **end)
{
	while (*start < *end && **start == ' ')
		++*start;
	while (*end > *start && (*end)[-1] == ' ')
		--*end;
}

static bool is_word(const char *start, const char *end, const char *word)
{
	size_t length = strlen(word);
	return (size_t)(end - start) == length && memcmp(start, word, length) == 0;
}

/* Cut `*N` off; false if N is no number of times. */
static bool take_times(const char *start, const char **end, uint32_t *times)
{
	const char *star = *end;
	uint64_t number = 0;

	*times = 1;
	while (star > start && star[-1] >= '0' && star[-1] <= '9')
		star--;
	if (star == *end || star == start || star[-1] != '*')
		return true;
	for (const char *at = star; at < *end; at++) {
		number = number * 10 + (uint64_t)(*at - '0');
		if (number > UINT32_MAX)
			return false;
	}
	*times = (uint32_t)number;
	*end = star - 1;
	return number > 0;
}

static const char *parse_item(const char *start, const char *end, struct scn_arena *arena,
			      struct rt_start_item *item, bool *no_memory)
{
	static const char fail[] = "fail:";
	size_t prefix = sizeof(fail) - 1;

	trim(&start, &end);
	if (!take_times(start, &end, &item->times))
		return "the number behind '*' is from 1 to 4294967295";
	if (is_word(start, end, "ok")) {
		item->outcome = RT_START_OK;
		return NULL;
	}
	if (is_word(start, end, "ignore")) {
		item->outcome = RT_START_IGNORE;
		return NULL;
	}
	if ((size_t)(end - start) < prefix || memcmp(start, fail, prefix) != 0)
		return "an item is ok, ignore or fail:REASON, each perhaps with *N";
	item->outcome = RT_START_FAIL;
	char *reason = scn_arena_text(arena, start + prefix, (size_t)(end - start) - prefix);
	if (!reason) {
		*no_memory = true;
		return NULL;
	}
	item->reason = reason;
	return reason_fault(reason);
}

const char *scn_starts_parse(const char *text, struct scn_arena *arena, struct rt_start_item *items,
			     bool *no_memory)
{
	for (;; items++) {
		const char *end = item_end(text);
		if (!end)
			return "a bracket or a quote is not closed";
		const char *fault = parse_item(text, end, arena, items, no_memory);
		if (fault || *no_memory || !*end)
			return fault;
		text = end + 1;
	}
}

static bool ends_like_times(const char *reason)
{
	const char *star = strrchr(reason, '*');
	return star && star[1] && star[1 + strspn(star + 1, "0123456789")] == '\0';
}

void scn_starts_write(const struct rt_start_item *items, size_t count, struct scn_text *out)
{
	if (count == 0)
		scn_text_add(out, "ok");
	for (size_t i = 0; i < count; i++) {
		const struct rt_start_item *item = &items[i];
		if (i)
			scn_text_add(out, ",");
		switch (item->outcome) {
		case RT_START_OK:
			scn_text_add(out, "ok");
			break;
		case RT_START_IGNORE:
			scn_text_add(out, "ignore");
			break;
		case RT_START_FAIL:
			scn_text_format(out, "fail:%s", item->reason);
			break;
		}
		if (item->times > 1 || (item->outcome == RT_START_FAIL && ends_like_times(item->reason)))
			scn_text_format(out, "*%u", item->times);
	}
}

const char *scn_on_shutdown_parse(const char *text, struct rt_child *child)
{
	static const char wrong[] = "it is one of ok, ignore, exit:REASON, delay:250ms";
	const char *end = text + strlen(text);

	if (is_word(text, end, "ok")) {
		child->on_shutdown = RT_STOP_OK;
		return NULL;
	}
	if (is_word(text, end, "ignore")) {
		child->on_shutdown = RT_STOP_IGNORE;
		return NULL;
	}
	if (strncmp(text, "exit:", 5) == 0) {
		child->on_shutdown = RT_STOP_EXIT;
		child->stop_reason = text + 5;
		return reason_fault(text + 5);
	}
	if (strncmp(text, "delay:", 6) == 0) {
		int64_t ms;
		text += 6;
		bool digits = *text && text[strspn(text, "0123456789")] == '\0';
		if (digits ? !inj_parse_count(text, &ms) : !inj_parse_shutdown(text, &ms))
			return wrong;
		if (ms < 0 || ms > UINT32_MAX)
			return "the delay is from 0ms to 4294967295ms";
		child->on_shutdown = RT_STOP_DELAY;
		child->stop_delay_ms = (uint32_t)ms;
		return NULL;
	}
	return wrong;
}

void scn_on_shutdown_write(const struct rt_child *child, struct scn_text *out)
{
	char buf[INJ_VALUE_BUF];

	switch ((enum rt_on_shutdown)child->on_shutdown) {
	case RT_STOP_OK:
		scn_text_add(out, "ok");
		break;
	case RT_STOP_IGNORE:
		scn_text_add(out, "ignore");
		break;
	case RT_STOP_EXIT:
		scn_text_format(out, "exit:%s", child->stop_reason);
		break;
	case RT_STOP_DELAY:
		scn_text_format(out, "delay:%s", inj_print_duration(child->stop_delay_ms * RT_MS, buf));
		break;
	}
}
