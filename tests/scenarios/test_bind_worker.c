/* test_bind_worker.c - what a worker does: names, mappings with parameters, and all that can be wrong with
 * them; and back into a file.
 */
#include "tests/support/loading.h"
#include "tests/support/offered.h"

#include <stdio.h>

#include "scenarios/arena.h"
#include "scenarios/param.h"

/* A tree with one worker and whom it may call; the worker is on line 5. */
#define WORKER(text)                                                                                         \
	"version: 1\n"                                                                                       \
	"tree:\n"                                                                                            \
	"  id: core\n"                                                                                       \
	"  children:\n"                                                                                      \
	"    - {id: w, worker: " text "}\n"                                                                  \
	"    - {id: db}\n"                                                                                   \
	"    - {id: jobs, worker: queue}\n"                                                                  \
	"    - {id: pool, strategy: simple_one_for_one, template: {worker: server}, start: 2}\n"
/* The same with a mapping, which is at column 23, and its first parameter at 68. */
#define ALL(text) WORKER("{plugin: ./offered.so, behaviour: all, " text "}")

static int begin(void **state)
{
	(void)state;
	offered_begin();
	return 0;
}

static int end(void **state)
{
	(void)state;
	offered_end();
	return 0;
}

static const struct rt_setting *setting(const struct rt_child *child, const char *name)
{
	for (uint32_t i = 0; i < child->n_settings; i++) {
		if (strcmp(child->settings[i].name, name) == 0)
			return &child->settings[i];
	}
	return NULL;
}

static void a_name_is_a_built_in_behaviour(void **state)
{
	struct scn_scenario *s = load_good(WORKER("server"));
	const struct rt_child *w = child_at(s, "core/w");

	(void)state;
	assert_string_equal(w->worker, "server");
	assert_ptr_equal(scn_behaviour(w), rt_behaviour_find("server"));
	assert_ptr_equal(scn_behaviour(child_at(s, "core/db")), rt_behaviour_find("server"));
	assert_null(scn_behaviour(&s->root));
	assert_int_equal(w->n_settings, 0);
	scn_free(s);
	s = load_good(WORKER("{behaviour: server}"));
	w = child_at(s, "core/w");
	assert_string_equal(w->worker, "server");
	assert_ptr_equal(scn_behaviour(w), rt_behaviour_find("server"));
	assert_null(scn_behaviour_plugin(s, scn_behaviour(w)));
	scn_free(s);
}

static void parameters_are_what_was_written(void **state)
{
	struct scn_scenario *s = load_good(ALL("calls: core/db, pause: 1.5s, tries: 10, room: 64KiB, "
					       "share: 5%, loud: true, pace: bursts"));
	const struct rt_child *w = child_at(s, "core/w");

	(void)state;
	assert_ptr_equal(w->behaviour, offered.behaviours[0]);
	assert_string_equal(scn_behaviour_plugin(s, w->behaviour)->path, OFFERED);
	assert_int_equal(w->n_settings, 7);
	/* In the order of the table. */
	assert_string_equal(w->settings[0].name, "tries");
	assert_int_equal(setting(w, "tries")->number, 10);
	assert_int_equal(setting(w, "pause")->number, 1500 * RT_MS);
	assert_int_equal(setting(w, "room")->number, 64 << 10);
	assert_int_equal(setting(w, "share")->number, 50000000);
	assert_int_equal(setting(w, "loud")->number, 1);
	assert_int_equal(setting(w, "pace")->number, 1);
	assert_string_equal(setting(w, "calls")->text, "core/db");
	assert_null(setting(w, "tries")->text);
	scn_free(s);
}

