/* test_rules_slow_starts.c - chapter 20 of docs/supervision.md: starts that take time. */
#include "tests/support/work.h"

#include "runtime/core.h"

/* A tree whose workers start at once, with the events of that looked at; starts at `path` take a while now.
 */
static struct fixture *tree_with_slow(const struct rt_child *root, const char *path, int64_t ms)
{
	struct fixture *f = start_tree(root);

	slow_start(f, path, ms);
	return f;
}

/* The same from the first start on. */
static struct fixture *slow_tree(const struct rt_child *root, const char *path, int64_t ms)
{
	struct rt_config config = { .seed = 7 };
	struct fixture *f = fixture_new(&config);

	slow_start(f, path, ms);
	begin_tree(f, root);
	return f;
}

static enum rt_life life(const struct fixture *f, const char *path)
{
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, pid(f, path), &info), RT_OK);
	return info.life;
}

static void send(struct fixture *f, const char *path)
{
	assert_int_equal(rt_send(f->rt, pid(f, path), &(struct rt_msg){ .tag = 1 }), RT_OK);
}

static uint64_t handled(const struct fixture *f, const char *path)
{
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, pid(f, path), &info), RT_OK);
	return info.handled;
}

/* --- 20.1 the worker ----------------------------------------------------------------------------------- */

TEST(rule_20_1_it_is_there_and_starting_until_its_time_is_over)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 2000);

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	assert_int_equal(life(f, "app/a"), RT_STARTING);
	wait_ms(f, 1999);
	assert_events(f, "");
	assert_int_equal(life(f, "app/a"), RT_STARTING);
	wait_ms(f, 1);
	assert_events(f, "ready app/a");
	assert_int_equal(life(f, "app/a"), RT_ALIVE);
	assert_int_equal(rt_now(f->rt), 2000 * RT_MS);
	assert_int_equal(f->rt->timers.entries.live, 1); /* the supervisor's */
	fixture_free(f);
}

TEST(rule_20_1_messages_wait_until_it_is_up)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	settle(f);
	send(f, "app/a");
	send(f, "app/a");
	wait_ms(f, 499);
	assert_int_equal(handled(f, "app/a"), 0);
	wait_ms(f, 1);
	assert_int_equal(handled(f, "app/a"), 2);
	fixture_free(f);
}

TEST(rule_20_1_its_first_message_comes_when_it_is_ready)
{
	struct fixture *f = slow_tree(
		&ONE_FOR_ONE("app",
			     CHILDREN(DOES("source", "load", (TO("to", "app/db"), NUMBER("rate", 100))),
				      DOES("server", "db", ()))),
		"app/load", 500);

	wait_ms(f, 500);
	assert_work(f, "app/db", "offered 0");
	wait_ms(f, 105);
	assert_work(f, "app/db", "offered 10, served 10");
	fixture_free(f);
}

TEST(rule_20_1_requests_to_it_wait_and_those_to_any_child_go_to_others)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE(
			"app",
			CHILDREN(ONE_FOR_ONE("s", CHILDREN(DOES("server", "a", ()), DOES("server", "b", ()))),
				 DOES("source", "one", (TO("to", "app/s/a"), NUMBER("rate", 100))),
				 DOES("source", "any", (TO("to", "app/s"), NUMBER("rate", 100))))),
		"app/s/a", 1000);

	wait_ms(f, 105);
	crash(f, "app/s/a", "boom");
	wait_ms(f, 500);
	assert_work(f, "app/s/a", "offered 60, served 10, in flight 50");
	assert_work(f, "app/s", "offered 60, served 60");
	wait_ms(f, 500);
	assert_work(f, "app/s/a", "offered 110, served 110");
	fixture_free(f);
}

static void strike(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	(void)ctx, (void)state, (void)size, (void)code;
	rt_self_exit(self, rt_self_atom(self, "struck"));
}

