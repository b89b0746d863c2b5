/* random_case.c - random cases: nothing is simulated; steps pick paths that exist in the file, and whether
 * anybody is there is for the run to find out.
 *
 * Time is the difficult part, because real time has to give the same trace as virtual time:
 *   - a case of kind WAITS has no time-out that fires, and its wait points keep off the end of a second;
 *   - in one of kind TIMEOUTS everything that takes time takes LEAF_MS, a supervisor's own time-out is much
 *     shorter or much longer, there is one on each way down at most, and periods are long.
 */
#include "random_case.h"

#include "runtime/runtime.h"

#include <string.h>

#define NODES_MAX 24
#define LEVELS_MAX 4
#define LEAF_MS 200   /* what stops a leaf late, or a leaf that is late */
#define SHORT_MS 60   /* of a supervisor that is killed half way */
#define LONG_MS 30000 /* never fires */

enum kind { PLAIN, WAITS, TIMEOUTS };

struct node {
	char path[64]; /* ids are short and levels few */
	int parent; /* -1 of the root */
	int level;
	bool sup, pool, short_time;
	unsigned n_children;
	char auto_shutdown; /* n, a (any), l (all) */
};

struct gen {
	struct rt_rng rng;
	FILE *out;
	enum kind kind;
	struct node node[NODES_MAX]; /* dynamic children are added to it */
	int n_nodes;
	unsigned clock_ms;
	unsigned odd; /* how many odd values may still come */
	unsigned plans, bursts; /* how common they are, in percent */
};

static unsigned below(struct gen *g, unsigned bound)
{
	return (unsigned)rt_rng_below(&g->rng, bound);
}

static bool chance(struct gen *g, unsigned percent)
{
	return below(g, 100) < percent;
}

#define PICK(g, list) ((list)[below(g, sizeof(list) / sizeof((list)[0]))])

static const char *reason(struct gen *g)
{
	static const char *const reasons[] = {
		"boom",
		"boom",
		"boom",
		"lost",
		"crash",
		"normal",
		"normal",
		"normal",
		"shutdown",
		"shutdown",
		"{shutdown,done}",
		"{shutdown,done}",
		"killed",
		"kill",
		"noproc",
		"{badmatch,{error,enoent}}",
	};

	return PICK(g, reasons);
}

static bool odd(struct gen *g)
{
	if (g->odd == 0 || !chance(g, 15))
		return false;
	g->odd--;
	return true;
}

/* --- specifications ------------------------------------------------------------------------------------- */

static void starts(struct gen *g, bool sup)
{
	static const char *const plans[] = {
		"ok,fail:nope,ok",     "ok,fail:nope*2,ok",  "ok,fail:nope*3,ok",    "ok*2,fail:{no,luck},ok",
		"ok,ignore,ok",	       "ok,ignore",	     "ok*2,ignore*2,ok",     "ignore,ok",
		"ignore,fail:late,ok", "ok,fail:nope",	     "ok*3,fail:gone",	     "ok,fail:a,ok,fail:b,ok",
		"ok,fail:a,fail:b,ok", "ok,fail:{shutdown,x},ok", "ok,ignore,fail:nope*2,ok",
	};
	static const char *const fatal[] = {"fail:nope", "fail:{shutdown,never}", "ignore", "fail:x*2,ok"};

	if (!chance(g, sup ? g->plans / 2 : g->plans))
		return;
	fprintf(g->out, " starts=%s", chance(g, 4) ? PICK(g, fatal) : PICK(g, plans));
}

static void restart(struct gen *g, char auto_shutdown)
{
	static const char *const types[] = {"permanent", "permanent", "transient", "temporary", ""};
	const char *type = PICK(g, types);

	/* Where it matters significant children are common. */
	if (auto_shutdown != 'n' && chance(g, 70))
		type = chance(g, 60) ? "transient" : "temporary";
	if (odd(g))
		type = chance(g, 50) ? "prmanent" : "7";
	if (*type)
		fprintf(g->out, " restart=%s", type);
	if (odd(g))
		fputs(chance(g, 50) ? " significant=true" : " significant=maybe", g->out);
	else if (auto_shutdown != 'n' && (*type == 't') && chance(g, 75))
		fputs(" significant=true", g->out);
	else if (chance(g, 3))
		fputs(" significant=false", g->out);
}

