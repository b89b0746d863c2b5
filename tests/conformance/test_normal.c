/* The canonical order of traces: rules A and B. */
#include "normal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <cmocka.h>

struct fixture {
	struct cnf_trace trace;
};

static struct cnf_path *path(struct fixture *f, const char *text)
{
	return cnf_trace_path(&f->trace, text, strlen(text));
}

static void start_sup(struct fixture *f, const char *id)
{
	cnf_trace_start(&f->trace, path(f, id), "one_for_one");
}

static void start_pool(struct fixture *f, const char *id)
{
	cnf_trace_start(&f->trace, path(f, id), "simple_one_for_one");
}

static void start_worker(struct fixture *f, const char *id)
{
	cnf_trace_start(&f->trace, path(f, id), NULL);
}

static void ends(struct fixture *f, const char *id, unsigned n, const char *reason)
{
	cnf_trace_exit(&f->trace, path(f, id), n, reason);
}

static void report(struct fixture *f, enum cnf_event event, const char *id, unsigned n, unsigned count,
		   const char *reason)
{
	cnf_trace_add(&f->trace,
		      &(struct cnf_record){
			      .event = event, .path = path(f, id), .n = n, .count = count, .reason = reason});
}

/* The trace in short: `+id` starts, `-id` exits, `!id` reports, each with its n. */
static char *short_text(struct fixture *f)
{
	const struct cnf_record *record;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	DL_FOREACH(f->trace.records, record) {
		char sign = record->event == CNF_EV_START ? '+' : record->event == CNF_EV_EXIT ? '-' : '!';

		fprintf(out, "%s%c%s%s%u", record == f->trace.records ? "" : " ", sign, record->path->text,
			record->count ? "/*" : "", record->n);
	}
	fclose(out);
	return text;
}

/* In canonical order the trace is `expected`, and ordering it once more changes nothing. */
static void assert_canonical(struct fixture *f, const char *expected)
{
	for (int i = 0; i < 2; i++) {
		char *text;

		cnf_normal_order(&f->trace);
		text = short_text(f);
		assert_string_equal(text, expected);
		free(text);
	}
}

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cnf_trace_fini(&f->trace);
	free(f);
	return 0;
}

static void a_true_order_is_kept(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_worker(f, "r/a");
	start_worker(f, "r/b");
	ends(f, "r/a", 1, "shutdown");
	ends(f, "r/b", 1, "shutdown");
	ends(f, "r", 1, "shutdown");
	assert_canonical(f, "+r1 +r/a1 +r/b1 -r/a1 -r/b1 -r1");
}

static void an_empty_trace_is_canonical(void **state)
{
	assert_canonical(*state, "");
}

static void orphans_end_behind_their_supervisor_latest_started_first(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_worker(f, "r/s/a");
	start_worker(f, "r/s/b");
	ends(f, "r/s", 1, "killed");
	report(f, CNF_EV_CHILD_TERMINATED, "r/s", 1, 0, "killed");
	ends(f, "r/s/a", 1, "killed");
	start_sup(f, "r/s");
	ends(f, "r/s/b", 1, "killed");
	start_worker(f, "r/s/a");
	assert_canonical(f, "+r1 +r/s1 +r/s/a1 +r/s/b1 -r/s1 -r/s/b1 -r/s/a1 !r/s1 +r/s2 +r/s/a2");
}

static void orphans_are_grouped_by_direct_child_and_keep_their_order_inside(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_sup(f, "r/s/t");
	start_worker(f, "r/s/t/x");
	start_worker(f, "r/s/t/y");
	start_worker(f, "r/s/b");
	ends(f, "r/s", 1, "killed");
	ends(f, "r/s/t/y", 1, "odd");
	ends(f, "r/s/b", 1, "killed");
	report(f, CNF_EV_SHUTDOWN_ERROR, "r/s/t/y", 1, 0, "odd");
	ends(f, "r/s/t/x", 1, "shutdown");
	ends(f, "r/s/t", 1, "killed");
	assert_canonical(f, "+r1 +r/s1 +r/s/t1 +r/s/t/x1 +r/s/t/y1 +r/s/b1 "
			    "-r/s1 -r/s/b1 -r/s/t/y1 !r/s/t/y1 -r/s/t/x1 -r/s/t1");
}

static void an_orphan_supervisor_can_leave_orphans_of_its_own(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_sup(f, "r/s/t");
	start_worker(f, "r/s/t/x");
	start_worker(f, "r/s/b");
	ends(f, "r/s", 1, "killed");
	ends(f, "r/s/t", 1, "killed");
	ends(f, "r/s/b", 1, "killed");
	ends(f, "r/s/t/x", 1, "killed");
	assert_canonical(f, "+r1 +r/s1 +r/s/t1 +r/s/t/x1 +r/s/b1 -r/s1 -r/s/b1 -r/s/t1 -r/s/t/x1");
}