TEST(rule_20_1_what_is_done_in_its_place_waits_too)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);
	struct rt_hooks hooks = f->rt->hooks;

	hooks.inside = strike;
	rt_hooks_set(f->rt, &hooks);
	crash(f, "app/a", "boom");
	look_away(f);
	assert_int_equal(rt_inside(f->rt, pid(f, "app/a"), 0), RT_OK);
	assert_events(f, "");
	wait_ms(f, 500);
	assert_events(f,
		      "ready app/a; exit app/a struck; child_terminated app/a struck; give_up app of app/a; "
		      "exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_1_only_a_start_that_succeeds_takes_time)
{
	struct fixture *f = slow_tree(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a", STARTS(IGNORE(1), FAIL(1, "no"), OK(1))),
				      ONE_FOR_ONE("s", CHILDREN(WORKER("w"))))),
		"app/a", 500);

	slow_start(f, "app/s", 500); /* a supervisor's own start is as long as its children's */
	assert_events(f, "start app; start_ignored app/a; start app/s; start app/s/w");
	assert_text(ask(f, "restart_child app a"), "{error,no}");
	kill_actor(f, "app/s");
	look_away(f);
	assert_int_equal(rt_deadline(f->rt), RT_FOREVER);
	unsigned started = request(f, "restart_child app a");

	assert_text(reply(f, started), "");
	wait_ms(f, 500);
	assert_text(reply(f, started), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_20_1_a_start_that_takes_for_ever_is_waited_for)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a",
					   RT_FOREVER / RT_MS);

	wait_ms(f, 1000);
	crash(f, "app/a", "boom");
	look_away(f);
	assert_int_equal(rt_deadline(f->rt), RT_FOREVER);
	wait_ms(f, 1000000);
	assert_events(f, "");
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/a killed");
	fixture_free(f);
}

TEST(rule_20_1_it_stops_in_its_own_way_afterwards)
{
	struct fixture *f =
		slow_tree(&ONE_FOR_ONE("app", CHILDREN(SLOW("a", 300), WORKER("b"))), "app/a", 200);

	slow_start(f, "app/b", 100);
	wait_ms(f, 300);
	assert_text(start_result(f), "{ok,pid}");
	look_away(f);
	assert_int_equal(f->rt->timers.entries.live, 2); /* b needs its own no more */
	shutdown_tree(f);
	wait_ms(f, 299);
	assert_events(f, "exit app/b shutdown");
	wait_ms(f, 1);
	assert_events(f, "exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_1_without_memory_for_its_time_the_start_fails)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);
	uint32_t actors, timers;

	assert_text(ask(f, "terminate_child app a"), "ok");
	look_away(f);
	actors = f->rt->actors.live;
	timers = f->rt->timers.entries.live;
	for (uint64_t nth = 1;; nth++) {
		unsigned started = request(f, "restart_child app a");

		rt_fail_nth(f->rt, nth);
		settle(f);
		if (!rt_fail_fired(f->rt)) {
			assert_true(nth > 2); /* the actor, its state, its timer */
			assert_int_equal(f->rt->timers.entries.live, timers + 1);
			break;
		}
		assert_text(reply(f, started), "{error,system_limit}");
		assert_events(f, "start_failed app/a system_limit");
		assert_int_equal(f->rt->actors.live, actors);
		assert_int_equal(f->rt->timers.entries.live, timers);
	}
	rt_fail_nth(f->rt, 0);
	fixture_free(f);
}

/* --- 20.2 its supervisor ------------------------------------------------------------------------------- */

TEST(rule_20_2_later_children_of_the_list_wait)
{
	struct fixture *f = slow_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))),
				      "app/b", 700);

	assert_events(f, "start app; start app/a; start app/b");
	assert_text(start_result(f), "");
	wait_ms(f, 699);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "ready app/b; start app/c");
	assert_text(start_result(f), "{ok,pid}");
	fixture_free(f);
}

TEST(rule_20_2_slow_starts_add_up)
{
	struct fixture *f =
		slow_tree(&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b"))),
						       WORKER("c"))),
			  "app/s/a", 100);

	slow_start(f, "app/s/b", 200);
	wait_ms(f, 299);
	assert_int_equal(life(f, "app/s"), RT_STARTING);
	assert_events(f, "start app; start app/s; start app/s/a; ready app/s/a; start app/s/b");
	wait_ms(f, 1);
	assert_events(f, "ready app/s/b; start app/c");
	assert_int_equal(life(f, "app/s"), RT_ALIVE);
	fixture_free(f);
}

