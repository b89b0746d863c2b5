/* test_texts.c - texts that are kept once: found again by their hash, which has to tell numbered names apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/texts.h"

#define BUCKETS 16384u

/* How many of as many buckets as there are names get one of them; chance gives 63 of 100. */
static unsigned used(const char *before)
{
	static bool taken[BUCKETS];
	unsigned count = 0;

	memset(taken, 0, sizeof(taken));
	for (unsigned i = 0; i < BUCKETS; i++) {
		char text[64];
		int length = snprintf(text, sizeof(text), "%s%u", before, i);
		bool *bucket = &taken[scn_texts_hash(text, (size_t)length) & (BUCKETS - 1)];

		count += !*bucket;
		*bucket = true;
	}
	return count;
}

static void numbered_names_are_spread_over_a_table(void **state)
{
	(void)state;
	static const char *const names[] = { "",       "w",          "x/",        "app/w",
					     "core/w", "shop/pool/", "a/b/c/d/w", "some/where/else/worker" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_in_range(used(names[i]), BUCKETS * 6 / 10, BUCKETS);
}

static void what_is_kept_is_found_by_its_number_and_by_its_text(void **state)
{
	(void)state;
	struct scn_texts texts;

	scn_texts_init(&texts);
	for (uint32_t i = 1; i <= 1000; i++) {
		char text[16];
		size_t length = (size_t)snprintf(text, sizeof(text), "w%u", i);
		uint32_t hash = scn_texts_hash(text, length);

		assert_int_equal(scn_texts_find(&texts, text, length, hash), 0);
		assert_true(scn_texts_reserve(&texts, length, true));
		assert_int_equal(scn_texts_keep(&texts, text, length, hash), i);
		assert_int_equal(scn_texts_find(&texts, text, length, hash), i);
		assert_memory_equal(scn_texts_get(&texts, i), text, length);
	}
	assert_int_equal(scn_texts_find(&texts, "w1", 2, scn_texts_hash("w1", 2)), 1);
	scn_texts_fini(&texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbered_names_are_spread_over_a_table),
		cmocka_unit_test(what_is_kept_is_found_by_its_number_and_by_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
