/* snapshot.c - the live tree as the plain records of observe.h, and a hash of all that decides the future. */
#include "behaviour.h"
#include "core.h"
#include "isolated.h"
#include "own.h"
#include "supervision.h"

/* --- one supervisor's children ------------------------------------------------------------------------- */

static const struct rt_supervisor *supervisor_of(const struct rt *rt, rt_id id, enum rt_status *status)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	*status = actor == NULL ? RT_ENOENT : RT_OK;
	if (actor != NULL && (actor->flags & RT_F_SUPERVISOR) == 0)
		*status = RT_EINVAL;
	return *status == RT_OK ? actor->state : NULL;
}

/* A child as it is recorded, or the root, or an orphan, of whom there is no record. */
struct child {
	rt_id id;
	rt_place place;
	const struct rt_policy *policy;
	bool restarting;
};

static struct child recorded(const struct rt *rt, const struct rt_record *r)
{
	return (struct child){ r->actor, r->place, rt_record_policy(rt, r), r->restarting };
}

static struct rt_child_info child_info(const struct rt *rt, struct child child)
{
	const struct rt_policy *policy = child.policy;

	return (struct rt_child_info){
		.id = child.id,
		.place = child.place,
		.name = rt_place_at(&rt->places, child.place)->name,
		.state = child.restarting         ? RT_CHILD_RESTARTING
			 : child.id != RT_NOBODY ? RT_CHILD_RUNNING
						 : RT_CHILD_UNDEFINED,
		.type = policy->type,
		.supervisor = policy->supervisor,
		.spec = { .restart = policy->restart,
			  .type = policy->type,
			  .shutdown_ms = policy->shutdown_ms,
			  .significant = policy->significant },
	};
}

enum rt_status rt_children(const struct rt *rt, rt_id supervisor, rt_child_fn *fn, void *ctx)
{
	enum rt_status status;
	const struct rt_supervisor *sup = supervisor_of(rt, supervisor, &status);

	if (sup == NULL)
		return status;
	for (uint32_t record = sup->first; record != 0; record = rt_record_at(rt, record)->next) {
		struct rt_child_info info = child_info(rt, recorded(rt, rt_record_at(rt, record)));

		if (!fn(ctx, &info))
			break;
	}
	return RT_OK;
}

/* 15.8: active is who lives right now; 14.11: in a pool, who is not restarting. */
enum rt_status rt_count(const struct rt *rt, rt_id supervisor, struct rt_counts *counts)
{
	enum rt_status status;
	const struct rt_supervisor *sup = supervisor_of(rt, supervisor, &status);

	if (sup == NULL)
		return status;
	*counts = (struct rt_counts){ .specs = rt_is_pool(sup) ? 1 : sup->count };
	for (uint32_t record = sup->first; record != 0; record = rt_record_at(rt, record)->next) {
		const struct rt_record *r = rt_record_at(rt, record);

		if (rt_record_policy(rt, r)->type == RT_SUPERVISOR)
			counts->supervisors++;
		else
			counts->workers++;
		if (rt_record_busy(r) && (rt_is_pool(sup) || rt_actor_find(rt, r->actor) != NULL))
			counts->active++;
	}
	return RT_OK;
}

/* --- one actor ----------------------------------------------------------------------------------------- */

static size_t memory_of(const struct rt *rt, const struct rt_actor *actor)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);
	size_t bytes = sizeof *actor + rt_heap_rounded(policy->state) +
		       (actor->mailbox.count + rt_own_aside(actor)) * sizeof(struct rt_mail);

	if (!policy->supervisor)
		return bytes + rt_own_bytes(actor);
	const struct rt_supervisor *sup = actor->state;

	return bytes + sup->count * sizeof(struct rt_record) +
	       rt_heap_rounded(sup->window.capacity * sizeof *sup->window.entry);
}

/* Hooks wait before everything else. */
static bool waits_inside(const struct rt *rt, const struct rt_actor *actor)
{
	uint32_t ref = actor->mailbox.head;

	return ref != 0 && (ref & RT_REF_DEAD) == 0 && rt_mail_at(&rt->messages, ref)->kind == RT_MAIL_INSIDE;
}

