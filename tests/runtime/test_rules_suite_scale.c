/* test_rules_suite_scale.c - the cases of the suite of OTP about many children.
 *
 * Nothing is measured in seconds.  What must not be quadratic is done with n children and with four times as
 * many; the work is counted in steps of the runtime, and, where a step could hide a search, in processor time
 * with so generous a ratio that only a square can exceed it.
 */
#include <time.h>

#include "tests/support/fixture.h"

/* Fewer under a sanitizer, which makes everything slower but nothing quadratic. */
#if defined(__SANITIZE_ADDRESS__)
#define SCALE 10
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SCALE 10
#endif
#endif
#ifndef SCALE
#define SCALE 1
#endif

static struct fixture *silent_tree(const struct rt_child *root)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	f->silent = true;
	assert_int_equal(rt_start(f->rt, root), RT_OK);
	settle(f);
	return f;
}

static void add_many(struct fixture *f, unsigned first, unsigned n)
{
	char key[16];
	struct rt_request r = { .op = RT_OP_START_CHILD,
				.supervisor = rt_path_find(f->rt, "app"),
				.name = key };

	if (f->n_replies == 0) {
		f->replies = calloc(1, sizeof *f->replies);
		f->n_replies = 1;
	}
	for (unsigned i = 0; i < n; i++) {
		snprintf(key, sizeof key, "%u", first + i);
		assert_int_equal(rt_request(f->rt, &r), RT_OK);
		settle(f);
		free(f->replies[0]);
		f->replies[0] = NULL;
	}
}

static uint64_t processor_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct cost {
	uint64_t steps, us;
};

/* Four times the children may cost eight times the work (and a little for noise), not sixteen. */
static void assert_not_quadratic(struct cost (*work)(unsigned n), unsigned n)
{
	struct cost small = work(n), large = work(4 * n);

	assert_in_range(large.steps, 1, 6 * small.steps + 100);
	for (int again = 0; again < 3 && large.us > 10 * small.us + 20000; again++) {
		small = work(n);
		large = work(4 * n);
	}
	assert_in_range(large.us, 0, 10 * small.us + 20000);
}

/* --- counts follow
 * ------------------------------------------------------------------------------------------------- */

static void count_many(const struct rt_child *template, const char *type)
{
	struct fixture *f = silent_tree(&SUPERVISOR("app", .strategy = RT_SIMPLE_ONE_FOR_ONE, .intensity = 0,
						    .children = template, .n_children = 1));
	struct rt_counts count;

	for (unsigned n = 1000; n <= 3000; n += n == 1000 ? 2000 : 1) {
		add_many(f, n == 1000 ? 1 : 1001, n == 1000 ? 1000 : 2000);
		assert_int_equal(rt_count(f->rt, pid(f, "app"), &count), RT_OK);
		assert_int_equal(count.specs, 1);
		assert_int_equal(count.active, n);
		assert_int_equal(strcmp(type, "worker") == 0 ? count.workers : count.supervisors, n);
	}
	for (unsigned i = 1; i <= 3000; i++) {
		char path[24];

		snprintf(path, sizeof path, "app/%u", i);
		kill_actor(f, path);
	}
	settle(f);
	assert_int_equal(rt_count(f->rt, pid(f, "app"), &count), RT_OK);
	assert_int_equal(count.active + count.workers + count.supervisors, 0);
	assert_int_equal(rt_alive(f->rt), 1);
	fixture_free(f);
}

TEST(suite_count_children)
{
	count_many(&TEMPORARY_WORKER(NULL), "worker");
}

TEST(suite_count_children_supervisor)
{
	count_many(&ONE_FOR_ONE(NULL, .restart = RT_TEMPORARY), "supervisor");
}

/* --- costs ---------------------------------------------------------------------------------------------- */

static struct cost stop_dynamic(unsigned n)
{
	struct fixture *f = silent_tree(&POOL("app", TEMPORARY_WORKER(NULL)));

	add_many(f, 1, n);
	struct cost before = {rt_steps(f->rt), processor_us()};

	shutdown_tree(f);
	settle(f);
	struct cost cost = {rt_steps(f->rt) - before.steps, processor_us() - before.us};

	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
	return cost;
}

TEST(suite_simple_one_for_one_scale_many_temporary_children)
{
	assert_not_quadratic(stop_dynamic, 10000 / SCALE);
}

