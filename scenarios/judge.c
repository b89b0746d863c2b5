/* judge.c - is a probe met?
 *
 * A probe about a path asks the path's account, or the tree; one about a pattern has to hold for each path
 * that matches and has been seen in this run or stands in the tree, and for at least one.
 */
#include "world.h"

#include "arena.h"
#include "path.h"

#include <stdio.h>
#include <string.h>

/* --- values and tolerances ----------------------------------------------------------------------------- */

static bool is_within(const struct scn_probe *probe, int64_t value)
{
	switch (probe->tolerance) {
	case SCN_IS:
	case SCN_EQUALS:
		return value == probe->low;
	case SCN_AT_LEAST:
		return value >= probe->low;
	case SCN_AT_MOST:
		return value <= probe->low;
	case SCN_BETWEEN:
		return value >= probe->low && value <= probe->high;
	}
	return false;
}

static const char *print_value(enum scn_measure measure, int64_t value, char buf[INJ_VALUE_BUF])
{
	switch (measure) {
	case SCN_BOOL:
		return value ? "true" : "false";
	case SCN_SHARE:
		return inj_print_percent((uint32_t)value, buf);
	case SCN_DURATION:
		return value < 0 ? "did not recover" : inj_print_duration(value, buf);
	case SCN_COUNT:
	case SCN_ORDER:
		break;
	}
	snprintf(buf, INJ_VALUE_BUF, "%lld", (long long)value);
	return buf;
}

static void print_expected(const struct scn_probe *probe, char *buf, size_t size)
{
	enum scn_measure measure = scn_probe_rows[probe->kind].measure;
	char low[INJ_VALUE_BUF], high[INJ_VALUE_BUF];

	if (probe->is_sibling) {
		snprintf(buf, size, "%s", scn_sibling_word(probe->sibling));
		return;
	}
	if (measure == SCN_ORDER) {
		size_t used = 0;
		buf[0] = '\0';
		for (size_t i = 0; i < probe->n_order && used < size; i++)
			used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? ", " : "",
						 probe->order[i]);
		return;
	}
	const char *first = print_value(measure, probe->low, low);
	switch (probe->tolerance) {
	case SCN_IS:
	case SCN_EQUALS:
		snprintf(buf, size, "%s", first);
		break;
	case SCN_AT_LEAST:
		snprintf(buf, size, "at least %s", first);
		break;
	case SCN_AT_MOST:
		snprintf(buf, size, "at most %s", first);
		break;
	case SCN_BETWEEN:
		snprintf(buf, size, "between %s and %s", first, print_value(measure, probe->high, high));
		break;
	}
}

/* --- one path ------------------------------------------------------------------------------------------ */

struct question {
	struct scn_world *world;
	const struct scn_probe *probe;
	struct scn_finding *finding;
	size_t matches;
	bool watched; /* every path that matches and was ever started has an account */
};

static void not_met(struct question *question, const char *path)
{
	question->finding->met = false;
	snprintf(question->finding->path, sizeof(question->finding->path), "%s", path);
}

static rt_id live_actor(const struct question *question, const char *path)
{
	rt_place place = rt_path_find(question->world->rt, path);
	return place ? rt_path_actor(question->world->rt, place) : RT_NOBODY;
}

static int64_t value_at(const struct question *question, const char *path)
{
	const struct scn_world *world = question->world;
	const struct scn_account *account = scn_accounts_find(world->accounts, path);

	switch (question->probe->kind) {
	case SCN_ALIVE:
		return live_actor(question, path) != RT_NOBODY;
	case SCN_RESTARTS:
		return account && account->starts ? (int64_t)account->starts - 1 : 0;
	case SCN_EXITS:
		return account ? account->exits : 0;
	case SCN_ESCALATED:
		return account && account->give_ups > 0;
	case SCN_UPTIME:
		return account ? scn_account_uptime(account, world->up_t, rt_now(world->rt)) : 0;
	case SCN_RECOVERY_TIME:
		return account ? scn_account_recovery(account) : 0;
	case SCN_COUNT_LIVE:
	case SCN_ORDER_OF:
	case SCN_PROBE_COUNT:
		break;
	}
	return 0;
}

static void ask_value(struct question *question, const char *path, int64_t value)
{
	enum scn_measure measure = scn_probe_rows[question->probe->kind].measure;
	bool met = is_within(question->probe, value) && !(measure == SCN_DURATION && value < 0);
	char buf[INJ_VALUE_BUF];

	question->matches++;
	if (!question->finding->met)
		return;
	snprintf(question->finding->actual, sizeof(question->finding->actual), "%s",
		 print_value(measure, value, buf));
	if (!met)
		not_met(question, path);
}

/* How many there were, with its noun. */
static void tell_count(char *buf, size_t size, uint32_t count, const char *noun)
{
	snprintf(buf, size, "%u %s%s", count, noun, count == 1 ? "" : "s");
}

