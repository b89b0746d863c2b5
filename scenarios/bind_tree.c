/* bind_tree.c - the tree: supervisors, workers, pools, and the rules about what goes with what.
 *
 * The rules are those of OTP, told where they are broken instead of when the tree is started.  Binding
 * follows the nesting of the file, which scn_node_parse() has limited.
 */
#include "bind.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "path.h"
#include "start_plan.h"
#include "tree.h"

/* Where a child hangs. */
struct branch {
	const struct branch *up; /* null: above the root */
	const struct rt_child *supervisor;
	size_t path_length; /* of the supervisor's path */
};

static const struct scn_node *given(const struct scn_node *const *seen, const char *name)
{
	return scn_bind_seen(&scn_child_table, seen, name);
}

static void bind_child(struct scn_binder *b, const struct scn_node *node, struct rt_child *child,
		       const struct branch *up);

static bool is_pool(const struct rt_child *child)
{
	return child->strategy == RT_SIMPLE_ONE_FOR_ONE;
}

/* An id that was wrong is null. */
static const char *name_of(const struct rt_child *child)
{
	return child->id ? child->id : "";
}

/* --- start plans and stops ----------------------------------------------------------------------------- */

/* `starts` is a text, or a list of such texts. */
static void bind_starts(struct scn_binder *b, const struct scn_node *value, struct rt_child *child)
{
	static const char what[] = "starts", wants[] = "a start plan such as ok,fail:nope*2,ok";
	size_t count = 0, at = 0;
	struct scn_node alone = *value;

	alone.next = NULL;
	const struct scn_node *first = value->kind == SCN_NODE_LIST ? value->first : &alone;
	if (!first) {
		SCN_COMPLAIN(b, value, "starts is an empty list; it wants %s", wants);
		return;
	}
	for (const struct scn_node *item = first; item; item = item->next) {
		const char *text = scn_bind_text(b, item, what, wants);
		if (!text)
			return;
		count += scn_starts_count(text);
	}
	struct rt_start_item *items = scn_bind_alloc(b, b->arena, count, sizeof(*items));
	for (const struct scn_node *item = first; items && item; item = item->next) {
		const char *fault = scn_starts_parse(item->text, b->arena, items + at, &b->no_memory);
		if (fault)
			SCN_COMPLAIN(b, item, "starts: %s", fault);
		if (fault || b->no_memory)
			return;
		at += scn_starts_count(item->text);
	}
	/* `ok` alone is what happens without a plan. */
	if (!items || (count == 1 && items[0].outcome == RT_START_OK))
		return;
	child->starts = items;
	child->n_starts = (uint32_t)count;
}

static void bind_on_shutdown(struct scn_binder *b, const struct scn_node *const *seen, struct rt_child *child)
{
	const struct scn_node *name = given(seen, "on_shutdown"), *trap = given(seen, "trap_exit");

	if (!name)
		return;
	const char *text =
		scn_bind_text(b, name->next, "on_shutdown", "one of ok, ignore, exit:REASON, delay:250ms");
	if (!text)
		return;
	const char *fault = scn_on_shutdown_parse(text, child);
	if (fault)
		SCN_COMPLAIN(b, name->next, "on_shutdown: %s", fault);
	else if (!child->trap_exit)
		SCN_COMPLAIN(
			b, name,
			"on_shutdown needs trap_exit: true%s; a worker that does not trap exits just ends",
			trap ? "" : " beside it");
}

/* --- keys that do not go together ---------------------------------------------------------------------- */

static void check_roles(struct scn_binder *b, const struct scn_node *const *seen, enum scn_role role)
{
	for (size_t i = 0; i < scn_child_table.count; i++) {
		const struct scn_key *key = &scn_child_table.keys[i];
		if (!seen[i] || (key->roles & role))
			continue;
		if (role == SCN_WORKER)
			SCN_COMPLAIN(b, seen[i],
				     "%s is a key of supervisors, and this is a worker: it has no `children` "
				     "and no `template`",
				     seen[i]->text);
		else if (role == SCN_ROOT && (key->roles & SCN_SUPERVISOR))
			SCN_COMPLAIN(b, seen[i], "the root has no %s: there is no supervisor above it",
				     seen[i]->text);
		else
			SCN_COMPLAIN(b, seen[i], "%s is a key of workers, and this is a supervisor",
				     seen[i]->text);
	}
}