/* How a leaf is stopped.  What takes time is for cases of kind TIMEOUTS. */
static void leaf_stop(struct gen *g)
{
	static const char *const shutdowns[] = {
		"",
		"",
		"",
		"",
		" shutdown=infinity",
		" shutdown=brutal_kill",
		" shutdown=1000",
		" shutdown=0",
	};
	static const char *const on_shutdowns[] = {
		"", "", "", "", " on_shutdown=ok", " on_shutdown=exit:disk_full", " on_shutdown=exit:normal",
		" on_shutdown=exit:{shutdown,saved}",
	};
	static const char *const late[] = {
		" shutdown=200 on_shutdown=ignore",	" shutdown=200 on_shutdown=delay:2000",
		" shutdown=30000 on_shutdown=delay:200", " shutdown=infinity on_shutdown=delay:200",
		" on_shutdown=delay:200",
	};
	static const char *const deaf[] = {
		" shutdown=brutal_kill on_shutdown=ignore", " shutdown=0 on_shutdown=ignore",
		" shutdown=0 on_shutdown=exit:disk_full",   " shutdown=brutal_kill on_shutdown=exit:boom",
	};
	static const char *const wrong[] = {" shutdown=-5", " shutdown=soon", " shutdown=1.5"};

	if (odd(g))
		fputs(PICK(g, wrong), g->out);
	else if (g->kind == TIMEOUTS && chance(g, 35))
		fputs(PICK(g, late), g->out);
	else if (chance(g, 8))
		fputs(PICK(g, deaf), g->out);
	else if (chance(g, 25))
		fprintf(g->out, "%s trap=no", PICK(g, shutdowns));
	else
		fprintf(g->out, "%s%s", PICK(g, shutdowns), PICK(g, on_shutdowns));
}

static void leaf_keys(struct gen *g, char auto_shutdown)
{
	restart(g, auto_shutdown);
	leaf_stop(g);
	starts(g, false);
}

static bool short_above(const struct gen *g, const struct node *node)
{
	for (; node->parent >= 0; node = &g->node[node->parent])
		if (g->node[node->parent].short_time)
			return true;
	return false;
}

static void sup_stop(struct gen *g, struct node *node)
{
	if (odd(g)) {
		fputs(" shutdown=-1", g->out);
	} else if (chance(g, 8)) {
		fputs(" shutdown=brutal_kill", g->out);
	} else if (chance(g, 4)) {
		fputs(" shutdown=0", g->out);
	} else if (chance(g, 8)) {
		fprintf(g->out, " shutdown=%d", LONG_MS);
	} else if (g->kind == TIMEOUTS && !short_above(g, node) && chance(g, 25)) {
		fprintf(g->out, " shutdown=%d", SHORT_MS);
		node->short_time = true;
	} else if (chance(g, 5)) {
		fputs(" shutdown=infinity", g->out);
	}
}

static void flags(struct gen *g, struct node *node)
{
	static const char *const strategies[] = {"one_for_one", "one_for_all", "rest_for_one"};
	static const char *const modes[] = {"any_significant", "all_significant"};
	static const unsigned intensities[] = {0, 1, 1, 2, 2, 3, 3, 4, 5, 6};
	static const unsigned periods[] = {1, 2, 3, 5, 10};
	static const char *const wrong[] = {" intensity=-1", " intensity=many", " period=0", " period=-3",
					    " auto_shutdown=sometimes"};
	bool odd_strategy = odd(g) && chance(g, 30);

	node->auto_shutdown = 'n';
	if (odd_strategy)
		fputs(" strategy=one_for_al", g->out);
	else if (node->pool)
		fputs(" strategy=simple_one_for_one", g->out);
	else if (chance(g, 85))
		fprintf(g->out, " strategy=%s", PICK(g, strategies));
	/* Then the period would be the usual one, and that is too short for them. */
	if (g->kind != TIMEOUTS && odd(g)) {
		fputs(PICK(g, wrong), g->out);
		return;
	}
	if (chance(g, 80))
		fprintf(g->out, " intensity=%u", PICK(g, intensities));
	if (g->kind == TIMEOUTS)
		fputs(" period=120", g->out);
	else if (g->kind == WAITS ? chance(g, 90) : chance(g, 30))
		fprintf(g->out, " period=%u", g->kind == WAITS ? 1 + below(g, 3) : PICK(g, periods));
	if (chance(g, node->pool ? 1 : 30)) {
		const char *mode = PICK(g, modes);

		fprintf(g->out, " auto_shutdown=%s", mode);
		if (!node->pool)
			node->auto_shutdown = mode[1] == 'n' ? 'a' : 'l';
	}
}

/* --- the tree ------------------------------------------------------------------------------------------- */

static struct node *node_new(struct gen *g, int parent, const char *id)
{
	struct node *node = &g->node[g->n_nodes++];

	*node = (struct node){.parent = parent, .level = 1};
	if (parent >= 0) {
		node->level += g->node[parent].level;
		strcpy(node->path, g->node[parent].path);
		strcat(node->path, "/");
	}
	strcat(node->path, id);
	return node;
}

