/* What each fault does, and that it fires only where it takes effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/planbed.h"

static int set_up(void **state)
{
	*state = bed_new(7);
	bed_begin(*state);
	return 0;
}

static int tear_down(void **state)
{
	bed_free(*state);
	return 0;
}

/* The nth event of that word there is the fault's doing, and the fault the input's. */
static void caused_by_fault(struct bed *bed, const char *word, const char *path, size_t nth)
{
	const struct bed_event *event = bed_event(bed, word, path, nth);

	for (size_t i = 0; i < bed->count; i++) {
		if (bed->event[i].event.seq == event->event.cause) {
			assert_int_equal(bed->event[i].event.kind, INJ_EV_FIRED);
			return;
		}
	}
	fail_msg("%s of %s has no fault as its cause", word, path);
}

static void crash_and_exit_end_a_worker_by_itself(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "crash app/a"), 1);
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "exit", "app/a", 1)->reason, "crash");
	assert_int_equal(bed_event(bed, "fault_fired", "app/a", 1)->event.cause, bed->event[0].event.seq);
	caused_by_fault(bed, "exit", "app/a", 1);
	assert_int_equal(bed_input(bed, "exit app/a reason={shutdown,done}"), 1);
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "exit", "app/a", 2)->reason, "{shutdown,done}");
	assert_int_equal(bed_restarts(bed, "app/a"), 2);
}

static void kill_ends_whatever_it_is(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "kill app/calm"), 1);
	assert_int_equal(bed_input(bed, "kill app/group"), 1);
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "exit", "app/calm", 1)->reason, "killed");
	assert_string_equal(bed_event(bed, "exit", "app/group", 1)->reason, "killed");
	caused_by_fault(bed, "exit", "app/group", 1);
	assert_int_equal(bed_restarts(bed, "app/group/third"), 1);
}

static void a_signal_from_a_stranger_may_be_trapped(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "signal app/a reason=boom"), 1);
	assert_int_equal(bed_input(bed, "signal app/calm reason=boom"), 1);
	assert_int_equal(bed_input(bed, "signal app/b reason=normal"), 1);
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "exit", "app/a", 1)->reason, "boom");
	caused_by_fault(bed, "exit", "app/a", 1);
	assert_int_equal(bed_restarts(bed, "app/calm"), 0);
	assert_int_equal(bed_restarts(bed, "app/b"), 0);
}

static void send_fills_a_mailbox(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "send app/a count=5"), 1);
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "message", "app/a"), 5);
	caused_by_fault(bed, "message", "app/a", 5);
}