static void a_new_generation_is_not_taken_for_the_old_one(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_worker(f, "r/s/a");
	ends(f, "r/s", 1, "killed");
	start_sup(f, "r/s");
	start_worker(f, "r/s/a");
	ends(f, "r/s/a", 2, "boom");
	ends(f, "r/s/a", 1, "killed");
	assert_canonical(f, "+r1 +r/s1 +r/s/a1 -r/s1 -r/s/a1 +r/s2 +r/s/a2 -r/s/a2");
}

static void a_path_that_only_begins_alike_is_not_below(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_worker(f, "r/sa");
	ends(f, "r/s", 1, "killed");
	start_sup(f, "r/s");
	ends(f, "r/sa", 1, "shutdown");
	assert_canonical(f, "+r1 +r/s1 +r/sa1 -r/s1 +r/s2 -r/sa1");
}

static void an_orphan_that_never_ends_moves_nothing(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_worker(f, "r/s/a");
	ends(f, "r/s", 1, "killed");
	start_sup(f, "r/s");
	assert_canonical(f, "+r1 +r/s1 +r/s/a1 -r/s1 +r/s2");
}

static void a_summed_up_report_belongs_to_its_pool(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_sup(f, "r/s");
	start_pool(f, "r/s/p");
	start_worker(f, "r/s/p/k1");
	ends(f, "r/s", 1, "killed");
	start_sup(f, "r/s");
	ends(f, "r/s/p/k1", 1, "odd");
	report(f, CNF_EV_SHUTDOWN_ERROR, "r/s/p", 1, 1, "odd");
	ends(f, "r/s/p", 1, "killed");
	assert_canonical(f, "+r1 +r/s1 +r/s/p1 +r/s/p/k11 -r/s1 -r/s/p/k11 !r/s/p/*1 -r/s/p1 +r/s2");
}

static void children_of_a_pool_that_end_together_are_sorted(void **state)
{
	struct fixture *f = *state;

	start_pool(f, "r");
	start_worker(f, "r/k2");
	start_worker(f, "r/k10");
	start_worker(f, "r/k2");
	ends(f, "r/k2", 2, "shutdown");
	ends(f, "r/k2", 1, "shutdown");
	ends(f, "r/k10", 1, "shutdown");
	report(f, CNF_EV_SHUTDOWN_ERROR, "r", 1, 2, "odd");
	report(f, CNF_EV_SHUTDOWN_ERROR, "r", 1, 1, "killed");
	ends(f, "r", 1, "shutdown");
	cnf_normal_order(&f->trace);
	assert_string_equal(f->trace.records->prev->prev->reason, "odd");
	assert_canonical(f, "+r1 +r/k21 +r/k101 +r/k22 -r/k101 -r/k21 -r/k22 !r/*1 !r/*1 -r1");
}

static void a_report_between_two_ends_keeps_them_apart(void **state)
{
	struct fixture *f = *state;

	start_pool(f, "r");
	start_worker(f, "r/b");
	start_worker(f, "r/a");
	ends(f, "r/b", 1, "boom");
	report(f, CNF_EV_CHILD_TERMINATED, "r/b", 1, 0, "boom");
	ends(f, "r/a", 1, "boom");
	assert_canonical(f, "+r1 +r/b1 +r/a1 -r/b1 !r/b1 -r/a1");
}

static void pools_beside_each_other_are_sorted_each_for_itself(void **state)
{
	struct fixture *f = *state;

	start_sup(f, "r");
	start_pool(f, "r/p");
	start_pool(f, "r/q");
	start_worker(f, "r/q/b");
	start_worker(f, "r/q/a");
	start_worker(f, "r/p/b");
	start_worker(f, "r/p/a");
	ends(f, "r/q/b", 1, "x");
	ends(f, "r/q/a", 1, "x");
	ends(f, "r/p/b", 1, "x");
	ends(f, "r/p/a", 1, "x");
	assert_canonical(f,
			 "+r1 +r/p1 +r/q1 +r/q/b1 +r/q/a1 +r/p/b1 +r/p/a1 -r/q/a1 -r/q/b1 -r/p/a1 -r/p/b1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_true_order_is_kept),
		TEST(an_empty_trace_is_canonical),
		TEST(orphans_end_behind_their_supervisor_latest_started_first),
		TEST(orphans_are_grouped_by_direct_child_and_keep_their_order_inside),
		TEST(an_orphan_supervisor_can_leave_orphans_of_its_own),
		TEST(a_new_generation_is_not_taken_for_the_old_one),
		TEST(a_path_that_only_begins_alike_is_not_below),
		TEST(an_orphan_that_never_ends_moves_nothing),
		TEST(a_summed_up_report_belongs_to_its_pool),
		TEST(children_of_a_pool_that_end_together_are_sorted),
		TEST(a_report_between_two_ends_keeps_them_apart),
		TEST(pools_beside_each_other_are_sorted_each_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
