/* schema.h - every key of a scenario file: one row each.
 *
 * Binding, writing, the JSON Schema, docs/scenario-format.md and every did-you-mean are made from these
 * tables, so a new key is a row here and a field in the structure that it fills.  The keys of actions are not
 * here: inject/ has them.
 */
#ifndef SCENARIOS_SCHEMA_H
#define SCENARIOS_SCHEMA_H

#include "scenario.h"

enum scn_type {
	SCN_T_VERSION,     /* 1 */
	SCN_T_TEXT,        /* const char * */
	SCN_T_LINE,        /* const char *, without line ends */
	SCN_T_ID,          /* const char * */
	SCN_T_WORKER,      /* const char *, a known behaviour; with parameters a mapping */
	SCN_T_SEED,        /* uint64_t */
	SCN_T_COUNT,       /* int64_t */
	SCN_T_SIZE,        /* uint64_t, bytes; 0, which nobody can write, is none */
	SCN_T_NUMBER,      /* uint32_t */
	SCN_T_SECONDS,     /* uint32_t; `5` or `5s` */
	SCN_T_DURATION,    /* rt_time */
	SCN_T_SHUTDOWN,    /* int64_t, milliseconds or RT_SHUTDOWN_... */
	SCN_T_WORD,        /* uint8_t, index of a word */
	SCN_T_BOOL,        /* bool */
	SCN_T_STARTS,      /* a start plan */
	SCN_T_ON_SHUTDOWN, /* ok, ignore, exit:REASON, delay:DURATION */
	SCN_T_TREE,        /* the root supervisor */
	SCN_T_CHILDREN,    /* a list of children */
	SCN_T_TEMPLATE,    /* a child without an id */
	SCN_T_KEYS,        /* a number, or a list of ids */
	SCN_T_PROBES,      /* a list of probes */
	SCN_T_ACTIONS,     /* a list of actions */
	SCN_T_LIMITS,      /* a mapping */
	SCN_T_PROBE,       /* the word of a probe */
	SCN_T_PATH,        /* a path or a pattern */
	SCN_T_SHARE,       /* uint32_t, parts per 1,000,000,000 */
	SCN_T_VALUE,       /* a value in the measure of the probe, of `order` a list */
	SCN_T_RANGE,       /* two of them */
	SCN_TYPE_COUNT
};

/* Where a key may stand in a tree. */
enum scn_role { SCN_ROOT = 1, SCN_SUPERVISOR = 2, SCN_WORKER = 4 };

struct scn_key {
	const char *name;
	const char *alias; /* another spelling, or null */
	const char *help;
	enum scn_type type;
	int64_t min, max; /* of numbers and durations, inclusive */
	const char *const *words;
	size_t n_words;
	const char *fallback;  /* the value where none is given; null: none, or see `otherwise` */
	const char *otherwise; /* the default in words, where it is not a value */
	size_t offset;         /* of the field in what the mapping is bound to */
	unsigned roles;        /* in a tree: enum scn_role, or-ed */
	bool mandatory;
	bool late; /* journals from before it are to replay, so not even they are told its default */
};

/* One kind of mapping. */
struct scn_table {
	const char *name; /* "a scenario" */
	const char *help;
	const struct scn_key *keys;
	size_t count;
};
extern const struct scn_table scn_scenario_table, scn_child_table, scn_limits_table, scn_probe_table;
/* Of `worker` as a mapping, beside the parameters of the behaviour. */
extern const struct scn_table scn_worker_table;

/* Null: no such key. An alias is one. */
const struct scn_key *scn_key_find(const struct scn_table *table, const char *name);
/* What to write: "a whole number from 0 to 1000".  Returns `buf`. */
char *scn_key_wants(const struct scn_key *key, char *buf, size_t size);
/* The nearest of the table's keys, or null. */
const char *scn_key_near(const struct scn_table *table, const char *name);
/* One of the words; -1: it is none. */
int scn_word_find(const char *const *words, size_t count, const char *text);

extern const char *const scn_type_words[RT_TYPE_COUNT];
extern const char *const scn_probe_words[SCN_PROBE_COUNT];
extern const char *const scn_sibling_words[SCN_SIBLING_COUNT];

#define SCN_DURATION_MAX (INT64_C(876000) * 3600 * RT_SECOND) /* a century: two of them can be added */
#define SCN_POOL_MAX     10000000
#define SCN_ITEMS_MAX    100000 /* probes, and actions, in one list */

#endif
