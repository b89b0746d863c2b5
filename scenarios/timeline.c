/* timeline.c - going back by running again. */
#include "timeline.h"

#include "arena.h"
#include "world.h"

#include <string.h>

/* Something that was done from outside, as text, and where. */
struct deed {
	uint64_t move;
	rt_time t;
	char *words; /* key, end, text, end ...; an empty key ends it */
	char *told;  /* as typed */
};

struct branch {
	unsigned parent;
	uint64_t fork;
	struct deed *deed;
	size_t n_deeds, size;
	/* The end of what was seen. */
	uint64_t last_seq, last_move;
	rt_time last_t;
};

/* A move that gave events: how many there were then. */
struct mark {
	uint64_t move, seq;
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
	struct mark *mark;  /* up to here */
	size_t n_marks, marks_size;
};

/* --- deeds --------------------------------------------------------------------------------------------- */

static void deed_fini(struct deed *deed)
{
	scn_mem_free(deed->words);
	scn_mem_free(deed->told);
}

struct writing {
	struct scn_text words, told;
};

static void write_key(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct writing *writing = ctx;

	(void)type;
	scn_text_put(&writing->words, key, strlen(key) + 1);
	scn_text_put(&writing->words, text, strlen(text) + 1);
	if (strcmp(key, "action") == 0 || strcmp(key, "target") == 0)
		scn_text_format(&writing->told, "%s%s", writing->told.length > 0 ? " " : "", text);
	else
		scn_text_format(&writing->told, " %s=%s", key, text);
}

static enum rt_status deed_init(struct deed *deed, const struct inj_action *action)
{
	struct writing writing = { .words = { .data = NULL } };

	inj_action_each(action, write_key, &writing);
	scn_text_put(&writing.words, "", 1);
	deed->words = writing.words.data;
	deed->told = writing.told.data;
	if (!writing.words.failed && !writing.told.failed)
		return RT_OK;
	deed_fini(deed);
	return RT_ENOMEM;
}

static enum rt_status deed_copy(struct deed *to, const struct deed *from)
{
	size_t size = 0;

	while (from->words[size] != '\0')
		for (unsigned i = 0; i < 2; i++)
			size += strlen(from->words + size) + 1;
	*to = *from;
	to->words = scn_mem_alloc(size + 1);
	to->told = scn_mem_alloc(strlen(from->told) + 1);
	if (to->words && to->told) {
		memcpy(to->words, from->words, size + 1);
		strcpy(to->told, from->told);
		return RT_OK;
	}
	deed_fini(to);
	return RT_ENOMEM;
}

static enum rt_status do_again(struct scn_world *world, const struct deed *deed)
{
	struct inj_action action = { .fault = NULL };

	for (const char *key = deed->words; *key != '\0';) {
		const char *text = key + strlen(key) + 1;
		enum rt_status status = inj_action_set(&action, key, text, NULL);
		if (status != RT_OK)
			return status;
		key = text + strlen(text) + 1;
	}
	return scn_world_input(world, &action, NULL);
}

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
		struct deed *deeds = scn_mem_grow(to->deed, &to->size, to->n_deeds, sizeof(*deeds));
		if (deeds)
			to->deed = deeds;
		if (!deeds || deed_copy(&deeds[to->n_deeds], &from->deed[to->n_deeds]) != RT_OK)
			goto fail;
	}
	*number = (unsigned)timeline->n_branches++;
	return RT_OK;
fail:
	while (to->n_deeds > 0)
		deed_fini(&to->deed[--to->n_deeds]);
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
}

static enum rt_status mark_move(struct scn_timeline *timeline, uint64_t before)
{
	const struct scn_world *world = timeline->world;

	if (rt_seq(world->rt) == before)
		return RT_OK;
	struct mark *marks =
		scn_mem_grow(timeline->mark, &timeline->marks_size, timeline->n_marks, sizeof(*marks));
	if (!marks)
		return RT_ENOMEM;
	timeline->mark = marks;
	marks[timeline->n_marks++] = (struct mark){ world->moves, rt_seq(world->rt) };
	return RT_OK;
}

/* One move, or one deed. */
static enum rt_status advance(struct scn_timeline *timeline, rt_time until)
{
	struct scn_world *world = timeline->world;
	const struct branch *branch = here(timeline);
	const struct deed *next = timeline->done < branch->n_deeds ? &branch->deed[timeline->done] : NULL;
	uint64_t before = rt_seq(world->rt);
	enum rt_status status;