static void hang_ends_with_its_duration_or_a_heal_or_the_process(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "hang app/a duration=5s"), 1);
	assert_int_equal(bed_input(bed, "hang app/b"), 1);
	assert_int_equal(bed_input(bed, "hang app/c duration=60s"), 1);
	assert_int_equal(bed_input(bed, "hang app/a"), 0); /* it does already */
	caused_by_fault(bed, "suspend", "app/a", 1);
	bed_input(bed, "send app/*");
	bed_run(bed, 4 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/a"), 0);
	assert_int_equal(bed_count(bed, "message", "app/d"), 1);
	bed_run(bed, 6 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/a"), 1);
	assert_int_equal(bed_event(bed, "resume", "app/a", 1)->event.t, 5 * RT_SECOND);
	/* Healed by the clock, it is still the fault's doing. */
	assert_int_equal(bed_event(bed, "fault_healed", "app/a", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/a", 1)->event.seq);
	assert_int_equal(bed_event(bed, "resume", "app/a", 1)->event.cause,
			 bed_event(bed, "fault_healed", "app/a", 1)->event.seq);
	assert_int_equal(inj_plan_info(bed->plan, 0).holding, 0);

	assert_int_equal(bed_input(bed, "heal app/b"), 1);
	bed_run(bed, 6 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/b"), 1);
	assert_int_equal(bed_input(bed, "heal app/b"), 0);

	/* The next process is a fresh one; there is nothing left to heal. */
	bed_input(bed, "crash app/c");
	assert_int_equal(inj_plan_info(bed->plan, 2).holding, 0);
	bed_run(bed, 6 * RT_SECOND);
	assert_int_equal(inj_plan_deadline(bed->plan), RT_FOREVER);
	assert_int_equal(bed_count(bed, "fault_healed", "app/c"), 0);
	bed_input(bed, "send app/c");
	bed_run(bed, 6 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/c"), 1);
}

static void ignore_shutdown_stays_whoever_works_there(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "ignore_shutdown app/group/second"), 1);
	assert_int_equal(bed_input(bed, "ignore_shutdown app/group/second"), 0);
	assert_int_equal(bed_input(bed, "ignore_shutdown app/group"), 0);
	for (rt_time start = 10; start <= 20; start += 10) {
		bed_run(bed, start * RT_SECOND);
		bed_input(bed, "crash app/group/first");
		bed_run(bed, start * RT_SECOND + 5 * RT_SECOND);
	}
	assert_int_equal(bed_count(bed, "shutdown_timeout", "app/group/second"), 2);
	assert_int_equal(bed_event(bed, "exit", "app/group/second", 2)->event.t, 21 * RT_SECOND);
	assert_string_equal(bed_event(bed, "exit", "app/group/second", 2)->reason, "killed");
	assert_int_equal(bed_input(bed, "heal app/group/*"), 1);
	bed_input(bed, "crash app/group/first");
	bed_run(bed, 60 * RT_SECOND);
	assert_int_equal(bed_count(bed, "shutdown_timeout", "**"), 2);
	assert_string_equal(bed_event(bed, "exit", "app/group/second", 3)->reason, "shutdown");
}

static void ignore_shutdown_does_not_stop_a_kill_nor_the_end_of_the_supervisor(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "ignore_shutdown app/group/second");
	bed_input(bed, "kill app/group");
	bed_run(bed, 0);
	assert_int_equal(bed_restarts(bed, "app/group/second"), 1);
	bed_input(bed, "kill app/group/second");
	bed_run(bed, 0);
	assert_int_equal(bed_restarts(bed, "app/group/second"), 2);
}

static void init_fail_fails_the_next_starts(void **state)
{
	struct bed *bed = *state;
	const struct bed_event *fired;

	assert_int_equal(bed_input(bed, "init_fail app/a reason=no_port times=2 skip=1"), 1);
	assert_int_equal(inj_plan_info(bed->plan, 0).holding, 1);
	bed_input(bed, "crash app/a");
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "start_failed", "app/a"), 0);
	bed_input(bed, "crash app/a");
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "start_failed", "app/a"), 2);
	assert_string_equal(bed_event(bed, "start_failed", "app/a", 1)->reason, "no_port");
	assert_int_equal(bed_fired(bed, 0), 2);
	caused_by_fault(bed, "start_failed", "app/a", 2);
	/* What led to the start is what led to the fault. */
	fired = bed_event(bed, "fault_fired", "app/a", 3); /* two crashes, then this */
	assert_int_equal(fired->event.cause, bed_event(bed, "restart", "app/a", 2)->event.seq);
	assert_false(inj_plan_info(bed->plan, 0).armed);
	assert_int_equal(inj_plan_info(bed->plan, 0).holding, 0);
	assert_true(bed_alive(bed, "app/a"));
	assert_int_equal(bed_count(bed, "fault_healed", "**"), 0);
}

static void init_fail_ends_with_its_duration_or_a_heal(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "init_fail app/a times=0 duration=5s");
	bed_input(bed, "init_fail app/* times=1");
	assert_int_equal(inj_plan_info(bed->plan, 1).holding, 7);
	assert_int_equal(bed_input(bed, "heal app/b"), 1);
	assert_int_equal(inj_plan_info(bed->plan, 1).holding, 6);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_healed", "app/a", 1)->event.t, 5 * RT_SECOND);
	assert_false(inj_plan_info(bed->plan, 0).armed);
	bed_input(bed, "crash app/b");
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_count(bed, "start_failed", "**"), 0);
	bed_input(bed, "crash app/c");
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_count(bed, "start_failed", "app/c"), 1);
	bed_input(bed, "crash app/d");
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_count(bed, "start_failed", "**"), 1);
}

