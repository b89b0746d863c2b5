/* test_promise.c - which scenarios are held to giving the same bytes everywhere. */
#include "tests/support/loading.h"
#include "tests/support/offered.h"

static void assert_promise(const char *text, const char *why)
{
	struct scn_scenario *scenario = load_good(text);
	const char *said = scn_promise(scenario);

	if (why)
		assert_string_equal(said, why);
	else
		assert_null(said);
	scn_free(scenario);
}

#define TREE_OF(...) "version: 1\ntree:\n  id: core\n  children:\n    - {id: a}\n" __VA_ARGS__
#define FOREIGN      "    - {id: b, worker: {plugin: ./offered.so, behaviour: plain}}\n"
#define ISOLATED     "    - {id: c, isolation: process}\n"

static void built_in_workers_of_this_process_are_promised(void **state)
{
	(void)state;
	assert_promise(TREE_OF(""), NULL);
	assert_promise(TREE_OF("    - {id: d, worker: {behaviour: server}}\n"), NULL);
	assert_promise(TREE, NULL);
}

static void plugins_and_processes_are_not(void **state)
{
	(void)state;
	assert_promise(TREE_OF(FOREIGN), "it has workers from a plugin");
	assert_promise(TREE_OF("    - {id: p, strategy: simple_one_for_one, template: {worker: {plugin: "
			       "./offered.so, behaviour: plain}}}\n"),
		       "it has workers from a plugin");
	assert_promise(TREE_OF(ISOLATED), "it has workers in a process of their own");
	assert_promise(TREE_OF(FOREIGN ISOLATED),
		       "it has workers from a plugin and workers in a process of their own");
}

static int offer(void **state)
{
	(void)state;
	offered_begin();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_workers_of_this_process_are_promised),
		cmocka_unit_test(plugins_and_processes_are_not),
	};

	return cmocka_run_group_tests(tests, offer, NULL);
}
