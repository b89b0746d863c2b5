/* behaviour.c - finding a behaviour by its name. */
#include <string.h>

#include "behaviour.h"
#include "observe.h"

static const struct rt_behaviour *const behaviours[] = {
#define X(name) &rt_behaviour_##name,
	RT_BEHAVIOUR_LIST(X)
#undef X
};

#define COUNT (sizeof(behaviours) / sizeof(behaviours[0]))

const struct rt_behaviour *const *rt_behaviours(size_t *count)
{
	*count = COUNT;
	return behaviours;
}

const char *const *rt_worker_names(size_t *count)
{
	static const char *const names[] = {
#define X(name) #name,
		RT_BEHAVIOUR_LIST(X)
#undef X
	};

	*count = COUNT;
	return names;
}

const struct rt_behaviour *rt_behaviour_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(behaviours[i]->name, name) == 0)
			return behaviours[i];
	}
	return NULL;
}

unsigned rt_behaviour_params(const struct rt_behaviour *behaviour)
{
	unsigned count = 0;

	if (behaviour->params != NULL)
		while (behaviour->params[count].name != NULL)
			count++;
	return count;
}
