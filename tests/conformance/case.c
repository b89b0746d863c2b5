/* case.c - reads a case line by line: the tree here, specifications in spec.c, steps in script.c. */
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the tree ------------------------------------------------------------------------------------------- */

struct cnf_line *cnf_node_find(const struct cnf_parsed *parsed, const char *path, size_t length)
{
	struct cnf_line *node;

	HASH_FIND(hh, parsed->by_path, path, length, node);
	return node;
}

static bool parent_find(struct cnf_parser *p, struct cnf_line *node, const struct cnf_word *word)
{
	const char *slash = strrchr(word->text, '/');

	if (!slash)
		return cnf_fail(p, word->column, "there is only one root");
	node->parent = cnf_node_find(p->to, word->text, (size_t)(slash - word->text));
	if (!node->parent)
		return cnf_fail(p, word->column,
				"'%.*s' is not there yet; a parent comes before its children",
				(int)(slash - word->text > 60 ? 60 : slash - word->text), word->text);
	if (node->parent->public.kind != CNF_SUP)
		return cnf_fail(p, word->column, "the parent is not a supervisor");
	node->parent->n_children++;
	return true;
}

bool cnf_is_pool(const struct cnf_line *node)
{
	return node->public.kind == CNF_SUP && node->spec.strategy == RT_SIMPLE_ONE_FOR_ONE &&
	       !(node->spec.invalid && node->spec.invalid->strategy);
}

static bool tree_line(struct cnf_parser *p)
{
	struct cnf_parsed *to = p->to;
	const struct cnf_word *word = &p->words[0], *path = &p->words[1];
	struct cnf_line *node = cnf_arena_alloc(&to->arena, sizeof(*node)), *before;
	bool root = to->n_nodes == 0;

	if (!strcmp(word->text, "sup"))
		node->public.kind = CNF_SUP;
	else if (!strcmp(word->text, "worker"))
		node->public.kind = CNF_WORKER;
	else if (!strcmp(word->text, "template"))
		node->public.kind = CNF_TEMPLATE;
	else
		return cnf_fail(p, word->column, "'%.*s' is not sup, worker, template or script",
				SHOWN(word));
	if (p->n_words < 2)
		return cnf_fail(p, word->column, "%s has no path", word->text);
	if (root && node->public.kind != CNF_SUP)
		return cnf_fail(p, word->column, "the first line has to be the root supervisor");
	if (!cnf_path_check(p, path, node->public.kind == CNF_TEMPLATE, &node->depth))
		return false;
	if (root && node->depth > 1)
		return cnf_fail(p, path->column, "the first line has to be the root supervisor: one id");
	if (!root && !parent_find(p, node, path))
		return false;
	if (!cnf_spec_parse(p, 2,
			    root                           ? CNF_ON_ROOT
			    : node->public.kind == CNF_SUP ? CNF_ON_SUP
							   : CNF_ON_WORKER,
			    &node->spec, &node->public.strategy))
		return false;
	if (node->parent && cnf_is_pool(node->parent) && node->public.kind != CNF_TEMPLATE)
		return cnf_fail(p, path->column,
				"a simple_one_for_one supervisor has a template and nothing else");
	if (node->parent && node->public.kind == CNF_TEMPLATE) {
		if (!cnf_is_pool(node->parent) &&
		    !(node->parent->spec.invalid && node->parent->spec.invalid->strategy))
			return cnf_fail(p, path->column,
					"only a simple_one_for_one supervisor has a template");
		if (node->parent->n_templates++ > 0)
			return cnf_fail(p, path->column, "a simple_one_for_one supervisor has one template");
	}
	node->public.path = path->text;
	node->line = p->line;
	node->column = path->column;
	node->spec.id = strrchr(path->text, '/') ? strrchr(path->text, '/') + 1 : path->text;
	if (to->n_nodes == to->nodes_capacity)
		to->nodes = cnf_grown(to->nodes, &to->nodes_capacity, sizeof(struct cnf_line *));
	to->nodes[to->n_nodes++] = node;
	/* Of a repeated path the latest line gets the children; a duplicate id is never started anyway. */
	before = cnf_node_find(to, path->text, path->length);
	node->repeated = before != NULL;
	if (before)
		HASH_DEL(to->by_path, before);
	HASH_ADD_KEYPTR(hh, to->by_path, node->public.path, path->length, node);
	return true;
}

