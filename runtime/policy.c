/* policy.c - copying child specifications into the region. */
#include <string.h>

#include "behaviour.h"
#include "core.h"
#include "supervision.h"

static struct rt_policy *policy_at(const struct rt *rt, uint32_t policy)
{
	return rt_policy_at(&rt->policies, policy);
}

static uint32_t *policy_next(struct rt *rt, uint32_t index)
{
	return &policy_at(rt, index)->next;
}

static uint32_t policy_hash(struct rt *rt, uint32_t index)
{
	return policy_at(rt, index)->hash;
}

static const struct rt_table_ops policy_ops = { .next = policy_next, .hash = policy_hash };

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x9e3779b97f4a7c15u;
}

/* Of what makes two plain workers alike. */
static uint32_t hash_of(const struct rt_policy *p)
{
	uint64_t hash = mix(0, (uint64_t)p->shutdown_ms);

	hash = mix(hash, (uint64_t)p->restart << 24 | (uint64_t)p->type << 16 |
				 (uint64_t)p->significant << 8 | p->trap_exit);
	hash = mix(hash, (uint64_t)p->on_shutdown << 40 | (uint64_t)p->isolation << 32 | p->stop_delay_ms);
	hash = mix(hash, (uint64_t)p->stop_reason << 32 | p->descriptors_max);
	hash = mix(hash, p->memory_max);
	hash = mix(hash, p->disk_max);
	for (unsigned i = 0; i < p->n_params; i++) {
		hash = mix(hash, (uint64_t)p->params[i].number);
		hash = mix(hash, p->params[i].path);
	}
	return (uint32_t)(hash >> 32);
}

static bool params_alike(const struct rt_policy *a, const struct rt_policy *b)
{
	for (unsigned i = 0; i < a->n_params; i++) {
		if (a->params[i].number != b->params[i].number || a->params[i].path != b->params[i].path)
			return false;
	}
	return true;
}

static bool alike(const struct rt_policy *a, const struct rt_policy *b)
{
	return a->shutdown_ms == b->shutdown_ms && a->restart == b->restart && a->type == b->type &&
	       a->significant == b->significant && a->trap_exit == b->trap_exit &&
	       a->on_shutdown == b->on_shutdown && a->behaviour == b->behaviour &&
	       a->stop_delay_ms == b->stop_delay_ms && a->stop_reason == b->stop_reason &&
	       a->memory_max == b->memory_max && a->isolation == b->isolation &&
	       a->descriptors_max == b->descriptors_max && a->disk_max == b->disk_max && params_alike(a, b);
}

static uint32_t find_alike(const struct rt *rt, const struct rt_policy *wanted)
{
	uint32_t policy = rt_table_head(&rt->policies.table, wanted->hash);

	while (policy != 0 && !alike(policy_at(rt, policy), wanted))
		policy = policy_at(rt, policy)->next;
	return policy;
}

/* Text that may be absent: 0 then.  False: no memory. */
static bool atom_of(struct rt *rt, const char *text, rt_atom *atom)
{
	*atom = text == NULL ? 0 : rt_atom_make(rt, text);
	return text == NULL || text[0] == '\0' || *atom != 0;
}

static void free_params(struct rt *rt, struct rt_policy *p)
{
	for (unsigned i = 0; i < p->n_params; i++) {
		if (p->params[i].place != 0)
			rt_place_unref(rt, p->params[i].place);
	}
	rt_heap_free(rt, p->params, p->n_params * sizeof(*p->params));
}

static struct rt_param_value *find_param(struct rt_policy *p, const char *name)
{
	const struct rt_param *params = p->behaviour->params;

	for (unsigned i = 0; i < p->n_params; i++) {
		if (strcmp(params[i].name, name) == 0)
			return &p->params[i];
	}
	return NULL;
}

/* Values are checked by whoever read them; a name that the behaviour does not have is RT_EINVAL. */
static enum rt_status copy_params(struct rt *rt, struct rt_policy *p, const struct rt_child *child)
{
	unsigned count = rt_behaviour_params(p->behaviour);

