/* test_isolate.c - the seam: what somebody elsewhere says that a handler did is done, checked, and told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/hooks.h"
#include "runtime/isolate.h"
#include "runtime/runtime.h"

struct world {
	struct rt *rt;
	const char *list; /* what the handler does next, once */
	bool readable;
	unsigned calls, ends, closes, messages, requests;
	rt_id worker, other, ended;
	uint64_t isolated_seq, isolated_cause, cause;
	char told[256], reason[64], isolated_reason[64], last_request[32];
	struct rt_msg last;
};

static void call(void *ctx, struct rt_isolated *isolated)
{
	struct world *world = ctx;

	world->calls++;
	bool readable = rt_isolated_read(isolated, world->list);

	if (strcmp(world->list, "return") != 0)
		world->readable = readable;
	world->list = "return";
}

static void end(void *ctx, rt_id worker)
{
	struct world *world = ctx;

	world->ends++;
	world->ended = worker;
}

static void shut(void *ctx)
{
	((struct world *)ctx)->closes++;
}

static void hear(void *ctx, rt_id to, const struct rt_msg *msg)
{
	struct world *world = ctx;

	if (to != world->other)
		return;
	world->messages++;
	world->last = *msg;
}

static void copy_reason(const struct world *world, char *to, size_t size, rt_atom reason)
{
	char number[RT_ATOM_BUF];

	snprintf(to, size, "%s", rt_atom_text(world->rt, reason, number));
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct world *world = ctx;

	switch (event->kind) {
	case RT_EV_ISOLATED:
		snprintf(world->told, sizeof(world->told), "%s", (const char *)ext);
		copy_reason(world, world->isolated_reason, sizeof(world->isolated_reason), event->reason);
		world->isolated_seq = event->seq;
		world->isolated_cause = event->cause;
		break;
	case RT_EV_EXIT:
		copy_reason(world, world->reason, sizeof(world->reason), event->reason);
		world->cause = event->cause;
		break;
	case RT_EV_REQUEST:
		world->requests++;
		copy_reason(world, world->last_request, sizeof(world->last_request), event->reason);
		break;
	default:
		break;
	}
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
	fail_msg("a handler ran here that should run elsewhere");
}

