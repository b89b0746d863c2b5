/* test_rng.c - streams of random numbers, against vectors that were computed by other means: those of the
 * authors of xoshiro256** for the generator, a Python program of a few lines for the seeding by name. */
#include "tests/support/fixture.h"

TEST(unit_generator_gives_the_published_numbers)
{
	static const uint64_t expected[] = {
		11520u,
		0u,
		1509978240u,
		1215971899390074240u,
		1216172134540287360u,
		607988272756665600u,
		16172922978634559625u,
		8476171486693032832u,
		10595114339597558777u,
		2904607092377533576u,
	};
	struct rt_rng rng = {{1, 2, 3, 4}};

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		assert_true(rt_rng_next(&rng) == expected[i]);
}

TEST(unit_streams_are_seeded_by_seed_and_name)
{
	static const struct {
		uint64_t seed;
		const char *name;
		uint64_t expected[3];
	} rows[] = {
		{1, "schedule", {0xed5c15b45aae73de, 0x500b70d2694918e6, 0x71aeffd3152bf0a4}},
		{7, "fault/cache", {0x623660811fd2c877, 0x35a536ec02cf0b22, 0x60d9bcc8a50dabd9}},
		{0, "", {0x1e28178eedbf0f30, 0x32dadb1a9e4a4d08, 0x4ef49088479a6d5c}},
		{UINT64_MAX, "x", {0x3b5c66fd75db29bf, 0xf917a352563f2f69, 0x1b36a92e67cd4056}},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rt_rng rng;

		rt_rng_init(&rng, rows[i].seed, rows[i].name);
		for (size_t k = 0; k < 3; k++)
			assert_true(rt_rng_next(&rng) == rows[i].expected[k]);
	}
}

TEST(unit_below_stays_below)
{
	static const uint64_t first[] = {0, 8, 7, 2, 4, 0, 2, 4};
	struct rt_rng rng;
	unsigned seen[7] = {0};

	rt_rng_init(&rng, 1, "below");
	for (size_t i = 0; i < 8; i++)
		assert_true(rt_rng_below(&rng, 10) == first[i]);
	for (unsigned i = 0; i < 7000; i++)
		seen[rt_rng_below(&rng, 7)]++;
	for (unsigned i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
	for (unsigned i = 0; i < 100; i++)
		assert_true(rt_rng_below(&rng, 1) == 0);
}

/* Half of all draws are thrown away for this bound, and not bent into the range. */
TEST(unit_below_favours_nobody)
{
	static const uint64_t expected[] = { 8629419888599215992u, 2257649596768891191u, 4497263213786471329u,
					     6637919348395496761u };
	struct rt_rng rng;

	rt_rng_init(&rng, 1, "half");
	for (size_t i = 0; i < 4; i++)
		assert_true(rt_rng_below(&rng, ((uint64_t)1 << 63) + 1) == expected[i]);
}

TEST(unit_chance_is_counted_in_billionths)
{
	struct rt_rng rng;
	unsigned hits = 0;

	rt_rng_init(&rng, 1, "chance");
	for (unsigned i = 0; i < 10000; i++) {
		assert_false(rt_rng_chance(&rng, 0));
		assert_true(rt_rng_chance(&rng, 1000000000));
		hits += rt_rng_chance(&rng, 250000000);
	}
	assert_in_range(hits, 2350, 2650);
}

RUN(cmocka_unit_test(unit_generator_gives_the_published_numbers),
    cmocka_unit_test(unit_streams_are_seeded_by_seed_and_name),
    cmocka_unit_test(unit_below_stays_below),
    cmocka_unit_test(unit_below_favours_nobody),
    cmocka_unit_test(unit_chance_is_counted_in_billionths))
