/* tree.c - paths and patterns against a tree of specifications.
 *
 * A component that is an id is looked up in the supervisor's index, a component with a star is compared with
 * each child, so what a search costs is what its stars cost.
 */
#include "tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "inject/value.h"
#include "path.h"

/* --- the index ----------------------------------------------------------------------------------------- */

struct rt_child *scn_tree_children(struct scn_arena *arena, uint32_t count)
{
	return scn_arena_array(arena, count, sizeof(struct rt_child) + sizeof(uint32_t));
}

const uint32_t *scn_tree_order(const struct rt_child *children, uint32_t count)
{
	return children ? (const uint32_t *)(const void *)(children + count) : NULL;
}

/* By length, then by bytes: numbered children are in order as they are. */
static int compare_ids(const char *a, size_t a_length, const char *b, size_t b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, a_length);
}

static int compare_children(const void *left, const void *right, void *context)
{
	const struct rt_child *children = context;
	uint32_t l = *(const uint32_t *)left, r = *(const uint32_t *)right;
	const char *a = children[l].id ? children[l].id : "", *b = children[r].id ? children[r].id : "";
	int order = compare_ids(a, strlen(a), b, strlen(b));

	return order ? order : l < r ? -1 : l > r;
}

void scn_tree_index(struct rt_child *children, uint32_t count)
{
	uint32_t *order = (uint32_t *)(void *)(children + count);
	bool sorted = true;

	for (uint32_t i = 0; i < count; i++) {
		order[i] = i;
		sorted = sorted && (i == 0 || compare_children(&order[i - 1], &order[i], children) < 0);
	}
	if (!sorted)
		qsort_r(order, count, sizeof(*order), compare_children, children);
}

