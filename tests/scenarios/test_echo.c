/* test_echo.c - a run with workers in processes of their own is replayed without them, and a journal in which
 * somebody changed what they did is found out. */
#include <unistd.h>

#include "tests/support/stage.h"

#define TREE                                                                                                 \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  intensity: 20\n"                                                                                  \
	"  children:\n"                                                                                      \
	"    - {id: db, worker: {behaviour: external}, isolation: process}\n"                                \
	"    - {id: api, isolation: process, worker: {behaviour: server, calls: app/db, keeps: 1KiB}}\n"     \
	"    - {id: load, worker: {behaviour: source, to: app/api, rate: 10, count: 20}}\n"
#define METHOD                                                                                               \
	"method:\n"                                                                                          \
	"  - {at: 500ms, action: segv, target: app/api}\n"                                                   \
	"  - {at: 1s, action: corrupt_state, target: app/api}\n"

static struct stage *run_isolated(const char *text)
{
	const struct scn_options options = { .isolate = true };
	struct stage *stage = stage_new(text, &options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	return stage;
}

static enum rt_status replay_text(const char *text, size_t length, struct scn_replay *out)
{
	char *path = stage_write_file(text, length);
	enum rt_status status = scn_replay(path, out);

	unlink(path);
	free(path);
	return status;
}

static void what_they_did_is_in_the_journal(void **state)
{
	struct stage *stage = run_isolated(TREE METHOD);
	struct scn_replay replay = { .agrees = false };

	(void)state;
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_contains(stage->journal, ",\"isolated\":true,\"scenario\":");
	assert_in_journal(stage, "\"event\":\"isolated\",\"id\":\"app/api\"");
	assert_in_journal(stage, "\"reason\":\"{signal,segv}\",\"did\":\"die {signal,segv}\"");
	assert_int_equal(scn_world_result(stage->world).restarts, 2);
	assert_int_equal(replay_text(stage->journal, stage->length, &replay), RT_OK);
	assert_true(replay.agrees);
	assert_int_equal(replay.events, scn_world_result(stage->world).events);
	scn_replay_fini(&replay);
	stage_free(stage);
}

static void it_is_the_cause_of_the_end(void **state)
{
	struct stage *stage = run_isolated(TREE METHOD);
	const struct scn_history *history = scn_world_history(stage->world);
	struct collected why = { .text = NULL };
	uint64_t died = 0;
	struct scn_event event;

	(void)state;
	for (uint64_t seq = 1; seq <= scn_history_last(history) && died == 0; seq++)
		if (scn_history_get(history, seq, &event) && event.kind == RT_EV_EXIT)
			died = seq;
	assert_int_equal(scn_why(history, died, collect_into(&why)), RT_OK);
	assert_contains(why.text, "segv of app/api was injected");
	assert_contains(why.text, "the process of app/api ended: {signal,segv}");
	free(why.text);
	stage_free(stage);
}

static void several_runs_in_one_file_agree(void **state)
{
	struct stage *one = run_isolated(TREE METHOD), *two = run_isolated(TREE),
		     *three = stage_run(TREE METHOD);
	size_t length = one->length + two->length + three->length;
	char *text = malloc(length + 1);
	struct scn_replay replay = { .agrees = false };

	(void)state;
	assert_non_null(text);
	memcpy(text, one->journal, one->length);
	memcpy(text + one->length, two->journal, two->length);
	memcpy(text + one->length + two->length, three->journal, three->length);
	assert_int_equal(replay_text(text, length, &replay), RT_OK);
	assert_true(replay.agrees);
	assert_int_equal(replay.runs, 3);
	scn_replay_fini(&replay);
	free(text);
	stage_free(one);
	stage_free(two);
	stage_free(three);
}

/* Without processes the same scenario is a run like any other. */
static void a_run_without_processes_says_so(void **state)
{
	struct stage *stage = stage_run(TREE METHOD);
	struct scn_replay replay = { .agrees = false };

	(void)state;
	assert_null(strstr(stage->journal, ",\"isolated\":true,\"scenario\":"));
	assert_null(strstr(stage_events(stage), "\"event\":\"isolated\""));
	assert_int_equal(replay_text(stage->journal, stage->length, &replay), RT_OK);
	assert_true(replay.agrees);
	scn_replay_fini(&replay);
	stage_free(stage);
}

/* The n-th answer is replaced by this, of which nothing may be longer than it was. */
static void assert_found_out(const struct stage *stage, unsigned nth, const char *list)
{
	struct scn_replay replay = { .agrees = false };
	char *text = malloc(stage->length + 1), *at;

	assert_non_null(text);
	memcpy(text, stage->journal, stage->length);
	text[stage->length] = '\0';
	at = text;
	for (unsigned i = 0; i < nth; i++) {
		at = strstr(at, "\"did\":\"");
		assert_non_null(at);
		at += strlen("\"did\":\"");
	}
	size_t was = strcspn(at, "\""), is = strlen(list);

	memmove(at + is, at + was, strlen(at + was) + 1);
	memcpy(at, list, is);
	assert_int_equal(replay_text(text, strlen(text), &replay), RT_OK);
	assert_false(replay.agrees);
	assert_contains(replay.text, "differs");
	scn_replay_fini(&replay);
	free(text);
}

static void a_changed_answer_is_found_out(void **state)
{
	struct stage *stage = run_isolated(TREE METHOD);

	(void)state;
	for (unsigned nth = 1; nth < 20; nth += 3) {
		assert_found_out(stage, nth, "");
		assert_found_out(stage, nth, "die x");
		assert_found_out(stage, nth, "nonsense");
	}
	assert_found_out(stage, 2, "return");
	stage_free(stage);
}

static void a_torn_journal_agrees_as_far_as_it_goes(void **state)
{
	struct stage *stage = run_isolated(TREE METHOD);
	const char *cut = strstr(stage->journal, "\"did\":\"die {signal,segv}\"");
	struct scn_replay replay = { .agrees = false };

	(void)state;
	assert_non_null(cut);
	while (cut[-1] != '\n')
		cut--;
	assert_int_equal(replay_text(stage->journal, (size_t)(cut - stage->journal), &replay), RT_EINVAL);
	assert_contains(replay.text, "torn");
	assert_contains(replay.text, "all before that agrees");
	scn_replay_fini(&replay);
	replay = (struct scn_replay){ .agrees = false };
	assert_int_equal(replay_text(stage->journal, (size_t)(cut - stage->journal) + 90, &replay),
			 RT_EINVAL);
	assert_contains(replay.text, "torn");
	scn_replay_fini(&replay);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_they_did_is_in_the_journal),
		cmocka_unit_test(it_is_the_cause_of_the_end),
		cmocka_unit_test(several_runs_in_one_file_agree),
		cmocka_unit_test(a_run_without_processes_says_so),
		cmocka_unit_test(a_changed_answer_is_found_out),
		cmocka_unit_test(a_torn_journal_agrees_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
