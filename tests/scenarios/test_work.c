/* What work came to: sums over services, probes about them, and books that have to balance.
 *
 * One worker asks another; the question says what the other makes of it.
 */
#include "scenarios/work.h"

#include "scenarios/arena.h"

#include "runtime/service.h"
#include "runtime/worker.h"
#include "tests/support/stage.h"

/* --- two workers --------------------------------------------------------------------------------------- */

enum deed { SERVE, DEGRADE, FAIL, ERR, SWALLOW, DIE, KEEP, HELP, DEEDS };

/* What is asked of whom: the nth question, `at` after the asker began. */
struct question {
	rt_time at;
	const char *service;
	enum deed deed;
	rt_time work;
};
static const struct question *script;
static size_t n_script;
static struct rt *asked_rt; /* to look for paths in */

static void ask(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state;
	if (msg->tag == RT_TAG_BEGIN) {
		for (size_t i = 0; i < n_script; i++)
			assert_int_equal(rt_self_after(self, script[i].at, i, NULL), RT_OK);
	} else if (msg->tag == RT_TAG_TIMER) {
		const struct question *question = &script[msg->word[1]];
		struct rt_ask what = {
			.service = rt_path_find(asked_rt, question->service),
			.question = (uint64_t)question->deed,
			.operand = (uint64_t)question->work,
			.expected = 42,
			.judged = true,
			.timeout = 10 * RT_SECOND,
		};
		assert_int_equal(rt_self_ask(self, &what, NULL), RT_OK);
	}
}

static void answer(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state;
	if (msg->tag != RT_TAG_REQUEST)
		return;
	rt_self_work(self, (rt_time)msg->word[2]);
	switch ((enum deed)msg->word[1]) {
	case SERVE:
		rt_self_answer(self, msg->word[0], RT_SERVED, 42);
		break;
	case DEGRADE:
		rt_self_answer(self, msg->word[0], RT_DEGRADED, 41);
		break;
	case FAIL:
		rt_self_answer(self, msg->word[0], RT_FAILED, 0);
		break;
	case ERR:
		rt_self_answer(self, msg->word[0], RT_SERVED, 1);
		break;
	case DIE:
		rt_self_exit(self, rt_self_atom(self, "boom"));
		break;
	case KEEP:
		rt_self_keep(self, msg->word[0]);
		break;
	case HELP: {
		/* It asks a colleague, and does not wait. */
		struct rt_ask what = { .service = rt_path_find(asked_rt, "shop/desk/b"), .question = FAIL };
		assert_int_equal(rt_self_ask(self, &what, NULL), RT_OK);
		rt_self_answer(self, msg->word[0], RT_SERVED, 42);
		break;
	}
	case SWALLOW:
	case DEEDS:
		break;
	}
}

static const struct rt_behaviour asker = { .name = "asker", .help = "", .begins = true, .handle = ask };
static const struct rt_behaviour answerer = { .name = "answerer", .help = "", .handle = answer };

/* --- a run of them ------------------------------------------------------------------------------------- */

#define TREE                                                                                                 \
	"duration: 20s\n"                                                                                    \
	"tree:\n"                                                                                            \
	"  id: shop\n"                                                                                       \
	"  intensity: 10\n"                                                                                  \
	"  children:\n"                                                                                      \
	"    - {id: clients}\n"                                                                              \
	"    - id: desk\n"                                                                                   \
	"      children: [{id: a}, {id: b}]\n"                                                               \
	"    - {id: idle}\n"

static void give_work(const struct rt_child *child)
{
	struct rt_child *open = (struct rt_child *)(uintptr_t)child;

	open->behaviour = strcmp(child->id, "clients") == 0 ? &asker : &answerer;
	for (uint32_t i = 0; i < child->n_children; i++)
		give_work(&child->children[i]);
}

