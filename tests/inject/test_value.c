/* Text to values and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inject/value.h"
#include "runtime/runtime.h"

struct number {
	const char *text;
	int64_t value; /* -1: refused */
};

static void check(const struct number *cases, size_t count, bool (*parse)(const char *, int64_t *))
{
	for (size_t i = 0; i < count; i++) {
		int64_t value = -7;
		bool taken = parse(cases[i].text, &value);

		if (taken != (cases[i].value != -1))
			fail_msg("'%s' was %s", cases[i].text, taken ? "taken" : "refused");
		if (value != (taken ? cases[i].value : -7))
			fail_msg("'%s' is %lld", cases[i].text, (long long)value);
	}
}
#define CHECK(parse, ...)                                                                                    \
	do {                                                                                                 \
		const struct number cases[] = { __VA_ARGS__ };                                               \
		check(cases, sizeof(cases) / sizeof(cases[0]), parse);                                       \
	} while (0)

static void durations(void **state)
{
	(void)state;
	CHECK(inj_parse_duration, { "5s", 5 * RT_SECOND }, { "250ms", 250 * RT_MS },
	      { "2m", 120 * RT_SECOND }, { "1h", 3600 * RT_SECOND }, { "10us", 10000 }, { "3ns", 3 },
	      { "0s", 0 }, { "0.0h", 0 }, { "1.5s", 1500 * RT_MS }, { "0.5ms", 500000 }, { "0.25us", 250 },
	      { "1.000000000s", RT_SECOND }, { "0.000000001s", 1 },
	      { "1.0000000000000000000000000000s", RT_SECOND }, { "007s", 7 * RT_SECOND },
	      { "0.00000000005m", 3 }, { "2562047h", 2562047 * (3600 * RT_SECOND) },
	      { "9223372036854775807ns", INT64_MAX },
	      /* Not exact, too large, or no duration. */
	      { "0.3ns", -1 }, { "0.0000000001s", -1 }, { "9999999999999h", -1 }, { "2562048h", -1 },
	      { "9223372036854775808ns", -1 }, { "99999999999999999999s", -1 }, { "", -1 }, { "s", -1 },
	      { "5", -1 }, { "0", -1 }, { "5 s", -1 }, { " 5s", -1 }, { "5s ", -1 }, { "-5s", -1 },
	      { "+5s", -1 }, { "5S", -1 }, { "5sec", -1 }, { "1.s", -1 }, { ".5s", -1 }, { "1.5.5s", -1 },
	      { "1e3s", -1 }, { "0x5s", -1 }, { "1m30s", -1 }, { "infinity", -1 }, { "1,5s", -1 },
	      { "5\xc2\xb5s", -1 });
}

static void counts(void **state)
{
	(void)state;
	CHECK(inj_parse_count, { "0", 0 }, { "100", 100 }, { "100k", 100000 }, { "5M", 5000000 },
	      { "2G", 2000000000 }, { "1.5k", 1500 }, { "9223372036854775807", INT64_MAX }, { "", -1 },
	      { "-1", -1 }, { "1.5", -1 }, { "9223372036854775808", -1 }, { "10000000000G", -1 },
	      { "5K", -1 }, { "5m", -1 }, { "ten", -1 }, { "1_000", -1 });
}

static void sizes(void **state)
{
	(void)state;
	CHECK(inj_parse_size, { "512B", 512 }, { "64KiB", 65536 }, { "10MiB", 10 << 20 },
	      { "1GiB", INT64_C(1) << 30 }, { "1TiB", INT64_C(1) << 40 }, { "1.5KiB", 1536 }, { "0B", 0 },
	      { "0.1KiB", -1 }, { "512", -1 }, { "64kB", -1 }, { "64KB", -1 }, { "9999999999TiB", -1 },
	      { "B", -1 });
}

static bool parse_ppb(const char *text, int64_t *out)
{
	uint32_t ppb;

	if (!inj_parse_ppb(text, &ppb))
		return false;
	*out = ppb;
	return true;
}

static void shares(void **state)
{
	(void)state;
	CHECK(parse_ppb, { "99.9%", 999000000 }, { "0.999", 999000000 }, { "100%", 1000000000 },
	      { "1", 1000000000 }, { "0", 0 }, { "0%", 0 }, { "5%", 50000000 }, { "0.05", 50000000 },
	      { "0.0000001%", 1 }, { "0.000000001", 1 }, { "33.3333333%", 333333333 }, { "0.00000001%", -1 },
	      { "100.1%", -1 }, { "1.1", -1 }, { "5", -1 }, { "-1%", -1 }, { "%", -1 }, { "", -1 },
	      { "99999999999999999999%", -1 }, { "5 %", -1 }, { "5%%", -1 });
}

