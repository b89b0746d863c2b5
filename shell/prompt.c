/* prompt.c - commands from somebody at a terminal; the only file that includes readline.
 *
 * Readline is used by its callbacks: a loop waits for a key or, while time plays, for a moment, and gives
 * readline only keys that are there.  A complete line is executed outside of readline, with the terminal as
 * it was.  What is printed while somebody types goes above the line: the output calls us before its first
 * byte, and we clear the line and draw it again afterwards.
 */
#include "prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "clock.h"
#include "memory.h"
#include "paths.h"
#include "player.h"
#include "stop.h"
#include "words.h"

#define HISTORY_MAX 5000
/* While time plays: how often the world goes on, and for how much of that at most. */
#define TICK_MS     40
#define TICK_BUDGET (25 * RT_MS)
#define PROMPT_NS   (250 * RT_MS)

/* Readline calls back without a context. */
static struct sh_session *at_prompt;
static char *typed; /* the line that was entered */
static bool ended;  /* no more lines come */
static bool active; /* readline has the terminal */
static bool hidden; /* its line is cleared for the moment */
static char *hint;  /* what is wanted where nothing can be listed */
static struct sh_candidates candidates;
static char *history_file;
static int lines_added; /* to the history, by us */

/* --- completion ---------------------------------------------------------------------------------------- */

/* As it has to be typed; within a quote as it is.  Nothing in common is nothing to type, no empty word. */
static char *as_typed(const char *text)
{
	return rl_completion_quote_character || !*text ? sh_strdup(text) : sh_word_quote(text);
}

static char **complete(const char *text, int start, int end)
{
	(void)text;
	struct sh_facts facts = sh_session_facts(at_prompt);
	rl_attempted_completion_over = 1;
	rl_completion_suppress_append = 0;
	sh_candidates_fini(&candidates);
	sh_complete(rl_line_buffer, (size_t)end, &facts, &candidates);
	/* What readline would replace has to be our word, with or without a quote before it; a quote within a
	 * word is rare enough to be left alone. */
	if ((size_t)start > candidates.start + (rl_completion_quote_character != 0))
		return NULL;
	free(hint);
	hint = NULL;
	if (!candidates.count) {
		hint = candidates.hint ? sh_strdup(candidates.hint) : NULL;
		if (hint && rl_last_func == rl_complete) {
			rl_crlf();
			fprintf(rl_outstream, "(%s)", hint);
			rl_crlf();
			rl_on_new_line();
			rl_redisplay();
		}
		return NULL;
	}
	if (candidates.count == 1)
		rl_completion_suppress_append = candidates.item[0].more;
	char **matches = sh_alloc((candidates.count + 2) * sizeof(*matches));
	char *common = sh_candidates_common(&candidates);
	matches[0] = as_typed(common);
	free(common);
	if (candidates.count > 1)
		for (size_t i = 0; i < candidates.count; i++)
			matches[i + 1] = as_typed(candidates.item[i].text);
	return matches;
}

/* Several candidates: with what each means, where there is something to say; in columns otherwise. */
static void list_candidates(char **matches, int count, int longest)
{
	struct sh_output *out = at_prompt->out;
	bool described = false;
	size_t width = 0;
	for (size_t i = 0; i < candidates.count; i++) {
		size_t w = sh_width(candidates.item[i].text);
		width = w > width ? w : width;
		described |= candidates.item[i].help != NULL;
	}
	if (!described || candidates.count > 60) {
		rl_display_match_list(matches, count, longest);
		rl_forced_update_display();
		return;
	}
	int rows, columns;
	rl_get_screen_size(&rows, &columns);
	rl_crlf();
	hidden = true; /* it stands above */
	for (size_t i = 0; i < candidates.count; i++) {
		const struct sh_candidate *candidate = &candidates.item[i];
		int room = columns - (int)width - 5;
		sh_printf(out, "  %s%*s", candidate->text, (int)(width - sh_width(candidate->text)) + 2, "");
		if (candidate->help && room > 10)
			sh_printf(out, "%.*s", room, candidate->help);
		sh_put(out, "\n");
	}
	(void)sh_output_flush(out);
	hidden = false;
	rl_on_new_line();
	rl_redisplay();
}

/* A blank behind a backslash does not end a word. */
static int is_quoted(char *line, int index)
{
	int backslashes = 0;
	while (index > backslashes && line[index - backslashes - 1] == '\\')
		backslashes++;
	return backslashes % 2;
}

/* --- history ------------------------------------------------------------------------------------------- */

static void open_history(struct sh_session *session)
{
	using_history();
	stifle_history(HISTORY_MAX);
	history_file = sh_path_state("history");
	if (!history_file)
		return;
	int error = read_history(history_file);
	if (error && error != ENOENT)
		sh_printf(session->err, "history: cannot read %s: %s\n", history_file, strerror(error));
}

static void add_line(const char *line)
{
	HIST_ENTRY *latest = history_length ? history_get(history_base + history_length - 1) : NULL;
	if (!line[strspn(line, " \t")] || (latest && !strcmp(latest->line, line)))
		return;
	add_history(line);
	lines_added++;
}

/* Other shells have the same file: our lines go behind theirs. */
static int write_lines(void)
{
	int error = sh_path_make(history_file);
	if (!error)
		error = append_history(lines_added, history_file);
	if (!error)
		error = history_truncate_file(history_file, HISTORY_MAX);
	return error;
}

