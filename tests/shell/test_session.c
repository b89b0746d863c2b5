/* test_session.c - commands over a small tree: what they do, what they say, what they refuse. */
#include <errno.h>
#include <unistd.h>

#include "session_fixture.h"

#include "shell/batch.h"
#include "shell/paths.h"

static void a_crash_heals(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject crash core/cache reason=boom", "core/cache is down");
	assert_says(f, "tree", "dead");
	assert_says(f, "run 1s", "restart ");
	assert_says(f, "tree core", "restarts 1");
	assert_says(f, "tree core", "1/3 in 5s");
	assert_says(f, "why core/cache", "boom");
	assert_says(f, "events 3 core/cache", "start 2");
	fixture_free(f);
}

static void a_step_is_one_dispatch(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	struct rt *rt = scn_world_rt(f->session.world);
	assert_int_equal(type(f, "inject crash core/cache boom"), SH_OK);
	uint64_t before = rt_steps(rt);
	assert_says(f, "step", "child_terminated");
	assert_int_equal(rt_steps(rt), before + 1);
	/* When all is quiet it goes to what is due: the crash of the method at 2 s. */
	while (rt_now(rt) == 0)
		assert_int_equal(type(f, "step"), SH_OK);
	assert_true(rt_now(rt) >= 2 * RT_SECOND);
	fixture_free(f);
}

static void until_stops_at_the_event(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "until restart", "restart ");
	assert_int_equal(rt_now(scn_world_rt(f->session.world)), 2 * RT_SECOND);
	assert_says(f, "until give_up", "no give_up came");
	assert_refused(f, "until restrat", SH_USAGE, "did you mean restart");
	fixture_free(f);
}

static void paths_that_are_nowhere_are_refused_before_anything_runs(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_refused(f, "until exit core/zzz", SH_USAGE, "core has storage, cache, telemetry");
	assert_refused(f, "until exit core/telemetry/xyzzyxyzzyxyzzy", SH_USAGE,
		       "core/telemetry has collector");
	assert_refused(f, "until exit core/cahce", SH_USAGE, "did you mean core/cache?");
	assert_refused(f, "until exit zzz", SH_USAGE, "nothing in the tree is zzz");
	assert_refused(f, "until exit core/*/zzz", SH_USAGE, "nothing in the tree is");
	assert_int_equal(rt_now(scn_world_rt(f->session.world)), 0);
	assert_refused(f, "tree core/cahce", SH_USAGE, "did you mean core/cache?");
	assert_refused(f, "events core/cahce", SH_USAGE, "did you mean core/cache?");
	assert_refused(f, "expect core/cahce untouched", SH_USAGE, "did you mean core/cache?");
	assert_refused(f, "count_children core/zzz", SH_USAGE, "core has storage");
	/* Somebody who is still to come can be waited for. */
	assert_says(f, "start_child core zzz at=1s", "armed");
	assert_says(f, "until start core/zzz", "core/zzz");
	fixture_free(f);
}

static void run_alone_gives_the_verdict(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "run", "PASS");
	assert_refused(f, "run 1s", SH_USAGE, "over");
	assert_refused(f, "inject crash core/cache", SH_USAGE, "over");
	assert_int_equal(f->session.verdict, SH_OK);
	fixture_free(f);

	f = fixture_new();
	assert_says(f, "inject crash core/cache", "down");
	assert_says(f, "run", "FAIL");
	assert_int_equal(f->session.verdict, SH_FAIL);
	assert_says(f, "why", "core/cache");
	fixture_free(f);
}

static void supervisors_answer_as_in_otp(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(
		f, "which_children core",
		"[{telemetry,running,supervisor},\n {cache,running,worker},\n {storage,running,worker}]\n");
	assert_says(f, "count_children core", "[{specs,3},{active,3},{supervisors,1},{workers,2}]\n");
	assert_says(f, "get_childspec core cache",
		    "#{id => cache, restart => permanent, shutdown => 5s, significant => false, type => "
		    "worker}  % by default: restart, shutdown, significant, type\n");
	assert_says(f, "get_childspec core cahce", "{error,not_found}");
	assert_says(f, "terminate_child core cache", "terminate_child: ok");
	assert_says(f, "which_children core", "{cache,undefined,worker}");
	assert_says(f, "delete_child core child=cache", "delete_child: ok");
	assert_says(f, "restart_child core cache", "{error,not_found}");
	assert_says(f, "start_child core extra restart=temporary", "{ok,pid}");
	assert_says(f, "tree", "temporary");
	assert_says(f, "inject kill core/telemetry", "down");
	assert_says(f, "which_children core/telemetry", "{exit,noproc}");
	assert_refused(f, "which_children core/storage", SH_USAGE, "not a supervisor");
	fixture_free(f);
}

