/* fired.c - a fault with the values of its parameters, defaults included. */
#include "fired.h"

#include "arena.h"
#include "history.h"
#include "text.h"

void scn_fired_add(struct scn_text *text, const struct inj_action *action)
{
	const struct inj_fault *fault = action->fault;

	scn_text_add(text, fault->name);
	for (size_t i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		const char *value =
			action->params[i].given ? action->params[i].text : fault->params[i].fallback;
		if (!value)
			continue;
		scn_text_add(text, " ");
		scn_text_add(text, fault->params[i].name);
		scn_text_add(text, "=");
		scn_text_add(text, value);
	}
}

const char **scn_fired_texts(struct scn_arena *arena, const struct inj_action *actions, size_t count)
{
	const char **texts = scn_arena_array(arena, count, sizeof(*texts));
	struct scn_text text = { .data = NULL };

	for (size_t i = 0; i < count && texts; i++) {
		scn_text_clear(&text);
		scn_fired_add(&text, &actions[i]);
		if (!text.failed && text.length > SCN_HISTORY_TEXT_MAX)
			continue;
		texts[i] = text.failed ? NULL : scn_arena_text(arena, text.data, text.length);
		if (!texts[i])
			texts = NULL;
	}
	scn_text_fini(&text);
	return texts;
}
