/* What a case file may say, and where it is told off. */
#include "case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cnf_case *parse(const char *text)
{
	struct cnf_error error;
	struct cnf_case *kase = cnf_case_parse(text, strlen(text), &error);

	if (!kase)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return kase;
}

static void defaults_are_those_of_otp(void **state)
{
	struct cnf_case *kase = parse("sup r\nworker r/w\nsup r/s\nscript\n");
	const struct rt_child *root = &kase->root, *worker = &root->children[0], *sup = &root->children[1];

	(void)state;
	assert_string_equal(root->id, "r");
	assert_int_equal(root->strategy, RT_ONE_FOR_ONE);
	assert_int_equal(root->intensity, 1);
	assert_int_equal(root->period_s, 5);
	assert_int_equal(root->auto_shutdown, RT_NEVER);
	assert_int_equal(root->n_children, 2);
	assert_int_equal(worker->restart, RT_PERMANENT);
	assert_int_equal(worker->shutdown_ms, 5000);
	assert_int_equal(worker->type, RT_WORKER);
	assert_false(worker->significant);
	assert_true(worker->trap_exit);
	assert_int_equal(sup->shutdown_ms, RT_SHUTDOWN_INFINITY);
	assert_int_equal(sup->type, RT_SUPERVISOR);
	assert_int_equal(sup->n_children, 0);
	assert_null(worker->invalid);
	assert_int_equal(kase->n_steps, 0);
	cnf_case_free(kase);
}

static void every_key_is_read(void **state)
{
	struct cnf_case *kase =
		parse("sup r strategy=rest_for_one intensity=7 period=9 auto_shutdown=all_significant\n"
		      "worker r/a restart=temporary shutdown=brutal_kill significant=true trap=no\n"
		      "worker r/b shutdown=infinity on_shutdown=delay:30\n"
		      "worker r/c shutdown=0 on_shutdown=exit:{shutdown,x}\n"
		      "worker r/d starts=ok*3,fail:{a,b},ignore*2\n"
		      "script\n");
	const struct rt_child *c = kase->root.children;

	(void)state;
	assert_int_equal(kase->root.strategy, RT_REST_FOR_ONE);
	assert_int_equal(kase->root.intensity, 7);
	assert_int_equal(kase->root.period_s, 9);
	assert_int_equal(kase->root.auto_shutdown, RT_ALL_SIGNIFICANT);
	assert_int_equal(c[0].restart, RT_TEMPORARY);
	assert_int_equal(c[0].shutdown_ms, RT_SHUTDOWN_BRUTAL_KILL);
	assert_true(c[0].significant);
	assert_false(c[0].trap_exit);
	assert_int_equal(c[1].shutdown_ms, RT_SHUTDOWN_INFINITY);
	assert_int_equal(c[1].on_shutdown, RT_STOP_DELAY);
	assert_int_equal(c[1].stop_delay_ms, 30);
	assert_int_equal(c[2].shutdown_ms, 0);
	assert_int_equal(c[2].on_shutdown, RT_STOP_EXIT);
	assert_string_equal(c[2].stop_reason, "{shutdown,x}");
	assert_int_equal(c[3].n_starts, 3);
	assert_int_equal(c[3].starts[0].outcome, RT_START_OK);
	assert_int_equal(c[3].starts[0].times, 3);
	assert_int_equal(c[3].starts[1].outcome, RT_START_FAIL);
	assert_string_equal(c[3].starts[1].reason, "{a,b}");
	assert_int_equal(c[3].starts[2].outcome, RT_START_IGNORE);
	assert_int_equal(c[3].starts[2].times, 2);
	cnf_case_free(kase);
}

static void values_that_otp_refuses_are_passed_on_as_text(void **state)
{
	struct cnf_case *kase = parse("sup r strategy=all intensity=-1 period=0 auto_shutdown=yes\n"
				      "worker r/w restart=prmanent shutdown=-5 significant=maybe\n"
				      "script\n");
	const struct rt_invalid *root = kase->root.invalid, *worker = kase->root.children[0].invalid;

	(void)state;
	assert_string_equal(root->strategy, "all");
	assert_string_equal(root->intensity, "-1");
	assert_string_equal(root->period, "0");
	assert_string_equal(root->auto_shutdown, "yes");
	assert_string_equal(worker->restart, "prmanent");
	assert_string_equal(worker->shutdown, "-5");
	assert_string_equal(worker->significant, "maybe");
	assert_null(worker->type);
	cnf_case_free(kase);
}

