/* The two witnesses look at the same runs and say the same. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/witness.h"
#include "runtime/worker.h"
#include "tests/support/fixture.h"

/* Where the kernel lets nobody look there is nothing to compare; the runner counts it as skipped. */
static struct prb_witness *open_bpf(void)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_LIFECYCLE) };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) == RT_OK)
		return witness;
	print_message("no bpf: %s\n", error.text);
	skip();
	return NULL;
}

static struct fixture *tree(void)
{
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000, .period_s = 1,
				       CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 1000,
									 CHILDREN(WORKER("b"))))));
}

static void fall(struct fixture *f, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		crash(f, i % 3 == 0 ? "app/a" : "app/s/b", "boom");
		settle(f);
		wait_ms(f, 10000);
	}
}

static uint64_t restarts(const struct prb_witness *witness, const char *path)
{
	const struct prb_row *row = prb_witness_find(witness, path);

	return row == NULL ? 0 : row->counts.restarts;
}

static struct prb_witness *open_inproc(struct fixture *f)
{
	const struct prb_config config = { .rt = f->rt, .views = PRB_BIT(PRB_LIFECYCLE) };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	assert_int_equal(prb_witness_open(PRB_WITHIN, &config, &witness, &error), RT_OK);
	assert_string_equal(prb_witness_backend(witness), "inproc");
	return witness;
}

TEST(unit_every_restart_is_seen_from_within)
{
	struct fixture *f = tree();
	struct prb_witness *witness = open_inproc(f);

	fall(f, 23);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	assert_int_equal(restarts(witness, "app/a"), 8);
	assert_int_equal(restarts(witness, "app/s/b"), 15);
	assert_int_equal(prb_witness_tally(witness).seen[PRB_RESTART], 23);
	prb_witness_close(witness);
	fixture_free(f);
}

struct seen {
	unsigned of[PRB_KINDS];
	char last[400];
};

static void see(void *ctx, const struct prb_event *event)
{
	struct seen *seen = ctx;

	seen->of[event->kind]++;
	if (event->kind == PRB_EXIT)
		snprintf(seen->last, sizeof(seen->last), "%s %s t=%lld", event->path.text, event->reason,
			 (long long)event->t);
}

TEST(unit_every_restart_is_seen_by_the_kernel)
{
	struct prb_witness *witness = open_bpf();
	struct seen seen = { 0 };
	struct fixture *f = tree();

	prb_witness_listen(witness, see, &seen);
	fall(f, 23);
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	assert_string_equal(prb_witness_backend(witness), "bpf");
	assert_int_equal(restarts(witness, "app/a"), 8);
	assert_int_equal(restarts(witness, "app/s/b"), 15);
	assert_int_equal(seen.of[PRB_RESTART], 23);
	assert_int_equal(seen.of[PRB_EXIT], 23);
	assert_int_equal(seen.of[PRB_START], 4 + 23);
	assert_string_equal(seen.last, "app/s/b boom t=220000000000");
	assert_int_equal(prb_witness_tally(witness).lost[PRB_DROPPED], 0);
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_both_say_the_same_of_every_path)
{
	struct prb_witness *kernel = open_bpf();
	struct fixture *f = tree();
	/* Which came when the tree was up already: it has missed one start. */
	struct prb_witness *within = open_inproc(f);

	fall(f, 30);
	shutdown_tree(f);
	settle(f);
	assert_int_equal(prb_witness_refresh(kernel), RT_OK);
	assert_int_equal(prb_witness_refresh(within), RT_OK);
	const struct prb_row *row = prb_witness_find(within, "app/s/b");

	assert_int_equal(row->counts.exits, 21);
	assert_int_equal(prb_witness_find(kernel, "app/s/b")->counts.exits, 21);
	assert_int_equal(prb_witness_find(kernel, "app/s/b")->counts.starts,
			 row->counts.starts + 1);
	prb_witness_close(kernel);
	prb_witness_close(within);
	fixture_free(f);
}

TEST(unit_what_does_not_fit_the_ring_is_counted)
{
	struct prb_witness *witness = open_bpf();
	struct seen seen = { 0 };
	struct fixture *f = tree();
	struct prb_tally tally;

	prb_witness_listen(witness, see, &seen);
	for (unsigned i = 0; i < 20000; i++) {
		crash(f, "app/a", "boom");
		settle(f);
		if (i % 100 == 99)
			wait_ms(f, 2000);
	}
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	tally = prb_witness_tally(witness);
	assert_int_equal(tally.seen[PRB_RESTART], 20000);
	assert_int_equal(restarts(witness, "app/a"), 20000);
	assert_true(tally.lost[PRB_DROPPED] > 0);
	assert_int_equal(tally.seen[PRB_START] + tally.seen[PRB_EXIT] + tally.seen[PRB_RESTART],
			 seen.of[PRB_START] + seen.of[PRB_EXIT] + seen.of[PRB_RESTART] +
				 tally.lost[PRB_DROPPED]);
	prb_witness_close(witness);
	fixture_free(f);
}

