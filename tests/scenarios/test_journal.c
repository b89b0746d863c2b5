/* The journal's bytes. */
#include "scenarios/journal.h"

#include "scenarios/arena.h"
#include "tests/support/stage.h"

/* The nth line of the journal, from 0, in memory that the next call takes. */
static const char *line_of(const struct stage *stage, size_t number)
{
	static char line[8192];
	const char *at = stage->journal;

	for (; number > 0; number--) {
		at = strchr(at, '\n');
		assert_non_null(at);
		at++;
	}
	const char *end = strchr(at, '\n');
	assert_non_null(end);
	assert_true((size_t)(end - at) < sizeof(line));
	memcpy(line, at, (size_t)(end - at));
	line[end - at] = '\0';
	return line;
}

static const char *last_line(const struct stage *stage)
{
	const char *at = stage->journal + stage->length - 1;

	assert_int_equal(*at, '\n');
	while (at[-1] != '\n')
		at--;
	return at;
}

static void assert_line(const struct stage *stage, size_t number, const char *expected)
{
	assert_string_equal(line_of(stage, number), expected);
}

static void every_event_has_its_line(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("seed: 7\n"
			  "tree:\n"
			  "  id: core\n"
			  "  strategy: one_for_all\n"
			  "  intensity: 1\n"
			  "  children: [{id: a}, {id: b}]\n"
			  "method: [{at: 2s, action: crash, target: core/a, reason: badarg}]\n");

	assert_int_equal(strncmp(line_of(stage, 0),
				 "{\"treefall\":\"0.1.0\",\"journal\":1,\"seed\":7,\"scenario\":{", 52),
			 0);
	assert_line(stage, 1,
		    "{\"seq\":1,\"t\":0,\"event\":\"start\",\"id\":\"core\",\"incarnation\":1,"
		    "\"kind\":\"sup\",\"strategy\":\"one_for_all\",\"cause\":0}");
	assert_line(stage, 2,
		    "{\"seq\":2,\"t\":0,\"event\":\"start\",\"id\":\"core/a\",\"incarnation\":1,"
		    "\"kind\":\"worker\",\"cause\":1}");
	assert_line(stage, 4,
		    "{\"seq\":4,\"t\":0,\"event\":\"result\",\"id\":\"core\",\"op\":\"start\","
		    "\"result\":\"{ok,pid}\",\"cause\":1}");
	assert_line(stage, 5, "{\"seq\":5,\"t\":0,\"event\":\"up\",\"cause\":0}");
	assert_line(
		stage, 6,
		"{\"seq\":6,\"t\":2000000000,\"event\":\"fault_fired\",\"id\":\"core/a\",\"incarnation\":1,"
		"\"action\":\"crash\",\"fault\":1,\"target\":\"core/a\",\"cause\":0}");
	assert_line(stage, 7,
		    "{\"seq\":7,\"t\":2000000000,\"event\":\"exit\",\"id\":\"core/a\",\"incarnation\":1,"
		    "\"reason\":\"badarg\",\"uptime\":2000000000,\"handled\":0,\"mailbox\":0,\"memory\":0,"
		    "\"cause\":6}");
	assert_line(
		stage, 9,
		"{\"seq\":9,\"t\":2000000000,\"event\":\"restart\",\"id\":\"core/a\",\"reason\":\"badarg\","
		"\"count\":1,\"intensity\":1,\"supervisor\":\"core\",\"cause\":8}");
	stage_free(stage);
}

static void reports_of_giving_up_name_the_child(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: core, intensity: 0, children: [{id: a}]}\n"
					"method: [{at: 2s, action: crash, target: core/a, id: fall}]\n"
					"expect: [{probe: escalated, of: core}]\n");

	assert_in_journal(stage, "\"event\":\"give_up\",\"id\":\"core\",\"incarnation\":1,"
				 "\"reason\":\"reached_max_restart_intensity\",\"count\":1,\"intensity\":0,"
				 "\"child\":\"core/a\",\"cause\":");
	assert_in_journal(stage, "\"action\":\"crash\",\"fault\":\"fall\",\"target\":\"core/a\"");
	stage_free(stage);
}

