/* deed.c - deeds to bytes and words, and back. */
#include "deed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

const struct rt_deed_row rt_deed_rows[RT_DEEDS] = {
#define X(name, word, numbers, answers, text, changes) [name] = { word, numbers, answers, text, changes },
	RT_DEED_LIST(X)
#undef X
};

/* --- requests ------------------------------------------------------------------------------------------ */

_Static_assert(sizeof(struct rt_ask) == 88 && sizeof(struct rt_asked) == 64,
	       "a new member belongs here, too");

void rt_deed_from_ask(struct rt_deed *deed, const struct rt_ask *ask)
{
	uint64_t *number = deed->number;

	deed->kind = RT_DEED_ASK;
	*number++ = ask->service;
	*number++ = ask->worker;
	*number++ = ask->question;
	*number++ = ask->operand;
	*number++ = ask->behalf;
	*number++ = ask->expected;
	*number++ = ask->judged;
	*number++ = (uint64_t)ask->timeout;
	*number++ = ask->retries;
	*number++ = (uint64_t)ask->backoff;
	*number++ = ask->priority;
	*number++ = ask->aside;
	*number++ = ask->passes_on;
}

bool rt_deed_to_ask(const struct rt_deed *deed, struct rt_ask *ask)
{
	const uint64_t *number = deed->number;

	*ask = (struct rt_ask){ .service = (rt_place)number[0],
				.worker = number[1],
				.question = number[2],
				.operand = number[3],
				.behalf = number[4],
				.expected = number[5],
				.judged = number[6] != 0,
				.timeout = (rt_time)number[7],
				.retries = (uint32_t)number[8],
				.backoff = (rt_time)number[9],
				.priority = (uint8_t)number[10],
				.aside = number[11] != 0,
				.passes_on = number[12] != 0 };
	return ask->service == number[0] && ask->retries == number[8] && number[10] < RT_PRIORITIES &&
	       ask->timeout >= 0 && ask->backoff >= 0;
}

void rt_deed_from_asked(const struct rt_asked *asked, uint64_t answer[RT_DEED_ANSWERS])
{
	*answer++ = 1;
	*answer++ = asked->client;
	*answer++ = asked->question;
	*answer++ = asked->operand;
	*answer++ = asked->behalf;
	*answer++ = (uint64_t)asked->asked_at;
	*answer++ = (uint64_t)asked->deadline;
	*answer++ = asked->attempt;
	*answer++ = asked->deliveries;
	*answer++ = asked->priority;
}

bool rt_deed_to_asked(const uint64_t answer[RT_DEED_ANSWERS], struct rt_asked *asked)
{
	if (answer[0] == 0)
		return false;
	*asked = (struct rt_asked){ .client = answer[1],
				    .question = answer[2],
				    .operand = answer[3],
				    .behalf = answer[4],
				    .asked_at = (rt_time)answer[5],
				    .deadline = (rt_time)answer[6],
				    .attempt = (uint32_t)answer[7],
				    .deliveries = (uint32_t)answer[8],
				    .priority = (uint8_t)answer[9] };
	return true;
}

/* --- bytes --------------------------------------------------------------------------------------------- */

struct head {
	uint32_t kind, length;
};

size_t rt_deed_pack(const struct rt_deed *deed, uint8_t *to, size_t room)
{
	const struct rt_deed_row *row = &rt_deed_rows[deed->kind];
	struct head head = {
		.kind = deed->kind,
		.length = row->text ? (uint32_t)strlen(deed->text) : 0,
	};
	size_t numbers = 8 * (size_t)row->numbers, size = sizeof(head) + numbers + head.length;

	if (size > room)
		return 0;
	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), deed->number, numbers);
	memcpy(to + sizeof(head) + numbers, deed->text, head.length);
	return size;
}

size_t rt_deed_unpack(struct rt_deed *deed, const uint8_t *from, size_t length)
{
	struct head head;

	if (length < sizeof(head))
		return 0;
	memcpy(&head, from, sizeof(head));
	if (head.kind >= RT_DEEDS)
		return 0;
	const struct rt_deed_row *row = &rt_deed_rows[head.kind];
	size_t numbers = 8 * (size_t)row->numbers, size = sizeof(head) + numbers + head.length;

	if (head.length > (row->text ? RT_DEED_TEXT_MAX : 0) || size > length)
		return 0;
	deed->kind = (enum rt_deed_kind)head.kind;
	memcpy(deed->number, from + sizeof(head), numbers);
	memcpy(deed->text, from + sizeof(head) + numbers, head.length);
	deed->text[head.length] = '\0';
	return strlen(deed->text) == head.length ? size : 0;
}

