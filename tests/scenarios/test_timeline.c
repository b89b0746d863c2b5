/* Going back in a run, and going on from there another way. */
#include <signal.h>

#include "scenarios/arena.h"
#include "scenarios/timeline.h"
#include "tests/support/stage.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define TREE                                                                                                 \
	"duration: 60s\n"                                                                                    \
	"tree:\n"                                                                                            \
	"  id: app\n"                                                                                        \
	"  strategy: rest_for_one\n"                                                                         \
	"  intensity: 1000\n"                                                                                \
	"  children: [{id: a}, {id: b}, {id: c}]\n"

#define METHOD "method: [{every: 1s, action: crash, target: app/b, times: 50}]\n"

struct play {
	struct scn_scenario *scenario;
	struct scn_timeline *timeline;
};

static struct play begin(const char *text)
{
	struct play play = { .scenario = stage_scenario(text) };

	assert_int_equal(scn_timeline_new(play.scenario, NULL, &play.timeline), RT_OK);
	return play;
}

static void end(struct play *play)
{
	scn_timeline_free(play->timeline);
	scn_free(play->scenario);
}

static struct rt *rt_of(const struct play *play)
{
	return scn_world_rt(scn_timeline_world(play->timeline));
}

static uint64_t seq(const struct play *play)
{
	return rt_seq(rt_of(play));
}

static void run_until(struct play *play, rt_time until)
{
	enum rt_status status;

	while ((status = scn_timeline_move(play->timeline, until)) == RT_OK)
		continue;
	assert_true(status == RT_EAGAIN || status == RT_ESTATE);
}

static unsigned crash(struct play *play, const char *target, const char *reason)
{
	struct inj_action action = { .fault = NULL };
	unsigned targets = 0;

	assert_int_equal(inj_action_set(&action, "action", "crash", NULL), RT_OK);
	assert_int_equal(inj_action_set(&action, "target", target, NULL), RT_OK);
	assert_int_equal(inj_action_set(&action, "reason", reason, NULL), RT_OK);
	assert_int_equal(scn_timeline_input(play->timeline, &action, &targets), RT_OK);
	return targets;
}

static unsigned starts(const struct play *play, const char *path)
{
	return rt_path_starts(rt_of(play), rt_path_find(rt_of(play), path));
}

TEST(unit_a_place_that_one_comes_back_to_is_the_same_to_the_last_bit)
{
	struct play play = begin(TREE METHOD);
	uint64_t seqs[400], hashes[400];
	size_t count = 1;

	seqs[0] = seq(&play);
	hashes[0] = rt_state_hash(rt_of(&play));
	while (scn_timeline_move(play.timeline, 40 * RT_SECOND) == RT_OK && count < 400) {
		if (seqs[count - 1] == seq(&play))
			continue;
		seqs[count] = seq(&play);
		hashes[count++] = rt_state_hash(rt_of(&play));
	}
	assert_true(count > 100);
	for (size_t i = count; i-- > 0;) {
		assert_int_equal(scn_timeline_go(play.timeline, seqs[i]), RT_OK);
		assert_int_equal(seq(&play), seqs[i]);
		assert_int_equal(rt_state_hash(rt_of(&play)), hashes[i]);
		i -= i > 10 ? 7 : 0;
	}
	end(&play);
}

TEST(unit_stepping_back_goes_move_by_move_to_where_the_tree_was_up)
{
	struct play play = begin(TREE METHOD);
	uint64_t up = seq(&play);
	unsigned steps = 0;

	run_until(&play, 5 * RT_SECOND);
	for (uint64_t before = seq(&play); before > up; before = seq(&play), steps++) {
		assert_int_equal(scn_timeline_back(play.timeline), RT_OK);
		assert_true(seq(&play) < before);
	}
	assert_true(steps > 5);
	assert_int_equal(scn_timeline_back(play.timeline), RT_EAGAIN);
	assert_int_equal(starts(&play, "app/b"), 1);
	assert_int_equal(scn_timeline_end(play.timeline), RT_OK);
	assert_int_equal(rt_now(rt_of(&play)), 5 * RT_SECOND);
	end(&play);
}

