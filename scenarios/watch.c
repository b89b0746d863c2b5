/* watch.c - plain paths are found by a hash, so that only patterns with stars have to be tried. */
#include "watch.h"

#include "hash.h"

#include <string.h>

struct scn_watch {
	const char *text;
	struct scn_watch *next; /* starred */
	UT_hash_handle hh;
};

void scn_watches_fini(struct scn_watches *watches)
{
	struct scn_watch *watch, *next;

	HASH_ITER (hh, watches->by_text, watch, next) {
		HASH_DEL(watches->by_text, watch);
		scn_mem_free(watch);
	}
	watches->starred = NULL;
}

bool scn_watches_has(const struct scn_watches *watches, const char *pattern)
{
	struct scn_watch *watch = NULL;

	HASH_FIND_STR(watches->by_text, pattern, watch);
	return watch != NULL;
}

enum rt_status scn_watches_add(struct scn_watches *watches, const char *pattern)
{
	if (scn_watches_has(watches, pattern))
		return RT_OK;
	struct scn_watch *watch = scn_mem_alloc(sizeof(*watch));
	if (!watch)
		return RT_ENOMEM;
	memset(watch, 0, sizeof(*watch));
	watch->text = pattern;
	HASH_ADD_KEYPTR(hh, watches->by_text, watch->text, strlen(watch->text), watch);
	if (!watch->hh.tbl) {
		scn_mem_free(watch);
		return RT_ENOMEM;
	}
	if (!inj_pattern_is_path(pattern)) {
		watch->next = watches->starred;
		watches->starred = watch;
	}
	return RT_OK;
}

bool scn_watches_path(const struct scn_watches *watches, const char *path)
{
	if (scn_watches_has(watches, path))
		return true;
	for (const struct scn_watch *watch = watches->starred; watch; watch = watch->next) {
		if (inj_pattern_match(watch->text, path))
			return true;
	}
	return false;
}
