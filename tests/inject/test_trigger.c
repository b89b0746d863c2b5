/* Triggers: when chances come, and which are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/planbed.h"

static int set_up(void **state)
{
	*state = bed_new(7);
	return 0;
}

static int tear_down(void **state)
{
	bed_free(*state);
	return 0;
}

static void without_a_trigger_it_fires_when_the_tree_is_up(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a reason=badarg");

	assert_int_equal(inj_plan_deadline(bed->plan), RT_FOREVER);
	bed_begin(bed);
	assert_int_equal(inj_plan_deadline(bed->plan), 0);
	bed_run(bed, 0);
	assert_int_equal(bed_fired(bed, crash), 1);
	assert_string_equal(bed_event(bed, "exit", "app/a", 1)->reason, "badarg");
	assert_int_equal(bed_restarts(bed, "app/a"), 1);
	assert_true(inj_plan_spent(bed->plan));
}

static void at_counts_from_when_the_tree_is_up(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a at=2s");

	bed_run(bed, 10 * RT_SECOND);
	bed_begin(bed);
	assert_int_equal(inj_plan_deadline(bed->plan), 12 * RT_SECOND);
	bed_run(bed, 12 * RT_SECOND - 1);
	assert_int_equal(bed_fired(bed, crash), 0);
	assert_false(inj_plan_spent(bed->plan));
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 1);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 12 * RT_SECOND);
}

static void at_nothing_to_strike_it_has_not_fired_and_does_not_come_again(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/nobody at=2s");

	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 0);
	assert_int_equal(inj_plan_info(bed->plan, crash).last_seq, 0);
	assert_false(inj_plan_info(bed->plan, crash).armed);
	assert_true(inj_plan_spent(bed->plan));
}

static void every_fires_first_after_one_interval_and_then_without_limit(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a every=3s");

	bed_begin(bed);
	bed_run(bed, 3 * RT_SECOND - 1);
	assert_int_equal(bed_fired(bed, crash), 0);
	bed_run(bed, 30 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 10);
	assert_int_equal(bed_restarts(bed, "app/a"), 10);
	assert_int_equal(bed_event(bed, "exit", "app/a", 10)->event.t, 30 * RT_SECOND);
}

static void times_skip_and_cooldown_bound_it(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a every=5s skip=2 cooldown=10s times=3");

	bed_begin(bed);
	bed_run(bed, 100 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 3);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 15 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 2)->event.t, 25 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 3)->event.t, 35 * RT_SECOND);
	assert_false(inj_plan_info(bed->plan, crash).armed);
	assert_true(inj_plan_spent(bed->plan));
}

static void a_chance_without_effect_uses_up_no_times(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/group/late every=1s times=2");

	bed_add(bed, "start_child app/group at=3500ms child=late");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 2);
	assert_int_equal(bed_event(bed, "exit", "app/group/late", 1)->event.t, 4 * RT_SECOND);
}

static void after_messages_counts_what_was_handled(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a after.messages=10 times=3");
	const struct bed_event *fired;

	bed_add(bed, "send app/a every=1s times=45");
	bed_begin(bed);
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 2);
	bed_run(bed, 100 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 3);
	assert_int_equal(bed_count(bed, "message", "app/a"), 45);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 10 * RT_SECOND);
	/* The message is handled, then it strikes; and that message is why. */
	fired = bed_event(bed, "fault_fired", "app/a", 11);
	assert_int_equal(fired->event.cause, bed_event(bed, "message", "app/a", 10)->event.seq);
}

static void after_messages_of_another_and_of_many_together(void **state)
{
	struct bed *bed = *state;
	unsigned one = bed_add(bed, "crash app/c after.messages=3 after.of=app/a");
	unsigned many = bed_add(bed, "crash app/d after.messages=3 after.of=app/* times=2");

	bed_add(bed, "send app/a at=1s count=2");
	bed_add(bed, "send app/b at=2s count=4");
	bed_begin(bed);
	bed_run(bed, 1500 * RT_MS);
	assert_int_equal(bed_fired(bed, many), 0);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_fired(bed, one), 0);
	assert_int_equal(bed_fired(bed, many), 2);
}

static void after_restarts_counts_starts_but_the_first(void **state)
{
	struct bed *bed = *state;
	unsigned kill = bed_add(bed, "kill app/b after.restarts=2 after.of=app/a times=0");

	bed_add(bed, "crash app/a every=1s times=5");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, kill), 2);
	assert_int_equal(bed_event(bed, "exit", "app/b", 1)->event.t, 2 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_fired", "app/b", 1)->event.cause,
			 bed_event(bed, "start", "app/a", 2)->event.seq);
}