TEST(unit_what_was_done_is_done_again_when_one_comes_by)
{
	struct play play = begin(TREE);

	run_until(&play, 2 * RT_SECOND);
	assert_int_equal(crash(&play, "app/a", "first"), 1);
	run_until(&play, 4 * RT_SECOND);
	assert_int_equal(crash(&play, "app/c", "second"), 1);
	run_until(&play, 6 * RT_SECOND);
	uint64_t hash = rt_state_hash(rt_of(&play)), last = seq(&play);

	assert_int_equal(scn_timeline_go(play.timeline, 0), RT_OK);
	assert_int_equal(starts(&play, "app/a"), 1);
	assert_false(scn_timeline_at_end(play.timeline));
	assert_int_equal(scn_timeline_end(play.timeline), RT_OK);
	assert_int_equal(seq(&play), last);
	assert_int_equal(rt_state_hash(rt_of(&play)), hash);
	assert_int_equal(starts(&play, "app/a"), 2);
	assert_int_equal(starts(&play, "app/c"), 3);
	assert_int_equal(scn_timeline_branches(play.timeline), 1);
	end(&play);
}

TEST(unit_doing_something_else_earlier_begins_a_branch_and_the_first_one_stays)
{
	struct play play = begin(TREE);
	struct scn_branch branch;

	run_until(&play, 2 * RT_SECOND);
	uint64_t before = seq(&play);

	crash(&play, "app/a", "one");
	run_until(&play, 4 * RT_SECOND);
	uint64_t hash = rt_state_hash(rt_of(&play));

	assert_int_equal(scn_timeline_go(play.timeline, before), RT_OK);
	crash(&play, "app/c", "other");
	run_until(&play, 4 * RT_SECOND);
	assert_int_equal(scn_timeline_branches(play.timeline), 2);
	assert_int_equal(scn_timeline_branch(play.timeline), 1);
	assert_int_equal(starts(&play, "app/a"), 1);
	assert_int_equal(starts(&play, "app/c"), 2);
	branch = scn_timeline_branch_info(play.timeline, 1);
	assert_int_equal(branch.parent, 0);
	assert_int_equal(branch.fork, before);
	assert_int_equal(branch.deeds, 1);
	assert_string_equal(branch.latest, "crash app/c reason=other");

	assert_int_equal(scn_timeline_switch(play.timeline, 0), RT_OK);
	assert_int_equal(rt_now(rt_of(&play)), 4 * RT_SECOND);
	assert_int_equal(rt_state_hash(rt_of(&play)), hash);
	assert_int_equal(scn_timeline_switch(play.timeline, 1), RT_OK);
	assert_int_equal(starts(&play, "app/c"), 2);
	assert_int_equal(scn_timeline_switch(play.timeline, 2), RT_ENOENT);
	end(&play);
}

TEST(unit_what_is_undone_never_was)
{
	struct play play = begin(TREE), without = begin(TREE);

	run_until(&play, 2 * RT_SECOND);
	crash(&play, "app/a", "stays");
	run_until(&play, 4 * RT_SECOND);
	crash(&play, "app/a", "goes");
	run_until(&play, 6 * RT_SECOND);
	assert_int_equal(scn_timeline_undo(play.timeline), RT_OK);
	assert_int_equal(rt_now(rt_of(&play)), 6 * RT_SECOND);
	run_until(&without, 2 * RT_SECOND);
	crash(&without, "app/a", "stays");
	run_until(&without, 6 * RT_SECOND);
	assert_int_equal(rt_state_hash(rt_of(&play)), rt_state_hash(rt_of(&without)));
	assert_int_equal(scn_timeline_branches(play.timeline), 2);
	assert_int_equal(scn_timeline_undo(play.timeline), RT_OK);
	assert_int_equal(starts(&play, "app/a"), 1);
	assert_int_equal(scn_timeline_undo(play.timeline), RT_EAGAIN);
	end(&play);
	end(&without);
}

TEST(unit_a_branch_has_a_journal_that_replays)
{
	struct play play = begin(TREE METHOD);
	struct collected journal = { 0 };
	struct scn_replay replay = { 0 };

	run_until(&play, 10 * RT_SECOND);
	uint64_t middle = seq(&play);

	run_until(&play, 20 * RT_SECOND);
	assert_int_equal(scn_timeline_go(play.timeline, middle), RT_OK);
	crash(&play, "app/a", "branch");
	run_until(&play, 15 * RT_SECOND);
	assert_int_equal(scn_timeline_write(play.timeline, collect_into(&journal)), RT_OK);
	assert_contains(journal.text, "\"reason\":\"branch\"");
	char *file = stage_write_file(journal.text, journal.length);

	assert_int_equal(scn_replay(file, &replay), RT_OK);
	assert_true(replay.agrees);
	assert_int_equal(replay.runs, 1);
	scn_replay_fini(&replay);
	remove(file);
	free(file);
	free(journal.text);
	end(&play);
}

/* A world of the same scenario in which a person did this and that. */
static struct scn_world *busy_world(const struct play *play)
{
	struct scn_world *world;
	struct scn_probe probe = { 0 };
	struct inj_action action = { .fault = NULL };
	static const char *const words[] = { "restarts", "app/b", "equals=1" };

