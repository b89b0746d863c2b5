/* case.h - a case file: a supervision tree and a script of faults and requests.
 *
 * The format is written down in docs/trace-format.md.  A parsed case is plain data: specifications that the
 * runtime takes as they are, and a flat list of steps.
 */
#ifndef CONFORMANCE_CASE_H
#define CONFORMANCE_CASE_H

#include "runtime/observe.h"
#include "runtime/types.h"

#define CNF_CASE_BYTES_MAX ((size_t)16 << 20)
#define CNF_DEPTH_MAX 256
#define CNF_WAIT_MAX_MS 1000000000000 /* all waits of a case together */
#define CNF_MS_MAX 4294967295	      /* the longest time-out that Erlang can wait for */

enum cnf_kind { CNF_SUP, CNF_WORKER, CNF_TEMPLATE };

/* One line of the tree. */
struct cnf_node {
	const char *path; /* of a template: POOL, a slash, a star */
	enum cnf_kind kind;
	const char *strategy; /* as given */
	const struct rt_child *spec;
};

/* Word, what follows it, and how many words that may be. */
#define CNF_STEP_LIST(X)                                                                                     \
	X(CNF_EXIT, "exit", "PATH REASON", 2, 2)                                                             \
	X(CNF_KILL, "kill", "PATH", 1, 1)                                                                    \
	X(CNF_SIGNAL, "signal", "PATH REASON", 2, 2)                                                         \
	X(CNF_STOP, "stop", "PATH REASON", 2, 2)                                                             \
	X(CNF_START_CHILD, "start_child", "SUP worker ID KEY=VALUE..., or POOL KEY", 2, 64)                  \
	X(CNF_TERMINATE_CHILD, "terminate_child", "SUP ID, or POOL @KEY", 2, 2)                              \
	X(CNF_RESTART_CHILD, "restart_child", "SUP ID", 2, 2)                                                \
	X(CNF_DELETE_CHILD, "delete_child", "SUP ID", 2, 2)                                                  \
	X(CNF_GET_CHILDSPEC, "get_childspec", "SUP ID, or POOL @KEY", 2, 2)                                  \
	X(CNF_WHICH_CHILDREN, "which_children", "SUP", 1, 1)                                                 \
	X(CNF_COUNT_CHILDREN, "count_children", "SUP", 1, 1)                                                 \
	X(CNF_WAIT, "wait", "MS", 1, 1)                                                                      \
	X(CNF_BURST, "burst", "SUP", 1, 1)                                                                   \
	X(CNF_END, "end", "", 0, 0)

enum cnf_op {
#define X(name, word, usage, least, most) name,
	CNF_STEP_LIST(X)
#undef X
	CNF_OP_COUNT
};
const char *cnf_op_word(enum cnf_op op);

/* The request that a step makes; RT_OP_COUNT if it makes none. */
enum rt_op cnf_op_request(enum cnf_op op);

struct cnf_step {
	enum cnf_op op;
	unsigned line;
	const char *text; /* its words joined by one blank */
	const char *path;
	const char *reason;
	const char *name;	       /* the ID or KEY of a request as written */
	bool by_handle;		       /* it is @KEY */
	const struct rt_child *child;  /* start_child SUP worker: what to start */
	int64_t wait_ms;
	size_t n_inner;		       /* burst: so many of the next steps are inside it */
};

struct cnf_case {
	struct rt_child root;
	size_t n_steps;
	const struct cnf_step *steps; /* without the `end` of bursts */
};

struct cnf_error {
	unsigned line, column; /* from 1 */
	char text[240];
};

/* Null with `error` filled: the first thing that is wrong. */
struct cnf_case *cnf_case_parse(const char *text, size_t length, struct cnf_error *error);
void cnf_case_free(struct cnf_case *kase); /* null is allowed */

/* Lines of the tree in their order, and the last one with this path, or null. */
size_t cnf_case_nodes(const struct cnf_case *kase);
const struct cnf_node *cnf_case_node(const struct cnf_case *kase, size_t index);
const struct cnf_node *cnf_case_find(const struct cnf_case *kase, const char *path);

#endif
