/* watch_plain.c - the live tree in plain lines: for screen readers, for terminals that cannot move their
 * cursor, and for pipes.
 *
 * The keys are those of the picture, typed as a line: `...` is three steps, an empty line is Enter.  What is
 * drawn there is told here, and after each line no more than what is new: the events that came, the actor
 * that is selected, a view that was opened.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "memory.h"
#include "rewind.h"
#include "stop.h"
#include "watch.h"
#include "watch_run.h"

#define ROWS_MAX   500
#define LINES_MAX  500
#define EVENTS_MAX 20 /* in one answer, and of the view of events */
#define WIDTH      100
#define HEIGHT     40
#define TICK_MS    50
#define WORLD_TIME (20 * RT_MS)

struct plain {
	struct sh_watch *watch;
	struct sh_output *out;
	struct viz_screen screen; /* nobody sees it */
	struct sh_text input;     /* read, and not used yet */
	bool eof;
	/* as told last */
	uint64_t seq, cursor;
	enum sh_view_number view;
	enum sh_typing typing;
	bool hinting;
	char *typed;
	char *path;
};

/* --- telling ------------------------------------------------------------------------------------------- */

static const struct rt *rt_of(const struct plain *plain)
{
	return scn_world_rt(plain->watch->session->world);
}

static void tell_selected(struct plain *plain)
{
	const struct viz_frame *frame = &plain->watch->frame;
	char path[1024], text[1024];

	(void)viz_model_path(frame->model, frame->selected, path, sizeof(path));
	viz_tree_say(frame, frame->selected, text, sizeof(text));
	sh_printf(plain->out, "%s: %s\n", path, text);
}

static void tell_tree(struct plain *plain)
{
	const struct viz_frame *frame = &plain->watch->frame;
	uint32_t rows = viz_model_rows(frame->model);

	sh_printf(plain->out, "%s: %u rows%s%s\n", frame->title, rows,
		  frame->filter != NULL ? ", only paths with " : "",
		  frame->filter != NULL ? frame->filter : "");
	for (uint32_t row = 0; row < rows && row < ROWS_MAX; row++) {
		rt_place place = viz_model_row(frame->model, row);
		struct viz_node node;
		char text[1024];

		if (!viz_model_node(frame->model, place, &node))
			continue;
		viz_tree_say(frame, place, text, sizeof(text));
		sh_printf(plain->out, "%s%*s%u %s: %s\n", place == frame->selected ? "* " : "  ",
			  (int)(2 * node.depth), "", row + 1, node.name, text);
	}
	if (rows > ROWS_MAX)
		sh_printf(plain->out, "... and %u more; `\\` shows fewer\n", rows - ROWS_MAX);
}

static void tell_line(struct plain *plain, uint64_t n)
{
	const struct viz_frame *frame = &plain->watch->frame;
	unsigned style = VIZ_PLAIN;
	char text[1024];

	if (!frame->line(frame->line_ctx, n, text, sizeof(text), &style))
		return;
	if (frame->picks)
		sh_printf(plain->out, "%s%llu %s\n", n == plain->watch->cursor ? "* " : "  ",
			  (unsigned long long)n + 1, text + strspn(text, " "));
	else
		sh_printf(plain->out, "%s\n", text);
}

static void tell_aside(struct plain *plain)
{
	const struct viz_frame *frame = &plain->watch->frame;
	unsigned style = VIZ_PLAIN;
	char text[1024];

	for (uint64_t n = 0; frame->aside(frame->line_ctx, n, text, sizeof(text), &style); n++)
		sh_printf(plain->out, "%s\n", text);
}

static void tell_view(struct plain *plain)
{
	const struct viz_frame *frame = &plain->watch->frame;
	uint64_t lines = frame->lines, first = 0;

	if (plain->watch->view == SH_VIEW_EVENTS && lines > EVENTS_MAX) {
		first = plain->watch->cursor >= EVENTS_MAX ? plain->watch->cursor - EVENTS_MAX + 1 : 0;
		lines = first + EVENTS_MAX;
	}
	sh_printf(plain->out, "%s: %llu lines\n", frame->view, (unsigned long long)frame->lines);
	for (uint64_t n = first; n < lines && n < first + LINES_MAX; n++)
		tell_line(plain, n);
	tell_aside(plain);
}

