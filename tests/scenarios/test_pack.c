/* The binary form of journals: what goes in comes out, whatever it is, and what is damaged is found out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/arena.h"
#include "scenarios/digest.h"
#include "scenarios/pack.h"
#include "scenarios/packed.h"
#include "scenarios/text.h"
#include "scenarios/unpack.h"
#include "tests/support/lines.h"

struct bytes {
	char *data;
	size_t length, size, at;
};

/* Not our own memory, whose allocations are made to fail. */
static bool keep(void *ctx, const char *text, size_t length)
{
	struct bytes *bytes = ctx;

	if (bytes->size - bytes->length < length) {
		bytes->size = (bytes->length + length) * 2;
		bytes->data = realloc(bytes->data, bytes->size);
		assert_non_null(bytes->data);
	}
	memcpy(bytes->data + bytes->length, text, length);
	bytes->length += length;
	return true;
}

static bool refuse(void *ctx, const char *text, size_t length)
{
	(void)ctx, (void)text, (void)length;
	return false;
}

static size_t give(void *ctx, unsigned char *buf, size_t size)
{
	struct bytes *bytes = ctx;
	size_t n = bytes->length - bytes->at < size ? bytes->length - bytes->at : size;

	/* Small pieces, as a pipe might give them. */
	n = n < 7 ? n : 7;
	memcpy(buf, bytes->data + bytes->at, n);
	bytes->at += n;
	return n;
}

/* In pieces of so many bytes.  False: there is no memory. */
static bool pack(const char *text, size_t length, size_t piece, struct bytes *out)
{
	struct scn_pack *pack;

	if (scn_pack_new((struct scn_sink){ .write = keep, .ctx = out }, &pack) != RT_OK)
		return false;
	struct scn_sink sink = scn_pack_sink(pack);
	for (size_t at = 0; at < length; at += piece)
		assert_true(sink.write(sink.ctx, text + at, length - at < piece ? length - at : piece));
	assert_true(sink.flush(sink.ctx, false));
	scn_pack_free(pack);
	return true;
}

static enum rt_status unpack(struct bytes *packed, struct bytes *out, struct rt_error *error)
{
	struct scn_unpack *unpack;
	const char *text;
	size_t length;
	enum rt_status status = scn_unpack_new(give, packed, &unpack);

	if (status != RT_OK)
		return status;
	packed->at = 0;
	do {
		status = scn_unpack_block(unpack, &text, &length, error);
		if (status == RT_OK && length > 0)
			keep(out, text, length);
	} while (status == RT_OK && length > 0);
	scn_unpack_free(unpack);
	return status;
}

static void assert_comes_back(const char *text, size_t length)
{
	static const size_t pieces[] = { 1, 3, 100, 65536, SIZE_MAX / 2 };
	struct bytes first = { .data = NULL };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct bytes packed = { .data = NULL }, out = { .data = NULL };
		struct rt_error error = { .code = RT_OK };

		assert_true(pack(text, length, pieces[i], &packed));
		if (unpack(&packed, &out, &error) != RT_OK)
			fail_msg("%s", error.text);
		assert_int_equal(out.length, length);
		assert_memory_equal(out.data, text, length);
		if (i == 0) {
			first = packed;
		} else {
			assert_int_equal(packed.length, first.length);
			assert_memory_equal(packed.data, first.data, first.length);
			free(packed.data);
		}
		free(out.data);
	}
	free(first.data);
}

/* A journal of some length, with its runs of events and paths. */
static struct scn_text long_run(unsigned events)
{
	struct scn_text text = { .data = NULL };

	scn_text_add(&text, LINES_HEADER);
	for (unsigned i = 1; i <= events; i++) {
		if (i % 3)
			scn_text_format(
				&text,
				"{\"seq\":%u,\"t\":%u000000,\"event\":\"exit\",\"id\":\"app/pool/%u\","
				"\"incarnation\":%u,\"reason\":\"badarg\",\"cause\":%u}\n",
				i, i / 10, i * 7919 % 100, i / 100 + 1, i - 1);
		else
			scn_text_format(
				&text,
				"{\"seq\":%u,\"t\":%u000000,\"event\":\"restart\",\"id\":\"app/pool/%u\","
				"\"reason\":\"badarg\",\"count\":%u,\"intensity\":1000,"
				"\"supervisor\":\"app/pool\",\"cause\":%u}\n",
				i, i / 10, (i - 1) * 7919 % 100, i, i - 1);
	}
	scn_text_add(&text, LINES_END);
	assert_false(text.failed);
	return text;
}

static void any_text_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINES_TEXTS; i++)
		assert_comes_back(lines_texts[i], strlen(lines_texts[i]));
	for (size_t i = 0; i < LINES_TEXTS; i++) {
		struct scn_text all = { .data = NULL };
		for (size_t k = 0; k < LINES_TEXTS; k++)
			scn_text_add(&all, lines_texts[(i + k) % LINES_TEXTS]);
		assert_comes_back(all.data, all.length);
		scn_text_fini(&all);
	}
	assert_comes_back("a\0b\n\0\n", 6);
}

