/* A world: how it comes up, in which order things happen at one instant, when and how it ends. */
#include "runtime/hooks.h"
#include "scenarios/arena.h"
#include "tests/support/stage.h"

/* Position of the first line with `part`, from 1; a line there has to be. */
static size_t place_of(const struct stage *stage, const char *part)
{
	const char *at = strstr(stage_events(stage), part);

	if (!at)
		print_error("'%s' is not in the journal\n", part);
	assert_non_null(at);
	return (size_t)(at - stage_events(stage)) + 1;
}

static void assert_order(const struct stage *stage, const char *first, const char *second)
{
	if (place_of(stage, first) >= place_of(stage, second))
		fail_msg("'%s' does not come before '%s'", first, second);
}

/* --- coming up ---------------------------------------------------------------------------------------- */

static void pools_are_filled_before_the_tree_is_up(void **state)
{
	(void)state;
	struct stage *stage =
		stage_up("tree:\n"
			 "  id: app\n"
			 "  children:\n"
			 "    - {id: named, strategy: simple_one_for_one, template: {}, start: [red, blue]}\n"
			 "    - {id: counted, strategy: simple_one_for_one, template: {}, start: 3}\n");
	struct rt *rt = scn_world_rt(stage->world);
	static const char *const paths[] = { "app/named/red", "app/named/blue", "app/counted/1",
					     "app/counted/3" };

	for (size_t i = 0; i < 4; i++)
		assert_int_not_equal(rt_path_actor(rt, rt_path_find(rt, paths[i])), RT_NOBODY);
	stage_finish(stage);
	assert_order(stage, "\"id\":\"app/counted/3\"", "\"event\":\"up\"");
	assert_order(stage, "\"id\":\"app/named/red\"", "\"id\":\"app/named/blue\"");
	stage_free(stage);
}

static void pools_below_templates_are_filled_too(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree:\n"
			  "  id: app\n"
			  "  strategy: simple_one_for_one\n"
			  "  template:\n"
			  "    strategy: one_for_one\n"
			  "    children:\n"
			  "      - {id: conns, strategy: simple_one_for_one, template: {}, start: 2}\n"
			  "  start: 2\n"
			  "expect:\n"
			  "  - {probe: count, of: app, equals: 8}\n"
			  "  - {probe: count, of: app/*/conns, equals: 2}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_root_that_does_not_start_is_a_failure_that_says_why(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, children: [{id: a}, {id: b, starts: 'fail:no_port'}]}\n"
			  "expect: [{probe: alive, of: app}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_ESCALATED_ROOT, "no_port");
	assert_int_not_equal(scn_world_result(stage->world).blame, 0);
	assert_int_equal(rt_alive(scn_world_rt(stage->world)), 0);
	stage_free(stage);
}

static void a_failed_boot_is_told_to_who_boots(void **state)
{
	(void)state;
	struct stage *stage =
		stage_new("tree: {id: app, children: [{id: b, starts: 'fail:no_port'}]}\n", NULL);

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	assert_int_equal(scn_world_phase(stage->world), SCN_STARTING);
	assert_verdict(stage, SCN_FAIL, SCN_ESCALATED_ROOT, "no_port");
	assert_int_equal(scn_world_move(stage->world, RT_SECOND), RT_ESTATE);
	stage_free(stage);
}

/* --- one instant -------------------------------------------------------------------------------------- */

static void actions_of_one_time_come_in_the_order_of_the_file(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 5, children: [{id: a}, {id: b}]}\n"
					"method:\n"
					"  - {at: 1s, action: crash, target: app/b, reason: first}\n"
					"  - {at: 1s, action: crash, target: app/a, reason: second}\n");

	assert_order(stage, "\"reason\":\"first\"", "\"reason\":\"second\"");
	stage_free(stage);
}

