/* fixture.c - a runtime, what was seen of it, and questions to it. */
#include "fixture.h"

struct seen {
	unsigned kind;
	bool in_trace;
	char *path;
	char *text;
};

/* The events that assert_events() tells of. */
static bool in_trace(unsigned kind)
{
	return (kind >= RT_EV_START && kind <= RT_EV_GIVE_UP) || kind == RT_EV_READY;
}

static void *must(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static char *path_text(const struct rt *rt, rt_place place)
{
	size_t length = rt_path_text(rt, place, NULL, 0);
	char *text = must(malloc(length + 1));

	rt_path_text(rt, place, text, length + 1);
	return text;
}

/* --- seeing --------------------------------------------------------------------------------------------- */

static char *event_text(const struct rt *rt, const struct rt_event *event, const char *path)
{
	char number[RT_ATOM_BUF], *text, *other = path_text(rt, event->other);
	const char *reason = rt_atom_text(rt, event->reason, number);
	const char *word = rt_event_word(event->kind);
	int length;

	if (event->kind == RT_EV_GIVE_UP)
		length = asprintf(&text, "%s %s of %s", word, path, other);
	else if (event->kind == RT_EV_SHUTDOWN_ERROR && event->a > 0)
		length = asprintf(&text, "%s %s %s x%u", word, path, reason, event->a);
	else
		length = asprintf(&text, "%s %s%s%s", word, path, reason[0] != '\0' ? " " : "", reason);
	if (length < 0)
		abort();
	free(other);
	return text;
}

struct writer {
	struct fixture *f;
	const char *before;
	size_t length;
	bool backwards;
};

static void add(struct writer *w, const char *text)
{
	size_t room = sizeof w->f->text - w->length;
	int length = snprintf(w->f->text + w->length, room, "%s%s", w->before, text);

	if ((size_t)length >= room)
		fail_msg("more than %zu bytes of text", sizeof w->f->text);
	w->length += (size_t)length;
	w->before = "; ";
}

static bool add_child(void *ctx, const struct rt_child_info *child)
{
	struct writer *w = ctx;
	char number[RT_ATOM_BUF], text[2 * RT_ID_MAX];
	static char saved[sizeof w->f->text];

	snprintf(text, sizeof text, "%s %s", rt_atom_text(w->f->rt, child->name, number),
		 rt_child_state_text(child->state));
	if (!w->backwards) {
		add(w, text);
		return true;
	}
	strcpy(saved, w->f->text);
	w->length = 0;
	w->before = "";
	add(w, text);
	if (saved[0] != '\0')
		add(w, saved);
	return true;
}

static const char *children_text(struct fixture *f, rt_id supervisor, bool backwards)
{
	struct writer w = {.f = f, .before = "", .backwards = backwards};

	f->text[0] = '\0';
	if (rt_children(f->rt, supervisor, add_child, &w) != RT_OK)
		fail_msg("no such supervisor");
	return f->text;
}

static const char *counts_text(struct fixture *f, const struct rt_counts *counts)
{
	snprintf(f->text, sizeof f->text, "%d specs, %d active, %d supervisors, %d workers",
		 (int)counts->specs, (int)counts->active, (int)counts->supervisors, (int)counts->workers);
	return f->text;
}

static const char *spec_text(struct fixture *f, const struct rt_spec_info *spec)
{
	char shutdown[24];

	if (spec->shutdown_ms == RT_SHUTDOWN_INFINITY)
		strcpy(shutdown, "infinity");
	else if (spec->shutdown_ms == RT_SHUTDOWN_BRUTAL_KILL)
		strcpy(shutdown, "brutal_kill");
	else
		snprintf(shutdown, sizeof shutdown, "%lld", (long long)spec->shutdown_ms);
	snprintf(f->text, sizeof f->text, "%s %s %s%s", rt_restart_text(spec->restart),
		 rt_type_text(spec->type), shutdown, spec->significant ? " significant" : "");
	return f->text;
}

static void keep_reply(struct fixture *f, const struct rt_event *event, const struct rt_reply *answer)
{
	const char *text = f->text;

	switch (answer->answer) {
	case RT_ANSWER_CHILDREN:
		text = children_text(f, event->actor, true);
		break;
	case RT_ANSWER_COUNTS:
		text = counts_text(f, &answer->counts);
		break;
	case RT_ANSWER_SPEC:
		text = spec_text(f, &answer->spec);
		break;
	default:
		rt_reply_text(f->rt, answer, f->text, sizeof f->text);
		break;
	}
	if (answer->op == RT_OP_START) {
		free(f->started);
		f->started = must(strdup(text));
		return;
	}
	assert_true(answer->token < f->n_replies);
	/* Each request is answered once. */
	assert_null(f->replies[answer->token]);
	f->replies[answer->token] = must(strdup(text));
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct fixture *f = ctx;

	if (event->kind == RT_EV_RESULT)
		keep_reply(f, event, ext);
	if (f->silent)
		return;
	if (f->n_seen == f->seen_capacity) {
		f->seen_capacity = f->seen_capacity == 0 ? 64 : 2 * f->seen_capacity;
		f->seen = must(realloc(f->seen, f->seen_capacity * sizeof *f->seen));
	}
	struct seen *seen = &f->seen[f->n_seen++];

	seen->kind = event->kind;
	seen->in_trace = in_trace(event->kind);
	seen->path = path_text(f->rt, event->place);
	seen->text = seen->in_trace ? event_text(f->rt, event, seen->path) : NULL;
}

/* --- life
 * --------------------------------------------------------------------------------------------------- */

struct fixture *fixture_new(const struct rt_config *config)
{
	struct fixture *f = must(calloc(1, sizeof *f));

	f->config = *config;
	assert_int_equal(rt_new(config, &f->rt), RT_OK);
	assert_int_equal(rt_observe(f->rt, see, f), RT_OK);
	return f;
}

struct fixture *try_tree(const struct rt_child *root)
{
	struct rt_config config = {.seed = 7};
	struct fixture *f = fixture_new(&config);

	begin_tree(f, root);
	return f;
}

void begin_tree(struct fixture *f, const struct rt_child *root)
{
	assert_int_equal(rt_start(f->rt, root), RT_OK);
	settle(f);
}

struct fixture *start_tree(const struct rt_child *root)
{
	struct fixture *f = try_tree(root);

	look_away(f);
	return f;
}

struct sums {
	uint64_t actors;
};

static bool count_row(void *ctx, const struct rt_row *row)
{
	struct sums *sums = ctx;

	sums->actors += row->has_actor;
	if (row->child.state == RT_CHILD_UNDEFINED)
		assert_false(row->has_actor);
	return true;
}

void fixture_check(const struct fixture *f)
{
	struct sums sums = {0};

	rt_walk(f->rt, count_row, &sums);
	assert_int_equal(sums.actors, rt_alive(f->rt));
}

void fixture_free(struct fixture *f)
{
	settle(f);
	fixture_check(f);
	rt_free(f->rt);
	for (size_t i = 0; i < f->n_seen; i++) {
		free(f->seen[i].path);
		free(f->seen[i].text);
	}
	free(f->seen);
	for (size_t i = 0; i < f->n_replies; i++)
		free(f->replies[i]);
	free(f->replies);
	free(f->started);
	free(f->slow);
	free(f);
}

struct slow_start {
	char path[200];
	rt_time takes;
};

static rt_time take_time(void *ctx, rt_place place)
{
	const struct fixture *f = ctx;
	char *path = path_text(f->rt, place);
	rt_time takes = 0;

	for (size_t i = 0; i < f->n_slow; i++)
		if (strcmp(f->slow[i].path, path) == 0)
			takes = f->slow[i].takes;
	free(path);
	return takes;
}

void slow_start(struct fixture *f, const char *path, int64_t ms)
{
	const struct rt_hooks hooks = {.ctx = f, .start_time = take_time};

	f->slow = must(realloc(f->slow, (f->n_slow + 1) * sizeof *f->slow));
	struct slow_start *slow = &f->slow[f->n_slow++];

	slow->takes = ms * RT_MS;
	assert_true(strlen(path) < sizeof slow->path);
	strcpy(slow->path, path);
	rt_hooks_set(f->rt, &hooks);
}

/* What a test may need at most; more is a loop without end. */
#define STEPS_MAX 100000000

void settle(struct fixture *f)
{
	assert_int_equal(rt_run(f->rt, rt_now(f->rt), STEPS_MAX), RT_OK);
}

void wait_ms(struct fixture *f, int64_t ms)
{
	assert_int_equal(rt_run(f->rt, rt_now(f->rt) + ms * RT_MS, STEPS_MAX), RT_OK);
}

/* --- what happens to it
 * ------------------------------------------------------------------------------------- */

static rt_place place(const struct fixture *f, const char *path)
{
	rt_place found = rt_path_find(f->rt, path);

	if (found == 0)
		fail_msg("no path %s", path);
	return found;
}

bool is_alive(const struct fixture *f, const char *path)
{
	return rt_path_actor(f->rt, rt_path_find(f->rt, path)) != RT_NOBODY;
}

rt_id pid(const struct fixture *f, const char *path)
{
	rt_id id = rt_path_actor(f->rt, place(f, path));

	if (id == RT_NOBODY)
		fail_msg("%s is not alive", path);
	return id;
}

rt_atom atom(const struct fixture *f, const char *text)
{
	rt_atom made = rt_atom_make(f->rt, text);

	assert_int_not_equal(made, 0);
	return made;
}

void crash(struct fixture *f, const char *path, const char *reason)
{
	assert_int_equal(rt_exit(f->rt, pid(f, path), atom(f, reason)), RT_OK);
}

void kill_actor(struct fixture *f, const char *path)
{
	assert_int_equal(rt_kill(f->rt, pid(f, path)), RT_OK);
}

void signal_from(struct fixture *f, rt_id from, rt_id to, const char *reason)
{
	assert_int_equal(rt_signal(f->rt, from, to, atom(f, reason)), RT_OK);
}

void signal_from_stranger(struct fixture *f, const char *path, const char *reason)
{
	signal_from(f, RT_NOBODY, pid(f, path), reason);
}

void stop_supervisor(struct fixture *f, const char *path, const char *reason)
{
	assert_int_equal(rt_stop(f->rt, pid(f, path), atom(f, reason)), RT_OK);
}

void shutdown_tree(struct fixture *f)
{
	assert_int_equal(rt_shutdown(f->rt), RT_OK);
}

/* --- requests
 * ------------------------------------------------------------------------------------------------- */

static unsigned next_token(struct fixture *f)
{
	f->replies = must(realloc(f->replies, (f->n_replies + 1) * sizeof *f->replies));
	f->replies[f->n_replies] = NULL;
	return (unsigned)f->n_replies++;
}

static unsigned send_request(struct fixture *f, const char *words, rt_id handle)
{
	char op[32], supervisor[512], name[300] = "";
	struct rt_request r = {.token = next_token(f), .handle = handle};

	if (sscanf(words, "%31s %511s %299s", op, supervisor, name) < 2)
		fail_msg("not a request: %s", words);
	while (r.op < RT_OP_COUNT && strcmp(rt_op_word(r.op), op) != 0)
		r.op++;
	r.supervisor = place(f, supervisor);
	r.name = name[0] != '\0' ? name : NULL;
	assert_int_equal(rt_request(f->rt, &r), RT_OK);
	return (unsigned)r.token;
}

unsigned request(struct fixture *f, const char *words)
{
	return send_request(f, words, RT_NOBODY);
}

unsigned request_handle(struct fixture *f, const char *words, rt_id handle)
{
	return send_request(f, words, handle);
}

unsigned request_start(struct fixture *f, const char *supervisor, const struct rt_child *child)
{
	struct rt_request r = {
		.op = RT_OP_START_CHILD,
		.supervisor = place(f, supervisor),
		.token = next_token(f),
		.name = child->id,
		.child = child,
	};

	assert_int_equal(rt_request(f->rt, &r), RT_OK);
	return (unsigned)r.token;
}

const char *reply(struct fixture *f, unsigned token)
{
	settle(f);
	return f->replies[token] == NULL ? "" : f->replies[token];
}

const char *ask(struct fixture *f, const char *words)
{
	return reply(f, request(f, words));
}

const char *ask_handle(struct fixture *f, const char *words, rt_id handle)
{
	return reply(f, request_handle(f, words, handle));
}

const char *ask_start(struct fixture *f, const char *supervisor, const struct rt_child *child)
{
	return reply(f, request_start(f, supervisor, child));
}

const char *start_result(struct fixture *f)
{
	settle(f);
	return f->started == NULL ? "" : f->started;
}

/* --- what came of it
 * -------------------------------------------------------------------------------------------- */

void look_away(struct fixture *f)
{
	settle(f);
	f->looked_at = f->n_seen;
}

static bool is_at(const char *path, const char *top)
{
	size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* `top` null: all. */
static const char *events_at(struct fixture *f, const char *top)
{
	struct writer w = {.f = f, .before = ""};

	settle(f);
	f->text[0] = '\0';
	for (size_t i = f->looked_at; i < f->n_seen; i++)
		if (f->seen[i].in_trace && (top == NULL || is_at(f->seen[i].path, top)))
			add(&w, f->seen[i].text);
	return f->text;
}

const char *events(struct fixture *f)
{
	const char *text = events_at(f, NULL);

	look_away(f);
	return text;
}

void assert_events_at(struct fixture *f, const char *path, const char *expected)
{
	assert_string_equal(events_at(f, path), expected);
}

void assert_events(struct fixture *f, const char *expected)
{
	assert_string_equal(events(f), expected);
}

void assert_starts(struct fixture *f, const char *path, unsigned n)
{
	assert_int_equal(count_events(f, RT_EV_START, path), n);
}

unsigned count_events(struct fixture *f, unsigned kind, const char *path)
{
	unsigned n = 0;

	settle(f);
	for (size_t i = 0; i < f->n_seen; i++)
		n += f->seen[i].kind == kind && (path == NULL || strcmp(f->seen[i].path, path) == 0);
	return n;
}

const char *children(struct fixture *f, const char *supervisor)
{
	settle(f);
	return children_text(f, pid(f, supervisor), false);
}

const char *counts(struct fixture *f, const char *supervisor)
{
	struct rt_counts found;

	settle(f);
	assert_int_equal(rt_count(f->rt, pid(f, supervisor), &found), RT_OK);
	return counts_text(f, &found);
}

unsigned restarts_in_window(struct fixture *f, const char *supervisor)
{
	struct rt_actor_info info;

	assert_int_equal(rt_actor(f->rt, pid(f, supervisor), &info), RT_OK);
	return info.restarts_in_window;
}