static void lines_of_any_length_come_back(void **state)
{
	static const size_t lengths[] = {
		1, 2, 1022, 1023, 1024, 2048, 8190, 8191, 8192, 8193, 70000, 300000
	};
	struct scn_text text = { .data = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		scn_text_add(&text, "{\"id\":\"");
		for (size_t k = 0; k < lengths[i]; k++)
			scn_text_add(&text, "x");
		scn_text_add(&text, "\"}\n");
	}
	assert_comes_back(text.data, text.length);
	scn_text_clear(&text);
	/* More values than a shape has, and more shapes than are kept. */
	for (unsigned i = 0; i < 40; i++)
		scn_text_format(&text, "%s\"k\":%u", i == 0 ? "{" : ",", i);
	scn_text_add(&text, "}\n");
	for (unsigned i = 0; i < SCN_SHAPES_MAX + 100; i++)
		scn_text_format(&text, "{\"key%u\":%u,\"id\":\"%u\"}\n", i, i, i);
	assert_comes_back(text.data, text.length);
	scn_text_clear(&text);
	for (unsigned i = 0; i < 100000; i++)
		scn_text_add(&text, "\n");
	assert_comes_back(text.data, text.length);
	scn_text_fini(&text);
}

static void a_run_is_small_and_always_the_same(void **state)
{
	struct scn_text text = long_run(20000);
	struct bytes packed = { .data = NULL };
	struct scn_digest digest;

	(void)state;
	assert_comes_back(text.data, text.length);
	assert_true(pack(text.data, text.length, 1000, &packed));
	if (packed.length * 8 > text.length)
		fail_msg("%zu bytes are %zu packed", text.length, packed.length);
	/* Files are kept: a change here wants another version in the magic. */
	scn_digest_init(&digest);
	scn_digest_add(&digest, packed.data, packed.length);
	assert_int_equal(scn_digest_value(&digest), 0x812f917caec495e);
	free(packed.data);
	scn_text_fini(&text);
}

static void runs_can_be_put_behind_each_other(void **state)
{
	struct scn_text one = long_run(700), both = { .data = NULL };
	struct bytes first = { .data = NULL }, second = { .data = NULL };

	(void)state;
	scn_text_add(&both, one.data);
	scn_text_add(&both, one.data);
	assert_true(pack(both.data, both.length, 1000, &second));
	assert_true(pack(one.data, one.length, 1000, &first));
	assert_true(pack(one.data, one.length, 1000, &first));
	assert_int_equal(first.length, second.length);
	assert_memory_equal(first.data, second.data, first.length);
	free(first.data);
	free(second.data);
	scn_text_fini(&one);
	scn_text_fini(&both);
}

/* What was handed on is on its way, and is whole in itself. */
static void what_was_flushed_can_be_read(void **state)
{
	struct bytes packed = { .data = NULL }, out = { .data = NULL };
	struct scn_pack *pack;
	struct rt_error error;

	(void)state;
	assert_int_equal(scn_pack_new((struct scn_sink){ .write = keep, .ctx = &packed }, &pack), RT_OK);
	struct scn_sink sink = scn_pack_sink(pack);
	for (size_t at = 0; LINES_RUN[at]; at++) {
		assert_true(sink.write(sink.ctx, &LINES_RUN[at], 1));
		assert_true(sink.flush(sink.ctx, at % 2));
		out.length = 0;
		assert_int_equal(unpack(&packed, &out, &error), RT_OK);
		assert_int_equal(out.length, at + 1);
		assert_memory_equal(out.data, LINES_RUN, at + 1);
	}
	scn_pack_free(pack);
	free(packed.data);
	free(out.data);
}

static void a_torn_file_is_told_with_its_place(void **state)
{
	struct scn_text text = long_run(2000);
	struct bytes packed = { .data = NULL };
	size_t boundaries = 0;

	(void)state;
	assert_true(pack(text.data, text.length, 1000, &packed));
	for (size_t length = 0; length < packed.length; length++) {
		struct bytes torn = { .data = packed.data, .length = length }, out = { .data = NULL };
		struct rt_error error = { .code = RT_OK };
		enum rt_status status = unpack(&torn, &out, &error);

		/* Between blocks nothing is torn but the text. */
		boundaries += status == RT_OK;
		assert_true(status == RT_OK || (status == RT_EINVAL && strncmp(error.text, "byte ", 5) == 0));
		assert_true(out.length < text.length);
		if (out.length > 0)
			assert_memory_equal(out.data, text.data, out.length);
		free(out.data);
	}
	assert_int_equal(boundaries, text.length / (64 << 10));
	free(packed.data);
	scn_text_fini(&text);
}

