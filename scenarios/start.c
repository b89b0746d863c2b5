/* start.c - from nothing to a tree that is up: the root's start, then the pools, then the hypothesis. */
#include "world.h"

#include "arena.h"
#include "match.h"
#include "path.h"

#include <stdio.h>
#include <string.h>

struct pool_search {
	struct scn_world *world;
	const char *pattern;
	bool no_memory;
};

static bool find_pool(void *ctx, const struct rt_row *row)
{
	struct pool_search *search = ctx;
	struct scn_world *world = search->world;
	char path[SCN_PATH_MAX];

	if (!row->has_actor || row->actor.orphan || row->actor.type != RT_SUPERVISOR ||
	    row->actor.strategy != RT_SIMPLE_ONE_FOR_ONE ||
	    !scn_place_matches(world->rt, row->child.place, search->pattern, path))
		return true;
	rt_place *places = scn_mem_grow(world->pool_places, &world->pool_places_size, world->n_pool_places,
					sizeof(*places));
	if (!places) {
		search->no_memory = true;
		return false;
	}
	world->pool_places = places;
	world->pool_places[world->n_pool_places++] = row->child.place;
	return true;
}

/* Ask for the next child of the next pool.  RT_EAGAIN: there is none left to ask for. */
static enum rt_status ask_pool(struct scn_world *world)
{
	const struct scn_scenario *scenario = world->scenario;

	while (world->pool < scenario->n_pools) {
		const struct scn_pool *pool = &scenario->pools[world->pool];
		if (!world->pool_found) {
			struct pool_search search = { .world = world, .pattern = pool->path };
			world->n_pool_places = world->pool_place = world->pool_key = 0;
			rt_walk(world->rt, find_pool, &search);
			if (search.no_memory)
				return RT_ENOMEM;
			world->pool_found = true;
		}
		if (world->pool_place == world->n_pool_places) {
			world->pool++;
			world->pool_found = false;
			continue;
		}
		if (world->pool_key == pool->count) {
			world->pool_key = 0;
			world->pool_place++;
			continue;
		}
		char number[24];
		snprintf(number, sizeof(number), "%zu", world->pool_key + 1);
		struct rt_request request = {
			.op = RT_OP_START_CHILD,
			.supervisor = world->pool_places[world->pool_place],
			.name = pool->keys ? pool->keys[world->pool_key] : number,
		};
		rt_because(world->rt, world->start_seq);
		enum rt_status status = rt_request(world->rt, &request);
		if (status == RT_OK)
			world->pool_key++;
		return status;
	}
	return RT_EAGAIN;
}

/* Nothing can have been asked of a service yet, and that makes no hypothesis false.  RT_ESTATE: somebody
 * wants the run to end. */
static enum rt_status check_hypothesis(struct scn_world *world)
{
	const struct scn_scenario *scenario = world->scenario;
	enum rt_status status = scn_matcher_new(&world->matcher);

	for (size_t i = 0; i < scenario->n_hypothesis && status == RT_OK; i++) {
		struct scn_finding finding;
		char text[sizeof(world->text)];
		status = scn_world_stopped(world)
				 ? RT_ESTATE
				 : scn_judge_probe(world, &scenario->hypothesis[i], &finding);
		if (status != RT_OK || finding.met || finding.unasked)
			continue;
		world->hypothesis_held = false;
		inj_plan_stop(world->plan);
		scn_judge_text(&scenario->hypothesis[i], &finding, text, sizeof(text));
		if (scn_world_judge(world, SCN_INCONCLUSIVE, SCN_HYPOTHESIS,
				    scn_history_about(world->history, finding.path),
				    "the hypothesis is false before the method: %s", text))
			scn_world_quote(world, &finding);
		break;
	}
	scn_matcher_free(world->matcher);
	world->matcher = NULL;
	return status;
}

/* The tree is up. */
static enum rt_status begin(struct scn_world *world)
{
	world->up = true;
	world->up_t = rt_now(world->rt);
	world->up_seq = scn_world_emit(world, SCN_EV_UP, 0, NULL);
	world->counting = true;
	world->instant_events = 0;
	world->instant = world->up_t;
	world->phase = SCN_RUNNING;
	scn_accounts_up(world->accounts, world->up_seq, world->up_t);
	inj_plan_begin(world->plan);
	return check_hypothesis(world);
}

enum rt_status scn_world_start(struct scn_world *world, rt_time until)
{
	if (!world->tree_asked) {
		enum rt_status status = rt_start(world->rt, &world->scenario->root);
		world->tree_asked = status == RT_OK;
		world->moves++;
		return status;
	}
	enum rt_status status =
		scn_world_act(world, world->root_answered ? rt_now(world->rt) : until, RT_FOREVER);
	if (status != RT_EAGAIN)
		return status;
	if (world->root_answered && world->root_started) {
		status = ask_pool(world);
		world->moves++;
		return status == RT_EAGAIN ? begin(world) : status;
	}
	if (!world->root_answered && rt_deadline(world->rt) != RT_FOREVER)
		return RT_EAGAIN; /* not before `until` */
	scn_world_halt(world);
	if (world->root_answered) {
		scn_world_judge(world, SCN_FAIL, SCN_ESCALATED_ROOT, world->start_seq,
				"the tree did not start: %s", world->actual);
	} else {
		scn_world_judge(world, SCN_FAIL, SCN_LIVENESS, rt_seq(world->rt),
				"the tree never came up: its start does not end");
	}
	return RT_ESTATE;
}
