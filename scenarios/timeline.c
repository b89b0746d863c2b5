/* timeline.c - going back by running again. */
#include "timeline.h"

#include "arena.h"
#include "deed.h"
#include "world.h"

#include <string.h>

struct branch {
	unsigned parent;
	uint64_t fork;
	struct scn_deed *deed;
	size_t n_deeds, size;
	/* The end of what was seen. */
	uint64_t last_seq, last_move;
	rt_time last_t;
	unsigned restarts, escalations;
	uint64_t alive;
};

struct scn_timeline {
	const struct scn_scenario *scenario;
	struct scn_options options;
	struct scn_world *world;
	struct branch *branch;
	size_t n_branches, branches_size;
	unsigned current;
	size_t done;        /* deeds of the branch that are done already */
	uint64_t first_seq; /* when the tree was up */
	/* How many events there were after the latest move that gave any, and after the one before it, to
	 * which a step back leads. */
	uint64_t latest, before;
};

/* --- branches ------------------------------------------------------------------------------------------ */

static struct branch *here(const struct scn_timeline *timeline)
{
	return &timeline->branch[timeline->current];
}

/* A branch with the first `n_deeds` of the current one; its number in `*number`. */
static enum rt_status fork_branch(struct scn_timeline *timeline, size_t n_deeds, unsigned *number)
{
	struct branch *branches = scn_mem_grow(timeline->branch, &timeline->branches_size,
					       timeline->n_branches, sizeof(*branches));
	if (!branches)
		return RT_ENOMEM;
	timeline->branch = branches;
	struct branch *from = here(timeline), *to = &branches[timeline->n_branches];
	memset(to, 0, sizeof(*to));
	to->parent = timeline->current;
	to->fork = rt_seq(timeline->world->rt);
	for (; to->n_deeds < n_deeds; to->n_deeds++) {
		struct scn_deed *deeds = scn_mem_grow(to->deed, &to->size, to->n_deeds, sizeof(*deeds));
		if (deeds)
			to->deed = deeds;
		if (!deeds || scn_deed_copy(&deeds[to->n_deeds], &from->deed[to->n_deeds]) != RT_OK)
			goto fail;
	}
	*number = (unsigned)timeline->n_branches++;
	return RT_OK;
fail:
	while (to->n_deeds > 0)
		scn_deed_fini(&to->deed[--to->n_deeds]);
	scn_mem_free(to->deed);
	return RT_ENOMEM;
}

/* --- forward ------------------------------------------------------------------------------------------- */

static void note_place(struct scn_timeline *timeline)
{
	struct branch *branch = here(timeline);
	const struct scn_world *world = timeline->world;

	if (world->moves < branch->last_move || rt_now(world->rt) < branch->last_t)
		return;
	branch->last_seq = rt_seq(world->rt);
	branch->last_move = world->moves;
	branch->last_t = rt_now(world->rt);
	branch->restarts = world->result.restarts;
	branch->escalations = world->result.escalations;
	branch->alive = rt_alive(world->rt);
}

static void note_move(struct scn_timeline *timeline)
{
	uint64_t seq = rt_seq(timeline->world->rt);

	if (seq == timeline->latest)
		return;
	timeline->before = timeline->latest;
	timeline->latest = seq;
}

/* One move, or one deed. */
static enum rt_status advance(struct scn_timeline *timeline, rt_time until)
{
	struct scn_world *world = timeline->world;
	const struct branch *branch = here(timeline);
	const struct scn_deed *next = timeline->done < branch->n_deeds ? &branch->deed[timeline->done] : NULL;
	enum rt_status status;

	if (next && world->moves == next->move && rt_now(world->rt) == next->t) {
		status = scn_deed_do(world, next, NULL);
		timeline->done++;
	} else {
		/* Before a deed the clock goes no further than to it. */
		status = scn_world_move(world, next && next->t < until ? next->t : until);
		if (status == RT_EAGAIN && next && next->t <= until && world->moves == next->move)
			status = RT_OK;
	}
	note_move(timeline);
	note_place(timeline);
	return status;
}

enum rt_status scn_timeline_move(struct scn_timeline *timeline, rt_time until)
{
	return advance(timeline, until);
}

/* --- back ---------------------------------------------------------------------------------------------- */

/* Probe points say nothing of how one came to where one is, nor of copies. */
static enum rt_status arrive(struct scn_timeline *timeline, enum rt_status status)
{
	rt_reveal(timeline->world->rt);
	return status == RT_EAGAIN || status == RT_ESTATE ? RT_OK : status;
}