static void check_strategy(struct scn_binder *b, const struct scn_node *const *seen,
			   const struct rt_child *child)
{
	const struct scn_node *children = given(seen, "children"), *template = given(seen, "template");
	const struct scn_node *start = given(seen, "start"), *shutdown = given(seen, "auto_shutdown");

	if (children && template)
		SCN_COMPLAIN(b, template, "a supervisor has `children` or a `template`, not both");
	else if (is_pool(child) && children)
		SCN_COMPLAIN(b, children,
			     "a simple_one_for_one supervisor has a `template` instead of `children`");
	else if (!is_pool(child) && template)
		SCN_COMPLAIN(b, template, "a `template` needs strategy: simple_one_for_one");
	if (start && !is_pool(child))
		SCN_COMPLAIN(
			b, start,
			"start is for simple_one_for_one; the `children` of other supervisors all start");
	if (shutdown && is_pool(child) && child->auto_shutdown != RT_NEVER)
		SCN_COMPLAIN(b, shutdown->next,
			     "a simple_one_for_one supervisor has no auto_shutdown but never");
}

static void check_disk(struct scn_binder *b, const struct scn_node *const *seen, const struct rt_child *child)
{
	const struct scn_node *disk = given(seen, "disk"), *isolation = given(seen, "isolation");
	bool none = !isolation || (isolation->next->kind == SCN_NODE_TEXT &&
				   strcmp(isolation->next->text, "none") == 0);

	if (disk && none && child->disk_max > 0)
		SCN_COMPLAIN(b, disk,
			     "disk needs isolation: process%s; only a process of its own can have a disk",
			     isolation ? "" : " beside it");
}

static void check_significant(struct scn_binder *b, const struct scn_node *name, const struct rt_child *child,
			      const struct branch *up)
{
	if (!name || !child->significant || !up->supervisor)
		return;
	if (up->supervisor->auto_shutdown == RT_NEVER)
		SCN_COMPLAIN(b, name,
			     "significant needs a supervisor with auto_shutdown: any_significant or "
			     "all_significant; that of '%.*s' is never",
			     scn_diag_cut(name_of(up->supervisor)), name_of(up->supervisor));
	else if (child->restart == RT_PERMANENT)
		SCN_COMPLAIN(b, name,
			     "a permanent child cannot be significant; make it transient or temporary");
}

/* --- ids ----------------------------------------------------------------------------------------------- */

static void bind_id(struct scn_binder *b, const struct scn_node *node, const struct scn_node *name,
		    struct rt_child *child, const struct branch *up)
{
	bool template = up->supervisor && is_pool(up->supervisor);

	if (template) {
		child->id = "*";
		if (name)
			SCN_COMPLAIN(
				b, name,
				"a template has no id; its children are named by the keys they start with");
		return;
	}
	if (!name) {
		SCN_COMPLAIN(b, node, "%s has no id", up->supervisor ? "this child" : "the root");
		return;
	}
	scn_bind_value(b, scn_key_find(&scn_child_table, "id"), name->next, child);
}

/* Length of the path of `child` below `up`; complains when it is too long. */
static size_t path_length(struct scn_binder *b, const struct scn_node *node, const struct rt_child *child,
			  const struct branch *up)
{
	size_t own = up->supervisor && is_pool(up->supervisor) ? 1 : scn_id_escape(name_of(child), NULL, 0);
	size_t length = up->path_length + (up->supervisor ? 1 : 0) + own;

	if (length < SCN_PATH_MAX)
		return length;
	/* Said once: what is below starts again from nothing. */
	SCN_COMPLAIN(b, node, "the path of this child is longer than %d bytes", SCN_PATH_MAX - 1);
	return 0;
}

/* The path of a supervisor into `buf`, from its end. */
static char *write_path(const struct branch *branch, char *end)
{
	char escaped[SCN_ID_SIZE];

	*--end = '\0';
	for (; branch->supervisor; branch = branch->up) {
		bool key = branch->up->supervisor && is_pool(branch->up->supervisor);
		size_t length = 1;
		if (key)
			escaped[0] = '*';
		else
			length = scn_id_escape(name_of(branch->supervisor), escaped, sizeof(escaped));
		end -= length;
		memcpy(end, escaped, length);
		if (branch->up->supervisor)
			*--end = '/';
	}
	return end;
}