static void a_consumer_takes_from_a_queue_and_from_nothing_else(void **state)
{
	(void)state;
	assert_wrong("version: 1\nduration: 1s\ntree: {id: core, children: [{id: a, worker: server}, {id: c, "
		     "worker: {behaviour: consumer, from: core/a}}]}\n",
		     "3:98: from wants the path of a queue, and 'core/a' is a server");
	assert_wrong("version: 1\nduration: 1s\ntree: {id: core, children: [{id: c, "
		     "worker: {behaviour: consumer, from: core}}]}\n",
		     "3:73: from wants the path of a queue, and 'core' is a supervisor");
}

static void wrong_values_are_told_with_their_place(void **state)
{
	(void)state;
	assert_wrong(ALL("tries: 11"), "5:69: tries wants a whole number from 0 to 10, not '11'");
	assert_wrong(ALL("pause: 2h"),
		     "5:69: pause wants a duration such as 250ms or 5s, from 1ms to 1h, not '2h'");
	assert_wrong(ALL("room: 1"),
		     "5:68: room wants a size such as 64KiB or 10MiB, from 1B to 1GiB, not '1'");
	assert_wrong(ALL("share: 200%"), "5:69: share wants a share such as 5% or 0.05, not '200%'");
	assert_wrong(ALL("loud: yes"), "5:68: loud wants true or false, not 'yes'");
	assert_wrong(ALL("pace: burst"), "5:68: unknown pace 'burst'; did you mean bursts?");
	assert_wrong(ALL("pace: gently"), "5:68: pace wants one of steady, bursts, not 'gently'");
	assert_wrong(ALL("tries: [1]"), "5:69: tries wants a whole number from 0 to 10, not a list");
	assert_wrong(ALL("tries: , loud: "),
		     "5:62: tries has no value; it wants a whole number from 0 to 10\n"
		     "5:71: loud has no value; it wants true or false");
	assert_wrong(ALL("tries: 1, tries: 2"), "5:72: duplicate key 'tries', first on line 5");
	assert_wrong(ALL("tries: 11, loud: 1"), "5:69: tries wants a whole number from 0 to 10, not '11'\n"
						"5:79: loud wants true or false, not '1'");
}

static void unknown_keys_are_told_with_what_was_meant(void **state)
{
	(void)state;
	assert_wrong(ALL("tris: 1"), "5:62: unknown key 'tris' in worker; did you mean tries?");
	assert_wrong(ALL("colour: 1"), "5:62: unknown key 'colour' in worker; 'all' has no such parameter");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: plain, colour: 1}"),
		     "5:64: unknown key 'colour' in worker; 'plain' has no parameters");
	assert_wrong(WORKER("{plugin: ./offered.so, behavior: all, tries: 1}"),
		     "5:46: unknown key 'behavior' in worker; did you mean behaviour?");
	assert_wrong(WORKER("{plugin: ./offered.so, tries: 1}"),
		     "5:23: worker has no behaviour; write behaviour: server beside the rest");
	assert_wrong(WORKER("{}"), "5:23: worker has no behaviour; write behaviour: server beside the rest");
}

static void unknown_behaviours_are_told_with_what_was_meant(void **state)
{
	(void)state;
	assert_wrong(WORKER("{behaviour: sever}"), "5:35: unknown behaviour 'sever'; did you mean server?");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: rivers}"),
		     "5:57: unknown behaviour 'rivers'; did you mean river?");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: postman}"),
		     "5:57: unknown behaviour 'postman'; the plugin has all, needy, plain, spring, river");
	assert_wrong(WORKER("{behaviour: [server]}"),
		     "5:35: behaviour wants the name of a behaviour such as server, not a list");
	assert_wrong(WORKER("{behaviour: }"),
		     "5:24: behaviour has no value; it wants the name of a behaviour such as server");
	assert_wrong(WORKER("sever"), "5:23: unknown worker 'sever'; did you mean server?");
}

