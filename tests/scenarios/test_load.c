/* test_load.c - what a file says is what the scenario has, and files that cannot be read are no bad ones. */
#include "tests/support/loading.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void the_example_of_the_manual_is_loaded(void **state)
{
	struct scn_scenario *s = load_good("version: 1\n"
					   "name: cache-crash\n"
					   "about: what it shows\n"
					   "seed: 7\n"
					   "duration: 60s\n"
					   "tree:\n"
					   "  id: core\n"
					   "  strategy: rest_for_one\n"
					   "  intensity: 3\n"
					   "  period: 10s\n"
					   "  children:\n"
					   "    - {id: storage, worker: server}\n"
					   "    - {id: cache, restart: permanent, shutdown: 2s}\n"
					   "    - id: telemetry\n"
					   "      strategy: one_for_one\n"
					   "      children:\n"
					   "        - {id: collector, restart: transient}\n"
					   "    - id: sessions\n"
					   "      strategy: simple_one_for_one\n"
					   "      template: {restart: temporary}\n"
					   "      start: 4\n"
					   "hypothesis:\n"
					   "  - {probe: alive, of: core/storage}\n"
					   "method:\n"
					   "  - at: 2s\n"
					   "    action: crash\n"
					   "    target: core/cache\n"
					   "    reason: badarg\n"
					   "expect:\n"
					   "  - {probe: restarts, of: core/cache, equals: 1}\n"
					   "  - {probe: uptime, of: core/storage, at_least: 99.9%}\n"
					   "  - core/telemetry: restarted\n");

	(void)state;
	assert_string_equal(s->name, "cache-crash");
	assert_string_equal(s->about, "what it shows");
	assert_int_equal(s->seed, 7);
	assert_true(s->has_duration);
	assert_int_equal(s->duration, 60 * RT_SECOND);
	assert_int_equal(s->root.strategy, RT_REST_FOR_ONE);
	assert_int_equal(s->root.intensity, 3);
	assert_int_equal(s->root.period_s, 10);
	assert_int_equal(s->root.n_children, 4);
	assert_int_equal(child_at(s, "core/cache")->shutdown_ms, 2000);
	assert_int_equal(child_at(s, "core/telemetry/collector")->restart, RT_TRANSIENT);
	assert_int_equal(child_at(s, "core/sessions/*")->restart, RT_TEMPORARY);
	assert_int_equal(s->n_pools, 1);
	assert_string_equal(s->pools[0].path, "core/sessions");
	assert_int_equal(s->pools[0].count, 4);
	assert_null(s->pools[0].keys);
	assert_int_equal(s->n_hypothesis, 1);
	assert_int_equal(s->hypothesis[0].kind, SCN_ALIVE);
	assert_int_equal(s->hypothesis[0].tolerance, SCN_IS);
	assert_int_equal(s->hypothesis[0].low, 1);
	assert_int_equal(s->n_method, 1);
	assert_string_equal(s->method[0].fault->name, "crash");
	assert_int_equal(s->method[0].trigger, INJ_AT);
	assert_int_equal(s->method[0].at, 2 * RT_SECOND);
	assert_int_equal(s->method[0].line, 25);
	assert_int_equal(s->method[0].column, 5);
	assert_int_equal(s->n_expect, 3);
	assert_int_equal(s->expect[0].low, 1);
	assert_int_equal(s->expect[1].tolerance, SCN_AT_LEAST);
	assert_int_equal(s->expect[1].low, 999000000);
	assert_true(s->expect[2].is_sibling);
	assert_int_equal(s->expect[2].sibling, SCN_RESTARTED);
	assert_string_equal(s->expect[2].of, "core/telemetry");
	scn_free(s);
}

static void what_is_left_out_is_as_in_otp(void **state)
{
	struct scn_scenario *s = load_good(TREE);

	(void)state;
	assert_string_equal(s->name, "test");
	assert_int_equal(s->seed, 1);
	assert_false(s->has_duration);
	assert_int_equal(s->limits.time, 3600 * RT_SECOND);
	assert_int_equal(s->limits.events, 100000000);
	assert_int_equal(s->limits.events_at_one_instant, 1000000);
	assert_int_equal(s->root.strategy, RT_ONE_FOR_ONE);
	assert_int_equal(s->root.intensity, 1);
	assert_int_equal(s->root.period_s, 5);
	assert_int_equal(s->root.auto_shutdown, RT_NEVER);
	assert_int_equal(s->root.type, RT_SUPERVISOR);
	const struct rt_child *cache = child_at(s, "core/cache");
	assert_int_equal(cache->restart, RT_PERMANENT);
	assert_int_equal(cache->shutdown_ms, 5000);
	assert_int_equal(cache->type, RT_WORKER);
	assert_string_equal(cache->worker, "server");
	assert_false(cache->supervisor || cache->significant || cache->trap_exit);
	assert_int_equal(cache->n_starts, 0);
	const struct rt_child *telemetry = child_at(s, "core/telemetry");
	assert_true(telemetry->supervisor);
	assert_int_equal(telemetry->shutdown_ms, RT_SHUTDOWN_INFINITY);
	assert_int_equal(telemetry->type, RT_SUPERVISOR);
	scn_free(s);
}

