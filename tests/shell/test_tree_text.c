/* test_tree_text.c - the tree as text: lines, folding of large supervisors, both alphabets. */
#include "session_fixture.h"

#include "shell/tree_text.h"

static const char *tree_of(struct fixture *f, const char *path, bool all)
{
	fixture_forget(f);
	assert_true(sh_tree_print(&f->out, scn_world_rt(f->session.world), f->session.scenario, path, all));
	fflush(f->file[0]);
	return f->text[0];
}

static void lines_join_what_belongs_together(void **state)
{
	(void)state;
	struct fixture *f = fixture_new();
	assert_string_equal(tree_of(f, NULL, false),
			    "core             alive  one_for_one 0/3 in 5s\n"
			    "|- storage       alive  permanent*\n"
			    "|- cache         alive  permanent*\n"
			    "`- telemetry     alive  permanent*, one_for_all 0/1* in 5s*\n"
			    "   `- collector  alive  transient\n"
			    "* the default\n");
	f->out.utf8 = true;
	assert_string_equal(tree_of(f, "core/telemetry", false),
			    "telemetry     alive  one_for_all 0/1* in 5s*\n"
			    "└─ collector  alive  transient\n"
			    "* the default\n");
	assert_false(sh_tree_print(&f->out, scn_world_rt(f->session.world), f->session.scenario,
				   "core/x", false));
	fixture_free(f);
}

static void only_what_nobody_said_is_marked(void **state)
{
	static const char said[] = "version: 1\n"
				   "tree:\n"
				   "  id: core\n"
				   "  strategy: one_for_one\n"
				   "  max_restarts: 1\n"
				   "  period: 5s\n"
				   "  children:\n"
				   "    - {id: a, restart: permanent}\n"
				   "    - {id: 'b c', restart: temporary}\n";
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(sh_session_load_text(&f->session, "said.yaml", said, strlen(said)), SH_OK);
	assert_string_equal(tree_of(f, NULL, false), "core    alive  one_for_one 0/1 in 5s\n"
						     "|- a    alive  permanent\n"
						     "`- b c  alive  temporary\n");
	assert_says(f, "get_childspec core a",
		    "type => worker}  % by default: shutdown, significant, type\n");
	/* Of what came later nobody can say more than what it is. */
	assert_int_equal(type(f, "set core intensity=3"), SH_OK);
	assert_int_equal(type(f, "start_child core d"), SH_OK);
	assert_non_null(strstr(tree_of(f, NULL, false), "one_for_one 0/3 in 5s\n"));
	assert_non_null(strstr(f->text[0], "`- d    alive  permanent*\n"));
	fixture_free(f);
}

static size_t lines(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void many_children_are_folded(void **state)
{
	static const char pool[] = "version: 1\n"
				   "tree:\n"
				   "  id: core\n"
				   "  children:\n"
				   "    - id: pool\n"
				   "      strategy: simple_one_for_one\n"
				   "      template: {worker: server, restart: permanent}\n"
				   "      start: 1000\n"
				   "    - {id: last, worker: server}\n";
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(sh_session_load_text(&f->session, "pool.yaml", pool, strlen(pool)), SH_OK);
	assert_int_equal(lines(tree_of(f, NULL, true)), 1004);
	assert_int_equal(lines(tree_of(f, NULL, false)), 45);
	assert_non_null(strstr(f->text[0], "|  `- ... and 960 more like these\n`- last "));
	/* One that is not like the others is shown. */
	assert_int_equal(type(f, "inject crash core/pool/777"), SH_OK);
	assert_non_null(strstr(tree_of(f, NULL, false), "|  |- 777 "));
	assert_non_null(strstr(f->text[0], "... and 959 more like these"));
	fixture_free(f);
}

static void no_id_breaks_its_line(void **state)
{
	static const char odd[] = "version: 1\n"
				  "tree:\n"
				  "  id: core\n"
				  "  children:\n"
				  "    - {id: \"a\\nb\", worker: server}\n"
				  "    - {id: \"c\\td\\u202E\", worker: server}\n";
	(void)state;
	struct fixture *f = fixture_new();
	assert_int_equal(sh_session_load_text(&f->session, "odd.yaml", odd, strlen(odd)), SH_OK);
	tree_of(f, NULL, false);
	assert_non_null(strstr(f->text[0], "|- a%0Ab "));
	assert_non_null(strstr(f->text[0], "`- c%09d\\u202e"));
	assert_says(f, "which_children core", "{a%0Ab,running,worker}");
	assert_says(f, "get_childspec core 'c\td\342\200\256'", "id => c%09d\\u202e");
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_join_what_belongs_together),
		cmocka_unit_test(only_what_nobody_said_is_marked),
		cmocka_unit_test(many_children_are_folded),
		cmocka_unit_test(no_id_breaks_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
