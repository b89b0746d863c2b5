/* Whole screens, at several sizes, as text. */
#include <locale.h>
#include <stdlib.h>

#include "tests/support/fixture.h"
#include "viz/frame.h"
#include "viz/keys.h"

struct show {
	struct fixture *f;
	struct viz_model *model;
	struct viz_frame frame;
};

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_model_event(ctx, event);
}

static struct show begin(void)
{
	struct show show = {
		.f = start_tree(
			&REST_FOR_ONE("core", .intensity = 3, .period_s = 10,
				      CHILDREN(WORKER("storage"), WORKER("cache"),
					       ONE_FOR_ONE("telemetry", CHILDREN(WORKER("collector"),
										 WORKER("exporter")))))),
	};

	assert_int_equal(viz_model_new(show.f->rt, &show.model), RT_OK);
	assert_int_equal(rt_observe(show.f->rt, observe, show.model), RT_OK);
	show.frame = (struct viz_frame){
		.title = "core",
		.rt = show.f->rt,
		.model = show.model,
		.speed = "1x",
		.flash = RT_SECOND / 2,
		.selected = rt_path_find(show.f->rt, "core/cache"),
		.branches = 1,
	};
	return show;
}

static void end(struct show *show)
{
	viz_model_free(show->model);
	fixture_free(show->f);
}

static const char *screen_of(struct show *show, unsigned width, unsigned height, bool ascii, bool styles)
{
	static char *text;
	struct viz_screen screen = { .ascii = ascii };

	free(text);
	show->frame.now = show->frame.end = rt_now(show->f->rt);
	show->frame.seq = show->frame.last = rt_seq(show->f->rt);
	viz_model_settle(show->model, RT_SECOND);
	assert_true(viz_screen_resize(&screen, width, height));
	viz_frame_scroll(&show->frame, height);
	viz_frame_draw(&show->frame, &screen);
	text = viz_screen_text(&screen, styles);
	assert_non_null(text);
	viz_screen_fini(&screen);
	return text;
}

/* The pictures lie in tests/data/viz; with UPDATE=1 in the environment they are written anew, to be looked
 * at. */
static void assert_screen(const char *text, const char *name)
{
	char path[100], expected[20000] = "";

	snprintf(path, sizeof(path), "tests/data/viz/%s.txt", name);
	if (getenv("UPDATE") != NULL) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail_msg("%s is not there", path);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}


/* --- screens ------------------------------------------------------------------------------------------- */

TEST(unit_a_healthy_tree_at_eighty_columns)
{
	struct show show = begin();

	assert_screen(screen_of(&show, 80, 12, false, false), "healthy");
	end(&show);
}

TEST(unit_the_same_without_unicode_and_how_it_is_styled)
{
	struct show show = begin();

	assert_screen(screen_of(&show, 80, 10, true, true), "ascii-styles");
	end(&show);
}

TEST(unit_a_crash_is_seen_to_grow_back_in_order)
{
	struct show show = begin();

	wait_ms(show.f, 1000);
	crash(show.f, "core/cache", "boom");
	assert_screen(screen_of(&show, 100, 10, false, false), "fallen");
	settle(show.f);
	assert_screen(screen_of(&show, 100, 10, false, true), "restarting-styles");
	wait_ms(show.f, 1000);
	assert_screen(screen_of(&show, 100, 10, false, false), "grown-back");
	end(&show);
}

TEST(unit_what_hangs_and_what_gave_up_has_a_sign_of_its_own)
{
	struct show show = begin();

	assert_int_equal(rt_suspend(show.f->rt, pid(show.f, "core/storage")), RT_OK);
	for (unsigned i = 0; i < 3; i++) {
		crash(show.f, "core/telemetry/collector", "boom");
		settle(show.f);
	}
	assert_screen(screen_of(&show, 80, 10, false, false), "hung-and-gave-up");
	end(&show);
}

