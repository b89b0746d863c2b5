/* test_isolated.c - every scenario of the library goes the same way when all its workers live in processes of
 * their own, and its journal replays without them. */
#include <glob.h>
#include <unistd.h>

#include "runtime/slow.h"
#include "tests/support/stage.h"

static void isolate_all(struct rt_child *child)
{
	if (!child->supervisor)
		child->isolation = RT_ISOLATION_PROCESS;
	for (uint32_t i = 0; i < child->n_children; i++)
		isolate_all((struct rt_child *)(uintptr_t)&child->children[i]);
}

static struct stage *run(const char *file, bool isolate)
{
	const struct scn_options options = { .isolate = isolate };
	struct scn_diags diags = { 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_file(file, &diags, &status);

	assert_non_null(scenario);
	scn_diags_fini(&diags);
	isolate_all(&scenario->root);
	struct stage *stage = stage_of(scenario, &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	return stage;
}

/* The next event that is not a process's answer. */
static bool next(const struct scn_history *history, uint64_t *seq, struct scn_event *event)
{
	while (++*seq <= scn_history_last(history))
		if (scn_history_get(history, *seq, event) && event->kind != RT_EV_ISOLATED)
			return true;
	return false;
}

static void assert_same_way(const char *file, const struct stage *here, const struct stage *there)
{
	const struct scn_history *a = scn_world_history(here->world), *b = scn_world_history(there->world);
	struct scn_event x, y;
	uint64_t i = 0, j = 0;
	char line[2][512];

	while (next(a, &i, &x)) {
		if (!next(b, &j, &y))
			fail_msg("%s: the run with processes ends early", file);
		if (x.kind == y.kind && x.t == y.t && strcmp(x.path, y.path) == 0 &&
		    strcmp(x.reason, y.reason) == 0 && x.incarnation == y.incarnation)
			continue;
		scn_event_line(&x, line[0], sizeof(line[0]));
		scn_event_line(&y, line[1], sizeof(line[1]));
		fail_msg("%s: here %s\nelsewhere %s", file, line[0], line[1]);
	}
	if (next(b, &j, &y))
		fail_msg("%s: the run with processes goes on", file);
}

static void each_scenario_goes_the_same_way(void **state)
{
	glob_t found;

	(void)state;
	/* Thousands of forks of a sanitizer's shadow prove nothing more. */
	if (rt_slow())
		skip();
	assert_int_equal(glob("scenarios/library/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct stage *here = run(found.gl_pathv[i], false), *there = run(found.gl_pathv[i], true);
		struct scn_replay replay = { .agrees = false };

		if (scn_world_result(there->world).verdict != SCN_PASS)
			fail_msg("%s: %s", found.gl_pathv[i], scn_world_result(there->world).text);
		assert_same_way(found.gl_pathv[i], here, there);
		if (scn_replay(stage_file(there), &replay) != RT_OK || !replay.agrees)
			fail_msg("%s: %s\nexpected %s\nactual %s", found.gl_pathv[i], replay.text,
				 replay.expected, replay.actual);
		scn_replay_fini(&replay);
		stage_free(here);
		stage_free(there);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scenario_goes_the_same_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