static const struct rt_child *find_id(const struct rt_child *supervisor, const char *id, size_t length)
{
	const uint32_t *order = scn_tree_order(supervisor->children, supervisor->n_children);
	uint32_t low = 0, high = supervisor->n_children;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct rt_child *child = &supervisor->children[order[middle]];
		const char *other = child->id ? child->id : "";
		int way = compare_ids(other, strlen(other), id, length);
		if (way == 0)
			return child;
		if (way < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* --- components of a path ------------------------------------------------------------------------------ */

struct piece {
	const char *start, *end;
};

static struct piece first_piece(const char *path)
{
	return (struct piece){ path, path + strcspn(path, "/") };
}

static bool is_any_depth(struct piece piece)
{
	return piece.end - piece.start == 2 && memcmp(piece.start, "**", 2) == 0;
}

static bool has_star(struct piece piece)
{
	return memchr(piece.start, '*', (size_t)(piece.end - piece.start)) != NULL;
}

/* The id that this component means; false if no id is written like this. */
static bool id_of(struct piece piece, char id[RT_ID_MAX + 1], size_t *length)
{
	return scn_id_unescape(piece.start, (size_t)(piece.end - piece.start), id, length);
}

/* Does the component match the id?  Components with stars only. */
static bool component_matches(struct piece piece, const char *id)
{
	char escaped[SCN_ID_SIZE], pattern[SCN_ID_SIZE];
	size_t length = (size_t)(piece.end - piece.start);

	if (length >= sizeof(pattern))
		return false;
	memcpy(pattern, piece.start, length);
	pattern[length] = '\0';
	scn_id_escape(id, escaped, sizeof(escaped));
	return inj_pattern_match(pattern, escaped);
}

/* --- searching ----------------------------------------------------------------------------------------- */

struct search {
	const struct scn_tree *tree;
	scn_tree_fn *accept;
	uint64_t *work;
};

static bool spend(struct search *search)
{
	if (*search->work == 0)
		return false;
	--*search->work;
	return true;
}

static const struct rt_child *found(struct search *search, const struct rt_child *child)
{
	return !search->accept || search->accept(child) ? child : NULL;
}

static bool is_pool(const struct rt_child *child)
{
	return child->supervisor && child->strategy == RT_SIMPLE_ONE_FOR_ONE;
}

/* Has some pool a child with this key?  Numbers are given out as they come. */
static bool is_key(struct search *search, const char *key)
{
	if (key[strspn(key, "0123456789")] == '\0')
		return true;
	for (size_t i = 0; i < search->tree->n_pools; i++) {
		const struct scn_pool *pool = &search->tree->pools[i];
		for (uint32_t k = 0; pool->keys && k < pool->count && spend(search); k++) {
			if (strcmp(pool->keys[k], key) == 0)
				return true;
		}
	}
	return false;
}

/* `children` and what is below them against `path`, whose first component is for `children`; `loose` behind a
 * `**`. */
static const struct rt_child *find_below(struct search *search, const struct rt_child *children,
					 uint32_t count, const struct rt_child *supervisor, const char *path,
					 bool loose);

/* `**` stands for no component at all, too: is there nothing else at the end? */
static bool is_optional(const char *end)
{
	while (strncmp(end, "/**", 3) == 0)
		end += 3;
	return !*end;
}

static const struct rt_child *find_rest(struct search *search, const struct rt_child *child, const char *end,
					bool loose)
{
	const struct rt_child *result = is_optional(end) ? found(search, child) : NULL;

	if (result || !*end || !child->supervisor)
		return result;
	return find_below(search, child->children, child->n_children, child, end + 1, loose);
}

static const struct rt_child *find_below(struct search *search, const struct rt_child *children,
					 uint32_t count, const struct rt_child *supervisor, const char *path,
					 bool loose)
{
	struct piece piece = first_piece(path);
	bool pool = supervisor && is_pool(supervisor);
	const struct rt_child *result;
	char id[RT_ID_MAX + 1];
	size_t length;

	if (!spend(search))
		return NULL;
	if (is_any_depth(piece)) {
		const char *rest = piece.end;
		while (strncmp(rest, "/**", 3) == 0 && (rest[3] == '/' || !rest[3]))
			rest += 3;
		if (*rest) {
			result = find_below(search, children, count, supervisor, rest + 1, true);
			if (result)
				return result;
		}
		for (uint32_t i = 0; i < count && spend(search); i++) {
			result = *rest ? NULL : found(search, &children[i]);
			if (!result && children[i].supervisor)
				result = find_below(search, children[i].children, children[i].n_children,
						    &children[i], path, true);
			if (result)
				return result;
		}
		return NULL;
	}
	if (pool) {
		bool possible =
			count == 1 &&
			(has_star(piece) || (id_of(piece, id, &length) && (!loose || is_key(search, id))));
		return possible ? find_rest(search, &children[0], piece.end, loose) : NULL;
	}
	if (!has_star(piece)) {
		if (!id_of(piece, id, &length))
			return NULL;
		if (supervisor)
			result = find_id(supervisor, id, length);
		else
			result = count && children[0].id && strcmp(children[0].id, id) == 0 ? &children[0]
											    : NULL;
		return result ? find_rest(search, result, piece.end, loose) : NULL;
	}
	for (uint32_t i = 0; i < count && spend(search); i++) {
		if (!children[i].id || !component_matches(piece, children[i].id))
			continue;
		result = find_rest(search, &children[i], piece.end, loose);
		if (result)
			return result;
	}
	return NULL;
}

const struct rt_child *scn_tree_find(const struct scn_tree *tree, const char *path, scn_tree_fn *accept,
				     uint64_t *work)
{
	struct search search = { .tree = tree, .accept = accept, .work = work };
	return find_below(&search, tree->root, 1, NULL, path, false);
}

const struct rt_child *scn_child(const struct scn_scenario *scenario, const char *path)
{
	const struct scn_tree tree = { &scenario->root, scenario->pools, scenario->n_pools };
	uint64_t work = UINT64_MAX;

	return scn_tree_find(&tree, path, NULL, &work);
}

uint32_t scn_said(const struct scn_scenario *scenario, const char *path)
{
	const struct rt_child *child = scn_child(scenario, path);

	return child ? child->note : 0;
}

/* --- guessing ------------------------------------------------------------------------------------------ */

/* Of a large tree, only so many ids are candidates. */
#define NEAR_MAX 4096

struct guess {
	const char *id;   /* the last component of the path that was not found */
	const char *best; /* the nearest id so far, unescaped */
	unsigned left;    /* candidates that may still be looked at */
	char *buf;
	size_t size;
	bool exact_only;
};

/* Walks the tree with its path in `buf`; true as soon as some child is the one. */
static bool guess_below(struct guess *guess, const struct rt_child *children, uint32_t count, bool pool,
			size_t used)
{
	char id[SCN_ID_SIZE];

	for (uint32_t i = 0; i < count && guess->left; i++) {
		const char *name = pool ? "*" : children[i].id;
		if (!name)
			continue;
		guess->left--;
		if (pool)
			memcpy(id, "*", 2);
		else
			scn_id_escape(name, id, sizeof(id));
		size_t length = strlen(id);
		if (used + 1 + length + 1 > guess->size)
			continue;
		size_t at = used;
		if (at)
			guess->buf[at++] = '/';
		memcpy(guess->buf + at, id, length + 1);
		const char *const word = id;
		bool same = strcmp(id, guess->id) == 0;
		if (!pool && (same || (!guess->exact_only && inj_did_you_mean(guess->id, &word, 1))))
			return true;
		if (children[i].supervisor && guess_below(guess, children[i].children, children[i].n_children,
							  is_pool(&children[i]), at + length))
			return true;
	}
	return false;
}

/* The nearest among the siblings of the first component that was not found. */
static bool guess_sibling(const struct rt_child *root, const char *path, char *buf, size_t size)
{
	const struct rt_child *children = root, *supervisor = NULL;
	const char *words[NEAR_MAX];
	uint32_t count = 1;
	size_t n_words = 0, used = 0, length;
	char id[RT_ID_MAX + 1], escaped[SCN_ID_SIZE];

	for (;;) {
		struct piece piece = first_piece(path);
		if (!id_of(piece, id, &length))
			return false;
		const struct rt_child *child = supervisor && is_pool(supervisor) ? &children[0]
					       : supervisor                ? find_id(supervisor, id, length)
					       : strcmp(root->id, id) == 0 ? root
									   : NULL;
		if (!child) {
			for (uint32_t i = 0; i < count && i < NEAR_MAX; i++) {
				if (children[i].id)
					words[n_words++] = children[i].id;
			}
			const char *near = inj_did_you_mean(id, words, n_words);
			if (!near)
				return false;
			scn_id_escape(near, escaped, sizeof(escaped));
			size_t rest = strlen(piece.end), middle = strlen(escaped);
			if (used + middle + rest + 1 > size)
				return false;
			memcpy(buf + used, escaped, middle);
			memcpy(buf + used + middle, piece.end, rest + 1);
			return true;
		}
		length = (size_t)(piece.end - piece.start) + 1;
		if (!*piece.end || !child->supervisor || used + length + 1 > size)
			return false;
		memcpy(buf + used, piece.start, length);
		used += length;
		supervisor = child;
		children = child->children;
		count = child->n_children;
		path = piece.end + 1;
	}
}

bool scn_tree_near(const struct scn_tree *tree, const char *path, char *buf, size_t size)
{
	uint64_t work = NEAR_MAX;

	if (guess_sibling(tree->root, path, buf, size) && scn_tree_find(tree, buf, NULL, &work))
		return true;
	const char *slash = strrchr(path, '/');
	struct guess guess = {
		.id = slash ? slash + 1 : path,
		.left = NEAR_MAX,
		.buf = buf,
		.size = size,
		.exact_only = true,
	};
	if (guess_below(&guess, tree->root, 1, false, 0))
		return true;
	guess.left = NEAR_MAX;
	guess.exact_only = false;
	return guess_below(&guess, tree->root, 1, false, 0);
}
