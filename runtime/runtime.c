/* runtime.c - making and freeing a runtime, and starting its tree. */
#include <assert.h>
#include <string.h>

#include "core.h"
#include "supervision.h"
#include "usdt.h"

/* Address space that a runtime reserves by default; memory is used only as it is touched. */
#define MEMORY_DEFAULT ((size_t)16 << 30)

/* Shares of the region, in 64ths; the heap has what is left, over a quarter. */
enum {
	SHARE_ACTORS = 10,
	SHARE_RECORDS = 4,
	SHARE_PLACES = 4,
	SHARE_MAIL = 8,
	SHARE_TIMERS = 3,
	SHARE_ATOMS = 2,
	SHARE_TEXT = 3,
	SHARE_POLICIES = 2,
	SHARE_LEDGER = 3,
	SHARE_BOOKS = 1,
	SHARE_TABLES = 1,
	SHARES = 64
};

/* docs/performance.md counts what a worker takes, byte by byte. */
_Static_assert(sizeof(struct rt_actor) == 128 && sizeof(struct rt_record) == 32 &&
		       sizeof(struct rt_place_entry) == 32 && sizeof(struct rt_node) == 8 &&
		       sizeof(struct rt_atom_entry) == 16 && sizeof(struct rt_mail) == 64,
	       "the page has to be written again");

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
	size_t capacity = shares * layout->share / size - 1;

	slab->base = cut(layout, shares);
	slab->size = (uint32_t)size;
	/* The top bit of an index means something else in a mailbox. */
	slab->capacity = capacity < RT_REF_DEAD ? (uint32_t)capacity : RT_REF_DEAD - 1;
	slab->huge = (uint32_t)(RT_HUGE_FROM / size);
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
	struct layout layout = { .at = base, .share = size / SHARES & ~(size_t)4095 };
	size_t heap_start = (sizeof *rt + 63) & ~(size_t)63;
	size_t text;

	rt->region.base = base;
	rt->region.size = size;
	/* struct rt lies at the very start; the heap goes from there to where the slabs begin. */
	layout.at += SHARES * layout.share;
	layout.at -= (SHARE_ACTORS + SHARE_RECORDS + SHARE_PLACES + SHARE_MAIL + SHARE_TIMERS + SHARE_ATOMS +
		      SHARE_TEXT + SHARE_POLICIES + SHARE_LEDGER + SHARE_BOOKS + 5 * SHARE_TABLES) *
		     layout.share;
	rt->region.heap = rt->region.heap_top = (uint8_t *)base + heap_start;
	rt->region.heap_end = layout.at;
	rt->region.heap_huge = (uint8_t *)base + RT_HUGE_FROM;

	cut_slab(&layout, SHARE_ACTORS, &rt->actors, sizeof(struct rt_actor));
	cut_slab(&layout, SHARE_RECORDS, &rt->records, sizeof(struct rt_record));
	cut_slab(&layout, SHARE_PLACES, &rt->places.entries, sizeof(struct rt_place_entry));
	cut_slab(&layout, SHARE_MAIL, &rt->messages, sizeof(struct rt_mail));
	cut_slab(&layout, SHARE_TIMERS, &rt->timers.entries, sizeof(struct rt_timer));
	cut_slab(&layout, SHARE_ATOMS, &rt->atoms.entries, sizeof(struct rt_atom_entry));
	cut_slab(&layout, SHARE_POLICIES, &rt->policies.entries, sizeof(struct rt_policy));
	cut_slab(&layout, SHARE_LEDGER, &rt->ledger, sizeof(struct rt_entry));
	cut_slab(&layout, SHARE_BOOKS, &rt->books.entries, sizeof(struct rt_book));
	text = SHARE_TEXT * layout.share;
	rt->atoms.text = cut(&layout, SHARE_TEXT);
	rt->atoms.text_capacity = text < UINT32_MAX ? (uint32_t)text : UINT32_MAX;
	cut_table(&layout, &rt->atoms.table);
	cut_table(&layout, &rt->places.table);
	cut_table(&layout, &rt->policies.table);
	cut_table(&layout, &rt->books.table);
	rt->timers.heap = cut(&layout, SHARE_TABLES);
	size_t timers = SHARE_TABLES * layout.share / sizeof(uint32_t);

	if (rt->timers.entries.capacity > timers)
		rt->timers.entries.capacity = (uint32_t)timers;
}

