/* test_region.c - slabs, heap, hash tables, and the gate of all allocations. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

/* --- heap
 * ------------------------------------------------------------------------------------------------------ */

TEST(unit_blocks_are_rounded_little)
{
	size_t before = 0;

	for (size_t size = 1; size < 200000; size = size < 5000 ? size + 1 : size * 5 / 4) {
		size_t rounded = rt_heap_rounded(size);

		assert_true(rounded >= size && rounded % 16 == 0 && rounded >= before);
		assert_true(rounded <= size + 15 || rounded <= size + size / 4 + 1);
		/* A rounded size is itself a class. */
		assert_int_equal(rt_heap_rounded(rounded), rounded);
		before = rounded;
	}
}

TEST(unit_memory_is_zero_and_used_again)
{
	static const size_t sizes[] = {1, 16, 17, 64, 1000, 1024, 1025, 5000, 70000};
	struct fixture *f = bare();

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		unsigned char *first = rt_alloc(f->rt, sizes[i]);

		assert_non_null(first);
		assert_int_equal((uintptr_t)first % 16, 0);
		memset(first, 0xff, sizes[i]);
		rt_dealloc(f->rt, first, sizes[i]);
		unsigned char *second = rt_alloc(f->rt, sizes[i]);

		assert_ptr_equal(first, second);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(second[k], 0);
		rt_dealloc(f->rt, second, sizes[i]);
	}
	rt_dealloc(f->rt, NULL, 100);
	assert_int_equal(f->rt->region.heap_live, 0);
	fixture_free(f);
}

TEST(unit_random_blocks_do_not_overlap)
{
	enum { BLOCKS = 300 };
	struct fixture *f = bare();
	struct rt_rng rng;
	unsigned char *block[BLOCKS] = {0};
	size_t size[BLOCKS] = {0}, live = 0;

	rt_rng_init(&rng, 7, "heap");
	for (unsigned round = 0; round < 20000; round++) {
		unsigned i = (unsigned)rt_rng_below(&rng, BLOCKS);

		if (block[i] != NULL) {
			/* Still as it was written, first to last. */
			assert_int_equal(block[i][0], i & 0xff);
			assert_int_equal(block[i][size[i] - 1], i & 0xff);
			rt_dealloc(f->rt, block[i], size[i]);
			live -= rt_heap_rounded(size[i]);
			block[i] = NULL;
			continue;
		}
		size[i] = 1 + rt_rng_below(&rng, rt_rng_below(&rng, 10) == 0 ? 20000 : 300);
		block[i] = rt_alloc(f->rt, size[i]);
		assert_non_null(block[i]);
		memset(block[i], (int)(i & 0xff), size[i]);
		live += rt_heap_rounded(size[i]);
		assert_int_equal(f->rt->region.heap_live, live);
	}
	fixture_free(f);
}

TEST(unit_more_than_there_is_is_refused)
{
	struct rt_config config = {.seed = 7, .memory_max = (size_t)1 << 20};
	struct fixture *f = fixture_new(&config);

	assert_null(rt_alloc(f->rt, (size_t)2 << 20));
	assert_null(rt_alloc(f->rt, SIZE_MAX));
	assert_null(rt_alloc(f->rt, (size_t)1 << 20));
	void *some = rt_alloc(f->rt, (size_t)100 << 10);

	assert_non_null(some);
	/* Until it is full; what was given back can be had again. */
	unsigned n = 0;

	while (rt_alloc(f->rt, 1024) != NULL)
		n++;
	assert_in_range(n, 100, 1024);
	rt_dealloc(f->rt, some, (size_t)100 << 10);
	assert_non_null(rt_alloc(f->rt, (size_t)100 << 10));
	fixture_free(f);
}

TEST(unit_the_nth_allocation_fails_once)
{
	struct fixture *f = bare();

	for (uint64_t nth = 1; nth <= 5; nth++) {
		rt_fail_nth(f->rt, nth);
		for (uint64_t i = 1; i <= 8; i++) {
			void *memory = rt_alloc(f->rt, 16);

			assert_int_equal(memory == NULL, i == nth);
			assert_int_equal(rt_fail_fired(f->rt), i >= nth);
			rt_dealloc(f->rt, memory, 16);
		}
	}
	rt_fail_nth(f->rt, 0);
	assert_false(rt_fail_fired(f->rt));
	assert_non_null(rt_alloc(f->rt, 16));
	fixture_free(f);
}

