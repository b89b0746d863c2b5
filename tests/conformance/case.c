/* case.c - reads a case line by line.
 *
 * A line is cut into words that remember their column; every check complains about a word.  The first error
 * ends the parse.
 */
#include "case.h"

#include "arena.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct word {
	const char *text; /* ended by a nul */
	size_t length;
	unsigned column;
};

/* A tree line with what is needed to hang it into its parent. */
struct node {
	struct cnf_node public;
	struct rt_child spec;
	struct rt_child *slot; /* where spec has to end up */
	struct node *parent;
	uint32_t n_children, n_placed, n_templates;
	unsigned depth, line, column;
	bool repeated; /* its path was there before */
	UT_hash_handle hh;
};

struct parsed {
	struct cnf_case public; /* first: it is what the caller has */
	struct cnf_arena arena;
	struct node *by_path;
	struct node **nodes; /* in the order of their lines */
	size_t n_nodes, nodes_capacity;
	struct cnf_step *steps;
	size_t steps_capacity;
};

struct parser {
	struct parsed *to;
	struct cnf_error *error;
	unsigned line;
	struct word *words;
	size_t n_words, words_capacity;
	bool in_script;
	bool in_burst;
	size_t burst; /* index of its step */
	unsigned burst_line;
	int64_t waited_ms;
};

static bool fail(struct parser *p, unsigned column, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(struct parser *p, unsigned column, const char *format, ...)
{
	va_list args;

	p->error->line = p->line;
	p->error->column = column;
	va_start(args, format);
	vsnprintf(p->error->text, sizeof(p->error->text), format, args);
	va_end(args);
	return false;
}

/* Words in messages are cut: a line may be megabytes long. */
#define SHOWN(word) (int)((word)->length > 60 ? 60 : (word)->length), (word)->text

static void *grown(void *items, size_t *capacity, size_t size)
{
	*capacity = *capacity ? 2 * *capacity : 16;
	items = realloc(items, *capacity * size);
	if (!items) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return items;
}

/* --- words ------------------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool words_cut(struct parser *p, const char *line, size_t length)
{
	size_t at = 0;

	p->n_words = 0;
	while (at < length && line[at] != '#') {
		size_t from = at;
		struct word *word;

		if (is_blank(line[at])) {
			at++;
			continue;
		}
		while (at < length && line[at] != '#' && !is_blank(line[at])) {
			if (line[at] < '!' || line[at] > '~')
				return fail(p, (unsigned)at + 1, "byte 0x%02x is not allowed outside of a comment",
					    (unsigned)(unsigned char)line[at]);
			at++;
		}
		if (p->n_words == p->words_capacity)
			p->words = grown(p->words, &p->words_capacity, sizeof(*p->words));
		word = &p->words[p->n_words++];
		word->text = cnf_arena_text(&p->to->arena, line + from, at - from);
		word->length = at - from;
		word->column = (unsigned)from + 1;
	}
	return true;
}

static const char *words_joined(struct parser *p)
{
	size_t length = 0;
	char *text, *at;

	for (size_t i = 0; i < p->n_words; i++)
		length += p->words[i].length + 1;
	text = cnf_arena_alloc(&p->to->arena, length);
	at = text;
	for (size_t i = 0; i < p->n_words; i++) {
		memcpy(at, p->words[i].text, p->words[i].length);
		at += p->words[i].length;
		*at++ = i + 1 < p->n_words ? ' ' : '\0';
	}
	return text;
}

/* [a-z][a-z0-9_]*; a key of a pool may begin with anything that may follow. */
static bool is_id(const char *text, size_t length, bool is_key)
{
	for (size_t i = 0; i < length; i++) {
		bool letter = text[i] >= 'a' && text[i] <= 'z';
		bool other = (text[i] >= '0' && text[i] <= '9') || text[i] == '_';

		if (!letter && !(other && (i > 0 || is_key)))
			return false;
	}
	return length > 0;
}

/* Checks a path; `template` says whether its last id is a star. */
static bool path_check(struct parser *p, const struct word *word, bool template, unsigned *depth)
{
	const char *at = word->text;

	for (*depth = 1;; ++*depth) {
		size_t length = strcspn(at, "/");
		bool last = at[length] == '\0';

		if (template && last) {
			if (strcmp(at, "*") != 0)
				return fail(p, word->column + (unsigned)(at - word->text),
					    "the path of a template ends in /*");
		} else if (!is_id(at, length, p->in_script)) {
			return fail(p, word->column + (unsigned)(at - word->text),
				    "'%.*s' is not an id (a letter, then letters, digits and _, all small)",
				    (int)(length > 60 ? 60 : length), at);
		}
		if (*depth > CNF_DEPTH_MAX)
			return fail(p, word->column, "the path is deeper than %d levels", CNF_DEPTH_MAX);
		if (last)
			return true;
		at += length + 1;
	}
}

static bool is_integer(const char *text)
{
	if (*text == '-')
		text++;
	if (!*text)
		return false;
	return text[strspn(text, "0123456789")] == '\0';
}

/* The value of an integer that is not negative; anything larger than `most` is `most`. */
static int64_t integer(const char *text, int64_t most)
{
	long long value;

	errno = 0;
	value = strtoll(text, NULL, 10);
	return errno == ERANGE || value > most ? most : value;
}

static bool ms_parse(struct parser *p, unsigned column, const char *text, int64_t most, int64_t *ms)
{
	if (!is_integer(text) || *text == '-')
		return fail(p, column, "'%.60s' is not a number of milliseconds", text);
	*ms = integer(text, INT64_MAX);
	if (*ms > most)
		return fail(p, column, "at most %lld milliseconds are possible", (long long)most);
	return true;
}

/* --- keys of a specification -------------------------------------------------------------------------------- */

static int list_find(const char *word, const char *(*text)(unsigned), unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(text(i), word))
			return (int)i;
	return -1;
}

