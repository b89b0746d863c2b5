/* test_delivery.c - the order of what waits in a queue, and the turns of its consumers. */
#include "runtime/delivery.h"
#include "tests/support/fixture.h"

static void assert_next(struct rt_backlog *backlog, const struct rt_item *item)
{
	assert_ptr_equal(rt_backlog_get(backlog), item);
}

TEST(the_most_urgent_first_and_the_oldest_of_them)
{
	struct rt_backlog backlog = {0};
	struct rt_item item[] = {
		{.order = 1, .priority = RT_PRIORITY_LOW},    {.order = 2, .priority = RT_PRIORITY_NORMAL},
		{.order = 3, .priority = RT_PRIORITY_HIGH},   {.order = 4, .priority = RT_PRIORITY_HIGH},
		{.order = 5, .priority = RT_PRIORITY_NORMAL},
	};
	static const unsigned order[] = {2, 3, 1, 4, 0};

	for (unsigned i = 0; i < 5; i++)
		rt_backlog_put(&backlog, &item[i]);
	for (unsigned i = 0; i < 5; i++)
		assert_next(&backlog, &item[order[i]]);
	assert_next(&backlog, NULL);
}

TEST(what_comes_back_goes_to_where_it_was)
{
	struct rt_backlog backlog = {0};
	struct rt_item item[5];

	for (unsigned i = 0; i < 4; i++) {
		item[i] = (struct rt_item){.order = i, .priority = RT_PRIORITY_NORMAL};
		rt_backlog_put(&backlog, &item[i]);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_next(&backlog, &item[i]);
	/* Given back in the wrong order, and a new one behind them. */
	rt_backlog_put(&backlog, &item[2]);
	rt_backlog_put(&backlog, &item[0]);
	item[4] = (struct rt_item){.order = 4, .priority = RT_PRIORITY_NORMAL};
	rt_backlog_put(&backlog, &item[4]);
	rt_backlog_put(&backlog, &item[1]);
	for (unsigned i = 0; i < 5; i++)
		assert_next(&backlog, &item[i]);
	assert_next(&backlog, NULL);
	/* Empty, it begins anew. */
	rt_backlog_put(&backlog, &item[3]);
	assert_next(&backlog, &item[3]);
	assert_next(&backlog, NULL);
}

TEST(consumers_take_turns)
{
	struct rt_crew crew = {0};
	struct rt_item item;
	struct rt_consumer consumer[3];

	assert_null(rt_crew_idle(&crew));
	for (unsigned i = 0; i < 3; i++) {
		consumer[i] = (struct rt_consumer){.id = i + 1};
		*rt_crew_find(&crew, i + 1) = &consumer[i];
	}
	for (unsigned turn = 0; turn < 6; turn++) {
		assert_ptr_equal(rt_crew_idle(&crew), &consumer[turn % 3]);
		rt_crew_move_last(&crew, &consumer[turn % 3]);
	}
	/* Who is busy is passed over. */
	consumer[0].item = consumer[1].item = &item;
	assert_ptr_equal(rt_crew_idle(&crew), &consumer[2]);
	consumer[2].item = &item;
	assert_null(rt_crew_idle(&crew));
	assert_ptr_equal(*rt_crew_find(&crew, 2), &consumer[1]);
	assert_null(*rt_crew_find(&crew, 4));
	consumer[2].delivery = 77;
	assert_ptr_equal(rt_crew_holder(&crew, 77), &consumer[2]);
	consumer[2].item = NULL;
	assert_null(rt_crew_holder(&crew, 77));
	assert_ptr_equal(rt_crew_idle(&crew), &consumer[2]);
}

RUN(cmocka_unit_test(the_most_urgent_first_and_the_oldest_of_them),
    cmocka_unit_test(what_comes_back_goes_to_where_it_was), cmocka_unit_test(consumers_take_turns))
