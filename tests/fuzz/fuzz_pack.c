/* fuzz_pack.c - any text comes back from its binary form, in whatever pieces it came; and any bytes that
 * claim to be of that form are text or are refused with their place.
 *
 * The input is taken as text, and as the payload of a block whose checksum fits.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/cut.h"
#include "scenarios/json.h"
#include "scenarios/pack.h"
#include "scenarios/packed.h"
#include "scenarios/unpack.h"

struct bytes {
	char *data;
	size_t length, size, at;
};

static bool keep(void *ctx, const char *text, size_t length)
{
	struct bytes *bytes = ctx;

	if (bytes->size - bytes->length < length) {
		bytes->size = (bytes->length + length) * 2;
		bytes->data = realloc(bytes->data, bytes->size);
		assert(bytes->data);
	}
	memcpy(bytes->data + bytes->length, text, length);
	bytes->length += length;
	return true;
}

static size_t give(void *ctx, unsigned char *buf, size_t size)
{
	struct bytes *bytes = ctx;
	size_t n = bytes->length - bytes->at < size ? bytes->length - bytes->at : size;

	if (n > 0)
		memcpy(buf, bytes->data + bytes->at, n);
	bytes->at += n;
	return n;
}

static void pack(const struct bytes *text, size_t piece, struct bytes *out)
{
	struct scn_pack *pack;

	assert(scn_pack_new((struct scn_sink){ .write = keep, .ctx = out }, &pack) == RT_OK);
	struct scn_sink sink = scn_pack_sink(pack);
	for (size_t at = 0, n; at < text->length; at += n) {
		n = text->length - at < piece ? text->length - at : piece;
		/* In memory of its own: nothing beyond it may be looked at. */
		char *alone = malloc(n);
		assert(alone);
		memcpy(alone, text->data + at, n);
		assert(sink.write(sink.ctx, alone, n));
		free(alone);
	}
	assert(sink.flush(sink.ctx, false));
	scn_pack_free(pack);
}

static enum rt_status unpack(struct bytes *packed, struct bytes *out)
{
	struct scn_unpack *unpack;
	struct rt_error error = { .code = RT_OK };
	const char *text;
	size_t length;
	enum rt_status status;

	assert(scn_unpack_new(give, packed, &unpack) == RT_OK);
	packed->at = 0;
	do {
		status = scn_unpack_block(unpack, &text, &length, &error);
		if (status == RT_OK && length > 0)
			keep(out, text, length);
	} while (status == RT_OK && length > 0);
	assert(status == RT_OK || (status == RT_EINVAL && strncmp(error.text, "byte ", 5) == 0));
	scn_unpack_free(unpack);
	return status;
}

static void comes_back(const struct bytes *text)
{
	struct bytes whole = { .data = NULL }, pieces = { .data = NULL }, out = { .data = NULL };

	if (text->length == 0)
		return;
	pack(text, text->length, &whole);
	pack(text, text->length / 3 + 1, &pieces);
	assert(whole.length == pieces.length && memcmp(whole.data, pieces.data, whole.length) == 0);
	assert(unpack(&whole, &out) == RT_OK);
	assert(out.length == text->length && memcmp(out.data, text->data, out.length) == 0);
	free(whole.data);
	free(pieces.data);
	free(out.data);
}

static void claims(const uint8_t *data, size_t size)
{
	struct bytes packed = { .data = NULL }, out = { .data = NULL };
	unsigned char head[SCN_PACKED_HEAD];

	if (size < 4)
		return;
	size -= 3;
	for (unsigned i = 0; i < 4; i++)
		head[i] = (unsigned char)(size >> 8 * i);
	memcpy(head + 4, data, 3);
	head[7] = 0;
	uint64_t sum = scn_packed_sum(0, head, data + 3, size);
	for (unsigned i = 0; i < 8; i++)
		head[8 + i] = (unsigned char)(sum >> 8 * i);
	keep(&packed, SCN_PACKED_MAGIC, SCN_PACKED_MAGIC_LENGTH);
	keep(&packed, (const char *)head, sizeof(head));
	keep(&packed, (const char *)data + 3, size);
	if (unpack(&packed, &out) == RT_OK)
		comes_back(&out);
	free(packed.data);
	free(out.data);
}

/* A text that is taken out of its quotes is put back the same. */
static void put_part(struct bytes *out, const char *before, const struct scn_part *part, bool *good)
{
	size_t length;

	if (!part->text)
		return;
	char *text = malloc(part->length + 1), *inside = malloc(part->length + 1);
	assert(text && inside);
	*good = *good && scn_json_unescape(part->text, part->length, text, &length);
	keep(out, before, strlen(before));
	if (*good) {
		assert(scn_json_escaped(text, length) == part->length);
		scn_json_escape(text, length, inside);
		keep(out, inside, part->length);
	}
	keep(out, "\"", 1);
	free(text);
	free(inside);
}

static void put_number(struct bytes *out, const char *before, int64_t number)
{
	char digits[SCN_DIGITS_MAX];

	keep(out, before, strlen(before));
	keep(out, digits, scn_json_digits((uint64_t)number, digits));
}

/* The parts of a line make it again. */
static void cut(const char *line, size_t length)
{
	struct bytes out = { .data = NULL };
	struct scn_cut cut;
	bool good = true;

	if (!scn_cut_line(line, length, &cut))
		return;
	put_number(&out, "{\"seq\":", cut.seq);
	put_number(&out, ",\"t\":", cut.t);
	put_part(&out, ",\"event\":\"", &cut.event, &good);
	put_part(&out, ",\"id\":\"", &cut.id, &good);
	if (cut.incarnation >= 0)
		put_number(&out, ",\"incarnation\":", cut.incarnation);
	put_part(&out, ",\"reason\":\"", &cut.reason, &good);
	if (cut.rest.text) {
		keep(&out, ",", 1);
		keep(&out, cut.rest.text, cut.rest.length);
	}
	put_number(&out, ",\"cause\":", cut.cause);
	keep(&out, "}\n", 2);
	assert(!good || (out.length == length && memcmp(out.data, line, length) == 0));
	free(out.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = { .data = (char *)(uintptr_t)data, .length = size };

	comes_back(&text);
	claims(data, size);
	for (size_t at = 0; at < size;) {
		const char *line = text.data + at, *newline = memchr(line, '\n', size - at);
		size_t length = newline ? (size_t)(newline - line) + 1 : size - at;
		cut(line, length);
		at += length;
	}
	return 0;
}