static void fill(const struct rt *rt, const struct rt_actor *actor, rt_id id, struct rt_actor_info *info)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, actor->policy);

	*info = (struct rt_actor_info){
		.id = id,
		.parent = actor->parent,
		.place = actor->place,
		.incarnation = actor->incarnation,
		.life = actor->life,
		.type = policy->supervisor ? RT_SUPERVISOR : RT_WORKER,
		.suspended = (actor->flags & RT_F_SUSPENDED) != 0,
		.trap_exit = (actor->flags & RT_F_TRAP) != 0,
		.orphan = (actor->flags & RT_F_ORPHAN) != 0,
		.runs = rt_actor_ready(actor),
		.inside = waits_inside(rt, actor),
		.isolated = rt_isolated_is(rt, rt_id_slot(id)),
		.disk = policy->disk_max,
		.mailbox = actor->mailbox.count + rt_own_aside(actor),
		.handled = actor->handled,
		.memory = memory_of(rt, actor),
		.started_at = actor->started_at,
		.worker = policy->supervisor ? NULL : policy->behaviour->name,
	};
	if (!policy->supervisor)
		return;
	const struct rt_supervisor *sup = actor->state;

	info->strategy = sup->strategy;
	info->auto_shutdown = sup->auto_shutdown;
	info->intensity = sup->intensity;
	info->period_s = sup->period_s;
	info->restarts_in_window = (uint32_t)rt_window_count(&sup->window, rt->now, sup->period_s);
	if (sup->activity == RT_ENDING)
		info->life = RT_STOPPING;
}

enum rt_status rt_actor(const struct rt *rt, rt_id id, struct rt_actor_info *info)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	fill(rt, actor, id, info);
	return RT_OK;
}

enum rt_status rt_glimpse(const struct rt *rt, rt_id id, struct rt_glimpse *out)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	*out = (struct rt_glimpse){
		.type = RT_WORKER,
		.runs = rt_actor_ready(actor),
		.inside = waits_inside(rt, actor),
	};
	if ((actor->flags & RT_F_SUPERVISOR) != 0) {
		const struct rt_supervisor *sup = actor->state;

		out->type = RT_SUPERVISOR;
		out->strategy = sup->strategy;
		out->auto_shutdown = sup->auto_shutdown;
		out->intensity = sup->intensity;
		out->period_s = sup->period_s;
	}
	return RT_OK;
}

enum rt_status rt_ties(const struct rt *rt, rt_id id, rt_tie_fn *fn, void *ctx)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	for (uint32_t note = actor->links; note != 0; note = rt_mail_at(&rt->messages, note)->next) {
		const struct rt_mail *mail = rt_mail_at(&rt->messages, note);
		enum rt_tie tie = mail->kind == RT_MAIL_LINK   ? RT_LINKED
				  : mail->kind == RT_MAIL_DOWN ? RT_MONITORS
							       : RT_MONITORED;

		if (!fn(ctx, tie, mail->from))
			break;
	}
	return RT_OK;
}

/* --- the tree ------------------------------------------------------------------------------------------ */

/* Who is told: one of the two. */
struct walk {
	const struct rt *rt;
	rt_row_fn *row;
	rt_spot_fn *spot;
	void *ctx;
};

static bool give_row(const struct walk *walk, unsigned depth, struct child child)
{
	const struct rt *rt = walk->rt;
	struct rt_row row = { .depth = depth,
			      .child = child_info(rt, child),
			      .starts = rt_path_starts(rt, child.place) };
	const struct rt_actor *actor = rt_actor_find(rt, child.id);

	if (actor != NULL) {
		row.has_actor = true;
		fill(rt, actor, child.id, &row.actor);
	}
	return walk->row(walk->ctx, &row);
}

static bool give_spot(const struct walk *walk, unsigned depth, struct child child)
{
	const struct rt_actor *actor = rt_actor_find(walk->rt, child.id);
	struct rt_spot spot = { .depth = depth,
				.place = child.place,
				.starts = rt_path_starts(walk->rt, child.place),
				.actor = actor != NULL ? child.id : RT_NOBODY,
				.orphan = actor != NULL && (actor->flags & RT_F_ORPHAN) != 0,
				.supervisor = child.policy->supervisor };

	return walk->spot(walk->ctx, &spot);
}

static bool give(const struct walk *walk, unsigned depth, struct child child)
{
	return walk->row != NULL ? give_row(walk, depth, child) : give_spot(walk, depth, child);
}

