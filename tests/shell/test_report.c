/* test_report.c - what a report collects of a run, and what the page makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/report.h"

static const char hostile[] =
	"version: 1\n"
	"name: '<b>&\"'\n"
	"about: \"</style><script>alert(1)</script>\"\n"
	"tree:\n"
	"  id: '<script>'\n"
	"  intensity: 5\n"
	"  children:\n"
	"    - {id: \"a'\\\"\\u202E\", worker: server}\n"
	"    - {id: '</title>', worker: server}\n"
	"method:\n"
	"  - {at: 1s, action: crash, target: '<script>/<%2Ftitle>', reason: '<img_src=x>'}\n"
	"  - {at: 2s, action: crash, target: '<script>/<%2Ftitle>', reason: bad, times: 1}\n"
	"  - {after: {restarts: 9}, action: crash, target: '<script>/<%2Ftitle>', required: false}\n"
	"expect:\n"
	"  - '<script>/<%2Ftitle>': untouched\n";

static void judged(void *ctx, struct scn_world *world)
{
	sh_report_judged(ctx, world);
}

/* The report of a run of this scenario; freed by the caller. */
static char *page_of(const char *yaml, unsigned times, struct sh_report *kept)
{
	struct scn_diags diags = { 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("test", yaml, strlen(yaml), &diags, &status);
	struct sh_report report;
	struct sh_text whole = { 0 };
	if (!scenario)
		fail_msg("%u: %s", diags.item[0].line, diags.item[0].text);
	sh_report_init(&report, &sh_report_html);
	for (unsigned i = 0; i < times; i++) {
		struct scn_options options = { .judged = judged, .judged_ctx = &report };
		struct scn_world *world;
		assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
		assert_int_equal(sh_report_watch(&report, world), RT_OK);
		assert_int_equal(scn_world_run(world, NULL), RT_OK);
		if (kept) {
			assert_int_equal(report.run.n_faults, 3);
			assert_int_equal(report.run.fault[0].struck, 1);
			assert_int_equal(report.run.fault[0].first, RT_SECOND);
			assert_int_equal(report.run.fault[2].struck, 0);
			assert_string_equal(report.run.fault[0].name, "crash");
			assert_string_equal(report.run.fault[1].with, "at=2s reason=bad");
			assert_int_equal(viz_lanes_count(report.run.lanes), 3);
		}
		struct scn_result result = scn_world_result(world);
		sh_report_add(&report, world, &result, "x.yaml", "treefall run x.yaml");
		scn_world_free(world);
	}
	sh_report_finish(&report, &whole);
	sh_report_fini(&report);
	scn_free(scenario);
	scn_diags_fini(&diags);
	return whole.text;
}

static unsigned count(const char *page, const char *text)
{
	unsigned n = 0;
	for (const char *at = page; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void unit_texts_from_anywhere_stay_texts(void **state)
{
	struct sh_report kept;
	(void)state;
	char *page = page_of(hostile, 1, &kept);
	assert_int_equal(count(page, "<script"), 1); /* ours */
	assert_int_equal(count(page, "</script>"), 1);
	assert_int_equal(count(page, "</style>"), 1);
	assert_int_equal(count(page, "<img"), 0);
	assert_int_equal(count(page, "<b>"), 0);
	assert_int_equal(count(page, "\xe2\x80\xae"), 0);
	assert_true(count(page, "\\u202e") > 0);
	assert_true(count(page, "&lt;script&gt;") > 0);
	free(page);
}

static void unit_a_page_needs_nothing_else(void **state)
{
	(void)state;
	char *page = page_of(hostile, 1, NULL);
	/* The one address is the name of SVG, which is not fetched. */
	assert_int_equal(count(page, "http"), count(page, "http://www.w3.org/2000/svg"));
	assert_int_equal(count(page, "src="), count(page, "src=x"));
	assert_int_equal(count(page, "@import"), 0);
	assert_int_equal(count(page, "url("), 0);
	free(page);
}

static void unit_the_same_run_is_the_same_page(void **state)
{
	(void)state;
	char *a = page_of(hostile, 1, NULL), *b = page_of(hostile, 1, NULL);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void unit_several_runs_come_one_after_the_other_behind_an_index(void **state)
{
	(void)state;
	char *one = page_of(hostile, 1, NULL), *two = page_of(hostile, 2, NULL);
	assert_int_equal(count(one, "<nav"), 0);
	assert_int_equal(count(two, "<nav"), 1);
	assert_int_equal(count(two, "<article id=run-1>"), 1);
	assert_int_equal(count(two, "<article id=run-2>"), 1);
	assert_int_equal(count(two, "href=\"#run-2\""), 1);
	assert_int_equal(count(two, "id=\"run-2-time-t\""), 1);
	free(one);
	free(two);
}

static void unit_a_file_that_is_invalid_is_told(void **state)
{
	struct scn_diags diags = { 0 };
	struct sh_report report;
	struct sh_text whole = { 0 };
	enum rt_status status;
	(void)state;
	assert_null(scn_load_text("<x>", "a: 1\n", 5, &diags, &status));
	sh_report_init(&report, &sh_report_html);
	sh_report_invalid(&report, "<x>", &diags);
	sh_report_finish(&report, &whole);
	assert_int_equal(count(whole.text, "not run"), 1);
	assert_true(count(whole.text, "&lt;x&gt;:1:1") > 0);
	assert_int_equal(count(whole.text, "<x>"), 0);
	sh_report_fini(&report);
	sh_text_fini(&whole);
	scn_diags_fini(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_texts_from_anywhere_stay_texts),
		cmocka_unit_test(unit_a_page_needs_nothing_else),
		cmocka_unit_test(unit_the_same_run_is_the_same_page),
		cmocka_unit_test(unit_several_runs_come_one_after_the_other_behind_an_index),
		cmocka_unit_test(unit_a_file_that_is_invalid_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