static struct stage *stage_script(const struct question *questions, size_t count, const char *rest,
				  const struct scn_options *options)
{
	char text[2048];

	script = questions;
	n_script = count;
	snprintf(text, sizeof(text), TREE "%s", rest);
	struct scn_scenario *scenario = stage_scenario(text);
	give_work(&scenario->root);
	struct stage *stage = stage_of(scenario, options);
	asked_rt = scn_world_rt(stage->world);
	return stage;
}

/* Of each outcome at least one, and one that has not ended when the run is judged. */
static const struct question mixed[] = {
	{ 1 * RT_SECOND, "shop/desk/a", SERVE, 10 * RT_MS },
	{ 2 * RT_SECOND, "shop/desk/a", SERVE, 20 * RT_MS },
	{ 3 * RT_SECOND, "shop/desk/a", DEGRADE, 0 },
	{ 4 * RT_SECOND, "shop/desk/a", FAIL, 0 },
	{ 5 * RT_SECOND, "shop/desk/b", ERR, 0 },
	{ 6 * RT_SECOND, "shop/desk/b", DIE, 0 },
	{ 7 * RT_SECOND, "shop/desk/b", SWALLOW, 0 },
	{ 8 * RT_SECOND, "shop/desk/b", SERVE, 1 * RT_SECOND },
	{ 19 * RT_SECOND, "shop/desk/b", KEEP, 0 },
};
#define MIXED mixed, sizeof(mixed) / sizeof(mixed[0])

static struct stage *run_mixed(const char *rest, const struct scn_options *options)
{
	struct stage *stage = stage_script(MIXED, rest, options);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	return stage;
}

static void assert_holds(const char *probe)
{
	char rest[512];

	snprintf(rest, sizeof(rest), "expect: [%s]\n", probe);
	struct stage *stage = run_mixed(rest, NULL);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void assert_fails(const char *probe, const char *text)
{
	char rest[512];

	snprintf(rest, sizeof(rest), "expect: [%s]\n", probe);
	struct stage *stage = run_mixed(rest, NULL);
	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, text);
	stage_free(stage);
}

/* --- probes -------------------------------------------------------------------------------------------- */

static void each_outcome_is_counted(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		unsigned a, b;
	} rows[] = { { "offered", 4, 5 },  { "served", 2, 1 },    { "degraded", 1, 0 },
		     { "failed", 1, 0 },   { "lost", 0, 1 },      { "swallowed", 0, 1 },
		     { "wrong", 0, 1 },    { "in_flight", 0, 1 }, { "repeated", 0, 0 } };
	char probe[200], text[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(probe, sizeof(probe), "{probe: %s, of: shop/desk/a, equals: %u}", rows[i].word,
			 rows[i].a);
		assert_holds(probe);
		snprintf(probe, sizeof(probe), "{probe: %s, of: shop/desk/b, equals: %u}", rows[i].word,
			 rows[i].b);
		assert_holds(probe);
		snprintf(probe, sizeof(probe), "{probe: %s, of: shop/desk/b, at_least: %u}", rows[i].word,
			 rows[i].b + 1);
		snprintf(text, sizeof(text), "%s of shop/desk/b: expected at least %u, was %u", rows[i].word,
			 rows[i].b + 1, rows[i].b);
		assert_fails(probe, text);
	}
}

static void availability_is_of_those_that_ended(void **state)
{
	(void)state;
	assert_holds("{probe: availability, of: shop/desk/a, equals: 75%}");
	assert_holds("{probe: availability, of: shop/desk/b, equals: 25%}");
	assert_fails("{probe: availability, of: shop/desk/b, at_least: 99.9%}",
		     "availability of shop/desk/b: expected at least 99.9%, was 25%");
}

