/* texts.h - texts that are kept once, each with a number, from 1.
 *
 * The journals of compact forms say a path a million times by its number.
 */
#ifndef SCENARIOS_TEXTS_H
#define SCENARIOS_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What is more than this is not kept. */
#define SCN_TEXTS_MAX (1u << 24)
#define SCN_TEXT_MAX  1023u /* bytes of one */

struct scn_kept {
	uint32_t at; /* in the pool */
	uint32_t length;
	uint32_t hash;
	uint32_t follower; /* for who packs: the text that came behind it as an id; 0: none yet */
	uint64_t own;      /* and the latest number under it */
};

struct scn_texts {
	uint32_t count, size; /* of `at`, whose first is not used */
	struct scn_kept *at;
	char *pool;
	size_t pool_used, pool_size;
	uint32_t *index; /* by hash, for who looks them up; 0: free */
	size_t index_size;
};

void scn_texts_init(struct scn_texts *texts);
void scn_texts_fini(struct scn_texts *texts); /* and empty again */

uint32_t scn_texts_hash(const char *text, size_t length);
/* Its number; 0: it is not kept. */
uint32_t scn_texts_find(const struct scn_texts *texts, const char *text, size_t length, uint32_t hash);
/* Room for one more of this length, to be found by its hash if `indexed`.  False: no memory, or more than is
 * kept. */
bool scn_texts_reserve(struct scn_texts *texts, size_t length, bool indexed);
/* Keep what there is room for; its number. */
uint32_t scn_texts_keep(struct scn_texts *texts, const char *text, size_t length, uint32_t hash);

static inline const char *scn_texts_get(const struct scn_texts *texts, uint32_t number)
{
	return texts->pool + texts->at[number].at;
}

/* Are these bytes the same?  For short ones, which are most. */
static inline bool scn_texts_same(const char *a, const char *b, size_t length)
{
	uint64_t x, y;
	uint32_t x4[2], y4[2];

	if (length < sizeof(x4[0])) {
		for (size_t i = 0; i < length; i++)
			if (a[i] != b[i])
				return false;
		return true;
	}
	if (length < sizeof(x)) {
		memcpy(&x4[0], a, 4);
		memcpy(&y4[0], b, 4);
		memcpy(&x4[1], a + length - 4, 4);
		memcpy(&y4[1], b + length - 4, 4);
		return x4[0] == y4[0] && x4[1] == y4[1];
	}
	for (size_t i = 0;; i += sizeof(x)) {
		/* The last piece may overlap the one before. */
		if (i + sizeof(x) > length)
			i = length - sizeof(x);
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return false;
		if (i + sizeof(x) == length)
			return true;
	}
}

#endif
