/* runtime.c - making and freeing a runtime, and what its owner may do to the actors in it. */
#include <assert.h>
#include <string.h>

#include "core.h"
#include "supervisor.h"

/* Address space that a runtime reserves by default; memory is used only as it is touched. */
#define MEMORY_DEFAULT ((size_t)16 << 30)

/* Shares of the region, in 64ths; the heap has what is left, well over a third. */
enum { SHARE_ACTORS = 10, SHARE_RECORDS = 4, SHARE_PLACES = 4, SHARE_MAIL = 8, SHARE_TIMERS = 3, SHARE_ATOMS = 2,
       SHARE_TEXT = 3, SHARE_POLICIES = 2, SHARE_TABLES = 1, SHARES = 64 };

struct layout {
	uint8_t *at;
	size_t share;
};

static void *cut(struct layout *layout, unsigned shares)
{
	uint8_t *piece = layout->at;

	layout->at += shares * layout->share;
	return piece;
}

static void cut_slab(struct layout *layout, unsigned shares, struct rt_slab *slab, size_t size)
{
	size_t capacity = shares * layout->share / size;

	slab->base = cut(layout, shares);
	slab->size = (uint32_t)size;
	/* The top bit of an index means something else in a mailbox. */
	slab->capacity = capacity < RT_REF_DEAD ? (uint32_t)capacity : RT_REF_DEAD - 1;
}

static void cut_table(struct layout *layout, struct rt_table *table)
{
	size_t room = SHARE_TABLES * layout->share / sizeof *table->bucket;

	table->bucket = cut(layout, SHARE_TABLES);
	table->capacity = room < INT32_MAX ? (uint32_t)room : INT32_MAX;
	table->level = 1;
}

static void lay_out(struct rt *rt, void *base, size_t size)
{
	struct layout layout = {.at = base, .share = size / SHARES & ~(size_t)4095};
	size_t heap_start = (sizeof *rt + 63) & ~(size_t)63;
	size_t text;

	rt->region.base = base;
	rt->region.size = size;
	/* struct rt lies at the very start; the heap goes from there to where the slabs begin. */
	layout.at += SHARES * layout.share;
	layout.at -= (SHARE_ACTORS + SHARE_RECORDS + SHARE_PLACES + SHARE_MAIL + SHARE_TIMERS + SHARE_ATOMS +
		      SHARE_TEXT + SHARE_POLICIES + 4 * SHARE_TABLES) * layout.share;
	rt->region.heap = rt->region.heap_top = (uint8_t *)base + heap_start;
	rt->region.heap_end = layout.at;

	cut_slab(&layout, SHARE_ACTORS, &rt->actors, sizeof(struct rt_actor));
	cut_slab(&layout, SHARE_RECORDS, &rt->records, sizeof(struct rt_record));
	cut_slab(&layout, SHARE_PLACES, &rt->places.entries, sizeof(struct rt_place_entry));
	cut_slab(&layout, SHARE_MAIL, &rt->messages, sizeof(struct rt_mail));
	cut_slab(&layout, SHARE_TIMERS, &rt->timers.entries, sizeof(struct rt_timer));
	cut_slab(&layout, SHARE_ATOMS, &rt->atoms.entries, sizeof(struct rt_atom_entry));
	cut_slab(&layout, SHARE_POLICIES, &rt->policies.entries, sizeof(struct rt_policy));
	text = SHARE_TEXT * layout.share;
	rt->atoms.text = cut(&layout, SHARE_TEXT);
	rt->atoms.text_capacity = text < UINT32_MAX ? (uint32_t)text : UINT32_MAX;
	cut_table(&layout, &rt->atoms.table);
	cut_table(&layout, &rt->places.table);
	cut_table(&layout, &rt->policies.table);
	rt->timers.heap = cut(&layout, SHARE_TABLES);
	size_t timers = SHARE_TABLES * layout.share / sizeof(uint32_t);

	if (rt->timers.entries.capacity > timers)
		rt->timers.entries.capacity = (uint32_t)timers;
}

enum rt_status rt_new(const struct rt_config *config, struct rt **out)
{
	size_t size = config->memory_max == 0 ? MEMORY_DEFAULT : config->memory_max;
	void *base = rt_region_reserve(size, &size);

	if (base == NULL)
		return RT_ENOMEM;
	struct rt *rt = base; /* fresh pages are zero */

	lay_out(rt, base, size);
	rt->seed = config->seed;
	rt->message_events = config->message_events;
	if (rt_atoms_init(rt) != RT_OK) {
		rt_region_release(base, size);
		return RT_ENOMEM;
	}
	*out = rt;
	return RT_OK;
}

void rt_free(struct rt *rt)
{
	if (rt != NULL)
		rt_region_release(rt->region.base, rt->region.size);
}

