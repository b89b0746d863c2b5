/* What holds in every run, whatever the case: the random cases again, on our side alone.
 *
 * Each case gets a question to every supervisor behind its script.  Its trace and the runtime's own events
 * are then checked against rules that know nothing of how a supervisor works inside.
 */
#include "random_case.h"
#include "run.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <cmocka.h>

#define CASES 3000

struct fixture {
	uint64_t seed;
	char *text;
	struct cnf_case *kase;
	struct cnf_trace trace;
	struct cnf_watch watch;
	struct window *windows;
	uint64_t seq;
	char wrong[300]; /* what the runtime's events had wrong, first */
};

/* The restarts that a supervisor did, in whole seconds. */
struct window {
	rt_id supervisor;
	int64_t *seconds;
	size_t count, capacity;
	UT_hash_handle hh;
};

#define expect(f, condition, ...)                                                                            \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			unexpected(f, __VA_ARGS__);                                                          \
	} while (0)

static void unexpected(struct fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Only remembers: observers must not jump away. */
static void unexpected(struct fixture *f, const char *format, ...)
{
	va_list args;
	int length;

	if (*f->wrong)
		return;
	length = snprintf(f->wrong, sizeof(f->wrong), "seed %llu: ", (unsigned long long)f->seed);
	va_start(args, format);
	vsnprintf(f->wrong + length, sizeof(f->wrong) - (size_t)length, format, args);
	va_end(args);
}

/* --- the runtime's events ------------------------------------------------------------------------------- */

/* Every event has one cause, before it; only what the script does has none. */
static void check_cause(struct fixture *f, const struct rt_event *event, const char *path)
{
	expect(f, event->seq == f->seq + 1, "event %llu does not follow %llu", (unsigned long long)event->seq,
	       (unsigned long long)f->seq);
	f->seq = event->seq;
	expect(f, event->cause < event->seq, "event %llu is caused by a later one",
	       (unsigned long long)event->seq);
	expect(f, event->cause != 0 || event->kind >= RT_EV_USER, "nobody caused %s of %s",
	       rt_event_word(event->kind), path);
}

/* The window of chapter 10, counted anew: never more restarts in it than the intensity allows. */
static void check_window(struct fixture *f, const struct rt_event *event, const char *path)
{
	rt_id supervisor = rt_path_actor(f->watch.rt, event->other);
	const struct cnf_node *node;
	struct window *window;
	char sup[256];
	uint32_t in_window = 0;

	rt_path_text(f->watch.rt, event->other, sup, sizeof(sup));
	node = cnf_case_find(f->kase, sup);
	expect(f, node != NULL, "a supervisor that is not in the file restarts %s", path);
	HASH_FIND(hh, f->windows, &supervisor, sizeof(supervisor), window);
	if (!window) {
		window = calloc(1, sizeof(*window));
		assert_non_null(window);
		window->supervisor = supervisor;
		HASH_ADD(hh, f->windows, supervisor, sizeof(window->supervisor), window);
	}
	if (window->count == window->capacity) {
		window->capacity = window->capacity ? 2 * window->capacity : 8;
		window->seconds = realloc(window->seconds, window->capacity * sizeof(*window->seconds));
		assert_non_null(window->seconds);
	}
	window->seconds[window->count++] = event->t / RT_SECOND;
	for (size_t i = 0; node && i < window->count; i++)
		in_window += window->seconds[i] >= event->t / RT_SECOND - node->spec->period_s;
	expect(f, node && in_window <= node->spec->intensity, "%s restarted %u times", sup, in_window);
	expect(f, in_window == event->a, "%s counts %u restarts, not %u", sup, event->a, in_window);
}

static bool is_started_by_request(const struct cnf_case *kase, const char *path)
{
	for (size_t i = 0; i < kase->n_steps; i++) {
		const struct cnf_step *step = &kase->steps[i];
		size_t length = step->path ? strlen(step->path) : 0;

		if (step->child && !strncmp(step->path, path, length) && path[length] == '/' &&
		    !strcmp(path + length + 1, step->name))
			return true;
	}
	return false;
}

static void check_temporary(struct fixture *f, const char *path)
{
	const struct cnf_node *node = cnf_case_find(f->kase, path);

	if (node && !is_started_by_request(f->kase, path))
		expect(f, node->spec->restart != RT_TEMPORARY, "temporary %s is restarted", path);
}

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	struct fixture *f = ctx;
	char path[256] = "";

	(void)ext;
	if (event->place)
		rt_path_text(f->watch.rt, event->place, path, sizeof(path));
	check_cause(f, event, path);
	if (event->kind == RT_EV_RESTART) {
		check_window(f, event, path);
		check_temporary(f, path);
	}
}

/* --- the trace ------------------------------------------------------------------------------------------ */

