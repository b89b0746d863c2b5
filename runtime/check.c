/* check.c - flags and child specifications that a supervisor refuses, in OTP's order and words.
 *
 * The first fault wins.  Rules 2.7 (one specification), 2.8 (the list), 3.2 and 14.13 (flags), 4.6.
 */
#include "supervision.h"

/* {name,Value} */
static rt_atom fault(struct rt *rt, const char *name, rt_atom value)
{
	char number[RT_ATOM_BUF];

	return rt_atom_format(rt, "{%s,%s}", name, rt_atom_text(rt, value, number));
}

static rt_atom check_flags(struct rt *rt, const struct rt_policy *policy)
{
	static const struct rt_policy_invalid none;
	const struct rt_policy_invalid *bad = policy->invalid == NULL ? &none : policy->invalid;

	if (bad->strategy != 0)
		return fault(rt, "invalid_strategy", bad->strategy);
	if (bad->intensity != 0)
		return fault(rt, "invalid_intensity", bad->intensity);
	if (bad->period != 0)
		return fault(rt, "invalid_period", bad->period);
	if (bad->auto_shutdown != 0)
		return fault(rt, "invalid_auto_shutdown", bad->auto_shutdown);
	if (policy->strategy == RT_SIMPLE_ONE_FOR_ONE && policy->auto_shutdown != RT_NEVER)
		return rt_atom_format(rt,
				      "{bad_combination,[{auto_shutdown,%s},{strategy,simple_one_for_one}]}",
				      rt_auto_shutdown_text(policy->auto_shutdown), "");
	return 0;
}

rt_atom rt_check_child(struct rt *rt, const struct rt_policy *policy, enum rt_auto_shutdown auto_shutdown)
{
	static const struct rt_policy_invalid none;
	const struct rt_policy_invalid *bad = policy->invalid == NULL ? &none : policy->invalid;

	if (bad->restart != 0)
		return fault(rt, "invalid_restart_type", bad->restart);
	if (policy->significant && auto_shutdown == RT_NEVER)
		return RT_A_NEVER_SIGNIFICANT;
	if (policy->significant && policy->restart == RT_PERMANENT)
		return RT_A_PERMANENT_SIGNIFICANT;
	if (bad->significant != 0)
		return fault(rt, "invalid_significant", bad->significant);
	if (bad->type != 0)
		return fault(rt, "invalid_child_type", bad->type);
	if (bad->shutdown != 0)
		return fault(rt, "invalid_shutdown", bad->shutdown);
	return 0;
}

rt_atom rt_check_initial(struct rt *rt, struct rt_supervisor *sup)
{
	const struct rt_policy *policy = rt_policy_at(&rt->policies, sup->policy);
	rt_atom bad = check_flags(rt, policy);

	if (bad != 0)
		return fault(rt, "supervisor_data", bad);
	for (uint32_t i = 0; i < policy->n_children; i++) {
		const struct rt_node *node = &policy->children[i];

		bad = rt_check_child(rt, rt_policy_at(&rt->policies, node->policy), policy->auto_shutdown);
		if (bad == 0 && !rt_is_pool(sup) && rt_record_find(rt, sup, node->name) != 0)
			bad = fault(rt, "duplicate_child_name", node->name);
		if (bad != 0)
			return fault(rt, "start_spec", bad);
		if (!rt_is_pool(sup) && rt_record_add(rt, sup, node->name, node->policy) == 0)
			return RT_A_SYSTEM_LIMIT;
	}
	return 0;
}
