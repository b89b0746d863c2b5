/* watch_fixture.h - the live tree over the small tree of the shell's tests: keys in, pictures out. */
#ifndef TESTS_SHELL_WATCH_FIXTURE_H
#define TESTS_SHELL_WATCH_FIXTURE_H

#include <locale.h>

#include "session_fixture.h"

#include "shell/watch.h"

struct live {
	struct fixture *f;
	struct sh_watch *watch;
	struct viz_screen screen;
	char *text;
};

static inline struct live live_new(void)
{
	struct live live = { .f = fixture_new() };

	live.watch = sh_watch_open(&live.f->session, false);
	assert_non_null(live.watch);
	sh_watch_pause(live.watch, true);
	assert_true(viz_screen_resize(&live.screen, 80, 14));
	sh_watch_draw(live.watch, &live.screen);
	return live;
}

static inline void live_free(struct live *live)
{
	sh_watch_close(live->watch);
	viz_screen_fini(&live->screen);
	free(live->text);
	fixture_free(live->f);
}

static inline const char *look(struct live *live)
{
	sh_watch_draw(live->watch, &live->screen);
	free(live->text);
	live->text = viz_screen_text(&live->screen, false);
	assert_non_null(live->text);
	return live->text;
}

/* Keys as characters; between them it is looked at, as on a terminal. */
static inline void press(struct live *live, const char *keys)
{
	for (; *keys; keys++) {
		sh_watch_key(live->watch, *keys == '\n' ? VIZ_ENTER : *keys == '\t' ? VIZ_TAB : *keys, 0, 0);
		(void)look(live);
	}
}

static inline void press_code(struct live *live, int code)
{
	sh_watch_key(live->watch, code, 0, 0);
	(void)look(live);
}

static inline void assert_shows(struct live *live, const char *part)
{
	if (strstr(look(live), part) == NULL)
		fail_msg("'%s' is not in\n%s", part, live->text);
}

static inline void assert_hides(struct live *live, const char *part)
{
	if (strstr(look(live), part) != NULL)
		fail_msg("'%s' is in\n%s", part, live->text);
}

/* The pictures lie in tests/data/watch; with UPDATE=1 in the environment they are written anew. */
static inline void assert_picture(struct live *live, const char *name)
{
	char path[100], expected[20000] = "";

	(void)look(live);
	snprintf(path, sizeof(path), "tests/data/watch/%s.txt", name);
	if (getenv("UPDATE") != NULL) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(live->text, file);
		fclose(file);
	}
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail_msg("%s is not there", path);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(live->text, expected);
}

static inline rt_time now(const struct live *live)
{
	return rt_now(scn_world_rt(live->f->session.world));
}

static inline uint64_t seq(const struct live *live)
{
	return rt_seq(scn_world_rt(live->f->session.world));
}

static inline unsigned starts(const struct live *live, const char *path)
{
	const struct rt *rt = scn_world_rt(live->f->session.world);

	return rt_path_starts(rt, rt_path_find(rt, path));
}

#define LIVE_TESTS(...)                                                                                      \
	int main(void)                                                                                       \
	{                                                                                                    \
		const struct CMUnitTest tests[] = { __VA_ARGS__ };                                           \
                                                                                                             \
		if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)                                                  \
			return 1;                                                                            \
		return cmocka_run_group_tests(tests, NULL, NULL);                                            \
	}

#endif
