/* test_witnesses.c - looking on from the prompt, with whatever this machine allows. */
#include "runtime/usdt.h"
#include "session_fixture.h"

static bool said(const struct fixture *f, const char *part)
{
	return strstr(f->text[0], part) != NULL || strstr(f->text[1], part) != NULL;
}

static void nobody_looks_until_somebody_is_let(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(type(f, "hotspots"), SH_FAIL);
	assert_true(said(f, "`probes on`"));
	assert_int_equal(type(f, "latency"), SH_FAIL);
	assert_int_equal(type(f, "probes"), SH_FAIL);
	assert_int_equal(type(f, "probes reconcile"), SH_FAIL);
	assert_int_equal(type(f, "probes list"), SH_OK);
	assert_true(said(f, "actor_exit"));
	assert_int_equal(type(f, "probes what"), SH_USAGE);
	assert_int_equal(type(f, "probes off"), SH_OK);
	fixture_free(f);
}

static void who_looks_on_is_said_once_and_counts(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(type(f, "probes on"), SH_OK);
	assert_true(said(f, "probes on: bpf") || said(f, "probes on: inproc; no bpf: "));
	bool kernel = said(f, "probes on: bpf");

	assert_int_equal(type(f, "run"), SH_OK);
	assert_int_equal(type(f, "probes"), SH_OK);
	assert_true(said(f, "restart               1\n"));
	assert_int_equal(type(f, "hotspots 0/5m"), SH_OK);
	assert_true(said(f, "core/cache\n"));
	assert_int_equal(type(f, "hotspots 5"), SH_USAGE);
	assert_int_equal(type(f, "latency"), SH_OK);
	assert_int_equal(type(f, "probes reconcile"), kernel ? SH_OK : SH_UNAVAILABLE);
	assert_true(said(f, kernel ? "kernel and journal agree" : "nothing to compare with"));
	assert_int_equal(type(f, "probes off"), SH_OK);
	assert_int_equal(type(f, "probes"), SH_FAIL);
	fixture_free(f);
}

static void they_stay_for_what_is_loaded_later_and_begin_anew(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(type(f, "probes on"), SH_OK);
	assert_int_equal(type(f, "run"), SH_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(sh_session_load_text(&f->session, "small.yaml", small_tree,
						      strlen(small_tree)),
				 SH_OK);
		assert_int_equal(type(f, "run"), SH_OK);
		assert_int_equal(type(f, "probes"), SH_OK);
		assert_true(said(f, "restart               1\n"));
		/* The tree's own start was seen, too. */
		assert_true(said(f, "start                 6\n"));
	}
	assert_int_equal(type(f, "probes on"), SH_OK); /* again: nothing changes */
	assert_int_equal(type(f, "probes"), SH_OK);
	assert_true(said(f, "restart               1\n"));
	fixture_free(f);
}

/* A point is hit for something that did not happen, and a thing happens that nobody is told of. */
static void what_only_one_of_them_saw_is_an_error_and_is_named(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	assert_int_equal(type(f, "probes on"), SH_OK);
	bool kernel = said(f, "probes on: bpf");

	if (!kernel) {
		fixture_free(f);
		skip();
	}
	assert_int_equal(type(f, "run"), SH_OK);
	assert_int_equal(type(f, "probes reconcile"), SH_OK);
	const struct rt *rt = scn_world_rt(f->session.world);
	rt_place cache = rt_path_find(rt, "core/cache");

	rt_usdt_event(rt, &(struct rt_event){ .kind = RT_EV_RESTART, .place = cache });
	rt_usdt_fault_fired(rt, rt_path_find(rt, "core/storage"), "crash", 1);
	assert_int_equal(type(f, "probes reconcile"), SH_INTERNAL);
	assert_true(said(f, "kernel and journal differ in 2 places\n"));
	assert_true(said(f, "  restart of core/cache: kernel 2, journal 1\n"));
	assert_true(said(f, "  fault_fired of core/storage: kernel 1, journal 0\n"));
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_looks_until_somebody_is_let),
		cmocka_unit_test(who_looks_on_is_said_once_and_counts),
		cmocka_unit_test(they_stay_for_what_is_loaded_later_and_begin_anew),
		cmocka_unit_test(what_only_one_of_them_saw_is_an_error_and_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
