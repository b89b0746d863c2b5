/* world.c - one run: what it consists of, and the verdict on it so far.
 *
 * How it moves is in act.c and move.c, its start in start.c, its end in finish.c.
 */
#include "world.h"

#include "arena.h"

#include "runtime/guard.h"
#include "runtime/isolation.h"

#include <stdio.h>
#include <string.h>

/* --- life ---------------------------------------------------------------------------------------------- */

static enum rt_status watch_all(struct scn_world *world, const struct scn_probe *probes, size_t count)
{
	enum rt_status status = RT_OK;

	for (size_t i = 0; i < count && status == RT_OK; i++)
		status = scn_judge_watch(world, &probes[i], false);
	return status;
}

/* Somebody else runs what is to run elsewhere, or processes of their own do, or nobody. */
static enum rt_status isolate(struct scn_world *world)
{
	if (!scn_isolated(world->scenario))
		return RT_OK;
	if (world->options.isolator)
		rt_isolate(world->rt, world->options.isolator);
	else if (world->options.isolate)
		return rt_isolation_install(
			world->rt, &(struct rt_isolation_options){ .stop = world->options.stop });
	return RT_OK;
}

static enum rt_status make_runtime(struct scn_world *world, const struct rt_config *config)
{
	struct scn_spare *spare = world->options.spare;

	if (!spare || !spare->rt)
		return rt_new(config, &world->rt);
	world->rt = spare->rt;
	spare->rt = NULL;
	return rt_renew(world->rt, config);
}

static enum rt_status make_history(struct scn_world *world)
{
	struct scn_spare *spare = world->options.spare;
	size_t max = world->options.history_max;

	if (!spare || !spare->history)
		return scn_history_new(world->names, world->scenario, max, &world->history);
	world->history = spare->history;
	spare->history = NULL;
	scn_history_renew(world->history, world->names, world->scenario, max);
	return RT_OK;
}

static enum rt_status make_crashes(struct scn_world *world)
{
	struct scn_spare *spare = world->options.spare;

	if (!spare || !spare->crashes)
		return scn_crashes_new(&world->crashes);
	world->crashes = spare->crashes;
	spare->crashes = NULL;
	scn_crashes_renew(world->crashes);
	return RT_OK;
}

/* What others may use again. */
static void leave(struct scn_world *world, struct scn_spare *spare)
{
	if (!spare->rt && world->begun) {
		spare->rt = world->rt;
		world->rt = NULL;
	}
	if (!spare->history) {
		spare->history = world->history;
		world->history = NULL;
	}
	if (!spare->crashes) {
		spare->crashes = world->crashes;
		world->crashes = NULL;
	}
}

void scn_spare_fini(struct scn_spare *spare)
{
	rt_free(spare->rt);
	scn_history_free(spare->history);
	scn_crashes_free(spare->crashes);
	*spare = (struct scn_spare){ .rt = NULL };
}

static enum rt_status set_up(struct scn_world *world)
{
	const struct scn_scenario *scenario = world->scenario;
	struct rt_config config = {
		.seed = world->options.seed,
		.message_events = world->options.message_events,
		.unseen = world->options.unseen,
	};
	enum rt_status status = make_runtime(world, &config);

	if (status == RT_OK && world->options.protect)
		rt_guard_protect(world->rt);
	if (status == RT_OK)
		status = isolate(world);
	world->arena = scn_arena_new();
	if (status == RT_OK && !world->arena)
		status = RT_ENOMEM;
	if (status == RT_OK)
		status = scn_names_new(world->rt, world->arena, &world->names);
	if (status == RT_OK && !world->options.no_journal)
		status = scn_journal_new(world->options.journal, &world->journal);
	if (status == RT_OK)
		status = make_history(world);
	if (status == RT_OK)
		status = scn_accounts_new(world->names, world->arena, &world->accounts);
	if (status == RT_OK)
		status = make_crashes(world);
	if (status == RT_OK)
		status = scn_calls_new(world->names, &world->calls);
	if (status == RT_OK)
		status = watch_all(world, scenario->hypothesis, scenario->n_hypothesis);
	if (status == RT_OK)
		status = watch_all(world, scenario->expect, scenario->n_expect);
	if (status == RT_OK && world->options.downtime)
		status = scn_accounts_watch(world->accounts, "**");
	if (status == RT_OK)
		status = rt_observe(world->rt, scn_world_see, world);
	if (status == RT_OK)
		status = inj_plan_new(world->rt, &world->plan);
	if (status == RT_OK)
		status = inj_plan_borrow(world->plan, scenario->method, scenario->n_method);
	if (status == RT_OK && world->journal)
		status = scn_journal_begin(world->journal, scenario, world->options.seed,
					   world->options.message_events, rt_isolates(world->rt));
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
	world->deed.t = -1;
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
	if (world->options.spare)
		leave(world, world->options.spare);
	scn_mem_free(world->pool_places);
	scn_mem_free(world->added);
	scn_mem_free(world->judged);
	scn_works_fini(&world->works);
	scn_mem_free(world->inputs);
	scn_mem_free(world->done);
	scn_text_fini(&world->answer);
	scn_calls_free(world->calls);
	scn_crashes_free(world->crashes);
	scn_accounts_free(world->accounts);
	scn_history_free(world->history);
	scn_journal_free(world->journal);
	scn_names_free(world->names);
	scn_arena_free(world->arena);
	rt_free(world->rt);
	scn_mem_free(world);
}

void scn_world_flush(struct scn_world *world)
{
	scn_journal_flush(world->journal);
}

void scn_world_last_words(struct scn_world *world)
{
	scn_journal_last_words(world->journal);
}

struct rt *scn_world_rt(struct scn_world *world)
{
	return world->rt;
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

char *scn_world_lacks(const struct scn_world *world, char *buf, size_t size)
{
	struct rt_isolation_facts facts;
	size_t length = 0;

	buf[0] = '\0';
	if (!rt_isolation_facts(world->rt, &facts))
		return buf;
	for (unsigned i = 0; i < RT_LACKS; i++) {
		if ((facts.lacks >> i & 1) == 0 || length >= size)
			continue;
		length += (size_t)snprintf(buf + length, size - length, "%s%s", length > 0 ? "; " : "",
					   rt_lack_text((enum rt_lack)i));
	}
	return buf;
}

uint64_t scn_world_emit(struct scn_world *world, unsigned kind, uint32_t a, const void *ext)
{
	struct rt_event event = { .kind = (uint16_t)kind, .a = a };

	rt_because(world->rt, 0);
	return rt_emit(world->rt, &event, ext);
}

/* --- the verdict so far -------------------------------------------------------------------------------- */

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

void scn_world_quote(struct scn_world *world, const struct scn_finding *finding)
{
	snprintf(world->expected, sizeof(world->expected), "%s", finding->expected);
	snprintf(world->actual, sizeof(world->actual), "%s", finding->actual);
	world->result.expected = world->expected;
	world->result.actual = world->actual;
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