	if (next && world->moves == next->move && rt_now(world->rt) == next->t) {
		status = do_again(world, next);
		timeline->done++;
	} else {
		/* Before a deed the clock goes no further than to it. */
		status = scn_world_move(world, next && next->t < until ? next->t : until);
		if (status == RT_EAGAIN && next && next->t <= until && world->moves == next->move)
			status = RT_OK;
	}
	enum rt_status marked = mark_move(timeline, before);
	note_place(timeline);
	return marked != RT_OK ? marked : status;
}

enum rt_status scn_timeline_move(struct scn_timeline *timeline, rt_time until)
{
	return advance(timeline, until);
}

/* --- back ---------------------------------------------------------------------------------------------- */

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
	timeline->done = timeline->n_marks = 0;
	timeline->first_seq = rt_seq(world->rt);
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
	return run_to(timeline, 0, seq, RT_FOREVER);
}

enum rt_status scn_timeline_back(struct scn_timeline *timeline)
{
	size_t marks = timeline->n_marks;

	if (marks == 0)
		return RT_EAGAIN;
	return scn_timeline_go(timeline, marks > 1 ? timeline->mark[marks - 2].seq : timeline->first_seq);
}

enum rt_status scn_timeline_end(struct scn_timeline *timeline)
{
	const struct branch *branch = here(timeline);

	return run_to(timeline, branch->last_move, branch->last_seq, branch->last_t);
}

bool scn_timeline_at_end(const struct scn_timeline *timeline)
{
	const struct branch *branch = here(timeline);

	return timeline->world->moves >= branch->last_move && timeline->done == branch->n_deeds;
}

/* --- doing --------------------------------------------------------------------------------------------- */

enum rt_status scn_timeline_input(struct scn_timeline *timeline, const struct inj_action *action,
				  unsigned *targets)
{
	struct scn_world *world = timeline->world;
	struct deed deed = { .move = world->moves, .t = rt_now(world->rt) };
	uint64_t before = rt_seq(world->rt);
	enum rt_status status = deed_init(&deed, action);
	unsigned number;

	if (status != RT_OK)
		return status;
	if (timeline->done < here(timeline)->n_deeds || !scn_timeline_at_end(timeline)) {
		status = fork_branch(timeline, timeline->done, &number);
		if (status != RT_OK)
			goto fail;
		timeline->current = number;
	}
	struct branch *branch = here(timeline);
	struct deed *deeds = scn_mem_grow(branch->deed, &branch->size, branch->n_deeds, sizeof(*deeds));
	if (!deeds) {
		status = RT_ENOMEM;
		goto fail;
	}
	branch->deed = deeds;
	status = scn_world_input(world, action, targets);
	/* What was refused was not done. */
	if (status != RT_OK)
		goto fail;
	branch->deed[branch->n_deeds++] = deed;
	timeline->done = branch->n_deeds;
	status = mark_move(timeline, before);
	note_place(timeline);
	return status;
fail:
	deed_fini(&deed);
	return status;
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
	return status == RT_EAGAIN || status == RT_ESTATE ? RT_OK : status;
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
	};
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

enum rt_status scn_timeline_write(struct scn_timeline *timeline, struct scn_sink sink)
{
	struct scn_world *world = NULL;
	struct scn_timeline copy = *timeline;
	const struct scn_world *now = timeline->world;
	enum rt_status status;

	if (scn_timeline_fixed(timeline))
		return RT_ESTATE;
	copy.options.journal = sink;
	status = scn_world_new(copy.scenario, &copy.options, &world);
	if (status != RT_OK)
		return status;
	copy.world = world;
	copy.mark = NULL;
	copy.n_marks = copy.marks_size = copy.done = 0;
	status = scn_world_boot(world);
	if (status == RT_OK)
		status = run_to(&copy, now->moves, rt_seq(now->rt), rt_now(now->rt));
	if (status == RT_OK && scn_world_phase(world) == SCN_RUNNING)
		status = scn_world_finish(world, 0);
	if (status == RT_OK && scn_world_result(world).journal_failed)
		status = RT_EIO;
	scn_mem_free(copy.mark);
	scn_world_free(world);
	return status;
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
	timeline->branch = scn_mem_grow(NULL, &timeline->branches_size, 0, sizeof(*timeline->branch));
	if (!timeline->branch)
		goto fail;
	memset(timeline->branch, 0, sizeof(*timeline->branch));
	timeline->n_branches = 1;
	status = begin_again(timeline);
	if (status != RT_OK)
		goto fail;
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
			deed_fini(&timeline->branch[i].deed[j]);
		scn_mem_free(timeline->branch[i].deed);
	}
	scn_mem_free(timeline->branch);
	scn_mem_free(timeline->mark);
	scn_world_free(timeline->world);
	scn_mem_free(timeline);
}
