/* watch_line.c - a line that is typed in the live tree: a command, a fault with its preview, a search. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "words.h"

#define SAID_MAX 500
/* How far the preview looks, of virtual time; of how long a run it is made anew with each key. */
#define PREVIEW_TIME  (2 * RT_SECOND)
#define PREVIEW_CHEAP 300000
#define PREVIEW_LINES 200

const char *sh_watch_prompt(const struct sh_watch *watch)
{
	static const char *const prompts[] = {
		[SH_TYPING_NOTHING] = "",       [SH_TYPING_COMMAND] = ":", [SH_TYPING_INJECT] = "inject ",
		[SH_TYPING_SEARCH] = "search ", [SH_TYPING_FILTER] = "only paths with ",
	};

	return prompts[watch->typing];
}

/* --- editing ------------------------------------------------------------------------------------------- */

static void set_line(struct sh_line *line, const char *text)
{
	snprintf(line->text, sizeof(line->text), "%s", text);
	line->length = line->at = strlen(line->text);
}

static void put(struct sh_line *line, const char *text, size_t length)
{
	if (line->length + length >= sizeof(line->text))
		return;
	memmove(line->text + line->at + length, line->text + line->at, line->length - line->at + 1);
	memcpy(line->text + line->at, text, length);
	line->length += length;
	line->at += length;
}

static void cut(struct sh_line *line, size_t from)
{
	memmove(line->text + from, line->text + line->at, line->length - line->at + 1);
	line->length -= line->at - from;
	line->at = from;
}

static size_t before(const struct sh_line *line)
{
	size_t at = line->at;

	while (at > 0 && (line->text[--at] & 0xc0) == 0x80)
		continue;
	return at;
}

