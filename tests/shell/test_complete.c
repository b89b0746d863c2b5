/* test_complete.c - what Tab offers, place by place, over facts that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/complete.h"

/* core with storage, cache and telemetry, which has collector. */
static void children(void *ctx, const char *supervisor, bool supervisors_only, sh_fact_fn *fn, void *to)
{
	(void)ctx;
	if (!*supervisor)
		fn(to, "core", "the root", true);
	if (!strcmp(supervisor, "core")) {
		if (!supervisors_only) {
			fn(to, "core/storage", NULL, false);
			fn(to, "core/cache", NULL, false);
		}
		fn(to, "core/telemetry", "supervisor", true);
	}
	if (!strcmp(supervisor, "core/telemetry") && !supervisors_only)
		fn(to, "core/telemetry/collector", NULL, false);
}

static void ids(void *ctx, const char *supervisor, sh_fact_fn *fn, void *to)
{
	(void)ctx;
	if (strcmp(supervisor, "core") != 0)
		return;
	fn(to, "storage", NULL, false);
	fn(to, "cache", NULL, false);
	fn(to, "telemetry", NULL, false);
}

static void reasons(void *ctx, sh_fact_fn *fn, void *to)
{
	(void)ctx;
	fn(to, "badness", "seen", false);
}

static void files(void *ctx, const char *prefix, sh_fact_fn *fn, void *to)
{
	(void)ctx, (void)prefix;
	fn(to, "one.yaml", NULL, false);
	fn(to, "other.yaml", NULL, false);
	fn(to, "folder/", NULL, true);
}

static const struct sh_facts facts = { .children = children, .ids = ids, .reasons = reasons, .files = files };

/* Candidates at the end of `line`, joined by blanks; those with more to come have a `+` behind them. */
static const char *offered(const char *line)
{
	static char all[8192];
	struct sh_candidates candidates;
	size_t used = 0;
	all[0] = 0;
	sh_complete(line, strlen(line), &facts, &candidates);
	for (size_t i = 0; i < candidates.count; i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s%s", i ? " " : "",
					 candidates.item[i].text, candidates.item[i].more ? "+" : "");
	assert_true(used < sizeof(all));
	sh_candidates_fini(&candidates);
	return all;
}

static void assert_offered(const char *line, const char *word)
{
	char padded[sizeof("  ") + 200], all[8200];
	snprintf(padded, sizeof(padded), " %s ", word);
	snprintf(all, sizeof(all), " %s ", offered(line));
	if (!strstr(all, padded))
		fail_msg("'%s' offers '%s', not '%s'", line, all, word);
}

static void commands_come_first(void **state)
{
	(void)state;
	assert_string_equal(offered("lo"), "load");
	assert_string_equal(offered("se"), "seed send services set");
	assert_string_equal(offered("zz"), "");
	assert_offered("", "inject");
	assert_offered("  ", "help");
}

static void files_for_load(void **state)
{
	(void)state;
	assert_string_equal(offered("load "), "folder/+ one.yaml other.yaml");
	assert_string_equal(offered("load on"), "one.yaml");
	assert_string_equal(offered("load one.yaml "), "");
	assert_string_equal(offered("save one.yaml "), "force");
}

static void faults_then_targets_then_keys(void **state)
{
	(void)state;
	assert_string_equal(offered("inject cra"), "crash");
	assert_string_equal(offered("inject crash "), "core+");
	assert_string_equal(offered("inject crash core"), "core+ core/cache core/storage core/telemetry+");
	assert_string_equal(offered("inject crash core/ca"), "core/cache");
	assert_string_equal(offered("inject crash core/telemetry"),
			    "core/telemetry+ core/telemetry/collector");
	assert_offered("inject crash core/cache ", "reason=+");
	assert_offered("inject crash core/cache ", "at=+");
	assert_offered("inject crash core/cache rea", "reason=+");
	assert_offered("inj crash core/cache rea", "reason=+");
}

static void what_was_given_is_not_offered_again(void **state)
{
	(void)state;
	assert_null(strstr(offered("inject crash core/cache reason=x "), "reason="));
	assert_null(strstr(offered("inject crash core/cache boom "), "reason="));
	assert_null(strstr(offered("inject crash core/cache at=1s "), " at="));
}

