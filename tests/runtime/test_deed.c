/* test_deed.c - deeds survive the way through a packet and through a list, and nonsense is told from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/deed.h"
#include "runtime/hooks.h"
#include "runtime/runtime.h"

static const char awkward[] = "a; b%\t\"quoted\\\xff\xc3\xa9 {signal,segv}";

static struct rt_deed example(enum rt_deed_kind kind)
{
	struct rt_deed deed = { .kind = kind };

	for (unsigned i = 0; i < rt_deed_rows[kind].numbers; i++)
		deed.number[i] = i == 0 ? UINT64_MAX : UINT64_C(0x123456789abcdef) * i;
	if (rt_deed_rows[kind].text)
		strcpy(deed.text, awkward);
	return deed;
}

static void assert_same(const struct rt_deed *a, const struct rt_deed *b)
{
	assert_int_equal(a->kind, b->kind);
	for (unsigned i = 0; i < rt_deed_rows[a->kind].numbers; i++)
		assert_int_equal(a->number[i], b->number[i]);
	if (rt_deed_rows[a->kind].text)
		assert_string_equal(a->text, b->text);
}

static struct rt *runtime(void)
{
	struct rt_config config = { .memory_max = 1 << 24 };
	struct rt *rt;

	assert_int_equal(rt_new(&config, &rt), RT_OK);
	return rt;
}

static void each_deed_goes_through_a_packet(void **state)
{
	uint8_t packet[RT_DEED_BYTES_MAX];
	struct rt_deed out;

	(void)state;
	for (unsigned kind = 0; kind < RT_DEEDS; kind++) {
		struct rt_deed deed = example((enum rt_deed_kind)kind);
		size_t size = rt_deed_pack(&deed, packet, sizeof(packet));

		assert_true(size > 0);
		assert_int_equal(rt_deed_unpack(&out, packet, size), size);
		assert_same(&deed, &out);
		/* A piece of it is nothing. */
		for (size_t length = 0; length < size; length++) {
			assert_int_equal(rt_deed_unpack(&out, packet, length), 0);
			assert_int_equal(rt_deed_pack(&deed, packet, length), 0);
		}
	}
}

static void the_longest_text_fits(void **state)
{
	static uint8_t packet[RT_DEED_BYTES_MAX + 1];
	static struct rt_deed deed = { .kind = RT_DEED_ATOM }, out;

	(void)state;
	memset(deed.text, 'x', RT_DEED_TEXT_MAX);
	size_t size = rt_deed_pack(&deed, packet, sizeof(packet));

	assert_in_range(size, RT_DEED_TEXT_MAX, RT_DEED_BYTES_MAX);
	assert_int_equal(rt_deed_unpack(&out, packet, size), size);
	assert_same(&deed, &out);
}

static void packets_of_nonsense_are_none(void **state)
{
	uint32_t head[2] = { RT_DEEDS, 0 };
	uint8_t packet[128] = { 0 };
	struct rt_deed out;

	(void)state;
	memcpy(packet, head, sizeof(head));
	assert_int_equal(rt_deed_unpack(&out, packet, sizeof(packet)), 0);
	head[0] = RT_DEED_ATOM;
	head[1] = RT_DEED_TEXT_MAX + 1;
	memcpy(packet, head, sizeof(head));
	assert_int_equal(rt_deed_unpack(&out, packet, sizeof(packet)), 0);
	head[1] = 4; /* a text that ends before its end */
	memcpy(packet, head, sizeof(head));
	assert_int_equal(rt_deed_unpack(&out, packet, sizeof(packet)), 0);
	head[0] = RT_DEED_RETURN;
	memcpy(packet, head, sizeof(head));
	assert_int_equal(rt_deed_unpack(&out, packet, sizeof(packet)), 0);
	for (unsigned i = 0, x = 1; i < 100000; i++) {
		for (size_t at = 0; at < sizeof(packet); at++)
			packet[at] = (uint8_t)((x = x * 1664525u + 1013904223u) >> (at % 4 == 0 ? 28 : 24));
		size_t size = rt_deed_unpack(&out, packet, i % sizeof(packet));

		assert_true(size <= i % sizeof(packet));
	}
}

static void all_of_them_go_through_a_list(void **state)
{
	struct rt_deeds deeds = { .text = NULL };
	struct rt *rt = runtime();
	struct rt_deed out;

	(void)state;
	for (unsigned times = 0; times < 3; times++) {
		rt_deeds_clear(&deeds);
		for (unsigned kind = 0; kind < RT_DEEDS; kind++) {
			struct rt_deed deed = example((enum rt_deed_kind)kind);

			assert_int_equal(rt_deeds_add(rt, &deeds, &deed), RT_OK);
		}
		assert_int_equal(deeds.count, RT_DEEDS);
		assert_int_equal(strlen(deeds.text), deeds.length);
		/* It can stand in a journal as it is. */
		for (const char *c = deeds.text; *c != '\0'; c++)
			assert_true(*c >= ' ' && *c < 127 && *c != '"' && *c != '\\');
		const char *list = deeds.text;

		for (unsigned kind = 0; kind < RT_DEEDS; kind++) {
			struct rt_deed deed = example((enum rt_deed_kind)kind);

			list = rt_deed_read(&out, list);
			assert_non_null(list);
			assert_same(&deed, &out);
		}
		assert_string_equal(list, "");
	}
	rt_free(rt);
}

