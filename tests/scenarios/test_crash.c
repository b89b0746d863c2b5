/* Reports of deaths that nobody ordered. */
#include "scenarios/crash.h"

#include "runtime/guard.h"
#include "runtime/worker.h"
#include "tests/support/stage.h"

#define TREE "tree: {id: app, intensity: 1, children: [{id: a, memory: 1MiB}, {id: t, restart: temporary}]}\n"

static const char *decision(const struct stage *stage, size_t n)
{
	static char text[300];

	return scn_crash_decision(stage->world, scn_world_crash(stage->world, n), text, sizeof(text));
}

static void the_latest_comes_first(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	assert_int_equal(scn_world_crashes(stage->world), 0);
	assert_null(scn_world_crash(stage->world, 1));
	stage_input(stage, "crash app/a reason=boom");
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "segv app/t");
	stage_until(stage, 3 * RT_SECOND);

	assert_int_equal(scn_world_crashes(stage->world), 2);
	const struct scn_crash *first = scn_world_crash(stage->world, 2);
	const struct scn_crash *last = scn_world_crash(stage->world, 1);

	assert_string_equal(first->path, "app/a");
	assert_string_equal(first->reason, "boom");
	assert_string_equal(decision(stage, 2), "restarted by app under one_for_one, 1 of 1");
	assert_string_equal(last->path, "app/t");
	assert_string_equal(last->reason, "{signal,segv}");
	assert_int_equal(last->uptime, 2 * RT_SECOND);
	assert_string_equal(decision(stage, 1), "not restarted");
	assert_null(scn_world_crash(stage->world, 3));
	stage_finish(stage);
	stage_free(stage);
}

static void an_orderly_end_is_no_crash(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "exit app/a reason=normal");
	stage_input(stage, "terminate_child app child=t");
	stage_until(stage, RT_SECOND);
	assert_int_equal(scn_world_crashes(stage->world), 0);
	stage_finish(stage);
	stage_free(stage);
}

static void it_says_what_was_held_and_left(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "send app/a count=3");
	stage_until(stage, RT_SECOND);
	stage_input(stage, "leak app/a size=64KiB");
	stage_until(stage, 2 * RT_SECOND);
	stage_input(stage, "send app/a count=2");
	stage_input(stage, "crash app/a reason=boom");
	const struct scn_crash *crash = scn_world_crash(stage->world, 1);

	assert_int_equal(crash->handled, 3);
	assert_int_equal(crash->mailbox, 2);
	assert_in_range(crash->memory, 64 * 1024, 80 * 1024);
	assert_string_equal(decision(stage, 1), "none, so far");
	stage_finish(stage);
	stage_free(stage);
}

static void giving_up_is_a_decision(void **state)
{
	(void)state;
	struct stage *stage = stage_up(TREE);

	stage_input(stage, "crash app/a");
	stage_until(stage, RT_SECOND);
	stage_input(stage, "crash app/a");
	stage_until(stage, 2 * RT_SECOND);
	assert_string_equal(decision(stage, 1), "app gave up: 2 restarts, 1 allowed");
	stage_finish(stage);
	stage_free(stage);
}

static void the_oldest_give_way(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 1000, children: [{id: a}]}\n"
					"method: [{every: 10s, times: 300, action: crash, target: app/a}]\n");

	assert_int_equal(scn_world_crashes(stage->world), SCN_CRASHES_MAX);
	assert_int_equal(scn_world_crash(stage->world, 1)->incarnation, 300);
	assert_int_equal(scn_world_crash(stage->world, SCN_CRASHES_MAX)->incarnation,
			 300 - SCN_CRASHES_MAX + 1);
	stage_free(stage);
}

static struct stage *run_with(bool protect)
{
	struct scn_options options = { .protect = protect };
	struct stage *stage =
		stage_new("tree:\n"
			  "  id: app\n"
			  "  intensity: 10\n"
			  "  children: [{id: a, memory: 1MiB}]\n"
			  "method:\n"
			  "  - {at: 1s, action: send, target: app/a, count: 2}\n"
			  "  - {at: 2s, action: segv, target: app/a}\n"
			  "  - {at: 3s, action: leak, target: app/a, size: 600KiB}\n"
			  "  - {at: 4s, action: leak, target: app/a, size: 600KiB}\n"
			  "  - {at: 5s, action: stack_overflow, target: app/a}\n"
			  "  - {at: 6s, action: corrupt_state, target: app/a}\n"
			  "  - {at: 7s, action: send, target: app/a}\n",
			  &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	return stage;
}

static void the_journal_does_not_tell_whether_a_crash_was_real(void **state)
{
	(void)state;
	assert_int_equal(rt_guard_install(NULL), RT_OK);
	assert_int_equal(rt_guard_enter(), RT_OK);
	struct stage *told = run_with(false), *real = run_with(true);

	assert_int_equal(scn_world_crash(told->world, 1)->signal, 0);
	assert_int_not_equal(scn_world_crash(real->world, 4)->signal, 0);
	assert_string_equal(stage_events(told), stage_events(real));
	assert_in_journal(real, "\"reason\":\"{signal,segv}\",\"uptime\":2000000000,\"handled\":2,"
				"\"mailbox\":0,\"memory\":0,\"cause\":");
	assert_in_journal(real, "\"reason\":\"memory_quota\",\"uptime\":2000000000,\"handled\":0,"
				"\"mailbox\":0,\"memory\":614400,");
	assert_in_journal(real, "\"handled\":1,\"mailbox\":0,\"memory\":0,\"message\":\"0\",\"cause\":");
	stage_free(told);
	stage_free(real);
	rt_guard_leave();
}

static void an_ordered_end_has_no_report_in_the_journal(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run(TREE "method: [{at: 1s, action: exit, target: app/a, reason: normal}]\n");

	assert_null(strstr(stage_events(stage), "\"uptime\""));
	stage_free(stage);
}

static void what_it_was_at_is_said_in_words(void **state)
{
	(void)state;
	static const struct {
		struct scn_crash crash;
		const char *words;
	} rows[] = {
		{ { .handling = false, .msg_from = "" }, "none" },
		{ { .handling = true, .msg_tag = 7, .msg_from = "" }, "tag 7" },
		{ { .handling = true,
		    .msg_tag = RT_TAG_REQUEST,
		    .request = 17,
		    .question = 4,
		    .msg_from = "app/clients" },
		  "request 17 from app/clients, question 4" },
		{ { .handling = true, .msg_tag = RT_TAG_TIMER, .msg_from = "" }, "timer" },
		{ { .handling = true, .msg_tag = RT_TAG_BEGIN, .msg_from = "" }, "begin" },
		{ { .handling = true, .msg_tag = RT_TAG_DOWN, .msg_from = "app/b" }, "down from app/b" },
		{ { .handling = true, .msg_tag = RT_TAG_ANSWER + RT_LOST, .msg_from = "" }, "answer" },
	};
	char text[100];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(scn_crash_message(&rows[i].crash, text, sizeof(text)), rows[i].words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_journal_does_not_tell_whether_a_crash_was_real),
		cmocka_unit_test(an_ordered_end_has_no_report_in_the_journal),
		cmocka_unit_test(what_it_was_at_is_said_in_words),
		cmocka_unit_test(the_latest_comes_first),
		cmocka_unit_test(an_orderly_end_is_no_crash),
		cmocka_unit_test(it_says_what_was_held_and_left),
		cmocka_unit_test(giving_up_is_a_decision),
		cmocka_unit_test(the_oldest_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