static size_t behind(const struct sh_line *line)
{
	size_t at = line->at < line->length ? line->at + 1 : line->at;

	while ((line->text[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static size_t word_before(const struct sh_line *line)
{
	size_t at = line->at;

	while (at > 0 && line->text[at - 1] == ' ')
		at--;
	while (at > 0 && line->text[at - 1] != ' ')
		at--;
	return at;
}

static void put_character(struct sh_line *line, uint32_t code)
{
	char text[4];
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (code < ' ' || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
		return;
	for (size_t i = n; i-- > 1; code >>= 6)
		text[i] = (char)(0x80 | (code & 0x3f));
	text[0] = (char)(n == 1 ? code : (uint32_t)(0xf00 >> n & 0xff) | code);
	put(line, text, n);
}

#define CONTROL(letter) ((letter) & 0x1f)

/* False: the key does not change the line. */
static bool edit(struct sh_line *line, int key)
{
	switch (key) {
	case VIZ_LEFT:
		line->at = before(line);
		return true;
	case VIZ_RIGHT:
		line->at = behind(line);
		return true;
	case VIZ_HOME:
	case CONTROL('A'):
		line->at = 0;
		return true;
	case VIZ_END:
	case CONTROL('E'):
		line->at = line->length;
		return true;
	case VIZ_BACKSPACE:
		cut(line, before(line));
		return true;
	case CONTROL('U'):
		cut(line, 0);
		return true;
	case CONTROL('W'):
		cut(line, word_before(line));
		return true;
	case CONTROL('K'):
		line->length = line->at;
		line->text[line->at] = '\0';
		return true;
	}
	if (key < ' ' || key >= VIZ_UP)
		return false;
	put_character(line, (uint32_t)key);
	return true;
}

/* --- lines typed before -------------------------------------------------------------------------------- */

static void remember(struct sh_watch *watch, const char *line)
{
	if (*line == '\0' || (watch->n_said > 0 && strcmp(watch->said[watch->n_said - 1], line) == 0))
		return;
	if (watch->n_said == SAID_MAX) {
		free(watch->said[0]);
		memmove(watch->said, watch->said + 1, --watch->n_said * sizeof(*watch->said));
	}
	watch->said = sh_grow(watch->said, watch->n_said, &watch->said_size, sizeof(*watch->said));
	watch->said[watch->n_said++] = sh_strdup(line);
}

static void recall(struct sh_watch *watch, bool older)
{
	if (older ? watch->said_at == 0 : watch->said_at >= watch->n_said)
		return;
	watch->said_at += older ? (size_t)-1 : 1;
	set_line(&watch->typed, watch->said_at < watch->n_said ? watch->said[watch->said_at] : "");
}

/* --- completion ---------------------------------------------------------------------------------------- */

/* The whole line as the shell would have it; freed by the caller. */
static char *whole_line(const struct sh_watch *watch)
{
	return sh_format("%s%s", watch->typing == SH_TYPING_INJECT ? "inject " : "", watch->typed.text);
}

static void find_candidates(struct sh_watch *watch, struct sh_candidates *candidates)
{
	struct sh_facts facts = sh_session_facts(watch->session);
	char *line = whole_line(watch);
	size_t more = strlen(line) - watch->typed.length;

	*candidates = (struct sh_candidates){ 0 };
	sh_complete(line, watch->typed.at + more, &facts, candidates);
	candidates->start = candidates->start > more ? candidates->start - more : 0;
	free(line);
}

static void complete(struct sh_watch *watch)
{
	struct sh_candidates candidates;

	find_candidates(watch, &candidates);
	char *common = sh_candidates_common(&candidates);

	if (common != NULL && *common != '\0') {
		char *quoted = sh_word_quote(common);

		cut(&watch->typed, candidates.start < watch->typed.at ? candidates.start : watch->typed.at);
		put(&watch->typed, quoted, strlen(quoted));
		if (candidates.count == 1 && !candidates.item[0].more)
			put(&watch->typed, " ", 1);
		free(quoted);
	}
	watch->hinting = candidates.count > 1 || candidates.hint != NULL;
	free(common);
	sh_candidates_fini(&candidates);
}

void sh_watch_print_hints(struct sh_watch *watch)
{
	struct sh_output *out = watch->session->out;
	struct sh_candidates candidates;

	find_candidates(watch, &candidates);
	if (candidates.count == 0 && candidates.hint != NULL)
		sh_printf(out, "%s\n", candidates.hint);
	for (size_t i = 0; i < candidates.count; i++) {
		const struct sh_candidate *candidate = &candidates.item[i];

		sh_printf(out, "  %-24s  %s\n", candidate->text,
			  candidate->help != NULL ? candidate->help : "");
	}
	sh_candidates_fini(&candidates);
}

/* --- the preview --------------------------------------------------------------------------------------- */

static bool is_worth_a_line(unsigned kind)
{
	static const unsigned kinds[] = { RT_EV_START,      RT_EV_START_FAILED,     RT_EV_EXIT,
					  RT_EV_GIVE_UP,    RT_EV_RESTART,          RT_EV_AUTO_SHUTDOWN,
					  RT_EV_SUSPEND,    RT_EV_SHUTDOWN_TIMEOUT, RT_EV_FLAGS,
					  RT_EV_RESULT,     RT_EV_READY };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kind == kinds[i])
			return true;
	return false;
}

/* What comes behind event `from`, and of that what the event right behind it has led to: other things may
 * happen meanwhile. */
struct sequel {
	const struct scn_history *history;
	uint64_t from, last;
	bool *led; /* by the number of events behind `from` */
};

static struct sequel find_sequel(const struct scn_history *history, uint64_t from)
{
	struct sequel sequel = { .history = history, .from = from, .last = scn_history_last(history) };
	struct scn_event event;

	sequel.led = sh_alloc(sequel.last - from + 1);
	for (uint64_t seq = from + 1; seq <= sequel.last; seq++) {
		bool led = scn_history_get(history, seq, &event) && event.cause > from &&
			   sequel.led[event.cause - from];

		sequel.led[seq - from] = led || seq == from + 1;
	}
	return sequel;
}

static bool next_of(const struct sequel *sequel, uint64_t *seq, struct scn_event *event)
{
	while (++*seq <= sequel->last) {
		if (sequel->led[*seq - sequel->from] && scn_history_get(sequel->history, *seq, event))
			return true;
	}
	return false;
}

/* Paths that were started again, each once, in order. */
static void put_restarted(struct sh_output *out, const struct sequel *sequel)
{
	const char **seen = NULL;
	size_t count = 0, size = 0;
	struct scn_event event;

	for (uint64_t seq = sequel->from; next_of(sequel, &seq, &event);) {
		size_t i = 0;

		if (event.kind != RT_EV_START || event.incarnation < 2)
			continue;
		while (i < count && strcmp(seen[i], event.path) != 0)
			i++;
		if (i < count || count == PREVIEW_LINES)
			continue;
		seen = sh_grow(seen, count, &size, sizeof(*seen));
		seen[count++] = event.path;
	}
	if (count == 0)
		sh_put(out, "nobody would be started again\n");
	for (size_t i = 0; i < count; i++)
		sh_printf(out, "%s%s%s", i == 0 ? "would be started again: " : ", ", seen[i],
			  i + 1 == count ? "\n" : "");
	free(seen);
}

static void put_what_follows(struct sh_output *out, const struct sequel *sequel)
{
	struct scn_event event;
	unsigned lines = 0;

	for (uint64_t seq = sequel->from; next_of(sequel, &seq, &event);) {
		char line[512];

		if (!is_worth_a_line(event.kind))
			continue;
		if (++lines == 1)
			sh_put(out, "\nwithin 2s of virtual time it leads to\n");
		if (lines > PREVIEW_LINES)
			break;
		(void)scn_event_line(&event, line, sizeof(line));
		sh_printf(out, "  %s\n", line);
	}
	if (lines == 0)
		sh_put(out, "\nwithin 2s of virtual time nothing comes of it\n");
	if (lines > PREVIEW_LINES)
		sh_put(out, "  ...\n");
}

static void put_sequel(struct sh_output *out, struct scn_world *world, uint64_t from)
{
	struct sequel sequel = find_sequel(scn_world_history(world), from);

	put_restarted(out, &sequel);
	if (rt_root(scn_world_rt(world)) == RT_NOBODY)
		sh_put(out, "the root would go down\n");
	put_what_follows(out, &sequel);
	free(sequel.led);
}

/* Done in a world of its own by a session of its own: the same words, and nothing of it stays. */
static void try_line(struct sh_watch *watch, const char *line)
{
	struct sh_session *session = watch->session, trial;
	struct sh_output *out = session->out;
	struct scn_world *world = NULL;
	enum rt_status status = scn_timeline_copy(session->timeline, &world);

	if (status != RT_OK) {
		const char *fixed = scn_timeline_fixed(session->timeline);

		sh_printf(out, "what would follow cannot be tried out: %s\n",
			  fixed != NULL ? fixed : rt_status_text(status));
		return;
	}
	/* That it is down now, and the like, the lines below say better; why it is refused they do not. */
	struct sh_output nowhere = *out;
	char *said = NULL;
	size_t said_size = 0;
	nowhere.to = open_memstream(&said, &said_size);
	if (nowhere.to == NULL) {
		scn_world_free(world);
		return;
	}
	sh_session_init(&trial, &nowhere, out);
	trial.stop = session->stop;
	trial.no_files = true;
	trial.show = SH_SHOW_NONE;
	trial.file = session->file;
	trial.scenario = session->scenario;
	trial.world = world;
	trial.up_t = session->up_t;
	trial.shown = scn_history_last(scn_world_history(world));
	uint64_t before_it = rt_seq(scn_world_rt(world));
	rt_time until = rt_now(scn_world_rt(world)) + PREVIEW_TIME;

	if (sh_session_execute(&trial, line) == SH_OK) {
		do
			status = scn_world_move(world, until);
		while (status == RT_OK && !*session->stop);
		put_sequel(out, world, before_it);
	}
	fclose(nowhere.to);
	free(said);
	free(trial.expects);
	scn_world_free(world);
}

void sh_watch_print_preview(struct sh_watch *watch)
{
	struct sh_output *out = watch->session->out;
	char *line = whole_line(watch);
	size_t length = strcspn(watch->typed.text, " ");
	char *name = sh_strndup(watch->typed.text, length);
	const struct inj_fault *fault = inj_fault_find(name);

	if (fault != NULL)
		sh_watch_print_fault(watch, fault);
	sh_put(out, "\nEnter does it, Esc does not; Tab completes; `help keys` has when and how often\n\n");
	try_line(watch, line);
	free(name);
	free(line);
}

/* --- Enter --------------------------------------------------------------------------------------------- */

static void execute(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	char *line = whole_line(watch);

	if (strncmp(line, "watch", 5) == 0) {
		sh_put(session->out, "you are watching already\n");
	} else {
		(void)sh_session_execute(session, line);
		if (session->playing)
			sh_watch_pause(watch, false);
		session->playing = false;
	}
	free(line);
}

/* What the command says is shown as a message if it is one line, else as a view. */
static void run_command(struct sh_watch *watch)
{
	bool inject = watch->typing == SH_TYPING_INJECT;
	struct sh_session *session = watch->session;
	bool interactive = session->interactive;

	sh_watch_leave(watch);
	session->interactive = true;
	session->passing = "Space or `.`";
	const char *said = sh_watch_capture(watch, execute, &watch->body);
	session->interactive = interactive;
	session->passing = NULL;
	sh_watch_enter(watch);
	if (watch->over)
		return;
	if (session->quit) {
		watch->over = true;
		session->quit = false;
	}
	size_t length = strlen(said);
	const char *end = strchr(said, '\n');

	if (end == NULL || end == said + length - 1) {
		sh_watch_say(watch, "%.*s", (int)(end != NULL ? end - said : (long)length), said);
		if (inject)
			sh_watch_show(watch, SH_VIEW_TREE);
		return;
	}
	sh_watch_show(watch, SH_VIEW_SAID);
}

static void enter(struct sh_watch *watch)
{
	struct sh_line *line = &watch->typed;
	enum sh_typing typing = watch->typing;

	switch (typing) {
	case SH_TYPING_NOTHING:
		break;
	case SH_TYPING_COMMAND:
	case SH_TYPING_INJECT:
		if (line->text[strspn(line->text, " ")] == '\0')
			break;
		remember(watch, line->text);
		bool resume = watch->resume;
		run_command(watch);
		if (resume)
			sh_watch_pause(watch, false);
		break;
	case SH_TYPING_SEARCH:
		free(watch->sought);
		watch->sought = line->length > 0 ? sh_strdup(line->text) : NULL;
		watch->typing = SH_TYPING_NOTHING;
		if (watch->sought != NULL)
			sh_watch_key(watch, 'n', 0, 0);
		break;
	case SH_TYPING_FILTER:
		free(watch->filter);
		watch->filter = line->length > 0 ? sh_strdup(line->text) : NULL;
		if (viz_model_filter(watch->model, watch->filter) != RT_OK)
			sh_watch_say(watch, "no memory for a filter");
		break;
	}
	watch->typing = SH_TYPING_NOTHING;
}

static void cancel(struct sh_watch *watch)
{
	bool inject = watch->typing == SH_TYPING_INJECT, resume = watch->resume;

	watch->typing = SH_TYPING_NOTHING;
	if (inject)
		sh_watch_show(watch, SH_VIEW_FAULTS);
	if (inject && resume)
		sh_watch_pause(watch, false);
}

void sh_watch_type(struct sh_watch *watch, enum sh_typing typing, const char *text)
{
	watch->typing = typing;
	watch->said_at = watch->n_said;
	watch->hinting = false;
	watch->dirty = true;
	set_line(&watch->typed, text);
}

void sh_watch_typed_key(struct sh_watch *watch, int key)
{
	bool commands = watch->typing == SH_TYPING_COMMAND || watch->typing == SH_TYPING_INJECT;
	bool cheap = rt_seq(scn_world_rt(watch->session->world)) < PREVIEW_CHEAP;

	if (key == VIZ_TAB && commands) {
		complete(watch);
		return;
	}
	watch->hinting = false;
	if (key == VIZ_ENTER)
		enter(watch);
	else if (key == VIZ_ESCAPE)
		cancel(watch);
	else if ((key == VIZ_UP || key == VIZ_DOWN) && watch->typing == SH_TYPING_COMMAND)
		recall(watch, key == VIZ_UP);
	else if (key == VIZ_BACKSPACE && watch->typed.length == 0)
		cancel(watch);
	else if (key == VIZ_PAGE_DOWN || key == VIZ_PAGE_UP)
		watch->cursor = key == VIZ_PAGE_DOWN ? watch->cursor + 10
				: watch->cursor > 10 ? watch->cursor - 10
						     : 0;
	else if (edit(&watch->typed, key))
		watch->dirty = cheap || watch->typing != SH_TYPING_INJECT;
	else
		watch->dirty = false;
}