static void an_action_comes_after_what_was_due_by_then(void **state)
{
	(void)state;
	/* The stop takes until 2 s; what is due at 2 s comes after the new start. */
	struct stage *stage = stage_run("tree:\n"
					"  id: app\n"
					"  strategy: one_for_all\n"
					"  intensity: 5\n"
					"  children:\n"
					"    - {id: a}\n"
					"    - {id: slow, trap_exit: true, on_shutdown: 'delay:1s'}\n"
					"method:\n"
					"  - {at: 2s, action: crash, target: app/a, reason: later}\n"
					"  - {at: 1s, action: crash, target: app/a, reason: sooner}\n"
					"expect: [{probe: restarts, of: app/a, equals: 2}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_order(stage, "\"id\":\"app/slow\",\"incarnation\":2", "\"reason\":\"later\"");
	stage_free(stage);
}

/* --- the end ------------------------------------------------------------------------------------------ */

static void a_run_without_duration_ends_when_all_is_done(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 5, children: [{id: a}]}\n"
					"method: [{at: 7s, action: crash, target: app/a, reason: x}]\n");

	assert_int_equal(scn_world_result(stage->world).t, 7 * RT_SECOND);
	stage_free(stage);
}

static void a_run_with_a_duration_ends_then(void **state)
{
	(void)state;
	struct stage *stage = stage_run("duration: 90s\ntree: {id: app, children: [{id: a}]}\n"
					"method: [{at: 90s, action: crash, target: app/a, reason: x}]\n");

	assert_int_equal(scn_world_result(stage->world).t, 90 * RT_SECOND);
	assert_int_equal(scn_world_result(stage->world).fired, 1);
	stage_free(stage);
}

static void a_method_that_waits_for_what_never_comes_does_not_hold_up_the_end(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, children: [{id: a}]}\n"
			  "method:\n"
			  "  - {after: {messages: 5}, action: crash, target: app/a, required: false}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void nobody_is_left_after_the_end(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree:\n"
			  "  id: app\n"
			  "  children:\n"
			  "    - {id: deaf, trap_exit: true, on_shutdown: ignore, shutdown: 3s}\n"
			  "    - {id: a}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_int_equal(rt_alive(scn_world_rt(stage->world)), 0);
	assert_int_equal(scn_world_result(stage->world).t, 3 * RT_SECOND);
	stage_free(stage);
}

static void a_tree_that_does_not_stop_is_a_failure_that_names_who(void **state)
{
	(void)state;
	struct stage *stage = stage_run(
		"tree:\n"
		"  id: app\n"
		"  children: [{id: deaf, trap_exit: true, on_shutdown: ignore, shutdown: infinity}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "app/deaf");
	stage_free(stage);
}

static void a_stop_that_takes_centuries_is_not_waited_for(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree:\n"
			  "  id: app\n"
			  "  children:\n"
			  "    - {id: a, trap_exit: true, on_shutdown: ignore, shutdown: 876000h}\n"
			  "    - {id: b, trap_exit: true, on_shutdown: ignore, shutdown: 876000h}\n"
			  "    - {id: c, trap_exit: true, on_shutdown: ignore, shutdown: 876000h}\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "the final stop does not end");
	stage_free(stage);
}

static void a_clock_is_not_set_beyond_what_it_can_show(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");

	assert_int_equal(scn_world_move(stage->world, RT_FOREVER - 1), RT_EAGAIN);
	assert_true(rt_now(scn_world_rt(stage->world)) < RT_FOREVER / 2);
	assert_int_equal(stage_input(stage, "hang app/a duration=876000h"), 1);
	assert_int_equal(scn_world_move(stage->world, RT_FOREVER - 1), RT_ESTATE);
	stage_finish(stage);
	stage_free(stage);
}

static void lasting_faults_do_not_outlast_the_run(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, children: [{id: a, trap_exit: true, shutdown: infinity}]}\n"
			  "method: [{at: 1s, action: ignore_shutdown, target: app/a}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_in_journal(stage, "\"event\":\"fault_healed\"");
	stage_free(stage);
}

