/* test_service.c - the accounts: latency, outages, all services in order, and the sum that has to be right.
 */
#include "tests/support/play.h"

#include "runtime/core.h"

#define CLIENT 0
#define SERVER 1

static struct fixture *three(void)
{
	play_reset();
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000,
				       CHILDREN(PLAYER("c", CLIENT), PLAYER("s", SERVER), PLAYER("t", 2))));
}

static void ask_now(struct fixture *f, enum play_how how, rt_time work)
{
	struct rt_ask ask = play_to(f, "app/s");

	play[SERVER].how = how;
	play[SERVER].work = work;
	play_ask(f, "app/c", &ask);
	settle(f);
}

static struct rt_service service_of(const struct fixture *f, const char *path)
{
	struct rt_service service;

	assert_true(rt_service(f->rt, rt_path_find(f->rt, path), &service));
	return service;
}

TEST(unit_latency_is_from_the_asking_to_the_answer)
{
	struct fixture *f = three();
	struct rt_service service;

	for (rt_time ms = 1; ms <= 100; ms++) {
		ask_now(f, ms % 3 == 0 ? PLAY_DEGRADE : ms % 3 == 1 ? PLAY_WRONG : PLAY_ANSWER, ms * RT_MS);
		wait_ms(f, ms);
	}
	/* Errors are quick, and no answers. */
	ask_now(f, PLAY_FAIL, 0);
	service = service_of(f, "app/s");
	assert_true(service.latency_max == 100 * RT_MS);
	assert_int_equal(service.latency->count, 100);
	rt_time half = rt_latency_at(&service.latency, 1, 500000000);

	assert_in_range(half, 50 * RT_MS, 50 * RT_MS + 50 * RT_MS / 16);
	assert_true(rt_latency_at(&service.latency, 1, 1000000000) == 100 * RT_MS);
	play_end(f);
}

TEST(unit_an_outage_is_from_a_bad_end_to_the_next_good_one)
{
	struct fixture *f = three();

	ask_now(f, PLAY_ANSWER, 0);
	assert_true(service_of(f, "app/s").outage == 0);
	wait_ms(f, 5);
	ask_now(f, PLAY_FAIL, 0);
	wait_ms(f, 10);
	ask_now(f, PLAY_WRONG, 0);
	wait_ms(f, 10);
	/* The present one counts as it stands. */
	assert_true(service_of(f, "app/s").outage == 20 * RT_MS);
	assert_true(service_of(f, "app/s").outage_max == 20 * RT_MS);
	ask_now(f, PLAY_DEGRADE, 0);
	wait_ms(f, 100);
	assert_true(service_of(f, "app/s").outage == 20 * RT_MS);
	ask_now(f, PLAY_ANSWER, 0);
	assert_true(service_of(f, "app/s").outage == 20 * RT_MS);
	ask_now(f, PLAY_SWALLOW, 0);
	wait_ms(f, 7);
	ask_now(f, PLAY_ANSWER, 0);
	wait_ms(f, 7);
	assert_true(service_of(f, "app/s").outage == 27 * RT_MS);
	assert_true(service_of(f, "app/s").outage_max == 20 * RT_MS);
	ask_now(f, PLAY_CRASH, 0);
	wait_ms(f, 50);
	assert_true(service_of(f, "app/s").outage == 77 * RT_MS);
	assert_true(service_of(f, "app/s").outage_max == 50 * RT_MS);
	play_end(f);
}

struct list {
	struct fixture *f;
	char text[200];
	unsigned left;
};

static bool list_service(void *ctx, const struct rt_service *service)
{
	struct list *list = ctx;
	char path[100];

	rt_path_text(list->f->rt, service->place, path, sizeof path);
	strcat(strcat(list->text, path), " ");
	return --list->left > 0;
}

TEST(unit_services_are_listed_in_the_order_of_their_first_request)
{
	struct fixture *f = three();
	struct list list = {.f = f, .left = 9};
	struct rt_service none;
	static const char *const paths[] = {"app/t", "app/s", "app/t", "app/c", "app"};

	rt_services(f->rt, list_service, &list);
	assert_text(list.text, "");
	assert_false(rt_service(f->rt, rt_path_find(f->rt, "app/t"), &none));
	assert_false(rt_service(f->rt, 0, &none));
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct rt_ask ask = play_to(f, paths[i]);

		play_ask(f, "app/c", &ask);
	}
	settle(f);
	rt_services(f->rt, list_service, &list);
	assert_text(list.text, "app/t app/s app/c app ");
	list = (struct list){.f = f, .left = 2};
	rt_services(f->rt, list_service, &list);
	assert_text(list.text, "app/t app/s ");
	play_end(f);
}

static void ask_and_die(struct rt_self *self, struct play_part *part)
{
	assert_int_equal(rt_self_ask(self, &part->ask, NULL), RT_OK);
	rt_self_exit(self, rt_self_atom(self, "boom"));
}

TEST(unit_what_was_not_asked_after_all_is_no_service)
{
	struct fixture *f = three();
	struct rt_service none;

	play[CLIENT].ask = play_to(f, "app/s");
	play_do(f, "app/c", ask_and_die);
	settle(f);
	assert_starts(f, "app/c", 2);
	assert_false(rt_service(f->rt, rt_path_find(f->rt, "app/s"), &none));
	assert_true(rt_work_balanced(f->rt));
	play_end(f);
}

TEST(unit_many_services_are_found_again)
{
	enum { SERVICES = 3000 };
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);
	rt_place places[SERVICES];

	for (unsigned i = 0; i < SERVICES; i++) {
		places[i] = rt_place_make(f->rt, 0, rt_atom_make(f->rt, (char[]){'a', 0}) + i, 0);
		assert_int_not_equal(places[i], 0);
		assert_int_equal(rt_book_of(f->rt, places[i]), i + 1);
	}
	for (unsigned i = 0; i < SERVICES; i++)
		assert_int_equal(rt_book_of(f->rt, places[i]), i + 1);
	rt_book_offer(f->rt, 5, 0);
	assert_false(rt_work_balanced(f->rt)); /* one is in flight, and there is none */
	rt_book_end(f->rt, 5, RT_SERVED, 0);
	assert_true(rt_work_balanced(f->rt));
	/* Nobody's book is no book. */
	rt_book_offer(f->rt, 0, 0);
	rt_book_repeat(f->rt, 0);
	rt_book_end(f->rt, 0, RT_SERVED, 0);
	assert_true(rt_work_balanced(f->rt));
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_latency_is_from_the_asking_to_the_answer),
    cmocka_unit_test(unit_an_outage_is_from_a_bad_end_to_the_next_good_one),
    cmocka_unit_test(unit_services_are_listed_in_the_order_of_their_first_request),
    cmocka_unit_test(unit_what_was_not_asked_after_all_is_no_service),
    cmocka_unit_test(unit_many_services_are_found_again))