static void lists_of_nonsense_are_none(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"retur",
		"returns",
		"return 1",
		"return;",
		"return ;",
		"return; ; return",
		"cancel",
		"cancel ",
		"cancel x",
		"cancel -1",
		"cancel 18446744073709551616",
		"cancel 1 2",
		"cancel 1,return",
		"die",
		"die %",
		"die %0",
		"die %00",
		"die %zz",
	};
	struct rt_deed out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *rest = rt_deed_read(&out, bad[i]);

		/* What is wrong may come behind a good one. */
		while (rest != NULL && rest[0] != '\0')
			rest = rt_deed_read(&out, rest);
		if (rest != NULL)
			fail_msg("'%s' was read", bad[i]);
	}
}

static void requests_are_numbers(void **state)
{
	const struct rt_ask ask = { .service = 3,
				    .worker = 1,
				    .question = UINT64_MAX,
				    .operand = 2,
				    .behalf = 4,
				    .expected = 5,
				    .judged = true,
				    .timeout = RT_SECOND,
				    .retries = 6,
				    .backoff = RT_MS,
				    .priority = RT_PRIORITY_HIGH,
				    .aside = true,
				    .passes_on = true };
	const struct rt_asked asked = { .client = 1,
					.question = 2,
					.operand = 3,
					.behalf = 4,
					.asked_at = 5,
					.deadline = RT_FOREVER,
					.attempt = 6,
					.deliveries = 7,
					.priority = 2 };
	uint64_t answer[RT_DEED_ANSWERS] = { 0 };
	struct rt_deed deed, again;
	struct rt_asked known;
	struct rt_ask out;

	(void)state;
	rt_deed_from_ask(&deed, &ask);
	assert_true(rt_deed_to_ask(&deed, &out));
	rt_deed_from_ask(&again, &out);
	assert_memory_equal(deed.number, again.number, sizeof(deed.number));
	assert_true(out.judged && out.aside && out.passes_on && out.priority == RT_PRIORITY_HIGH);
	assert_false(rt_deed_to_asked(answer, &known));
	rt_deed_from_asked(&asked, answer);
	assert_true(rt_deed_to_asked(answer, &known));
	assert_int_equal(known.client, 1);
	assert_int_equal(known.deadline, RT_FOREVER);
	assert_int_equal(known.deliveries, 7);
	assert_int_equal(known.priority, 2);
}

static void requests_that_nobody_can_ask_are_none(void **state)
{
	static const struct {
		unsigned at;
		uint64_t number;
	} bad[] = {
		{ 0, UINT64_C(1) << 32 }, { 7, UINT64_C(1) << 63 }, { 8, UINT64_C(1) << 32 },
		{ 9, UINT64_MAX },        { 10, RT_PRIORITIES },
	};
	const struct rt_ask ask = { .service = 1 };
	struct rt_deed deed;
	struct rt_ask out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rt_deed_from_ask(&deed, &ask);
		assert_true(rt_deed_to_ask(&deed, &out));
		deed.number[bad[i].at] = bad[i].number;
		assert_false(rt_deed_to_ask(&deed, &out));
	}
}

static void a_list_without_memory_stays_as_it_was(void **state)
{
	struct rt_deeds deeds = { .text = NULL };
	struct rt_deed deed = example(RT_DEED_SEND);
	struct rt *rt = runtime();
	unsigned failed = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		size_t before = deeds.length;

		rt_fail_nth(rt, 1);
		if (rt_deeds_add(rt, &deeds, &deed) == RT_ENOMEM) {
			failed++;
			assert_int_equal(deeds.length, before);
			rt_fail_nth(rt, 0);
			assert_int_equal(rt_deeds_add(rt, &deeds, &deed), RT_OK);
		}
		assert_int_equal(deeds.count, i + 1);
	}
	assert_true(failed > 3);
	rt_free(rt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_deed_goes_through_a_packet),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(packets_of_nonsense_are_none),
		cmocka_unit_test(all_of_them_go_through_a_list),
		cmocka_unit_test(lists_of_nonsense_are_none),
		cmocka_unit_test(requests_are_numbers),
		cmocka_unit_test(requests_that_nobody_can_ask_are_none),
		cmocka_unit_test(a_list_without_memory_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
