/* finish.c - the end of a run: judging, undoing, stopping, and the last line of the journal.
 *
 * Everything here follows from the state in which it begins, which the event `over` marks; a replay only has
 * to begin it at the same place.
 */
#include "world.h"

#include "match.h"
#include "path.h"

#include <stdio.h>
#include <string.h>

/* What a pass of rollbacks or the final stop may cost before we say that it does not end. */
#define SETTLE_EVENTS_MAX ((uint64_t)10000000)

/* --- judging ------------------------------------------------------------------------------------------- */

/* What explains best that this probe was not met.  Of work it is the first request that ended as it should
 * not have, and where the trouble is that none did, what became of the worker. */
static uint64_t find_blame(const struct scn_world *world, const struct scn_probe *probe, const char *path)
{
	enum {
		BAD = 1u << RT_FAILED | 1u << RT_LOST | 1u << RT_SWALLOWED | 1u << RT_WRONG,
	};
	static const unsigned outcomes[SCN_PROBE_COUNT] = {
		[SCN_AVAILABILITY] = BAD,
		[SCN_OUTAGE] = BAD,
		[SCN_SERVED] = BAD | 1u << RT_DEGRADED,
		[SCN_DEGRADED] = 1u << RT_DEGRADED,
		[SCN_FAILED] = 1u << RT_FAILED,
		[SCN_LOST] = 1u << RT_LOST,
		[SCN_SWALLOWED] = 1u << RT_SWALLOWED,
		[SCN_WRONG] = 1u << RT_WRONG,
	};
	uint64_t seq = probe->is_sibling ? 0
					 : scn_history_request(world->history, path, outcomes[probe->kind]);

	return seq ? seq : scn_history_about(world->history, path);
}

static enum rt_status judge_probes(struct scn_world *world, const struct scn_probe *probes, size_t count,
				   enum scn_kind kind, unsigned *failed)
{
	enum rt_status status = scn_matcher_new(&world->matcher);

	for (size_t i = 0; i < count && status == RT_OK; i++) {
		struct scn_finding finding;
		char text[512] = "";
		status = scn_world_stopped(world) ? RT_ESTATE : scn_judge_probe(world, &probes[i], &finding);
		if (status != RT_OK)
			break;
		if (!finding.met)
			scn_judge_text(&probes[i], &finding, text, sizeof(text));
		status = scn_judge_note(world, &probes[i], kind, &finding, text);
		if (status != RT_OK || finding.met)
			continue;
		++*failed;
		if (!scn_world_judge(world, SCN_FAIL, kind, find_blame(world, &probes[i], finding.path),
				     "%s%s", kind == SCN_DEVIATED ? "the hypothesis no longer holds: " : "",
				     text))
			continue;
		scn_world_quote(world, &finding);
		world->told = world->n_judged;
	}
	scn_matcher_free(world->matcher);
	world->matcher = NULL;
	return status;
}

static enum rt_status judge_expectations(struct scn_world *world)
{
	unsigned failed = 0;
	enum rt_status status = judge_probes(world, world->scenario->expect, world->scenario->n_expect,
					     SCN_EXPECTATION, &failed);
	if (status == RT_OK)
		status = judge_probes(world, world->added, world->n_added, SCN_EXPECTATION, &failed);
	if (failed > 1 && world->result.kind == SCN_EXPECTATION) {
		size_t length = strlen(world->text);
		snprintf(world->text + length, sizeof(world->text) - length, " (and %u more not met)",
			 failed - 1);
	}
	return status;
}

static bool expects_escalation(const struct scn_probe *probes, size_t count, const char *root)
{
	for (size_t i = 0; i < count; i++) {
		if (!probes[i].is_sibling && probes[i].kind == SCN_ESCALATED &&
		    (probes[i].tolerance == SCN_IS || probes[i].tolerance == SCN_EQUALS) &&
		    probes[i].low == 1 && inj_pattern_match(probes[i].of, root))
			return true;
	}
	return false;
}