static void a_group_restart_counts_for_each_of_the_group(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/d after.restarts=1 after.of=app/group/third");

	bed_add(bed, "crash app/group/first at=1s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 1);
}

static void on_an_event_elsewhere_with_that_event_as_its_cause(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/b on.event=exit on.of=app/a reason=noproc");

	bed_add(bed, "crash app/a every=1s times=3");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 1);
	assert_int_equal(bed_event(bed, "fault_fired", "app/b", 1)->event.cause,
			 bed_event(bed, "exit", "app/a", 1)->event.seq);
	assert_int_equal(bed_event(bed, "exit", "app/b", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/b", 1)->event.seq);
}

static void on_strikes_before_anything_else_happens(void **state)
{
	struct bed *bed = *state;

	bed_add(bed, "crash app/b on.event=exit on.of=app/a times=0");
	bed_add(bed, "crash app/a at=1s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	/* b was dead before the supervisor got round to starting a again. */
	assert_true(bed_event(bed, "exit", "app/b", 1)->event.seq <
		    bed_event(bed, "start", "app/a", 1)->event.seq);
}

static void a_fault_may_follow_a_fault_without_end_in_sight(void **state)
{
	struct bed *bed = *state;
	unsigned echo = bed_add(bed, "send app/a on.event=fault_fired times=100");

	bed_add(bed, "send app/a at=1s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, echo), 100);
}

static void many_events_at_once_are_many_chances(void **state)
{
	struct bed *bed = *state;
	unsigned grow, sends;

	grow = bed_add(bed, "start_child app/pool every=1ms times=300");
	bed_add(bed, "kill app/pool/* at=1s");
	sends = bed_add(bed, "send app/a on.event=exit on.of=app/pool/* times=0");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, grow), 300);
	assert_int_equal(bed_count(bed, "exit", "app/pool/*"), 300);
	assert_int_equal(bed_fired(bed, sends), 300);
	assert_int_equal(bed_count(bed, "message", "app/a"), 300);
}

static void a_message_is_a_chance_for_the_worker_that_handled_it(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/* probability=100% times=2");

	bed_add(bed, "send app/b at=1s");
	bed_add(bed, "send app/c at=2s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 2);
	assert_int_equal(bed_count(bed, "exit", "app/*"), 2);
	assert_int_equal(bed_event(bed, "exit", "app/b", 1)->event.t, 1 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/c", 1)->event.t, 2 * RT_SECOND);
}

static void with_a_mode_a_message_is_a_chance_for_whom_it_picks(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/* probability=100% times=1 mode=fixed value=3");

	bed_add(bed, "send app/b at=1s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 1);
	assert_int_equal(bed_count(bed, "exit", "app/*"), 3);
}

static void a_tick_is_a_chance_each_second(void **state)
{
	struct bed *bed = *state;
	unsigned kill = bed_add(bed, "kill app/a probability=25%");
	unsigned fired;

	bed_begin(bed);
	bed_run(bed, 400 * RT_SECOND);
	fired = bed_fired(bed, kill);
	assert_in_range(fired, 70, 130);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t % RT_SECOND, 0);
}

static void probability_bounds(void **state)
{
	struct bed *bed = *state;
	unsigned never = bed_add(bed, "crash app/a every=1s probability=0%");
	unsigned always = bed_add(bed, "crash app/b every=1s probability=100%");

	bed_begin(bed);
	bed_run(bed, 50 * RT_SECOND);
	assert_int_equal(bed_fired(bed, never), 0);
	assert_int_equal(bed_fired(bed, always), 50);
}

/* When did what happen, of one action among others? */
static uint64_t signature(const char *before, const char *action)
{
	struct bed *bed = bed_new(42);
	uint64_t hash = 1;

	if (before != NULL)
		bed_add(bed, before);
	bed_add(bed, action);
	bed_begin(bed);
	bed_run(bed, 200 * RT_SECOND);
	for (size_t i = 1; i <= bed_count(bed, "exit", "app/c"); i++)
		hash = hash * 31 + (uint64_t)bed_event(bed, "exit", "app/c", i)->event.t;
	bed_free(bed);
	return hash;
}

static void another_fault_does_not_reshuffle_this_one(void **state)
{
	const char *action = "crash app/c every=1s probability=30%";
	uint64_t alone = signature(NULL, action);

	(void)state;
	assert_int_equal(signature("kill app/a every=1s probability=50%", action), alone);
	assert_int_equal(signature("crash app/a every=1s probability=50%", action), alone);
	/* An equal one with a name of its own is no equal. */
	assert_int_equal(signature("crash app/c every=500s probability=50% id=other", action), alone);
	assert_int_not_equal(signature("crash app/c every=500s probability=50%", action), alone);
	/* Its name decides, whatever it does. */
	assert_int_not_equal(signature(NULL, "crash app/c every=1s probability=30% id=x"), alone);
	assert_int_equal(signature(NULL, "crash app/c every=1s probability=30% id=x"),
			 signature(NULL, "kill app/c every=1s probability=30% id=x"));
}

static uint64_t run_of(uint64_t seed)
{
	struct bed *bed = bed_new(seed);
	uint64_t hash;

	bed_add(bed, "crash app/** every=700ms mode=random-max-percent value=60 probability=80%");
	bed_add(bed, "send app/* every=300ms mode=fixed value=2");
	bed_add(bed, "crash app/a probability=5%");
	bed_add(bed, "hang app/* every=5s mode=one duration=2s");
	bed_add(bed, "init_fail app/group/* probability=20%");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	hash = bed_hash(bed);
	bed_free(bed);
	return hash;
}

static void same_seed_same_run_other_seed_other_run(void **state)
{
	(void)state;
	assert_int_equal(run_of(1), run_of(1));
	assert_int_not_equal(run_of(1), run_of(2));
}

static void order_at_one_instant_is_that_of_the_actions(void **state)
{
	struct bed *bed = *state;

	bed_add(bed, "crash app/c at=1s");
	bed_add(bed, "crash app/a every=500ms times=2");
	bed_add(bed, "crash app/b at=1s");
	bed_begin(bed);
	bed_run(bed, 60 * RT_SECOND);
	assert_true(bed_event(bed, "exit", "app/c", 1)->event.seq <
		    bed_event(bed, "exit", "app/a", 2)->event.seq);
	assert_true(bed_event(bed, "exit", "app/a", 2)->event.seq <
		    bed_event(bed, "exit", "app/b", 1)->event.seq);
	/* And the tree comes to rest in between. */
	assert_true(bed_event(bed, "start", "app/c", 1)->event.seq <
		    bed_event(bed, "exit", "app/a", 2)->event.seq);
}

static void after_stop_nothing_fires_but_what_lasts_stays(void **state)
{
	struct bed *bed = *state;
	unsigned crash = bed_add(bed, "crash app/a every=1s");
	unsigned hang = bed_add(bed, "hang app/b duration=10s");
	unsigned fail = bed_add(bed, "init_fail app/c times=0");

	bed_begin(bed);
	bed_run(bed, 2500 * RT_MS);
	inj_plan_stop(bed->plan);
	assert_int_equal(rt_kill(bed->rt, bed_actor(bed, "app/c")), RT_OK);
	bed_run(bed, 5 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 2);
	assert_int_equal(bed_fired(bed, fail), 0);
	assert_true(bed_alive(bed, "app/c"));
	assert_int_equal(inj_plan_info(bed->plan, hang).holding, 1);
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_healed", "app/b", 1)->event.t, 10 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 2);
}

static void an_interval_added_later_counts_from_then(void **state)
{
	struct bed *bed = *state;
	unsigned crash;

	bed_begin(bed);
	bed_run(bed, 10 * RT_SECOND);
	crash = bed_add(bed, "crash app/a every=1s times=1");
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_fired(bed, crash), 1);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 11 * RT_SECOND);
}

static void beyond_the_end_of_the_clock_nothing_comes(void **state)
{
	struct bed *bed = *state;
	const rt_time century = RT_SECOND * 3600 * 876000;
	unsigned crash = bed_add(bed, "crash app/a every=876000h");

	bed_begin(bed);
	bed_run(bed, 2 * century);
	assert_int_equal(bed_fired(bed, crash), 2);
	assert_int_equal(inj_plan_deadline(bed->plan), RT_FOREVER);
	assert_int_equal(bed_input(bed, "hang app/b duration=876000h"), 1);
	assert_int_equal(bed_input(bed, "crash app/c every=876000h"), 0);
	assert_true(inj_plan_spent(bed->plan));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(without_a_trigger_it_fires_when_the_tree_is_up),
		test(at_counts_from_when_the_tree_is_up),
		test(at_nothing_to_strike_it_has_not_fired_and_does_not_come_again),
		test(every_fires_first_after_one_interval_and_then_without_limit),
		test(times_skip_and_cooldown_bound_it),
		test(a_chance_without_effect_uses_up_no_times),
		test(after_messages_counts_what_was_handled),
		test(after_messages_of_another_and_of_many_together),
		test(after_restarts_counts_starts_but_the_first),
		test(a_group_restart_counts_for_each_of_the_group),
		test(on_an_event_elsewhere_with_that_event_as_its_cause),
		test(on_strikes_before_anything_else_happens),
		test(a_fault_may_follow_a_fault_without_end_in_sight),
		test(many_events_at_once_are_many_chances),
		test(a_message_is_a_chance_for_the_worker_that_handled_it),
		test(with_a_mode_a_message_is_a_chance_for_whom_it_picks),
		test(a_tick_is_a_chance_each_second),
		test(probability_bounds),
		cmocka_unit_test(another_fault_does_not_reshuffle_this_one),
		cmocka_unit_test(same_seed_same_run_other_seed_other_run),
		test(order_at_one_instant_is_that_of_the_actions),
		test(after_stop_nothing_fires_but_what_lasts_stays),
		test(an_interval_added_later_counts_from_then),
		test(beyond_the_end_of_the_clock_nothing_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
