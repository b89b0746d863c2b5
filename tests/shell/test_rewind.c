/* test_rewind.c - a session that goes back in its run: what was typed comes along, the prompt goes on. */
#include "session_fixture.h"

#include "shell/rewind.h"

static struct rt *rt_of(struct fixture *f)
{
	return scn_world_rt(f->session.world);
}

static void what_was_typed_before_is_done_again(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "run 1s", "");
	assert_says(f, "inject crash core/storage reason=boom", "core/storage is down");
	assert_int_equal(type(f, "expect restarts core/storage equals=1"), SH_FAIL);
	assert_says(f, "run 2s", "restart");
	uint64_t hash = rt_state_hash(rt_of(f)), seq = rt_seq(rt_of(f));
	assert_int_equal(sh_rewind_open(&f->session), SH_OK);
	assert_int_equal(sh_rewind_open(&f->session), SH_OK);
	assert_int_equal(rt_state_hash(rt_of(f)), hash);
	assert_int_equal(rt_seq(rt_of(f)), seq);
	assert_says(f, "expect", "holds");
	assert_int_equal(sh_rewind_go(&f->session, 0), RT_OK);
	assert_says(f, "expect", "restarts core/cache");
	assert_null(strstr(f->text[0], "core/storage"));
	assert_int_equal(rt_now(rt_of(f)), 0);
	assert_int_equal(sh_rewind_end(&f->session), RT_OK);
	assert_int_equal(rt_state_hash(rt_of(f)), hash);
	assert_says(f, "why core/storage", "boom");
	fixture_free(f);
}

static void the_prompt_goes_on_from_an_earlier_moment(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(sh_rewind_open(&f->session), SH_OK);
	assert_says(f, "until restart", "restart");
	assert_int_equal(sh_rewind_back(&f->session), RT_OK);
	assert_int_equal(sh_rewind_go(&f->session, 0), RT_OK);
	assert_int_equal(rt_now(rt_of(f)), 0);
	fixture_free(f);
	f = fixture_new();
	assert_int_equal(sh_rewind_open(&f->session), SH_OK);
	assert_says(f, "inject kill core/storage", "core/storage is down");
	assert_says(f, "heal", "nothing to heal");
	assert_says(f, "run 1s", "restart");
	assert_int_equal(sh_rewind_undo(&f->session), RT_OK);
	assert_int_equal(sh_rewind_undo(&f->session), RT_OK);
	assert_int_equal(rt_path_starts(rt_of(f), rt_path_find(rt_of(f), "core/storage")), 1);
	assert_int_equal(scn_timeline_branches(f->session.timeline), 3);
	assert_int_equal(sh_rewind_switch(&f->session, 0), RT_OK);
	assert_int_equal(rt_path_starts(rt_of(f), rt_path_find(rt_of(f), "core/storage")), 2);
	assert_says(f, "run", "PASS");
	fixture_free(f);
}

static void a_run_that_is_recorded_is_refused(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	f->session.journal.name = strdup("run.jsonl");
	assert_int_equal(scn_writer_open("/dev/null", SCN_JSONL, &f->session.journal.writer, NULL), RT_OK);
	fixture_forget(f);
	assert_int_equal(sh_rewind_open(&f->session), SH_USAGE);
	fflush(f->file[1]);
	assert_non_null(strstr(f->text[1], "run.jsonl"));
	assert_null(f->session.timeline);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_typed_before_is_done_again),
		cmocka_unit_test(the_prompt_goes_on_from_an_earlier_moment),
		cmocka_unit_test(a_run_that_is_recorded_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