static void tell_events(struct plain *plain, uint64_t from)
{
	const struct scn_history *history = scn_world_history(plain->watch->session->world);
	uint64_t last = scn_history_last(history);
	struct scn_event event;
	char line[512];

	if (last - from > EVENTS_MAX) {
		sh_printf(plain->out, "%llu events, of which the latest are\n",
			  (unsigned long long)(last - from));
		from = last - EVENTS_MAX;
	}
	for (uint64_t seq = from + 1; seq <= last; seq++) {
		if (!scn_history_get(history, seq, &event))
			continue;
		(void)scn_event_line(&event, line, sizeof(line));
		sh_printf(plain->out, "%s\n", line + strspn(line, " "));
	}
}

static void tell_time(struct plain *plain)
{
	const struct viz_frame *frame = &plain->watch->frame;
	rt_time t = frame->now - frame->up;

	sh_printf(plain->out, "at %lld.%03lds, event %llu, %s, speed %s", (long long)(t / RT_SECOND),
		  (long)(t % RT_SECOND / RT_MS), (unsigned long long)frame->seq,
		  frame->past     ? "in the past"
		  : frame->paused ? "paused"
				  : "running",
		  frame->speed);
	if (frame->branches > 1)
		sh_printf(plain->out, ", branch %u of %u", frame->branch + 1, frame->branches);
	sh_put(plain->out, "\n");
}

static void note_told(struct plain *plain)
{
	struct sh_watch *watch = plain->watch;

	plain->seq = rt_seq(rt_of(plain));
	plain->cursor = watch->cursor;
	plain->view = watch->view;
	plain->typing = watch->typing;
	plain->hinting = watch->hinting;
	free(plain->typed);
	plain->typed = sh_strdup(watch->typed.text);
	free(plain->path);
	plain->path = sh_strdup(watch->path != NULL ? watch->path : "");
}

/* What is otherwise than when something was told last. */
static void tell_news(struct plain *plain)
{
	struct sh_watch *watch = plain->watch;
	uint64_t seq = rt_seq(rt_of(plain));

	sh_watch_draw(watch, &plain->screen);
	if (watch->over)
		return;
	bool moved = seq != plain->seq, shown = watch->view != SH_VIEW_TREE || watch->hinting;
	bool opened = watch->view != plain->view || watch->hinting != plain->hinting ||
		      strcmp(watch->typed.text, plain->typed) != 0;

	if (seq > plain->seq && plain->view == watch->view)
		tell_events(plain, plain->seq);
	if (moved)
		tell_time(plain);
	if (shown && (opened || (moved && watch->view != SH_VIEW_EVENTS))) {
		tell_view(plain);
	} else if (shown && watch->cursor != plain->cursor) {
		tell_line(plain, watch->cursor);
		tell_aside(plain);
	} else if (!shown && (moved || opened || strcmp(watch->path != NULL ? watch->path : "",
							plain->path) != 0)) {
		tell_selected(plain);
	}
	if (watch->typing == SH_TYPING_INJECT)
		sh_printf(plain->out,
			  "inject %s\nan empty line does it, `q` does not, another line replaces it\n",
			  watch->typed.text);
	if (watch->message[0] != '\0')
		sh_printf(plain->out, "%s\n", watch->message);
	note_told(plain);
}

/* --- keys as lines ------------------------------------------------------------------------------------- */

static void type(struct sh_watch *watch, const char *text)
{
	for (; *text != '\0'; text++)
		sh_watch_key(watch, (unsigned char)*text, 0, 0);
}

/* A fault is being offered. */
static void answer_offer(struct sh_watch *watch, const char *line)
{
	if (*line == '\0')
		sh_watch_key(watch, VIZ_ENTER, 0, 0);
	else if (strcmp(line, "q") == 0)
		sh_watch_key(watch, VIZ_ESCAPE, 0, 0);
	else
		sh_watch_type(watch, SH_TYPING_INJECT, line);
}

/* `@3`: to that row or line. */
static void go_to(struct sh_watch *watch, const char *number)
{
	unsigned long n = strtoul(number, NULL, 10);
	uint64_t lines = watch->view == SH_VIEW_TREE ? viz_model_rows(watch->model) : sh_watch_lines(watch);

	if (n == 0 || n > lines) {
		sh_watch_say(watch, "there is no line %s", number);
		return;
	}
	watch->message[0] = '\0';
	watch->dirty = true;
	watch->at_last = false;
	if (watch->view == SH_VIEW_TREE)
		sh_watch_select(watch, viz_model_row(watch->model, (uint32_t)n - 1));
	else
		watch->cursor = n - 1;
}