static void say_nothing(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static const struct rt_param params[] = {
	{ .name = "to", .help = "somebody", .type = RT_PARAM_PATH },
	{ .name = NULL },
};
static const struct rt_behaviour absent = {
	.name = "absent", .help = "is elsewhere", .state = 16, .handle = handle, .params = params
};
static const struct rt_behaviour quiet = { .name = "quiet", .help = "is here", .handle = say_nothing };

static void world_init(struct world *world)
{
	static const struct rt_setting to = { .name = "to", .text = "root/other" };
	static const struct rt_child children[] = {
		{ .id = "w",
		  .shutdown_ms = 5000,
		  .behaviour = &absent,
		  .isolation = RT_ISOLATION_PROCESS,
		  .settings = &to,
		  .n_settings = 1,
		  .memory_max = 1000,
		  .descriptors_max = 1 },
		{ .id = "other", .shutdown_ms = 5000, .behaviour = &quiet },
	};
	static const struct rt_child root = {
		.id = "root",
		.supervisor = true,
		.intensity = 1000000,
		.period_s = 1,
		.children = children,
		.n_children = 2,
		.shutdown_ms = RT_SHUTDOWN_INFINITY,
	};
	struct rt_config config = { .seed = 1, .memory_max = 1 << 24 };
	struct rt_hooks hooks = { .ctx = world, .message = hear };
	struct rt_isolator isolator = { .ctx = world, .call = call, .end = end, .close = shut };

	*world = (struct world){ .list = "return" };
	assert_int_equal(rt_new(&config, &world->rt), RT_OK);
	rt_hooks_set(world->rt, &hooks);
	assert_false(rt_isolates(world->rt));
	rt_isolate(world->rt, &isolator);
	assert_true(rt_isolates(world->rt));
	assert_int_equal(rt_observe(world->rt, see, world), RT_OK);
	assert_int_equal(rt_start(world->rt, &root), RT_OK);
	assert_int_equal(rt_run(world->rt, 0, UINT64_MAX), RT_OK);
	world->other = rt_path_actor(world->rt, rt_path_find(world->rt, "root/other"));
}

/* It is given a message, and this is what it does. */
static void does(struct world *world, const char *list)
{
	struct rt_msg msg = { .tag = 1 };

	world->worker = rt_path_actor(world->rt, rt_path_find(world->rt, "root/w"));
	world->list = list;
	assert_int_equal(rt_send(world->rt, world->worker, &msg), RT_OK);
	assert_int_equal(rt_run(world->rt, rt_now(world->rt), UINT64_MAX), RT_OK);
}

static bool lives(const struct world *world)
{
	return rt_path_actor(world->rt, rt_path_find(world->rt, "root/w")) == world->worker;
}

static void what_it_did_is_done(void **state)
{
	struct world world;
	char list[256];

	(void)state;
	world_init(&world);
	does(&world, "return");
	assert_true(lives(&world));
	assert_string_equal(world.told, "return");
	assert_string_equal(world.isolated_reason, "");

	snprintf(list, sizeof(list), "send %llu 7 8 1 2 3; return", (unsigned long long)world.other);
	does(&world, list);
	assert_string_equal(world.told, list);
	assert_int_equal(world.messages, 1);
	assert_int_equal(world.last.from, 7);
	assert_int_equal(world.last.tag, 8);
	assert_int_equal(world.last.word[2], 3);

	/* A timer, work that takes time, somebody watched, a path, a request that fails. */
	unsigned calls = world.calls;

	does(&world, "after 1000 5; work 500; return");
	assert_int_equal(world.calls, calls + 1);
	assert_int_equal(rt_run(world.rt, rt_now(world.rt) + 1000, UINT64_MAX), RT_OK);
	assert_int_equal(world.calls, calls + 2);
	does(&world, "place 0; return");
	snprintf(list, sizeof(list), "watch %llu; return", (unsigned long long)world.other);
	does(&world, list);
	calls = world.calls;
	assert_int_equal(rt_kill(world.rt, world.other), RT_OK);
	assert_int_equal(rt_run(world.rt, rt_now(world.rt), UINT64_MAX), RT_OK);
	assert_int_equal(world.calls, calls + 1);
	does(&world, "ask 0 99 1 2 3 0 0 0 0 0 1 0 0; return");
	assert_true(lives(&world));
	rt_free(world.rt);
	assert_int_equal(world.closes, 1);
}

static void memory_and_descriptors_are_counted(void **state)
{
	struct rt_actor_info info;
	struct world world;
	size_t before;

	(void)state;
	world_init(&world);
	does(&world, "return");
	assert_int_equal(rt_actor(world.rt, world.worker, &info), RT_OK);
	assert_true(info.isolated);
	before = info.memory;
	does(&world, "take 300; take 400; open; return");
	assert_int_equal(rt_actor(world.rt, world.worker, &info), RT_OK);
	assert_true(info.memory >= before + 700);
	does(&world, "give 600; close; open; refused; return");
	assert_int_equal(rt_actor(world.rt, world.worker, &info), RT_OK);
	assert_true(info.memory < before + 700);
	assert_true(lives(&world));
	does(&world, "give 101; return");
	assert_false(world.readable);
	assert_false(lives(&world));
	rt_free(world.rt);
}

static void the_event_is_the_cause_of_what_follows(void **state)
{
	struct world world;
	char list[256];

	(void)state;
	world_init(&world);
	does(&world, "die {signal,segv}");
	assert_string_equal(world.reason, "{signal,segv}");
	assert_string_equal(world.isolated_reason, "{signal,segv}");
	assert_int_equal(world.cause, world.isolated_seq);
	assert_int_equal(world.ends, 1);
	assert_int_equal(world.ended, world.worker);
	snprintf(list, sizeof(list), "exit %u", (unsigned)rt_atom_make(world.rt, "enough"));
	does(&world, list);
	assert_string_equal(world.reason, "enough");
	does(&world, "atom something%20new; return");
	assert_int_not_equal(rt_atom_make(world.rt, "something new"), 0);
	does(&world, "exit 0");
	assert_string_equal(world.reason, "system_limit");
	does(&world, "die whatever;%20it%20was");
	assert_string_equal(world.reason, "{isolation,unreadable}");
	does(&world, "die what%3b%20it%20was");
	assert_string_equal(world.reason, "what; it was");
	/* What it sent before it died was never sent. */
	snprintf(list, sizeof(list), "send %llu 7 8 1 2 3; die stack_overflow",
		 (unsigned long long)world.other);
	does(&world, list);
	assert_string_equal(world.reason, "stack_overflow");
	assert_int_equal(world.messages, 0);
	assert_int_equal(world.ends, 6);
	rt_free(world.rt);
}

static void what_no_handler_could_ask_ends_it(void **state)
{
	static const char *const bad[] = {
		"",
		"return; return me",
		"dance",
		"send 1; return",
		"after 9223372036854775808 1; return",
		"work 18446744073709551615; return",
		"answer 1 77 0; return",
		"ask 4294967296 0 1 2 3 0 0 0 0 0 1 0 0; return",
		"ask 1 0 1 2 3 0 0 0 0 0 3 0 0; return",
		"place 1; return",
		"give 1; return",
		"exit 4294967296",
		"exit 2147483647",
	};
	struct world world;

	(void)state;
	world_init(&world);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool whole = strcmp(bad[i], "return; return me") == 0; /* the call was over before */

		does(&world, bad[i]);
		if (world.readable != whole || lives(&world) != whole)
			fail_msg("'%s' was done", bad[i]);
		if (!whole)
			assert_string_equal(world.reason, "{isolation,unreadable}");
	}
	assert_int_equal(rt_alive(world.rt), 3);
	rt_free(world.rt);
}

