/* book.c - rows by path, and when each path was restarted. */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Restarts that are remembered of one path; older ones make room. */
#define TIMES_MAX 4096

/* When something was restarted: in which run, by its index, and when in it. */
struct moment {
	uint32_t run;
	rt_time t;
};

struct prb_page {
	UT_hash_handle hh;
	struct prb_row row;
	struct moment *times; /* a ring, oldest at `first` */
	uint32_t n_times, first, capacity;
	bool overran; /* some made room */
	char path[];
};

/* Longer paths are cut. */
static size_t length_of(const char *path)
{
	return strnlen(path, PRB_PATH - 1);
}

static struct prb_page *find(const struct prb_book *book, const char *path)
{
	struct prb_page *page = NULL, *pages = book->pages;

	HASH_FIND(hh, pages, path, length_of(path), page);
	return page;
}

static struct prb_page *find_or_make(struct prb_book *book, const char *path)
{
	struct prb_page *page = find(book, path);
	size_t length = length_of(path);

	if (page != NULL)
		return page;
	page = calloc(1, sizeof(*page) + length + 1);
	if (page == NULL)
		return NULL;
	memcpy(page->path, path, length);
	page->row.path = page->path;
	HASH_ADD(hh, book->pages, path, length, page);
	if (page->hh.tbl == NULL) {
		free(page);
		return NULL;
	}
	return page;
}

void prb_book_fini(struct prb_book *book)
{
	struct prb_page *page, *next;

	HASH_ITER(hh, book->pages, page, next) {
		HASH_DEL(book->pages, page);
		free(page->times);
		free(page);
	}
	free(book->runs);
	*book = (struct prb_book){ 0 };
}

struct prb_row *prb_book_row(struct prb_book *book, const char *path)
{
	struct prb_page *page = find_or_make(book, path);

	return page == NULL ? NULL : &page->row;
}

const struct prb_row *prb_book_find(const struct prb_book *book, const char *path)
{
	const struct prb_page *page = find(book, path);

	return page == NULL ? NULL : &page->row;
}

void prb_book_each(const struct prb_book *book, prb_row_fn *fn, void *ctx)
{
	for (const struct prb_page *page = book->pages; page != NULL; page = page->hh.next) {
		if (!fn(ctx, &page->row))
			return;
	}
}

void prb_book_turn(struct prb_book *book)
{
	for (struct prb_page *page = book->pages; page != NULL; page = page->hh.next) {
		page->row.before.samples = page->row.samples;
		page->row.before.restarts = page->row.counts.restarts;
	}
}

void prb_book_change(struct prb_book *book, void (*fn)(struct prb_row *row))
{
	for (struct prb_page *page = book->pages; page != NULL; page = page->hh.next)
		fn(&page->row);
}

/* --- restarts in time ---------------------------------------------------------------------------------- */

static bool make_room(struct prb_page *page)
{
	uint32_t capacity = page->capacity == 0 ? 8 : 2 * page->capacity;

	if (page->n_times < page->capacity || page->capacity == TIMES_MAX)
		return true;
	struct moment *times = realloc(page->times, capacity * sizeof(*times));

	if (times == NULL)
		return false;
	page->times = times; /* it has not gone round yet */
	page->capacity = capacity;
	return true;
}

/* Its index; the latest run is most often meant.  UINT32_MAX: no memory. */
static uint32_t run_of(struct prb_book *book, uint64_t name)
{
	for (uint32_t i = book->n_runs; i-- > 0;) {
		if (book->runs[i].name == name)
			return i;
	}
	if (book->n_runs == book->runs_size) {
		uint32_t size = book->runs_size == 0 ? 4 : 2 * book->runs_size;
		struct prb_run *runs = realloc(book->runs, size * sizeof(*runs));

		if (runs == NULL)
			return UINT32_MAX;
		book->runs = runs;
		book->runs_size = size;
	}
	book->runs[book->n_runs] = (struct prb_run){ .name = name, .latest = INT64_MIN };
	return book->n_runs++;
}

enum rt_status prb_book_restart(struct prb_book *book, const char *path, uint64_t name, rt_time t)
{
	struct prb_page *page = find_or_make(book, path);
	uint32_t run = run_of(book, name);

	if (page == NULL || run == UINT32_MAX || !make_room(page))
		return RT_ENOMEM;
	page->times[(page->first + page->n_times) % page->capacity] = (struct moment){ run, t };
	if (page->n_times < page->capacity) {
		page->n_times++;
	} else {
		page->first = (page->first + 1) % page->capacity;
		page->overran = true;
	}
	if (t > book->runs[run].latest)
		book->runs[run].latest = t;
	return RT_OK;
}

/* --- which of them are hot ----------------------------------------------------------------------------- */

