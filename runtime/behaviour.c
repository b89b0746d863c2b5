/* behaviour.c - what there is to know of a worker by its name. */
#include <string.h>

#include "behaviour.h"
#include "observe.h"

static const char *const words[] = {
#define X(name, word, size, text) word,
	RT_BEHAVIOUR_LIST(X)
#undef X
};

static const size_t sizes[] = {
#define X(name, word, size, text) size,
	RT_BEHAVIOUR_LIST(X)
#undef X
};

const char *const *rt_worker_names(size_t *count)
{
	*count = sizeof words / sizeof words[0];
	return words;
}

const char *rt_behaviour_word(uint8_t index)
{
	return words[index];
}

size_t rt_behaviour_state(uint8_t index)
{
	return sizes[index];
}

bool rt_behaviour_find(const char *name, uint8_t *index)
{
	for (uint8_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], name) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}
