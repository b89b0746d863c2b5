/* test_start_plan.c - start plans and stops in words, and back. */
#include "tests/support/loading.h"

#include "scenarios/start_plan.h"

static void assert_plan(const char *text, const char *written)
{
	struct scn_arena *arena = scn_arena_new();
	struct scn_text out = { .data = NULL };
	bool no_memory = false;

	assert_non_null(arena);
	size_t count = scn_starts_count(text);
	struct rt_start_item *items = scn_arena_array(arena, count, sizeof(*items));
	assert_non_null(items);
	assert_null(scn_starts_parse(text, arena, items, &no_memory));
	assert_false(no_memory);
	scn_starts_write(items, count, &out);
	assert_string_equal(out.data, written);
	scn_text_fini(&out);
	scn_arena_free(arena);
}

static void assert_no_plan(const char *text)
{
	struct scn_arena *arena = scn_arena_new();
	bool no_memory = false;

	assert_non_null(arena);
	size_t count = scn_starts_count(text);
	struct rt_start_item *items = scn_arena_array(arena, count, sizeof(*items));
	assert_non_null(items);
	assert_non_null(scn_starts_parse(text, arena, items, &no_memory));
	assert_false(no_memory);
	scn_arena_free(arena);
}

static void plans_are_lists_of_outcomes(void **state)
{
	(void)state;
	assert_plan("ok", "ok");
	assert_plan("ok*3,ignore,fail:nope*2,ok", "ok*3,ignore,fail:nope*2,ok");
	assert_plan("ok , fail:x", "ok,fail:x");
	assert_plan("fail:x*1", "fail:x");
	assert_plan("ok*4294967295", "ok*4294967295");
}

static void reasons_may_have_commas_and_stars(void **state)
{
	(void)state;
	assert_plan("fail:{a,[b,c]}*2,ok", "fail:{a,[b,c]}*2,ok");
	assert_plan("fail:\"a,b\",ok", "fail:\"a,b\",ok");
	assert_plan("fail:'it\\',s',ok", "fail:'it\\',s',ok");
	assert_plan("fail:a*b", "fail:a*b");
	assert_plan("fail:*", "fail:*");
	/* What ends like a count is written with one. */
	assert_plan("fail:a*2*1", "fail:a*2*1");
	assert_plan("fail:a*2*3", "fail:a*2*3");
}

static void other_words_are_no_plan(void **state)
{
	static const char *const wrong[] = {
		"",
		"maybe",
		"ok,",
		",ok",
		"ok*0",
		"ok*4294967296",
		"ok*99999999999999999999",
		"fail",
		"fail:",
		"fail:{a",
		"fail:a}",
		"fail:(a]",
		"fail:\"a",
		"fail:a b",
		"OK",
		"ok*",
		"fail:'",
		"fail:'a\\\\",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_no_plan(wrong[i]);
}

static void brackets_that_go_on_for_ever_are_no_reason(void **state)
{
	char deep[2000] = "fail:";

	(void)state;
	memset(deep + 5, '{', sizeof(deep) - 6);
	deep[sizeof(deep) - 1] = '\0';
	assert_no_plan(deep);
}

static void assert_stop(const char *text, enum rt_on_shutdown kind, const char *written)
{
	struct rt_child child = { .id = "a" };
	struct scn_text out = { .data = NULL };

	assert_null(scn_on_shutdown_parse(text, &child));
	assert_int_equal(child.on_shutdown, kind);
	scn_on_shutdown_write(&child, &out);
	assert_string_equal(out.data, written);
	scn_text_fini(&out);
}

static void stops_are_words(void **state)
{
	(void)state;
	assert_stop("ok", RT_STOP_OK, "ok");
	assert_stop("ignore", RT_STOP_IGNORE, "ignore");
	assert_stop("exit:{shutdown,done}", RT_STOP_EXIT, "exit:{shutdown,done}");
	assert_stop("delay:250", RT_STOP_DELAY, "delay:250ms");
	assert_stop("delay:1.5s", RT_STOP_DELAY, "delay:1500ms");
	assert_stop("delay:0", RT_STOP_DELAY, "delay:0s");
}

static void other_words_are_no_stop(void **state)
{
	static const char *const wrong[] = { "",
					     "later",
					     "exit:",
					     "exit:a,b",
					     "delay:",
					     "delay:-1",
					     "delay:10us",
					     "delay:4294967296",
					     "delay:x",
					     "delay:infinity",
					     "delay:brutal_kill" };
	struct rt_child child = { .id = "a" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(scn_on_shutdown_parse(wrong[i], &child));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_lists_of_outcomes),
		cmocka_unit_test(reasons_may_have_commas_and_stars),
		cmocka_unit_test(other_words_are_no_plan),
		cmocka_unit_test(brackets_that_go_on_for_ever_are_no_reason),
		cmocka_unit_test(stops_are_words),
		cmocka_unit_test(other_words_are_no_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