static void values_of_keys(void **state)
{
	(void)state;
	assert_string_equal(offered("inject crash core/cache reason=badn"), "reason=badness");
	assert_offered("inject crash core/cache reason=bad", "reason=badarg");
	assert_string_equal(offered("inject crash core/cache reason=shut"), "");
	assert_null(strstr(offered("inject crash core/cache reason="), "normal"));
	assert_offered("inject exit core/cache reason=nor", "reason=normal");
	assert_string_equal(offered("start_child core worker=ser"), "worker=server");
	assert_string_equal(offered("start_child core worker=ca"), "");
	assert_string_equal(offered("set core strategy=one_for_a"), "strategy=one_for_all");
	assert_string_equal(offered("inject crash core/cache mode=fixed-"), "mode=fixed-percent");
	assert_string_equal(offered("inject crash core/cache on.event=resta"), "on.event=restart");
	assert_string_equal(offered("inject crash core/cache on.of=core/st"), "on.of=core/storage");
	assert_string_equal(offered("inject crash core/cache required=f"), "required=false");
}

static void calls_take_a_supervisor_and_a_child(void **state)
{
	(void)state;
	assert_string_equal(offered("terminate_child core"), "core+ core/telemetry+");
	assert_string_equal(offered("terminate_child core ca"), "cache");
	assert_string_equal(offered("terminate_child core child=ca"), "child=cache");
	assert_string_equal(offered("get_childspec core st"), "storage");
	assert_string_equal(offered("which_children core/"), "core/telemetry+");
}

static void the_tree_takes_a_path_and_all(void **state)
{
	(void)state;
	assert_string_equal(offered("tree "), "all core+");
	assert_string_equal(offered("tree core/telemetry "), "all");
}

static void probes_and_their_tolerances(void **state)
{
	(void)state;
	assert_offered("expect restar", "restarts");
	assert_offered("expect co", "core+");
	assert_string_equal(offered("expect restarts core/ca"), "core/cache");
	assert_offered("expect restarts core/cache ", "equals=+");
	assert_offered("expect latency core/cache ", "percentile=+");
	assert_offered("expect avail", "availability");
	assert_string_equal(offered("expect alive core/cache is=t"), "is=true");
	assert_string_equal(offered("expect core/cache unt"), "untouched");
}

static void events_and_topics(void **state)
{
	(void)state;
	assert_string_equal(offered("until give"), "give_up");
	assert_offered("until restart core/", "core/cache");
	assert_offered("help pro", "probes");
	assert_string_equal(offered("help ignore"), "ignore_shutdown");
	assert_offered("help ser", "server");
	assert_offered("help wor", "workers");
}

static void a_hint_where_nothing_can_be_listed(void **state)
{
	struct sh_candidates candidates;
	(void)state;
	sh_complete("seed ", 5, &facts, &candidates);
	assert_int_equal(candidates.count, 0);
	assert_non_null(candidates.hint);
	sh_candidates_fini(&candidates);
}

static void the_word_at_the_cursor_counts(void **state)
{
	struct sh_candidates candidates;
	(void)state;
	sh_complete("inject cra core/cache", 10, &facts, &candidates);
	assert_int_equal(candidates.count, 1);
	assert_int_equal(candidates.start, 7);
	assert_string_equal(candidates.item[0].text, "crash");
	sh_candidates_fini(&candidates);
	assert_string_equal(offered("tree # co"), "");
}

static void the_common_part_ends_between_characters(void **state)
{
	struct sh_candidate items[] = { { .text = "caf\xc3\xa8" }, { .text = "caf\xc3\xa9" } };
	struct sh_candidates candidates = { .item = items, .count = 2 };
	(void)state;
	char *common = sh_candidates_common(&candidates);
	assert_string_equal(common, "caf");
	free(common);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_come_first),
		cmocka_unit_test(files_for_load),
		cmocka_unit_test(faults_then_targets_then_keys),
		cmocka_unit_test(what_was_given_is_not_offered_again),
		cmocka_unit_test(values_of_keys),
		cmocka_unit_test(calls_take_a_supervisor_and_a_child),
		cmocka_unit_test(the_tree_takes_a_path_and_all),
		cmocka_unit_test(probes_and_their_tolerances),
		cmocka_unit_test(events_and_topics),
		cmocka_unit_test(a_hint_where_nothing_can_be_listed),
		cmocka_unit_test(the_word_at_the_cursor_counts),
		cmocka_unit_test(the_common_part_ends_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
