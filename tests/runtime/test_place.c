/* test_place.c - paths: escaping, finding again, and when a place goes. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

static rt_place below(struct fixture *f, rt_place parent, const char *id)
{
	rt_place place = rt_place_make(f->rt, parent, rt_atom_intern(f->rt, id, strlen(id)), 0);

	assert_int_not_equal(place, 0);
	rt_place_ref(f->rt, place);
	return place;
}

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

TEST(unit_escaping)
{
	static const struct {
		const char *id, *written;
	} rows[] = {
		{"plain", "plain"},	      {"a/b", "a%2Fb"},	 {"**", "%2A%2A"},
		{"100%", "100%25"},	      {"a b", "a%20b"},	 {"tab\there", "tab%09here"},
		{"\x7f", "%7F"},	      {"\x01", "%01"},	 {"K\xc3\xa4se", "K\xc3\xa4se"},
		{"{local,name}", "{local,name}"}, {"17", "17"},	 {"#Ref<0.1>", "#Ref<0.1>"},
	};
	struct fixture *f = bare();
	rt_place root = below(f, 0, "root");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rt_place place = below(f, root, rows[i].id);
		char path[64], expected[64];

		snprintf(expected, sizeof expected, "root/%s", rows[i].written);
		assert_int_equal(rt_path_text(f->rt, place, path, sizeof path), strlen(expected));
		assert_string_equal(path, expected);
		assert_int_equal(rt_path_find(f->rt, path), place);
	}
	/* Small hexadecimal digits will do too, and so will escapes that need not be. */
	assert_int_equal(rt_path_find(f->rt, "root/a%2fb"), rt_path_find(f->rt, "root/a%2Fb"));
	assert_int_equal(rt_path_find(f->rt, "ro%6ft/plain"), rt_path_find(f->rt, "root/plain"));
	fixture_free(f);
}

TEST(unit_what_is_no_path_is_not_found)
{
	static const char *const paths[] = { "",         "/",       "//",       "root/",  "/root",
					     "root//a",  "root/b",  "roo",      "root/%", "root/%4",
					     "root/%zz", "root/a/", "root/a/b", "a" };
	struct fixture *f = bare();
	char huge[4 * RT_ID_MAX];

	below(f, below(f, 0, "root"), "a");
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		assert_int_equal(rt_path_find(f->rt, paths[i]), 0);
	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_int_equal(rt_path_find(f->rt, huge), 0);
	assert_int_not_equal(rt_path_find(f->rt, "root/a"), 0);
	fixture_free(f);
}

TEST(unit_round_trip_of_random_ids_in_deep_trees)
{
	struct fixture *f = bare();
	static char path[RT_DEPTH_MAX * 3 * 8 + 1];
	struct rt_rng rng;

	rt_rng_init(&rng, 7, "ids");
	for (unsigned tree = 0; tree < 20; tree++) {
		rt_place place = 0;
		unsigned depth = tree == 0 ? RT_DEPTH_MAX : 1 + (unsigned)rt_rng_below(&rng, 50);

		for (unsigned level = 1; level <= depth; level++) {
			char id[8];
			size_t length = 1 + rt_rng_below(&rng, 7);

			for (size_t i = 0; i < length; i++)
				id[i] = (char)(1 + rt_rng_below(&rng, 255));
			id[length] = '\0';
			place = below(f, place, id);
			assert_int_equal(rt_place_depth(f->rt, place), level);
		}
		size_t length = rt_path_text(f->rt, place, path, sizeof path);

		assert_int_equal(strlen(path), length);
		assert_int_equal(rt_path_find(f->rt, path), place);
	}
	fixture_free(f);
}

TEST(unit_a_path_that_does_not_fit_is_cut)
{
	struct fixture *f = bare();
	rt_place place = below(f, below(f, 0, "root"), "a/b");
	char path[16];

	for (size_t size = 0; size < sizeof path; size++) {
		memset(path, '#', sizeof path);
		assert_int_equal(rt_path_text(f->rt, place, path, size), strlen("root/a%2Fb"));
		if (size > 0)
			assert_int_equal(strlen(path),
					 size - 1 < strlen("root/a%2Fb") ? size - 1 : strlen("root/a%2Fb"));
		assert_int_equal(path[size], '#');
		assert_memory_equal(path, "root/a%2Fb", size > 1 ? (size - 1 < 10 ? size - 1 : 10) : 0);
	}
	fixture_free(f);
}

