/* text.c - text that grows. */
#include "text.h"

#include "arena.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

void scn_text_fini(struct scn_text *text)
{
	scn_mem_free(text->data);
	*text = (struct scn_text){ .data = NULL };
}

void scn_text_clear(struct scn_text *text)
{
	text->length = 0;
	text->failed = false;
	if (text->data)
		text->data[0] = '\0';
}

/* Room for `length` more and an end; null: none. */
static char *reserve(struct scn_text *text, size_t length)
{
	if (text->failed)
		return NULL;
	if (text->size - text->length <= length) {
		size_t size = text->size ? text->size * 2 : 256;
		while (size - text->length <= length)
			size *= 2;
		char *data = scn_mem_resize(text->data, size);
		if (!data) {
			text->failed = true;
			return NULL;
		}
		text->data = data;
		text->size = size;
	}
	return text->data + text->length;
}

void scn_text_put(struct scn_text *text, const char *data, size_t length)
{
	char *at = reserve(text, length);
	if (!at)
		return;
	memcpy(at, data, length);
	at[length] = '\0';
	text->length += length;
}

void scn_text_add(struct scn_text *text, const char *word)
{
	scn_text_put(text, word, strlen(word));
}

void scn_text_format(struct scn_text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *at = length < 0 ? NULL : reserve(text, (size_t)length);
	if (!at)
		return;
	va_start(args, format);
	vsnprintf(at, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void scn_text_json(struct scn_text *text, const char *word)
{
	size_t length = strlen(word), escaped = scn_json_escaped(word, length);
	char *at = reserve(text, escaped);
	if (!at)
		return;
	scn_json_escape(word, length, at);
	at[escaped] = '\0';
	text->length += escaped;
}
