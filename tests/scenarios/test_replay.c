/* A journal is enough to run its run again, whatever a person did in between. */
#include "scenarios/arena.h"
#include "tests/support/stage.h"

#include <unistd.h>

#define TREE                                                                                                 \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  strategy: rest_for_one\n"                                                                         \
	"  intensity: 20\n"                                                                                  \
	"  children:\n"                                                                                      \
	"    - {id: a}\n"                                                                                    \
	"    - {id: slow, trap_exit: true, on_shutdown: 'delay:1s'}\n"                                       \
	"    - {id: c}\n"                                                                                    \
	"    - {id: pool, strategy: simple_one_for_one, template: {restart: temporary}, start: 3}\n"

/* Replay this text as a file. */
static enum rt_status replay_text(const char *text, size_t length, struct scn_replay *out)
{
	char *path = stage_write_file(text, length);
	enum rt_status status = scn_replay(path, out);

	unlink(path);
	free(path);
	return status;
}

static void assert_agrees(const struct stage *stage)
{
	struct scn_replay replay = { .agrees = false };
	enum rt_status status = replay_text(stage->journal, stage->length, &replay);

	if (status != RT_OK || !replay.agrees)
		fail_msg("%s: %s\nexpected %s\nactual   %s", rt_status_text(status), replay.text,
			 replay.expected ? replay.expected : "", replay.actual ? replay.actual : "");
	assert_int_equal(replay.runs, 1);
	assert_int_equal(replay.events, scn_world_result(stage->world).events);
	assert_int_equal(replay.verdict, scn_world_result(stage->world).verdict);
	scn_replay_fini(&replay);
}

static void assert_run_agrees(const char *text)
{
	struct stage *stage = stage_run(text);

	assert_agrees(stage);
	stage_free(stage);
}

/* --- runs --------------------------------------------------------------------------------------------- */

static void runs_agree_however_they_end(void **state)
{
	(void)state;
	assert_run_agrees(TREE);
	assert_run_agrees(TREE "duration: 1m\n"
			       "method:\n"
			       "  - {at: 1s, action: crash, target: app/a}\n"
			       "  - {every: 3s, action: crash, target: app/*, mode: one, probability: 0.5}\n"
			       "rollbacks: [{action: heal, target: app/**}]\n"
			       "expect: [{probe: restarts, of: app/a, equals: 77}]\n");
	/* A false hypothesis, a fault that never fires, a root that gives up, one that does not start. */
	assert_run_agrees(TREE "hypothesis: [app/a: stopped]\nmethod: [{action: crash, target: app/a}]\n");
	assert_run_agrees(TREE "method: [{at: 1s, action: crash, target: app/pool/9}]\n");
	assert_run_agrees("tree: {id: app, intensity: 0, children: [{id: a}]}\n"
			  "method: [{at: 1s, action: crash, target: app/a}]\n");
	assert_run_agrees("tree: {id: app, children: [{id: a}, {id: b, starts: 'fail:nope'}]}\n");
}

static void runs_that_hit_a_limit_agree(void **state)
{
	(void)state;
	assert_run_agrees(TREE "limits: {time: 10s}\n"
			       "method: [{every: 3s, action: crash, target: app/a}]\n");
	assert_run_agrees(TREE "limits: {time: 10s}\nduration: 20s\n");
	assert_run_agrees(TREE "limits: {events: 50}\n"
			       "method: [{every: 3s, action: crash, target: app/a}]\n");
	assert_run_agrees("tree: {id: app, intensity: 100000, children: [{id: a, starts: 'ok, fail:nope'}]}\n"
			  "limits: {events_at_one_instant: 500}\n"
			  "method: [{at: 1s, action: crash, target: app/a}]\n");
	assert_run_agrees("tree: {id: app, children: [{id: a, trap_exit: true, on_shutdown: ignore, "
			  "shutdown: infinity}]}\n");
}

