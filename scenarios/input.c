/* input.c - what is done to a world from the prompt: faults and expectations, each journalled. */
#include "world.h"

#include "arena.h"
#include "words.h"

#include <string.h>

/* In an expectation. */
#define WORDS_MAX 256u

static void check_text(void *ctx, const char *key, enum inj_type type, const char *text)
{
	bool *good = ctx;

	(void)key;
	(void)type;
	for (size_t length = strlen(text), taken; length > 0; text += taken, length -= taken) {
		uint32_t code;
		taken = inj_utf8_next(text, length, &code);
		*good &= code != INJ_UTF8_BAD;
	}
}

/* Could an action of a file be done here, at this instant? */
static bool is_exact(const struct scn_world *world)
{
	if (inj_plan_pending(world->plan))
		return false;
	/* Actions that are due at one instant follow each other at once. */
	if (world->deed.t == rt_now(world->rt))
		return world->deed.open && world->deed.moves == world->moves;
	return rt_quiet(world->rt) && inj_plan_deadline(world->plan) > rt_now(world->rt);
}

/* Something was done at once.  In a file the tree comes to rest first where it would strike nobody, and
 * behind a request. */
static bool note_deed(struct scn_world *world, const struct inj_action *action, bool exact, unsigned struck)
{
	const struct inj_fault *fault = action->fault;

	if (world->deed.t == rt_now(world->rt) && struck == 0 && !inj_chance_opens(fault->chance) &&
	    !fault->heals)
		exact = false;
	world->deed.t = rt_now(world->rt);
	world->deed.moves = world->moves;
	world->deed.open = exact && !fault->call;
	return exact;
}

/* Room for one more deed, so that noting it cannot fail when it is done. */
static bool reserve_done(struct scn_world *world)
{
	struct scn_done *done = scn_mem_grow(world->done, &world->done_size, world->n_done, sizeof(*done));

	if (done)
		world->done = done;
	return done != NULL;
}

static void log_done(struct scn_world *world, unsigned index, bool expectation)
{
	world->done[world->n_done++] = (struct scn_done){
		.move = world->moves,
		.t = rt_now(world->rt),
		.index = index,
		.expectation = expectation,
	};
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
	if (!reserve_done(world))
		return RT_ENOMEM;
	bool exact = is_exact(world);
	uint64_t seq = scn_world_emit(world, INJ_EV_INPUT, 0, action);
	unsigned before = inj_plan_count(world->plan);
	enum rt_status status = inj_plan_input(world->plan, action, seq, &struck);
	if (action->trigger == INJ_NOW)
		exact = note_deed(world, action, exact, struck);
	else if (action->trigger == INJ_AT && action->at <= rt_now(world->rt) - world->up_t)
		exact = exact && world->deed.t != rt_now(world->rt);
	else
		exact = true; /* what it waits for says when */
	if (inj_plan_count(world->plan) > before) {
		log_done(world, before, false);
		world->inputs[world->n_inputs++] = (struct scn_input){
			.index = before,
			.seq = seq,
			.t = rt_now(world->rt),
			.mid_instant = !exact,
		};
	}
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
	if (!kept || !added || words.failed || !reserve_done(world))
		goto out;
	status = scn_judge_watch(world, kept, true);
	if (status != RT_OK)
		goto out;
	log_done(world, (unsigned)world->n_added, true);
	world->added[world->n_added++] = *kept;
	(void)scn_world_emit(world, SCN_EV_EXPECT, 0, words.data);
	status = world->trouble;
out:
	scn_text_fini(&words);
	return status;
}

bool scn_world_added(const struct scn_world *world, size_t index, struct scn_probe *out)
{
	if (index >= world->n_added)
		return false;
	*out = world->added[index];
	return true;
}

enum rt_status scn_world_expect_text(struct scn_world *world, const char *text)
{
	const char *words[WORDS_MAX];
	size_t count = 0;
	char *copy = scn_mem_alloc(strlen(text) + 1), *rest = copy, *word;
	struct scn_probe probe;

	if (!copy)
		return RT_ENOMEM;
	strcpy(copy, text);
	while ((word = strsep(&rest, " ")) && count < WORDS_MAX)
		words[count++] = word;
	enum rt_status status = scn_probe_parse(world, words, count, &probe, NULL);
	if (status == RT_OK)
		status = scn_world_expect(world, &probe);
	scn_mem_free(copy);
	return status;
}
