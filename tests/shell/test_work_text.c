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

/* Ten requests a second; each answered in 5 ms, through a second service. */
static const char shop[] = "version: 1\n"
			   "name: shop\n"
			   "duration: 10s\n"
			   "tree:\n"
			   "  id: shop\n"
			   "  children:\n"
			   "    - {id: db, worker: {behaviour: external, service_time: 5ms}}\n"
			   "    - {id: desk, worker: {behaviour: server, calls: shop/db, concurrency: 9}}\n"
			   "    - {id: idle, worker: server}\n"
			   "    - {id: load, worker: {behaviour: source, to: shop/desk, rate: 10}}\n"
			   "method:\n"
			   "  - {at: 5100ms, action: dependency_down, target: shop/db, duration: 300ms}\n";

static struct fixture *shop_open(void)
{
	struct fixture *f = fixture_new();

	assert_int_equal(sh_session_load_text(&f->session, "shop.yaml", shop, strlen(shop)), SH_OK);
	return f;
}

static void services_are_a_table(void **state)
{
	(void)state;
	struct fixture *f = shop_open();

	assert_int_equal(type(f, "run 2050ms"), SH_OK);
	assert_says(f, "services",
		    "service    offered  served  degraded  failed  lost  swallowed  wrong  repeated  in "
		    "flight  availability  p50  p99  longest outage\n"
		    "shop/desk       20      20         0       0     0          0      0         0          "
		    "0          100%  5ms  5ms               0\n");
	assert_null(strstr(f->text[0], "from outside")); /* one was asked from there */
	assert_says(f, "services shop/desk", "shop/desk       20      20");
	assert_null(strstr(f->text[0], "shop/db"));
	assert_says(f, "services shop/idle", "nothing was asked of shop/idle\n");
	assert_refused(f, "services shop/dek", SH_USAGE, "desk");
	fixture_free(f);
}

static void the_tree_says_what_is_not_as_it_should_be(void **state)
{
	(void)state;
	struct fixture *f = shop_open();

	assert_int_equal(type(f, "run 2003ms"), SH_OK);
	assert_says(f, "tree", "calls=shop/db  in flight 1\n");
	assert_null(strstr(f->text[0], "availability"));
	assert_int_equal(type(f, "run 3900ms"), SH_OK);
	assert_says(f, "tree", "calls=shop/db  in flight 1  availability 94.827%\n");
	fixture_free(f);
}

static void on_a_narrow_terminal_each_is_a_paragraph(void **state)
{
	(void)state;
	struct fixture *f = shop_open();

	assert_int_equal(type(f, "run 2050ms"), SH_OK);
	f->out.width = 80;
	assert_says(f, "services",
		    "service    offered  served  availability  p50  p99\n"
		    "shop/desk       20      20          100%  5ms  5ms\n"
		    "shop/db         20      20          100%  5ms  5ms\n");
	f->out.width = 30;
	assert_says(f, "services shop/desk",
		    "shop/desk\n    offered 20  served 20\n    availability 100%  p50 5ms\n    p99 5ms\n");
	fixture_free(f);
}

static void after_the_end_services_are_as_they_were_judged(void **state)
{
	(void)state;
	struct fixture *f = shop_open();
	struct sh_text text = { 0 };

	assert_int_equal(type(f, "run"), SH_OK);
	f->out.width = 100;
	assert_says(f, "services", "shop/desk      100      96       3          1       96.969%");
	assert_int_equal(sh_work_json(&text, f->session.world), RT_OK);
	assert_non_null(strstr(text.text, ",\"work\":{\"services\":1,\"offered\":100,\"served\":96,"));
	assert_non_null(strstr(text.text, "{\"path\":\"shop/db\",\"from_outside\":false,\"offered\":"));
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
		cmocka_unit_test(services_are_a_table),
		cmocka_unit_test(the_tree_says_what_is_not_as_it_should_be),
		cmocka_unit_test(on_a_narrow_terminal_each_is_a_paragraph),
		cmocka_unit_test(after_the_end_services_are_as_they_were_judged),
		cmocka_unit_test(without_work_there_is_nothing_to_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
