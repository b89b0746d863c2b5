/* save.c - what a person did, as a scenario: the loaded one with the inputs as its last actions.
 *
 * An input is done at a time of the plan, after everything that was due by then, and right behind what else
 * is due at that instant.  If it came at another place within the instant, the scenario cannot say so
 * exactly, and a comment says that instead.
 *
 * A trigger of a file watches from when the tree is up, one that was typed from then on.  The chances in
 * between are left alone with `skip`, where they can be told from the clock or the history; where they
 * cannot, a comment says so.
 */
#include "world.h"

#include "arena.h"

#include <string.h>

/* Events since the tree was up that the trigger would have seen, had it been there; false: some of them are
 * not remembered. */
static bool count_seen(const struct scn_world *world, const struct scn_input *input,
		       const struct inj_action *action, uint64_t *count)
{
	bool restarts = action->trigger == INJ_AFTER_RESTARTS;
	unsigned kind = restarts ? RT_EV_START : inj_event_find(action->on_event);
	const char *of = restarts ? action->after_of : action->on_of;
	struct scn_event event;

	*count = 0;
	for (uint64_t seq = world->up_seq + 1; seq < input->seq; seq++) {
		if (!scn_history_get(world->history, seq, &event))
			return false;
		*count += event.kind == kind && event.path[0] != '\0' &&
			  (!restarts || event.incarnation > 1) &&
			  inj_pattern_match(of ? of : action->target, event.path);
	}
	return true;
}

/* Has nothing happened between the tree being up and the input but other inputs? */
static bool is_early(const struct scn_world *world, const struct scn_input *input)
{
	struct scn_event event;

	for (uint64_t seq = world->up_seq + 1; seq < input->seq; seq++) {
		if (!scn_history_get(world->history, seq, &event) ||
		    (event.kind != INJ_EV_INPUT && event.kind != SCN_EV_EXPECT))
			return false;
	}
	return input->t == world->up_t;
}

/* How many chances the trigger gave before the input; false: that cannot be told. */
static bool count_missed(const struct scn_world *world, const struct scn_input *input,
			 const struct inj_action *action, uint64_t *missed)
{
	rt_time since = input->t - world->up_t, interval = RT_SECOND;
	enum inj_chance chance = action->fault->chance;
	bool exact;

	*missed = 0;
	if (is_early(world, input))
		return true;
	switch (action->trigger) {
	case INJ_EVERY:
		interval = action->every;
		break;
	case INJ_CHANCE:
		if (chance != INJ_CHANCE_TICK)
			return false;
		break;
	case INJ_ON:
		return count_seen(world, input, action, missed) &&
		       (!inj_chance_opens(chance) || *missed == 0);
	case INJ_AFTER_RESTARTS:
		exact = count_seen(world, input, action, missed) &&
			*missed % (uint64_t)action->after_count == 0;
		*missed /= (uint64_t)action->after_count;
		return exact && (!inj_chance_opens(chance) || *missed == 0);
	case INJ_AFTER_MESSAGES:
	case INJ_NOW:
	case INJ_AT:
		return false;
	}
	*missed = (uint64_t)(since / interval);
	/* What is only opened skips chances of its own, not the trigger's. */
	return since % interval == 0 && (!inj_chance_opens(chance) || *missed == 0);
}

/* What was done at once has a time in a file; false: it will not be quite the same. */
static bool make_timed(const struct scn_world *world, const struct scn_input *input,
		       struct inj_action *action)
{
	rt_time since = input->t - world->up_t;
	uint64_t missed;

	action->line = action->column = 0;
	if (action->trigger == INJ_NOW) {
		action->trigger = INJ_AT;
		action->at = since;
	} else if (action->trigger == INJ_AT) {
		action->at = action->at > since ? action->at : since;
	} else if (!count_missed(world, input, action, &missed) || missed > UINT32_MAX - action->skip) {
		return false;
	} else {
		action->skip += (uint32_t)missed;
	}
	return true;
}

static void comment(struct scn_text *text, unsigned mid_instant, unsigned lossy)
{
	if (mid_instant > 0)
		scn_text_format(
			text,
			"# %u of the actions came at a place within an instant that a scenario cannot say;\n"
			"# here they come when all is quiet. The journal has the exact place.\n",
			mid_instant);
	if (lossy > 0)
		scn_text_format(text,
				"# %u of the actions wait for something; at the prompt they waited from when "
				"they were\n"
				"# typed, here they wait from the start.\n",
				lossy);
}

enum rt_status scn_world_save(struct scn_world *world, struct scn_sink sink)
{
	unsigned inexact;

	return scn_world_save_told(world, sink, &inexact);
}

enum rt_status scn_world_save_told(struct scn_world *world, struct scn_sink sink, unsigned *inexact)
{
	struct scn_scenario copy = *world->scenario;
	struct scn_text text = { .data = NULL };
	size_t n_method = copy.n_method + world->n_inputs, n_expect = copy.n_expect + world->n_added;
	struct inj_action *method = scn_mem_alloc((n_method + 1) * sizeof(*method));
	struct scn_probe *expect = scn_mem_alloc((n_expect + 1) * sizeof(*expect));
	enum rt_status status = RT_ENOMEM;
	unsigned mid_instant = 0, lossy = 0;

	*inexact = 0;
	if (!method || !expect)
		goto out;
	if (copy.n_method > 0)
		memcpy(method, copy.method, copy.n_method * sizeof(*method));
	for (size_t i = 0; i < world->n_inputs; i++) {
		struct inj_action *action = &method[copy.n_method + i];
		struct inj_info info = inj_plan_info(world->plan, world->inputs[i].index);
		const char *answer;
		uint64_t seq;
		*action = *info.action;
		mid_instant += world->inputs[i].mid_instant;
		lossy += !make_timed(world, &world->inputs[i], action);
		/* What had no effect then, or had not had all of it, need not have one now. */
		bool fired = info.fired > 0 && info.fired >= inj_action_times(action) &&
			     !scn_calls_refused(world->calls, world->inputs[i].index, &answer, &seq);
		if (!fired && !action->has_required) {
			action->has_required = true;
			action->required = false;
		}
		/* A run that was over by itself earlier has to last until its last action. */
		rt_time first = action->trigger == INJ_AT      ? action->at
				: action->trigger == INJ_EVERY ? action->every
							       : 0;
		if (copy.has_duration && first > copy.duration)
			copy.duration = first;
	}
	if (copy.n_expect > 0)
		memcpy(expect, copy.expect, copy.n_expect * sizeof(*expect));
	if (world->n_added > 0)
		memcpy(expect + copy.n_expect, world->added, world->n_added * sizeof(*expect));
	/* And what still waited then had waited until now. */
	if (copy.has_duration && world->n_inputs > 0 && rt_now(world->rt) - world->up_t > copy.duration)
		copy.duration = rt_now(world->rt) - world->up_t;
	copy.method = method;
	copy.n_method = n_method;
	copy.expect = expect;
	copy.n_expect = n_expect;
	copy.seed = world->options.seed;
	*inexact = mid_instant + lossy;
	comment(&text, mid_instant, lossy);
	if (text.failed)
		goto out;
	status = RT_EIO;
	if (text.length == 0 || sink.write(sink.ctx, text.data, text.length))
		status = scn_write_yaml(&copy, sink);
out:
	scn_text_fini(&text);
	scn_mem_free(method);
	scn_mem_free(expect);
	return status;
}
