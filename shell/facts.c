/* facts.c - what completion wants to know of a session: its paths, its reasons, the files there are. */
#include "session.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "paths.h"

/* Events looked through for reasons, children listed of one supervisor. */
#define EVENTS_MAX   2000
#define CHILDREN_MAX 5000

struct listing {
	const struct rt *rt;
	sh_fact_fn *fn;
	void *to;
	bool supervisors_only, ids;
	unsigned left;
};

static void give_path(const struct listing *listing, rt_place place, const char *help, bool more)
{
	char small[256], *path = small;
	size_t length = rt_path_text(listing->rt, place, small, sizeof(small));
	if (length >= sizeof(small)) {
		path = sh_alloc(length + 1);
		rt_path_text(listing->rt, place, path, length + 1);
	}
	listing->fn(listing->to, path, help, more);
	if (path != small)
		free(path);
}

static bool give_child(void *ctx, const struct rt_child_info *child)
{
	struct listing *listing = ctx;
	char number[RT_ATOM_BUF];
	if (listing->supervisors_only && !child->supervisor)
		return true;
	if (!listing->left--)
		return false;
	const char *state = rt_child_state_text(child->state);
	if (listing->ids)
		listing->fn(listing->to, rt_atom_text(listing->rt, child->name, number), state, false);
	else
		give_path(listing, child->place, child->supervisor ? "supervisor" : state, child->supervisor);
	return true;
}

static void list_children(struct sh_session *session, const char *supervisor, struct listing *listing)
{
	if (!session->world)
		return;
	struct rt *rt = scn_world_rt(session->world);
	listing->rt = rt;
	listing->left = CHILDREN_MAX;
	rt_place place = *supervisor ? rt_path_find(rt, supervisor) : 0;
	rt_id id = place ? rt_path_actor(rt, place) : RT_NOBODY;
	if (id != RT_NOBODY)
		(void)!rt_children(rt, id, give_child, listing);
}

static void children(void *ctx, const char *supervisor, bool supervisors_only, sh_fact_fn *fn, void *to)
{
	struct sh_session *session = ctx;
	struct listing listing = { .fn = fn, .to = to, .supervisors_only = supervisors_only };
	if (session->world && !*supervisor) {
		listing.rt = scn_world_rt(session->world);
		rt_place root = rt_path_find(listing.rt, session->scenario->root.id);
		if (root)
			give_path(&listing, root, "the root", true);
		return;
	}
	list_children(session, supervisor, &listing);
}

static void ids(void *ctx, const char *supervisor, sh_fact_fn *fn, void *to)
{
	struct listing listing = { .fn = fn, .to = to, .ids = true };
	list_children(ctx, supervisor, &listing);
}

static void reasons(void *ctx, sh_fact_fn *fn, void *to)
{
	struct sh_session *session = ctx;
	if (!session->world)
		return;
	const struct scn_history *history = scn_world_history(session->world);
	uint64_t last = scn_history_last(history), first = scn_history_first(history);
	if (last - first > EVENTS_MAX)
		first = last - EVENTS_MAX;
	for (uint64_t seq = first; seq && seq <= last; seq++) {
		struct scn_event event;
		if (scn_history_get(history, seq, &event) && event.kind == RT_EV_EXIT && *event.reason)
			fn(to, event.reason, "seen in this run", false);
	}
}

static void files(void *ctx, const char *prefix, sh_fact_fn *fn, void *to)
{
	(void)ctx;
	const char *slash = strrchr(prefix, '/');
	size_t front = slash ? (size_t)(slash - prefix) + 1 : 0;
	char *folder = front ? sh_strndup(prefix, front) : sh_strdup("./");
	char *opened = sh_path_expand(folder);
	DIR *dir = opendir(opened);
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		/* Hidden files only for who asks for them. */
		if (entry->d_name[0] == '.' && prefix[front] != '.')
			continue;
		char *name = sh_format("%.*s%s", (int)front, prefix, entry->d_name);
		char *full = sh_format("%s%s", opened, entry->d_name);
		struct stat there;
		if (stat(full, &there) == 0 && S_ISDIR(there.st_mode)) {
			char *with_slash = sh_format("%s/", name);
			fn(to, with_slash, NULL, true);
			free(with_slash);
		} else {
			fn(to, name, NULL, false);
		}
		free(full);
		free(name);
	}
	if (dir)
		closedir(dir);
	free(opened);
	free(folder);
}

struct sh_facts sh_session_facts(struct sh_session *session)
{
	return (struct sh_facts){ .ctx = session,
				  .children = children,
				  .ids = ids,
				  .reasons = reasons,
				  .files = session->no_files ? NULL : files };
}
