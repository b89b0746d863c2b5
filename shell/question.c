/* question.c - from a path, a number or nothing to the event that is asked about. */
#include "question.h"

#include <string.h>

/* That everything stops at the end is no news; what happened before it is. */
static uint64_t latest(const struct scn_history *history)
{
	struct scn_event event;
	uint64_t last = scn_history_last(history);
	for (uint64_t seq = last; seq >= scn_history_first(history) && seq; seq--)
		if (scn_history_get(history, seq, &event) && event.kind == SCN_EV_OVER)
			return seq - 1;
	return last;
}

static enum sh_code by_number(const struct scn_history *history, const char *word, uint64_t *seq,
			      struct sh_text *none)
{
	uint64_t first = scn_history_first(history), last = scn_history_last(history);
	int64_t number;
	if (inj_parse_count(word, &number) && (uint64_t)number >= first && (uint64_t)number <= last) {
		*seq = (uint64_t)number;
		return SH_OK;
	}
	sh_text_printf(none, "no event %s; there are %llu to %llu", word, (unsigned long long)first,
		       (unsigned long long)last);
	return SH_USAGE;
}

enum sh_code sh_question_event(const struct scn_world *world, const char *word, uint64_t *seq,
			       struct sh_text *none)
{
	const struct scn_history *history = scn_world_history(world);
	*seq = 0;
	if (word && *word && !word[strspn(word, "0123456789")])
		return by_number(history, word, seq, none);
	if (!word)
		*seq = scn_world_result(world).blame;
	if (!word && !*seq)
		*seq = latest(history);
	if (word)
		*seq = scn_history_about(history, word);
	if (!*seq)
		sh_text_printf(none, "nothing that is remembered happened to %s", word ? word : "the tree");
	return SH_OK;
}
