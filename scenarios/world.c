/* world.c - one run: what there is, how it moves.  Its start is in start.c, its end in finish.c.
 *
 * The order of things at one instant is the heart of it: the runtime is stepped until it is quiet, with what
 * the plan was called for done between two steps; then the runtime's timers that are due; then the plan's
 * actions that are due.  So `at: 2s` means at 2 s, after all that was due by then.
 *
 * A move is one of: a dispatch, the plan doing something, the clock going to the next thing that is due. They
 * are counted, so that (moves, clock) names a place in the run, between two events too; mere waiting does not
 * count, because how a person waits is not part of the run.
 */
#include "world.h"

#include "arena.h"
#include "schema.h"
#include "utf8.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

/* A good century: timers are set from the clock on, and must not run over its end. */
#define CLOCK_MAX (SCN_DURATION_MAX + SCN_DURATION_MAX / 100)

/* --- life --------------------------------------------------------------------------------------------- */

static enum rt_status watch_all(struct scn_world *world, const struct scn_probe *probes, size_t count)
{
	enum rt_status status = RT_OK;

	for (size_t i = 0; i < count && status == RT_OK; i++)
		status = scn_judge_watch(world, &probes[i], false);
	return status;
}

static enum rt_status set_up(struct scn_world *world)
{
	const struct scn_scenario *scenario = world->scenario;
	struct rt_config config = {
		.seed = world->options.seed,
		.message_events = world->options.message_events,
	};
	enum rt_status status = rt_new(&config, &world->rt);

	world->arena = scn_arena_new();
	if (status == RT_OK && !world->arena)
		status = RT_ENOMEM;
	if (status == RT_OK)
		status = scn_names_new(world->rt, &world->names);
	if (status == RT_OK)
		status = scn_journal_new(world->options.journal, &world->journal);
	if (status == RT_OK)
		status = scn_history_new(world->names, &scenario->root, world->options.history_max,
					 &world->history);
	if (status == RT_OK)
		status = scn_accounts_new(world->names, &world->accounts);
	if (status == RT_OK)
		status = watch_all(world, scenario->hypothesis, scenario->n_hypothesis);
	if (status == RT_OK)
		status = watch_all(world, scenario->expect, scenario->n_expect);
	if (status == RT_OK)
		status = rt_observe(world->rt, scn_world_see, world);
	if (status == RT_OK)
		status = inj_plan_new(world->rt, &world->plan);
	for (size_t i = 0; i < scenario->n_method && status == RT_OK; i++)
		status = inj_plan_add(world->plan, &scenario->method[i], NULL);
	if (status == RT_OK)
		status = scn_journal_begin(world->journal, scenario, world->options.seed,
					   world->options.message_events);
	return status;
}

enum rt_status scn_world_new(const struct scn_scenario *scenario, const struct scn_options *options,
			     struct scn_world **out)
{
	struct scn_world *world = scn_mem_alloc(sizeof(*world));
	if (!world)
		return RT_ENOMEM;
	memset(world, 0, sizeof(*world));
	world->scenario = scenario;
	if (options)
		world->options = *options;
	if (!world->options.has_seed)
		world->options.seed = scenario->seed;
	world->hypothesis_held = true;
	enum rt_status status = set_up(world);
	if (status != RT_OK) {
		scn_world_free(world);
		return status;
	}
	world->begun = true;
	*out = world;
	return RT_OK;
}

void scn_world_free(struct scn_world *world)
{
	if (!world)
		return;
	if (world->begun)
		scn_journal_flush(world->journal);
	scn_mem_free(world->pool_places);
	scn_mem_free(world->added);
	scn_mem_free(world->inputs);
	scn_text_fini(&world->answer);
	scn_accounts_free(world->accounts);
	scn_history_free(world->history);
	scn_journal_free(world->journal);
	scn_names_free(world->names);
	scn_arena_free(world->arena);
	rt_free(world->rt);
	scn_mem_free(world);
}

struct rt *scn_world_rt(struct scn_world *world)
{
	return world->rt;
}

struct inj_plan *scn_world_plan(struct scn_world *world)
{
	return world->plan;
}

const struct scn_history *scn_world_history(const struct scn_world *world)
{
	return world->history;
}

const struct scn_scenario *scn_world_scenario(const struct scn_world *world)
{
	return world->scenario;
}

enum scn_phase scn_world_phase(const struct scn_world *world)
{
	return world->phase;
}

uint64_t scn_world_emit(struct scn_world *world, unsigned kind, uint32_t a, const void *ext)
{
	struct rt_event event = { .kind = (uint16_t)kind, .a = a };

	rt_because(world->rt, 0);
	return rt_emit(world->rt, &event, ext);
}

/* --- moving ------------------------------------------------------------------------------------------- */

/* No more moves.  That is a move itself, so that a replay gets here, too. */
static void halt(struct scn_world *world)
{
	world->halted = true;
	world->moves++;
}