static void options_and_odd_texts_come_back(void **state)
{
	(void)state;
	struct scn_options options = { .has_seed = true, .seed = UINT64_MAX, .message_events = true };
	struct stage *stage =
		stage_new("seed: 18446744073709551615\n"
			  "about: \"two\\nlines \\\"and\\\" ünï {}\"\n"
			  "tree: {id: 'ö \"/*', children: [{id: '%'}]}\n"
			  "method:\n"
			  "  - {every: 1s, times: 9, action: send, target: '**/%25', count: 7}\n"
			  "  - {action: crash, target: '**/%25', probability: 0.1, reason: '{\"x\\'}\n",
			  &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_agrees(stage);
	stage_free(stage);
}

/* --- what came from outside --------------------------------------------------------------------------- */

static void inputs_come_again_in_the_middle_of_an_instant(void **state)
{
	(void)state;
	/* After each number of moves a crash elsewhere: most of these are between two steps of a restart. */
	for (unsigned moves = 0; moves < 40; moves++) {
		struct stage *stage = stage_up(TREE "method: [{at: 2s, action: crash, target: app/a}]\n");
		for (unsigned i = 0; i < moves; i++)
			(void)!scn_world_move(stage->world, 20 * RT_SECOND);
		stage_input(stage, "crash app/c reason=between");
		stage_input(stage, "terminate_child app child=a");
		stage_until(stage, 30 * RT_SECOND);
		stage_input(stage, "restart_child app child=a");
		stage_finish(stage);
		assert_agrees(stage);
		stage_free(stage);
	}
}

static void inputs_come_again_at_their_time(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE "expect: [{probe: restarts, of: app/c, equals: 3}]\n");

	/* Waiting is no move; the clock alone says when these came. */
	stage_until(stage, 1234567);
	stage_input(stage, "crash app/c reason=one");
	stage_until(stage, 2 * RT_SECOND + 1);
	stage_input(stage, "hang app/a duration=3s");
	stage_input(stage, "crash app/c every=5s times=2");
	stage_input(stage, "init_fail app/c times=2 reason=no_port required=false");
	stage_until(stage, 4 * RT_SECOND);
	assert_int_equal(scn_world_heal(stage->world, NULL, NULL), RT_OK);
	stage_input(stage, "set app strategy=one_for_one intensity=1000 period=60s");
	stage_until(stage, 100 * RT_SECOND);
	stage_finish(stage);
	assert_agrees(stage);
	stage_free(stage);
}

static void expectations_from_the_prompt_come_again(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "crash app/c reason=one");
	stage_until(stage, RT_SECOND);
	stage_expect(stage, "restarts app/c equals=1");
	stage_expect(stage, "{probe: order, equals: [-app/c, +app/c]}");
	stage_expect(stage, "uptime app/* between=1%,100%");
	stage_expect(stage, "app/a: untouched");
	stage_expect(stage, "app/slow: restarted");
	stage_finish(stage);
	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, "app/slow");
	assert_agrees(stage);
	stage_free(stage);
}

static void waiting_beyond_the_end_comes_again(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_until(stage, 7200 * RT_SECOND);
	stage_finish(stage);
	assert_int_equal(scn_world_result(stage->world).t, 7201 * RT_SECOND);
	assert_agrees(stage);
	stage_free(stage);
}

static void interruptions_come_again(void **state)
{
	(void)state;
	for (unsigned moves = 0; moves < 60; moves += 3) {
		struct stage *stage = stage_new(TREE "method:\n"
						     "  - {at: 1s, action: hang, target: app/c}\n"
						     "  - {at: 2s, action: crash, target: app/a}\n"
						     "rollbacks: [{action: kill, target: app/c}]\n",
						NULL);
		for (unsigned i = 0; i < moves; i++)
			(void)!scn_world_move(stage->world, 20 * RT_SECOND);
		assert_int_equal(scn_world_finish(stage->world, 15), RT_OK);
		assert_verdict(stage, SCN_INTERRUPTED, SCN_KIND_NONE, "");
		assert_agrees(stage);
		stage_free(stage);
	}
}

