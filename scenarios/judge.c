/* judge.c - is a probe met?
 *
 * A probe about a path asks the path's account, or the tree; one about a pattern has to hold for each path
 * that matches and has been seen in this run or stands in the tree, and for at least one.  That can take a
 * while, so somebody who wants the run to end is listened to.
 */
#include "world.h"

#include "arena.h"
#include "match.h"
#include "work.h"

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

/* As it would be written where that is short, else to the nanosecond as people read it: 4.043348382s. */
static const char *print_duration(int64_t ns, char buf[INJ_VALUE_BUF])
{
	bool seconds = ns >= RT_SECOND;
	int64_t unit = seconds ? RT_SECOND : RT_MS, rest = ns % unit;
	int width = seconds ? 9 : 6;

	if (ns < RT_MS || ns % RT_MS == 0)
		return inj_print_duration(ns, buf);
	for (; rest % 10 == 0; rest /= 10)
		width--;
	snprintf(buf, INJ_VALUE_BUF, "%lld.%0*lld%s", (long long)(ns / unit), width, (long long)rest,
		 seconds ? "s" : "ms");
	return buf;
}

static const char *print_value(enum scn_measure measure, int64_t value, char buf[INJ_VALUE_BUF])
{
	switch (measure) {
	case SCN_BOOL:
		return value ? "true" : "false";
	case SCN_SHARE:
		return inj_print_percent((uint32_t)value, buf);
	case SCN_DURATION:
		return print_duration(value, buf);
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
	char low[INJ_VALUE_BUF], high[INJ_VALUE_BUF], of[INJ_VALUE_BUF + 8] = "";

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
	if (probe->percentile)
		snprintf(of, sizeof(of), " for %s", inj_print_percent(probe->percentile, low));
	const char *first = print_value(measure, probe->low, low);
	switch (probe->tolerance) {
	case SCN_IS:
	case SCN_EQUALS:
		snprintf(buf, size, "%s%s", first, of);
		break;
	case SCN_AT_LEAST:
		snprintf(buf, size, "at least %s%s", first, of);
		break;
	case SCN_AT_MOST:
		snprintf(buf, size, "at most %s%s", first, of);
		break;
	case SCN_BETWEEN:
		snprintf(buf, size, "between %s and %s%s", first, print_value(measure, probe->high, high),
			 of);
		break;
	}
}

/* --- one path ------------------------------------------------------------------------------------------ */

/* Ask whether to stop once in so many answers. */
#define ASK_EVERY 4096

struct question {
	struct scn_world *world;
	const struct scn_probe *probe;
	struct scn_finding *finding;
	size_t matches;
};

static void not_met(struct question *question, const char *path)
{
	question->finding->met = false;
	snprintf(question->finding->path, sizeof(question->finding->path), "%s", path);
}

/* What the probe gives for one path; where it gives nothing `none` says why. */
struct answer {
	int64_t value;
	const char *none;
};

static enum rt_status answer_of(const struct question *question, const struct scn_match *match,
				struct answer *out)
{
	const struct scn_world *world = question->world;
	const struct scn_account *account = match->account;
	enum scn_probe_kind kind = question->probe->kind;

	*out = (struct answer){ .value = 0 };
	switch (kind) {
	case SCN_ALIVE:
		out->value = match->alive;
		break;
	case SCN_RESTARTS:
		out->value = account && account->starts ? (int64_t)account->starts - 1 : 0;
		break;
	case SCN_EXITS:
		out->value = account ? account->exits : 0;
		break;
	case SCN_COUNT_LIVE:
		out->value = match->below;
		break;
	case SCN_ESCALATED:
		out->value = account && account->give_ups > 0;
		break;
	case SCN_UPTIME:
		out->value = account ? scn_account_uptime(account, world->up_t, rt_now(world->rt)) : 0;
		break;
	case SCN_RECOVERY_TIME:
		out->value = account ? scn_account_recovery(account) : 0;
		out->none = out->value < 0 ? "did not recover" : NULL;
		break;
	default:
		return scn_work_value(world->rt, rt_path_find(world->rt, match->path), question->probe,
				      world->stop, &out->value, &out->none);
	}
	return RT_OK;
}

/* How many there were, with its noun. */
static void tell_count(char *buf, size_t size, uint32_t count, const char *noun)
{
	snprintf(buf, size, "%u %s%s", count, noun, count == 1 ? "" : "s");
}

static bool is_sibling_met(const struct scn_probe *probe, const struct scn_match *match)
{
	const struct scn_account *account = match->account;
	uint32_t starts = account ? account->starts_since_up : 0;
	uint32_t exits = account ? account->exits_since_up : 0;

	switch (probe->sibling) {
	case SCN_RESTARTED:
		return starts > 0;
	case SCN_UNTOUCHED:
		return starts == 0 && exits == 0;
	case SCN_SURVIVED:
		return account && account->live_at_up > 0 && starts == 0 && match->alive;
	case SCN_STOPPED:
		return !match->alive;
	case SCN_SIBLING_COUNT:
		break;
	}
	return false;
}

static void tell_sibling(const struct scn_probe *probe, const struct scn_match *match, char *actual,
			 size_t size)
{
	const struct scn_account *account = match->account;
	char ends[48], begins[48];

	tell_count(ends, sizeof(ends), account ? account->exits_since_up : 0, "exit");
	tell_count(begins, sizeof(begins), account ? account->starts_since_up : 0, "start");
	if (probe->sibling == SCN_STOPPED)
		snprintf(actual, size, "%s", match->alive ? "running" : "stopped");
	else if (probe->sibling != SCN_SURVIVED || is_sibling_met(probe, match))
		snprintf(actual, size, "%s and %s since the tree was up", ends, begins);
	else if (!account || account->live_at_up == 0)
		snprintf(actual, size, "not running when the tree was up");
	else if (account->starts_since_up == 0)
		snprintf(actual, size, "stopped");
	else
		snprintf(actual, size, "another incarnation: %s since the tree was up", begins);
}

static enum rt_status check(const struct question *question, const struct scn_match *match,
			    struct answer *answer, bool *met)
{
	const struct scn_probe *probe = question->probe;

	if (probe->is_sibling) {
		*met = is_sibling_met(probe, match);
		return RT_OK;
	}
	enum rt_status status = answer_of(question, match, answer);
	*met = !answer->none && is_within(probe, answer->value);
	return status;
}

/* Which of them is told in words: the first where it is not met, else the last. */
static enum rt_status ask(struct question *question, const struct scn_matches *matches)
{
	const struct scn_probe *probe = question->probe;
	struct scn_finding *finding = question->finding;
	const struct scn_match *told = NULL;
	struct answer answer = { .value = 0 };
	char buf[INJ_VALUE_BUF];

	for (size_t i = 0; i < matches->count && finding->met; i++) {
		bool met;
		told = &matches->item[i];
		question->matches++;
		enum rt_status status = check(question, told, &answer, &met);
		if (status != RT_OK)
			return status;
		if (!met)
			not_met(question, told->path);
		if (i % ASK_EVERY == ASK_EVERY - 1 && scn_world_stopped(question->world))
			return RT_ESTATE;
	}
	if (told && probe->is_sibling)
		tell_sibling(probe, told, finding->actual, sizeof(finding->actual));
	else if (told)
		snprintf(finding->actual, sizeof(finding->actual), "%s",
			 answer.none ? answer.none
				     : print_value(scn_probe_rows[probe->kind].measure, answer.value, buf));
	finding->unasked = !finding->met && answer.none && probe->kind >= SCN_PROBE_WORK;
	return RT_OK;
}

static enum rt_status ask_path(struct question *question)
{
	struct scn_world *world = question->world;
	const char *path = question->probe->of;
	rt_place place = rt_path_find(world->rt, path);
	const struct scn_match match = {
		.path = path,
		.account = scn_accounts_find(world->accounts, path),
		.alive = place && rt_path_actor(world->rt, place) != RT_NOBODY,
	};
	const struct scn_matches matches = { &match, 1 };

	return ask(question, &matches);
}

static enum rt_status ask_pattern(struct question *question)
{
	const struct scn_probe *probe = question->probe;
	bool counted = !probe->is_sibling && probe->kind == SCN_COUNT_LIVE;
	struct scn_matches matches;
	struct scn_matcher *own = NULL;
	enum rt_status status = RT_OK;

	if (!counted && inj_pattern_is_path(probe->of))
		return ask_path(question);
	if (!question->world->matcher)
		status = scn_matcher_new(&own);
	if (status == RT_OK)
		status = scn_matcher_find(own ? own : question->world->matcher, question->world, probe->of,
					  counted, &matches);
	if (status == RT_OK)
		status = ask(question, &matches);
	scn_matcher_free(own);
	/* Nobody was ever there, so nobody lives below. */
	return status == RT_OK && question->matches == 0 && inj_pattern_is_path(probe->of)
		       ? ask_path(question)
		       : status;
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
	status = ask_pattern(&question);
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
		snprintf(buf, size, "%s of %s: expected %s, %s%s", scn_probe_rows[probe->kind].word,
			 finding->path, finding->expected, finding->unasked ? "but " : "was ",
			 finding->actual);
}

bool scn_world_stopped(const struct scn_world *world)
{
	return world->stop && *world->stop;
}

enum rt_status scn_judge_note(struct scn_world *world, const struct scn_probe *probe, enum scn_kind kind,
			      const struct scn_finding *finding, const char *text)
{
	struct scn_judged judged = { .probe = probe, .kind = kind, .met = finding->met };
	void *more =
		scn_mem_grow(world->judged, &world->judged_size, world->n_judged, sizeof(*world->judged));

	if (!more)
		return RT_ENOMEM;
	world->judged = more;
	judged.expected = scn_arena_text(world->arena, finding->expected, strlen(finding->expected));
	judged.actual = scn_arena_text(world->arena, finding->actual, strlen(finding->actual));
	judged.text = finding->met ? NULL : scn_arena_text(world->arena, text, strlen(text));
	if (!judged.expected || !judged.actual || (!finding->met && !judged.text))
		return RT_ENOMEM;
	world->judged[world->n_judged++] = judged;
	return RT_OK;
}

bool scn_world_judged(const struct scn_world *world, size_t index, struct scn_judged *out)
{
	if (index >= world->n_judged)
		return false;
	*out = world->judged[index];
	out->told = index + 1 == world->told && out->kind == world->result.kind;
	return true;
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