/* --- where time goes ----------------------------------------------------------------------------------- */

static volatile uint64_t sink;

__attribute__((noinline)) static void planted_hot_loop(void)
{
	for (unsigned i = 0; i < 30000000; i++)
		sink += i;
}

static void burn(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
	planted_hot_loop();
}

static void idle(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
}

static const struct rt_behaviour burner = { .name = "burner", .help = "burns", .state = 8, .handle = burn };
static const struct rt_behaviour idler = { .name = "idler", .help = "idles", .state = 8, .handle = idle };

struct folded {
	unsigned lines, of_burner, in_loop;
};

static bool read_line(void *ctx, const char *line)
{
	struct folded *folded = ctx;

	folded->lines++;
	if (strncmp(line, "app/s/burner;", 13) != 0)
		return true;
	unsigned times = (unsigned)atoi(strrchr(line, ' ') + 1);

	folded->of_burner += times;
	if (strstr(line, ";planted_hot_loop ") != NULL)
		folded->in_loop += times;
	return true;
}

TEST(unit_a_planted_hot_loop_is_found_with_its_function)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_HOTSPOTS), .hertz = 997 };
	struct prb_witness *witness = open_bpf();
	struct rt_error error = { 0 };
	struct folded folded = { 0 };

	prb_witness_close(witness);
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("idler", .behaviour = &idler),
				ONE_FOR_ONE("s", CHILDREN(WORKER("burner", .behaviour = &burner))))));

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(rt_send(f->rt, pid(f, "app/s/burner"), &(struct rt_msg){ .tag = 1 }), RT_OK);
		assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }), RT_OK);
		settle(f);
	}
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *hot = prb_witness_find(witness, "app/s/burner");
	const struct prb_row *cold = prb_witness_find(witness, "app/idler");

	assert_non_null(hot);
	assert_true(hot->samples >= 10);
	assert_true(cold == NULL || cold->samples * 10 < hot->samples);
	assert_int_equal(prb_witness_folded(witness, read_line, &folded), RT_OK);
	assert_int_equal(folded.of_burner, hot->samples);
	/* A sample may find it on its way in or out, or in an interrupt. */
	assert_true(folded.in_loop * 10 >= folded.of_burner * 8);
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_handlers_and_waiting_are_measured_per_actor)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_LATENCY) };
	struct prb_witness *witness = open_bpf();
	struct rt_error error = { 0 };

	prb_witness_close(witness);
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("idler", .behaviour = &idler),
								     WORKER("other", .behaviour = &idler))));

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	for (unsigned i = 0; i < 500; i++)
		assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }), RT_OK);
	settle(f);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *row = prb_witness_find(witness, "app/idler");

	assert_non_null(row);
	assert_int_equal(row->handled, 500);
	assert_int_equal(row->queued, 500);
	/* The last one waited for all the others. */
	assert_true(prb_histogram_at(row->queue, 1000000000) > prb_histogram_at(row->handler, 500000000));
	assert_null(prb_witness_find(witness, "app/other"));
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_a_process_that_is_not_there_or_not_ours_is_told_so)
{
	const struct prb_config gone = { .pid = 0x3ffffffe, .views = PRB_BIT(PRB_LIFECYCLE) };
	const struct prb_config other = { .pid = 1, .views = PRB_BIT(PRB_LIFECYCLE) };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	assert_int_not_equal(prb_witness_open(PRB_AUTO, &gone, &witness, &error), RT_OK);
	assert_string_not_equal(error.text, "");
	if (getpid() == other.pid)
		return;
	error.text[0] = '\0';
	assert_int_not_equal(prb_witness_open(PRB_AUTO, &other, &witness, &error), RT_OK);
	assert_string_not_equal(error.text, "");
}

RUN(cmocka_unit_test(unit_every_restart_is_seen_from_within),
    cmocka_unit_test(unit_every_restart_is_seen_by_the_kernel),
    cmocka_unit_test(unit_both_say_the_same_of_every_path),
    cmocka_unit_test(unit_what_does_not_fit_the_ring_is_counted),
    cmocka_unit_test(unit_a_planted_hot_loop_is_found_with_its_function),
    cmocka_unit_test(unit_handlers_and_waiting_are_measured_per_actor),
    cmocka_unit_test(unit_a_process_that_is_not_there_or_not_ours_is_told_so))