/* --- words --------------------------------------------------------------------------------------------- */

void rt_deeds_clear(struct rt_deeds *deeds)
{
	deeds->length = 0;
	deeds->count = 0;
	if (deeds->text != NULL)
		deeds->text[0] = '\0';
}

static bool reserve(struct rt *rt, struct rt_deeds *deeds, size_t length)
{
	size_t capacity = deeds->capacity == 0 ? 256 : deeds->capacity;

	while (capacity - deeds->length <= length)
		capacity *= 2;
	if (capacity == deeds->capacity)
		return true;
	char *text = rt_heap_alloc(rt, capacity);

	if (text == NULL)
		return false;
	if (deeds->text != NULL)
		memcpy(text, deeds->text, deeds->length);
	rt_heap_free(rt, deeds->text, deeds->capacity);
	deeds->text = text;
	deeds->capacity = capacity;
	return true;
}

/* Blanks and semicolons mean something here, and what a journal escapes is not needed. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 127 && strchr(";%\"\\", c) == NULL;
}

enum rt_status rt_deeds_add(struct rt *rt, struct rt_deeds *deeds, const struct rt_deed *deed)
{
	static const char hex[] = "0123456789abcdef";
	const struct rt_deed_row *row = &rt_deed_rows[deed->kind];
	const char *text = row->text ? deed->text : "";

	if (!reserve(rt, deeds, 20 + 21 * (size_t)row->numbers + 3 * strlen(text)))
		return RT_ENOMEM;
	char *at = deeds->text + deeds->length;

	if (deeds->length > 0)
		at = stpcpy(at, "; ");
	at = stpcpy(at, row->word);
	for (unsigned i = 0; i < row->numbers; i++)
		at += sprintf(at, " %" PRIu64, deed->number[i]);
	if (row->text)
		*at++ = ' ';
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_plain(c)) {
			*at++ = (char)c;
		} else {
			*at++ = '%';
			*at++ = hex[c >> 4];
			*at++ = hex[c & 15];
		}
	}
	*at = '\0';
	deeds->length = (size_t)(at - deeds->text);
	deeds->count++;
	return RT_OK;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *read_text(char *to, const char *from)
{
	size_t length = 0;

	for (; *from != '\0' && *from != ';' && length < RT_DEED_TEXT_MAX; from++) {
		char c = *from;

		if (c == '%') {
			int high = digit(from[1]), low = high < 0 ? -1 : digit(from[2]);

			if (low < 0 || high + low == 0)
				return NULL;
			c = (char)(high << 4 | low);
			from += 2;
		}
		to[length++] = c;
	}
	to[length] = '\0';
	return from;
}

static const char *read_number(uint64_t *to, const char *from)
{
	uint64_t value = 0;

	if (*from < '0' || *from > '9')
		return NULL;
	for (; *from >= '0' && *from <= '9'; from++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*from - '0'), &value))
			return NULL;
	*to = value;
	return from;
}

static bool find_word(const char *list, size_t length, enum rt_deed_kind *kind)
{
	for (unsigned i = 0; i < RT_DEEDS; i++) {
		if (strlen(rt_deed_rows[i].word) != length || memcmp(rt_deed_rows[i].word, list, length) != 0)
			continue;
		*kind = (enum rt_deed_kind)i;
		return true;
	}
	return false;
}

const char *rt_deed_read(struct rt_deed *deed, const char *list)
{
	size_t length = strcspn(list, " ;");

	if (!find_word(list, length, &deed->kind))
		return NULL;
	const struct rt_deed_row *row = &rt_deed_rows[deed->kind];

	list += length;
	for (unsigned i = 0; i < row->numbers && list != NULL; i++)
		list = *list == ' ' ? read_number(&deed->number[i], list + 1) : NULL;
	if (row->text && list != NULL)
		list = *list == ' ' ? read_text(deed->text, list + 1) : NULL;
	if (list == NULL || *list == '\0')
		return list;
	return strncmp(list, "; ", 2) == 0 ? list + 2 : NULL;
}