static void workers_can_misbehave(void **state)
{
	struct scn_scenario *s =
		load_good("version: 1\n"
			  "tree:\n"
			  "  id: core\n"
			  "  max_restarts: 0\n"
			  "  max_seconds: 30\n"
			  "  starts: ignore\n"
			  "  children:\n"
			  "    - {id: a, starts: 'ok,fail:{a,b}*2,ok'}\n"
			  "    - {id: b, starts: [fail:x, ignore*3]}\n"
			  "    - {id: c, trap_exit: true, on_shutdown: delay:250ms, shutdown: brutal_kill}\n"
			  "    - {id: d, trap_exit: true, on_shutdown: 'exit:{shutdown,done}'}\n"
			  "    - {id: e, type: supervisor}\n"
			  "    - {id: f, trap_exit: true, on_shutdown: delay:7, shutdown: infinity}\n"
			  "    - {id: g, starts: ok}\n");
	const struct rt_child *child;

	(void)state;
	assert_int_equal(s->root.intensity, 0);
	assert_int_equal(s->root.period_s, 30);
	assert_int_equal(s->root.n_starts, 1);
	assert_int_equal(s->root.starts[0].outcome, RT_START_IGNORE);
	child = child_at(s, "core/a");
	assert_int_equal(child->n_starts, 3);
	assert_int_equal(child->starts[1].outcome, RT_START_FAIL);
	assert_int_equal(child->starts[1].times, 2);
	assert_string_equal(child->starts[1].reason, "{a,b}");
	child = child_at(s, "core/b");
	assert_int_equal(child->n_starts, 2);
	assert_string_equal(child->starts[0].reason, "x");
	assert_int_equal(child->starts[1].times, 3);
	child = child_at(s, "core/c");
	assert_true(child->trap_exit);
	assert_int_equal(child->on_shutdown, RT_STOP_DELAY);
	assert_int_equal(child->stop_delay_ms, 250);
	assert_int_equal(child->shutdown_ms, RT_SHUTDOWN_BRUTAL_KILL);
	child = child_at(s, "core/d");
	assert_int_equal(child->on_shutdown, RT_STOP_EXIT);
	assert_string_equal(child->stop_reason, "{shutdown,done}");
	child = child_at(s, "core/e");
	assert_false(child->supervisor);
	assert_int_equal(child->type, RT_SUPERVISOR);
	assert_int_equal(child->shutdown_ms, RT_SHUTDOWN_INFINITY);
	child = child_at(s, "core/f");
	assert_int_equal(child->stop_delay_ms, 7);
	assert_int_equal(child->shutdown_ms, RT_SHUTDOWN_INFINITY);
	/* One `ok` is what happens anyway. */
	assert_int_equal(child_at(s, "core/g")->n_starts, 0);
	scn_free(s);
}

static void pools_can_be_below_templates(void **state)
{
	struct scn_scenario *s = load_good("version: 1\n"
					   "tree:\n"
					   "  id: a b\n"
					   "  strategy: simple_one_for_one\n"
					   "  start: [x, 7]\n"
					   "  template:\n"
					   "    children:\n"
					   "      - id: inner\n"
					   "        strategy: simple_one_for_one\n"
					   "        template: {}\n"
					   "        start: 3\n"
					   "expect:\n"
					   "  - 'a%20b/x/inner/2': untouched\n"
					   "  - 'a%20b/*/inner/*': untouched\n");

	(void)state;
	assert_int_equal(s->n_pools, 2);
	assert_string_equal(s->pools[0].path, "a%20b");
	assert_int_equal(s->pools[0].count, 2);
	assert_string_equal(s->pools[0].keys[0], "x");
	assert_string_equal(s->pools[0].keys[1], "7");
	assert_string_equal(s->pools[1].path, "a%20b/*/inner");
	assert_int_equal(s->pools[1].count, 3);
	scn_free(s);
}

