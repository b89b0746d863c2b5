/* test_write.c - what is written loads again as the same scenario, in both forms. */
#include "tests/support/loading.h"

#include <stdio.h>

/* Everything at once, with names that need care. */
static const char rich[] =
	"version: 1\n"
	"name: 'on'\n"
	"about: \"it's: a\\ttest, \\\"quoted\\\"\"\n"
	"seed: 18446744073709551615\n"
	"duration: 90s\n"
	"tree:\n"
	"  id: \"a b/c*%\\x01\"\n"
	"  strategy: one_for_all\n"
	"  max_restarts: 0\n"
	"  max_seconds: 60s\n"
	"  auto_shutdown: any_significant\n"
	"  starts: [ok*3, \"fail:{a,b}*2\", 'fail:x*2*1', ignore]\n"
	"  children:\n"
	"    - {id: '7', restart: transient, significant: true, trap_exit: true, on_shutdown: "
	"'exit:{shutdown,done}',"
	" shutdown: brutal_kill}\n"
	"    - {id: \"null\", type: supervisor, trap_exit: true, on_shutdown: delay:250}\n"
	"    - id: it's 日本\n"
	"      strategy: simple_one_for_one\n"
	"      shutdown: 250ms\n"
	"      type: worker\n"
	"      start: [a, b c, '1']\n"
	"      template:\n"
	"        restart: temporary\n"
	"        strategy: simple_one_for_one\n"
	"        start: 3\n"
	"        template:\n"
	"          children: []\n"
	"    - {id: e, children: []}\n"
	"    - {id: p, strategy: simple_one_for_one, template: {worker: server}}\n"
	"hypothesis:\n"
	"  - {probe: count, of: 'a%20b%2Fc%2A%25%01', between: [1, 100]}\n"
	"  - {probe: order, equals: ['+a%20b%2Fc%2A%25%01/e', '-a%20b%2Fc%2A%25%01/7']}\n"
	"  - {probe: recovery_time, of: '**', at_most: 1.5s}\n"
	"  - {probe: escalated, of: 'a%20b%2Fc%2A%25%01/e', is: false}\n"
	"  - {probe: uptime, of: 'a*/7', at_least: 99.9%}\n"
	"  - '**/e': untouched\n"
	"method:\n"
	"  - {action: kill, target: 'a*/7', every: 2s, mode: fixed, value: 2, probability: 5%, times: 3}\n"
	"  - {action: hang, target: 'a*/p/x', duration: 5s, after: {messages: 10, of: '**'}}\n"
	"  - {action: exit, target: 'a*/7', on: {event: exit, of: '**/e'}, reason: '{shutdown,done}'}\n"
	"  - {action: start_child, target: \"a%20b%2Fc%2A%25%01\", child: dyn}\n"
	"  - {action: crash, target: \"a%20b%2Fc%2A%25%01/dyn\", required: false}\n"
	"rollbacks:\n"
	"  - {action: heal, target: '**'}\n"
	"expect: []\n"
	"limits: {events: 5k}\n";

static void json_is_the_same_the_second_time(void **state)
{
	struct scn_scenario *first = load_good(rich);
	char *once = as_json(first);
	struct scn_scenario *second = load_good(once);
	char *twice = as_json(second);

	(void)state;
	assert_string_equal(once, twice);
	assert_null(strchr(once, '\n'));
	free(once);
	free(twice);
	scn_free(first);
	scn_free(second);
}

static void yaml_says_the_same_as_json(void **state)
{
	struct scn_scenario *first = load_good(rich);
	char *json = as_json(first), *yaml = as_yaml(first);
	struct scn_scenario *second = load_good(yaml);
	char *json_again = as_json(second), *yaml_again = as_yaml(second);

	(void)state;
	assert_string_equal(json, json_again);
	assert_string_equal(yaml, yaml_again);
	free(json);
	free(yaml);
	free(json_again);
	free(yaml_again);
	scn_free(first);
	scn_free(second);
}

static void yaml_leaves_defaults_out(void **state)
{
	struct scn_scenario *s = load_good(TREE "name: small\n"
						"method:\n"
						"  - {action: crash, target: core/cache, at: 2s, times: 1}\n"
						"expect:\n"
						"  - {probe: alive, of: core/cache, is: true}\n"
						"  - core/cache: restarted\n");
	char *yaml = as_yaml(s);

	(void)state;
	assert_string_equal(yaml, "version: 1\n"
				  "name: small\n"
				  "tree:\n"
				  "  id: core\n"
				  "  children:\n"
				  "    - {id: cache}\n"
				  "    - {id: storage}\n"
				  "    - id: telemetry\n"
				  "      children:\n"
				  "        - {id: collector}\n"
				  "    - id: pool\n"
				  "      strategy: simple_one_for_one\n"
				  "      template: {worker: server}\n"
				  "      start: 2\n"
				  "method:\n"
				  "  - action: crash\n"
				  "    target: core/cache\n"
				  "    at: 2s\n"
				  "expect:\n"
				  "  - {probe: alive, of: core/cache}\n"
				  "  - core/cache: restarted\n");
	free(yaml);
	scn_free(s);
}

