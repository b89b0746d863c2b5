/* bind_ref.c - the paths and patterns that somebody wrote: remembered where they stand, and looked for in the
 * tree when all of it is known.
 */
#include "bind.h"

#include <string.h>

#include "diag.h"
#include "path.h"
#include "tree.h"

struct scn_ref *scn_bind_ref(struct scn_binder *b, const char *path, const struct scn_node *place,
			     enum scn_want want, const char *who)
{
	struct scn_ref *ref = scn_bind_alloc(b, b->temp, 1, sizeof(*ref));

	if (!ref)
		return NULL;
	ref->path = path;
	ref->who = who;
	ref->want = want;
	ref->line = place->line;
	ref->column = place->column;
	*b->refs_end = ref;
	b->refs_end = &ref->next;
	return ref;
}

const char *scn_bind_path(struct scn_binder *b, const char *path)
{
	if (!strchr(path, '%'))
		return path;
	char *normal = scn_arena_text(b->arena, path, strlen(path));
	if (!normal)
		b->no_memory = true;
	return normal && !scn_path_normal(normal) ? path : normal;
}

/* Is this, or may it match, a child that the method starts? */
static bool is_dynamic(struct scn_binder *b, const char *path)
{
	const char *slash = strrchr(path, '/');
	char id[SCN_ID_SIZE], parent[SCN_PATH_MAX];

	if (!slash)
		return strcmp(path, "**") == 0 && b->dynamics;
	size_t length = (size_t)(slash - path);
	if (length >= sizeof(parent))
		return false;
	memcpy(parent, path, length);
	parent[length] = '\0';
	for (const struct scn_dynamic *d = b->dynamics; d && b->work; d = d->next) {
		b->work--;
		scn_id_escape(d->id, id, sizeof(id));
		if (inj_pattern_match(slash + 1, id) &&
		    (inj_pattern_match(parent, d->supervisor) || inj_pattern_match(d->supervisor, parent)))
			return true;
	}
	return false;
}

static bool is_worker(const struct rt_child *child)
{
	return !child->supervisor;
}

static bool is_supervisor(const struct rt_child *child)
{
	return child->supervisor;
}

static void complain_missing(struct scn_binder *b, const struct scn_tree *tree, const struct scn_ref *ref)
{
	char near[SCN_PATH_MAX];
	int shown = scn_diag_cut(ref->path);

	if (!inj_pattern_is_path(ref->path))
		SCN_COMPLAIN(b, ref, "the pattern '%.*s' matches nothing in the tree", shown, ref->path);
	else if (ref->path[0] == '/')
		SCN_COMPLAIN(b, ref, "no such path '%.*s'; a path begins with the root's id: %s", shown,
			     ref->path, b->scenario->root.id);
	else if (b->diags->count < SCN_DIAGS_MAX && scn_tree_near(tree, ref->path, near, sizeof(near)))
		SCN_COMPLAIN(b, ref, "no such path '%.*s'; did you mean %.*s?", shown, ref->path, 200, near);
	else
		SCN_COMPLAIN(b, ref, "no such path '%.*s'", shown, ref->path);
}

/* A worker there has to be of one kind, and is of another. */
static void check_behaviour(struct scn_binder *b, const struct scn_ref *ref)
{
	const struct rt_child *child = ref->behaviour ? scn_child(b->scenario, ref->path) : NULL;
	const struct rt_behaviour *behaviour = child && !child->supervisor ? scn_behaviour(child) : NULL;

	if (child && (!behaviour || strcmp(behaviour->name, ref->behaviour) != 0))
		SCN_COMPLAIN(b, ref, "%s wants the path of a %s, and '%.*s' is a %s", ref->who,
			     ref->behaviour, scn_diag_cut(ref->path), ref->path,
			     behaviour ? behaviour->name : "supervisor");
}

static void resolve(struct scn_binder *b, const struct scn_tree *tree, const struct scn_ref *ref)
{
	static scn_tree_fn *const accept[] = {
		[SCN_WANT_ANY] = NULL,
		[SCN_WANT_WORKER] = is_worker,
		[SCN_WANT_SUPERVISOR] = is_supervisor,
	};
	if (scn_tree_find(tree, ref->path, accept[ref->want], &b->work)) {
		check_behaviour(b, ref);
		return;
	}
	if (ref->want != SCN_WANT_SUPERVISOR && is_dynamic(b, ref->path))
		return;
	if (b->work == 0)
		return;
	if (ref->want == SCN_WANT_ANY || !scn_tree_find(tree, ref->path, NULL, &b->work))
		complain_missing(b, tree, ref);
	else if (inj_pattern_is_path(ref->path))
		SCN_COMPLAIN(b, ref, "%s is for %s, and '%.*s' is a %s", ref->who,
			     ref->want == SCN_WANT_WORKER ? "workers" : "supervisors",
			     scn_diag_cut(ref->path), ref->path,
			     ref->want == SCN_WANT_WORKER ? "supervisor" : "worker");
	else
		SCN_COMPLAIN(b, ref, "%s is for %s, and '%.*s' matches none", ref->who,
			     ref->want == SCN_WANT_WORKER ? "workers" : "supervisors",
			     scn_diag_cut(ref->path), ref->path);
}

/* What looking for all paths may cost; tens of thousands of patterns in a tree of millions are too many. */
#define WORK_MAX 50000000u

void scn_bind_refs(struct scn_binder *b)
{
	const struct scn_tree tree = { &b->scenario->root, b->scenario->pools, b->scenario->n_pools };

	b->work = WORK_MAX;
	for (const struct scn_ref *ref = b->refs; ref && !b->no_memory; ref = ref->next) {
		resolve(b, &tree, ref);
		if (b->work == 0) {
			SCN_COMPLAIN(
				b, ref,
				"too many patterns for so large a tree; this is where checking them stopped");
			return;
		}
	}
}
