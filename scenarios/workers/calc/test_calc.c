/* test_calc.c - the calculator alone, the expressions that are drawn for it, and both at work. */
#include <inttypes.h>

#include "runtime/worker.h"
#include "tests/support/work.h"

#include "draw.h"
#include "eval.h"

static void assert_value(const char *text, int64_t value)
{
	struct eval_result result = eval(text);

	if (result.status != EVAL_OK)
		fail_msg("%s: %s, at %zu", text, eval_status_text(result.status), result.at);
	assert_int_equal(result.value, value);
}

static void assert_error(const char *text, enum eval_status status)
{
	struct eval_result result = eval(text);

	if (result.status != status)
		fail_msg("%s: '%s', not '%s'", text, eval_status_text(result.status),
			 eval_status_text(status));
}

TEST(it_calculates)
{
	assert_value("7", 7);
	assert_value("2+3*4", 14);
	assert_value("(2+3)*4", 20);
	assert_value("2 - 3 - 4", -5);
	assert_value("100/7/2", 7);
	assert_value("-7/2", -3);
	assert_value("-7%3", -1);
	assert_value("--(-3)", -3);
	assert_value(" 2*(3+4) - 10/3%2 ", 13);
	assert_value("9223372036854775807", INT64_MAX);
	assert_value("-9223372036854775807-1", INT64_MIN);
}

TEST(it_says_what_is_wrong)
{
	static char deep[1000];

	assert_error("", EVAL_SYNTAX);
	assert_error("2+", EVAL_SYNTAX);
	assert_error("2)", EVAL_SYNTAX);
	assert_error("(2", EVAL_SYNTAX);
	assert_error("2 3", EVAL_SYNTAX);
	assert_error("x", EVAL_SYNTAX);
	assert_error("1/0", EVAL_BY_ZERO);
	assert_error("1%(2-2)", EVAL_BY_ZERO);
	assert_error("9223372036854775808", EVAL_TOO_LARGE);
	assert_error("9223372036854775807+1", EVAL_TOO_LARGE);
	assert_error("-9223372036854775807-2", EVAL_TOO_LARGE);
	assert_error("4294967296*4294967296", EVAL_TOO_LARGE);
	memset(deep, '(', sizeof(deep) - 1);
	assert_error(deep, EVAL_TOO_DEEP);
	memset(deep, '-', sizeof(deep) - 1);
	assert_error(deep, EVAL_TOO_DEEP);
}

TEST(whoever_draws_an_expression_knows_its_result)
{
	unsigned good = 0;

	for (uint64_t question = 0; question < 1000; question++) {
		struct drawn drawn = draw(question);
		struct eval_result result = eval(drawn.text);

		if (draw_answer(result) != draw_answer(drawn.right))
			fail_msg("%s is not %" PRId64 " %s", drawn.text, result.value,
				 eval_status_text(result.status));
		good += result.status == EVAL_OK;
	}
	/* Most have a value, some do not. */
	assert_in_range(good, 500, 950);
}

/* office/exam asks office/calc fifty times. */
TEST(calculators_pass_an_exam)
{
	const struct rt_behaviour *calc = treefall_plugin.behaviours[0],
				  *exam = treefall_plugin.behaviours[1];
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"office", CHILDREN(WORKER("calc", .behaviour = calc),
				   WORKER("exam", .behaviour = exam,
					  SETTINGS(TO("of", "office/calc"), NUMBER("count", 50))))));

	wait_ms(f, 400);
	assert_work(f, "office/calc", "offered 40, served 39, in flight 1");
	wait_ms(f, 10000);
	assert_work(f, "office/calc", "offered 50, served 50");
	assert_starts(f, "office/calc", 1);
	fixture_free(f);
}

RUN(cmocka_unit_test(it_calculates), cmocka_unit_test(it_says_what_is_wrong),
    cmocka_unit_test(whoever_draws_an_expression_knows_its_result),
    cmocka_unit_test(calculators_pass_an_exam))