static void children(struct gen *g, int parent);

static void sup_line(struct gen *g, int parent, const char *id)
{
	int index = g->n_nodes;
	struct node *node = node_new(g, parent, id);

	node->sup = true;
	node->pool = parent >= 0 ? chance(g, 25) : chance(g, 3);
	fprintf(g->out, "sup %s", node->path);
	flags(g, node);
	if (parent >= 0) {
		restart(g, g->node[parent].auto_shutdown);
		sup_stop(g, node);
		starts(g, true);
	} else if (chance(g, 1)) {
		fputs(chance(g, 50) ? " starts=ignore" : " starts=fail:nope", g->out);
	}
	putc('\n', g->out);
	if (node->pool) {
		fprintf(g->out, "template %s/*", node->path);
		leaf_keys(g, 'n');
		putc('\n', g->out);
	} else {
		children(g, index);
	}
}

static void children(struct gen *g, int parent)
{
	unsigned count = g->node[parent].level == 1 ? 1 + below(g, 5) + below(g, 2) : 1 + below(g, 4);

	for (unsigned i = 0; i < count && g->n_nodes < NODES_MAX - 6; i++) {
		struct node *above = &g->node[parent];
		char id[8] = {(char)('a' + above->n_children++), '\0'};

		/* A repeated id: the tree does not even start. */
		if (i > 0 && chance(g, 1) && chance(g, 30))
			id[0] = 'a';
		if (above->level < LEVELS_MAX && chance(g, above->level == 1 ? 45 : 30)) {
			sup_line(g, parent, id);
		} else {
			node_new(g, parent, id);
			fprintf(g->out, "worker %s", g->node[g->n_nodes - 1].path);
			leaf_keys(g, g->node[parent].auto_shutdown);
			putc('\n', g->out);
		}
	}
}

/* --- steps ---------------------------------------------------------------------------------------------- */

/* Index of a supervisor, or of a worker; -1 if there is none.  `parent`: only its children. */
static int some(struct gen *g, bool sup, int parent)
{
	int found = -1;
	unsigned count = 0;

	for (int i = 0; i < g->n_nodes; i++)
		if (g->node[i].sup == sup && (parent < 0 || g->node[i].parent == parent) &&
		    below(g, ++count) == 0)
			found = i;
	return found;
}

static const char *last_id(const struct node *node)
{
	return strrchr(node->path, '/') ? strrchr(node->path, '/') + 1 : node->path;
}

/* Id of some child, or one that is none. */
static const char *child_of(struct gen *g, int sup)
{
	int found = -1;
	unsigned count = 0;

	for (int i = 0; i < g->n_nodes; i++)
		if (g->node[i].parent == sup && below(g, ++count) == 0)
			found = i;
	return found < 0 || chance(g, 4) ? "nobody" : last_id(&g->node[found]);
}

static void pool_request(struct gen *g, int pool)
{
	static const char *const keys[] = {"k1", "k2", "k3", "k4", "k5"};
	const char *path = g->node[pool].path, *key = PICK(g, keys);
	bool known = false;

	for (int i = 0; i < g->n_nodes; i++)
		known |= g->node[i].parent == pool && !strcmp(last_id(&g->node[i]), key);
	switch (known ? below(g, 13) : 0) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		if (!known && g->n_nodes < NODES_MAX)
			node_new(g, pool, key);
		fprintf(g->out, "start_child %s %s\n", path, key);
		break;
	case 5:
	case 6:
	case 7:
		fprintf(g->out, "terminate_child %s @%s\n", path, key);
		break;
	case 8:
		fprintf(g->out, "get_childspec %s %s%s\n", path, chance(g, 80) ? "@" : "", key);
		break;
	case 9:
		fprintf(g->out, "%s %s %s%s\n", chance(g, 50) ? "restart_child" : "delete_child", path,
			chance(g, 50) ? "@" : "", key);
		break;
	case 10:
		fprintf(g->out, "terminate_child %s %s\n", path, key);
		break;
	default:
		fprintf(g->out, "%s %s\n", chance(g, 40) ? "which_children" : "count_children", path);
	}
}

static void start_child(struct gen *g, int sup)
{
	char fresh[8] = {(char)('p' + below(g, 4)), '\0'};
	const char *id = chance(g, 60) ? fresh : child_of(g, sup);
	bool known = false;

	for (int i = 0; i < g->n_nodes; i++)
		known |= g->node[i].parent == sup && !strcmp(last_id(&g->node[i]), id);
	if (!known && g->n_nodes < NODES_MAX)
		node_new(g, sup, id);
	fprintf(g->out, "start_child %s worker %s", g->node[sup].path, id);
	if (chance(g, 15))
		g->odd++;
	leaf_keys(g, g->node[sup].auto_shutdown);
	putc('\n', g->out);
}

