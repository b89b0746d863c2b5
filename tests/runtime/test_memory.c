/* test_memory.c - the first allocation fails, then the second, and so on until none is left to fail: each
 * time all of a call is done or nothing, and nothing is left over at the end. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

/* What is held, but for what is kept on purpose: words, and the places of the static tree. */
struct held {
	uint32_t actors, records, messages, timers, policies, places;
	size_t heap;
};

static struct held held(const struct fixture *f)
{
	const struct rt *rt = f->rt;

	return (struct held){ rt->actors.live,         rt->records.live,          rt->messages.live,
			      rt->timers.entries.live, rt->policies.entries.live, rt->places.entries.live,
			      rt->region.heap_live };
}

static void assert_held(const struct fixture *f, const struct held *before)
{
	struct held now = held(f);

	assert_int_equal(now.actors, before->actors);
	assert_int_equal(now.records, before->records);
	assert_int_equal(now.messages, before->messages);
	assert_int_equal(now.timers, before->timers);
	assert_int_equal(now.policies, before->policies);
	assert_int_equal(now.places, before->places);
	assert_int_equal(now.heap, before->heap);
}

/* A bit of everything. */
static const struct rt_child mixed = {
	.id = "app",
	.supervisor = true,
	.type = RT_SUPERVISOR,
	.shutdown_ms = RT_SHUTDOWN_INFINITY,
	.strategy = RT_REST_FOR_ONE,
	.intensity = 20,
	.period_s = 5,
	CHILDREN({ .id = "a", .shutdown_ms = 5000 },
		 { .id = "b",
		   .shutdown_ms = 100,
		   .trap_exit = true,
		   .on_shutdown = RT_STOP_DELAY,
		   .stop_delay_ms = 50 },
		 { .id = "c",
		   .restart = RT_TRANSIENT,
		   .trap_exit = true,
		   .on_shutdown = RT_STOP_EXIT,
		   .stop_reason = "a reason of its own",
		   STARTS({ RT_START_OK, 1, NULL }, { RT_START_FAIL, 1, "no" }, { RT_START_OK, 1, NULL }) },
		 { .id = "s",
		   .supervisor = true,
		   .type = RT_SUPERVISOR,
		   .shutdown_ms = RT_SHUTDOWN_INFINITY,
		   .strategy = RT_ONE_FOR_ALL,
		   .intensity = 20,
		   .period_s = 5,
		   CHILDREN({ .id = "x", .shutdown_ms = 5000 }, { .id = "y", .restart = RT_TEMPORARY }) },
		 { .id = "pool",
		   .supervisor = true,
		   .type = RT_SUPERVISOR,
		   .shutdown_ms = RT_SHUTDOWN_INFINITY,
		   .strategy = RT_SIMPLE_ONE_FOR_ONE,
		   .intensity = 20,
		   .period_s = 5,
		   CHILDREN({ .shutdown_ms = 100, .restart = RT_TRANSIENT }) }),
};

/* End the tree, start the smallest one instead, end that too: what is held now is all that may be. */
static void assert_nothing_left(struct fixture *f)
{
	rt_fail_nth(f->rt, 0);
	if (rt_root(f->rt) != RT_NOBODY)
		shutdown_tree(f);
	wait_ms(f, 60000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("end")), RT_OK);
	settle(f);
	shutdown_tree(f);
	settle(f);
	struct held now = held(f);

	assert_int_equal(now.actors + now.records + now.messages + now.timers, 0);
	assert_int_equal(now.policies, 1);
	assert_int_equal(now.heap, 0);
	fixture_free(f);
}

TEST(unit_workers_that_are_specified_alike_share_what_they_are)
{
	static const struct rt_start_item plan[] = {OK(1)}, same[] = {OK(1)};
	const struct rt_child children[] = {
		WORKER("a"),
		WORKER("b", .note = 7),
		WORKER("c", .shutdown_ms = 7),
		WORKER("d", .shutdown_ms = 7),
		WORKER("e", .shutdown_ms = 7, .restart = RT_TRANSIENT),
		WORKER("f"),
		WORKER("g", .starts = plan, .n_starts = 1),
		WORKER("h", .starts = plan, .n_starts = 1),
		WORKER("i", .starts = same, .n_starts = 1),
	};
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .children = children, .n_children = 9));

	/* The root's, three kinds, and those with a plan: each has its own, wherever the plan lies. */
	assert_int_equal(f->rt->policies.entries.live, 7);
	assert_text(ask(f, "get_childspec app b"), "permanent worker 5000");
	assert_text(ask(f, "get_childspec app d"), "permanent worker 7");
	assert_text(ask(f, "get_childspec app e"), "transient worker 7");
	assert_text(ask(f, "get_childspec app f"), "permanent worker 5000");
	assert_nothing_left(f);
}