TEST(rule_20_2_exits_of_others_wait)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"))), "app/a", 2000);

	crash(f, "app/a", "boom");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a");
	wait_ms(f, 500);
	crash(f, "app/b", "bang");
	assert_events(f, "exit app/b bang");
	wait_ms(f, 1499);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "ready app/a; child_terminated app/b bang; start app/b");
	fixture_free(f);
}

TEST(rule_20_2_requests_wait)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 300);

	crash(f, "app/a", "boom");
	settle(f);
	unsigned asked = request(f, "which_children app");
	unsigned stopped = request(f, "terminate_child app a");

	wait_ms(f, 299);
	assert_text(reply(f, asked), "");
	wait_ms(f, 1);
	assert_text(reply(f, asked), "a running");
	assert_text(reply(f, stopped), "ok");
	fixture_free(f);
}

TEST(rule_20_2_one_for_all_starts_the_next_when_it_is_up)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ALL("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))), "app/b", 400);

	crash(f, "app/c", "boom");
	assert_events(f, "exit app/c boom; child_terminated app/c boom; exit app/b shutdown; "
			 "exit app/a shutdown; start app/a; start app/b");
	wait_ms(f, 400);
	assert_events(f, "ready app/b; start app/c");
	fixture_free(f);
}

TEST(rule_20_2_a_member_that_dies_meanwhile_is_seen_afterwards)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ALL("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))), "app/b",
		400);

	crash(f, "app/c", "boom");
	wait_ms(f, 200);
	slow_start(f, "app/b", 0);
	crash(f, "app/a", "bang");
	look_away(f);
	wait_ms(f, 200);
	assert_events(f, "ready app/b; start app/c; child_terminated app/a bang; exit app/c shutdown; "
			 "exit app/b shutdown; start app/a; start app/b; start app/c");
	fixture_free(f);
}

TEST(rule_20_2_rest_for_one_starts_the_next_when_it_is_up)
{
	struct fixture *f = tree_with_slow(
		&REST_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))), "app/b", 400);

	crash(f, "app/b", "boom");
	assert_events(f, "exit app/b boom; child_terminated app/b boom; exit app/c shutdown; start app/b");
	wait_ms(f, 400);
	assert_events(f, "ready app/b; start app/c");
	fixture_free(f);
}

TEST(rule_20_2_who_asked_for_a_start_is_answered_when_it_is_up)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/b", 300);
	unsigned started = request_start(f, "app", &WORKER("b"));

	wait_ms(f, 299);
	assert_text(reply(f, started), "");
	wait_ms(f, 1);
	assert_text(reply(f, started), "{ok,pid}");
	assert_text(ask(f, "terminate_child app b"), "ok");
	started = request(f, "restart_child app b");
	wait_ms(f, 299);
	assert_text(reply(f, started), "");
	wait_ms(f, 1);
	assert_text(reply(f, started), "{ok,pid}");
	assert_children(f, "app", "a running; b running");
	fixture_free(f);
}

TEST(rule_20_2_a_pool_starts_one_child_at_a_time)
{
	struct fixture *f = tree_with_slow(&POOL("app", WORKER(NULL)), "app/1", 300);
	unsigned one = request(f, "start_child app 1"), two = request(f, "start_child app 2");

	assert_events(f, "start app/1");
	wait_ms(f, 300);
	assert_text(reply(f, one), "{ok,pid}");
	assert_text(reply(f, two), "{ok,pid}");
	assert_events(f, "ready app/1; start app/2");
	crash(f, "app/1", "boom");
	crash(f, "app/2", "boom");
	assert_events(f, "exit app/1 boom; exit app/2 boom; child_terminated app/1 boom; start app/1");
	wait_ms(f, 300);
	assert_events(f,
		      "ready app/1; child_terminated app/2 boom; give_up app of app/2; exit app/1 shutdown; "
		      "exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_2_restarts_that_were_held_up_are_counted_when_they_are_done)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .period_s = 1, CHILDREN(WORKER("a"), WORKER("b"))), "app/a", 2500);

	crash(f, "app/a", "boom");
	settle(f);
	crash(f, "app/b", "bang");
	look_away(f);
	/* At the same moment they would be one too many. */
	wait_ms(f, 2500);
	assert_events(f, "ready app/a; child_terminated app/b bang; start app/b");
	fixture_free(f);
}

/* --- 20.3 an end before ----------------------------------------------------------------------------------
 */

TEST(rule_20_3_an_end_in_the_first_start_ends_the_supervisors_own)
{
	struct fixture *f = slow_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))),
				      "app/b", 700);

	wait_ms(f, 300);
	crash(f, "app/b", "boom");
	assert_events(f, "start app; start app/a; start app/b; exit app/b boom; start_error app/b boom; "
			 "exit app/a shutdown; exit app {shutdown,{failed_to_start_child,b,boom}}");
	assert_text(start_result(f), "{error,{shutdown,{failed_to_start_child,b,boom}}}");
	wait_ms(f, 1000);
	assert_events(f, "");
	fixture_free(f);
}