/* --- slabs
 * ------------------------------------------------------------------------------------------------------- */

TEST(unit_slab_elements_are_zero_but_for_their_generation)
{
	struct fixture *f = bare();
	struct rt_slab *slab = &f->rt->messages;
	uint32_t index = rt_slab_alloc(f->rt, slab);
	uint32_t *words = rt_slab_at(slab, index);

	assert_int_equal(index, 1);
	for (size_t i = 0; i < slab->size / 4; i++)
		words[i] = 0xdeadbeef;
	rt_slab_free(slab, index);
	assert_int_equal(slab->live, 0);
	assert_int_equal(rt_slab_alloc(f->rt, slab), index);
	assert_int_equal(words[0], 0);
	assert_int_equal(words[1], 0xdeadbeef); /* bytes 4 to 7 are left alone */
	for (size_t i = 2; i < slab->size / 4; i++)
		assert_int_equal(words[i], 0);
	fixture_free(f);
}

TEST(unit_slab_gives_the_latest_freed_first_and_then_new_ones)
{
	struct fixture *f = bare();
	struct rt_slab *slab = &f->rt->messages;

	for (uint32_t i = 1; i <= 5; i++)
		assert_int_equal(rt_slab_alloc(f->rt, slab), i);
	rt_slab_free(slab, 2);
	rt_slab_free(slab, 4);
	assert_int_equal(slab->live, 3);
	assert_int_equal(rt_slab_alloc(f->rt, slab), 4);
	assert_int_equal(rt_slab_alloc(f->rt, slab), 2);
	assert_int_equal(rt_slab_alloc(f->rt, slab), 6);
	assert_int_equal(slab->high, 6);
	fixture_free(f);
}

TEST(unit_a_full_slab_gives_nothing)
{
	struct rt_config config = {.seed = 7, .memory_max = (size_t)1 << 20};
	struct fixture *f = fixture_new(&config);
	struct rt_slab *slab = &f->rt->messages;
	uint32_t n = 0;

	while (rt_slab_alloc(f->rt, slab) != 0)
		n++;
	assert_int_equal(n, slab->capacity);
	rt_slab_free(slab, n / 2);
	assert_int_equal(rt_slab_alloc(f->rt, slab), n / 2);
	assert_int_equal(rt_slab_alloc(f->rt, slab), 0);
	fixture_free(f);
}

/* --- tables: linear hashing
 * ------------------------------------------------------------------------------------------ */

/* Elements of the slab of timers serve as entries: `next` is their link, `actor` their hash. */
static uint32_t *entry_next(struct rt *rt, uint32_t index)
{
	return &rt_timer_at(&rt->timers, index)->next;
}

static uint32_t entry_hash(struct rt *rt, uint32_t index)
{
	return rt_timer_at(&rt->timers, index)->owner;
}

static const struct rt_table_ops ops = {.next = entry_next, .hash = entry_hash};

static bool has(struct fixture *f, const struct rt_table *table, uint32_t index)
{
	for (uint32_t at = rt_table_head(table, entry_hash(f->rt, index)); at != 0;
	     at = *entry_next(f->rt, at))
		if (at == index)
			return true;
	return false;
}

static uint32_t longest(struct fixture *f, const struct rt_table *table)
{
	uint32_t most = 0;

	for (uint32_t bucket = 0; bucket < table->level + table->split; bucket++) {
		uint32_t length = 0;

		for (uint32_t at = table->bucket[bucket]; at != 0; at = *entry_next(f->rt, at))
			length++;
		if (length > most)
			most = length;
	}
	return most;
}

