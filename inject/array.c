/* array.c - arrays that grow in the runtime's region. */
#include <string.h>

#include "state.h"

bool inj_array_grow(struct rt *rt, void **array, uint32_t *capacity, size_t size, uint64_t need)
{
	uint64_t wanted = *capacity > 0 ? *capacity : 8;
	void *grown;

	while (wanted < need)
		wanted *= 2;
	if (wanted > UINT32_MAX)
		return false;
	grown = rt_alloc(rt, wanted * size);
	if (grown == NULL)
		return false;
	if (*array != NULL) {
		memcpy(grown, *array, *capacity * size);
		rt_dealloc(rt, *array, *capacity * size);
	}
	*array = grown;
	*capacity = (uint32_t)wanted;
	return true;
}