static void huge_numbers_are_cut_not_wrapped(void **state)
{
	struct cnf_case *kase = parse("sup r intensity=99999999999999999999 period=4294967296\nscript\n");

	(void)state;
	assert_int_equal(kase->root.intensity, UINT32_MAX);
	assert_int_equal(kase->root.period_s, UINT32_MAX);
	assert_null(kase->root.invalid);
	cnf_case_free(kase);
}

static void children_hang_below_their_parents_in_the_order_of_lines(void **state)
{
	struct cnf_case *kase = parse("sup r # the root\n"
				      "\n"
				      "sup r/s\n"
				      "worker r/x\n"
				      "worker r/s/a\n"
				      "\tworker   r/s/b  # behind\n"
				      "sup r/p strategy=simple_one_for_one\n"
				      "template r/p/* restart=transient\n"
				      "worker r/x\n"
				      "script");
	const struct rt_child *root = &kase->root;

	(void)state;
	assert_int_equal(root->n_children, 4);
	assert_string_equal(root->children[0].id, "s");
	assert_int_equal(root->children[0].n_children, 2);
	assert_string_equal(root->children[0].children[1].id, "b");
	assert_string_equal(root->children[1].id, "x");
	assert_int_equal(root->children[2].n_children, 1);
	assert_int_equal(root->children[2].children[0].restart, RT_TRANSIENT);
	assert_string_equal(root->children[3].id, "x");
	assert_int_equal(cnf_case_find(kase, "r/s")->kind, CNF_SUP);
	assert_int_equal(cnf_case_find(kase, "r/p/*")->kind, CNF_TEMPLATE);
	assert_null(cnf_case_find(kase, "r/s/"));
	cnf_case_free(kase);
}

static void steps_are_read(void **state)
{
	struct cnf_case *kase = parse("sup r\nscript\n"
				      "exit   r/w {a,b}   # comment\n"
				      "burst r\n"
				      "exit r/w boom\n"
				      "start_child r worker w restart=temporary\n"
				      "end\n"
				      "terminate_child r @k\n"
				      "start_child r/p 7\n"
				      "wait 250\n");
	const struct cnf_step *s = kase->steps;

	(void)state;
	assert_int_equal(kase->n_steps, 7);
	assert_string_equal(s[0].text, "exit r/w {a,b}");
	assert_string_equal(s[0].reason, "{a,b}");
	assert_int_equal(s[1].n_inner, 2);
	assert_string_equal(s[3].child->id, "w");
	assert_int_equal(s[3].child->restart, RT_TEMPORARY);
	assert_true(s[4].by_handle);
	assert_false(s[5].by_handle);
	assert_string_equal(s[5].name, "7");
	assert_int_equal(s[6].wait_ms, 250);
	cnf_case_free(kase);
}