static void request(struct gen *g, int sup)
{
	static const char *const calls[] = {
		"terminate_child", "terminate_child", "terminate_child", "restart_child", "restart_child",
		"restart_child",   "delete_child",    "delete_child",	 "get_childspec",
	};
	const char *path = g->node[sup].path;

	if (g->node[sup].pool) {
		pool_request(g, sup);
		return;
	}
	switch (below(g, 10)) {
	case 0:
		fprintf(g->out, "which_children %s\n", path);
		break;
	case 1:
		fprintf(g->out, "count_children %s\n", path);
		break;
	case 2:
	case 3:
		start_child(g, sup);
		break;
	default:
		fprintf(g->out, "%s %s %s\n", PICK(g, calls), path, child_of(g, sup));
	}
}

static void worker_ends(struct gen *g, int worker)
{
	if (chance(g, 15))
		fprintf(g->out, "kill %s\n", g->node[worker].path);
	else
		fprintf(g->out, "exit %s %s\n", g->node[worker].path, reason(g));
}

static void burst(struct gen *g, int sup)
{
	unsigned count = 2 + below(g, 5);

	fprintf(g->out, "burst %s\n", g->node[sup].path);
	for (unsigned i = 0; i < count; i++) {
		int worker = some(g, false, sup);

		if (worker >= 0 && chance(g, 60))
			worker_ends(g, worker);
		else
			request(g, sup);
	}
	fputs("end\n", g->out);
}

/* Crashes one after the other: what intensities are for. */
static void storm(struct gen *g, int worker)
{
	unsigned count = 2 + below(g, 3);

	for (unsigned i = 0; i < count; i++)
		fprintf(g->out, "exit %s boom\n", g->node[worker].path);
}

/* To a point in time that is interesting for a window of whole seconds and safe. */
static void wait(struct gen *g)
{
	static const unsigned fractions[] = {0, 0, 0, 50, 300, 600, 650};
	unsigned second = g->clock_ms / 1000 + below(g, 4), at = second * 1000 + PICK(g, fractions);

	if (at <= g->clock_ms)
		at += 1000;
	if (at > 7000)
		return;
	fprintf(g->out, "wait %u\n", at - g->clock_ms);
	g->clock_ms = at;
}

static void step(struct gen *g)
{
	static const char *const signals[] = {"shutdown", "boom", "normal", "kill", "{shutdown,x}"};
	int sup = some(g, true, -1), worker = some(g, false, -1);
	const char *anybody = g->node[below(g, (unsigned)g->n_nodes)].path;
	unsigned dice = below(g, 100);

	if (g->kind == WAITS && chance(g, 30)) {
		wait(g);
	} else if (chance(g, g->bursts)) {
		burst(g, sup);
	} else if (dice < 36) {
		if (worker >= 0)
			worker_ends(g, worker);
	} else if (dice < 41) {
		if (worker >= 0)
			storm(g, worker);
	} else if (dice < 47) {
		fprintf(g->out, "kill %s\n", g->node[sup].path);
	} else if (dice < 52) {
		fprintf(g->out, "signal %s %s\n", anybody, PICK(g, signals));
	} else if (dice < 56) {
		fprintf(g->out, "stop %s %s\n", g->node[sup].path, reason(g));
	} else if (dice < 57) {
		fprintf(g->out, "exit %s %s\n", anybody, reason(g));
	} else if (dice < 58) {
		fprintf(g->out, "which_children %s\n", anybody);
	} else {
		request(g, sup);
	}
}

void cnf_random_case(uint64_t seed, FILE *out)
{
	static const unsigned plans[] = {10, 30, 30, 70}, bursts[] = {10, 15, 15, 50};
	struct gen g = {.out = out};
	unsigned dice, steps;

	rt_rng_init(&g.rng, seed, "case");
	dice = below(&g, 100);
	g.kind = dice < 82 ? PLAIN : dice < 92 ? TIMEOUTS : WAITS;
	g.odd = chance(&g, 3);
	g.plans = PICK(&g, plans);
	g.bursts = PICK(&g, bursts);
	fprintf(out, "# seed %llu\n", (unsigned long long)seed);
	sup_line(&g, -1, "r");
	fputs("script\n", out);
	/* A pool without children shows nothing. */
	for (int i = 0, n = g.n_nodes; i < n; i++)
		for (unsigned k = 0; g.node[i].pool && k < 3; k++)
			pool_request(&g, i);
	steps = g.kind == TIMEOUTS ? 1 + below(&g, 6) : 2 + below(&g, 12);
	for (unsigned i = 0; i < steps; i++)
		step(&g);
}