TEST(sweep_start)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct rt_config config = {.seed = 7};
		struct fixture *f = fixture_new(&config);
		struct held before = held(f);

		rt_fail_nth(f->rt, nth);
		enum rt_status status = rt_start(f->rt, &mixed);

		if (status == RT_ENOMEM) {
			assert_true(rt_fail_fired(f->rt));
			assert_held(f, &before);
			assert_int_equal(rt_seq(f->rt), 0);
			assert_int_equal(rt_root(f->rt), RT_NOBODY);
			/* It can be tried again, as if nothing had been. */
			assert_int_equal(rt_start(f->rt, &mixed), RT_OK);
			settle(f);
			assert_int_equal(rt_alive(f->rt), 8);
			assert_starts(f, "app", 1);
		} else {
			assert_int_equal(status, RT_OK);
			wait_ms(f, 1000);
			if (rt_fail_fired(f->rt)) {
				/* A start function that failed, or a refusal: the whole tree, or nothing of
				 * it. */
				assert_int_equal(rt_alive(f->rt), 0);
				assert_non_null(strstr(start_result(f), "system_limit"));
			} else {
				assert_text(start_result(f), "{ok,pid}");
				assert_int_equal(rt_alive(f->rt), 8);
			}
		}
		fired = rt_fail_fired(f->rt);
		assert_nothing_left(f);
		assert_in_range(nth, 1, 1000);
	}
}

/* Start, do something with the nth allocation failing, see that what is there is sound, end. */
static void sweep(void (*act)(struct fixture *f), void (*check)(struct fixture *f, bool fired))
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = start_tree(&mixed);

		assert_text(ask(f, "start_child app/pool 1"), "{ok,pid}");
		atom(f, "boom");
		rt_fail_nth(f->rt, nth);
		act(f);
		settle(f);
		fired = rt_fail_fired(f->rt);
		rt_fail_nth(f->rt, 0);
		fixture_check(f);
		if (check != NULL)
			check(f, fired);
		assert_nothing_left(f);
		assert_in_range(nth, 1, 1000);
	}
}

static void crash_the_first(struct fixture *f)
{
	crash(f, "app/a", "boom");
	wait_ms(f, 1000);
}

/* No memory for a process is a start that failed, and is tried again; no memory to note a restart ends it. */
static void up_again_or_down(struct fixture *f, bool fired)
{
	if (rt_root(f->rt) == RT_NOBODY) {
		assert_true(fired);
		assert_int_equal(rt_alive(f->rt), 0);
	} else {
		assert_alive(f, "app/a");
		assert_alive(f, "app/c");
		assert_alive(f, "app/s/x");
	}
}

TEST(sweep_restart_of_a_group)
{
	sweep(crash_the_first, up_again_or_down);
}

static void kill_a_supervisor(struct fixture *f)
{
	kill_actor(f, "app/s");
	wait_ms(f, 1000);
}

TEST(sweep_killed_supervisor)
{
	sweep(kill_a_supervisor, up_again_or_down);
}

static void crash_in_the_pool(struct fixture *f)
{
	crash(f, "app/pool/1", "boom");
}

TEST(sweep_restart_in_a_pool)
{
	sweep(crash_in_the_pool, NULL);
}

/* --- requests
 * --------------------------------------------------------------------------------------------------- */

static enum rt_status asked;
static unsigned token;

static void try_request(struct fixture *f, enum rt_op op, const char *supervisor, const char *name,
			const struct rt_child *child)
{
	struct rt_request r = {
		.op = op, .supervisor = rt_path_find(f->rt, supervisor), .name = name, .child = child
	};

	f->replies = realloc(f->replies, (f->n_replies + 1) * sizeof *f->replies);
	f->replies[f->n_replies] = NULL;
	token = (unsigned)f->n_replies++;
	r.token = token;
	asked = rt_request(f->rt, &r);
}

static void answered_if_taken(struct fixture *f, bool fired)
{
	(void)fired;
	assert_true(asked == RT_OK || (asked == RT_ENOMEM && fired));
	assert_int_equal(reply(f, token)[0] == '\0', asked == RT_ENOMEM);
}

