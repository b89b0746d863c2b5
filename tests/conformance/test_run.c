/* Cases run by the runtime: the recorded traces of the real OTP, and what a script can meet. */
#include "run.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EXAMPLES "tests/conformance/examples"

static char *file_text(const char *name)
{
	FILE *in = fopen(name, "r");
	char *text = calloc(1, 1 << 20);

	if (!in || !text)
		fail_msg("%s cannot be read; tests run at the top of the project", name);
	else
		assert_int_not_equal(fread(text, 1, (1 << 20) - 1, in), 0);
	if (in)
		fclose(in);
	return text;
}

/* The trace of a case; null with `error` filled. */
static char *trace_of(const char *text, struct cnf_error *error)
{
	char *trace;
	size_t size;
	FILE *out = open_memstream(&trace, &size);
	bool good = cnf_run_text(text, strlen(text), out, error);

	fclose(out);
	if (good)
		return trace;
	free(trace);
	return NULL;
}

/* The trace has these lines, in this order, maybe with others between; each is a part of a line. */
static void assert_trace(const char *text, const char *const *lines)
{
	struct cnf_error error;
	char *trace = trace_of(text, &error);
	const char *at = trace;

	if (!trace)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	for (; at && *lines; lines++) {
		const char *found = strstr(at, *lines);

		if (!found)
			fail_msg("not found: %s\nin:\n%s", *lines, trace);
		else
			at = found + strlen(*lines);
	}
	free(trace);
}

#define LINES(...) (const char *const[]){__VA_ARGS__, NULL}