static void rollbacks_come_before_the_expectations(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}, {id: b}]}\n"
					"method: [{at: 1s, action: terminate_child, target: app, child: a}]\n"
					"rollbacks: [{action: restart_child, target: app, child: a}]\n"
					"expect: [{probe: alive, of: app/a}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_order(stage, "\"event\":\"over\"", "\"op\":\"restart_child\"");
	stage_free(stage);
}

/* --- limits ------------------------------------------------------------------------------------------- */

static void a_busy_loop_is_stopped_and_named(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree:\n"
					"  id: app\n"
					"  intensity: 1000000\n"
					"  children: [{id: a, starts: 'ok, fail:nope'}]\n"
					"limits: {events_at_one_instant: 5000}\n"
					"method: [{at: 2s, action: crash, target: app/a, reason: x}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "limits.events_at_one_instant 5000");
	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "app restarts app/a");
	assert_int_equal(rt_alive(scn_world_rt(stage->world)), 0);
	stage_free(stage);
}

static void a_big_start_is_not_a_busy_loop(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, strategy: simple_one_for_one, template: {}, start: 400}\n"
			  "limits: {events_at_one_instant: 100}\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_method_without_an_end_meets_the_limit_of_time(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 5, children: [{id: a}]}\n"
					"limits: {time: 10m}\n"
					"method: [{every: 30s, action: crash, target: app/a, reason: x}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "limits.time 10m");
	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "crash of app/a");
	assert_int_equal(scn_world_result(stage->world).fired, 20);
	stage_free(stage);
}

static void a_duration_beyond_the_limit_of_time_is_cut_off(void **state)
{
	(void)state;
	struct stage *stage = stage_run("duration: 2h\ntree: {id: app, children: [{id: a}]}\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "limits.time 1h");
	assert_int_equal(scn_world_result(stage->world).t, 3600 * RT_SECOND);
	stage_free(stage);
}

static void all_events_together_have_a_limit(void **state)
{
	(void)state;
	struct stage *stage = stage_run("duration: 1h\n"
					"tree: {id: app, intensity: 5, children: [{id: a}]}\n"
					"limits: {events: 100}\n"
					"method: [{every: 30s, action: crash, target: app/a, reason: x}]\n");

	assert_verdict(stage, SCN_FAIL, SCN_LIVENESS, "limits.events 100");
	stage_free(stage);
}

/* --- being interrupted -------------------------------------------------------------------------------- */

static volatile int stop_at_crash;

static void watch_for_crash(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ctx, (void)ext;
	if (event->kind == RT_EV_CHILD_TERMINATED)
		stop_at_crash = 15;
}

static void an_interrupted_run_is_healed_rolled_back_and_stopped(void **state)
{
	(void)state;
	struct stage *stage = stage_new("tree: {id: app, children: [{id: a}, {id: b}]}\n"
					"method:\n"
					"  - {at: 1s, action: hang, target: app/b}\n"
					"  - {at: 2s, action: crash, target: app/a, reason: x}\n"
					"rollbacks: [{action: terminate_child, target: app, child: b}]\n"
					"expect: [{probe: restarts, of: app/a, equals: 9}]\n",
					NULL);

	stop_at_crash = 0;
	assert_int_equal(rt_observe(scn_world_rt(stage->world), watch_for_crash, NULL), RT_OK);
	assert_int_equal(scn_world_run(stage->world, &stop_at_crash), RT_OK);
	assert_verdict(stage, SCN_INTERRUPTED, SCN_KIND_NONE, "15");
	assert_in_journal(stage, "\"event\":\"over\",\"signal\":15");
	assert_in_journal(stage, "\"event\":\"fault_healed\"");
	assert_in_journal(stage, "\"op\":\"terminate_child\"");
	assert_in_journal(stage, "{\"end\":true,\"verdict\":\"INTERRUPTED\"");
	assert_int_equal(rt_alive(scn_world_rt(stage->world)), 0);
	stage_free(stage);
}

static void a_run_that_is_interrupted_before_it_is_up_ends_too(void **state)
{
	(void)state;
	struct stage *stage = stage_new("tree: {id: app, children: [{id: a}]}\n", NULL);
	volatile int stop = 2;

	assert_int_equal(scn_world_run(stage->world, &stop), RT_OK);
	assert_verdict(stage, SCN_INTERRUPTED, SCN_KIND_NONE, "");
	assert_int_equal(rt_alive(scn_world_rt(stage->world)), 0);
	stage_free(stage);
}

/* --- the prompt --------------------------------------------------------------------------------------- */

static void waiting_moves_the_clock_and_is_no_move(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	struct rt *rt = scn_world_rt(stage->world);

	assert_int_equal(scn_world_move(stage->world, 5 * RT_SECOND), RT_EAGAIN);
	assert_int_equal(rt_now(rt), 5 * RT_SECOND);
	assert_int_equal(scn_world_move(stage->world, 5 * RT_SECOND), RT_EAGAIN);
	/* With nothing to come the limit of time limits nothing. */
	assert_int_equal(scn_world_move(stage->world, 9000 * RT_SECOND), RT_EAGAIN);
	assert_int_equal(rt_now(rt), 9000 * RT_SECOND);
	stage_free(stage);
}

static void an_input_takes_effect_at_once_and_is_written_down(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n"
				       "expect: [{probe: restarts, of: app/a, equals: 1}]\n");

	stage_until(stage, 3 * RT_SECOND);
	assert_int_equal(stage_input(stage, "crash app/a reason=boom"), 1);
	assert_int_equal(stage_input(stage, "crash app/a reason=again"), 0);
	stage_finish(stage);
	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	assert_in_journal(stage, "\"event\":\"input\",\"input\":{\"action\":\"crash\",\"target\":\"app/a\","
				 "\"reason\":\"boom\"},\"step\":");
	assert_int_equal(count_of(stage_events(stage), "\"event\":\"input\""), 2);
	stage_free(stage);
}