void rt_hooks_set(struct rt *rt, const struct rt_hooks *hooks)
{
	static const struct rt_hooks none;

	rt->hooks = hooks == NULL ? none : *hooks;
}

void rt_fail_nth(struct rt *rt, uint64_t nth)
{
	rt->region.fail_in = nth;
	rt->region.fail_fired = false;
}

bool rt_fail_fired(const struct rt *rt)
{
	return rt->region.fail_fired;
}

void *rt_alloc(struct rt *rt, size_t size)
{
	return rt_heap_alloc(rt, size);
}

void rt_dealloc(struct rt *rt, void *memory, size_t size)
{
	rt_heap_free(rt, memory, size);
}

uint64_t rt_seed(const struct rt *rt)
{
	return rt->seed;
}

/* --- the root ------------------------------------------------------------------------------------------------ */

static void answer_start(struct rt *rt, rt_place place, enum rt_answer answer, rt_id pid, rt_atom reason)
{
	struct rt_reply reply = {
		.op = RT_OP_START, .answer = answer, .supervisor = place, .pid = pid, .reason = reason};

	rt_reply_give(rt, &reply);
}

void rt_root_up(struct rt *rt)
{
	answer_start(rt, rt_actor_find(rt, rt->root)->place, RT_ANSWER_OK_PID, rt->root, 0);
}

void rt_root_ended(struct rt *rt, uint32_t slot)
{
	const struct rt_actor *root = rt_actor_at(rt, slot);

	rt->root = RT_NOBODY;
	if (root->was_starting)
		answer_start(rt, root->place, RT_ANSWER_ERROR, RT_NOBODY, root->reason);
}

/* The root's start function: there is no supervisor whose start_child would do this. */
static enum rt_status call_start(struct rt *rt, rt_place place)
{
	struct rt_plan_item item = rt_policy_start(rt_policy_at(&rt->policies, rt->root_policy),
						   ++rt_place_at(&rt->places, place)->calls);
	struct rt_event event = {.place = place};

	if (rt->hooks.start != NULL) {
		enum rt_verdict verdict = rt->hooks.start(rt->hooks.ctx, place, RT_SUPERVISOR, &item.reason);

		if (verdict != RT_GO)
			item.outcome = verdict == RT_REFUSE ? RT_START_FAIL : RT_START_IGNORE;
	}
	switch (item.outcome) {
	case RT_START_IGNORE:
		event.kind = RT_EV_START_IGNORED;
		rt->events.because = rt_event_give(rt, &event, NULL);
		answer_start(rt, place, RT_ANSWER_IGNORE, RT_NOBODY, 0);
		break;
	case RT_START_FAIL:
		event.kind = RT_EV_START_FAILED;
		event.reason = item.reason;
		rt->events.because = rt_event_give(rt, &event, NULL);
		answer_start(rt, place, RT_ANSWER_ERROR, RT_NOBODY, item.reason);
		break;
	default: {
		uint32_t slot = rt_actor_spawn(rt, place, rt->root_policy, RT_NOBODY, 0, 0);

		if (slot == 0)
			return RT_ENOMEM;
		rt->root = rt_actor_id(rt, slot);
		rt_supervisor_at(rt, slot)->cause = rt->events.seq;
		rt_actor_wake(rt, slot);
		break;
	}
	}
	return RT_OK;
}

enum rt_status rt_start(struct rt *rt, const struct rt_child *root)
{
	uint32_t policy;

	if (rt->root != RT_NOBODY)
		return RT_ESTATE;
	if (!root->supervisor || root->id == NULL || root->id[0] == '\0' || strlen(root->id) > RT_ID_MAX)
		return RT_EINVAL;
	enum rt_status status = rt_policy_make(rt, root, &policy);

	if (status != RT_OK)
		return status;
	rt_atom name = rt_atom_make(rt, root->id);
	rt_place place = name == 0 ? 0 : rt_place_make(rt, 0, name);
	uint32_t before = rt->root_policy;

	if (place == 0) {
		rt_policy_unref(rt, policy);
		return RT_ENOMEM;
	}
	rt_place_at(&rt->places, place)->pinned = 1;
	rt->root_policy = policy;
	status = call_start(rt, place);
	if (status != RT_OK)
		rt->root_policy = before;
	rt_policy_unref(rt, status == RT_OK ? before : policy);
	rt->events.because = 0;
	return status;
}

enum rt_status rt_shutdown(struct rt *rt)
{
	if (rt->root == RT_NOBODY)
		return RT_ENOENT;
	rt_actor_signal(rt, rt_id_slot(rt->root), true, RT_NOBODY, RT_A_SHUTDOWN);
	return RT_OK;
}

/* --- from outside ---------------------------------------------------------------------------------------------- */