/* First record of the supervisor that this record's process is; 0 if it is none. */
static uint32_t first_below(const struct rt *rt, const struct rt_record *r)
{
	const struct rt_actor *actor = rt_actor_find(rt, r->actor);

	if (actor == NULL || (actor->flags & RT_F_SUPERVISOR) == 0)
		return 0;
	return ((const struct rt_supervisor *)actor->state)->first;
}

/* A walk without a stack: from a record up to its supervisor's own record, and on from there. */
static bool walk_below(const struct walk *walk, uint32_t top)
{
	const struct rt *rt = walk->rt;
	const struct rt_supervisor *sup = rt_supervisor_at(rt, top);
	uint32_t record = sup->first;
	unsigned depth = 1;

	while (record != 0) {
		const struct rt_record *r = rt_record_at(rt, record);
		uint32_t below = first_below(rt, r);

		if (!give(walk, depth, recorded(rt, r)))
			return false;
		if (below != 0) {
			record = below;
			depth++;
			continue;
		}
		while (rt_record_at(rt, record)->next == 0) {
			uint32_t supervisor = rt_record_at(rt, record)->supervisor;

			if (supervisor == top)
				return true;
			record = rt_actor_at(rt, supervisor)->record;
			depth--;
		}
		record = rt_record_at(rt, record)->next;
	}
	return true;
}

static bool walk_from(const struct walk *walk, uint32_t slot)
{
	const struct rt_actor *actor = rt_actor_at(walk->rt, slot);
	const struct rt_policy *policy = rt_policy_at(&walk->rt->policies, actor->policy);
	struct child child = { rt_actor_id(walk->rt, slot), actor->place, policy, false };

	return give(walk, 0, child) && (!policy->supervisor || walk_below(walk, slot));
}

static void walk_all(const struct walk *walk)
{
	const struct rt *rt = walk->rt;
	uint32_t root = rt_id_slot(rt->root);
	uint64_t orphans = 0;

	if (root != 0 && !walk_from(walk, root))
		return;
	/* Orphans are rare and short-lived: only look for them when the count says there may be some. */
	for (uint32_t slot = 1; slot <= rt->actors.high && rt->n_orphans > orphans; slot++) {
		if (!rt_actor_occupied(rt, slot))
			continue;
		const struct rt_actor *actor = rt_actor_at(rt, slot);

		if (actor->life == RT_DEAD || (actor->flags & RT_F_ORPHAN) == 0)
			continue;
		orphans++;
		if (!walk_from(walk, slot))
			return;
	}
}

void rt_walk(const struct rt *rt, rt_row_fn *fn, void *ctx)
{
	walk_all(&(struct walk){ .rt = rt, .row = fn, .ctx = ctx });
}

void rt_walk_spots(const struct rt *rt, rt_spot_fn *fn, void *ctx)
{
	walk_all(&(struct walk){ .rt = rt, .spot = fn, .ctx = ctx });
}

/* --- questions about the whole ------------------------------------------------------------------------- */

rt_id rt_path_actor(const struct rt *rt, rt_place place)
{
	uint32_t slot = place == 0 ? 0 : rt_place_at(&rt->places, place)->actor;

	return slot == 0 ? RT_NOBODY : rt_actor_id(rt, slot);
}

bool rt_path_stays(const struct rt *rt, rt_place place)
{
	return place != 0 && rt_place_at(&rt->places, place)->pinned;
}

rt_place rt_actor_place(const struct rt *rt, rt_id id)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	return actor == NULL ? 0 : actor->place;
}

rt_id rt_root(const struct rt *rt)
{
	return rt->root;
}

uint64_t rt_alive(const struct rt *rt)
{
	return rt->live;
}

static size_t slab_bytes(const struct rt_slab *slab)
{
	return (size_t)slab->live * slab->size;
}

bool rt_starved(const struct rt *rt)
{
	return rt->region.starved;
}

size_t rt_memory(const struct rt *rt)
{
	return rt->region.heap_live + rt->atoms.text_used + slab_bytes(&rt->actors) +
	       slab_bytes(&rt->records) + slab_bytes(&rt->places.entries) + slab_bytes(&rt->messages) +
	       slab_bytes(&rt->timers.entries) + slab_bytes(&rt->atoms.entries) +
	       slab_bytes(&rt->policies.entries) + slab_bytes(&rt->ledger) + slab_bytes(&rt->books.entries);
}