static void check_siblings(struct scn_binder *b, const struct scn_node *list, struct rt_child *children,
			   uint32_t count)
{
	scn_tree_index(children, count);
	const uint32_t *order = scn_tree_order(children, count);
	const struct rt_child *first = NULL;

	for (uint32_t i = 0; i < count; i++) {
		const struct rt_child *child = &children[order[i]];
		if (!first || !child->id || !first->id || strcmp(first->id, child->id) != 0) {
			first = child;
			continue;
		}
		/* Rare enough to count through the list for it. */
		const struct scn_node *a = list->first, *c = list->first;
		if (b->diags->count < SCN_DIAGS_MAX) {
			for (ptrdiff_t n = first - children; n > 0; n--)
				a = a->next;
			for (ptrdiff_t n = child - children; n > 0; n--)
				c = c->next;
		}
		SCN_COMPLAIN(b, c, "the id '%.*s' is there already, on line %u; siblings have different ids",
			     scn_diag_cut(child->id), child->id, a->line);
	}
}

/* --- children ------------------------------------------------------------------------------------------ */

static void bind_children(struct scn_binder *b, const struct scn_node *value, struct rt_child *child,
			  const struct branch *branch)
{
	if (!scn_bind_is_list(b, value, "children", "a list such as [{id: a}, {id: b}]", SCN_POOL_MAX))
		return;
	struct rt_child *children = scn_tree_children(b->arena, value->length);
	if (!children) {
		b->no_memory = true;
		return;
	}
	child->children = children;
	child->n_children = value->length;
	for (const struct scn_node *item = value->first; item; item = item->next, children++) {
		bind_child(b, item, children, branch);
		if (b->no_memory)
			return;
	}
	check_siblings(b, value, children - value->length, value->length);
}

static void bind_template(struct scn_binder *b, const struct scn_node *value, struct rt_child *child,
			  const struct branch *branch)
{
	if (!scn_bind_is(b, value, SCN_NODE_MAP, "template", "a mapping such as {worker: server}"))
		return;
	struct rt_child *template = scn_tree_children(b->arena, 1);
	if (!template) {
		b->no_memory = true;
		return;
	}
	child->children = template;
	child->n_children = 1;
	bind_child(b, value, template, branch);
	scn_tree_index(template, 1);
}

static int compare_keys(const void *left, const void *right)
{
	const struct scn_node *a = *(const struct scn_node *const *)left,
			      *b = *(const struct scn_node *const *)right;
	int order = strcmp(a->text, b->text);
	if (order)
		return order;
	return a->line != b->line ? (a->line < b->line ? -1 : 1)
				  : (a->column > b->column) - (a->column < b->column);
}

/* The keys of a pool, as a list; false after a complaint. */
static bool bind_pool_keys(struct scn_binder *b, const struct scn_node *list, const char ***out)
{
	const char **keys = scn_bind_alloc(b, b->arena, list->length, sizeof(*keys));
	const struct scn_node **sorted = scn_bind_alloc(b, b->temp, list->length, sizeof(*sorted));
	struct rt_child holder;
	uint32_t n = 0;

	if (!keys || !sorted)
		return false;
	for (const struct scn_node *item = list->first; item; item = item->next, n++) {
		if (!scn_bind_value(b, scn_key_find(&scn_child_table, "id"), item, &holder))
			return false;
		keys[n] = item->text;
		sorted[n] = item;
	}
	qsort(sorted, n, sizeof(*sorted), compare_keys);
	for (uint32_t i = 1; i < n; i++) {
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) != 0)
			continue;
		SCN_COMPLAIN(b, sorted[i], "the key '%.*s' is there already, on line %u",
			     scn_diag_cut(sorted[i]->text), sorted[i]->text, sorted[i - 1]->line);
		return false;
	}
	*out = keys;
	return true;
}

static void bind_start(struct scn_binder *b, const struct scn_node *value, const struct branch *branch)
{
	const struct scn_key *key = scn_key_find(&scn_child_table, "start");
	char wants[64], path[SCN_PATH_MAX];
	const char **keys = NULL;
	int64_t count;

	scn_key_wants(key, wants, sizeof(wants));
	if (value->kind == SCN_NODE_LIST) {
		if (value->length > key->max)
			SCN_COMPLAIN(b, value, "start: at most %d children", SCN_POOL_MAX);
		if (value->length > key->max || !bind_pool_keys(b, value, &keys))
			return;
		count = value->length;
	} else {
		const char *text = scn_bind_text(b, value, "start", wants);
		if (!text)
			return;
		if (!inj_parse_count(text, &count) || count > key->max) {
			SCN_COMPLAIN(b, value,
				     "start wants a whole number from 0 to %d, or a list of ids, not '%.*s'",
				     SCN_POOL_MAX, scn_diag_cut(text), text);
			return;
		}
	}
	if (count == 0)
		return;
	char *begin = write_path(branch, path + sizeof(path));
	struct scn_pool_item *item = scn_bind_alloc(b, b->temp, 1, sizeof(*item));
	if (!item)
		return;
	item->pool.path = scn_arena_text(b->arena, begin, strlen(begin));
	item->pool.keys = keys;
	item->pool.count = (uint32_t)count;
	if (!item->pool.path)
		b->no_memory = true;
	*b->pools_end = item;
	b->pools_end = &item->next;
	b->scenario->n_pools++;
}