/* Text, and what is said about it. */
static const struct {
	const char *text, *error;
} broken[] = {
	{ "", "1:1: the line 'script' is missing" },
	{ "# nothing\n", "1:1: the line 'script' is missing" },
	{ "script\n", "1:1: there is no tree before the script" },
	{ "sup r\n", "1:1: the line 'script' is missing" },
	{ "worker r\nscript\n", "1:1: the first line has to be the root supervisor" },
	{ "sup\nscript\n", "1:1: sup has no path" },
	{ "sup r/s\nscript\n", "1:5: the first line has to be the root supervisor: one id" },
	{ "sup R\nscript\n", "1:5: 'R' is not an id (a letter, then letters, digits and _, all small)" },
	{ "sup 9\nscript\n", "1:5: '9' is not an id (a letter, then letters, digits and _, all small)" },
	{ "sup r\nworker r//a\nscript\n",
	  "2:10: '' is not an id (a letter, then letters, digits and _, all small)" },
	{ "sup r\nworker r/\nscript\n",
	  "2:10: '' is not an id (a letter, then letters, digits and _, all small)" },
	{ "sup r\nsup q\nscript\n", "2:5: there is only one root" },
	{ "sup r\nworker r/s/a\nscript\n",
	  "2:8: 'r/s' is not there yet; a parent comes before its children" },
	{ "sup r\nworker r/a\nworker r/a/b\nscript\n", "3:8: the parent is not a supervisor" },
	{ "sup r\nlooper r/a\nscript\n", "2:1: 'looper' is not sup, worker, template or script" },
	{ "sup r strategie=x\nscript\n", "1:7: unknown key 'strategie'" },
	{ "sup r intensity\nscript\n", "1:7: 'intensity' is not of the form key=value" },
	{ "sup r intensity=\nscript\n", "1:7: intensity has no value" },
	{ "sup r intensity=1 intensity=2\nscript\n", "1:19: intensity is given twice" },
	{ "sup r restart=permanent\nscript\n", "1:7: restart does not belong on the root" },
	{ "sup r\nsup r/s trap=no\nscript\n", "2:9: trap does not belong on a supervisor" },
	{ "sup r\nworker r/w period=3\nscript\n", "2:12: period does not belong on a worker" },
	{ "sup r\nworker r/w trap=maybe\nscript\n", "2:17: trap is yes or no" },
	{ "sup r\nworker r/w on_shutdown=exit:\nscript\n",
	  "2:24: on_shutdown is ok, ignore, exit:REASON or delay:MS" },
	{ "sup r\nworker r/w on_shutdown=delay:x\nscript\n", "2:30: 'x' is not a number of milliseconds" },
	{ "sup r\nworker r/w shutdown=4294967296\nscript\n",
	  "2:21: at most 4294967295 milliseconds are possible" },
	{ "sup r\nworker r/w starts=ok,\nscript\n", "2:22: '' is not ok, ignore or fail:REASON" },
	{ "sup r\nworker r/w starts=ok*0\nscript\n", "2:22: an item of a start plan is used at least once" },
	{ "sup r\nworker r/w starts=fail\nscript\n", "2:19: 'fail' is not ok, ignore or fail:REASON" },
	{ "sup r\nworker r/w starts=fail:\nscript\n", "2:19: 'fail:' is not ok, ignore or fail:REASON" },
	{ "sup r strategy=simple_one_for_one\nscript\n",
	  "1:5: a simple_one_for_one supervisor needs a template" },
	{ "sup r strategy=simple_one_for_one\nworker r/w\nscript\n",
	  "2:8: a simple_one_for_one supervisor has a template and nothing else" },
	{ "sup r strategy=simple_one_for_one\ntemplate r/*\ntemplate r/*\nscript\n",
	  "3:10: a simple_one_for_one supervisor has one template" },
	{ "sup r\ntemplate r/*\nscript\n", "2:10: only a simple_one_for_one supervisor has a template" },
	{ "sup r\ntemplate r/t\nscript\n", "2:12: the path of a template ends in /*" },
	{ "sup r\nscript now\n", "2:8: script stands on a line of its own" },
	{ "sup r\nscript\nscript\n", "3:1: unknown step 'script'" },
	{ "sup r\nscript\ncrash r\n", "3:1: unknown step 'crash'" },
	{ "sup r\nscript\nexit r/w\n", "3:1: exit takes PATH REASON" },
	{ "sup r\nscript\nexit r/w a b\n", "3:1: exit takes PATH REASON" },
	{ "sup r\nscript\nwait soon\n", "3:6: 'soon' is not a number of milliseconds" },
	{ "sup r\nscript\nwait -1\n", "3:6: '-1' is not a number of milliseconds" },
	{ "sup r\nscript\nwait 1000000000000\nwait 1\n", "4:6: at most 0 milliseconds are possible" },
	{ "sup r\nscript\nend\n", "3:1: end without a burst" },
	{ "sup r\nscript\nburst r\n", "3:1: this burst has no end" },
	{ "sup r\nscript\nburst r\nburst r\nend\nend\n", "4:1: burst is not possible inside a burst" },
	{ "sup r\nscript\nburst r\nwait 5\nend\n", "4:1: wait is not possible inside a burst" },
	{ "sup r\nscript\nburst r\nexit q/w boom\nend\n",
	  "4:6: inside a burst only direct children of r exit" },
	{ "sup r\nscript\nburst r\nkill r\nend\n", "4:6: inside a burst only direct children of r exit" },
	{ "sup r\nscript\nburst r\nwhich_children r/s\nend\n",
	  "4:16: inside a burst requests go to its supervisor r" },
	{ "sup r\nscript\nstart_child r w\n",
	  "3:15: a key is for simple_one_for_one; here it is: start_child SUP worker ID" },
	{ "sup r\nscript\nstart_child r sup s\n",
	  "3:15: only a worker can be started: start_child SUP worker ID" },
	{ "sup r strategy=simple_one_for_one\ntemplate r/*\nscript\nstart_child r worker w\n",
	  "4:15: in a simple_one_for_one supervisor it is: start_child POOL KEY" },
	{ "sup r\nscript\nrestart_child r *\n", "3:17: '*' is not an id, a key or @KEY" },
	{ "sup r\nscript\nexit r/w b\001m\n", "3:11: byte 0x01 is not allowed outside of a comment" },
	{ "sup r\nscript\nexit r/w \xc3\xa9\n", "3:10: byte 0xc3 is not allowed outside of a comment" },
};