TEST(rule_20_3_an_end_in_a_restart_is_retried_and_counts)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	wait_ms(f, 200);
	kill_actor(f, "app/a");
	assert_events(f, "exit app/a boom; child_terminated app/a boom; start app/a; exit app/a killed; "
			 "start_error app/a killed; start app/a");
	assert_int_equal(restarts_in_window(f, "app"), 2);
	assert_int_equal(count_events(f, RT_EV_CHILD_TERMINATED, "app/a"), 1);
	wait_ms(f, 500);
	assert_events(f, "ready app/a");
	crash(f, "app/a", "again");
	assert_events(f, "exit app/a again; child_terminated app/a again; give_up app of app/a; "
			 "exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_3_any_reason_is_a_failure)
{
	static const char *const reasons[] = { "normal", "shutdown", "{shutdown,x}" };
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(TRANSIENT_WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	for (unsigned i = 0; i < 3; i++) {
		char expected[200];

		crash(f, "app/a", reasons[i]);
		snprintf(expected, sizeof expected, "exit app/a %s; start_error app/a %s; start app/a",
			 reasons[i], reasons[i]);
		assert_events(f, expected);
	}
	wait_ms(f, 500);
	assert_children(f, "app", "a running");
	fixture_free(f);
}

TEST(rule_20_3_in_a_group_those_behind_it_stay_down_until_the_retry)
{
	struct fixture *f = tree_with_slow(
		&REST_FOR_ONE("app", .intensity = 2, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))),
		"app/b", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	wait_ms(f, 100);
	crash(f, "app/b", "no");
	assert_events(f, "exit app/b no; start_error app/b no; start app/b");
	assert_children(f, "app", "a running; b running; c undefined");
	wait_ms(f, 500);
	assert_events(f, "ready app/b; start app/c");
	fixture_free(f);
}

TEST(rule_20_3_a_request_is_told_and_nothing_is_kept)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/b", 300);
	unsigned started = request_start(f, "app", &WORKER("b"));

	settle(f);
	kill_actor(f, "app/b");
	assert_text(reply(f, started), "{error,{killed,child}}");
	assert_children(f, "app", "a running");
	assert_events(f, "start app/b; exit app/b killed");
	slow_start(f, "app/a", 300);
	assert_text(ask(f, "terminate_child app a"), "ok");
	started = request(f, "restart_child app a");
	settle(f);
	crash(f, "app/a", "no");
	assert_text(reply(f, started), "{error,no}");
	assert_children(f, "app", "a undefined");
	wait_ms(f, 1000);
	assert_events(f, "exit app/a shutdown; start app/a; exit app/a no");
	fixture_free(f);
}

TEST(rule_20_3_in_a_pool)
{
	struct fixture *f = tree_with_slow(&POOL("app", WORKER(NULL), .intensity = 3), "app/1", 300);
	unsigned started = request(f, "start_child app 1");

	settle(f);
	crash(f, "app/1", "no");
	assert_text(reply(f, started), "{error,no}");
	assert_children(f, "app", "");
	started = request(f, "start_child app 1");
	wait_ms(f, 300);
	assert_text(reply(f, started), "{ok,pid}");
	look_away(f);
	crash(f, "app/1", "boom");
	settle(f);
	crash(f, "app/1", "no");
	assert_events(f, "exit app/1 boom; child_terminated app/1 boom; start app/1; exit app/1 no; "
			 "start_error app/1 no; start app/1");
	wait_ms(f, 300);
	assert_children(f, "app", "1 running");
	fixture_free(f);
}