/* --- several, torn, changed --------------------------------------------------------------------------- */

static void runs_one_after_the_other_are_all_replayed(void **state)
{
	(void)state;
	struct stage *first = stage_run(TREE), *second = stage_run("tree: {id: b, children: [{id: x}]}\n");
	struct scn_replay replay = { .agrees = false };
	char *both;

	int length = asprintf(&both, "%s%s%s", first->journal, second->journal, first->journal);
	assert_int_equal(replay_text(both, (size_t)length, &replay), RT_OK);
	assert_true(replay.agrees);
	assert_int_equal(replay.runs, 3);
	scn_replay_fini(&replay);
	free(both);
	stage_free(first);
	stage_free(second);
}

static void a_journal_that_breaks_off_is_torn_wherever_it_does(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE "method: [{at: 2s, action: crash, target: app/c}]\n");
	size_t header = (size_t)(stage_events(stage) - stage->journal);

	stage_input(stage, "kill app/a");
	stage_until(stage, 10 * RT_SECOND);
	stage_finish(stage);
	header = (size_t)(stage_events(stage) - stage->journal);
	for (size_t length = header; length < stage->length; length += 7) {
		struct scn_replay replay = { .agrees = false };
		enum rt_status status = replay_text(stage->journal, length, &replay);
		if (status != RT_EINVAL || !strstr(replay.text, "torn") || replay.expected)
			fail_msg("cut after %zu bytes: %s: %s", length, rt_status_text(status), replay.text);
		scn_replay_fini(&replay);
	}
	stage_free(stage);
}

static void a_run_that_breaks_off_before_another_is_torn(void **state)
{
	(void)state;
	struct stage *stage = stage_run(TREE);
	struct scn_replay replay = { .agrees = false };
	char *text;
	const char *end = strstr(stage->journal, "{\"end\":");

	int length = asprintf(&text, "%.*s%s", (int)(end - stage->journal), stage->journal, stage->journal);
	assert_int_equal(replay_text(text, (size_t)length, &replay), RT_EINVAL);
	assert_contains(replay.text, "torn: a run breaks off before line");
	scn_replay_fini(&replay);
	free(text);
	stage_free(stage);
}

static void assert_differs(const char *text, size_t length, const char *expected_part,
			   const char *actual_part)
{
	struct scn_replay replay = { .agrees = false };

	assert_int_equal(replay_text(text, length, &replay), RT_OK);
	assert_false(replay.agrees);
	assert_non_null(replay.expected);
	assert_contains(replay.expected, expected_part);
	assert_contains(replay.actual, actual_part);
	assert_true(replay.line > 0);
	scn_replay_fini(&replay);
}

static char *changed(const char *journal, const char *from, const char *to)
{
	const char *at = strstr(journal, from);
	char *text;

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - journal), journal, to, at + strlen(from)) > 0);
	return text;
}

static void a_changed_line_is_found_and_shown(void **state)
{
	(void)state;
	static const char *const changes[][4] = {
		{ "\"id\":\"app/c\",\"incarnation\":2", "\"id\":\"app/c\",\"incarnation\":3", "3", "2" },
		{ "\"reason\":\"boom\",\"cause\"", "\"reason\":\"bang\",\"cause\"", "bang", "boom" },
		{ "\"verdict\":\"PASS\"", "\"verdict\":\"FAIL\"", "FAIL", "PASS" },
		{ "\"event\":\"up\",\"cause\":0}\n", "\"event\":\"up\",\"cause\":0}\n{\"seq\":0}\n",
		  "\"seq\":0}", "seq" },
		{ "\"move\":", "\"move\":9", "over", "does not come by" },
	};
	struct stage *stage =
		stage_run(TREE "method: [{at: 2s, action: crash, target: app/c, reason: boom}]\n");

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char *text = changed(stage->journal, changes[i][0], changes[i][1]);
		assert_differs(text, strlen(text), changes[i][2], changes[i][3]);
		free(text);
	}
	stage_free(stage);
}

