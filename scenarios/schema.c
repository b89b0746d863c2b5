/* schema.c - the tables of keys, in the order in which they are written. */
#include "schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define X(name, text) text,
static const char *const strategy_words[RT_STRATEGY_COUNT] = { RT_STRATEGY_LIST(X) };
static const char *const restart_words[RT_RESTART_COUNT] = { RT_RESTART_LIST(X) };
static const char *const auto_shutdown_words[RT_AUTO_SHUTDOWN_COUNT] = { RT_AUTO_SHUTDOWN_LIST(X) };
static const char *const isolation_words[RT_ISOLATION_COUNT] = { RT_ISOLATION_LIST(X) };
const char *const scn_type_words[RT_TYPE_COUNT] = { RT_TYPE_LIST(X) };
#undef X
#define X(name, word, measure, help) word,
const char *const scn_probe_words[SCN_PROBE_COUNT] = { SCN_PROBE_LIST(X) };
#undef X
#define X(name, word, help) word,
const char *const scn_sibling_words[SCN_SIBLING_COUNT] = { SCN_SIBLING_LIST(X) };
#undef X

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(array) .words = (array), .n_words = COUNT(array)
#define ANYWHERE     (SCN_ROOT | SCN_SUPERVISOR | SCN_WORKER)
#define BELOW        (SCN_SUPERVISOR | SCN_WORKER)
#define SUPERVISORS  (SCN_ROOT | SCN_SUPERVISOR)

static const char *const flavour_words[] = { [SCN_OTP] = "otp", [SCN_ELIXIR] = "elixir" };

#define AT(field) .offset = offsetof(struct scn_scenario, field)
static const struct scn_key scenario_keys[] = {
	{ "version", NULL, "version of this format", SCN_T_VERSION, .min = 1, .max = 1, .mandatory = true },
	{ "name", NULL, "what the scenario is called", SCN_T_LINE, AT(name),
	  .otherwise = "the file's name without folder and ending" },
	{ "about", NULL, "what it shows, in a sentence", SCN_T_TEXT, AT(about) },
	{ "seed", NULL, "every random choice of a run comes from this; `--seed` overrides it", SCN_T_SEED,
	  AT(seed), .fallback = "1" },
	{ "duration", NULL, "virtual time that the run takes", SCN_T_DURATION, AT(duration), .min = 1,
	  .max = SCN_DURATION_MAX, .otherwise = "until the method is done and all is quiet" },
	{ "flavour", NULL,
	  "whose defaults supervisors have: with elixir intensity is 3, and each says its `strategy`",
	  SCN_T_WORD, AT(flavour), WORDS(flavour_words), .fallback = "otp" },
	{ "tree", NULL, "the root supervisor", SCN_T_TREE, AT(root), .mandatory = true },
	{ "hypothesis", NULL,
	  "what normal is: probes that hold when the tree is up, and again after the method", SCN_T_PROBES,
	  AT(hypothesis) },
	{ "method", NULL, "what is done to the tree", SCN_T_ACTIONS, AT(method) },
	{ "rollbacks", NULL, "actions that undo it, one after the other, when the method is done",
	  SCN_T_ACTIONS, AT(rollbacks) },
	{ "expect", NULL, "probes that hold at the end, before the tree is stopped", SCN_T_PROBES,
	  AT(expect) },
	{ "limits", NULL, "where a run that does not end is given up", SCN_T_LIMITS, AT(limits) },
};
#undef AT