static void init_fail_waits_for_who_is_not_there_yet(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "init_fail app/pool/* reason=full times=2"), 0);
	assert_int_equal(bed_input(bed, "init_fail app/group/late"), 0);
	for (unsigned i = 0; i < 3; i++)
		bed_input(bed, "start_child app/pool");
	bed_input(bed, "start_child app/group child=late");
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "result", "app/pool", 1)->text, "{error,full}");
	assert_string_equal(bed_event(bed, "result", "app/pool", 2)->text, "{error,full}");
	assert_string_equal(bed_event(bed, "result", "app/pool", 3)->text, "{ok,pid}");
	assert_string_equal(bed_event(bed, "result", "app/group", 1)->text, "{error,{init_failed,child}}");
	assert_int_equal(bed_input(bed, "init_fail app/pool/9 reason=full"), 0);
	assert_int_equal(inj_plan_heal(bed->plan, "app/pool/9", 0), 1);
	bed_input(bed, "start_child app/pool child=9");
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "result", "app/pool", 4)->text, "{ok,pid}");
}

static void init_fail_of_a_few_that_a_mode_picks(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "init_fail app/* mode=fixed value=2 times=0 duration=1s"), 2);
	bed_input(bed, "set app intensity=20");
	bed_input(bed, "crash app/*");
	assert_int_equal(bed_try_run(bed, 0), RT_OK);
	/* Two cannot start again; that uses up the intensity, and the root is gone. */
	assert_int_equal(rt_root(bed->rt), RT_NOBODY);
	assert_true(bed_count(bed, "start_failed", "app/*") >= 10);
}

static void init_fail_with_a_probability_lies_in_wait_from_the_beginning(void **state)
{
	struct bed *bed = *state;
	unsigned fail = bed_add(bed, "init_fail app/a probability=40%");

	bed_add(bed, "crash app/a every=1s times=100");
	bed_run(bed, 200 * RT_SECOND);
	/* Each failing start is followed by another try: 0.4 / 0.6 of a hundred. */
	assert_in_range(bed_fired(bed, fail), 40, 95);
	assert_int_equal(bed_fired(bed, fail), bed_count(bed, "start_failed", "app/a"));
}

static void init_fail_may_be_opened_again_and_again(void **state)
{
	struct bed *bed = *state;
	unsigned fail = bed_add(bed, "init_fail app/a every=10s duration=2s reason=busy");

	bed_add(bed, "crash app/a every=7s");
	bed_run(bed, 9 * RT_SECOND);
	assert_int_equal(bed_fired(bed, fail), 0);
	/* Crashes at 7, 14, 21 s; it is closed from 12 to 20 s; a start that fails is tried again at once. */
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_fired(bed, fail), 0);
	assert_int_equal(bed_count(bed, "fault_healed", "app/a"), 1);
	bed_input(bed, "set app intensity=5");
	bed_run(bed, 21 * RT_SECOND);
	assert_int_equal(bed_fired(bed, fail), 5);
	assert_int_equal(rt_root(bed->rt), RT_NOBODY);
}

static void a_real_crash_at_the_instant_of_another_strikes_who_comes_after(void **state)
{
	struct bed *bed = *state;
	unsigned first = bed_add(bed, "segv app/a at=1s"), second = bed_add(bed, "abort app/a at=1s");

	bed_run(bed, 2 * RT_SECOND);
	assert_int_equal(bed_fired(bed, first), 1);
	assert_int_equal(bed_fired(bed, second), 1);
	assert_int_equal(bed_count(bed, "exit", "app/a"), 2);
	assert_string_equal(bed_event(bed, "exit", "app/a", 1)->reason, "{signal,segv}");
	assert_string_equal(bed_event(bed, "exit", "app/a", 2)->reason, "{signal,abrt}");
	assert_int_equal(bed_event(bed, "exit", "app/a", 2)->event.incarnation, 2);
	caused_by_fault(bed, "exit", "app/a", 1);
	caused_by_fault(bed, "exit", "app/a", 2);
}

