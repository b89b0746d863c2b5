/* The plan as a whole: taking in, telling, inputs, and what happens when there is no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/hooks.h"
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

static void an_action_is_copied(void **state)
{
	struct bed *bed = *state;
	unsigned index = bed_add(bed, "exit app/a id=bye reason=gone on.event=exit on.of=app/b");
	struct inj_info info = inj_plan_info(bed->plan, index);

	assert_int_equal(inj_plan_count(bed->plan), 1);
	assert_string_equal(info.action->id, "bye");
	assert_string_equal(info.action->target, "app/a");
	assert_string_equal(info.action->on_event, "exit");
	assert_string_equal(info.action->on_of, "app/b");
	assert_string_equal(info.action->params[0].text, "gone");
	assert_false(info.armed);
	bed_begin(bed);
	assert_true(inj_plan_info(bed->plan, index).armed);
}

static void nothing_fires_before_the_tree_is_up(void **state)
{
	struct bed *bed = *state;

	bed_add(bed, "crash app/a");
	bed_add(bed, "crash app/b after.messages=1");
	bed_add(bed, "crash app/c on.event=exit on.of=app/d");
	bed_add(bed, "init_fail app/d probability=100%");
	bed_input(bed, "send app/b at=1s");
	assert_int_equal(rt_kill(bed->rt, bed_actor(bed, "app/d")), RT_OK);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_count(bed, "message", "app/b"), 1);
	assert_int_equal(bed_count(bed, "exit", "**"), 1);
	assert_true(bed_alive(bed, "app/d"));
}

static void an_input_without_a_trigger_is_done_at_once(void **state)
{
	struct bed *bed = *state;
	struct inj_info info;

	bed_run(bed, 3 * RT_SECOND);
	assert_int_equal(bed_input(bed, "crash app/a"), 1);
	assert_int_equal(bed_count(bed, "exit", "app/a"), 1);
	info = inj_plan_info(bed->plan, 0);
	assert_int_equal(info.fired, 1);
	assert_false(info.armed);
	assert_int_equal(info.last_seq, bed_event(bed, "fault_fired", "app/a", 1)->event.seq);
	assert_true(inj_plan_spent(bed->plan));
}

static void an_input_with_a_trigger_counts_from_now_and_is_its_cause(void **state)
{
	struct bed *bed = *state;

	bed_run(bed, 3 * RT_SECOND);
	assert_int_equal(bed_input(bed, "crash app/a at=2s"), 0);
	assert_int_equal(bed_input(bed, "crash app/b every=2s times=2"), 0);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 5 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/b", 2)->event.t, 7 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_fired", "app/a", 1)->event.cause, bed->event[0].event.seq);
	assert_int_equal(bed_event(bed, "fault_fired", "app/b", 2)->event.cause, bed->event[1].event.seq);
}

/* One with a default, one with a value, and one that draws. */
static void what_is_borrowed_does_what_a_copy_does(void **state)
{
	static const char *const borrowed[] = { "crash app/a at=1s reason=boom", "send app/b at=2s",
						"crash app/group/* at=3s mode=one" };
	struct bed *bed = bed_new(9), *other = bed_new(9);
	struct inj_action actions[3];
	char buf[3][128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		bed_parse(borrowed[i], &actions[i], buf[i], sizeof(buf[i]));
		bed_add(other, borrowed[i]);
	}
	assert_int_equal(inj_plan_borrow(bed->plan, actions, 3), RT_OK);
	assert_int_equal(inj_plan_count(bed->plan), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_ptr_equal(inj_plan_info(bed->plan, i).action, &actions[i]);
	bed_begin(bed);
	bed_begin(other);
	bed_run(bed, 5 * RT_SECOND);
	bed_run(other, 5 * RT_SECOND);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(bed_fired(bed, i), 1);
	assert_true(bed_hash(bed) == bed_hash(other));
	bed_free(bed);
	bed_free(other);
}

static void borrowing_without_memory(void **state)
{
	struct inj_action action;
	char buf[128];
	bool fired = true;

	(void)state;
	bed_parse("send app/a at=1s", &action, buf, sizeof(buf));
	for (uint64_t nth = 1; fired; nth++) {
		struct bed *bed = bed_new(1);

		rt_fail_nth(bed->rt, nth);
		enum rt_status status = inj_plan_borrow(bed->plan, &action, 1);

		fired = rt_fail_fired(bed->rt);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		assert_int_equal(inj_plan_count(bed->plan), !fired);
		bed_free(bed);
		assert_true(nth < 50);
	}
}

/* Its path is found once; another child that comes to be there later is another one all the same. */
static void a_path_that_was_found_once_is_found_again(void **state)
{
	struct bed *bed = *state;

	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(bed_input(bed, "crash app/a"), 1);
		bed_run(bed, RT_SECOND);
	}
	assert_int_equal(bed_restarts(bed, "app/a"), 3);
	bed_input(bed, "start_child app/pool");
	bed_run(bed, RT_SECOND);
	assert_int_equal(bed_input(bed, "crash app/pool/1"), 1);
	bed_run(bed, RT_SECOND);
	bed_input(bed, "terminate_child app/pool child=1");
	bed_run(bed, RT_SECOND);
	bed_input(bed, "start_child app/pool");
	bed_run(bed, RT_SECOND);
	/* The number of its place may be that of the other child now. */
	assert_int_equal(bed_input(bed, "crash app/pool/1"), 0);
	assert_int_equal(bed_input(bed, "crash app/pool/2"), 1);
}