	if (count > 0) {
		p->params = rt_heap_alloc(rt, count * sizeof(*p->params));
		if (p->params == NULL)
			return RT_ENOMEM;
		p->n_params = count;
	}
	for (unsigned i = 0; i < count; i++)
		p->params[i].number = p->behaviour->params[i].fallback;
	for (uint32_t i = 0; i < child->n_settings; i++) {
		struct rt_param_value *value = find_param(p, child->settings[i].name);

		if (value == NULL)
			return RT_EINVAL;
		bool is_path = child->settings[i].text != NULL;

		value->number = is_path ? 1 : child->settings[i].number;
		if (!atom_of(rt, child->settings[i].text, &value->path))
			return RT_ENOMEM;
	}
	return RT_OK;
}

static bool copy_starts(struct rt *rt, struct rt_policy *p, const struct rt_child *child)
{
	if (child->n_starts == 0)
		return true;
	p->starts = rt_heap_alloc(rt, child->n_starts * sizeof *p->starts);
	if (p->starts == NULL)
		return false;
	p->n_starts = child->n_starts;
	for (uint32_t i = 0; i < child->n_starts; i++) {
		p->starts[i].outcome = child->starts[i].outcome;
		p->starts[i].times = child->starts[i].times;
		if (!atom_of(rt, child->starts[i].reason, &p->starts[i].reason))
			return false;
	}
	return true;
}

static bool copy_invalid(struct rt *rt, struct rt_policy *p, const struct rt_invalid *in)
{
	if (in == NULL)
		return true;
	p->invalid = rt_heap_alloc(rt, sizeof *p->invalid);
	return p->invalid != NULL && atom_of(rt, in->strategy, &p->invalid->strategy) &&
	       atom_of(rt, in->intensity, &p->invalid->intensity) &&
	       atom_of(rt, in->period, &p->invalid->period) &&
	       atom_of(rt, in->auto_shutdown, &p->invalid->auto_shutdown) &&
	       atom_of(rt, in->restart, &p->invalid->restart) &&
	       atom_of(rt, in->significant, &p->invalid->significant) &&
	       atom_of(rt, in->type, &p->invalid->type) && atom_of(rt, in->shutdown, &p->invalid->shutdown);
}

static enum rt_status make(struct rt *rt, const struct rt_child *child, unsigned depth, uint32_t *out);

/* Two workers that are written alike, down to where the parts of it lie, as most of a million are; then
 * find_alike() would find the policy of one for the other.  Who has one of his own, as with a start plan, has
 * it wherever that lies: the number of a policy is part of the state. */
static bool same_but_id(const struct rt_child *a, const struct rt_child *b)
{
	_Static_assert(sizeof(struct rt_child) == 144, "a new member has to be looked at here");
	return !a->supervisor && !b->supervisor && a->restart == b->restart && a->type == b->type &&
	       a->significant == b->significant && a->trap_exit == b->trap_exit &&
	       a->on_shutdown == b->on_shutdown && a->shutdown_ms == b->shutdown_ms &&
	       a->stop_delay_ms == b->stop_delay_ms && a->stop_reason == b->stop_reason &&
	       a->memory_max == b->memory_max && a->descriptors_max == b->descriptors_max &&
	       a->isolation == b->isolation && a->disk_max == b->disk_max && a->worker == b->worker &&
	       a->behaviour == b->behaviour && a->settings == b->settings &&
	       a->n_settings == b->n_settings && a->n_starts == 0 && b->n_starts == 0 && a->invalid == NULL &&
	       b->invalid == NULL;
}

/* n_children grows with each child that is complete, so that undoing knows how far it came. */
static enum rt_status copy_children(struct rt *rt, struct rt_policy *p, const struct rt_child *child,
				    unsigned depth)
{
	bool pool = child->strategy == RT_SIMPLE_ONE_FOR_ONE;

	if (pool && child->n_children != 1)
		return RT_EINVAL;
	if (child->n_children == 0)
		return RT_OK;
	p->children = rt_heap_alloc(rt, child->n_children * sizeof *p->children);
	if (p->children == NULL)
		return RT_ENOMEM;
	for (uint32_t i = 0; i < child->n_children; i++) {
		const struct rt_child *c = &child->children[i];
		struct rt_node *node = &p->children[i];

		if (!pool) {
			size_t length = c->id == NULL ? 0 : strlen(c->id);

			if (length == 0 || length > RT_ID_MAX)
				return RT_EINVAL;
			node->name = rt_atom_intern(rt, c->id, length);
			if (node->name == 0)
				return RT_ENOMEM;
		}
		enum rt_status status = RT_OK;

		if (i > 0 && same_but_id(c, c - 1)) {
			node->policy = node[-1].policy;
			rt_policy_ref(rt, node->policy);
		} else {
			status = make(rt, c, depth + 1, &node->policy);
		}
		if (status != RT_OK)
			return status;
		p->n_children++;
	}
	return RT_OK;
}