enum rt_status rt_exit(struct rt *rt, rt_id id, rt_atom reason)
{
	const struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	if ((actor->flags & RT_F_SUPERVISOR) != 0)
		return RT_EINVAL;
	rt_actor_die(rt, rt_id_slot(id), reason, 0);
	return RT_OK;
}

enum rt_status rt_kill(struct rt *rt, rt_id id)
{
	if (rt_actor_find(rt, id) == NULL)
		return RT_ENOENT;
	rt_actor_die(rt, rt_id_slot(id), RT_A_KILLED, 0);
	return RT_OK;
}

enum rt_status rt_signal(struct rt *rt, rt_id from, rt_id to, rt_atom reason)
{
	const struct rt_actor *actor = rt_actor_find(rt, to);

	if (actor == NULL)
		return RT_ENOENT;
	if (reason == RT_A_KILL)
		return rt_kill(rt, to);
	rt_actor_signal(rt, rt_id_slot(to), from != RT_NOBODY && from == actor->parent, from, reason);
	return RT_OK;
}

static struct rt_actor *supervisor_find(const struct rt *rt, rt_id id, enum rt_status *status)
{
	struct rt_actor *actor = rt_actor_find(rt, id);

	*status = actor == NULL ? RT_ENOENT : RT_OK;
	if (actor != NULL && (actor->flags & RT_F_SUPERVISOR) == 0) {
		*status = RT_EINVAL;
		actor = NULL;
	}
	return actor;
}

enum rt_status rt_stop(struct rt *rt, rt_id id, rt_atom reason)
{
	enum rt_status status;
	struct rt_actor *actor = supervisor_find(rt, id, &status);

	if (actor == NULL)
		return status;
	uint32_t mail = rt_mail_new(rt, RT_MAIL_STOP);

	if (mail == 0)
		return RT_ENOMEM;
	rt_mail_at(&rt->messages, mail)->atom = reason;
	rt_mailbox_push(rt, &actor->mailbox, mail);
	rt_actor_wake(rt, rt_id_slot(id));
	return RT_OK;
}

static enum rt_status set_suspended(struct rt *rt, rt_id id, bool suspended)
{
	struct rt_actor *actor = rt_actor_find(rt, id);

	if (actor == NULL)
		return RT_ENOENT;
	if (((actor->flags & RT_F_SUSPENDED) != 0) == suspended)
		return RT_ESTATE;
	actor->flags = (uint16_t)(suspended ? actor->flags | RT_F_SUSPENDED : actor->flags & ~RT_F_SUSPENDED);
	struct rt_event event = {
		.kind = suspended ? RT_EV_SUSPEND : RT_EV_RESUME,
		.actor = id,
		.place = actor->place,
		.incarnation = actor->incarnation,
	};

	rt_event_give(rt, &event, NULL);
	rt_actor_wake(rt, rt_id_slot(id));
	return RT_OK;
}

enum rt_status rt_suspend(struct rt *rt, rt_id id)
{
	return set_suspended(rt, id, true);
}

enum rt_status rt_resume(struct rt *rt, rt_id id)
{
	return set_suspended(rt, id, false);
}

enum rt_status rt_set_flags(struct rt *rt, rt_id id, const struct rt_flags *flags)
{
	enum rt_status status;
	struct rt_actor *actor = supervisor_find(rt, id, &status);

	if (actor == NULL)
		return status;
	struct rt_supervisor *sup = actor->state;
	struct rt_policy *policy = rt_policy_at(&rt->policies, sup->policy);
	bool strategy = (flags->set & RT_SET_STRATEGY) != 0;

	if (strategy && (flags->strategy == RT_SIMPLE_ONE_FOR_ONE) != rt_is_pool(sup))
		return RT_EINVAL;
	if ((flags->set & RT_SET_PERIOD) != 0 && flags->period_s == 0)
		return RT_EINVAL;
	if ((flags->set & RT_SET_AUTO_SHUTDOWN) != 0 && flags->auto_shutdown != RT_NEVER && rt_is_pool(sup))
		return RT_EINVAL;
	/* The running supervisor and the specification that its next start reads. */
	if (strategy)
		sup->strategy = policy->strategy = (uint8_t)flags->strategy;
	if ((flags->set & RT_SET_INTENSITY) != 0)
		sup->intensity = policy->intensity = flags->intensity;
	if ((flags->set & RT_SET_PERIOD) != 0)
		sup->period_s = policy->period_s = flags->period_s;
	if ((flags->set & RT_SET_AUTO_SHUTDOWN) != 0)
		sup->auto_shutdown = policy->auto_shutdown = (uint8_t)flags->auto_shutdown;
	struct rt_event event = {
		.kind = RT_EV_FLAGS,
		.actor = id,
		.place = actor->place,
		.incarnation = actor->incarnation,
		.detail = sup->strategy,
		.a = sup->intensity,
		.b = sup->period_s,
	};

	rt_event_give(rt, &event, NULL);
	return RT_OK;
}