static void recorded_traces_of_otp_agree(void **state)
{
	DIR *dir = opendir(EXAMPLES);
	const struct dirent *entry;
	unsigned count = 0;

	(void)state;
	if (!dir)
		fail_msg("%s cannot be read; tests run at the top of the project", EXAMPLES);
	while ((entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		char name[600], *text, *expected, *trace;
		struct cnf_error error;

		if (!dot || strcmp(dot, ".case"))
			continue;
		snprintf(name, sizeof(name), "%s/%s", EXAMPLES, entry->d_name);
		text = file_text(name);
		snprintf(name, sizeof(name), "%s/%.*s.jsonl", EXAMPLES, (int)(dot - entry->d_name),
			 entry->d_name);
		expected = file_text(name);
		trace = trace_of(text, &error);
		if (!trace)
			fail_msg("%s: %u:%u: %s", entry->d_name, error.line, error.column, error.text);
		assert_string_equal(trace, expected);
		free(trace);
		free(expected);
		free(text);
		count++;
	}
	closedir(dir);
	assert_true(count >= 8);
}

static void steps_without_effect_are_skipped(void **state)
{
	(void)state;
	assert_trace(
		"sup r\nworker r/w restart=temporary\nsup r/p strategy=simple_one_for_one\ntemplate r/p/*\n"
		"script\nexit r/w normal\nexit r/w normal\nexit r boom\nstop r/w normal\nkill r/no\n"
		"which_children r/w\nterminate_child r/p @k\nburst r/w\nexit r/w/x boom\nend\n",
		LINES("\"op\":\"exit r/w normal\"", "\"exit\",\"id\":\"r/w\"",
		      "\"skip\",\"op\":\"exit\",\"id\":\"r/w\"", "\"skip\",\"op\":\"exit\",\"id\":\"r\"",
		      "\"skip\",\"op\":\"stop\",\"id\":\"r/w\"", "\"skip\",\"op\":\"kill\",\"id\":\"r/no\"",
		      "\"skip\",\"op\":\"which_children\",\"id\":\"r/w\"",
		      "\"skip\",\"op\":\"terminate_child\",\"id\":\"r/p\"",
		      "\"skip\",\"op\":\"burst\",\"id\":\"r/w\"", "\"op\":\"end\"", "\"end\""));
}

static void requests_to_nobody_get_noproc(void **state)
{
	(void)state;
	assert_trace("sup r\nscript\nstop r normal\nwhich_children r\nterminate_child r/s w\n",
		     LINES("\"exit\",\"id\":\"r\",\"n\":1,\"reason\":\"normal\"",
			   "\"which_children\",\"id\":\"r\",\"result\":\"{exit,noproc}\"",
			   "\"terminate_child\",\"id\":\"r/s\",\"result\":\"{exit,noproc}\""));
}

static void n_counts_through_the_whole_case(void **state)
{
	(void)state;
	assert_trace(
		"sup r intensity=3\nsup r/p strategy=simple_one_for_one\ntemplate r/p/* restart=temporary\n"
		"script\nstart_child r/p k\nexit r/p/k boom\nstart_child r/p k\nkill r/p\nstart_child r/p "
		"k\n",
		LINES("\"start\",\"id\":\"r/p/k\",\"n\":1", "\"start\",\"id\":\"r/p/k\",\"n\":2",
		      "\"exit\",\"id\":\"r/p/k\",\"n\":2", "\"start\",\"id\":\"r/p/k\",\"n\":3"));
}

static void odd_values_are_refused_in_the_words_of_otp(void **state)
{
	(void)state;
	assert_trace(
		"sup r\nscript\nstart_child r worker a restart=prmanent\nstart_child r worker a shutdown=-5\n"
		"start_child r worker a significant=true\n",
		LINES("{error,{invalid_restart_type,prmanent}}", "{error,{invalid_shutdown,-5}}",
		      "{error,{bad_combination,[{auto_shutdown,never},{significant,true}]}}"));
	assert_trace("sup r period=0\nscript\n",
		     LINES("\"result\":\"{error,{supervisor_data,{invalid_period,0}}}\""));
	assert_trace("sup r\nworker r/a\nworker r/a\nscript\n",
		     LINES("{error,{start_spec,{duplicate_child_name,a}}}"));
}

static void answers_in_a_burst_come_last_in_order(void **state)
{
	(void)state;
	assert_trace(
		"sup r intensity=3\nworker r/a\nscript\nburst r\ncount_children r\nexit r/a boom\n"
		"get_childspec r a\nend\n",
		LINES("\"exit\",\"id\":\"r/a\"", "\"start\",\"id\":\"r/a\",\"n\":2",
		      "\"count_children\",\"id\":\"r\",\"result\":{\"specs\":1",
		      "\"result\":{\"restart\":\"permanent\",\"shutdown\":5000,\"significant\":\"false\","
		      "\"type\":\"worker\"}"));
}

static void time_outs_take_virtual_time_only(void **state)
{
	(void)state;
	assert_trace("sup r\nworker r/a shutdown=4000000000 on_shutdown=ignore\nscript\n",
		     LINES("\"exit\",\"id\":\"r/a\",\"n\":1,\"reason\":\"killed\"", "\"exit\",\"id\":\"r\""));
	assert_trace("sup r intensity=1 period=2000000\nworker r/a\nscript\nexit r/a x\nwait "
		     "1999999999\nexit r/a y\n",
		     LINES("\"give_up\""));
}

static void a_case_that_never_rests_is_an_error(void **state)
{
	struct cnf_error error;

	(void)state;
	assert_null(trace_of("sup r intensity=4000000000\nworker r/a starts=ok,fail:no\nscript\nexit r/a x\n",
			     &error));
	assert_string_equal(error.text, "the case does not come to rest");
}

static void a_supervisor_that_waits_for_ever_ends_the_case(void **state)
{
	(void)state;
	assert_trace("sup r\nworker r/a shutdown=infinity on_shutdown=ignore\nscript\n",
		     LINES("\"op\":\"end\"", "\"end\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_traces_of_otp_agree),
		cmocka_unit_test(steps_without_effect_are_skipped),
		cmocka_unit_test(requests_to_nobody_get_noproc),
		cmocka_unit_test(n_counts_through_the_whole_case),
		cmocka_unit_test(odd_values_are_refused_in_the_words_of_otp),
		cmocka_unit_test(answers_in_a_burst_come_last_in_order),
		cmocka_unit_test(time_outs_take_virtual_time_only),
		cmocka_unit_test(a_case_that_never_rests_is_an_error),
		cmocka_unit_test(a_supervisor_that_waits_for_ever_ends_the_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