TEST(rule_20_3_significant_or_not_it_is_only_a_failed_start)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 5, .auto_shutdown = RT_ANY_SIGNIFICANT,
			     CHILDREN(TRANSIENT_WORKER("a", .significant = true))),
		"app/a", 500);

	crash(f, "app/a", "boom");
	settle(f);
	crash(f, "app/a", "normal");
	wait_ms(f, 500);
	assert_children(f, "app", "a running");
	fixture_free(f);
}

/* --- 20.4 orders from above ------------------------------------------------------------------------------
 */

TEST(rule_20_4_the_order_to_stop_waits)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	shutdown_tree(f);
	wait_ms(f, 499);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "ready app/a; exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_4_in_its_own_start_too)
{
	struct fixture *f = slow_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))), "app/a", 500);

	shutdown_tree(f);
	wait_ms(f, 499);
	assert_events(f, "start app; start app/a");
	wait_ms(f, 1);
	/* First it is up, then it obeys. */
	assert_text(start_result(f), "{ok,pid}");
	assert_events(
		f, "ready app/a; start app/b; exit app/b shutdown; exit app/a shutdown; exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_4_a_parent_with_less_patience_kills)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", .shutdown_ms = 300,
							 CHILDREN(WORKER("a"), WORKER("b"))))),
		"app/s/a", 1000);

	crash(f, "app/s/a", "boom");
	wait_ms(f, 200);
	look_away(f);
	unsigned stopped = request(f, "terminate_child app s");

	wait_ms(f, 299);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "exit app/s killed; exit app/s/b killed; exit app/s/a killed; "
			 "shutdown_error app/s killed");
	assert_text(reply(f, stopped), "ok");
	fixture_free(f);
}

TEST(rule_20_4_an_orphan_that_traps_comes_up_first)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true), WORKER("b"))), "app/a", 500);

	crash(f, "app/a", "boom");
	settle(f);
	send(f, "app/a");
	look_away(f);
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/b killed");
	assert_int_equal(rt_alive(f->rt), 1);
	wait_ms(f, 500);
	assert_events(f, "ready app/a; exit app/a killed");
	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
}

TEST(rule_20_4_a_supervisor_in_its_own_start_learns_of_its_parents_end_afterwards)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"), WORKER("b"))))),
		"app/s/a", 500);

	kill_actor(f, "app/s");
	look_away(f);
	kill_actor(f, "app");
	assert_events(f, "exit app killed");
	wait_ms(f, 500);
	assert_events(f, "ready app/s/a; start app/s/b; exit app/s/b shutdown; exit app/s/a shutdown; "
			 "exit app/s killed");
	fixture_free(f);
}

TEST(rule_20_4_who_asked_it_for_the_start_is_told_that_it_is_gone)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/b", 300);
	unsigned started = request_start(f, "app", &WORKER("b"));

	settle(f);
	kill_actor(f, "app");
	assert_text(reply(f, started), "{exit,killed}");
	assert_events(f, "start app/b; exit app killed; exit app/b killed; exit app/a killed");
	fixture_free(f);
}

/* --- 20.5 signals, suspension ----------------------------------------------------------------------------
 */

TEST(rule_20_5_a_signal_ends_one_that_does_not_trap)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", .intensity = 5, CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	signal_from_stranger(f, "app/a", "normal");
	assert_events(f, "");
	signal_from_stranger(f, "app/a", "bang");
	assert_events(f, "exit app/a bang; start_error app/a bang; start app/a");
	fixture_free(f);
}

TEST(rule_20_5_it_waits_for_one_that_traps)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", CHILDREN(WORKER("a", .trap_exit = true))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	signal_from_stranger(f, "app/a", "bang");
	signal_from(f, pid(f, "app"), pid(f, "app/a"), "enough");
	wait_ms(f, 499);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "ready app/a; exit app/a enough; child_terminated app/a enough; "
			 "give_up app of app/a; exit app shutdown");
	fixture_free(f);
}