static void json_has_every_default(void **state)
{
	struct scn_scenario *s = load_good("version: 1\nname: small\ntree: {id: core, children: [{id: a}]}\n"
					   "method: [{action: crash, target: core/a}]\n");
	char *json = as_json(s);

	(void)state;
	assert_string_equal(
		json,
		"{\"version\":1,\"name\":\"small\",\"seed\":1,\"flavour\":\"otp\",\"tree\":{\"id\":\"core\","
		"\"strategy\":\"one_for_one\",\"intensity\":1,\"period\":5,\"auto_shutdown\":\"never\","
		"\"starts\":\"ok\",\"children\":[{\"id\":\"a\",\"worker\":\"server\","
		"\"restart\":\"permanent\",\"shutdown\":\"5s\",\"significant\":false,\"type\":\"worker\","
		"\"trap_exit\":false,\"starts\":\"ok\"}]},\"hypothesis\":[],"
		"\"method\":[{\"action\":"
		"\"crash\",\"target\":\"core/a\",\"times\":1,\"required\":true,\"reason\":\"crash\"}],"
		"\"rollbacks\":[],\"expect\":[],\"limits\":{\"time\":\"1h\",\"events\":100000000,"
		"\"events_at_one_instant\":1000000}}");
	free(json);
	scn_free(s);
}

/* Takes so many bytes and then no more. */
struct narrow {
	size_t left;
};

static bool take_some(void *ctx, const char *text, size_t length)
{
	struct narrow *narrow = ctx;

	(void)text;
	if (length > narrow->left)
		return false;
	narrow->left -= length;
	return true;
}

static void a_sink_that_is_full_is_told(void **state)
{
	struct scn_scenario *s = load_good(rich);
	struct narrow narrow = { .left = 100 };
	struct scn_sink sink = { .write = take_some, .ctx = &narrow };

	(void)state;
	assert_int_equal(scn_write_json(s, sink), RT_EIO);
	assert_int_equal(scn_write_yaml(s, sink), RT_EIO);
	assert_int_equal(scn_write_schema(sink), RT_EIO);
	assert_int_equal(scn_write_format_doc(sink), RT_EIO);
	scn_free(s);
}

static void the_page_names_every_key_and_fault(void **state)
{
	struct kept page = { .text = NULL };
	char row[80];

	(void)state;
	assert_int_equal(scn_write_format_doc(keep_in(&page)), RT_OK);
	for (size_t i = 0; i < inj_faults_count; i++) {
		snprintf(row, sizeof(row), "| `%s` | ", inj_faults[i].name);
		assert_non_null(strstr(page.text, row));
	}
	for (size_t i = 0; i < SCN_PROBE_COUNT; i++)
		assert_non_null(strstr(page.text, scn_probe_rows[i].help));
	for (int i = 0; i < SCN_SIBLING_COUNT; i++)
		assert_non_null(strstr(page.text, scn_sibling_help((enum scn_sibling)i)));
	assert_true(page.length > 2 && page.text[page.length - 1] == '\n' &&
		    page.text[page.length - 2] != '\n');
	kept_free(&page);
}

static void a_flavour_and_its_defaults_come_back(void **state)
{
	struct scn_scenario *first =
		load_good("version: 1\n"
			  "tree: {id: app, strategy: one_for_one, children: [\n"
			  "  {id: s, strategy: one_for_all, intensity: 1, children: []}]}\n"
			  "flavour: elixir\n");
	char *yaml = as_yaml(first), *json = as_json(first);

	(void)state;
	assert_int_equal(first->root.intensity, 3);
	assert_int_equal(first->root.period_s, 5);
	assert_int_equal(first->root.children[0].intensity, 1);
	assert_non_null(strstr(yaml, "flavour: elixir"));
	assert_null(strstr(yaml, "intensity: 3"));
	struct scn_scenario *second = load_good(yaml), *third = load_good(json);
	char *again = as_json(second), *once_more = as_json(third);
	assert_string_equal(again, json);
	assert_string_equal(once_more, json);
	free(yaml);
	free(json);
	free(again);
	free(once_more);
	scn_free(first);
	scn_free(second);
	scn_free(third);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flavour_and_its_defaults_come_back),
		cmocka_unit_test(json_is_the_same_the_second_time),
		cmocka_unit_test(yaml_says_the_same_as_json),
		cmocka_unit_test(yaml_leaves_defaults_out),
		cmocka_unit_test(json_has_every_default),
		cmocka_unit_test(a_sink_that_is_full_is_told),
		cmocka_unit_test(the_page_names_every_key_and_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