/* A path, or the part of one that names a supervisor, and when there were restarts. */
struct pile {
	UT_hash_handle hh;
	const char *path;
	size_t length;
	bool subtree, overran;
	struct moment *times;
	size_t count, capacity;
	uint32_t now, worst;
};

static bool add_times(struct pile *pile, const struct prb_page *page)
{
	if (pile->count + page->n_times > pile->capacity) {
		size_t capacity = 2 * (pile->count + page->n_times);
		struct moment *times = realloc(pile->times, capacity * sizeof(*times));

		if (times == NULL)
			return false;
		pile->times = times;
		pile->capacity = capacity;
	}
	pile->overran = pile->overran || page->overran;
	for (uint32_t i = 0; i < page->n_times; i++)
		pile->times[pile->count++] = page->times[(page->first + i) % page->capacity];
	return true;
}

/* Add a page's restarts under the first `length` bytes of its path. */
static bool add_under(struct pile **piles, const struct prb_page *page, size_t length, bool subtree)
{
	struct pile *pile;

	HASH_FIND(hh, *piles, page->row.path, length, pile);
	if (pile == NULL) {
		pile = calloc(1, sizeof(*pile));
		if (pile == NULL)
			return false;
		pile->path = page->row.path;
		pile->length = length;
		pile->subtree = subtree;
		HASH_ADD_KEYPTR(hh, *piles, pile->path, length, pile);
		if (pile->hh.tbl == NULL) {
			free(pile);
			return false;
		}
	}
	return add_times(pile, page);
}

static enum rt_status gather(const struct prb_book *book, struct pile **child, struct pile **subtree)
{
	for (const struct prb_page *page = book->pages; page != NULL; page = page->hh.next) {
		const char *path = page->row.path;

		if (page->n_times == 0)
			continue;
		if (!add_under(child, page, strlen(path), false))
			return RT_ENOMEM;
		for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
			if (!add_under(subtree, page, (size_t)(slash - path), true))
				return RT_ENOMEM;
		}
	}
	return RT_OK;
}

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->t > y->t) - (x->t < y->t);
}

/* The most restarts in any window, and those in the window that ends with the latest restart of anybody in
 * the run of its last one: what was hot long ago has cooled down. */
static void measure(const struct prb_book *book, struct pile *piles, rt_time window)
{
	for (struct pile *pile = piles; pile != NULL; pile = pile->hh.next) {
		const struct moment *times = pile->times;
		size_t from = 0, i;

		qsort(pile->times, pile->count, sizeof(*times), by_time);
		for (i = 0; i < pile->count; i++) {
			while (times[from].run != times[i].run || times[i].t - times[from].t >= window)
				from++;
			if (i - from + 1 > pile->worst)
				pile->worst = (uint32_t)(i - from + 1);
		}
		uint32_t run = times[pile->count - 1].run;

		while (i-- > 0 && times[i].run == run && book->runs[run].latest - times[i].t < window)
			pile->now++;
	}
}

static int by_heat(struct pile *a, struct pile *b)
{
	size_t length = a->length < b->length ? a->length : b->length;

	if (a->now != b->now)
		return a->now < b->now ? 1 : -1;
	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	int order = memcmp(a->path, b->path, length);

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* False: nobody wants more. */
static bool tell(const struct pile *piles, uint32_t more_than, prb_hotspot_fn *fn, void *ctx)
{
	for (const struct pile *pile = piles; pile != NULL; pile = pile->hh.next) {
		char path[PRB_PATH];

		if (pile->worst <= more_than)
			continue;
		memcpy(path, pile->path, pile->length);
		path[pile->length] = '\0';
		struct prb_hotspot hotspot = {
			.path = path,
			.subtree = pile->subtree,
			.restarts = pile->now,
			.worst = pile->worst,
			.more = pile->overran,
			.last = pile->times[pile->count - 1].t,
		};

		if (!fn(ctx, &hotspot))
			return false;
	}
	return true;
}

static void release(struct pile *piles)
{
	struct pile *pile, *next;

	HASH_ITER(hh, piles, pile, next) {
		HASH_DEL(piles, pile);
		free(pile->times);
		free(pile);
	}
}

enum rt_status prb_book_hotspots(const struct prb_book *book, uint32_t more_than, rt_time window,
				 prb_hotspot_fn *fn, void *ctx)
{
	struct pile *child = NULL, *subtree = NULL;
	enum rt_status status = gather(book, &child, &subtree);

	if (status != RT_OK)
		goto out;
	measure(book, child, window);
	measure(book, subtree, window);
	HASH_SORT(child, by_heat);
	HASH_SORT(subtree, by_heat);
	if (tell(child, more_than, fn, ctx))
		(void)tell(subtree, more_than, fn, ctx);
out:
	release(child);
	release(subtree);
	return status;
}