TEST(rule_20_5_links_and_monitors_hold_from_its_first_moment)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))), "app/a",
		500);

	crash(f, "app/a", "boom");
	look_away(f);
	uint32_t messages = f->rt->messages.live;

	assert_int_equal(rt_link(f->rt, pid(f, "app/a"), pid(f, "app/b")), RT_OK);
	assert_int_equal(rt_monitor(f->rt, pid(f, "app/c"), pid(f, "app/a")), RT_OK);
	crash(f, "app/b", "bang");
	assert_events(
		f, "exit app/b bang; exit app/a bang; start_error app/a bang; child_terminated app/b bang; "
		   "start app/b; start app/a");
	assert_int_equal(f->rt->messages.live, messages); /* the notice was taken */
	fixture_free(f);
}

TEST(rule_20_5_who_is_suspended_is_up_when_it_is_resumed)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	wait_ms(f, 200);
	look_away(f);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	wait_ms(f, 700);
	assert_events(f, "");
	assert_int_equal(life(f, "app/a"), RT_STARTING);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/a")), RT_OK);
	assert_events(f, "ready app/a");
	fixture_free(f);
}

TEST(rule_20_5_resumed_in_time_it_is_up_in_time)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	wait_ms(f, 200);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/a")), RT_OK);
	look_away(f);
	wait_ms(f, 299);
	assert_events(f, "");
	wait_ms(f, 1);
	assert_events(f, "ready app/a");
	fixture_free(f);
}

/* --- 20.6 without its link -------------------------------------------------------------------------------
 */

TEST(rule_20_6_without_its_link_it_comes_up_all_the_same)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	wait_ms(f, 500);
	assert_events(f, "ready app/a");
	assert_text(ask(f, "which_children app"), "a running");
	fixture_free(f);
}

TEST(rule_20_6_killed_without_its_link_it_is_waited_for_for_ever)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	kill_actor(f, "app/a");
	unsigned asked = request(f, "count_children app");

	wait_ms(f, 100000);
	assert_events(f, "exit app/a killed");
	assert_text(reply(f, asked), "");
	kill_actor(f, "app");
	assert_events(f, "exit app killed; exit app/b killed");
	assert_text(reply(f, asked), "{exit,killed}");
	assert_int_equal(f->rt->actors.live, 0);
	fixture_free(f);
}

TEST(rule_20_6_a_supervisor_that_is_killed_in_its_start_likewise)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"))))), "app/s/a", 500);

	kill_actor(f, "app/s");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/s"), pid(f, "app"));
	kill_actor(f, "app/s");
	assert_events(f, "exit app/s killed; exit app/s/a killed");
	wait_ms(f, 1000);
	assert_events(f, "");
	kill_actor(f, "app");
	assert_events(f, "exit app killed");
	fixture_free(f);
}

TEST(rule_20_6_what_fails_by_itself_says_so)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 9,
			     CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 0, CHILDREN(WORKER("w"))))),
		"app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	slow_start(f, "app/a", 0);
	crash(f, "app/a", "no");
	assert_events(f, "exit app/a no; start_error app/a no; start app/a");
	slow_start(f, "app/s/w", 500);
	kill_actor(f, "app/s");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/s"), pid(f, "app"));
	slow_start(f, "app/s/w", 0);
	crash(f, "app/s/w", "no");
	assert_events(
		f, "exit app/s/w no; start_error app/s/w no; "
		   "exit app/s {shutdown,{failed_to_start_child,w,no}}; "
		   "start_error app/s {shutdown,{failed_to_start_child,w,no}}; start app/s; start app/s/w");
	fixture_free(f);
}

/* --- 20.7 an end right after ------------------------------------------------------------------------------
 */

/* Step until it is up, and no further. */
static void step_until_up(struct fixture *f, const char *path)
{
	rt_advance(f->rt, rt_deadline(f->rt));
	while (life(f, path) == RT_STARTING)
		assert_int_equal(rt_step(f->rt), RT_OK);
}

TEST(rule_20_7_an_end_right_after_is_no_failed_start)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", .intensity = 5, CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	step_until_up(f, "app/a");
	slow_start(f, "app/a", 0);
	crash(f, "app/a", "bang");
	assert_events(f, "ready app/a; exit app/a bang; child_terminated app/a bang; start app/a");
	fixture_free(f);
}

TEST(rule_20_7_who_asked_gets_its_handle)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/b", 300);
	unsigned started = request_start(f, "app", &TEMPORARY_WORKER("b"));

	settle(f);
	step_until_up(f, "app/b");
	crash(f, "app/b", "normal");
	assert_text(reply(f, started), "{ok,pid}");
	assert_children(f, "app", "a running");
	fixture_free(f);
}

