/* What was done at the prompt, as a scenario that does it again. */
#include "scenarios/arena.h"
#include "tests/support/stage.h"

#define TREE                                                                                                 \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  intensity: 20\n"                                                                                  \
	"  children: [{id: a}, {id: b}, {id: c, restart: temporary}]\n"

static char *saved(struct stage *stage)
{
	struct collected text;

	assert_int_equal(scn_world_save(stage->world, collect_into(&text)), RT_OK);
	return text.text;
}

static struct stage *run_saved(const char *text)
{
	struct scn_diags diags = { .count = 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("saved.yaml", text, strlen(text), &diags, &status);
	struct stage *stage = calloc(1, sizeof(*stage));

	for (size_t i = 0; i < diags.count; i++)
		print_error("saved.yaml:%u: %s\n%s\n", diags.item[i].line, diags.item[i].text, text);
	assert_non_null(scenario);
	scn_diags_fini(&diags);
	assert_non_null(stage);
	stage->scenario = scenario;
	assert_int_equal(scn_world_new(scenario, NULL, &stage->world), RT_OK);
	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	return stage;
}

/* Ends and starts with their times, without the numbers of the events. */
static char *story(const struct stage *stage)
{
	const struct scn_history *history = scn_world_history(stage->world);
	struct collected text;
	struct scn_sink sink = collect_into(&text);
	struct scn_event event;

	for (uint64_t seq = 1; scn_history_get(history, seq, &event) && event.kind != SCN_EV_OVER; seq++) {
		char line[256];
		if (event.kind != RT_EV_EXIT && event.kind != RT_EV_START && event.kind != INJ_EV_HEALED)
			continue;
		int length = snprintf(line, sizeof(line), "%lld %s %s %s\n", (long long)event.t,
				      scn_event_word(event.kind), event.path, event.reason);
		assert_true(sink.write(sink.ctx, line, (size_t)length));
	}
	return text.text;
}

static void what_was_typed_happens_again(void **state)
{
	(void)state;
	struct stage *stage =
		stage_up(TREE "method: [{at: 1s, action: crash, target: app/b, reason: planned}]\n");

	stage_until(stage, RT_SECOND / 2);
	stage_input(stage, "crash app/a reason=early");
	stage_until(stage, 1500 * RT_MS);
	stage_input(stage, "hang app/a");
	stage_until(stage, 4 * RT_SECOND);
	assert_int_equal(scn_world_heal(stage->world, "app/a", NULL), RT_OK);
	stage_input(stage, "crash app/b reason=later at=6s");
	stage_input(stage, "kill app/c");
	stage_until(stage, 5 * RT_SECOND);
	stage_input(stage, "kill app/c"); /* nobody is there any more */
	stage_expect(stage, "restarts app/a equals=1");
	stage_expect(stage, "app/c: stopped");
	stage_until(stage, 10 * RT_SECOND);

	char *text = saved(stage), *before = story(stage);
	assert_contains(text, "at: 500ms");
	assert_null(strstr(text, "within an instant"));
	struct stage *again = run_saved(text);
	char *after = story(again);
	assert_string_equal(after, before);
	assert_verdict(again, SCN_PASS, SCN_KIND_NONE, "");
	free(after);
	free(before);
	free(text);
	stage_free(again);
	stage_free(stage);
}

static void a_world_nobody_touched_is_saved_as_it_was_loaded(void **state)
{
	(void)state;
	struct stage *stage =
		stage_up(TREE "duration: 9s\nmethod: [{at: 1s, action: kill, target: app/b}]\n");
	struct collected original;
	char *text = saved(stage);

	assert_int_equal(scn_write_yaml(stage->scenario, collect_into(&original)), RT_OK);
	assert_string_equal(text, original.text);
	free(original.text);
	free(text);
	stage_free(stage);
}

static void a_saved_run_lasts_until_its_last_action(void **state)
{
	(void)state;
	struct stage *stage = stage_up("duration: 9s\n" TREE);

	stage_until(stage, 20 * RT_SECOND);
	stage_input(stage, "kill app/c");
	char *text = saved(stage);
	assert_contains(text, "duration: 20s");
	struct stage *again = run_saved(text);
	assert_int_equal(scn_world_result(again->world).fired, 1);
	stage_free(again);
	free(text);
	stage_free(stage);
}

static void the_seed_that_was_used_is_saved(void **state)
{
	(void)state;
	struct scn_options options = { .has_seed = true, .seed = 4711 };
	struct stage *stage = stage_new(TREE, &options);
	char *text;

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	text = saved(stage);
	assert_contains(text, "seed: 4711");
	free(text);
	stage_free(stage);
}

static void what_cannot_be_said_exactly_is_said_in_a_comment(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_until(stage, RT_SECOND);
	stage_input(stage, "crash app/a reason=x");
	stage_input(stage, "crash app/b reason=y"); /* seen together with it, as in a file */
	stage_until(stage, 1500 * RT_MS);
	stage_input(stage, "crash app/a reason=z");
	assert_int_equal(scn_world_move(stage->world, 1500 * RT_MS), RT_OK);
	stage_input(stage, "crash app/b reason=z"); /* seen after it, at the same instant */
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "crash app/b every=5s times=2");
	char *text = saved(stage);
	assert_contains(text, "# 1 of the actions came at a place within an instant");
	assert_contains(text, "# 1 of the actions wait for something");
	stage_free(run_saved(text));
	free(text);
	stage_free(stage);
}