/* Each hook that is asked about messages has to be here; those on the short way are not. */
static void attend(struct rt *rt)
{
	rt->attended = RT_SANITIZED || rt->message_events || rt->hooks.message != NULL ||
		       rt->hooks.deliver != NULL || rt->hooks.burden != NULL || rt->region.fail_in != 0;
}

/* The region's pages are zero. */
static enum rt_status begin(struct rt *rt, size_t size, const struct rt_config *config)
{
	lay_out(rt, rt, size);
	rt->run = config->unseen ? 0 : rt_usdt_run(rt);
	rt->seed = config->seed;
	rt->message_events = config->message_events;
	rt->self.rt = rt;
	rt_actor_at(rt, 0)->life = RT_DEAD;
	attend(rt);
	return rt_atoms_init(rt);
}

enum rt_status rt_new(const struct rt_config *config, struct rt **out)
{
	size_t size = config->memory_max == 0 ? MEMORY_DEFAULT : config->memory_max;
	struct rt *rt = rt_region_reserve(size, &size);

	if (rt == NULL)
		return RT_ENOMEM;
	if (begin(rt, size, config) != RT_OK) {
		rt_region_release(rt);
		return RT_ENOMEM;
	}
	*out = rt;
	return RT_OK;
}

static void close_isolator(struct rt *rt)
{
	if (rt->isolator.close != NULL)
		rt->isolator.close(rt->isolator.ctx);
}

enum rt_status rt_renew(struct rt *rt, const struct rt_config *config)
{
	size_t size = rt->region.size;

	close_isolator(rt);
	rt_region_clear(rt);
	return begin(rt, size, config);
}

void rt_reveal(struct rt *rt)
{
	if (rt->run == 0)
		rt->run = rt_usdt_run(rt);
}

void rt_free(struct rt *rt)
{
	if (rt == NULL)
		return;
	close_isolator(rt);
	rt_region_release(rt);
}

void rt_hooks_set(struct rt *rt, const struct rt_hooks *hooks)
{
	static const struct rt_hooks none;

	rt->hooks = hooks == NULL ? none : *hooks;
	attend(rt);
}

void rt_fail_nth(struct rt *rt, uint64_t nth)
{
	rt->region.fail_in = nth;
	rt->region.fail_fired = false;
	attend(rt);
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

/* --- the root ------------------------------------------------------------------------------------------ */

/* The root's start function: there is no supervisor whose start_child would do this. */
static enum rt_status call_start(struct rt *rt, rt_place place)
{
	struct rt_plan_item item = rt_start_outcome(rt, place, rt_policy_at(&rt->policies, rt->root_policy));
	struct rt_event event = { .place = place };

	switch (item.outcome) {
	case RT_START_IGNORE:
		event.kind = RT_EV_START_IGNORED;
		rt->events.because = rt_event_give(rt, &event, NULL);
		rt_reply_start(rt, place, RT_ANSWER_IGNORE, RT_NOBODY, 0);
		break;
	case RT_START_FAIL:
		event.kind = RT_EV_START_FAILED;
		event.reason = item.reason;
		rt->events.because = rt_event_give(rt, &event, NULL);
		rt_reply_start(rt, place, RT_ANSWER_ERROR, RT_NOBODY, item.reason);
		break;
	default: {
		uint32_t slot = rt_actor_spawn(rt, place, rt->root_policy, RT_NOBODY, 0, 0, 0);

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
	enum rt_status status = rt_policy_make(rt, root, 0, &policy);

	if (status != RT_OK)
		return status;
	rt_atom name = rt_atom_make(rt, root->id);
	rt_place place = name == 0 ? 0 : rt_place_make(rt, 0, name, 0);
	uint32_t before = rt->root_policy;

	if (place == 0) {
		rt_policy_unref(rt, policy);
		return RT_ENOMEM;
	}
	bool is_new = rt_place_at(&rt->places, place)->pinned == 0;

	rt_place_at(&rt->places, place)->pinned = 1;
	rt->root_policy = policy;
	status = call_start(rt, place);
	if (status != RT_OK) {
		rt->root_policy = before;
		rt_place_at(&rt->places, place)->calls--;
		rt_place_at(&rt->places, place)->pinned = !is_new;
		rt_place_ref(rt, place);
		rt_place_unref(rt, place);
	}
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