static void ask_sibling(struct question *question, const char *path)
{
	const struct scn_account *account = scn_accounts_find(question->world->accounts, path);
	bool alive = live_actor(question, path) != RT_NOBODY;
	uint32_t starts = account ? account->starts_since_up : 0;
	uint32_t exits = account ? account->exits_since_up : 0;
	char *actual = question->finding->actual;
	size_t size = sizeof(question->finding->actual);
	char ends[48], begins[48];
	bool met = false;

	question->matches++;
	if (!question->finding->met)
		return;
	tell_count(ends, sizeof(ends), exits, "exit");
	tell_count(begins, sizeof(begins), starts, "start");
	snprintf(actual, size, "%s and %s since the tree was up", ends, begins);
	switch (question->probe->sibling) {
	case SCN_RESTARTED:
		met = starts > 0;
		break;
	case SCN_UNTOUCHED:
		met = starts == 0 && exits == 0;
		break;
	case SCN_SURVIVED:
		met = account && account->live_at_up > 0 && starts == 0 && alive;
		if (!account || account->live_at_up == 0)
			snprintf(actual, size, "not running when the tree was up");
		else if (!met && starts == 0)
			snprintf(actual, size, "stopped");
		else if (!met)
			snprintf(actual, size, "another incarnation: %s since the tree was up", begins);
		break;
	case SCN_STOPPED:
		met = !alive;
		snprintf(actual, size, "%s", alive ? "running" : "stopped");
		break;
	case SCN_SIBLING_COUNT:
		break;
	}
	if (!met)
		not_met(question, path);
}

static void ask_path(struct question *question, const char *path)
{
	if (question->probe->is_sibling)
		ask_sibling(question, path);
	else
		ask_value(question, path, value_at(question, path));
}

/* --- patterns ------------------------------------------------------------------------------------------ */

/* Rows of the tree that match and have no account: nothing ever started there, or nobody watched. */
static bool ask_row(void *ctx, const struct rt_row *row)
{
	struct question *question = ctx;
	char path[SCN_PATH_MAX];

	if (!question->finding->met)
		return false;
	if (row->starts > 0 && question->watched)
		return true;
	if (scn_place_matches(question->world->rt, row->child.place, question->probe->of, path) &&
	    !scn_accounts_find(question->world->accounts, path))
		ask_path(question, path);
	return true;
}

static void ask_pattern(struct question *question)
{
	const struct scn_accounts *accounts = question->world->accounts;

	for (size_t i = 0; i < scn_accounts_count(accounts); i++) {
		const char *path = scn_accounts_at(accounts, i)->name->text;
		if (inj_pattern_match(question->probe->of, path))
			ask_path(question, path);
		if (!question->finding->met)
			return;
	}
	rt_walk(question->world->rt, ask_row, question);
}

/* --- how many live below ------------------------------------------------------------------------------- */

struct below {
	unsigned depth;
	rt_place place;
	int64_t count;
};

/* One walk for all paths that match: those that the walk is inside of lie on a stack. */
struct counting {
	struct question *question;
	struct below *open;
	size_t n_open, open_size;
	bool no_memory;
};

static void close_below(struct counting *counting, unsigned depth)
{
	char path[SCN_PATH_MAX];

	while (counting->n_open > 0 && counting->open[counting->n_open - 1].depth >= depth) {
		const struct below *below = &counting->open[--counting->n_open];
		if (counting->n_open > 0)
			counting->open[counting->n_open - 1].count += below->count;
		rt_path_text(counting->question->world->rt, below->place, path, sizeof(path));
		ask_value(counting->question, path, below->count);
	}
}

static bool count_row(void *ctx, const struct rt_row *row)
{
	struct counting *counting = ctx;
	struct question *question = counting->question;
	char path[SCN_PATH_MAX];

	close_below(counting, row->depth);
	if (row->has_actor && counting->n_open > 0)
		counting->open[counting->n_open - 1].count++;
	if (row->has_actor && row->actor.orphan)
		return true;
	if (!scn_place_matches(question->world->rt, row->child.place, question->probe->of, path))
		return true;
	if (!row->has_actor) {
		ask_value(question, path, 0);
		return true;
	}
	struct below *open =
		scn_mem_grow(counting->open, &counting->open_size, counting->n_open, sizeof(*open));
	if (!open) {
		counting->no_memory = true;
		return false;
	}
	counting->open = open;
	counting->open[counting->n_open++] = (struct below){ .depth = row->depth, .place = row->child.place };
	return true;
}

static enum rt_status ask_count(struct question *question)
{
	struct counting counting = { .question = question };
	const struct scn_accounts *accounts = question->world->accounts;

	rt_walk(question->world->rt, count_row, &counting);
	close_below(&counting, 0);
	scn_mem_free(counting.open);
	if (counting.no_memory)
		return RT_ENOMEM;
	/* Paths that were there and are gone. */
	for (size_t i = 0; i < scn_accounts_count(accounts); i++) {
		const char *path = scn_accounts_at(accounts, i)->name->text;
		if (inj_pattern_match(question->probe->of, path) && live_actor(question, path) == RT_NOBODY)
			ask_value(question, path, 0);
	}
	if (question->matches == 0 && inj_pattern_is_path(question->probe->of))
		ask_value(question, question->probe->of, 0);
	return RT_OK;
}