static void bind_child(struct scn_binder *b, const struct scn_node *node, struct rt_child *child,
		       const struct branch *up)
{
	const struct scn_table *table = &scn_child_table;
	scn_seen_keys seen;

	*child = b->child;
	if (!scn_bind_is(b, node, SCN_NODE_MAP, up->supervisor ? "a child" : "tree",
			 "a mapping such as {id: cache}"))
		return;
	scn_bind_keys(b, table, node, up->supervisor ? "a child" : "the root", seen);
	bool meant_strategy = scn_bind_meant(b, table, "strategy");
	bool meant_id = scn_bind_meant(b, table, "id");
	bool meant_isolation = scn_bind_meant(b, table, "isolation");
	bool meant_below = scn_bind_meant(b, table, "children") || scn_bind_meant(b, table, "template");
	for (size_t i = 0; i < table->count; i++)
		child->note |= seen[i] ? UINT32_C(1) << i : 0;

	const struct scn_node *children = given(seen, "children"), *template = given(seen, "template");
	child->supervisor = !up->supervisor || children || template || meant_below;
	enum scn_role role = !up->supervisor ? SCN_ROOT : child->supervisor ? SCN_SUPERVISOR : SCN_WORKER;
	check_roles(b, seen, role);
	if (role == SCN_ROOT && !children && !template && !meant_below)
		SCN_COMPLAIN(
			b, node,
			"the root is a supervisor and needs `children` (an empty list if it has none) or a "
			"`template`");

	child->type = child->supervisor ? RT_SUPERVISOR : RT_WORKER;
	if (given(seen, "id") || !meant_id)
		bind_id(b, node, given(seen, "id"), child, up);
	for (size_t i = 0; i < table->count; i++) {
		const struct scn_key *key = &table->keys[i];
		if (!seen[i] || !(key->roles & role) || key->type == SCN_T_ID || key->type >= SCN_T_STARTS)
			continue;
		if (key->type == SCN_T_WORKER)
			scn_bind_worker(b, key, seen[i]->next, child);
		else
			scn_bind_value(b, key, seen[i]->next, child);
	}
	if (!given(seen, "shutdown"))
		child->shutdown_ms =
			child->type == RT_SUPERVISOR ? RT_SHUTDOWN_INFINITY : RT_SHUTDOWN_WORKER_MS;
	check_significant(b, given(seen, "significant"), child, up);
	if (given(seen, "starts"))
		bind_starts(b, given(seen, "starts")->next, child);
	size_t length = path_length(b, node, child, up);
	if (!child->supervisor) {
		bind_on_shutdown(b, seen, child);
		if (!meant_isolation)
			check_disk(b, seen, child);
		child->strategy = child->auto_shutdown = 0;
		child->intensity = child->period_s = 0;
		return;
	}
	child->worker = NULL;
	child->behaviour = NULL;
	if (b->scenario->flavour == SCN_ELIXIR && !given(seen, "strategy") && !meant_strategy)
		SCN_COMPLAIN(b, node,
			     "%s has no strategy; with `flavour: elixir` each supervisor says it, such as "
			     "strategy: one_for_one",
			     up->supervisor ? "this supervisor" : "the root");
	check_strategy(b, seen, child);
	const struct branch branch = { .up = up, .supervisor = child, .path_length = length };
	if (is_pool(child) && given(seen, "start") && child->id && length)
		bind_start(b, given(seen, "start")->next, &branch);
	if (template && is_pool(child))
		bind_template(b, template->next, child, &branch);
	else if (children && !is_pool(child))
		bind_children(b, children->next, child, &branch);
}

void scn_bind_tree(struct scn_binder *b, const struct scn_node *node)
{
	static const struct branch above;

	bind_child(b, node, &b->scenario->root, &above);
	if (b->no_memory || b->scenario->n_pools == 0)
		return;
	struct scn_pool *pool = scn_bind_alloc(b, b->arena, b->scenario->n_pools, sizeof(*pool));
	b->scenario->pools = pool;
	for (const struct scn_pool_item *item = b->pools; item && pool; item = item->next)
		*pool++ = item->pool;
}
