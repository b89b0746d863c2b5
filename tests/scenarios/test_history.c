/* What is remembered, and one event as a line. */
#include "scenarios/history.h"

#include "tests/support/stage.h"

#define TREE "tree: {id: app, intensity: 9, children: [{id: a}, {id: b}, {id: t, restart: temporary}]}\n"

static unsigned kind_about(const struct stage *stage, const char *path)
{
	const struct scn_history *history = scn_world_history(stage->world);
	struct scn_event event;

	uint64_t seq = scn_history_about(history, path);
	if (seq == 0)
		return RT_EV_NONE;
	assert_true(scn_history_get(history, seq, &event));
	assert_string_equal(event.path, path);
	return event.kind;
}

static void every_event_is_kept_under_its_number(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run(TREE "method: [{at: 2s, action: crash, target: app/a, reason: boom}]\n");
	const struct scn_history *history = scn_world_history(stage->world);
	struct scn_event event;

	assert_int_equal(scn_history_first(history), 1);
	assert_int_equal(scn_history_last(history), scn_world_result(stage->world).events);
	for (uint64_t seq = 1; seq <= scn_history_last(history); seq++) {
		assert_true(scn_history_get(history, seq, &event));
		assert_int_equal(event.seq, seq);
		assert_true(event.cause < seq);
	}
	assert_false(scn_history_get(history, 0, &event));
	assert_false(scn_history_get(history, scn_history_last(history) + 1, &event));
	stage_free(stage);
}

static void the_oldest_events_go_first(void **state)
{
	(void)state;
	struct scn_options options = { .history_max = 10 };
	struct stage *stage =
		stage_new(TREE "method: [{every: 10s, times: 50, action: crash, target: app/a}]\n", &options);
	const struct scn_history *history = scn_world_history(stage->world);
	struct scn_event event;

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_int_equal(scn_history_last(history), scn_world_result(stage->world).events);
	assert_int_equal(scn_history_first(history), scn_history_last(history) - 9);
	assert_false(scn_history_get(history, scn_history_first(history) - 1, &event));
	assert_true(scn_history_get(history, scn_history_first(history), &event));
	assert_int_equal(event.seq, scn_history_first(history));
	stage_free(stage);
}

/* Of this run, with what `spare` has; to be freed. */
static char *lines_of(const char *text, size_t max, struct scn_spare *spare)
{
	struct scn_scenario *scenario = stage_scenario(text);
	struct scn_options options = { .history_max = max, .spare = spare };
	struct collected collected = { 0 };
	struct scn_sink sink = collect_into(&collected);
	struct scn_world *world;
	struct scn_event event;
	char line[256];

	assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	const struct scn_history *history = scn_world_history(world);
	for (uint64_t seq = scn_history_first(history); seq <= scn_history_last(history); seq++) {
		assert_true(scn_history_get(history, seq, &event));
		assert_true(sink.write(sink.ctx, line, scn_event_line(&event, line, sizeof(line))));
	}
	for (size_t i = 1; i <= scn_world_crashes(world); i++) {
		const char *path = scn_world_crash(world, i)->path;
		assert_true(sink.write(sink.ctx, path, strlen(path)));
	}
	scn_world_free(world);
	scn_free(scenario);
	return collected.text;
}

static void what_is_used_again_remembers_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t max;
	} runs[] = {
		{ TREE "method: [{every: 10s, times: 5, action: crash, target: app/a, reason: x}]\n", 0 },
		{ "tree: {id: other, children: [{id: z}]}\n", 0 },
		{ TREE "method: [{at: 1s, action: kill, target: app/b}]\n", 7 },
		{ TREE "method: [{at: 1s, action: crash, target: app/b}]\n", 0 },
	};
	struct scn_spare spare = { .rt = NULL };

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		char *alone = lines_of(runs[i].text, runs[i].max, NULL);
		char *among = lines_of(runs[i].text, runs[i].max, &spare);

		assert_string_equal(among, alone);
		assert_non_null(spare.history);
		assert_non_null(spare.crashes);
		free(alone);
		free(among);
	}
	scn_spare_fini(&spare);
	assert_null(spare.history);
}

static void a_fault_is_remembered_in_its_words(void **state)
{
	(void)state;
	char text[1000], reason[600];
	struct scn_event event;

	memset(reason, 'r', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	snprintf(text, sizeof(text),
		 TREE "method: [{at: 1s, action: crash, target: app/a, reason: x},\n"
		      "         {at: 2s, action: crash, target: app/b, reason: %s}]\n",
		 reason);
	struct stage *stage = stage_run(text);
	const struct scn_history *history = scn_world_history(stage->world);

	unsigned found = 0;
	for (uint64_t seq = 1; seq <= scn_history_last(history); seq++) {
		assert_true(scn_history_get(history, seq, &event));
		if (event.kind != INJ_EV_FIRED)
			continue;
		assert_int_equal(strncmp(event.text, "crash reason=", 13), 0);
		/* What is long is cut. */
		assert_int_equal(strlen(event.text), found++ == 0 ? 14 : SCN_HISTORY_TEXT_MAX);
	}
	assert_int_equal(found, 2);
	stage_free(stage);
}

static void what_happened_last_explains_a_path(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	assert_int_equal(kind_about(stage, "app/a"), RT_EV_NONE);
	assert_int_equal(kind_about(stage, "app/nobody"), RT_EV_NONE);
	stage_input(stage, "crash app/a reason=x");
	stage_input(stage, "crash app/t reason=x");
	stage_until(stage, RT_SECOND);
	assert_int_equal(kind_about(stage, "app/a"), RT_EV_START);
	assert_int_equal(kind_about(stage, "app/t"), RT_EV_EXIT);
	assert_int_equal(kind_about(stage, "app/b"), RT_EV_NONE);
	stage_input(stage, "hang app/b");
	assert_int_equal(kind_about(stage, "app/b"), RT_EV_SUSPEND);
	/* That everybody is stopped in the end explains nothing. */
	stage_finish(stage);
	assert_int_equal(kind_about(stage, "app/a"), RT_EV_START);
	stage_free(stage);
}

static void a_supervisor_that_gave_up_is_explained_by_that(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 0, children: [{id: a}]}\n"
					"method: [{at: 1s, action: crash, target: app/a}]\n");

	assert_int_equal(kind_about(stage, "app"), RT_EV_GIVE_UP);
	assert_int_equal(kind_about(stage, "app/a"), RT_EV_EXIT);
	stage_free(stage);
}