static void a_plugin_that_is_not_there_is_told_once(void **state)
{
	(void)state;
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;
	static const char text[] = WORKER("{plugin: ./missing.so, behaviour: all, x: 1}");
	assert_null(scn_load_text("test.yaml", text, strlen(text), &diags, &status));
	assert_int_equal(status, RT_EINVAL);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.item[0].line, 5);
	assert_int_equal(diags.item[0].column, 32);
	assert_non_null(strstr(diags.item[0].text, "plugin './missing.so': "));
	scn_diags_fini(&diags);
	assert_wrong(WORKER("{plugin: [a], behaviour: all}"),
		     "5:32: plugin wants the file of a plugin such as ./mine.so, not a list");
}

static void mandatory_parameters_are_missed(void **state)
{
	(void)state;
	assert_wrong(
		WORKER("{plugin: ./offered.so, behaviour: needy}"),
		"5:23: to is missing; a 'needy' worker needs the path of a worker or a supervisor such as "
		"core/db\n"
		"5:23: size is missing; a 'needy' worker needs a size such as 64KiB or 10MiB, from 1KiB to "
		"1MiB");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: needy, to: core/db, sze: 1KiB}"),
		     "5:77: unknown key 'sze' in worker; did you mean size?");
	scn_free(load_good(WORKER("{plugin: ./offered.so, behaviour: needy, to: core/db, size: 1KiB}")));
}

static void a_path_has_to_be_somewhere(void **state)
{
	(void)state;
	assert_wrong(ALL("calls: core/pol"), "5:69: no such path 'core/pol'; did you mean core/pool?");
	assert_wrong(ALL("calls: 'core/*'"), "5:69: calls wants one path, not the pattern 'core/*'");
	scn_free(load_good(ALL("calls: core/pool")));
	scn_free(load_good(ALL("calls: core/pool/1")));
	scn_free(load_good(ALL("calls: core")));
	/* Somebody whom the method starts. */
	scn_free(load_good(
		ALL("calls: core/late") "method: [{action: start_child, target: core, child: late}]\n"));
	/* As others write it. */
	struct scn_scenario *s = load_good(ALL("calls: core/d%62"));
	assert_string_equal(setting(child_at(s, "core/w"), "calls")->text, "core/db");
	scn_free(s);
}

static void a_worker_that_never_has_done_needs_a_duration(void **state)
{
	(void)state;
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: spring}"),
		     "5:23: a 'spring' worker finds work for ever, so this run would not end; add `duration: "
		     "60s` to the scenario, or `count` to the worker");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: river}"),
		     "5:23: a 'river' worker finds work for ever, so this run would not end; add `duration: "
		     "60s` to the scenario");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: spring, count: 0}"),
		     "5:23: a 'spring' worker finds work for ever, so this run would not end; add `duration: "
		     "60s` to the scenario, or `count` to the worker");
	scn_free(load_good(WORKER("{plugin: ./offered.so, behaviour: spring, count: 5}")));
	scn_free(load_good(WORKER("{plugin: ./offered.so, behaviour: spring}") "duration: 1s\n"));
	scn_free(load_good(WORKER("{plugin: ./offered.so, behaviour: river}") "duration: 1s\n"));
	/* One mistake, one message. */
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: spring, cuont: 5}"),
		     "5:65: unknown key 'cuont' in worker; did you mean count?");
	assert_wrong(WORKER("{plugin: ./offered.so, behaviour: river}") "durration: 1s\n",
		     "9:1: unknown key 'durration' in a scenario; did you mean duration?");
	assert_wrong("version: 1\n"
		     "tree:\n"
		     "  id: core\n"
		     "  children:\n"
		     "    - {id: a, worker: {plugin: ./offered.so, behaviour: river}}\n"
		     "    - {id: b, worker: {plugin: ./offered.so, behaviour: river}}\n",
		     "5:23: a 'river' worker finds work for ever, so this run would not end; add `duration: "
		     "60s` to the scenario");
}

