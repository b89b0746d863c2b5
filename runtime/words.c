/* words.c - the words of supervision, from the lists in the headers. */
#include "observe.h"
#include "protect.h"

#define WORD(name, text) [name] = text,
#define WORDS(function, type, list)                                                                          \
	const char *function(enum type value)                                                                \
	{                                                                                                    \
		static const char *const words[] = { list(WORD) };                                           \
		return (unsigned)value < sizeof words / sizeof words[0] ? words[value] : "unknown";          \
	}

WORDS(rt_strategy_text, rt_strategy, RT_STRATEGY_LIST)
WORDS(rt_restart_text, rt_restart, RT_RESTART_LIST)
WORDS(rt_auto_shutdown_text, rt_auto_shutdown, RT_AUTO_SHUTDOWN_LIST)
WORDS(rt_type_text, rt_type, RT_TYPE_LIST)
WORDS(rt_op_word, rt_op, RT_OP_LIST)

const char *rt_child_state_text(enum rt_child_state state)
{
	static const char *const words[] = { "running", "undefined", "restarting" };

	return words[state];
}

const char *rt_life_text(enum rt_life life)
{
	static const char *const words[] = { "starting", "alive", "stopping", "dead" };

	return words[life];
}

static const struct {
	const char *reason, *help;
} fates[RT_FATE_COUNT] = {
#define X(name, reason, help) [name] = { reason, help },
	RT_FATE_LIST(X)
#undef X
};

const char *rt_fate_reason(enum rt_fate fate)
{
	return fates[fate].reason;
}

const char *rt_fate_help(enum rt_fate fate)
{
	return fates[fate].help;
}

static const struct {
	const char *word, *help;
} outcomes[RT_OUTCOME_COUNT] = {
#define X(name, word, help) [name] = { word, help },
	RT_OUTCOME_LIST(X)
#undef X
};

const char *rt_outcome_word(enum rt_outcome outcome)
{
	return outcomes[outcome].word;
}

const char *rt_outcome_help(enum rt_outcome outcome)
{
	return outcomes[outcome].help;
}