	assert_int_equal(scn_world_new(play->scenario, NULL, &world), RT_OK);
	assert_int_equal(scn_world_boot(world), RT_OK);
	assert_int_equal(inj_action_set(&action, "action", "crash", NULL), RT_OK);
	assert_int_equal(inj_action_set(&action, "target", "app/b", NULL), RT_OK);
	while (scn_world_move(world, 3 * RT_SECOND) == RT_OK)
		continue;
	assert_int_equal(scn_world_input(world, &action, NULL), RT_OK);
	assert_int_equal(scn_probe_parse(world, words, 3, &probe, NULL), RT_OK);
	assert_int_equal(scn_world_expect(world, &probe), RT_OK);
	while (scn_world_move(world, 7 * RT_SECOND) == RT_OK)
		continue;
	/* The last thing is done right here, and no move follows it. */
	assert_int_equal(inj_action_set(&action, "target", "app/c", NULL), RT_OK);
	assert_int_equal(scn_world_input(world, &action, NULL), RT_OK);
	return world;
}

TEST(unit_what_was_done_to_another_world_is_taken_over)
{
	struct play play = begin(TREE);
	struct scn_world *world = busy_world(&play);
	struct scn_probe probe;

	assert_int_equal(scn_timeline_take(play.timeline, world), RT_OK);
	assert_int_equal(rt_now(rt_of(&play)), 7 * RT_SECOND);
	assert_int_equal(seq(&play), rt_seq(scn_world_rt(world)));
	assert_int_equal(rt_state_hash(rt_of(&play)), rt_state_hash(scn_world_rt(world)));
	assert_true(scn_world_added(scn_timeline_world(play.timeline), 0, &probe));
	assert_string_equal(probe.of, "app/b");
	assert_false(scn_world_added(scn_timeline_world(play.timeline), 1, &probe));
	assert_string_equal(scn_timeline_branch_info(play.timeline, 0).latest, "crash app/c");
	assert_int_equal(scn_timeline_branch_info(play.timeline, 0).deeds, 3);
	assert_int_equal(scn_timeline_branch_info(play.timeline, 0).restarts, 1);
	assert_int_equal(scn_timeline_branch_info(play.timeline, 0).alive, 3);
	assert_int_equal(scn_timeline_undo(play.timeline), RT_OK);
	assert_int_equal(starts(&play, "app/c"), 2);
	/* Not a second time. */
	assert_int_equal(scn_timeline_take(play.timeline, world), RT_EINVAL);
	scn_world_free(world);
	end(&play);
}

TEST(unit_of_a_world_that_was_judged_it_is_the_moment_before)
{
	struct play play = begin(TREE);
	struct scn_world *world = busy_world(&play);
	uint64_t before = rt_seq(scn_world_rt(world));

	assert_int_equal(scn_world_finish(world, SIGINT), RT_OK);
	assert_int_equal(scn_timeline_take(play.timeline, world), RT_OK);
	assert_int_equal(seq(&play), before);
	assert_int_equal(scn_world_phase(scn_timeline_world(play.timeline)), SCN_RUNNING);
	scn_world_free(world);
	end(&play);
}

TEST(unit_a_copy_tries_what_would_come_and_leaves_the_run_as_it_is)
{
	struct play play = begin(TREE METHOD);
	struct scn_world *copy;
	struct inj_action action = { .fault = NULL };

	run_until(&play, 4 * RT_SECOND);
	crash(&play, "app/c", "first");
	uint64_t hash = rt_state_hash(rt_of(&play));
	assert_int_equal(scn_timeline_copy(play.timeline, &copy), RT_OK);
	assert_int_equal(rt_state_hash(scn_world_rt(copy)), hash);
	assert_int_equal(inj_action_set(&action, "action", "kill", NULL), RT_OK);
	assert_int_equal(inj_action_set(&action, "target", "app/a", NULL), RT_OK);
	assert_int_equal(scn_world_input(copy, &action, NULL), RT_OK);
	while (scn_world_move(copy, 5 * RT_SECOND) == RT_OK)
		continue;
	assert_int_equal(rt_path_starts(scn_world_rt(copy), rt_path_find(scn_world_rt(copy), "app/a")), 2);
	assert_int_equal(rt_state_hash(rt_of(&play)), hash);
	assert_int_equal(scn_timeline_branches(play.timeline), 1);
	scn_world_free(copy);
	end(&play);
}

