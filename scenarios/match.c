/* match.c - a walk for each pattern, not for each probe.
 *
 * The paths that have an account come first, in the order in which they were seen, then rows of the tree
 * without one.  What is kept is bounded: with very many different patterns the old lists go.
 */
#include "match.h"

#include "hash.h"
#include "path.h"
#include "world.h"

#include <string.h>

#define KEPT_MAX ((size_t)2000000)
/* Ask whether to stop once in so many paths. */
#define ASK_EVERY 1024

struct list {
	const char *pattern;
	struct scn_match *item;
	size_t count, size;
	UT_hash_handle hh;
};

struct scn_matcher {
	struct list *lists[2]; /* plain and counted */
	struct scn_arena *arena;
	size_t kept;
};

static void forget(struct scn_matcher *matcher)
{
	struct list *list, *next;

	for (size_t i = 0; i < 2; i++) {
		HASH_ITER (hh, matcher->lists[i], list, next) {
			HASH_DEL(matcher->lists[i], list);
			scn_mem_free(list->item);
			scn_mem_free(list);
		}
	}
	scn_arena_free(matcher->arena);
	matcher->arena = NULL;
	matcher->kept = 0;
}

enum rt_status scn_matcher_new(struct scn_matcher **out)
{
	struct scn_matcher *matcher = scn_mem_alloc(sizeof(*matcher));

	if (!matcher)
		return RT_ENOMEM;
	memset(matcher, 0, sizeof(*matcher));
	*out = matcher;
	return RT_OK;
}

void scn_matcher_free(struct scn_matcher *matcher)
{
	if (!matcher)
		return;
	forget(matcher);
	scn_mem_free(matcher);
}

/* --- finding ------------------------------------------------------------------------------------------- */

struct finding {
	struct scn_matcher *matcher;
	struct scn_world *world;
	struct list *list;
	rt_place only; /* what the pattern is the path of; 0: it is none, or of nothing */
	bool is_path;
	bool watched; /* every path that matches and was ever started has an account */
	size_t rows;
	/* Counting: those matches that the walk is inside of, innermost last.  The innermost is listed first.
	 */
	struct open {
		unsigned depth;
		rt_place place;
		int64_t below;
	} *open;
	size_t n_open, open_size;
	enum rt_status status;
};

static struct scn_match *add(struct finding *finding, const char *path, const struct scn_account *account,
			     bool alive)
{
	struct list *list = finding->list;
	struct scn_match *item = scn_mem_grow(list->item, &list->size, list->count, sizeof(*item));

	if (!item) {
		finding->status = RT_ENOMEM;
		return NULL;
	}
	list->item = item;
	item += list->count++;
	*item = (struct scn_match){ .path = path, .account = account, .alive = alive };
	return item;
}

static bool go_on(struct finding *finding)
{
	if (finding->status == RT_OK && finding->rows++ % ASK_EVERY == 0 && scn_world_stopped(finding->world))
		finding->status = RT_ESTATE;
	return finding->status == RT_OK;
}

/* A row of the tree, with the text of the account's name or a copy. */
static struct scn_match *add_row(struct finding *finding, const char *path, bool alive)
{
	const struct scn_account *account = scn_accounts_find(finding->world->accounts, path);
	const char *text = account ? account->name->text
				   : scn_arena_text(finding->matcher->arena, path, strlen(path));

	if (text)
		return add(finding, text, account, alive);
	finding->status = RT_ENOMEM;
	return NULL;
}

/* Its path into `path`. */
static bool is_match(const struct finding *finding, rt_place place, char path[SCN_PATH_MAX])
{
	if (finding->is_path && place != finding->only)
		return false;
	return scn_place_matches(finding->world->rt, place, finding->list->pattern, path);
}

static bool see_spot(void *ctx, const struct rt_spot *spot)
{
	struct finding *finding = ctx;
	const struct scn_world *world = finding->world;
	char path[SCN_PATH_MAX];

	if (!go_on(finding))
		return false;
	if (spot->starts > 0 && finding->watched)
		return true;
	if (is_match(finding, spot->place, path) && !scn_accounts_find(world->accounts, path))
		add_row(finding, path, rt_path_actor(world->rt, spot->place) != RT_NOBODY);
	return finding->status == RT_OK;
}

