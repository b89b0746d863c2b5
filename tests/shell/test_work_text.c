/* test_work_text.c - what work came to, for people and for programs. */
#include "session_fixture.h"

#include "shell/work_text.h"

static void a_duration_has_three_digits(void **state)
{
	(void)state;
	static const struct {
		rt_time ns;
		const char *text;
	} rows[] = {
		{ -1, "-" },
		{ 0, "0" },
		{ 1, "1ns" },
		{ 999, "999ns" },
		{ 1000, "1us" },
		{ 1999999, "1.99ms" },
		{ 12345678, "12.3ms" },
		{ 120000000, "120ms" },
		{ 1234567890, "1.23s" },
		{ 59999999999, "59.9s" },
		{ 90 * RT_SECOND, "90s" },
		{ 1200 * RT_SECOND, "20m" },
		{ 72000 * RT_SECOND, "20h" },
		{ RT_FOREVER, "2562047h" },
	};
	char buf[INJ_VALUE_BUF];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(sh_brief_duration(rows[i].ns, buf), rows[i].text);
}

static void a_share_says_all_only_where_it_is_all(void **state)
{
	(void)state;
	char buf[INJ_VALUE_BUF];

	assert_string_equal(sh_brief_share(1000000000, buf), "100%");
	assert_string_equal(sh_brief_share(999999999, buf), "99.999%");
	assert_string_equal(sh_brief_share(987654321, buf), "98.765%");
	assert_string_equal(sh_brief_share(0, buf), "0%");
	assert_string_equal(sh_brief_share(-1, buf), "-");
}

static const struct scn_work work = {
	.services = 2,
	.offered = 1200,
	.ended = { [RT_SERVED] = 1180, [RT_DEGRADED] = 11, [RT_WRONG] = 7 },
	.in_flight = 2,
	.repeated = 3,
	.availability = 994156928,
	.latency_p50 = 2 * RT_MS,
	.latency_p99 = 12345678,
	.latency_max = 13000000,
	.outage = 3 * RT_SECOND,
	.outage_max = 1234567890,
};
static const struct scn_work unasked = { .availability = -1, .latency_p50 = -1, .latency_p99 = -1 };

static char *line_of(const struct scn_work *of)
{
	struct sh_text text = { 0 };

	sh_work_line(&text, of);
	return text.text;
}

static void a_line_has_what_happened(void **state)
{
	(void)state;
	struct scn_work waiting = { .services = 1, .offered = 1, .in_flight = 1, .availability = -1,
				    .latency_p99 = -1 };
	char *text = line_of(&work);

	assert_string_equal(text, "1200 requests: 1180 served, 11 degraded, 7 wrong, 2 in flight; "
				  "availability 99.415%, p99 12.3ms, longest outage 1.23s");
	free(text);
	text = line_of(&waiting);
	assert_string_equal(text, "1 request: 1 in flight");
	free(text);
	assert_null(line_of(&unasked));
}

static void programs_get_integers(void **state)
{
	(void)state;
	struct sh_text text = { 0 };

	sh_work_object(&text, &work);
	assert_string_equal(text.text,
			    "{\"services\":2,\"offered\":1200,\"served\":1180,\"degraded\":11,\"failed\":0,"
			    "\"lost\":0,\"swallowed\":0,\"wrong\":7,\"repeated\":3,\"in_flight\":2,"
			    "\"availability_ppb\":994156928,\"latency_p50_ns\":2000000,"
			    "\"latency_p99_ns\":12345678,\"latency_max_ns\":13000000,"
			    "\"outage_ns\":3000000000,\"outage_max_ns\":1234567890}");
	sh_text_fini(&text);
	sh_work_object(&text, &unasked);
	assert_string_equal(text.text, "null");
	sh_text_fini(&text);
}

static void without_work_there_is_nothing_to_show(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	struct sh_text text = { 0 };

	assert_says(f, "services", "nothing was asked of anybody\n");
	assert_says(f, "services core/*", "nothing was asked of core/*\n");
	assert_refused(f, "services core/cahce", SH_USAGE, "cache");
	assert_int_equal(sh_work_json(&text, f->session.world), RT_OK);
	assert_string_equal(text.text, ",\"work\":null,\"services\":[]");
	sh_text_fini(&text);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_duration_has_three_digits),
		cmocka_unit_test(a_share_says_all_only_where_it_is_all),
		cmocka_unit_test(a_line_has_what_happened),
		cmocka_unit_test(programs_get_integers),
		cmocka_unit_test(without_work_there_is_nothing_to_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
