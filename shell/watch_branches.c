/* watch_branches.c - the branches of the run, and in what two of them differ. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "watch.h"

#define DEEDS_MAX       6
#define DIFFERENCES_MAX 40

void sh_watch_print_branches(struct sh_watch *watch)
{
	const struct scn_timeline *timeline = watch->session->timeline;
	rt_time up = watch->session->up_t;

	for (unsigned i = 0; i < scn_timeline_branches(timeline); i++) {
		struct scn_branch info = scn_timeline_branch_info(timeline, i);
		char from[80] = "from the start";

		if (info.parent != i && info.fork != 0)
			snprintf(from, sizeof(from), "from %u, behind #%llu", info.parent + 1,
				 (unsigned long long)info.fork);
		else if (info.parent != i)
			snprintf(from, sizeof(from), "as %u, less a deed", info.parent + 1);
		sh_printf(watch->session->out,
			  "%c %u  %-20s  to %lld.%03lds  %u %s, %u gave up, %llu alive  %s\n",
			  i == scn_timeline_branch(timeline) ? '*' : ' ', i + 1, from,
			  (long long)((info.t - up) / RT_SECOND), (long)((info.t - up) % RT_SECOND / RT_MS),
			  info.restarts, info.restarts == 1 ? "restart" : "restarts", info.escalations,
			  (unsigned long long)info.alive, info.latest);
	}
}

void sh_watch_enter_branch(struct sh_watch *watch, uint64_t line)
{
	if (line >= scn_timeline_branches(watch->session->timeline))
		return;
	if (sh_watch_back(watch, SH_BACK_SWITCH, line))
		sh_watch_show(watch, SH_VIEW_TREE);
}

/* --- two of them --------------------------------------------------------------------------------------- */

/* An actor of a branch. */
struct standing {
	bool known, up;
	uint32_t starts;
	struct rt_actor_info actor;
};

static struct standing standing_of(const struct rt *rt, const char *path)
{
	rt_place place = rt_path_find(rt, path);
	struct standing standing = { .known = place != 0 };

	if (place == 0)
		return standing;
	standing.starts = rt_path_starts(rt, place);
	standing.up = rt_actor(rt, rt_path_actor(rt, place), &standing.actor) == RT_OK;
	return standing;
}

static void put_standing(const struct standing *standing, char *buf, size_t size)
{
	bool supervisor = standing->up && standing->actor.type == RT_SUPERVISOR;
	unsigned restarts = standing->starts > 0 ? standing->starts - 1 : 0;

	if (!standing->known)
		snprintf(buf, size, "never there");
	else
		snprintf(buf, size, "%s%s%u %s",
			 supervisor    ? rt_strategy_text(standing->actor.strategy)
			 : standing->up ? ""
					: "down",
			 supervisor || !standing->up ? ", " : "", restarts,
			 restarts == 1 ? "restart" : "restarts");
}

static bool is_same(const struct standing *a, const struct standing *b)
{
	return a->known == b->known && a->up == b->up && a->starts == b->starts &&
	       (!a->up || a->actor.type != RT_SUPERVISOR || a->actor.strategy == b->actor.strategy);
}

struct comparing {
	struct sh_output *out;
	const struct rt *rt, *other;
	bool only_new; /* those that the other one does not know */
	unsigned count;
};

static bool compare_row(void *ctx, const struct rt_row *row)
{
	struct comparing *comparing = ctx;
	char path[1024], left[80], right[80];

	rt_path_text(comparing->rt, row->child.place, path, sizeof(path));
	struct standing a = standing_of(comparing->rt, path), b = standing_of(comparing->other, path);
	if (comparing->only_new ? b.known : is_same(&a, &b))
		return true;
	if (++comparing->count > DIFFERENCES_MAX)
		return false;
	put_standing(comparing->only_new ? &b : &a, left, sizeof(left));
	put_standing(comparing->only_new ? &a : &b, right, sizeof(right));
	sh_printf(comparing->out, "  %-28s %-26s %s\n", path, left, right);
	return true;
}

/* All that happens up to a moment. */
static void pass(struct sh_watch *watch, struct scn_world *world, rt_time until)
{
	while (scn_world_move(world, until) == RT_OK && !*watch->session->stop)
		continue;
}

/* At the end of the one that was seen further; the other one goes on until then. */
static void compare(struct sh_watch *watch, unsigned first, unsigned second)
{
	struct sh_output *out = watch->session->out;
	struct scn_timeline *timeline = watch->session->timeline;
	struct scn_world *one = NULL, *two = NULL;
	enum rt_status status = scn_timeline_copy_end(timeline, first, &one);
	struct comparing comparing = { .out = out };
	char what[80], left[24], right[24];

	if (status == RT_OK)
		status = scn_timeline_copy_end(timeline, second, &two);
	if (status != RT_OK) {
		sh_printf(out, "they cannot be compared: %s\n", rt_status_text(status));
		scn_world_free(one);
		return;
	}
	rt_time t = rt_now(scn_world_rt(one)), other = rt_now(scn_world_rt(two));
	t = t > other ? t : other;
	pass(watch, one, t);
	pass(watch, two, t);
	t -= watch->session->up_t;
	snprintf(what, sizeof(what), "at %lld.%03lds they differ in", (long long)(t / RT_SECOND),
		 (long)(t % RT_SECOND / RT_MS));
	snprintf(left, sizeof(left), "branch %u", first + 1);
	snprintf(right, sizeof(right), "branch %u", second + 1);
	sh_printf(out, "%-30s %-26s %s\n", what, left, right);
	comparing.rt = scn_world_rt(one);
	comparing.other = scn_world_rt(two);
	rt_walk(comparing.rt, compare_row, &comparing);
	comparing.rt = scn_world_rt(two);
	comparing.other = scn_world_rt(one);
	comparing.only_new = true;
	rt_walk(comparing.rt, compare_row, &comparing);
	if (comparing.count == 0)
		sh_put(out, "  nothing\n");
	if (comparing.count > DIFFERENCES_MAX)
		sh_put(out, "  ...\n");
	scn_world_free(one);
	scn_world_free(two);
}

/* With the one where one is, or that one with the one that it comes from; of these the older one first. */
void sh_watch_print_branch(struct sh_watch *watch)
{
	const struct scn_timeline *timeline = watch->session->timeline;
	unsigned picked = (unsigned)watch->cursor, other = scn_timeline_branch(timeline);
	size_t deed = 0;

	if (picked >= scn_timeline_branches(timeline))
		return;
	if (other == picked)
		other = scn_timeline_branch_info(timeline, picked).parent;
	for (const char *told; (told = scn_timeline_deed(timeline, picked, deed)) != NULL; deed++) {
		if (deed == DEEDS_MAX) {
			sh_put(watch->session->out, "            ...\n");
			break;
		}
		sh_printf(watch->session->out, "%-12s%s\n", deed == 0 ? "done on it" : "", told);
	}
	if (deed == 0)
		sh_put(watch->session->out, "nothing was done on it\n");
	if (other != picked)
		compare(watch, other < picked ? other : picked, other < picked ? picked : other);
}