/* Hangs every specification into its parent's array.  Parents come first, so nothing moves afterwards. */
static bool tree_build(struct cnf_parser *p)
{
	struct cnf_parsed *to = p->to;

	if (to->n_nodes == 0)
		return cnf_fail(p, 1, "there is no tree before the script");
	for (size_t i = 0; i < to->n_nodes; i++) {
		struct cnf_line *node = to->nodes[i];
		struct rt_child *children = NULL;

		if (cnf_is_pool(node) && node->n_templates != 1) {
			p->line = node->line;
			return cnf_fail(p, node->column, "a simple_one_for_one supervisor needs a template");
		}
		if (node->n_children)
			children = cnf_arena_alloc(&to->arena, node->n_children * sizeof(*children));
		node->spec.children = children;
		node->spec.n_children = node->n_children;
		/* The parent's array is const for everybody else. */
		if (node->parent)
			node->slot =
				(struct rt_child *)node->parent->slot->children + node->parent->n_placed++;
		else
			node->slot = &to->public.root;
		*node->slot = node->spec;
		node->public.spec = node->slot;
	}
	return true;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static bool line_take(struct cnf_parser *p, const char *line, size_t length)
{
	if (!cnf_words_cut(p, line, length))
		return false;
	if (p->n_words == 0)
		return true;
	if (p->in_script)
		return cnf_script_line(p);
	if (strcmp(p->words[0].text, "script"))
		return tree_line(p);
	if (p->n_words > 1)
		return cnf_fail(p, p->words[1].column, "script stands on a line of its own");
	p->in_script = true;
	return tree_build(p);
}

static bool lines_take(struct cnf_parser *p, const char *text, size_t length)
{
	if (length > CNF_CASE_BYTES_MAX) {
		p->line = 1;
		return cnf_fail(p, 1, "the case is larger than %zu bytes", CNF_CASE_BYTES_MAX);
	}
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t size = newline ? (size_t)(newline - text) : length;

		p->line++;
		if (!line_take(p, text, size))
			return false;
		text += size + (newline ? 1 : 0);
		length -= size + (newline ? 1 : 0);
	}
	p->line = p->in_burst ? p->burst_line : p->line ? p->line : 1;
	if (p->in_burst)
		return cnf_fail(p, 1, "this burst has no end");
	if (!p->in_script)
		return cnf_fail(p, 1, "the line 'script' is missing");
	return true;
}

struct cnf_case *cnf_case_parse(const char *text, size_t length, struct cnf_error *error)
{
	struct cnf_parsed *to = calloc(1, sizeof(*to));
	struct cnf_parser p = {.to = to, .error = error};
	bool good;

	if (!to) {
		fputs("out of memory\n", stderr);
		abort();
	}
	good = lines_take(&p, text, length);
	free(p.words);
	to->public.steps = to->steps;
	if (good)
		return &to->public;
	cnf_case_free(&to->public);
	return NULL;
}

void cnf_case_free(struct cnf_case *kase)
{
	struct cnf_parsed *parsed = (struct cnf_parsed *)kase;

	if (!parsed)
		return;
	HASH_CLEAR(hh, parsed->by_path);
	free(parsed->nodes);
	free(parsed->steps);
	cnf_arena_fini(&parsed->arena);
	free(parsed);
}

const struct cnf_node *cnf_case_find(const struct cnf_case *kase, const char *path)
{
	const struct cnf_line *node = cnf_node_find((const struct cnf_parsed *)kase, path, strlen(path));

	return node ? &node->public : NULL;
}

size_t cnf_case_nodes(const struct cnf_case *kase)
{
	return ((const struct cnf_parsed *)kase)->n_nodes;
}

const struct cnf_node *cnf_case_node(const struct cnf_case *kase, size_t index)
{
	return &((const struct cnf_parsed *)kase)->nodes[index]->public;
}