static void at_counts_from_the_begin_wherever_it_is_typed(void **state)
{
	struct bed *bed = *state;

	bed_run(bed, RT_SECOND);
	bed_begin(bed);
	bed_run(bed, 5 * RT_SECOND);
	assert_int_equal(bed_input(bed, "crash app/a at=7s"), 0);
	assert_int_equal(bed_input(bed, "crash app/b at=2s"), 0); /* that is past */
	bed_run(bed, 20 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/a", 1)->event.t, 8 * RT_SECOND);
	assert_int_equal(bed_event(bed, "exit", "app/b", 1)->event.t, 5 * RT_SECOND);
}

static void what_the_clock_brings_has_no_cause(void **state)
{
	struct bed *bed = *state;

	bed_add(bed, "crash app/a at=2s");
	bed_add(bed, "crash app/b every=2s times=1");
	bed_begin(bed);
	bed_run(bed, 10 * RT_SECOND);
	assert_int_equal(bed_event(bed, "fault_fired", "app/a", 1)->event.cause, 0);
	assert_int_equal(bed_event(bed, "fault_fired", "app/b", 1)->event.cause, 0);
	/* And what others did before is not the cause of what comes after. */
	assert_int_equal(bed_event(bed, "exit", "app/b", 1)->event.cause,
			 bed_event(bed, "fault_fired", "app/b", 1)->event.seq);
}

static void one_call_does_one_action(void **state)
{
	struct bed *bed = *state;

	bed_add(bed, "crash app/a");
	bed_add(bed, "crash app/b");
	bed_begin(bed);
	assert_int_equal(inj_plan_do(bed->plan), RT_OK);
	assert_int_equal(bed_count(bed, "exit", "**"), 1);
	assert_int_equal(inj_plan_deadline(bed->plan), rt_now(bed->rt));
	assert_int_equal(inj_plan_do(bed->plan), RT_OK);
	assert_int_equal(bed_count(bed, "exit", "**"), 2);
	assert_int_equal(inj_plan_deadline(bed->plan), RT_FOREVER);
	/* With nothing to do nothing is done. */
	assert_int_equal(inj_plan_do(bed->plan), RT_OK);
	assert_int_equal(bed_count(bed, "exit", "**"), 2);
}

/* --- no memory
 * ------------------------------------------------------------------------------------------------ */

static void making_a_plan_without_memory(void **state)
{
	const struct rt_config config = { .seed = 1 };
	struct inj_plan *plan = NULL;
	bool fired = true;

	(void)state;
	for (uint64_t nth = 1; fired; nth++) {
		struct rt *rt;
		size_t memory;
		enum rt_status status;

		assert_int_equal(rt_new(&config, &rt), RT_OK);
		memory = rt_memory(rt);
		rt_fail_nth(rt, nth);
		status = inj_plan_new(rt, &plan);
		fired = rt_fail_fired(rt);
		assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		if (fired)
			assert_int_equal(rt_memory(rt), memory);
		rt_free(rt);
		assert_true(nth < 100);
	}
}

/* A target that is one path is found without memory, so these are patterns where they strike at once. */
static const char *const lines[] = {
	"crash app/a* reason=a_reason_that_is_new every=1s probability=50% id=one",
	"send app/* every=300ms mode=fixed value=3 count=2",
	"crash app/* probability=20% cooldown=1s",
	"hang app/* every=700ms mode=one duration=1s",
	"ignore_shutdown app/group/* at=1s duration=10s",
	"crash app/group/fir* every=2s",
	"init_fail app/group/* probability=20%",
	"init_fail app/b every=2s duration=1s times=3",
	"slow_init app/group/* by=300ms probability=50%",
	"slow_init app/a every=2s by=1500ms times=3",
	"kill app/*c on.event=exit on.of=app/* times=0 cooldown=2s",
	"start_child app/poo* every=200ms times=20",
	"start_child ap* child=more at=1s worker=server",
	"terminate_child app/poo* child=3 at=3s",
	"set app/gr* strategy=one_for_all at=4s",
	"stop app/gr* at=5s",
	"signal app/pool/* reason=boom every=900ms mode=random-max-percent value=50",
	"heal app/* every=3s",
	"drop app/* probability=20%",
	"duplicate app/group/* every=1s times=5 duration=500ms",
	"delay app/b every=500ms by=300ms",
	"reorder app/* mode=one at=1s times=0 duration=4s",
	"partition app/group from=app/pool at=2s duration=3s",
	"slow app/a every=2s duration=700ms",
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static uint64_t undisturbed(void)
{
	struct bed *bed = bed_new(5);
	uint64_t hash;

	for (size_t i = 0; i < LINES; i++)
		bed_add(bed, lines[i]);
	bed_begin(bed);
	bed_run(bed, 8 * RT_SECOND);
	hash = bed_hash(bed);
	bed_free(bed);
	return hash;
}

static void adding_without_memory_changes_nothing(void **state)
{
	uint64_t hash = undisturbed();

	(void)state;
	for (size_t failing = 0; failing < LINES; failing++) {
		bool fired = true;

		for (uint64_t nth = 1; fired; nth++) {
			struct bed *bed = bed_new(5);

			for (size_t i = 0; i < LINES; i++) {
				if (i == failing) {
					struct inj_action action;
					unsigned index = 77;
					char buf[512];
					enum rt_status status;

					bed_parse(lines[i], &action, buf, sizeof(buf));
					rt_fail_nth(bed->rt, nth);
					status = inj_plan_add(bed->plan, &action, &index);
					fired = rt_fail_fired(bed->rt);
					rt_fail_nth(bed->rt, 0);
					assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
					assert_int_equal(inj_plan_count(bed->plan), i + !fired);
					if (!fired)
						continue;
					assert_int_equal(index, 77);
				}
				bed_add(bed, lines[i]);
			}
			/* The whole run is as if there had been no failure; once per line is enough. */
			if (nth == 1) {
				bed_begin(bed);
				bed_run(bed, 8 * RT_SECOND);
				assert_int_equal(bed_hash(bed), hash);
			}
			bed_free(bed);
			assert_true(nth < 50);
		}
	}
}

/* One call of inj_plan_do() in which the nth allocation fails; then it is tried again. */
static enum rt_status do_twice(struct bed *bed, uint64_t nth, unsigned *failures)
{
	size_t events = bed->count;
	enum rt_status status;

	rt_fail_nth(bed->rt, nth);
	status = inj_plan_do(bed->plan);
	rt_fail_nth(bed->rt, 0);
	/* What was announced and could not be done is not done again. */
	if (status != RT_ENOMEM || bed->count > events)
		return status;
	(*failures)++;
	return inj_plan_do(bed->plan);
}

static enum rt_status run_failing(struct bed *bed, uint64_t nth, unsigned *failures)
{
	const rt_time end = 8 * RT_SECOND;
	enum rt_status status = RT_OK;

	while (status == RT_OK) {
		rt_time next;

		if (inj_plan_pending(bed->plan)) {
			status = do_twice(bed, nth, failures);
			continue;
		}
		status = rt_step(bed->rt);
		if (status != RT_EAGAIN)
			continue;
		status = RT_OK;
		next = inj_plan_deadline(bed->plan);
		if (rt_deadline(bed->rt) > rt_now(bed->rt) && next <= rt_now(bed->rt)) {
			status = do_twice(bed, nth, failures);
			continue;
		}
		if (rt_deadline(bed->rt) < next)
			next = rt_deadline(bed->rt);
		if (next > end)
			next = end;
		if (next == rt_now(bed->rt))
			return RT_OK;
		rt_advance(bed->rt, next);
	}
	return status;
}

static void doing_without_memory_can_be_tried_again(void **state)
{
	uint64_t hash = undisturbed();
	unsigned failures = 0, whole = 0;

	(void)state;
	for (uint64_t nth = 1; nth <= 12; nth++) {
		struct bed *bed = bed_new(5);
		enum rt_status status;

		for (size_t i = 0; i < LINES; i++)
			bed_add(bed, lines[i]);
		bed_begin(bed);
		status = run_failing(bed, nth, &failures);
		if (status == RT_OK) {
			assert_int_equal(bed_hash(bed), hash);
			whole++;
		} else {
			assert_int_equal(status, RT_ENOMEM);
		}
		bed_free(bed);
	}
	assert_true(failures > 20);
	assert_true(whole > 1);
}

/* The nth allocation of the whole run fails, wherever it is.  Whatever comes of it, it comes to an end. */
static void running_without_memory(void **state)
{
	bool fired = true;
	uint64_t step = 1;

	(void)state;
	for (uint64_t nth = 1; fired; nth += step) {
		struct bed *bed = bed_new(5);
		enum rt_status status;

		for (size_t i = 0; i < LINES; i++)
			bed_add(bed, lines[i]);
		bed_begin(bed);
		rt_fail_nth(bed->rt, nth);
		status = bed_try_run(bed, 8 * RT_SECOND);
		assert_true(status == RT_OK || status == RT_ENOMEM);
		fired = rt_fail_fired(bed->rt);
		assert_true(fired || status == RT_OK);
		if (status == RT_ENOMEM)
			assert_int_equal(bed_try_run(bed, 8 * RT_SECOND), RT_OK);
		for (unsigned i = 0; i < inj_plan_count(bed->plan); i++)
			assert_in_range(inj_plan_info(bed->plan, i).fired, 0, 1000);
		bed_free(bed);
		step = 1 + nth / 20;
	}
}

static void an_input_without_memory_is_all_or_nothing(void **state)
{
	static const char *const inputs[] = { "hang app/*", "init_fail app/* times=0",
					      "crash app/a reason=brand_new", "kill app/* mode=one",
					      "hang app/a at=1s",
					      "drop app/* times=0",
					      "partition app/* from=app/group",
					      "slow app/a" };

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		bool fired = true;

		for (uint64_t nth = 1; fired; nth++) {
			struct bed *bed = bed_new(5);
			struct inj_action action;
			char buf[512];
			unsigned targets = 0;
			enum rt_status status;

			bed_parse(inputs[i], &action, buf, sizeof(buf));
			rt_fail_nth(bed->rt, nth);
			status = inj_plan_input(bed->plan, &action, 0, &targets);
			fired = rt_fail_fired(bed->rt);
			assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
			assert_int_equal(inj_plan_count(bed->plan), !fired);
			if (fired) {
				assert_int_equal(bed->count, 0);
				assert_int_equal(inj_plan_heal(bed->plan, NULL, 0), 0);
				assert_true(inj_plan_spent(bed->plan));
			}
			bed_free(bed);
			assert_true(nth < 100);
		}
	}
}

static void memory_does_not_grow_with_time(void **state)
{
	struct bed *bed = *state;
	size_t memory;

	bed_add(bed, "hang app/* every=100ms duration=50ms");
	bed_add(bed, "ignore_shutdown app/* every=100ms duration=50ms");
	bed_add(bed, "init_fail app/* every=100ms duration=50ms");
	bed_add(bed, "send app/a on.event=resume on.of=app/* times=0");
	bed_begin(bed);
	bed_run(bed, 2 * RT_SECOND);
	memory = rt_memory(bed->rt);
	bed->count = 0;
	bed_run(bed, 20 * RT_SECOND);
	assert_in_range(rt_memory(bed->rt), 1, memory + 2000);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_action_is_copied),
		test(nothing_fires_before_the_tree_is_up),
		test(an_input_without_a_trigger_is_done_at_once),
		test(an_input_with_a_trigger_counts_from_now_and_is_its_cause),
		cmocka_unit_test(what_is_borrowed_does_what_a_copy_does),
		cmocka_unit_test(borrowing_without_memory),
		test(a_path_that_was_found_once_is_found_again),
		test(at_counts_from_the_begin_wherever_it_is_typed),
		test(what_the_clock_brings_has_no_cause),
		test(one_call_does_one_action),
		cmocka_unit_test(making_a_plan_without_memory),
		cmocka_unit_test(adding_without_memory_changes_nothing),
		cmocka_unit_test(doing_without_memory_can_be_tried_again),
		cmocka_unit_test(running_without_memory),
		cmocka_unit_test(an_input_without_memory_is_all_or_nothing),
		test(memory_does_not_grow_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