static void judge_escalation(struct scn_world *world)
{
	struct scn_event event;

	if (world->root_gave_up == 0)
		return;
	bool known = scn_history_get(world->history, world->root_gave_up, &event);
	const char *root = known ? event.path : "the root";
	if (known && (expects_escalation(world->scenario->expect, world->scenario->n_expect, root) ||
		      expects_escalation(world->added, world->n_added, root)))
		return;
	if (known)
		scn_world_judge(world, SCN_FAIL, SCN_ESCALATED_ROOT, world->root_gave_up,
				"the root %s gave up: %u restart%s in its period, intensity %u allows %u; "
				"no expectation says that it escalates",
				root, event.a, event.a == 1 ? "" : "s", event.b, event.b);
	else
		scn_world_judge(world, SCN_FAIL, SCN_ESCALATED_ROOT, world->root_gave_up, "the root gave up");
}

/* What went in has to be what came out and what is on its way. */
static void judge_work(struct scn_world *world)
{
	char text[480];

	if (!scn_work_balanced(world->rt, text, sizeof(text)))
		scn_world_judge(world, SCN_FAIL, SCN_INVARIANT, 0, "%s", text);
}

struct search {
	struct scn_world *world;
	const char *pattern;
	unsigned places, live;
};

static bool search_row(void *ctx, const struct rt_row *row)
{
	struct search *search = ctx;
	char path[SCN_PATH_MAX];

	if (scn_place_matches(search->world->rt, row->child.place, search->pattern, path)) {
		search->places++;
		search->live += row->has_actor;
	}
	return true;
}

/* Why it did not fire, as far as it can be told from outside. */
static void tell_unfired(struct scn_world *world, const struct inj_action *action, char *buf, size_t size)
{
	struct search search = { .world = world, .pattern = action->target ? action->target : "**" };
	char due[INJ_VALUE_BUF], now[INJ_VALUE_BUF];
	rt_time ran = rt_now(world->rt) - world->up_t;

	rt_walk(world->rt, search_row, &search);
	inj_print_duration(ran, now);
	if (action->trigger == INJ_AT && action->at > ran)
		snprintf(buf, size, "the run ended %s after the tree was up, before %s", now,
			 inj_print_duration(action->at, due));
	else if (action->trigger == INJ_EVERY && action->every > ran)
		snprintf(buf, size, "the run ended %s after the tree was up, before the first interval of %s",
			 now, inj_print_duration(action->every, due));
	else if (action->trigger == INJ_ON)
		snprintf(buf, size, "no %s of %s came when it could fire", action->on_event,
			 action->on_of ? action->on_of : search.pattern);
	else if (action->trigger == INJ_AFTER_MESSAGES || action->trigger == INJ_AFTER_RESTARTS)
		snprintf(buf, size, "%s had not %lld %s",
			 action->after_of ? action->after_of : search.pattern, (long long)action->after_count,
			 action->trigger == INJ_AFTER_MESSAGES ? "messages" : "restarts");
	else if (search.live == 0 && scn_names_find(world->names, search.pattern))
		snprintf(buf, size, "no live target%s%s: no process ran at %s",
			 action->trigger == INJ_AT ? " at " : "",
			 action->trigger == INJ_AT ? inj_print_duration(action->at, due) : "",
			 search.pattern);
	else if (search.places == 0)
		snprintf(buf, size, "nothing in the tree matches %s", search.pattern);
	else if (search.live == 0)
		snprintf(buf, size, "no process runs at %s", search.pattern);
	else
		snprintf(buf, size, "it found nobody at %s to take effect on", search.pattern);
}

static void judge_method(struct scn_world *world)
{
	for (size_t i = 0; i < world->scenario->n_method; i++) {
		const struct inj_action *action = &world->scenario->method[i];
		char why[400], line[32] = "";
		const char *answer;
		uint64_t seq;
		bool refused = scn_calls_refused(world->calls, (unsigned)i, &answer, &seq);
		bool fired = inj_plan_info(world->plan, (unsigned)i).fired > 0;
		if (!inj_action_required(action) || (fired && !refused))
			continue;
		if (action->line)
			snprintf(line, sizeof(line), " (line %u)", action->line);
		if (refused) {
			scn_world_judge(world, SCN_INCONCLUSIVE, SCN_NOT_FIRED, seq,
					"%s of %s%s was refused: %s", action->fault->name, action->target,
					line, answer);
			return;
		}
		tell_unfired(world, action, why, sizeof(why));
		scn_world_judge(world, SCN_INCONCLUSIVE, SCN_NOT_FIRED,
				action->target ? scn_history_about(world->history, action->target) : 0,
				"%s of %s%s never fired: %s", action->fault->name,
				action->target ? action->target : "the tree", line, why);
		return;
	}
}

