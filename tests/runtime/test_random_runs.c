/* test_random_runs.c - random trees under random operations: what holds in any run, the same seed the same
 * run, on whatever way, runs that do not touch each other, and runs in which memory fails. */
#include "tests/support/fixture.h"
#include "tests/support/random_world.h"

#define OPERATIONS 80
#ifndef SEEDS
#define SEEDS 150 /* more with CFLAGS=-DSEEDS=10000 */
#endif

/* A failure names its seed: run the world of that seed alone to see it again. */
static uint64_t run_seed(uint64_t seed, bool memory_fails, uint64_t *seen)
{
	struct random_world *w = random_world_new(seed, memory_fails);

	print_message("seed %llu\n", (unsigned long long)seed);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		random_world_act(w);
		random_world_look(w);
	}
	uint64_t hash = random_world_hash(w);

	random_world_end(w);
	for (unsigned kind = 0; seen != NULL && kind < RT_EV_USER; kind++)
		seen[kind] += random_world_seen(w, kind);
	random_world_free(w);
	return hash;
}

TEST(unit_invariants_hold_in_random_runs)
{
	uint64_t seen[RT_EV_USER] = {0};

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		run_seed(seed, false, seen);
	/* The runs were worth it: everything that can happen in one process did. */
	for (unsigned kind = RT_EV_START; kind < RT_EV_USER; kind++)
		if (kind != RT_EV_MESSAGE && kind != RT_EV_ISOLATED)
			assert_in_range(seen[kind], 5, UINT64_MAX);
}

TEST(unit_nothing_leaks_when_memory_fails)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		run_seed(seed, true, NULL);
}

TEST(unit_same_seed_same_run)
{
	for (uint64_t seed = 1; seed <= 10; seed++)
		assert_true(run_seed(seed, false, NULL) == run_seed(seed, false, NULL));
	assert_true(run_seed(1, false, NULL) != run_seed(2, false, NULL));
}

/* Events and state: also which message is where, for a request in hand is known by its. */
TEST(unit_the_short_way_of_messages_leads_where_the_long_one_does)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		uint64_t hash[2];

		print_message("seed %llu\n", (unsigned long long)seed);
		for (unsigned long_way = 0; long_way < 2; long_way++) {
			struct random_world *w = random_world_new(seed, false);

			random_world_leave_messages_alone(w, long_way);
			for (unsigned i = 0; i < OPERATIONS; i++)
				random_world_act(w);
			hash[long_way] = random_world_hash(w);
			random_world_end(w);
			random_world_free(w);
		}
		assert_true(hash[0] == hash[1]);
	}
}

TEST(unit_interleaved_runtimes_do_not_touch_each_other)
{
	uint64_t alone[2] = {run_seed(3, false, NULL), run_seed(4, false, NULL)};
	struct random_world *w[2] = {random_world_new(3, false), random_world_new(4, false)};

	for (unsigned i = 0; i < OPERATIONS; i++) {
		random_world_act(w[0]);
		random_world_act(w[1]);
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_true(random_world_hash(w[i]) == alone[i]);
		random_world_end(w[i]);
		random_world_free(w[i]);
	}
}

RUN(cmocka_unit_test(unit_invariants_hold_in_random_runs),
    cmocka_unit_test(unit_nothing_leaks_when_memory_fails),
    cmocka_unit_test(unit_same_seed_same_run),
    cmocka_unit_test(unit_the_short_way_of_messages_leads_where_the_long_one_does),
    cmocka_unit_test(unit_interleaved_runtimes_do_not_touch_each_other))
