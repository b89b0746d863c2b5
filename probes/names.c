/* names.c - a hash table of paths by place. */
#include "names.h"

#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct prb_name {
	UT_hash_handle hh;
	struct prb_place_key at;
	struct prb_path path;
};

void prb_names_fini(struct prb_names *names)
{
	struct prb_name *name, *next;

	HASH_ITER(hh, names->names, name, next) {
		HASH_DEL(names->names, name);
		free(name);
	}
}

static struct prb_name *find(const struct prb_names *names, const struct prb_place_key *at)
{
	struct prb_name *found = NULL, *all = names->names;

	HASH_FIND(hh, all, at, sizeof(*at), found);
	return found;
}

const struct prb_path *prb_names_find(const struct prb_names *names, const struct prb_place_key *at)
{
	const struct prb_name *name = find(names, at);

	return name == NULL ? NULL : &name->path;
}

void prb_names_add(struct prb_names *names, const struct prb_place_key *at, const struct prb_path *path)
{
	struct prb_name *name = find(names, at);

	if (name != NULL) {
		name->path = *path;
		return;
	}
	name = malloc(sizeof(*name));
	if (name == NULL)
		return;
	name->at = *at;
	name->path = *path;
	HASH_ADD(hh, names->names, at, sizeof(name->at), name);
	if (name->hh.tbl == NULL)
		free(name);
}