static void latency_is_of_those_that_were_answered(void **state)
{
	(void)state;
	assert_holds("{probe: latency, of: shop/desk/a, between: [20ms, 21.25ms]}");
	assert_holds("{probe: latency, of: shop/desk/a, percentile: 60%, between: [10ms, 10.625ms]}");
	assert_holds("{probe: latency, of: shop/desk/a, percentile: 33%, equals: 0s}");
	assert_fails("{probe: latency, of: shop/desk/b, percentile: 99.9%, at_most: 500ms}",
		     "latency of shop/desk/b: expected at most 500ms for 99.9%, was 1");
}

static void an_outage_lasts_until_the_next_good_answer(void **state)
{
	(void)state;
	/* From the failure at 4 s on nothing good comes of a; of b until 9 s. */
	assert_holds("{probe: outage, of: shop/desk/a, equals: 16s}");
	assert_holds("{probe: outage, of: shop/desk/b, equals: 4s}");
}

static void a_supervisor_stands_for_the_services_below_it(void **state)
{
	(void)state;
	assert_holds("{probe: offered, of: shop/desk, equals: 9}");
	assert_holds("{probe: offered, of: shop, equals: 9}");
	assert_holds("{probe: availability, of: shop/desk, equals: 50%}");
	assert_holds("{probe: outage, of: shop, equals: 16s}");
	assert_holds("{probe: latency, of: shop, percentile: 100%, between: [1s, 1.0625s]}");
}

static void where_nothing_was_asked_nothing_is_good(void **state)
{
	(void)state;
	assert_fails("{probe: availability, of: shop/idle, at_most: 100%}",
		     "availability of shop/idle: expected at most 100%, but nothing was asked of it");
	assert_fails("{probe: latency, of: shop/idle, at_most: 1h}",
		     "latency of shop/idle: expected at most 1h for 99%, but nothing was asked of it");
	assert_holds("{probe: offered, of: shop/idle, equals: 0}");
	assert_holds("{probe: outage, of: shop/idle, equals: 0s}");
	assert_fails("{probe: availability, of: 'shop/desk/*', at_least: 50%}",
		     "availability of shop/desk/b");
	assert_fails("{probe: availability, of: 'shop/*', at_least: 1%}",
		     "availability of shop/clients: expected at least 1%, but nothing was asked of it");
}

static void what_has_not_ended_says_nothing_yet(void **state)
{
	(void)state;
	static const struct question late = { 19 * RT_SECOND, "shop/desk/a", KEEP, 0 };
	struct stage *stage = stage_script(
		&late, 1, "expect: [{probe: availability, of: shop/desk/a, at_least: 1%}]\n", NULL);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION,
		       "availability of shop/desk/a: expected at least 1%, but no request has ended yet");
	stage_free(stage);
}

static void a_hypothesis_about_work_waits_for_work(void **state)
{
	(void)state;
	struct stage *stage =
		run_mixed("hypothesis: [{probe: availability, of: shop/desk/a, at_least: 75%}]\n", NULL);

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
	stage = run_mixed("hypothesis: [{probe: availability, of: shop/desk/a, at_least: 76%}]\n", NULL);
	assert_verdict(stage, SCN_FAIL, SCN_DEVIATED,
		       "availability of shop/desk/a: expected at least 76%, was 75%");
	stage_free(stage);
	stage = run_mixed("hypothesis: [{probe: latency, of: shop/idle, at_most: 1s}]\n", NULL);
	assert_verdict(stage, SCN_FAIL, SCN_DEVIATED, "but nothing was asked of it");
	stage_free(stage);
	/* A count can be false from the beginning. */
	stage = run_mixed("hypothesis: [{probe: offered, of: shop/desk/a, at_least: 1}]\n", NULL);
	assert_verdict(stage, SCN_INCONCLUSIVE, SCN_HYPOTHESIS, "was 0");
	stage_free(stage);
}