#define AT(field) .offset = offsetof(struct rt_child, field)
static const struct scn_key child_keys[] = {
	{ "id", NULL, "its name among its siblings, and its part of a path", SCN_T_ID, AT(id),
	  .max = RT_ID_MAX, .roles = ANYWHERE, .mandatory = true },
	{ "worker", NULL, "what the worker does", SCN_T_WORKER, AT(worker), .fallback = "server",
	  .roles = SCN_WORKER },
	{ "strategy", NULL, "which children are restarted when one ends", SCN_T_WORD, AT(strategy),
	  WORDS(strategy_words), .fallback = "one_for_one", .roles = SUPERVISORS },
	{ "intensity", "max_restarts",
	  "restarts that are allowed within `period`; one more and the supervisor gives up", SCN_T_NUMBER,
	  AT(intensity), .min = 0, .max = UINT32_MAX, .fallback = "1", .roles = SUPERVISORS },
	{ "period", "max_seconds", "the window in which restarts are counted", SCN_T_SECONDS, AT(period_s),
	  .min = 1, .max = 1000000000, .fallback = "5", .roles = SUPERVISORS },
	{ "auto_shutdown", NULL, "ends the supervisor when significant children ended by themselves",
	  SCN_T_WORD, AT(auto_shutdown), WORDS(auto_shutdown_words), .fallback = "never",
	  .roles = SUPERVISORS },
	{ "restart", NULL, "after which ends it is started again: all, abnormal ones, none", SCN_T_WORD,
	  AT(restart), WORDS(restart_words), .fallback = "permanent", .roles = BELOW },
	{ "shutdown", NULL, "how long it may take to stop before it is killed", SCN_T_SHUTDOWN,
	  AT(shutdown_ms), .max = SCN_DURATION_MAX / RT_MS,
	  .otherwise = "5s; infinity where type is supervisor", .roles = BELOW },
	{ "significant", NULL,
	  "its end counts for the supervisor's auto_shutdown; transient and temporary children only",
	  SCN_T_BOOL, AT(significant), .fallback = "false", .roles = BELOW },
	{ "type", NULL, "what which_children calls it; a claim", SCN_T_WORD, AT(type), WORDS(scn_type_words),
	  .otherwise = "supervisor if it has children or a template, else worker", .roles = BELOW },
	{ "trap_exit", NULL, "exit signals do not end it but are told to it", SCN_T_BOOL, AT(trap_exit),
	  .fallback = "false", .roles = SCN_WORKER },
	{ "memory", NULL, "how much memory it, or all below it, may take; more ends the worker that asks",
	  SCN_T_SIZE, AT(memory_max), .min = 1, .max = (int64_t)1 << 40, .otherwise = "no limit",
	  .roles = ANYWHERE },
	{ "descriptors", NULL, "how many file descriptors it may hold; asking for more is refused",
	  SCN_T_NUMBER, AT(descriptors_max), .min = 1, .max = UINT32_MAX, .otherwise = "no limit",
	  .roles = SCN_WORKER, .late = true },
	{ "isolation", NULL, "where its code runs: here, or in a process of its own", SCN_T_WORD,
	  AT(isolation), WORDS(isolation_words), .fallback = "none", .roles = SCN_WORKER,
	  .late = true },
	{ "disk", NULL, "a scratch disk of this size; needs `isolation: process`", SCN_T_SIZE, AT(disk_max),
	  .min = 1, .max = (int64_t)1 << 40, .otherwise = "none", .roles = SCN_WORKER,
	  .late = true },
	{ "on_shutdown", NULL, "what it does when its supervisor asks it to stop; needs `trap_exit: true`",
	  SCN_T_ON_SHUTDOWN, AT(on_shutdown), .otherwise = "ok", .roles = SCN_WORKER },
	{ "starts", NULL, "what its starts come to, one after the other; the last one repeats", SCN_T_STARTS,
	  AT(starts), .otherwise = "ok", .roles = ANYWHERE },
	{ "children", NULL, "its children in start order", SCN_T_CHILDREN, AT(children),
	  .roles = SUPERVISORS },
	{ "template", NULL, "of simple_one_for_one, instead of `children`: what every child is like",
	  SCN_T_TEMPLATE, AT(children), .roles = SUPERVISORS },
	{ "start", NULL,
	  "of simple_one_for_one: the children to start when it is up, how many or under which keys",
	  SCN_T_KEYS, .min = 0, .max = SCN_POOL_MAX, .otherwise = "none", .roles = SUPERVISORS },
};
#undef AT

#define AT(field) .offset = offsetof(struct scn_limits, field)
static const struct scn_key limits_keys[] = {
	{ "time", NULL, "virtual time", SCN_T_DURATION, AT(time), .min = 1, .max = SCN_DURATION_MAX,
	  .fallback = "1h" },
	{ "events", NULL, "events in all", SCN_T_COUNT, AT(events), .min = 1, .max = INT64_MAX,
	  .fallback = "100M" },
	{ "events_at_one_instant", NULL, "events while the clock stands still", SCN_T_COUNT,
	  AT(events_at_one_instant), .min = 1, .max = INT64_MAX, .fallback = "1M" },
};
#undef AT

static const struct scn_key worker_keys[] = {
	{ "plugin", NULL, "a file with behaviours in it; from the folder of the scenario", SCN_T_LINE,
	  .otherwise = "the behaviour is built in" },
	{ "behaviour", NULL, "what the worker does", SCN_T_WORD, .mandatory = true },
};

static const struct scn_key probe_keys[] = {
	{ "probe", NULL, "what is looked at", SCN_T_PROBE, WORDS(scn_probe_words), .mandatory = true },
	{ "of", NULL, "whose; a pattern has to hold for each match", SCN_T_PATH, .mandatory = false },
	{ "percentile", NULL, "of `latency`: the share of the answers that took so long or less",
	  SCN_T_SHARE, .otherwise = "99%" },
	{ "is", NULL, "it is this", SCN_T_VALUE, .otherwise = "true for yes-or-no probes" },
	{ "equals", NULL, "the same as `is`, for numbers and `order`", SCN_T_VALUE, .mandatory = false },
	{ "at_least", NULL, "it is this or more", SCN_T_VALUE, .mandatory = false },
	{ "at_most", NULL, "it is this or less", SCN_T_VALUE, .mandatory = false },
	{ "between", NULL, "it is one of these or in between", SCN_T_RANGE, .mandatory = false },
};