static enum rt_status begin_again(struct scn_timeline *timeline)
{
	struct scn_world *world = NULL;
	enum rt_status status = scn_world_new(timeline->scenario, &timeline->options, &world);

	if (status != RT_OK)
		return status;
	status = scn_world_boot(world);
	if (status != RT_OK && status != RT_EAGAIN && status != RT_ESTATE) {
		scn_world_free(world);
		return status;
	}
	scn_world_free(timeline->world);
	timeline->world = world;
	timeline->done = 0;
	timeline->first_seq = timeline->latest = timeline->before = rt_seq(world->rt);
	note_place(timeline);
	return RT_OK;
}

/* To the first place with so many moves and events, at that time or, if all is done, before. */
static enum rt_status run_to(struct scn_timeline *timeline, uint64_t move, uint64_t seq, rt_time t)
{
	const struct scn_world *world = timeline->world;
	enum rt_status status = RT_OK;

	while (status == RT_OK && (world->moves < move || rt_seq(world->rt) < seq))
		status = advance(timeline, t);
	/* Mere waiting at the end. */
	if (status == RT_OK && rt_now(world->rt) < t && t != RT_FOREVER)
		status = advance(timeline, t);
	return status == RT_EAGAIN || status == RT_ESTATE ? RT_OK : status;
}

enum rt_status scn_timeline_go(struct scn_timeline *timeline, uint64_t seq)
{
	const struct branch *branch = here(timeline);

	if (seq > branch->last_seq)
		return scn_timeline_end(timeline);
	if (seq <= rt_seq(timeline->world->rt)) {
		if (scn_timeline_fixed(timeline))
			return RT_ESTATE;
		enum rt_status status = begin_again(timeline);
		if (status != RT_OK)
			return status;
	}
	return arrive(timeline, run_to(timeline, 0, seq, RT_FOREVER));
}

enum rt_status scn_timeline_back(struct scn_timeline *timeline)
{
	if (timeline->latest == timeline->first_seq)
		return RT_EAGAIN;
	return scn_timeline_go(timeline, timeline->before);
}

enum rt_status scn_timeline_end(struct scn_timeline *timeline)
{
	const struct branch *branch = here(timeline);

	return arrive(timeline, run_to(timeline, branch->last_move, branch->last_seq, branch->last_t));
}

bool scn_timeline_at_end(const struct scn_timeline *timeline)
{
	const struct branch *branch = here(timeline);

	return timeline->world->moves >= branch->last_move && timeline->done == branch->n_deeds;
}

/* --- doing --------------------------------------------------------------------------------------------- */

/* On the branch on which one is, or on a new one if something was done later on this one. */
static enum rt_status place_for_deed(struct scn_timeline *timeline)
{
	unsigned number;

	if (timeline->done < here(timeline)->n_deeds || !scn_timeline_at_end(timeline)) {
		enum rt_status status = fork_branch(timeline, timeline->done, &number);
		if (status != RT_OK)
			return status;
		timeline->current = number;
	}
	struct branch *branch = here(timeline);
	struct scn_deed *deeds = scn_mem_grow(branch->deed, &branch->size, branch->n_deeds, sizeof(*deeds));
	if (!deeds)
		return RT_ENOMEM;
	branch->deed = deeds;
	return RT_OK;
}

/* The deed is the timeline's from now on. */
static enum rt_status do_now(struct scn_timeline *timeline, struct scn_deed *deed, unsigned *targets)
{
	struct scn_world *world = timeline->world;
	enum rt_status status;

	deed->move = world->moves;
	deed->t = rt_now(world->rt);
	status = place_for_deed(timeline);
	if (status == RT_OK)
		status = scn_deed_do(world, deed, targets);
	/* What was refused was not done. */
	if (status != RT_OK) {
		scn_deed_fini(deed);
		return status;
	}
	struct branch *branch = here(timeline);
	branch->deed[branch->n_deeds++] = *deed;
	timeline->done = branch->n_deeds;
	note_move(timeline);
	note_place(timeline);
	return RT_OK;
}

enum rt_status scn_timeline_input(struct scn_timeline *timeline, const struct inj_action *action,
				  unsigned *targets)
{
	struct scn_deed deed;
	enum rt_status status = scn_deed_of_action(&deed, action);

	return status == RT_OK ? do_now(timeline, &deed, targets) : status;
}