static void the_fault_of_an_input_has_it_as_its_cause(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	const struct scn_history *history = scn_world_history(stage->world);
	struct scn_event event, cause;

	stage_input(stage, "crash app/a reason=boom");
	uint64_t seq = scn_history_last(history);
	do
		assert_true(scn_history_get(history, seq--, &event));
	while (event.kind != INJ_EV_FIRED);
	assert_true(scn_history_get(history, event.cause, &cause));
	assert_int_equal(cause.kind, INJ_EV_INPUT);
	assert_int_equal(cause.cause, 0);
	stage_free(stage);
}

static void healing_is_an_input(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}, {id: b}]}\n");
	unsigned healed = 0;

	assert_int_equal(stage_input(stage, "hang app/*"), 2);
	assert_int_equal(scn_world_heal(stage->world, "app/b", &healed), RT_OK);
	assert_int_equal(healed, 1);
	assert_int_equal(scn_world_heal(stage->world, NULL, &healed), RT_OK);
	assert_int_equal(healed, 1);
	stage_finish(stage);
	assert_in_journal(stage, "\"input\":{\"action\":\"heal\",\"target\":\"app/b\"}");
	assert_in_journal(stage, "\"input\":{\"action\":\"heal\",\"target\":\"**\"}");
	stage_free(stage);
}

static void an_input_that_is_not_utf8_is_refused(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");
	struct inj_action action = { .fault = inj_fault_find("crash"), .target = "app/a" };

	action.params[0] = (struct inj_value){ .given = true, .text = "\xff\xfe" };
	assert_int_equal(scn_world_input(stage->world, &action, NULL), RT_EINVAL);
	assert_int_equal(count_of(stage_events(stage), "input"), 0);
	stage_free(stage);
}

