/* script.c - the steps of a case. */
#include "parser.h"

#include <string.h>

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

static bool request_name(struct cnf_parser *p, struct cnf_step *step, const struct cnf_word *word)
{
	step->name = word->text;
	if ((step->op == CNF_START_CHILD || *word->text != '@') && cnf_is_id(word->text, word->length, true))
		return true;
	if (step->op != CNF_START_CHILD && *word->text == '@' &&
	    cnf_is_id(word->text + 1, word->length - 1, true)) {
		step->by_handle = true;
		return true;
	}
	return cnf_fail(p, word->column, "'%.*s' is not an id, a key or @KEY", SHOWN(word));
}

static const struct rt_start_item plan_ok = {.outcome = RT_START_OK, .times = 1};

static bool start_child(struct cnf_parser *p, struct cnf_step *step)
{
	const struct cnf_line *node = cnf_node_find(p->to, p->words[1].text, p->words[1].length);
	struct rt_child *child;

	/* Of a repeated path either may be meant. */
	if (node && node->repeated)
		node = NULL;
	if (p->n_words == 3) {
		if (node && node->public.kind == CNF_SUP && !cnf_is_pool(node) && !node->spec.invalid)
			return cnf_fail(p, p->words[2].column,
				    "a key is for simple_one_for_one; here it is: start_child SUP worker ID");
		return request_name(p, step, &p->words[2]);
	}
	if (strcmp(p->words[2].text, "worker"))
		return cnf_fail(p, p->words[2].column,
				"only a worker can be started: start_child SUP worker ID");
	if (node && cnf_is_pool(node))
		return cnf_fail(p, p->words[2].column,
				"in a simple_one_for_one supervisor it is: start_child POOL KEY");
	if (!cnf_is_id(p->words[3].text, p->words[3].length, false))
		return cnf_fail(p, p->words[3].column, "'%.*s' is not an id", SHOWN(&p->words[3]));
	child = cnf_arena_alloc(&p->to->arena, sizeof(*child));
	child->id = p->words[3].text;
	step->name = child->id;
	step->child = child;
	if (!cnf_spec_parse(p, 4, CNF_ON_WORKER, child, NULL))
		return false;
	/* The runtime remembers the calls of a path that is gone only for the sake of a plan. */
	if (child->n_starts == 0) {
		child->starts = &plan_ok;
		child->n_starts = 1;
	}
	return true;
}

/* Inside a burst: what happens to the supervisor itself. */
static bool burst_check(struct cnf_parser *p, const struct cnf_step *step)
{
	const char *sup = p->to->steps[p->burst].path;
	const struct cnf_word *word = &p->words[p->n_words > 1];
	const char *slash;

	if (cnf_op_request(step->op) != RT_OP_COUNT) {
		if (strcmp(step->path, sup))
			return cnf_fail(p, word->column, "inside a burst requests go to its supervisor %.60s",
					sup);
		return true;
	}
	if (step->op != CNF_EXIT && step->op != CNF_KILL)
		return cnf_fail(p, p->words[0].column, "%s is not possible inside a burst",
				cnf_op_word(step->op));
	slash = strrchr(step->path, '/');
	if (!slash || strlen(sup) != (size_t)(slash - step->path) || strncmp(sup, step->path, strlen(sup)))
		return cnf_fail(p, word->column, "inside a burst only direct children of %.60s exit", sup);
	return true;
}

bool cnf_script_line(struct cnf_parser *p)
{
	struct cnf_parsed *to = p->to;
	const struct cnf_word *word = &p->words[0];
	struct cnf_step step = {.op = CNF_OP_COUNT, .line = p->line};
	const struct step_row *row;
	unsigned depth;

	for (unsigned op = 0; op < CNF_OP_COUNT; op++)
		if (!strcmp(step_rows[op].word, word->text))
			step.op = (enum cnf_op)op;
	if (step.op == CNF_OP_COUNT)
		return cnf_fail(p, word->column, "unknown step '%.*s'", SHOWN(word));
	row = &step_rows[step.op];
	if (p->n_words - 1 < row->least || p->n_words - 1 > row->most)
		return cnf_fail(p, word->column, "%s takes %s", row->word,
				*row->usage ? row->usage : "no words");
	step.text = cnf_words_joined(p);
	if (step.op == CNF_END) {
		if (!p->in_burst)
			return cnf_fail(p, word->column, "end without a burst");
		p->in_burst = false;
		to->steps[p->burst].n_inner = to->public.n_steps - p->burst - 1;
		return true;
	}
	if (step.op == CNF_WAIT) {
		if (!cnf_ms_parse(p, p->words[1].column, p->words[1].text, CNF_WAIT_MAX_MS - p->waited_ms,
				  &step.wait_ms))
			return false;
		p->waited_ms += step.wait_ms;
	} else {
		if (!cnf_path_check(p, &p->words[1], false, &depth))
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
		to->steps = cnf_grown(to->steps, &to->steps_capacity, sizeof(*to->steps));
	to->steps[to->public.n_steps++] = step;
	return true;
}
