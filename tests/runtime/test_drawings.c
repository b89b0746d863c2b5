/* test_drawings.c - draws what happens to a few children, a lane for each, and sees that docs/supervision.md
 * shows just that.  So the drawings there are of real runs; where one differs, the right one is printed here.
 */
#include "tests/support/fixture.h"

#define PAGE "docs/supervision.md"
#define LANES 3

struct drawing {
	struct rt *rt;
	const char *lanes[LANES]; /* paths */
	bool alive[LANES], starting[LANES];
	FILE *out;
};

static void draw_lanes(struct drawing *d, int changed, const char *mark)
{
	for (int i = 0; i < LANES; i++)
		fprintf(d->out, "%-3s", i == changed      ? mark
					: d->starting[i] ? ":"
					: d->alive[i]    ? "|"
							 : "");
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
	case RT_EV_READY:
		draw_lanes(d, lane, "|");
		fprintf(d->out, "ready %s\n", path);
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
	if (lane < 0)
		return;
	d->alive[lane] = event->kind == RT_EV_START || (event->kind != RT_EV_EXIT && d->alive[lane]);
	if (event->kind == RT_EV_START || event->kind == RT_EV_READY || event->kind == RT_EV_EXIT)
		d->starting[lane] = event->kind == RT_EV_START && event->a == 1;
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

/* A drawing that has begun: the lanes have their names, and what happens from now on is drawn. */
struct sheet {
	struct fixture *f;
	struct drawing d;
	char *text;
	size_t size;
};

static void begin_sheet(struct sheet *sheet, const char *const lanes[LANES])
{
	struct drawing *d = &sheet->d;

	*sheet = (struct sheet){ .f = fixture_new(&(struct rt_config){ .seed = 7 }) };
	d->rt = sheet->f->rt;
	d->out = open_memstream(&sheet->text, &sheet->size);
	for (int i = 0; i < LANES; i++) {
		d->lanes[i] = lanes[i];
		fprintf(d->out, i < LANES - 1 ? "%-3s" : "%s", strrchr(lanes[i], '/') + 1);
	}
	fputs("\n", d->out);
	assert_int_equal(rt_observe(d->rt, draw, d), RT_OK);
}

static void draw_pause(struct sheet *sheet, unsigned seconds)
{
	draw_lanes(&sheet->d, -1, "");
	fprintf(sheet->d.out, "%u s pass%s\n", seconds, seconds == 1 ? "es" : "");
	wait_ms(sheet->f, seconds * 1000);
}

static void assert_sheet(struct sheet *sheet, const char *name)
{
	fclose(sheet->d.out);
	char *drawn = block_of_page(name);

	if (strcmp(sheet->text, drawn) != 0)
		print_error("the run of %s:\n%s", name, sheet->text);
	assert_string_equal(drawn, sheet->text);
	free(drawn);
	free(sheet->text);
	rt_unobserve(sheet->f->rt, draw, &sheet->d);
	fixture_free(sheet->f);
}

/* Draw what happens when these children of app crash together. */
static void assert_drawn(const char *name, const struct rt_child *app, const char *const lanes[LANES],
			 const char *first, const char *second)
{
	struct sheet sheet;

	begin_sheet(&sheet, lanes);
	begin_tree(sheet.f, app);
	for (unsigned key = 1; app->strategy == RT_SIMPLE_ONE_FOR_ONE && key <= LANES; key++) {
		char words[32];

		snprintf(words, sizeof words, "start_child app %u", key);
		ask(sheet.f, words);
	}
	crash(sheet.f, first, "boom");
	if (second != NULL)
		crash(sheet.f, second, "bang");
	settle(sheet.f);
	assert_sheet(&sheet, name);
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

TEST(drawing_slow_start)
{
	struct sheet sheet;

	begin_sheet(&sheet, abc);
	begin_tree(sheet.f, &REST_FOR_ONE("app", .intensity = 2, ABC));
	slow_start(sheet.f, "app/b", 2000);
	crash(sheet.f, "app/b", "boom");
	settle(sheet.f);
	draw_pause(&sheet, 1);
	crash(sheet.f, "app/a", "bang");
	settle(sheet.f);
	slow_start(sheet.f, "app/b", 0);
	draw_pause(&sheet, 1);
	assert_sheet(&sheet, "slow_start");
}

RUN(cmocka_unit_test(drawing_one_for_one),
    cmocka_unit_test(drawing_one_for_all),
    cmocka_unit_test(drawing_rest_for_one),
    cmocka_unit_test(drawing_simple_one_for_one),
    cmocka_unit_test(drawing_retry),
    cmocka_unit_test(drawing_give_up),
    cmocka_unit_test(drawing_slow_start))