static void looking_changes_nothing(void **state)
{
	static const char *const looks[] = { "tree",
					     "tree core all",
					     "which_children core",
					     "count_children core",
					     "get_childspec core cache",
					     "events",
					     "why core/cache",
					     "expect",
					     "seed",
					     "journal",
					     "help",
					     "help inject",
					     "show" };
	(void)state;
	struct fixture *f = fixture_new();
	uint64_t seq = rt_seq(scn_world_rt(f->session.world)),
		 hash = rt_state_hash(scn_world_rt(f->session.world));
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (type(f, looks[i]) != SH_OK)
			fail_msg("%s: %s", looks[i], f->text[1]);
		assert_int_equal(rt_seq(scn_world_rt(f->session.world)), seq);
		assert_true(rt_state_hash(scn_world_rt(f->session.world)) == hash);
		assert_false(f->session.touched);
	}
	fixture_free(f);
}

static void set_holds_from_then_on(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "set core strategy=one_for_all intensity=9", "set ");
	assert_says(f, "tree core", "one_for_all 0/9 in 5s");
	assert_refused(f, "set core strategy=one_for_al", SH_USAGE, "one_for_all");
	assert_refused(f, "set core", SH_USAGE, "");
	fixture_free(f);
}

static void lasting_faults_are_healed(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject hang core/storage", "suspend");
	assert_says(f, "tree", "hanging");
	assert_says(f, "heal core/storage", "resume");
	assert_says(f, "heal", "nothing to heal");
	fixture_free(f);
}

static void the_tree_shows_who_is_starting(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject slow_init core/storage by=5s", "");
	assert_says(f, "inject crash core/storage", "exit");
	assert_says(f, "run 1s", "takes its time");
	assert_says(f, "tree", "starting");
	assert_says(f, "inject kill core/storage", "killed, before it was ready");
	assert_says(f, "run 1s", "start_error");
	fixture_free(f);
}

static void what_is_only_opened_says_so_and_is_healed(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject drop core/cache probability=10% duration=5s", "drop of core/cache is armed");
	assert_says(f, "inject drop core/storage", "drop of core/storage is armed");
	assert_says(f, "inject send core/storage count=2", "message_lost");
	assert_says(f, "heal core/cache", "fault_healed");
	assert_refused(f, "inject drop core", SH_USAGE, "drop is for workers");
	fixture_free(f);
}

static void a_partition_has_two_sides(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_refused(f, "inject partition core/cache", SH_USAGE, "partition needs from");
	assert_refused(f, "inject partition core/cache from=core/storag", SH_USAGE,
		       "did you mean core/storage");
	assert_says(f, "inject partition core/cache from=core/storage", "fault_fired");
	assert_says(f, "heal", "fault_healed");
	assert_says(f, "inject partition core/cache core/storage", "fault_fired");
	assert_refused(f, "inject partition core/cache from=core/cache", SH_USAGE, "nothing on the other");
	fixture_free(f);
}

static void a_fault_that_changes_nothing_says_so(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject hang core/cache", "fault_fired");
	assert_says(f, "inject hang core/cache", "took effect on nothing: core/cache is so already");
	assert_says(f, "inject kill core/cache", "is down");
	assert_says(f, "inject hang core/cache", "took effect on nothing: no live target\n");
	fixture_free(f);
}

static void triggers_arm(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject crash core/storage reason=late at=1s", "armed");
	assert_says(f, "run 900ms", "");
	assert_null(strstr(f->text[0], "late"));
	assert_says(f, "run 200ms", "late");
	fixture_free(f);
}