static const struct cnf_record *exit_of(const struct cnf_record *start)
{
	const struct cnf_record *record;

	for (record = start->next; record; record = record->next)
		if (record->event == CNF_EV_EXIT && record->path == start->path && record->n == start->n)
			return record;
	return NULL;
}

static bool is_below(const struct cnf_path *path, const struct cnf_path *sup)
{
	return path->length > sup->length && path->text[sup->length] == '/' &&
	       !memcmp(path->text, sup->text, sup->length);
}

static bool is_child(const struct cnf_path *path, const struct cnf_path *sup)
{
	return is_below(path, sup) && !strchr(path->text + sup->length + 1, '/');
}

static void check_every_start_has_one_exit(struct fixture *f)
{
	const struct cnf_record *record, *end;
	size_t starts = 0, exits = 0;

	DL_FOREACH(f->trace.records, record) {
		exits += record->event == CNF_EV_EXIT;
		if (record->event != CNF_EV_START)
			continue;
		starts++;
		end = exit_of(record);
		expect(f, end, "%s of start %u never ends", record->path->text, record->n);
	}
	expect(f, starts == exits, "%zu starts and %zu exits", starts, exits);
}

/* Rule 1.8: only who was killed leaves somebody behind. */
static void check_nobody_outlives_a_supervisor(struct fixture *f)
{
	const struct cnf_record *sup, *record, *end;

	DL_FOREACH(f->trace.records, sup) {
		if (sup->event != CNF_EV_START || !sup->sup)
			continue;
		end = exit_of(sup);
		if (!end || !strcmp(end->reason, "killed"))
			continue;
		for (record = sup->next; record != end; record = record->next)
			if (record->event == CNF_EV_START && is_below(record->path, sup->path)) {
				const struct cnf_record *ends = exit_of(record);

				while (ends && ends != end)
					ends = ends->next;
				expect(f, ends == end, "%s of start %u outlives its supervisor",
				       record->path->text, record->n);
			}
	}
}

/* Place of a child among its brothers in the file; -1 for one that is not there or there twice. */
static int position(const struct fixture *f, const char *path)
{
	int at = -1;

	for (size_t i = 0; i < cnf_case_nodes(f->kase); i++)
		if (!strcmp(cnf_case_node(f->kase, i)->path, path))
			at = at < 0 ? (int)i : -2;
	return at < 0 || is_started_by_request(f->kase, path) ? -1 : at;
}

/* A new supervisor calls the start functions of its children in the order of the file, once each. */
static void check_starts_are_in_order(struct fixture *f)
{
	const struct cnf_record *sup, *record;

	DL_FOREACH(f->trace.records, sup) {
		int last = -1;

		if (sup->event != CNF_EV_START || !sup->sup || sup->path->pool)
			continue;
		for (record = sup->next; record; record = record->next) {
			int at;

			if (record->event == CNF_EV_STEP ||
			    (record->event == CNF_EV_EXIT && record->path == sup->path) ||
			    (record->event == CNF_EV_EXIT && is_child(record->path, sup->path)))
				break;
			if ((record->event != CNF_EV_START && record->event != CNF_EV_START_FAILED &&
			     record->event != CNF_EV_START_IGNORED) ||
			    !is_child(record->path, sup->path))
				continue;
			at = position(f, record->path->text);
			expect(f, at < 0 || at > last, "%s is started too late", record->path->text);
			last = at < 0 ? last : at;
			if (record->event == CNF_EV_START_FAILED)
				break;
		}
	}
}

/* A supervisor that gave up stops its children in the reverse order of the file. */
static void check_stops_are_in_reverse(struct fixture *f)
{
	const struct cnf_record *give_up, *record;

	DL_FOREACH(f->trace.records, give_up) {
		int last = INT_MAX;

		if (give_up->event != CNF_EV_GIVE_UP || give_up->path->pool)
			continue;
		for (record = give_up->next; record; record = record->next) {
			int at;

			if (record->event != CNF_EV_EXIT)
				continue;
			if (record->path == give_up->path)
				break;
			if (!is_child(record->path, give_up->path))
				continue;
			at = position(f, record->path->text);
			expect(f, at < last, "%s is stopped too late", record->path->text);
			last = at < 0 ? last : at;
		}
		expect(f, record && !strcmp(record->reason, "shutdown"), "%s gave up and did not end",
		       give_up->path->text);
	}
}

static unsigned times(const char *text, const char *part)
{
	unsigned count = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		count++;
	return count;
}

