/* book.c - rows by path, and when each path was restarted. */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Restarts that are remembered of one path; older ones make room. */
#define TIMES_MAX 4096

struct prb_page {
	UT_hash_handle hh;
	struct prb_row row;
	rt_time *times; /* a ring, oldest at `first` */
	uint32_t n_times, first, capacity;
	char key[]; /* the process in four bytes, then the path */
};

#define KEY_HEAD sizeof(uint32_t)

static struct prb_page *find(const struct prb_book *book, uint32_t pid, const char *path)
{
	struct prb_page *page = NULL, *pages = book->pages;
	size_t length = strlen(path);
	char small[KEY_HEAD + PRB_PATH];

	if (length > PRB_PATH)
		return NULL;
	memcpy(small, &pid, KEY_HEAD);
	memcpy(small + KEY_HEAD, path, length);
	HASH_FIND(hh, pages, small, KEY_HEAD + length, page);
	return page;
}

static struct prb_page *find_or_make(struct prb_book *book, uint32_t pid, const char *path)
{
	struct prb_page *page = find(book, pid, path);
	size_t length = strnlen(path, PRB_PATH);

	if (page != NULL)
		return page;
	page = calloc(1, sizeof(*page) + KEY_HEAD + length + 1);
	if (page == NULL)
		return NULL;
	memcpy(page->key, &pid, KEY_HEAD);
	memcpy(page->key + KEY_HEAD, path, length);
	page->row.pid = pid;
	page->row.path = page->key + KEY_HEAD;
	HASH_ADD(hh, book->pages, key, KEY_HEAD + length, page);
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
}

struct prb_row *prb_book_row(struct prb_book *book, uint32_t pid, const char *path)
{
	struct prb_page *page = find_or_make(book, pid, path);

	return page == NULL ? NULL : &page->row;
}

const struct prb_row *prb_book_find(const struct prb_book *book, uint32_t pid, const char *path)
{
	const struct prb_page *page = find(book, pid, path);

	return page == NULL ? NULL : &page->row;
}

void prb_book_each(const struct prb_book *book, prb_row_fn *fn, void *ctx)
{
	for (const struct prb_page *page = book->pages; page != NULL; page = page->hh.next) {
		if (!fn(ctx, &page->row))
			return;
	}
}

/* --- restarts in time ---------------------------------------------------------------------------------- */

static bool make_room(struct prb_page *page)
{
	uint32_t capacity = page->capacity == 0 ? 8 : 2 * page->capacity;

	if (page->n_times < page->capacity || page->capacity == TIMES_MAX)
		return true;
	rt_time *times = realloc(page->times, capacity * sizeof(*times));

	if (times == NULL)
		return false;
	page->times = times; /* it has not gone round yet */
	page->capacity = capacity;
	return true;
}

enum rt_status prb_book_restart(struct prb_book *book, uint32_t pid, const char *path, rt_time t)
{
	struct prb_page *page = find_or_make(book, pid, path);

	if (page == NULL || !make_room(page))
		return RT_ENOMEM;
	page->times[(page->first + page->n_times) % page->capacity] = t;
	if (page->n_times < page->capacity)
		page->n_times++;
	else
		page->first = (page->first + 1) % page->capacity;
	return RT_OK;
}

/* A path, or the part of one that names a supervisor, and when there were restarts. */
struct pile {
	UT_hash_handle hh;
	const char *path;
	size_t length;
	bool subtree;
	rt_time *times;
	size_t count, capacity;
	uint32_t now, worst;
};

static bool add_times(struct pile *heap, const struct prb_page *page)
{
	if (heap->count + page->n_times > heap->capacity) {
		size_t capacity = 2 * (heap->count + page->n_times);
		rt_time *times = realloc(heap->times, capacity * sizeof(*times));

		if (times == NULL)
			return false;
		heap->times = times;
		heap->capacity = capacity;
	}
	for (uint32_t i = 0; i < page->n_times; i++)
		heap->times[heap->count++] = page->times[(page->first + i) % page->capacity];
	return true;
}