static void slips_are_refused_with_what_was_meant(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_refused(f, "trree", SH_USAGE, "did you mean tree");
	assert_refused(f, "s", SH_USAGE, "seed");
	assert_refused(f, "crash core/cache", SH_USAGE, "inject crash");
	assert_refused(f, "inject crsh core/cache", SH_USAGE, "did you mean crash");
	assert_refused(f, "inject crash core/cahce", SH_USAGE, "did you mean core/cache");
	assert_refused(f, "inject crash core/cache reson=x", SH_USAGE, "reason");
	assert_refused(f, "inject crash core/cache reason=normal", SH_USAGE, "normal");
	assert_refused(f, "inject crash core/cache a b", SH_USAGE, "one word too many");
	assert_refused(f, "inject crash", SH_USAGE, "too few words");
	assert_refused(f, "tree a b c", SH_USAGE, "too many words");
	assert_refused(f, "tree core/nothing", SH_USAGE, "core/nothing");
	assert_refused(f, "run 5", SH_USAGE, "duration");
	assert_refused(f, "run -5s", SH_USAGE, "duration");
	assert_refused(f, "step 0", SH_USAGE, "whole number");
	assert_refused(f, "why 99999", SH_USAGE, "no event 99999");
	assert_refused(f, "seed -1", SH_USAGE, "whole number");
	assert_refused(f, "seed 18446744073709551616", SH_USAGE, "whole number");
	assert_refused(f, "help injct", SH_USAGE, "did you mean inject");
	assert_refused(f, "play", SH_USAGE, "terminal");
	assert_refused(f, "load 'x", SH_USAGE, "quote");
	assert_refused(f, "load nowhere.yaml", SH_MISSING, "nowhere.yaml");
	assert_refused(f, "expect restrts core/cache", SH_USAGE, "restarts");
	fixture_free(f);
}

static void without_a_scenario_most_commands_say_so(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	(void)sh_session_fini(&f->session);
	sh_session_init(&f->session, &f->out, &f->err);
	for (size_t i = 0; i < sh_commands_count; i++) {
		char line[100];
		snprintf(line, sizeof(line), "%s a b", sh_commands[i].name);
		if (sh_commands[i].needs_world && sh_commands[i].max >= 2)
			assert_refused(f, line, SH_USAGE, "load FILE");
	}
	assert_says(f, "help", "load");
	fixture_free(f);
}

static void expectations_are_checked_and_added(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(type(f, "expect restarts core/storage equals=1"), SH_FAIL);
	assert_non_null(strstr(f->text[0], "fails"));
	assert_says(f, "expect core/storage untouched", "holds");
	assert_says(f, "inject crash core/storage", "down");
	assert_says(f, "run 1s", "start");
	assert_says(f, "expect", "holds  restarts core/storage");
	assert_says(f, "expect", "fails  untouched core/storage");
	assert_says(f, "run", "FAIL (expectation)");
	fixture_free(f);
}

static void all_that_was_not_met_is_told_as_it_was_judged(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "run 3s", "start");
	assert_says(f, "expect core/storage untouched", "holds");
	assert_refused(f, "expect exits core/cache equals=7", SH_FAIL, "");
	assert_refused(f, "expect alive core/storage is=false", SH_FAIL, "");
	assert_says(f, "run", "exits of core/cache: expected 7, was 1 (and 1 more not met)\n"
			      "  alive of core/storage: expected false, was true\n");
	/* The final stop changes nothing any more. */
	assert_says(f, "expect", "holds  restarts core/cache: expected 1, was 1\n"
				 "holds  untouched core/storage: expected untouched, was ");
	assert_non_null(strstr(f->text[0], "fails  exits core/cache: expected 7, was 1\n"
					   "fails  alive core/storage: expected false, was true\n"));
	assert_refused(f, "expect alive core/cache", SH_FAIL, "");
	assert_non_null(strstr(f->text[0], "expected true, after the final stop is false"));
	fixture_free(f);
}

static void what_a_file_could_not_say_is_refused(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_refused(f, "inject crash core/telemetry", SH_USAGE, "is for workers");
	assert_refused(f, "inject crash core/tele*", SH_USAGE, "matches none");
	assert_refused(f, "inject stop core/cache", SH_USAGE, "is a worker");
	assert_refused(f, "start_child core", SH_USAGE, "needs `child`");
	assert_refused(f, "inject kill core/cache on.event=exit on.of=core/cahce", SH_USAGE, "core/cache?");
	assert_refused(f, "inject kill core/cache after.restarts=1 after.of=core/*/x", SH_USAGE, "nothing");
	assert_says(f, "start_child core extra", "{ok,pid}");
	assert_says(f, "inject crash core/extra", "down"); /* nobody's file has it */
	fixture_free(f);
}

