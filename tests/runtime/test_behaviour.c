/* test_behaviour.c - the table of the built-in behaviours is complete, and all of them together stand it when
 * memory fails. */
#include "runtime/behaviour.h"
#include "runtime/core.h"
#include "tests/support/work.h"

static const struct rt_behaviour *at(size_t i)
{
	size_t count;

	return rt_behaviours(&count)[i];
}

static size_t count_of_behaviours(void)
{
	size_t count;

	(void)rt_behaviours(&count);
	return count;
}

TEST(each_behaviour_is_found_by_its_name_and_says_what_it_is)
{
	size_t names;
	const char *const *name = rt_worker_names(&names);

	assert_int_equal(names, count_of_behaviours());
	for (size_t i = 0; i < names; i++) {
		assert_string_equal(name[i], at(i)->name);
		assert_ptr_equal(rt_behaviour_find(name[i]), at(i));
		assert_true(strlen(at(i)->help) > 10);
		assert_non_null(at(i)->handle);
	}
	assert_null(rt_behaviour_find("nobody"));
}

static const struct rt_param *find_param(const struct rt_behaviour *behaviour, const char *name)
{
	for (unsigned i = 0; i < rt_behaviour_params(behaviour); i++) {
		if (strcmp(behaviour->params[i].name, name) == 0)
			return &behaviour->params[i];
	}
	return NULL;
}

TEST(each_parameter_has_help_a_range_and_a_default_within_it)
{
	for (size_t i = 0; i < count_of_behaviours(); i++) {
		const struct rt_behaviour *behaviour = at(i);
		unsigned count = rt_behaviour_params(behaviour);

		assert_in_range(count, 0, RT_PARAMS_MAX);
		for (unsigned p = 0; p < count; p++) {
			const struct rt_param *param = &behaviour->params[p];
			int64_t max = param->max;

			assert_true(strlen(param->help) > 5);
			assert_ptr_equal(find_param(behaviour, param->name), param); /* no name twice */
			for (max = param->type == RT_PARAM_WORD ? -1 : max;
			     param->type == RT_PARAM_WORD && param->words[max + 1] != NULL;)
				max++;
			assert_true(param->type == RT_PARAM_PATH || param->min < max);
			assert_true(param->fallback >= param->min && param->fallback <= max);
			assert_true(!param->mandatory || param->type == RT_PARAM_PATH);
		}
		if (behaviour->ended_by != NULL)
			assert_non_null(find_param(behaviour, behaviour->ended_by));
	}
}

TEST(a_sealed_state_is_broken_by_any_change_of_a_bit)
{
	uint64_t word[8] = {0};

	assert_true(rt_is_sealed(word, sizeof(word)));
	for (unsigned i = 1; i < 8; i++)
		word[i] = i * 1000;
	rt_seal(word, sizeof(word));
	assert_true(rt_is_sealed(word, sizeof(word)));
	for (unsigned bit = 0; bit < 64 * 8; bit++) {
		word[bit / 64] ^= UINT64_C(1) << bit % 64;
		assert_false(rt_is_sealed(word, sizeof(word)));
		word[bit / 64] ^= UINT64_C(1) << bit % 64;
	}
}

/* All of them are too slow for those who ask, and hear of it when the time comes. */
TEST(requests_that_are_over_are_in_nobodys_hand)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(DOES("external", "db", (MS("service_time", 20), NUMBER("connections", 1000))),
				DOES("server", "server",
				     (MS("service_time", 20), NUMBER("concurrency", 1000))),
				DOES("stage", "stage", (TO("to", "app/db"), NUMBER("capacity", 1000))),
				DOES("source", "one",
				     (TO("to", "app/db"), NUMBER("rate", 1000), NUMBER("count", 500),
				      MS("timeout", 10), NUMBER("retries", 1))),
				DOES("source", "two",
				     (TO("to", "app/server"), NUMBER("rate", 1000), NUMBER("count", 500),
				      MS("timeout", 10))),
				DOES("source", "three",
				     (TO("to", "app/stage"), NUMBER("rate", 1000), NUMBER("count", 500),
				      MS("timeout", 10))))));

	wait_ms(f, 2000);
	assert_work(f, "app/server", "offered 500, lost 500");
	assert_int_equal(f->rt->ledger.live, 0);
	assert_int_equal(f->rt->timers.count, 0);
	fixture_free(f);
}

/* A bit of everything that asks, waits, keeps and answers. */
#define EVERYTHING                                                                                           \
	ONE_FOR_ONE(                                                                                         \
		"app",                                                                                       \
		CHILDREN(DOES("external", "db",                                                              \
			      (MS("service_time", 3), MS("jitter", 2), NUMBER("connections", 2))),           \
			 DOES("server", "server",                                                            \
			      (TO("calls", "app/db"), MS("service_time", 1), NUMBER("concurrency", 3),       \
			       NUMBER("keeps", 100), NUMBER("retries", 1), MS("backoff", 1))),               \
			 DOES("defensive", "defensive",                                                      \
			      (TO("calls", "app/db"), NUMBER("concurrency", 3), NUMBER("keeps", 100),        \
			       MS("timeout", 4))),                                                           \
			 WORKER("queue", .worker = "queue"),                                                 \
			 DOES("consumer", "a", (TO("from", "app/queue"))),                                   \
			 DOES("consumer", "b", (TO("from", "app/queue"))),                                   \
			 DOES("stage", "last", (MS("service_time", 1))),                                     \
			 DOES("stage", "first", (TO("to", "app/last"), NUMBER("capacity", 2))),              \
			 DOES("source", "one",                                                               \
			      (TO("to", "app/server"), NUMBER("rate", 500), NUMBER("count", 10), POISSON)),  \
			 DOES("source", "two",                                                               \
			      (TO("to", "app/defensive"), NUMBER("rate", 500), NUMBER("count", 10),          \
			       BURSTS(5))),                                                                  \
			 DOES("source", "three",                                                             \
			      (TO("to", "app/queue"), NUMBER("rate", 500), NUMBER("count", 10))),            \
			 DOES("source", "four",                                                              \
			      (TO("to", "app/first"), NUMBER("rate", 500), NUMBER("count", 10)))),           \
		.intensity = 1000000)