enum rt_status scn_timeline_expect(struct scn_timeline *timeline, const struct scn_probe *probe)
{
	struct scn_deed deed;
	enum rt_status status = scn_deed_of_probe(&deed, probe);

	return status == RT_OK ? do_now(timeline, &deed, NULL) : status;
}

enum rt_status scn_timeline_undo(struct scn_timeline *timeline)
{
	rt_time t = rt_now(timeline->world->rt);
	unsigned number, was = timeline->current;
	enum rt_status status;

	if (timeline->done == 0)
		return RT_EAGAIN;
	if (scn_timeline_fixed(timeline))
		return RT_ESTATE;
	status = fork_branch(timeline, timeline->done - 1, &number);
	if (status != RT_OK)
		return status;
	timeline->branch[number].fork = 0;
	timeline->current = number;
	status = begin_again(timeline);
	if (status != RT_OK) {
		timeline->current = was;
		return status;
	}
	while (status == RT_OK &&
	       (rt_now(timeline->world->rt) < t || timeline->done < here(timeline)->n_deeds))
		status = advance(timeline, t);
	return arrive(timeline, status);
}

/* --- branches, from outside ---------------------------------------------------------------------------- */

unsigned scn_timeline_branches(const struct scn_timeline *timeline)
{
	return (unsigned)timeline->n_branches;
}

unsigned scn_timeline_branch(const struct scn_timeline *timeline)
{
	return timeline->current;
}

struct scn_branch scn_timeline_branch_info(const struct scn_timeline *timeline, unsigned number)
{
	const struct branch *branch = &timeline->branch[number];

	return (struct scn_branch){
		.parent = branch->parent,
		.fork = branch->fork,
		.deeds = (unsigned)branch->n_deeds,
		.latest = branch->n_deeds > 0 ? branch->deed[branch->n_deeds - 1].told : "",
		.last = branch->last_seq,
		.t = branch->last_t,
		.restarts = branch->restarts,
		.escalations = branch->escalations,
		.alive = branch->alive,
	};
}

const char *scn_timeline_deed(const struct scn_timeline *timeline, unsigned number, size_t deed)
{
	const struct branch *branch = &timeline->branch[number];

	return deed < branch->n_deeds ? branch->deed[deed].told : NULL;
}

enum rt_status scn_timeline_switch(struct scn_timeline *timeline, unsigned number)
{
	unsigned was = timeline->current;

	if (number >= timeline->n_branches)
		return RT_ENOENT;
	if (number == was)
		return scn_timeline_end(timeline);
	if (scn_timeline_fixed(timeline))
		return RT_ESTATE;
	timeline->current = number;
	enum rt_status status = begin_again(timeline);
	if (status != RT_OK) {
		timeline->current = was;
		return status;
	}
	return scn_timeline_end(timeline);
}

/* --- the same moment once more ------------------------------------------------------------------------- */

struct moment {
	uint64_t move, seq;
	rt_time t;
};

static struct moment now_of(const struct scn_timeline *timeline)
{
	const struct scn_world *world = timeline->world;

	return (struct moment){ world->moves, rt_seq(world->rt), rt_now(world->rt) };
}

/* In a world of its own, with a journal or without one. */
static enum rt_status copy_world(const struct scn_timeline *timeline, unsigned number, struct moment to,
				 struct scn_sink journal, struct scn_world **out)
{
	struct scn_timeline copy = *timeline;
	enum rt_status status;

	if (scn_timeline_fixed(timeline))
		return RT_ESTATE;
	copy.options.journal = journal;
	copy.options.no_journal = journal.write == NULL;
	copy.world = NULL;
	copy.done = 0;
	/* How far the branch was seen is none of the copy's business. */
	struct branch branch = timeline->branch[number];
	copy.branch = &branch;
	copy.current = 0;
	status = scn_world_new(copy.scenario, &copy.options, &copy.world);
	if (status != RT_OK)
		return status;
	status = scn_world_boot(copy.world);
	if (status == RT_OK)
		status = run_to(&copy, to.move, to.seq, to.t);
	if (status == RT_OK)
		*out = copy.world;
	else
		scn_world_free(copy.world);
	return status;
}

enum rt_status scn_timeline_copy(struct scn_timeline *timeline, struct scn_world **out)
{
	return copy_world(timeline, timeline->current, now_of(timeline), (struct scn_sink){ 0 }, out);
}

enum rt_status scn_timeline_copy_end(struct scn_timeline *timeline, unsigned number, struct scn_world **out)
{
	const struct branch *branch;

