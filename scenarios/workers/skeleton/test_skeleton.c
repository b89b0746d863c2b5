/* test_skeleton.c - the worker in a runtime, without files and without waiting: time is virtual. */
#include "runtime/worker.h"
#include "tests/support/work.h"

/* app/mine with this limit, and app/load that asks it ten times in a second. */
#define MINE(limit)                                                                                          \
	WORKER("mine", .behaviour = treefall_plugin.behaviours[0], SETTINGS(NUMBER("per_second", limit)))
#define LOAD DOES("source", "load", (TO("to", "app/mine"), NUMBER("rate", 10)))

TEST(it_answers_what_it_can_and_refuses_the_rest)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(MINE(4), LOAD)));

	wait_ms(f, 1050);
	assert_work(f, "app/mine", "offered 10, served 4, failed 6");
	wait_ms(f, 1000);
	assert_work(f, "app/mine", "offered 20, served 8, failed 12");
	fixture_free(f);
}

TEST(below_its_limit_it_answers_all)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(MINE(10), LOAD)));

	wait_ms(f, 5050);
	assert_work(f, "app/mine", "offered 50, served 50");
	fixture_free(f);
}

TEST(once_restarted_it_begins_anew)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(MINE(4), LOAD)));

	wait_ms(f, 550);
	assert_work(f, "app/mine", "offered 5, served 4, failed 1");
	crash(f, "app/mine", "boom");
	wait_ms(f, 400);
	assert_work(f, "app/mine", "offered 9, served 8, failed 1");
	assert_starts(f, "app/mine", 2);
	assert_starts(f, "app/load", 1);
	fixture_free(f);
}

RUN(cmocka_unit_test(it_answers_what_it_can_and_refuses_the_rest),
    cmocka_unit_test(below_its_limit_it_answers_all), cmocka_unit_test(once_restarted_it_begins_anew))
