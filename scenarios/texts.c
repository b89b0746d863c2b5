/* texts.c - texts in one pool, found by open addressing. */
#include "texts.h"

#include <string.h>

#include "arena.h"

#define TEXTS_MIN 64u
#define POOL_MIN  4096u
#define INDEX_MIN 256u

void scn_texts_init(struct scn_texts *texts)
{
	memset(texts, 0, sizeof(*texts));
	texts->count = 1;
}

void scn_texts_fini(struct scn_texts *texts)
{
	scn_mem_free(texts->at);
	scn_mem_free(texts->pool);
	scn_mem_free(texts->index);
	scn_texts_init(texts);
}

uint32_t scn_texts_hash(const char *text, size_t length)
{
	uint64_t hash = length, word;

	for (; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, length);
	hash ^= word;
	/* Of a short text the last letters lie high, where a product has only the high bits of them.  Not 32
	 * once more, which would undo the last step above. */
	hash = (hash ^ hash >> 29) * 0x9e3779b97f4a7c15;
	return (uint32_t)(hash ^ hash >> 32);
}

static void index_put(struct scn_texts *texts, uint32_t number)
{
	size_t at = texts->at[number].hash & (texts->index_size - 1);

	while (texts->index[at])
		at = (at + 1) & (texts->index_size - 1);
	texts->index[at] = number;
}

/* Never more than half full. */
static bool index_reserve(struct scn_texts *texts)
{
	if ((size_t)texts->count * 2 < texts->index_size)
		return true;
	size_t size = texts->index_size ? texts->index_size * 2 : INDEX_MIN;
	uint32_t *index = scn_mem_resize(texts->index, size * sizeof(*index));
	if (!index)
		return false;
	memset(index, 0, size * sizeof(*index));
	texts->index = index;
	texts->index_size = size;
	for (uint32_t i = 1; i < texts->count; i++)
		index_put(texts, i);
	return true;
}

uint32_t scn_texts_find(const struct scn_texts *texts, const char *text, size_t length, uint32_t hash)
{
	size_t at = hash;

	if (texts->index_size == 0)
		return 0;
	for (;; at++) {
		uint32_t number = texts->index[at &= texts->index_size - 1];
		if (number == 0)
			return 0;
		if (texts->at[number].hash == hash && texts->at[number].length == length &&
		    scn_texts_same(scn_texts_get(texts, number), text, length))
			return number;
	}
}

bool scn_texts_reserve(struct scn_texts *texts, size_t length, bool indexed)
{
	if (texts->count >= SCN_TEXTS_MAX || length > SCN_TEXT_MAX)
		return false;
	if (texts->count >= texts->size) {
		uint32_t size = texts->size ? texts->size * 2 : TEXTS_MIN;
		struct scn_kept *at = scn_mem_resize(texts->at, size * sizeof(*at));
		if (!at)
			return false;
		texts->at = at;
		texts->size = size;
	}
	if (texts->pool_size - texts->pool_used < length || !texts->pool) {
		size_t size = texts->pool_size ? texts->pool_size * 2 : POOL_MIN;
		char *pool = size <= UINT32_MAX ? scn_mem_resize(texts->pool, size) : NULL;
		if (!pool)
			return false;
		texts->pool = pool;
		texts->pool_size = size;
	}
	return !indexed || index_reserve(texts);
}

uint32_t scn_texts_keep(struct scn_texts *texts, const char *text, size_t length, uint32_t hash)
{
	uint32_t number = texts->count++;

	texts->at[number] = (struct scn_kept){ .at = (uint32_t)texts->pool_used,
					       .length = (uint32_t)length,
					       .hash = hash };
	memcpy(texts->pool + texts->pool_used, text, length);
	texts->pool_used += length;
	if (texts->index_size)
		index_put(texts, number);
	return number;
}
