/* The two witnesses look at the same runs and say the same. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/reconcile.h"
#include "runtime/usdt.h"
#include "witness_fixture.h"

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

/* How many events: `make witness` asks for more. */
static uint64_t wanted(void)
{
	const char *text = getenv("EVENTS");

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : 60000;
}

static uint64_t events_of(const unsigned of[PRB_KINDS])
{
	return (uint64_t)of[PRB_START] + of[PRB_EXIT] + of[PRB_RESTART];
}

/* Somebody reads now and then, not often enough. */
TEST(unit_what_does_not_fit_the_ring_is_counted)
{
	struct prb_witness *witness = open_bpf();
	struct seen seen = { 0 };
	struct fixture *f = tree();
	uint64_t crashes = wanted() / 3;
	struct prb_tally tally;

	prb_witness_listen(witness, see, &seen);
	for (uint64_t i = 0; i < crashes; i++) {
		crash(f, "app/a", "boom");
		settle(f);
		if (i % 100 == 99)
			wait_ms(f, 2000);
		if (i % 16384 == 16383)
			assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	}
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	tally = prb_witness_tally(witness);
	/* The runtime sent so many, and each is in the counts. */
	assert_int_equal(tally.seen[PRB_RESTART], crashes);
	assert_int_equal(tally.seen[PRB_EXIT], crashes);
	assert_int_equal(tally.seen[PRB_START], 4 + crashes);
	assert_int_equal(restarts(witness, "app/a"), crashes);
	/* What was dropped is what was sent and did not arrive. */
	assert_true(tally.lost[PRB_DROPPED] > 0);
	assert_int_equal(tally.lost[PRB_DROPPED], 4 + 3 * crashes - events_of(seen.of));
	print_message("%llu events, %llu arrived, %llu dropped\n", 4 + 3 * (unsigned long long)crashes,
		      (unsigned long long)events_of(seen.of), (unsigned long long)tally.lost[PRB_DROPPED]);
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_beyond_the_limit_events_are_counted_and_not_told_and_that_is_said_once)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LIFECYCLE), 10, 0);
	struct seen seen = { 0 };
	struct fixture *f = tree();
	struct prb_tally tally;

	prb_witness_listen(witness, see, &seen);
	assert_null(prb_witness_news(witness));
	fall(f, 500);
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	tally = prb_witness_tally(witness);
	assert_int_equal(tally.seen[PRB_RESTART], 500);
	assert_true(tally.lost[PRB_LIMITED] > 0);
	assert_int_equal(tally.lost[PRB_LIMITED], 4 + 3 * 500 - events_of(seen.of));
	assert_int_equal(tally.lost[PRB_DROPPED], 0);
	assert_non_null(strstr(prb_witness_news(witness), "more than 10 events a second"));
	fall(f, 500);
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_null(prb_witness_news(witness));
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_paths_that_are_too_long_are_cut_alike_by_both)
{
	struct prb_witness *kernel = open_bpf(), *within;
	char id[RT_ID_MAX + 1];

	memset(id, 'x', sizeof(id));
	id[sizeof(id) - 1] = '\0';
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", .intensity = 1000, CHILDREN(WORKER(id))));
	char path[sizeof(id) + 4];

	snprintf(path, sizeof(path), "app/%s", id);
	prb_witness_clear(kernel);
	within = open_inproc(f);
	crash(f, path, "boom");
	settle(f);
	assert_int_equal(prb_witness_refresh(kernel), RT_OK);
	assert_int_equal(restarts(within, path), 1);
	assert_int_equal(prb_reconcile(kernel, within, NULL, NULL), 0);
	prb_witness_close(kernel);
	prb_witness_close(within);
	fixture_free(f);
}

TEST(unit_what_was_before_is_forgotten_when_another_run_begins)
{
	struct prb_witness *kernel = open_bpf();

	for (unsigned run = 1; run <= 3; run++) {
		prb_witness_clear(kernel);
		struct fixture *f = tree();
		struct prb_witness *within = open_inproc(f);

		prb_witness_clear(kernel);
		fall(f, 5 * run);
		assert_int_equal(prb_witness_refresh(kernel), RT_OK);
		assert_int_equal(prb_reconcile(kernel, within, NULL, NULL), 0);
		assert_int_equal(prb_witness_tally(kernel).seen[PRB_RESTART], 5 * run);
		assert_int_equal(prb_witness_tally(kernel).seen[PRB_START], 5 * run);
		prb_witness_close(within);
		fixture_free(f);
	}
	prb_witness_close(kernel);
}