static void nothing_can_be_done_to_a_world_that_is_over(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}]}\n");
	struct inj_action action = { .fault = inj_fault_find("kill"), .target = "app/a" };
	struct scn_probe probe = { .kind = SCN_ALIVE, .of = "app/a", .low = 1 };
	struct scn_result before = scn_world_result(stage->world);

	assert_int_equal(scn_world_input(stage->world, &action, NULL), RT_ESTATE);
	assert_int_equal(scn_world_expect(stage->world, &probe), RT_ESTATE);
	assert_int_equal(scn_world_move(stage->world, RT_FOREVER), RT_ESTATE);
	assert_int_equal(scn_world_finish(stage->world, 0), RT_OK);
	assert_int_equal(scn_world_result(stage->world).journal_hash, before.journal_hash);
	stage_free(stage);
}

static void an_expectation_from_the_prompt_counts(void **state)
{
	(void)state;
	struct stage *stage = stage_up("tree: {id: app, children: [{id: a}]}\n");

	stage_input(stage, "crash app/a reason=boom");
	stage_until(stage, RT_SECOND);
	stage_expect(stage, "restarts app/a equals=2");
	stage_finish(stage);
	assert_verdict(stage, SCN_FAIL, SCN_EXPECTATION, "restarts of app/a: expected 2, was 1");
	assert_in_journal(stage, "\"event\":\"input\",\"input\":{\"expect\":\"restarts app/a equals=2\"}");
	stage_free(stage);
}

/* --- the same again ----------------------------------------------------------------------------------- */

static const char dice[] =
	"duration: 10m\n"
	"tree:\n"
	"  id: app\n"
	"  intensity: 1000\n"
	"  strategy: rest_for_one\n"
	"  children: [{id: a}, {id: b}, {id: c, restart: transient}, {id: d}]\n"
	"method:\n"
	"  - {every: 1s, action: crash, target: app/*, mode: one, probability: 0.3, reason: x}\n"
	"  - {every: 7s, action: kill, target: app/*, mode: random-max-percent, value: 60}\n";

static struct scn_result run_dice(bool has_seed, uint64_t seed, bool journal)
{
	struct scn_options options = { .has_seed = has_seed, .seed = seed };
	struct stage *stage = stage_new(dice, &options);
	struct scn_result result;

	if (!journal) {
		struct scn_world *silent;
		assert_int_equal(scn_world_new(stage->scenario, &options, &silent), RT_OK);
		scn_world_free(stage->world);
		stage->world = silent;
	}
	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	result = scn_world_result(stage->world);
	result.text = NULL;
	stage_free(stage);
	return result;
}

static void the_same_seed_gives_the_same_run(void **state)
{
	(void)state;
	struct scn_result first = run_dice(true, 42, true), second = run_dice(true, 42, true);

	assert_true(first.fired > 100);
	assert_int_equal(first.journal_hash, second.journal_hash);
	assert_int_equal(first.state_hash, second.state_hash);
	assert_int_equal(first.events, second.events);
	assert_int_not_equal(first.journal_hash, run_dice(true, 43, true).journal_hash);
}

static void the_hash_is_the_same_without_a_journal(void **state)
{
	(void)state;
	assert_int_equal(run_dice(false, 0, true).journal_hash, run_dice(false, 0, false).journal_hash);
}