/* Whatever was not done for want of memory, the books balance and the run comes to its end. */
TEST(when_memory_fails_the_accounts_still_balance)
{
	bool fired = true;

	for (uint64_t nth = 1; fired; nth += 1 + nth / 64) {
		struct fixture *f = fixture_new(&(struct rt_config){.seed = 7});

		f->silent = true;
		assert_int_equal(rt_start(f->rt, &EVERYTHING), RT_OK);
		settle(f);
		rt_fail_nth(f->rt, nth);
		wait_ms(f, 500);
		fired = rt_fail_fired(f->rt);
		rt_fail_nth(f->rt, 0);
		assert_true(rt_work_balanced(f->rt));
		assert_true(is_alive(f, "app/server"));
		if (!fired)
			assert_work(f, "app/queue", "offered 10, served 10");
		/* Nobody is stuck: what is asked now is answered. */
		assert_text(
			ask_start(f, "app",
				  &DOES("source", "late",
					(TO("to", "app/queue"), NUMBER("rate", 100), NUMBER("count", 1)))),
			"{ok,pid}");
		uint64_t served = account_of(f, "app/queue").ended[RT_SERVED];

		wait_ms(f, 500);
		assert_int_equal(account_of(f, "app/queue").ended[RT_SERVED], served + 1);
		fixture_free(f);
	}
}

/* So many more requests to a service, and time for them. */
static void serve_late(struct fixture *f, const char *service, char letter, int64_t count)
{
	char name[] = {letter, 'l', 'a', 't', 'e', '\0'};

	assert_text(ask_start(f, "app", &DOES("source", name, (TO("to", service), NUMBER("count", count)))),
		    "{ok,pid}");
	wait_ms(f, 2000);
}

/* Kill, spoil and stall anybody but the database at any time; when that is over, everything works again. */
TEST(after_any_mishaps_everything_works_again)
{
	static const char *const paths[] = {"app/server", "app/defensive", "app/queue", "app/a",
					    "app/b",      "app/last",      "app/first", "app/one"};
	static const char *const services[] = {"app/server", "app/queue", "app/first"};

	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct fixture *f = fixture_new(&(struct rt_config){.seed = seed});
		struct rt_rng rng;

		f->silent = true;
		rt_rng_init(&rng, seed, "mishaps");
		assert_int_equal(rt_start(f->rt, &EVERYTHING), RT_OK);
		for (unsigned i = 0; i < 60; i++) {
			const char *path = paths[rt_rng_below(&rng, 8)];

			assert_int_equal(rt_run(f->rt, rt_now(f->rt) + (rt_time)rt_rng_below(&rng, 3 * RT_MS),
						1000000),
					 RT_OK);
			if (rt_rng_below(&rng, 3) == 0)
				kill_actor(f, path);
			else if (rt_rng_below(&rng, 2) == 0)
				spoil(f, path);
			else if (rt_suspend(f->rt, pid(f, path)) != RT_OK)
				assert_int_equal(rt_resume(f->rt, pid(f, path)), RT_OK);
			settle(f);
			assert_true(rt_work_balanced(f->rt));
		}
		for (unsigned i = 0; i < 8; i++)
			assert_int_not_equal(rt_resume(f->rt, pid(f, paths[i])), RT_ENOENT);
		wait_ms(f, 31000); /* nobody has an item any more that it did not acknowledge */
		/* A spoilt state is noticed with the next message, so the first ones may still be lost. */
		for (unsigned i = 0; i < 3; i++) {
			serve_late(f, services[i], (char)('a' + i), 5);
			uint64_t served = account_of(f, services[i]).ended[RT_SERVED];

			serve_late(f, services[i], (char)('A' + i), 5);
			assert_int_equal(account_of(f, services[i]).ended[RT_SERVED], served + 5);
			assert_int_equal(account_of(f, services[i]).in_flight, 0);
		}
		fixture_free(f);
	}
}

RUN(cmocka_unit_test(each_behaviour_is_found_by_its_name_and_says_what_it_is),
    cmocka_unit_test(each_parameter_has_help_a_range_and_a_default_within_it),
    cmocka_unit_test(a_sealed_state_is_broken_by_any_change_of_a_bit),
    cmocka_unit_test(requests_that_are_over_are_in_nobodys_hand),
    cmocka_unit_test(when_memory_fails_the_accounts_still_balance),
    cmocka_unit_test(after_any_mishaps_everything_works_again))