static char *make_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *folder = malloc(strlen(base ? base : P_tmpdir) + 32);
	assert_non_null(folder);
	sprintf(folder, "%s/treefall-test.XXXXXX", base ? base : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	return folder;
}

static void what_is_saved_does_it_again(void **state)
{
	(void)state;
	char *folder = make_folder(), line[300], file[200];
	struct fixture *f = fixture_new();
	snprintf(file, sizeof(file), "%s/mine.yaml", folder);
	assert_says(f, "run 1s", "");
	assert_says(f, "inject crash core/storage reason=typed", "down");
	assert_says(f, "run 3s", "start");
	assert_says(f, "expect restarts core/storage equals=1", "holds");
	snprintf(line, sizeof(line), "save %s", file);
	assert_says(f, line, "saved");
	assert_refused(f, line, SH_USAGE, "force");
	snprintf(line, sizeof(line), "save %s !", file);
	assert_says(f, line, "saved");
	snprintf(line, sizeof(line), "load %s", file);
	assert_says(f, line, "small");
	assert_says(f, "run", "PASS");
	assert_says(f, "events 100 core/storage", "typed");
	assert_refused(f, "journal /dev/null/x", SH_UNWRITTEN, "cannot write");
	snprintf(line, sizeof(line), "journal %s", file);
	assert_refused(f, line, SH_USAGE, "no journal");
	fixture_free(f);
	unlink(file);
	rmdir(folder);
	free(folder);
}

static void what_cannot_be_saved_exactly_is_said(void **state)
{
	(void)state;
	char *folder = make_folder(), line[300], file[200];
	struct fixture *f = fixture_new();
	snprintf(file, sizeof(file), "%s/mine.yaml", folder);
	snprintf(line, sizeof(line), "save %s", file);
	assert_says(f, "inject crash core/storage reason=first", "down");
	assert_says(f, "step", "restart");
	assert_says(f, "inject crash core/cache reason=between", "down");
	assert_says(f, line, "cannot say just when");
	fixture_free(f);
	unlink(file);
	rmdir(folder);
	free(folder);
}

static bool ends_a_run(const char *file)
{
	char text[20000];
	FILE *read = fopen(file, "r");
	assert_non_null(read);
	text[fread(text, 1, sizeof(text) - 1, read)] = 0;
	fclose(read);
	return !strncmp(text, "{\"treefall\":", 12) && strstr(text, "{\"end\":true");
}

static void runs_can_be_recorded_elsewhere(void **state)
{
	(void)state;
	char *folder = make_folder(), line[300], first[200], second[200], third[200];
	struct fixture *f = fixture_new();
	snprintf(first, sizeof(first), "%s/small.yaml", folder);
	FILE *scenario = fopen(first, "w");
	assert_non_null(scenario);
	assert_true(fputs(small_tree, scenario) >= 0);
	assert_int_equal(fclose(scenario), 0);
	snprintf(line, sizeof(line), "load %s", first);
	assert_says(f, line, "small");
	snprintf(second, sizeof(second), "%s/a.jsonl", folder);
	snprintf(third, sizeof(third), "%s/b.jsonl", folder);
	assert_says(f, "journal", "nothing is recorded");
	snprintf(line, sizeof(line), "journal %s", second);
	assert_says(f, line, "small"); /* loaded again */
	assert_says(f, "journal", "a.jsonl\n");
	assert_refused(f, line, SH_USAGE, "being written");
	assert_says(f, "run 1s", "");
	snprintf(line, sizeof(line), "journal %s", third);
	assert_says(f, line, "from the next load on");
	assert_says(f, "journal", "b.jsonl, from the next load on");
	assert_says(f, "run", "PASS");
	assert_true(ends_a_run(second));
	snprintf(line, sizeof(line), "load %s", first);
	assert_says(f, line, "small");
	assert_says(f, "run", "PASS");
	assert_true(ends_a_run(third));
	fixture_free(f);
	unlink(first);
	unlink(second);
	unlink(third);
	rmdir(folder);
	free(folder);
}