static void triggers_of_actions_may_be_mappings(void **state)
{
	struct scn_scenario *s = load_good(
		TREE "method:\n"
		     "  - {action: kill, target: core/cache, after: {messages: 5, of: core/storage}}\n"
		     "  - {action: exit, target: core/cache, reason: '{shutdown,done}', "
		     "on: {event: exit, of: '**/collector'}}\n"
		     "  - {action: hang, target: 'core/*', mode: fixed, value: 2, every: 5s, times: 3,"
		     " duration: 1s}\n"
		     "rollbacks:\n"
		     "  - {action: heal, target: 'core/*'}\n");

	(void)state;
	assert_int_equal(s->n_method, 3);
	assert_int_equal(s->method[0].trigger, INJ_AFTER_MESSAGES);
	assert_int_equal(s->method[0].after_count, 5);
	assert_string_equal(s->method[0].after_of, "core/storage");
	assert_int_equal(s->method[1].trigger, INJ_ON);
	assert_string_equal(s->method[1].on_event, "exit");
	assert_string_equal(s->method[1].on_of, "**/collector");
	assert_int_equal(s->method[2].mode, INJ_FIXED);
	assert_int_equal(s->method[2].value, 2);
	assert_int_equal(s->method[2].duration, RT_SECOND);
	assert_int_equal(s->n_rollbacks, 1);
	scn_free(s);
}

static void children_that_the_method_starts_can_be_named(void **state)
{
	struct scn_scenario *s = load_good(TREE "method:\n"
						"  - {action: start_child, target: core, child: audit}\n"
						"  - {action: crash, target: core/audit, at: 1s}\n"
						"  - {action: crash, target: core/pool/9, at: 1s}\n"
						"expect:\n"
						"  - core/audit: restarted\n"
						"  - {probe: order, is: [+core/audit, -core/audit]}\n");

	(void)state;
	assert_int_equal(s->n_method, 3);
	assert_int_equal(s->expect[1].n_order, 2);
	assert_int_equal(s->expect[1].tolerance, SCN_EQUALS);
	assert_string_equal(s->expect[1].order[1], "-core/audit");
	scn_free(s);
}

static void a_tree_of_256_levels_is_loaded(void **state)
{
	static const char level[] = "{id: s, children: [";
	size_t length = 0;
	char *text = malloc(64 + 256 * (sizeof(level) + 2));

	(void)state;
	assert_non_null(text);
	length += (size_t)sprintf(text, "version: 1\ntree: ");
	for (int i = 0; i < 256; i++)
		length += (size_t)sprintf(text + length, level);
	for (int i = 0; i < 256; i++)
		length += (size_t)sprintf(text + length, "]}");
	struct scn_scenario *s = load_good(text);
	char *json = as_json(s);
	struct scn_scenario *again = load_good(json);
	scn_free(again);
	free(json);
	scn_free(s);
	free(text);
}

static void siblings_by_the_ten_thousand_are_told_apart(void **state)
{
	enum { COUNT = 20000 };
	char *text = malloc(64 + COUNT * 24);
	size_t length;

	(void)state;
	assert_non_null(text);
	length = (size_t)sprintf(text, "version: 1\ntree:\n  id: r\n  children:\n");
	for (int i = 0; i < COUNT; i++)
		length += (size_t)sprintf(text + length, "  - {id: w%d}\n", (i * 7919) % COUNT);
	struct scn_scenario *s = load_good(text);
	assert_int_equal(s->root.n_children, COUNT);
	scn_free(s);
	sprintf(text + length, "  - {id: w7919}\n");
	assert_wrong(text,
		     "20005:5: the id 'w7919' is there already, on line 6; siblings have different ids");
	free(text);
}

static void a_long_line_of_json_is_loaded(void **state)
{
	enum { COUNT = 5000 };
	char *text = malloc(128 + COUNT * 32);
	size_t length;

	(void)state;
	assert_non_null(text);
	length = (size_t)sprintf(text, "{\"version\":1,\"tree\":{\"id\":\"r\",\"children\":[");
	for (int i = 0; i < COUNT; i++)
		length += (size_t)sprintf(text + length, "%s{\"id\":\"w%d\"}", i ? "," : "", i);
	size_t end = length;
	length += (size_t)sprintf(text + length, "]}}");
	struct scn_scenario *s = load_good(text);
	assert_int_equal(s->root.n_children, COUNT);
	scn_free(s);
	/* Columns are those of the text as it was given. */
	char expected[160];
	sprintf(text + end, ",{\"restrt\":1}]}}");
	snprintf(expected, sizeof(expected),
		 "1:%zu: this child has no id\n1:%zu: unknown key 'restrt' in a child; did you mean restart?",
		 end + 2, end + 3);
	assert_wrong(text, expected);
	sprintf(text + end, "]}}\nmore: 1\n");
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;
	assert_null(scn_load_text("test.yaml", text, strlen(text), &diags, &status));
	assert_int_equal(status, RT_EINVAL);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.item[0].line, 2);
	scn_diags_fini(&diags);
	free(text);
}

