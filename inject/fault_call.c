/* fault_call.c - what a supervisor is asked or told: requests, other flags, an orderly stop.
 *
 * A request is announced when it goes into the mailbox of a live supervisor, whatever the answer will be.
 * Its token is the seq of its fault_fired, so that the answer can be found; whether it took effect is judged
 * by that.
 */
#include <stdio.h>
#include <string.h>

#include "fault.h"

static bool is_pool(const struct inj_firing *firing)
{
	struct rt_actor_info info;

	return rt_actor(firing->rt, firing->actor, &info) == RT_OK && info.strategy == RT_SIMPLE_ONE_FOR_ONE;
}

static bool ask(const struct inj_firing *firing, struct rt_request *request)
{
	request->supervisor = firing->place;
	request->token = inj_firing_strike(firing);
	return inj_firing_done(firing, rt_request(firing->rt, request));
}

struct search {
	const struct rt *rt;
	const char *name;
	rt_id found;
};

/* The latest one of that name; a pool's records are in order of their start. */
static bool see_name(void *ctx, const struct rt_child_info *child)
{
	struct search *search = ctx;
	char buf[RT_ATOM_BUF];

	if (strcmp(rt_atom_text(search->rt, child->name, buf), search->name) == 0)
		search->found = child->id;
	return true;
}

/* In a pool a child is known by its handle, also when it is just being restarted; without one the request is
 * about something that is no handle, and the supervisor says so. */
static bool ask_about_child(const struct inj_firing *firing, enum rt_op op)
{
	struct rt_request request = { .op = op, .name = firing->params[INJ_P_CHILD].text };
	struct search search = { .rt = firing->rt, .name = request.name };

	if (op == RT_OP_TERMINATE_CHILD && is_pool(firing) &&
	    rt_children(firing->rt, firing->actor, see_name, &search) == RT_OK)
		request.handle = search.found;
	return ask(firing, &request);
}

bool inj_terminate_child_fire(const struct inj_firing *firing)
{
	return ask_about_child(firing, RT_OP_TERMINATE_CHILD);
}

bool inj_restart_child_fire(const struct inj_firing *firing)
{
	return ask_about_child(firing, RT_OP_RESTART_CHILD);
}

bool inj_delete_child_fire(const struct inj_firing *firing)
{
	return ask_about_child(firing, RT_OP_DELETE_CHILD);
}

bool inj_start_child_fire(const struct inj_firing *firing)
{
	const struct inj_value *params = firing->params;
	struct rt_child child = {
		.id = params[INJ_P_CHILD].text,
		.worker = params[INJ_P_WORKER].text,
		.restart = (uint8_t)params[INJ_P_RESTART].number,
		.shutdown_ms =
			params[INJ_P_SHUTDOWN].given ? params[INJ_P_SHUTDOWN].number : RT_SHUTDOWN_WORKER_MS,
		.significant = params[INJ_P_SIGNIFICANT].number != 0,
		.trap_exit = params[INJ_P_TRAP_EXIT].number != 0,
	};
	struct rt_request request = { .op = RT_OP_START_CHILD, .name = child.id };
	char key[INJ_VALUE_BUF];
	uint32_t number;

	if (is_pool(firing) && child.id != NULL) {
		inj_firing_note_key(firing, child.id);
	} else if (is_pool(firing)) {
		if (!inj_firing_next_key(firing, &number))
			return false;
		snprintf(key, sizeof(key), "%u", (unsigned)number);
		request.name = key;
	} else {
		/* Only a pool can name its child. */
		if (child.id == NULL)
			return false;
		request.child = &child;
	}
	return ask(firing, &request);
}

bool inj_set_fire(const struct inj_firing *firing)
{
	const struct inj_value *params = firing->params;
	struct rt_flags flags = {
		.set = (params[INJ_P_STRATEGY].given ? RT_SET_STRATEGY : 0) |
		       (params[INJ_P_INTENSITY].given ? RT_SET_INTENSITY : 0) |
		       (params[INJ_P_PERIOD].given ? RT_SET_PERIOD : 0) |
		       (params[INJ_P_AUTO_SHUTDOWN].given ? RT_SET_AUTO_SHUTDOWN : 0),
		.strategy = (enum rt_strategy)params[INJ_P_STRATEGY].number,
		.intensity = (uint32_t)params[INJ_P_INTENSITY].number,
		.period_s = (uint32_t)(params[INJ_P_PERIOD].number / RT_SECOND),
		.auto_shutdown = (enum rt_auto_shutdown)params[INJ_P_AUTO_SHUTDOWN].number,
	};

	/* A pool stays one, and has no significant children. */
	if ((params[INJ_P_STRATEGY].given || flags.auto_shutdown != RT_NEVER) && is_pool(firing))
		return false;
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_set_flags(firing->rt, firing->actor, &flags));
}

bool inj_stop_fire(const struct inj_firing *firing)
{
	inj_firing_strike(firing);
	return inj_firing_done(firing, rt_stop(firing->rt, firing->actor, firing->atoms[INJ_P_REASON]));
}
