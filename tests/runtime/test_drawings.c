/* test_drawings.c - draws what happens to a few children, a lane for each, and sees that docs/supervision.md
 * shows just that.  So the drawings there are of real runs; where one differs, the right one is printed here.
 */
#include "tests/support/fixture.h"

#define PAGE "docs/supervision.md"
#define LANES 3

struct drawing {
	struct rt *rt;
	const char *lanes[LANES]; /* paths */
	bool alive[LANES];
	FILE *out;
};

static void draw_lanes(struct drawing *d, int changed, const char *mark)
{
	for (int i = 0; i < LANES; i++)
		fprintf(d->out, "%-3s", i == changed ? mark : d->alive[i] ? "|" : "");
}

static void draw(void *ctx, const struct rt_event *event, const void *ext)
{
	struct drawing *d = ctx;
	char path[64], other[64], number[RT_ATOM_BUF], mark[8];
	int lane = -1;

	(void)ext;
	rt_path_text(d->rt, event->place, path, sizeof path);
	rt_path_text(d->rt, event->other, other, sizeof other);
	for (int i = 0; i < LANES; i++)
		if (strcmp(path, d->lanes[i]) == 0)
			lane = i;
	const char *reason = rt_atom_text(d->rt, event->reason, number);

	switch (event->kind) {
	case RT_EV_START:
		snprintf(mark, sizeof mark, "%u", event->incarnation);
		draw_lanes(d, lane, mark);
		fprintf(d->out, "start %s\n", path);
		break;
	case RT_EV_EXIT:
		draw_lanes(d, lane, "x");
		fprintf(d->out, "exit %s, reason %s\n", path, reason);
		break;
	case RT_EV_START_FAILED:
		draw_lanes(d, lane, "-");
		fprintf(d->out, "start of %s fails: %s\n", path, reason);
		break;
	case RT_EV_CHILD_TERMINATED:
	case RT_EV_SHUTDOWN_ERROR:
	case RT_EV_START_ERROR:
		draw_lanes(d, -1, "");
		fprintf(d->out, "report: %s %s %s\n", rt_event_word(event->kind), path, reason);
		break;
	case RT_EV_GIVE_UP:
		draw_lanes(d, -1, "");
		fprintf(d->out, "report: %s gives up, restart %u of %u\n", path, event->a, event->b);
		break;
	case RT_EV_RESTART:
		draw_lanes(d, -1, "");
		fprintf(d->out, "%s decides: restart %s, %u of %u in the window\n", other, path, event->a,
			event->b);
		break;
	default:
		return;
	}
	if (lane >= 0)
		d->alive[lane] = event->kind == RT_EV_START || (event->kind != RT_EV_EXIT && d->alive[lane]);
}

/* The block of the page that follows this mark. */
static char *block_of_page(const char *name)
{
	FILE *page = fopen(PAGE, "r");
	char line[300], mark[100], *block = NULL;
	size_t size;
	bool found = false, inside = false;

	if (page == NULL)
		fail_msg("no " PAGE ": tests run in the top folder");
	snprintf(mark, sizeof mark, "<!-- drawn: %s -->\n", name);
	FILE *out = open_memstream(&block, &size);

	while (fgets(line, sizeof line, page) != NULL) {
		if (strcmp(line, mark) == 0) {
			found = true;
		} else if (found && strncmp(line, "```", 3) == 0) {
			if (inside)
				break;
			inside = true;
		} else if (inside) {
			fputs(line, out);
		}
	}
	fclose(out);
	fclose(page);
	return block;
}

/* Draw what happens when these children of app crash together. */
static void assert_drawn(const char *name, const struct rt_child *app, const char *const lanes[LANES],
			 const char *first, const char *second)
{
	struct fixture *f = fixture_new(&(struct rt_config){.seed = 7});
	char *text = NULL;
	size_t size;
	struct drawing d = {.rt = f->rt, .out = open_memstream(&text, &size)};

	for (int i = 0; i < LANES; i++) {
		d.lanes[i] = lanes[i];
		fprintf(d.out, i < LANES - 1 ? "%-3s" : "%s", strrchr(lanes[i], '/') + 1);
	}
	fputs("\n", d.out);
	assert_int_equal(rt_observe(f->rt, draw, &d), RT_OK);
	assert_int_equal(rt_start(f->rt, app), RT_OK);
	settle(f);
	for (unsigned key = 1; app->strategy == RT_SIMPLE_ONE_FOR_ONE && key <= LANES; key++) {
		char words[32];

		snprintf(words, sizeof words, "start_child app %u", key);
		ask(f, words);
	}
	crash(f, first, "boom");
	if (second != NULL)
		crash(f, second, "bang");
	settle(f);
	fclose(d.out);
	char *drawn = block_of_page(name);

	if (strcmp(text, drawn) != 0)
		print_error("the run of %s:\n%s", name, text);
	assert_string_equal(drawn, text);
	free(drawn);
	free(text);
	rt_unobserve(f->rt, draw, &d);
	fixture_free(f);
}

static const char *const abc[LANES] = {"app/a", "app/b", "app/c"};
static const char *const keys[LANES] = {"app/1", "app/2", "app/3"};

#define ABC CHILDREN(WORKER("a"), WORKER("b"), WORKER("c"))

TEST(drawing_one_for_one)
{
	assert_drawn("one_for_one", &ONE_FOR_ONE("app", ABC), abc, "app/b", NULL);
}

TEST(drawing_one_for_all)
{
	assert_drawn("one_for_all", &ONE_FOR_ALL("app", ABC), abc, "app/b", NULL);
}

TEST(drawing_rest_for_one)
{
	assert_drawn("rest_for_one", &REST_FOR_ONE("app", ABC), abc, "app/b", NULL);
}

TEST(drawing_simple_one_for_one)
{
	assert_drawn("simple_one_for_one", &POOL("app", WORKER(NULL)), keys, "app/2", NULL);
}

TEST(drawing_retry)
{
	assert_drawn("retry",
		     &ONE_FOR_ALL("app", .intensity = 2,
				  CHILDREN(WORKER("a"), WORKER("b", STARTS(OK(1), FAIL(1, "nope"), OK(1))),
					   WORKER("c"))),
		     abc, "app/b", NULL);
}

TEST(drawing_give_up)
{
	assert_drawn("give_up", &ONE_FOR_ONE("app", ABC), abc, "app/a", "app/c");
}

RUN(cmocka_unit_test(drawing_one_for_one),
    cmocka_unit_test(drawing_one_for_all),
    cmocka_unit_test(drawing_rest_for_one),
    cmocka_unit_test(drawing_simple_one_for_one),
    cmocka_unit_test(drawing_retry),
    cmocka_unit_test(drawing_give_up))