static void nothing_strikes_who_is_about_to_crash_for_real(void **state)
{
	struct bed *bed = *state;

	/* At the prompt nothing comes to rest in between. */
	assert_int_equal(bed_input(bed, "segv app/a"), 1);
	assert_int_equal(bed_input(bed, "segv app/a"), 0);
	assert_int_equal(bed_input(bed, "crash app/a"), 0);
	assert_int_equal(bed_input(bed, "kill app/*"), 6);
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "exit", "app/a"), 1);
	assert_int_equal(bed_input(bed, "crash app/a"), 1);
}

static void two_harms_that_end_nobody_come_one_after_the_other(void **state)
{
	struct bed *bed = *state;
	unsigned first = bed_add(bed, "leak app/a at=1s"), second = bed_add(bed, "leak app/a at=1s");
	unsigned third = bed_add(bed, "ill app/a at=1s");

	bed_run(bed, 2 * RT_SECOND);
	assert_int_equal(bed_fired(bed, first) + bed_fired(bed, second) + bed_fired(bed, third), 3);
	assert_int_equal(bed_count(bed, "exit", "app/a"), 1);
}

static void a_real_crash_of_the_hung_waits_and_a_kill_does_not(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "hang app/a");
	assert_int_equal(bed_input(bed, "segv app/a"), 1);
	assert_int_equal(bed_input(bed, "segv app/a"), 0);
	bed_run(bed, RT_SECOND);
	assert_int_equal(bed_count(bed, "exit", "app/a"), 0);
	assert_int_equal(bed_input(bed, "kill app/a"), 1);
	bed_run(bed, RT_SECOND);
	assert_string_equal(bed_event(bed, "exit", "app/a", 1)->reason, "killed");
}

static void a_stop_is_orderly(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "stop app/group reason=boom"), 1);
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "exit", "app/group/third", 1)->reason, "shutdown");
	assert_string_equal(bed_event(bed, "exit", "app/group", 1)->reason, "boom");
	assert_int_equal(bed_restarts(bed, "app/group/third"), 1);
}

static void flags_are_set(void **state)
{
	struct bed *bed = *state;
	struct rt_actor_info info;

	assert_int_equal(bed_input(bed, "set app/group strategy=one_for_all intensity=7 period=9s"), 1);
	caused_by_fault(bed, "set", "app/group", 1);
	assert_int_equal(rt_actor(bed->rt, bed_actor(bed, "app/group"), &info), RT_OK);
	assert_int_equal(info.strategy, RT_ONE_FOR_ALL);
	assert_int_equal(info.intensity, 7);
	assert_int_equal(info.period_s, 9);
	bed_input(bed, "crash app/group/third");
	bed_run(bed, 0);
	assert_int_equal(bed_restarts(bed, "app/group/first"), 1);
	/* A pool is one for ever. */
	assert_int_equal(bed_input(bed, "set app/pool strategy=one_for_all"), 0);
	assert_int_equal(bed_input(bed, "set app/pool auto_shutdown=any_significant"), 0);
	assert_int_equal(bed_input(bed, "set app/pool intensity=3"), 1);
}