static void it_can_be_asked_at_the_prompt(void **state)
{
	(void)state;
	struct stage *stage = stage_script(MIXED, "", NULL);
	char actual[240];

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	stage_until(stage, 4500 * RT_MS);
	assert_true(stage_holds(stage, "availability shop/desk/a equals=75%", actual, sizeof(actual)));
	assert_true(
		stage_holds(stage, "{probe: served, of: shop/desk/a, equals: 2}", actual, sizeof(actual)));
	assert_false(stage_holds(stage, "latency shop/desk/a percentile=100% at_most=10ms", actual,
				 sizeof(actual)));
	assert_false(stage_holds(stage, "availability shop/idle at_least=0%", actual, sizeof(actual)));
	assert_string_equal(actual, "nothing was asked of it");
	stage_expect(stage, "latency shop/desk percentile=90% at_most=2s");
	stage_finish(stage);
	assert_in_journal(stage, "\"input\":{\"expect\":\"latency shop/desk percentile=90% at_most=2s\"}");
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

/* --- the whole of it ----------------------------------------------------------------------------------- */

struct listed {
	struct scn_work item[4];
	size_t count;
};

static bool list(void *ctx, const struct scn_work *work)
{
	struct listed *listed = ctx;

	assert_true(listed->count < 4);
	listed->item[listed->count++] = *work;
	return true;
}

static void after_the_end_it_is_as_it_was_judged(void **state)
{
	(void)state;
	struct stage *stage = run_mixed("", NULL);
	struct listed listed = { .count = 0 };
	struct scn_work all;

	assert_int_equal(scn_world_work(stage->world, &all), RT_OK);
	assert_int_equal(all.services, 2);
	assert_int_equal(all.offered, 9);
	assert_int_equal(all.in_flight, 1);
	assert_int_equal(all.ended[RT_LOST], 1);
	assert_int_equal(all.availability, 500000000);
	assert_int_equal(all.outage, 20 * RT_SECOND);
	assert_int_equal(all.outage_max, 16 * RT_SECOND);
	assert_in_range(all.latency_max, RT_SECOND, RT_SECOND + RT_SECOND / 16);
	assert_int_equal(scn_world_works(stage->world, list, &listed), RT_OK);
	assert_int_equal(listed.count, 2);
	assert_string_equal(listed.item[0].path, "shop/desk/a");
	assert_string_equal(listed.item[1].path, "shop/desk/b");
	assert_int_equal(listed.item[1].in_flight, 1);
	stage_free(stage);
}

static void what_is_asked_in_order_to_answer_is_not_counted_twice(void **state)
{
	(void)state;
	static const struct question nested[] = {
		{ 1 * RT_SECOND, "shop/desk/a", HELP, 0 },
		{ 2 * RT_SECOND, "shop/desk/a", HELP, 0 },
	};
	struct stage *stage =
		stage_script(nested, 2, "expect: [{probe: offered, of: shop/desk, equals: 4}]\n", NULL);
	struct listed listed = { .count = 0 };
	struct scn_work all;

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_int_equal(scn_world_work(stage->world, &all), RT_OK);
	assert_int_equal(all.services, 1);
	assert_int_equal(all.offered, 2);
	assert_int_equal(all.availability, 1000000000);
	assert_int_equal(scn_world_works(stage->world, list, &listed), RT_OK);
	assert_int_equal(listed.count, 2);
	assert_true(listed.item[0].front);
	assert_string_equal(listed.item[1].path, "shop/desk/b");
	assert_false(listed.item[1].front);
	assert_int_equal(listed.item[1].ended[RT_FAILED], 2);
	stage_free(stage);
}

static void downtime_is_that_of_those_who_serve(void **state)
{
	(void)state;
	struct scn_options options = { .downtime = true };
	struct scn_downtime downtime;
	/* The client is no service, and a is gone for good from 15 s on. */
	struct stage *stage =
		run_mixed("method:\n"
			  "  - {at: 10s, action: terminate_child, target: shop, child: clients}\n"
			  "  - {at: 15s, action: terminate_child, target: shop/desk, child: a}\n",
			  &options);

	assert_true(scn_world_downtime(stage->world, &downtime));
	assert_int_equal(downtime.workers, 2);
	assert_int_equal(downtime.sum, 5 * RT_SECOND);
	assert_int_equal(downtime.longest, 5 * RT_SECOND);
	assert_int_equal(downtime.recovery, -1);
	stage_free(stage);
	stage = run_mixed("", &options);
	assert_true(scn_world_downtime(stage->world, &downtime));
	assert_int_equal(downtime.sum, 0);
	assert_int_equal(downtime.recovery, 0);
	stage_free(stage);
	stage = run_mixed("", NULL);
	assert_false(scn_world_downtime(stage->world, &downtime));
	stage_free(stage);
}

static void a_run_without_work_has_none(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}]}\n");
	struct scn_work all;

	assert_int_equal(scn_world_work(stage->world, &all), RT_OK);
	assert_int_equal(all.services, 0);
	assert_int_equal(all.availability, -1);
	assert_int_equal(all.latency_p99, -1);
	assert_int_equal(all.latency_max, -1);
	stage_free(stage);
}

