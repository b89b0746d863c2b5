/* place.c - the registry of paths. */
#include <assert.h>
#include <string.h>

#include "core.h"

static struct rt_place_entry *entry(const struct rt *rt, rt_place place)
{
	return rt_place_at(&rt->places, place);
}

/* Children whose names were first seen one after the other lie side by side, those of different supervisors
 * anywhere. */
static uint32_t hash_key(rt_place parent, rt_atom name)
{
	return name + parent * 0x9e3779b1u;
}

static uint32_t *entry_next(struct rt *rt, uint32_t index)
{
	return &entry(rt, index)->next;
}

static uint32_t entry_hash(struct rt *rt, uint32_t index)
{
	return hash_key(entry(rt, index)->parent, entry(rt, index)->name);
}

static const struct rt_table_ops place_ops = { .next = entry_next, .hash = entry_hash };

rt_place rt_place_lookup(const struct rt *rt, rt_place parent, rt_atom name)
{
	rt_place place = rt_table_head(&rt->places.table, hash_key(parent, name));

	while (place != 0 && (entry(rt, place)->parent != parent || entry(rt, place)->name != name))
		place = entry(rt, place)->next;
	return place;
}

rt_place rt_place_make(struct rt *rt, rt_place parent, rt_atom name, rt_place before)
{
	rt_place place = before + 1;

	/* Nothing lies below nowhere, where those are that are free. */
	if (before != 0 && before < rt->places.entries.high && entry(rt, place)->parent == parent &&
	    entry(rt, place)->name == name)
		return place;
	place = rt_place_lookup(rt, parent, name);
	if (place != 0)
		return place;
	place = rt_slab_take(rt, &rt->places.entries, sizeof(struct rt_place_entry));
	if (place == 0)
		return 0;
	struct rt_place_entry *e = entry(rt, place);

	e->parent = parent;
	e->name = name;
	rt_table_add(rt, &rt->places.table, place_ops, place);
	if (parent != 0)
		rt_place_ref(rt, parent);
	return place;
}

void rt_place_drop(struct rt *rt, rt_place place)
{
	rt_place parent = entry(rt, place)->parent;

	rt_table_remove(rt, &rt->places.table, place_ops, place);
	entry(rt, place)->parent = 0;
	rt_slab_free(&rt->places.entries, place);
	rt_place_unref(rt, parent);
}

unsigned rt_place_depth(const struct rt *rt, rt_place place)
{
	unsigned depth = 0;

	for (; place != 0; place = entry(rt, place)->parent)
		depth++;
	return depth;
}

static bool needs_escape(unsigned char c)
{
	return c <= ' ' || c == 0x7f || c == '/' || c == '*' || c == '%';
}

/* Counts everything, keeps what fits. */
struct writer {
	char *buf;
	size_t size, length;
};

static void put(struct writer *w, char c)
{
	if (w->length + 1 < w->size)
		w->buf[w->length] = c;
	w->length++;
}

size_t rt_path_text(const struct rt *rt, rt_place place, char *buf, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	struct writer w = { .buf = buf, .size = size };
	rt_place chain[RT_DEPTH_MAX];
	size_t depth = 0;
	char number[RT_ATOM_BUF];

	for (; place != 0; place = entry(rt, place)->parent) {
		assert(depth < RT_DEPTH_MAX);
		chain[depth++] = place;
	}
	while (depth-- > 0) {
		for (const char *c = rt_atom_text(rt, entry(rt, chain[depth])->name, number); *c != '\0';
		     c++) {
			unsigned char byte = (unsigned char)*c;

			if (needs_escape(byte)) {
				put(&w, '%');
				put(&w, hex[byte >> 4]);
				put(&w, hex[byte & 15]);
			} else {
				put(&w, *c);
			}
		}
		if (depth > 0)
			put(&w, '/');
	}
	if (size > 0)
		buf[w.length < size ? w.length : size - 1] = '\0';
	return w.length;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode one component up to `/` or the end; returns what follows, null if it is no component. */
static const char *take_component(const char *path, char id[RT_ID_MAX], size_t *length)
{
	for (*length = 0; *path != '\0' && *path != '/'; path++) {
		char c = *path;

		if (c == '%') {
			int high = hex_value(path[1]);
			int low = high < 0 ? -1 : hex_value(path[2]);

			if (low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			path += 2;
		}
		if (*length == RT_ID_MAX)
			return NULL;
		id[(*length)++] = c;
	}
	return *length == 0 ? NULL : path;
}

rt_place rt_path_find(const struct rt *rt, const char *path)
{
	rt_place place = 0;
	char id[RT_ID_MAX];
	size_t length;

	do {
		path = take_component(path, id, &length);
		rt_atom name = path == NULL ? 0 : rt_atom_find(rt, id, length);

		place = name == 0 ? 0 : rt_place_lookup(rt, place, name);
		if (place == 0)
			return 0;
	} while (*path++ == '/');
	return place;
}

rt_place rt_path_parent(const struct rt *rt, rt_place place)
{
	return place == 0 ? 0 : entry(rt, place)->parent;
}

bool rt_path_is_child(const struct rt *rt, rt_place place)
{
	return place != 0 && entry(rt, place)->record != 0;
}

uint32_t rt_path_starts(const struct rt *rt, rt_place place)
{
	return place == 0 ? 0 : entry(rt, place)->starts;
}