static void the_specification_of_a_path_is_found(void **state)
{
	(void)state;
	struct stage *stage =
		stage_up("tree:\n"
			 "  id: app\n"
			 "  children:\n"
			 "    - {id: 'a b', restart: transient}\n"
			 "    - id: pool\n"
			 "      strategy: simple_one_for_one\n"
			 "      template: {restart: temporary, children: [{id: x, restart: transient}]}\n"
			 "      start: 1\n");
	const struct scn_history *history = scn_world_history(stage->world);

	assert_int_equal(scn_history_child(history, "app/a%20b")->restart, RT_TRANSIENT);
	assert_int_equal(scn_history_child(history, "app/pool/1")->restart, RT_TEMPORARY);
	assert_int_equal(scn_history_child(history, "app/pool/1/x")->restart, RT_TRANSIENT);
	assert_ptr_equal(scn_history_child(history, "app"), &stage->scenario->root);
	assert_null(scn_history_child(history, "app/c"));
	assert_null(scn_history_child(history, "ap"));
	stage_free(stage);
}

/* --- lines -------------------------------------------------------------------------------------------- */

static void assert_line(const struct stage *stage, uint64_t seq, const char *expected)
{
	struct scn_event event;
	char line[256];

	assert_true(scn_history_get(scn_world_history(stage->world), seq, &event));
	size_t length = scn_event_line(&event, line, sizeof(line));
	assert_int_equal(length, strlen(line));
	assert_string_equal(line, expected);
}

static void an_event_is_a_line(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, strategy: rest_for_one, intensity: 0, children: [{id: a}]}\n"
			  "method:\n"
			  "  - {at: 2500us, action: crash, target: app/a, reason: boom}\n"
			  "expect: [{probe: escalated, of: app}]\n");

	assert_line(stage, 1, "   0.000s  #1     start            app  supervisor rest_for_one");
	assert_line(stage, 2, "   0.000s  #2     start            app/a  worker  <- #1");
	assert_line(stage, 3, "   0.000s  #3     result           app  start: {ok,pid}  <- #1");
	assert_line(stage, 4, "   0.000s  #4     up");
	assert_line(stage, 5, "0.002500s  #5     fault_fired      app/a  crash reason=boom");
	assert_line(stage, 6, "0.002500s  #6     exit             app/a  boom  <- #5");
	assert_line(
		stage, 8,
		"0.002500s  #8     give_up          app  restart 1 where intensity is 0, for app/a  <- #7");
	stage_free(stage);
}

static void a_line_is_cut_to_its_buffer(void **state)
{
	(void)state;
	struct scn_event event = {
		.seq = 12, .kind = RT_EV_EXIT, .path = "app/a", .other = "", .reason = "boom", .text = ""
	};
	char line[64], cut[20];

	size_t length = scn_event_line(&event, line, sizeof(line));
	assert_int_equal(scn_event_line(&event, cut, sizeof(cut)), length);
	assert_int_equal(strlen(cut), sizeof(cut) - 1);
	assert_memory_equal(cut, line, sizeof(cut) - 1);
	assert_int_equal(scn_event_line(&event, NULL, 0), length);
}

static void a_long_number_leaves_a_blank(void **state)
{
	(void)state;
	struct scn_event event = {
		.kind = RT_EV_EXIT, .path = "app/a", .other = "", .reason = "boom", .text = ""
	};
	static const struct {
		uint64_t seq;
		const char *line;
	} rows[] = {
		{ 12345, "   0.000s  #12345 exit             app/a  boom" },
		{ 123456, "   0.000s  #123456 exit             app/a  boom" },
		{ 12345678, "   0.000s  #12345678 exit             app/a  boom" },
	};
	char line[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		event.seq = rows[i].seq;
		(void)scn_event_line(&event, line, sizeof(line));
		assert_string_equal(line, rows[i].line);
	}
}

static void a_line_gives_a_terminal_no_orders(void **state)
{
	(void)state;
	struct scn_event event = { .seq = 1,
				   .kind = RT_EV_EXIT,
				   .path = "app/a",
				   .other = "",
				   .reason = "\x1b[2Jgone\n",
				   .text = "" };
	char line[128];

	(void)scn_event_line(&event, line, sizeof(line));
	assert_contains(line, "?[2Jgone?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_is_kept_under_its_number),
		cmocka_unit_test(the_oldest_events_go_first),
		cmocka_unit_test(what_is_used_again_remembers_nothing),
		cmocka_unit_test(a_fault_is_remembered_in_its_words),
		cmocka_unit_test(what_happened_last_explains_a_path),
		cmocka_unit_test(a_supervisor_that_gave_up_is_explained_by_that),
		cmocka_unit_test(the_specification_of_a_path_is_found),
		cmocka_unit_test(an_event_is_a_line),
		cmocka_unit_test(a_line_is_cut_to_its_buffer),
		cmocka_unit_test(a_long_number_leaves_a_blank),
		cmocka_unit_test(a_line_gives_a_terminal_no_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