TEST(rule_20_7_of_a_supervisor_too)
{
	struct fixture *f = tree_with_slow(
		&ONE_FOR_ONE("app", .intensity = 5, CHILDREN(ONE_FOR_ONE("s", CHILDREN(WORKER("a"))))),
		"app/s/a", 500);

	kill_actor(f, "app/s");
	look_away(f);
	step_until_up(f, "app/s");
	slow_start(f, "app/s/a", 0);
	kill_actor(f, "app/s");
	assert_events(f,
		      "ready app/s/a; exit app/s killed; exit app/s/a killed; child_terminated app/s killed; "
		      "start app/s; start app/s/a");
	fixture_free(f);
}

TEST(rule_20_7_without_its_link_its_end_is_not_seen)
{
	struct fixture *f = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a", 500);

	crash(f, "app/a", "boom");
	look_away(f);
	rt_unlink(f->rt, pid(f, "app/a"), pid(f, "app"));
	step_until_up(f, "app/a");
	crash(f, "app/a", "bang");
	assert_events(f, "ready app/a; exit app/a bang");
	assert_children(f, "app", "a running");
	assert_text(ask(f, "terminate_child app a"), "ok");
	assert_events(f, "shutdown_error app/a child_process_unlinked");
	fixture_free(f);
}

/* --- what can be seen of it ------------------------------------------------------------------------------
 */

struct watched {
	struct rt_event start, ready, exit;
};

static void watch(void *ctx, const struct rt_event *event, const void *ext)
{
	struct watched *watched = ctx;

	(void)ext;
	if (event->kind == RT_EV_START)
		watched->start = *event;
	if (event->kind == RT_EV_READY)
		watched->ready = *event;
	if (event->kind == RT_EV_EXIT)
		watched->exit = *event;
}

TEST(unit_events_of_a_slow_start)
{
	struct fixture *f =
		tree_with_slow(&ONE_FOR_ONE("app", .intensity = 9, CHILDREN(WORKER("a"))), "app/a", 500);
	struct watched watched = { .start.seq = 0 };

	assert_int_equal(rt_observe(f->rt, watch, &watched), RT_OK);
	crash(f, "app/a", "boom");
	wait_ms(f, 500);
	assert_int_equal(watched.exit.detail, RT_EXIT_PLAIN);
	assert_int_equal(watched.start.a, 1);
	assert_int_not_equal(watched.start.origin, 0);
	assert_int_equal(watched.ready.origin, watched.start.origin);
	assert_int_equal(watched.ready.cause, watched.start.seq);
	assert_int_equal(watched.ready.incarnation, 2);
	assert_true(watched.ready.actor == pid(f, "app/a"));
	crash(f, "app/a", "boom");
	settle(f);
	slow_start(f, "app/a", 0);
	crash(f, "app/a", "no");
	settle(f);
	assert_int_equal(watched.exit.detail, RT_EXIT_STARTING);
	assert_int_equal(watched.start.a, 0);
	fixture_free(f);
}

TEST(unit_the_hash_knows_how_far_a_start_is)
{
	struct fixture *f[2];

	for (unsigned i = 0; i < 2; i++) {
		f[i] = tree_with_slow(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"))), "app/a",
				      i == 0 ? 500 : 501);
		crash(f[i], "app/a", "boom");
		settle(f[i]);
		assert_int_equal(rt_suspend(f[i]->rt, pid(f[i], "app/a")), RT_OK);
	}
	assert_true(rt_state_hash(f[0]->rt) != rt_state_hash(f[1]->rt));
	wait_ms(f[0], 500);
	wait_ms(f[1], 500);
	/* One of them only has to be resumed. */
	assert_true(rt_state_hash(f[0]->rt) != rt_state_hash(f[1]->rt));
	wait_ms(f[0], 100);
	wait_ms(f[1], 100);
	assert_true(rt_state_hash(f[0]->rt) == rt_state_hash(f[1]->rt));
	fixture_free(f[0]);
	fixture_free(f[1]);
}