static void too_busy(struct scn_world *world, const char *limit, int64_t value)
{
	struct scn_event restart;
	char when[INJ_VALUE_BUF];
	uint64_t seq = world->restart_seq;
	bool recent = seq > world->up_seq && scn_history_get(world->history, seq, &restart);

	inj_print_duration(rt_now(world->rt) - world->up_t, when);
	halt(world);
	if (recent)
		scn_world_judge(
			world, SCN_FAIL, SCN_LIVENESS, seq,
			"%s %lld was reached %s after the tree was up; the latest restart: %s restarts %s",
			limit, (long long)value, when, restart.other, restart.path);
	else
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"%s %lld was reached %s after the tree was up", limit, (long long)value,
				when);
}

/* What the clock was to go on to, past the limit. */
static void too_long(struct scn_world *world)
{
	char limit[INJ_VALUE_BUF];
	bool planned = inj_plan_deadline(world->plan) <= rt_deadline(world->rt);
	const struct inj_action *action = NULL;

	inj_print_duration(world->scenario->limits.time, limit);
	for (unsigned i = 0; planned && i < inj_plan_count(world->plan) && !action; i++) {
		struct inj_info info = inj_plan_info(world->plan, i);
		if (info.armed && (info.action->trigger == INJ_AT || info.action->trigger == INJ_EVERY ||
				   info.action->trigger == INJ_CHANCE))
			action = info.action;
	}
	halt(world);
	if (action)
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"limits.time %s was reached and the method goes on with %s of %s", limit,
				action->fault->name, action->target ? action->target : "the tree");
	else
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"limits.time %s was reached and %s", limit,
				planned ? "the method is not over" : "timers of the tree are still to come");
}

/* `last`: the clock does not go beyond, if there is something beyond to go to. */
static enum rt_status act(struct scn_world *world, rt_time until, rt_time last)
{
	struct rt *rt = world->rt;
	rt_time now = rt_now(rt);

	if (inj_plan_pending(world->plan)) {
		world->moves++;
		return inj_plan_do(world->plan);
	}
	enum rt_status status = rt_step(rt);
	if (status != RT_EAGAIN) {
		world->moves++;
		return status;
	}
	rt_time due = rt_deadline(rt), planned = inj_plan_deadline(world->plan);
	if (due > now && planned <= now) {
		world->moves++;
		return inj_plan_do(world->plan);
	}
	rt_time next = due < planned ? due : planned;
	if (next > last && until >= last && next != RT_FOREVER) {
		if (last > now)
			rt_advance(rt, last);
		too_long(world);
		return RT_ESTATE;
	}
	if (next <= until && next != RT_FOREVER) {
		world->moves++;
		rt_advance(rt, next > now ? next : now);
		return RT_OK;
	}
	world->busy = false;
	if (until != RT_FOREVER && until > now)
		rt_advance(rt, until);
	return RT_EAGAIN;
}

enum rt_status scn_world_act(struct scn_world *world, rt_time until, rt_time last)
{
	world->busy = true;
	enum rt_status status = act(world, until, last);
	/* What the observer could not write down is gone for good. */
	if (world->trouble == RT_OK && status != RT_OK && status != RT_EAGAIN && status != RT_ESTATE)
		world->trouble = status;
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_settle(struct scn_world *world, bool timers, uint64_t events)
{
	uint64_t last = rt_seq(world->rt);
	enum rt_status status;

	do {
		if (timers && rt_deadline(world->rt) != RT_FOREVER && rt_deadline(world->rt) > CLOCK_MAX)
			return RT_EFULL;
		status = scn_world_act(world, timers ? RT_FOREVER : rt_now(world->rt), RT_FOREVER);
		if (rt_seq(world->rt) - last > events)
			return RT_EFULL;
	} while (status == RT_OK);
	return status == RT_EAGAIN ? RT_OK : status;
}

static enum rt_status run_on(struct scn_world *world, rt_time until)
{
	const struct scn_limits *limits = &world->scenario->limits;

	if (world->instant_events > (uint64_t)limits->events_at_one_instant)
		too_busy(world, "limits.events_at_one_instant", limits->events_at_one_instant);
	else if (rt_seq(world->rt) - world->up_seq > (uint64_t)limits->events)
		too_busy(world, "limits.events", limits->events);
	if (world->halted)
		return RT_ESTATE;
	return scn_world_act(world, until,
			     limits->time < RT_FOREVER - world->up_t ? world->up_t + limits->time
								     : RT_FOREVER);
}

enum rt_status scn_world_move(struct scn_world *world, rt_time until)
{
	if (until != RT_FOREVER && until > CLOCK_MAX)
		until = CLOCK_MAX;
	if (world->trouble != RT_OK)
		return world->trouble;
	if (world->phase == SCN_OVER || world->halted)
		return RT_ESTATE;
	enum rt_status status = world->up ? run_on(world, until) : scn_world_start(world, until);
	if (status != RT_OK && status != RT_EAGAIN && status != RT_ESTATE)
		world->trouble = status;
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_boot(struct scn_world *world)
{
	enum rt_status status = RT_OK;

	while (!world->up && status == RT_OK)
		status = scn_world_move(world, RT_FOREVER);
	return world->halted && status == RT_ESTATE ? RT_OK : status;
}

/* --- from the prompt ---------------------------------------------------------------------------------- */

static void check_text(void *ctx, const char *key, enum inj_type type, const char *text)
{
	bool *good = ctx;

	(void)key;
	(void)type;
	for (size_t length = strlen(text), taken; length > 0; text += taken, length -= taken) {
		uint32_t code;
		taken = scn_utf8_next(text, length, &code);
		*good &= code != SCN_UTF8_BAD;
	}
}

enum rt_status scn_world_input(struct scn_world *world, const struct inj_action *action, unsigned *targets)
{
	bool good = true;
	unsigned struck = 0;

