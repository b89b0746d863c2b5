/* policy.h - child specifications as the runtime keeps them: the ids of a supervisor's children and, shared
 * by all children that are specified alike, everything else. */
#ifndef RUNTIME_POLICY_H
#define RUNTIME_POLICY_H

#include "runtime.h"
#include "table.h"

/* A child in a supervisor's list. */
struct rt_node {
	rt_atom name;
	uint32_t policy;
};

struct rt_plan_item {
	uint32_t outcome, times;
	rt_atom reason;
};

/* struct rt_invalid in atoms. */
struct rt_policy_invalid {
	rt_atom strategy, intensity, period, auto_shutdown;
	rt_atom restart, significant, type, shutdown;
};

struct rt_policy {
	uint32_t next; /* in its hash bucket */
	uint32_t hash;
	uint32_t refs;
	uint8_t shared; /* is in the table */
	uint8_t supervisor, significant, trap_exit;
	uint8_t type, restart, strategy, auto_shutdown;
	uint8_t on_shutdown, isolation;
	uint32_t descriptors_max;
	uint64_t disk_max;
	int64_t shutdown_ms;
	uint64_t memory_max;
	uint32_t intensity, period_s;
	uint32_t stop_delay_ms;
	rt_atom stop_reason;
	uint32_t n_starts, n_children;
	struct rt_plan_item *starts;
	struct rt_node *children;
	struct rt_policy_invalid *invalid;
	const struct rt_behaviour *behaviour; /* null of a supervisor */
	struct rt_param_value *params;
	uint32_t n_params; /* of a worker: as many as its behaviour has */
	uint32_t state;    /* bytes that a process keeps its state in */
};

struct rt_policies {
	struct rt_slab entries;
	struct rt_table table;
};

static inline struct rt_policy *rt_policy_at(const struct rt_policies *policies, uint32_t policy)
{
	return (struct rt_policy *)policies->entries.base + policy;
}

/* A reference to the policy of `child`, which is to live below `depth` others, and of all below it.
 * RT_EINVAL: an id is empty or too long, the tree is too deep, an unknown worker, a pool without exactly one
 * template. */
enum rt_status rt_policy_make(struct rt *rt, const struct rt_child *child, unsigned depth,
			      uint32_t *policy) RT_MUST_CHECK;
/* Core.h has rt_policy_ref() and rt_policy_unref(); this is the end of the last reference. */
void rt_policy_drop(struct rt *rt, uint32_t policy);

/* What the k-th call (from 1) of this policy's start function gives. */
struct rt_plan_item rt_policy_start(const struct rt_policy *policy, uint32_t call);

#endif