	if (number >= timeline->n_branches)
		return RT_ENOENT;
	branch = &timeline->branch[number];
	return copy_world(timeline, number,
			  (struct moment){ branch->last_move, branch->last_seq, branch->last_t },
			  (struct scn_sink){ 0 }, out);
}

enum rt_status scn_timeline_write(struct scn_timeline *timeline, struct scn_sink sink)
{
	struct scn_world *world = NULL;
	enum rt_status status = copy_world(timeline, timeline->current, now_of(timeline), sink, &world);

	if (status == RT_OK && scn_world_phase(world) == SCN_RUNNING)
		status = scn_world_finish(world, 0);
	if (status == RT_OK && scn_world_result(world).journal_failed)
		status = RT_EIO;
	scn_world_free(world);
	return status;
}

/* --- what was done elsewhere --------------------------------------------------------------------------- */

static enum rt_status take_deed(struct branch *branch, const struct scn_world *world,
				const struct scn_done *done)
{
	struct scn_deed *deeds = scn_mem_grow(branch->deed, &branch->size, branch->n_deeds, sizeof(*deeds));
	enum rt_status status;

	if (!deeds)
		return RT_ENOMEM;
	branch->deed = deeds;
	struct scn_deed *deed = &deeds[branch->n_deeds];
	if (done->expectation)
		status = scn_deed_of_probe(deed, &world->added[done->index]);
	else
		status = scn_deed_of_action(deed, inj_plan_info(world->plan, done->index).action);
	deed->move = done->move;
	deed->t = done->t;
	branch->n_deeds += status == RT_OK;
	return status;
}

enum rt_status scn_timeline_take(struct scn_timeline *timeline, const struct scn_world *world)
{
	struct branch *branch = here(timeline);
	enum rt_status status = RT_OK;

	if (scn_timeline_fixed(timeline))
		return RT_ESTATE;
	if (branch->n_deeds > 0 || timeline->n_branches > 1)
		return RT_EINVAL;
	for (size_t i = 0; i < world->n_done && status == RT_OK; i++)
		status = take_deed(branch, world, &world->done[i]);
	bool over = world->phase == SCN_OVER;
	rt_time t = over ? world->ended_t : rt_now(world->rt);
	if (status == RT_OK)
		status = run_to(timeline, over ? world->ended_move : world->moves, 0, t);
	while (status == RT_OK && timeline->done < here(timeline)->n_deeds)
		status = advance(timeline, t);
	return arrive(timeline, status);
}

/* --- life ---------------------------------------------------------------------------------------------- */

const char *scn_timeline_fixed(const struct scn_timeline *timeline)
{
	return scn_promise(timeline->scenario);
}

struct scn_world *scn_timeline_world(struct scn_timeline *timeline)
{
	return timeline->world;
}

enum rt_status scn_timeline_new(const struct scn_scenario *scenario, const struct scn_options *options,
				struct scn_timeline **out)
{
	struct scn_timeline *timeline = scn_mem_alloc(sizeof(*timeline));
	enum rt_status status = RT_ENOMEM;

	if (!timeline)
		return RT_ENOMEM;
	memset(timeline, 0, sizeof(*timeline));
	timeline->scenario = scenario;
	if (options)
		timeline->options = *options;
	timeline->options.journal = (struct scn_sink){ 0 };
	timeline->options.no_journal = timeline->options.unseen = true;
	timeline->branch = scn_mem_grow(NULL, &timeline->branches_size, 0, sizeof(*timeline->branch));
	if (!timeline->branch)
		goto fail;
	memset(timeline->branch, 0, sizeof(*timeline->branch));
	timeline->n_branches = 1;
	status = begin_again(timeline);
	if (status != RT_OK)
		goto fail;
	(void)arrive(timeline, RT_OK);
	*out = timeline;
	return RT_OK;
fail:
	scn_timeline_free(timeline);
	return status;
}

void scn_timeline_free(struct scn_timeline *timeline)
{
	if (!timeline)
		return;
	for (size_t i = 0; i < timeline->n_branches; i++) {
		for (size_t j = 0; j < timeline->branch[i].n_deeds; j++)
			scn_deed_fini(&timeline->branch[i].deed[j]);
		scn_mem_free(timeline->branch[i].deed);
	}
	scn_mem_free(timeline->branch);
	scn_world_free(timeline->world);
	scn_mem_free(timeline);
}