TEST(unit_two_may_look_at_once_and_one_may_go)
{
	struct prb_witness *one = open_bpf(), *other = open_bpf();
	struct fixture *f = tree();

	fall(f, 9);
	prb_witness_close(one);
	fall(f, 9);
	assert_int_equal(prb_witness_refresh(other), RT_OK);
	assert_int_equal(prb_witness_tally(other).seen[PRB_RESTART], 18);
	prb_witness_close(other);
	assert_int_equal(treefall_actor_exit_semaphore, 0);
	fixture_free(f);
}

static bool keep_hotspot(void *ctx, const struct prb_hotspot *hotspot)
{
	*(uint32_t *)ctx = hotspot->worst;
	return false;
}

TEST(unit_restarts_of_runs_that_follow_each_other_do_not_add_up)
{
	struct prb_witness *witness = open_bpf();
	uint32_t worst = 0;

	for (unsigned run = 0; run < 5; run++) {
		struct fixture *f = tree();

		for (unsigned i = 0; i < 2; i++) {
			crash(f, "app/a", "boom");
			settle(f);
		}
		fixture_free(f);
	}
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_hotspots(witness, 1, PRB_HOT_WINDOW, keep_hotspot, &worst), RT_OK);
	assert_int_equal(worst, 2);
	prb_witness_close(witness);
}

/* A worker of another run that began when one ended has not come back. */
TEST(unit_the_first_start_in_a_run_is_no_restart)
{
	struct prb_witness *witness = open_bpf();
	uint64_t back = 0;

	for (unsigned run = 0; run < 3; run++) {
		struct fixture *f = tree();

		fall(f, 4); /* app/a falls twice, app/s/b twice */
		shutdown_tree(f);
		settle(f);
		fixture_free(f);
	}
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *row = prb_witness_find(witness, "app/a");

	assert_int_equal(row->counts.exits, 3 * 3);
	assert_int_equal(row->counts.starts, 3 * 3);
	for (unsigned i = 0; i < PRB_SLOTS; i++)
		back += row->counts.latency[i];
	assert_int_equal(back, 3 * 2);
	assert_int_equal(prb_witness_find(witness, "app")->counts.latency_sum, 0);
	prb_witness_close(witness);
}

TEST(unit_who_wants_counts_only_loses_nothing)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_LIFECYCLE), .silent = true };
	struct prb_witness *witness = open_bpf();
	struct rt_error error = { 0 };
	struct seen seen = { 0 };

	prb_witness_close(witness);
	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	prb_witness_listen(witness, see, &seen);
	struct fixture *f = tree();

	fall(f, 10000);
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	assert_int_equal(prb_witness_tally(witness).seen[PRB_RESTART], 10000);
	assert_int_equal(restarts(witness, "app/a") + restarts(witness, "app/s/b"), 10000);
	assert_int_equal(prb_witness_tally(witness).lost[PRB_DROPPED], 0);
	assert_int_equal(events_of(seen.of), 0);
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
    cmocka_unit_test(unit_beyond_the_limit_events_are_counted_and_not_told_and_that_is_said_once),
    cmocka_unit_test(unit_paths_that_are_too_long_are_cut_alike_by_both),
    cmocka_unit_test(unit_what_was_before_is_forgotten_when_another_run_begins),
    cmocka_unit_test(unit_two_may_look_at_once_and_one_may_go),
    cmocka_unit_test(unit_restarts_of_runs_that_follow_each_other_do_not_add_up),
    cmocka_unit_test(unit_the_first_start_in_a_run_is_no_restart),
    cmocka_unit_test(unit_who_wants_counts_only_loses_nothing),
    cmocka_unit_test(unit_a_process_that_is_not_there_or_not_ours_is_told_so))
