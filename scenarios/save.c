/* save.c - what a person did, as a scenario: the loaded one with the inputs as its last actions.
 *
 * An input is done at a time of the plan, after everything that was due by then.  If it came in the middle of
 * an instant, the scenario cannot say so exactly, and a comment says that instead.
 */
#include "world.h"

#include "arena.h"

#include <string.h>

static bool is_lossy(const struct inj_action *action)
{
	return action->trigger == INJ_EVERY || action->trigger == INJ_CHANCE || action->trigger == INJ_ON ||
	       action->trigger == INJ_AFTER_MESSAGES || action->trigger == INJ_AFTER_RESTARTS;
}

/* `at` counts from the input at the prompt, and from the tree being up in a file. */
static void make_timed(const struct scn_world *world, const struct scn_input *input,
		       struct inj_action *action)
{
	rt_time since = input->t - world->up_t;

	action->line = action->column = 0;
	if (action->trigger == INJ_NOW) {
		action->trigger = INJ_AT;
		action->at = since;
		/* What had no effect then need not have one now. */
		if (input->targets == 0 && !action->has_required) {
			action->has_required = true;
			action->required = false;
		}
	} else if (action->trigger == INJ_AT) {
		action->at += since;
	}
}

static void comment(const struct scn_world *world, struct scn_text *text)
{
	unsigned mid_instant = 0, lossy = 0;

	for (size_t i = 0; i < world->n_inputs; i++) {
		mid_instant += world->inputs[i].mid_instant;
		lossy += is_lossy(inj_plan_info(world->plan, world->inputs[i].index).action);
	}
	if (mid_instant > 0)
		scn_text_format(
			text,
			"# %u of the actions came in the middle of an instant, with work still to be done;\n"
			"# here they come at the end of that instant. The journal has the exact place.\n",
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
	struct scn_scenario copy = *world->scenario;
	struct scn_text text = { .data = NULL };
	size_t n_method = copy.n_method + world->n_inputs, n_expect = copy.n_expect + world->n_added;
	struct inj_action *method = scn_mem_alloc((n_method + 1) * sizeof(*method));
	struct scn_probe *expect = scn_mem_alloc((n_expect + 1) * sizeof(*expect));
	enum rt_status status = RT_ENOMEM;

	if (!method || !expect)
		goto out;
	if (copy.n_method > 0)
		memcpy(method, copy.method, copy.n_method * sizeof(*method));
	for (size_t i = 0; i < world->n_inputs; i++) {
		struct inj_action *action = &method[copy.n_method + i];
		*action = *inj_plan_info(world->plan, world->inputs[i].index).action;
		make_timed(world, &world->inputs[i], action);
		/* A run that was over by itself earlier has to last until its last action. */
		if (copy.has_duration && action->trigger == INJ_AT && action->at > copy.duration)
			copy.duration = action->at;
	}
	if (copy.n_expect > 0)
		memcpy(expect, copy.expect, copy.n_expect * sizeof(*expect));
	if (world->n_added > 0)
		memcpy(expect + copy.n_expect, world->added, world->n_added * sizeof(*expect));
	copy.method = method;
	copy.n_method = n_method;
	copy.expect = expect;
	copy.n_expect = n_expect;
	copy.seed = world->options.seed;
	comment(world, &text);
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