/* Add a page's restarts under the first `length` bytes of its path. */
static bool add_under(struct pile **heaps, const struct prb_page *page, size_t length, bool subtree)
{
	struct pile *heap;

	HASH_FIND(hh, *heaps, page->row.path, length, heap);
	if (heap == NULL) {
		heap = calloc(1, sizeof(*heap));
		if (heap == NULL)
			return false;
		heap->path = page->row.path;
		heap->length = length;
		heap->subtree = subtree;
		HASH_ADD_KEYPTR(hh, *heaps, heap->path, length, heap);
		if (heap->hh.tbl == NULL) {
			free(heap);
			return false;
		}
	}
	return add_times(heap, page);
}

static int by_time(const void *a, const void *b)
{
	rt_time x = *(const rt_time *)a, y = *(const rt_time *)b;

	return (x > y) - (x < y);
}

static void measure(struct pile *heap, rt_time window)
{
	size_t from = 0;

	qsort(heap->times, heap->count, sizeof(*heap->times), by_time);
	for (size_t i = 0; i < heap->count; i++) {
		while (heap->times[i] - heap->times[from] >= window)
			from++;
		heap->now = (uint32_t)(i - from + 1);
		if (heap->now > heap->worst)
			heap->worst = heap->now;
	}
}

static int by_heat(struct pile *a, struct pile *b)
{
	size_t length = a->length < b->length ? a->length : b->length;

	if (a->subtree != b->subtree)
		return a->subtree ? 1 : -1;
	if (a->now != b->now)
		return a->now < b->now ? 1 : -1;
	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	int order = memcmp(a->path, b->path, length);

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static enum rt_status gather(const struct prb_book *book, struct pile **child,
			     struct pile **subtree)
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

static rt_time latest(const struct pile *heaps)
{
	rt_time last = 0;

	for (; heaps != NULL; heaps = heaps->hh.next) {
		if (heaps->count > 0 && heaps->times[heaps->count - 1] > last)
			last = heaps->times[heaps->count - 1];
	}
	return last;
}

/* False: nobody wants more. */
static bool tell(const struct pile *heaps, uint32_t more_than, prb_hotspot_fn *fn, void *ctx)
{
	for (const struct pile *heap = heaps; heap != NULL; heap = heap->hh.next) {
		char path[PRB_PATH + 1];

		if (heap->worst <= more_than)
			continue;
		memcpy(path, heap->path, heap->length);
		path[heap->length] = '\0';
		struct prb_hotspot hotspot = {
			.path = path,
			.subtree = heap->subtree,
			.restarts = heap->now,
			.worst = heap->worst,
			.last = heap->times[heap->count - 1],
		};

		if (!fn(ctx, &hotspot))
			return false;
	}
	return true;
}

/* Restarts count as of the latest one anywhere: what was hot long ago has cooled down. */
static void cool(struct pile *heaps, rt_time now, rt_time window)
{
	for (struct pile *heap = heaps; heap != NULL; heap = heap->hh.next) {
		heap->now = 0;
		for (size_t i = heap->count; i-- > 0 && now - heap->times[i] < window;)
			heap->now++;
	}
}

static void release(struct pile *heaps)
{
	struct pile *heap, *next;

	HASH_ITER(hh, heaps, heap, next) {
		HASH_DEL(heaps, heap);
		free(heap->times);
		free(heap);
	}
}

enum rt_status prb_book_hotspots(const struct prb_book *book, uint32_t more_than, rt_time window,
				 prb_hotspot_fn *fn, void *ctx)
{
	struct pile *child = NULL, *subtree = NULL;
	enum rt_status status = gather(book, &child, &subtree);
	rt_time now;

	if (status != RT_OK)
		goto out;
	for (struct pile *heap = child; heap != NULL; heap = heap->hh.next)
		measure(heap, window);
	for (struct pile *heap = subtree; heap != NULL; heap = heap->hh.next)
		measure(heap, window);
	now = latest(child);
	cool(child, now, window);
	cool(subtree, now, window);
	HASH_SORT(child, by_heat);
	HASH_SORT(subtree, by_heat);
	if (tell(child, more_than, fn, ctx))
		tell(subtree, more_than, fn, ctx);
out:
	release(child);
	release(subtree);
	return status;
}
