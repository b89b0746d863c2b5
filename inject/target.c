/* target.c - who is meant: from a pattern and a mode to processes and places. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* The longest path there can be: every byte of every id encoded. */
#define PATH_MAX_SIZE   (RT_DEPTH_MAX * (3 * RT_ID_MAX + 1))
#define PATH_LONG_SIZE  8192 /* at seams within a handler there is not much stack */
#define PATH_USUAL_SIZE 512

static __attribute__((noinline)) bool longest_path(const struct rt *rt, rt_place place, inj_path_fn *fn,
						void *ctx)
{
	char path[PATH_MAX_SIZE];
	size_t length = rt_path_text(rt, place, path, sizeof(path));

	assert(length < sizeof(path));
	return fn(ctx, path);
}

static __attribute__((noinline)) bool long_path(const struct rt *rt, rt_place place, inj_path_fn *fn,
						void *ctx)
{
	char path[PATH_LONG_SIZE];

	if (rt_path_text(rt, place, path, sizeof(path)) >= sizeof(path))
		return longest_path(rt, place, fn, ctx);
	return fn(ctx, path);
}

bool inj_place_path(const struct rt *rt, rt_place place, inj_path_fn *fn, void *ctx)
{
	char path[PATH_USUAL_SIZE];

	if (rt_path_text(rt, place, path, sizeof(path)) >= sizeof(path))
		return long_path(rt, place, fn, ctx);
	return fn(ctx, path);
}

/* In memory of the region; null: no memory. */
static char *copy_path(struct rt *rt, rt_place place, size_t *size)
{
	char *path;

	*size = rt_path_text(rt, place, NULL, 0) + 1;
	path = rt_alloc(rt, *size);
	if (path != NULL)
		rt_path_text(rt, place, path, *size);
	return path;
}

static bool path_matches(void *ctx, const char *path)
{
	return inj_pattern_match(ctx, path);
}

bool inj_place_matches(const struct rt *rt, rt_place place, const char *pattern)
{
	return inj_place_path(rt, place, path_matches, (void *)(uintptr_t)pattern);
}

static bool is_for(enum inj_aim aim, bool supervisor)
{
	return aim == INJ_AIM_ANY || supervisor == (aim == INJ_AIM_SUPERVISOR);
}

static bool is_kind(const struct rt *rt, rt_id actor, enum inj_aim aim)
{
	struct rt_glimpse seen;

	return rt_glimpse(rt, actor, &seen) == RT_OK && is_for(aim, seen.type == RT_SUPERVISOR);
}

bool inj_actor_aimed(const struct rt *rt, rt_id actor, enum inj_aim aim)
{
	struct rt_glimpse seen;

	/* Who is about to be harmed from within is not there any more for whatever comes at this instant. */
	return rt_glimpse(rt, actor, &seen) == RT_OK && !(seen.inside && seen.runs) &&
	       is_for(aim, seen.type == RT_SUPERVISOR);
}

/* A search of the tree. */
struct search {
	struct inj_plan *plan;
	const char *pattern;
	enum inj_aim aim;
	enum inj_sight sight;
	struct inj_targets *out;
	bool failed; /* for want of memory */
};

static void found(struct search *search, struct inj_target target)
{
	struct inj_targets *out = search->out;
	void *items = out->item;

	if (search->failed || !inj_array_reserve(search->plan->rt, &items, &out->capacity, sizeof(*out->item),
						 (uint64_t)out->count + 1)) {
		search->failed = true;
		return;
	}
	out->item = items;
	out->item[out->count++] = target;
}

static bool see_spot(void *ctx, const struct rt_spot *spot)
{
	struct search *search = ctx;
	const struct rt *rt = search->plan->rt;
	bool live = search->sight == INJ_SIGHT_LIVE;

	if (live) {
		/* Of an old generation and a new one at the same path the new one is meant. */
		if (spot->actor == RT_NOBODY || rt_path_actor(rt, spot->place) != spot->actor ||
		    !inj_actor_aimed(rt, spot->actor, search->aim))
			return true;
	} else if (spot->orphan || !is_for(search->aim, spot->supervisor)) {
		return true;
	}
	if (inj_place_matches(rt, spot->place, search->pattern))
		found(search, (struct inj_target){ .actor = live ? spot->actor : RT_NOBODY,
						   .place = spot->place });
	return true;
}

/* Is it a path, and of what?  0: of nothing. */
static bool is_path(struct inj_plan *plan, const char *path, rt_place *place)
{
	struct inj_found *found = &plan->found[inj_hash_text(INJ_HASH_INIT, path) % INJ_FOUND_SIZE];

	*place = found->place;
	if (found->place != 0 && strcmp(found->path, path) == 0)
		return true;
	if (!inj_pattern_is_path(path))
		return false;
	*place = rt_path_find(plan->rt, path);
	if (rt_path_stays(plan->rt, *place) && strlen(path) < sizeof(found->path)) {
		found->place = *place;
		strcpy(found->path, path);
	}
	return true;
}

