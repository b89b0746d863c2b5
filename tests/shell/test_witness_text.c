/* test_witness_text.c - what a witness knows, in tables and in JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "runtime/runtime.h"
#include "shell/witness_text.h"

static const struct rt_child children[] = {
	{ .id = "a", .shutdown_ms = 100 },
	{ .id = "b\"\n", .shutdown_ms = 100 },
};
static const struct rt_child root = {
	.id = "app",
	.supervisor = true,
	.shutdown_ms = RT_SHUTDOWN_INFINITY,
	.intensity = 10000,
	.period_s = 1,
	.n_children = 2,
	.children = children,
};

struct fixture {
	struct rt *rt;
	struct prb_witness *witness;
	struct sh_text text;
};

static void fall(struct fixture *f, const char *path, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		rt_id victim = rt_path_actor(f->rt, rt_path_find(f->rt, path));

		assert_int_equal(rt_exit(f->rt, victim, rt_atom_make(f->rt, "boom")), RT_OK);
		assert_int_equal(rt_run(f->rt, 0, 1000), RT_OK);
	}
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct rt_error error = { 0 };

	assert_non_null(f);
	*state = f;
	assert_int_equal(rt_new(&(struct rt_config){ .seed = 1, .memory_max = 64 << 20 }, &f->rt), RT_OK);
	const struct prb_config config = { .rt = f->rt, .views = PRB_BIT(PRB_LIFECYCLE) };

	assert_int_equal(prb_witness_open(PRB_WITHIN, &config, &f->witness, &error), RT_OK);
	assert_int_equal(rt_start(f->rt, &root), RT_OK);
	assert_int_equal(rt_run(f->rt, 0, 1000), RT_OK);
	fall(f, "app/a", 5);
	fall(f, "app/b\"%0A", 1);
	assert_int_equal(prb_witness_refresh(f->witness), RT_OK);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	prb_witness_close(f->witness);
	rt_free(f->rt);
	sh_text_fini(&f->text);
	free(f);
	return 0;
}

/* In which line this is, from 1; 0: in none. */
static unsigned line_of(const char *text, const char *part)
{
	const char *at = strstr(text, part);
	unsigned line = at != NULL;

	for (const char *c = text; at != NULL && c < at; c++)
		line += *c == '\n';
	return line;
}

static void the_most_restarted_path_comes_first(void **state)
{
	struct fixture *f = *state;

	sh_witness_table(&f->text, f->witness, 0, (struct sh_pace){ 0 });
	assert_int_equal(line_of(f->text.text, "app/a\n"), 2);
	assert_int_equal(line_of(f->text.text, "app/b\"%0A\n"), 3);
	assert_non_null(strstr(f->text.text, "       6       5         5"));
	/* What this witness does not give has no column. */
	assert_null(strstr(f->text.text, "cpu"));
	assert_null(strstr(f->text.text, "hand"));
}

static void what_is_left_out_of_a_table_is_counted(void **state)
{
	struct fixture *f = *state;

	sh_witness_table(&f->text, f->witness, 1, (struct sh_pace){ 0 });
	assert_int_equal(line_of(f->text.text, "... and 2 more"), 3);
}

static void hotspots_are_children_and_subtrees(void **state)
{
	struct fixture *f = *state;

	sh_witness_hotspots(&f->text, f->witness, SH_HEAT, 0);
	assert_int_equal(line_of(f->text.text, "app/a\n"), 2);
	assert_int_equal(line_of(f->text.text, "subtrees"), 3);
	assert_int_equal(line_of(f->text.text, "app/\n"), 4);
	sh_text_fini(&f->text);
	sh_witness_hotspots(&f->text, f->witness, (struct sh_heat){ 10, 60 * RT_SECOND }, 0);
	assert_string_equal(f->text.text, "nothing was restarted more than 10 times in 1m\n");
}

static void restarts_that_are_not_remembered_are_told_of(void **state)
{
	struct fixture *f = *state;

	fall(f, "app/a", 5000);
	sh_witness_hotspots(&f->text, f->witness, SH_HEAT, 0);
	assert_non_null(strstr(f->text.text, "4096+   4096+"));
}

static void what_only_the_kernel_knows_needs_bpf(void **state)
{
	struct fixture *f = *state;

	sh_witness_strain(&f->text, f->witness, 0);
	sh_witness_latency(&f->text, f->witness, 0);
	assert_non_null(strstr(f->text.text, "processor time: needs bpf"));
	assert_non_null(strstr(f->text.text, "time in handlers and mailboxes: needs bpf"));
	assert_non_null(strstr(f->text.text, "by the time of the run"));
}