static void requests_are_answered(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "terminate_child app child=a");
	bed_input(bed, "restart_child app child=a");
	bed_input(bed, "delete_child app child=a");
	bed_input(bed, "terminate_child app child=nobody");
	bed_input(bed, "start_child app child=e restart=temporary shutdown=brutal_kill trap_exit=true");
	bed_input(bed, "start_child app child=e");
	bed_run(bed, 0);
	assert_string_equal(bed_event(bed, "result", "app", 1)->text, "ok");
	assert_string_equal(bed_event(bed, "result", "app", 2)->text, "{ok,pid}");
	assert_string_equal(bed_event(bed, "result", "app", 3)->text, "{error,running}");
	assert_string_equal(bed_event(bed, "result", "app", 4)->text, "{error,not_found}");
	assert_string_equal(bed_event(bed, "result", "app", 5)->text, "{ok,pid}");
	assert_string_equal(bed_event(bed, "result", "app", 6)->text, "{error,{already_started,pid}}");
	assert_true(bed_alive(bed, "app/e"));
	bed_input(bed, "crash app/e");
	bed_run(bed, 0);
	assert_false(bed_alive(bed, "app/e"));
	/* Only a pool can name its child, and only a live supervisor can be asked. */
	assert_int_equal(bed_input(bed, "start_child app"), 0);
	assert_int_equal(bed_input(bed, "start_child app/gone child=x"), 0);
}

static void a_pool_numbers_its_children_and_knows_them_by_handle(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "start_child app/pool child=7");
	bed_run(bed, 0);
	/* Two at once: neither is there yet when the other is asked for. */
	bed_input(bed, "start_child app/pool");
	bed_input(bed, "start_child app/pool");
	bed_input(bed, "start_child app/pool child=alice");
	bed_run(bed, 0);
	assert_true(bed_alive(bed, "app/pool/7"));
	assert_true(bed_alive(bed, "app/pool/8"));
	assert_true(bed_alive(bed, "app/pool/9"));
	assert_true(bed_alive(bed, "app/pool/alice"));
	bed_input(bed, "terminate_child app/pool child=8");
	bed_input(bed, "terminate_child app/pool child=nobody");
	bed_input(bed, "restart_child app/pool child=9");
	bed_run(bed, 0);
	assert_false(bed_alive(bed, "app/pool/8"));
	assert_string_equal(bed_event(bed, "result", "app/pool", 5)->text, "ok");
	assert_string_equal(bed_event(bed, "result", "app/pool", 6)->text, "{error,simple_one_for_one}");
	assert_string_equal(bed_event(bed, "result", "app/pool", 7)->text, "{error,simple_one_for_one}");
	/* What has been asked for by its number is counted, too; other keys are no numbers. */
	bed_input(bed, "start_child app/pool child=20");
	bed_input(bed, "start_child app/pool child=30x");
	bed_input(bed, "start_child app/pool child=2000000000");
	bed_input(bed, "start_child app/pool");
	bed_run(bed, 0);
	assert_true(bed_alive(bed, "app/pool/21"));
	/* A new pool begins anew. */
	bed_input(bed, "kill app/pool");
	bed_run(bed, 0);
	bed_input(bed, "start_child app/pool");
	bed_run(bed, 0);
	assert_true(bed_alive(bed, "app/pool/1"));
}

static void heal_is_an_action_like_any_other(void **state)
{
	struct bed *bed = *state;
	unsigned heal = bed_add(bed, "heal app/* at=5s");

	bed_input(bed, "hang app/a");
	bed_input(bed, "hang app/b");
	bed_input(bed, "ignore_shutdown app/b");
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_fired(bed, heal), 1);
	assert_int_equal(bed_count(bed, "fault_healed", "app/a"), 1);
	assert_int_equal(bed_count(bed, "fault_healed", "app/b"), 2);
	assert_int_equal(bed_event(bed, "resume", "app/b", 1)->event.t, 5 * RT_SECOND);
	assert_int_equal(bed_input(bed, "heal **"), 0);
}

static void heal_everything(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "hang app/*");
	bed_input(bed, "ignore_shutdown app/group/*");
	bed_input(bed, "init_fail app/group/first times=0");
	assert_int_equal(inj_plan_heal(bed->plan, "app/group/**", 1), 4);
	assert_int_equal(inj_plan_heal(bed->plan, NULL, 1), 5);
	assert_int_equal(inj_plan_heal(bed->plan, NULL, 1), 0);
	assert_int_equal(bed_count(bed, "resume", "**"), 5);
	assert_int_equal(bed_event(bed, "fault_healed", "app/a", 1)->event.cause, 1);
	bed_input(bed, "crash app/group/first");
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "start_failed", "**"), 0);
}