static const char *strategy_text(unsigned i)
{
	return rt_strategy_text((enum rt_strategy)i);
}

static const char *auto_shutdown_text(unsigned i)
{
	return rt_auto_shutdown_text((enum rt_auto_shutdown)i);
}

static const char *restart_text(unsigned i)
{
	return rt_restart_text((enum rt_restart)i);
}

/* A specification being read. */
struct reading {
	struct rt_child *spec;
	struct rt_invalid *invalid;
	const char *strategy;
	bool root;
};

/* Each takes a value and the column where it begins. */
static bool key_strategy(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, strategy_text, RT_STRATEGY_COUNT);

	(void)p, (void)column;
	r->strategy = value;
	if (at < 0)
		r->invalid->strategy = value;
	else
		r->spec->strategy = (uint8_t)at;
	return true;
}

static bool key_intensity(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!is_integer(value) || *value == '-')
		r->invalid->intensity = value;
	else
		r->spec->intensity = (uint32_t)integer(value, UINT32_MAX);
	return true;
}

static bool key_period(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!is_integer(value) || integer(value, UINT32_MAX) < 1)
		r->invalid->period = value;
	else
		r->spec->period_s = (uint32_t)integer(value, UINT32_MAX);
	return true;
}

static bool key_auto_shutdown(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, auto_shutdown_text, RT_AUTO_SHUTDOWN_COUNT);

	(void)p, (void)column;
	if (at < 0)
		r->invalid->auto_shutdown = value;
	else
		r->spec->auto_shutdown = (uint8_t)at;
	return true;
}

static bool key_restart(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	int at = list_find(value, restart_text, RT_RESTART_COUNT);

	(void)p, (void)column;
	if (at < 0)
		r->invalid->restart = value;
	else
		r->spec->restart = (uint8_t)at;
	return true;
}

static bool key_shutdown(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	if (!strcmp(value, "infinity"))
		r->spec->shutdown_ms = RT_SHUTDOWN_INFINITY;
	else if (!strcmp(value, "brutal_kill"))
		r->spec->shutdown_ms = RT_SHUTDOWN_BRUTAL_KILL;
	else if (!is_integer(value) || *value == '-')
		r->invalid->shutdown = value;
	else
		return ms_parse(p, column, value, CNF_MS_MAX, &r->spec->shutdown_ms);
	return true;
}

