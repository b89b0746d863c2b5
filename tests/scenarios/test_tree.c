/* test_tree.c - paths and patterns against a tree that is not running. */
#include "tests/support/loading.h"

#include "scenarios/tree.h"

static const char text[] = TREE "    - {id: 'a/b *'}\n"
				"    - id: deep\n"
				"      children:\n"
				"        - id: deeper\n"
				"          children:\n"
				"            - {id: cache}\n"
				"            - id: crowd\n"
				"              strategy: simple_one_for_one\n"
				"              template: {children: [{id: member}]}\n"
				"              start: [alice]\n";

static struct scn_scenario *scenario;
static struct scn_tree tree;

static int load(void **state)
{
	(void)state;
	scenario = load_good(text);
	tree = (struct scn_tree){ &scenario->root, scenario->pools, scenario->n_pools };
	return 0;
}

static int unload(void **state)
{
	(void)state;
	scn_free(scenario);
	return 0;
}

static const char *found(const char *path)
{
	uint64_t work = 1000;
	const struct rt_child *child = scn_tree_find(&tree, path, NULL, &work);

	return child ? child->id : NULL;
}

#define assert_finds(path, id)     assert_string_equal(found(path) ? found(path) : "nothing", id)
#define assert_finds_nothing(path) assert_null(found(path))

static void a_path_finds_its_child(void **state)
{
	(void)state;
	assert_finds("core", "core");
	assert_finds("core/cache", "cache");
	assert_finds("core/telemetry/collector", "collector");
	assert_finds("core/a%2Fb%20%2A", "a/b *");
	assert_finds_nothing("cor");
	assert_finds_nothing("core/");
	assert_finds_nothing("/core");
	assert_finds_nothing("core//cache");
	assert_finds_nothing("core/cache/x");
	assert_finds_nothing("");
	/* An id is written in one way only. */
	assert_finds_nothing("core/a%2fb%20%2A");
	assert_finds_nothing("core/%63ache");
	assert_finds_nothing("core/%");
	assert_finds_nothing("core/%2");
}

static void stars_stand_for_ids(void **state)
{
	(void)state;
	assert_finds("*", "core");
	assert_finds("core/ca*", "cache");
	assert_finds("core/*elem*", "telemetry");
	assert_finds("core/*/coll*r", "collector");
	assert_finds("core/a%2Fb%20*", "a/b *");
	assert_finds_nothing("core/x*");
	assert_finds_nothing("core/*/*/*/*/*/*");
}

static void two_stars_stand_for_any_depth(void **state)
{
	(void)state;
	assert_finds("**", "core");
	assert_finds("**/collector", "collector");
	assert_finds("core/**/crowd", "crowd");
	assert_finds("core/**/deep", "deep");
	assert_finds("core/cache/**", "cache");
	assert_finds("core/cache/**/**", "cache");
	assert_finds("**/deeper/**/cache", "cache");
	assert_finds("**/**/collector", "collector");
	assert_finds_nothing("core/telemetry/**/cache");
	assert_finds_nothing("core/cache/**/x");
}

static void a_pool_has_any_key(void **state)
{
	(void)state;
	assert_finds("core/pool/17", "*");
	assert_finds("core/pool/*", "*");
	assert_finds("core/deep/deeper/crowd/k/member", "member");
	assert_finds("**/crowd/*/member", "member");
	assert_finds_nothing("core/pool/17/x");
	assert_finds_nothing("core/deep/deeper/crowd/k/stranger");
	/* Otherwise nothing behind a `**` would ever be a mistake. */
	assert_finds("**/17", "*");
	assert_finds("**/alice", "*");
	assert_finds("core/**/alice/member", "member");
	assert_finds_nothing("**/bob");
}

static bool is_supervisor(const struct rt_child *child)
{
	return child->supervisor;
}

static void only_children_of_the_wanted_kind_count(void **state)
{
	uint64_t work = 1000;

	(void)state;
	assert_string_equal(scn_tree_find(&tree, "core/*", is_supervisor, &work)->id, "telemetry");
	assert_null(scn_tree_find(&tree, "core/cache", is_supervisor, &work));
}

static void a_search_ends_when_its_work_is_used_up(void **state)
{
	uint64_t work = 5;

	(void)state;
	assert_null(scn_tree_find(&tree, "**/**/*x*/**/y", NULL, &work));
	assert_int_equal(work, 0);
}

static void assert_near(const char *path, const char *expected)
{
	char near[256];

	assert_string_equal(scn_tree_near(&tree, path, near, sizeof(near)) ? near : "nothing", expected);
}

static void the_nearest_path_is_proposed(void **state)
{
	(void)state;
	assert_near("core/cahce", "core/cache");
	assert_near("kore/cache", "core/cache");
	assert_near("core/telemetri/collector", "core/telemetry/collector");
	assert_near("core/collector", "core/telemetry/collector");
	assert_near("colector", "core/telemetry/collector");
	assert_near("core/a%2Fb%20%2AA", "core/a%2Fb%20%2A");
	assert_near("core/entirely-else", "nothing");
	assert_near("", "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_finds_its_child),
		cmocka_unit_test(stars_stand_for_ids),
		cmocka_unit_test(two_stars_stand_for_any_depth),
		cmocka_unit_test(a_pool_has_any_key),
		cmocka_unit_test(only_children_of_the_wanted_kind_count),
		cmocka_unit_test(a_search_ends_when_its_work_is_used_up),
		cmocka_unit_test(the_nearest_path_is_proposed),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