static void too_much_is_a_runaway(void **state)
{
	enum { MANY = 100001 };
	char *list = malloc(MANY * 10 + 10), *at = list;
	struct world world;

	(void)state;
	assert_non_null(list);
	for (unsigned i = 0; i < MANY; i++)
		at = stpcpy(at, "intake 1; ");
	strcpy(at, "return");
	world_init(&world);
	does(&world, list);
	assert_string_equal(world.reason, "runaway");
	rt_free(world.rt);
	free(list);
}

static void without_memory_it_ends_or_the_run_does(void **state)
{
	(void)state;
	for (uint64_t nth = 1;; nth++) {
		struct world world;

		world_init(&world);
		struct rt_msg msg = { .tag = 1 };
		char list[256];

		snprintf(list, sizeof(list),
			 "atom new_word; take 10; after 1 1; watch %llu; send %llu 1 2 3 4 5; return",
			 (unsigned long long)world.other, (unsigned long long)world.other);
		world.list = list;
		world.worker = rt_path_actor(world.rt, rt_path_find(world.rt, "root/w"));
		assert_int_equal(rt_send(world.rt, world.worker, &msg), RT_OK);
		rt_fail_nth(world.rt, nth);
		assert_int_equal(rt_run(world.rt, 0, UINT64_MAX), RT_OK);
		bool fired = rt_fail_fired(world.rt);

		/* Done as a whole, or not at all. */
		if (lives(&world))
			assert_int_equal(world.messages, 1);
		else
			assert_int_equal(world.messages, 0);
		rt_free(world.rt);
		assert_int_equal(world.closes, 1);
		if (!fired)
			break;
		assert_true(nth < 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_did_is_done),
		cmocka_unit_test(memory_and_descriptors_are_counted),
		cmocka_unit_test(the_event_is_the_cause_of_what_follows),
		cmocka_unit_test(what_no_handler_could_ask_ends_it),
		cmocka_unit_test(too_much_is_a_runaway),
		cmocka_unit_test(without_memory_it_ends_or_the_run_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