static bool key_significant(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	(void)p, (void)column;
	if (!strcmp(value, "true"))
		r->spec->significant = true;
	else if (strcmp(value, "false"))
		r->invalid->significant = value;
	return true;
}

static bool key_trap(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	r->spec->trap_exit = !strcmp(value, "yes");
	if (!r->spec->trap_exit && strcmp(value, "no"))
		return fail(p, column, "trap is yes or no");
	return true;
}

static bool key_on_shutdown(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	if (!strcmp(value, "ok")) {
		r->spec->on_shutdown = RT_STOP_OK;
	} else if (!strcmp(value, "ignore")) {
		r->spec->on_shutdown = RT_STOP_IGNORE;
	} else if (!strncmp(value, "exit:", 5) && value[5]) {
		r->spec->on_shutdown = RT_STOP_EXIT;
		r->spec->stop_reason = value + 5;
	} else if (!strncmp(value, "delay:", 6)) {
		int64_t ms;

		if (!ms_parse(p, column + 6, value + 6, CNF_MS_MAX, &ms))
			return false;
		r->spec->on_shutdown = RT_STOP_DELAY;
		r->spec->stop_delay_ms = (uint32_t)ms;
	} else {
		return fail(p, column, "on_shutdown is ok, ignore, exit:REASON or delay:MS");
	}
	return true;
}

