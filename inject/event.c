/* event.c - the words of all events: the runtime's own and those of this layer. */
#include <string.h>

#include "inject.h"

static const struct {
	const char *word, *help;
} rows[] = {
#define X(name, word, help) { word, help },
	INJ_EVENT_LIST(X)
#undef X
};

static bool is_ours(unsigned kind)
{
	return kind >= RT_EV_USER && kind < INJ_EV_END;
}

const char *inj_event_word(unsigned kind)
{
	return is_ours(kind) ? rows[kind - RT_EV_USER].word : rt_event_word(kind);
}

const char *inj_event_help(unsigned kind)
{
	return is_ours(kind) ? rows[kind - RT_EV_USER].help : rt_event_help(kind);
}

unsigned inj_event_find(const char *word)
{
	for (unsigned kind = RT_EV_NONE + 1; kind < INJ_EV_END; kind++) {
		if (strcmp(inj_event_word(kind), word) == 0)
			return kind;
	}
	return RT_EV_NONE;
}