/* A key by its name, such as Space; false: it is none. */
static bool give_name(struct sh_watch *watch, const char *line)
{
	for (unsigned i = 0; i < VIZ_KEYS; i++) {
		if (strcasecmp(viz_keys[i].text, line) != 0 || line[1] == '\0')
			continue;
		sh_watch_key(watch, viz_keys[i].key, 0, 0);
		return true;
	}
	return false;
}

static void give_line(struct plain *plain, char *line)
{
	struct sh_watch *watch = plain->watch;

	watch->message[0] = '\0';
	if (watch->typing == SH_TYPING_INJECT) {
		answer_offer(watch, line);
	} else if (*line == '\0' && !watch->paused) {
		sh_watch_key(watch, ' ', 0, 0);
	} else if (*line == '\0') {
		sh_watch_key(watch, VIZ_ENTER, 0, 0);
	} else if (*line == ':' || *line == '/' || *line == '\\') {
		sh_watch_key(watch, *line, 0, 0);
		/* The filter that there is stands in the line. */
		sh_watch_type(watch, watch->typing, line + 1);
		sh_watch_key(watch, VIZ_ENTER, 0, 0);
	} else if (*line == '@') {
		go_to(watch, line + 1);
	} else if (!give_name(watch, line)) {
		type(watch, line);
	}
	if (strcmp(line, "1") == 0 && !watch->over) {
		sh_watch_draw(watch, &plain->screen);
		tell_tree(plain);
	}
}

/* --- the loop ------------------------------------------------------------------------------------------ */

/* More of what is typed; false: nothing came within the time. */
static bool read_more(struct plain *plain, int timeout_ms)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char part[4096];
	ssize_t got;

	if (poll(&in, 1, timeout_ms) <= 0)
		return false;
	got = read(STDIN_FILENO, part, sizeof(part));
	if (got < 0)
		plain->eof = errno != EINTR && errno != EAGAIN;
	else if (got == 0)
		plain->eof = true;
	else
		sh_text_add(&plain->input, part, (size_t)got);
	return got > 0;
}

/* A line of what was read, without its end; null: there is none yet.  Freed by the caller. */
static char *take_line(struct plain *plain)
{
	const char *text = plain->input.text;
	const char *end = plain->input.length > 0 ? memchr(text, '\n', plain->input.length) : NULL;
	size_t length;
	char *line;

	if (end == NULL)
		return NULL;
	length = (size_t)(end - text);
	line = sh_strndup(text, length > 0 && text[length - 1] == '\r' ? length - 1 : length);
	plain->input.length -= length + 1;
	memmove(plain->input.text, plain->input.text + length + 1, plain->input.length);
	return line;
}

static void loop(struct plain *plain)
{
	struct sh_watch *watch = plain->watch;

	while (!watch->over && !sh_stop) {
		bool ran = !watch->paused;
		char *line = take_line(plain);

		if (line != NULL) {
			give_line(plain, line);
			free(line);
			tell_news(plain);
			continue;
		}
		if (plain->eof)
			return;
		sh_watch_tick(watch, sh_clock_now(), WORLD_TIME);
		if (ran && (rt_seq(rt_of(plain)) != plain->seq || watch->paused))
			tell_news(plain);
		(void)sh_output_flush(plain->out);
		(void)read_more(plain, watch->paused ? -1 : TICK_MS);
	}
}

enum sh_code sh_watch_plain(struct sh_session *session, const struct sh_watching *watching)
{
	enum sh_show shown = session->show;
	struct plain plain = { .out = session->out };

	session->show = SH_SHOW_NONE;
	plain.watch = sh_watch_open(session, !session->out->utf8);
	if (plain.watch == NULL) {
		session->show = shown;
		return SH_USAGE;
	}
	(void)sh_watch_set_speed(plain.watch, watching->speed);
	sh_watch_pause(plain.watch, watching->paused);
	if (viz_screen_resize(&plain.screen, WIDTH, HEIGHT)) {
		sh_watch_draw(plain.watch, &plain.screen);
		tell_tree(&plain);
		tell_time(&plain);
		sh_put(session->out,
		       "keys are typed as a line: `?` lists them, `1` is the tree, `@3` goes to line "
		       "3, `q` ends it\n");
		note_told(&plain);
		loop(&plain);
	}
	if (plain.watch->message[0] != '\0' && plain.watch->over && !sh_stop)
		sh_printf(session->err, "watch: %s\n", plain.watch->message);
	sh_watch_close(plain.watch);
	viz_screen_fini(&plain.screen);
	sh_text_fini(&plain.input);
	free(plain.typed);
	free(plain.path);
	session->show = shown;
	return sh_stop ? sh_code_of_stop(sh_stop) : SH_OK;
}
