/* What a witness knows path by path, and which restarts are hot. */
#include "probes/backend.h"
#include "tests/support/fixture.h"

struct heard {
	char text[600];
};

static bool hear(void *ctx, const struct prb_hotspot *hot)
{
	struct heard *heard = ctx;
	size_t used = strlen(heard->text);

	snprintf(heard->text + used, sizeof(heard->text) - used, "%s%s %u/%u%s; ", hot->path,
		 hot->subtree ? "/" : "", hot->restarts, hot->worst, hot->more ? " or more" : "");
	return true;
}

static const char *hotspots(const struct prb_book *book, uint32_t more_than, rt_time window)
{
	static struct heard heard;

	heard.text[0] = '\0';
	assert_int_equal(prb_book_hotspots(book, more_than, window, hear, &heard), RT_OK);
	return heard.text;
}

static void restart(struct prb_book *book, const char *path, unsigned times, rt_time from, rt_time step)
{
	for (unsigned i = 0; i < times; i++)
		assert_int_equal(prb_book_restart(book, path, 1, from + (rt_time)i * step), RT_OK);
}

TEST(unit_a_row_is_found_again)
{
	struct prb_book book = { 0 };
	struct prb_row *one = prb_book_row(&book, "core/a");

	assert_non_null(one);
	one->samples = 7;
	assert_ptr_equal(prb_book_row(&book, "core/a"), one);
	assert_ptr_equal(prb_book_find(&book, "core/a"), one);
	assert_null(prb_book_find(&book, "core/b"));
	assert_string_equal(one->path, "core/a");
	prb_book_fini(&book);
}

TEST(unit_paths_that_are_too_long_are_cut)
{
	struct prb_book book = { 0 };
	char path[2 * PRB_PATH];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(prb_book_restart(&book, path, 1, i), RT_OK);
	path[PRB_PATH - 1] = '\0';
	assert_non_null(prb_book_find(&book, path));
	assert_int_equal(strlen(prb_book_find(&book, path)->path), PRB_PATH - 1);
	assert_string_not_equal(hotspots(&book, PRB_HOT_RESTARTS, PRB_HOT_WINDOW), "");
	prb_book_fini(&book);
}

TEST(unit_what_came_since_the_latest_look_can_be_told)
{
	struct prb_book book = { 0 };
	struct prb_row *row = prb_book_row(&book, "core/a");

	row->samples = 3;
	prb_book_turn(&book);
	row->samples = 5;
	assert_int_equal(row->samples - row->before.samples, 2);
	prb_book_fini(&book);
}

TEST(unit_restarts_of_different_runs_do_not_add_up)
{
	struct prb_book book = { 0 };

	for (uint64_t run = 1; run <= 5; run++)
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(prb_book_restart(&book, "core/a", run, i * RT_SECOND), RT_OK);
	assert_string_equal(hotspots(&book, PRB_HOT_RESTARTS, PRB_HOT_WINDOW), "");
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(prb_book_restart(&book, "core/a", 3, i * RT_SECOND), RT_OK);
	/* The worst was in the third; the last one is the fifth. */
	assert_string_equal(hotspots(&book, PRB_HOT_RESTARTS, PRB_HOT_WINDOW), "core/a 2/6; core/ 2/6; ");
	prb_book_fini(&book);
}

TEST(unit_more_than_three_restarts_in_five_minutes_are_hot)
{
	struct prb_book book = { 0 };

	restart(&book, "core/calm", 3, 0, RT_SECOND);
	assert_string_equal(hotspots(&book, PRB_HOT_RESTARTS, PRB_HOT_WINDOW), "");
	restart(&book, "core/hot", 4, 0, RT_SECOND);
	assert_string_equal(hotspots(&book, PRB_HOT_RESTARTS, PRB_HOT_WINDOW), "core/hot 4/4; core/ 7/7; ");
	prb_book_fini(&book);
}

TEST(unit_restarts_that_are_far_apart_are_not_hot)
{
	struct prb_book book = { 0 };

	/* The first and the fifth are just five minutes apart: never more than four in a window. */
	restart(&book, "core/slow", 20, 0, 75 * RT_SECOND);
	assert_string_equal(hotspots(&book, 4, PRB_HOT_WINDOW), "");
	assert_string_equal(hotspots(&book, 3, PRB_HOT_WINDOW), "core/slow 4/4; core/ 4/4; ");
	prb_book_fini(&book);
}

TEST(unit_what_was_hot_long_ago_has_cooled_down_and_comes_later)
{
	struct prb_book book = { 0 };

	restart(&book, "core/before", 9, 0, RT_SECOND);
	restart(&book, "core/now", 5, 1000 * RT_SECOND, RT_SECOND);
	assert_string_equal(hotspots(&book, 3, PRB_HOT_WINDOW), "core/now 5/5; core/before 0/9; core/ 5/9; ");
	prb_book_fini(&book);
}

TEST(unit_a_subtree_can_be_hot_where_no_child_is)
{
	struct prb_book book = { 0 };

	restart(&book, "top/pool/1", 2, 0, RT_SECOND);
	restart(&book, "top/pool/2", 2, 0, RT_SECOND);
	assert_string_equal(hotspots(&book, 3, PRB_HOT_WINDOW), "top/ 4/4; top/pool/ 4/4; ");
	prb_book_fini(&book);
}

TEST(unit_only_the_latest_restarts_are_remembered_and_that_is_told)
{
	struct prb_book book = { 0 };

	restart(&book, "core/mad", 4096, 0, RT_MS);
	assert_string_equal(hotspots(&book, 3, PRB_HOT_WINDOW), "core/mad 4096/4096; core/ 4096/4096; ");
	restart(&book, "core/mad", 5904, 4096 * RT_MS, RT_MS);
	restart(&book, "side/a", 4, 0, RT_MS);
	assert_string_equal(hotspots(&book, 3, PRB_HOT_WINDOW),
			    "core/mad 4096/4096 or more; side/a 4/4; core/ 4096/4096 or more; side/ 4/4; ");
	prb_book_fini(&book);
}

TEST(unit_a_share_of_a_histogram_is_the_top_of_its_slot)
{
	uint64_t slots[PRB_SLOTS] = { [3] = 90, [7] = 9, [20] = 1 };

	assert_int_equal(prb_histogram_at(slots, 500000000), 7);
	assert_int_equal(prb_histogram_at(slots, 900000000), 7);
	assert_int_equal(prb_histogram_at(slots, 900000001), 127);
	assert_int_equal(prb_histogram_at(slots, 1000000000), (1 << 20) - 1);
	assert_int_equal(prb_histogram_at((const uint64_t[PRB_SLOTS]){ 0 }, 1), 0);
}

RUN(cmocka_unit_test(unit_a_row_is_found_again),
    cmocka_unit_test(unit_paths_that_are_too_long_are_cut),
    cmocka_unit_test(unit_what_came_since_the_latest_look_can_be_told),
    cmocka_unit_test(unit_restarts_of_different_runs_do_not_add_up),
    cmocka_unit_test(unit_more_than_three_restarts_in_five_minutes_are_hot),
    cmocka_unit_test(unit_restarts_that_are_far_apart_are_not_hot),
    cmocka_unit_test(unit_what_was_hot_long_ago_has_cooled_down_and_comes_later),
    cmocka_unit_test(unit_a_subtree_can_be_hot_where_no_child_is),
    cmocka_unit_test(unit_only_the_latest_restarts_are_remembered_and_that_is_told),
    cmocka_unit_test(unit_a_share_of_a_histogram_is_the_top_of_its_slot))