static void the_last_line_has_the_verdict_and_the_hashes(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: core, children: [{id: a}]}\n"
					"expect: [{probe: restarts, of: core/a, equals: 1}]\n");
	struct scn_result result = scn_world_result(stage->world);
	char expected[512];

	snprintf(expected, sizeof(expected),
		 "{\"end\":true,\"verdict\":\"FAIL\",\"kind\":\"expectation\","
		 "\"t\":0,\"step\":%llu,\"events\":%llu,"
		 "\"state\":\"%016llx\",\"hash\":\"%016llx\"}\n",
		 (unsigned long long)result.steps, (unsigned long long)result.events,
		 (unsigned long long)result.state_hash, (unsigned long long)result.journal_hash);
	assert_string_equal(last_line(stage), expected);
	stage_free(stage);
}

static void the_hash_is_that_of_the_bytes_before_the_last_line(void **state)
{
	(void)state;
	struct stage *first = stage_run("tree: {id: core, children: [{id: a}]}\n");
	struct stage *second = stage_run("tree: {id: core, children: [{id: b}]}\n");

	/* The end of one is not the end of the other, and nothing but the letter is different. */
	assert_int_equal(first->length, second->length);
	assert_int_not_equal(scn_world_result(first->world).journal_hash,
			     scn_world_result(second->world).journal_hash);
	stage_free(first);
	stage_free(second);
}

static void texts_are_escaped_and_utf8_stays(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: 'kö\"rn\\', children: [{id: 'a b/c'}]}\n"
			  "method: [{at: 1s, action: crash, target: '**/a%20b%2Fc', reason: '{\"x\\'}]\n");

	assert_in_journal(stage, "\"id\":\"kö\\\"rn\\\\/a%20b%2Fc\"");
	assert_in_journal(stage, "\"reason\":\"{\\\"x\\\\\"");
	stage_free(stage);
}

static void seeds_of_all_64_bits_survive(void **state)
{
	(void)state;
	struct scn_options options = { .has_seed = true, .seed = UINT64_MAX };
	struct stage *stage = stage_new("tree: {id: core, children: [{id: a}]}\n", &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_contains(stage->journal, "\"seed\":\"18446744073709551615\",\"scenario\"");
	stage_free(stage);
	options.seed = INT64_MAX;
	stage = stage_new("tree: {id: core, children: [{id: a}]}\n", &options);
	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_contains(stage->journal, "\"seed\":9223372036854775807,\"scenario\"");
	stage_free(stage);
}

static void messages_are_written_when_they_are_wanted(void **state)
{
	(void)state;
	static const char text[] = "tree: {id: core, children: [{id: a}]}\n"
				   "method: [{at: 1s, action: send, target: core/a, count: 3}]\n";
	struct scn_options options = { .message_events = true };
	struct stage *stage = stage_new(text, &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_contains(stage->journal, "\"message_events\":true");
	assert_int_equal(count_of(stage_events(stage), "\"event\":\"message\",\"id\":\"core/a\""), 3);
	stage_free(stage);
	stage = stage_run(text);
	assert_int_equal(count_of(stage_events(stage), "\"event\":\"message\""), 0);
	stage_free(stage);
}

static void changed_flags_are_written_down(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: core, children: [{id: a}]}\n"
					"method: [{at: 1s, action: set, target: core, strategy: one_for_all, "
					"intensity: 9}]\n");

	assert_in_journal(stage, "\"event\":\"set\",\"id\":\"core\",\"incarnation\":1,\"strategy\":"
				 "\"one_for_all\",\"intensity\":9,\"period\":5,\"auto_shutdown\":\"never\"");
	stage_free(stage);
}

/* --- structured answers ------------------------------------------------------------------------------- */

static void ask(struct stage *stage, enum rt_op op, const char *name)
{
	struct rt *rt = scn_world_rt(stage->world);
	struct rt_request request = { .op = op, .supervisor = rt_path_find(rt, "core"), .name = name };

	assert_int_equal(rt_request(rt, &request), RT_OK);
	stage_until(stage, rt_now(rt));
}