TEST(unit_the_same_name_below_others_is_another_place)
{
	struct fixture *f = bare();
	rt_place root = below(f, 0, "root"), a = below(f, root, "a"), b = below(f, root, "b");

	assert_int_not_equal(below(f, a, "x"), below(f, b, "x"));
	assert_int_equal(rt_path_parent(f->rt, rt_path_find(f->rt, "root/a/x")), a);
	assert_int_equal(rt_path_parent(f->rt, root), 0);
	assert_int_equal(rt_path_parent(f->rt, 0), 0);
	assert_int_equal(rt_path_starts(f->rt, 0), 0);
	fixture_free(f);
}

TEST(unit_the_place_after_another_is_taken_for_the_next_only_if_it_is)
{
	struct fixture *f = bare();
	rt_place root = below(f, 0, "root"), a = below(f, root, "a"), b = below(f, root, "b");
	rt_atom name = rt_atom_make(f->rt, "b"), other = rt_atom_make(f->rt, "c");

	assert_int_equal(b, a + 1);
	assert_int_equal(rt_place_make(f->rt, root, name, a), b);
	/* Another name, another parent, nothing behind it. */
	rt_place c = rt_place_make(f->rt, root, other, a);

	rt_place_ref(f->rt, c);
	assert_int_equal(c, b + 1);
	assert_int_equal(rt_place_make(f->rt, root, other, c), c);
	assert_int_not_equal(below(f, a, "b"), b);
	/* And it may be gone by now, and found again where it is then. */
	rt_place_unref(f->rt, b);
	assert_int_equal(rt_place_lookup(f->rt, root, name), 0);
	assert_int_equal(below(f, c, "b"), b);
	assert_int_not_equal(rt_place_make(f->rt, root, name, a), b);
	fixture_free(f);
}

TEST(unit_places_of_dynamic_children_go_with_them)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", CHILDREN(POOL("pool", TEMPORARY_WORKER(NULL)),
							WORKER("static", .restart = RT_TEMPORARY))));
	uint32_t before = f->rt->places.entries.live;

	for (unsigned i = 0; i < 100; i++) {
		assert_text(ask(f, "start_child app/pool 1"), "{ok,pid}");
		assert_int_equal(rt_path_starts(f->rt, rt_path_find(f->rt, "app/pool/1")), 1);
		crash(f, "app/pool/1", "boom");
		settle(f);
		assert_int_equal(rt_path_find(f->rt, "app/pool/1"), 0);
	}
	assert_int_equal(f->rt->places.entries.live, before);
	/* Those of the static tree stay, and with them the count. */
	crash(f, "app/static", "boom");
	settle(f);
	assert_int_equal(rt_path_starts(f->rt, rt_path_find(f->rt, "app/static")), 1);
	assert_int_equal(rt_path_actor(f->rt, rt_path_find(f->rt, "app/static")), RT_NOBODY);
	fixture_free(f);
}

TEST(unit_a_start_plan_is_remembered_beyond_the_child)
{
	struct fixture *f =
		start_tree(&POOL("app", TEMPORARY_WORKER(NULL, STARTS(OK(1), FAIL(1, "no"), OK(1)))));

	assert_text(ask(f, "start_child app 1"), "{ok,pid}");
	crash(f, "app/1", "boom");
	assert_text(ask(f, "start_child app 1"), "{error,no}");
	assert_text(ask(f, "start_child app 2"), "{ok,pid}");
	assert_text(ask(f, "start_child app 1"), "{ok,pid}");
	fixture_free(f);
}

TEST(unit_the_latest_process_has_the_path)
{
	struct fixture *f = start_tree(&POOL("app", SLOW(NULL, 100)));
	rt_id first, second;

	assert_text(ask(f, "start_child app k"), "{ok,pid}");
	first = pid(f, "app/k");
	assert_text(ask(f, "start_child app k"), "{ok,pid}");
	second = pid(f, "app/k");
	assert_true(first != second);
	/* The younger one gone, the elder has it again. */
	assert_text(ask_handle(f, "get_childspec app", first), "permanent worker 5000");
	unsigned token = request_handle(f, "terminate_child app", second);

	wait_ms(f, 100);
	assert_text(reply(f, token), "ok");
	assert_true(pid(f, "app/k") == first);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_escaping),
    cmocka_unit_test(unit_what_is_no_path_is_not_found),
    cmocka_unit_test(unit_round_trip_of_random_ids_in_deep_trees),
    cmocka_unit_test(unit_a_path_that_does_not_fit_is_cut),
    cmocka_unit_test(unit_the_same_name_below_others_is_another_place),
    cmocka_unit_test(unit_the_place_after_another_is_taken_for_the_next_only_if_it_is),
    cmocka_unit_test(unit_places_of_dynamic_children_go_with_them),
    cmocka_unit_test(unit_a_start_plan_is_remembered_beyond_the_child),
    cmocka_unit_test(unit_the_latest_process_has_the_path))