static void request_a_start(struct fixture *f)
{
	try_request(
		f, RT_OP_START_CHILD, "app", "new",
		&ONE_FOR_ALL("new", CHILDREN(WORKER("p", STARTS(OK(1))), ANSWERS("q", "some other reason"))));
}

static void new_or_not(struct fixture *f, bool fired)
{
	answered_if_taken(f, fired);
	bool there = is_alive(f, "app/new");

	assert_int_equal(there, !fired);
	if (asked == RT_OK && fired)
		assert_non_null(strstr(reply(f, token), "system_limit"));
	/* All of it or nothing. */
	assert_int_equal(rt_alive(f->rt), there ? 12 : 9);
	assert_text(ask(f, "delete_child app new"), there ? "{error,running}" : "{error,not_found}");
}

TEST(sweep_start_child)
{
	sweep(request_a_start, new_or_not);
}

static void request_a_start_in_the_pool(struct fixture *f)
{
	try_request(f, RT_OP_START_CHILD, "app/pool", "two", NULL);
}

static void one_or_two(struct fixture *f, bool fired)
{
	answered_if_taken(f, fired);
	assert_counts(f, "app/pool", fired ? "1 specs, 1 active, 0 supervisors, 1 workers"
					   : "1 specs, 2 active, 0 supervisors, 2 workers");
}

TEST(sweep_start_child_of_a_pool)
{
	sweep(request_a_start_in_the_pool, one_or_two);
}

static void request_a_stop(struct fixture *f)
{
	try_request(f, RT_OP_TERMINATE_CHILD, "app", "b", NULL);
	wait_ms(f, 100);
}

static void stopped_or_not(struct fixture *f, bool fired)
{
	answered_if_taken(f, fired);
	assert_int_equal(is_alive(f, "app/b"), asked == RT_ENOMEM);
}

TEST(sweep_terminate_child)
{
	sweep(request_a_stop, stopped_or_not);
}

static void order_a_stop(struct fixture *f)
{
	asked = rt_stop(f->rt, pid(f, "app/s"), RT_A_NORMAL);
	wait_ms(f, 1000);
}

static void ordered_or_not(struct fixture *f, bool fired)
{
	assert_true(asked == RT_OK || (asked == RT_ENOMEM && fired));
	/* It is permanent and comes back, at the second try perhaps. */
	if (asked == RT_ENOMEM)
		assert_starts(f, "app/s", 1);
	else
		up_again_or_down(f, fired);
}

TEST(sweep_stop)
{
	sweep(order_a_stop, ordered_or_not);
}

/* --- messages, links, monitors
 * ---------------------------------------------------------------------------------- */

static void send_a_message(struct fixture *f)
{
	asked = rt_send(f->rt, pid(f, "app/a"), &(struct rt_msg){.tag = 1});
}

static void arrived_or_not(struct fixture *f, bool fired)
{
	struct rt_actor_info info;

	assert_int_equal(asked, fired ? RT_ENOMEM : RT_OK);
	assert_int_equal(rt_actor(f->rt, pid(f, "app/a"), &info), RT_OK);
	assert_int_equal(info.handled, fired ? 0 : 1);
}

TEST(sweep_send)
{
	sweep(send_a_message, arrived_or_not);
}

static void link_two(struct fixture *f)
{
	asked = rt_link(f->rt, pid(f, "app/s/x"), pid(f, "app/pool/1"));
}

static void linked_or_not(struct fixture *f, bool fired)
{
	rt_id one = pid(f, "app/pool/1");
	struct rt_actor_info info;

	assert_int_equal(asked, fired ? RT_ENOMEM : RT_OK);
	crash(f, "app/s/x", "boom");
	assert_int_equal(rt_actor(f->rt, one, &info), fired ? RT_OK : RT_ENOENT);
}

TEST(sweep_link)
{
	sweep(link_two, linked_or_not);
}

static void watch(struct fixture *f)
{
	assert_int_equal(rt_suspend(f->rt, pid(f, "app/a")), RT_OK);
	asked = rt_monitor(f->rt, pid(f, "app/a"), pid(f, "app/pool/1"));
}