/* --- undoing and stopping ------------------------------------------------------------------------------ */

static enum rt_status settle(struct scn_world *world, const char *what)
{
	enum rt_status status = scn_world_settle(world, SETTLE_EVENTS_MAX);

	if (status != RT_EFULL)
		return status;
	scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt), "%s does not end", what);
	return RT_OK;
}

static enum rt_status roll_back(struct scn_world *world, uint64_t cause)
{
	enum rt_status status = RT_OK;
	unsigned targets;

	for (size_t i = 0; i < world->scenario->n_rollbacks && status == RT_OK; i++) {
		status = inj_plan_input(world->plan, &world->scenario->rollbacks[i], cause, &targets);
		if (status == RT_OK)
			status = settle(world, "a rollback");
	}
	return status;
}

struct left {
	struct scn_world *world;
	bool stubborn; /* somebody who traps exits and has no time limit */
	char path[240];
};

static bool find_left(void *ctx, const struct rt_row *row)
{
	struct left *left = ctx;

	if (!row->has_actor)
		return true;
	if (left->path[0] == '\0' || (row->actor.type == RT_WORKER && !left->stubborn)) {
		rt_path_text(left->world->rt, row->child.place, left->path, sizeof(left->path));
		left->stubborn = row->actor.type == RT_WORKER && row->actor.trap_exit;
	}
	return true;
}

/* Stopping is the supervisors' business; what is left afterwards is either somebody whom OTP would wait for,
 * too, or a promise that the runtime broke. */
static void judge_stop(struct scn_world *world)
{
	struct left left = { .world = world };
	uint64_t alive = rt_alive(world->rt);

	if (alive == 0)
		return;
	rt_walk(world->rt, find_left, &left);
	if (left.stubborn)
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, scn_history_about(world->history, left.path),
				"the tree does not stop: %s ignores shutdown and has no time limit",
				left.path);
	else
		scn_world_judge(world, SCN_FAIL, SCN_INVARIANT, rt_seq(world->rt),
				"%llu actors are left after the tree was stopped, %s among them",
				(unsigned long long)alive, left.path);
}

static enum rt_status stop_tree(struct scn_world *world, uint64_t cause)
{
	if (world->options.judged)
		world->options.judged(world->options.judged_ctx, world);
	scn_history_stop(world->history);
	rt_because(world->rt, cause);
	enum rt_status status = rt_shutdown(world->rt);
	if (status != RT_OK && status != RT_ENOENT)
		return status;
	status = settle(world, "the final stop");
	rt_because(world->rt, 0);
	if (status == RT_OK)
		judge_stop(world);
	return status;
}

/* --- the end ------------------------------------------------------------------------------------------- */

/* What is judged before the rollbacks.  RT_ESTATE: somebody wants the run to end. */
static enum rt_status judge_method_and_hypothesis(struct scn_world *world)
{
	const struct scn_scenario *scenario = world->scenario;
	enum rt_status status = RT_OK;
	unsigned failed = 0;

	judge_escalation(world);
	/* A duration beyond the limit of time is cut off there. */
	if (scenario->has_duration && scenario->duration > scenario->limits.time &&
	    rt_now(world->rt) - world->up_t >= scenario->limits.time) {
		char limit[INJ_VALUE_BUF], duration[INJ_VALUE_BUF];
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, 0,
				"limits.time %s was reached before the duration of %s was over",
				inj_print_duration(scenario->limits.time, limit),
				inj_print_duration(scenario->duration, duration));
	}
	if (!world->hypothesis_held)
		return RT_OK; /* nothing was done, so there is nothing to judge */
	status = judge_probes(world, scenario->hypothesis, scenario->n_hypothesis, SCN_DEVIATED, &failed);
	if (status == RT_OK)
		judge_method(world);
	return status;
}

static void interrupt(struct scn_world *world, int signal)
{
	scn_world_judge(world, SCN_INTERRUPTED, SCN_KIND_NONE, 0, "interrupted by signal %d", signal);
}