static void without_a_journal_the_run_is_the_same(void **state)
{
	(void)state;
	struct stage *with = stage_run("tree: {id: app, children: [{id: a}]}\n"
				       "method: [{at: 1s, action: crash, target: app/a}]\n");
	struct scn_options options = { .no_journal = true };
	struct scn_world *world;

	assert_int_equal(scn_world_new(with->scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	scn_world_flush(world);
	struct scn_result alone = scn_world_result(world), other = scn_world_result(with->world);

	assert_int_equal(alone.verdict, SCN_PASS);
	assert_true(alone.state_hash == other.state_hash);
	assert_int_equal(alone.events, other.events);
	assert_false(alone.journal_failed);
	assert_true(alone.journal_hash == 0);
	scn_world_free(world);
	stage_free(with);
}

/* --- no memory ---------------------------------------------------------------------------------------- */

static const char everything[] =
	"tree:\n"
	"  id: app\n"
	"  intensity: 5\n"
	"  children:\n"
	"    - {id: a}\n"
	"    - {id: pool, strategy: simple_one_for_one, template: {restart: temporary}, start: 2}\n"
	"hypothesis: [{probe: alive, of: app/**}]\n"
	"method:\n"
	"  - {at: 1s, action: crash, target: app/a, reason: x}\n"
	"  - {at: 2s, action: start_child, target: app/pool, child: '9'}\n"
	"rollbacks: [{action: heal, target: app/**}]\n"
	"expect:\n"
	"  - {probe: restarts, of: app/*, at_most: 1}\n"
	"  - {probe: count, of: app/pool, equals: 3}\n"
	"  - {probe: order, equals: [-app/a, +app/a, +app/pool/9]}\n"
	"  - {probe: recovery_time, of: app/a, at_most: 1s}\n"
	"  - app/pool: untouched\n";

/* What a person may do, too, so that its allocations fail in turn. */
static enum rt_status drive(const struct scn_scenario *scenario, struct scn_world **world)
{
	static const char *const words[] = { "order", "-app/a", "+app/a" };
	struct inj_action action = { .fault = inj_fault_find("crash"), .target = "app/a" };
	struct collected saved, why;
	struct scn_probe probe;
	enum rt_status status = scn_world_new(scenario, NULL, world);

	if (status == RT_OK)
		status = scn_world_boot(*world);
	if (status == RT_OK)
		status = scn_world_input(*world, &action, NULL);
	for (rt_time t = 0; status == RT_OK; t += RT_SECOND / 2) {
		while (status == RT_OK)
			status = scn_world_move(*world, t);
		if (status == RT_EAGAIN && t < 3 * RT_SECOND)
			status = RT_OK;
	}
	if (status == RT_EAGAIN)
		status = scn_probe_parse(*world, words, 3, &probe, NULL);
	if (status == RT_OK)
		status = scn_world_expect(*world, &probe);
	if (status == RT_OK) {
		status = scn_world_save(*world, collect_into(&saved));
		free(saved.text);
	}
	if (status == RT_OK) {
		const struct scn_history *history = scn_world_history(*world);
		status = scn_why(history, scn_history_about(history, "app/a"), collect_into(&why));
		free(why.text);
	}
	return status;
}

static void every_allocation_above_the_runtime_may_fail(void **state)
{
	(void)state;
	struct scn_scenario *scenario = stage_scenario(everything);
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct scn_world *world = NULL;
		scn_arena_fail_nth(nth);
		enum rt_status status = drive(scenario, &world);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		if (fired)
			assert_int_equal(status, RT_ENOMEM);
		else
			assert_int_equal(status, RT_OK);
		if (world) {
			enum rt_status end = scn_world_finish(world, 0);
			assert_true(end == RT_OK || end == RT_ENOMEM);
			assert_int_equal(scn_world_phase(world), SCN_OVER);
			if (end == RT_ENOMEM)
				assert_int_equal(scn_world_result(world).verdict, SCN_ERROR);
		}
		scn_world_free(world);
		assert_true(nth < 100000);
	}
	scn_free(scenario);
}

static void a_run_survives_every_failing_allocation_above_the_runtime(void **state)
{
	(void)state;
	struct scn_scenario *scenario = stage_scenario(everything);
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct scn_world *world = NULL;
		scn_arena_fail_nth(nth);
		enum rt_status status = scn_world_new(scenario, NULL, &world);
		if (status == RT_OK)
			status = scn_world_run(world, NULL);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		if (!fired)
			assert_int_equal(scn_world_result(world).verdict, SCN_PASS);
		scn_world_free(world);
		assert_true(nth < 100000);
	}
	scn_free(scenario);
}

