/* Runs that follow each other: the text of the header is made once, the runtime is used again, and each run
 * is what it would have been alone. */
#include "scenarios/arena.h"
#include "tests/support/stage.h"

#define SMALL                                                                                                \
	"version: 1\nname: small\ntree:\n"                                                                   \
	"  id: core\n  intensity: 10\n"                                                                      \
	"  children: [{id: a}, {id: b, trap_exit: true, on_shutdown: 'delay:10ms'}]\n"                      \
	"method:\n"                                                                                          \
	"  - {at: 1s, action: crash, target: core/*, mode: one, reason: badarg}\n"                          \
	"  - {at: 2s, action: kill, target: core/*, mode: one}\n"                                           \
	"  - {at: 3s, action: exit, target: core/b, reason: shutdown}\n"
/* More than is cleared by hand. */
#define LARGE                                                                                                \
	"version: 1\nname: large\ntree:\n"                                                                   \
	"  id: core\n"                                                                                       \
	"  children:\n"                                                                                      \
	"    - {id: pool, strategy: simple_one_for_one, template: {worker: server}, start: 40000}\n"        \
	"method:\n"                                                                                          \
	"  - {at: 1s, action: kill, target: core/pool/17}\n"

static struct scn_scenario *load(const char *text)
{
	struct scn_diags diags = { 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("said", text, strlen(text), &diags, &status);

	assert_non_null(scenario);
	scn_diags_fini(&diags);
	return scenario;
}

/* The whole journal of a run, to be freed. */
static char *journal_of(const struct scn_scenario *scenario, uint64_t seed, struct scn_spare *spare)
{
	struct collected collected = { 0 };
	struct scn_options options = {
		.has_seed = true, .seed = seed, .journal = collect_into(&collected), .spare = spare
	};
	struct scn_world *world;

	assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	assert_int_equal(scn_world_result(world).verdict, SCN_PASS);
	scn_world_free(world);
	return collected.text;
}

static void each_run_is_what_it_would_have_been_alone(void **state)
{
	(void)state;
	static const char *const texts[] = { SMALL, LARGE, SMALL };
	struct scn_spare spare = { .rt = NULL };

	for (unsigned i = 0; i < 3; i++) {
		struct scn_scenario *again = load(texts[i]);

		for (uint64_t seed = 1; seed <= 3; seed++) {
			struct scn_scenario *once = load(texts[i]);
			char *alone = journal_of(once, seed, NULL);
			char *among = journal_of(again, seed, &spare);

			assert_string_equal(among, alone);
			assert_non_null(spare.rt);
			free(alone);
			free(among);
			scn_free(once);
		}
		scn_free(again);
	}
	scn_spare_fini(&spare);
}

/* The first run of a scenario makes the text; without memory for it there is no run, and the next one may. */
static void without_memory_for_the_header_there_is_no_run(void **state)
{
	(void)state;
	struct scn_scenario *scenario = load(SMALL);
	struct scn_spare spare = { .rt = NULL };
	struct scn_options options = { .spare = &spare };
	struct scn_world *world;
	unsigned refused = 0;
	enum rt_status status;

	for (uint64_t nth = 1;; nth++) {
		scn_arena_fail_nth(nth);
		status = scn_world_new(scenario, &options, &world);
		if (!scn_arena_fail_fired())
			break;
		assert_int_equal(status, RT_ENOMEM);
		refused++;
	}
	scn_arena_fail_nth(0);
	assert_int_equal(status, RT_OK);
	assert_in_range(refused, 5, 1000);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	scn_world_free(world);
	scn_spare_fini(&spare);
	scn_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_is_what_it_would_have_been_alone),
		cmocka_unit_test(without_memory_for_the_header_there_is_no_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