static void an_input_that_makes_no_sense_is_a_difference(void **state)
{
	(void)state;
	static const char *const changes[][2] = {
		{ "\"action\":\"kill\"", "\"action\":\"hug\"" },
		{ "\"target\":\"app/a\"", "\"target\":7" },
		{ "\"input\":{", "\"inputs\":{" },
		{ "\"input\":{", "\"input\":[{}," },
		{ "\"step\":", "\"step:" },
	};
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "kill app/a");
	stage_until(stage, RT_SECOND);
	stage_finish(stage);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char *text = changed(stage->journal, changes[i][0], changes[i][1]);
		assert_differs(text, strlen(text), "input", "");
		free(text);
	}
	stage_free(stage);
}

static void what_is_no_journal_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "nothing in it" },
		{ "\n", "line 1 is not the header" },
		{ "hello\n", "line 1 is not the header" },
		{ "{\"seq\":1}\n", "line 1 is not the header" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":1,\"scenario\":{}}\n", "header" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":1,\"scenario\":{\"tree\":{\"id\":\"a\"}",
		  "torn" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":99,\"seed\":1,\"scenario\":{}}\n", "another version" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":-1,\"scenario\":{}}\n", "missing" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":1.5,\"scenario\":{}}\n", "missing" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":\"x\",\"scenario\":{}}\n", "missing" },
		{ "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":\"99999999999999999999\",\"scenario\":{}}"
		  "\n",
		  "missing" },
		{ "{\"treefall\":,\"scenario\":{}}\n", "header" },
		{ ",\"scenario\":}\n", "header" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scn_replay replay = { .agrees = false };
		enum rt_status status = replay_text(cases[i].text, strlen(cases[i].text), &replay);
		if (status != RT_EINVAL || !strstr(replay.text, cases[i].why))
			fail_msg("%s: %s: %s", cases[i].text, rt_status_text(status), replay.text);
		scn_replay_fini(&replay);
	}
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
	(void)state;
	struct scn_replay replay = { .agrees = false };

	assert_int_equal(scn_replay("/nonexistent/journal.jsonl", &replay), RT_EIO);
	assert_contains(replay.text, "No such file");
	scn_replay_fini(&replay);
	/* A folder opens, but gives no lines. */
	assert_int_not_equal(scn_replay("/", &replay), RT_OK);
	scn_replay_fini(&replay);
}

static void every_allocation_of_a_replay_may_fail(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	bool fired = true;

	stage_input(stage, "crash app/a reason=x");
	stage_expect(stage, "restarts app/a equals=1");
	stage_finish(stage);
	const char *path = stage_file(stage);
	for (uint64_t nth = 1; fired; nth++) {
		struct scn_replay replay = { .agrees = false };
		scn_arena_fail_nth(nth);
		enum rt_status status = scn_replay(path, &replay);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		assert_int_equal(replay.agrees, !fired);
		scn_replay_fini(&replay);
	}
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_agree_however_they_end),
		cmocka_unit_test(runs_that_hit_a_limit_agree),
		cmocka_unit_test(options_and_odd_texts_come_back),
		cmocka_unit_test(inputs_come_again_in_the_middle_of_an_instant),
		cmocka_unit_test(inputs_come_again_at_their_time),
		cmocka_unit_test(expectations_from_the_prompt_come_again),
		cmocka_unit_test(waiting_beyond_the_end_comes_again),
		cmocka_unit_test(interruptions_come_again),
		cmocka_unit_test(runs_one_after_the_other_are_all_replayed),
		cmocka_unit_test(a_journal_that_breaks_off_is_torn_wherever_it_does),
		cmocka_unit_test(a_run_that_breaks_off_before_another_is_torn),
		cmocka_unit_test(a_changed_line_is_found_and_shown),
		cmocka_unit_test(an_input_that_makes_no_sense_is_a_difference),
		cmocka_unit_test(what_is_no_journal_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
		cmocka_unit_test(every_allocation_of_a_replay_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
