/* complete.h - what could come next in a line.  Pure: words, tables and the facts that the caller gives. */
#ifndef SHELL_COMPLETE_H
#define SHELL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

/* Takes one thing that could stand there.  `more`: something may follow within the same word. */
typedef void sh_fact_fn(void *to, const char *text, const char *help, bool more);

/* What only a running session knows.  Any function may be null. */
struct sh_facts {
	void *ctx;
	/* Paths of the children of a supervisor, or of the root alone where `supervisor` is "". */
	void (*children)(void *ctx, const char *supervisor, bool supervisors_only, sh_fact_fn *fn, void *to);
	/* Ids of the children of a supervisor. */
	void (*ids)(void *ctx, const char *supervisor, sh_fact_fn *fn, void *to);
	/* Exit reasons seen so far. */
	void (*reasons)(void *ctx, sh_fact_fn *fn, void *to);
	/* Files that begin with `prefix`, folders with a `/` behind them. */
	void (*files)(void *ctx, const char *prefix, sh_fact_fn *fn, void *to);
};

struct sh_candidate {
	char *text; /* the whole word, not quoted */
	char *help; /* may be null */
	bool more;  /* no blank behind it */
};

struct sh_candidates {
	struct sh_candidate *item; /* sorted by text, each once */
	size_t count, capacity;
	size_t start; /* where the word begins that they would replace */
	char *hint;   /* what is wanted there, where it cannot be listed; may be null */
};
#define SH_CANDIDATES_MAX 2000

/* What could stand at `point` of the line, or continue the word that is there. */
void sh_complete(const char *line, size_t point, const struct sh_facts *facts, struct sh_candidates *out);
void sh_candidates_fini(struct sh_candidates *candidates);

/* The longest text that all of them begin with, in whole characters; freed by the caller.  Null of none. */
char *sh_candidates_common(const struct sh_candidates *candidates);

#endif
