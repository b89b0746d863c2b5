/* What two witnesses say of the same run, held against each other. */
#include <inttypes.h>
#include <string.h>

#include "probes/reconcile.h"
#include "runtime/worker.h"
#include "tests/support/fixture.h"

static struct prb_witness *open_inproc(struct fixture *f)
{
	const struct prb_config config = { .rt = f->rt, .views = PRB_BIT(PRB_LIFECYCLE) };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	assert_int_equal(prb_witness_open(PRB_WITHIN, &config, &witness, &error), RT_OK);
	return witness;
}

struct heard {
	char text[800];
};

static void hear(void *ctx, const struct prb_difference *difference)
{
	struct heard *heard = ctx;
	size_t used = strlen(heard->text);

	snprintf(heard->text + used, sizeof(heard->text) - used, "%s of %s %" PRIu64 "/%" PRIu64 "; ",
		 difference->event, difference->path, difference->kernel, difference->journal);
}

TEST(unit_those_who_saw_the_same_agree)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));
	struct prb_witness *one = open_inproc(f), *other = open_inproc(f);

	crash(f, "app/a", "boom");
	settle(f);
	assert_int_equal(prb_reconcile(one, other, NULL, NULL), 0);
	prb_witness_close(one);
	prb_witness_close(other);
	fixture_free(f);
}

TEST(unit_who_came_late_differs_path_by_path_and_event_by_event)
{
	struct fixture *f =
		start_tree(&ONE_FOR_ONE("app", .intensity = 5, CHILDREN(WORKER("a"), WORKER("b"))));
	struct prb_witness *early = open_inproc(f), *late;
	struct heard heard = { 0 };

	crash(f, "app/a", "boom");
	settle(f);
	late = open_inproc(f);
	crash(f, "app/a", "boom");
	crash(f, "app/b", "boom");
	settle(f);
	assert_int_equal(prb_reconcile(early, late, hear, &heard), 3);
	assert_string_equal(heard.text, "start of app/a 2/1; exit of app/a 2/1; restart of app/a 2/1; ");
	prb_witness_close(early);
	prb_witness_close(late);
	fixture_free(f);
}

TEST(unit_a_path_that_only_one_of_them_knows_differs)
{
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("a"), WORKER("b"))));
	struct prb_witness *early = open_inproc(f), *late;
	struct heard heard = { 0 };

	crash(f, "app/a", "boom");
	settle(f);
	late = open_inproc(f);
	assert_int_equal(prb_reconcile(late, early, hear, &heard), 3);
	assert_string_equal(heard.text, "start of app/a 0/1; exit of app/a 0/1; restart of app/a 0/1; ");
	prb_witness_clear(early);
	assert_int_equal(prb_reconcile(late, early, NULL, NULL), 0);
	prb_witness_close(early);
	prb_witness_close(late);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_those_who_saw_the_same_agree),
    cmocka_unit_test(unit_who_came_late_differs_path_by_path_and_event_by_event),
    cmocka_unit_test(unit_a_path_that_only_one_of_them_knows_differs))