static void a_template_has_parameters_too(void **state)
{
	struct scn_scenario *s = load_good("version: 1\n"
					   "tree:\n"
					   "  id: core\n"
					   "  strategy: simple_one_for_one\n"
					   "  template:\n"
					   "    worker:\n"
					   "      plugin: ./offered.so\n"
					   "      behaviour: all\n"
					   "      tries: 7\n"
					   "      calls: core/1\n"
					   "  start: 3\n");

	(void)state;
	assert_int_equal(setting(child_at(s, "core/*"), "tries")->number, 7);
	assert_ptr_equal(scn_child(s, "core/3"), child_at(s, "core/*"));
	assert_null(scn_child(s, "core/3/x"));
	scn_free(s);
}

static void a_supervisor_does_nothing_itself(void **state)
{
	(void)state;
	assert_wrong("version: 1\n"
		     "tree: {id: core, children: [{id: a, worker: {behaviour: server}, children: []}]}\n",
		     "2:37: worker is a key of workers, and this is a supervisor");
}

static void workers_that_are_alike_share_their_settings(void **state)
{
#define SAME "worker: {plugin: ./offered.so, behaviour: all, tries: 1, calls: core/a}"
	struct scn_scenario *s =
		load_good("version: 1\n"
			  "tree:\n"
			  "  id: core\n"
			  "  children:\n"
			  "    - {id: a, " SAME "}\n"
			  "    - {id: b}\n"
			  "    - {id: c, " SAME "}\n"
			  "    - {id: d, worker: {plugin: ./offered.so, behaviour: all, tries: 2}}\n");

	(void)state;
	assert_ptr_equal(child_at(s, "core/a")->settings, child_at(s, "core/c")->settings);
	assert_int_equal(child_at(s, "core/b")->n_settings, 0);
	assert_int_equal(child_at(s, "core/d")->n_settings, 1);
	assert_int_equal(child_at(s, "core/d")->settings[0].number, 2);
	scn_free(s);
#undef SAME
}

static void limits_of_a_worker_are_read(void **state)
{
	struct scn_scenario *s = load_good("version: 1\n"
					   "tree:\n"
					   "  id: core\n"
					   "  children:\n"
					   "    - {id: a, isolation: process, disk: 64KiB, descriptors: 10}\n"
					   "    - {id: b, isolation: none}\n");
	const struct rt_child *a = child_at(s, "core/a"), *b = child_at(s, "core/b");

	(void)state;
	assert_int_equal(a->isolation, RT_ISOLATION_PROCESS);
	assert_int_equal(a->disk_max, 64 << 10);
	assert_int_equal(a->descriptors_max, 10);
	assert_int_equal(b->isolation, RT_ISOLATION_NONE);
	assert_int_equal(b->disk_max, 0);
	assert_int_equal(b->descriptors_max, 0);
	scn_free(s);
#define ONE(text) "version: 1\ntree: {id: core, children: [{id: a, " text "}]}\n"
	assert_wrong(ONE("disk: 1KiB"),
		     "2:37: disk needs isolation: process beside it; only a process of its "
		     "own can have a disk");
	assert_wrong(ONE("isolation: none, disk: 1KiB"),
		     "2:54: disk needs isolation: process; only a process of its own can have a disk");
	assert_wrong(ONE("isolation: proces, disk: 1KiB"),
		     "2:48: unknown isolation 'proces'; did you mean process?");
	assert_wrong(ONE("isolaton: process, disk: 1KiB"),
		     "2:37: unknown key 'isolaton' in a child; did you mean isolation?");
	assert_wrong(ONE("descriptors: 0"),
		     "2:50: descriptors wants a whole number from 1 to 4294967295, not '0'");
	assert_wrong(ONE("descriptors: 5, children: []"),
		     "2:37: descriptors is a key of workers, and this is a supervisor");
	assert_wrong(ONE("isolation: process, children: []"),
		     "2:37: isolation is a key of workers, and this is a supervisor");
#undef ONE
}

/* --- back into a file ---------------------------------------------------------------------------------- */