	if (world->trouble != RT_OK)
		return world->trouble;
	if (world->phase != SCN_RUNNING || world->halted)
		return RT_ESTATE;
	/* A journal is UTF-8, and has to say exactly what was done. */
	inj_action_each(action, check_text, &good);
	if (!good)
		return RT_EINVAL;
	struct scn_input *inputs =
		scn_mem_grow(world->inputs, &world->inputs_size, world->n_inputs, sizeof(*inputs));
	if (!inputs)
		return RT_ENOMEM;
	world->inputs = inputs;
	uint64_t seq = scn_world_emit(world, INJ_EV_INPUT, 0, action);
	unsigned before = inj_plan_count(world->plan);
	enum rt_status status = inj_plan_input(world->plan, action, seq, &struck);
	if (inj_plan_count(world->plan) > before)
		world->inputs[world->n_inputs++] = (struct scn_input){
			.index = before,
			.seq = seq,
			.t = rt_now(world->rt),
			.targets = struck,
			.mid_instant = world->busy,
		};
	/* It is in the journal, so it cannot be tried again as if it had not been. */
	if (status == RT_ENOMEM)
		world->trouble = status;
	if (targets)
		*targets = struck;
	return world->trouble != RT_OK ? world->trouble : status;
}

enum rt_status scn_world_heal(struct scn_world *world, const char *pattern, unsigned *healed)
{
	struct inj_action action = {
		.fault = inj_fault_find("heal"),
		.target = pattern ? pattern : "**",
	};
	return scn_world_input(world, &action, healed);
}

enum rt_status scn_world_expect(struct scn_world *world, const struct scn_probe *probe)
{
	struct scn_text words = { .data = NULL };
	struct scn_probe *kept, *added;
	enum rt_status status = RT_ENOMEM;

	if (world->trouble != RT_OK)
		return world->trouble;
	if (world->phase != SCN_RUNNING || world->halted)
		return RT_ESTATE;
	scn_words_probe(&words, probe);
	kept = scn_judge_keep(world, probe);
	added = scn_mem_resize(world->added, (world->n_added + 1) * sizeof(*added));
	if (added)
		world->added = added;
	if (!kept || !added || words.failed)
		goto out;
	status = scn_judge_watch(world, kept, true);
	if (status != RT_OK)
		goto out;
	world->added[world->n_added++] = *kept;
	(void)scn_world_emit(world, SCN_EV_EXPECT, 0, words.data);
	status = world->trouble;
out:
	scn_text_fini(&words);
	return status;
}

/* --- the verdict so far ------------------------------------------------------------------------------- */

static int rank(enum scn_verdict verdict, enum scn_kind kind)
{
	switch (verdict) {
	case SCN_PASS:
		return 0;
	case SCN_FAIL:
		return kind == SCN_DEVIATED || kind == SCN_EXPECTATION ? 1 : 3;
	case SCN_INCONCLUSIVE:
		return 2;
	case SCN_INTERRUPTED:
		return 4;
	case SCN_ERROR:
		break;
	}
	return 5;
}

bool scn_world_judge(struct scn_world *world, enum scn_verdict verdict, enum scn_kind kind, uint64_t blame,
		     const char *format, ...)
{
	struct scn_result *result = &world->result;
	va_list args;

	if (rank(verdict, kind) <= rank(result->verdict, result->kind))
		return false;
	result->verdict = verdict;
	result->kind = kind;
	result->blame = blame;
	result->expected = result->actual = NULL;
	va_start(args, format);
	vsnprintf(world->text, sizeof(world->text), format, args);
	va_end(args);
	return true;
}

struct scn_result scn_world_result(const struct scn_world *world)
{
	struct scn_result result = world->result;

	result.text = world->text;
	if (world->phase != SCN_OVER) {
		result.events = rt_seq(world->rt);
		result.steps = rt_steps(world->rt);
		result.t = rt_now(world->rt);
		result.journal_failed = scn_journal_failed(world->journal);
	}
	return result;
}
