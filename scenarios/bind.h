/* bind.h - nodes to a scenario: what the parts of the binder share.
 *
 * Binding goes on after an error, so that one pass finds all errors that do not follow from another one. Only
 * lack of memory stops it.
 */
#ifndef SCENARIOS_BIND_H
#define SCENARIOS_BIND_H

#include "arena.h"
#include "node.h"
#include "scenario.h"
#include "schema.h"

/* A path or pattern that somebody wrote, to be looked for when the whole tree is known. */
enum scn_want { SCN_WANT_ANY, SCN_WANT_WORKER, SCN_WANT_SUPERVISOR };
struct scn_ref {
	struct scn_ref *next;
	const char *path;
	const char *who; /* what it is for, for messages */
	enum scn_want want;
	const char *behaviour; /* that the worker there has to have; null: any */
	unsigned line, column;
};

struct scn_named;

/* A child that the method starts. */
struct scn_dynamic {
	struct scn_dynamic *next;
	const char *supervisor; /* a path or a pattern */
	const char *id;
};

struct scn_pool_item {
	struct scn_pool_item *next;
	struct scn_pool pool;
};

struct scn_binder {
	struct scn_scenario *scenario;
	struct scn_arena *arena; /* the scenario's */
	struct scn_arena *temp;  /* gone after the load */
	struct scn_diags *diags;
	bool no_memory;
	bool saw_bad;          /* something that was complained about before, as a node */
	uint32_t meant;        /* of the latest mapping: the rows whose keys were misspelt, a bit for each */
	/* With every default of the table.  The note of a child has a bit for each row that the file says. */
	struct rt_child child;
	struct scn_pool_item *pools, **pools_end;
	struct scn_ref *refs, **refs_end;
	struct scn_dynamic *dynamics, **dynamics_end;
	struct scn_named *named; /* ids of actions */
	/* The worker that was given with parameters last: those that are alike share them. */
	const struct rt_behaviour *behaviour;
	const struct rt_setting *settings;
	uint32_t n_settings;
	bool has_end;      /* the file says how long a run takes, or tries to */
	bool told_endless; /* that a worker needs that */
	uint64_t work; /* steps that may still be taken looking for paths */
};

/* The whole scenario from the root node; what went wrong is in `diags` and `no_memory`. */
void scn_bind_scenario(struct scn_binder *b, const struct scn_node *root);

/* --- for the parts ------------------------------------------------------------------------------------- */

#define SCN_COMPLAIN(b, node, ...)                                                                           \
	scn_bind_noted(b, scn_diag_add((b)->diags, (node)->line, (node)->column, __VA_ARGS__))
void scn_bind_noted(struct scn_binder *b, bool added);

/* From one of the arenas; null sets no_memory. */
void *scn_bind_alloc(struct scn_binder *b, struct scn_arena *arena, size_t count, size_t size);

/* A node that should be a map or a list; otherwise says that `what` wants `wants`. */
bool scn_bind_is(struct scn_binder *b, const struct scn_node *node, enum scn_node_kind kind, const char *what,
		 const char *wants);
/* The same of a list that may have so many items at most. */
bool scn_bind_is_list(struct scn_binder *b, const struct scn_node *node, const char *what, const char *wants,
		      uint32_t max);
/* The text of a node that should be one, or null after a complaint. */
const char *scn_bind_text(struct scn_binder *b, const struct scn_node *node, const char *what,
			  const char *wants);

/* The keys of one mapping, in the order of the table: seen[i] is the node of the key of row i, and the node
 * of its value is next to it.  Complains about unknown keys and about a key that is given with its alias;
 * `what` is the mapping in words. */
#define SCN_KEYS_MAX 24
typedef const struct scn_node *scn_seen_keys[SCN_KEYS_MAX];
void scn_bind_keys(struct scn_binder *b, const struct scn_table *table, const struct scn_node *map,
		   const char *what, scn_seen_keys seen);
/* Was it probably this key that somebody misspelt in the latest mapping? Then it is not missing, too. */
bool scn_bind_meant(const struct scn_binder *b, const struct scn_table *table, const char *name);
/* The node of a key, or null. */
const struct scn_node *scn_bind_seen(const struct scn_table *table, const struct scn_node *const *seen,
				     const char *name);
/* One value into `object`, where its row says; rows of structured types are not for this. */
bool scn_bind_value(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		    void *object);
/* Every default that is a value.  They are good, so `b` is not used and may be null. */
void scn_bind_defaults(struct scn_binder *b, const struct scn_table *table, void *object);

void scn_bind_tree(struct scn_binder *b, const struct scn_node *node);
/* What a worker does: a name, or a mapping. */
void scn_bind_worker(struct scn_binder *b, const struct scn_key *key, const struct scn_node *value,
		     struct rt_child *child);
/* A run without a duration is over when nobody has anything left to do, so a worker that always has is an
 * error there.  `end`: the parameter that would end its work; null: there is none. */
void scn_bind_endless(struct scn_binder *b, const struct rt_behaviour *behaviour,
		      const struct scn_node *place, const char *end);
void scn_bind_probes(struct scn_binder *b, const struct scn_node *list, const char *what,
		     struct scn_probe **out, size_t *count);
void scn_bind_actions(struct scn_binder *b, const struct scn_node *list, const char *what, bool rollbacks,
		      struct inj_action **out, size_t *count);
/* A path as everybody else writes it: what is encoded without need is not; null: no memory. */
const char *scn_bind_path(struct scn_binder *b, const char *path);
/* After the last of them. */
void scn_bind_actions_done(struct scn_binder *b);
/* Null: no memory. */
struct scn_ref *scn_bind_ref(struct scn_binder *b, const char *path, const struct scn_node *place,
			     enum scn_want want, const char *who);
/* Look for every path that was written. */
void scn_bind_refs(struct scn_binder *b);

#endif