static const char rich[] =
	"version: 1\n"
	"duration: 60s\n"
	"tree:\n"
	"  id: 'a b'\n"
	"  children:\n"
	"    - {id: plain, worker: server, isolation: process, disk: 1MiB, descriptors: 5, memory: 1KiB}\n"
	"    - {id: w, worker: {behaviour: server}}\n"
	"    - {id: all, worker: {plugin: ./offered.so, behaviour: all, tries: 10k, pause: 1.5s, room: 3B, "
	"share: 99.9%, loud: true, pace: bursts, calls: 'a%20b/plain'}}\n"
	"    - {id: same, worker: {plugin: ./offered.so, behaviour: all, tries: 3, pace: steady}}\n"
	"    - {id: needy, worker: {plugin: ./offered.so, behaviour: needy, to: 'a%20b', size: 1KiB}}\n"
	"    - {id: river, worker: {plugin: ./offered.so, behaviour: river}}\n"
	"    - id: pool\n"
	"      strategy: simple_one_for_one\n"
	"      template: {worker: {plugin: ./offered.so, behaviour: spring, count: 3}}\n";

static void what_is_written_loads_again_as_the_same(void **state)
{
	(void)state;
	char *text = strdup(rich), *k = strstr(text, "10k");
	memcpy(k, "10 ", 3);
	struct scn_scenario *first = load_good(text);
	char *json = as_json(first), *yaml = as_yaml(first);
	struct scn_scenario *from_json = load_good(json), *from_yaml = load_good(yaml);
	char *json_again = as_json(from_json), *json_of_yaml = as_json(from_yaml);
	char *yaml_again = as_yaml(from_json);

	assert_string_equal(json, json_again);
	assert_string_equal(json, json_of_yaml);
	assert_string_equal(yaml, yaml_again);
	free(text);
	free(json);
	free(yaml);
	free(json_again);
	free(json_of_yaml);
	free(yaml_again);
	scn_free(first);
	scn_free(from_json);
	scn_free(from_yaml);
}

static void yaml_leaves_defaults_out_and_json_has_them(void **state)
{
	struct scn_scenario *s = load_good(ALL("calls: core/db, tries: 3, pause: 1.5s"));
	char *yaml = as_yaml(s), *json = as_json(s);

	(void)state;
	assert_non_null(strstr(yaml, "    - {id: w, worker: {plugin: './offered.so', behaviour: all, "
				     "pause: 1500ms, calls: core/db}}\n"));
	assert_non_null(strstr(json,
			       "\"worker\":{\"plugin\":\"./offered.so\",\"behaviour\":\"all\",\"tries\":3,"
			       "\"pause\":\"1500ms\",\"share\":\"50%\",\"loud\":false,\"pace\":\"steady\","
			       "\"calls\":\"core/db\"},"));
	/* Journals from before these keys do not have them, and are to replay to the same bytes. */
	assert_null(strstr(json, "isolation"));
	assert_null(strstr(json, "descriptors"));
	assert_null(strstr(json, "disk"));
	assert_null(strstr(yaml, "isolation"));
	free(yaml);
	free(json);
	scn_free(s);
}

/* --- the built-in behaviours, whichever there are ------------------------------------------------------ */

/* Does it load? */
static bool is_good(const char *text)
{
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;
	struct scn_scenario *s = scn_load_text("test.yaml", text, strlen(text), &diags, &status);

	assert_int_equal(diags.count, s ? 0 : 1);
	scn_diags_fini(&diags);
	scn_free(s);
	return s != NULL;
}

