/* watch_run.c - the live tree on the terminal: the loop that gives it keys and real time, and shows what it
 * draws. */
#include "watch_run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/terminal.h"

#include "clock.h"
#include "rewind.h"
#include "stop.h"
#include "watch.h"

/* Sixty pictures a second while time passes; most of a picture's time may be the world's. */
#define FRAME       (RT_SECOND / 60)
#define WORLD_SHARE (FRAME / 2)
#define IDLE_MS     250
#define KEYS_MAX    64 /* between two pictures */

bool sh_watch_is_dumb(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
	       (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0);
}

enum sh_code sh_watch_can(struct sh_output *err)
{
	const char *why = NULL;
	enum sh_code code = SH_USAGE;

	if (!viz_terminal_built()) {
		why = "this build has no pictures, for want of ncurses";
		code = SH_UNAVAILABLE;
	} else if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		why = "this is no terminal";
	}
	if (why == NULL)
		return SH_OK;
	sh_printf(err, "watch: %s; `watch --plain` tells it in lines, `tree` prints the tree\n", why);
	return code;
}

/* Ctrl-C while something runs that a key began stops that and nothing else. */
static void give_key(struct sh_watch *watch, int key, unsigned x, unsigned y)
{
	sh_watch_key(watch, key, x, y);
	if (sh_stop == SIGINT && watch->typing == SH_TYPING_NOTHING && !watch->over) {
		sh_stop = 0;
		sh_watch_pause(watch, true);
		sh_watch_say(watch, "stopped");
	}
}

static void take_keys(struct sh_watch *watch, int timeout_ms)
{
	unsigned x = 0, y = 0;

	for (unsigned n = 0; n < KEYS_MAX && !watch->over && !sh_stop; n++) {
		int key = viz_terminal_key(n == 0 ? timeout_ms : 0, &x, &y);

		if (key == VIZ_NO_KEY)
			return;
		if (key == VIZ_RESIZE || key == ('L' & 0x1f)) {
			viz_terminal_redraw();
			return;
		}
		give_key(watch, key, x, y);
	}
}

static void show(struct sh_watch *watch, struct viz_screen *screen)
{
	unsigned width, height;

	viz_terminal_size(&width, &height);
	if (!viz_screen_resize(screen, width, height))
		return;
	sh_watch_draw(watch, screen);
	if (!watch->over)
		viz_terminal_show(screen);
}

static void loop(struct sh_watch *watch, bool ascii)
{
	struct viz_screen screen = { .ascii = ascii };

	while (!watch->over && !sh_stop) {
		int64_t begin = sh_clock_now(), left;

		sh_watch_tick(watch, begin, WORLD_SHARE);
		show(watch, &screen);
		left = begin + FRAME - sh_clock_now();
		take_keys(watch, watch->paused ? IDLE_MS : left > 0 ? (int)(left / RT_MS) : 0);
	}
	viz_screen_fini(&screen);
}

enum sh_code sh_watch_run(struct sh_session *session, const struct sh_watching *watching)
{
	enum sh_show shown = session->show;
	bool plain = watching->plain || sh_watch_is_dumb(), ascii;
	enum sh_code code = plain ? SH_OK : sh_watch_can(session->err);
	const char *why;

	if (code == SH_OK)
		code = sh_rewind_open(session);
	if (code != SH_OK)
		return code;
	(void)sh_output_flush(session->out);
	sh_stop_install_prompt();
	if (plain)
		return sh_watch_plain(session, watching);
	why = viz_terminal_open(session->out->color, &ascii);
	if (why != NULL)
		return sh_session_error(session, SH_USAGE, "watch: %s; `tree` prints the tree", why);
	/* What is printed from here on would be printed over the picture. */
	session->show = SH_SHOW_NONE;
	struct sh_watch *watch = sh_watch_open(session, ascii);
	if (watch == NULL) {
		viz_terminal_close();
		session->show = shown;
		return SH_USAGE;
	}
	(void)sh_watch_set_speed(watch, watching->speed);
	sh_watch_pause(watch, watching->paused);
	loop(watch, ascii);
	viz_terminal_close();
	/* Who leaves by `q` has no message; whatever else ended it has one. */
	if (watch->message[0] != '\0' && watch->over && !sh_stop)
		sh_printf(session->err, "watch: %s\n", watch->message);
	sh_watch_close(watch);
	session->show = shown;
	return sh_stop ? sh_code_of_stop(sh_stop) : SH_OK;
}

enum sh_code sh_cmd_watch(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_watching watching = { .speed = session->speed_permille, .paused = !session->playing };

	(void)argc, (void)argv;
	if (!session->interactive)
		return sh_session_error(session, SH_USAGE, "watch needs a terminal; `tree` prints the tree");
	if (!session->playing)
		watching.speed = 1000;
	session->playing = false;
	return sh_watch_run(session, &watching);
}