/* The questions behind the script come in pairs: which_children and count_children of one supervisor. */
static void check_counts(struct fixture *f)
{
	const struct cnf_record *record, *which = NULL;

	DL_FOREACH(f->trace.records, record) {
		long long specs, active, supervisors, workers;

		if (record->event != CNF_EV_RESULT || !record->json)
			continue;
		if (!strcmp(record->op, "which_children")) {
			which = record;
			continue;
		}
		/* With a step between the answers, not two of the same burst. */
		if (strcmp(record->op, "count_children") || !which || which->path != record->path ||
		    which->next->event != CNF_EV_STEP || which->next->next != record)
			continue;
		assert_int_equal(
			sscanf(record->result,
			       "{\"specs\":%lld,\"active\":%lld,\"supervisors\":%lld,\"workers\":%lld}",
			       &specs, &active, &supervisors, &workers),
			4);
		expect(f, active == times(which->result, "\",\"running\",\""), "%s: active %lld, children %s",
		       record->path->text, active, which->result);
		expect(f, supervisors == times(which->result, ",\"supervisor\"]"), "%s: %s",
		       record->path->text, which->result);
		expect(f, workers == times(which->result, ",\"worker\"]"), "%s: %s", record->path->text,
		       which->result);
		expect(f, specs == (record->path->pool ? 1 : supervisors + workers), "%s: specs %lld",
		       record->path->text, specs);
	}
}

/* --- cases ---------------------------------------------------------------------------------------------- */

/* The case of a seed, with the questions. */
static char *case_text(uint64_t seed)
{
	char *text, *more;
	size_t size, more_size;
	FILE *out = open_memstream(&text, &size), *add;
	struct cnf_error error;
	struct cnf_case *kase;

	assert_non_null(out);
	cnf_random_case(seed, out);
	fclose(out);
	kase = cnf_case_parse(text, size, &error);
	if (!kase)
		fail_msg("seed %llu: %u:%u: %s", (unsigned long long)seed, error.line, error.column,
			 error.text);
	add = open_memstream(&more, &more_size);
	assert_non_null(add);
	fputs(text, add);
	for (size_t i = 0; kase && i < cnf_case_nodes(kase); i++)
		if (cnf_case_node(kase, i)->kind == CNF_SUP)
			fprintf(add, "which_children %s\ncount_children %s\n", cnf_case_node(kase, i)->path,
				cnf_case_node(kase, i)->path);
	fclose(add);
	free(text);
	cnf_case_free(kase);
	return more;
}

static void run(struct fixture *f, uint64_t seed)
{
	struct cnf_error error;

	*f = (struct fixture){.seed = seed, .text = case_text(seed)};
	f->kase = cnf_case_parse(f->text, strlen(f->text), &error);
	f->watch = (struct cnf_watch){.observer = observe, .ctx = f};
	assert_non_null(f->kase);
	assert_int_equal(cnf_run(f->kase, &f->trace, &f->watch), CNF_RUN_OK);
}

static void done(struct fixture *f)
{
	struct window *window, *next;

	if (*f->wrong)
		fail_msg("%s", f->wrong);
	HASH_ITER(hh, f->windows, window, next) {
		HASH_DEL(f->windows, window);
		free(window->seconds);
		free(window);
	}
	cnf_trace_fini(&f->trace);
	cnf_case_free(f->kase);
	free(f->text);
}

static void in_every_run(void (*check)(struct fixture *f))
{
	for (uint64_t seed = 1; seed <= CASES; seed++) {
		struct fixture f;

		run(&f, seed);
		if (check)
			check(&f);
		done(&f);
	}
}

static void every_event_has_one_cause_and_no_window_is_exceeded(void **state)
{
	(void)state;
	in_every_run(NULL);
}

static void every_start_has_one_exit(void **state)
{
	(void)state;
	in_every_run(check_every_start_has_one_exit);
}

static void nobody_outlives_a_supervisor_that_was_not_killed(void **state)
{
	(void)state;
	in_every_run(check_nobody_outlives_a_supervisor);
}

static void children_are_started_in_order(void **state)
{
	(void)state;
	in_every_run(check_starts_are_in_order);
}

static void children_are_stopped_in_reverse(void **state)
{
	(void)state;
	in_every_run(check_stops_are_in_reverse);
}

static void counts_agree_with_children(void **state)
{
	(void)state;
	in_every_run(check_counts);
}

static void the_same_case_has_the_same_trace(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		char *text = case_text(seed), *trace[2];

		for (int i = 0; i < 2; i++) {
			size_t size;
			FILE *out = open_memstream(&trace[i], &size);
			struct cnf_error error;

			assert_non_null(out);
			assert_true(cnf_run_text(text, strlen(text), out, &error));
			fclose(out);
		}
		assert_string_equal(trace[0], trace[1]);
		free(trace[0]);
		free(trace[1]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_one_cause_and_no_window_is_exceeded),
		cmocka_unit_test(every_start_has_one_exit),
		cmocka_unit_test(nobody_outlives_a_supervisor_that_was_not_killed),
		cmocka_unit_test(children_are_started_in_order),
		cmocka_unit_test(children_are_stopped_in_reverse),
		cmocka_unit_test(counts_agree_with_children),
		cmocka_unit_test(the_same_case_has_the_same_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
