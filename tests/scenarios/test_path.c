/* Ids as they stand in paths, and which places match. */
#include "scenarios/path.h"
#include "tests/support/stage.h"

static void an_id_is_escaped_as_in_the_journal(void **state)
{
	char buf[32];

	(void)state;
	assert_int_equal(scn_id_escape("a b/\x7f%\xc3\xa9", buf, sizeof(buf)), 16);
	assert_string_equal(buf, "a%20b%2F%7F%25\xc3\xa9");
	assert_int_equal(scn_id_escape("abc", buf, 3), 3);
	assert_string_equal(buf, "ab");
	assert_int_equal(scn_id_escape("abc", NULL, 0), 3);
}

static void what_is_escaped_comes_back(void **state)
{
	static const char *const wrong[] = { "", "a%", "a%2", "a%2g", "a%2f", "a%41" };
	char id[RT_ID_MAX + 1];
	size_t length;

	(void)state;
	assert_true(scn_id_unescape("a%20b%2F%25c", 12, id, &length));
	assert_string_equal(id, "a b/%c");
	assert_int_equal(length, 6);
	/* One way of writing an id only, so that two paths are equal if their texts are. */
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(scn_id_unescape(wrong[i], strlen(wrong[i]), id, &length));
}

static void a_place_matches_by_its_path(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: 'a b'}]}\n");
	struct rt *rt = scn_world_rt(stage->world);
	rt_place place = rt_path_find(rt, "app/a%20b");
	char path[SCN_PATH_MAX];

	assert_int_not_equal(place, 0);
	assert_true(scn_place_matches(rt, place, "app/*", path));
	assert_string_equal(path, "app/a%20b");
	assert_true(scn_place_matches(rt, place, "**", path));
	assert_false(scn_place_matches(rt, place, "app", path));
	stage_free(stage);
}

static void a_path_has_one_way_to_be_written(void **state)
{
	(void)state;
	static const char *const paths[][2] = {
		{ "app/a", "app/a" },           { "ro%20ot/%23hash", "ro%20ot/#hash" },
		{ "r%6f/a%2fb", "ro/a%2Fb" },   { "%2A/*/**", "%2A/*/**" },
		{ "%C3%a9/%00/%7f", "\303\251/%00/%7F" }, { "100%/%2", "100%/%2" },
	};
	char path[64];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		strcpy(path, paths[i][0]);
		assert_true(scn_path_normal(path));
		assert_string_equal(path, paths[i][1]);
	}
	strcpy(path, "a/%FF");
	assert_false(scn_path_normal(path));
}

static void a_file_may_encode_what_need_not_be(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: 'ro ot', intensity: 9, children: [{id: '#hash'}, {id: 'a/b'}]}\n"
			  "hypothesis: [{probe: alive, of: 'ro%20ot/%23hash'}]\n"
			  "method:\n"
			  "  - {at: 1s, action: kill, target: 'ro%20ot/%23hash'}\n"
			  "  - {on: {event: start, of: 'ro%20ot/%23hash'}, action: kill,\n"
			  "     target: 'r%6f%20ot/a%2fb'}\n"
			  "expect:\n"
			  "  - 'ro%20ot/%23hash': restarted\n"
			  "  - {probe: order, equals: ['-ro%20ot/%23hash', '+ro%20ot/a%2fb']}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_has_one_way_to_be_written),
		cmocka_unit_test(a_file_may_encode_what_need_not_be),
		cmocka_unit_test(an_id_is_escaped_as_in_the_journal),
		cmocka_unit_test(what_is_escaped_comes_back),
		cmocka_unit_test(a_place_matches_by_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