TEST(unit_a_fold_says_how_much_is_in_it_and_a_filter_dims_what_is_above)
{
	struct show show = begin();

	viz_model_fold(show.model, rt_path_find(show.f->rt, "core/telemetry"), true);
	assert_screen(screen_of(&show, 60, 8, false, false), "folded");
	viz_model_fold(show.model, rt_path_find(show.f->rt, "core/telemetry"), false);
	assert_int_equal(viz_model_filter(show.model, "exporter"), RT_OK);
	assert_screen(screen_of(&show, 60, 8, false, true), "filtered-styles");
	end(&show);
}

TEST(unit_the_selection_is_scrolled_to)
{
	struct show show = begin();

	show.frame.selected = rt_path_find(show.f->rt, "core/telemetry/exporter");
	assert_screen(screen_of(&show, 40, 7, false, false), "scrolled");
	end(&show);
}

TEST(unit_the_smallest_terminals_get_what_fits)
{
	struct show show = begin();
	struct viz_screen screen = { 0 };

	assert_screen(screen_of(&show, 20, 5, false, false), "tiny");
	for (unsigned width = 1; width < 130; width += 7) {
		for (unsigned height = 1; height < 12; height++) {
			assert_true(viz_screen_resize(&screen, width, height));
			viz_frame_scroll(&show.frame, height);
			viz_frame_draw(&show.frame, &screen);
		}
	}
	viz_screen_fini(&screen);
	end(&show);
}

static bool line(void *ctx, uint64_t n, char *buf, size_t size, unsigned *style)
{
	(void)ctx;
	if (n >= 3)
		return false;
	snprintf(buf, size, "line %u", (unsigned)n);
	*style = n == 1 ? VIZ_BAD : VIZ_PLAIN;
	return true;
}

TEST(unit_a_view_of_lines_a_prompt_and_the_keys_of_a_run_that_stands_still)
{
	struct show show = begin();

	show.frame.view = "events";
	show.frame.line = line;
	show.frame.prompt = ":";
	show.frame.typed = "inject crash core/ca";
	show.frame.typed_at = strlen(show.frame.typed);
	show.frame.paused = true;
	show.frame.branch = 1;
	show.frame.branches = 3;
	assert_screen(screen_of(&show, 80, 8, false, false), "lines-and-prompt");
	show.frame.prompt = NULL;
	show.frame.past = true;
	assert_screen(screen_of(&show, 120, 8, false, false), "past");
	end(&show);
}

TEST(unit_every_key_is_found_and_no_key_means_two_things)
{
	unsigned view = 99;

	for (unsigned i = 0; i < VIZ_KEYS; i++) {
		assert_int_equal(viz_key_find(viz_keys[i].key, &view), i);
		if (viz_keys[i].other != 0)
			assert_int_equal(viz_key_find(viz_keys[i].other, &view), i);
		assert_true(viz_keys[i].help[0] != '\0');
		/* One without a name in the footer stands there with the next one. */
		if (viz_keys[i].when != VIZ_NEVER && viz_keys[i].label[0] == '\0')
			assert_int_equal(viz_keys[i].when, viz_keys[i + 1].when);
	}
	assert_int_equal(viz_key_find('3', &view), VIZ_DO_VIEW);
	assert_int_equal(view, 2);
	assert_int_equal(viz_key_find('z', &view), VIZ_DO_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_a_healthy_tree_at_eighty_columns),
		cmocka_unit_test(unit_the_same_without_unicode_and_how_it_is_styled),
		cmocka_unit_test(unit_a_crash_is_seen_to_grow_back_in_order),
		cmocka_unit_test(unit_what_hangs_and_what_gave_up_has_a_sign_of_its_own),
		cmocka_unit_test(unit_a_fold_says_how_much_is_in_it_and_a_filter_dims_what_is_above),
		cmocka_unit_test(unit_the_selection_is_scrolled_to),
		cmocka_unit_test(unit_the_smallest_terminals_get_what_fits),
		cmocka_unit_test(unit_a_view_of_lines_a_prompt_and_the_keys_of_a_run_that_stands_still),
		cmocka_unit_test(unit_every_key_is_found_and_no_key_means_two_things),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