static bool see_place(const struct search *search, rt_place place, struct inj_target *target)
{
	struct rt *rt = search->plan->rt;
	rt_id actor = place != 0 ? rt_path_actor(rt, place) : RT_NOBODY;

	if (place == 0)
		return false;
	*target = (struct inj_target){ .place = place };
	/* Nobody there: it may be whatever the row aims at. */
	if (search->sight == INJ_SIGHT_PLACE)
		return actor == RT_NOBODY || is_kind(rt, actor, search->aim);
	target->actor = actor;
	return actor != RT_NOBODY && inj_actor_aimed(rt, actor, search->aim);
}

static void see_held(struct search *search)
{
	const struct inj_holds *holds = &search->plan->holds;

	for (uint32_t i = 0; i < holds->count; i++) {
		const struct inj_hold *hold = &holds->item[i];

		if (!hold->gone && inj_pattern_match(search->pattern, hold->path))
			found(search,
			      (struct inj_target){ .actor = hold->actor,
						   .place = rt_path_find(search->plan->rt, hold->path),
						   .hold = i });
	}
}

/* Most targets are one path. */
static void see(struct search *search)
{
	struct inj_targets *out = search->out;
	rt_place place;

	if (search->sight == INJ_SIGHT_HELD) {
		see_held(search);
	} else if (!is_path(search->plan, search->pattern, &place)) {
		rt_walk_spots(search->plan->rt, see_spot, search);
	} else if (see_place(search, place, &out->one)) {
		out->item = &out->one;
		out->count = 1;
	}
}

/* By place: a path keeps its place over restarts, so what other faults do changes nobody's turn.  Of several
 * things that last at one place the first comes first, so that every sort gives the same order. */
static int by_place(const void *a, const void *b)
{
	const struct inj_target *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->hold < y->hold ? -1 : x->hold > y->hold;
}

enum rt_status inj_targets_find(struct inj_plan *plan, const char *pattern, enum inj_aim aim,
				enum inj_sight sight, struct inj_targets *out)
{
	struct search search = { plan, pattern, aim, sight, out, false };

	*out = (struct inj_targets){ 0 };
	see(&search);
	if (search.failed) {
		inj_targets_fini(plan, out);
		*out = (struct inj_targets){ 0 };
		return RT_ENOMEM;
	}
	if (out->count > 1)
		qsort(out->item, out->count, sizeof(*out->item), by_place);
	return RT_OK;
}

enum rt_status inj_targets_name(struct inj_plan *plan, struct inj_targets *targets)
{
	for (uint32_t i = 0; i < targets->count; i++) {
		struct inj_target *target = &targets->item[i];

		target->path = copy_path(plan->rt, target->place, &target->path_size);
		if (target->path == NULL)
			return RT_ENOMEM;
	}
	return RT_OK;
}

void inj_targets_fini(struct inj_plan *plan, struct inj_targets *targets)
{
	for (uint32_t i = 0; i < targets->count; i++)
		rt_dealloc(plan->rt, targets->item[i].path, targets->item[i].path_size);
	if (targets->item != &targets->one)
		rt_dealloc(plan->rt, targets->item, targets->capacity * sizeof(*targets->item));
}

/* How many of `count` > 0 the mode takes.  Percentages round down, but never to nobody. */
static uint32_t share(const struct inj_action *action, uint32_t count, struct rt_rng *rng)
{
	uint64_t percent = (uint64_t)count * (uint64_t)action->value / 100;

	if (percent == 0)
		percent = 1;
	switch (action->mode) {
	case INJ_ALL:
		break;
	case INJ_ONE:
		return 1;
	case INJ_FIXED:
		return action->value < count ? (uint32_t)action->value : count;
	case INJ_FIXED_PERCENT:
		return (uint32_t)percent;
	case INJ_RANDOM_MAX_PERCENT:
		return 1 + (uint32_t)rt_rng_below(rng, percent);
	}
	return count;
}

void inj_targets_pick(struct inj_targets *targets, const struct inj_action *action, struct rt_rng *rng)
{
	uint32_t wanted, kept = 0;

	if (targets->count == 0 || action->mode == INJ_ALL)
		return;
	wanted = share(action, targets->count, rng);
	/* Selection sampling (Knuth, 3.4.2 S): every subset is as likely, and the order stays. */
	for (uint32_t i = 0; kept < wanted; i++) {
		if (rt_rng_below(rng, targets->count - i) < wanted - kept)
			targets->item[kept++] = targets->item[i];
	}
	targets->count = kept;
}
