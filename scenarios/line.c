/* line.c - one event as one line: when, its number, what, whom it is about, the rest, and what led to it. */
#include "scenario.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

/* Writes into the caller's buffer; counts on when it is full. */
struct line {
	char *buf;
	size_t size, length;
};

static void put(struct line *line, const char *text)
{
	for (; *text != '\0'; text++, line->length++) {
		unsigned char c = (unsigned char)*text;
		if (line->length + 1 < line->size)
			line->buf[line->length] = c < 0x20 || c == 0x7f ? '?' : *text;
	}
}

static void put_padded(struct line *line, const char *text, size_t width)
{
	put(line, text);
	for (size_t length = strlen(text); length < width; length++)
		put(line, " ");
}

static void put_number(struct line *line, const char *before, uint64_t number, const char *after)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	put(line, before);
	put(line, digits);
	put(line, after);
}

static void put_details(struct line *line, const struct scn_event *event)
{
	switch (event->kind) {
	case RT_EV_START:
		put(line, event->type == RT_SUPERVISOR ? "supervisor" : "worker");
		if (event->type == RT_SUPERVISOR) {
			put(line, " ");
			put(line, rt_strategy_text(event->detail));
		}
		if (event->incarnation > 1)
			put_number(line, ", start ", event->incarnation, "");
		if (event->type == RT_WORKER && event->a == 1)
			put(line, ", takes its time");
		break;
	case RT_EV_EXIT:
		put(line, event->reason);
		if (event->detail == RT_EXIT_STARTING)
			put(line, ", before it was ready");
		break;
	case RT_EV_RESTART:
		put(line, "by ");
		put(line, event->other);
		put_number(line, ", ", event->a, "");
		put_number(line, " of ", event->b, "");
		break;
	case RT_EV_GIVE_UP:
		put_number(line, "restart ", event->a, "");
		put_number(line, " where intensity is ", event->b, ", for ");
		put(line, event->other);
		break;
	case RT_EV_SHUTDOWN:
	case RT_EV_SHUTDOWN_TIMEOUT:
		if (event->other[0] != '\0') {
			put(line, "by ");
			put(line, event->other);
		}
		break;
	case RT_EV_SHUTDOWN_ERROR:
		put(line, event->reason);
		if (event->a > 0)
			put_number(line, ", ", event->a, " children");
		break;
	case RT_EV_REQUEST:
		put(line, event->reason);
		if (event->other[0] != '\0') {
			put(line, ", asked by ");
			put(line, event->other);
		}
		if (event->a > 1)
			put_number(line, ", attempt ", event->a, "");
		break;
	case RT_EV_LOST:
	case RT_EV_DELAYED:
	case RT_EV_DUPLICATED:
		if (event->other[0] != '\0') {
			put(line, "from ");
			put(line, event->other);
		}
		break;
	case RT_EV_RESULT:
		put(line, rt_op_word(event->detail));
		put(line, ": ");
		put(line, event->text);
		break;
	default:
		put(line, event->reason);
		if (event->reason[0] != '\0' && event->text[0] != '\0')
			put(line, " ");
		put(line, event->text);
		break;
	}
}

size_t scn_event_line(const struct scn_event *event, char *buf, size_t size)
{
	struct line line = { .buf = buf, .size = size };
	const char *word = scn_event_word(event->kind);
	char time[INJ_VALUE_BUF], number[32];

	inj_print_time(event->t, time);
	for (size_t length = strlen(time); length < 9; length++)
		put(&line, " ");
	put(&line, time);
	snprintf(number, sizeof(number), "  #%llu", (unsigned long long)event->seq);
	put_padded(&line, number, 8);
	put(&line, " ");
	put_padded(&line, word ? word : "?", 16);
	if (event->path[0] != '\0') {
		put(&line, " ");
		put(&line, event->path);
		put(&line, " ");
	}
	put(&line, " ");
	put_details(&line, event);
	while (line.length > 0 && line.length < size && buf[line.length - 1] == ' ')
		line.length--;
	if (event->cause != 0)
		put_number(&line, "  <- #", event->cause, "");
	if (size > 0)
		buf[line.length < size ? line.length : size - 1] = '\0';
	return line.length;
}