static void broken_cases_are_located(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct cnf_error error;
		char text[300];

		assert_null(cnf_case_parse(broken[i].text, strlen(broken[i].text), &error));
		snprintf(text, sizeof(text), "%u:%u: %s", error.line, error.column, error.text);
		assert_string_equal(text, broken[i].error);
	}
}

static void too_deep_a_tree_is_refused(void **state)
{
	char *text, *path;
	size_t size, path_size;
	FILE *out = open_memstream(&text, &size), *at = open_memstream(&path, &path_size);
	struct cnf_error error;

	(void)state;
	for (unsigned i = 0; i <= CNF_DEPTH_MAX; i++) {
		fputs(i ? "/a" : "a", at);
		fflush(at);
		fprintf(out, "sup %s\n", path);
	}
	fputs("script\n", out);
	fclose(out);
	fclose(at);
	assert_null(cnf_case_parse(text, size, &error));
	assert_int_equal(error.line, CNF_DEPTH_MAX + 1);
	free(text);
	free(path);
}

static void nul_bytes_and_too_large_files_are_refused(void **state)
{
	static const char nul[] = "sup r\0\nscript\n";
	struct cnf_error error;
	char *large = malloc(CNF_CASE_BYTES_MAX + 1);

	(void)state;
	assert_null(cnf_case_parse(nul, sizeof(nul) - 1, &error));
	assert_int_equal(error.column, 6);
	assert_non_null(large);
	memset(large, '\n', CNF_CASE_BYTES_MAX + 1);
	assert_null(cnf_case_parse(large, CNF_CASE_BYTES_MAX + 1, &error));
	assert_non_null(strstr(error.text, "larger than"));
	free(large);
}

/* Every prefix of a case, and every case with one byte changed, is a case or an error. */
static void damaged_cases_do_no_harm(void **state)
{
	static const char text[] =
		"sup r strategy=one_for_all\nworker r/w starts=ok*2,fail:{a,b}\n"
		"sup r/p strategy=simple_one_for_one\ntemplate r/p/* on_shutdown=delay:3\n"
		"script\nburst r\nexit r/w boom\nrestart_child r w\nend\nstart_child r/p k\n"
		"get_childspec r/p @k\nstart_child r worker x restart=temporary\nwait 5\n";
	static const char bytes[] = "\0\n #=/*,:@{a9\xff";
	size_t cases = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		struct cnf_error error = {0};
		struct cnf_case *kase = cnf_case_parse(text, i, &error);

		assert_true(kase || error.line > 0);
		cnf_case_free(kase);
		for (size_t b = 0; b < sizeof(bytes); b++) {
			char copy[sizeof(text)];

			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[b];
			kase = cnf_case_parse(copy, sizeof(text) - 1, &error);
			cases += kase != NULL;
			cnf_case_free(kase);
		}
	}
	assert_true(cases > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_otp),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(values_that_otp_refuses_are_passed_on_as_text),
		cmocka_unit_test(huge_numbers_are_cut_not_wrapped),
		cmocka_unit_test(children_hang_below_their_parents_in_the_order_of_lines),
		cmocka_unit_test(steps_are_read),
		cmocka_unit_test(broken_cases_are_located),
		cmocka_unit_test(too_deep_a_tree_is_refused),
		cmocka_unit_test(nul_bytes_and_too_large_files_are_refused),
		cmocka_unit_test(damaged_cases_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