static void thousands_of_lasting_faults_come_and_go(void **state)
{
	struct bed *bed = *state;

	for (unsigned i = 0; i < 300; i++)
		bed_input(bed, "start_child app/pool");
	bed_run(bed, 0);
	for (rt_time t = 1; t <= 10; t++) {
		assert_int_equal(bed_input(bed, "hang app/pool/* duration=2s"), 300);
		bed_input(bed, "kill app/pool/* mode=fixed-percent value=50");
		bed_run(bed, 3 * t * RT_SECOND);
		assert_int_equal(bed_count(bed, "resume", "app/pool/*"), (size_t)(150 * t));
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void slow_init_makes_the_next_starts_take_time(void **state)
{
	struct bed *bed = *state;
	const struct bed_event *ready;

	assert_int_equal(bed_input(bed, "slow_init app/a by=2s times=2 skip=1"), 1);
	bed_input(bed, "crash app/a");
	bed_run(bed, 0);
	assert_int_equal(bed_count(bed, "ready", "app/a"), 0);
	for (unsigned i = 0; i < 3; i++) {
		bed_input(bed, "crash app/a");
		bed_run(bed, (i + 1) * 5 * RT_SECOND);
	}
	assert_int_equal(bed_count(bed, "ready", "app/a"), 2);
	assert_int_equal(bed_event(bed, "ready", "app/a", 1)->event.t, 2 * RT_SECOND);
	ready = bed_event(bed, "ready", "app/a", 2);
	assert_int_equal(ready->event.t, 7 * RT_SECOND);
	/* The fault led to this start, and what led to that is what led to the fault. */
	assert_int_equal(ready->event.cause, bed_event(bed, "start", "app/a", 3)->event.seq);
	caused_by_fault(bed, "start", "app/a", 3);
	assert_int_equal(bed_event(bed, "fault_fired", "app/a", 5)->event.cause,
			 bed_event(bed, "restart", "app/a", 3)->event.seq);
	assert_int_equal(bed_fired(bed, 0), 2);
	assert_false(inj_plan_info(bed->plan, 0).armed);
	assert_int_equal(inj_plan_info(bed->plan, 0).holding, 0);
}

static void slow_inits_add_up(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "slow_init app/a");
	bed_input(bed, "slow_init app/* by=500ms");
	bed_input(bed, "crash app/a");
	bed_run(bed, 9 * RT_SECOND);
	assert_int_equal(bed_event(bed, "ready", "app/a", 1)->event.t, 1500 * RT_MS);
}

static void slow_init_ends_with_its_duration_or_a_heal(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "slow_init app/a times=0 duration=5s");
	bed_input(bed, "slow_init app/b");
	assert_int_equal(bed_input(bed, "heal app/b"), 1);
	bed_input(bed, "crash app/b");
	bed_run(bed, 4500 * RT_MS);
	bed_input(bed, "crash app/a");
	/* Healed or over: a start that has begun is as long as it is. */
	bed_run(bed, 5500 * RT_MS);
	assert_int_equal(bed_event(bed, "ready", "app/a", 1)->event.t, 5500 * RT_MS);
	bed_input(bed, "crash app/a");
	bed_run(bed, 9 * RT_SECOND);
	assert_int_equal(bed_count(bed, "ready", "**"), 1);
}

static void slow_init_waits_for_who_is_not_there_yet(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(bed_input(bed, "slow_init app/pool/* by=3s times=2"), 0);
	for (unsigned i = 0; i < 3; i++)
		bed_input(bed, "start_child app/pool");
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_event(bed, "result", "app/pool", 1)->event.t, 3 * RT_SECOND);
	assert_int_equal(bed_event(bed, "result", "app/pool", 2)->event.t, 6 * RT_SECOND);
	assert_int_equal(bed_event(bed, "result", "app/pool", 3)->event.t, 6 * RT_SECOND);
}