static void without_memory_it_says_so(void **state)
{
	(void)state;
	struct scn_options options = { .downtime = true };
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct stage *stage = stage_script(MIXED,
						   "hypothesis: [{probe: latency, of: shop, at_most: 5s}]\n"
						   "expect:\n"
						   "  - {probe: latency, of: 'shop/desk/*', at_most: 5s}\n"
						   "  - {probe: availability, of: shop, at_least: 1%}\n",
						   &options);
		assert_int_equal(scn_world_boot(stage->world), RT_OK);
		scn_arena_fail_nth(nth);
		enum rt_status status = scn_world_run(stage->world, NULL);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		assert_int_equal(scn_world_result(stage->world).verdict, fired ? SCN_ERROR : SCN_PASS);
		stage_free(stage);
		assert_true(nth < 10000);
	}
}

/* --- conservation -------------------------------------------------------------------------------------- */

/* As a bug of the runtime would. */
static bool lose_one(void *ctx, const struct rt_service *service)
{
	(void)ctx;
	struct rt_book *book = (struct rt_book *)(uintptr_t)((const char *)service->latency -
							     offsetof(struct rt_book, latency));

	book->ended[RT_SERVED]--;
	return false;
}

static void a_request_that_went_astray_fails_the_run(void **state)
{
	(void)state;
	struct stage *stage = stage_script(
		MIXED, "expect: [{probe: served, of: shop/desk/a, equals: 77}]\n", NULL);
	char text[400];

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	stage_until(stage, 4500 * RT_MS);
	assert_true(scn_work_balanced(asked_rt, text, sizeof(text)));
	rt_services(asked_rt, lose_one, NULL);
	assert_false(scn_work_balanced(asked_rt, text, sizeof(text)));
	stage_finish(stage);
	/* It outranks what was merely expected. */
	assert_verdict(stage, SCN_FAIL, SCN_INVARIANT,
		       "requests went astray: 4 were made of shop/desk/a, but 3 ended and 0 are in flight");
	stage_free(stage);
}

/* --- told ---------------------------------------------------------------------------------------------- */

static void requests_that_do_not_end_well_are_in_the_journal(void **state)
{
	(void)state;
	struct scn_options options = { .message_events = true };
	struct stage *stage = run_mixed("", NULL);

	assert_int_equal(count_of(stage_events(stage), "\"event\":\"request\""), 6);
	assert_null(strstr(stage_events(stage), "\"reason\":\"served\""));
	assert_in_journal(stage, "\"event\":\"request\",\"id\":\"shop/desk/a\",\"incarnation\":1,"
				 "\"reason\":\"failed\",\"client\":\"shop/clients\",\"attempt\":1,"
				 "\"deliveries\":1,\"cause\":");
	stage_free(stage);
	stage = run_mixed("", &options);
	assert_int_equal(count_of(stage_events(stage), "\"reason\":\"served\""), 3);
	stage_free(stage);
}

