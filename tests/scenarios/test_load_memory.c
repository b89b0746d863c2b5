/* test_load_memory.c - every single allocation of a load, and of a write, can fail: all or nothing, no leak.
 */
#include "tests/support/loading.h"

#include "scenarios/arena.h"

static const char good[] =
	TREE "about: a text that is longer than those that are shared between nodes\n"
	     "method:\n"
	     "  - {action: start_child, target: core, child: audit}\n"
	     "  - {action: kill, target: core/cache, after: {messages: 5, of: core/storage}}\n"
	     "expect:\n"
	     "  - {probe: order, equals: [-core/cache, +core/cache]}\n"
	     "  - core/audit: survived\n";
/* Many keys are sorted, many diagnostics are kept. */
static const char bad[] =
	"version: 1\na: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\ng: 1\nh: 1\ni: 1\nj: 1\nk: 1\nl: 1\nm: 1\n"
	"tree: {id: core, children: [{id: a, starts: 'fail:x*2,ok'}, {id: a}]}\na: 2\n";

static void sweep_load(const char *text, enum rt_status otherwise)
{
	uint64_t nth = 0;
	bool fired = true;

	while (fired) {
		struct scn_diags diags = { .file = NULL };
		enum rt_status status;
		scn_arena_fail_nth(++nth);
		struct scn_scenario *s = scn_load_text("sweep.yaml", text, strlen(text), &diags, &status);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		if (!fired || (status == otherwise && otherwise == RT_EINVAL)) {
			/* The copy of the source may be missing; the diagnostics are there. */
			assert_int_equal(status, otherwise);
			assert_true((s != NULL) == (otherwise == RT_OK));
		} else {
			assert_int_equal(status, RT_ENOMEM);
			assert_null(s);
		}
		assert_true(s || status == RT_ENOMEM || diags.count > 0);
		scn_free(s);
		scn_diags_fini(&diags);
	}
	/* That was more than a handful. */
	assert_true(nth > 20);
}

static void a_load_that_has_no_memory_leaves_nothing(void **state)
{
	(void)state;
	sweep_load(good, RT_OK);
}

static void diagnostics_without_memory_leave_nothing(void **state)
{
	(void)state;
	sweep_load(bad, RT_EINVAL);
}

static void reading_a_file_without_memory_leaves_nothing(void **state)
{
	static const char path[] = "tests/data/broken/unknown-words.yaml";
	uint64_t nth = 0;
	bool fired = true;

	(void)state;
	while (fired) {
		struct scn_diags diags = { .file = NULL };
		enum rt_status status;
		scn_arena_fail_nth(++nth);
		assert_null(scn_load_file(path, &diags, &status));
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_EINVAL);
		scn_diags_fini(&diags);
	}
	assert_true(nth > 5);
}

static void sweep_write(enum rt_status (*write)(const struct scn_scenario *, struct scn_sink))
{
	struct scn_scenario *s = load_good(good);
	uint64_t nth = 0;
	bool fired = true;

	while (fired) {
		struct kept kept = { .text = NULL };
		scn_arena_fail_nth(++nth);
		enum rt_status status = write(s, keep_in(&kept));
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		kept_free(&kept);
	}
	assert_true(nth > 2);
	scn_free(s);
}

static void writing_without_memory_is_told(void **state)
{
	(void)state;
	sweep_write(scn_write_json);
	sweep_write(scn_write_yaml);
}

static void an_arena_gives_zeroed_memory_of_any_size(void **state)
{
	struct scn_arena *arena = scn_arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
		unsigned char *memory = scn_arena_alloc(arena, size);
		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		if (size)
			memset(memory, 0xFF, size);
		char *text = scn_arena_text(arena, "abc", 2);
		assert_string_equal(text, "ab");
	}
	assert_null(scn_arena_array(arena, SIZE_MAX / 4, 8));
	assert_null(scn_arena_alloc(arena, SIZE_MAX - 8));
	scn_arena_free(arena);
	scn_arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_load_that_has_no_memory_leaves_nothing),
		cmocka_unit_test(diagnostics_without_memory_leave_nothing),
		cmocka_unit_test(reading_a_file_without_memory_leaves_nothing),
		cmocka_unit_test(writing_without_memory_is_told),
		cmocka_unit_test(an_arena_gives_zeroed_memory_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