static void a_line_of_json_may_be_broken_anywhere_but_in_texts(void **state)
{
	enum { COUNT = 4000 };
	char *line = malloc(COUNT * 64), *lines = malloc(COUNT * 64);
	size_t length = 0, other = 0;

	(void)state;
	assert_true(line && lines);
	length += (size_t)sprintf(
		line, "{\"version\":1,\"tree\":{\"id\":\"r\",\"children\":[{\"id\":\"s\",\"children\":[");
	memcpy(lines, line, length);
	other = length;
	for (int i = 0; i < COUNT; i++) {
		char child[64];
		sprintf(child, "%s{\"id\":\"é,\\\"{\\\",[,%d,\\\\\"}", i ? "," : "", i);
		length += (size_t)sprintf(line + length, "%s", child);
		other += (size_t)sprintf(lines + other, "%s\n", child);
	}
	length += (size_t)sprintf(line + length, "]}]}}");
	sprintf(lines + other, "]}]}}");
	struct scn_scenario *a = load_good(line), *b = load_good(lines);
	char *a_json = as_json(a), *b_json = as_json(b);
	assert_string_equal(a_json, b_json);
	free(a_json);
	free(b_json);
	scn_free(a);
	scn_free(b);
	/* A mistake at the very end still has its column, which counts characters. */
	sprintf(line + length - 5, ",5]}]}}");
	char expected[120];
	snprintf(expected, sizeof(expected), "1:%zu: a child wants a mapping such as {id: cache}, not '5'",
		 length - 5 - COUNT + 2);
	assert_wrong(line, expected);
	free(line);
	free(lines);
}

static void a_line_beyond_all_measure_is_refused(void **state)
{
	static const char start[] = "version: 1\nname: ";
	size_t length = (1u << 20) + sizeof(start);
	char *text = malloc(length + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', length);
	memcpy(text, start, sizeof(start) - 1);
	text[length] = '\0';
	assert_wrong(text, "2:1: a line of more than 1024 KiB");
	memset(text, '[', length);
	assert_wrong(text, "1:1: a line of more than 1024 KiB");
	free(text);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static void assert_unreadable(const char *path, enum rt_status expected, const char *text)
{
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;

	assert_null(scn_load_file(path, &diags, &status));
	assert_int_equal(status, expected);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.item[0].line, 0);
	assert_string_equal(diags.item[0].text, text);
	assert_string_equal(diags.file, path);
	scn_diags_fini(&diags);
}

static void a_file_that_cannot_be_read_is_no_bad_scenario(void **state)
{
	(void)state;
	assert_unreadable("tests/no-such-file.yaml", RT_EIO, "cannot be opened: No such file or directory");
	assert_unreadable("tests", RT_EIO, "cannot be read: it is a directory");
}

static void a_file_of_a_gibibyte_is_refused_unread(void **state)
{
	char path[64];
	int fd = memfd_create("large", 0);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)1 << 30), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_unreadable(path, RT_EINVAL, "larger than 64 MiB; that is no scenario");
	close(fd);
}

static void a_device_without_end_is_given_up(void **state)
{
	(void)state;
	assert_unreadable("/dev/zero", RT_EINVAL, "larger than 64 MiB; that is no scenario");
}

static void a_scenario_may_come_from_a_pipe(void **state)
{
	char path[64];
	int ends[2];
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], TREE, sizeof(TREE) - 1), sizeof(TREE) - 1);
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	struct scn_scenario *s = scn_load_file(path, &diags, &status);
	assert_non_null(s);
	assert_int_equal(status, RT_OK);
	assert_int_equal(s->root.n_children, 4);
	close(ends[0]);
	scn_free(s);
	scn_diags_fini(&diags);
}

static void nothing_is_freed_for_nothing(void **state)
{
	(void)state;
	scn_free(NULL);
	struct scn_diags diags = { .file = NULL };
	scn_diags_fini(&diags);
	assert_null(diags.item);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_manual_is_loaded),
		cmocka_unit_test(what_is_left_out_is_as_in_otp),
		cmocka_unit_test(workers_can_misbehave),
		cmocka_unit_test(pools_can_be_below_templates),
		cmocka_unit_test(triggers_of_actions_may_be_mappings),
		cmocka_unit_test(children_that_the_method_starts_can_be_named),
		cmocka_unit_test(a_tree_of_256_levels_is_loaded),
		cmocka_unit_test(siblings_by_the_ten_thousand_are_told_apart),
		cmocka_unit_test(a_long_line_of_json_is_loaded),
		cmocka_unit_test(a_line_of_json_may_be_broken_anywhere_but_in_texts),
		cmocka_unit_test(a_line_beyond_all_measure_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_read_is_no_bad_scenario),
		cmocka_unit_test(a_file_of_a_gibibyte_is_refused_unread),
		cmocka_unit_test(a_device_without_end_is_given_up),
		cmocka_unit_test(a_scenario_may_come_from_a_pipe),
		cmocka_unit_test(nothing_is_freed_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
