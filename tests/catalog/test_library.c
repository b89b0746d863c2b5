/* test_library.c - the library and the table of faults belong together: every scenario passes, every fault is
 * shown by the scenario that its row names, and a run repeats exactly. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "inject/inject.h"
#include "scenarios/scenario.h"

static bool show(void *ctx, const char *text, size_t length)
{
	(void)ctx;
	return fwrite(text, 1, length, stderr) == length;
}

/* A world of this scenario that has come to its end. */
static struct scn_world *run(const char *file, struct scn_scenario **scenario)
{
	struct scn_options options = { .message_events = true };
	struct scn_diags diags = { 0 };
	enum rt_status status;
	struct scn_world *world;

	*scenario = scn_load_file(file, &diags, &status);
	if (*scenario == NULL)
		scn_diags_print(&diags, (struct scn_sink){ .write = show });
	assert_non_null(*scenario);
	scn_diags_fini(&diags);
	assert_int_equal(scn_world_new(*scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	return world;
}

static bool begins_with_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

/* Where the fault first took effect; 0: nowhere. */
static uint64_t first_firing(const struct scn_history *history, const char *fault)
{
	for (uint64_t seq = scn_history_first(history); seq <= scn_history_last(history); seq++) {
		struct scn_event event;

		if (scn_history_get(history, seq, &event) && event.kind == INJ_EV_FIRED &&
		    begins_with_word(event.text, fault))
			return seq;
	}
	return 0;
}

static unsigned count_after(const struct scn_history *history, uint64_t seq, unsigned kind)
{
	unsigned count = 0;

	while (++seq <= scn_history_last(history)) {
		struct scn_event event;

		count += scn_history_get(history, seq, &event) && event.kind == kind;
	}
	return count;
}

static void test_each_fault_is_shown_by_its_scenario(void **state)
{
	(void)state;
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct inj_fault *fault = &inj_faults[i];
		struct scn_scenario *scenario;
		struct scn_world *world;
		char file[256];
		uint64_t fired;

		snprintf(file, sizeof(file), "scenarios/library/%s", fault->scenario);
		world = run(file, &scenario);
		fired = first_firing(scn_world_history(world), fault->name);
		if (fired == 0)
			fail_msg("%s is said to show %s and does not", file, fault->name);
		if (count_after(scn_world_history(world), fired, inj_event_find(fault->proof)) == 0)
			fail_msg("%s: no %s follows the %s", file, fault->proof, fault->name);
		scn_world_free(world);
		scn_free(scenario);
	}
}

static void test_each_scenario_passes_and_repeats(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("scenarios/library/*.yaml", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 12);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct scn_scenario *scenario[2];
		struct scn_world *world[2];
		struct scn_result result[2];

		for (int n = 0; n < 2; n++) {
			world[n] = run(found.gl_pathv[i], &scenario[n]);
			result[n] = scn_world_result(world[n]);
			if (result[n].verdict != SCN_PASS)
				fail_msg("%s: %s %s", found.gl_pathv[i], scn_verdict_word(result[n].verdict),
					 result[n].text);
		}
		assert_int_equal(result[0].journal_hash, result[1].journal_hash);
		assert_int_equal(result[0].state_hash, result[1].state_hash);
		assert_true(result[0].fired > 0);
		for (int n = 0; n < 2; n++) {
			scn_world_free(world[n]);
			scn_free(scenario[n]);
		}
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault_is_shown_by_its_scenario),
		cmocka_unit_test(test_each_scenario_passes_and_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