/* The array was allocated for as many children as the specification had. */
static void free_parts(struct rt *rt, struct rt_policy *p, uint32_t allocated)
{
	for (uint32_t i = 0; i < p->n_children; i++)
		rt_policy_unref(rt, p->children[i].policy);
	rt_heap_free(rt, p->children, allocated * sizeof *p->children);
	rt_heap_free(rt, p->starts, p->n_starts * sizeof *p->starts);
	rt_heap_free(rt, p->invalid, sizeof *p->invalid);
	free_params(rt, p);
}

static enum rt_status make(struct rt *rt, const struct rt_child *child, unsigned depth, uint32_t *out)
{
	enum rt_status status = RT_ENOMEM;
	struct rt_policy p = {
		.refs = 1,
		.supervisor = child->supervisor,
		.significant = child->significant,
		.trap_exit = child->trap_exit || child->supervisor,
		.type = child->type,
		.restart = child->restart,
		.strategy = child->strategy,
		.auto_shutdown = child->auto_shutdown,
		.on_shutdown = child->on_shutdown,
		.shutdown_ms = child->shutdown_ms,
		.memory_max = child->memory_max,
		.intensity = child->intensity,
		.period_s = child->period_s,
		.stop_delay_ms = child->stop_delay_ms,
		.isolation = child->isolation,
		.descriptors_max = child->descriptors_max,
		.disk_max = child->disk_max,
		.behaviour = child->behaviour,
	};

	if (depth >= RT_DEPTH_MAX)
		return RT_EINVAL;
	if (!child->supervisor && p.behaviour == NULL)
		p.behaviour = rt_behaviour_find(child->worker == NULL ? "server" : child->worker);
	if (!child->supervisor && (p.behaviour == NULL || p.behaviour->state > UINT32_MAX))
		return RT_EINVAL;
	p.state = child->supervisor ? sizeof(struct rt_supervisor) : (uint32_t)p.behaviour->state;
	if (!atom_of(rt, child->stop_reason, &p.stop_reason))
		return RT_ENOMEM;
	status = child->supervisor ? RT_OK : copy_params(rt, &p, child);
	if (status != RT_OK)
		goto undo_params;
	status = RT_ENOMEM;
	p.shared = !child->supervisor && child->n_starts == 0 && child->invalid == NULL;
	if (p.shared)
		p.hash = hash_of(&p);
	if (p.shared && (*out = find_alike(rt, &p)) != 0) {
		rt_policy_ref(rt, *out);
		status = RT_OK;
		goto undo_params;
	}
	if (!copy_starts(rt, &p, child) || !copy_invalid(rt, &p, child->invalid))
		goto undo;
	if (child->supervisor) {
		status = copy_children(rt, &p, child, depth);
		if (status != RT_OK)
			goto undo;
	}
	*out = rt_slab_alloc(rt, &rt->policies.entries);
	if (*out == 0) {
		status = RT_ENOMEM;
		goto undo;
	}
	*policy_at(rt, *out) = p;
	if (p.shared)
		rt_table_add(rt, &rt->policies.table, policy_ops, *out);
	return RT_OK;
undo:
	free_parts(rt, &p, child->n_children);
	return status;
undo_params:
	free_params(rt, &p);
	return status;
}

enum rt_status rt_policy_make(struct rt *rt, const struct rt_child *child, unsigned depth, uint32_t *policy)
{
	return make(rt, child, depth, policy);
}

void rt_policy_drop(struct rt *rt, uint32_t policy)
{
	struct rt_policy *p = policy_at(rt, policy);

	if (p->shared)
		rt_table_remove(rt, &rt->policies.table, policy_ops, policy);
	free_parts(rt, p, p->n_children);
	rt_slab_free(&rt->policies.entries, policy);
}

struct rt_plan_item rt_policy_start(const struct rt_policy *policy, uint32_t call)
{
	static const struct rt_plan_item ok = { .outcome = RT_START_OK };

	for (uint32_t i = 0; i < policy->n_starts; i++) {
		if (call <= policy->starts[i].times || i == policy->n_starts - 1)
			return policy->starts[i];
		call -= policy->starts[i].times;
	}
	return ok;
}