static void a_changed_byte_is_found(void **state)
{
	struct bytes packed = { .data = NULL }, out = { .data = NULL };

	(void)state;
	assert_true(pack(LINES_RUN LINES_RUN, strlen(LINES_RUN LINES_RUN), 1000, &packed));
	for (size_t at = 0; at < packed.length; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct rt_error error = { .code = RT_OK };
			packed.data[at] ^= (char)(1 << bit);
			if (unpack(&packed, &out, &error) != RT_EINVAL)
				fail_msg("bit %u of byte %zu was changed, and nobody knows", bit, at);
			assert_int_equal(strncmp(error.text, "byte ", 5), 0);
			packed.data[at] ^= (char)(1 << bit);
		}
	}
	free(packed.data);
	free(out.data);
}

static void a_missing_block_is_found(void **state)
{
	struct scn_text text = long_run(2000);
	struct bytes packed = { .data = NULL }, out = { .data = NULL };
	struct rt_error error;
	size_t second;

	(void)state;
	assert_true(pack(text.data, text.length, 1000, &packed));
	second = SCN_PACKED_MAGIC_LENGTH + SCN_PACKED_HEAD;
	for (unsigned i = 0; i < 4; i++)
		second += (size_t)(unsigned char)packed.data[SCN_PACKED_MAGIC_LENGTH + i] << 8 * i;
	packed.length -= second - SCN_PACKED_MAGIC_LENGTH;
	memmove(packed.data + SCN_PACKED_MAGIC_LENGTH, packed.data + second,
		packed.length - SCN_PACKED_MAGIC_LENGTH);
	assert_int_equal(unpack(&packed, &out, &error), RT_EINVAL);
	assert_string_equal(error.text, "byte 8: block 0 was changed: its checksum does not fit");
	free(packed.data);
	free(out.data);
	scn_text_fini(&text);
}

static void what_is_none_is_refused(void **state)
{
	static const struct {
		const char *bytes, *says;
	} rows[] = {
		{ "", "byte 0: block 0 is not there: the file is empty" },
		{ LINES_RUN, "byte 0: block 0 does not begin as a binary journal does" },
		{ "\x89TFJ\r\n\x1a\x02 and more", "byte 0: block 0 is of another version of the format" },
		{ "\x89TFJ\n\x1a\x01  ", "byte 0: block 0 does not begin as a binary journal does" },
		{ SCN_PACKED_MAGIC "0123456789", "byte 8: block 0 breaks off: the file is torn" },
		{ SCN_PACKED_MAGIC "\xff\xff\xff\xff\x01\x01\x01\x01........",
		  "byte 8: block 0 has a length that no block has" },
		{ SCN_PACKED_MAGIC "\x01\x01\x01\x01\xff\xff\xff\xff........",
		  "byte 8: block 0 has a length that no block has" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes in = { .data = (char *)(uintptr_t)rows[i].bytes,
				    .length = strlen(rows[i].bytes) };
		struct bytes out = { .data = NULL };
		struct rt_error error = { .code = RT_OK };

		assert_int_equal(unpack(&in, &out, &error), RT_EINVAL);
		assert_string_equal(error.text, rows[i].says);
		assert_int_equal(out.length, 0);
	}
}

static void a_sink_that_refuses_is_told(void **state)
{
	struct scn_text text = long_run(2000);
	struct scn_pack *pack;

	(void)state;
	assert_int_equal(scn_pack_new((struct scn_sink){ .write = refuse }, &pack), RT_OK);
	struct scn_sink sink = scn_pack_sink(pack);
	assert_false(sink.write(sink.ctx, text.data, text.length));
	assert_false(sink.flush(sink.ctx, false));
	scn_pack_free(pack);
	scn_text_fini(&text);
}

/* Packing loses nothing but space; unpacking says so. */
static void memory_may_fail_anywhere(void **state)
{
	struct scn_text text = long_run(1500);
	struct bytes packed = { .data = NULL };
	bool fired = true;

	(void)state;
	for (uint64_t nth = 1; fired; nth++) {
		struct bytes out = { .data = NULL };
		struct rt_error error;

		packed.length = 0;
		scn_arena_fail_nth(nth);
		bool made = pack(text.data, text.length, 1000, &packed);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_true(made || (fired && nth == 1));
		if (made) {
			assert_int_equal(unpack(&packed, &out, &error), RT_OK);
			assert_int_equal(out.length, text.length);
			assert_memory_equal(out.data, text.data, text.length);
		}
		free(out.data);
	}
	fired = true;
	for (uint64_t nth = 1; fired; nth++) {
		struct bytes out = { .data = NULL };
		struct rt_error error;

		scn_arena_fail_nth(nth);
		enum rt_status status = unpack(&packed, &out, &error);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		free(out.data);
	}
	free(packed.data);
	scn_text_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_text_comes_back),
		cmocka_unit_test(lines_of_any_length_come_back),
		cmocka_unit_test(a_run_is_small_and_always_the_same),
		cmocka_unit_test(runs_can_be_put_behind_each_other),
		cmocka_unit_test(what_was_flushed_can_be_read),
		cmocka_unit_test(a_torn_file_is_told_with_its_place),
		cmocka_unit_test(a_changed_byte_is_found),
		cmocka_unit_test(a_missing_block_is_found),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(a_sink_that_refuses_is_told),
		cmocka_unit_test(memory_may_fail_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