static void triggers_that_were_typed_fire_as_they_did(void **state)
{
	(void)state;
	struct stage *stage =
		stage_up("duration: 20s\n" TREE
			 "method: [{every: 1s, action: crash, target: app/b, reason: planned, times: 8}]\n");

	stage_input(stage, "send app/a every=3s"); /* before anything happened */
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "crash app/a reason=clock every=1s times=2");
	stage_until(stage, 3500 * RT_MS);
	stage_input(stage, "crash app/a reason=event on.event=exit on.of=app/b skip=1 times=2");
	stage_input(stage, "hang app/b after.restarts=3 duration=100ms");
	stage_until(stage, 20 * RT_SECOND);

	char *text = saved(stage), *before = story(stage);
	assert_contains(text, "times: 2\n    skip: 2\n    reason: clock\n");
	assert_contains(text, "times: 2\n    skip: 4\n    reason: event\n");
	assert_contains(text, "skip: 1\n    duration: 100ms\n");
	assert_null(strstr(text, "#"));
	struct stage *again = run_saved(text);
	char *after = story(again);
	assert_contains(before, "exit app/a event");
	assert_contains(before, "fault_healed");
	assert_string_equal(after, before);
	free(after);
	free(before);
	free(text);
	stage_free(again);
	stage_free(stage);
}

static void what_was_typed_in_a_row_is_seen_together_again(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree:\n"
				       "  id: app\n"
				       "  strategy: one_for_all\n"
				       "  intensity: 20\n"
				       "  children: [{id: a}, {id: b}, {id: c, restart: temporary}]\n");

	stage_until(stage, RT_SECOND);
	stage_input(stage, "crash app/b reason=x");
	stage_input(stage, "crash app/a reason=y");
	stage_until(stage, 2 * RT_SECOND);
	char *text = saved(stage), *before = story(stage);
	assert_null(strstr(text, "#"));
	struct stage *again = run_saved(text);
	char *after = story(again);
	assert_string_equal(after, before);
	assert_int_equal(count_of(before, "start app/a"), 2); /* one restart for both */
	free(after);
	free(before);
	free(text);
	stage_free(again);
	stage_free(stage);
}

static void what_never_fired_need_not_fire_again(void **state)
{
	(void)state;
	struct stage *stage = stage_up("duration: 2s\n" TREE);

	stage_input(stage, "crash app/a every=10s");
	stage_input(stage, "crash app/b at=30s");
	stage_input(stage, "kill app/c on.event=give_up");
	stage_until(stage, RT_SECOND);
	char *text = saved(stage);
	assert_int_equal(count_of(text, "required: false"), 3);
	assert_contains(text, "duration: 30s");
	struct stage *again = run_saved(text);
	assert_verdict(again, SCN_PASS, SCN_KIND_NONE, "");
	free(text);
	stage_free(again);
	stage_free(stage);
}

