/* watch_actor.c - all about one actor: as it stands, whom it is tied to, its specification, its latest
 * events. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "watch.h"

#define TIES_MAX 20
/* Whoever looks on is asked so often, of real time, and less often if the answer takes long. */
#define ASK_EVERY (500 * RT_MS)
#define ASK_SHARE 50

static const struct rt *rt_of(const struct sh_watch *watch)
{
	return scn_world_rt(watch->session->world);
}

/* --- as it stands -------------------------------------------------------------------------------------- */

static void put_supervisor(struct sh_output *out, const struct rt_actor_info *actor,
			   const struct viz_node *node)
{
	sh_printf(out, "  strategy   %s, %u of %u restarts used within %us\n",
		  rt_strategy_text(actor->strategy), actor->restarts_in_window, actor->intensity,
		  actor->period_s);
	if (node->all > 0)
		sh_printf(out, "  health     %u of %u are up and do not hang, itself included\n", node->well,
			  node->all);
}

static void put_handler(struct sh_watch *watch, rt_place place)
{
	int64_t ns = watch->session->witnesses.kernel != NULL ? sh_watch_handler(watch, place) : -1;

	if (ns >= 0)
		sh_printf(watch->session->out, "  handler    %lldns a message, as the kernel has it\n",
			  (long long)ns);
}

static void put_actor(struct sh_watch *watch, rt_place place, const struct viz_node *node)
{
	struct sh_output *out = watch->session->out;
	struct rt_actor_info actor;
	char t[INJ_VALUE_BUF];

	if (rt_actor(rt_of(watch), rt_path_actor(rt_of(watch), place), &actor) != RT_OK) {
		sh_printf(out, "%s: no process%s\n", watch->path, node->gave_up ? "; it gave up" : "");
		if (node->ended >= 0)
			sh_printf(out, "  ended at   %s\n", inj_print_time(node->ended, t));
		return;
	}
	sh_printf(out, "%s: %s, start %u\n", watch->path, rt_type_text(actor.type), actor.incarnation);
	if (actor.worker != NULL)
		sh_printf(out, "  behaviour  %s\n", actor.worker);
	sh_printf(out, "  state      %s%s since %s%s\n", rt_life_text(actor.life),
		  actor.suspended ? ", hanging" : "", inj_print_time(actor.started_at, t),
		  actor.trap_exit ? ", traps exits" : "");
	if (node->supervisor)
		put_supervisor(out, &actor, node);
	sh_printf(out, "  restarted  %u %s\n", node->restarts, node->restarts == 1 ? "time" : "times");
	sh_printf(out, "  mailbox    %u waiting, %llu handled\n", actor.mailbox,
		  (unsigned long long)actor.handled);
	sh_printf(out, "  memory     %s\n", inj_print_size((int64_t)actor.memory, t));
	put_handler(watch, place);
}

/* --- whom it is tied to -------------------------------------------------------------------------------- */

struct ties {
	struct sh_watch *watch;
	unsigned count;
};

static bool put_tie(void *ctx, enum rt_tie tie, rt_id other)
{
	static const char *const words[] = {
		[RT_LINKED] = "linked to",
		[RT_MONITORS] = "monitors",
		[RT_MONITORED] = "monitored by",
	};
	struct ties *ties = ctx;
	const struct rt *rt = rt_of(ties->watch);
	char path[1024] = "somebody outside of the tree";

	if (ties->count++ == TIES_MAX) {
		sh_put(ties->watch->session->out, "  ...\n");
		return false;
	}
	if (rt_actor_place(rt, other) != 0)
		rt_path_text(rt, rt_actor_place(rt, other), path, sizeof(path));
	sh_printf(ties->watch->session->out, "  %-12s %s\n", words[tie], path);
	return true;
}

static void put_ties(struct sh_watch *watch, rt_place place)
{
	struct ties ties = { .watch = watch };
	rt_place parent = rt_path_parent(rt_of(watch), place);
	rt_id id = rt_path_actor(rt_of(watch), place);
	char path[1024];

	if (id == RT_NOBODY)
		return;
	sh_put(watch->session->out, "\nlinks and monitors\n");
	if (parent != 0) {
		rt_path_text(rt_of(watch), parent, path, sizeof(path));
		sh_printf(watch->session->out, "  %-12s %s, its supervisor\n", "linked to", path);
	}
	if (rt_ties(rt_of(watch), id, put_tie, &ties) != RT_OK || (ties.count == 0 && parent == 0))
		sh_put(watch->session->out, "  none but with its children\n");
}

/* --- its specification --------------------------------------------------------------------------------- */

static void put_spec(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	rt_place place = watch->frame.selected, parent = rt_path_parent(rt_of(watch), place);
	size_t length = parent != 0 ? rt_path_text(rt_of(watch), parent, NULL, 0) : 0;

	if (parent == 0 || rt_path_actor(rt_of(watch), parent) == RT_NOBODY)
		return;
	char *above = sh_alloc(length + 1), *child = sh_strdup(watch->path + length + 1);
	char name[] = "get_childspec", *argv[] = { name, above, child, NULL };

	rt_path_text(rt_of(watch), parent, above, length + 1);
	sh_put(session->out, "\nas its supervisor has it\n");
	(void)sh_cmd_get_childspec(session, 3, argv);
	free(above);
	free(child);
}

void sh_watch_print_actor(struct sh_watch *watch)
{
	struct sh_session *session = watch->session;
	rt_place place = watch->frame.selected;
	struct rt_service service;
	struct viz_node node;

	sh_watch_select(watch, place);
	if (!viz_model_node(watch->model, place, &node))
		return;
	put_actor(watch, place, &node);
	put_ties(watch, place);
	put_spec(watch);
	if (rt_service(rt_of(watch), place, &service)) {
		sh_put(session->out, "\nwhat was asked of it\n");
		(void)sh_watch_ask(watch, sh_cmd_services, "services", watch->path);
	}
	sh_put(session->out, "\nits latest events\n");
	(void)sh_watch_ask(watch, sh_cmd_events, "events", watch->path);
}

/* --- as the kernel has it ------------------------------------------------------------------------------ */

static void ask_kernel(struct sh_watch *watch)
{
	int64_t begin = sh_clock_now();

	if (watch->asked_at != 0 && begin - watch->asked_at < ASK_EVERY + ASK_SHARE * watch->ask_cost)
		return;
	sh_witnesses_poll(&watch->session->witnesses);
	(void)!prb_witness_refresh(watch->session->witnesses.kernel);
	watch->asked_at = sh_clock_now();
	watch->ask_cost = watch->asked_at - begin;
}

int64_t sh_watch_handler(void *ctx, rt_place place)
{
	struct sh_watch *watch = ctx;
	const struct prb_row *row;
	char path[4096];

	ask_kernel(watch);
	(void)viz_model_path(watch->model, place, path, sizeof(path));
	row = prb_witness_find(watch->session->witnesses.kernel, path);
	return row != NULL && row->handled > 0 ? (int64_t)(row->handler_ns / row->handled) : -1;
}