/* --- order --------------------------------------------------------------------------------------------- */

static void ask_order(struct question *question)
{
	const struct scn_probe *probe = question->probe;
	size_t met = scn_accounts_order_met(question->world->accounts, probe);
	char *actual = question->finding->actual;
	size_t size = sizeof(question->finding->actual);

	question->matches = 1;
	if (met == probe->n_order) {
		snprintf(actual, size, "in this order");
		return;
	}
	if (met == 0)
		snprintf(actual, size, "no %s", probe->order[0]);
	else
		snprintf(actual, size, "no %s after %s", probe->order[met], probe->order[met - 1]);
	not_met(question, probe->order[met] + 1);
}

/* --- a probe ------------------------------------------------------------------------------------------- */

enum rt_status scn_judge_probe(struct scn_world *world, const struct scn_probe *probe,
			       struct scn_finding *out)
{
	struct question question = { .world = world, .probe = probe, .finding = out };
	enum rt_status status = RT_OK;

	*out = (struct scn_finding){ .met = true };
	print_expected(probe, out->expected, sizeof(out->expected));
	if (!probe->is_sibling && probe->kind == SCN_ORDER_OF) {
		ask_order(&question);
		return RT_OK;
	}
	question.watched = scn_accounts_watches(world->accounts, probe->of);
	if (!probe->is_sibling && probe->kind == SCN_COUNT_LIVE)
		status = ask_count(&question);
	else if (inj_pattern_is_path(probe->of))
		ask_path(&question, probe->of);
	else
		ask_pattern(&question);
	if (status == RT_OK && question.matches == 0) {
		snprintf(out->actual, sizeof(out->actual), "nothing that matches %s", probe->of);
		not_met(&question, probe->of);
	}
	return status;
}

void scn_judge_text(const struct scn_probe *probe, const struct scn_finding *finding, char *buf, size_t size)
{
	if (probe->is_sibling)
		snprintf(buf, size, "%s: expected %s, was: %s", finding->path, finding->expected,
			 finding->actual);
	else if (probe->kind == SCN_ORDER_OF)
		snprintf(buf, size, "order: expected %s, but there was %s", finding->expected,
			 finding->actual);
	else
		snprintf(buf, size, "%s of %s: expected %s, was %s", scn_probe_rows[probe->kind].word,
			 finding->path, finding->expected, finding->actual);
}

enum rt_status scn_judge_watch(struct scn_world *world, const struct scn_probe *probe, bool late)
{
	enum rt_status status = RT_OK;

	if (!probe->is_sibling && probe->kind == SCN_ORDER_OF) {
		for (size_t i = 0; i < probe->n_order && status == RT_OK; i++)
			status = scn_accounts_watch(world->accounts, probe->order[i] + 1);
		if (status == RT_OK)
			status = scn_accounts_order(world->accounts, probe);
	} else {
		status = scn_accounts_watch(world->accounts, probe->of);
	}
	if (status == RT_OK && late)
		status = scn_accounts_recall(world->accounts, world->history, world->rt);
	return status;
}

struct scn_probe *scn_judge_keep(struct scn_world *world, const struct scn_probe *probe)
{
	struct scn_probe *kept = scn_arena_alloc(world->arena, sizeof(*kept));
	if (!kept)
		return NULL;
	*kept = *probe;
	kept->of = probe->of ? scn_arena_text(world->arena, probe->of, strlen(probe->of)) : NULL;
	kept->order =
		probe->n_order ? scn_arena_array(world->arena, probe->n_order, sizeof(*kept->order)) : NULL;
	if ((probe->of && !kept->of) || (probe->n_order && !kept->order))
		return NULL;
	for (size_t i = 0; i < probe->n_order; i++) {
		kept->order[i] = scn_arena_text(world->arena, probe->order[i], strlen(probe->order[i]));
		if (!kept->order[i])
			return NULL;
	}
	return kept;
}

bool scn_world_probe(struct scn_world *world, const struct scn_probe *probe, char *expected, char *actual,
		     size_t size)
{
	struct scn_finding finding;
	bool is_order = !probe->is_sibling && probe->kind == SCN_ORDER_OF;
	bool known = is_order ? scn_accounts_follows(world->accounts, probe)
			      : scn_accounts_watches(world->accounts, probe->of);
	enum rt_status status = RT_OK;

	/* Only what is asked for the first time has to be made up for.  What is asked about once is likely to
	 * be asked about again, so the probe is kept with the world. */
	if (!known) {
		struct scn_probe *kept = scn_judge_keep(world, probe);
		status = kept ? scn_judge_watch(world, kept, true) : RT_ENOMEM;
	}
	if (status == RT_OK)
		status = scn_judge_probe(world, probe, &finding);
	if (status != RT_OK) {
		finding = (struct scn_finding){ .met = false };
		snprintf(finding.actual, sizeof(finding.actual), "not known: %s", rt_status_text(status));
	}
	snprintf(expected, size, "%s", finding.expected);
	snprintf(actual, size, "%s", finding.actual);
	return finding.met;
}