static void a_name_alone_is_for_those_who_need_nothing(void **state)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);
	char text[1024];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		bool enough = !scn_param_needed(rows[i]);
		snprintf(text, sizeof(text), WORKER("%s") "duration: 1s\n", rows[i]->name);
		assert_int_equal(is_good(text), enough);
		snprintf(text, sizeof(text), WORKER("%s"), rows[i]->name);
		assert_int_equal(is_good(text), enough && !rows[i]->endless);
		snprintf(text, sizeof(text),
			 WORKER("server") "duration: 1s\nmethod: [{action: start_child, target: core, child: "
					  "x, "
					  "worker: %s}]\n",
			 rows[i]->name);
		assert_int_equal(is_good(text), enough);
	}
}

/* A value for this parameter: its largest, or its last word. */
static const char *some_value(const struct rt_param *param, char buf[INJ_VALUE_BUF])
{
	struct rt_setting largest = { .name = param->name, .number = param->max, .text = "core/db" };
	const struct rt_child child = { .settings = &largest, .n_settings = 1 };
	bool is_default;

	if (param->type >= RT_PARAM_SHARE)
		largest.number = 1;
	if (param->behaviour)
		largest.text = "core/jobs"; /* so far it is a queue that is asked for */
	return scn_param_value(param, &child, buf, &is_default);
}

static void all_their_parameters_are_read_and_written(void **state)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char params[2048] = "", text[4096], buf[INJ_VALUE_BUF];
		size_t used = 0;
		for (unsigned k = 0; k < scn_param_count(rows[i]); k++)
			used += (size_t)snprintf(params + used, sizeof(params) - used, ", %s: %s",
						 rows[i]->params[k].name,
						 some_value(&rows[i]->params[k], buf));
		snprintf(text, sizeof(text), WORKER("{behaviour: %s%s}") "duration: 1s\n", rows[i]->name,
			 params);
		struct scn_scenario *first = load_good(text);
		assert_int_equal(child_at(first, "core/w")->n_settings, scn_param_count(rows[i]));
		char *json = as_json(first), *yaml = as_yaml(first);
		struct scn_scenario *from_json = load_good(json), *from_yaml = load_good(yaml);
		char *again = as_json(from_json), *through = as_json(from_yaml);
		assert_string_equal(json, again);
		assert_string_equal(json, through);
		free(json);
		free(yaml);
		free(again);
		free(through);
		scn_free(first);
		scn_free(from_json);
		scn_free(from_yaml);
	}
}

static void no_allocation_may_fail_unseen(void **state)
{
	static const char text[] = ALL("calls: core/db, tries: 3, pause: 1.5s");
	bool fired = true;

	(void)state;
	for (uint64_t nth = 1; fired; nth++) {
		struct scn_diags diags = { .file = NULL };
		enum rt_status status;
		scn_arena_fail_nth(nth);
		struct scn_scenario *s = scn_load_text("test.yaml", text, strlen(text), &diags, &status);
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		assert_true(s ? status == RT_OK : status == RT_ENOMEM && fired);
		scn_diags_fini(&diags);
		scn_free(s);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_a_built_in_behaviour),
		TEST(parameters_are_what_was_written),
		TEST(a_consumer_takes_from_a_queue_and_from_nothing_else),
		TEST(wrong_values_are_told_with_their_place),
		TEST(unknown_keys_are_told_with_what_was_meant),
		TEST(unknown_behaviours_are_told_with_what_was_meant),
		TEST(a_plugin_that_is_not_there_is_told_once),
		TEST(mandatory_parameters_are_missed),
		TEST(a_path_has_to_be_somewhere),
		TEST(a_worker_that_never_has_done_needs_a_duration),
		TEST(a_template_has_parameters_too),
		TEST(a_supervisor_does_nothing_itself),
		TEST(workers_that_are_alike_share_their_settings),
		TEST(limits_of_a_worker_are_read),
		TEST(what_is_written_loads_again_as_the_same),
		TEST(yaml_leaves_defaults_out_and_json_has_them),
		TEST(a_name_alone_is_for_those_who_need_nothing),
		TEST(all_their_parameters_are_read_and_written),
		TEST(no_allocation_may_fail_unseen),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