/* A list of n workers with names of their own. */
static struct rt_child *list_of(unsigned n)
{
	struct rt_child *list = calloc(n, sizeof *list);
	char *names = calloc(n, 12);

	assert_true(list != NULL && names != NULL);
	for (unsigned i = 0; i < n; i++) {
		snprintf(names + 12 * i, 12, "w%u", i);
		list[i] = WORKER(names + 12 * i);
	}
	return list;
}

static void list_free(struct rt_child *list)
{
	free((char *)list[0].id);
	free(list);
}

static struct cost start_and_stop(unsigned n)
{
	struct rt_child *list = list_of(n);
	struct cost begin = {0, processor_us()};
	struct fixture *f = silent_tree(&ONE_FOR_ONE("app", .children = list, .n_children = n));

	assert_int_equal(rt_alive(f->rt), n + 1);
	shutdown_tree(f);
	settle(f);
	struct cost cost = {rt_steps(f->rt), processor_us() - begin.us};

	assert_int_equal(rt_alive(f->rt), 0);
	fixture_free(f);
	list_free(list);
	return cost;
}

TEST(suite_scale_start_stop_many_children)
{
	assert_not_quadratic(start_and_stop, 100000 / SCALE);
}

static struct cost mass_exit(unsigned n)
{
	struct rt_child *list = list_of(n);
	struct fixture *f =
		silent_tree(&ONE_FOR_ONE("app", .intensity = n, .children = list, .n_children = n));

	for (unsigned i = 0; i < n; i++) {
		char path[24];

		/* Not in the order of the list. */
		snprintf(path, sizeof path, "app/w%u", (unsigned)((uint64_t)i * 7919 % n));
		if (is_alive(f, path))
			kill_actor(f, path);
	}
	assert_int_equal(rt_alive(f->rt), 1);
	struct cost before = {rt_steps(f->rt), processor_us()};

	settle(f);
	struct cost cost = {rt_steps(f->rt) - before.steps, processor_us() - before.us};

	assert_int_equal(rt_alive(f->rt), n + 1);
	fixture_free(f);
	list_free(list);
	return cost;
}

TEST(suite_scale_mass_exit_children)
{
	assert_not_quadratic(mass_exit, 5000 / SCALE);
}

/* Not of OTP's suite: many children of a pool whose restarts fail at the same time. */
static struct cost mass_retry(unsigned n)
{
	struct fixture *f = silent_tree(
		&POOL("app", WORKER(NULL, STARTS(OK(1), FAIL(1, "no"), OK(1))), .intensity = 2 * n));

	add_many(f, 1, n);
	for (unsigned i = 1; i <= n; i++) {
		char path[24];

		snprintf(path, sizeof path, "app/%u", i);
		kill_actor(f, path);
	}
	struct cost before = {rt_steps(f->rt), processor_us()};

	settle(f);
	struct cost cost = {rt_steps(f->rt) - before.steps, processor_us() - before.us};

	assert_int_equal(rt_alive(f->rt), n + 1);
	fixture_free(f);
	return cost;
}

TEST(suite_scale_many_retries_in_a_pool)
{
	assert_not_quadratic(mass_retry, 5000 / SCALE);
}

/* Not of OTP's suite either: a supervisor with many children is itself restarted. */
static struct cost restart_of_many(unsigned n)
{
	struct rt_child *list = list_of(n);
	struct fixture *f = silent_tree(&ONE_FOR_ONE(
		"app", .intensity = 9, CHILDREN(ONE_FOR_ONE("s", .children = list, .n_children = n))));
	struct cost before = {rt_steps(f->rt), processor_us()};

	kill_actor(f, "app/s");
	settle(f);
	struct cost cost = {rt_steps(f->rt) - before.steps, processor_us() - before.us};

	assert_int_equal(rt_alive(f->rt), n + 2);
	fixture_free(f);
	list_free(list);
	return cost;
}

TEST(suite_scale_restart_of_a_supervisor_of_many)
{
	assert_not_quadratic(restart_of_many, 5000 / SCALE);
}

RUN(cmocka_unit_test(suite_count_children),
    cmocka_unit_test(suite_count_children_supervisor),
    cmocka_unit_test(suite_simple_one_for_one_scale_many_temporary_children),
    cmocka_unit_test(suite_scale_start_stop_many_children),
    cmocka_unit_test(suite_scale_mass_exit_children),
    cmocka_unit_test(suite_scale_many_retries_in_a_pool),
    cmocka_unit_test(suite_scale_restart_of_a_supervisor_of_many))
