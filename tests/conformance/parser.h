/* parser.h - what the files that read a case share.
 *
 * A line is cut into words that remember their column; every check complains about a word.  The first error
 * ends the parse: it is filled by cnf_fail(), whose false goes up to the caller.
 */
#ifndef CONFORMANCE_PARSER_H
#define CONFORMANCE_PARSER_H

#include "arena.h"
#include "case.h"

#include <uthash.h>

struct cnf_word {
	const char *text; /* ended by a nul */
	size_t length;
	unsigned column;
};

/* A tree line with what is needed to hang it into its parent. */
struct cnf_line {
	struct cnf_node public;
	struct rt_child spec;
	struct rt_child *slot; /* where spec has to end up */
	struct cnf_line *parent;
	uint32_t n_children, n_placed, n_templates;
	unsigned depth, line, column;
	bool repeated; /* its path was there before */
	UT_hash_handle hh;
};

struct cnf_parsed {
	struct cnf_case public; /* first: it is what the caller has */
	struct cnf_arena arena;
	struct cnf_line *by_path;
	struct cnf_line **nodes; /* in the order of their lines */
	size_t n_nodes, nodes_capacity;
	struct cnf_step *steps;
	size_t steps_capacity;
};

struct cnf_parser {
	struct cnf_parsed *to;
	struct cnf_error *error;
	unsigned line;
	struct cnf_word *words;
	size_t n_words, words_capacity;
	bool in_script;
	bool in_burst;
	size_t burst; /* index of its step */
	unsigned burst_line;
	int64_t waited_ms;
};

/* Words in messages are cut: a line may be megabytes long. */
#define SHOWN(word) (int)((word)->length > 60 ? 60 : (word)->length), (word)->text

/* --- words.c -------------------------------------------------------------------------------------------- */

/* False, for the caller to return. */
bool cnf_fail(struct cnf_parser *p, unsigned column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* An array with room for more. */
void *cnf_grown(void *items, size_t *capacity, size_t size);
/* Fill p->words. */
bool cnf_words_cut(struct cnf_parser *p, const char *line, size_t length);
const char *cnf_words_joined(struct cnf_parser *p);
/* [a-z][a-z0-9_]*; a key of a pool may begin with anything that may follow. */
bool cnf_is_id(const char *text, size_t length, bool is_key);
/* Checks a path; `template` says whether its last id is a star. */
bool cnf_path_check(struct cnf_parser *p, const struct cnf_word *word, bool template, unsigned *depth);
bool cnf_is_integer(const char *text);
/* The value of an integer that is not negative; anything larger than `most` is `most`. */
int64_t cnf_integer(const char *text, int64_t most);
bool cnf_ms_parse(struct cnf_parser *p, unsigned column, const char *text, int64_t most, int64_t *ms);

/* --- spec.c --------------------------------------------------------------------------------------------- */

enum { CNF_ON_ROOT = 1, CNF_ON_SUP = 2, CNF_ON_WORKER = 4, CNF_ON_ANY = 7 };

/* Reads KEY=VALUE words from `first` on into `spec`, which gets OTP's defaults before.  `strategy`, which may
 * be null, gets it as given. */
bool cnf_spec_parse(struct cnf_parser *p, size_t first, unsigned on, struct rt_child *spec,
		    const char **strategy);

/* --- case.c --------------------------------------------------------------------------------------------- */

struct cnf_line *cnf_node_find(const struct cnf_parsed *parsed, const char *path, size_t length);
bool cnf_is_pool(const struct cnf_line *node);

/* --- script.c ------------------------------------------------------------------------------------------- */

bool cnf_script_line(struct cnf_parser *p);

#endif