RUN(cmocka_unit_test(rule_20_1_it_is_there_and_starting_until_its_time_is_over),
    cmocka_unit_test(rule_20_1_messages_wait_until_it_is_up),
    cmocka_unit_test(rule_20_1_its_first_message_comes_when_it_is_ready),
    cmocka_unit_test(rule_20_1_requests_to_it_wait_and_those_to_any_child_go_to_others),
    cmocka_unit_test(rule_20_1_what_is_done_in_its_place_waits_too),
    cmocka_unit_test(rule_20_1_only_a_start_that_succeeds_takes_time),
    cmocka_unit_test(rule_20_1_a_start_that_takes_for_ever_is_waited_for),
    cmocka_unit_test(rule_20_1_it_stops_in_its_own_way_afterwards),
    cmocka_unit_test(rule_20_1_without_memory_for_its_time_the_start_fails),
    cmocka_unit_test(rule_20_2_later_children_of_the_list_wait),
    cmocka_unit_test(rule_20_2_slow_starts_add_up),
    cmocka_unit_test(rule_20_2_exits_of_others_wait),
    cmocka_unit_test(rule_20_2_requests_wait),
    cmocka_unit_test(rule_20_2_one_for_all_starts_the_next_when_it_is_up),
    cmocka_unit_test(rule_20_2_a_member_that_dies_meanwhile_is_seen_afterwards),
    cmocka_unit_test(rule_20_2_rest_for_one_starts_the_next_when_it_is_up),
    cmocka_unit_test(rule_20_2_who_asked_for_a_start_is_answered_when_it_is_up),
    cmocka_unit_test(rule_20_2_a_pool_starts_one_child_at_a_time),
    cmocka_unit_test(rule_20_2_restarts_that_were_held_up_are_counted_when_they_are_done),
    cmocka_unit_test(rule_20_3_an_end_in_the_first_start_ends_the_supervisors_own),
    cmocka_unit_test(rule_20_3_an_end_in_a_restart_is_retried_and_counts),
    cmocka_unit_test(rule_20_3_any_reason_is_a_failure),
    cmocka_unit_test(rule_20_3_in_a_group_those_behind_it_stay_down_until_the_retry),
    cmocka_unit_test(rule_20_3_a_request_is_told_and_nothing_is_kept),
    cmocka_unit_test(rule_20_3_in_a_pool),
    cmocka_unit_test(rule_20_3_significant_or_not_it_is_only_a_failed_start),
    cmocka_unit_test(rule_20_4_the_order_to_stop_waits),
    cmocka_unit_test(rule_20_4_in_its_own_start_too),
    cmocka_unit_test(rule_20_4_a_parent_with_less_patience_kills),
    cmocka_unit_test(rule_20_4_an_orphan_that_traps_comes_up_first),
    cmocka_unit_test(rule_20_4_a_supervisor_in_its_own_start_learns_of_its_parents_end_afterwards),
    cmocka_unit_test(rule_20_4_who_asked_it_for_the_start_is_told_that_it_is_gone),
    cmocka_unit_test(rule_20_5_a_signal_ends_one_that_does_not_trap),
    cmocka_unit_test(rule_20_5_it_waits_for_one_that_traps),
    cmocka_unit_test(rule_20_5_links_and_monitors_hold_from_its_first_moment),
    cmocka_unit_test(rule_20_5_who_is_suspended_is_up_when_it_is_resumed),
    cmocka_unit_test(rule_20_5_resumed_in_time_it_is_up_in_time),
    cmocka_unit_test(rule_20_6_without_its_link_it_comes_up_all_the_same),
    cmocka_unit_test(rule_20_6_killed_without_its_link_it_is_waited_for_for_ever),
    cmocka_unit_test(rule_20_6_a_supervisor_that_is_killed_in_its_start_likewise),
    cmocka_unit_test(rule_20_6_what_fails_by_itself_says_so),
    cmocka_unit_test(rule_20_7_an_end_right_after_is_no_failed_start),
    cmocka_unit_test(rule_20_7_who_asked_gets_its_handle),
    cmocka_unit_test(rule_20_7_of_a_supervisor_too),
    cmocka_unit_test(rule_20_7_without_its_link_its_end_is_not_seen),
    cmocka_unit_test(unit_events_of_a_slow_start),
    cmocka_unit_test(unit_the_hash_knows_how_far_a_start_is))