/* Expectations are judged after the rollbacks, which are in the journal by then; so a signal in the middle of
 * them is an event of its own. */
static enum rt_status judge_the_rest(struct scn_world *world)
{
	int late = world->stopped_late ? world->stopped_late(world->stopped_ctx) : 0;
	enum rt_status status = late ? RT_ESTATE : judge_expectations(world);

	if (status != RT_ESTATE)
		return status;
	late = late ? late : *world->stop;
	(void)scn_world_emit(world, SCN_EV_OVER, (uint32_t)late, NULL);
	interrupt(world, late);
	return RT_OK;
}

static enum rt_status end(struct scn_world *world, int interrupted)
{
	enum rt_status status = RT_OK;

	world->ended_move = world->moves;
	world->ended_t = rt_now(world->rt);
	if (world->up && !interrupted) {
		status = judge_method_and_hypothesis(world);
		if (status == RT_ESTATE) {
			interrupted = *world->stop;
			status = RT_OK;
		}
	}
	judge_work(world);
	uint64_t over = scn_world_emit(world, SCN_EV_OVER, (uint32_t)interrupted, NULL);
	world->counting = false;
	inj_plan_stop(world->plan);
	if (interrupted) {
		interrupt(world, interrupted);
		if (world->up) {
			(void)inj_plan_heal(world->plan, NULL, over);
			if (world->hypothesis_held)
				status = roll_back(world, over);
		}
	} else if (world->up && status == RT_OK) {
		if (world->hypothesis_held)
			status = roll_back(world, over);
		if (world->hypothesis_held && status == RT_OK)
			status = judge_the_rest(world);
		if (status == RT_OK)
			(void)inj_plan_heal(world->plan, NULL, over);
	}
	world->result.state_hash = rt_state_hash(world->rt);
	/* The final stop ends what is in flight, which is nobody's fault. */
	if (status == RT_OK)
		status = scn_works_keep(world);
	if (status == RT_OK && world->trouble == RT_OK)
		status = stop_tree(world, over);
	judge_work(world);
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_finish(struct scn_world *world, int interrupted)
{
	if (world->phase == SCN_OVER)
		return world->trouble;
	enum rt_status status = world->trouble;
	/* Nobody wants to be judged in the middle of a restart. */
	while (status == RT_OK && world->up && !interrupted)
		status = scn_world_move(world, rt_now(world->rt));
	if (status == RT_EAGAIN || status == RT_ESTATE)
		status = RT_OK;
	if (status == RT_OK)
		status = end(world, interrupted);
	if (status != RT_OK) {
		world->trouble = status;
		scn_world_judge(world, SCN_ERROR, SCN_KIND_NONE, 0, "%s", rt_status_text(status));
	}
	world->result.events = rt_seq(world->rt);
	world->result.steps = rt_steps(world->rt);
	world->result.t = rt_now(world->rt);
	world->result.text = world->text;
	world->phase = SCN_OVER;
	if (world->journal)
		scn_journal_end(world->journal, &world->result);
	return status;
}

enum rt_status scn_world_run(struct scn_world *world, const volatile int *stop)
{
	const struct scn_scenario *scenario = world->scenario;
	enum rt_status status = RT_OK;
	int interrupted = 0;

	world->stop = stop;
	while (status == RT_OK && !world->up && !(stop && (interrupted = *stop)))
		status = scn_world_move(world, RT_FOREVER);
	if (status == RT_OK && !interrupted && world->hypothesis_held) {
		rt_time last = RT_FOREVER;
		if (scenario->has_duration) {
			rt_time length = scenario->duration < scenario->limits.time ? scenario->duration
										    : scenario->limits.time;
			last = length < RT_FOREVER - world->up_t ? world->up_t + length : RT_FOREVER;
		}
		while (status == RT_OK && !(stop && (interrupted = *stop)))
			status = scn_world_move(world, last);
	}
	if (stop && !interrupted)
		interrupted = *stop;
	/* Nothing is left to do, or a limit was hit, or somebody wants it to end. */
	bool well = status == RT_OK || status == RT_EAGAIN || status == RT_ESTATE;
	enum rt_status finished = scn_world_finish(world, well ? interrupted : 0);
	world->stop = NULL;
	return finished == RT_OK && !well ? status : finished;
}
