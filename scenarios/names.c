/* names.c - interned texts, found by text, by place and by atom. */
#include "names.h"

#include "arena.h"
#include "hash.h"
#include "json.h"

#include <string.h>

struct scn_name_entry {
	struct scn_name name;
	UT_hash_handle hh;
	char text[]; /* and behind its end the JSON form, where it is another */
};

static bool index_reach(struct scn_name_index *index, size_t position)
{
	if (position < index->size)
		return true;
	size_t size = index->size ? index->size : 64;
	while (size <= position)
		size *= 2;
	struct scn_name **at = scn_mem_resize(index->at, size * sizeof(struct scn_name *));
	if (!at)
		return false;
	memset(at + index->size, 0, (size - index->size) * sizeof(struct scn_name *));
	index->at = at;
	index->size = size;
	return true;
}

enum rt_status scn_names_new(const struct rt *rt, struct scn_arena *arena, struct scn_names **out)
{
	struct scn_names *names = scn_mem_alloc(sizeof(*names));
	if (!names)
		return RT_ENOMEM;
	memset(names, 0, sizeof(*names));
	names->rt = rt;
	names->arena = arena;
	struct scn_name *empty = scn_names_text(names, "", 0);
	if (!empty || !index_reach(&names->by_place, 0) || !index_reach(&names->by_atom, 0)) {
		scn_names_free(names);
		return RT_ENOMEM;
	}
	names->by_place.at[0] = names->by_atom.at[0] = empty;
	*out = names;
	return RT_OK;
}

void scn_names_free(struct scn_names *names)
{
	if (!names)
		return;
	HASH_CLEAR(hh, names->by_text);
	scn_mem_free(names->all.at);
	scn_mem_free(names->by_place.at);
	scn_mem_free(names->by_atom.at);
	scn_mem_free(names->path);
	scn_mem_free(names);
}

static struct scn_name_entry *find(const struct scn_names *names, const char *text, size_t length)
{
	struct scn_name_entry *entry = NULL;
	HASH_FIND(hh, names->by_text, text, length, entry);
	return entry;
}

struct scn_name *scn_names_find(const struct scn_names *names, const char *text)
{
	struct scn_name_entry *entry = find(names, text, strlen(text));

	return entry ? &entry->name : NULL;
}

struct scn_name *scn_names_text(struct scn_names *names, const char *text, size_t length)
{
	struct scn_name_entry *entry = find(names, text, length);
	if (entry)
		return &entry->name;
	if (!index_reach(&names->all, names->count))
		return NULL;
	size_t json_length = scn_json_escaped(text, length);
	bool same = json_length == length;
	entry = scn_arena_alloc(names->arena,
				sizeof(*entry) + length + 1 + (same ? 0 : json_length + 1) + SCN_NAME_SLACK);
	if (!entry)
		return NULL;
	memcpy(entry->text, text, length);
	entry->name.text = entry->text;
	entry->name.json = entry->text;
	if (!same) {
		char *json = entry->text + length + 1;
		scn_json_escape(text, length, json);
		entry->name.json = json;
	}
	entry->name.length = (uint32_t)length;
	entry->name.json_length = (uint32_t)json_length;
	entry->name.index = names->count;
	HASH_ADD_KEYPTR(hh, names->by_text, entry->text, length, entry);
	if (!entry->hh.tbl) /* no memory for the table */
		return NULL;
	names->all.at[names->count++] = &entry->name;
	return &entry->name;
}

struct scn_name *scn_names_look_up_path(struct scn_names *names, rt_place place)
{
	if (!index_reach(&names->by_place, place))
		return NULL;
	struct scn_name **at = &names->by_place.at[place];
	size_t length = rt_path_text(names->rt, place, names->path, names->path_size);
	if (length >= names->path_size) {
		size_t size = length * 2 + 64;
		char *path = scn_mem_resize(names->path, size);
		if (!path)
			return NULL;
		names->path = path;
		names->path_size = size;
		(void)rt_path_text(names->rt, place, path, size);
	}
	*at = scn_names_text(names, names->path, length);
	return *at;
}

struct scn_name *scn_names_look_up_atom(struct scn_names *names, rt_atom atom)
{
	char number[RT_ATOM_BUF];
	/* Numbers are atoms with high values; they are not worth an index. */
	bool indexed = atom < (1u << 20);

	if (indexed && !index_reach(&names->by_atom, atom))
		return NULL;
	const char *text = rt_atom_text(names->rt, atom, number);
	struct scn_name *name = scn_names_text(names, text, strlen(text));
	if (indexed)
		names->by_atom.at[atom] = name;
	return name;
}
