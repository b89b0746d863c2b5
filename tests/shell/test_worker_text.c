/* test_worker_text.c - what a worker does, in `tree` and `get_childspec`. */
#include "session_fixture.h"

#include "tests/support/offered.h"

static const char mixed[] =
	"version: 1\n"
	"duration: 60s\n"
	"tree:\n"
	"  id: core\n"
	"  strategy: one_for_one\n"
	"  intensity: 3\n"
	"  period: 5s\n"
	"  children:\n"
	"    - {id: plain, restart: permanent}\n"
	"    - {id: said, restart: permanent, worker: server, isolation: none, memory: 64KiB}\n"
	"    - {id: tight, restart: permanent, descriptors: 5}\n"
	"    - id: w\n"
	"      restart: permanent\n"
	"      worker: {plugin: ./offered.so, behaviour: all, tries: 3, pause: 1.5s, calls: core/plain}\n"
	"    - id: pool\n"
	"      strategy: simple_one_for_one\n"
	"      template: {restart: permanent, worker: {plugin: ./offered.so, behaviour: plain}}\n"
	"      start: 1\n"
	"    - {id: sub, strategy: one_for_one, children: []}\n";

static struct fixture *begin(void)
{
	struct fixture *f = fixture_new();

	offered_begin();
	assert_int_equal(sh_session_load_text(&f->session, "mixed.yaml", mixed, strlen(mixed)), SH_OK);
	return f;
}

static void end(struct fixture *f)
{
	offered_end();
	fixture_free(f);
}

static void a_tree_shows_what_is_not_plain(void **state)
{
	(void)state;
	struct fixture *f = begin();
	assert_says(f, "tree", "|- plain  alive  permanent\n");
	assert_says(f, "tree", "said   alive  permanent\n");
	assert_says(f, "tree", "tight  alive  permanent descriptors=5\n");
	assert_says(f, "tree", "w      alive  permanent worker=all plugin=./offered.so pause=1500ms "
			       "calls=core/plain\n");
	assert_says(f, "tree", "1   alive  permanent worker=plain plugin=./offered.so\n");
	end(f);
}

static void a_specification_has_all_and_marks_what_nobody_said(void **state)
{
	(void)state;
	struct fixture *f = begin();
	assert_says(f, "get_childspec core said",
		    "  % by default: shutdown, significant, type\n"
		    "% worker=server service_time=0s* concurrency=1* ");
	assert_says(f, "get_childspec core said", " fallback=false* isolation=none memory=64KiB\n");
	assert_says(f, "get_childspec core w",
		    "\n% worker=all plugin=./offered.so tries=3 pause=1500ms share=50%* loud=false* "
		    "pace=steady* calls=core/plain isolation=none*\n");
	assert_says(f, "get_childspec core/pool 1", "\n% worker=plain plugin=./offered.so isolation=none*\n");
	end(f);
}

static void one_that_came_later_has_the_defaults(void **state)
{
	(void)state;
	struct fixture *f = begin();
	assert_int_equal(type(f, "start_child core late worker=server"), SH_OK);
	assert_says(f, "get_childspec core late", "\n% worker=server* ");
	end(f);
}

static void a_supervisor_has_none(void **state)
{
	(void)state;
	struct fixture *f = begin();
	assert_int_equal(type(f, "get_childspec core sub"), SH_OK);
	assert_null(strstr(f->text[0], "worker="));
	end(f);
}

static void help_knows_the_behaviours_of_what_is_loaded(void **state)
{
	(void)state;
	struct fixture *f = begin();
	assert_says(f, "help needy",
		    "worker: {plugin: ./offered.so, behaviour: needy, PARAMETER: VALUE, ...}\n");
	assert_says(f, "help needy",
		    "size           how much; a size such as 64KiB or 10MiB, from 1KiB to 1MiB; "
		    "has to be given\n");
	assert_says(f, "help workers", "Of the plugin ./offered.so:\n\n");
	assert_says(f, "help workers", "has to be told\n");
	assert_refused(f, "help nedy", SH_USAGE, "no help about 'nedy'");
	end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_shows_what_is_not_plain),
		cmocka_unit_test(help_knows_the_behaviours_of_what_is_loaded),
		cmocka_unit_test(a_specification_has_all_and_marks_what_nobody_said),
		cmocka_unit_test(one_that_came_later_has_the_defaults),
		cmocka_unit_test(a_supervisor_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