/* A runtime without memory may lose a start (reason system_limit) or say so; it never breaks a promise. */
static void a_run_survives_every_failing_allocation_of_the_runtime(void **state)
{
	(void)state;
	struct scn_scenario *scenario = stage_scenario(everything);
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct scn_world *world;
		assert_int_equal(scn_world_new(scenario, NULL, &world), RT_OK);
		rt_fail_nth(scn_world_rt(world), nth);
		enum rt_status status = scn_world_run(world, NULL);
		fired = rt_fail_fired(scn_world_rt(world));
		struct scn_result result = scn_world_result(world);
		assert_true(status == RT_OK || status == RT_ENOMEM);
		assert_int_equal(result.verdict == SCN_ERROR, status == RT_ENOMEM);
		assert_int_not_equal(result.kind, SCN_INVARIANT);
		if (!fired)
			assert_int_equal(result.verdict, SCN_PASS);
		scn_world_free(world);
		assert_true(nth < 100000);
	}
	scn_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_are_filled_before_the_tree_is_up),
		cmocka_unit_test(pools_below_templates_are_filled_too),
		cmocka_unit_test(a_root_that_does_not_start_is_a_failure_that_says_why),
		cmocka_unit_test(a_failed_boot_is_told_to_who_boots),
		cmocka_unit_test(actions_of_one_time_come_in_the_order_of_the_file),
		cmocka_unit_test(an_action_comes_after_what_was_due_by_then),
		cmocka_unit_test(a_run_without_duration_ends_when_all_is_done),
		cmocka_unit_test(a_run_with_a_duration_ends_then),
		cmocka_unit_test(a_method_that_waits_for_what_never_comes_does_not_hold_up_the_end),
		cmocka_unit_test(nobody_is_left_after_the_end),
		cmocka_unit_test(a_tree_that_does_not_stop_is_a_failure_that_names_who),
		cmocka_unit_test(a_stop_that_takes_centuries_is_not_waited_for),
		cmocka_unit_test(a_clock_is_not_set_beyond_what_it_can_show),
		cmocka_unit_test(lasting_faults_do_not_outlast_the_run),
		cmocka_unit_test(rollbacks_come_before_the_expectations),
		cmocka_unit_test(a_busy_loop_is_stopped_and_named),
		cmocka_unit_test(a_big_start_is_not_a_busy_loop),
		cmocka_unit_test(a_method_without_an_end_meets_the_limit_of_time),
		cmocka_unit_test(a_duration_beyond_the_limit_of_time_is_cut_off),
		cmocka_unit_test(all_events_together_have_a_limit),
		cmocka_unit_test(an_interrupted_run_is_healed_rolled_back_and_stopped),
		cmocka_unit_test(a_run_that_is_interrupted_before_it_is_up_ends_too),
		cmocka_unit_test(waiting_moves_the_clock_and_is_no_move),
		cmocka_unit_test(an_input_takes_effect_at_once_and_is_written_down),
		cmocka_unit_test(the_fault_of_an_input_has_it_as_its_cause),
		cmocka_unit_test(healing_is_an_input),
		cmocka_unit_test(an_input_that_is_not_utf8_is_refused),
		cmocka_unit_test(nothing_can_be_done_to_a_world_that_is_over),
		cmocka_unit_test(an_expectation_from_the_prompt_counts),
		cmocka_unit_test(the_same_seed_gives_the_same_run),
		cmocka_unit_test(the_hash_is_the_same_without_a_journal),
		cmocka_unit_test(without_a_journal_the_run_is_the_same),
		cmocka_unit_test(every_allocation_above_the_runtime_may_fail),
		cmocka_unit_test(a_run_survives_every_failing_allocation_above_the_runtime),
		cmocka_unit_test(a_run_survives_every_failing_allocation_of_the_runtime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