/* Length of the first item of a plan: up to a comma that is not inside brackets or quotes of a term. */
static size_t item_length(const char *text)
{
	size_t depth = 0, at;
	char quote = '\0';

	for (at = 0; text[at]; at++) {
		char c = text[at];

		if (quote) {
			if (c == '\\' && text[at + 1])
				at++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (strchr("{[(", c)) {
			depth++;
		} else if (strchr("}])", c) && depth > 0) {
			depth--;
		} else if (c == ',' && depth == 0) {
			break;
		}
	}
	return at;
}

static bool item_parse(struct parser *p, const char *text, size_t length, unsigned column,
		       struct rt_start_item *item)
{
	size_t digits = length;

	item->times = 1;
	while (digits > 0 && isdigit((unsigned char)text[digits - 1]))
		digits--;
	if (digits > 0 && digits < length && text[digits - 1] == '*') {
		int64_t times = integer(text + digits, UINT32_MAX);

		if (times < 1)
			return fail(p, column + (unsigned)digits, "an item of a start plan is used at least once");
		item->times = (uint32_t)times;
		length = digits - 1;
	}
	if (length == 2 && !memcmp(text, "ok", 2)) {
		item->outcome = RT_START_OK;
	} else if (length == 6 && !memcmp(text, "ignore", 6)) {
		item->outcome = RT_START_IGNORE;
	} else if (length > 5 && !memcmp(text, "fail:", 5)) {
		item->outcome = RT_START_FAIL;
		item->reason = cnf_arena_text(&p->to->arena, text + 5, length - 5);
	} else {
		return fail(p, column, "'%.*s' is not ok, ignore or fail:REASON", (int)(length > 60 ? 60 : length),
			    text);
	}
	return true;
}

static bool key_starts(struct parser *p, struct reading *r, const char *value, unsigned column)
{
	struct rt_start_item *items;
	const char *at = value;
	uint32_t count = 1, i;

	for (const char *c = value; *c; c++)
		count += *c == ',';
	items = cnf_arena_alloc(&p->to->arena, count * sizeof(*items));
	for (i = 0;; i++) {
		size_t length = item_length(at);

		if (!item_parse(p, at, length, column + (unsigned)(at - value), &items[i]))
			return false;
		at += length;
		if (!*at)
			break;
		at++;
	}
	r->spec->starts = items;
	r->spec->n_starts = i + 1;
	return true;
}

enum { ON_ROOT = 1, ON_SUP = 2, ON_WORKER = 4, ON_ANY = 7 };

static const struct key_row {
	const char *name;
	unsigned on;
	bool (*take)(struct parser *p, struct reading *r, const char *value, unsigned column);
} key_rows[] = {
	{"strategy", ON_ROOT | ON_SUP, key_strategy},
	{"intensity", ON_ROOT | ON_SUP, key_intensity},
	{"period", ON_ROOT | ON_SUP, key_period},
	{"auto_shutdown", ON_ROOT | ON_SUP, key_auto_shutdown},
	{"restart", ON_SUP | ON_WORKER, key_restart},
	{"shutdown", ON_SUP | ON_WORKER, key_shutdown},
	{"significant", ON_SUP | ON_WORKER, key_significant},
	{"starts", ON_ANY, key_starts},
	{"trap", ON_WORKER, key_trap},
	{"on_shutdown", ON_WORKER, key_on_shutdown},
};
#define KEY_COUNT (sizeof(key_rows) / sizeof(key_rows[0]))

static bool invalid_any(const struct rt_invalid *invalid)
{
	return invalid->strategy || invalid->intensity || invalid->period || invalid->auto_shutdown ||
	       invalid->restart || invalid->significant || invalid->type || invalid->shutdown;
}

/* Reads KEY=VALUE words from `first` on into `spec`, which gets OTP's defaults before. */
static bool spec_parse(struct parser *p, size_t first, unsigned on, struct rt_child *spec, const char **strategy)
{
	struct reading r = {.spec = spec, .strategy = rt_strategy_text(RT_ONE_FOR_ONE)};
	bool seen[KEY_COUNT] = {false};

	spec->supervisor = on != ON_WORKER;
	spec->trap_exit = true;
	spec->type = spec->supervisor ? RT_SUPERVISOR : RT_WORKER;
	spec->restart = RT_PERMANENT;
	spec->shutdown_ms = spec->supervisor ? RT_SHUTDOWN_INFINITY : RT_SHUTDOWN_WORKER_MS;
	spec->strategy = RT_ONE_FOR_ONE;
	spec->intensity = RT_INTENSITY_DEFAULT;
	spec->period_s = RT_PERIOD_DEFAULT_S;
	spec->auto_shutdown = RT_NEVER;
	r.invalid = cnf_arena_alloc(&p->to->arena, sizeof(*r.invalid));
	for (size_t i = first; i < p->n_words; i++) {
		const struct word *word = &p->words[i];
		size_t length = strcspn(word->text, "="), k;

		if (word->text[length] != '=')
			return fail(p, word->column, "'%.*s' is not of the form key=value", SHOWN(word));
		for (k = 0; k < KEY_COUNT; k++)
			if (strlen(key_rows[k].name) == length && !memcmp(key_rows[k].name, word->text, length))
				break;
		if (k == KEY_COUNT)
			return fail(p, word->column, "unknown key '%.*s'", (int)(length > 60 ? 60 : length),
				    word->text);
		if (!(key_rows[k].on & on))
			return fail(p, word->column, "%s does not belong on %s", key_rows[k].name,
				    on == ON_ROOT ? "the root" : on == ON_SUP ? "a supervisor" : "a worker");
		if (seen[k])
			return fail(p, word->column, "%s is given twice", key_rows[k].name);
		seen[k] = true;
		if (word->length == length + 1)
			return fail(p, word->column, "%s has no value", key_rows[k].name);
		if (!key_rows[k].take(p, &r, word->text + length + 1, word->column + (unsigned)length + 1))
			return false;
	}
	if (invalid_any(r.invalid))
		spec->invalid = r.invalid;
	if (strategy)
		*strategy = r.strategy;
	return true;
}

/* --- the tree ------------------------------------------------------------------------------------------------- */

static struct node *node_find(const struct parsed *parsed, const char *path, size_t length)
{
	struct node *node;

	HASH_FIND(hh, parsed->by_path, path, length, node);
	return node;
}

static bool parent_find(struct parser *p, struct node *node, const struct word *word)
{
	const char *slash = strrchr(word->text, '/');

	if (!slash)
		return fail(p, word->column, "there is only one root");
	node->parent = node_find(p->to, word->text, (size_t)(slash - word->text));
	if (!node->parent)
		return fail(p, word->column, "'%.*s' is not there yet; a parent comes before its children",
			    (int)(slash - word->text > 60 ? 60 : slash - word->text), word->text);
	if (node->parent->public.kind != CNF_SUP)
		return fail(p, word->column, "the parent is not a supervisor");
	node->parent->n_children++;
	return true;
}

static bool is_pool(const struct node *node)
{
	return node->public.kind == CNF_SUP && node->spec.strategy == RT_SIMPLE_ONE_FOR_ONE &&
	       !(node->spec.invalid && node->spec.invalid->strategy);
}

static bool tree_line(struct parser *p)
{
	struct parsed *to = p->to;
	const struct word *word = &p->words[0], *path = &p->words[1];
	struct node *node = cnf_arena_alloc(&to->arena, sizeof(*node)), *before;
	bool root = to->n_nodes == 0;

	if (!strcmp(word->text, "sup"))
		node->public.kind = CNF_SUP;
	else if (!strcmp(word->text, "worker"))
		node->public.kind = CNF_WORKER;
	else if (!strcmp(word->text, "template"))
		node->public.kind = CNF_TEMPLATE;
	else
		return fail(p, word->column, "'%.*s' is not sup, worker, template or script", SHOWN(word));
	if (p->n_words < 2)
		return fail(p, word->column, "%s has no path", word->text);
	if (root && node->public.kind != CNF_SUP)
		return fail(p, word->column, "the first line has to be the root supervisor");
	if (!path_check(p, path, node->public.kind == CNF_TEMPLATE, &node->depth))
		return false;
	if (root && node->depth > 1)
		return fail(p, path->column, "the first line has to be the root supervisor: one id");
	if (!root && !parent_find(p, node, path))
		return false;
	if (!spec_parse(p, 2, root ? ON_ROOT : node->public.kind == CNF_SUP ? ON_SUP : ON_WORKER, &node->spec,
			&node->public.strategy))
		return false;
	if (node->parent && is_pool(node->parent) && node->public.kind != CNF_TEMPLATE)
		return fail(p, path->column, "a simple_one_for_one supervisor has a template and nothing else");
	if (node->parent && node->public.kind == CNF_TEMPLATE) {
		if (!is_pool(node->parent) && !(node->parent->spec.invalid && node->parent->spec.invalid->strategy))
			return fail(p, path->column, "only a simple_one_for_one supervisor has a template");
		if (node->parent->n_templates++ > 0)
			return fail(p, path->column, "a simple_one_for_one supervisor has one template");
	}
	node->public.path = path->text;
	node->line = p->line;
	node->column = path->column;
	node->spec.id = strrchr(path->text, '/') ? strrchr(path->text, '/') + 1 : path->text;
	if (to->n_nodes == to->nodes_capacity)
		to->nodes = grown(to->nodes, &to->nodes_capacity, sizeof(struct node *));
	to->nodes[to->n_nodes++] = node;
	/* Of a repeated path the latest line gets the children; a duplicate id is never started anyway. */
	before = node_find(to, path->text, path->length);
	node->repeated = before != NULL;
	if (before)
		HASH_DEL(to->by_path, before);
	HASH_ADD_KEYPTR(hh, to->by_path, node->public.path, path->length, node);
	return true;
}

/* Hangs every specification into its parent's array.  Parents come first, so nothing moves afterwards. */
static bool tree_build(struct parser *p)
{
	struct parsed *to = p->to;

	if (to->n_nodes == 0)
		return fail(p, 1, "there is no tree before the script");
	for (size_t i = 0; i < to->n_nodes; i++) {
		struct node *node = to->nodes[i];
		struct rt_child *children = NULL;

		if (is_pool(node) && node->n_templates != 1) {
			p->line = node->line;
			return fail(p, node->column, "a simple_one_for_one supervisor needs a template");
		}
		if (node->n_children)
			children = cnf_arena_alloc(&to->arena, node->n_children * sizeof(*children));
		node->spec.children = children;
		node->spec.n_children = node->n_children;
		/* The parent's array is const for everybody else. */
		if (node->parent)
			node->slot = (struct rt_child *)node->parent->slot->children + node->parent->n_placed++;
		else
			node->slot = &to->public.root;
		*node->slot = node->spec;
	}
	return true;
}

/* --- the script ------------------------------------------------------------------------------------------------- */

static const struct step_row {
	const char *word, *usage;
	size_t least, most;
} step_rows[CNF_OP_COUNT] = {
#define X(name, word, usage, least, most) [name] = {word, usage, least, most},
	CNF_STEP_LIST(X)
#undef X
};

const char *cnf_op_word(enum cnf_op op)
{
	return step_rows[op].word;
}

enum rt_op cnf_op_request(enum cnf_op op)
{
	static const enum rt_op requests[CNF_OP_COUNT] = {
		[CNF_START_CHILD] = RT_OP_START_CHILD,	   [CNF_TERMINATE_CHILD] = RT_OP_TERMINATE_CHILD,
		[CNF_RESTART_CHILD] = RT_OP_RESTART_CHILD, [CNF_DELETE_CHILD] = RT_OP_DELETE_CHILD,
		[CNF_GET_CHILDSPEC] = RT_OP_GET_CHILDSPEC, [CNF_WHICH_CHILDREN] = RT_OP_WHICH_CHILDREN,
		[CNF_COUNT_CHILDREN] = RT_OP_COUNT_CHILDREN,
	};

	/* RT_OP_START, which is 0, is not a request of a step. */
	return requests[op] == RT_OP_START ? RT_OP_COUNT : requests[op];
}

static bool request_name(struct parser *p, struct cnf_step *step, const struct word *word)
{
	step->name = word->text;
	if ((step->op == CNF_START_CHILD || *word->text != '@') && is_id(word->text, word->length, true))
		return true;
	if (step->op != CNF_START_CHILD && *word->text == '@' && is_id(word->text + 1, word->length - 1, true)) {
		step->by_handle = true;
		return true;
	}
	return fail(p, word->column, "'%.*s' is not an id, a key or @KEY", SHOWN(word));
}

static const struct rt_start_item plan_ok = {.outcome = RT_START_OK, .times = 1};

static bool start_child(struct parser *p, struct cnf_step *step)
{
	const struct node *node = node_find(p->to, p->words[1].text, p->words[1].length);
	struct rt_child *child;

	/* Of a repeated path either may be meant. */
	if (node && node->repeated)
		node = NULL;
	if (p->n_words == 3) {
		if (node && node->public.kind == CNF_SUP && !is_pool(node) && !node->spec.invalid)
			return fail(p, p->words[2].column,
				    "a key is for simple_one_for_one; here it is: start_child SUP worker ID");
		return request_name(p, step, &p->words[2]);
	}
	if (strcmp(p->words[2].text, "worker"))
		return fail(p, p->words[2].column, "only a worker can be started: start_child SUP worker ID");
	if (node && is_pool(node))
		return fail(p, p->words[2].column, "in a simple_one_for_one supervisor it is: start_child POOL KEY");
	if (!is_id(p->words[3].text, p->words[3].length, false))
		return fail(p, p->words[3].column, "'%.*s' is not an id", SHOWN(&p->words[3]));
	child = cnf_arena_alloc(&p->to->arena, sizeof(*child));
	child->id = p->words[3].text;
	step->name = child->id;
	step->child = child;
	if (!spec_parse(p, 4, ON_WORKER, child, NULL))
		return false;
	/* The runtime remembers the calls of a path that is gone only for the sake of a plan. */
	if (child->n_starts == 0) {
		child->starts = &plan_ok;
		child->n_starts = 1;
	}
	return true;
}

/* Inside a burst: what happens to the supervisor itself. */
static bool burst_check(struct parser *p, const struct cnf_step *step)
{
	const char *sup = p->to->steps[p->burst].path;
	const struct word *word = &p->words[p->n_words > 1];
	const char *slash;

	if (cnf_op_request(step->op) != RT_OP_COUNT) {
		if (strcmp(step->path, sup))
			return fail(p, word->column, "inside a burst requests go to its supervisor %.60s", sup);
		return true;
	}
	if (step->op != CNF_EXIT && step->op != CNF_KILL)
		return fail(p, p->words[0].column, "%s is not possible inside a burst", cnf_op_word(step->op));
	slash = strrchr(step->path, '/');
	if (!slash || strlen(sup) != (size_t)(slash - step->path) || strncmp(sup, step->path, strlen(sup)))
		return fail(p, word->column, "inside a burst only direct children of %.60s exit", sup);
	return true;
}

static bool script_line(struct parser *p)
{
	struct parsed *to = p->to;
	const struct word *word = &p->words[0];
	struct cnf_step step = {.op = CNF_OP_COUNT, .line = p->line};
	const struct step_row *row;
	unsigned depth;

	for (unsigned op = 0; op < CNF_OP_COUNT; op++)
		if (!strcmp(step_rows[op].word, word->text))
			step.op = (enum cnf_op)op;
	if (step.op == CNF_OP_COUNT)
		return fail(p, word->column, "unknown step '%.*s'", SHOWN(word));
	row = &step_rows[step.op];
	if (p->n_words - 1 < row->least || p->n_words - 1 > row->most)
		return fail(p, word->column, "%s takes %s", row->word, *row->usage ? row->usage : "no words");
	step.text = words_joined(p);
	if (step.op == CNF_END) {
		if (!p->in_burst)
			return fail(p, word->column, "end without a burst");
		p->in_burst = false;
		to->steps[p->burst].n_inner = to->public.n_steps - p->burst - 1;
		return true;
	}
	if (step.op == CNF_WAIT) {
		if (!ms_parse(p, p->words[1].column, p->words[1].text, CNF_WAIT_MAX_MS - p->waited_ms, &step.wait_ms))
			return false;
		p->waited_ms += step.wait_ms;
	} else {
		if (!path_check(p, &p->words[1], false, &depth))
			return false;
		step.path = p->words[1].text;
	}
	if (step.op == CNF_EXIT || step.op == CNF_SIGNAL || step.op == CNF_STOP)
		step.reason = p->words[2].text;
	else if (step.op == CNF_START_CHILD ? !start_child(p, &step)
					    : p->n_words == 3 && !request_name(p, &step, &p->words[2]))
		return false;
	if (p->in_burst && !burst_check(p, &step))
		return false;
	if (step.op == CNF_BURST) {
		p->in_burst = true;
		p->burst = to->public.n_steps;
		p->burst_line = p->line;
	}
	if (to->public.n_steps == to->steps_capacity)
		to->steps = grown(to->steps, &to->steps_capacity, sizeof(*to->steps));
	to->steps[to->public.n_steps++] = step;
	return true;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static bool line_take(struct parser *p, const char *line, size_t length)
{
	if (!words_cut(p, line, length))
		return false;
	if (p->n_words == 0)
		return true;
	if (p->in_script)
		return script_line(p);
	if (strcmp(p->words[0].text, "script"))
		return tree_line(p);
	if (p->n_words > 1)
		return fail(p, p->words[1].column, "script stands on a line of its own");
	p->in_script = true;
	return tree_build(p);
}

static bool lines_take(struct parser *p, const char *text, size_t length)
{
	if (length > CNF_CASE_BYTES_MAX) {
		p->line = 1;
		return fail(p, 1, "the case is larger than %zu bytes", CNF_CASE_BYTES_MAX);
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
		return fail(p, 1, "this burst has no end");
	if (!p->in_script)
		return fail(p, 1, "the line 'script' is missing");
	return true;
}

struct cnf_case *cnf_case_parse(const char *text, size_t length, struct cnf_error *error)
{
	struct parsed *to = calloc(1, sizeof(*to));
	struct parser p = {.to = to, .error = error};
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
	struct parsed *parsed = (struct parsed *)kase;

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
	const struct node *node = node_find((const struct parsed *)kase, path, strlen(path));

	return node ? &node->public : NULL;
}
