/* verdict.c - the words of verdicts and of this layer's events; the version. */
#include "scenario.h"

#include <string.h>

#ifndef TREEFALL_VERSION
#define TREEFALL_VERSION "0.1.0"
#endif

const char *scn_version(void)
{
	return TREEFALL_VERSION;
}

const char *scn_verdict_word(enum scn_verdict verdict)
{
	static const char *const words[] = {
		[SCN_PASS] = "PASS",
		[SCN_FAIL] = "FAIL",
		[SCN_INCONCLUSIVE] = "INCONCLUSIVE",
		[SCN_INTERRUPTED] = "INTERRUPTED",
		[SCN_ERROR] = "ERROR",
	};
	return words[verdict];
}

const char *scn_kind_word(enum scn_kind kind)
{
	static const char *const words[SCN_KIND_COUNT] = {
		[SCN_KIND_NONE] = "",
		[SCN_DEVIATED] = "deviated",
		[SCN_EXPECTATION] = "expectation",
		[SCN_LIVENESS] = "liveness",
		[SCN_INVARIANT] = "invariant",
		[SCN_ESCALATED_ROOT] = "escalated",
		[SCN_NOT_FIRED] = "not fired",
		[SCN_HYPOTHESIS] = "hypothesis",
	};
	return words[kind];
}

static const struct {
	const char *word, *help;
} rows[] = {
#define X(name, word, help) { word, help },
	SCN_EVENT_LIST(X)
#undef X
};

static bool is_ours(unsigned kind)
{
	return kind >= INJ_EV_END && kind < SCN_EV_END;
}

const char *scn_event_word(unsigned kind)
{
	return is_ours(kind) ? rows[kind - INJ_EV_END].word : inj_event_word(kind);
}

const char *scn_event_help(unsigned kind)
{
	return is_ours(kind) ? rows[kind - INJ_EV_END].help : inj_event_help(kind);
}

unsigned scn_event_find(const char *word)
{
	unsigned kind = inj_event_find(word);

	for (unsigned ours = INJ_EV_END; kind == RT_EV_NONE && ours < SCN_EV_END; ours++) {
		if (strcmp(scn_event_word(ours), word) == 0)
			kind = ours;
	}
	return kind;
}
