/* duplicates.c - few keys are compared each with each, many are sorted first. */
#include "duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"

#define FEW_KEYS 12

/* By length, then by bytes, then by place: the keys w1 to w1000000 as people write them are in order already.
 */
static int compare_keys(const void *left, const void *right)
{
	const struct scn_node *a = *(const struct scn_node *const *)left,
			      *b = *(const struct scn_node *const *)right;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	int order = memcmp(a->text, b->text, a->length);
	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

static bool same(const struct scn_node *a, const struct scn_node *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool complain(struct scn_diags *diags, const struct scn_node *key, const struct scn_node *first,
		     size_t *found)
{
	++*found;
	return scn_diag_add(diags, key->line, key->column, "duplicate key '%.*s', first on line %u",
			    scn_diag_cut(key->text), key->text, first->line);
}

static bool compare_each(const struct scn_node **keys, size_t count, struct scn_diags *diags, size_t *found)
{
	for (size_t i = 1; i < count; i++) {
		size_t first = 0;
		while (!same(keys[first], keys[i]))
			first++;
		if (first < i && !complain(diags, keys[i], keys[first], found))
			return false;
	}
	return true;
}

static bool compare_sorted(const struct scn_node **keys, size_t count, struct scn_diags *diags, size_t *found)
{
	const struct scn_node *first = count ? keys[0] : NULL;
	bool sorted = true;

	for (size_t i = 1; sorted && i < count; i++)
		sorted = compare_keys(&keys[i - 1], &keys[i]) < 0;
	if (!sorted)
		qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++) {
		if (!same(keys[i], first))
			first = keys[i];
		else if (!complain(diags, keys[i], first, found))
			return false;
	}
	return true;
}

enum rt_status scn_duplicates_find(const struct scn_node *map, struct scn_diags *diags, size_t *found)
{
	const struct scn_node *few[FEW_KEYS], **keys = few;
	size_t count = 0;
	bool done;

	*found = 0;
	if (map->length > FEW_KEYS) {
		keys = scn_mem_alloc(map->length * sizeof(*keys));
		if (!keys)
			return RT_ENOMEM;
	}
	for (const struct scn_node *key = map->first; key; key = key->next->next) {
		if (key->kind == SCN_NODE_TEXT)
			keys[count++] = key;
	}
	done = keys == few ? compare_each(keys, count, diags, found)
			   : compare_sorted(keys, count, diags, found);
	if (keys != few)
		scn_mem_free(keys);
	return done ? RT_OK : RT_ENOMEM;
}
