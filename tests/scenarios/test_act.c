/* The order of what happens at one instant. */
#include "runtime/hooks.h"
#include "tests/support/stage.h"

static unsigned count(const struct stage *stage, const char *text)
{
	unsigned n = 0;

	for (const char *at = stage_events(stage); (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static void crashes_at_one_instant_are_seen_together(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, strategy: one_for_all, intensity: 5,\n"
					"       children: [{id: a}, {id: b}, {id: c}]}\n"
					"method:\n"
					"  - {at: 1s, action: crash, target: app/a, reason: one}\n"
					"  - {at: 1s, action: crash, target: app/b, reason: two}\n");

	/* The second exit is found while the group is stopped, and does not count (rule 9.6). */
	assert_int_equal(count(stage, "\"event\":\"restart\""), 1);
	assert_int_equal(count(stage, "\"event\":\"shutdown_error\",\"id\":\"app/b\""), 1);
	stage_free(stage);
}

static void an_instant_apart_they_are_not(void **state)
{
	(void)state;
	struct stage *stage =
		stage_run("tree: {id: app, strategy: one_for_all, intensity: 5,\n"
			  "       children: [{id: a}, {id: b}, {id: c}]}\n"
			  "method:\n"
			  "  - {at: 1s, action: crash, target: app/a, reason: one}\n"
			  "  - {at: 1000000001ns, action: crash, target: app/b, reason: two}\n");

	assert_int_equal(count(stage, "\"event\":\"restart\""), 2);
	stage_free(stage);
}

static void who_is_dead_is_waited_for(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, intensity: 5, children: [{id: a}]}\n"
					"method:\n"
					"  - {at: 1s, action: crash, target: app/a}\n"
					"  - {at: 1s, action: crash, target: app/a}\n"
					"expect: [{probe: restarts, of: app/a, equals: 2}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

static void a_request_is_answered_before_the_next_action(void **state)
{
	(void)state;
	struct stage *stage = stage_run("tree: {id: app, strategy: simple_one_for_one, template: {}}\n"
					"method:\n"
					"  - {at: 1s, action: start_child, target: app, child: k}\n"
					"  - {at: 1s, action: crash, target: app/k}\n"
					"expect: [{probe: restarts, of: app/k, equals: 1}]\n");

	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
	stage_free(stage);
}

/* The paths that fault `k` struck, in order. */
static void struck(const struct stage *stage, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (const char *at = stage_events(stage); (at = strstr(at, "\"event\":\"fault_fired\"")) != NULL;
	     at++) {
		const char *end = strchr(at, '\n'), *id = strstr(at, "\"id\":\"app/");
		const char *kill = strstr(at, "\"action\":\"kill\"");

		if (kill != NULL && kill < end && id != NULL && id < end)
			used += (size_t)snprintf(buf + used, size - used, "%c", id[10]);
	}
}

static void another_fault_does_not_reshuffle(void **state)
{
	char alone[64], beside[64];

	(void)state;
#define RANDOM                                                                                               \
	"duration: 30s\n"                                                                                    \
	"tree: {id: app, intensity: 100, children: [{id: a}, {id: b}, {id: c}]}\n"                           \
	"method:\n"                                                                                          \
	"  - {every: 2s, action: kill, target: app/*, mode: one, id: k}\n"
	struct stage *one = stage_run(RANDOM);
	struct stage *two = stage_run(RANDOM "  - {at: 1s, action: crash, target: app/a}\n");

	struck(one, alone, sizeof(alone));
	struck(two, beside, sizeof(beside));
	assert_int_equal(strlen(alone), 15);
	assert_string_equal(alone, beside);
	stage_free(one);
	stage_free(two);
}

/* Whatever allocation fails while it runs: never a verdict as if nothing had been. */
static void a_run_that_was_short_of_memory_is_an_error(void **state)
{
	unsigned fired = 0;

	(void)state;
	for (uint64_t nth = 1;; nth++) {
		struct stage *stage = stage_up("tree: {id: app, intensity: 5, children: [{id: a}, {id: b}]}\n"
					       "method: [{at: 1s, action: crash, target: app/a}]\n");

		rt_fail_nth(scn_world_rt(stage->world), nth);
		enum rt_status status = scn_world_run(stage->world, NULL);
		bool hit = rt_fail_fired(scn_world_rt(stage->world));

		if (hit)
			assert_int_equal(scn_world_result(stage->world).verdict, SCN_ERROR);
		else
			assert_int_equal(scn_world_result(stage->world).verdict, SCN_PASS);
		assert_int_equal(status, hit ? RT_ENOMEM : RT_OK);
		stage_free(stage);
		if (!hit)
			break;
		fired++;
	}
	assert_in_range(fired, 3, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crashes_at_one_instant_are_seen_together),
		cmocka_unit_test(an_instant_apart_they_are_not),
		cmocka_unit_test(who_is_dead_is_waited_for),
		cmocka_unit_test(a_request_is_answered_before_the_next_action),
		cmocka_unit_test(another_fault_does_not_reshuffle),
		cmocka_unit_test(a_run_that_was_short_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