static void shutdowns(void **state)
{
	int64_t ms = 5;

	(void)state;
	CHECK(inj_parse_shutdown, { "2s", 2000 }, { "0s", 0 }, { "250ms", 250 }, { "1.5s", 1500 },
	      { "1us", -1 }, { "0.5ms", -1 }, { "Infinity", -1 }, { "5000", -1 }, { "kill", -1 });
	assert_true(inj_parse_shutdown("infinity", &ms));
	assert_int_equal(ms, RT_SHUTDOWN_INFINITY);
	assert_true(inj_parse_shutdown("brutal_kill", &ms));
	assert_int_equal(ms, RT_SHUTDOWN_BRUTAL_KILL);
}

static void bools(void **state)
{
	bool value = true;

	(void)state;
	assert_true(inj_parse_bool("false", &value));
	assert_false(value);
	assert_true(inj_parse_bool("true", &value));
	assert_true(value);
	assert_false(inj_parse_bool("yes", &value));
	assert_false(inj_parse_bool("True", &value));
	assert_false(inj_parse_bool("", &value));
}

static void printed_in_the_shortest_exact_form(void **state)
{
	char buf[INJ_VALUE_BUF];

	(void)state;
	assert_string_equal(inj_print_duration(1500 * RT_MS, buf), "1500ms");
	assert_string_equal(inj_print_duration(120 * RT_SECOND, buf), "2m");
	assert_string_equal(inj_print_duration(90 * RT_SECOND, buf), "90s");
	assert_string_equal(inj_print_duration(7200 * RT_SECOND, buf), "2h");
	assert_string_equal(inj_print_duration(0, buf), "0s");
	assert_string_equal(inj_print_duration(1, buf), "1ns");
	assert_string_equal(inj_print_duration(INT64_MAX, buf), "9223372036854775807ns");
	assert_string_equal(inj_print_size(65536, buf), "64KiB");
	assert_string_equal(inj_print_size(1000, buf), "1000B");
	assert_string_equal(inj_print_size(0, buf), "0B");
	assert_string_equal(inj_print_percent(999000000, buf), "99.9%");
	assert_string_equal(inj_print_percent(1000000000, buf), "100%");
	assert_string_equal(inj_print_percent(0, buf), "0%");
	assert_string_equal(inj_print_percent(1, buf), "0.0000001%");
	assert_string_equal(inj_print_percent(10500000, buf), "1.05%");
	assert_string_equal(inj_print_shutdown(2000, buf), "2s");
	assert_string_equal(inj_print_shutdown(RT_SHUTDOWN_INFINITY, buf), "infinity");
	assert_string_equal(inj_print_shutdown(RT_SHUTDOWN_BRUTAL_KILL, buf), "brutal_kill");
	assert_string_equal(inj_print_shutdown(INT64_MAX, buf), "9223372036854775807ms");
}

static void what_is_printed_is_read_as_the_same(void **state)
{
	struct rt_rng rng;

	(void)state;
	rt_rng_init(&rng, 1, "values");
	for (int i = 0; i < 20000; i++) {
		int64_t number = (int64_t)(rt_rng_next(&rng) >> (1 + rt_rng_below(&rng, 60))), back;
		uint32_t ppb = (uint32_t)rt_rng_below(&rng, 1000000001), ppb_back;
		char buf[INJ_VALUE_BUF];

		/* Round ones, too. */
		for (uint64_t zeros = rt_rng_below(&rng, 4); zeros > 0 && number < INT64_MAX / 1000; zeros--)
			number *= 60;
		assert_true(inj_parse_duration(inj_print_duration(number, buf), &back));
		assert_int_equal(back, number);
		assert_true(inj_parse_size(inj_print_size(number, buf), &back));
		assert_int_equal(back, number);
		assert_true(inj_parse_ppb(inj_print_percent(ppb, buf), &ppb_back));
		assert_int_equal(ppb_back, ppb);
	}
}

static void times_read_well(void **state)
{
	char buf[INJ_VALUE_BUF];

	(void)state;
	assert_string_equal(inj_print_time(0, buf), "0.000s");
	assert_string_equal(inj_print_time(2 * RT_SECOND + 500 * RT_MS, buf), "2.500s");
	assert_string_equal(inj_print_time(2500000, buf), "0.002500s");
	assert_string_equal(inj_print_time(1, buf), "0.000000001s");
	assert_string_equal(inj_print_time(RT_FOREVER, buf), "9223372036.854775807s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(counts),
		cmocka_unit_test(sizes),
		cmocka_unit_test(shares),
		cmocka_unit_test(shutdowns),
		cmocka_unit_test(bools),
		cmocka_unit_test(printed_in_the_shortest_exact_form),
		cmocka_unit_test(what_is_printed_is_read_as_the_same),
		cmocka_unit_test(times_read_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