static void structured_answers_are_json(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree:\n"
				       "  id: core\n"
				       "  children:\n"
				       "    - {id: 'o,[\"ne,[', shutdown: brutal_kill}\n"
				       "    - {id: two, restart: transient, shutdown: 250ms}\n"
				       "    - {id: three, starts: ignore, children: []}\n");

	ask(stage, RT_OP_WHICH_CHILDREN, NULL);
	ask(stage, RT_OP_COUNT_CHILDREN, NULL);
	ask(stage, RT_OP_GET_CHILDSPEC, "two");
	ask(stage, RT_OP_GET_CHILDSPEC, "four");
	stage_finish(stage);
	assert_in_journal(stage,
			  "\"op\":\"which_children\",\"result\":[[\"three\",\"undefined\",\"supervisor\"],"
			  "[\"two\",\"running\",\"worker\"],[\"o,[\\\"ne,[\",\"running\",\"worker\"]],");
	assert_in_journal(stage, "\"op\":\"count_children\",\"result\":{\"specs\":3,\"active\":2,"
				 "\"supervisors\":1,\"workers\":2},");
	assert_in_journal(stage, "\"op\":\"get_childspec\",\"result\":{\"restart\":\"transient\","
				 "\"shutdown\":250,\"significant\":\"false\",\"type\":\"worker\"},");
	assert_in_journal(stage, "\"op\":\"get_childspec\",\"result\":\"{error,not_found}\",");
	stage_free(stage);
}

/* --- sinks -------------------------------------------------------------------------------------------- */

struct failing {
	size_t left;
};

static bool fail_sometime(void *ctx, const char *text, size_t length)
{
	struct failing *failing = ctx;

	(void)text;
	if (length > failing->left)
		return false;
	failing->left -= length;
	return true;
}

static void a_sink_that_fails_is_told_and_the_run_goes_on(void **state)
{
	(void)state;
	struct scn_scenario *scenario =
		stage_scenario("duration: 2h\n"
			       "limits: {time: 3h}\n"
			       "tree: {id: core, intensity: 9, children: [{id: a}]}\n"
			       "method: [{every: 10s, action: crash, target: core/a}]\n");
	struct failing failing = { .left = 100000 };
	struct scn_options options = { .journal = { .write = fail_sometime, .ctx = &failing } };
	struct scn_world *world;

	assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	struct scn_result result = scn_world_result(world);
	assert_int_equal(result.verdict, SCN_PASS);
	assert_true(result.journal_failed);
	scn_world_free(world);

	assert_int_equal(scn_world_new(scenario, NULL, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	assert_int_equal(scn_world_result(world).journal_hash, result.journal_hash);
	assert_false(scn_world_result(world).journal_failed);
	scn_world_free(world);
	scn_free(scenario);
}

static void a_world_that_is_given_up_leaves_a_journal_without_an_end(void **state)
{
	(void)state;
	struct scn_scenario *scenario = stage_scenario("tree: {id: core, children: [{id: a}]}\n");
	struct collected journal;
	struct scn_options options = { .journal = collect_into(&journal) };
	struct scn_world *world;

	assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_boot(world), RT_OK);
	scn_world_free(world);
	assert_contains(journal.text, "\"event\":\"up\"");
	assert_null(strstr(journal.text, "\"end\":true"));
	free(journal.text);
	scn_free(scenario);
}

static void a_text_longer_than_the_buffer_is_written_whole(void **state)
{
	(void)state;
	size_t length = 200000;
	char *text = malloc(length + 256);
	struct stage *stage = stage_up("tree: {id: core, children: [{id: a}]}\n");
	struct inj_action action = { .fault = inj_fault_find("crash"), .target = "core/a" };

	for (size_t i = 0; i < length; i++)
		text[i] = "ab\"ö"[i % 5];
	memcpy(text + length, "!", 2);
	action.params[0] = (struct inj_value){ .given = true, .text = text };
	assert_int_equal(scn_world_input(stage->world, &action, NULL), RT_OK);
	stage_finish(stage);
	/* Each quote has a backslash before it. */
	const char *reason = strstr(stage_events(stage), "\"reason\":\"");
	assert_non_null(reason);
	assert_int_equal(strchr(reason, '!') - reason - 10, (ptrdiff_t)(length + length / 5));
	stage_free(stage);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_its_line),
		cmocka_unit_test(reports_of_giving_up_name_the_child),
		cmocka_unit_test(the_last_line_has_the_verdict_and_the_hashes),
		cmocka_unit_test(the_hash_is_that_of_the_bytes_before_the_last_line),
		cmocka_unit_test(texts_are_escaped_and_utf8_stays),
		cmocka_unit_test(seeds_of_all_64_bits_survive),
		cmocka_unit_test(messages_are_written_when_they_are_wanted),
		cmocka_unit_test(changed_flags_are_written_down),
		cmocka_unit_test(structured_answers_are_json),
		cmocka_unit_test(a_sink_that_fails_is_told_and_the_run_goes_on),
		cmocka_unit_test(a_world_that_is_given_up_leaves_a_journal_without_an_end),
		cmocka_unit_test(a_text_longer_than_the_buffer_is_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
