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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_escaped_as_in_the_journal),
		cmocka_unit_test(what_is_escaped_comes_back),
		cmocka_unit_test(a_place_matches_by_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
