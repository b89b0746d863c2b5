/* probe.c - the words of probes, siblings and tolerances. */
#include "scenario.h"

#include <assert.h>

const struct scn_probe_row scn_probe_rows[SCN_PROBE_COUNT] = {
#define X(name, word, measure, help) [name] = { word, help, measure },
	SCN_PROBE_LIST(X)
#undef X
};

const char *scn_sibling_word(enum scn_sibling sibling)
{
	static const char *const words[SCN_SIBLING_COUNT] = {
#define X(name, word, help) [name] = word,
		SCN_SIBLING_LIST(X)
#undef X
	};
	assert((unsigned)sibling < SCN_SIBLING_COUNT);
	return words[sibling];
}

const char *scn_sibling_help(enum scn_sibling sibling)
{
	static const char *const texts[SCN_SIBLING_COUNT] = {
#define X(name, word, help) [name] = help,
		SCN_SIBLING_LIST(X)
#undef X
	};
	assert((unsigned)sibling < SCN_SIBLING_COUNT);
	return texts[sibling];
}

const char *scn_tolerance_word(enum scn_tolerance tolerance)
{
	static const char *const words[] = {
		[SCN_IS] = "is",           [SCN_EQUALS] = "equals",   [SCN_AT_LEAST] = "at_least",
		[SCN_AT_MOST] = "at_most", [SCN_BETWEEN] = "between",
	};
	assert((unsigned)tolerance <= SCN_BETWEEN);
	return words[tolerance];
}
