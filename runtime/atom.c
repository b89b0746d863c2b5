/* atom.c - text to small numbers and back. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core.h"

static const char *const known[] = {
#define X(name, text) [name] = text,
	RT_ATOM_LIST(X)
#undef X
};

static struct rt_atom_entry *entry(const struct rt *rt, rt_atom atom)
{
	return rt_slab_at(&rt->atoms.entries, atom);
}

static uint32_t *entry_next(struct rt *rt, uint32_t index)
{
	return &entry(rt, index)->next;
}

static uint32_t entry_hash(struct rt *rt, uint32_t index)
{
	return entry(rt, index)->hash;
}

static const struct rt_table_ops atom_ops = { .next = entry_next, .hash = entry_hash };

/* A polynomial in the characters, of which the last one counts once: names that are numbered, as those of
 * many workers are, lie side by side in the table, and there is no miss of the cache for each of them. */
static uint32_t hash_text(const char *text, size_t length)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < length; i++)
		hash = hash * 31 + (unsigned char)text[i];
	return hash;
}

/* A short decimal number in its one canonical form is its own atom. */
static bool number_of(const char *text, size_t length, rt_atom *atom)
{
	uint32_t value = 0;

	if (length == 0 || length > 9 || (text[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint32_t)(text[i] - '0');
	}
	*atom = RT_ATOM_NUMBER | value;
	return true;
}

/* {Name,T}: a comma outside all brackets and quotes after the first would make it more than a pair. */
static bool is_pair(const char *text, const char *name)
{
	size_t length = strlen(text), head = strlen(name) + 2;

	if (length < head + 2 || text[0] != '{' || strncmp(text + 1, name, head - 2) != 0 ||
	    text[head - 1] != ',' || text[length - 1] != '}')
		return false;
	int depth = 0;
	char quote = 0;

	for (const char *c = text + head; c < text + length - 1; c++) {
		if (quote != 0) {
			if (*c == '\\' && c[1] != '\0')
				c++;
			else if (*c == quote)
				quote = 0;
		} else if (*c == '"' || *c == '\'') {
			quote = *c;
		} else if (strchr("{[(", *c) != NULL) {
			depth++;
		} else if (strchr("}])", *c) != NULL) {
			depth--;
		} else if (*c == ',' && depth == 0) {
			return false;
		}
	}
	return true;
}

bool rt_reason_text_benign(const char *reason)
{
	switch (reason[0]) {
	case 'n':
		return strcmp(reason, "normal") == 0;
	case 's':
		return strcmp(reason, "shutdown") == 0;
	case '{':
		return is_pair(reason, "shutdown");
	default:
		return false;
	}
}

bool rt_reason_already_started(const struct rt *rt, rt_atom reason)
{
	char number[RT_ATOM_BUF];

	return is_pair(rt_atom_text(rt, reason, number), "already_started");
}

enum rt_status rt_atoms_init(struct rt *rt)
{
	rt->atoms.text_used = 1;
	for (rt_atom atom = 1; atom < RT_ATOM_KNOWN; atom++)
		if (rt_atom_intern(rt, known[atom], strlen(known[atom])) != atom)
			return RT_ENOMEM;
	return RT_OK;
}

static rt_atom find_hashed(const struct rt *rt, const char *text, size_t length, uint32_t hash)
{
	const struct rt_atoms *atoms = &rt->atoms;

	for (rt_atom atom = rt_table_head(&atoms->table, hash); atom != 0; atom = entry(rt, atom)->next) {
		const struct rt_atom_entry *e = entry(rt, atom);
		const char *known_text = atoms->text + e->text;

		if (e->hash == hash && strncmp(known_text, text, length) == 0 && known_text[length] == '\0')
			return atom;
	}
	return 0;
}

rt_atom rt_atom_find(const struct rt *rt, const char *text, size_t length)
{
	rt_atom atom;

	if (number_of(text, length, &atom))
		return atom;
	return length == 0 ? 0 : find_hashed(rt, text, length, hash_text(text, length));
}

rt_atom rt_atom_intern(struct rt *rt, const char *text, size_t length)
{
	struct rt_atoms *atoms = &rt->atoms;
	rt_atom atom;

	if (length == 0)
		return 0;
	if (number_of(text, length, &atom))
		return atom;
	uint32_t hash = hash_text(text, length);

	atom = find_hashed(rt, text, length, hash);
	if (atom != 0)
		return atom;
	if (length >= atoms->text_capacity - atoms->text_used) {
		rt->region.starved = true;
		return 0;
	}
	atom = rt_slab_take(rt, &atoms->entries, sizeof(struct rt_atom_entry));
	if (atom == 0)
		return 0;
	struct rt_atom_entry *e = entry(rt, atom);
	char *copy = atoms->text + atoms->text_used;

	memcpy(copy, text, length);
	copy[length] = '\0';
	e->text = atoms->text_used;
	e->hash = hash;
	e->benign = rt_reason_text_benign(copy);
	atoms->text_used += (uint32_t)length + 1;
	rt_table_add(rt, &atoms->table, atom_ops, atom);
	return atom;
}

rt_atom rt_atom_make(struct rt *rt, const char *text)
{
	return rt_atom_intern(rt, text, strlen(text));
}

rt_atom rt_atom_format(struct rt *rt, const char *format, const char *a, const char *b)
{
	size_t size = strlen(format) + strlen(a) + strlen(b) + 1;
	char small[256];
	char *text = size <= sizeof small ? small : rt_heap_alloc(rt, size);
	rt_atom atom = 0;

	if (text == NULL)
		return RT_A_SYSTEM_LIMIT;
	/* The format has one or two %s; every caller is in this folder. */
	char *out = text;

	for (const char *f = format; *f != '\0'; f++) {
		if (f[0] == '%' && f[1] == 's') {
			out = stpcpy(out, a);
			a = b;
			f++;
		} else {
			*out++ = *f;
		}
	}
	*out = '\0';
	atom = rt_atom_intern(rt, text, (size_t)(out - text));
	if (text != small)
		rt_heap_free(rt, text, size);
	return atom != 0 ? atom : RT_A_SYSTEM_LIMIT;
}

bool rt_atom_given(const struct rt *rt, rt_atom atom)
{
	return (atom & RT_ATOM_NUMBER) != 0 || atom <= rt->atoms.entries.high;
}

const char *rt_atom_text(const struct rt *rt, rt_atom atom, char buf[RT_ATOM_BUF])
{
	if ((atom & RT_ATOM_NUMBER) != 0) {
		snprintf(buf, RT_ATOM_BUF, "%u", (unsigned)(atom & ~RT_ATOM_NUMBER));
		return buf;
	}
	if (atom == 0)
		return "";
	assert(rt_atom_given(rt, atom));
	return rt->atoms.text + entry(rt, atom)->text;
}

bool rt_reason_benign(const struct rt *rt, rt_atom reason)
{
	return reason != 0 && (reason & RT_ATOM_NUMBER) == 0 && entry(rt, reason)->benign;
}