const struct scn_table scn_scenario_table = { "a scenario", "The file as a whole.", scenario_keys,
					      COUNT(scenario_keys) };
const struct scn_table scn_child_table = {
	"a child", "A supervisor has `children`, or a `template`; every other child is a worker.", child_keys,
	COUNT(child_keys)
};
const struct scn_table scn_worker_table = { "a worker", "A behaviour with its parameters.", worker_keys,
					    COUNT(worker_keys) };
const struct scn_table scn_limits_table = { "limits", "Hitting one is FAIL, kind liveness.", limits_keys,
					    COUNT(limits_keys) };
const struct scn_table scn_probe_table = { "a probe", "One item of `hypothesis` or `expect`.", probe_keys,
					   COUNT(probe_keys) };

_Static_assert(COUNT(child_keys) <= 32, "rt_child.note has a bit for each key");

bool scn_said_key(uint32_t said, const char *key)
{
	const struct scn_key *row = scn_key_find(&scn_child_table, key);

	return row && said >> (row - child_keys) & 1;
}

const struct scn_key *scn_key_find(const struct scn_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct scn_key *key = &table->keys[i];
		if (strcmp(key->name, name) == 0 || (key->alias && strcmp(key->alias, name) == 0))
			return key;
	}
	return NULL;
}

#define KEYS_MAX 64

const char *scn_key_near(const struct scn_table *table, const char *name)
{
	const char *words[KEYS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < table->count && count + 2 <= KEYS_MAX; i++) {
		const struct scn_key *key = &table->keys[i];
		words[count++] = key->name;
		if (key->alias)
			words[count++] = key->alias;
	}
	return inj_did_you_mean(name, words, count);
}

int scn_word_find(const char *const *words, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], text) == 0)
			return (int)i;
	}
	return -1;
}

static void list_words(const char *const *words, size_t count, char *buf, size_t size)
{
	size_t used = (size_t)snprintf(buf, size, "one of ");

	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? ", " : "", words[i]);
}

char *scn_key_wants(const struct scn_key *key, char *buf, size_t size)
{
	static const char *const texts[SCN_TYPE_COUNT] = {
		[SCN_T_VERSION] = "1",
		[SCN_T_TEXT] = "a text without control characters",
		[SCN_T_LINE] = "a line of text",
		[SCN_T_ID] = "a text",
		[SCN_T_SEED] = "a whole number from 0 to 18446744073709551615",
		[SCN_T_SECONDS] = "whole seconds such as 5 or 5s",
		[SCN_T_STARTS] = "a start plan such as ok,fail:nope*2,ok",
		[SCN_T_ON_SHUTDOWN] = "one of ok, ignore, exit:REASON, delay:250ms",
		[SCN_T_TREE] = "a supervisor",
		[SCN_T_CHILDREN] = "a list of children",
		[SCN_T_TEMPLATE] = "a child without an id",
		[SCN_T_KEYS] = "a whole number, or a list of ids",
		[SCN_T_PROBES] = "a list of probes",
		[SCN_T_ACTIONS] = "a list of actions",
		[SCN_T_LIMITS] = "a mapping",
		[SCN_T_SIZE] = "a size such as 64KiB or 10MiB",
		[SCN_T_PATH] = "a path such as core/cache, or a pattern",
		[SCN_T_VALUE] = "a value",
		[SCN_T_SHARE] = "a share such as 99.9%",
		[SCN_T_RANGE] = "two values such as [1, 3]",
	};
	size_t count, used;
	const char *const *words;

	switch (key->type) {
	case SCN_T_COUNT:
	case SCN_T_NUMBER:
		if (key->max == INT64_MAX)
			snprintf(buf, size, "a whole number from %" PRId64 " up", key->min);
		else
			snprintf(buf, size, "a whole number from %" PRId64 " to %" PRId64, key->min,
				 key->max);
		break;
	case SCN_T_WORD:
	case SCN_T_PROBE:
		list_words(key->words, key->n_words, buf, size);
		break;
	case SCN_T_WORKER:
		words = rt_worker_names(&count);
		list_words(words, count, buf, size);
		used = strlen(buf);
		snprintf(buf + used, size - used, ", or a mapping with `behaviour` and its parameters");
		break;
	case SCN_T_DURATION:
		snprintf(buf, size, "%s", inj_type_text(INJ_DURATION));
		break;
	case SCN_T_SHUTDOWN:
		snprintf(buf, size, "%s", inj_type_text(INJ_SHUTDOWN));
		break;
	case SCN_T_BOOL:
		snprintf(buf, size, "%s", inj_type_text(INJ_BOOL));
		break;
	default:
		snprintf(buf, size, "%s", texts[key->type]);
	}
	return buf;
}