static void a_crash_says_which_request_it_was_at(void **state)
{
	(void)state;
	struct stage *stage = run_mixed("", NULL);
	const struct scn_crash *crash = scn_world_crash(stage->world, 1);
	char text[200];

	assert_non_null(crash);
	assert_string_equal(crash->reason, "boom");
	assert_int_not_equal(crash->request, 0);
	assert_contains(scn_crash_message(crash, text, sizeof(text)), "request ");
	assert_contains(text, " from shop/clients");
	assert_in_journal(stage, "\"message\":\"request\",\"request\":");
	stage_free(stage);
}

static const struct scn_event *find_request(const struct stage *stage, const char *outcome,
					    struct scn_event *event)
{
	const struct scn_history *history = scn_world_history(stage->world);

	for (uint64_t seq = scn_history_first(history); seq <= scn_history_last(history); seq++) {
		if (scn_history_get(history, seq, event) && event->kind == RT_EV_REQUEST &&
		    strcmp(event->reason, outcome) == 0)
			return event;
	}
	fail_msg("no request ended as %s", outcome);
	return NULL;
}

static void the_end_of_a_request_is_told_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *outcome, *words;
	} rows[] = {
		{ "degraded", "a request of shop/clients to shop/desk/a was answered from a fallback" },
		{ "failed", "a request of shop/clients to shop/desk/a failed" },
		{ "wrong", "a request of shop/clients to shop/desk/b was answered wrongly" },
		{ "lost", "a request of shop/clients to shop/desk/b was lost: no answer came" },
		{ "swallowed", "a request of shop/clients to shop/desk/b was swallowed: nothing came of it" },
	};
	struct stage *stage = run_mixed("", NULL);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scn_event event;
		struct collected told;
		char line[300], part[100];

		(void)find_request(stage, rows[i].outcome, &event);
		scn_event_line(&event, line, sizeof(line));
		snprintf(part, sizeof(part), "%s, asked by shop/clients", rows[i].outcome);
		assert_contains(line, part);
		assert_int_equal(
			scn_why(scn_world_history(stage->world), event.seq, collect_into(&told)), RT_OK);
		assert_contains(told.text, rows[i].words);
		free(told.text);
	}
	/* What was lost because the worker died has that as its cause. */
	struct scn_event lost, cause;
	(void)find_request(stage, "lost", &lost);
	assert_true(scn_history_get(scn_world_history(stage->world), lost.cause, &cause));
	assert_int_equal(cause.kind, RT_EV_EXIT);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_outcome_is_counted),
		cmocka_unit_test(availability_is_of_those_that_ended),
		cmocka_unit_test(latency_is_of_those_that_were_answered),
		cmocka_unit_test(an_outage_lasts_until_the_next_good_answer),
		cmocka_unit_test(a_supervisor_stands_for_the_services_below_it),
		cmocka_unit_test(where_nothing_was_asked_nothing_is_good),
		cmocka_unit_test(what_has_not_ended_says_nothing_yet),
		cmocka_unit_test(a_hypothesis_about_work_waits_for_work),
		cmocka_unit_test(it_can_be_asked_at_the_prompt),
		cmocka_unit_test(after_the_end_it_is_as_it_was_judged),
		cmocka_unit_test(what_is_asked_in_order_to_answer_is_not_counted_twice),
		cmocka_unit_test(downtime_is_that_of_those_who_serve),
		cmocka_unit_test(a_run_without_work_has_none),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(a_request_that_went_astray_fails_the_run),
		cmocka_unit_test(requests_that_do_not_end_well_are_in_the_journal),
		cmocka_unit_test(a_crash_says_which_request_it_was_at),
		cmocka_unit_test(the_end_of_a_request_is_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