static void close_above(struct finding *finding, unsigned depth)
{
	char path[SCN_PATH_MAX];

	while (finding->n_open > 0 && finding->open[finding->n_open - 1].depth >= depth) {
		const struct open *open = &finding->open[--finding->n_open];
		if (finding->n_open > 0)
			finding->open[finding->n_open - 1].below += open->below;
		rt_path_text(finding->world->rt, open->place, path, sizeof(path));
		struct scn_match *match = add_row(finding, path, true);
		if (match)
			match->below = open->below;
	}
}

static bool count_spot(void *ctx, const struct rt_spot *spot)
{
	struct finding *finding = ctx;
	char path[SCN_PATH_MAX];

	if (!go_on(finding))
		return false;
	close_above(finding, spot->depth);
	if (spot->actor != RT_NOBODY && finding->n_open > 0)
		finding->open[finding->n_open - 1].below++;
	if (spot->orphan || !is_match(finding, spot->place, path))
		return true;
	if (spot->actor == RT_NOBODY)
		return add_row(finding, path, false) != NULL;
	struct open *open = scn_mem_grow(finding->open, &finding->open_size, finding->n_open, sizeof(*open));
	if (!open) {
		finding->status = RT_ENOMEM;
		return false;
	}
	finding->open = open;
	open[finding->n_open++] = (struct open){ .depth = spot->depth, .place = spot->place };
	return true;
}

/* `gone`: only those that do not live any more. */
static void see_accounts(struct finding *finding, bool gone)
{
	const struct scn_accounts *accounts = finding->world->accounts;

	for (size_t i = 0; i < scn_accounts_count(accounts) && go_on(finding); i++) {
		const struct scn_account *account = scn_accounts_at(accounts, i);
		const char *path = account->name->text;
		bool alive = account->running > 0;
		if ((!gone || !alive) && inj_pattern_match(finding->list->pattern, path))
			add(finding, path, account, alive);
	}
}

static void find(struct finding *finding, bool counted)
{
	if (!counted) {
		finding->watched = scn_accounts_watches(finding->world->accounts, finding->list->pattern);
		see_accounts(finding, false);
		rt_walk_spots(finding->world->rt, see_spot, finding);
		return;
	}
	rt_walk_spots(finding->world->rt, count_spot, finding);
	close_above(finding, 0);
	scn_mem_free(finding->open);
	see_accounts(finding, true);
}

enum rt_status scn_matcher_find(struct scn_matcher *matcher, struct scn_world *world, const char *pattern,
				bool counted, struct scn_matches *out)
{
	struct finding finding = { .matcher = matcher, .world = world, .status = RT_ENOMEM };
	struct list *list = NULL;

	HASH_FIND_STR(matcher->lists[counted], pattern, list);
	if (!list) {
		if (matcher->kept > KEPT_MAX)
			forget(matcher);
		if (!matcher->arena)
			matcher->arena = scn_arena_new();
		list = scn_mem_alloc(sizeof(*list));
		if (list)
			memset(list, 0, sizeof(*list));
		if (!list || !matcher->arena)
			goto fail;
		list->pattern = pattern;
		finding.list = list;
		finding.is_path = inj_pattern_is_path(pattern);
		finding.only = finding.is_path ? rt_path_find(world->rt, pattern) : 0;
		finding.status = RT_OK;
		find(&finding, counted);
		if (finding.status != RT_OK)
			goto fail;
		HASH_ADD_KEYPTR(hh, matcher->lists[counted], list->pattern, strlen(list->pattern), list);
		finding.status = RT_ENOMEM;
		if (!list->hh.tbl)
			goto fail;
		matcher->kept += list->count;
	}
	*out = (struct scn_matches){ list->item, list->count };
	return RT_OK;
fail:
	if (list)
		scn_mem_free(list->item);
	scn_mem_free(list);
	return finding.status;
}