static void stats_say_who_looks_and_what_was_seen(void **state)
{
	struct fixture *f = *state;

	sh_witness_stats(&f->text, f->witness);
	assert_int_equal(line_of(f->text.text, "inproc  lifecycle\n"), 1);
	assert_non_null(strstr(f->text.text, "restart               6\n"));
	assert_false(sh_witness_lost(f->witness));
}

static void every_line_of_json_is_json(void **state)
{
	struct fixture *f = *state;
	struct prb_event event = { .kind = PRB_EXIT, .t = 5, .clock = 7, .a = 2 };
	const struct prb_process process = { .kind = PRB_EXITED, .pid = 4, .code = 9, .name = "sh \"" };
	unsigned lines = 0, restarts = 0, hot = 0;

	strcpy(event.path.text, "app/b\"%0A");
	strcpy(event.reason, "a\\b\n");
	sh_witness_json_event(&f->text, 42, &event);
	sh_witness_json_process(&f->text, &process);
	sh_witness_json_rows(&f->text, 42, f->witness);
	assert_true(sh_witness_json_hotspots(&f->text, 42, f->witness, SH_HEAT));
	sh_witness_json_end(&f->text, 42, f->witness);
	for (char *line = strtok(f->text.text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		json_error_t error;
		json_t *object = json_loads(line, 0, &error);

		if (object == NULL)
			fail_msg("%s: %s", error.text, line);
		restarts += (unsigned)json_integer_value(json_object_get(object, "restarts"));
		hot += (unsigned)json_integer_value(json_object_get(object, "worst"));
		json_decref(object);
		lines++;
	}
	assert_int_equal(lines, 8);
	assert_int_equal(hot, 5 + 6);
	assert_int_equal(restarts, 6);
}

static void an_event_is_a_line(void **state)
{
	struct fixture *f = *state;
	struct prb_event event = { .kind = PRB_RESTART, .t = 5 * RT_SECOND, .a = 2, .b = 3 };

	strcpy(event.path.text, "app/a");
	sh_witness_line(&f->text, &event);
	assert_string_equal(f->text.text, "      5.000s  restart      app/a  2 of 3\n");
}

static void heat_is_a_number_and_a_duration(void **state)
{
	static const char *const bad[] = { "",    "3",     "/",    "3/",     "/5m",   "x/5m",
					   "3/x", "-1/5m", "3/0s", "3/5m/1", "3.5/1m" };
	struct sh_heat heat = { 0 };

	(void)state;
	assert_true(sh_parse_heat("10/1m", &heat));
	assert_int_equal(heat.more_than, 10);
	assert_int_equal(heat.window, 60 * RT_SECOND);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(sh_parse_heat(bad[i], &heat));
}

#define WITH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static void a_histogram_has_a_bar_for_each_power_of_two(void **state)
{
	(void)state;
	struct prb_row row = { .path = "app/a" };
	struct sh_text text = { 0 };

	sh_witness_histograms(&text, &row, true);
	assert_int_equal(text.length, 0);
	row.handler[10] = 80;
	row.handler[12] = 1;
	row.counts.latency[20] = 3;
	sh_witness_histograms(&text, &row, true);
	assert_string_equal(text.text,
			    "\nin its handlers\n"
			    "  up to    1023ns  ######################################## 80\n"
			    "  up to    2047ns  0\n"
			    "  up to    4095ns  # 1\n"
			    "\nfrom an exit to the next start\n"
			    "  up to    1048us  ######################################## 3\n");
	sh_text_fini(&text);
}

static void of_many_paths_the_hottest_are_told(void **state)
{
	struct fixture *f = *state;

	sh_witness_latency(&f->text, f->witness, 1);
	assert_non_null(strstr(f->text.text, "app/a\n"));
	assert_null(strstr(f->text.text, "app/b"));
	assert_non_null(strstr(f->text.text, "... and 2 more\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_histogram_has_a_bar_for_each_power_of_two),
		WITH(of_many_paths_the_hottest_are_told),
		WITH(the_most_restarted_path_comes_first),
		WITH(what_is_left_out_of_a_table_is_counted),
		WITH(hotspots_are_children_and_subtrees),
		WITH(restarts_that_are_not_remembered_are_told_of),
		WITH(what_only_the_kernel_knows_needs_bpf),
		WITH(stats_say_who_looks_and_what_was_seen),
		WITH(every_line_of_json_is_json),
		WITH(an_event_is_a_line),
		cmocka_unit_test(heat_is_a_number_and_a_duration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