static bool refuse(void *ctx, const char *text, size_t length)
{
	(void)ctx, (void)text, (void)length;
	return false;
}

static void a_sink_that_takes_nothing_is_told(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	assert_int_equal(scn_world_save(stage->world, (struct scn_sink){ .write = refuse }), RT_EIO);
	stage_free(stage);
}

static void an_id_is_for_one_action(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE "method: [{id: one, at: 1s, action: kill, target: app/b}]\n");
	struct inj_action action = { .fault = inj_fault_find("kill"), .target = "app/a", .id = "one" };
	struct rt_error error;

	assert_int_equal(scn_world_check(stage->world, &action, &error), RT_EINVAL);
	assert_string_equal(error.text, "the id 'one' is there already");
	action.id = "two";
	assert_int_equal(scn_world_check(stage->world, &action, &error), RT_OK);
	stage_free(stage);
}

static void a_time_at_the_prompt_is_that_of_a_file(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);
	struct inj_action action = { .fault = inj_fault_find("kill"), .target = "app/a", .trigger = INJ_AT };
	struct rt_error error;

	stage_until(stage, 5 * RT_SECOND);
	stage_input(stage, "kill app/a at=7s");
	action.at = 4 * RT_SECOND;
	assert_int_equal(scn_world_check(stage->world, &action, &error), RT_EINVAL);
	assert_string_equal(error.text, "at counts from when the tree was up, and 4s is past: it is 5s");
	action.at = 5 * RT_SECOND;
	assert_int_equal(scn_world_check(stage->world, &action, &error), RT_OK);
	stage_until(stage, 8 * RT_SECOND);
	char *text = saved(stage), *told = story(stage);
	assert_contains(told, "7000000000 exit app/a killed");
	assert_contains(text, "at: 7s");
	free(told);
	free(text);
	stage_free(stage);
}

static void what_was_not_used_up_need_not_be(void **state)
{
	(void)state;
	struct stage *stage = stage_up("duration: 10s\n" TREE);
	struct collected text;
	unsigned inexact = 7;

	stage_until(stage, 20 * RT_SECOND);
	stage_input(stage, "init_fail app/a times=2 skip=1");
	stage_input(stage, "init_fail app/b times=2");
	stage_input(stage, "crash app/b reason=x");
	stage_until(stage, 30 * RT_SECOND);
	assert_int_equal(scn_world_save_told(stage->world, collect_into(&text), &inexact), RT_OK);
	assert_int_equal(inexact, count_of(text.text, "# "));
	assert_contains(text.text, "duration: 30s");
	assert_int_equal(count_of(text.text, "required: false"), 1);
	struct stage *again = run_saved(text.text);
	assert_verdict(again, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(again);
	free(text.text);
	stage_free(stage);
}

static void how_much_is_inexact_is_told(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);
	struct collected text;
	unsigned inexact = 7;

	stage_until(stage, 1500 * RT_MS);
	stage_input(stage, "crash app/b every=1s times=2");
	assert_int_equal(scn_world_save_told(stage->world, collect_into(&text), &inexact), RT_OK);
	assert_int_equal(inexact, 1);
	assert_contains(text.text, "# 1 of the actions wait");
	free(text.text);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_used_up_need_not_be),
		cmocka_unit_test(how_much_is_inexact_is_told),
		cmocka_unit_test(a_time_at_the_prompt_is_that_of_a_file),
		cmocka_unit_test(an_id_is_for_one_action),
		cmocka_unit_test(what_was_typed_happens_again),
		cmocka_unit_test(a_world_nobody_touched_is_saved_as_it_was_loaded),
		cmocka_unit_test(a_saved_run_lasts_until_its_last_action),
		cmocka_unit_test(the_seed_that_was_used_is_saved),
		cmocka_unit_test(what_cannot_be_said_exactly_is_said_in_a_comment),
		cmocka_unit_test(triggers_that_were_typed_fire_as_they_did),
		cmocka_unit_test(what_was_typed_in_a_row_is_seen_together_again),
		cmocka_unit_test(what_never_fired_need_not_fire_again),
		cmocka_unit_test(a_sink_that_takes_nothing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