TEST(unit_table_finds_all_while_it_grows)
{
	enum { ENTRIES = 3000 };
	struct fixture *f = bare();
	static uint32_t buckets[4096];
	struct rt_table table = {.bucket = buckets, .capacity = 4096, .level = 1};
	struct rt_rng rng;

	rt_rng_init(&rng, 7, "table");
	for (uint32_t i = 1; i <= ENTRIES; i++) {
		assert_int_equal(rt_timer_new(f->rt, RT_TIMER_ACTOR, (uint32_t)rt_rng_next(&rng)), i);
		rt_table_add(f->rt, &table, ops, i);
		/* One bucket for each entry, all within level and split. */
		assert_int_equal(table.count, i);
		assert_int_equal(table.level + table.split, i);
		assert_true(has(f, &table, i));
		if (i % 97 == 0)
			for (uint32_t k = 1; k <= i; k++)
				assert_true(has(f, &table, k));
	}
	assert_in_range(longest(f, &table), 1, 12);
	for (uint32_t i = 1; i <= ENTRIES; i += 2)
		rt_table_remove(f->rt, &table, ops, i);
	for (uint32_t i = 1; i <= ENTRIES; i++)
		assert_int_equal(has(f, &table, i), i % 2 == 0);
	assert_int_equal(table.count, ENTRIES / 2);
	fixture_free(f);
}

TEST(unit_table_with_no_room_for_buckets_still_finds_all)
{
	struct fixture *f = bare();
	static uint32_t buckets[16];
	struct rt_table table = {.bucket = buckets, .capacity = 16, .level = 1};

	for (uint32_t i = 1; i <= 500; i++) {
		/* All the same but for a few bits, at that. */
		assert_int_equal(rt_timer_new(f->rt, RT_TIMER_ACTOR, i % 5), i);
		rt_table_add(f->rt, &table, ops, i);
	}
	assert_in_range(table.level + table.split, 8, 16);
	for (uint32_t i = 1; i <= 500; i++)
		assert_true(has(f, &table, i));
	for (uint32_t i = 500; i >= 1; i--)
		rt_table_remove(f->rt, &table, ops, i);
	assert_int_equal(table.count, 0);
	for (uint32_t bucket = 0; bucket < 16; bucket++)
		assert_int_equal(buckets[bucket], 0);
	fixture_free(f);
}

/* --- runtimes
 * ------------------------------------------------------------------------------------------------------- */

TEST(unit_too_little_memory_for_a_runtime)
{
	struct rt *rt = NULL;

	for (size_t size = 1; size < (size_t)256 << 10; size = size * 3 / 2 + 1) {
		struct rt_config config = {.seed = 7, .memory_max = size};

		assert_int_equal(rt_new(&config, &rt), RT_ENOMEM);
		assert_null(rt);
	}
	rt_free(NULL);
}

TEST(unit_a_tree_that_does_not_fit_is_refused_or_gives_up)
{
	struct rt_config config = {.seed = 7, .memory_max = (size_t)256 << 10};
	struct fixture *f = fixture_new(&config);
	enum { MANY = 400 };
	static struct rt_child children[MANY];
	static char names[MANY][8];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "w%u", i);
		children[i] = WORKER(names[i]);
	}
	for (unsigned n = MANY; n > 0; n = n * 2 / 3) {
		enum rt_status status =
			rt_start(f->rt, &ONE_FOR_ONE("app", .children = children, .n_children = n));

		if (status == RT_OK) {
			settle(f);
			if (rt_root(f->rt) != RT_NOBODY)
				break;
			assert_non_null(strstr(start_result(f), "system_limit"));
		} else {
			assert_int_equal(status, RT_ENOMEM);
		}
		assert_int_equal(rt_alive(f->rt), 0);
	}
	/* In the end something fits, and runs. */
	assert_text(start_result(f), "{ok,pid}");
	shutdown_tree(f);
	assert_gone(f, "app");
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_blocks_are_rounded_little),
    cmocka_unit_test(unit_memory_is_zero_and_used_again),
    cmocka_unit_test(unit_random_blocks_do_not_overlap),
    cmocka_unit_test(unit_more_than_there_is_is_refused),
    cmocka_unit_test(unit_the_nth_allocation_fails_once),
    cmocka_unit_test(unit_slab_elements_are_zero_but_for_their_generation),
    cmocka_unit_test(unit_slab_gives_the_latest_freed_first_and_then_new_ones),
    cmocka_unit_test(unit_a_full_slab_gives_nothing),
    cmocka_unit_test(unit_table_finds_all_while_it_grows),
    cmocka_unit_test(unit_table_with_no_room_for_buckets_still_finds_all),
    cmocka_unit_test(unit_too_little_memory_for_a_runtime),
    cmocka_unit_test(unit_a_tree_that_does_not_fit_is_refused_or_gives_up))