static void slow_init_is_for_workers_whose_start_succeeds(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "slow_init app/** by=1s times=1");
	bed_input(bed, "init_fail app/group/first");
	bed_input(bed, "kill app/group");
	bed_run(bed, 9 * RT_SECOND);
	/* The supervisor's own start and the one that failed were no chances for it. */
	assert_int_equal(bed_count(bed, "ready", "**"), 1);
	assert_int_equal(bed_event(bed, "ready", "app/group/first", 1)->event.t, RT_SECOND);
}

static void who_is_starting_can_be_struck(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "slow_init app/a by=2s");
	bed_input(bed, "crash app/a");
	bed_run(bed, RT_SECOND);
	/* Killed in its start: tried again at once, not slow any more. */
	assert_int_equal(bed_input(bed, "kill app/a"), 1);
	bed_run(bed, RT_SECOND);
	assert_string_equal(bed_event(bed, "start_error", "app/a", 1)->reason, "killed");
	assert_int_equal(bed_restarts(bed, "app/a"), 2);
	bed_input(bed, "slow_init app/b by=2s");
	bed_input(bed, "crash app/b");
	bed_run(bed, RT_SECOND);
	/* Hung in its start: its supervisor waits until it is healed. */
	assert_int_equal(bed_input(bed, "hang app/b duration=10s"), 1);
	bed_input(bed, "crash app/c");
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_event(bed, "ready", "app/b", 1)->event.t, 11 * RT_SECOND);
	assert_int_equal(bed_event(bed, "start", "app/c", 1)->event.t, 11 * RT_SECOND);
}

static void real_harm_waits_for_the_end_of_a_start(void **state)
{
	struct bed *bed = *state;

	bed_input(bed, "slow_init app/a by=2s");
	bed_input(bed, "crash app/a");
	bed_run(bed, RT_SECOND);
	assert_int_equal(bed_input(bed, "segv app/a"), 1);
	bed_run(bed, 9 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 2)->event.t, 2 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 2)->event.detail, RT_EXIT_PLAIN);
	assert_int_equal(bed_count(bed, "start_error", "app/a"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(crash_and_exit_end_a_worker_by_itself),
		test(kill_ends_whatever_it_is),
		test(a_signal_from_a_stranger_may_be_trapped),
		test(send_fills_a_mailbox),
		test(hang_ends_with_its_duration_or_a_heal_or_the_process),
		test(ignore_shutdown_stays_whoever_works_there),
		test(ignore_shutdown_does_not_stop_a_kill_nor_the_end_of_the_supervisor),
		test(init_fail_fails_the_next_starts),
		test(init_fail_ends_with_its_duration_or_a_heal),
		test(init_fail_waits_for_who_is_not_there_yet),
		test(init_fail_of_a_few_that_a_mode_picks),
		test(init_fail_with_a_probability_lies_in_wait_from_the_beginning),
		test(init_fail_may_be_opened_again_and_again),
		test(slow_init_makes_the_next_starts_take_time),
		test(slow_inits_add_up),
		test(slow_init_ends_with_its_duration_or_a_heal),
		test(slow_init_waits_for_who_is_not_there_yet),
		test(slow_init_is_for_workers_whose_start_succeeds),
		test(who_is_starting_can_be_struck),
		test(real_harm_waits_for_the_end_of_a_start),
		test(a_real_crash_at_the_instant_of_another_strikes_who_comes_after),
		test(nothing_strikes_who_is_about_to_crash_for_real),
		test(two_harms_that_end_nobody_come_one_after_the_other),
		test(a_real_crash_of_the_hung_waits_and_a_kill_does_not),
		test(a_stop_is_orderly),
		test(flags_are_set),
		test(requests_are_answered),
		test(a_pool_numbers_its_children_and_knows_them_by_handle),
		test(heal_is_an_action_like_any_other),
		test(heal_everything),
		test(thousands_of_lasting_faults_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