static void watched_or_not(struct fixture *f, bool fired)
{
	struct rt_actor_info info;

	assert_int_equal(asked, fired ? RT_ENOMEM : RT_OK);
	crash(f, "app/pool/1", "normal");
	assert_int_equal(rt_actor(f->rt, pid(f, "app/a"), &info), RT_OK);
	assert_int_equal(info.mailbox, fired ? 0 : 1);
	assert_int_equal(rt_resume(f->rt, pid(f, "app/a")), RT_OK);
}

TEST(sweep_monitor)
{
	sweep(watch, watched_or_not);
}

/* --- stopping
 * ----------------------------------------------------------------------------------------------------- */

TEST(unit_stopping_a_tree_needs_no_memory)
{
	struct fixture *f = start_tree(&mixed);

	assert_text(ask(f, "start_child app/pool 1"), "{ok,pid}");
	rt_fail_nth(f->rt, 1);
	shutdown_tree(f);
	wait_ms(f, 1000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_false(rt_fail_fired(f->rt));
	assert_nothing_left(f);
}

TEST(unit_nor_does_the_death_of_a_supervisor)
{
	struct fixture *f = start_tree(&mixed);

	assert_text(ask(f, "start_child app/pool 1"), "{ok,pid}");
	link_two(f);
	rt_fail_nth(f->rt, 1);
	kill_actor(f, "app");
	wait_ms(f, 1000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_false(rt_fail_fired(f->rt));
	assert_nothing_left(f);
}

TEST(unit_nor_does_handling_a_message)
{
	struct fixture *f = start_tree(&mixed);

	send_a_message(f);
	rt_fail_nth(f->rt, 1);
	settle(f);
	assert_false(rt_fail_fired(f->rt));
	assert_nothing_left(f);
}

/* Reports of a stopping pool are collected in memory: without it they are fewer, the stop is the same. */
TEST(sweep_stop_of_a_pool)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth++) {
		struct fixture *f = start_tree(&POOL("app", STUBBORN(NULL, .shutdown_ms = 10)));

		assert_text(ask(f, "start_child app 1"), "{ok,pid}");
		rt_fail_nth(f->rt, nth);
		shutdown_tree(f);
		wait_ms(f, 10);
		fired = rt_fail_fired(f->rt);
		assert_int_equal(count_events(f, RT_EV_SHUTDOWN_ERROR, "app"), !fired);
		assert_int_equal(rt_alive(f->rt), 0);
		assert_nothing_left(f);
	}
}

/* --- again and again
 * ------------------------------------------------------------------------------------------------- */

TEST(unit_a_tree_started_again_holds_as_much_as_before)
{
	struct fixture *f = start_tree(&mixed);
	struct held up = held(f);
	size_t memory = rt_memory(f->rt);

	for (int i = 0; i < 20; i++) {
		crash(f, "app/a", "boom");
		kill_actor(f, "app/s");
		wait_ms(f, 7000);
		shutdown_tree(f);
		wait_ms(f, 1000);
		assert_int_equal(rt_alive(f->rt), 0);
		assert_int_equal(rt_start(f->rt, &mixed), RT_OK);
		settle(f);
		/* Restarts are forgotten with the process that counted them. */
		struct held now = held(f);

		assert_memory_equal(&now, &up, sizeof now);
		if (i == 0)
			memory = rt_memory(f->rt); /* the words are there now */
		assert_int_equal(rt_memory(f->rt), memory);
	}
	assert_nothing_left(f);
}

RUN(cmocka_unit_test(sweep_start),
    cmocka_unit_test(sweep_restart_of_a_group),
    cmocka_unit_test(sweep_killed_supervisor),
    cmocka_unit_test(sweep_restart_in_a_pool),
    cmocka_unit_test(unit_workers_that_are_specified_alike_share_what_they_are),
    cmocka_unit_test(sweep_start_child),
    cmocka_unit_test(sweep_start_child_of_a_pool),
    cmocka_unit_test(sweep_terminate_child),
    cmocka_unit_test(sweep_stop),
    cmocka_unit_test(sweep_send),
    cmocka_unit_test(sweep_link),
    cmocka_unit_test(sweep_monitor),
    cmocka_unit_test(unit_stopping_a_tree_needs_no_memory),
    cmocka_unit_test(unit_nor_does_the_death_of_a_supervisor),
    cmocka_unit_test(unit_nor_does_handling_a_message),
    cmocka_unit_test(sweep_stop_of_a_pool),
    cmocka_unit_test(unit_a_tree_started_again_holds_as_much_as_before))