static void a_file_is_written_whole_or_not_at_all(void **state)
{
	(void)state;
	char *folder = make_folder(), file[200], text[8] = "";
	snprintf(file, sizeof(file), "%s/a", folder);
	assert_int_equal(sh_path_write(file, "one", 3, false), 0);
	assert_int_equal(sh_path_write(file, "two", 3, false), EEXIST);
	FILE *read = fopen(file, "r");
	assert_int_equal(fread(text, 1, 7, read), 3);
	fclose(read);
	assert_string_equal(text, "one");
	assert_int_equal(sh_path_write(file, "three", 5, true), 0);
	assert_int_not_equal(sh_path_write("/dev/null/a", "x", 1, false), 0);
	assert_int_equal(sh_path_write("/dev/full", "x", 1, true), EINVAL);
	unlink(file);
	assert_int_equal(rmdir(folder), 0); /* nothing was left behind */
	free(folder);
}

static enum sh_code batch(struct fixture *f, const char *script, bool strict)
{
	fixture_forget(f);
	FILE *from = fmemopen((void *)(uintptr_t)script, strlen(script), "r");
	enum sh_code code = sh_batch_run(&f->session, from, "script", strict);
	fclose(from);
	fflush(f->file[0]);
	fflush(f->file[1]);
	return code;
}

static void a_script_goes_on_unless_it_is_strict(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(batch(f, "# a comment\n\ngrow\nseed", false), SH_OK);
	assert_string_equal(f->text[0], "7\n");
	assert_non_null(strstr(f->text[1], "script:3: "));
	assert_int_equal(batch(f, "grow\nseed\n", true), SH_USAGE);
	assert_string_equal(f->text[0], "");
	assert_int_equal(batch(f, "expect restarts core/cache equals=1\nseed\n", true), SH_FAIL);
	assert_int_equal(batch(f, "seed\nquit\nseed\n", true), SH_OK);
	assert_string_equal(f->text[0], "7\n");
	fixture_free(f);
}

static void the_prompt_shows_scenario_and_time(void **state)
{
	char prompt[100];
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(type(f, "run 1500ms"), SH_OK);
	sh_session_prompt(&f->session, prompt, sizeof(prompt));
	assert_string_equal(prompt, "small 1.500s> ");
	fixture_free(f);
}

static void long_runs_print_a_part(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_says(f, "inject exit core/telemetry/collector normal every=1ms", "armed");
	assert_says(f, "set core intensity=100000", "set");
	assert_says(f, "inject exit core/storage normal every=1ms", "armed");
	assert_says(f, "run 500ms", "more events");
	assert_says(f, "show none", "");
	assert_says(f, "run 500ms", "");
	assert_string_equal(f->text[0], "");
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_heals),
		cmocka_unit_test(a_step_is_one_dispatch),
		cmocka_unit_test(until_stops_at_the_event),
		cmocka_unit_test(paths_that_are_nowhere_are_refused_before_anything_runs),
		cmocka_unit_test(run_alone_gives_the_verdict),
		cmocka_unit_test(supervisors_answer_as_in_otp),
		cmocka_unit_test(looking_changes_nothing),
		cmocka_unit_test(set_holds_from_then_on),
		cmocka_unit_test(lasting_faults_are_healed),
		cmocka_unit_test(the_tree_shows_who_is_starting),
		cmocka_unit_test(what_is_only_opened_says_so_and_is_healed),
		cmocka_unit_test(a_partition_has_two_sides),
		cmocka_unit_test(a_fault_that_changes_nothing_says_so),
		cmocka_unit_test(triggers_arm),
		cmocka_unit_test(slips_are_refused_with_what_was_meant),
		cmocka_unit_test(without_a_scenario_most_commands_say_so),
		cmocka_unit_test(expectations_are_checked_and_added),
		cmocka_unit_test(all_that_was_not_met_is_told_as_it_was_judged),
		cmocka_unit_test(what_a_file_could_not_say_is_refused),
		cmocka_unit_test(what_is_saved_does_it_again),
		cmocka_unit_test(what_cannot_be_saved_exactly_is_said),
		cmocka_unit_test(runs_can_be_recorded_elsewhere),
		cmocka_unit_test(a_file_is_written_whole_or_not_at_all),
		cmocka_unit_test(a_script_goes_on_unless_it_is_strict),
		cmocka_unit_test(the_prompt_shows_scenario_and_time),
		cmocka_unit_test(long_runs_print_a_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