static void close_history(struct sh_session *session)
{
	int error = history_file && lines_added ? write_lines() : 0;
	if (error)
		sh_printf(session->err, "history: cannot write %s: %s\n", history_file, strerror(error));
	free(history_file);
	history_file = NULL;
	clear_history();
}

/* --- the line ------------------------------------------------------------------------------------------ */

static void take_line(char *line)
{
	/* Readline goes; what it gave is executed by the loop. */
	rl_callback_handler_remove();
	active = false;
	if (!line)
		ended = true;
	free(typed);
	typed = line;
}

static void make_prompt(char *buf, size_t size)
{
	char text[400];
	sh_session_prompt(at_prompt, text, sizeof(text));
	if (at_prompt->out->color)
		snprintf(buf, size, "\001\033[1m\002%s\001\033[0m\002", text);
	else
		snprintf(buf, size, "%s", text);
}

static void open_line(void)
{
	char prompt[420];
	make_prompt(prompt, sizeof(prompt));
	rl_callback_handler_install(prompt, take_line);
	active = true;
}

static void close_line(void)
{
	if (active)
		rl_callback_handler_remove();
	active = false;
}

/* The output is about to write. */
static void hide_line(void *ctx)
{
	(void)ctx;
	if (active && !hidden) {
		rl_clear_visible_line();
		fflush(rl_outstream);
		hidden = true;
	}
}

/* Its prompt tells the time, but nobody reads it forty times a second. */
static void draw_line(void)
{
	static int64_t drawn;
	char prompt[420];
	if (!hidden && sh_clock_now() - drawn < PROMPT_NS)
		return;
	drawn = sh_clock_now();
	make_prompt(prompt, sizeof(prompt));
	rl_set_prompt(prompt);
	if (hidden)
		rl_on_new_line();
	hidden = false;
	rl_redisplay();
}

/* Ctrl-C: the line is dropped, its remains stay visible.  Readline has shown ^C by itself. */
static void drop_line(void)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_replace_line("", 1);
	rl_crlf();
	rl_on_new_line();
	rl_redisplay();
}

/* --- time ---------------------------------------------------------------------------------------------- */

static void play(struct sh_session *session, struct sh_player *player)
{
	rt_time now = rt_now(scn_world_rt(session->world));
	rt_time until = sh_player_until(player, session->speed_permille, sh_clock_now(), now);
	if (sh_session_advance(session, until, TICK_BUDGET))
		return;
	session->playing = false;
	player->playing = false;
}

/* --- the loop ------------------------------------------------------------------------------------------ */

static void execute(struct sh_session *session, struct sh_player *player)
{
	char *line = typed;
	typed = NULL;
	add_line(line);
	sh_stop = 0;
	bool was_playing = session->playing;
	(void)sh_session_execute(session, line);
	if (sh_stop == SIGINT)
		sh_stop = 0;
	/* What a command did to the clock is not caught up with. */
	if (!was_playing || !session->playing)
		player->playing = false;
	free(line);
	(void)sh_output_flush(session->out);
}

static void on_signal(struct sh_session *session)
{
	if (sh_stop != SIGINT) {
		ended = true;
		return;
	}
	sh_stop = 0;
	session->playing = false;
	drop_line();
}

/* A signal that comes between the last look at it and the waiting would be slept over; so signals are let in
 * only by the waiting itself. */
static int wait_for_key(struct pollfd *key, bool playing)
{
	static const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	sigset_t stops, before;
	int ready = -1, error = EINTR;
	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGHUP);
	sigprocmask(SIG_BLOCK, &stops, &before);
	if (!sh_stop && !rl_pending_signal()) {
		ready = ppoll(key, 1, playing ? &tick : NULL, &before);
		error = errno;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return ready;
}

enum sh_code sh_prompt_run(struct sh_session *session)
{
	struct sh_player player = { 0 };
	at_prompt = session;
	session->interactive = true;
	session->stop = &sh_stop;
	sh_stop_install_prompt();
	rl_readline_name = "treefall";
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = list_candidates;
	rl_completer_word_break_characters = " \t\n";
	rl_basic_quote_characters = "'\"";
	rl_completer_quote_characters = "'\"";
	rl_char_is_quoted_p = is_quoted;
	rl_persistent_signal_handlers = 1;
	rl_catch_signals = 1;
	rl_change_environment = 0;
	/* Where there is nothing to add, the first Tab lists already; an inputrc can say otherwise. */
	rl_variable_bind("show-all-if-unmodified", "on");
	rl_initialize();
	open_history(session);
	session->out->before = session->err->before = hide_line;
	while (!ended && !session->quit) {
		if (typed) {
			execute(session, &player);
			continue;
		}
		if (!active) {
			open_line();
			continue;
		}
		if (session->playing) {
			play(session, &player);
			(void)sh_output_flush(session->out);
			draw_line();
		}
		struct pollfd key = { .fd = STDIN_FILENO, .events = POLLIN };
		int ready = wait_for_key(&key, session->playing);
		if (ready < 0 && errno != EINTR)
			break;
		if (ready < 0)
			rl_check_signals();
		if (sh_stop)
			on_signal(session);
		else if (ready > 0 && key.revents & (POLLIN | POLLHUP))
			rl_callback_read_char();
		else if (ready > 0)
			ended = true;
	}
	close_line();
	session->out->before = session->err->before = NULL;
	if (ended && !session->quit)
		sh_put(session->out, "\n");
	close_history(session);
	sh_candidates_fini(&candidates);
	free(hint);
	hint = NULL;
	return sh_stop == SIGTERM || sh_stop == SIGHUP ? SH_SIGTERM : SH_OK;
}