TEST(unit_a_branch_can_be_copied_where_it_ends_from_another_one)
{
	struct play play = begin(TREE);
	struct scn_world *copy = NULL;

	run_until(&play, RT_SECOND);
	assert_int_equal(crash(&play, "app/b", "one"), 1);
	run_until(&play, 2 * RT_SECOND);
	uint64_t hash = rt_state_hash(rt_of(&play));
	assert_int_equal(scn_timeline_go(play.timeline, 0), RT_OK);
	assert_int_equal(crash(&play, "app/a", "two"), 1);
	assert_int_equal(crash(&play, "app/c", "three"), 1);
	assert_int_equal(scn_timeline_branches(play.timeline), 2);
	assert_string_equal(scn_timeline_deed(play.timeline, 0, 0), "crash app/b reason=one");
	assert_null(scn_timeline_deed(play.timeline, 0, 1));
	assert_string_equal(scn_timeline_deed(play.timeline, 1, 0), "crash app/a reason=two");
	assert_string_equal(scn_timeline_deed(play.timeline, 1, 1), "crash app/c reason=three");
	uint64_t here = rt_state_hash(rt_of(&play));
	assert_int_equal(scn_timeline_copy_end(play.timeline, 0, &copy), RT_OK);
	assert_true(rt_state_hash(scn_world_rt(copy)) == hash);
	scn_world_free(copy);
	assert_int_equal(scn_timeline_copy_end(play.timeline, 1, &copy), RT_OK);
	assert_true(rt_state_hash(scn_world_rt(copy)) == here);
	scn_world_free(copy);
	assert_int_equal(scn_timeline_copy_end(play.timeline, 2, &copy), RT_ENOENT);
	/* One is where one was. */
	assert_int_equal(scn_timeline_branch(play.timeline), 1);
	assert_true(rt_state_hash(rt_of(&play)) == here);
	end(&play);
}

TEST(unit_an_expectation_comes_back_with_its_moment)
{
	struct play play = begin(TREE);
	struct scn_probe probe = { 0 };
	static const char *const words[] = { "restarts", "app/b", "equals=1" };

	run_until(&play, 2 * RT_SECOND);
	assert_int_equal(scn_probe_parse(scn_timeline_world(play.timeline), words, 3, &probe, NULL), RT_OK);
	assert_int_equal(scn_timeline_expect(play.timeline, &probe), RT_OK);
	uint64_t after = seq(&play);
	run_until(&play, 4 * RT_SECOND);
	assert_int_equal(scn_timeline_go(play.timeline, 0), RT_OK);
	assert_false(scn_world_added(scn_timeline_world(play.timeline), 0, &probe));
	assert_int_equal(scn_timeline_go(play.timeline, after), RT_OK);
	assert_true(scn_world_added(scn_timeline_world(play.timeline), 0, &probe));
	end(&play);
}

TEST(unit_no_memory_is_told_and_leaks_nothing)
{
	struct scn_scenario *scenario = stage_scenario(TREE);

	for (uint64_t nth = 1;; nth++) {
		struct scn_timeline *timeline = NULL;

		scn_arena_fail_nth(nth);
		enum rt_status status = scn_timeline_new(scenario, NULL, &timeline);

		if (status == RT_OK) {
			struct inj_action action = { .fault = NULL };

			assert_int_equal(inj_action_set(&action, "action", "crash", NULL), RT_OK);
			assert_int_equal(inj_action_set(&action, "target", "app/a", NULL), RT_OK);
			status = scn_timeline_input(timeline, &action, NULL);
			if (status == RT_OK)
				status = scn_timeline_undo(timeline);
		}
		bool fired = scn_arena_fail_fired();

		scn_arena_fail_nth(0);
		assert_true(status == RT_OK || (fired && status == RT_ENOMEM));
		scn_timeline_free(timeline);
		if (!fired)
			break;
	}
	scn_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_a_place_that_one_comes_back_to_is_the_same_to_the_last_bit),
		cmocka_unit_test(unit_stepping_back_goes_move_by_move_to_where_the_tree_was_up),
		cmocka_unit_test(unit_what_was_done_is_done_again_when_one_comes_by),
		cmocka_unit_test(unit_doing_something_else_earlier_begins_a_branch_and_the_first_one_stays),
		cmocka_unit_test(unit_what_is_undone_never_was),
		cmocka_unit_test(unit_a_branch_has_a_journal_that_replays),
		cmocka_unit_test(unit_what_was_done_to_another_world_is_taken_over),
		cmocka_unit_test(unit_of_a_world_that_was_judged_it_is_the_moment_before),
		cmocka_unit_test(unit_a_copy_tries_what_would_come_and_leaves_the_run_as_it_is),
		cmocka_unit_test(unit_a_branch_can_be_copied_where_it_ends_from_another_one),
		cmocka_unit_test(unit_an_expectation_comes_back_with_its_moment),
		cmocka_unit_test(unit_no_memory_is_told_and_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
